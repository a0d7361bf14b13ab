//! `domain::policy`: each rule against its plain words.

use backlot::domain::hours::{OpenPeriod, OpeningHours, WallTime};
use backlot::domain::listing::Kind;
use backlot::domain::money::{Currency, Money};
use backlot::domain::policy::{HoursApply, Policy, PolicyFault, SpanPart, cancellation_fee, check};
use backlot::domain::span::{Instant, Span};
use chrono::{TimeDelta, Timelike};
use chrono_tz::Tz;
use proptest::prelude::*;

use super::{all_minutes, minute, minutes, pictures, zone_and_day};

fn lax() -> Policy {
    Policy {
        minimum_minutes: 1,
        maximum_minutes: 100_000,
        step_minutes: 1,
        lead_minutes: 0,
        horizon_days: 700,
        night_allowed: true,
        hours_apply: HoursApply::None,
        ..Policy::of_kind(Kind::Scene)
    }
}

fn near(day: Instant) -> impl Strategy<Value = Span> {
    (-1_440..1_440_i64, 1..2_880_i64).prop_map(move |(from, length)| {
        let start = day + TimeDelta::minutes(from);
        Span::new(start, start + TimeDelta::minutes(length)).expect("a span")
    })
}

fn zone_and_span() -> impl Strategy<Value = (Tz, Span)> {
    zone_and_day().prop_flat_map(|(zone, day)| (Just(zone), near(day)))
}

proptest! {
    #![proptest_config(pictures(256))]

    #[test]
    fn length_and_step_are_counted_on_the_wall_clock(
        (zone, span) in zone_and_span(),
        step in prop::sample::select(vec![1_u32, 5, 10, 15, 30, 60, 120]),
        minimum in 1..1_000_u32,
        more in 0..2_000_u32,
    ) {
        let policy = Policy {
            minimum_minutes: minimum,
            maximum_minutes: minimum + more,
            step_minutes: step,
            ..lax()
        };
        let faults = check(&policy, None, zone, span, span.start());
        let length = u32::try_from(span.minutes()).expect("short");
        let shown = span.start().with_timezone(&zone).time();
        let off = (shown.num_seconds_from_midnight() / 60) % step != 0 || length % step != 0;
        prop_assert_eq!(faults.contains(&PolicyFault::TooShort(minimum)), length < minimum);
        prop_assert_eq!(faults.contains(&PolicyFault::TooLong(minimum + more)), length > minimum + more);
        prop_assert_eq!(faults.contains(&PolicyFault::OffStep(step)), off);
    }

    #[test]
    fn a_night_that_is_barred_is_named_minute_by_minute((zone, span) in zone_and_span()) {
        let policy = Policy { night_allowed: false, ..lax() };
        let faults = check(&policy, None, zone, span, span.start());
        let named = faults.into_iter().find_map(|fault| match fault {
            PolicyFault::NightBarred(nights) => Some(nights),
            _ => None,
        });
        let is_night = |minute: &Instant| {
            let hour = minute.with_timezone(&zone).hour();
            !(6..22).contains(&hour)
        };
        let expected = minutes(span).filter(is_night).collect();
        prop_assert_eq!(all_minutes(&named.clone().unwrap_or_default()), expected);
        prop_assert_ne!(named, Some(Vec::new()), "a fault without a night");
    }

    #[test]
    fn lead_time_and_horizon_are_counted_from_now(
        start in -100..50_000_i64,
        lead in 0..10_000_u32,
        horizon in 1..40_u32,
        step in prop::sample::select(vec![1_u32, 30]),
    ) {
        let policy =
            Policy { lead_minutes: lead, horizon_days: horizon, step_minutes: step, ..lax() };
        let now = minute(0);
        let span = Span::new(minute(start), minute(start + 60)).expect("a span");
        let faults = check(&policy, None, Tz::Asia__Shanghai, span, now);
        let past = start + i64::from(step) <= 0;
        let too_soon = !past && lead > 0 && start < i64::from(lead);
        let too_far = start > i64::from(horizon) * 1_440;
        prop_assert_eq!(faults.contains(&PolicyFault::InThePast), past);
        prop_assert_eq!(faults.contains(&PolicyFault::TooSoon(minute(i64::from(lead)))), too_soon);
        prop_assert_eq!(
            faults.contains(&PolicyFault::TooFar(minute(i64::from(horizon) * 1_440))),
            too_far
        );
    }

    #[test]
    fn opening_hours_hold_for_the_ends_or_for_all_of_it(
        (zone, span) in zone_and_span(),
        from in 0..24_u16,
        to in 0..=24_u16,
        apply in prop::sample::select(HoursApply::ALL.to_vec()),
    ) {
        let wall = |hour| WallTime::new(hour, 0).expect("an hour");
        let mut hours = OpeningHours::daily(wall(from), wall(to));
        hours.weekly.wed.clear();
        hours.weekly.sun = vec![OpenPeriod { from: wall(9), to: wall(12) }];
        let faults = check(&Policy { hours_apply: apply, ..lax() }, Some(&hours), zone, span, span.start());
        let open = hours.open_spans(span.widen(2_880, 2_880), zone);
        // Closing time itself still takes returns, and the minute before opening nothing.
        let touches = |moment: Instant| {
            open.iter().any(|open| open.start() <= moment && moment <= open.end())
        };
        let expected = match apply {
            HoursApply::Span if minutes(span).all(|minute| open.iter().any(|open| open.contains(minute))) => None,
            HoursApply::Span => Some(SpanPart::Span),
            HoursApply::Ends if !touches(span.start()) => Some(SpanPart::Start),
            HoursApply::Ends if !touches(span.end()) => Some(SpanPart::End),
            HoursApply::Ends | HoursApply::None => None,
        };
        let named = faults.into_iter().find_map(|fault| match fault {
            PolicyFault::OutsideHours(outside) => Some(outside.part),
            _ => None,
        });
        prop_assert_eq!(named, expected);
    }

    #[test]
    fn what_is_asked_for_beyond_the_buffers_is_never_claimed(
        (_, span) in zone_and_span(),
        setup in 0..20_000_u32,
        turnaround in 0..20_000_u32,
    ) {
        let policy = Policy { setup_minutes: setup, turnaround_minutes: turnaround, ..lax() };
        let claim = policy.claim(span);
        prop_assert!(claim.encloses(span));
        prop_assert_eq!(claim.minutes(), span.minutes() + i64::from(setup) + i64::from(turnaround));
    }

    #[test]
    fn a_cancellation_costs_nothing_then_half_then_all(
        total in 0..1_000_000_i64,
        booked in 0..200_i64,
        notice in -5..200_i64,
    ) {
        let (start, now) = (minute(0), minute(-notice * 60));
        let booked_at = now - TimeDelta::hours(booked);
        let whole = Money { minor: total, currency: Currency::CNY };
        let fee = cancellation_fee(whole, booked_at, start, now).minor;
        let expected = match notice {
            73.. => 0,
            1.. if booked <= 1 => 0,
            24..=72 => (total + 1) / 2,
            _ => total,
        };
        prop_assert_eq!(fee, expected);
    }
}
