//! `Span`: a half-open piece of time `[start, end)` in UTC, whole minutes, never empty.
//!
//! Half-open is what lets one crew end at 14:00 and the next start at 14:00 without a clash.
//! Not here: opening hours (see [`super::hours`]) and who takes what (see [`super::profile`]).

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, Offset, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;

/// A moment in UTC.
pub type Instant = DateTime<Utc>;

/// Years outside this range are typing errors, not bookings.
const YEARS: std::ops::RangeInclusive<i32> = 1970..=9999;

/// A half-open, non-empty piece of time, in whole minutes of UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
pub struct Span {
    start: Instant,
    end: Instant,
}

/// Why two moments do not make a span.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SpanFault {
    /// Start and end are the same moment.
    Empty,
    /// The end is before the start.
    Inverted,
    /// The start has seconds.
    StartNotWholeMinute,
    /// The end has seconds.
    EndNotWholeMinute,
    /// A year before 1970 or after 9999.
    OutOfRange,
}

impl Span {
    /// A span from its ends; whatever holds a `Span` has nothing left to check.
    pub fn new(start: Instant, end: Instant) -> Result<Self, SpanFault> {
        if !YEARS.contains(&start.year()) || !YEARS.contains(&end.year()) {
            return Err(SpanFault::OutOfRange);
        }
        if !is_whole_minute(start) {
            return Err(SpanFault::StartNotWholeMinute);
        }
        if !is_whole_minute(end) {
            return Err(SpanFault::EndNotWholeMinute);
        }
        if start == end {
            return Err(SpanFault::Empty);
        }
        if end < start {
            return Err(SpanFault::Inverted);
        }
        Ok(Self { start, end })
    }

    /// The end that stands for "until further notice" in a closure.
    pub fn far_future() -> Instant {
        Utc.with_ymd_and_hms(9999, 12, 31, 0, 0, 0)
            .single()
            .expect("a plain date of UTC")
    }

    /// The first moment inside.
    pub fn start(self) -> Instant {
        self.start
    }

    /// The first moment after.
    pub fn end(self) -> Instant {
        self.end
    }

    /// Its length in minutes, at least 1.
    pub fn minutes(self) -> i64 {
        (self.end - self.start).num_minutes()
    }

    /// Whether the two share a moment; touching ends do not.
    pub fn overlaps(self, other: Self) -> bool {
        self.start < other.end && other.start < self.end
    }

    /// Whether the whole of `other` lies inside.
    pub fn encloses(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// Whether the moment lies inside.
    pub fn contains(self, moment: Instant) -> bool {
        self.start <= moment && moment < self.end
    }

    /// The part both have in common.
    pub fn clip(self, other: Self) -> Option<Self> {
        let start = self.start.max(other.start);
        let end = self.end.min(other.end);
        (start < end).then_some(Self { start, end })
    }

    /// What is left of this span without the given ones, which may be in any order and overlap.
    pub fn subtract(self, others: &[Self]) -> Vec<Self> {
        let mut left = Vec::new();
        let mut from = self.start;
        for other in merge(others) {
            if let Some(gap) = Self::between(from, other.start.min(self.end)) {
                left.push(gap);
            }
            from = from.max(other.end);
        }
        left.extend(Self::between(from, self.end));
        left
    }

    /// This span with minutes added before and after (setup and turnaround).
    pub fn widen(self, before_minutes: u32, after_minutes: u32) -> Self {
        let start = self.start - TimeDelta::minutes(i64::from(before_minutes));
        let end = self.end + TimeDelta::minutes(i64::from(after_minutes));
        Self { start, end }
    }

    /// Cut at local midnights of the zone: one piece per calendar day it touches, in order.
    pub fn split_by_local_day(self, zone: Tz) -> Vec<(NaiveDate, Self)> {
        let mut pieces = Vec::new();
        let mut day = self.start.with_timezone(&zone).date_naive();
        while let Some(next) = day.succ_opt() {
            let start = self.start.max(local_midnight(day, zone));
            let end = self.end.min(local_midnight(next, zone));
            pieces.extend(Self::between(start, end).map(|piece| (day, piece)));
            if self.end <= end {
                break;
            }
            day = next;
        }
        pieces
    }

    /// The span between two moments, if it is not empty.
    pub(super) fn between(start: Instant, end: Instant) -> Option<Self> {
        (start < end).then_some(Self { start, end })
    }
}

/// The given spans without overlaps, in order; ones that touch are joined.
pub fn merge(spans: &[Span]) -> Vec<Span> {
    let mut sorted = spans.to_vec();
    sorted.sort_unstable();
    let mut merged: Vec<Span> = Vec::with_capacity(sorted.len());
    for span in sorted {
        match merged.last_mut() {
            Some(last) if span.start <= last.end => last.end = last.end.max(span.end),
            _ => merged.push(span),
        }
    }
    merged
}

/// The moment a wall clock of the zone shows the given date and time.
///
/// The night the clocks go back has 02:30 twice: the first is meant. The night they go forward has
/// none: the offset before the gap counts (both RFC 5545, section 3.3.5).
pub fn local_instant(wall: NaiveDateTime, zone: Tz) -> Instant {
    if let Some(earliest) = zone.from_local_datetime(&wall).earliest() {
        return earliest.with_timezone(&Utc);
    }
    let day_before = wall - TimeDelta::hours(24);
    let offset = zone.offset_from_utc_datetime(&day_before).fix();
    (wall - TimeDelta::seconds(i64::from(offset.local_minus_utc()))).and_utc()
}

/// The first moment of a calendar day in the zone.
pub fn local_midnight(day: NaiveDate, zone: Tz) -> Instant {
    local_instant(day.and_time(chrono::NaiveTime::MIN), zone)
}

/// The moment with its seconds cut off.
pub fn floor_to_minute(moment: Instant) -> Instant {
    let over = moment
        .timestamp_nanos_opt()
        .unwrap_or(0)
        .rem_euclid(60_000_000_000);
    moment - TimeDelta::nanoseconds(over)
}

fn is_whole_minute(moment: Instant) -> bool {
    moment.timestamp() % 60 == 0 && moment.timestamp_subsec_nanos() == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Instant {
        text.parse().expect("a moment")
    }

    fn span(start: &str, end: &str) -> Span {
        Span::new(at(start), at(end)).expect("a span")
    }

    #[test]
    fn faults_are_named() {
        let nine = at("2030-01-07T09:00:00Z");
        let cases = [
            (nine, nine, SpanFault::Empty),
            (nine, at("2030-01-07T08:00:00Z"), SpanFault::Inverted),
            (
                at("2030-01-07T08:00:01Z"),
                nine,
                SpanFault::StartNotWholeMinute,
            ),
            (
                nine,
                at("2030-01-07T10:00:00.5Z"),
                SpanFault::EndNotWholeMinute,
            ),
            (at("1969-12-31T23:00:00Z"), nine, SpanFault::OutOfRange),
        ];
        for (start, end, fault) in cases {
            assert_eq!(Span::new(start, end), Err(fault));
        }
    }

    #[test]
    fn back_to_back_does_not_overlap() {
        let morning = span("2030-01-07T09:00:00Z", "2030-01-07T12:00:00Z");
        let noon = span("2030-01-07T12:00:00Z", "2030-01-07T14:00:00Z");
        assert!(!morning.overlaps(noon));
        assert!(morning.overlaps(noon.widen(1, 0)));
    }

    #[test]
    fn subtract_leaves_the_gaps() {
        let day = span("2030-01-07T00:00:00Z", "2030-01-08T00:00:00Z");
        let taken = [
            span("2030-01-07T12:00:00Z", "2030-01-07T14:00:00Z"),
            span("2030-01-06T22:00:00Z", "2030-01-07T02:00:00Z"),
            span("2030-01-07T13:00:00Z", "2030-01-07T15:00:00Z"),
        ];
        let left = [
            span("2030-01-07T02:00:00Z", "2030-01-07T12:00:00Z"),
            span("2030-01-07T15:00:00Z", "2030-01-08T00:00:00Z"),
        ];
        assert_eq!(day.subtract(&taken), left);
    }

    #[test]
    fn local_days_follow_the_zone_and_its_clock_changes() {
        let zone = chrono_tz::Europe::Berlin;
        // 2030-10-27 has 25 hours in Berlin, 2030-03-31 has 23.
        let autumn = span("2030-10-26T22:00:00Z", "2030-10-27T23:00:00Z");
        let days = autumn.split_by_local_day(zone);
        assert_eq!(days.len(), 1);
        assert_eq!(days[0].1.minutes(), 25 * 60);
        let spring = span("2030-03-30T23:00:00Z", "2030-03-31T22:00:00Z");
        assert_eq!(spring.split_by_local_day(zone)[0].1.minutes(), 23 * 60);
    }

    #[test]
    fn a_wall_time_that_does_not_exist_takes_the_offset_before_the_gap() {
        let zone = chrono_tz::Europe::Berlin;
        let gap = NaiveDate::from_ymd_opt(2030, 3, 31).and_then(|day| day.and_hms_opt(2, 30, 0));
        assert_eq!(
            local_instant(gap.expect("a date"), zone),
            at("2030-03-31T01:30:00Z")
        );
        let twice = NaiveDate::from_ymd_opt(2030, 10, 27).and_then(|day| day.and_hms_opt(2, 30, 0));
        assert_eq!(
            local_instant(twice.expect("a date"), zone),
            at("2030-10-27T00:30:00Z")
        );
    }
}
