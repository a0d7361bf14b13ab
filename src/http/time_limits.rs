//! How long a client may take to send, and how long an answer may take. Whoever sends a byte now and then keeps a
//! connection and nothing else; whoever waits in vain is told so.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{Request, State};
use axum::http::{HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures_util::stream::{self, Stream, StreamExt};
use tokio::time::timeout;

use super::errors::Problem;
use crate::app::App;

/// A telephone at the edge of its network: a body may take as long as it takes at this rate.
const SLOWEST_BYTES_PER_SECOND: u64 = 64 * 1024;
/// Longer than anything that is taken: what a client claims beyond it gives it no more time.
const LONGEST_BODY: u64 = 80 * 1024 * 1024;

/// What is known of a body on its way.
#[derive(Default)]
struct Arrival {
    whole: AtomicBool,
    fell_silent: AtomicBool,
}

/// Bounds a request and its answer in time.
pub async fn bound(State(app): State<App>, request: Request, next: Next) -> Response {
    let patience = app.config.patience;
    let arrival = Arc::new(Arrival::default());
    let limit = patience.answer + time_to_send(&request);
    let request = request.map(|body| watched(body, arrival.clone(), patience.silence));
    let answer = timeout(limit, next.run(request)).await;
    if arrival.fell_silent.load(Ordering::Relaxed) {
        return too_slow();
    }
    answer.unwrap_or_else(|_| {
        if arrival.whole.load(Ordering::Relaxed) {
            Problem::TookTooLong.into_response()
        } else {
            too_slow()
        }
    })
}

/// What is still on its way would be read as the next request.
fn too_slow() -> Response {
    let mut response = Problem::BodyTooSlow.into_response();
    let close = HeaderValue::from_static("close");
    response.headers_mut().insert(header::CONNECTION, close);
    response
}

fn time_to_send(request: &Request) -> Duration {
    let claimed = request
        .headers()
        .get(header::CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    Duration::from_secs(claimed.unwrap_or(0).min(LONGEST_BODY) / SLOWEST_BYTES_PER_SECOND)
}

/// The body, which ends with an error when nothing of it comes for too long.
fn watched(body: Body, arrival: Arc<Arrival>, silence: Duration) -> Body {
    if body.is_end_stream() {
        arrival.whole.store(true, Ordering::Relaxed);
        return body;
    }
    Body::from_stream(pieces(body, arrival, silence))
}

fn pieces(
    body: Body,
    arrival: Arc<Arrival>,
    silence: Duration,
) -> impl Stream<Item = Result<Bytes, axum::BoxError>> {
    let state = (body.into_data_stream(), arrival, silence);
    stream::unfold(state, |(mut chunks, arrival, silence)| async move {
        let piece = match timeout(silence, chunks.next()).await {
            Ok(Some(piece)) => piece.map_err(Into::into),
            Ok(None) => {
                arrival.whole.store(true, Ordering::Relaxed);
                return None;
            }
            Err(elapsed) => {
                arrival.fell_silent.store(true, Ordering::Relaxed);
                Err(elapsed.into())
            }
        };
        Some((piece, (chunks, arrival, silence)))
    })
}
