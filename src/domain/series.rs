//! A series: bookings made together by one rule. Each is a booking of its own, with its own reference, price
//! and life; a series only remembers that they belong together, and in which order.

use chrono::{NaiveDateTime, TimeDelta};
use chrono_tz::Tz;

use super::booking::{Booking, LineRequest};
use super::ids::{CompanyId, MemberId, SeriesId};
use super::recurrence::{by_days, local_day};
use super::span::{Instant, Span, local_instant};

/// The most lines of all its dates together: what one transaction claims, and one letter tells of.
pub const MOST_LINES: usize = 1_000;

words! {
    /// What becomes of a series some of whose dates are refused.
    OnClash {
        /// The others are booked.
        Skip = "skip",
        /// None is.
        Refuse = "refuse",
        /// Those only holds are in the way of wait in line, and none is booked if there are others.
        Queue = "queue",
    }
}

words! {
    /// How much of a series a change, a cancellation or a decision is about.
    Scope {
        /// The one date.
        One = "one",
        /// It and those after it.
        Following = "following",
        /// Every date that has not begun.
        All = "all",
    }
}

/// What the bookings of a series share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Series {
    /// Its identifier.
    pub id: SeriesId,
    /// Whose it is.
    pub company: CompanyId,
    /// The rule it was made by (RFC 5545), as it was sent.
    pub rule: String,
    /// Who made it.
    pub made_by: MemberId,
    /// When.
    pub made_at: Instant,
}

/// Which date of a series a booking is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SeriesPlace {
    /// Of which series.
    pub series: SeriesId,
    /// Counted from 1.
    pub place: usize,
    /// How many dates it has.
    pub of: usize,
}

/// The lines of a basket so many days later; `None` where no calendar of ours reaches.
pub fn lines_on(lines: &[LineRequest], days: i64, zone: Tz) -> Option<Vec<LineRequest>> {
    let moved = |line: &LineRequest| {
        Some(LineRequest {
            span: by_days(line.span, days, zone)?,
            ..*line
        })
    };
    lines.iter().map(moved).collect()
}

/// What a change makes of another date's span: its start and its end move by what they moved by on the wall
/// clock. `None` where nothing would be left of it.
pub fn moved_alike(span: Span, before: Span, after: Span, zone: Tz) -> Option<Span> {
    let moved = |moment: Instant, before: Instant, after: Instant| {
        let by = wall(after, zone) - wall(before, zone);
        local_instant(wall(moment, zone) + by, zone)
    };
    let start = moved(span.start(), before.start(), after.start());
    let end = moved(span.end(), before.end(), after.end());
    Span::new(start, end).ok()
}

fn wall(moment: Instant, zone: Tz) -> NaiveDateTime {
    moment.with_timezone(&zone).naive_local()
}

/// How many days lie between two bookings of a series.
pub fn days_between(one: &Booking, other: &Booking, zone: Tz) -> i64 {
    let day = |booking: &Booking| booking.span().map(|span| local_day(span.start(), zone));
    let apart = day(one).zip(day(other)).map(|(one, other)| other - one);
    apart.unwrap_or(TimeDelta::zero()).num_days()
}
