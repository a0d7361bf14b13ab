//! How far ahead each kind of company may book: shown to all, set by managers.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::errors::Reply;
use super::guard::Asking;
use super::input::Body;
use crate::actions::horizons;
use crate::app::App;
use crate::domain::people::CompanyKind;
use crate::domain::quota::Horizons;
use crate::store::limits;

/// Days ahead by kind of company; null is no limit beside those of the listings. A company of several kinds has
/// the farthest of theirs, and one with a limit of its own has that.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HorizonsBody {
    /// Of those that shoot, in days.
    pub crew: Option<u32>,
    /// Of those that own what is booked, in days.
    pub owner: Option<u32>,
    /// Of those that run the place, in days.
    pub operator: Option<u32>,
}

impl From<Horizons> for HorizonsBody {
    fn from(horizons: Horizons) -> Self {
        Self {
            crew: horizons.of_kind(CompanyKind::Crew),
            owner: horizons.of_kind(CompanyKind::Owner),
            operator: horizons.of_kind(CompanyKind::Operator),
        }
    }
}

impl From<HorizonsBody> for Horizons {
    fn from(body: HorizonsBody) -> Self {
        let all = [
            (CompanyKind::Crew, body.crew),
            (CompanyKind::Owner, body.owner),
            (CompanyKind::Operator, body.operator),
        ];
        Self::new(
            all.into_iter()
                .filter_map(|(kind, days)| Some((kind, days?))),
        )
    }
}

/// Show how far ahead each kind of company may book
#[utoipa::path(get, path = "/api/v1/horizons", tag = "companies", operation_id = "show_horizons",
    responses((status = 200, body = HorizonsBody)))]
pub async fn show(State(app): State<App>, _who: Asking) -> Reply<Json<HorizonsBody>> {
    let horizons = app.store.read(limits::horizons).await?;
    Ok(Json(horizons.into()))
}

/// Set how far ahead each kind of company may book
///
/// What is booked already stays.
#[utoipa::path(put, path = "/api/v1/horizons", tag = "companies", operation_id = "set_horizons", request_body = HorizonsBody,
    responses((status = 200, body = HorizonsBody)))]
pub async fn set(
    State(app): State<App>,
    who: Asking,
    Body(body): Body<HorizonsBody>,
) -> Reply<Json<HorizonsBody>> {
    let (actor, now) = (who.actor(), app.clock.now());
    let wanted = Horizons::from(body);
    let set = wanted.clone();
    app.store
        .write(move |conn| horizons::set(conn, &actor, &set, now))
        .await?;
    Ok(Json(wanted.into()))
}
