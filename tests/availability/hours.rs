//! `domain::hours`: what is open, against a wall clock that is read minute by minute.

use backlot::domain::hours::{DatedException, OpenPeriod, OpeningHours, WallTime, Week};
use backlot::domain::span::{Instant, Span};
use chrono::{Datelike, Days, NaiveDate, NaiveDateTime, TimeDelta, Weekday};
use chrono_tz::Tz;
use proptest::prelude::*;

use super::{all_minutes, in_order_with_gaps, minutes, pictures, zone_and_day};

fn wall_time() -> impl Strategy<Value = WallTime> {
    // Half past two and its like are where clock changes bite; any other minute may come as well.
    let time = prop_oneof![0..=96_u16, Just(10)].prop_map(|quarter| quarter.min(96) * 15);
    (time, 0..15_u16).prop_map(|(quarters, extra)| {
        let minutes = (quarters + if quarters % 2 == 0 { 0 } else { extra }).min(1440);
        WallTime::new(minutes / 60, minutes % 60).expect("within a day")
    })
}

fn day_hours() -> impl Strategy<Value = Vec<OpenPeriod>> {
    let period = (wall_time(), wall_time()).prop_map(|(from, to)| OpenPeriod { from, to });
    prop::collection::vec(period, 0..3)
}

fn opening_hours(around: Instant) -> impl Strategy<Value = OpeningHours> {
    let week = prop::collection::vec(day_hours(), 7).prop_map(|mut days| {
        let mut next = || days.pop().unwrap_or_default();
        let (mon, tue, wed) = (next(), next(), next());
        Week {
            mon,
            tue,
            wed,
            thu: next(),
            fri: next(),
            sat: next(),
            sun: next(),
        }
    });
    let dated = prop::collection::vec((0..6_u64, day_hours()), 0..2);
    (week, dated).prop_map(move |(weekly, dated)| {
        let first = around.date_naive() - Days::new(3);
        let mut exceptions: Vec<DatedException> = Vec::new();
        for (later, open) in dated {
            let date = first + Days::new(later);
            if exceptions.iter().all(|known| known.date != date) {
                exceptions.push(DatedException {
                    date,
                    open,
                    note: String::new(),
                });
            }
        }
        OpeningHours { weekly, exceptions }
    })
}

fn case() -> impl Strategy<Value = (Tz, Span, OpeningHours)> {
    zone_and_day().prop_flat_map(|(zone, day)| {
        let range = (-1_440..1_440_i64, 1..2_880_i64).prop_map(move |(from, length)| {
            let start = day + TimeDelta::minutes(from);
            Span::new(start, start + TimeDelta::minutes(length)).expect("a span")
        });
        (Just(zone), range, opening_hours(day))
    })
}

/// The minutes around a range together with what the wall clock shows at each.
struct WallClock {
    shown: Vec<(Instant, NaiveDateTime)>,
}

impl WallClock {
    fn around(range: Span, zone: Tz) -> Self {
        let around = range.widen(4 * 1_440, 4 * 1_440);
        let shown = |minute: Instant| (minute, minute.with_timezone(&zone).naive_local());
        Self {
            shown: minutes(around).map(shown).collect(),
        }
    }

    /// The first minute that shows this time; where the clock jumps over it, as long after the jump
    /// as the time is after what the clock showed last.
    fn moment_of(&self, time: NaiveDateTime) -> Instant {
        if let Some((minute, _)) = self.shown.iter().find(|(_, shown)| *shown == time) {
            return *minute;
        }
        let jump = self
            .shown
            .windows(2)
            .find(|pair| pair[0].1 < time && time < pair[1].1);
        let (before, shown) = jump.expect("the time is near the range")[0];
        before + (time - shown)
    }

    /// Whether the minute lies in a period that began on its day or on one of the days before.
    fn is_open(&self, hours: &OpeningHours, minute: Instant, zone: Tz) -> bool {
        let today = minute.with_timezone(&zone).date_naive();
        let days = (0..3).map(|back| today - Days::new(back));
        let mut periods = days.flat_map(|day| {
            periods_of(hours, day)
                .iter()
                .map(move |period| (day, period))
        });
        periods.any(|(day, period)| {
            let at = |minutes: u16| {
                day.and_time(chrono::NaiveTime::MIN) + TimeDelta::minutes(i64::from(minutes))
            };
            let opens = at(period.from.minutes());
            let closes = at(period.to.minutes());
            let closes = if closes <= opens {
                closes + TimeDelta::days(1)
            } else {
                closes
            };
            self.moment_of(opens) <= minute && minute < self.moment_of(closes)
        })
    }
}

fn periods_of(hours: &OpeningHours, day: NaiveDate) -> &[OpenPeriod] {
    if let Some(exception) = hours
        .exceptions
        .iter()
        .find(|exception| exception.date == day)
    {
        return &exception.open;
    }
    let week = &hours.weekly;
    match day.weekday() {
        Weekday::Mon => &week.mon,
        Weekday::Tue => &week.tue,
        Weekday::Wed => &week.wed,
        Weekday::Thu => &week.thu,
        Weekday::Fri => &week.fri,
        Weekday::Sat => &week.sat,
        Weekday::Sun => &week.sun,
    }
}

proptest! {
    #![proptest_config(pictures(96))]

    #[test]
    fn open_spans_are_the_minutes_the_wall_clock_says((zone, range, hours) in case()) {
        let clock = WallClock::around(range, zone);
        let open = hours.open_spans(range, zone);
        let expected = minutes(range).step_by(7).filter(|minute| clock.is_open(&hours, *minute, zone));
        let found = all_minutes(&open);
        let sampled = minutes(range).step_by(7).filter(|minute| found.contains(minute));
        prop_assert_eq!(sampled.collect::<Vec<_>>(), expected.collect::<Vec<_>>());
        prop_assert!(in_order_with_gaps(&open), "merged and in order");
        prop_assert!(open.iter().all(|span| range.encloses(*span)), "within the range");
    }

    #[test]
    fn the_stroke_of_closing_time_is_still_open((zone, range, hours) in case()) {
        let clock = WallClock::around(range, zone);
        for minute in minutes(range).step_by(31) {
            let before = minute - TimeDelta::minutes(1);
            let expected = clock.is_open(&hours, minute, zone) || clock.is_open(&hours, before, zone);
            prop_assert_eq!(hours.is_open_at(minute, zone), expected, "{}", minute);
        }
    }
}
