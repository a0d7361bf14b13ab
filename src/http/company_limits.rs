//! What one company may have: seen by itself, set by managers.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::errors::Reply;
use super::guard::Asking;
use super::input::{Body, PathId, given};
use crate::actions::quotas::{self, LimitsChange};
use crate::app::App;
use crate::domain::ids::CompanyId;
use crate::domain::quota::Limits;

/// What a company may have; null is what holds for all.
#[derive(Debug, Serialize, ToSchema)]
pub struct LimitsOut {
    /// Hours it may have in one week, of everything together; each unit counts.
    pub weekly_hours: Option<u32>,
    /// Lines it may have on hold or in line at a time.
    pub most_holds: Option<u32>,
    /// How far ahead it may book, where a listing's own rule is not nearer.
    pub horizon_days: Option<u32>,
}

impl From<Limits> for LimitsOut {
    fn from(limits: Limits) -> Self {
        Self {
            weekly_hours: limits.weekly_hours,
            most_holds: limits.most_holds,
            horizon_days: limits.horizon_days,
        }
    }
}

/// Show what a company may have
#[utoipa::path(get, path = "/api/v1/companies/{id}/limits", tag = "companies", operation_id = "show_company_limits",
    params(("id" = String, Path)), responses((status = 200, body = LimitsOut)))]
pub async fn show(
    State(app): State<App>,
    who: Asking,
    PathId(id): PathId<CompanyId>,
) -> Reply<Json<LimitsOut>> {
    let actor = who.actor();
    let limits = app
        .store
        .read(move |conn| quotas::show(conn, &actor, id))
        .await?;
    Ok(Json(limits.into()))
}

/// A change of what a company may have; what is absent stays, null is what holds for all.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LimitsPatch {
    /// Hours in one week.
    #[serde(default, deserialize_with = "given")]
    pub weekly_hours: Option<Option<u32>>,
    /// Lines on hold or in line at a time.
    #[serde(default, deserialize_with = "given")]
    pub most_holds: Option<Option<u32>>,
    /// How far ahead it may book.
    #[serde(default, deserialize_with = "given")]
    pub horizon_days: Option<Option<u32>>,
}

/// Set what a company may have
///
/// What it has already stays its own.
#[utoipa::path(patch, path = "/api/v1/companies/{id}/limits", tag = "companies", operation_id = "set_company_limits", request_body = LimitsPatch,
    params(("id" = String, Path)), responses((status = 200, body = LimitsOut)))]
pub async fn set(
    State(app): State<App>,
    who: Asking,
    PathId(id): PathId<CompanyId>,
    Body(body): Body<LimitsPatch>,
) -> Reply<Json<LimitsOut>> {
    let change = LimitsChange {
        weekly_hours: body.weekly_hours,
        most_holds: body.most_holds,
        horizon_days: body.horizon_days,
    };
    let (actor, now) = (who.actor(), app.clock.now());
    let limits = app
        .store
        .write(move |conn| quotas::set(conn, &actor, id, change, now))
        .await?;
    Ok(Json(limits.into()))
}
