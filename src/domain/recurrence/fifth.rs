//! `-5MO`: a Monday with four after it in its month. Not here: every other day of a rule.

use chrono::{Datelike, Months, NaiveDate};
use rrule::NWeekday;

/// Counted from the end, as a rule writes it.
pub(super) const FIFTH_FROM_THE_END: i16 = -5;

/// Days of the week of which some are the fifth from the end of a month, as `-5MO`. The crate counts no further
/// back than four, so it is asked for the first instead (in a month with five they are the same day), and
/// what else it then finds is left out and not counted.
#[derive(Debug, Clone)]
pub(super) struct FifthFromTheEnd {
    pub(super) wanted: Vec<NWeekday>,
    pub(super) count: Option<u32>,
}

impl FifthFromTheEnd {
    /// Whether any of the wanted is this day.
    pub(super) fn names(&self, day: NaiveDate) -> bool {
        let nth = i16::try_from(day.day0() / 7 + 1).unwrap_or(0);
        let last = i16::try_from((days_in_month(day) - day.day()) / 7 + 1).unwrap_or(0);
        self.wanted.iter().any(|wanted| match *wanted {
            NWeekday::Every(weekday) => weekday == day.weekday(),
            NWeekday::Nth(n, weekday) => weekday == day.weekday() && (n == nth || n == -last),
        })
    }

    /// Whether there are as many as were wanted.
    pub(super) fn is_over(&self, found: usize) -> bool {
        let count = self.count.and_then(|count| usize::try_from(count).ok());
        count.is_some_and(|count| found >= count)
    }

    /// The day the crate is asked for in its place.
    pub(super) fn as_first(day: NWeekday) -> NWeekday {
        match day {
            NWeekday::Nth(FIFTH_FROM_THE_END, weekday) => NWeekday::Nth(1, weekday),
            NWeekday::Every(_) | NWeekday::Nth(..) => day,
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
