//! Change a booking: other times, units or lines, as one swap. The old claims stand until the new ones do.

use super::booking_letters as letters;
use super::claims::Ground;
use super::quote::{AssessedLine, Assessment, LineRequest, assess, forgive_running_start};
use super::sheet::Sheet;
use super::{Cluster, FieldFault, OrNotFound, Outcome, Refused, require};
use crate::domain::booking::{Booking, Line, LineEvent, LineState};
use crate::domain::ids::{BookingId, LineId, ListingId};
use crate::domain::people::Actor;
use crate::domain::profile::Claim;
use crate::domain::refusal::Refusal;
use crate::domain::rights::{Right, may};
use crate::domain::span::Instant;
use crate::store::{Conn, audit, bookings, fresh_id};

/// One line of the booking as it shall be.
#[derive(Debug, Clone, Copy)]
pub struct ChangedLine {
    /// The line it was, or `None` for a new one.
    pub id: Option<LineId>,
    /// What it shall be.
    pub request: LineRequest,
}

/// A change as it is asked for.
#[derive(Debug, Clone)]
pub struct Change {
    /// The version it was made on.
    pub expected_version: i64,
    /// A new title.
    pub title: Option<String>,
    /// A new note.
    pub note: Option<String>,
    /// The full new set of lines; a live line left out is called off.
    pub lines: Option<Vec<ChangedLine>>,
}

/// Changes the booking, or nothing of it.
pub fn change(
    conn: &mut Conn,
    cluster: &Cluster,
    actor: &Actor,
    id: BookingId,
    change: &Change,
    now: Instant,
) -> Outcome<(Booking, Sheet)> {
    let mut booking = bookings::lock(conn, id).or_not_found("booking")?;
    if !may(actor, Right::SeeCompany, booking.company) {
        return Err(Refused::NotFound("booking"));
    }
    require(actor, Right::Book, booking.company)?;
    if booking.version != change.expected_version {
        return Err(Refused::VersionStale(booking.version));
    }
    if booking.live_lines().next().is_none() {
        return Err(Refused::State("already_over"));
    }
    let sheet_before = Sheet::load(conn, std::slice::from_ref(&booking))?;
    let before = letters::summary(&booking, &sheet_before);

    if let Some(title) = &change.title {
        booking.title.clone_from(title);
    }
    if let Some(note) = &change.note {
        booking.note.clone_from(note);
    }
    if let Some(lines) = &change.lines {
        swap_lines(conn, cluster, actor, &mut booking, lines, now)?;
    }
    booking.revise(now);
    bookings::update(conn, &booking)?;

    let sheet = Sheet::load(conn, std::slice::from_ref(&booking))?;
    letters::changed(conn, &booking, &sheet, now)?;
    let detail =
        serde_json::json!({ "before": before, "after": letters::summary(&booking, &sheet) });
    audit::put(
        conn,
        booking.id,
        "booking.changed",
        Some(actor.member),
        &detail,
        now,
    )?;
    Ok((booking, sheet))
}

fn swap_lines(
    conn: &mut Conn,
    cluster: &Cluster,
    actor: &Actor,
    booking: &mut Booking,
    wanted: &[ChangedLine],
    now: Instant,
) -> Outcome<()> {
    check_ids(booking, wanted)?;
    // Listings given up are locked too: what is freed there must not be counted twice by a neighbour.
    let old = booking.live_lines().map(|line| line.listing);
    let ids: Vec<ListingId> = wanted
        .iter()
        .map(|line| line.request.listing)
        .chain(old)
        .collect();
    let mut ground = Ground::lock(conn, &ids)?;
    let assessment = Assessment {
        cluster,
        actor,
        production: Some(booking.production),
        without: Some(booking.id),
        now,
    };
    let assessed = assess_lines(conn, &mut ground, &assessment, booking, wanted)?;
    let refusals: Vec<Refusal> = assessed
        .iter()
        .flatten()
        .flat_map(|line| line.refusals.clone())
        .collect();
    if !refusals.is_empty() {
        return Err(Refused::Lines(refusals));
    }
    drop_missing(booking, wanted);
    let claimed: Vec<_> = assessed
        .iter()
        .flatten()
        .map(|line| (line.listing.id, line.claim))
        .collect();
    for (line, wanted) in assessed.into_iter().zip(wanted) {
        if let Some(line) = line {
            put_line(booking, line, wanted.id, now);
        }
    }
    ground.remember_longest(conn, &claimed)
}

/// What each line of a change would get; `None` for one that stays exactly as it is.
pub fn assess_lines(
    conn: &mut Conn,
    ground: &mut Ground,
    assessment: &Assessment<'_>,
    booking: &Booking,
    wanted: &[ChangedLine],
) -> Outcome<Vec<Option<AssessedLine>>> {
    let (kept, asked) = split_kept(booking, wanted);
    let requests: Vec<LineRequest> = asked.iter().map(|place| wanted[*place].request).collect();
    let found = assess(conn, ground, assessment, &kept, &requests)?;
    let mut assessed: Vec<Option<AssessedLine>> = vec![None; wanted.len()];
    for (place, mut line) in asked.into_iter().zip(found) {
        if runs_on(booking, &wanted[place], assessment.now) {
            forgive_running_start(&mut line);
        }
        // Refusals count lines as they were sent, not as they were assessed.
        for refusal in &mut line.refusals {
            refusal.line = place;
        }
        assessed[place] = Some(line);
    }
    Ok(assessed)
}

/// Whether a line goes on from where it began and is only made longer or shorter.
fn runs_on(booking: &Booking, wanted: &ChangedLine, now: Instant) -> bool {
    let before = wanted
        .id
        .and_then(|id| booking.lines.iter().find(|line| line.id == id));
    let same_start = before.is_some_and(|before| {
        before.span.start() == wanted.request.span.start()
            && before.listing == wanted.request.listing
    });
    same_start && wanted.request.span.end() > now
}

/// Each id names a live line of this booking, once.
fn check_ids(booking: &Booking, wanted: &[ChangedLine]) -> Outcome<()> {
    let mut faults = Vec::new();
    for (place, line) in wanted.iter().enumerate() {
        let Some(id) = line.id else { continue };
        let is_live = booking.live_lines().any(|live| live.id == id);
        let is_first = !wanted[..place].iter().any(|earlier| earlier.id == Some(id));
        if !is_live || !is_first {
            faults.push(FieldFault::new(
                format!("lines[{place}].id"),
                "not_a_live_line",
            ));
        }
    }
    if faults.is_empty() {
        Ok(())
    } else {
        Err(Refused::Invalid(faults))
    }
}

/// The claims of lines that stay exactly as they are, and the places of the rest.
fn split_kept(booking: &Booking, wanted: &[ChangedLine]) -> (Vec<(ListingId, Claim)>, Vec<usize>) {
    let mut kept = Vec::new();
    let mut asked = Vec::new();
    for (place, wanted) in wanted.iter().enumerate() {
        let unchanged = booking
            .live_lines()
            .find(|line| Some(line.id) == wanted.id && is_as(line, &wanted.request));
        match unchanged {
            Some(line) => kept.push((line.listing, line.as_claim(booking.production))),
            None => asked.push(place),
        }
    }
    (kept, asked)
}

fn is_as(line: &Line, request: &LineRequest) -> bool {
    line.listing == request.listing && line.units == request.units && line.span == request.span
}

fn drop_missing(booking: &mut Booking, wanted: &[ChangedLine]) {
    for line in &mut booking.lines {
        let is_wanted = wanted.iter().any(|wanted| wanted.id == Some(line.id));
        if let Some(cancelled) = line.state.after(LineEvent::Cancel).filter(|_| !is_wanted) {
            line.state = cancelled;
        }
    }
}

/// Puts an assessed line in the place of the one it was, or at the end.
fn put_line(booking: &mut Booking, assessed: AssessedLine, id: Option<LineId>, now: Instant) {
    let Some(price) = assessed.price else { return };
    let before = booking.lines.iter_mut().find(|line| Some(line.id) == id);
    let line = Line {
        id: before
            .as_ref()
            .map_or_else(|| fresh_id(now), |line| line.id),
        listing: assessed.listing.id,
        owner: assessed.listing.owner,
        units: assessed.request.units,
        span: assessed.request.span,
        claim: assessed.claim,
        state: assessed.would_be,
        price,
        decided_by: None,
        decided_at: None,
        reason: String::new(),
    };
    match before {
        None => booking.lines.push(line),
        Some(before) => {
            let granted_before =
                before.state == LineState::Confirmed && before.listing == line.listing;
            let asks_less = before.span.encloses(line.span) && line.units <= before.units;
            let state = if before.state == LineState::Out || granted_before && asks_less {
                before.state
            } else {
                line.state
            };
            *before = Line { state, ..line };
        }
    }
}
