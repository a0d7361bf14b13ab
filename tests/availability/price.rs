//! `domain::price`: the cheapest way there is, found by trying every number of days.

use backlot::domain::money::{Currency, Money};
use backlot::domain::price::{Basis, PriceFault, Rates, price};
use proptest::prelude::*;

use super::{pictures, span};

fn fen(minor: i64) -> Money {
    Money {
        minor,
        currency: Currency::CNY,
    }
}

/// So many days and the rest by the hour, if the rates allow it; half-hours that were begun count.
fn cost(rates: &Rates, days: i64, rest_minutes: i64, units: i64) -> Option<i64> {
    let of_days = if days == 0 {
        0
    } else {
        rates.day?.minor * days
    };
    let half_hours = (rest_minutes.max(0) + 29) / 30;
    let twice_of_hours = if half_hours == 0 {
        0
    } else {
        rates.hour?.minor * half_hours
    };
    Some(of_days * units + (twice_of_hours * units + 1) / 2)
}

fn cheapest(rates: &Rates, day_minutes: i64, minutes: i64, units: i64) -> Option<i64> {
    let most_days = minutes / day_minutes + 1;
    let ways =
        (0..=most_days).filter_map(|days| cost(rates, days, minutes - days * day_minutes, units));
    ways.min()
}

proptest! {
    #![proptest_config(pictures(1_024))]

    #[test]
    fn no_way_to_pay_is_cheaper_than_the_one_taken(
        day in prop::option::of(0..500_000_i64),
        hour in prop::option::of(0..50_000_i64),
        deposit in 0..1_000_000_i64,
        day_hours in 1..=24_u32,
        minutes in 1..10_000_i64,
        units in 1..50_u32,
    ) {
        let rates = Rates { day: day.map(fen), hour: hour.map(fen), deposit: fen(deposit) };
        let found = price(&rates, day_hours, span(0, minutes), units);
        let expected = cheapest(&rates, i64::from(day_hours) * 60, minutes, i64::from(units));
        prop_assert_eq!(found.as_ref().ok().map(|price| price.total.minor), expected);
        let Ok(price) = found else {
            prop_assert_eq!(found, Err(PriceFault::NotOffered));
            return Ok(());
        };
        let parts: i64 = price.parts.iter().map(|part| part.amount.minor).sum();
        prop_assert_eq!(parts, price.total.minor, "the parts come to the total");
        prop_assert_eq!(price.deposit.minor, deposit * i64::from(units));
        prop_assert_eq!(price.basis == Basis::Free, price.total.minor == 0);
    }

    #[test]
    fn staying_longer_or_taking_more_is_never_cheaper(
        day in prop::option::of(1..500_000_i64),
        hour in 1..50_000_i64,
        day_hours in 1..=24_u32,
        minutes in 1..10_000_i64,
        longer in 1..2_000_i64,
        units in 1..50_u32,
    ) {
        let rates = Rates { day: day.map(fen), hour: Some(fen(hour)), deposit: fen(0) };
        let total = |minutes, units| {
            let price = price(&rates, day_hours, span(0, minutes), units);
            price.expect("an hour rate is offered").total.minor
        };
        prop_assert!(total(minutes, units) <= total(minutes + longer, units));
        prop_assert!(total(minutes, units) < total(minutes, units + 1));
    }
}
