//! Sites: listed, added, edited.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;

use super::cursor::{ListKey, Page};
use super::errors::Reply;
use super::guard::Asking;
use super::input::{Body, IfMatch, PageQuery, PathId, Query, given};
use super::views::places::SiteOut;
use crate::actions::sites::{self, NewSite, SiteChange};
use crate::app::App;
use crate::domain::hours::OpeningHours;
use crate::domain::ids::SiteId;
use crate::domain::people::Names;
use crate::store::sites as rows;

/// List sites
#[utoipa::path(get, path = "/api/v1/sites", tag = "sites", operation_id = "list_sites", params(PageQuery),
    responses((status = 200, body = Page<SiteOut>)))]
pub async fn list(
    State(app): State<App>,
    who: Asking,
    Query(page): Query<PageQuery>,
) -> Reply<Json<Page<SiteOut>>> {
    let limit = page.limit()?;
    let key = ListKey::new(who.0.id, "sites");
    let after: Option<String> = key.after(page.cursor.as_deref())?;
    let found = app
        .store
        .read(move |conn| rows::list(conn, after.as_deref(), limit + 1))
        .await?;
    Ok(Json(Page::cut(
        found,
        limit,
        &key,
        |site| site.code.clone(),
        SiteOut::from,
    )))
}

/// A place to be added.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SiteIn {
    /// Short code, unique in the cluster.
    pub code: String,
    /// In Chinese.
    pub name_zh: String,
    /// In English.
    pub name_en: String,
    /// When it is open: `weekly` with `mon` … `sun`, each a list of `{"from": "08:00", "to": "22:00"}`, and dated
    /// `exceptions`. Null or absent is always.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    pub hours: Option<OpeningHours>,
}

/// Add a site
#[utoipa::path(post, path = "/api/v1/sites", tag = "sites", operation_id = "create_site", request_body = SiteIn,
    responses((status = 201, body = SiteOut), (status = 409, description = "`duplicate`")))]
pub async fn create(
    State(app): State<App>,
    who: Asking,
    Body(body): Body<SiteIn>,
) -> Reply<(StatusCode, Json<SiteOut>)> {
    let new = NewSite {
        code: body.code,
        names: Names {
            zh: body.name_zh,
            en: body.name_en,
        },
        hours: body.hours,
    };
    let now = app.clock.now();
    let site = app
        .store
        .write(move |conn| sites::create(conn, Some(who.0.id), new.clone(), now))
        .await?;
    Ok((StatusCode::CREATED, Json(site.into())))
}

/// A change of a site; what is absent stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SitePatch {
    /// Another code.
    #[serde(default)]
    pub code: Option<String>,
    /// In Chinese.
    #[serde(default)]
    pub name_zh: Option<String>,
    /// In English.
    #[serde(default)]
    pub name_en: Option<String>,
    /// Other hours; null is always. What was booked by the old ones stands.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<Object>)]
    pub hours: Option<Option<OpeningHours>>,
}

/// Change a site
#[utoipa::path(patch, path = "/api/v1/sites/{id}", tag = "sites", operation_id = "change_site", request_body = SitePatch,
    params(("id" = String, Path), ("If-Match" = String, Header, description = "the version it was made on")),
    responses((status = 200, body = SiteOut)))]
pub async fn change(
    State(app): State<App>,
    who: Asking,
    IfMatch(expected_version): IfMatch,
    PathId(id): PathId<SiteId>,
    Body(body): Body<SitePatch>,
) -> Reply<Json<SiteOut>> {
    let change = SiteChange {
        expected_version,
        code: body.code,
        name_zh: body.name_zh,
        name_en: body.name_en,
        hours: body.hours,
    };
    let (actor, now) = (who.actor(), app.clock.now());
    let site = app
        .store
        .write(move |conn| sites::change(conn, &actor, id, &change, now))
        .await?;
    Ok(Json(site.into()))
}
