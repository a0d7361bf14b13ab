//! The rows of one booking as the server really wrote them, to be written again without the server.

use backlot::clock::Clock;
use backlot::domain::ids::{BookingId, Id};
use backlot::store::columns::At;
use backlot::store::schema::{audit, bookings, letters, lines};
use backlot::store::{Conn, fresh_id};
use chrono::TimeDelta;
use diesel::prelude::*;

use crate::world::Slot;

#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = bookings)]
#[diesel(treat_none_as_default_value = false)]
pub(crate) struct BookingRow {
    id: i64,
    reference: String,
    company_id: i64,
    production_id: i64,
    booked_by: i64,
    title: String,
    note: String,
    together: bool,
    version: i64,
    sequence: i32,
    created_at: At,
    changed_at: At,
}

#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = lines)]
#[diesel(treat_none_as_default_value = false)]
pub(crate) struct LineRow {
    id: i64,
    booking_id: i64,
    position: i32,
    listing_id: i64,
    owner_id: i64,
    company_id: i64,
    production_id: i64,
    units: i32,
    starts_at: At,
    ends_at: At,
    claim_starts_at: At,
    claim_ends_at: At,
    state: String,
    live: bool,
    price: String,
    decided_by: Option<i64>,
    decided_at: Option<At>,
    reason: String,
    placed_at: Option<At>,
    expires_at: Option<At>,
    challenged_by: Option<i64>,
    challenged_at: Option<At>,
    unchallenged_until: Option<At>,
    warned_at: Option<At>,
    kit_id: Option<i64>,
    kit_group: Option<i32>,
    kit_units: Option<i32>,
}

#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = letters)]
#[diesel(treat_none_as_default_value = false)]
pub(crate) struct LetterRow {
    id: i64,
    kind: String,
    booking_id: Option<i64>,
    email: String,
    name: String,
    language: String,
    notice: String,
    attempts: i32,
    next_try_at: At,
    claimed_until: Option<At>,
    last_error: String,
    written_at: At,
    sent_at: Option<At>,
    given_up_at: Option<At>,
    request_id: Option<String>,
}

#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = audit)]
#[diesel(treat_none_as_default_value = false)]
pub(crate) struct AuditRow {
    id: i64,
    subject: String,
    what: String,
    member_id: Option<i64>,
    detail: String,
    at: At,
}

/// A booking, its lines, its letter and its entry in the history.
#[derive(Debug, Clone)]
pub(crate) struct Rows {
    pub(crate) booking: BookingRow,
    pub(crate) lines: Vec<LineRow>,
    pub(crate) letter: LetterRow,
    pub(crate) entry: AuditRow,
}

impl Rows {
    /// Those of the newest booking.
    pub(crate) fn newest(conn: &mut Conn) -> Self {
        let booking: BookingRow = bookings::table
            .order(bookings::id.desc())
            .first(conn)
            .expect("a booking");
        let lines = lines::table.filter(lines::booking_id.eq(booking.id));
        let letter = letters::table.filter(letters::booking_id.eq(booking.id));
        let subject = BookingId::from_raw(booking.id).to_string();
        let entry = audit::table.filter(audit::subject.eq(subject));
        Self {
            lines: lines.load(conn).expect("its lines"),
            letter: letter.first(conn).expect("its letter"),
            entry: entry.first(conn).expect("its entry"),
            booking,
        }
    }

    /// The same booking once more, at other times.
    pub(crate) fn at(&self, slots: &[Slot]) -> Self {
        // Of now and not of the booking: what an id adds to one moment is not enough for thousands of rows a second.
        let new_id = || fresh_id::<BookingId>(Clock::Real.now()).raw();
        let mut copy = self.clone();
        copy.booking.id = new_id();
        copy.booking.reference = format!("BK-{}", copy.booking.id);
        copy.letter.id = new_id();
        copy.letter.booking_id = Some(copy.booking.id);
        copy.entry.id = new_id();
        copy.entry.subject = BookingId::from_raw(copy.booking.id).to_string();
        for (line, slot) in copy.lines.iter_mut().zip(slots) {
            line.id = new_id();
            line.booking_id = copy.booking.id;
            line.listing_id = slot.listing.raw();
            let (start, end) = (slot.span.start(), slot.span.end());
            (line.starts_at, line.ends_at) = (At(start), At(end));
            line.claim_starts_at = At(start);
            line.claim_ends_at = At(end + TimeDelta::hours(1));
        }
        copy
    }
}
