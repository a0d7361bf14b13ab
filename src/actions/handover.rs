//! Hand over: a booking goes to another drama of the same company, as it stands.

use super::booking_letters as letters;
use super::claims::{Ground, hull};
use super::holders::holders;
use super::sheet::Sheet;
use super::{Cluster, FieldFault, OrNotFound, Outcome, Refused, holds};
use crate::domain::booking::{Booking, Line};
use crate::domain::conflict;
use crate::domain::ids::{BookingId, ProductionId};
use crate::domain::people::Actor;
use crate::domain::refusal::{Clash, ListingName, Reason, Refusal};
use crate::domain::span::{Instant, Span};
use crate::store::claims::LiveLine;
use crate::store::{Conn, audit, bookings, productions};

/// Hands it over, or changes nothing: lines that followed another of the old drama without turnaround may
/// not fit any more.
pub fn hand_over(
    conn: &mut Conn,
    cluster: &Cluster,
    actor: &Actor,
    id: BookingId,
    to: ProductionId,
    now: Instant,
) -> Outcome<(Booking, Sheet)> {
    let seen = holds::own_booking(conn, actor, id)?;
    let (mut booking, mut ground) = holds::enter_with(conn, cluster, &seen, &[], now)?;
    if booking.open_lines().next().is_none() {
        return Err(Refused::State("already_over"));
    }
    let production = productions::find(conn, to).or_not_found("production")?;
    if production.company != booking.company {
        let fault = FieldFault::new("production", "of_another_company");
        return Err(Refused::Invalid(vec![fault]));
    }
    let sheet_before = Sheet::load(conn, std::slice::from_ref(&booking), now)?;
    let before = sheet_before.production(&booking)?.title.clone();
    if production.id == booking.production {
        return Ok((booking, sheet_before));
    }
    check_claims(conn, &mut ground, actor, &booking, to)?;

    booking.production = to;
    booking.revise(now);
    bookings::update(conn, &booking)?;
    let sheet = Sheet::load(conn, std::slice::from_ref(&booking), now)?;
    letters::changed(conn, &booking, &sheet, now)?;
    let detail = serde_json::json!({
        "before": { "production": before }, "after": { "production": production.title },
    });
    let by = Some(actor.member);
    audit::put(conn, booking.id, "booking.handed_over", by, &detail, now)?;
    let changed = holds::settle(conn, cluster, &mut ground, now)?;
    if changed.contains(&id) {
        return holds::shown(conn, id, now);
    }
    Ok((booking, sheet))
}

/// Whether every live line fits as a line of the other drama. Times, rules and buffers were agreed when it
/// was booked: only what others hold counts.
fn check_claims(
    conn: &mut Conn,
    ground: &mut Ground,
    actor: &Actor,
    booking: &Booking,
    to: ProductionId,
) -> Outcome<()> {
    let lines: Vec<&Line> = booking.live_lines().collect();
    if let Some(window) = hull(lines.iter().map(|line| line.claim)) {
        ground.read_claims(conn, window)?;
    }
    let mut refusals = Vec::new();
    for (place, line) in lines.iter().enumerate() {
        let earlier = lines[..place]
            .iter()
            .filter(|other| other.listing == line.listing);
        let mut taken = ground.claims(line.listing, Some(booking.id));
        taken.extend(earlier.map(|other| other.as_claim(to)));
        let listing = ground.listing(line.listing)?;
        let supply = ground.supply(listing);
        let shortages = conflict::shortages(&supply, &taken, &line.as_claim(to));
        let lacks = |span: Span| {
            shortages
                .iter()
                .any(|shortage| shortage.span.overlaps(span))
        };
        let in_the_way: Vec<(LiveLine, Span)> = ground
            .live_lines(line.listing)
            .filter(|live| live.booking != booking.id && lacks(live.claim.claim))
            .filter_map(|live| Some((*live, live.claim.claim.clip(line.claim)?)))
            .collect();
        if shortages.is_empty() {
            continue;
        }
        refusals.push(Refusal {
            line: place,
            listing: ListingName {
                id: listing.id,
                code: listing.code.clone(),
                names: listing.names.clone(),
            },
            units: line.units,
            span: line.span,
            kit: None,
            reason: Reason::Clash(Clash {
                shortages,
                holders: holders(conn, actor, &in_the_way)?,
                closures: Vec::new(),
                only_holds: false,
                queue_rank: None,
            }),
        });
    }
    if refusals.is_empty() {
        Ok(())
    } else {
        Err(Refused::Lines(refusals))
    }
}
