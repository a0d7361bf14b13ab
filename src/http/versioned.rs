//! What can be edited, with its version in a header: `ETag` here, `If-Match` when it comes back.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

/// JSON with this status and version.
pub(super) fn versioned(status: StatusCode, version: i64, shown: impl Serialize) -> Response {
    let mut response = (status, Json(shown)).into_response();
    if let Ok(etag) = HeaderValue::from_str(&format!("\"{version}\"")) {
        response.headers_mut().insert(header::ETAG, etag);
    }
    response
}
