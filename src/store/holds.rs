//! Lines on hold or in line, and those whose time is up.

use diesel::prelude::*;

use super::claims::ClaimColumns;
use super::columns::At;
use super::conn::{Conn, load_each};
use super::schema::lines;
use super::{StoreError, page};
use crate::domain::booking::LineState;
use crate::domain::hold::{Challenge, Hold, OnHold};
use crate::domain::ids::{BookingId, CompanyId, LineId, ListingId};
use crate::domain::span::Instant;

/// The place and clock of a line on hold or in line; all empty for any other.
#[derive(Queryable, Selectable, Insertable, AsChangeset, Default)]
#[diesel(table_name = lines)]
#[diesel(treat_none_as_default_value = false)]
#[diesel(treat_none_as_null = true)]
pub(super) struct HoldColumns {
    placed_at: Option<At>,
    expires_at: Option<At>,
    challenged_by: Option<LineId>,
    challenged_at: Option<At>,
    unchallenged_until: Option<At>,
    warned_at: Option<At>,
}

impl HoldColumns {
    /// As columns; all empty without one.
    pub(super) fn of(hold: Option<Hold>) -> Self {
        let Some(hold) = hold else {
            return Self::default();
        };
        Self {
            placed_at: Some(hold.placed_at.into()),
            expires_at: Some(hold.expires_at.into()),
            challenged_by: hold.challenge.map(|challenge| challenge.by),
            challenged_at: hold.challenge.map(|challenge| challenge.at.into()),
            unchallenged_until: hold
                .challenge
                .map(|challenge| challenge.unchallenged_until.into()),
            warned_at: hold.warned_at.map(At),
        }
    }

    /// The place and clock, if the line has them.
    pub(super) fn hold(&self) -> Option<Hold> {
        let challenge = || {
            Some(Challenge {
                by: self.challenged_by?,
                at: self.challenged_at?.0,
                unchallenged_until: self.unchallenged_until?.0,
            })
        };
        Some(Hold {
            placed_at: self.placed_at?.0,
            expires_at: self.expires_at?.0,
            challenge: challenge(),
            warned_at: self.warned_at.map(|at| at.0),
        })
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = lines)]
struct OnHoldRow {
    id: LineId,
    booking_id: BookingId,
    listing_id: ListingId,
    company_id: CompanyId,
    state: LineState,
    #[diesel(embed)]
    hold: HoldColumns,
    #[diesel(embed)]
    claim: ClaimColumns,
}

impl OnHoldRow {
    fn on_hold(self) -> Result<(ListingId, OnHold), StoreError> {
        let corrupt = || StoreError::Other(format!("line {}", self.id));
        let on_hold = OnHold {
            line: self.id,
            booking: self.booking_id,
            company: self.company_id,
            state: self.state,
            hold: self.hold.hold().ok_or_else(corrupt)?,
            claim: self.claim.claim(self.id)?,
        };
        Ok((self.listing_id, on_hold))
    }
}

/// Every line of these listings that is on hold or in line: a handful, by the index `lines_on_hold`.
pub fn on_hold(conn: &mut Conn, ids: &[ListingId]) -> Result<Vec<(ListingId, OnHold)>, StoreError> {
    let mut rows: Vec<OnHoldRow> = load_each!(
        conn,
        lines::table
            .filter(lines::expires_at.is_not_null())
            .select(OnHoldRow::as_select()),
        lines::listing_id,
        ids
    )?;
    rows.sort_unstable_by_key(|row| (row.hold.placed_at, row.id));
    rows.into_iter().map(OnHoldRow::on_hold).collect()
}

/// How many lines a company has on hold or in line.
pub fn count_on_hold(conn: &mut Conn, company: CompanyId, now: Instant) -> Result<i64, StoreError> {
    Ok(lines::table
        .filter(lines::expires_at.gt(At(now)))
        .filter(lines::company_id.eq(company))
        .count()
        .get_result(conn)?)
}

/// Listings with a line whose time is up, the longest due first.
pub fn listings_due(
    conn: &mut Conn,
    now: Instant,
    limit: i64,
) -> Result<Vec<ListingId>, StoreError> {
    let mut due: Vec<ListingId> = lines::table
        .filter(lines::expires_at.le(At(now)))
        .order(lines::expires_at)
        .limit(page(limit))
        .select(lines::listing_id)
        .load(conn)?;
    due.sort_unstable();
    due.dedup();
    Ok(due)
}

/// Bookings with a hold that lapses by `until` and whose holder was not told.
pub fn to_warn(
    conn: &mut Conn,
    now: Instant,
    until: Instant,
    limit: i64,
) -> Result<Vec<BookingId>, StoreError> {
    let mut due: Vec<BookingId> = lines::table
        .filter(lines::expires_at.gt(At(now)))
        .filter(lines::expires_at.le(At(until)))
        .filter(lines::warned_at.is_null())
        .filter(lines::state.eq(LineState::Held))
        .order(lines::expires_at)
        .limit(page(limit))
        .select(lines::booking_id)
        .load(conn)?;
    due.sort_unstable();
    due.dedup();
    Ok(due)
}
