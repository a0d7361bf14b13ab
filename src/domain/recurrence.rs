//! Recurrence: an RFC 5545 rule and a first span give the spans of its dates, at the same wall-clock time.
//!
//! A rule says on which *days*; the first span says when on each and how long. So a rule by the hour or
//! finer, or with an hour in it, is refused, and a day has at most one date. What a rule means is the
//! `rrule` crate's knowledge; that it ends, stays small and costs little is settled here.

use std::collections::BTreeSet;

use chrono::{Datelike, Months, NaiveDate, NaiveDateTime, TimeDelta, TimeZone, Weekday};
use chrono_tz::Tz;
use rrule::{Frequency, NWeekday, RRule, Unvalidated};

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
/// `-5MO`: a Monday with four after it in its month.
const FIFTH_FROM_THE_END: i16 = -5;
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

/// Days of the week of which some are the fifth from the end of a month, as `-5MO`. The crate counts no further
/// back than four, so it is asked for the first instead (in a month with five they are the same day), and
/// what else it then finds is left out and not counted.
#[derive(Debug, Clone)]
struct FifthFromTheEnd {
    wanted: Vec<NWeekday>,
    count: Option<u32>,
}

impl FifthFromTheEnd {
    /// Whether any of the wanted is this day.
    fn names(&self, day: NaiveDate) -> bool {
        let nth = i16::try_from(day.day0() / 7 + 1).unwrap_or(0);
        let last = i16::try_from((days_in_month(day) - day.day()) / 7 + 1).unwrap_or(0);
        self.wanted.iter().any(|wanted| match *wanted {
            NWeekday::Every(weekday) => weekday == day.weekday(),
            NWeekday::Nth(n, weekday) => weekday == day.weekday() && (n == nth || n == -last),
        })
    }

    /// Whether there are as many as were wanted.
    fn is_over(&self, found: usize) -> bool {
        let count = self.count.and_then(|count| usize::try_from(count).ok());
        count.is_some_and(|count| found >= count)
    }

    fn as_first(day: NWeekday) -> NWeekday {
        match day {
            NWeekday::Nth(FIFTH_FROM_THE_END, weekday) => NWeekday::Nth(1, weekday),
            other => other,
        }
    }
}

fn days_in_month(day: NaiveDate) -> u32 {
    let next = day
        .with_day(1)
        .and_then(|first| first.checked_add_months(Months::new(1)));
    next.and_then(|next| next.pred_opt())
        .map_or(31, |last| last.day())
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

const NAMES: [&str; 11] = [
    "FREQ",
    "INTERVAL",
    "COUNT",
    "UNTIL",
    "WKST",
    "BYDAY",
    "BYMONTHDAY",
    "BYYEARDAY",
    "BYWEEKNO",
    "BYMONTH",
    "BYSETPOS",
];
const OF_THE_DAY: [&str; 3] = ["BYHOUR", "BYMINUTE", "BYSECOND"];

/// The parts of a rule's text, each once.
struct Parts<'a>(Vec<(&'a str, &'a str)>);

impl<'a> Parts<'a> {
    fn split(text: &'a str) -> Result<Self, RecurrenceFault> {
        let mut parts: Vec<(&str, &str)> = Vec::new();
        // A semicolon at the end is common, and harmless.
        for part in text.trim_end_matches(';').split(';') {
            let (name, value) = part.split_once('=').ok_or_else(|| unreadable(part))?;
            if OF_THE_DAY.contains(&name) {
                return Err(RecurrenceFault::NotByDays(name.to_owned()));
            }
            if !NAMES.contains(&name) {
                return Err(unreadable(part));
            }
            if parts.iter().any(|(known, _)| *known == name) {
                return Err(RecurrenceFault::Twice(name.to_owned()));
            }
            parts.push((name, value));
        }
        Ok(Self(parts))
    }

    fn get(&self, wanted: &str) -> Option<&'a str> {
        self.0
            .iter()
            .find(|(name, _)| *name == wanted)
            .map(|(_, value)| *value)
    }

    fn until(&self) -> Result<Until, RecurrenceFault> {
        let until = match (self.get("COUNT"), self.get("UNTIL")) {
            (None, None) => return Err(RecurrenceFault::Endless),
            (Some(_), Some(_)) => return Err(RecurrenceFault::Contradiction("UNTIL".to_owned())),
            (Some(_), None) => return Ok(Until::Counted),
            (None, Some(until)) => until,
        };
        let read = || {
            if until.len() == 8 {
                return NaiveDate::parse_from_str(until, "%Y%m%d")
                    .ok()
                    .map(Until::Day);
            }
            let (wall, is_utc) = match until.strip_suffix('Z') {
                Some(wall) => (wall, true),
                None => (until, false),
            };
            let wall = NaiveDateTime::parse_from_str(wall, "%Y%m%dT%H%M%S").ok()?;
            Some(if is_utc {
                Until::Moment(wall.and_utc())
            } else {
                Until::Wall(wall)
            })
        };
        read().ok_or_else(|| self.unreadable("UNTIL"))
    }

    /// The days of a monthly rule, if one of them is the fifth from the end.
    fn fifth_from_the_end(&self) -> Result<Option<FifthFromTheEnd>, RecurrenceFault> {
        let frequency = self.frequency()?;
        let is_fifth = |day: &NWeekday| matches!(day, NWeekday::Nth(FIFTH_FROM_THE_END, _));
        let wanted = self.weekdays(frequency)?;
        if frequency != Frequency::Monthly || !wanted.iter().any(is_fifth) {
            return Ok(None);
        }
        if self.get("BYSETPOS").is_some() {
            return Err(RecurrenceFault::Contradiction("BYSETPOS".to_owned()));
        }
        let count = self.count()?;
        Ok(Some(FifthFromTheEnd { wanted, count }))
    }

    fn rule(&self, fifth: Option<&FifthFromTheEnd>) -> Result<RRule<Unvalidated>, RecurrenceFault> {
        let frequency = self.frequency()?;
        self.check_together(frequency)?;
        let mut weekdays = self.weekdays(frequency)?;
        if fifth.is_some() {
            weekdays = weekdays
                .into_iter()
                .map(FifthFromTheEnd::as_first)
                .collect();
        }
        let mut rule = RRule::new(frequency)
            .interval(self.one("INTERVAL", 1..=366)?.unwrap_or(1))
            .by_month_day(self.many("BYMONTHDAY", 31)?)
            .by_year_day(self.many("BYYEARDAY", 366)?)
            .by_week_no(self.many("BYWEEKNO", 53)?)
            .by_set_pos(self.many("BYSETPOS", 366)?)
            .by_month(&self.months()?)
            .by_weekday(weekdays);
        if let Some(count) = self.count()?.filter(|_| fifth.is_none()) {
            rule = rule.count(count);
        }
        if let Some(day) = self.get("WKST") {
            rule = rule.week_start(weekday(day).ok_or_else(|| self.unreadable("WKST"))?);
        }
        Ok(rule)
    }

    fn frequency(&self) -> Result<Frequency, RecurrenceFault> {
        match self.get("FREQ").ok_or(RecurrenceFault::NoFrequency)? {
            "DAILY" => Ok(Frequency::Daily),
            "WEEKLY" => Ok(Frequency::Weekly),
            "MONTHLY" => Ok(Frequency::Monthly),
            "YEARLY" => Ok(Frequency::Yearly),
            "HOURLY" | "MINUTELY" | "SECONDLY" => {
                Err(RecurrenceFault::NotByDays("FREQ".to_owned()))
            }
            _ => Err(self.unreadable("FREQ")),
        }
    }

    /// What RFC 5545 (section 3.3.10) forbids together.
    fn check_together(&self, frequency: Frequency) -> Result<(), RecurrenceFault> {
        let by_day_alone = ["BYDAY", "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "BYMONTH"];
        let nothing_to_pick = by_day_alone.iter().all(|name| self.get(name).is_none());
        let forbidden = [
            ("BYMONTHDAY", frequency == Frequency::Weekly),
            ("BYYEARDAY", frequency != Frequency::Yearly),
            ("BYWEEKNO", frequency != Frequency::Yearly),
            ("BYSETPOS", nothing_to_pick),
        ];
        match forbidden
            .iter()
            .find(|(name, forbidden)| *forbidden && self.get(name).is_some())
        {
            Some((name, _)) => Err(RecurrenceFault::Contradiction((*name).to_owned())),
            None => Ok(()),
        }
    }

    fn count(&self) -> Result<Option<u32>, RecurrenceFault> {
        let Some(count) = self.one("COUNT", 1..=u64::MAX)? else {
            return Ok(None);
        };
        let fits = u32::try_from(count).ok();
        fits.filter(|count| usize::try_from(*count).is_ok_and(|count| count <= MOST_DATES))
            .map(Some)
            .ok_or(RecurrenceFault::TooManyDates)
    }

    /// One number of a range.
    fn one<N: std::str::FromStr + PartialOrd>(
        &self,
        name: &'static str,
        range: std::ops::RangeInclusive<N>,
    ) -> Result<Option<N>, RecurrenceFault> {
        let Some(value) = self.get(name) else {
            return Ok(None);
        };
        let number = value.parse().ok().filter(|number| range.contains(number));
        number.map(Some).ok_or_else(|| self.unreadable(name))
    }

    /// Numbers from 1 to `most`, or from −1 to −`most`: counted from the end.
    fn many<N: TryFrom<i32>>(
        &self,
        name: &'static str,
        most: i32,
    ) -> Result<Vec<N>, RecurrenceFault> {
        let Some(values) = self.get(name) else {
            return Ok(Vec::new());
        };
        let number = |value: &str| {
            let number: i32 = value.parse().ok()?;
            let in_range = number != 0 && number.abs() <= most;
            in_range.then(|| N::try_from(number).ok()).flatten()
        };
        let numbers: Option<Vec<N>> = values.split(',').map(number).collect();
        numbers.ok_or_else(|| self.unreadable(name))
    }

    fn months(&self) -> Result<Vec<chrono::Month>, RecurrenceFault> {
        let months: Vec<i32> = self.many("BYMONTH", 12)?;
        let month = |number: i32| {
            u8::try_from(number)
                .ok()
                .and_then(|number| chrono::Month::try_from(number).ok())
        };
        let months: Option<Vec<_>> = months.into_iter().map(month).collect();
        months.ok_or_else(|| self.unreadable("BYMONTH"))
    }

    fn weekdays(&self, frequency: Frequency) -> Result<Vec<NWeekday>, RecurrenceFault> {
        let Some(values) = self.get("BYDAY") else {
            return Ok(Vec::new());
        };
        let days: Option<Vec<NWeekday>> = values.split(',').map(nth_weekday).collect();
        let days = days.ok_or_else(|| self.unreadable("BYDAY"))?;
        let by_week = self.get("BYWEEKNO").is_some();
        let may_count = match frequency {
            Frequency::Monthly => true,
            Frequency::Yearly => !by_week,
            _ => false,
        };
        if !may_count && days.iter().any(|day| matches!(day, NWeekday::Nth(..))) {
            return Err(RecurrenceFault::Contradiction("BYDAY".to_owned()));
        }
        // No month has a sixth of anything.
        let of_a_month = frequency == Frequency::Monthly;
        let too_far = |day: &NWeekday| matches!(day, NWeekday::Nth(nth, _) if !(FIFTH_FROM_THE_END..=5).contains(nth));
        if of_a_month && days.iter().any(too_far) {
            return Err(self.unreadable("BYDAY"));
        }
        Ok(days)
    }

    fn unreadable(&self, name: &str) -> RecurrenceFault {
        unreadable(&format!("{name}={}", self.get(name).unwrap_or_default()))
    }
}

fn unreadable(part: &str) -> RecurrenceFault {
    RecurrenceFault::Unreadable(part.chars().take(40).collect())
}

/// `MO`, `2TU` or `-1FR`.
fn nth_weekday(text: &str) -> Option<NWeekday> {
    let (nth, day) = text.split_at_checked(text.len().checked_sub(2)?)?;
    let day = weekday(day)?;
    if nth.is_empty() {
        return Some(NWeekday::Every(day));
    }
    let nth: i16 = nth.parse().ok()?;
    let in_a_year = nth != 0 && (-52..=53).contains(&nth);
    in_a_year.then_some(NWeekday::Nth(nth, day))
}

fn weekday(text: &str) -> Option<Weekday> {
    match text {
        "MO" => Some(Weekday::Mon),
        "TU" => Some(Weekday::Tue),
        "WE" => Some(Weekday::Wed),
        "TH" => Some(Weekday::Thu),
        "FR" => Some(Weekday::Fri),
        "SA" => Some(Weekday::Sat),
        "SU" => Some(Weekday::Sun),
        _ => None,
    }
}
