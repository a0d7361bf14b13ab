//! A name for each request: in the answer, in every line of the log it causes, on every letter it makes somebody owe.

use std::time::Instant;

use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use rand::RngExt;
use tracing::Instrument;

use crate::store::cause;

const HEADER: HeaderName = HeaderName::from_static("x-request-id");
/// Longer than any proxy's.
const LONGEST: usize = 64;

/// Names a request. Where a proxy has done so already its name counts, if it is one: it goes to the log as it is.
pub async fn name(request: Request, next: Next) -> Response {
    let id = given(request.headers()).unwrap_or_else(fresh);
    let route = request.extensions().get::<MatchedPath>();
    // The pattern and never the address: some addresses are secrets.
    let route = route.map_or("none", MatchedPath::as_str);
    let span = tracing::info_span!("request", id, method = %request.method(), route);
    let began = Instant::now();
    let answering = async {
        let response = cause::within(id.as_str().into(), next.run(request)).await;
        let milliseconds = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
        tracing::debug!(
            status = response.status().as_u16(),
            milliseconds,
            "answered"
        );
        response
    };
    let mut response = answering.instrument(span).await;
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(HEADER, value);
    }
    response
}

fn given(headers: &HeaderMap) -> Option<String> {
    let id = headers.get(HEADER)?.to_str().ok()?;
    let is_name = |letter: u8| letter.is_ascii_alphanumeric() || b"-_.".contains(&letter);
    let good = (1..=LONGEST).contains(&id.len()) && id.bytes().all(is_name);
    good.then(|| id.to_owned())
}

fn fresh() -> String {
    format!("{:016x}", rand::rng().random::<u64>())
}
