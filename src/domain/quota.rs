//! Quotas: how much of a week one company may have, of one listing or of everything. Hours of each unit count: two
//! lamps for three hours are six. A week is the cluster's, from Monday; what lasts over its end counts in both.
//!
//! A listing's quota does not bind its owner. What counts is what claims units or waits in line for them.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use chrono_tz::Tz;

use super::ids::ListingId;
use super::people::CompanyKind;
use super::span::{Instant, Span, local_midnight};

/// The most hours a quota may be set to: beyond that it binds nobody.
pub const MOST_HOURS: u32 = 168_000;
/// The most weeks that are looked at: no line is longer than a year, and none begins later than in two.
const MOST_WEEKS: usize = 160;

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

/// How far ahead companies may book, by their kind; a kind without a figure is bound by no such limit.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Horizons(BTreeMap<CompanyKind, u32>);

impl Horizons {
    /// Of these kinds, in days.
    pub fn new(days: impl IntoIterator<Item = (CompanyKind, u32)>) -> Self {
        Self(days.into_iter().collect())
    }

    /// What binds a company of these kinds: the farthest of theirs, and nothing where one of them has none.
    pub fn of(&self, kinds: &[CompanyKind]) -> Option<u32> {
        let days = kinds.iter().map(|kind| self.of_kind(*kind));
        days.collect::<Option<Vec<u32>>>()?.into_iter().max()
    }

    /// What is set for a kind.
    pub fn of_kind(&self, kind: CompanyKind) -> Option<u32> {
        self.0.get(&kind).copied()
    }

    /// All that are set.
    pub fn all(&self) -> impl Iterator<Item = (CompanyKind, u32)> {
        self.0.iter().map(|(kind, days)| (*kind, *days))
    }
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

/// What one company has already, week by week, and what it may have of everything together.
#[derive(Debug, Clone)]
pub struct Account {
    weekly_hours: Option<u32>,
    /// In order of time, without a gap.
    weeks: Vec<(NaiveDate, Span)>,
    /// Minutes of all in each week.
    of_all: Vec<i64>,
    /// Minutes of one listing in each week.
    of_listing: BTreeMap<ListingId, Vec<i64>>,
}

impl Account {
    /// An account of the weeks that `window` touches. What lies outside of them is not counted, and nothing there
    /// is ever over.
    pub fn open(weekly_hours: Option<u32>, window: Span, zone: Tz) -> Self {
        let weeks: Vec<(NaiveDate, Span)> = weeks(window, zone).collect();
        Self {
            weekly_hours,
            of_all: vec![0; weeks.len()],
            of_listing: BTreeMap::new(),
            weeks,
        }
    }

    /// From now on a line counts.
    pub fn count(&mut self, one: &Counted) {
        for at in self.touched(one.span) {
            let minutes = minutes_in(one, self.weeks[at].1);
            self.of_all[at] += minutes;
            let none = || vec![0; self.weeks.len()];
            self.of_listing.entry(one.listing).or_insert_with(none)[at] += minutes;
        }
    }

    /// What a line would go over, beside what counts and what stands `beside` it: the company's `share` of the
    /// listing, and what it may have of everything.
    pub fn over(&self, share: Option<u32>, wanted: &Counted, beside: &[Counted]) -> Vec<OverQuota> {
        let listing = wanted.listing;
        let of_listing = self.of_listing.get(&listing);
        let here = |at: usize| of_listing.map_or(0, |weeks| weeks[at]);
        let also_here = beside.iter().filter(move |one| one.listing == listing);
        let share = share.and_then(|hours| {
            self.over_one(Scope::Listing, hours, wanted, |at, week| {
                here(at) + minutes_of(also_here.clone(), week)
            })
        });
        let all = self.weekly_hours.and_then(|hours| {
            self.over_one(Scope::Company, hours, wanted, |at, week| {
                self.of_all[at] + minutes_of(beside.iter(), week)
            })
        });
        share.into_iter().chain(all).collect()
    }

    /// The first week in which a line goes over one quota.
    fn over_one(
        &self,
        scope: Scope,
        weekly_hours: u32,
        wanted: &Counted,
        used: impl Fn(usize, Span) -> i64,
    ) -> Option<OverQuota> {
        let most = i64::from(weekly_hours) * 60;
        self.touched(wanted.span).find_map(|at| {
            let (week, span) = self.weeks[at];
            let asked_minutes = minutes_in(wanted, span);
            let used_minutes = used(at, span);
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

    /// The places of the weeks a span touches.
    fn touched(&self, span: Span) -> std::ops::Range<usize> {
        let first = self
            .weeks
            .partition_point(|(_, week)| week.end() <= span.start());
        let after = self
            .weeks
            .partition_point(|(_, week)| week.start() < span.end());
        first..after.max(first)
    }
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

fn minutes_of<'a>(all: impl Iterator<Item = &'a Counted>, week: Span) -> i64 {
    all.map(|one| minutes_in(one, week)).sum()
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

    /// What is over beside what is taken, in the weeks of January 2030.
    fn over(scope: Scope, hours: u32, taken: &[Counted], wanted: &Counted) -> Option<OverQuota> {
        let window = counted("01T00:00", "31T00:00", 1).span;
        let (share, all) = match scope {
            Scope::Listing => (Some(hours), None),
            Scope::Company => (None, Some(hours)),
        };
        let mut account = Account::open(all, window, ZONE);
        let whole = account.over(share, wanted, taken);
        for one in taken {
            account.count(one);
        }
        assert_eq!(account.over(share, wanted, &[]), whole, "counted or beside");
        whole.into_iter().next()
    }

    #[test]
    fn a_quota_is_used_up_to_its_last_minute() {
        let taken = [counted("08T09:00", "08T12:00", 2)];
        let asks = |end| over(Scope::Listing, 10, &taken, &counted("09T09:00", end, 1));
        assert_eq!(asks("09T13:00"), None);
        let refused = asks("09T13:30").expect("over");
        assert_eq!((refused.used_minutes, refused.asked_minutes), (360, 270));
        assert_eq!(refused.week.to_string(), "2030-01-07");
        assert_eq!(refused.frees_at.to_rfc3339(), "2030-01-13T16:00:00+00:00");
    }

    #[test]
    fn what_lasts_over_sunday_counts_in_both_weeks() {
        let night = counted("13T20:00", "14T04:00", 1);
        assert_eq!(over(Scope::Company, 4, &[], &night), None);
        let monday = [counted("14T10:00", "14T11:00", 1)];
        let refused = over(Scope::Company, 4, &monday, &night).expect("over");
        assert_eq!(refused.week.to_string(), "2030-01-14");
        assert_eq!(whole_weeks(night.span, ZONE).minutes(), 2 * 7 * 24 * 60);
    }

    #[test]
    fn last_week_s_hours_are_last_week_s() {
        let taken = [counted("13T08:00", "13T22:00", 1)];
        let wanted = counted("14T08:00", "14T22:00", 1);
        assert_eq!(over(Scope::Listing, 14, &taken, &wanted), None);
    }

    #[test]
    fn the_farthest_kind_counts_and_one_without_a_limit_frees() {
        let horizons = Horizons::new([(CompanyKind::Crew, 14), (CompanyKind::Owner, 60)]);
        let cases: [(&[CompanyKind], Option<u32>); 4] = [
            (&[CompanyKind::Crew], Some(14)),
            (&[CompanyKind::Crew, CompanyKind::Owner], Some(60)),
            (&[CompanyKind::Crew, CompanyKind::Operator], None),
            (&[], None),
        ];
        for (kinds, expected) in cases {
            assert_eq!(horizons.of(kinds), expected, "{kinds:?}");
        }
    }

    #[test]
    fn a_share_counts_one_listing_and_the_rest_all() {
        let elsewhere = Counted {
            listing: ListingId::from_raw(2),
            ..counted("08T09:00", "08T12:00", 1)
        };
        let wanted = counted("09T09:00", "09T12:00", 1);
        assert_eq!(over(Scope::Listing, 5, &[elsewhere], &wanted), None);
        let refused = over(Scope::Company, 5, &[elsewhere], &wanted).expect("over");
        assert_eq!(refused.used_minutes, 180);
    }
}
