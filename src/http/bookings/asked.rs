//! What every handler of bookings begins and ends with: who asks, which booking, the answer.

use std::sync::Arc;

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use crate::actions::idempotency::{Answer, Once, once};
use crate::actions::sheet::Sheet;
use crate::actions::{Cluster, OrNotFound, Outcome, Refused};
use crate::app::App;
use crate::domain::booking::Booking;
use crate::domain::demand::Heard;
use crate::domain::ids::BookingId;
use crate::domain::people::{Actor, Language};
use crate::domain::span::Instant;
use crate::http::errors::{Reply, accepted_language};
use crate::http::guard::Asking;
use crate::http::views::booking::{BookingOut, booking as booking_view, sees_line};
use crate::store::{Conn, StoreError, bookings};

use super::series::hear_refused;

/// Who asks, when, in which language: what every handler here needs to call an action and show what
/// came of it.
#[derive(Clone)]
pub struct Asked {
    /// Who asks.
    pub actor: Actor,
    /// In which language.
    pub language: Language,
    /// When.
    pub now: Instant,
    /// The cluster's zone and terms.
    pub cluster: Arc<Cluster>,
}

impl Asked {
    /// Who asks, as the request says it.
    pub fn new(app: &App, who: &Asking, headers: &HeaderMap) -> Self {
        Self {
            actor: who.actor(),
            language: accepted_language(headers).unwrap_or(who.0.language),
            now: app.clock.now(),
            cluster: app.cluster.clone(),
        }
    }

    /// The booking as the asker may see it now.
    pub(super) fn view(&self, booking: &Booking, sheet: &Sheet) -> Outcome<BookingOut> {
        let booking = booking.clone().as_of(self.now);
        booking_view(&booking, sheet, &self.actor, self.language, self.now)
    }

    /// The same as an answer that can be kept and given again.
    pub(super) fn answer(
        &self,
        status: StatusCode,
        (booking, sheet): &(Booking, Sheet),
    ) -> Outcome<Answer> {
        let view = self.view(booking, sheet)?;
        let body =
            serde_json::to_string(&view).map_err(|error| StoreError::Other(error.to_string()))?;
        Ok(Answer {
            status: status.as_u16(),
            body,
            replayed: false,
        })
    }

    /// Does `work` in one transaction, once per key, and answers with the booking that came of it. What was
    /// refused, and what was had in the end, the demand ledger hears after the transaction.
    pub(super) async fn write_once(
        self,
        app: &App,
        key: Option<Once>,
        status: StatusCode,
        work: impl Fn(&mut Conn, &Self) -> Outcome<(Booking, Sheet)> + Send + Sync + 'static,
    ) -> Reply<Response> {
        let asked = self.clone();
        let written = app
            .store
            .write(move |conn| {
                let mut made = None;
                let Some(key) = &key else {
                    // Nobody gives this answer again: it is put into words when the next may write already.
                    return Outcome::Ok((None, Some(work(conn, &asked)?)));
                };
                let answer = once(conn, Some(key), asked.now, |conn| {
                    asked.answer(status, made.insert(work(conn, &asked)?))
                })?;
                Outcome::Ok((Some(answer), made))
            })
            .await;
        let (crew, at) = (self.actor.company, self.now);
        if let Err(Refused::Lines(refusals)) = &written {
            app.ledger.hear(Heard::of_refusals(crew, refusals, at));
        }
        hear_refused(app, crew, &written, at);
        let (kept, made) = written?;
        if let Some((booking, _)) = &made {
            if status == StatusCode::CREATED {
                app.metrics.booked(1);
            }
            app.ledger.hear(Heard::of_booking(crew, booking, at));
        }
        let answer = match (kept, &made) {
            (Some(kept), _) => kept,
            (None, Some(made)) => self.answer(status, made)?,
            (None, None) => return Err(StoreError::Missing.into()),
        };
        Ok(respond(answer))
    }
}

/// What the headers of an answer repeat of it.
#[derive(Default, Deserialize)]
struct Place {
    id: String,
    version: i64,
}

/// The answer of a write, with its place and version in headers.
pub(super) fn respond(answer: Answer) -> Response {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::OK);
    let place: Place = serde_json::from_str(&answer.body).unwrap_or_default();
    let mut response = (
        status,
        [(header::CONTENT_TYPE, "application/json")],
        answer.body,
    )
        .into_response();
    let headers = response.headers_mut();
    if let Ok(etag) = HeaderValue::from_str(&format!("\"{}\"", place.version)) {
        headers.insert(header::ETAG, etag);
    }
    if let Ok(location) = HeaderValue::from_str(&format!("/api/v1/bookings/{}", place.id)) {
        headers.insert(header::LOCATION, location);
    }
    if answer.replayed {
        headers.insert("idempotent-replay", HeaderValue::from_static("true"));
    }
    response
}

/// The id behind what a path says: an id, or a reference for people.
pub(crate) fn id_of_path(conn: &mut Conn, text: &str) -> Outcome<BookingId> {
    match text.parse() {
        Ok(id) => Ok(id),
        Err(_) => bookings::id_of_reference(conn, &text.to_uppercase()).or_not_found("booking"),
    }
}

/// A booking the actor may see: its company's, one with lines of its own, or any for a manager.
pub(super) fn visible(conn: &mut Conn, actor: &Actor, text: &str) -> Outcome<Booking> {
    let id = id_of_path(conn, text)?;
    let booking = bookings::find(conn, id).or_not_found("booking")?;
    if booking
        .lines
        .iter()
        .any(|line| sees_line(actor, &booking, line))
    {
        Ok(booking)
    } else {
        Err(Refused::NotFound("booking"))
    }
}
