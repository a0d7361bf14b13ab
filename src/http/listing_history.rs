//! What became of a listing, and another one like it.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::cursor::{ListKey, Page};
use super::errors::Reply;
use super::guard::Asking;
use super::input::{self, Body, PageQuery, Path, Query};
use super::listings::respond;
use super::views::listing::{ListingOut, listing as view};
use crate::actions::listing_history::{self, FieldChange, Told};
use crate::actions::{Outcome, catalogue, listings};
use crate::app::App;
use crate::domain::ids::AuditId;

/// One entry of a listing's history.
#[derive(Debug, Serialize, ToSchema)]
pub struct ListingEntryOut {
    /// When.
    pub at: DateTime<Utc>,
    /// Who; null is the house itself.
    pub by: Option<String>,
    /// What, as `noun.verb`.
    pub what: String,
    /// Why, where it was said.
    pub reason: String,
    /// What changed.
    pub changes: Vec<FieldChangeOut>,
}

/// One change of one field.
#[derive(Debug, Serialize, ToSchema)]
pub struct FieldChangeOut {
    /// The field, such as `quantity` or `rules.turnaround_minutes`.
    pub field: String,
    /// What it was; null is nothing.
    pub before: Value,
    /// What it is.
    pub after: Value,
}

impl From<FieldChange> for FieldChangeOut {
    fn from(change: FieldChange) -> Self {
        Self {
            field: change.field,
            before: change.before,
            after: change.after,
        }
    }
}

impl From<Told> for ListingEntryOut {
    fn from(told: Told) -> Self {
        Self {
            at: told.at,
            by: told.by,
            what: told.what,
            reason: told.reason,
            changes: told.changes.into_iter().map(Into::into).collect(),
        }
    }
}

/// History of a listing
///
/// Who changed what, newest first: the listing itself, its closures, photos and units. For those who keep it.
#[utoipa::path(get, path = "/api/v1/listings/{id}/history", tag = "listings", operation_id = "listing_history",
    params(("id" = String, Path, description = "id or code"), PageQuery), responses((status = 200, body = Page<ListingEntryOut>)))]
pub async fn list(
    State(app): State<App>,
    who: Asking,
    Path(name): Path<String>,
    Query(page): Query<PageQuery>,
) -> Reply<Json<Page<ListingEntryOut>>> {
    let actor = who.actor();
    let limit = page.limit()?;
    let key = ListKey::new(actor.member, format!("listing history {name}"));
    let before: Option<AuditId> = key.after(page.cursor.as_deref())?;
    let found = app
        .store
        .read(move |conn| {
            let id = input::listing_of_path(conn, &name)?;
            listing_history::of_listing(conn, &actor, id, before, limit + 1)
        })
        .await?;
    Ok(Json(Page::cut(
        found,
        limit,
        &key,
        |told| told.id.to_string(),
        Into::into,
    )))
}

/// What a copy is called.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CopyIn {
    /// Short code, unique in the cluster.
    pub code: String,
}

/// Copy a listing
///
/// A draft with the same words, rates, rules and photos. Units have names of their own and are not copied.
#[utoipa::path(post, path = "/api/v1/listings/{id}/copy", tag = "listings", operation_id = "copy_listing", request_body = CopyIn,
    params(("id" = String, Path, description = "id or code")),
    responses((status = 201, body = ListingOut), (status = 409, description = "`duplicate`")))]
pub async fn copy(
    State(app): State<App>,
    who: Asking,
    Path(name): Path<String>,
    Body(body): Body<CopyIn>,
) -> Reply<Response> {
    let (actor, now) = (who.actor(), app.clock.now());
    let made = app
        .store
        .write(move |conn| {
            let id = input::listing_of_path(conn, &name)?;
            let made = listings::copy(conn, &actor, id, body.code.trim(), now)?;
            let described = catalogue::describe_one(conn, made)?;
            Outcome::Ok(view(&described, &actor))
        })
        .await?;
    Ok(respond(StatusCode::CREATED, made))
}
