//! Companies: listed, taken in, edited.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;

use super::cursor::{ListKey, Page};
use super::errors::Reply;
use super::guard::Asking;
use super::input::{Body, Faults, PageQuery, PathId, Query};
use super::views::people::CompanyOut;
use crate::actions::companies::{self, CompanyChange, NewCompany};
use crate::app::App;
use crate::domain::ids::CompanyId;
use crate::domain::people::{CompanyKind, Names};
use crate::store::companies as rows;

/// The words a kind may be.
const KINDS: &str = "crew, owner, operator";

/// List companies
#[utoipa::path(get, path = "/api/v1/companies", tag = "companies", operation_id = "list_companies", params(PageQuery),
    responses((status = 200, body = Page<CompanyOut>)))]
pub async fn list(
    State(app): State<App>,
    who: Asking,
    Query(page): Query<PageQuery>,
) -> Reply<Json<Page<CompanyOut>>> {
    let limit = page.limit()?;
    let key = ListKey::new(who.0.id, "companies");
    let after: Option<String> = key.after(page.cursor.as_deref())?;
    let found = app
        .store
        .read(move |conn| rows::list(conn, after.as_deref(), limit + 1))
        .await?;
    Ok(Json(Page::cut(
        found,
        limit,
        &key,
        |company| company.code.clone(),
        |company| CompanyOut::from(&company),
    )))
}

/// A company to be taken in.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CompanyIn {
    /// Short code, unique in the cluster.
    pub code: String,
    /// `crew`, `owner`, `operator`; at least one.
    pub kinds: Vec<String>,
    /// In Chinese.
    pub name_zh: String,
    /// In English.
    pub name_en: String,
    /// Whether other companies may read its name on a taken span; true when absent.
    #[serde(default = "shown")]
    pub shows_name: bool,
}

fn shown() -> bool {
    true
}

fn read_kinds(faults: &mut Faults, kinds: &[String]) -> Vec<CompanyKind> {
    let kind =
        |(place, text): (usize, &String)| faults.word(&format!("kinds[{place}]"), text, KINDS);
    kinds.iter().enumerate().filter_map(kind).collect()
}

/// Take a company in
#[utoipa::path(post, path = "/api/v1/companies", tag = "companies", operation_id = "create_company", request_body = CompanyIn,
    responses((status = 201, body = CompanyOut), (status = 409, description = "`duplicate`")))]
pub async fn create(
    State(app): State<App>,
    who: Asking,
    Body(body): Body<CompanyIn>,
) -> Reply<(StatusCode, Json<CompanyOut>)> {
    let mut faults = Faults::default();
    let new = NewCompany {
        kinds: read_kinds(&mut faults, &body.kinds),
        code: body.code,
        names: Names {
            zh: body.name_zh,
            en: body.name_en,
        },
        shows_name: body.shows_name,
    };
    if !faults.0.is_empty() {
        faults.0.extend(new.faults());
    }
    faults.check()?;
    let (actor, now) = (who.actor(), app.clock.now());
    let company = app
        .store
        .write(move |conn| companies::create(conn, Some(&actor), new.clone(), now))
        .await?;
    Ok((StatusCode::CREATED, Json(CompanyOut::from(&company))))
}

/// A change of a company; what is absent stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CompanyPatch {
    /// `crew`, `owner`, `operator`; for managers.
    #[serde(default)]
    pub kinds: Option<Vec<String>>,
    /// In Chinese.
    #[serde(default)]
    pub name_zh: Option<String>,
    /// In English.
    #[serde(default)]
    pub name_en: Option<String>,
    /// Whether other companies may read its name on a taken span.
    #[serde(default)]
    pub shows_name: Option<bool>,
}

/// Change a company
#[utoipa::path(patch, path = "/api/v1/companies/{id}", tag = "companies", operation_id = "change_company", request_body = CompanyPatch,
    params(("id" = String, Path)), responses((status = 200, body = CompanyOut)))]
pub async fn change(
    State(app): State<App>,
    who: Asking,
    PathId(id): PathId<CompanyId>,
    Body(body): Body<CompanyPatch>,
) -> Reply<Json<CompanyOut>> {
    let mut faults = Faults::default();
    let change = CompanyChange {
        kinds: body.kinds.map(|kinds| read_kinds(&mut faults, &kinds)),
        name_zh: body.name_zh,
        name_en: body.name_en,
        shows_name: body.shows_name,
    };
    faults.check()?;
    let (actor, now) = (who.actor(), app.clock.now());
    let company = app
        .store
        .write(move |conn| companies::change(conn, &actor, id, &change, now))
        .await?;
    Ok(Json(CompanyOut::from(&company)))
}
