//! Rows of what single companies may have, and the lines that count towards a quota.

use diesel::prelude::*;

use super::StoreError;
use super::columns::At;
use super::conn::Conn;
use super::schema::{company_limits, lines};
use crate::domain::booking::LineState;
use crate::domain::ids::{BookingId, CompanyId, ListingId};
use crate::domain::quota::{Counted, Limits};
use crate::domain::span::{Instant, Span};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = company_limits)]
struct Row {
    company_id: CompanyId,
    weekly_hours: Option<i32>,
    most_holds: Option<i32>,
    horizon_days: Option<i32>,
}

/// What a company may have; nothing of it set where there is no row.
pub fn find(conn: &mut Conn, company: CompanyId) -> Result<Limits, StoreError> {
    let row: Option<Row> = company_limits::table
        .find(company)
        .select(Row::as_select())
        .first(conn)
        .optional()?;
    let figure = |column: Option<i32>| column.and_then(|figure| u32::try_from(figure).ok());
    Ok(row
        .map(|row| Limits {
            weekly_hours: figure(row.weekly_hours),
            most_holds: figure(row.most_holds),
            horizon_days: figure(row.horizon_days),
        })
        .unwrap_or_default())
}

/// Stores what a company may have; the company's row is held meanwhile.
pub fn put(conn: &mut Conn, company: CompanyId, limits: &Limits) -> Result<(), StoreError> {
    let too_many = |_| StoreError::Other("a count that does not fit".to_owned());
    let column = |figure: Option<u32>| figure.map(i32::try_from).transpose().map_err(too_many);
    let row = Row {
        company_id: company,
        weekly_hours: column(limits.weekly_hours)?,
        most_holds: column(limits.most_holds)?,
        horizon_days: column(limits.horizon_days)?,
    };
    diesel::delete(company_limits::table.find(company)).execute(conn)?;
    diesel::insert_into(company_limits::table)
        .values(row)
        .execute(conn)?;
    Ok(())
}

/// Booking, listing, units, start and end of a line.
type Found = (BookingId, ListingId, i32, At, At);

/// The lines of a company that count towards a quota within `window`: those that claim units, and those in
/// line; each with its booking.
pub fn counted(
    conn: &mut Conn,
    company: CompanyId,
    window: Span,
    now: Instant,
) -> Result<Vec<(BookingId, Counted)>, StoreError> {
    let touches = lines::ends_at
        .gt(At(window.start()))
        .and(lines::starts_at.lt(At(window.end())));
    let stands = lines::expires_at
        .is_null()
        .or(lines::expires_at.gt(At(now)));
    let columns = (
        lines::booking_id,
        lines::listing_id,
        lines::units,
        lines::starts_at,
        lines::ends_at,
    );
    let mut found: Vec<Found> = lines::table
        .filter(lines::live)
        .filter(lines::company_id.eq(company))
        .filter(touches)
        .filter(stands)
        .select(columns)
        .load(conn)?;
    let in_line: Vec<Found> = lines::table
        .filter(lines::expires_at.gt(At(now)))
        .filter(lines::company_id.eq(company))
        .filter(lines::state.eq(LineState::Queued))
        .filter(touches)
        .select(columns)
        .load(conn)?;
    found.extend(in_line);
    let counted = |(booking, listing, units, start, end): Found| {
        let corrupt = || StoreError::Other(format!("a line of {booking}"));
        let counted = Counted {
            listing,
            span: Span::new(start.0, end.0).map_err(|_| corrupt())?,
            units: u32::try_from(units).map_err(|_| corrupt())?,
        };
        Ok((booking, counted))
    };
    found.into_iter().map(counted).collect()
}
