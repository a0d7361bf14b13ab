//! Productions: the dramas of a company.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::ToSchema;

use super::cursor::{ListKey, Page};
use super::errors::Reply;
use super::guard::Asking;
use super::input::{Body, Faults, IfMatch, PageQuery, PathId, Query, given};
use super::members::{narrowed_to, with_companies};
use super::views::places::{ProductionOut, production as production_view};
use crate::actions::productions::{self, NewProduction, ProductionChange};
use crate::actions::{OrNotFound, Outcome};
use crate::app::App;
use crate::domain::ids::ProductionId;
use crate::domain::rights::Right;
use crate::store::productions::Production;
use crate::store::{companies, productions as rows};

/// List productions
///
/// Those of the reader's own company, newest first; of every company for managers.
#[utoipa::path(get, path = "/api/v1/productions", tag = "productions", operation_id = "list_productions", params(PageQuery),
    responses((status = 200, body = Page<ProductionOut>)))]
pub async fn list(
    State(app): State<App>,
    who: Asking,
    Query(page): Query<PageQuery>,
) -> Reply<Json<Page<ProductionOut>>> {
    let limit = page.limit()?;
    let key = ListKey::new(who.0.id, "productions");
    let before: Option<ProductionId> = key.after(page.cursor.as_deref())?;
    let company = narrowed_to(&who.actor(), Right::SeeCompany);
    let found = app
        .store
        .read(move |conn| {
            let found = rows::list(conn, company, before, limit + 1)?;
            with_companies(conn, found, |production: &Production| production.company)
        })
        .await?;
    Ok(Json(Page::cut(
        found,
        limit,
        &key,
        |(production, _)| production.id.to_string(),
        |(production, company)| production_view(production, &company),
    )))
}

fn read_date(faults: &mut Faults, field: &str, text: Option<&str>) -> Option<NaiveDate> {
    text.and_then(|text| faults.take(field, text.parse().map_err(|_| "not_a_date")))
}

/// A drama to be opened, for the asker's company.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProductionIn {
    /// Its title.
    pub title: String,
    /// `key`, `ordinary` or `other`.
    #[serde(default)]
    pub filing_class: Option<String>,
    /// Filing number.
    #[serde(default)]
    pub filing_number: String,
    /// First day of the shoot.
    #[serde(default)]
    pub starts_on: Option<String>,
    /// Last day of the shoot.
    #[serde(default)]
    pub ends_on: Option<String>,
}

/// Open a production
#[utoipa::path(post, path = "/api/v1/productions", tag = "productions", operation_id = "create_production", request_body = ProductionIn,
    responses((status = 201, body = ProductionOut)))]
pub async fn create(
    State(app): State<App>,
    who: Asking,
    Body(body): Body<ProductionIn>,
) -> Reply<(StatusCode, Json<ProductionOut>)> {
    let mut faults = Faults::default();
    let new = NewProduction {
        title: body.title,
        filing_class: body.filing_class,
        filing_number: body.filing_number,
        starts_on: read_date(&mut faults, "starts_on", body.starts_on.as_deref()),
        ends_on: read_date(&mut faults, "ends_on", body.ends_on.as_deref()),
    };
    faults.check()?;
    let (actor, now) = (who.actor(), app.clock.now());
    let made = app.store.write(move |conn| {
        let production = productions::create(conn, &actor, new.clone(), now)?;
        let company = companies::find(conn, production.company).or_not_found("company")?;
        Outcome::Ok((production, company))
    });
    let (production, company) = made.await?;
    Ok((
        StatusCode::CREATED,
        Json(production_view(production, &company)),
    ))
}

/// A change of a production; what is absent stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProductionPatch {
    /// Another title.
    #[serde(default)]
    pub title: Option<String>,
    /// Another class; null is not known yet.
    #[serde(default, deserialize_with = "given")]
    pub filing_class: Option<Option<String>>,
    /// Another number.
    #[serde(default)]
    pub filing_number: Option<String>,
    /// Another first day; null is not known yet.
    #[serde(default, deserialize_with = "given")]
    pub starts_on: Option<Option<String>>,
    /// Another last day; null is not known yet.
    #[serde(default, deserialize_with = "given")]
    pub ends_on: Option<Option<String>>,
}

/// Change a production
#[utoipa::path(patch, path = "/api/v1/productions/{id}", tag = "productions", operation_id = "change_production", request_body = ProductionPatch,
    params(("id" = String, Path), ("If-Match" = String, Header, description = "the version it was made on")),
    responses((status = 200, body = ProductionOut)))]
pub async fn change(
    State(app): State<App>,
    who: Asking,
    IfMatch(expected_version): IfMatch,
    PathId(id): PathId<ProductionId>,
    Body(body): Body<ProductionPatch>,
) -> Reply<Json<ProductionOut>> {
    let mut faults = Faults::default();
    let mut date = |field: &str, text: Option<Option<String>>| {
        text.map(|text| read_date(&mut faults, field, text.as_deref()))
    };
    let change = ProductionChange {
        expected_version: Some(expected_version),
        title: body.title,
        filing_class: body.filing_class,
        filing_number: body.filing_number,
        starts_on: date("starts_on", body.starts_on),
        ends_on: date("ends_on", body.ends_on),
    };
    faults.check()?;
    let (actor, now) = (who.actor(), app.clock.now());
    let changed = app.store.write(move |conn| {
        let production = productions::change(conn, &actor, id, &change, now)?;
        let company = companies::find(conn, production.company).or_not_found("company")?;
        Outcome::Ok((production, company))
    });
    let (production, company) = changed.await?;
    Ok(Json(production_view(production, &company)))
}
