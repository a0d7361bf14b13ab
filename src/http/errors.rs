//! The one table from what went wrong to status, code and words (RFC 9457 problem details).
//!
//! A handler answers a [`Problem`] as data; [`speak`] turns it into words once the reader's language is
//! known. Text for the client and text for the log are never the same string.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::{phrases, views};
use crate::actions::series::DateReport;
use crate::actions::{FieldFault, Refused};
use crate::app::App;
use crate::domain::people::Language;
use crate::domain::refusal::Refusal;
use crate::domain::repair::Repair;
use crate::inventory::words;
use crate::store::StoreError;

/// Why a request was not answered with what it asked for.
#[derive(Debug)]
pub enum Problem {
    /// An action refused.
    Refused(Refused),
    /// Lines were refused; every refusal, and what would work in the place of what was sent.
    Lines {
        /// Every refusal of every line.
        refusals: Vec<Refusal>,
        /// What would work.
        repairs: Vec<Repair>,
        /// The body that was sent.
        sent: Value,
    },
    /// Dates of a series were refused; every date, and what would work in the place of what was sent.
    Dates {
        /// Every date.
        dates: Vec<DateReport>,
        /// What would work.
        repairs: Vec<Repair>,
        /// The body that was sent.
        sent: Value,
    },
    /// Nobody is signed in.
    NotSignedIn,
    /// A page of another site tried to write.
    CrossSite,
    /// There is no such URL.
    NoSuchPage,
    /// There is, but not with this method; with which.
    MethodNotAllowed(Vec<&'static str>),
    /// Not `application/json`.
    WrongContentType,
    /// Not JSON at all; where it breaks.
    MalformedJson(String),
    /// More than [`super::LARGEST_BODY`] bytes.
    BodyTooLarge,
    /// The body fell silent, or took longer than any network does.
    BodyTooSlow,
    /// There was no answer in time.
    TookTooLong,
    /// A write that needs `If-Match`.
    PreconditionRequired,
    /// A cursor that was not given out for this list to this reader.
    InvalidCursor,
    /// A member with as many open streams as one may have.
    TooManyStreams,
    /// As many open streams as the house has room for.
    NoRoomForStreams,
    /// A handler panicked.
    Panicked,
}

/// What a handler answers.
pub type Reply<T> = Result<T, Problem>;

impl From<Refused> for Problem {
    fn from(refused: Refused) -> Self {
        Self::Refused(refused)
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        Self::Refused(Refused::Store(error))
    }
}

/// A problem on its way to be put into words.
#[derive(Clone)]
struct Unspoken(Arc<Problem>);

/// The language of the member who asks; `None` where nobody is known.
#[derive(Debug, Clone, Copy)]
pub struct ReaderLanguage(pub Option<Language>);

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let (status, _) = self.status_and_code();
        let mut response = status.into_response();
        response.extensions_mut().insert(Unspoken(Arc::new(self)));
        response
    }
}

impl Problem {
    /// The table.
    pub fn status_and_code(&self) -> (StatusCode, &'static str) {
        match self {
            Self::NotSignedIn => (StatusCode::UNAUTHORIZED, "not_signed_in"),
            Self::CrossSite => (StatusCode::FORBIDDEN, "cross_site"),
            Self::NoSuchPage => (StatusCode::NOT_FOUND, "not_found"),
            Self::MethodNotAllowed(_) => (StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed"),
            Self::WrongContentType => (StatusCode::UNSUPPORTED_MEDIA_TYPE, "wrong_content_type"),
            Self::MalformedJson(_) => (StatusCode::BAD_REQUEST, "malformed_json"),
            Self::BodyTooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "body_too_large"),
            Self::BodyTooSlow => (StatusCode::REQUEST_TIMEOUT, "body_too_slow"),
            Self::TookTooLong => (StatusCode::SERVICE_UNAVAILABLE, "took_too_long"),
            Self::NoRoomForStreams => (StatusCode::SERVICE_UNAVAILABLE, "no_room_for_streams"),
            Self::PreconditionRequired => {
                (StatusCode::PRECONDITION_REQUIRED, "precondition_required")
            }
            Self::InvalidCursor => (StatusCode::UNPROCESSABLE_ENTITY, "invalid_cursor"),
            Self::TooManyStreams => (StatusCode::TOO_MANY_REQUESTS, "too_many_streams"),
            Self::Panicked => (StatusCode::INTERNAL_SERVER_ERROR, "internal"),
            Self::Lines { refusals, .. } => lines_status(refusals),
            Self::Dates { dates, .. } => dates_status(dates),
            Self::Refused(refused) => refused_status(refused),
        }
    }
}

fn refused_status(refused: &Refused) -> (StatusCode, &'static str) {
    match refused {
        Refused::NotFound(_) | Refused::Store(StoreError::Missing) => {
            (StatusCode::NOT_FOUND, "not_found")
        }
        Refused::Forbidden => (StatusCode::FORBIDDEN, "forbidden"),
        Refused::Invalid(_) => (StatusCode::UNPROCESSABLE_ENTITY, "invalid_input"),
        Refused::Lines(refusals) => lines_status(refusals),
        Refused::Dates(dates) => dates_status(dates),
        Refused::State(_) => (StatusCode::CONFLICT, "state_conflict"),
        Refused::VersionStale(_) => (StatusCode::PRECONDITION_FAILED, "version_stale"),
        Refused::KeyReused => (StatusCode::UNPROCESSABLE_ENTITY, "idempotency_key_reused"),
        Refused::Duplicate(_) | Refused::Store(StoreError::Duplicate(_)) => {
            (StatusCode::CONFLICT, "duplicate")
        }
        Refused::TooManyHolds(_) => (StatusCode::CONFLICT, "too_many_holds"),
        Refused::HitsBookings(_) => (StatusCode::CONFLICT, "closure_hits_bookings"),
        Refused::Unreadable(_) => (StatusCode::UNPROCESSABLE_ENTITY, "unreadable_file"),
        Refused::SignInFailed => (StatusCode::UNAUTHORIZED, "sign_in_failed"),
        Refused::TooOften(_) => (StatusCode::TOO_MANY_REQUESTS, "too_many_requests"),
        Refused::Store(StoreError::Busy(_) | StoreError::Gone(_)) => {
            (StatusCode::SERVICE_UNAVAILABLE, "busy")
        }
        Refused::Store(StoreError::Unwritable(_)) => {
            (StatusCode::SERVICE_UNAVAILABLE, "unwritable")
        }
        Refused::Store(StoreError::Unsure(_)) => {
            (StatusCode::SERVICE_UNAVAILABLE, "outcome_unknown")
        }
        Refused::Store(StoreError::Other(_)) => (StatusCode::INTERNAL_SERVER_ERROR, "internal"),
    }
}

fn lines_status(refusals: &[Refusal]) -> (StatusCode, &'static str) {
    if refusals.iter().any(Refusal::is_clash) {
        (StatusCode::CONFLICT, "clash")
    } else {
        (StatusCode::UNPROCESSABLE_ENTITY, "refused")
    }
}

/// The worst of what is against any date.
fn dates_status(dates: &[DateReport]) -> (StatusCode, &'static str) {
    let refusals: Vec<Refusal> = dates
        .iter()
        .flat_map(|date| date.refusals.clone())
        .collect();
    lines_status(&refusals)
}

/// Puts problems into the reader's words and logs what only we should know.
pub async fn speak(State(app): State<App>, request: Request, next: Next) -> Response {
    let asked = accepted_language(request.headers());
    let response = next.run(request).await;
    let Some(Unspoken(problem)) = response.extensions().get::<Unspoken>().cloned() else {
        return response;
    };
    let known = response
        .extensions()
        .get::<ReaderLanguage>()
        .and_then(|reader| reader.0);
    let language = asked.or(known).unwrap_or(app.cluster.language);
    log(&problem);
    let mut spoken = spoken(&app, &problem, language);
    if let Some(close) = response.headers().get(header::CONNECTION) {
        spoken
            .headers_mut()
            .insert(header::CONNECTION, close.clone());
    }
    spoken
}

/// A problem in the reader's words, for an answer that has begun already.
pub(super) fn in_words(app: &App, problem: &Problem, language: Language) -> Value {
    log(problem);
    body(app, problem, language)
}

fn log(problem: &Problem) {
    match problem {
        Problem::Refused(Refused::Store(
            error @ (StoreError::Other(_)
            | StoreError::Gone(_)
            | StoreError::Unsure(_)
            | StoreError::Unwritable(_)
            | StoreError::Busy(_)),
        )) => {
            tracing::error!(%error, "a request failed");
        }
        Problem::Panicked => tracing::error!("a handler panicked"),
        Problem::TookTooLong => tracing::error!("no answer in time"),
        other => tracing::debug!(problem = ?other, "refused"),
    }
}

fn spoken(app: &App, problem: &Problem, language: Language) -> Response {
    let (status, _) = problem.status_and_code();
    let body = body(app, problem, language);
    let mut response = (status, axum::Json(body)).into_response();
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/problem+json"),
    );
    headers.insert(
        header::CONTENT_LANGUAGE,
        HeaderValue::from_static(language.as_str()),
    );
    if let Problem::MethodNotAllowed(allowed) = problem
        && let Ok(allowed) = HeaderValue::from_str(&allowed.join(", "))
    {
        headers.insert(header::ALLOW, allowed);
    }
    if let Some(seconds) = retry_after(problem) {
        headers.insert(header::RETRY_AFTER, seconds.into());
    }
    response
}

fn body(app: &App, problem: &Problem, language: Language) -> Value {
    let (status, code) = problem.status_and_code();
    let mut body = json!({
        "type": format!("/api/docs#problem-{code}"),
        "title": phrases::title(code, language),
        "status": status.as_u16(),
        "code": code,
        "detail": detail(app, problem, code, language),
    });
    add_particulars(app, problem, language, &mut body);
    body
}

fn detail(app: &App, problem: &Problem, code: &str, language: Language) -> String {
    match problem {
        Problem::MalformedJson(place) => phrases::malformed_json(place, language),
        Problem::Refused(Refused::NotFound(noun)) => phrases::not_found(noun, language),
        Problem::Refused(Refused::State(state)) => phrases::state(state, language).to_owned(),
        Problem::Refused(Refused::Duplicate(field)) => phrases::duplicate(field, language),
        Problem::Refused(Refused::Lines(refusals)) | Problem::Lines { refusals, .. } => {
            let sentences = refusals
                .iter()
                .map(|refusal| phrases::refusal(refusal, language, app.cluster.zone));
            sentences.collect::<Vec<_>>().join(language.pick("", " "))
        }
        Problem::Refused(Refused::Dates(dates)) | Problem::Dates { dates, .. } => {
            phrases::series::refused(dates, language, app.cluster.zone)
        }
        Problem::Refused(Refused::Invalid(faults)) => faults
            .iter()
            .map(|fault| format!("{}: {}", fault.field, phrases::fault(fault, language)))
            .collect::<Vec<_>>()
            .join(language.pick("；", "; ")),
        Problem::Refused(Refused::HitsBookings(references)) => {
            phrases::hits_bookings(references, language)
        }
        Problem::Refused(Refused::Unreadable(why)) => words::unreadable(why, language),
        Problem::Refused(Refused::TooManyHolds(most)) => phrases::too_many_holds(*most, language),
        Problem::Refused(Refused::TooOften(seconds)) => phrases::too_often(*seconds, language),
        _ => phrases::detail(code, language).to_owned(),
    }
}

fn add_particulars(app: &App, problem: &Problem, language: Language, body: &mut Value) {
    match problem {
        Problem::Refused(Refused::Invalid(faults)) => {
            let fault = |fault: &FieldFault| json!({ "field": fault.field, "code": fault.code, "message": phrases::fault(fault, language) });
            body["errors"] = faults.iter().map(fault).collect();
        }
        Problem::Refused(Refused::Duplicate(field)) => {
            let message = phrases::duplicate(field, language);
            body["errors"] = json!([{ "field": field, "code": "duplicate", "message": message }]);
        }
        Problem::Refused(Refused::Lines(refusals)) => {
            body["refusals"] = refusals_out(app, refusals, language);
        }
        Problem::Lines {
            refusals,
            repairs,
            sent,
        } => {
            let zone = app.cluster.zone;
            body["refusals"] = refusals_out(app, refusals, language);
            body["repairs"] = json!(views::repair::repairs(repairs, sent, language, zone));
        }
        Problem::Refused(Refused::Dates(dates)) => {
            body["dates"] = json!(views::series::dates(dates, language, app.cluster.zone));
        }
        Problem::Dates {
            dates,
            repairs,
            sent,
        } => {
            let zone = app.cluster.zone;
            body["dates"] = json!(views::series::dates(dates, language, zone));
            body["repairs"] = json!(views::repair::repairs(repairs, sent, language, zone));
        }
        Problem::Refused(Refused::HitsBookings(references)) => body["bookings"] = json!(references),
        Problem::Refused(Refused::TooManyHolds(most)) => body["most"] = json!(most),
        Problem::Refused(Refused::VersionStale(version)) => body["version"] = json!(version),
        _ => {}
    }
}

fn refusals_out(app: &App, refusals: &[Refusal], language: Language) -> Value {
    let refusal = |refusal: &Refusal| views::refusal::refusal(refusal, language, app.cluster.zone);
    refusals.iter().map(refusal).collect()
}

fn retry_after(problem: &Problem) -> Option<u32> {
    match problem {
        Problem::Refused(Refused::Store(StoreError::Busy(_) | StoreError::Gone(_))) => Some(1),
        Problem::Refused(Refused::TooOften(seconds)) => Some(*seconds),
        // Somebody has to make room first.
        Problem::Refused(Refused::Store(StoreError::Unwritable(_))) => Some(30),
        Problem::TookTooLong | Problem::Refused(Refused::Store(StoreError::Unsure(_))) => Some(5),
        Problem::TooManyStreams | Problem::NoRoomForStreams => Some(60),
        _ => None,
    }
}

/// The language the request itself asks for.
pub fn accepted_language(headers: &HeaderMap) -> Option<Language> {
    let text = headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?;
    let tags = text
        .split(',')
        .map(|part| part.split(';').next().unwrap_or_default().trim());
    tags.filter(|tag| tag.is_ascii()).find_map(|tag| {
        match tag.get(..2)?.to_ascii_lowercase().as_str() {
            "zh" => Some(Language::Zh),
            "en" => Some(Language::En),
            _ => None,
        }
    })
}

/// What a client gets when a handler panicked.
pub fn panicked(_: Box<dyn std::any::Any + Send + 'static>) -> Response {
    tracing::error!("a handler panicked");
    let body = json!({
        "type": "/api/docs#problem-internal", "title": "internal", "status": 500, "code": "internal",
        "detail": phrases::detail("internal", Language::En),
    });
    (StatusCode::INTERNAL_SERVER_ERROR, axum::Json(body)).into_response()
}

/// Headers that every answer carries.
pub async fn harden(State(app): State<App>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let fixed = [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "same-origin"),
        (
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        ),
        (
            HeaderName::from_static("permissions-policy"),
            "camera=(self), geolocation=(), microphone=()",
        ),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if app.drain.has_begun() {
        headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    // Answers about people and bookings stay out of shared caches; what may be kept says so itself.
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    response
}
