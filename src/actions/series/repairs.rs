//! Repairs of a series that was refused: what would work on all of its dates, in the place of what was sent. By
//! trying: each proposal is weighed date by date as booking and change weigh it. Reads only, after the refusal.

mod proposals;
mod trial;

use std::collections::BTreeMap;

use chrono::TimeDelta;

use self::trial::{Subject, Trial};
use super::super::change::ChangedLine;
use super::super::claims::{Ground, hull};
use super::super::quote::Assessment;
use super::super::repairs::{EARLIER_DAYS, LATER_DAYS, MOST_MENDED};
use super::super::{Cluster, Outcome, equivalents, holds};
use super::book::assessment;
use super::{Dates, SeriesRequest, in_scope};
use crate::domain::booking::{Booking, LineRequest};
use crate::domain::ids::{ListingId, ProductionId};
use crate::domain::listing::Listing;
use crate::domain::people::Actor;
use crate::domain::repair::Repair;
use crate::domain::span::{Instant, Span};
use crate::store::{Conn, bookings, productions};

/// A series that was refused, or some dates of which were.
pub struct SeriesBasket<'a> {
    /// The cluster's zone and terms.
    pub cluster: &'a Cluster,
    /// Who asks.
    pub actor: &'a Actor,
    /// For which drama, if it is known yet.
    pub production: Option<ProductionId>,
    /// The lines of its first date.
    pub lines: Vec<LineRequest>,
    /// Its dates.
    pub series: &'a SeriesRequest,
    /// The time.
    pub now: Instant,
}

/// What would work in the place of a series to be booked, in the order a person would want it. Empty where
/// nothing was refused.
pub fn of_series(conn: &mut Conn, basket: &SeriesBasket<'_>) -> Outcome<Vec<Repair>> {
    let (cluster, now) = (basket.cluster, basket.now);
    let company = match basket.production {
        Some(id) => productions::find(conn, id)?.company,
        None => basket.actor.company,
    };
    let case = Case {
        assessment: assessment(cluster, basket.actor, basket.production, now),
        subject: Subject::New(basket.series),
        lines: basket.lines.iter().map(as_new).collect(),
        hold_room: holds::room(conn, cluster, company, now)?,
    };
    case.repairs(conn)
}

/// What would work in the place of a change of several dates.
pub fn of_change(
    conn: &mut Conn,
    cluster: &Cluster,
    actor: &Actor,
    of: Dates,
    lines: Vec<ChangedLine>,
    now: Instant,
) -> Outcome<Vec<Repair>> {
    let seen = bookings::find(conn, of.booking)?;
    let ids = in_scope(conn, &seen, of.scope)?;
    let found = bookings::find_all(conn, &ids)?.into_iter();
    let found: Vec<Booking> = found.map(|booking| booking.as_of(now)).collect();
    let dates = super::ahead(&ids, &found, of.booking, now);
    let Some(named) = dates.iter().find(|one| one.id == of.booking).cloned() else {
        return Ok(Vec::new());
    };
    let case = Case {
        assessment: assessment(cluster, actor, Some(named.production), now),
        hold_room: holds::room(conn, cluster, named.company, now)?,
        subject: Subject::Change { named, dates },
        lines,
    };
    case.repairs(conn)
}

/// What was refused, before anything was read for it.
struct Case<'a> {
    assessment: Assessment<'a>,
    subject: Subject<'a>,
    lines: Vec<ChangedLine>,
    hold_room: usize,
}

impl Case<'_> {
    fn repairs(self, conn: &mut Conn) -> Outcome<Vec<Repair>> {
        let mut ids: Vec<ListingId> = self.lines.iter().map(|one| one.request.listing).collect();
        let ground = self.ground(conn, &ids)?;
        let (trial, places) = Trial::open(self, ground)?;
        if places.is_empty() {
            return Ok(Vec::new());
        }
        let mut like: BTreeMap<usize, Vec<Listing>> = BTreeMap::new();
        for place in places.into_iter().take(MOST_MENDED) {
            let listing = trial.listing(place)?.clone();
            let found = equivalents::like(conn, &listing)?;
            ids.extend(found.iter().map(|listing| listing.id));
            like.insert(place, found);
        }
        let case = trial.close();
        let ground = case.ground(conn, &ids)?;
        let (mut trial, _) = Trial::open(case, ground)?;
        trial.repairs(&like)
    }

    /// What these listings have, and what is claimed of them, around all dates.
    fn ground(&self, conn: &mut Conn, ids: &[ListingId]) -> Outcome<Ground> {
        let mut ground = Ground::look(conn, ids, self.assessment.now)?;
        ground.leave_out(self.subject.bookings());
        let dates = self.subject.dates(&self.lines, &self.assessment)?;
        let spans = dates.iter().flat_map(trial::AskedDate::spans);
        if let Some(around) = hull(spans).and_then(around) {
            ground.read_claims(conn, with_buffers(&ground, around))?;
            ground.read_quotas(conn, &self.assessment, Some(around))?;
        }
        Ok(ground)
    }
}

fn as_new(request: &LineRequest) -> ChangedLine {
    ChangedLine {
        id: None,
        request: *request,
    }
}

/// All times a repair may speak of.
fn around(dates: Span) -> Option<Span> {
    let from = dates.start() - TimeDelta::days(EARLIER_DAYS);
    Span::new(from, dates.end() + TimeDelta::days(LATER_DAYS)).ok()
}

/// With room for the longest setup and turnaround any of these listings has.
fn with_buffers(ground: &Ground, span: Span) -> Span {
    let policies = || ground.all_listings().map(Listing::policy);
    let setup = policies().map(|policy| policy.setup_minutes).max();
    let turnaround = policies().map(|policy| policy.turnaround_minutes).max();
    span.widen(setup.unwrap_or(0), turnaround.unwrap_or(0))
}
