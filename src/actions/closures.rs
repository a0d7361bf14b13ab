//! Closures: a listing, some of its units, or a whole site is not available for a while. None may break
//! what is promised already.

use super::checks::{Checks, LONGEST_TEXT, none_of};
use super::claims::{from_now_on, hull, keep_promises};
use super::{Cluster, FieldFault, OrNotFound, Outcome, Refused, holds, require};
use crate::domain::closure::{Closure, ClosureKind, ClosureScope};
use crate::domain::ids::{ClosureId, ListingId};
use crate::domain::listing::MOST_UNITS;
use crate::domain::people::Actor;
use crate::domain::rights::Right;
use crate::domain::series::Scope;
use crate::domain::span::{Instant, Span};
use crate::store::{Conn, audit, closures, fresh_id, listings, sites};

/// A closure as it is asked for.
#[derive(Debug, Clone)]
pub struct NewClosure {
    /// What it closes.
    pub scope: ClosureScope,
    /// How many units it takes away, of a listing; `None` is all of them.
    pub units: Option<u32>,
    /// When: one date, or all dates of a rule in order. An end of [`Span::far_future`] means until further notice.
    pub dates: Vec<Span>,
    /// Why, as a word.
    pub kind: ClosureKind,
    /// Why, for people.
    pub reason: String,
}

impl NewClosure {
    /// Everything that is wrong with it.
    pub fn faults(&self, now: Instant) -> Vec<FieldFault> {
        let mut checks = Checks::default();
        checks.text("reason", &self.reason, LONGEST_TEXT);
        let units_fit = self
            .units
            .is_none_or(|units| (1..=MOST_UNITS).contains(&units));
        checks.when(
            !units_fit,
            FieldFault::with_limit("units", "out_of_range", format!("1–{MOST_UNITS}")),
        );
        let of_site = matches!(self.scope, ClosureScope::Site(_));
        checks.when(
            of_site && self.units.is_some(),
            FieldFault::new("units", "not_of_a_site"),
        );
        checks.when(
            self.dates.last().is_none_or(|last| last.end() <= now),
            FieldFault::new("end", "in_the_past"),
        );
        let overlap = |pair: &[Span]| pair[0].end() > pair[1].start();
        checks.when(
            self.dates.windows(2).any(overlap),
            FieldFault::new("recurrence.rule", "dates_overlap"),
        );
        checks.faults()
    }
}

/// Closes on every date, unless that would break a promise; then names the bookings in the way. Answers the first.
pub fn close(
    conn: &mut Conn,
    cluster: &Cluster,
    actor: &Actor,
    new: NewClosure,
    now: Instant,
) -> Outcome<Closure> {
    let made = shut(conn, cluster, actor, new, now)?;
    tell(conn, actor, ("closure.created", "after"), &made, now)?;
    let first = made.into_iter().next();
    first.ok_or(Refused::NotFound("closure"))
}

/// The same, and the history is told by whoever asked.
pub(super) fn shut(
    conn: &mut Conn,
    cluster: &Cluster,
    actor: &Actor,
    new: NewClosure,
    now: Instant,
) -> Outcome<Vec<Closure>> {
    lock_site(conn, new.scope)?;
    let hit = listings_under(conn, actor, new.scope)?;
    none_of(new.faults(now))?;
    holds::enter(conn, cluster, &hit, &[], now)?;
    let made = made(new, now);
    closures::insert_all(conn, &made, actor.member, now)?;
    let (all, ahead) = (hull(made.iter().map(|one| one.span)), from_now_on(now)?);
    if let Some(ahead) = all.and_then(|all| all.clip(ahead)) {
        keep_promises(conn, &hit, ahead, now)?;
    }
    Ok(made)
}

/// One closure a date; several are a series, called by the first of them.
fn made(new: NewClosure, now: Instant) -> Vec<Closure> {
    let mut series = None;
    let repeats = new.dates.len() > 1;
    let closure = |span| {
        let id = fresh_id(now);
        series = series.or(repeats.then_some(id));
        Closure {
            id,
            scope: new.scope,
            units: new.units,
            span,
            kind: new.kind,
            reason: new.reason.clone(),
            series,
        }
    };
    new.dates.into_iter().map(closure).collect()
}

/// Opens again before its time, on this date or on more of its series; whoever is next in line has what comes free.
pub fn reopen(
    conn: &mut Conn,
    cluster: &Cluster,
    actor: &Actor,
    (id, scope): (ClosureId, Scope),
    now: Instant,
) -> Outcome<()> {
    let meant = lift(conn, cluster, actor, (id, scope), now)?;
    tell(conn, actor, ("closure.deleted", "before"), &meant, now)
}

/// The same, and the history is told by whoever asked.
pub(super) fn lift(
    conn: &mut Conn,
    cluster: &Cluster,
    actor: &Actor,
    (id, scope): (ClosureId, Scope),
    now: Instant,
) -> Outcome<Vec<Closure>> {
    let closure = closures::find(conn, id).or_not_found("closure")?;
    lock_site(conn, closure.scope)?;
    let hit = listings_under(conn, actor, closure.scope)?;
    let mut ground = holds::enter(conn, cluster, &hit, &[], now)?;
    let meant = meant(conn, closure, scope, now)?;
    let ids: Vec<ClosureId> = meant.iter().map(|closure| closure.id).collect();
    closures::delete_all(conn, &ids)?;
    holds::settle(conn, cluster, &mut ground, now)?;
    Ok(meant)
}

/// So much of its series, first date first. What is over stays: it was so.
fn meant(conn: &mut Conn, closure: Closure, scope: Scope, now: Instant) -> Outcome<Vec<Closure>> {
    let Some(series) = closure.series.filter(|_| scope != Scope::One) else {
        return Ok(vec![closure]);
    };
    let mut meant = closures::of_series(conn, series, now)?;
    if scope == Scope::Following {
        meant.retain(|one| one.span.start() >= closure.span.start());
    }
    Ok(meant)
}

/// The history tells of closures made or taken away together in one entry.
fn tell(
    conn: &mut Conn,
    actor: &Actor,
    (what, side): (&str, &str),
    closures: &[Closure],
    now: Instant,
) -> Outcome<()> {
    let Some(first) = closures.first() else {
        return Ok(());
    };
    let mut told = summary(first);
    if closures.len() > 1 {
        told["dates"] = closures.len().into();
        let last = closures.last().map(|last| last.span.start());
        told["last"] = serde_json::json!(last);
    }
    let detail = serde_json::json!({ side: told, "reason": first.reason });
    let by = Some(actor.member);
    Ok(audit::put(conn, subject(first), what, by, &detail, now)?)
}

/// Takes the row of a site, so that nothing moves there meanwhile.
fn lock_site(conn: &mut Conn, scope: ClosureScope) -> Outcome<()> {
    if let ClosureScope::Site(id) = scope {
        sites::lock(conn, id).or_not_found("site")?;
    }
    Ok(())
}

/// The listings a closure is about, if the actor may close them.
pub(super) fn listings_under(
    conn: &mut Conn,
    actor: &Actor,
    scope: ClosureScope,
) -> Outcome<Vec<ListingId>> {
    match scope {
        ClosureScope::Listing(id) => {
            let listing = listings::find(conn, id).or_not_found("listing")?;
            super::listings::may_see(actor, &listing)?;
            require(actor, Right::Publish, listing.owner)?;
            let of_kit = listing
                .is_kit()
                .then(|| FieldFault::new("listing", "kit_has_no_closures"));
            none_of(of_kit.into_iter().collect())?;
            Ok(vec![id])
        }
        ClosureScope::Site(id) => {
            require(actor, Right::ManageCluster, actor.company)?;
            sites::find(conn, id).or_not_found("site")?;
            Ok(listings::ids_at_site(conn, id)?)
        }
    }
}

/// Whose history tells of it.
fn subject(closure: &Closure) -> String {
    match closure.scope {
        ClosureScope::Listing(id) => id.to_string(),
        ClosureScope::Site(id) => id.to_string(),
    }
}

fn summary(closure: &Closure) -> serde_json::Value {
    let (listing, site) = match closure.scope {
        ClosureScope::Listing(id) => (Some(id), None),
        ClosureScope::Site(id) => (None, Some(id)),
    };
    let end = Some(closure.span.end()).filter(|end| *end < Span::far_future());
    serde_json::json!({
        "listing": listing, "site": site, "units": closure.units, "start": closure.span.start(), "end": end,
        "kind": closure.kind,
    })
}
