//! Facts for `backlot check`: what the engine cannot hold by itself.

use diesel::prelude::*;

use super::StoreError;
use super::columns::At;
use super::conn::Conn;
use super::schema::{bookings, letters, letters_about, lines, listings};
use crate::domain::booking::LineState;
use crate::domain::ids::{BookingId, Id, LetterId, LineId, ListingId};
use crate::domain::span::{Instant, Span};

/// Ids of all listings after one, a page at a time.
pub fn listing_ids(
    conn: &mut Conn,
    after: Option<ListingId>,
    limit: i64,
) -> Result<Vec<ListingId>, StoreError> {
    let after = after.unwrap_or(ListingId::from_raw(-1));
    Ok(listings::table
        .filter(listings::id.gt(after))
        .order(listings::id)
        .limit(limit)
        .select(listings::id)
        .load(conn)?)
}

/// First start and last end of a listing's live claims.
pub fn claimed_window(conn: &mut Conn, listing: ListingId) -> Result<Option<Span>, StoreError> {
    let live = || {
        lines::table
            .filter(lines::live)
            .filter(lines::listing_id.eq(listing))
    };
    let first: Option<At> = live()
        .order(lines::claim_starts_at)
        .select(lines::claim_starts_at)
        .first(conn)
        .optional()?;
    let last: Option<At> = live()
        .order(lines::claim_ends_at.desc())
        .select(lines::claim_ends_at)
        .first(conn)
        .optional()?;
    Ok(first
        .zip(last)
        .and_then(|(first, last)| Span::new(first.0, last.0).ok()))
}

/// The longest live claim of a listing in minutes, from the claims themselves.
pub fn longest_live_claim(conn: &mut Conn, listing: ListingId) -> Result<i64, StoreError> {
    let claims: Vec<(At, At)> = lines::table
        .filter(lines::live)
        .filter(lines::listing_id.eq(listing))
        .select((lines::claim_starts_at, lines::claim_ends_at))
        .load(conn)?;
    Ok(claims
        .into_iter()
        .map(|(start, end)| (end.0 - start.0).num_minutes())
        .max()
        .unwrap_or(0))
}

/// What is remembered as a listing's longest claim, in minutes.
pub fn remembered_longest_claim(conn: &mut Conn, listing: ListingId) -> Result<i64, StoreError> {
    Ok(listings::table
        .find(listing)
        .select(listings::longest_claim_minutes)
        .first(conn)?)
}

/// Bookings without any line.
pub fn bookings_without_lines(conn: &mut Conn, limit: i64) -> Result<Vec<BookingId>, StoreError> {
    let of_booking = lines::table.filter(lines::booking_id.eq(bookings::id));
    Ok(bookings::table
        .filter(diesel::dsl::not(diesel::dsl::exists(of_booking)))
        .limit(limit)
        .select(bookings::id)
        .load(conn)?)
}

/// Bookings for which no letter was ever owed. One letter can tell of a whole series.
pub fn bookings_without_letters(conn: &mut Conn, limit: i64) -> Result<Vec<BookingId>, StoreError> {
    let of_booking = letters::table.filter(letters::booking_id.eq(bookings::id.nullable()));
    let of_series = letters_about::table.filter(letters_about::booking_id.eq(bookings::id));
    Ok(bookings::table
        .filter(diesel::dsl::not(diesel::dsl::exists(of_booking)))
        .filter(diesel::dsl::not(diesel::dsl::exists(of_series)))
        .limit(limit)
        .select(bookings::id)
        .load(conn)?)
}

/// Lines whose `live` does not say what their state says.
pub fn lines_with_wrong_live(conn: &mut Conn, limit: i64) -> Result<Vec<LineId>, StoreError> {
    let live_states: Vec<LineState> = LineState::ALL
        .iter()
        .copied()
        .filter(|state| state.is_live())
        .collect();
    let says_live = lines::live.and(lines::state.ne_all(live_states.clone()));
    let says_over = diesel::dsl::not(lines::live).and(lines::state.eq_any(live_states));
    Ok(lines::table
        .filter(says_live.or(says_over))
        .limit(limit)
        .select(lines::id)
        .load(conn)?)
}

/// Lines on hold or in line without a clock, and lines with one that are neither.
pub fn lines_with_wrong_clock(conn: &mut Conn, limit: i64) -> Result<Vec<LineId>, StoreError> {
    let on_hold = [LineState::Held, LineState::Queued];
    let has_clock = || {
        lines::placed_at
            .is_not_null()
            .and(lines::expires_at.is_not_null())
    };
    let without = lines::state
        .eq_any(on_hold)
        .and(diesel::dsl::not(has_clock()));
    let needless = lines::state
        .ne_all(on_hold)
        .and(lines::expires_at.is_not_null());
    Ok(lines::table
        .filter(without.or(needless))
        .limit(limit)
        .select(lines::id)
        .load(conn)?)
}

/// Lines that repeat another company or production than their booking's.
pub fn lines_unlike_their_booking(conn: &mut Conn, limit: i64) -> Result<Vec<LineId>, StoreError> {
    Ok(lines::table
        .inner_join(bookings::table.on(bookings::id.eq(lines::booking_id)))
        .filter(
            lines::company_id
                .ne(bookings::company_id)
                .or(lines::production_id.ne(bookings::production_id)),
        )
        .limit(limit)
        .select(lines::id)
        .load(conn)?)
}

/// Live lines of kits: a kit claims nothing by itself.
pub fn lines_of_kits(conn: &mut Conn, limit: i64) -> Result<Vec<LineId>, StoreError> {
    Ok(lines::table
        .inner_join(listings::table)
        .filter(lines::live)
        .filter(listings::parts.gt(0))
        .limit(limit)
        .select(lines::id)
        .load(conn)?)
}

/// Letters that should have been tried before `since` and were not.
pub fn forgotten_letters(
    conn: &mut Conn,
    since: Instant,
    limit: i64,
) -> Result<Vec<LetterId>, StoreError> {
    Ok(letters::table
        .filter(letters::sent_at.is_null())
        .filter(letters::given_up_at.is_null())
        .filter(letters::next_try_at.lt(At(since)))
        .limit(limit)
        .select(letters::id)
        .load(conn)?)
}

/// What SQLite says of its own file; nothing on PostgreSQL.
pub fn engine_faults(conn: &mut Conn) -> Result<Vec<String>, StoreError> {
    #[derive(diesel::QueryableByName)]
    struct Verdict {
        #[diesel(sql_type = diesel::sql_types::Text)]
        integrity_check: String,
    }
    if !conn.is_sqlite() {
        return Ok(Vec::new());
    }
    let verdicts: Vec<Verdict> = diesel::sql_query("PRAGMA integrity_check").load(conn)?;
    Ok(verdicts
        .into_iter()
        .map(|verdict| verdict.integrity_check)
        .filter(|verdict| verdict != "ok")
        .collect())
}
