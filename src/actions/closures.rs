//! Closures: a listing, some of its units, or a whole site is not available for a while. None may break
//! what is promised already.

use super::checks::{Checks, LONGEST_TEXT, none_of};
use super::claims::{from_now_on, keep_promises};
use super::{Cluster, FieldFault, OrNotFound, Outcome, holds, require};
use crate::domain::closure::{Closure, ClosureKind, ClosureScope};
use crate::domain::ids::{ClosureId, ListingId};
use crate::domain::listing::MOST_UNITS;
use crate::domain::people::Actor;
use crate::domain::rights::Right;
use crate::domain::span::{Instant, Span};
use crate::store::{Conn, audit, closures, fresh_id, listings, sites};

/// A closure as it is asked for.
#[derive(Debug, Clone)]
pub struct NewClosure {
    /// What it closes.
    pub scope: ClosureScope,
    /// How many units it takes away, of a listing; `None` is all of them.
    pub units: Option<u32>,
    /// When. An end of [`Span::far_future`] means until further notice.
    pub span: Span,
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
            self.span.end() <= now,
            FieldFault::new("end", "in_the_past"),
        );
        checks.faults()
    }
}

/// Closes, unless it would break a promise; then names the bookings in the way.
pub fn close(
    conn: &mut Conn,
    cluster: &Cluster,
    actor: &Actor,
    new: NewClosure,
    now: Instant,
) -> Outcome<Closure> {
    lock_site(conn, new.scope)?;
    let hit = listings_under(conn, actor, new.scope)?;
    none_of(new.faults(now))?;
    holds::enter(conn, cluster, &hit, &[], now)?;
    let NewClosure {
        scope,
        units,
        span,
        kind,
        reason,
    } = new;
    let closure = Closure {
        id: fresh_id(now),
        scope,
        units,
        span,
        kind,
        reason,
    };
    closures::insert(conn, &closure, actor.member, now)?;
    if let Some(ahead) = closure.span.clip(from_now_on(now)?) {
        keep_promises(conn, &hit, ahead, now)?;
    }
    let detail = serde_json::json!({ "after": summary(&closure), "reason": closure.reason });
    audit::put(
        conn,
        subject(&closure),
        "closure.created",
        Some(actor.member),
        &detail,
        now,
    )?;
    Ok(closure)
}

/// Opens again before its time; whoever is next in line has what comes free.
pub fn reopen(
    conn: &mut Conn,
    cluster: &Cluster,
    actor: &Actor,
    id: ClosureId,
    now: Instant,
) -> Outcome<()> {
    let closure = closures::find(conn, id).or_not_found("closure")?;
    lock_site(conn, closure.scope)?;
    let hit = listings_under(conn, actor, closure.scope)?;
    let mut ground = holds::enter(conn, cluster, &hit, &[], now)?;
    closures::delete(conn, id)?;
    holds::settle(conn, cluster, &mut ground, now)?;
    let detail = serde_json::json!({ "before": summary(&closure), "reason": closure.reason });
    Ok(audit::put(
        conn,
        subject(&closure),
        "closure.deleted",
        Some(actor.member),
        &detail,
        now,
    )?)
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
