//! Quotas: how much of a week one company may have, of one listing or of everything. Hours of each unit count: two
//! lamps for three hours are six. A week is the cluster's, from Monday; what lasts over its end counts in both.
//!
//! A listing's quota does not bind its owner. What counts is what claims units or waits in line for them.

use chrono::{Days, NaiveDate};
use chrono_tz::Tz;

use super::ids::ListingId;
use super::span::{Instant, Span, local_midnight};

/// The most hours a quota may be set to: beyond that it binds nobody.
pub const MOST_HOURS: u32 = 168_000;
/// The most weeks of one line that are looked at; no line is longer than a year.
const MOST_WEEKS: usize = 54;

/// What one company may have, where it is less than what holds for all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Limits {
    /// Hours in one week, of everything together.
    pub weekly_hours: Option<u32>,
    /// Lines on hold or in line at a time.
    pub most_holds: Option<u32>,
    /// How far ahead it may book.
    pub horizon_days: Option<u32>,
}

words! {
    /// Whose quota it is.
    Scope {
        /// Each company's share of one listing.
        Listing = "listing",
        /// One company's share of everything.
        Company = "company",
    }
}

/// A line that counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counted {
    /// Of which listing.
    pub listing: ListingId,
    /// When.
    pub span: Span,
    /// How many units.
    pub units: u32,
}

/// A quota that a line would go over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OverQuota {
    /// Whose it is.
    pub scope: Scope,
    /// Hours in one week.
    pub weekly_hours: u32,
    /// Minutes of it that are taken already.
    pub used_minutes: i64,
    /// Minutes of that week the line asks for.
    pub asked_minutes: i64,
    /// The Monday of that week.
    pub week: NaiveDate,
    /// When the next week begins, and with it a new quota.
    pub frees_at: Instant,
}

/// The first week in which `wanted` goes over the quota beside what is `taken`.
pub fn over(
    scope: Scope,
    weekly_hours: u32,
    taken: &[Counted],
    wanted: &Counted,
    zone: Tz,
) -> Option<OverQuota> {
    let most = i64::from(weekly_hours) * 60;
    weeks(wanted.span, zone).find_map(|(week, span)| {
        let asked_minutes = minutes_in(wanted, span);
        let used_minutes = taken.iter().map(|one| minutes_in(one, span)).sum();
        let is_over = asked_minutes > 0 && used_minutes + asked_minutes > most;
        is_over.then_some(OverQuota {
            scope,
            weekly_hours,
            used_minutes,
            asked_minutes,
            week,
            frees_at: span.end(),
        })
    })
}

/// From the Monday before a span begins to the Monday after it ends.
pub fn whole_weeks(span: Span, zone: Tz) -> Span {
    let first = weeks(span, zone).next();
    let last = weeks(span, zone).last();
    let joined = first
        .zip(last)
        .map(|((_, first), (_, last))| Span::new(first.start(), last.end().max(span.end())));
    joined.and_then(Result::ok).unwrap_or(span)
}

/// The weeks a span touches, each with its Monday.
fn weeks(span: Span, zone: Tz) -> impl Iterator<Item = (NaiveDate, Span)> {
    let monday = super::demand::week_of(span.start(), zone);
    let next = |monday: &NaiveDate| monday.checked_add_days(Days::new(7));
    std::iter::successors(Some(monday), next)
        .take(MOST_WEEKS)
        .filter_map(move |monday| {
            let end = local_midnight(next(&monday)?, zone);
            Some((monday, Span::new(local_midnight(monday, zone), end).ok()?))
        })
        .take_while(move |(_, week)| week.start() < span.end())
}

fn minutes_in(one: &Counted, week: Span) -> i64 {
    let inside = one.span.clip(week).map_or(0, Span::minutes);
    inside.saturating_mul(one.units.into())
}

#[cfg(test)]
mod tests {
    use super::super::ids::Id;
    use super::*;

    const ZONE: Tz = chrono_tz::Asia::Shanghai;

    fn counted(start: &str, end: &str, units: u32) -> Counted {
        let moment = |text: &str| -> Instant {
            format!("2030-01-{text}:00+08:00")
                .parse()
                .expect("a moment")
        };
        Counted {
            listing: ListingId::from_raw(1),
            span: Span::new(moment(start), moment(end)).expect("a span"),
            units,
        }
    }

    #[test]
    fn a_quota_is_used_up_to_its_last_minute() {
        let taken = [counted("08T09:00", "08T12:00", 2)];
        let asks = |end| {
            over(
                Scope::Listing,
                10,
                &taken,
                &counted("09T09:00", end, 1),
                ZONE,
            )
        };
        assert_eq!(asks("09T13:00"), None);
        let refused = asks("09T13:30").expect("over");
        assert_eq!((refused.used_minutes, refused.asked_minutes), (360, 270));
        assert_eq!(refused.week.to_string(), "2030-01-07");
        assert_eq!(refused.frees_at.to_rfc3339(), "2030-01-13T16:00:00+00:00");
    }

    #[test]
    fn what_lasts_over_sunday_counts_in_both_weeks() {
        let night = counted("13T20:00", "14T04:00", 1);
        assert_eq!(over(Scope::Company, 4, &[], &night, ZONE), None);
        let monday = [counted("14T10:00", "14T11:00", 1)];
        let refused = over(Scope::Company, 4, &monday, &night, ZONE).expect("over");
        assert_eq!(refused.week.to_string(), "2030-01-14");
        assert_eq!(whole_weeks(night.span, ZONE).minutes(), 2 * 7 * 24 * 60);
    }

    #[test]
    fn last_week_s_hours_are_last_week_s() {
        let taken = [counted("13T08:00", "13T22:00", 1)];
        let wanted = counted("14T08:00", "14T22:00", 1);
        assert_eq!(over(Scope::Listing, 14, &taken, &wanted, ZONE), None);
    }
}
