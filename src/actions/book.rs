//! Book: many lines, each with its own span, all or nothing.

use super::booking_letters as letters;
use super::holds;
use super::quote::{AssessedLine, Assessment, LineRequest, assess, known_production};
use super::sheet::Sheet;
use super::{Cluster, Outcome, Refused, kits, quotas, require, secrets};
use crate::domain::booking::{Booking, Line, LineState};
use crate::domain::hold::{Hold, HoldTerms};
use crate::domain::ids::{CompanyId, ListingId, ProductionId};
use crate::domain::people::Actor;
use crate::domain::refusal::Refusal;
use crate::domain::rights::Right;
use crate::domain::span::Instant;
use crate::store::{Conn, audit, bookings, fresh_id};

/// An order as it is asked for.
#[derive(Debug, Clone)]
pub struct BookingRequest {
    /// For which drama.
    pub production: ProductionId,
    /// What the crew calls it.
    pub title: String,
    /// A word to the owners.
    pub note: String,
    /// All or nothing.
    pub together: bool,
    /// Hold it for now instead, or wait in line for it.
    pub hold: bool,
    /// At least one line.
    pub lines: Vec<LineRequest>,
}

/// Books every line of the request, or none of them.
pub fn book(
    conn: &mut Conn,
    cluster: &Cluster,
    actor: &Actor,
    request: &BookingRequest,
    now: Instant,
) -> Outcome<(Booking, Sheet)> {
    let production = known_production(conn, actor, request.production)?;
    require(actor, Right::Book, production.company)?;

    quotas::enter(conn, production.company)?;
    let ids: Vec<ListingId> = request.lines.iter().map(|line| line.listing).collect();
    if request.hold {
        let lines = kits::count_lines(conn, &ids)?;
        holds::allow_more(conn, cluster, production.company, lines, now)?;
    }
    let mut ground = holds::enter_whole(conn, cluster, &ids, &[], now)?;
    let assessment = Assessment {
        cluster,
        actor,
        production: Some(production.id),
        company: Some(production.company),
        without: None,
        on_hold: vec![request.hold; request.lines.len()],
        now,
    };
    let assessed = assess(conn, &mut ground, &assessment, &[], &request.lines)?;
    let lines = lines_or_refusals(assessed, &cluster.holds, now)?;

    let booking = new_booking(request, production.company, actor, lines, now);
    bookings::insert(conn, &booking)?;
    let claimed: Vec<_> = booking
        .lines
        .iter()
        .map(|line| (line.listing, line.claim))
        .collect();
    ground.remember_longest(conn, &claimed)?;

    let mut known = ground.sheet();
    known.productions.insert(production.id, production);
    let sheet = Sheet::load_with(conn, std::slice::from_ref(&booking), known, now)?;
    if request.hold {
        letters::placed(conn, &booking, &sheet, now)?;
    } else {
        letters::booked(conn, &booking, &sheet, now)?;
    }
    let detail = serde_json::json!({ "after": letters::summary(&booking, &sheet) });
    audit::put(
        conn,
        booking.id,
        "booking.created",
        Some(actor.member),
        &detail,
        now,
    )?;
    Ok((booking, sheet))
}

/// A booking as it is first stored.
pub(super) fn new_booking(
    request: &BookingRequest,
    company: CompanyId,
    actor: &Actor,
    lines: Vec<Line>,
    now: Instant,
) -> Booking {
    Booking {
        id: fresh_id(now),
        reference: secrets::fresh_reference(),
        company,
        production: request.production,
        booked_by: actor.member,
        title: request.title.clone(),
        note: request.note.clone(),
        together: request.together,
        version: 1,
        sequence: 0,
        created_at: now,
        changed_at: now,
        lines,
    }
}

/// The lines to store, or every refusal of every line.
pub fn lines_or_refusals(
    assessed: Vec<AssessedLine>,
    terms: &HoldTerms,
    now: Instant,
) -> Outcome<Vec<Line>> {
    let refusals: Vec<Refusal> = assessed
        .iter()
        .flat_map(|line| line.refusals.clone())
        .collect();
    if !refusals.is_empty() {
        return Err(Refused::Lines(refusals));
    }
    Ok(assessed
        .into_iter()
        .flat_map(AssessedLine::stored)
        .filter_map(|line| new_line(line, terms, now))
        .collect())
}

/// A line as it is first stored. Only a line without refusals has a price, and only such a one is stored.
fn new_line(assessed: AssessedLine, terms: &HoldTerms, now: Instant) -> Option<Line> {
    Some(Line {
        id: fresh_id(now),
        listing: assessed.listing.id,
        owner: assessed.listing.owner,
        units: assessed.request.units,
        span: assessed.request.span,
        claim: assessed.claim,
        state: assessed.would_be,
        hold: first_hold(assessed.would_be, assessed.request.span.start(), terms, now),
        price: assessed.price?,
        decided_by: None,
        decided_at: None,
        reason: String::new(),
        kit: assessed.kit,
    })
}

/// The place and clock of a line that begins its life in this state.
pub fn first_hold(
    state: LineState,
    start: Instant,
    terms: &HoldTerms,
    now: Instant,
) -> Option<Hold> {
    match state {
        LineState::Held => Some(Hold::placed(start, terms, now)),
        LineState::Queued => Some(Hold::in_line(start, now)),
        _ => None,
    }
}

/// Whether any line of a booking waits for an owner.
pub fn waits(booking: &Booking) -> bool {
    booking
        .lines
        .iter()
        .any(|line| line.state == LineState::Requested)
}
