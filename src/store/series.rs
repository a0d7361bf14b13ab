//! Rows of series, and which booking is which date of one.

use std::collections::BTreeMap;

use diesel::prelude::*;

use super::StoreError;
use super::columns::At;
use super::conn::{Conn, insert_rows, load_each};
use super::schema::{series, series_dates};
use crate::domain::ids::{BookingId, CompanyId, MemberId, SeriesId};
use crate::domain::series::{Series, SeriesPlace};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = series)]
struct Row {
    id: SeriesId,
    company_id: CompanyId,
    rule: String,
    made_by: MemberId,
    made_at: At,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = series_dates)]
struct DateRow {
    booking_id: BookingId,
    series_id: SeriesId,
    position: i32,
}

/// Stores a series of these bookings, in their order.
pub fn insert(conn: &mut Conn, new: &Series, bookings: &[BookingId]) -> Result<(), StoreError> {
    let row = Row {
        id: new.id,
        company_id: new.company,
        rule: new.rule.clone(),
        made_by: new.made_by,
        made_at: new.made_at.into(),
    };
    insert_rows!(conn, series::table, vec![row])?;
    let dates: Vec<DateRow> = bookings
        .iter()
        .zip(1..)
        .map(|(booking, position)| DateRow {
            booking_id: *booking,
            series_id: new.id,
            position,
        })
        .collect();
    insert_rows!(conn, series_dates::table, dates)?;
    Ok(())
}

/// One series.
pub fn find(conn: &mut Conn, id: SeriesId) -> Result<Series, StoreError> {
    let row: Row = series::table
        .find(id)
        .select(Row::as_select())
        .first(conn)?;
    Ok(Series {
        id: row.id,
        company: row.company_id,
        rule: row.rule,
        made_by: row.made_by,
        made_at: row.made_at.0,
    })
}

/// Its bookings, in the order of their dates.
pub fn bookings(conn: &mut Conn, id: SeriesId) -> Result<Vec<BookingId>, StoreError> {
    Ok(series_dates::table
        .filter(series_dates::series_id.eq(id))
        .order(series_dates::position)
        .select(series_dates::booking_id)
        .load(conn)?)
}

/// Which date of which series each of these bookings is; most are none.
pub fn places(
    conn: &mut Conn,
    bookings: &[BookingId],
) -> Result<BTreeMap<BookingId, SeriesPlace>, StoreError> {
    let found: Vec<DateRow> = load_each!(
        conn,
        series_dates::table.select(DateRow::as_select()),
        series_dates::booking_id,
        bookings
    )?;
    let mut places = BTreeMap::new();
    let mut of_series: BTreeMap<SeriesId, Vec<BookingId>> = BTreeMap::new();
    for DateRow {
        booking_id: booking,
        series_id: series,
        ..
    } in found
    {
        if let std::collections::btree_map::Entry::Vacant(unknown) = of_series.entry(series) {
            unknown.insert(self::bookings(conn, series)?);
        }
        let dates = &of_series[&series];
        let before = dates.iter().position(|date| *date == booking);
        if let Some(before) = before {
            let place = SeriesPlace {
                series,
                place: before + 1,
                of: dates.len(),
            };
            places.insert(booking, place);
        }
    }
    Ok(places)
}
