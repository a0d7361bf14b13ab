//! What must always be true, asked of the facts: `backlot check`. Reads only, a listing at a time, so that
//! it can run beside a live server.

use super::Outcome;
use super::claims::{Ground, from_now_on, hull};
use crate::domain::conflict::broken_promises;
use crate::domain::hold::{self, OnHold, Turn};
use crate::domain::ids::ListingId;
use crate::domain::span::Instant;
use crate::store::{Conn, holds as hold_rows, integrity as facts, kits, photos};

/// The most faults of one kind that are listed.
const MOST_LISTED: i64 = 100;
/// A letter is forgotten when it is this overdue: longer than any pause of the post.
const LETTER_OVERDUE: chrono::TimeDelta = chrono::TimeDelta::minutes(10);

/// One broken invariant, in an operator's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault(pub String);

/// Faults of the database as a whole.
pub fn of_everything(conn: &mut Conn, now: Instant) -> Outcome<Vec<Fault>> {
    let mut faults: Vec<Fault> = Vec::new();
    let mut list = |what: &str, ids: Vec<String>| {
        faults.extend(ids.into_iter().map(|id| Fault(format!("{what}: {id}"))));
    };
    list("engine", facts::engine_faults(conn)?);
    list(
        "booking without a line",
        text(&facts::bookings_without_lines(conn, MOST_LISTED)?),
    );
    list(
        "booking that owed no letter",
        text(&facts::bookings_without_letters(conn, MOST_LISTED)?),
    );
    list(
        "line whose `live` is not its state's",
        text(&facts::lines_with_wrong_live(conn, MOST_LISTED)?),
    );
    list(
        "line whose clock is not its state's",
        text(&facts::lines_with_wrong_clock(conn, MOST_LISTED)?),
    );
    list(
        "line unlike its booking",
        text(&facts::lines_unlike_their_booking(conn, MOST_LISTED)?),
    );
    list(
        "listing whose count of parts is not that of its parts",
        text(&kits::miscounted(conn, MOST_LISTED)?),
    );
    list("kit that is not made soundly", unsound_kits(conn)?);
    list(
        "line of a kit by itself",
        text(&facts::lines_of_kits(conn, MOST_LISTED)?),
    );
    let overdue = now - LETTER_OVERDUE;
    list(
        "letter forgotten in the outbox",
        text(&facts::forgotten_letters(conn, overdue, MOST_LISTED)?),
    );
    Ok(faults)
}

/// Kits in a ring, too deep or too wide.
fn unsound_kits(conn: &mut Conn) -> Outcome<Vec<String>> {
    let mut unsound = Vec::new();
    for id in kits::all(conn)? {
        if let Some(fault) = kits::inside(conn, &[id])?.fault(id) {
            unsound.push(format!("{id}: {fault:?}"));
        }
    }
    Ok(unsound)
}

/// Faults of one listing: more promised than there is, a claim the look-ups would miss, or somebody in line
/// for what is free.
pub fn of_listing(conn: &mut Conn, id: ListingId, now: Instant) -> Outcome<Vec<Fault>> {
    let mut faults = of_claims(conn, id, now)?;
    faults.extend(of_queue(conn, id, now)?);
    faults.extend(of_photos(conn, id)?);
    Ok(faults)
}

/// Places of photos are counted without gaps, so that there is one cover.
fn of_photos(conn: &mut Conn, id: ListingId) -> Outcome<Option<Fault>> {
    let places = photos::places(conn, id)?;
    let counted = places
        .iter()
        .zip(0..)
        .all(|(place, expected)| *place == expected);
    Ok((!counted).then(|| Fault(format!("{id}: its photos stand at {places:?}"))))
}

/// Every write promotes whoever fits, so somebody who fits and waits was forgotten; unless a hold has just
/// lapsed and nobody wrote since.
fn of_queue(conn: &mut Conn, id: ListingId, now: Instant) -> Outcome<Vec<Fault>> {
    let on_hold: Vec<OnHold> = hold_rows::on_hold(conn, &[id])?
        .into_iter()
        .map(|(_, one)| one)
        .collect();
    let Some(window) = hull(on_hold.iter().map(|one| one.claim.claim)) else {
        return Ok(Vec::new());
    };
    let mut ground = Ground::look(conn, &[id], now)?;
    ground.read_claims(conn, window)?;
    let supply = ground.supply(ground.listing(id)?);
    let due = hold::turns(&supply, &ground.firm_claims(id, None), &on_hold, now);
    if due.iter().any(|(_, turn)| *turn == Turn::Lapse) {
        return Ok(Vec::new());
    }
    let forgotten = due.iter().filter(|(_, turn)| *turn == Turn::Promote);
    Ok(forgotten
        .map(|(one, _)| Fault(format!("{id}: {} waits in line for what is free", one.line)))
        .collect())
}

fn of_claims(conn: &mut Conn, id: ListingId, now: Instant) -> Outcome<Vec<Fault>> {
    let Some(window) = facts::claimed_window(conn, id)? else {
        return Ok(Vec::new());
    };
    let mut faults = Vec::new();
    let longest = facts::longest_live_claim(conn, id)?;
    let remembered = facts::remembered_longest_claim(conn, id)?;
    if longest > remembered {
        faults.push(Fault(format!(
            "{id}: a claim of {longest} minutes, but {remembered} is remembered as the longest"
        )));
    }
    // What was kept yesterday with units that are gone since was no broken promise; how many there were then, nobody
    // knows any more.
    let Some(window) = window.clip(from_now_on(now)?) else {
        return Ok(faults);
    };
    let mut ground = Ground::look(conn, &[id], now)?;
    ground.read_claims(conn, window)?;
    let supply = ground.supply(ground.listing(id)?);
    for broken in broken_promises(window, &supply, &ground.claims(id, None)) {
        let (start, end) = (broken.span.start(), broken.span.end());
        faults.push(Fault(format!(
            "{id}: {} units overbooked from {start} to {end}",
            broken.short
        )));
    }
    Ok(faults)
}

fn text<T: ToString>(ids: &[T]) -> Vec<String> {
    ids.iter().map(ToString::to_string).collect()
}
