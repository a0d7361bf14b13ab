//! Recurrence: an RFC 5545 rule and a first span give the spans of its dates, at the same wall-clock time.
//!
//! A rule says on which *days*; the first span says when on each and how long. So a rule by the hour or
//! finer, or with an hour in it, is refused, and a day has at most one date. What a rule means is the
//! `rrule` crate's knowledge; that it ends, stays small and costs little is settled here.

mod fifth;
mod parts;

use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate, NaiveDateTime, TimeDelta, TimeZone};
use chrono_tz::Tz;
use rrule::{RRule, Unvalidated};

use self::fifth::FifthFromTheEnd;
use self::parts::Parts;
use super::span::{Instant, Span, local_instant};

/// The most dates a rule may have: every day of a leap year.
pub const MOST_DATES: usize = 366;
/// Dates later than this many years after the first are a typing error.
pub const MOST_YEARS: u8 = 5;
/// The calendar is the same every 400 years, week days and all.
const CALENDAR_YEARS: i32 = 400;
const CALENDAR_DAYS: i64 = 146_097;
/// The crate looks for dates up to the year 10000.
const LAST_YEAR: i32 = 9_999;
/// Longer than any rule that says something.
const MOST_BYTES: usize = 500;

/// Why a rule is not accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RecurrenceFault {
    /// The text is longer than any rule.
    TooLong,
    /// This part is not one of a rule, or its value is not one of the part; cut to 40 characters.
    Unreadable(String),
    /// This part stands twice.
    Twice(String),
    /// It says nothing of how often: there is no `FREQ`.
    NoFrequency,
    /// It repeats by the hour or finer, or names a time of the day; the part.
    NotByDays(String),
    /// These parts do not go together; the second.
    Contradiction(String),
    /// It never ends: neither `COUNT` nor `UNTIL`.
    Endless,
    /// It has no dates, or none is left after the exceptions.
    NoDates,
    /// It has more than [`MOST_DATES`].
    TooManyDates,
    /// It has a date more than [`MOST_YEARS`] after the first.
    TooFar,
}

/// When a rule is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Until {
    /// It is over after so many dates.
    Counted,
    /// The last day, included.
    Day(NaiveDate),
    /// The last moment of the wall clock, included.
    Wall(NaiveDateTime),
    /// The last moment, included.
    Moment(Instant),
}

/// A rule that was read, with the days it leaves out. It ends, but may still have no dates, or too many.
#[derive(Debug, Clone)]
pub struct Recurrence {
    rule: RRule<Unvalidated>,
    fifth: Option<FifthFromTheEnd>,
    until: Until,
    except: BTreeSet<NaiveDate>,
}

impl Recurrence {
    /// Reads `FREQ=WEEKLY;BYDAY=MO,WE;COUNT=8`, with or without `RRULE:` before it. `except` are local
    /// days it leaves out, as EXDATE does: they are counted by `COUNT`.
    pub fn parse(text: &str, except: &[NaiveDate]) -> Result<Self, RecurrenceFault> {
        if text.len() > MOST_BYTES {
            return Err(RecurrenceFault::TooLong);
        }
        let text = text.trim().to_ascii_uppercase();
        let parts = Parts::split(text.strip_prefix("RRULE:").unwrap_or(&text))?;
        let until = parts.until()?;
        let fifth = parts.fifth_from_the_end()?;
        Ok(Self {
            rule: parts.rule(fifth.as_ref())?,
            fifth,
            until,
            except: except.iter().copied().collect(),
        })
    }

    /// The spans of its dates, in order: the first date is the first the rule has on or after the day of
    /// `first`.
    pub fn spans(&self, first: Span, zone: Tz) -> Result<Vec<Span>, RecurrenceFault> {
        let days = self.days(first.start(), zone)?;
        let began = local_day(first.start(), zone);
        days.into_iter()
            .map(|day| by_days(first, (day - began).num_days(), zone))
            .collect::<Option<_>>()
            .ok_or(RecurrenceFault::TooFar)
    }

    /// The local days of its dates for something that begins at this moment, in order.
    pub fn days(&self, begins: Instant, zone: Tz) -> Result<Vec<NaiveDate>, RecurrenceFault> {
        let wall = begins.with_timezone(&zone).naive_local();
        // For a rule without dates the crate searches to the end of its calendar. So it is asked about the
        // last years of it that are like ours: some 370 years to look through instead of 8,000.
        let later = TimeDelta::days(CALENDAR_DAYS * calendars_left(wall));
        // The wall clock is handed over as if it were UTC, that has no gaps: a date in the hour that is
        // left out in spring still counts, and by_days says when it is.
        let begins_as_utc = rrule::Tz::UTC.from_utc_datetime(&(wall + later));
        let set = self
            .rule
            .clone()
            .build(begins_as_utc)
            .map_err(|_| RecurrenceFault::Unreadable("RRULE".to_owned()))?
            .limit();
        let latest = wall + TimeDelta::days(366 * i64::from(MOST_YEARS));
        let mut days = Vec::new();
        for date in &set {
            let date = date.naive_utc() - later;
            if self.is_over_at(date, zone) {
                break;
            }
            if self
                .fifth
                .as_ref()
                .is_some_and(|one| !one.names(date.date()))
            {
                continue;
            }
            if self
                .fifth
                .as_ref()
                .is_some_and(|one| one.is_over(days.len()))
            {
                break;
            }
            if days.len() == MOST_DATES {
                return Err(RecurrenceFault::TooManyDates);
            }
            if date > latest {
                return Err(RecurrenceFault::TooFar);
            }
            days.push(date.date());
        }
        days.retain(|day| !self.except.contains(day));
        if days.is_empty() {
            return Err(RecurrenceFault::NoDates);
        }
        Ok(days)
    }

    fn is_over_at(&self, wall: NaiveDateTime, zone: Tz) -> bool {
        match self.until {
            Until::Counted => false,
            Until::Day(last) => wall.date() > last,
            Until::Wall(last) => wall > last,
            Until::Moment(last) => local_instant(wall, zone) > last,
        }
    }
}

/// How often the whole calendar fits between the last date there may be and the last year.
fn calendars_left(wall: NaiveDateTime) -> i64 {
    let years = LAST_YEAR - i32::from(MOST_YEARS) - 1 - wall.year();
    i64::from((years / CALENDAR_YEARS).max(0))
}

/// The local day of a moment.
pub fn local_day(moment: Instant, zone: Tz) -> NaiveDate {
    moment.with_timezone(&zone).date_naive()
}

/// The span so many days later (or earlier), with both ends at the same time of the wall clock; `None`
/// where no calendar of ours reaches.
///
/// A shoot from 22:00 to 06:00 stays one over the night the clocks change, though it is an hour longer
/// or shorter. Where the change leaves nothing of a span, its length counts.
pub fn by_days(span: Span, days: i64, zone: Tz) -> Option<Span> {
    let moved = |moment: Instant| {
        let wall = moment.with_timezone(&zone).naive_local();
        let moved = wall.checked_add_signed(TimeDelta::try_days(days)?)?;
        Some(local_instant(moved, zone))
    };
    let (start, end) = (moved(span.start())?, moved(span.end())?);
    Span::new(start, end)
        .or_else(|_| Span::new(start, start + TimeDelta::minutes(span.minutes())))
        .ok()
}
