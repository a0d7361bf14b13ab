//! A crew says that it runs late, and a crew that has to wait sees what would work instead.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::asked::{Asked, id_of_path};
use super::extension::request_of;
use crate::actions::overrun::{self, Foreseen, WayOut};
use crate::actions::{Outcome, holds};
use crate::app::App;
use crate::domain::overrun::MOST_LATE_MINUTES;
use crate::domain::refusal::Holder;
use crate::http::errors::Reply;
use crate::http::guard::Asking;
use crate::http::input::{KeyedBody, Path};
use crate::http::views::MoneyOut;
use crate::http::views::booking::BookingOut;
use crate::http::views::refusal::holder;
use crate::http::views::repair::{RepairOut, repairs};
use crate::store::Conn;

/// A word that a crew runs late.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OverrunIn {
    /// How much longer it stays, 0 to 720; 0 takes the word back.
    pub minutes: i64,
    /// Which line; the first that is under way when absent.
    #[serde(default)]
    pub line: Option<String>,
    /// The end it is counted from, RFC 3339; the line's when absent.
    #[serde(default)]
    pub seen_end: Option<String>,
    /// Only say what it would come to.
    #[serde(default)]
    pub dry_run: bool,
}

/// What an overrun would come to.
#[derive(Debug, Serialize, ToSchema)]
pub struct OverrunOut {
    /// Of which line.
    pub line: String,
    /// Until when the crew stays.
    pub until: DateTime<Utc>,
    /// The end of the line, as far as it can be moved.
    pub end: DateTime<Utc>,
    /// What that costs more.
    pub fee: MoneyOut,
    /// Who has to wait.
    pub waiting: Vec<WaitingOut>,
}

/// Someone who has to wait.
#[derive(Debug, Serialize, ToSchema)]
pub struct WaitingOut {
    /// How many minutes.
    pub minutes: i64,
    /// Who, when and for how many units, as far as the reader may know.
    #[schema(value_type = Object)]
    pub holder: serde_json::Value,
}

/// A line that begins later, and what would work instead.
#[derive(Debug, Serialize, ToSchema)]
pub struct DelayOut {
    /// Which line.
    pub line: String,
    /// How many minutes it begins later.
    pub minutes: i64,
    /// Changes of the booking that would work; the bodies are for `PATCH`.
    pub repairs: Vec<RepairOut>,
}

/// The delayed lines of a booking.
#[derive(Debug, Serialize, ToSchema)]
pub struct DelaysOut {
    /// In the order of its lines.
    pub items: Vec<DelayOut>,
}

/// Say that a shoot runs late
///
/// A dry run answers 200 with an `OverrunOut`. The line's end moves as far as that is free; what lies beyond is
/// kept as a word, and those who have to wait are told.
#[utoipa::path(post, path = "/api/v1/bookings/{id}/overrun", tag = "bookings", request_body = OverrunIn, operation_id = "overrun_booking",
    params(("id" = String, Path, description = "id or reference")),
    responses((status = 200, body = OverrunOut, description = "the dry run"), (status = 201, body = BookingOut), (status = 409, description = "not under way")))]
pub async fn say(
    State(app): State<App>,
    who: Asking,
    headers: HeaderMap,
    Path(name): Path<String>,
    body: KeyedBody<OverrunIn>,
) -> Reply<Response> {
    let asked_for = &body.value;
    let request = request_of(
        asked_for.minutes,
        0..=MOST_LATE_MINUTES,
        asked_for.line.as_deref(),
        asked_for.seen_end.as_deref(),
    )?;
    let asked = Asked::new(&app, &who, &headers);
    if body.value.dry_run {
        let look = move |conn: &mut Conn| {
            let id = id_of_path(conn, &name)?;
            overrun::look(conn, &asked.actor, id, &request, asked.now)
        };
        let found = app.store.read(look).await?;
        return Ok(Json(foreseen(&found)).into_response());
    }
    let key = body.once(who.0.id);
    let work = move |conn: &mut Conn, asked: &Asked| {
        let id = id_of_path(conn, &name)?;
        overrun::say(conn, &asked.cluster, &asked.actor, id, &request, asked.now)
    };
    asked.write_once(&app, key, StatusCode::CREATED, work).await
}

fn foreseen(found: &Foreseen) -> OverrunOut {
    let waiting = |(one, minutes): &(Holder, i64)| WaitingOut {
        minutes: *minutes,
        holder: holder(one),
    };
    OverrunOut {
        line: found.line.to_string(),
        until: found.until,
        end: found.end,
        fee: found.fee.into(),
        waiting: found.waiting.iter().map(waiting).collect(),
    }
}

/// Delays of a booking
///
/// Lines that begin later because somebody before them runs late, each with what would work instead.
#[utoipa::path(get, path = "/api/v1/bookings/{id}/delays", tag = "bookings", operation_id = "booking_delays",
    params(("id" = String, Path, description = "id or reference")), responses((status = 200, body = DelaysOut)))]
pub async fn delays(
    State(app): State<App>,
    who: Asking,
    headers: HeaderMap,
    Path(name): Path<String>,
) -> Reply<Json<DelaysOut>> {
    let asked = Asked::new(&app, &who, &headers);
    let shown = app
        .store
        .read(move |conn| -> Outcome<DelaysOut> {
            let id = id_of_path(conn, &name)?;
            let booking = holds::own_booking(conn, &asked.actor, id)?.as_of(asked.now);
            let (cluster, actor) = (&asked.cluster, &asked.actor);
            let found = overrun::ways_out(conn, cluster, actor, &booking, asked.now)?;
            let item = |way: &WayOut| DelayOut {
                line: way.line.to_string(),
                minutes: way.minutes,
                repairs: repairs(&way.repairs, &json!({}), asked.language, cluster.zone),
            };
            Ok(DelaysOut {
                items: found.iter().map(item).collect(),
            })
        })
        .await?;
    Ok(Json(shown))
}
