//! Opening hours of a site: a week of wall-clock periods plus dated exceptions, read in a zone.
//!
//! A period may run past midnight (`18:00`–`02:00`); `24:00` is the end of the day.
//! Daylight saving is settled here, by [`super::span::local_instant`], and nowhere else.

use chrono::{Datelike, Days, NaiveDate, TimeDelta};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::span::{Instant, Span, local_instant, merge};

const MINUTES_OF_DAY: u16 = 24 * 60;
/// A site with more is a typing error; it also bounds the work of one look-up.
const MOST_EXCEPTIONS: usize = 1_000;
const MOST_PERIODS: usize = 12;

/// A time of the wall clock in minutes after midnight, `00:00` to `24:00`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct WallTime(u16);

impl WallTime {
    /// A time from its hour and minute, if there is such a one.
    pub fn new(hour: u16, minute: u16) -> Option<Self> {
        let minutes = hour.checked_mul(60)?.checked_add(minute)?;
        (minute < 60 && minutes <= MINUTES_OF_DAY).then_some(Self(minutes))
    }

    /// Minutes after midnight, 0 to 1440.
    pub fn minutes(self) -> u16 {
        self.0
    }
}

impl std::fmt::Display for WallTime {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

impl std::str::FromStr for WallTime {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parse = |digits: &str| {
            let two = digits.len() == 2 && digits.bytes().all(|byte| byte.is_ascii_digit());
            two.then(|| digits.parse::<u16>().ok()).flatten()
        };
        text.split_once(':')
            .and_then(|(hour, minute)| Self::new(parse(hour)?, parse(minute)?))
            .ok_or("expected a time such as 08:30, from 00:00 to 24:00")
    }
}

impl Serialize for WallTime {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for WallTime {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// One open period of a day; when `to` is not after `from` it ends on the next day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenPeriod {
    /// Opening time.
    pub from: WallTime,
    /// Closing time.
    pub to: WallTime,
}

/// The open periods of each day of the week.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[expect(missing_docs, reason = "the names of the days say it")]
pub struct Week {
    pub mon: Vec<OpenPeriod>,
    pub tue: Vec<OpenPeriod>,
    pub wed: Vec<OpenPeriod>,
    pub thu: Vec<OpenPeriod>,
    pub fri: Vec<OpenPeriod>,
    pub sat: Vec<OpenPeriod>,
    pub sun: Vec<OpenPeriod>,
}

/// What replaces the week on one date: a holiday (no periods) or other hours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DatedException {
    /// The local date.
    pub date: NaiveDate,
    /// The periods that start on it; none means closed.
    pub open: Vec<OpenPeriod>,
    /// Why, for people.
    #[serde(default)]
    pub note: String,
}

/// A site's hours.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpeningHours {
    /// The ordinary week.
    pub weekly: Week,
    /// Dates on which other periods count.
    #[serde(default)]
    pub exceptions: Vec<DatedException>,
}

/// Why hours are not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HoursFault {
    /// More exceptions than any site has.
    TooManyExceptions,
    /// More periods in a day than any site has.
    TooManyPeriods,
    /// The same date stands twice.
    DuplicateDate(NaiveDate),
}

impl OpeningHours {
    /// Hours that are the same every day.
    pub fn daily(from: WallTime, to: WallTime) -> Self {
        let day = vec![OpenPeriod { from, to }];
        let weekly = Week {
            mon: day.clone(),
            tue: day.clone(),
            wed: day.clone(),
            thu: day.clone(),
            fri: day.clone(),
            sat: day.clone(),
            sun: day,
        };
        Self {
            weekly,
            exceptions: Vec::new(),
        }
    }

    /// Whether these hours are bounded and unambiguous.
    pub fn check(&self) -> Result<(), HoursFault> {
        if self.exceptions.len() > MOST_EXCEPTIONS {
            return Err(HoursFault::TooManyExceptions);
        }
        let week = &self.weekly;
        let days = [
            &week.mon, &week.tue, &week.wed, &week.thu, &week.fri, &week.sat, &week.sun,
        ];
        let dated = self.exceptions.iter().map(|exception| &exception.open);
        if days
            .into_iter()
            .chain(dated)
            .any(|periods| periods.len() > MOST_PERIODS)
        {
            return Err(HoursFault::TooManyPeriods);
        }
        let mut dates: Vec<_> = self
            .exceptions
            .iter()
            .map(|exception| exception.date)
            .collect();
        dates.sort_unstable();
        match dates.windows(2).find(|pair| pair[0] == pair[1]) {
            Some(pair) => Err(HoursFault::DuplicateDate(pair[0])),
            None => Ok(()),
        }
    }

    /// The spans it is open within `range`, merged and in order.
    pub fn open_spans(&self, range: Span, zone: Tz) -> Vec<Span> {
        let mut spans = Vec::new();
        // A period that starts the evening before may reach into the range; and where a zone skipped a whole
        // date, that evening was two dates before.
        let mut day = range.start().with_timezone(&zone).date_naive() - Days::new(2);
        let last = range.end().with_timezone(&zone).date_naive();
        while day <= last {
            let opened = self
                .periods_of(day)
                .iter()
                .filter_map(|period| instants(day, *period, zone));
            spans.extend(opened.filter_map(|span| span.clip(range)));
            day = day + Days::new(1);
        }
        merge(&spans)
    }

    /// Whether the moment is open, closing time included: gear may be returned on the stroke.
    pub fn is_open_at(&self, moment: Instant, zone: Tz) -> bool {
        let Ok(around) = Span::new(
            moment - TimeDelta::minutes(1),
            moment + TimeDelta::minutes(1),
        ) else {
            return false;
        };
        !self.open_spans(around, zone).is_empty()
    }

    fn periods_of(&self, day: NaiveDate) -> &[OpenPeriod] {
        if let Some(exception) = self
            .exceptions
            .iter()
            .find(|exception| exception.date == day)
        {
            return &exception.open;
        }
        match day.weekday() {
            chrono::Weekday::Mon => &self.weekly.mon,
            chrono::Weekday::Tue => &self.weekly.tue,
            chrono::Weekday::Wed => &self.weekly.wed,
            chrono::Weekday::Thu => &self.weekly.thu,
            chrono::Weekday::Fri => &self.weekly.fri,
            chrono::Weekday::Sat => &self.weekly.sat,
            chrono::Weekday::Sun => &self.weekly.sun,
        }
    }
}

/// The night of the trade: 22:00 to 06:00 of the wall clock.
pub fn night() -> OpeningHours {
    OpeningHours::daily(WallTime(22 * 60), WallTime(6 * 60))
}

/// The moments of a period on a day. `None` where a clock change swallows the whole of it.
fn instants(day: NaiveDate, period: OpenPeriod, zone: Tz) -> Option<Span> {
    let wall = |minutes: u16| {
        day.and_time(chrono::NaiveTime::MIN) + TimeDelta::minutes(i64::from(minutes))
    };
    let past_midnight = period.to <= period.from;
    let to = if past_midnight {
        period.to.0 + MINUTES_OF_DAY
    } else {
        period.to.0
    };
    Span::new(
        local_instant(wall(period.from.0), zone),
        local_instant(wall(to), zone),
    )
    .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(start: &str, end: &str) -> Span {
        Span::new(
            start.parse().expect("a moment"),
            end.parse().expect("a moment"),
        )
        .expect("a span")
    }

    fn wall(text: &str) -> WallTime {
        text.parse().expect("a wall time")
    }

    #[test]
    fn wall_times_are_read_strictly() {
        assert_eq!(wall("24:00").minutes(), 1440);
        for bad in ["24:01", "8:00", "08:60", "08", "-1:00", "08:00:00", "+8:00"] {
            assert!(bad.parse::<WallTime>().is_err(), "{bad}");
        }
    }

    #[test]
    fn shanghai_days_open_in_utc() {
        let hours = OpeningHours::daily(wall("08:00"), wall("22:00"));
        let range = span("2030-01-07T00:00:00Z", "2030-01-08T12:00:00Z");
        let open = hours.open_spans(range, chrono_tz::Asia::Shanghai);
        assert_eq!(
            open,
            [
                span("2030-01-07T00:00:00Z", "2030-01-07T14:00:00Z"),
                span("2030-01-08T00:00:00Z", "2030-01-08T12:00:00Z"),
            ]
        );
    }

    #[test]
    fn a_period_past_midnight_reaches_into_the_next_day() {
        let hours = OpeningHours::daily(wall("18:00"), wall("02:00"));
        let range = span("2030-01-07T00:00:00Z", "2030-01-07T01:00:00Z");
        assert_eq!(hours.open_spans(range, Tz::UTC), [range]);
    }

    #[test]
    fn an_exception_replaces_the_week() {
        let mut hours = OpeningHours::daily(wall("08:00"), wall("22:00"));
        let date = NaiveDate::from_ymd_opt(2030, 1, 7).expect("a date");
        hours.exceptions.push(DatedException {
            date,
            open: Vec::new(),
            note: "stock take".into(),
        });
        let monday = span("2030-01-07T00:00:00Z", "2030-01-08T00:00:00Z");
        assert!(hours.open_spans(monday, Tz::UTC).is_empty());
    }

    #[test]
    fn closing_time_itself_still_takes_returns() {
        let hours = OpeningHours::daily(wall("08:00"), wall("22:00"));
        let is_open = |text: &str| hours.is_open_at(text.parse().expect("a moment"), Tz::UTC);
        assert!(is_open("2030-01-07T08:00:00Z"));
        assert!(is_open("2030-01-07T22:00:00Z"));
        assert!(!is_open("2030-01-07T22:01:00Z"));
        assert!(!is_open("2030-01-07T07:59:00Z"));
    }

    #[test]
    fn the_long_night_of_the_clock_change_is_open_all_through() {
        let zone = chrono_tz::Europe::Berlin;
        let hours = OpeningHours::daily(wall("00:00"), wall("24:00"));
        let day = span("2030-10-26T22:00:00Z", "2030-10-27T23:00:00Z");
        assert_eq!(hours.open_spans(day, zone), [day]);
    }
}
