//! Bookings: make, show, change, cancel, decide.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use super::cursor::{ListKey, Page};
use super::errors::{Reply, accepted_language};
use super::feeds::calendar_file;
use super::guard::Asking;
use super::input::{
    self, Faults, IfMatch, KeyedBody, LineIn, PageQuery, Path, Query, ReadLine, invalid,
};
use super::letters::LetterOut;
use super::refused::{self, SentBasket, sent_body};
use super::views::booking::{BookingOut, booking as booking_view, sees_line};
use crate::actions::book::BookingRequest;
use crate::actions::cancel::Cancellation;
use crate::actions::change::{Change, ChangedLine};
use crate::actions::decide::{Decision, Verdict};
use crate::actions::idempotency::{Answer, once};
use crate::actions::sheet::Sheet;
use crate::actions::{self, FieldFault, OrNotFound, Outcome, Refused};
use crate::app::App;
use crate::calendar::write;
use crate::domain::booking::Booking;
use crate::domain::ids::{AuditId, BookingId, LineId, ProductionId};
use crate::domain::people::{Actor, Language, Role};
use crate::domain::rights::{Right, may};
use crate::domain::span::Instant;
use crate::store::bookings::{Scope, When};
use crate::store::{Conn, StoreError, audit, bookings, letters as letter_rows};

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
    let production = production.filter(|_| faults.0.is_empty());
    let Some(production) = production else {
        return Err(invalid(faults.0));
    };

    let asked = Asked::new(&app, &who, &headers);
    let sent = SentBasket {
        production: Some(production),
        booking: None,
        ids: Vec::new(),
        hold,
        lines: lines.clone(),
        body: sent_body(&body.value),
    };
    let (key, asker) = (body.once(who.0.id), asked.clone());
    let answer = app
        .store
        .write(move |conn| {
            once(conn, key.as_ref(), asker.now, |conn| {
                let request = BookingRequest {
                    production,
                    title: title.clone(),
                    note: note.clone(),
                    together,
                    hold,
                    lines: input::find_listings(conn, &lines)?,
                };
                let (cluster, actor) = (&asker.cluster, &asker.actor);
                let booked = actions::book::book(conn, cluster, actor, &request, asker.now)?;
                asker.answer(StatusCode::CREATED, booked)
            })
        })
        .await;
    match answer {
        Ok(answer) => Ok(respond(answer)),
        Err(refused) => Err(refused::problem(&app, &asked, sent, refused).await),
    }
}

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
    /// What the rules need of the settings.
    pub cluster: std::sync::Arc<actions::Cluster>,
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

    fn view(&self, booking: &Booking, sheet: &Sheet) -> Outcome<BookingOut> {
        let booking = booking.clone().as_of(self.now);
        booking_view(&booking, sheet, &self.actor, self.language, self.now)
    }

    /// The answer of a write: the booking as the asker sees it.
    pub fn answer(
        &self,
        status: StatusCode,
        (booking, sheet): (Booking, Sheet),
    ) -> Outcome<Answer> {
        let view = self.view(&booking, &sheet)?;
        let body =
            serde_json::to_string(&view).map_err(|error| StoreError::Other(error.to_string()))?;
        Ok(Answer {
            status: status.as_u16(),
            body,
            replayed: false,
        })
    }
}

/// The answer of a write, with its place and version in headers.
pub fn respond(answer: Answer) -> Response {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::OK);
    let view: Value = serde_json::from_str(&answer.body).unwrap_or_default();
    let mut response = (
        status,
        [(header::CONTENT_TYPE, "application/json")],
        answer.body,
    )
        .into_response();
    let headers = response.headers_mut();
    if let Ok(etag) = HeaderValue::from_str(&format!("\"{}\"", view["version"])) {
        headers.insert(header::ETAG, etag);
    }
    let place = view["id"]
        .as_str()
        .map(|id| format!("/api/v1/bookings/{id}"));
    if let Some(place) = place.and_then(|place| HeaderValue::from_str(&place).ok()) {
        headers.insert(header::LOCATION, place);
    }
    if answer.replayed {
        headers.insert("idempotent-replay", HeaderValue::from_static("true"));
    }
    response
}

/// Which bookings.
#[derive(Debug, Clone, Deserialize, IntoParams)]
pub struct BookingsQuery {
    /// `mine`, `company` (default), `decide`, or `all` (managers).
    pub scope: Option<String>,
    /// `now`, `next` or `past`.
    pub when: Option<String>,
    /// With `to`, instead of `when`: those with a line that runs after this moment (RFC 3339).
    pub from: Option<String>,
    /// And before this one, at most 62 days later.
    pub to: Option<String>,
}

/// The longest window of bookings, in days.
const LONGEST_WINDOW_DAYS: i64 = 62;

impl BookingsQuery {
    fn read(&self, actor: &Actor, now: Instant) -> Reply<(Scope, Option<(When, Instant)>)> {
        let manages = actor.role == Role::Manager;
        let scope = match self.scope.as_deref().unwrap_or("company") {
            "mine" => Scope::BookedBy(actor.member),
            "company" => Scope::OfCompany(actor.company),
            "decide" if manages => Scope::AllToDecide,
            "decide" => Scope::ToDecide(actor.company),
            "all" if manages => Scope::All,
            "all" => return Err(Refused::Forbidden.into()),
            _ => {
                return Err(invalid(vec![FieldFault::with_limit(
                    "scope",
                    "not_one_of",
                    "mine, company, decide, all",
                )]));
            }
        };
        if let (Some(from), Some(to)) = (self.from.as_deref(), self.to.as_deref()) {
            let span = input::read_window(from, to, LONGEST_WINDOW_DAYS)?;
            return Ok((scope, Some((When::Until(span.end()), span.start()))));
        }
        let when = match self.when.as_deref() {
            None => None,
            Some("now") => Some((When::Now, now)),
            Some("next") => Some((When::Next, now)),
            Some("past") => Some((When::Past, now)),
            Some(_) => {
                return Err(invalid(vec![FieldFault::with_limit(
                    "when",
                    "not_one_of",
                    "now, next, past",
                )]));
            }
        };
        Ok((scope, when))
    }
}

/// List bookings
#[utoipa::path(get, path = "/api/v1/bookings", tag = "bookings", operation_id = "list_bookings", params(BookingsQuery, PageQuery),
    responses((status = 200, body = Page<BookingOut>)))]
pub async fn list(
    State(app): State<App>,
    who: Asking,
    headers: HeaderMap,
    Query(query): Query<BookingsQuery>,
    Query(page): Query<PageQuery>,
) -> Reply<Json<Page<BookingOut>>> {
    let asked = Asked::new(&app, &who, &headers);
    let (scope, when) = query.read(&asked.actor, asked.now)?;
    let limit = page.limit()?;
    let key = ListKey::new(asked.actor.member, format!("bookings {query:?}"));
    let before: Option<BookingId> = key.after(page.cursor.as_deref())?;
    let shown = app
        .store
        .read(move |conn| {
            let found = bookings::list(conn, scope, when, before, limit + 1)?;
            let sheet = Sheet::load(conn, &found, asked.now)?;
            let views = found.into_iter().map(|booking| {
                let view = asked.view(&booking, &sheet)?;
                Ok((booking.id, view))
            });
            views.collect::<Outcome<Vec<_>>>()
        })
        .await?;
    Ok(Json(Page::cut(
        shown,
        limit,
        &key,
        |(id, _)| id.to_string(),
        |(_, view)| view,
    )))
}

/// The id behind what a path says: an id, or a reference for people.
pub fn id_of_path(conn: &mut Conn, text: &str) -> Outcome<BookingId> {
    match text.parse() {
        Ok(id) => Ok(id),
        Err(_) => bookings::id_of_reference(conn, &text.to_uppercase()).or_not_found("booking"),
    }
}

/// A booking the actor may see: its company's, one with lines of its own, or any for a manager.
pub fn visible(conn: &mut Conn, actor: &Actor, text: &str) -> Outcome<Booking> {
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
            asked.answer(StatusCode::OK, (booking, sheet))
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
    faults.check()?;
    let asked = Asked::new(&app, &who, &headers);
    let (asker, path, wanted) = (asked.clone(), name.clone(), lines.clone());
    let key = body.once(who.0.id);
    let answer = app
        .store
        .write(move |conn| {
            once(conn, key.as_ref(), asker.now, |conn| {
                let id = id_of_path(conn, &path)?;
                let change = Change {
                    expected_version,
                    title: title.clone(),
                    note: note.clone(),
                    lines: wanted
                        .as_ref()
                        .map(|lines| changed_lines(conn, lines))
                        .transpose()?,
                };
                let (cluster, actor) = (&asker.cluster, &asker.actor);
                let changed =
                    actions::change::change(conn, cluster, actor, id, &change, asker.now)?;
                asker.answer(StatusCode::OK, changed)
            })
        })
        .await;
    let refused = match answer {
        Ok(answer) => return Ok(respond(answer)),
        Err(refused) => refused,
    };
    let booking = app.store.read(move |conn| id_of_path(conn, &name)).await?;
    let (ids, lines) = lines.unwrap_or_default();
    let sent = SentBasket {
        production: None,
        booking: Some(booking),
        ids,
        hold: false,
        lines,
        body: sent_body(&body.value),
    };
    Err(refused::problem(&app, &asked, sent, refused).await)
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

/// A cancellation.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CancellationIn {
    /// Why, in words.
    #[serde(default)]
    pub reason: String,
    /// Which lines, to let go a hold or a place in line; all that can be called off when absent.
    #[serde(default)]
    pub lines: Option<Vec<String>>,
}

/// Cancel a booking, or lines of it
#[utoipa::path(post, path = "/api/v1/bookings/{id}/cancellation", tag = "bookings", request_body = CancellationIn, operation_id = "cancel_booking",
    params(("id" = String, Path, description = "id or reference")), responses((status = 200, body = BookingOut)))]
pub async fn cancel(
    State(app): State<App>,
    who: Asking,
    headers: HeaderMap,
    Path(name): Path<String>,
    body: KeyedBody<CancellationIn>,
) -> Reply<Response> {
    let mut faults = Faults::default();
    let cancellation = Cancellation {
        reason: faults.text("reason", body.value.reason.clone(), LONGEST_NOTE),
        lines: read_line_ids(&mut faults, body.value.lines.as_deref()),
    };
    faults.check()?;
    let asked = Asked::new(&app, &who, &headers);
    let key = body.once(who.0.id);
    let answer = app
        .store
        .write(move |conn| {
            once(conn, key.as_ref(), asked.now, |conn| {
                let id = id_of_path(conn, &name)?;
                let (cluster, actor) = (&asked.cluster, &asked.actor);
                let cancelled =
                    actions::cancel::cancel(conn, cluster, actor, id, &cancellation, asked.now)?;
                asked.answer(StatusCode::OK, cancelled)
            })
        })
        .await?;
    Ok(respond(answer))
}

fn read_line_ids(faults: &mut Faults, lines: Option<&[String]>) -> Option<Vec<LineId>> {
    let id = |(place, text): (usize, &String)| faults.id(format!("lines[{place}]"), text);
    lines.map(|lines| lines.iter().enumerate().filter_map(id).collect())
}

/// A confirmation of what is on hold.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConfirmationIn {
    /// Which lines; all that are on hold when absent.
    #[serde(default)]
    pub lines: Option<Vec<String>>,
}

/// Confirm a hold
#[utoipa::path(post, path = "/api/v1/bookings/{id}/confirmation", tag = "bookings", request_body = ConfirmationIn, operation_id = "confirm_booking",
    params(("id" = String, Path, description = "id or reference")),
    responses((status = 200, body = BookingOut), (status = 409, description = "not on hold, or still in line")))]
pub async fn confirm(
    State(app): State<App>,
    who: Asking,
    headers: HeaderMap,
    Path(name): Path<String>,
    body: KeyedBody<ConfirmationIn>,
) -> Reply<Response> {
    let mut faults = Faults::default();
    let lines = read_line_ids(&mut faults, body.value.lines.as_deref());
    faults.check()?;
    let asked = Asked::new(&app, &who, &headers);
    let key = body.once(who.0.id);
    let answer = app
        .store
        .write(move |conn| {
            once(conn, key.as_ref(), asked.now, |conn| {
                let id = id_of_path(conn, &name)?;
                let (cluster, actor) = (&asked.cluster, &asked.actor);
                let lines = lines.as_deref();
                let confirmed =
                    actions::confirm::confirm(conn, cluster, actor, id, lines, asked.now)?;
                asked.answer(StatusCode::OK, confirmed)
            })
        })
        .await?;
    Ok(respond(answer))
}

/// A challenge of the holds before what is in line.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChallengeIn {}

/// Challenge the holds before it
#[utoipa::path(post, path = "/api/v1/bookings/{id}/challenge", tag = "bookings", request_body = ChallengeIn, operation_id = "challenge_holds",
    params(("id" = String, Path, description = "id or reference of the booking in line")),
    responses((status = 200, body = BookingOut), (status = 409, description = "not in line, not only holds in the way, or challenged already")))]
pub async fn challenge(
    State(app): State<App>,
    who: Asking,
    headers: HeaderMap,
    Path(name): Path<String>,
    body: KeyedBody<ChallengeIn>,
) -> Reply<Response> {
    let asked = Asked::new(&app, &who, &headers);
    let key = body.once(who.0.id);
    let answer = app
        .store
        .write(move |conn| {
            once(conn, key.as_ref(), asked.now, |conn| {
                let id = id_of_path(conn, &name)?;
                let (cluster, actor) = (&asked.cluster, &asked.actor);
                let challenged =
                    actions::challenge::challenge(conn, cluster, actor, id, asked.now)?;
                asked.answer(StatusCode::OK, challenged)
            })
        })
        .await?;
    Ok(respond(answer))
}

/// An owner's decision.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DecisionIn {
    /// `grant` or `decline`.
    pub verdict: String,
    /// Why, in words.
    #[serde(default)]
    pub reason: String,
    /// Which lines; all the reader may decide when absent.
    #[serde(default)]
    pub lines: Option<Vec<String>>,
}

/// Grant or decline
#[utoipa::path(post, path = "/api/v1/bookings/{id}/decision", tag = "bookings", request_body = DecisionIn, operation_id = "decide_booking",
    params(("id" = String, Path, description = "id or reference")), responses((status = 200, body = BookingOut)))]
pub async fn decide(
    State(app): State<App>,
    who: Asking,
    headers: HeaderMap,
    Path(name): Path<String>,
    body: KeyedBody<DecisionIn>,
) -> Reply<Response> {
    let decision = read_decision(&body.value)?;
    let asked = Asked::new(&app, &who, &headers);
    let key = body.once(who.0.id);
    let answer = app
        .store
        .write(move |conn| {
            once(conn, key.as_ref(), asked.now, |conn| {
                let id = id_of_path(conn, &name)?;
                let (cluster, actor) = (&asked.cluster, &asked.actor);
                let decided =
                    actions::decide::decide(conn, cluster, actor, id, &decision, asked.now)?;
                asked.answer(StatusCode::OK, decided)
            })
        })
        .await?;
    Ok(respond(answer))
}

fn read_decision(body: &DecisionIn) -> Reply<Decision> {
    let mut faults = Faults::default();
    let reason = faults.text("reason", body.reason.clone(), LONGEST_NOTE);
    let verdict: Option<Verdict> = body.verdict.parse().ok();
    if verdict.is_none() {
        faults.0.push(FieldFault::with_limit(
            "verdict",
            "not_one_of",
            "grant, decline",
        ));
    }
    let lines = read_line_ids(&mut faults, body.lines.as_deref());
    match verdict.filter(|_| faults.0.is_empty()) {
        Some(verdict) => Ok(Decision {
            verdict,
            lines,
            reason,
        }),
        None => Err(invalid(faults.0)),
    }
}

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
    #[schema(value_type = Object)]
    pub before: Value,
    /// What it is.
    #[schema(value_type = Object)]
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
    Ok(calendar_file(
        text,
        &format!("{}.ics", told.reference),
        None,
    ))
}
