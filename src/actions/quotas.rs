//! Quotas inside the one write path: what a company has of a listing, and of everything, this week.
//!
//! Two bookings of one company meet on a row whatever they are about: on the listing's where the listing has a
//! quota, on the company's where the company has one (taken first, by [`enter`]). Which figures count is read
//! after that.

use chrono::TimeDelta;

use super::claims::Ground;
use super::quote::{Assessment, LineRequest};
use super::{FieldFault, OrNotFound, Outcome, require};
use crate::domain::ids::{BookingId, CompanyId, ListingId};
use crate::domain::listing::Listing;
use crate::domain::people::Actor;
use crate::domain::policy::{MOST_HORIZON_DAYS, PolicyFault};
use crate::domain::profile::Claim;
use crate::domain::quota::{Account, Counted, Limits, MOST_HOURS, whole_weeks};
use crate::domain::refusal::Reason;
use crate::domain::rights::Right;
use crate::domain::span::{Instant, Span};
use crate::store::{Conn, audit, companies, limits, productions};

/// Takes the company's row if it has a quota of its own. Asked before the rows of listings are taken.
///
/// On SQLite the one writer is the lock.
pub fn enter(conn: &mut Conn, company: CompanyId) -> Outcome<()> {
    if !conn.is_sqlite() && limits::find(conn, company)?.weekly_hours.is_some() {
        companies::lock(conn, company)?;
    }
    Ok(())
}

/// What binds a company, with what it has already.
pub struct Quotas {
    company: CompanyId,
    limits: Limits,
    /// The weeks that were read.
    window: Option<Span>,
    counted: Vec<(BookingId, Counted)>,
}

impl Quotas {
    /// Read after the rows were taken. What counts is only read where some quota does.
    pub(super) fn read(
        conn: &mut Conn,
        ground: &Ground,
        assessment: &Assessment<'_>,
        spans: Option<Span>,
    ) -> Outcome<Self> {
        let company = match (assessment.company, assessment.production) {
            (Some(company), _) => company,
            (None, Some(id)) => productions::find(conn, id)?.company,
            (None, None) => assessment.actor.company,
        };
        let mut quotas = Self {
            company,
            limits: limits::of_company(conn, company)?,
            window: None,
            counted: Vec::new(),
        };
        let any = quotas.limits.weekly_hours.is_some()
            || ground.all_listings().any(|one| quotas.share(one).is_some());
        if let Some(spans) = spans.filter(|_| any) {
            let weeks = whole_weeks(spans, assessment.cluster.zone);
            quotas.counted = limits::counted(conn, company, weeks, assessment.now)?;
            quotas
                .counted
                .retain(|(booking, _)| !ground.leaves_out(*booking));
            quotas.window = Some(weeks);
        }
        Ok(quotas)
    }

    /// Its share of a listing, in hours a week; the owner has no share.
    pub(super) fn share(&self, listing: &Listing) -> Option<u32> {
        let hours = listing.policy().weekly_hours;
        hours.filter(|_| listing.owner != self.company)
    }

    /// The latest start it may book.
    pub(super) fn latest_start(&self, now: Instant) -> Option<Instant> {
        let days = self.limits.horizon_days?;
        Some(now + TimeDelta::days(days.into()))
    }

    /// What it has elsewhere, and what stays of the booking that is being changed; `None` where no quota counts.
    pub(super) fn account(
        &self,
        assessment: &Assessment<'_>,
        kept: &[(ListingId, Claim)],
    ) -> Option<Account> {
        let zone = assessment.cluster.zone;
        let mut account = Account::open(self.limits.weekly_hours, self.window?, zone);
        for (booking, counted) in &self.counted {
            if Some(*booking) != assessment.without {
                account.count(counted);
            }
        }
        for (listing, claim) in kept {
            account.count(&Counted {
                listing: *listing,
                span: claim.span,
                units: claim.units,
            });
        }
        Some(account)
    }
}

/// What counts, line by line, while lines are weighed.
pub(super) struct Tally<'a> {
    quotas: Option<&'a Quotas>,
    account: Option<Account>,
    now: Instant,
}

impl<'a> Tally<'a> {
    /// With what the company has elsewhere, and what stays of the booking that is being changed.
    pub(super) fn begin(
        quotas: Option<&'a Quotas>,
        assessment: &Assessment<'_>,
        kept: &[(ListingId, Claim)],
    ) -> Self {
        Self {
            quotas,
            account: quotas.and_then(|quotas| quotas.account(assessment, kept)),
            now: assessment.now,
        }
    }

    /// What is against a line.
    pub(super) fn against(&self, listing: &Listing, line: &LineRequest) -> Vec<Reason> {
        let Some(quotas) = self.quotas else {
            return Vec::new();
        };
        let over = self.account.as_ref().map(|account| {
            let share = quotas.share(listing);
            account.over(share, &as_counted(line), &[])
        });
        let latest = quotas.latest_start(self.now);
        let too_far = latest.filter(|latest| line.span.start() > *latest);
        over.into_iter()
            .flatten()
            .map(Reason::OverQuota)
            .chain(too_far.map(|latest| Reason::Policy(PolicyFault::TooFar(latest))))
            .collect()
    }

    /// A line that stands counts for those after it.
    pub(super) fn count(&mut self, line: &LineRequest) {
        if let Some(account) = &mut self.account {
            account.count(&as_counted(line));
        }
    }
}

/// A line as a quota counts it.
pub(super) fn as_counted(line: &LineRequest) -> Counted {
    Counted {
        listing: line.listing,
        span: line.span,
        units: line.units,
    }
}

/// What a company may have, for itself and for managers.
pub fn show(conn: &mut Conn, actor: &Actor, company: CompanyId) -> Outcome<Limits> {
    companies::find(conn, company).or_not_found("company")?;
    require(actor, Right::SeeCompany, company)?;
    Ok(limits::find(conn, company)?)
}

/// A change of what a company may have: what is absent stays, null takes a limit away.
#[derive(Debug, Clone, Copy, Default)]
pub struct LimitsChange {
    /// Hours in one week.
    pub weekly_hours: Option<Option<u32>>,
    /// Lines on hold or in line at a time.
    pub most_holds: Option<Option<u32>>,
    /// How far ahead it may book.
    pub horizon_days: Option<Option<u32>>,
}

/// Sets what a company may have. What it has already stays its own.
pub fn set(
    conn: &mut Conn,
    actor: &Actor,
    company: CompanyId,
    change: LimitsChange,
    now: Instant,
) -> Outcome<Limits> {
    require(actor, Right::ManageCluster, company)?;
    companies::lock(conn, company).or_not_found("company")?;
    let before = limits::find(conn, company)?;
    let after = Limits {
        weekly_hours: change.weekly_hours.unwrap_or(before.weekly_hours),
        most_holds: change.most_holds.unwrap_or(before.most_holds),
        horizon_days: change.horizon_days.unwrap_or(before.horizon_days),
    };
    super::checks::none_of(faults(&after))?;
    limits::put(conn, company, &after)?;
    let told = |limits: &Limits| {
        serde_json::json!({
            "weekly_hours": limits.weekly_hours, "most_holds": limits.most_holds,
            "horizon_days": limits.horizon_days,
        })
    };
    let detail = serde_json::json!({ "before": told(&before), "after": told(&after) });
    let by = Some(actor.member);
    audit::put(conn, company, "company.limited", by, &detail, now)?;
    Ok(after)
}

fn faults(limits: &Limits) -> Vec<FieldFault> {
    let bounds = [
        ("weekly_hours", limits.weekly_hours, 1, MOST_HOURS),
        ("most_holds", limits.most_holds, 0, 10_000),
        ("horizon_days", limits.horizon_days, 1, MOST_HORIZON_DAYS),
    ];
    bounds
        .into_iter()
        .filter(|(_, figure, least, most)| {
            figure.is_some_and(|figure| !(*least..=*most).contains(&figure))
        })
        .map(|(field, _, least, most)| {
            FieldFault::with_limit(field, "out_of_range", format!("{least}–{most}"))
        })
        .collect()
}
