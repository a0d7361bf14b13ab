//! Rates + span + units → a price, and how it came about.
//!
//! The cheapest of hours, days, or days and hours together is taken and shown.

use serde::{Deserialize, Serialize};

use super::money::{AmountTooLarge, Currency, Money};
use super::span::Span;

/// The highest rate or deposit, in minor units: a million yuan.
pub const HIGHEST_RATE_MINOR: i64 = 100_000_000;

/// What a listing costs. 0 is free; `None` is not offered on that basis.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rates {
    /// For a day of the listing's `day_hours`, a unit.
    pub day: Option<Money>,
    /// For an hour, a unit.
    pub hour: Option<Money>,
    /// Held until the return, a unit.
    pub deposit: Money,
}

words! {
    /// On what a part of a price is based.
    Basis {
        /// Started half-hours.
        Hour = "hour",
        /// Started days.
        Day = "day",
        /// Days and hours together (of a whole price only).
        Mixed = "mixed",
        /// Nothing to pay.
        Free = "free",
    }
}

/// One factor of a price: `half_hours / 2` hours or `quantity` days, times units, times rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PricePart {
    /// Hours or days.
    pub basis: Basis,
    /// Started half-hours (for hours) or started days.
    pub count: i64,
    /// Units it is for.
    pub units: u32,
    /// For one day or one hour of one unit.
    pub rate: Money,
    /// What this part comes to.
    pub amount: Money,
}

/// The price of one line, fixed when it is booked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Price {
    /// What is paid.
    pub total: Money,
    /// What is held until the return.
    pub deposit: Money,
    /// On what it is based.
    pub basis: Basis,
    /// How it came about.
    pub parts: Vec<PricePart>,
}

/// Why there is no price.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PriceFault {
    /// Neither an hour nor a day rate.
    NotOffered,
    /// The sum does not fit.
    TooLarge,
}

impl From<AmountTooLarge> for PriceFault {
    fn from(_: AmountTooLarge) -> Self {
        Self::TooLarge
    }
}

/// The price of `units` of a listing for `span`: the cheapest way its rates allow.
pub fn price(rates: &Rates, day_hours: u32, span: Span, units: u32) -> Result<Price, PriceFault> {
    let day_minutes = i64::from(day_hours.max(1)) * 60;
    let days_up = (span.minutes() + day_minutes - 1) / day_minutes;
    let whole_days = span.minutes() / day_minutes;
    let rest_minutes = span.minutes() % day_minutes;

    let mut offers = Vec::new();
    if let Some(hour) = rates.hour {
        offers.push(vec![hours_part(hour, span.minutes(), units)?]);
    }
    if let Some(day) = rates.day {
        offers.push(vec![days_part(day, days_up, units)?]);
    }
    if let (Some(day), Some(hour), true, true) =
        (rates.day, rates.hour, whole_days > 0, rest_minutes > 0)
    {
        offers.push(vec![
            days_part(day, whole_days, units)?,
            hours_part(hour, rest_minutes, units)?,
        ]);
    }

    let deposit = rates.deposit.times(i64::from(units))?;
    let mut cheapest: Option<Price> = None;
    for parts in offers {
        let offer = sum(parts, deposit)?;
        if cheapest
            .as_ref()
            .is_none_or(|best| offer.total.minor < best.total.minor)
        {
            cheapest = Some(offer);
        }
    }
    cheapest.ok_or(PriceFault::NotOffered)
}

/// The price of several lines that are sold as one: a kit's is the sum of its parts', to the cent.
pub fn together(prices: &[&Price]) -> Option<Price> {
    let first = prices.first()?;
    let (total, deposit) = total(first.total.currency, prices.iter().copied()).ok()?;
    let alike = prices.iter().all(|price| price.basis == first.basis);
    let basis = match alike {
        _ if total.minor == 0 => Basis::Free,
        true => first.basis,
        false => Basis::Mixed,
    };
    Some(Price {
        total,
        deposit,
        basis,
        parts: prices
            .iter()
            .flat_map(|price| price.parts.clone())
            .collect(),
    })
}

/// What all of these come to.
pub fn total<'a>(
    currency: Currency,
    prices: impl Iterator<Item = &'a Price>,
) -> Result<(Money, Money), AmountTooLarge> {
    let mut sums = (Money::zero(currency), Money::zero(currency));
    for price in prices {
        sums = (sums.0.plus(price.total)?, sums.1.plus(price.deposit)?);
    }
    Ok(sums)
}

fn sum(parts: Vec<PricePart>, deposit: Money) -> Result<Price, AmountTooLarge> {
    let mut total = Money::zero(deposit.currency);
    for part in &parts {
        total = total.plus(part.amount)?;
    }
    let basis = match parts.as_slice() {
        _ if total.minor == 0 => Basis::Free,
        [part] => part.basis,
        _ => Basis::Mixed,
    };
    Ok(Price {
        total,
        deposit,
        basis,
        parts,
    })
}

fn days_part(rate: Money, days: i64, units: u32) -> Result<PricePart, AmountTooLarge> {
    let amount = rate.times(days)?.times(i64::from(units))?;
    Ok(PricePart {
        basis: Basis::Day,
        count: days,
        units,
        rate,
        amount,
    })
}

/// Hours are billed in started half-hours (`domain.md`, rule 7).
fn hours_part(rate: Money, minutes: i64, units: u32) -> Result<PricePart, AmountTooLarge> {
    let half_hours = (minutes + 29) / 30;
    let twice = rate.times(half_hours)?.times(i64::from(units))?;
    let amount = Money {
        minor: (twice.minor + 1) / 2,
        ..twice
    };
    Ok(PricePart {
        basis: Basis::Hour,
        count: half_hours,
        units,
        rate,
        amount,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn yuan(amount: i64) -> Money {
        Money {
            minor: amount * 100,
            currency: Currency::CNY,
        }
    }

    fn hours(count: i64) -> Span {
        let start = "2030-01-07T00:00:00Z".parse().expect("a moment");
        Span::new(start, start + chrono::TimeDelta::hours(count)).expect("a span")
    }

    #[test]
    fn the_cheapest_way_is_taken() {
        // day rate, hour rate, day length, span in hours, units → total, basis
        let cases = [
            (Some(450), None, 24, 3, 2, 900, Basis::Day),
            (Some(450), None, 24, 25, 1, 900, Basis::Day),
            (Some(3000), Some(300), 14, 4, 1, 1200, Basis::Hour),
            (Some(3000), Some(300), 14, 12, 1, 3000, Basis::Day),
            (Some(3000), Some(300), 14, 16, 1, 3600, Basis::Mixed),
            (Some(3000), Some(300), 14, 27, 1, 6000, Basis::Day),
            (None, Some(300), 14, 27, 1, 8100, Basis::Hour),
            (Some(0), Some(300), 14, 27, 1, 0, Basis::Free),
            (None, Some(0), 14, 2, 5, 0, Basis::Free),
        ];
        for (day, hour, day_hours, length, units, expected, basis) in cases {
            let rates = Rates {
                day: day.map(yuan),
                hour: hour.map(yuan),
                deposit: yuan(10),
            };
            let price = price(&rates, day_hours, hours(length), units).expect("offered");
            assert_eq!(
                (price.total, price.basis),
                (yuan(expected), basis),
                "{day:?} {hour:?} {length} h"
            );
            assert_eq!(price.deposit, yuan(10 * i64::from(units)));
        }
    }

    #[test]
    fn absent_rates_are_not_free() {
        let rates = Rates {
            day: None,
            hour: None,
            deposit: yuan(0),
        };
        assert_eq!(price(&rates, 24, hours(2), 1), Err(PriceFault::NotOffered));
    }

    #[test]
    fn a_sum_that_does_not_fit_is_refused() {
        let rates = Rates {
            day: Some(Money {
                minor: i64::MAX / 2,
                currency: Currency::CNY,
            }),
            hour: None,
            deposit: yuan(0),
        };
        assert_eq!(price(&rates, 24, hours(24), 3), Err(PriceFault::TooLarge));
    }
}
