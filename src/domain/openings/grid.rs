//! The starts worth looking at: those on the step of every line.

use chrono::{TimeDelta, Timelike};

use super::Search;
use crate::domain::span::{Instant, Span};

/// Zones differ from UTC by whole quarters of an hour.
const ZONE_STEP_MINUTES: i64 = 15;

/// The starts that are on the step of every line, for at least one of its equivalents.
pub(super) fn grid(search: &Search, starts: Span) -> impl Iterator<Item = Instant> {
    let stride = stride(search);
    let first_offset = search.lines.first().map_or(0, |line| line.offset_minutes);
    let ahead = (starts.start().timestamp() / 60 + first_offset).rem_euclid(stride);
    let first = starts.start() + TimeDelta::minutes((stride - ahead).rem_euclid(stride));
    let count = (starts.end() - first).num_minutes().div_euclid(stride) + 1;
    (0..count.max(0))
        .map(move |step| first + TimeDelta::minutes(step * stride))
        .filter(move |start| starts.contains(*start) && is_on_grid(search, *start))
}

/// Minutes between starts that could be on every step.
fn stride(search: &Search) -> i64 {
    let steps = search
        .things
        .iter()
        .map(|thing| i64::from(thing.policy.step_minutes.max(1)));
    steps.fold(ZONE_STEP_MINUTES, gcd)
}

fn gcd(one: i64, other: i64) -> i64 {
    if other == 0 {
        one
    } else {
        gcd(other, one % other)
    }
}

fn is_on_grid(search: &Search, start: Instant) -> bool {
    search.lines.iter().all(|line| {
        let wall = (start + TimeDelta::minutes(line.offset_minutes)).with_timezone(&search.zone);
        let minute = wall.hour() * 60 + wall.minute();
        let on_step = |thing: &usize| {
            let step = search.things[*thing].policy.step_minutes.max(1);
            minute.is_multiple_of(step)
        };
        line.things.is_empty() || line.things.iter().any(on_step)
    })
}
