//! Listings: the catalogue, and publishing.

pub mod body;
mod filter;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use utoipa::IntoParams;

use self::body::{ListingIn, ListingPatch, read_change, read_new};
pub use self::filter::{FilterQuery, Narrowed};
use super::cursor::{ListKey, Page};
use super::errors::{Problem, Reply};
use super::guard::Asking;
use super::input::{self, Body, IfMatch, PageQuery, Path, Query};
use super::versioned::versioned;
use super::views::facets::{FacetsOut, facets as facets_view};
use super::views::listing::{ListingOut, listing as listing_view};
use crate::actions::Outcome;
use crate::actions::catalogue::{self, Described};
use crate::actions::facets::{self, Shown};
use crate::actions::listings::{self, may_see};
use crate::app::App;
use crate::domain::ids::ListingId;
use crate::domain::listing::Listing;
use crate::domain::people::Actor;
use crate::store::Conn;
use crate::store::listings as rows;

fn view(described: &Described, actor: &Actor) -> ListingOut {
    listing_view(described, actor)
}

/// List listings
#[utoipa::path(get, path = "/api/v1/listings", tag = "listings", operation_id = "list_listings", params(FilterQuery, PageQuery),
    responses((status = 200, body = Page<ListingOut>)))]
pub async fn list(
    State(app): State<App>,
    who: Asking,
    Query(query): Query<FilterQuery>,
    Query(page): Query<PageQuery>,
) -> Reply<Json<Page<ListingOut>>> {
    let actor = who.actor();
    let Narrowed { filter, free } = query.read(&actor)?;
    let now = app.clock.now();
    let limit = usize::try_from(page.limit()?).unwrap_or(1);
    let key = ListKey::new(actor.member, format!("listings {query:?}"));
    let after: Option<String> = key.after(page.cursor.as_deref())?;
    let (found, next) = app
        .store
        .read(move |conn| {
            let found = catalogue::search(conn, &filter, free, after, limit, now)?;
            Outcome::Ok((catalogue::describe(conn, found.listings)?, found.next))
        })
        .await?;
    Ok(Json(Page {
        items: found.iter().map(|one| view(one, &actor)).collect(),
        next_cursor: next.map(|next| key.cursor(next)),
    }))
}

/// What the counts make of a window.
#[derive(Debug, Clone, Deserialize, IntoParams)]
pub struct WindowQuery {
    /// `true`: what is taken then counts too, and `free` tells how many of all these are not.
    pub also_taken: Option<bool>,
}

/// Count listings
#[utoipa::path(get, path = "/api/v1/listings/facets", tag = "listings", operation_id = "listing_facets", params(FilterQuery, WindowQuery),
    responses((status = 200, body = FacetsOut)))]
pub async fn counts(
    State(app): State<App>,
    who: Asking,
    Query(query): Query<FilterQuery>,
    Query(window): Query<WindowQuery>,
) -> Reply<Json<FacetsOut>> {
    let Narrowed { filter, free } = query.read(&who.actor())?;
    let shown = match window.also_taken {
        Some(true) => Shown::AlsoTaken,
        Some(false) | None => Shown::OnlyFree,
    };
    let now = app.clock.now();
    let found = app
        .store
        .read(move |conn| facets::count(conn, &filter, free, shown, now))
        .await?;
    Ok(Json(facets_view(found, app.cluster.currency)))
}

/// A listing with its version in a header.
pub(super) fn respond(status: StatusCode, listing: ListingOut) -> Response {
    versioned(status, listing.version, listing)
}

/// Show a listing
#[utoipa::path(get, path = "/api/v1/listings/{id}", tag = "listings", operation_id = "show_listing",
    params(("id" = String, Path, description = "id or code")), responses((status = 200, body = ListingOut)))]
pub async fn show(
    State(app): State<App>,
    who: Asking,
    Path(name): Path<String>,
) -> Reply<Response> {
    let actor = who.actor();
    let shown = app
        .store
        .read(move |conn| {
            let id = input::listing_of_path(conn, &name)?;
            let listing = rows::find(conn, id)?;
            may_see(&actor, &listing)?;
            let described = catalogue::describe_one(conn, listing)?;
            Outcome::Ok(view(&described, &actor))
        })
        .await?;
    Ok(respond(StatusCode::OK, shown))
}

/// Draft a listing
#[utoipa::path(post, path = "/api/v1/listings", tag = "listings", operation_id = "create_listing", request_body = ListingIn,
    responses((status = 201, body = ListingOut), (status = 409, description = "`duplicate`")))]
pub async fn create(
    State(app): State<App>,
    who: Asking,
    Body(body): Body<ListingIn>,
) -> Reply<Response> {
    let actor = who.actor();
    let new = read_new(&app, &actor, body)?;
    let now = app.clock.now();
    let made = app
        .store
        .write(move |conn| {
            let listing = listings::create(conn, Some(&actor), new.clone(), now)?;
            let described = catalogue::describe_one(conn, listing)?;
            Outcome::Ok(view(&described, &actor))
        })
        .await?;
    Ok(respond(StatusCode::CREATED, made))
}

/// Change a listing
#[utoipa::path(patch, path = "/api/v1/listings/{id}", tag = "listings", operation_id = "change_listing", request_body = ListingPatch,
    params(("id" = String, Path, description = "id or code"), ("If-Match" = String, Header, description = "the version it was made on")),
    responses((status = 200, body = ListingOut), (status = 409, description = "`closure_hits_bookings`: too few units would be left")))]
pub async fn change(
    State(app): State<App>,
    who: Asking,
    IfMatch(expected_version): IfMatch,
    Path(name): Path<String>,
    Body(body): Body<ListingPatch>,
) -> Reply<Response> {
    let change = read_change(&app, expected_version, body);
    let (cluster, now) = (app.cluster.clone(), app.clock.now());
    write(&app, &who, name, move |conn, actor, id| {
        listings::change(conn, &cluster, actor, id, &change, now)
    })
    .await
}

/// Publish a listing
#[utoipa::path(post, path = "/api/v1/listings/{id}/publication", tag = "listings", operation_id = "publish_listing",
    params(("id" = String, Path, description = "id or code")), responses((status = 200, body = ListingOut)))]
pub async fn publish(
    State(app): State<App>,
    who: Asking,
    Path(name): Path<String>,
) -> Reply<Response> {
    let now = app.clock.now();
    write(&app, &who, name, move |conn, actor, id| {
        listings::publish(conn, Some(actor), id, now)
    })
    .await
}

/// Retire a listing
#[utoipa::path(post, path = "/api/v1/listings/{id}/retirement", tag = "listings", operation_id = "retire_listing",
    params(("id" = String, Path, description = "id or code")),
    responses((status = 200, body = ListingOut), (status = 409, description = "`closure_hits_bookings`: it is booked ahead")))]
pub async fn retire(
    State(app): State<App>,
    who: Asking,
    Path(name): Path<String>,
) -> Reply<Response> {
    let (cluster, now) = (app.cluster.clone(), app.clock.now());
    write(&app, &who, name, move |conn, actor, id| {
        listings::retire(conn, &cluster, actor, id, now)
    })
    .await
}

/// Does something to the listing a path names, and shows it.
async fn write(
    app: &App,
    who: &Asking,
    name: String,
    action: impl Fn(&mut Conn, &Actor, ListingId) -> Outcome<Listing> + Send + Sync + 'static,
) -> Result<Response, Problem> {
    let actor = who.actor();
    let shown = app
        .store
        .write(move |conn| {
            let id = input::listing_of_path(conn, &name)?;
            let listing = action(conn, &actor, id)?;
            let described = catalogue::describe_one(conn, listing)?;
            Outcome::Ok(view(&described, &actor))
        })
        .await?;
    Ok(respond(StatusCode::OK, shown))
}
