//! What is due of holds is settled here, and nowhere else: by every write before it decides, by every
//! write that frees units after it has, and by the job. Lapse, promote, relieve: the rules are in
//! [`crate::domain::hold`].
//!
//! Rows are always taken in the same order, so that no two writes wait for each other in a ring: company,
//! site, listings by id, bookings by id. A booking's lines are changed only by who has the rows of their
//! listings.

use std::collections::{BTreeMap, BTreeSet};

use super::booking_letters::{self as letters, Due};
use super::claims::{Ground, hull};
use super::sheet::Sheet;
use super::{Cluster, OrNotFound, Outcome, Refused};
use crate::domain::booking::{Booking, Line, LineEvent, LineState};
use crate::domain::conflict;
use crate::domain::hold::{self, OnHold, Turn, WARNING};
use crate::domain::ids::{BookingId, CompanyId, LineId, ListingId};
use crate::domain::people::Actor;
use crate::domain::rights::{Right, may};
use crate::domain::span::Instant;
use crate::store::{Conn, StoreError, audit, bookings, companies, holds as hold_rows, limits};

/// Takes the rows of these listings, then those of every booking on hold there and of `own`, and settles
/// what is due.
pub fn enter(
    conn: &mut Conn,
    cluster: &Cluster,
    ids: &[ListingId],
    own: &[BookingId],
    now: Instant,
) -> Outcome<Ground> {
    let ground = Ground::lock(conn, ids, now)?;
    settled(conn, cluster, ground, own, now)
}

/// The same for lines that are asked for: with all that is in the kits among these listings.
pub fn enter_whole(
    conn: &mut Conn,
    cluster: &Cluster,
    ids: &[ListingId],
    own: &[BookingId],
    now: Instant,
) -> Outcome<Ground> {
    let ground = Ground::lock_whole(conn, ids, now)?;
    settled(conn, cluster, ground, own, now)
}

/// Takes the rows of every booking on hold on this ground and of `own`, and settles what is due.
fn settled(
    conn: &mut Conn,
    cluster: &Cluster,
    mut ground: Ground,
    own: &[BookingId],
    now: Instant,
) -> Outcome<Ground> {
    let on_hold = hold_rows::on_hold(conn, &ground.listing_ids())?;
    let rows: Vec<BookingId> = on_hold
        .iter()
        .map(|(_, one)| one.booking)
        .chain(own.iter().copied())
        .collect();
    bookings::lock_rows(conn, &rows)?;
    settle_these(conn, cluster, &mut ground, &on_hold, now)?;
    Ok(ground)
}

/// The same for a booking that was looked at before: it, as it is under lock, and the ground under all its
/// open lines and under `more`.
pub fn enter_with(
    conn: &mut Conn,
    cluster: &Cluster,
    seen: &Booking,
    more: &[ListingId],
    now: Instant,
) -> Outcome<(Booking, Ground)> {
    let (ids, ground) = enter_beside(conn, cluster, std::slice::from_ref(seen), more, now)?;
    let booking = bookings::find(conn, seen.id).or_not_found("booking")?;
    let moved_meanwhile = booking
        .open_lines()
        .any(|line| !ids.contains(&line.listing));
    if moved_meanwhile {
        return Err(StoreError::Busy("a booking moved meanwhile".to_owned()).into());
    }
    Ok((booking, ground))
}

/// The ground under all open lines of these bookings and under `more`, and which listings that is.
pub(super) fn enter_beside(
    conn: &mut Conn,
    cluster: &Cluster,
    seen: &[Booking],
    more: &[ListingId],
    now: Instant,
) -> Outcome<(Vec<ListingId>, Ground)> {
    let own: Vec<BookingId> = seen.iter().map(|booking| booking.id).collect();
    let open = seen.iter().flat_map(Booking::open_lines);
    let mut ids: Vec<ListingId> = open.map(|line| line.listing).collect();
    ids.extend(more);
    // What is booked is no kit; what is asked for may be.
    let ground = if more.is_empty() {
        enter(conn, cluster, &ids, &own, now)?
    } else {
        enter_whole(conn, cluster, &ids, &own, now)?
    };
    Ok((ids, ground))
}

/// A booking the actor may book for, as it was a moment ago.
pub fn own_booking(conn: &mut Conn, actor: &Actor, id: BookingId) -> Outcome<Booking> {
    let booking = bookings::find(conn, id).or_not_found("booking")?;
    if may(actor, Right::Book, booking.company) {
        return Ok(booking);
    }
    let sees = may(actor, Right::SeeCompany, booking.company);
    Err(if sees {
        Refused::Forbidden
    } else {
        Refused::NotFound("booking")
    })
}

/// Settles what is due of these listings; asked wherever capacity grows or claims go away, and before any
/// decision. The bookings it changed.
pub fn settle(
    conn: &mut Conn,
    cluster: &Cluster,
    ground: &mut Ground,
    now: Instant,
) -> Outcome<BTreeSet<BookingId>> {
    let on_hold = hold_rows::on_hold(conn, &ground.listing_ids())?;
    settle_these(conn, cluster, ground, &on_hold, now)
}

fn settle_these(
    conn: &mut Conn,
    cluster: &Cluster,
    ground: &mut Ground,
    on_hold: &[(ListingId, OnHold)],
    now: Instant,
) -> Outcome<BTreeSet<BookingId>> {
    let is_quiet = |one: &OnHold| {
        one.state == LineState::Held && !one.hold.is_over(now) && one.hold.challenge.is_none()
    };
    if on_hold.iter().all(|(_, one)| is_quiet(one)) {
        return Ok(BTreeSet::new());
    }
    let waiting = on_hold
        .iter()
        .filter(|(_, one)| one.state == LineState::Queued);
    if let Some(window) = hull(waiting.map(|(_, one)| one.claim.claim)) {
        ground.read_claims(conn, window)?;
    }
    let mut due: BTreeMap<BookingId, Vec<(OnHold, Turn)>> = BTreeMap::new();
    for listing in ground.all_listings() {
        let here: Vec<OnHold> = on_hold
            .iter()
            .filter(|(id, _)| *id == listing.id)
            .map(|(_, one)| *one)
            .collect();
        let firm = ground.firm_claims(listing.id, None);
        for (one, turn) in hold::turns(&ground.supply(listing), &firm, &here, now) {
            due.entry(one.booking).or_default().push((one, turn));
        }
    }
    carry_out(conn, cluster, &due, now)
}

fn carry_out(
    conn: &mut Conn,
    cluster: &Cluster,
    due: &BTreeMap<BookingId, Vec<(OnHold, Turn)>>,
    now: Instant,
) -> Outcome<BTreeSet<BookingId>> {
    let ids: Vec<BookingId> = due.keys().copied().collect();
    if ids.is_empty() {
        return Ok(BTreeSet::new());
    }
    let mut changed = bookings::find_all(conn, &ids)?;
    for booking in &mut changed {
        for (one, turn) in &due[&booking.id] {
            let of_turn = booking.lines.iter_mut().find(|line| line.id == one.line);
            if let Some(line) = of_turn {
                take_turn(line, *turn, cluster, now);
            }
        }
        booking.revise(now);
        bookings::update(conn, booking)?;
    }
    let sheet = Sheet::load(conn, &changed, now)?;
    for booking in &changed {
        let turns = Due(&due[&booking.id]);
        letters::settled(conn, booking, &sheet, turns, now)?;
        let detail = serde_json::json!({ "after": letters::summary(booking, &sheet) });
        for what in turns.what() {
            audit::put(conn, booking.id, what, None, &detail, now)?;
        }
    }
    Ok(ids.into_iter().collect())
}

fn take_turn(line: &mut Line, turn: Turn, cluster: &Cluster, now: Instant) {
    match turn {
        Turn::Lapse => {
            line.pass(LineEvent::Expire);
        }
        Turn::Promote => {
            if line.pass(LineEvent::Promote) {
                let start = line.span.start();
                line.hold = line
                    .hold
                    .map(|hold| hold.promoted(start, &cluster.holds, now));
            }
        }
        Turn::Relieve => line.hold = line.hold.map(hold::Hold::relieved),
    }
}

/// Tells those in line for the time of lines just confirmed that these will not go by themselves any more.
/// They stay in line: a confirmed booking may still be cancelled. `challengers` had challenged them.
pub fn tell_those_behind(
    conn: &mut Conn,
    ground: &mut Ground,
    confirmed: &[Line],
    challengers: &[LineId],
    now: Instant,
) -> Outcome<()> {
    let behind = |one: &OnHold, listing: ListingId| {
        one.state == LineState::Queued
            && confirmed
                .iter()
                .any(|line| line.listing == listing && line.claim.overlaps(one.claim.claim))
    };
    let ids: Vec<ListingId> = confirmed.iter().map(|line| line.listing).collect();
    let mut waiting = hold_rows::on_hold(conn, &ids)?;
    waiting.retain(|(listing, one)| behind(one, *listing));
    let Some(window) = hull(waiting.iter().map(|(_, one)| one.claim.claim)) else {
        return Ok(());
    };
    ground.read_claims(conn, window)?;
    let mut told: BTreeMap<BookingId, bool> = BTreeMap::new();
    for (id, one) in waiting {
        let supply = ground.supply(ground.listing(id)?);
        let firm = ground.firm_claims(id, None);
        if !conflict::shortages(&supply, &firm, &one.claim).is_empty() {
            *told.entry(one.booking).or_default() |= challengers.contains(&one.line);
        }
    }
    let ids: Vec<BookingId> = told.keys().copied().collect();
    let behind = bookings::find_all(conn, &ids)?;
    let sheet = Sheet::load(conn, &behind, now)?;
    for booking in &behind {
        letters::ahead_confirmed(conn, booking, &sheet, told[&booking.id], now)?;
    }
    Ok(())
}

/// Goes on only if the company may have so many more lines on hold or in line. Takes the company's row,
/// which comes before those of listings.
pub fn allow_more(
    conn: &mut Conn,
    cluster: &Cluster,
    company: CompanyId,
    more: usize,
    now: Instant,
) -> Outcome<()> {
    if more == 0 {
        return Ok(());
    }
    companies::lock(conn, company)?;
    stay_within(conn, cluster, company, more, now)
}

/// The same by who has the company's row already.
pub(super) fn stay_within(
    conn: &mut Conn,
    cluster: &Cluster,
    company: CompanyId,
    more: usize,
    now: Instant,
) -> Outcome<()> {
    if more > room(conn, cluster, company, now)? {
        return Err(Refused::TooManyHolds(most_holds(conn, cluster, company)?));
    }
    Ok(())
}

/// How many more lines a company may have on hold or in line.
pub fn room(
    conn: &mut Conn,
    cluster: &Cluster,
    company: CompanyId,
    now: Instant,
) -> Outcome<usize> {
    let has = hold_rows::count_on_hold(conn, company, now)?;
    let room = i64::from(most_holds(conn, cluster, company)?) - has;
    Ok(usize::try_from(room).unwrap_or(0))
}

/// The most lines on hold or in line of a company: its own limit, or everybody's.
fn most_holds(conn: &mut Conn, cluster: &Cluster, company: CompanyId) -> Outcome<u32> {
    let of_its_own = limits::find(conn, company)?.most_holds;
    Ok(of_its_own.unwrap_or(cluster.holds.most))
}

/// Tells the holder of a booking that holds of it are about to lapse, once. Says whether it had to.
pub fn warn(conn: &mut Conn, id: BookingId, now: Instant) -> Outcome<bool> {
    let mut booking = bookings::lock(conn, id).or_not_found("booking")?;
    let mut lapses = None;
    for line in &mut booking.lines {
        let Some(hold) = line.hold.as_mut().filter(|_| line.state == LineState::Held) else {
            continue;
        };
        if hold.is_over(now) || hold.warned_at.is_some() || hold.expires_at > now + WARNING {
            continue;
        }
        hold.warned_at = Some(now);
        lapses = lapses.into_iter().chain([hold.expires_at]).min();
    }
    let Some(lapses) = lapses else {
        return Ok(false);
    };
    bookings::update(conn, &booking)?;
    let sheet = Sheet::load(conn, std::slice::from_ref(&booking), now)?;
    letters::lapsing(conn, &booking, &sheet, lapses, now)?;
    Ok(true)
}

/// A booking as it is after the write, with what was settled of it since.
pub fn shown(conn: &mut Conn, id: BookingId, now: Instant) -> Outcome<(Booking, Sheet)> {
    let booking = bookings::find(conn, id).or_not_found("booking")?;
    let sheet = Sheet::load(conn, std::slice::from_ref(&booking), now)?;
    Ok((booking, sheet))
}
