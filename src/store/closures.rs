//! Rows of closures.

use diesel::prelude::*;

use super::columns::At;
use super::conn::{Conn, insert_rows, load_each};
use super::schema::closures;
use super::{StoreError, page};
use crate::domain::closure::{Closure, ClosureKind, ClosureScope};
use crate::domain::ids::{ClosureId, ListingId, MemberId, SiteId};
use crate::domain::span::{Instant, Span};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = closures)]
struct Row {
    id: ClosureId,
    listing_id: Option<ListingId>,
    site_id: Option<SiteId>,
    units: Option<i32>,
    starts_at: At,
    ends_at: At,
    kind: ClosureKind,
    reason: String,
    created_by: Option<MemberId>,
    created_at: At,
    series_id: Option<ClosureId>,
}

impl Row {
    fn closure(self) -> Result<Closure, StoreError> {
        let corrupt = || StoreError::Other(format!("closure {}", self.id));
        let scope = match (self.listing_id, self.site_id) {
            (Some(listing), None) => ClosureScope::Listing(listing),
            (None, Some(site)) => ClosureScope::Site(site),
            (Some(_), Some(_)) | (None, None) => return Err(corrupt()),
        };
        Ok(Closure {
            span: Span::new(self.starts_at.0, self.ends_at.0).map_err(|_| corrupt())?,
            units: self
                .units
                .map(u32::try_from)
                .transpose()
                .map_err(|_| corrupt())?,
            id: self.id,
            scope,
            kind: self.kind,
            reason: self.reason,
            series: self.series_id,
        })
    }
}

/// The most closures of one listing or site one look takes in.
const MOST_AT_ONCE: i64 = 5_000;

/// Stores new closures.
pub fn insert_all(
    conn: &mut Conn,
    closures: &[Closure],
    by: MemberId,
    now: Instant,
) -> Result<(), StoreError> {
    let rows = closures.iter().map(|closure| row(closure, by, now));
    let rows: Vec<Row> = rows.collect::<Result<_, _>>()?;
    Ok(insert_rows!(conn, closures::table, rows)?)
}

fn row(closure: &Closure, by: MemberId, now: Instant) -> Result<Row, StoreError> {
    let (listing_id, site_id) = match closure.scope {
        ClosureScope::Listing(listing) => (Some(listing), None),
        ClosureScope::Site(site) => (None, Some(site)),
    };
    let too_many = |_| StoreError::Other("a count that does not fit".to_owned());
    Ok(Row {
        id: closure.id,
        listing_id,
        site_id,
        units: closure
            .units
            .map(i32::try_from)
            .transpose()
            .map_err(too_many)?,
        starts_at: closure.span.start().into(),
        ends_at: closure.span.end().into(),
        kind: closure.kind,
        reason: closure.reason.clone(),
        created_by: Some(by),
        created_at: now.into(),
        series_id: closure.series,
    })
}

/// Takes closures away.
pub fn delete_all(conn: &mut Conn, ids: &[ClosureId]) -> Result<(), StoreError> {
    diesel::delete(closures::table.filter(closures::id.eq_any(ids.to_vec()))).execute(conn)?;
    Ok(())
}

/// Those of a series that are not over, first date first.
pub fn of_series(
    conn: &mut Conn,
    series: ClosureId,
    now: Instant,
) -> Result<Vec<Closure>, StoreError> {
    let rows: Vec<Row> = closures::table
        .filter(closures::series_id.eq(series))
        .filter(closures::ends_at.gt(At(now)))
        .order((closures::starts_at, closures::id))
        .limit(MOST_AT_ONCE)
        .select(Row::as_select())
        .load(conn)?;
    rows.into_iter().map(Row::closure).collect()
}

/// One closure.
pub fn find(conn: &mut Conn, id: ClosureId) -> Result<Closure, StoreError> {
    let row: Row = closures::table
        .find(id)
        .select(Row::as_select())
        .first(conn)?;
    row.closure()
}

/// Closures of these listings and sites that touch `window`. Those that are over are never looked at.
pub fn touching(
    conn: &mut Conn,
    listings: &[ListingId],
    sites: &[SiteId],
    window: Span,
) -> Result<Vec<Closure>, StoreError> {
    let touches = closures::ends_at
        .gt(At(window.start()))
        .and(closures::starts_at.lt(At(window.end())));
    let all = closures::table
        .filter(touches)
        .order(closures::id)
        .limit(MOST_AT_ONCE);
    if let Conn::Postgres(postgres) = conn {
        // One round trip for both.
        let of_either = closures::listing_id
            .eq_any(listings)
            .or(closures::site_id.eq_any(sites));
        let rows: Vec<Row> = closures::table
            .filter(touches)
            .filter(of_either)
            .order(closures::id)
            .limit(MOST_AT_ONCE)
            .select(Row::as_select())
            .load(postgres)?;
        return rows.into_iter().map(Row::closure).collect();
    }
    let of_listings: Vec<Row> = load_each!(
        conn,
        all.select(Row::as_select()),
        closures::listing_id,
        listings
    )?;
    let of_sites: Vec<Row> =
        load_each!(conn, all.select(Row::as_select()), closures::site_id, sites)?;
    of_listings
        .into_iter()
        .chain(of_sites)
        .map(Row::closure)
        .collect()
}

/// Closures that touch `window`, of whatever listing or site.
pub fn touching_anything(conn: &mut Conn, window: Span) -> Result<Vec<Closure>, StoreError> {
    let rows: Vec<Row> = closures::table
        .filter(closures::ends_at.gt(At(window.start())))
        .filter(closures::starts_at.lt(At(window.end())))
        .select(Row::as_select())
        .load(conn)?;
    rows.into_iter().map(Row::closure).collect()
}

/// A page of closures not over yet, of a listing, a site, or all, by id.
pub fn list(
    conn: &mut Conn,
    scope: Option<ClosureScope>,
    now: Instant,
    after: Option<ClosureId>,
    limit: i64,
) -> Result<Vec<Closure>, StoreError> {
    let mut query = closures::table
        .filter(closures::ends_at.gt(At(now)))
        .order(closures::id)
        .limit(page(limit))
        .select(Row::as_select())
        .into_boxed();
    query = match scope {
        Some(ClosureScope::Listing(listing)) => query.filter(closures::listing_id.eq(listing)),
        Some(ClosureScope::Site(site)) => query.filter(closures::site_id.eq(site)),
        None => query,
    };
    if let Some(after) = after {
        query = query.filter(closures::id.gt(after));
    }
    let rows: Vec<Row> = query.load(conn)?;
    rows.into_iter().map(Row::closure).collect()
}
