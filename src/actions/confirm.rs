//! Confirm what is on hold: promised from now on, or asked of its owner. The price that was said when the
//! hold was placed stands.

use super::booking_letters as letters;
use super::holds;
use super::quote::first_state;
use super::sheet::Sheet;
use super::{Cluster, Outcome, Refused};
use crate::domain::booking::{Booking, Line, LineEvent, LineState};
use crate::domain::ids::{BookingId, LineId};
use crate::domain::people::Actor;
use crate::domain::span::Instant;
use crate::store::{Conn, audit, bookings};

/// Confirms held lines: those named, or all.
pub fn confirm(
    conn: &mut Conn,
    cluster: &Cluster,
    actor: &Actor,
    id: BookingId,
    lines: Option<&[LineId]>,
    now: Instant,
) -> Outcome<(Booking, Sheet)> {
    let seen = holds::own_booking(conn, actor, id)?;
    let (mut booking, mut ground) = holds::enter_with(conn, cluster, &seen, &[], now)?;
    let chosen = chosen_lines(&booking, lines)?;
    let sheet_before = Sheet::load(conn, std::slice::from_ref(&booking), now)?;
    let before = letters::summary(&booking, &sheet_before);

    let mut confirmed = Vec::with_capacity(chosen.len());
    let mut challengers = Vec::new();
    for line in &mut booking.lines {
        if !chosen.contains(&line.id) {
            continue;
        }
        challengers.extend(
            line.hold
                .and_then(|hold| hold.challenge)
                .map(|challenge| challenge.by),
        );
        let event = match first_state(ground.listing(line.listing)?, actor) {
            LineState::Requested => LineEvent::Ask,
            _ => LineEvent::Confirm,
        };
        line.pass(event);
        confirmed.push(line.clone());
    }
    booking.revise(now);
    bookings::update(conn, &booking)?;

    let sheet = Sheet::load(conn, std::slice::from_ref(&booking), now)?;
    letters::booked(conn, &booking, &sheet, now)?;
    let detail =
        serde_json::json!({ "before": before, "after": letters::summary(&booking, &sheet) });
    let by = Some(actor.member);
    audit::put(conn, booking.id, "booking.confirmed", by, &detail, now)?;
    holds::tell_those_behind(conn, &mut ground, &confirmed, &challengers, now)?;
    Ok((booking, sheet))
}

/// All held lines, or the named ones. A booking that goes together is not confirmed in part unless its
/// crew names the lines.
fn chosen_lines(booking: &Booking, named: Option<&[LineId]>) -> Outcome<Vec<LineId>> {
    let held = |line: &&Line| line.state == LineState::Held;
    let all: Vec<LineId> = booking
        .lines
        .iter()
        .filter(held)
        .map(|line| line.id)
        .collect();
    let waits = booking
        .lines
        .iter()
        .any(|line| line.state == LineState::Queued);
    match named {
        Some(named) if !named.is_empty() && named.iter().all(|id| all.contains(id)) => {
            Ok(named.to_vec())
        }
        Some(_) => Err(Refused::State("not_on_hold")),
        None if all.is_empty() && waits => Err(Refused::State("still_in_line")),
        None if all.is_empty() => Err(Refused::State("not_on_hold")),
        None if waits && booking.together => Err(Refused::State("in_line_in_part")),
        None => Ok(all),
    }
}
