//! Rows of units.

use diesel::prelude::*;

use super::columns::At;
use super::conn::{Conn, insert_rows};
use super::schema::units;
use super::{StoreError, page};
use crate::domain::ids::{ClosureId, ListingId, UnitId};
use crate::domain::span::Instant;
use crate::domain::unit::{Condition, Unit};

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = units)]
#[diesel(treat_none_as_null = true)]
struct Row {
    id: UnitId,
    listing_id: ListingId,
    code: String,
    serial: String,
    condition: Condition,
    note: String,
    closure_id: Option<ClosureId>,
}

impl Row {
    fn of(unit: &Unit) -> Self {
        Self {
            id: unit.id,
            listing_id: unit.listing,
            code: unit.code.clone(),
            serial: unit.serial.clone(),
            condition: unit.condition,
            note: unit.note.clone(),
            closure_id: unit.closure,
        }
    }

    fn unit(self) -> Unit {
        Unit {
            id: self.id,
            listing: self.listing_id,
            code: self.code,
            serial: self.serial,
            condition: self.condition,
            note: self.note,
            closure: self.closure_id,
        }
    }
}

/// Stores new units.
pub fn insert_all(conn: &mut Conn, new: &[Unit], now: Instant) -> Result<(), StoreError> {
    let rest = units::created_at.eq(At(now));
    let rows: Vec<_> = new.iter().map(|unit| (Row::of(unit), rest)).collect();
    insert_rows!(conn, units::table, rows)?;
    Ok(())
}

/// Stores a change.
pub fn update(conn: &mut Conn, unit: &Unit) -> Result<(), StoreError> {
    diesel::update(units::table.find(unit.id))
        .set(Row::of(unit))
        .execute(conn)?;
    Ok(())
}

/// Takes a unit off the books.
pub fn delete(conn: &mut Conn, id: UnitId) -> Result<(), StoreError> {
    diesel::delete(units::table.find(id)).execute(conn)?;
    Ok(())
}

/// One unit.
pub fn find(conn: &mut Conn, id: UnitId) -> Result<Unit, StoreError> {
    let row: Row = units::table.find(id).select(Row::as_select()).first(conn)?;
    Ok(row.unit())
}

/// The unit with this asset code.
pub fn find_by_code(conn: &mut Conn, code: &str) -> Result<Option<Unit>, StoreError> {
    let row: Option<Row> = units::table
        .filter(units::code.eq(code))
        .select(Row::as_select())
        .first(conn)
        .optional()?;
    Ok(row.map(Row::unit))
}

/// Which of these codes units have already.
pub fn taken_codes(conn: &mut Conn, codes: &[String]) -> Result<Vec<String>, StoreError> {
    Ok(units::table
        .filter(units::code.eq_any(codes.to_vec()))
        .order(units::code)
        .select(units::code)
        .load(conn)?)
}

/// How many units of a listing have a name.
pub fn count(conn: &mut Conn, listing: ListingId) -> Result<u32, StoreError> {
    let count: i64 = units::table
        .filter(units::listing_id.eq(listing))
        .count()
        .get_result(conn)?;
    Ok(u32::try_from(count).unwrap_or(u32::MAX))
}

/// A page of a listing's units, by code.
pub fn list(
    conn: &mut Conn,
    listing: ListingId,
    after: Option<&str>,
    limit: i64,
) -> Result<Vec<Unit>, StoreError> {
    let mut query = units::table
        .filter(units::listing_id.eq(listing))
        .order(units::code)
        .limit(page(limit))
        .select(Row::as_select())
        .into_boxed();
    if let Some(after) = after {
        query = query.filter(units::code.gt(after.to_owned()));
    }
    let rows: Vec<Row> = query.load(conn)?;
    Ok(rows.into_iter().map(Row::unit).collect())
}
