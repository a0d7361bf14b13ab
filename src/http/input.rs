//! JSON, paths and headers → domain. What comes out of here is valid in itself; what is wrong is named,
//! all of it at once where it can be.

use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use chrono::{DateTime, Utc};
use futures_util::StreamExt;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::errors::{Problem, Reply};
use crate::actions::idempotency::Once;
use crate::actions::quote::LineRequest;
use crate::actions::{FieldFault, OrNotFound, Outcome, Refused};
use crate::domain::ids::{ListingId, MemberId};
use crate::domain::listing::MOST_UNITS;
use crate::domain::span::{Span, SpanFault, floor_to_minute};
use crate::store::{Conn, StoreError, listings};

/// The most lines of one booking.
pub const MOST_LINES: usize = 100;

/// What is read, at most, of a body that is refused for its size.
const MOST_THROWN_AWAY: usize = 64 * super::LARGEST_BODY;

/// The longest e-mail address (RFC 5321, section 4.5.3.1.3, less its brackets).
const LONGEST_EMAIL: usize = 254;

/// U+0000 as a URL writes it.
pub const NUL_IN_URL: &str = "%00";

/// A window of whole minutes out of the texts of `from` and `to` (RFC 3339), at most so many days long.
pub fn read_window(from: &str, to: &str, most_days: i64) -> Reply<Span> {
    let mut faults = Faults::default();
    let from = faults.moment("from", from);
    let to = faults.moment("to", to);
    let window = from
        .zip(to)
        .map(|(from, to)| Span::new(floor_to_minute(from), floor_to_minute(to)));
    match window {
        Some(Ok(window)) if window.minutes() > most_days * 24 * 60 => {
            let limit = format!("{most_days} d");
            let fault = FieldFault::with_limit("to", "window_too_long", limit);
            faults.0.push(fault);
        }
        Some(Ok(window)) => return Ok(window),
        Some(Err(_)) => faults.0.push(FieldFault::new("to", "span_inverted")),
        None => {}
    }
    Err(invalid(faults.0))
}

/// A JSON body.
pub struct Body<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Reply<Self> {
        let bytes = json_bytes(request).await?;
        read_json(&bytes).map(Self)
    }
}

/// A JSON body together with its text, for work that is done once per key.
pub struct KeyedBody<T> {
    /// The body.
    pub value: T,
    /// Method, path and body as one text.
    pub request: String,
    /// The `Idempotency-Key`, if one was sent.
    pub key: Option<String>,
}

impl<T> KeyedBody<T> {
    /// What the action needs to do it once for this member.
    pub fn once(&self, member: MemberId) -> Option<Once> {
        let key = self.key.clone()?;
        Some(Once {
            member,
            key,
            request: self.request.clone(),
        })
    }
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for KeyedBody<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Reply<Self> {
        let key = idempotency_key(request.headers())?;
        let line = format!("{} {}", request.method(), request.uri().path());
        let precondition = request
            .headers()
            .get(header::IF_MATCH)
            .map(|value| value.as_bytes().to_vec());
        let bytes = json_bytes(request).await?;
        let value = read_json(&bytes)?;
        let body = String::from_utf8_lossy(&bytes);
        let precondition =
            String::from_utf8_lossy(precondition.as_deref().unwrap_or_default()).into_owned();
        Ok(Self {
            value,
            request: format!("{line}\n{precondition}\n{body}"),
            key,
        })
    }
}

async fn json_bytes(request: Request) -> Reply<Vec<u8>> {
    let content_type = request
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    let is_json = content_type.is_some_and(|text| {
        text.split(';')
            .next()
            .unwrap_or_default()
            .trim()
            .eq_ignore_ascii_case("application/json")
    });
    if !is_json {
        return Err(Problem::WrongContentType);
    }
    all_bytes(request.into_body()).await
}

/// The bytes of a body. One that is too large is read on and thrown away before it is refused, within
/// reason: who is still sending does not listen yet, and would find the line cut instead of an answer.
async fn all_bytes(body: axum::body::Body) -> Reply<Vec<u8>> {
    let mut chunks = body.into_data_stream();
    let mut bytes = Vec::new();
    let mut length = 0;
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|_| Problem::BodyTooSlow)?;
        length += chunk.len();
        if length > MOST_THROWN_AWAY {
            break;
        }
        if length <= super::LARGEST_BODY {
            bytes.extend_from_slice(&chunk);
        }
    }
    if length > super::LARGEST_BODY {
        return Err(Problem::BodyTooLarge);
    }
    Ok(bytes)
}

fn read_json<T: DeserializeOwned>(bytes: &[u8]) -> Reply<T> {
    if escapes_nul(bytes) {
        return Err(invalid(vec![FieldFault::new("body", "nul_character")]));
    }
    // Every body is an object. To serde a list of its values in order would do as well.
    if bytes.trim_ascii_start().starts_with(b"[") {
        return Err(invalid(vec![FieldFault::with_limit(
            "body",
            "wrong_type",
            "an object",
        )]));
    }
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let field = error.path().to_string();
        let inner = error.into_inner();
        match inner.classify() {
            serde_json::error::Category::Data => {
                let field = if field == "." {
                    "body".to_owned()
                } else {
                    field
                };
                invalid(vec![FieldFault::with_limit(field, "wrong_type", inner)])
            }
            _ => Problem::MalformedJson(format!("{}:{}", inner.line(), inner.column())),
        }
    })?;
    deserializer
        .end()
        .map_err(|error| Problem::MalformedJson(format!("{}:{}", error.line(), error.column())))?;
    Ok(value)
}

/// Whether any text of a JSON document has U+0000 in it, which no text column of PostgreSQL takes. JSON has
/// it only as an escape, and a backslash only in text.
fn escapes_nul(json: &[u8]) -> bool {
    let mut rest = json;
    while let Some(at) = rest.iter().position(|byte| *byte == b'\\') {
        rest = &rest[at + 1..];
        if rest.starts_with(b"u0000") {
            return true;
        }
        rest = rest.get(1..).unwrap_or_default();
    }
    false
}

/// A problem of wrong fields.
pub fn invalid(faults: Vec<FieldFault>) -> Problem {
    Problem::Refused(Refused::Invalid(faults))
}

fn idempotency_key(headers: &HeaderMap) -> Reply<Option<String>> {
    let Some(value) = headers.get("idempotency-key") else {
        return Ok(None);
    };
    let key = value.to_str().unwrap_or_default();
    if key.is_empty() || key.len() > 200 {
        return Err(invalid(vec![FieldFault::with_limit(
            "Idempotency-Key",
            "length",
            "1–200",
        )]));
    }
    Ok(Some(key.to_owned()))
}

/// The version a write was made on: `If-Match: "3"`.
pub struct IfMatch(pub i64);

impl<S: Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Reply<Self> {
        let value = parts
            .headers
            .get(header::IF_MATCH)
            .ok_or(Problem::PreconditionRequired)?;
        let text = value.to_str().unwrap_or_default().trim().trim_matches('"');
        let wrong = || invalid(vec![FieldFault::new("If-Match", "not_a_version")]);
        text.parse().map(Self).map_err(|_| wrong())
    }
}

/// A part of a path. What is no text at all is simply not found.
pub struct Path<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Reply<Self> {
        let path = axum::extract::Path::<T>::from_request_parts(parts, state).await;
        path.map(|path| Self(path.0))
            .map_err(|_| Problem::NoSuchPage)
    }
}

/// An id in a path. Text that cannot be one is simply not found.
pub struct PathId<T>(pub T);

impl<S: Send + Sync, T: std::str::FromStr> FromRequestParts<S> for PathId<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Reply<Self> {
        let Path(text) = Path::<String>::from_request_parts(parts, state).await?;
        text.parse().map(Self).map_err(|_| Problem::NoSuchPage)
    }
}

/// A query string; what does not fit is named.
pub struct Query<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Reply<Self> {
        if parts
            .uri
            .query()
            .is_some_and(|query| query.contains(NUL_IN_URL))
        {
            return Err(invalid(vec![FieldFault::new("query", "nul_character")]));
        }
        let query = axum::extract::Query::<T>::from_request_parts(parts, state).await;
        query.map(|query| Self(query.0)).map_err(|rejection| {
            invalid(vec![FieldFault::with_limit(
                "query",
                "wrong_type",
                rejection.body_text(),
            )])
        })
    }
}

/// Where a page begins and how long it is.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
pub struct PageQuery {
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
    /// 1 to 200; 50 when absent.
    pub limit: Option<i64>,
}

impl PageQuery {
    /// How many items the page has.
    pub fn limit(&self) -> Reply<i64> {
        match self.limit.unwrap_or(50) {
            limit @ 1..=200 => Ok(limit),
            _ => Err(invalid(vec![FieldFault::with_limit(
                "limit",
                "out_of_range",
                "1–200",
            )])),
        }
    }
}

/// Collects faults field by field.
#[derive(Debug, Default)]
pub struct Faults(pub Vec<FieldFault>);

impl Faults {
    /// The value, or its fault under this field's name.
    pub fn take<T>(
        &mut self,
        field: impl Into<String>,
        value: Result<T, &'static str>,
    ) -> Option<T> {
        value
            .map_err(|code| self.0.push(FieldFault::new(field, code)))
            .ok()
    }

    /// An id out of text.
    pub fn id<T: std::str::FromStr>(&mut self, field: impl Into<String>, text: &str) -> Option<T> {
        self.take(field, text.parse().map_err(|_| "not_an_id"))
    }

    /// A moment out of text (RFC 3339, with its offset).
    pub fn moment(&mut self, field: impl Into<String>, text: &str) -> Option<DateTime<Utc>> {
        let parsed = DateTime::parse_from_rfc3339(text).map(|moment| moment.with_timezone(&Utc));
        self.take(field, parsed.map_err(|_| "not_a_moment"))
    }

    /// Text of at most `most` characters.
    pub fn text(&mut self, field: &str, text: String, most: usize) -> String {
        if text.chars().count() > most {
            self.0.push(FieldFault::with_limit(field, "too_long", most));
        }
        text
    }

    /// Text that must say something, of at most `most` characters.
    pub fn required(&mut self, field: &str, text: String, most: usize) -> String {
        if text.trim().is_empty() {
            self.0.push(FieldFault::new(field, "required"));
        }
        self.text(field, text, most)
    }

    /// One of an enum's words; `words` lists them for the message.
    pub fn word<T: std::str::FromStr>(
        &mut self,
        field: &str,
        text: &str,
        words: &str,
    ) -> Option<T> {
        let parsed = text.parse().ok();
        if parsed.is_none() {
            self.0
                .push(FieldFault::with_limit(field, "not_one_of", words));
        }
        parsed
    }

    /// An e-mail address, in lower case: nobody's mail server tells `Li@` from `li@`.
    pub fn email(&mut self, field: &str, text: &str) -> Option<String> {
        let address = text.trim().to_lowercase();
        if address.is_empty() {
            self.0.push(FieldFault::new(field, "required"));
            return None;
        }
        let is_one = address.len() <= LONGEST_EMAIL && address.parse::<lettre::Address>().is_ok();
        self.take(
            field,
            if is_one {
                Ok(address)
            } else {
                Err("not_an_email")
            },
        )
    }

    /// A span out of two moments; `at` is put before `start` and `end`.
    pub fn span(&mut self, at: &str, start: &str, end: &str) -> Option<Span> {
        let start_moment = self.moment(format!("{at}start"), start);
        let end_moment = self.moment(format!("{at}end"), end);
        let fault = match Span::new(start_moment?, end_moment?) {
            Ok(span) => return Some(span),
            Err(fault) => fault,
        };
        let (field, code) = match fault {
            SpanFault::Empty => ("end", "span_empty"),
            SpanFault::Inverted => ("end", "span_inverted"),
            SpanFault::StartNotWholeMinute => ("start", "not_whole_minute"),
            SpanFault::EndNotWholeMinute => ("end", "not_whole_minute"),
            SpanFault::OutOfRange => ("start", "year_out_of_range"),
        };
        self.0.push(FieldFault::new(format!("{at}{field}"), code));
        None
    }

    /// Nothing if there were no faults, else all of them.
    pub fn check(self) -> Outcome<()> {
        if self.0.is_empty() {
            Ok(())
        } else {
            Err(Refused::Invalid(self.0))
        }
    }
}

/// A field that may be absent (stays as it is), null (nothing from now on) or a value.
pub fn given<'de, T, D>(deserializer: D) -> Result<Option<Option<T>>, D::Error>
where
    T: Deserialize<'de>,
    D: serde::Deserializer<'de>,
{
    Option::deserialize(deserializer).map(Some)
}

/// One line of a basket.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LineIn {
    /// Only in a change: the line it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Id or code of a listing.
    pub listing: String,
    /// How many units; 1 when absent.
    #[serde(default = "one")]
    pub units: i64,
    /// First moment, RFC 3339.
    pub start: String,
    /// First moment after, RFC 3339.
    pub end: String,
}

fn one() -> i64 {
    1
}

/// A line that is right in itself; its listing is looked up in the transaction.
#[derive(Debug, Clone)]
pub struct ReadLine {
    listing: ListingName,
    units: u32,
    span: Span,
}

impl ReadLine {
    /// When it is wanted.
    pub fn span(&self) -> Span {
        self.span
    }
}

#[derive(Debug, Clone)]
enum ListingName {
    Id(ListingId),
    Code(String),
}

/// The lines of a basket, or everything that is wrong with them.
pub fn read_lines(faults: &mut Faults, lines: &[LineIn]) -> Vec<ReadLine> {
    if lines.is_empty() {
        faults.0.push(FieldFault::new("lines", "required"));
    }
    if lines.len() > MOST_LINES {
        faults
            .0
            .push(FieldFault::with_limit("lines", "too_many", MOST_LINES));
        return Vec::new();
    }
    let read = |(place, line): (usize, &LineIn)| {
        let at = format!("lines[{place}].");
        let units = u32::try_from(line.units)
            .ok()
            .filter(|units| (1..=MOST_UNITS).contains(units));
        if units.is_none() {
            faults.0.push(FieldFault::with_limit(
                format!("{at}units"),
                "out_of_range",
                format!("1–{MOST_UNITS}"),
            ));
        }
        let span = faults.span(&at, &line.start, &line.end);
        Some(ReadLine {
            listing: listing_name(&line.listing),
            units: units?,
            span: span?,
        })
    };
    lines.iter().enumerate().filter_map(read).collect()
}

fn listing_name(text: &str) -> ListingName {
    text.parse()
        .map_or_else(|_| ListingName::Code(text.to_owned()), ListingName::Id)
}

/// Finds the listings of lines; every unknown one is named.
pub fn find_listings(conn: &mut Conn, lines: &[ReadLine]) -> Outcome<Vec<LineRequest>> {
    let mut requests = Vec::with_capacity(lines.len());
    let mut unknown = Vec::new();
    for (place, line) in lines.iter().enumerate() {
        match find_listing(conn, &line.listing)? {
            Some(listing) => requests.push(LineRequest {
                listing,
                units: line.units,
                span: line.span,
            }),
            None => unknown.push(FieldFault::new(
                format!("lines[{place}].listing"),
                "unknown_listing",
            )),
        }
    }
    if unknown.is_empty() {
        Ok(requests)
    } else {
        Err(Refused::Invalid(unknown))
    }
}

fn find_listing(conn: &mut Conn, name: &ListingName) -> Result<Option<ListingId>, StoreError> {
    match name {
        ListingName::Code(code) => {
            Ok(listings::find_by_code(conn, code)?.map(|listing| listing.id))
        }
        // Whether there is one shows when its row is taken; asking twice would cost a round trip.
        ListingName::Id(id) => Ok(Some(*id)),
    }
}

/// The listing a path names by id or code.
pub fn listing_of_path(conn: &mut Conn, text: &str) -> Outcome<ListingId> {
    find_listing(conn, &listing_name(text))?
        .ok_or(StoreError::Missing)
        .or_not_found("listing")
}

/// The listing a field names by id or code.
pub fn listing_of_field(conn: &mut Conn, field: &str, text: &str) -> Outcome<ListingId> {
    let unknown = || Refused::Invalid(vec![FieldFault::new(field, "unknown_listing")]);
    find_listing(conn, &listing_name(text))?.ok_or_else(unknown)
}
