//! Rows of what single companies and kinds of them may have, and the lines that count towards a quota.

use diesel::prelude::*;

use super::StoreError;
use super::columns::At;
use super::companies::read_kinds;
use super::conn::{Conn, on_engine};
use super::schema::{companies, company_limits, kind_horizons, lines};
use crate::domain::booking::LineState;
use crate::domain::ids::{BookingId, CompanyId, ListingId};
use crate::domain::people::CompanyKind;
use crate::domain::quota::{Counted, Horizons, Limits};
use crate::domain::span::{Instant, Span};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = company_limits)]
struct Row {
    company_id: CompanyId,
    weekly_hours: Option<i32>,
    most_holds: Option<i32>,
    horizon_days: Option<i32>,
}

impl Row {
    fn limits(&self) -> Limits {
        let figure = |column: Option<i32>| column.and_then(|figure| u32::try_from(figure).ok());
        Limits {
            weekly_hours: figure(self.weekly_hours),
            most_holds: figure(self.most_holds),
            horizon_days: figure(self.horizon_days),
        }
    }
}

/// What holds for a company: what it may have itself and, where nothing of its own says so, how far ahead companies
/// of its kinds may book.
pub fn of_company(conn: &mut Conn, company: CompanyId) -> Result<Limits, StoreError> {
    type Found = (String, Option<Row>, Option<(String, i32)>);
    // A row for each kind with a horizon, in one round trip: every booking asks this.
    let with_kinds = kind_horizons::horizon_days.gt(0);
    let found: Vec<Found> = on_engine!(conn, native => companies::table
        .left_join(company_limits::table.on(company_limits::company_id.eq(companies::id)))
        .left_join(kind_horizons::table.on(with_kinds))
        .filter(companies::id.eq(company))
        .select((
            companies::kinds,
            Option::<Row>::as_select(),
            (kind_horizons::kind, kind_horizons::horizon_days).nullable(),
        ))
        .load(native))?;
    let (kinds, own, _) = found.first().ok_or(StoreError::Missing)?;
    let own = own.as_ref().map(Row::limits).unwrap_or_default();
    let horizons = found.iter().filter_map(|(_, _, horizon)| horizon.clone());
    let of_kinds = as_horizons(horizons).of(&read_kinds(kinds));
    Ok(Limits {
        horizon_days: own.horizon_days.or(of_kinds),
        ..own
    })
}

/// How far ahead each kind of company may book.
pub fn horizons(conn: &mut Conn) -> Result<Horizons, StoreError> {
    let rows: Vec<(String, i32)> = kind_horizons::table.load(conn)?;
    Ok(as_horizons(rows.into_iter()))
}

/// Stores how far ahead each kind of company may book.
pub fn put_horizons(conn: &mut Conn, horizons: &Horizons) -> Result<(), StoreError> {
    diesel::delete(kind_horizons::table).execute(conn)?;
    for (kind, days) in horizons.all() {
        let days = i32::try_from(days)
            .map_err(|_| StoreError::Other("a count that does not fit".to_owned()))?;
        let row = (
            kind_horizons::kind.eq(kind.as_str()),
            kind_horizons::horizon_days.eq(days),
        );
        diesel::insert_into(kind_horizons::table)
            .values(row)
            .execute(conn)?;
    }
    Ok(())
}

fn as_horizons(rows: impl Iterator<Item = (String, i32)>) -> Horizons {
    let known = |(kind, days): (String, i32)| {
        Some((kind.parse::<CompanyKind>().ok()?, u32::try_from(days).ok()?))
    };
    Horizons::new(rows.filter_map(known))
}

/// What a company may have; nothing of it set where there is no row.
pub fn find(conn: &mut Conn, company: CompanyId) -> Result<Limits, StoreError> {
    let row: Option<Row> = on_engine!(conn, native => company_limits::table
        .find(company)
        .select(Row::as_select())
        .first(native))
    .optional()?;
    Ok(row.as_ref().map(Row::limits).unwrap_or_default())
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
