//! Calendar feeds: made, revoked, and read by calendars that know nothing but their address.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use utoipa::ToSchema;

use super::cursor::Page;
use super::errors::{Problem, Reply};
use super::guard::Asking;
use super::input::{self, Body, Faults, Path, PathId, invalid};
use super::views::Named;
use crate::actions::{Outcome, Refused, feeds};
use crate::app::App;
use crate::calendar::write;
use crate::domain::feed::FeedScope;
use crate::domain::ids::FeedId;
use crate::domain::listing::Listing;
use crate::store::feeds::{self as rows, Feed};
use crate::store::listings;

/// A calendar feed.
#[derive(Debug, Serialize, ToSchema)]
pub struct FeedOut {
    /// Its identifier.
    pub id: String,
    /// `member`, `company` or `listing`.
    pub scope: String,
    /// The listing of a listing's feed.
    pub listing: Option<Named>,
    /// What a calendar subscribes to; only in the answer that made it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
}

fn view(feed: &Feed, known: &[Listing], url: Option<String>) -> FeedOut {
    let listing = known
        .iter()
        .find(|listing| Some(listing.id) == feed.listing_id);
    FeedOut {
        id: feed.id.to_string(),
        scope: feed.scope.to_string(),
        listing: listing.map(|listing| Named::new(listing.id, &listing.code, &listing.names)),
        url,
        created_at: feed.created_at.0,
    }
}

/// List your feeds
#[utoipa::path(get, path = "/api/v1/feeds", tag = "feeds", operation_id = "list_feeds",
    responses((status = 200, body = Page<FeedOut>)))]
pub async fn list(State(app): State<App>, who: Asking) -> Reply<Json<Page<FeedOut>>> {
    let items = app
        .store
        .read(move |conn| {
            let found = rows::of_member(conn, who.0.id, feeds::MOST_FEEDS)?;
            let ids: Vec<_> = found.iter().filter_map(|feed| feed.listing_id).collect();
            let known = listings::find_all(conn, &ids)?;
            Outcome::Ok(found.iter().map(|feed| view(feed, &known, None)).collect())
        })
        .await?;
    Ok(Json(Page {
        items,
        next_cursor: None,
    }))
}

/// A feed to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FeedIn {
    /// `member`: what you booked; `company`: what your company booked; `listing`: what is taken of a listing.
    pub scope: String,
    /// Id or code of a listing, for that scope.
    #[serde(default)]
    pub listing: Option<String>,
}

/// Make a feed
///
/// Its address holds a secret: whoever has it reads the calendar, until it is revoked.
#[utoipa::path(post, path = "/api/v1/feeds", tag = "feeds", operation_id = "create_feed", request_body = FeedIn,
    responses((status = 201, body = FeedOut)))]
pub async fn create(
    State(app): State<App>,
    who: Asking,
    Body(body): Body<FeedIn>,
) -> Reply<(StatusCode, Json<FeedOut>)> {
    let mut faults = Faults::default();
    let scope: Option<FeedScope> = faults.word("scope", &body.scope, "member, company, listing");
    let Some(scope) = scope else {
        return Err(invalid(faults.0));
    };
    let (actor, now) = (who.actor(), app.clock.now());
    let made = app.store.write(move |conn| {
        let listing = match &body.listing {
            Some(name) => Some(input::listing_of_path(conn, name)?),
            None => None,
        };
        let (feed, secret) = feeds::make(conn, &actor, scope, listing, now)?;
        let known: Vec<Listing> = match feed.listing_id {
            Some(id) => listings::find_all(conn, &[id])?,
            None => Vec::new(),
        };
        Outcome::Ok((feed, known, secret))
    });
    let (feed, known, secret) = made.await?;
    let url = app.identity.link(&format!("/feeds/{secret}.ics"));
    Ok((StatusCode::CREATED, Json(view(&feed, &known, Some(url)))))
}

/// Revoke a feed
#[utoipa::path(delete, path = "/api/v1/feeds/{id}", tag = "feeds", operation_id = "revoke_feed",
    params(("id" = String, Path)), responses((status = 204)))]
pub async fn revoke(
    State(app): State<App>,
    who: Asking,
    PathId(id): PathId<FeedId>,
) -> Reply<StatusCode> {
    let (actor, now) = (who.actor(), app.clock.now());
    app.store
        .write(move |conn| feeds::revoke(conn, &actor, id, now))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Read a feed
#[utoipa::path(get, path = "/feeds/{file}", tag = "feeds", operation_id = "read_feed",
    params(("file" = String, Path, description = "the secret and `.ics`")),
    responses((status = 200, description = "iCalendar (RFC 5545)", content_type = "text/calendar"), (status = 304, description = "as you have it")))]
pub async fn read(
    State(app): State<App>,
    headers: HeaderMap,
    Path(file): Path<String>,
) -> Result<Response, Problem> {
    let secret = secret_of_file(&file)
        .ok_or(Refused::NotFound("feed"))?
        .to_owned();
    let now = app.clock.now();
    let contents = app
        .store
        .read(move |conn| feeds::read(conn, &secret, now))
        .await?;
    let (name, language, entries) = (&contents.name, contents.language, &contents.entries);
    let etag = format!(
        "\"{:016x}\"",
        write::feed_tag(name, language, &app.identity, entries)
    );
    let known = headers.get(header::IF_NONE_MATCH);
    let known = known.and_then(|value| value.to_str().ok());
    // Putting a year into words takes as long as reading it: whoever has it already does not wait for that.
    let response = if known.is_some_and(|known| known.contains(&etag)) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        write::feed(name, language, &app.identity, entries).into_response()
    };
    Ok(as_calendar_file(response, "backlot.ics", Some(&etag)))
}

/// A calendar as a file.
pub fn calendar_file(text: String, name: &str) -> Response {
    let hash = Sha256::digest(text.as_bytes());
    let etag = format!("\"{}\"", data_encoding::HEXLOWER.encode(&hash[..12]));
    as_calendar_file(text.into_response(), name, Some(&etag))
}

/// A calendar that looks again is told when nothing changed (RFC 9110, section 13.1.2).
pub fn as_calendar_file(mut response: Response, name: &str, etag: Option<&str>) -> Response {
    let disposition = format!("attachment; filename=\"{name}\"");
    let fixed = [
        (header::CONTENT_TYPE, "text/calendar; charset=utf-8"),
        (header::CONTENT_DISPOSITION, disposition.as_str()),
        (header::CACHE_CONTROL, "private, no-cache"),
    ];
    let etag = etag.map(|etag| (header::ETAG, etag));
    for (name, value) in fixed.into_iter().chain(etag) {
        if let Ok(value) = HeaderValue::from_str(value) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

/// The secret in the name of a feed's file.
pub fn secret_of_file(file: &str) -> Option<&str> {
    file.strip_suffix(".ics")
}
