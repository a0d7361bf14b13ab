//! What this process has done, for whoever watches it.

use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::errors::{Problem, Reply};
use super::guard::Asking;
use crate::app::App;
use crate::metrics::Seen;
use crate::store::{StoreError, letters};

/// The media type of `OpenMetrics` text.
const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Counts an answer, by the route's pattern. What has no route is not counted: anybody can ask for anything.
pub async fn measure(State(app): State<App>, request: Request, next: Next) -> Response {
    let path = request.extensions().get::<MatchedPath>().cloned();
    let method = request.method().clone();
    let began = Instant::now();
    let response = next.run(request).await;
    if let Some(path) = path {
        let status = response.status().as_u16();
        let (method, route) = (word_for(&method), path.as_str());
        app.metrics.answered(method, route, status, began.elapsed());
    }
    response
}

/// Methods are anybody's invention, and what is counted is kept for good: those nobody serves are one.
fn word_for(method: &Method) -> &str {
    match *method {
        Method::GET
        | Method::HEAD
        | Method::POST
        | Method::PUT
        | Method::PATCH
        | Method::DELETE
        | Method::OPTIONS => method.as_str(),
        _ => "other",
    }
}

/// Everything that is counted
///
/// `OpenMetrics` text, as Prometheus reads it: give it a manager's access token as its credentials.
#[utoipa::path(get, path = "/metrics", tag = "operation", operation_id = "show_metrics",
    responses((status = 200, content_type = "application/openmetrics-text", body = String)))]
pub async fn show(State(app): State<App>, _who: Asking) -> Reply<Response> {
    let (letters_waiting, oldest) = app.store.read(letters::backlog).await?;
    let waits = oldest.map_or(0, |since| (app.clock.now() - since).num_seconds());
    let seen = Seen {
        letters_waiting,
        oldest_letter_seconds: waits,
        listeners: app.live.listeners(),
    };
    let text = app.metrics.text(&seen);
    let text = text.map_err(|error| Problem::from(StoreError::Other(error.to_string())))?;
    Ok(([(header::CONTENT_TYPE, OPEN_METRICS)], text).into_response())
}
