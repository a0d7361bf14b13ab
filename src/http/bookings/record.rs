//! What is kept of a booking: its history, its letters, its calendar file.

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::asked::{Asked, visible};
use crate::actions::sheet::Sheet;
use crate::actions::{self, Refused};
use crate::app::App;
use crate::calendar::write;
use crate::domain::ids::AuditId;
use crate::domain::rights::{Right, may};
use crate::http::cursor::{ListKey, Page};
use crate::http::errors::Reply;
use crate::http::feeds::calendar_file;
use crate::http::guard::Asking;
use crate::http::input::{PageQuery, Path, Query};
use crate::http::letters::LetterOut;
use crate::http::views::booking::sees_line;
use crate::store::{audit, letters as letter_rows};

/// One entry of a history.
#[derive(Debug, Serialize, ToSchema)]
pub struct HistoryOut {
    /// When.
    pub at: chrono::DateTime<chrono::Utc>,
    /// Who; null is the house itself.
    pub by: Option<String>,
    /// What, as `noun.verb`.
    pub what: String,
    /// What was said.
    pub detail: String,
    /// What it was.
    #[schema(value_type = Option<Object>)]
    pub before: Value,
    /// What it is.
    #[schema(value_type = Option<Object>)]
    pub after: Value,
}

/// History of a booking
#[utoipa::path(get, path = "/api/v1/bookings/{id}/history", tag = "bookings", operation_id = "booking_history",
    params(("id" = String, Path, description = "id or reference"), PageQuery), responses((status = 200, body = Page<HistoryOut>)))]
pub async fn history(
    State(app): State<App>,
    who: Asking,
    Path(name): Path<String>,
    Query(page): Query<PageQuery>,
) -> Reply<Json<Page<HistoryOut>>> {
    let actor = who.actor();
    let limit = page.limit()?;
    let key = ListKey::new(actor.member, format!("history {name}"));
    let before: Option<AuditId> = key.after(page.cursor.as_deref())?;
    let (entries, names) = app
        .store
        .read(move |conn| {
            let booking = visible(conn, &actor, &name)?;
            if !may(&actor, Right::SeeCompany, booking.company) {
                return Err(Refused::NotFound("booking"));
            }
            let entries = audit::list(conn, Some(&booking.id.to_string()), before, limit + 1)?;
            let members: Vec<_> = entries.iter().filter_map(|entry| entry.member_id).collect();
            let names = actions::booking_letters::member_names(conn, &members)?;
            Ok((entries, names))
        })
        .await?;
    let view = |entry: audit::Entry| {
        let mut detail: Value = serde_json::from_str(&entry.detail).unwrap_or_default();
        HistoryOut {
            at: entry.at.0,
            by: entry.member_id.and_then(|id| names.get(&id).cloned()),
            what: entry.what,
            detail: detail["reason"].as_str().unwrap_or_default().to_owned(),
            before: detail["before"].take(),
            after: detail["after"].take(),
        }
    };
    Ok(Json(Page::cut(
        entries,
        limit,
        &key,
        |entry| entry.id.to_string(),
        view,
    )))
}

/// Letters of a booking
#[utoipa::path(get, path = "/api/v1/bookings/{id}/letters", tag = "bookings", operation_id = "booking_letters",
    params(("id" = String, Path, description = "id or reference")), responses((status = 200, body = Page<LetterOut>)))]
pub async fn letters(
    State(app): State<App>,
    who: Asking,
    Path(name): Path<String>,
) -> Reply<Json<Page<LetterOut>>> {
    let actor = who.actor();
    let found = app
        .store
        .read(move |conn| {
            let booking = visible(conn, &actor, &name)?;
            if !may(&actor, Right::SeeCompany, booking.company) {
                return Err(Refused::NotFound("booking"));
            }
            Ok(letter_rows::of_booking(conn, booking.id, 200)?)
        })
        .await?;
    Ok(Json(Page {
        items: found.into_iter().map(LetterOut::from).collect(),
        next_cursor: None,
    }))
}

/// Calendar file of a booking
///
/// One entry, under the UID its letters use.
#[utoipa::path(get, path = "/api/v1/bookings/{id}/calendar.ics", tag = "bookings", operation_id = "booking_calendar",
    params(("id" = String, Path, description = "id or reference")),
    responses((status = 200, description = "iCalendar (RFC 5545)", content_type = "text/calendar")))]
pub async fn calendar(
    State(app): State<App>,
    who: Asking,
    headers: HeaderMap,
    Path(name): Path<String>,
) -> Reply<Response> {
    let asked = Asked::new(&app, &who, &headers);
    let language = asked.language;
    let told = app
        .store
        .read(move |conn| {
            let booking = visible(conn, &asked.actor, &name)?.as_of(asked.now);
            let sheet = Sheet::load(conn, std::slice::from_ref(&booking), asked.now)?;
            actions::booking_letters::told(&booking, &sheet, |line| {
                sees_line(&asked.actor, &booking, line)
            })
        })
        .await?;
    let text =
        write::publication(&told, &app.identity, language).ok_or(Refused::NotFound("booking"))?;
    Ok(calendar_file(text, &format!("{}.ics", told.reference)))
}
