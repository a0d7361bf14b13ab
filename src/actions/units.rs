//! Units of a listing: named in runs, described, out of service and back, taken off the books.
//!
//! The listing's quantity is what counts; units are the individuals of it that have a name. There are never
//! more of them than the quantity: adding beyond it raises it, and it cannot be lowered below them. A unit out
//! of service is a closure of one unit, made and taken away as every closure is.

use super::checks::{Checks, LONGEST_CODE, LONGEST_TEXT, none_of};
use super::claims::{from_now_on, keep_promises};
use super::closures::{self, NewClosure};
use super::listings::{lock_own, may_see, save, summary};
use super::{Cluster, FieldFault, OrNotFound, Outcome, Refused, holds};
use crate::domain::closure::{Closure, ClosureKind, ClosureScope};
use crate::domain::ids::{ListingId, UnitId};
use crate::domain::listing::{Listing, MOST_UNITS};
use crate::domain::people::Actor;
use crate::domain::series::Scope;
use crate::domain::span::{Instant, Span};
use crate::domain::unit::{Condition, MOST_AT_ONCE, Unit, is_out, run};
use crate::store::{Conn, audit, closures as closure_rows, fresh_id, listings, units};

/// A run of units to be added.
#[derive(Debug, Clone)]
pub struct NewUnits {
    /// Code of the first; the others go on from the number at its end.
    pub first: String,
    /// How many.
    pub count: u32,
    /// Serial numbers, in the order of the codes; those that are missing are not known.
    pub serials: Vec<String>,
    /// What they look like.
    pub condition: Condition,
}

/// Adds a run of units, all or none. More than the listing has raises its quantity.
pub fn add(
    conn: &mut Conn,
    cluster: &Cluster,
    actor: &Actor,
    id: ListingId,
    new: &NewUnits,
    now: Instant,
) -> Outcome<Vec<Unit>> {
    let mut listing = lock_own(conn, Some(actor), id)?;
    let of_kit = listing
        .is_kit()
        .then(|| FieldFault::new("first", "kit_has_no_units"));
    none_of(of_kit.into_iter().collect())?;
    let codes = codes_of(new)?;
    none_of(taken(conn, &codes)?)?;
    let units: Vec<Unit> = codes
        .into_iter()
        .enumerate()
        .map(|(place, code)| Unit {
            id: fresh_id(now),
            listing: id,
            code,
            serial: new.serials.get(place).cloned().unwrap_or_default(),
            condition: new.condition,
            note: String::new(),
            closure: None,
        })
        .collect();
    units::insert_all(conn, &units, now)?;
    let named = units::count(conn, id)?;
    if named > listing.quantity {
        raise(conn, cluster, actor, &mut listing, named, now)?;
    }
    let codes: Vec<&str> = units.iter().map(|unit| unit.code.as_str()).collect();
    let detail = serde_json::json!({ "after": { "units": codes } });
    let by = Some(actor.member);
    audit::put(conn, id, "listing.units_added", by, &detail, now)?;
    Ok(units)
}

fn codes_of(new: &NewUnits) -> Outcome<Vec<String>> {
    let mut checks = Checks::default();
    checks.code("first", &new.first);
    let fits = (1..=MOST_AT_ONCE).contains(&new.count);
    checks.when(
        !fits,
        FieldFault::with_limit("count", "out_of_range", format!("1–{MOST_AT_ONCE}")),
    );
    let too_many = u32::try_from(new.serials.len()).is_ok_and(|count| count > new.count);
    checks.when(
        too_many,
        FieldFault::with_limit("serials", "too_many", new.count),
    );
    for (place, serial) in new.serials.iter().enumerate().take(MOST_AT_ONCE as usize) {
        checks.text(&format!("serials[{place}]"), serial, LONGEST_CODE);
    }
    none_of(checks.faults())?;
    let no_number = || Refused::Invalid(vec![FieldFault::new("first", "no_number_at_the_end")]);
    let codes = run(&new.first, new.count).ok_or_else(no_number)?;
    let mut checks = Checks::default();
    checks.code("first", codes.last().unwrap_or(&new.first));
    none_of(checks.faults())?;
    Ok(codes)
}

/// A scanned code opens one thing, so what is a listing's is no unit's.
fn taken(conn: &mut Conn, codes: &[String]) -> Outcome<Vec<FieldFault>> {
    let mut taken = units::taken_codes(conn, codes)?;
    let of_listings = listings::find_by_codes(conn, codes)?;
    taken.extend(of_listings.into_iter().map(|listing| listing.code));
    if taken.is_empty() {
        return Ok(Vec::new());
    }
    let fault = FieldFault::with_limit("first", "taken", taken.join(", "));
    Ok(vec![fault])
}

/// More units than the listing had: whoever is next in line has them.
fn raise(
    conn: &mut Conn,
    cluster: &Cluster,
    actor: &Actor,
    listing: &mut Listing,
    quantity: u32,
    now: Instant,
) -> Outcome<()> {
    if quantity > MOST_UNITS {
        let fault = FieldFault::with_limit("count", "out_of_range", format!("0–{MOST_UNITS}"));
        return Err(Refused::Invalid(vec![fault]));
    }
    recount(conn, actor, listing, quantity, now)?;
    holds::enter(conn, cluster, &[listing.id], &[], now)?;
    Ok(())
}

fn recount(
    conn: &mut Conn,
    actor: &Actor,
    listing: &mut Listing,
    quantity: u32,
    now: Instant,
) -> Outcome<()> {
    let before = summary(listing);
    listing.quantity = quantity;
    save(conn, listing)?;
    let detail = serde_json::json!({ "before": before, "after": summary(listing) });
    let by = Some(actor.member);
    Ok(audit::put(
        conn,
        listing.id,
        "listing.changed",
        by,
        &detail,
        now,
    )?)
}

/// A change of a unit; what is absent stays.
#[derive(Debug, Clone, Default)]
pub struct UnitChange {
    /// Another asset code.
    pub code: Option<String>,
    /// Another serial number.
    pub serial: Option<String>,
    /// What it looks like now.
    pub condition: Option<Condition>,
    /// What its keeper should know.
    pub note: Option<String>,
}

/// Describes a unit anew.
pub fn change(
    conn: &mut Conn,
    actor: &Actor,
    id: UnitId,
    change: &UnitChange,
    now: Instant,
) -> Outcome<Unit> {
    let before = lock(conn, actor, id)?.0;
    let mut unit = before.clone();
    let texts = [
        (&change.code, &mut unit.code),
        (&change.serial, &mut unit.serial),
        (&change.note, &mut unit.note),
    ];
    for (new, old) in texts {
        if let Some(new) = new {
            old.clone_from(new);
        }
    }
    unit.condition = change.condition.unwrap_or(unit.condition);
    let mut checks = Checks::default();
    checks.code("code", &unit.code);
    checks.text("serial", &unit.serial, LONGEST_CODE);
    checks.text("note", &unit.note, LONGEST_TEXT);
    none_of(checks.faults())?;
    if unit.code != before.code && !taken(conn, std::slice::from_ref(&unit.code))?.is_empty() {
        return Err(Refused::Duplicate("code"));
    }
    units::update(conn, &unit)?;
    let detail = serde_json::json!({ "before": told(&before), "after": told(&unit) });
    note(conn, actor, &unit, "listing.unit_changed", &detail, now)?;
    Ok(unit)
}

/// Takes a unit off the books, with the closure that stood for it.
pub fn remove(
    conn: &mut Conn,
    cluster: &Cluster,
    actor: &Actor,
    id: UnitId,
    now: Instant,
) -> Outcome<()> {
    let (unit, _) = lock(conn, actor, id)?;
    if let Some(closure) = unit.closure {
        closures::lift(conn, cluster, actor, (closure, Scope::One), now)?;
    }
    units::delete(conn, id)?;
    let detail = serde_json::json!({ "before": told(&unit) });
    note(conn, actor, &unit, "listing.unit_removed", &detail, now)
}

/// The same for a unit that is gone, sold or lost: there is one fewer, if that keeps what is promised.
pub fn write_off(
    conn: &mut Conn,
    cluster: &Cluster,
    actor: &Actor,
    id: UnitId,
    now: Instant,
) -> Outcome<()> {
    let (unit, mut listing) = lock(conn, actor, id)?;
    holds::enter(conn, cluster, &[unit.listing], &[], now)?;
    // First fewer, then open: nobody in line is given the unit that goes.
    let left = listing.quantity.saturating_sub(1);
    recount(conn, actor, &mut listing, left, now)?;
    remove(conn, cluster, actor, id, now)?;
    keep_promises(conn, &[unit.listing], from_now_on(now)?, now)
}

/// A time out of service.
#[derive(Debug, Clone)]
pub struct Outage {
    /// When. An end of [`Span::far_future`] means until further notice.
    pub span: Span,
    /// Why, for people.
    pub reason: String,
}

/// Takes a unit out of service, unless that would break a promise; then names the bookings in the way.
pub fn take_out(
    conn: &mut Conn,
    cluster: &Cluster,
    actor: &Actor,
    id: UnitId,
    outage: Outage,
    now: Instant,
) -> Outcome<Unit> {
    let (mut unit, _) = lock(conn, actor, id)?;
    if closure_of(conn, &unit)?.is_some_and(|closure| closure.span.end() > now) {
        return Err(Refused::State("already_out_of_service"));
    }
    let new = NewClosure {
        scope: ClosureScope::Listing(unit.listing),
        units: Some(1),
        dates: vec![outage.span],
        kind: ClosureKind::OutOfService,
        reason: outage.reason,
    };
    // One thing happened to one unit: the history tells of it once, and not of its closure besides.
    let closure = closures::shut(conn, cluster, actor, new, now)?.pop();
    let closure = closure.ok_or(Refused::NotFound("closure"))?;
    unit.closure = Some(closure.id);
    units::update(conn, &unit)?;
    let end = Some(closure.span.end()).filter(|end| *end < Span::far_future());
    let detail = serde_json::json!({
        "after": { "unit": unit.code, "start": closure.span.start(), "end": end }, "reason": closure.reason,
    });
    note(conn, actor, &unit, "listing.unit_out", &detail, now)?;
    Ok(unit)
}

/// Brings a unit back into service.
pub fn bring_back(
    conn: &mut Conn,
    cluster: &Cluster,
    actor: &Actor,
    id: UnitId,
    now: Instant,
) -> Outcome<Unit> {
    let (mut unit, _) = lock(conn, actor, id)?;
    let closure = unit.closure.take();
    let closure = closure.ok_or(Refused::State("in_service"))?;
    closures::lift(conn, cluster, actor, (closure, Scope::One), now)?;
    let detail = serde_json::json!({ "after": { "unit": unit.code } });
    note(conn, actor, &unit, "listing.unit_back", &detail, now)?;
    Ok(unit)
}

/// A unit with what is told beside it.
#[derive(Debug, Clone)]
pub struct Described {
    /// The unit.
    pub unit: Unit,
    /// What keeps it out of service, now or later.
    pub closure: Option<Closure>,
    /// Whether it is out of service now.
    pub is_out: bool,
}

/// Units with the closures that stand for them, in the same order.
pub fn describe(conn: &mut Conn, units: Vec<Unit>, now: Instant) -> Outcome<Vec<Described>> {
    let mut described = Vec::with_capacity(units.len());
    for unit in units {
        let closure = closure_of(conn, &unit)?.filter(|closure| closure.span.end() > now);
        described.push(Described {
            is_out: is_out(closure.as_ref(), now),
            unit,
            closure,
        });
    }
    Ok(described)
}

/// The unit with this asset code and its listing, if the actor may know of it.
pub fn by_code(conn: &mut Conn, actor: &Actor, code: &str) -> Outcome<(Unit, Listing)> {
    let unit = units::find_by_code(conn, code)?.ok_or(Refused::NotFound("unit"))?;
    let listing = listings::find(conn, unit.listing)?;
    may_see(actor, &listing).map_err(|_| Refused::NotFound("unit"))?;
    Ok((unit, listing))
}

fn closure_of(conn: &mut Conn, unit: &Unit) -> Outcome<Option<Closure>> {
    let Some(id) = unit.closure else {
        return Ok(None);
    };
    Ok(Some(closure_rows::find(conn, id)?))
}

/// The unit and its listing, with the listing's row taken: whoever counts units waits.
fn lock(conn: &mut Conn, actor: &Actor, id: UnitId) -> Outcome<(Unit, Listing)> {
    let listing = units::find(conn, id).or_not_found("unit")?.listing;
    let listing = lock_own(conn, Some(actor), listing)?;
    // Read again: only now it stays as it is.
    Ok((units::find(conn, id).or_not_found("unit")?, listing))
}

fn note(
    conn: &mut Conn,
    actor: &Actor,
    unit: &Unit,
    what: &str,
    detail: &serde_json::Value,
    now: Instant,
) -> Outcome<()> {
    let by = Some(actor.member);
    Ok(audit::put(conn, unit.listing, what, by, detail, now)?)
}

fn told(unit: &Unit) -> serde_json::Value {
    serde_json::json!({
        "unit": unit.code, "serial": unit.serial, "condition": unit.condition, "note": unit.note,
    })
}
