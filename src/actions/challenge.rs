//! Challenge: a crew in line is ready to confirm, so the holds in its way have less time to do so.

use std::collections::BTreeMap;

use super::booking_letters as letters;
use super::claims::{Ground, hull};
use super::holds;
use super::sheet::Sheet;
use super::{Cluster, Outcome, Refused};
use crate::domain::booking::{Booking, LineState};
use crate::domain::hold::{ChallengeFault, OnHold, pressed};
use crate::domain::ids::{BookingId, LineId};
use crate::domain::people::Actor;
use crate::domain::span::Instant;
use crate::store::{Conn, audit, bookings, holds as hold_rows};

/// Who is challenged by which of one's lines, booking by booking.
type Pressed = BTreeMap<BookingId, BTreeMap<LineId, LineId>>;

/// Challenges the holds in the way of every line in line.
pub fn challenge(
    conn: &mut Conn,
    cluster: &Cluster,
    actor: &Actor,
    id: BookingId,
    now: Instant,
) -> Outcome<(Booking, Sheet)> {
    let seen = holds::own_booking(conn, actor, id)?;
    let (mut booking, mut ground) = holds::enter_with(conn, cluster, &seen, &[], now)?;
    let holders = in_the_way(conn, &mut ground, &booking)?;
    let until = press(conn, cluster, &holders, now)?;
    booking.revise(now);
    bookings::update(conn, &booking)?;
    let sheet = Sheet::load(conn, std::slice::from_ref(&booking), now)?;
    letters::challenge_sent(conn, &booking, &sheet, until, now)?;
    let detail = serde_json::json!({ "after": letters::summary(&booking, &sheet) });
    let by = Some(actor.member);
    audit::put(conn, booking.id, "booking.challenges", by, &detail, now)?;
    Ok((booking, sheet))
}

fn in_the_way(conn: &mut Conn, ground: &mut Ground, booking: &Booking) -> Outcome<Pressed> {
    let waiting = || {
        booking
            .lines
            .iter()
            .filter(|line| line.state == LineState::Queued)
    };
    let Some(window) = hull(waiting().map(|line| line.claim)) else {
        return Err(Refused::State("not_in_line"));
    };
    ground.read_claims(conn, window)?;
    let on_hold = hold_rows::on_hold(conn, &ground.listing_ids())?;
    let mut found = Pressed::new();
    let mut fault = ChallengeFault::NotOnlyHolds;
    for line in waiting() {
        let here: Vec<OnHold> = on_hold
            .iter()
            .filter(|(id, _)| *id == line.listing)
            .map(|(_, one)| *one)
            .collect();
        let Some(own) = here.iter().find(|one| one.line == line.id) else {
            continue;
        };
        let supply = ground.supply(ground.listing(line.listing)?);
        let firm = ground.firm_claims(line.listing, None);
        match pressed(&supply, &firm, &here, own) {
            Ok(holds) => {
                for one in here.iter().filter(|one| holds.contains(&one.line)) {
                    let of_booking = found.entry(one.booking).or_default();
                    of_booking.entry(one.line).or_insert(line.id);
                }
            }
            Err(other) => fault = other,
        }
    }
    match (found.is_empty(), fault) {
        (false, _) => Ok(found),
        (true, ChallengeFault::NotOnlyHolds) => Err(Refused::State("not_only_holds")),
        (true, ChallengeFault::UnderWay) => Err(Refused::State("already_challenged")),
    }
}

/// Shortens the clocks and tells the holders; the moment at which the last of them is due.
fn press(conn: &mut Conn, cluster: &Cluster, holders: &Pressed, now: Instant) -> Outcome<Instant> {
    let ids: Vec<BookingId> = holders.keys().copied().collect();
    let mut challenged = bookings::find_all(conn, &ids)?;
    let mut deadlines: BTreeMap<BookingId, Instant> = BTreeMap::new();
    for booking in &mut challenged {
        let by_line = &holders[&booking.id];
        for line in &mut booking.lines {
            let (Some(hold), Some(by)) = (line.hold, by_line.get(&line.id)) else {
                continue;
            };
            let hold = hold.challenged(*by, &cluster.holds, now);
            line.hold = Some(hold);
            let deadline = deadlines.entry(booking.id).or_insert(hold.expires_at);
            *deadline = hold.expires_at.min(*deadline);
        }
        booking.revise(now);
        bookings::update(conn, booking)?;
    }
    let sheet = Sheet::load(conn, &challenged, now)?;
    for booking in &challenged {
        let until = deadlines.get(&booking.id).copied().unwrap_or(now);
        letters::challenged(conn, booking, &sheet, until, now)?;
        let detail = serde_json::json!({ "after": letters::summary(booking, &sheet) });
        audit::put(conn, booking.id, "booking.challenged", None, &detail, now)?;
    }
    Ok(deadlines.into_values().max().unwrap_or(now))
}
