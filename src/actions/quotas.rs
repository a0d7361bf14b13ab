//! Quotas inside the one write path: what a company has of a listing, and of everything, this week.
//!
//! Two bookings of one company meet on a row whatever they are about: on the listing's where the listing has a
//! quota, on the company's where the company has one (taken first, by [`enter`]). Which figures count is read
//! after that.

use chrono::TimeDelta;

use super::claims::{Ground, hull};
use super::quote::{Assessment, LineRequest};
use super::{Cluster, FieldFault, OrNotFound, Outcome, require};
use crate::domain::ids::{CompanyId, ListingId};
use crate::domain::listing::Listing;
use crate::domain::people::Actor;
use crate::domain::policy::PolicyFault;
use crate::domain::profile::Claim;
use crate::domain::quota::{self, Counted, Limits, MOST_HOURS, Scope, whole_weeks};
use crate::domain::refusal::Reason;
use crate::domain::rights::Right;
use crate::domain::span::Instant;
use crate::store::{Conn, audit, companies, limits, productions};

/// Takes the company's row if it has a quota of its own. Asked before the rows of listings are taken.
pub fn enter(conn: &mut Conn, company: CompanyId) -> Outcome<()> {
    if limits::find(conn, company)?.weekly_hours.is_some() {
        companies::lock(conn, company)?;
    }
    Ok(())
}

/// What binds the company that asks, with what it has already.
pub(super) struct Quotas<'a> {
    cluster: &'a Cluster,
    company: CompanyId,
    limits: Limits,
    /// What counts, of this request too.
    counted: Vec<Counted>,
    now: Instant,
}

impl<'a> Quotas<'a> {
    /// Read after the rows were taken. What counts is only read where some quota does.
    pub(super) fn load(
        conn: &mut Conn,
        ground: &Ground,
        assessment: &Assessment<'a>,
        kept: &[(ListingId, Claim)],
        lines: &[LineRequest],
    ) -> Outcome<Self> {
        let company = match assessment.production {
            Some(id) => productions::find(conn, id)?.company,
            None => assessment.actor.company,
        };
        let mut quotas = Self {
            cluster: assessment.cluster,
            company,
            limits: limits::find(conn, company)?,
            counted: Vec::new(),
            now: assessment.now,
        };
        let any = quotas.limits.weekly_hours.is_some()
            || ground.all_listings().any(|one| quotas.of(one).is_some());
        let Some(window) = hull(lines.iter().map(|line| line.span)).filter(|_| any) else {
            return Ok(quotas);
        };
        let weeks = whole_weeks(window, assessment.cluster.zone);
        let without = assessment.without;
        quotas.counted = limits::counted(conn, company, weeks, without, assessment.now)?;
        let kept = kept.iter().map(|(listing, claim)| Counted {
            listing: *listing,
            span: claim.span,
            units: claim.units,
        });
        quotas.counted.extend(kept);
        Ok(quotas)
    }

    /// Each company's share of a listing; its owner has no share.
    fn of(&self, listing: &Listing) -> Option<u32> {
        let hours = listing.policy().weekly_hours;
        hours.filter(|_| listing.owner != self.company)
    }

    /// What is against a line.
    pub(super) fn against(&self, listing: &Listing, line: &LineRequest) -> Vec<Reason> {
        let wanted = as_counted(line);
        let zone = self.cluster.zone;
        let of_listing: Vec<Counted> = self
            .counted
            .iter()
            .filter(|one| one.listing == listing.id)
            .copied()
            .collect();
        let share = self
            .of(listing)
            .and_then(|hours| quota::over(Scope::Listing, hours, &of_listing, &wanted, zone));
        let all = self
            .limits
            .weekly_hours
            .and_then(|hours| quota::over(Scope::Company, hours, &self.counted, &wanted, zone));
        let latest = self
            .limits
            .horizon_days
            .map(|days| self.now + TimeDelta::days(days.into()));
        let too_far = latest.filter(|latest| line.span.start() > *latest);
        share
            .into_iter()
            .chain(all)
            .map(Reason::OverQuota)
            .chain(too_far.map(|latest| Reason::Policy(PolicyFault::TooFar(latest))))
            .collect()
    }

    /// A line that stands counts for those after it.
    pub(super) fn count(&mut self, line: &LineRequest) {
        self.counted.push(as_counted(line));
    }
}

fn as_counted(line: &LineRequest) -> Counted {
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
        ("horizon_days", limits.horizon_days, 1, 731),
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
