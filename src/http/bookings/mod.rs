//! Bookings: make, show, change; [`list`], [`steps`] in their life, an [`extension`], [`overrun`] or
//! [`handover`], the [`record`] kept of them, and a [`series`] of them.

mod asked;
pub mod extension;
pub mod handover;
pub mod list;
pub mod overrun;
pub mod record;
pub mod series;
pub mod steps;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub(super) use self::asked::{Asked, id_of_path};
use self::asked::{respond, visible};
use self::series::{RecurrenceIn, read_recurrence, read_scope};
use super::errors::Reply;
use super::guard::Asking;
use super::input::{self, Faults, IfMatch, KeyedBody, LineIn, Path, ReadLine, invalid};
use super::refused::{Order, SentBasket, sent_body, with_repairs};
use super::views::booking::BookingOut;
use crate::actions::book::BookingRequest;
use crate::actions::change::{Change, ChangedLine};
use crate::actions::series::Dates;
use crate::actions::sheet::Sheet;
use crate::actions::{self, Outcome};
use crate::app::App;
use crate::domain::ids::{LineId, ProductionId};
use crate::domain::series::Scope;
use crate::store::Conn;

/// A booking to be made.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BookingIn {
    /// For which drama.
    pub production: String,
    /// What the crew calls it.
    #[serde(default)]
    pub title: String,
    /// A word to the owners.
    #[serde(default)]
    pub note: String,
    /// All or nothing; true when absent.
    #[serde(default = "yes")]
    pub together: bool,
    /// Hold it for now, or wait in line behind the holds of others; false when absent.
    #[serde(default)]
    pub hold: bool,
    /// 1 to 100 lines.
    pub lines: Vec<LineIn>,
    /// Repeat it: each date becomes a booking of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recurrence: Option<RecurrenceIn>,
}

fn yes() -> bool {
    true
}

/// Text of a title may have this many characters.
const LONGEST_TITLE: usize = 200;
/// Text of a note or reason may have this many characters.
const LONGEST_NOTE: usize = 2_000;

/// Book
#[utoipa::path(post, path = "/api/v1/bookings", tag = "bookings", request_body = BookingIn, operation_id = "create_booking",
    params(("Idempotency-Key" = Option<String>, Header, description = "the same key and body give the first answer again")),
    responses((status = 201, body = BookingOut), (status = 409, description = "clash, with every refusal")))]
pub async fn create(
    State(app): State<App>,
    who: Asking,
    headers: HeaderMap,
    body: KeyedBody<BookingIn>,
) -> Reply<Response> {
    let mut faults = Faults::default();
    let lines = input::read_lines(&mut faults, &body.value.lines);
    let production: Option<ProductionId> = faults.id("production", &body.value.production);
    let title = faults.text("title", body.value.title.clone(), LONGEST_TITLE);
    let note = faults.text("note", body.value.note.clone(), LONGEST_NOTE);
    let (together, hold) = (body.value.together, body.value.hold);
    let zone = app.cluster.zone;
    let repeat = body.value.recurrence.as_ref();
    let repeat = repeat.and_then(|repeat| read_recurrence(&mut faults, repeat, &lines, hold, zone));
    let production = production.filter(|_| faults.0.is_empty());
    let Some(production) = production else {
        return Err(invalid(faults.0));
    };

    let asked = Asked::new(&app, &who, &headers);
    let sent = SentBasket {
        order: Order::New {
            production: Some(production),
            hold,
            repeat: repeat.clone().map(Box::new),
        },
        lines: lines.clone(),
        body: sent_body(&body.value),
    };
    let key = body.once(who.0.id);
    let request = move |conn: &mut Conn| {
        Ok(BookingRequest {
            production,
            title: title.clone(),
            note: note.clone(),
            together,
            hold,
            lines: input::find_listings(conn, &lines)?,
        })
    };
    if let Some(repeat) = repeat {
        let asker = asked.clone();
        let reply = asker.book_series(&app, key, repeat, request).await;
        return with_repairs(&app, asked, sent, reply).await;
    }
    let work = move |conn: &mut Conn, asked: &Asked| {
        let request = request(conn)?;
        actions::book::book(conn, &asked.cluster, &asked.actor, &request, asked.now)
    };
    let (asker, status) = (asked.clone(), StatusCode::CREATED);
    let reply = asker.write_once(&app, key, status, work).await;
    with_repairs(&app, asked, sent, reply).await
}

/// Show a booking
#[utoipa::path(get, path = "/api/v1/bookings/{id}", tag = "bookings", operation_id = "show_booking",
    params(("id" = String, Path, description = "id or reference")), responses((status = 200, body = BookingOut)))]
pub async fn show(
    State(app): State<App>,
    who: Asking,
    headers: HeaderMap,
    Path(name): Path<String>,
) -> Reply<Response> {
    let asked = Asked::new(&app, &who, &headers);
    let answer = app
        .store
        .read(move |conn| {
            let booking = visible(conn, &asked.actor, &name)?;
            let sheet = Sheet::load(conn, std::slice::from_ref(&booking), asked.now)?;
            asked.answer(StatusCode::OK, &(booking, sheet))
        })
        .await?;
    Ok(respond(answer))
}

/// A change of a booking; what is absent stays.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BookingPatch {
    /// A new title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// A new note.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// The full new set of lines: with `id` what one was, without a new one; a line left out is called off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lines: Option<Vec<LineIn>>,
    /// Of a series: `one` date (when absent), this and the `following`, or `all` that have not begun. What a
    /// line's ends move by here, they move by on each date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
}

/// Change a booking
#[utoipa::path(patch, path = "/api/v1/bookings/{id}", tag = "bookings", request_body = BookingPatch, operation_id = "change_booking",
    params(("id" = String, Path, description = "id or reference"), ("If-Match" = String, Header, description = "the version it was made on")),
    responses((status = 200, body = BookingOut)))]
pub async fn change(
    State(app): State<App>,
    who: Asking,
    headers: HeaderMap,
    IfMatch(expected_version): IfMatch,
    Path(name): Path<String>,
    body: KeyedBody<BookingPatch>,
) -> Reply<Response> {
    let mut faults = Faults::default();
    let title = body
        .value
        .title
        .clone()
        .map(|text| faults.text("title", text, LONGEST_TITLE));
    let note = body
        .value
        .note
        .clone()
        .map(|text| faults.text("note", text, LONGEST_NOTE));
    let lines = body
        .value
        .lines
        .as_ref()
        .map(|lines| read_changed_lines(&mut faults, lines));
    let scope = read_scope(&mut faults, body.value.scope.as_deref());
    faults.check()?;
    let asked = Asked::new(&app, &who, &headers);
    let (ids, sent_lines) = lines.clone().unwrap_or_default();
    let sent = SentBasket {
        order: Order::Change {
            booking: name.clone(),
            ids,
            scope,
        },
        lines: sent_lines,
        body: sent_body(&body.value),
    };
    let key = body.once(who.0.id);
    let work = move |conn: &mut Conn, asked: &Asked| {
        let id = id_of_path(conn, &name)?;
        let lines = lines.as_ref().map(|lines| changed_lines(conn, lines));
        let change = Change {
            expected_version,
            title: title.clone(),
            note: note.clone(),
            lines: lines.transpose()?,
        };
        let (cluster, actor, now) = (&asked.cluster, &asked.actor, asked.now);
        match scope {
            Scope::One => actions::change::change(conn, cluster, actor, id, &change, now),
            Scope::Following | Scope::All => {
                let of = Dates { booking: id, scope };
                actions::series::change(conn, cluster, actor, of, &change, now)
            }
        }
    };
    let reply = asked
        .clone()
        .write_once(&app, key, StatusCode::OK, work)
        .await;
    with_repairs(&app, asked, sent, reply).await
}

fn read_changed_lines(
    faults: &mut Faults,
    lines: &[LineIn],
) -> (Vec<Option<LineId>>, Vec<ReadLine>) {
    let read = input::read_lines(faults, lines);
    let id = |(place, line): (usize, &LineIn)| {
        line.id
            .as_deref()
            .and_then(|text| faults.id(format!("lines[{place}].id"), text))
    };
    (lines.iter().enumerate().map(id).collect(), read)
}

fn changed_lines(
    conn: &mut Conn,
    lines: &(Vec<Option<LineId>>, Vec<ReadLine>),
) -> Outcome<Vec<ChangedLine>> {
    let requests = input::find_listings(conn, &lines.1)?;
    Ok(lines
        .0
        .iter()
        .zip(requests)
        .map(|(id, request)| ChangedLine { id: *id, request })
        .collect())
}
