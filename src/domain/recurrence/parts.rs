//! The text of a rule, read part by part: what RFC 5545 allows, as far as it is about days. Not here: which days
//! it gives.

use chrono::{NaiveDate, NaiveDateTime, Weekday};
use rrule::{Frequency, NWeekday, RRule, Unvalidated};

use super::fifth::{FIFTH_FROM_THE_END, FifthFromTheEnd};
use super::{MOST_DATES, RecurrenceFault, Until};

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
pub(super) struct Parts<'a>(Vec<(&'a str, &'a str)>);

impl<'a> Parts<'a> {
    pub(super) fn split(text: &'a str) -> Result<Self, RecurrenceFault> {
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

    pub(super) fn until(&self) -> Result<Until, RecurrenceFault> {
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
    pub(super) fn fifth_from_the_end(&self) -> Result<Option<FifthFromTheEnd>, RecurrenceFault> {
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

    pub(super) fn rule(
        &self,
        fifth: Option<&FifthFromTheEnd>,
    ) -> Result<RRule<Unvalidated>, RecurrenceFault> {
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
