//! `LocalTimes`: moments and spans as a reader says them, on the cluster's clocks.
//! For letters and for the descriptions of calendar entries; machines are given UTC instead.

use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, NaiveTime, Offset, Weekday};
use chrono_tz::Tz;

use crate::domain::people::Language;
use crate::domain::span::Instant;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// The cluster's clocks, read out in one language.
#[derive(Debug, Clone, Copy)]
pub struct LocalTimes {
    zone: Tz,
    language: Language,
    /// Named once beside the zone. A time with another one (clocks changed in between) says so.
    usual_offset: FixedOffset,
}

impl LocalTimes {
    /// Clocks for a text whose first moment is `first`.
    pub fn new(zone: Tz, language: Language, first: Instant) -> Self {
        let usual_offset = first.with_timezone(&zone).offset().fix();
        Self {
            zone,
            language,
            usual_offset,
        }
    }

    /// The zone and its distance from UTC: `Asia/Shanghai (UTC+08:00)`.
    pub fn zone_name(self) -> String {
        let (zone, offset) = (self.zone, self.usual_offset);
        match self.language {
            Language::Zh => format!("{zone}（UTC{offset}）"),
            Language::En => format!("{zone} (UTC{offset})"),
        }
    }

    /// A moment that stands alone: `Monday 7 January 2030, 22:00 (Asia/Shanghai, UTC+08:00)`.
    pub fn moment_and_zone(self, at: Instant) -> String {
        let (moment, zone, offset) = (self.moment(at), self.zone, self.usual_offset);
        match self.language {
            Language::Zh => format!("{moment}（{zone}，UTC{offset}）"),
            Language::En => format!("{moment} ({zone}, UTC{offset})"),
        }
    }

    /// A moment: `Monday 7 January 2030, 22:00`.
    pub fn moment(self, at: Instant) -> String {
        let local = at.with_timezone(&self.zone);
        self.day_and_clock(local.date_naive(), &self.clock(local))
    }

    /// The day of a moment, without its year.
    pub fn day(self, at: Instant) -> String {
        self.day_without_year(at.with_timezone(&self.zone).date_naive())
    }

    /// A span; one that runs over midnight says so in words.
    pub fn span(self, start: Instant, end: Instant) -> String {
        let start = start.with_timezone(&self.zone);
        let (last_day, end_clock) = self.end_of_span(end.with_timezone(&self.zone));
        let from = self.day_and_clock(start.date_naive(), &self.clock(start));
        match (last_day - start.date_naive()).num_days() {
            0 => format!("{from}–{end_clock}"),
            1 => self.over_one_midnight(&from, last_day, &end_clock),
            midnights => self.over_midnights(&from, last_day, &end_clock, midnights),
        }
    }

    fn over_one_midnight(self, from: &str, last_day: NaiveDate, clock: &str) -> String {
        let day = self.day_without_year(last_day);
        match self.language {
            Language::Zh => format!("{from} – 次日 {clock}（{day}，跨午夜）"),
            Language::En => format!("{from} – {clock} the next day ({day}, over midnight)"),
        }
    }

    fn over_midnights(
        self,
        from: &str,
        last_day: NaiveDate,
        clock: &str,
        midnights: i64,
    ) -> String {
        let to = self.day_and_clock(last_day, clock);
        match self.language {
            Language::Zh => format!("{from} – {to}（跨 {midnights} 个午夜）"),
            Language::En => format!("{from} – {to} (over {midnights} midnights)"),
        }
    }

    /// Spans are half-open: one that ends at midnight ends on the day before, at 24:00.
    fn end_of_span(self, end: DateTime<Tz>) -> (NaiveDate, String) {
        let day = end.date_naive();
        if end.time() != NaiveTime::MIN {
            return (day, self.clock(end));
        }
        let day_before = day.pred_opt().unwrap_or(day);
        (day_before, format!("24:00{}", self.offset_if_unusual(end)))
    }

    fn clock(self, local: DateTime<Tz>) -> String {
        format!("{}{}", local.format("%H:%M"), self.offset_if_unusual(local))
    }

    fn offset_if_unusual(self, local: DateTime<Tz>) -> String {
        let offset = local.offset().fix();
        if offset == self.usual_offset {
            String::new()
        } else {
            format!(" (UTC{offset})")
        }
    }

    fn day_and_clock(self, day: NaiveDate, clock: &str) -> String {
        let (year, weekday_and_day) = (day.year(), self.day_without_year(day));
        match self.language {
            Language::Zh => format!("{year}年{weekday_and_day} {clock}"),
            Language::En => format!("{weekday_and_day} {year}, {clock}"),
        }
    }

    fn day_without_year(self, day: NaiveDate) -> String {
        let weekday = weekday(day.weekday(), self.language);
        match self.language {
            Language::Zh => format!("{}月{}日 {weekday}", day.month(), day.day()),
            Language::En => format!("{weekday} {} {}", day.day(), MONTHS[day.month0() as usize]),
        }
    }
}

fn weekday(weekday: Weekday, language: Language) -> &'static str {
    match weekday {
        Weekday::Mon => language.pick("星期一", "Monday"),
        Weekday::Tue => language.pick("星期二", "Tuesday"),
        Weekday::Wed => language.pick("星期三", "Wednesday"),
        Weekday::Thu => language.pick("星期四", "Thursday"),
        Weekday::Fri => language.pick("星期五", "Friday"),
        Weekday::Sat => language.pick("星期六", "Saturday"),
        Weekday::Sun => language.pick("星期日", "Sunday"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(zone: Tz, start: &str, end: &str, zh: &str, en: &str) {
        let (start, end) = (
            start.parse().expect("a moment"),
            end.parse().expect("a moment"),
        );
        assert_eq!(
            LocalTimes::new(zone, Language::Zh, start).span(start, end),
            zh
        );
        assert_eq!(
            LocalTimes::new(zone, Language::En, start).span(start, end),
            en
        );
    }

    const SHANGHAI: Tz = chrono_tz::Asia::Shanghai;

    #[test]
    fn within_one_day() {
        let (zh, en) = (
            "2030年1月7日 星期一 09:00–14:00",
            "Monday 7 January 2030, 09:00–14:00",
        );
        check(
            SHANGHAI,
            "2030-01-07T01:00:00Z",
            "2030-01-07T06:00:00Z",
            zh,
            en,
        );
    }

    #[test]
    fn until_midnight_stays_on_its_day() {
        let (zh, en) = (
            "2030年1月7日 星期一 18:00–24:00",
            "Monday 7 January 2030, 18:00–24:00",
        );
        check(
            SHANGHAI,
            "2030-01-07T10:00:00Z",
            "2030-01-07T16:00:00Z",
            zh,
            en,
        );
    }

    #[test]
    fn over_midnight_says_so() {
        let zh = "2030年12月31日 星期二 22:00 – 次日 06:00（1月1日 星期三，跨午夜）";
        let en = "Tuesday 31 December 2030, 22:00 – 06:00 the next day (Wednesday 1 January, over midnight)";
        check(
            SHANGHAI,
            "2030-12-31T14:00:00Z",
            "2030-12-31T22:00:00Z",
            zh,
            en,
        );
    }

    #[test]
    fn over_many_midnights_counts_them() {
        let zh = "2030年1月7日 星期一 09:00 – 2030年1月10日 星期四 18:00（跨 3 个午夜）";
        let en =
            "Monday 7 January 2030, 09:00 – Thursday 10 January 2030, 18:00 (over 3 midnights)";
        check(
            SHANGHAI,
            "2030-01-07T01:00:00Z",
            "2030-01-10T10:00:00Z",
            zh,
            en,
        );
    }

    #[test]
    fn a_clock_change_inside_is_shown() {
        let zh = "2030年10月27日 星期日 01:00–05:00 (UTC+01:00)";
        let en = "Sunday 27 October 2030, 01:00–05:00 (UTC+01:00)";
        let berlin = chrono_tz::Europe::Berlin;
        check(
            berlin,
            "2030-10-26T23:00:00Z",
            "2030-10-27T04:00:00Z",
            zh,
            en,
        );
    }
}
