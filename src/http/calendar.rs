//! The calendar of everything, written while it is read: a year of a whole cluster is never held as a whole.

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use chrono::NaiveDate;
use futures_util::stream;
use serde::Deserialize;
use utoipa::IntoParams;

use super::errors::Reply;
use super::feeds::as_calendar_file;
use super::guard::Asking;
use super::input::{Query, invalid, read_days};
use crate::actions::board::BoardDays;
use crate::actions::calendar::{self, Known};
use crate::actions::{FieldFault, Refused};
use crate::app::App;
use crate::calendar::write;
use crate::domain::people::Language;
use crate::domain::span::{Instant, Span};

/// The most days of one calendar: a year and the day it may have more.
const MOST_DAYS: u32 = 366;

/// Which days.
#[derive(Debug, Deserialize, IntoParams)]
pub struct CalendarQuery {
    /// First local date; today when absent.
    pub from: Option<NaiveDate>,
    /// 1 to 366 days; 31 when absent.
    pub days: Option<u32>,
}

/// Read the cluster's calendar
///
/// Everything that stands, one entry a line, in the order in which it starts. It comes day by day; an answer that breaks
/// off is not whole.
#[utoipa::path(get, path = "/api/v1/calendar.ics", tag = "feeds", operation_id = "read_cluster_calendar", params(CalendarQuery),
    responses((status = 200, description = "iCalendar (RFC 5545)", content_type = "text/calendar")))]
pub async fn read(
    State(app): State<App>,
    who: Asking,
    Query(query): Query<CalendarQuery>,
) -> Reply<Response> {
    let count = read_days(query.days, 31, MOST_DAYS)?;
    let today = app
        .clock
        .now()
        .with_timezone(&app.cluster.zone)
        .date_naive();
    let days = BoardDays::from(&app.cluster, query.from.unwrap_or(today), count)
        .ok_or_else(|| invalid(vec![FieldFault::new("from", "year_out_of_range")]))?;
    let language = who.0.language;
    let name = app.identity.names.in_language(language).to_owned();
    let first = write::feed_beginning(&name, &app.identity);
    let reading = Reading {
        now: app.clock.now(),
        pieces: pieces(&days).into_iter(),
        known: Known::default(),
        language,
        next: Next::Text(first),
        app,
    };
    let body = Body::from_stream(stream::try_unfold(reading, Reading::go_on));
    Ok(as_calendar_file(body.into_response(), "backlot.ics", None))
}

/// From each day's first moment to the next's.
fn pieces(days: &BoardDays) -> Vec<Span> {
    let starts = days.days.iter().map(|(_, start)| *start);
    let ends = starts.clone().skip(1).chain([days.window.end()]);
    starts
        .zip(ends)
        .filter_map(|(start, end)| Span::new(start, end).ok())
        .collect()
}

/// How far a calendar is written.
struct Reading {
    app: App,
    now: Instant,
    language: Language,
    pieces: std::vec::IntoIter<Span>,
    known: Known,
    next: Next,
}

enum Next {
    Text(String),
    Piece,
    Nothing,
}

impl Reading {
    async fn go_on(mut self) -> Result<Option<(Bytes, Self)>, axum::Error> {
        loop {
            match std::mem::replace(&mut self.next, Next::Piece) {
                Next::Text(text) => return Ok(Some((text.into(), self))),
                Next::Nothing => return Ok(None),
                Next::Piece => {}
            }
            let Some(window) = self.pieces.next() else {
                self.next = Next::Nothing;
                return Ok(Some((write::FEED_END.into(), self)));
            };
            let text = self.piece(window).await.map_err(|refused| {
                tracing::warn!(?refused, "a calendar was cut off");
                axum::Error::new(std::io::Error::other("cut off"))
            })?;
            if !text.is_empty() {
                self.next = Next::Text(text);
            }
        }
    }

    async fn piece(&mut self, window: Span) -> Result<String, Refused> {
        let (mut known, now) = (std::mem::take(&mut self.known), self.now);
        let (entries, known) = self
            .app
            .store
            .read(move |conn| {
                let entries = calendar::entries(conn, &mut known, window, now)?;
                Ok::<_, Refused>((entries, known))
            })
            .await?;
        self.known = known;
        Ok(write::feed_entries(
            self.language,
            &self.app.identity,
            &entries,
        ))
    }
}
