//! What a calendar of everything tells of live lines, some time after some time.

use diesel::prelude::*;

use super::StoreError;
use super::claims::{ClaimColumns, has_units};
use super::columns::At;
use super::conn::{Conn, on_engine};
use super::schema::{bookings, lines};
use crate::domain::booking::LineState;
use crate::domain::ids::{CompanyId, LineId, ListingId};
use crate::domain::profile::Claim;
use crate::domain::span::{Instant, Span};

/// A live line with what a calendar tells of its booking.
#[derive(Debug, Clone)]
pub struct Told {
    /// Which line.
    pub line: LineId,
    /// Of which listing.
    pub listing: ListingId,
    /// For which company.
    pub company: CompanyId,
    /// Where it is in its life.
    pub state: LineState,
    /// What it takes, and for which drama.
    pub claim: Claim,
    /// Reference of its booking for people.
    pub reference: String,
    /// Revision of its booking's entries.
    pub sequence: i32,
    /// When its booking last changed.
    pub changed_at: Instant,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = lines)]
struct Row {
    id: LineId,
    listing_id: ListingId,
    company_id: CompanyId,
    state: LineState,
    #[diesel(embed)]
    claim: ClaimColumns,
}

/// Live lines whose claims start within `window`, in that order. A hold whose time is up at `now` is none of them.
pub fn starting_in(conn: &mut Conn, window: Span, now: Instant) -> Result<Vec<Told>, StoreError> {
    let stands = lines::expires_at
        .is_null()
        .or(lines::expires_at.gt(At(now)));
    let rows: Vec<(Row, String, i32, At)> = on_engine!(conn, native => lines::table
        .inner_join(bookings::table.on(bookings::id.eq(lines::booking_id)))
        .filter(lines::live)
        .filter(has_units())
        .filter(lines::claim_starts_at.ge(At(window.start())))
        .filter(lines::claim_starts_at.lt(At(window.end())))
        .filter(stands)
        .order((lines::claim_starts_at, lines::id))
        .select((
            Row::as_select(),
            bookings::reference,
            bookings::sequence,
            bookings::changed_at,
        ))
        .load(native))?;
    let told = |(row, reference, sequence, changed_at): (Row, String, i32, At)| {
        Ok(Told {
            line: row.id,
            listing: row.listing_id,
            company: row.company_id,
            state: row.state,
            claim: row.claim.claim(row.id)?,
            reference,
            sequence,
            changed_at: changed_at.0,
        })
    };
    rows.into_iter().map(told).collect()
}
