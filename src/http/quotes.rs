//! Quotes: what a basket would get, without storing anything.

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use serde::Deserialize;
use utoipa::ToSchema;

use super::errors::{Reply, accepted_language};
use super::guard::Asking;
use super::input::{self, Body, Faults, LineIn};
use super::views;
use crate::actions::{self, quote::Basket};
use crate::app::App;
use crate::domain::ids::ProductionId;

/// A basket to be quoted.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct QuoteIn {
    /// For which drama, if it is known yet.
    #[serde(default)]
    pub production: Option<String>,
    /// Not looked at: so that the body of a booking can be quoted as it is.
    #[serde(default)]
    pub title: Option<String>,
    /// Not looked at.
    #[serde(default)]
    pub note: Option<String>,
    /// Not looked at.
    #[serde(default)]
    pub together: Option<bool>,
    /// Whether it would be held for now, or wait in line.
    #[serde(default)]
    pub hold: bool,
    /// 1 to 100 lines.
    pub lines: Vec<LineIn>,
}

/// Quote a basket
#[utoipa::path(post, path = "/api/v1/quotes", tag = "bookings", request_body = QuoteIn,
    responses((status = 200, body = views::booking::QuoteOut)))]
pub async fn create(
    State(app): State<App>,
    who: Asking,
    headers: HeaderMap,
    Body(basket): Body<QuoteIn>,
) -> Reply<Json<views::booking::QuoteOut>> {
    let mut faults = Faults::default();
    let lines = input::read_lines(&mut faults, &basket.lines);
    let production = basket.production.as_deref();
    let production: Option<ProductionId> =
        production.and_then(|text| faults.id("production", text));
    let hold = basket.hold;
    faults.check()?;
    let language = accepted_language(&headers).unwrap_or(who.0.language);
    let (actor, now, cluster) = (who.actor(), app.clock.now(), app.cluster.clone());
    let quoted = app
        .store
        .read(move |conn| {
            let basket = Basket {
                production,
                hold,
                lines: input::find_listings(conn, &lines)?,
            };
            let assessed = actions::quote::quote(conn, &cluster, &actor, &basket, now)?;
            views::booking::quote(&assessed, cluster.currency, language, cluster.zone)
        })
        .await?;
    Ok(Json(quoted))
}
