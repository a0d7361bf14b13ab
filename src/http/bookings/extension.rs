//! A booking that runs on is made longer, with the fee first.

use std::ops::RangeInclusive;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::asked::{Asked, id_of_path};
use crate::actions::FieldFault;
use crate::actions::extension::{self, Extension, ExtensionRequest};
use crate::app::App;
use crate::domain::ids::LineId;
use crate::http::errors::Reply;
use crate::http::guard::Asking;
use crate::http::input::{Faults, KeyedBody, Path};
use crate::http::phrases;
use crate::http::views::MoneyOut;
use crate::http::views::booking::BookingOut;
use crate::http::views::refusal::refusal;
use crate::store::Conn;

/// The longest extension: a week.
const LONGEST_MINUTES: i64 = 7 * 24 * 60;

/// An extension.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExtensionIn {
    /// How much longer, 1 to 10080.
    pub minutes: i64,
    /// Which line; the one that ends last when absent.
    #[serde(default)]
    pub line: Option<String>,
    /// The end you saw, RFC 3339. With it the same extension asked twice is done once, whatever was lost on
    /// the way.
    #[serde(default)]
    pub seen_end: Option<String>,
    /// Only say what it would do and cost.
    #[serde(default)]
    pub dry_run: bool,
}

/// What an extension would do.
#[derive(Debug, Serialize, ToSchema)]
pub struct ExtensionOut {
    /// Of which line.
    pub line: String,
    /// First moment.
    pub start: DateTime<Utc>,
    /// First moment after, as it would be.
    pub end: DateTime<Utc>,
    /// Whether it would be granted now.
    pub possible: bool,
    /// What it costs more; null where no price can be named.
    pub fee: Option<MoneyOut>,
    /// By how much it reaches into what others hold, turnaround included.
    pub overlap_minutes: i64,
    /// The longest extension that would be granted, up to what was asked for.
    pub possible_minutes: i64,
    /// What to do where it would be refused, in the reader's language.
    pub detail: Option<String>,
    /// Everything against it, with who holds what, as far as the reader may know.
    #[schema(value_type = Vec<Object>)]
    pub refusals: Vec<Value>,
}

/// Extend a booking
///
/// A dry run answers 200 with an `ExtensionOut`; else the line is longer, or nothing has changed.
#[utoipa::path(post, path = "/api/v1/bookings/{id}/extension", tag = "bookings", request_body = ExtensionIn, operation_id = "extend_booking",
    params(("id" = String, Path, description = "id or reference")),
    responses((status = 200, body = ExtensionOut, description = "the dry run"), (status = 201, body = BookingOut), (status = 409, description = "clash, with every refusal")))]
pub async fn extend(
    State(app): State<App>,
    who: Asking,
    headers: HeaderMap,
    Path(name): Path<String>,
    body: KeyedBody<ExtensionIn>,
) -> Reply<Response> {
    let asked_for = &body.value;
    let request = request_of(
        asked_for.minutes,
        1..=LONGEST_MINUTES,
        asked_for.line.as_deref(),
        asked_for.seen_end.as_deref(),
    )?;
    let asked = Asked::new(&app, &who, &headers);
    if body.value.dry_run {
        return dry_run(&app, asked, name, request).await;
    }
    let key = body.once(who.0.id);
    let work = move |conn: &mut Conn, asked: &Asked| {
        let id = id_of_path(conn, &name)?;
        extension::extend(conn, &asked.cluster, &asked.actor, id, &request, asked.now)
    };
    asked.write_once(&app, key, StatusCode::CREATED, work).await
}

/// What an extension and an overrun are both asked by: how much longer, of which line, counted from which end.
pub(super) fn request_of(
    minutes: i64,
    allowed: RangeInclusive<i64>,
    line: Option<&str>,
    seen_end: Option<&str>,
) -> Reply<ExtensionRequest> {
    let mut faults = Faults::default();
    if !allowed.contains(&minutes) {
        let limit = format!("{}–{}", allowed.start(), allowed.end());
        let fault = FieldFault::with_limit("minutes", "out_of_range", limit);
        faults.0.push(fault);
    }
    let line: Option<LineId> = line.and_then(|text| faults.id("line", text));
    let seen_end = seen_end.and_then(|text| faults.moment("seen_end", text));
    faults.check()?;
    Ok(ExtensionRequest {
        line,
        minutes,
        seen_end,
    })
}

async fn dry_run(
    app: &App,
    asked: Asked,
    name: String,
    request: ExtensionRequest,
) -> Reply<Response> {
    let asker = asked.clone();
    let found = app
        .store
        .read(move |conn| {
            let id = id_of_path(conn, &name)?;
            let (cluster, actor) = (&asker.cluster, &asker.actor);
            extension::look(conn, cluster, actor, id, &request, asker.now)
        })
        .await?;
    Ok(Json(view(&found, &asked)).into_response())
}

fn view(found: &Extension, asked: &Asked) -> ExtensionOut {
    let (language, zone) = (asked.language, asked.cluster.zone);
    let possible = found.refusals.is_empty();
    let (overlap, most) = (found.overlap_minutes, found.possible_minutes);
    ExtensionOut {
        line: found.line.to_string(),
        start: found.span.start(),
        end: found.span.end(),
        possible,
        fee: found.fee.map(Into::into),
        overlap_minutes: overlap,
        possible_minutes: most,
        detail: (!possible).then(|| phrases::extension(overlap, most, language)),
        refusals: found
            .refusals
            .iter()
            .map(|one| refusal(one, language, zone))
            .collect(),
    }
}
