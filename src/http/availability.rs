//! What is free: one listing as steps, many as days.

use axum::Json;
use axum::extract::State;
use chrono::{DateTime, Days, NaiveDate, Utc};
use serde::Deserialize;
use utoipa::IntoParams;

use super::cursor::ListKey;
use super::errors::Reply;
use super::guard::Asking;
use super::input::{self, Faults, PageQuery, Path, Query, invalid, read_days};
use super::listings::{FilterQuery, Narrowed};
use super::views::Named;
use super::views::listing::{AvailabilityOut, MatrixOut, MatrixRow, availability};
use crate::actions::availability::{Row, matrix as matrix_of};
use crate::actions::{self, FieldFault, Outcome, catalogue};
use crate::app::App;
use crate::domain::listing::Listing;
use crate::domain::next_free::Wish;

/// The longest window of one listing, in days.
const LONGEST_WINDOW_DAYS: i64 = 62;
/// The most days of the matrix.
const MOST_DAYS: u32 = 31;

/// A window of time.
#[derive(Debug, Deserialize, IntoParams)]
pub struct WindowQuery {
    /// First moment, RFC 3339.
    pub from: String,
    /// First moment after, at most 62 days later.
    pub to: String,
}

/// Steps of one listing
#[utoipa::path(get, path = "/api/v1/listings/{id}/availability", tag = "availability",
    operation_id = "listing_availability",
    params(("id" = String, Path, description = "id or code"), WindowQuery), responses((status = 200, body = AvailabilityOut)))]
pub async fn of_listing(
    State(app): State<App>,
    who: Asking,
    Path(name): Path<String>,
    Query(query): Query<WindowQuery>,
) -> Reply<Json<AvailabilityOut>> {
    let window = input::read_window(&query.from, &query.to, LONGEST_WINDOW_DAYS)?;
    let (actor, cluster, now) = (who.actor(), app.cluster.clone(), app.clock.now());
    let found = app
        .store
        .read(move |conn| {
            let id = input::listing_of_path(conn, &name)?;
            let days = actions::availability::of_listing(conn, &cluster, &actor, id, window, now)?;
            actions::listings::may_see(&actor, &days.listing)?;
            Outcome::Ok(availability(&days, window))
        })
        .await?;
    Ok(Json(found))
}

/// Which days of which listings.
#[derive(Debug, Clone, Deserialize, IntoParams)]
pub struct DaysQuery {
    /// First local date; today when absent.
    pub from: Option<NaiveDate>,
    /// 1 to 31 days; 14 when absent.
    pub days: Option<u32>,
    /// For `next_free`: nothing earlier than this moment (RFC 3339); now when absent.
    pub wanted_from: Option<String>,
    /// For `next_free`: how many minutes; the shortest that can be booked when absent.
    pub wanted_minutes: Option<u32>,
}

/// The longest span a next free one is looked for.
const LONGEST_WANTED_MINUTES: u32 = 14 * 24 * 60;

impl DaysQuery {
    fn wish(&self, units: u32, now: DateTime<Utc>) -> Reply<Wish> {
        let mut faults = Faults::default();
        let from = self.wanted_from.as_deref();
        let from = from.and_then(|text| faults.moment("wanted_from", text));
        let minutes = self.wanted_minutes;
        if minutes.is_some_and(|minutes| !(1..=LONGEST_WANTED_MINUTES).contains(&minutes)) {
            let limit = format!("1–{LONGEST_WANTED_MINUTES}");
            let fault = FieldFault::with_limit("wanted_minutes", "out_of_range", limit);
            faults.0.push(fault);
        }
        if !faults.0.is_empty() {
            return Err(invalid(faults.0));
        }
        Ok(Wish {
            not_before: from.map_or(now, |from| from.max(now)),
            minutes,
            units,
        })
    }
}

/// Days of many listings
#[utoipa::path(get, path = "/api/v1/availability", tag = "availability", operation_id = "availability_matrix",
    params(DaysQuery, FilterQuery, PageQuery), responses((status = 200, body = MatrixOut)))]
pub async fn matrix(
    State(app): State<App>,
    who: Asking,
    Query(window): Query<DaysQuery>,
    Query(filter): Query<FilterQuery>,
    Query(page): Query<PageQuery>,
) -> Reply<Json<MatrixOut>> {
    let days = read_days(window.days, 14, MOST_DAYS)?;
    let now = app.clock.now();
    let first = window
        .from
        .unwrap_or_else(|| now.with_timezone(&app.cluster.zone).date_naive());
    let limit = usize::try_from(page.limit()?).unwrap_or(1);
    let actor = who.actor();
    let Narrowed {
        filter: narrowed,
        free,
    } = filter.read(&actor)?;
    let wish = window.wish(filter.units.unwrap_or(1), now)?;
    let key = ListKey::new(actor.member, format!("availability {filter:?}"));
    let after: Option<String> = key.after(page.cursor.as_deref())?;
    let cluster = app.cluster.clone();
    let (found, rows) = app
        .store
        .read(move |conn| {
            let found = catalogue::search(conn, &narrowed, free, after, limit, now)?;
            let ids: Vec<_> = found.listings.iter().map(|listing| listing.id).collect();
            let rows = matrix_of(conn, &cluster, &ids, (first, days), wish, now)?;
            Outcome::Ok((found, rows))
        })
        .await?;
    let row = |(listing, row): (Listing, Row)| MatrixRow {
        listing: Named::new(listing.id, &listing.code, &listing.names),
        kind: listing.kind.as_str().to_owned(),
        quantity: row.quantity,
        days: row.days.into_iter().map(Into::into).collect(),
        next_free: row.next_free.map(Into::into),
    };
    let dates = (0..u64::from(days)).filter_map(|ahead| first.checked_add_days(Days::new(ahead)));
    Ok(Json(MatrixOut {
        days: dates.collect(),
        items: found.listings.into_iter().zip(rows).map(row).collect(),
        next_cursor: found.next.map(|next| key.cursor(next)),
    }))
}
