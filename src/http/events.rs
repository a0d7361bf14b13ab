//! Live pages: a stream that tells that something has changed, so that a page asks again. It says which
//! listing or booking, never what it is now; who may know what is settled in `domain::change`.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::time::Duration;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream::{self, Stream};
use serde::{Deserialize, Serialize};
use tokio::time::{Instant, timeout_at};
use utoipa::{IntoParams, ToSchema};

use super::errors::{Problem, Reply};
use super::guard::Asking;
use super::input::Query;
use crate::actions::changes::{self, Found, LOOK_BACK};
use crate::app::App;
use crate::domain::change::Change;
use crate::domain::ids::AuditId;
use crate::domain::people::Actor;
use crate::live::{Listener, News, NoSeat};
use crate::store::{id_before, id_earlier};

/// A stream ends after this; the browser opens the next one, and its right to listen is looked at again.
const LONGEST_STREAM: Duration = Duration::from_mins(10);
/// A comment this often keeps proxies from closing a quiet stream.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// How long a browser waits before it opens the next stream.
const RETRY: Duration = Duration::from_secs(2);

/// From where on.
#[derive(Debug, Clone, Deserialize, IntoParams)]
pub struct EventsQuery {
    /// The last event that was heard, for those who cannot send `Last-Event-ID`.
    pub after: Option<String>,
}

/// What has changed.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChangeOut {
    /// What happened, as `noun.verb`; `availability.changed` where the reader may not know of the booking.
    pub what: String,
    /// The booking.
    pub booking: Option<String>,
    /// Its reference.
    pub reference: Option<String>,
    /// Listings of which another part may be free now.
    pub listings: Vec<String>,
    /// A site of which everything may have changed.
    pub site: Option<String>,
}

/// One event of the stream.
#[derive(Debug, ToSchema)]
#[expect(
    dead_code,
    reason = "it says in the document what the stream is made of"
)]
pub struct EventOut {
    /// `change` or `reset`.
    event: Option<String>,
    /// What to send as `Last-Event-ID`.
    id: Option<String>,
    /// Of `change`, a `ChangeOut` in JSON.
    data: Option<String>,
}

/// Live changes
///
/// `text/event-stream`: events `change` with a `ChangeOut`, and `reset` when so much has changed that
/// everything should be asked for again. Resumes by `Last-Event-ID`; a change may be told twice.
#[utoipa::path(get, path = "/api/v1/events", tag = "events", operation_id = "events", params(EventsQuery),
    responses((status = 200, body = EventOut, content_type = "text/event-stream"), (status = 429, description = "`too_many_streams`"), (status = 503, description = "`no_room_for_streams`")))]
pub async fn stream(
    State(app): State<App>,
    who: Asking,
    headers: HeaderMap,
    Query(query): Query<EventsQuery>,
) -> Reply<Response> {
    let actor = who.actor();
    // Listen first, then look back: what happens in between is told twice, not missed.
    let listener = app.live.listen(actor.member).map_err(no_seat)?;
    let from = resume_from(&app, &headers, &query);
    let missed = app
        .store
        .read(move |conn| changes::since(conn, from, |_| true))
        .await?;
    let hearing = Hearing {
        actor,
        listener,
        waiting: missed_events(missed, &actor),
        until: Instant::now() + LONGEST_STREAM,
    };
    let stream = Sse::new(events(hearing)).keep_alive(KeepAlive::new().interval(HEARTBEAT));
    let mut response = stream.into_response();
    // A proxy that collects an answer before it passes it on would make live pages dead.
    response.headers_mut().insert(
        HeaderName::from_static("x-accel-buffering"),
        HeaderValue::from_static("no"),
    );
    Ok(response)
}

fn no_seat(why: NoSeat) -> Problem {
    match why {
        NoSeat::Yours => Problem::TooManyStreams,
        NoSeat::All => Problem::NoRoomForStreams,
    }
}

/// A little before the last event that was heard, or before now: an entry may be stored after later ones.
fn resume_from(app: &App, headers: &HeaderMap, query: &EventsQuery) -> AuditId {
    let header = headers
        .get("last-event-id")
        .and_then(|value| value.to_str().ok());
    let heard: Option<AuditId> = header
        .or(query.after.as_deref())
        .and_then(|text| text.parse().ok());
    match heard {
        Some(heard) => id_earlier(heard, LOOK_BACK),
        None => id_before(app.clock.now() - LOOK_BACK),
    }
}

fn missed_events(missed: Found, actor: &Actor) -> VecDeque<Event> {
    let mut events = VecDeque::from([Event::default().comment("listening").retry(RETRY)]);
    match missed.changes {
        None => events.push_back(reset()),
        Some(changes) => events.extend(
            changes
                .iter()
                .filter_map(|change| change.told_to(actor))
                .map(|change| event(&change)),
        ),
    }
    events
}

/// One stream.
struct Hearing {
    actor: Actor,
    listener: Listener,
    /// What is told before anything new.
    waiting: VecDeque<Event>,
    until: Instant,
}

fn events(hearing: Hearing) -> impl Stream<Item = Result<Event, Infallible>> {
    stream::unfold(hearing, async |mut hearing| {
        let event = hearing.next().await?;
        Some((Ok(event), hearing))
    })
}

impl Hearing {
    async fn next(&mut self) -> Option<Event> {
        if let Some(event) = self.waiting.pop_front() {
            return Some(event);
        }
        loop {
            let news = timeout_at(self.until, self.listener.next()).await.ok()??;
            match news {
                News::Much => return Some(reset()),
                News::Changed(change) => {
                    if let Some(told) = change.told_to(&self.actor) {
                        return Some(event(&told));
                    }
                }
            }
        }
    }
}

fn reset() -> Event {
    Event::default().event("reset").data("{}")
}

fn event(change: &Change) -> Event {
    let told = ChangeOut {
        what: change.what.clone(),
        booking: change
            .booking
            .as_ref()
            .map(|booking| booking.id.to_string()),
        reference: change
            .booking
            .as_ref()
            .map(|booking| booking.reference.clone()),
        listings: change.listings.iter().map(ToString::to_string).collect(),
        site: change.site.map(|site| site.to_string()),
    };
    // Plain words and ids are always JSON.
    let text = serde_json::to_string(&told).unwrap_or_default();
    Event::default()
        .event("change")
        .id(change.entry.to_string())
        .data(text)
}
