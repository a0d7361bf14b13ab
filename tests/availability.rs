//! The pure rules against a brute-force oracle that looks at every minute by itself and knows nothing
//! of sweeps, steps or merged spans. Random, but the same random each time.

mod conflict;
mod hours;
mod openings;
mod policy;
mod price;
mod profile;
mod recurrence;
mod spans;

use std::collections::BTreeSet;

use backlot::domain::span::{Instant, Span};
use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed};

/// So many random pictures, always the same ones.
fn pictures(count: u32) -> Config {
    Config {
        cases: count,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(20_300_107),
        ..Config::default()
    }
}

/// A minute, counted from Monday 7 January 2030, 00:00 UTC.
fn minute(count: i64) -> Instant {
    let monday: DateTime<Utc> = "2030-01-07T00:00:00Z".parse().expect("a moment");
    monday + TimeDelta::minutes(count)
}

/// A span in such minutes.
fn span(from: i64, to: i64) -> Span {
    Span::new(minute(from), minute(to)).expect("a span")
}

/// The minutes of a span, each named by its first moment.
fn minutes(span: Span) -> impl Iterator<Item = Instant> {
    (0..span.minutes()).map(move |count| span.start() + TimeDelta::minutes(count))
}

/// The minutes of several spans.
fn all_minutes(spans: &[Span]) -> BTreeSet<Instant> {
    spans.iter().flat_map(|span| minutes(*span)).collect()
}

/// Whether spans are in order and leave a gap between each two.
fn in_order_with_gaps(spans: &[Span]) -> bool {
    spans.windows(2).all(|pair| pair[0].end() < pair[1].start())
}

/// Some span within ten hours.
fn any_span() -> impl Strategy<Value = Span> {
    (0..600_i64, 1..240_i64).prop_map(|(from, length)| span(from, from + length))
}

/// A zone and a day near one of its clock changes (or any day, where it has none). Lord Howe moves by
/// half an hour, Santiago at midnight, Apia once lost a whole day.
fn zone_and_day() -> impl Strategy<Value = (Tz, Instant)> {
    let changes = [
        (Tz::Asia__Shanghai, "2030-01-07T00:00:00Z"),
        (Tz::Europe__Berlin, "2030-03-31T00:00:00Z"),
        (Tz::Europe__Berlin, "2030-10-27T00:00:00Z"),
        (Tz::America__New_York, "2030-03-10T00:00:00Z"),
        (Tz::America__New_York, "2030-11-03T00:00:00Z"),
        (Tz::Australia__Lord_Howe, "2030-04-07T00:00:00Z"),
        (Tz::Australia__Lord_Howe, "2030-10-06T00:00:00Z"),
        (Tz::America__Santiago, "2030-04-07T00:00:00Z"),
        (Tz::America__Santiago, "2030-09-08T00:00:00Z"),
        (Tz::Pacific__Apia, "2011-12-30T00:00:00Z"),
    ];
    prop::sample::select(changes.to_vec())
        .prop_map(|(zone, day)| (zone, day.parse().expect("a moment")))
}
