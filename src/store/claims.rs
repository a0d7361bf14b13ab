//! What lines take of their listings: the live claims that touch a span.

use diesel::prelude::*;

use super::columns::At;
use super::conn::{Conn, load_each};
use super::schema::{lines, listings};
use super::{StoreError, page};
use crate::domain::booking::LineState;
use crate::domain::hold::OnHold;
use crate::domain::ids::{BookingId, CompanyId, LineId, ListingId, ProductionId};
use crate::domain::listing::{Kind, Listing};
use crate::domain::profile::Claim;
use crate::domain::span::{Instant, Span};

/// A live line with what it takes and whose it is.
#[derive(Debug, Clone, Copy)]
pub struct LiveLine {
    /// Which line.
    pub line: LineId,
    /// Of which booking.
    pub booking: BookingId,
    /// What it is for.
    pub listing: ListingId,
    /// Who decides about it: the owner of the listing when it was booked.
    pub owner: CompanyId,
    /// Whose it is.
    pub company: CompanyId,
    /// Where it is in its life.
    pub state: LineState,
    /// When it ends by itself, if it is a hold.
    pub expires_at: Option<Instant>,
    /// What it takes.
    pub claim: Claim,
}

impl LiveLine {
    /// A line that waits, as it would be listed if it claimed.
    pub fn waiting(listing: &Listing, one: &OnHold) -> Self {
        Self {
            line: one.line,
            booking: one.booking,
            listing: listing.id,
            owner: listing.owner,
            company: one.company,
            state: one.state,
            expires_at: None,
            claim: one.claim,
        }
    }
}

/// What a line takes, as columns of its row.
#[derive(Debug, Clone, Copy, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = lines)]
#[diesel(treat_none_as_default_value = false)]
pub(super) struct ClaimColumns {
    production_id: ProductionId,
    units: i32,
    starts_at: At,
    ends_at: At,
    claim_starts_at: At,
    claim_ends_at: At,
}

impl ClaimColumns {
    /// As columns; units beyond what a row holds are an error.
    pub(super) fn of(claim: &Claim) -> Result<Self, StoreError> {
        let too_many = |_| StoreError::Other("a count that does not fit".to_owned());
        Ok(Self {
            production_id: claim.production,
            units: i32::try_from(claim.units).map_err(too_many)?,
            starts_at: claim.span.start().into(),
            ends_at: claim.span.end().into(),
            claim_starts_at: claim.claim.start().into(),
            claim_ends_at: claim.claim.end().into(),
        })
    }

    /// As the domain knows it; a row that cannot be one is an error that names `line`.
    pub(super) fn claim(&self, line: LineId) -> Result<Claim, StoreError> {
        self.read()
            .ok_or_else(|| StoreError::Other(format!("line {line}")))
    }

    /// As the domain knows it, if it can be one.
    pub(super) fn read(&self) -> Option<Claim> {
        let span = |start: At, end: At| Span::new(start.0, end.0).ok();
        Some(Claim {
            production: self.production_id,
            span: span(self.starts_at, self.ends_at)?,
            claim: span(self.claim_starts_at, self.claim_ends_at)?,
            units: u32::try_from(self.units).ok()?,
        })
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = lines)]
struct LiveRow {
    id: LineId,
    booking_id: BookingId,
    listing_id: ListingId,
    owner_id: CompanyId,
    company_id: CompanyId,
    state: LineState,
    expires_at: Option<At>,
    #[diesel(embed)]
    claim: ClaimColumns,
}

impl LiveRow {
    fn live_line(self) -> Result<LiveLine, StoreError> {
        Ok(LiveLine {
            line: self.id,
            booking: self.booking_id,
            listing: self.listing_id,
            owner: self.owner_id,
            company: self.company_id,
            state: self.state,
            expires_at: self.expires_at.map(|at| at.0),
            claim: self.claim.claim(self.id)?,
        })
    }
}

/// The live lines of these listings whose claims touch `window`, oldest line first. A hold whose time is
/// up at `now` is none of them, whether or not a job ran.
///
/// `longest_claim_minutes` is the longest claim any of them ever had: no claim that starts earlier than
/// that before the window reaches into it. So the index `lines_claiming (listing_id, claim_starts_at, …)
/// WHERE live` gives a range whose size depends on the window and never on the history behind it.
pub fn touching(
    conn: &mut Conn,
    ids: &[ListingId],
    window: Span,
    longest_claim_minutes: i64,
    now: Instant,
) -> Result<Vec<LiveLine>, StoreError> {
    let earliest = earliest_claim_start(window, longest_claim_minutes);
    let in_window = lines::claim_starts_at
        .ge(At(earliest))
        .and(lines::claim_starts_at.lt(At(window.end())))
        .and(lines::claim_ends_at.gt(At(window.start())))
        .and(
            lines::expires_at
                .is_null()
                .or(lines::expires_at.gt(At(now))),
        );
    let mut rows: Vec<LiveRow> = load_each!(
        conn,
        lines::table
            .filter(lines::live)
            .filter(in_window)
            .select(LiveRow::as_select()),
        lines::listing_id,
        ids
    )?;
    rows.sort_unstable_by_key(|row| row.id);
    rows.into_iter().map(LiveRow::live_line).collect()
}

/// When a drama shoots: the spans of its live lines in sets that touch `window`, in order.
pub fn shooting_spans(
    conn: &mut Conn,
    company: CompanyId,
    production: ProductionId,
    window: Span,
) -> Result<Vec<Span>, StoreError> {
    let rows: Vec<(At, At)> = lines::table
        .inner_join(listings::table)
        .filter(lines::live)
        .filter(lines::company_id.eq(company))
        .filter(lines::production_id.eq(production))
        .filter(listings::kind.eq(Kind::Scene))
        .filter(lines::ends_at.gt(At(window.start())))
        .filter(lines::starts_at.lt(At(window.end())))
        .order(lines::starts_at)
        .limit(MOST_SHOOTING_SPANS)
        .select((lines::starts_at, lines::ends_at))
        .load(conn)?;
    let corrupt = |_| StoreError::Other(format!("a line of {production}"));
    rows.into_iter()
        .map(|(starts, ends)| Span::new(starts.0, ends.0).map_err(corrupt))
        .collect()
}

/// More than any drama shoots in a quarter.
const MOST_SHOOTING_SPANS: i64 = 2_000;

/// Live lines of a listing that end after a moment, the earliest first: what a retirement would hit.
pub fn ahead_of_listing(
    conn: &mut Conn,
    listing: ListingId,
    now: Instant,
    limit: i64,
) -> Result<Vec<BookingId>, StoreError> {
    Ok(lines::table
        .filter(lines::live)
        .filter(lines::listing_id.eq(listing))
        .filter(lines::ends_at.gt(At(now)))
        .order(lines::claim_starts_at)
        .limit(page(limit))
        .select(lines::booking_id)
        .load(conn)?)
}

/// True of every line: the word by which a query may use the index `lines_claiming_in_time`. As it stands in the index, since
/// a value that is bound proves nothing to a planner.
pub(super) fn has_units() -> diesel::expression::SqlLiteral<diesel::sql_types::Bool> {
    diesel::dsl::sql("units > 0")
}

/// The earliest start a live claim that reaches into `window` can have.
pub(super) fn earliest_claim_start(window: Span, longest_claim_minutes: i64) -> Instant {
    window.start() - chrono::TimeDelta::minutes(longest_claim_minutes)
}
