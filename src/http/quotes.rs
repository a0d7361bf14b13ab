//! Quotes: what a basket would get, without storing anything.

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::bookings::Asked;
use super::bookings::series::{RecurrenceIn, quote_series, read_recurrence};
use super::errors::Reply;
use super::guard::Asking;
use super::input::{self, Body, Faults, LineIn};
use super::refused::{Order, SentBasket, sent_body};
use super::views;
use crate::actions::{self, quote::Basket};
use crate::app::App;
use crate::domain::ids::ProductionId;

/// A basket to be quoted.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct QuoteIn {
    /// For which drama, if it is known yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub production: Option<String>,
    /// Not looked at: so that the body of a booking can be quoted as it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Not looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Not looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub together: Option<bool>,
    /// Whether it would be held for now, or wait in line.
    #[serde(default)]
    pub hold: bool,
    /// 1 to 100 lines.
    pub lines: Vec<LineIn>,
    /// Repeat it: what each date would get.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recurrence: Option<RecurrenceIn>,
}

/// Quote a basket
#[utoipa::path(post, path = "/api/v1/quotes", tag = "bookings", request_body = QuoteIn,
    responses((status = 200, body = views::quote::QuoteOut)))]
pub async fn create(
    State(app): State<App>,
    who: Asking,
    headers: HeaderMap,
    Body(basket): Body<QuoteIn>,
) -> Reply<Json<views::quote::QuoteOut>> {
    let mut faults = Faults::default();
    let lines = input::read_lines(&mut faults, &basket.lines);
    let production = basket.production.as_deref();
    let production: Option<ProductionId> =
        production.and_then(|text| faults.id("production", text));
    let hold = basket.hold;
    let zone = app.cluster.zone;
    let repeat = basket.recurrence.as_ref();
    let repeat = repeat.and_then(|repeat| read_recurrence(&mut faults, repeat, &lines, hold, zone));
    faults.check()?;
    let asked = Asked::new(&app, &who, &headers);
    let sent = SentBasket {
        order: Order::New {
            production,
            hold,
            repeat: repeat.clone().map(Box::new),
        },
        lines,
        body: sent_body(&basket),
    };
    let quoted = app
        .store
        .read(move |conn| {
            let wanted = Basket {
                production,
                hold,
                lines: input::find_listings(conn, &sent.lines)?,
            };
            let (cluster, actor, language) = (&asked.cluster, &asked.actor, asked.language);
            if let Some(repeat) = &repeat {
                return quote_series(conn, &asked, &wanted, &sent, repeat);
            }
            let assessed = actions::quote::quote(conn, cluster, actor, &wanted, asked.now)?;
            let refused = assessed.iter().any(|line| !line.refusals.is_empty());
            let repairs = if refused {
                sent.repairs(conn, &asked)?
            } else {
                Vec::new()
            };
            let repairs = views::repair::repairs(&repairs, &sent.body, language, cluster.zone);
            views::quote::quote(&assessed, repairs, cluster.currency, language, cluster.zone)
        })
        .await?;
    Ok(Json(quoted))
}
