//! Bookings whose crews were asked to move.

use diesel::prelude::*;

use super::StoreError;
use super::columns::At;
use super::conn::Conn;
use super::schema::asked_moves;
use crate::domain::effect::Effect;
use crate::domain::ids::{BookingId, MemberId};
use crate::domain::span::Instant;

/// A crew that was asked to move.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AskedMove {
    /// With which booking.
    pub booking: BookingId,
    /// Because of what.
    pub effect: Effect,
    /// What was said with it.
    pub note: String,
    /// Who asked.
    pub asked_by: MemberId,
    /// When.
    pub asked_at: Instant,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = asked_moves)]
struct Row {
    booking_id: BookingId,
    effect: String,
    note: String,
    asked_by: MemberId,
    asked_at: At,
}

/// Keeps it in the place of an earlier one.
pub fn put(conn: &mut Conn, asked: &AskedMove) -> Result<(), StoreError> {
    let effect = serde_json::to_string(&asked.effect);
    let row = Row {
        booking_id: asked.booking,
        effect: effect.map_err(|error| StoreError::Other(error.to_string()))?,
        note: asked.note.clone(),
        asked_by: asked.asked_by,
        asked_at: asked.asked_at.into(),
    };
    diesel::delete(asked_moves::table.find(asked.booking)).execute(conn)?;
    diesel::insert_into(asked_moves::table)
        .values(row)
        .execute(conn)?;
    Ok(())
}

/// Those of several bookings, in any order.
pub fn find_all(conn: &mut Conn, ids: &[BookingId]) -> Result<Vec<AskedMove>, StoreError> {
    let rows: Vec<Row> = asked_moves::table
        .filter(asked_moves::booking_id.eq_any(ids.to_vec()))
        .select(Row::as_select())
        .load(conn)?;
    let asked = |row: Row| {
        let corrupt = |_| StoreError::Other(format!("why {} should move", row.booking_id));
        Ok(AskedMove {
            booking: row.booking_id,
            effect: serde_json::from_str(&row.effect).map_err(corrupt)?,
            note: row.note,
            asked_by: row.asked_by,
            asked_at: row.asked_at.0,
        })
    };
    rows.into_iter().map(asked).collect()
}
