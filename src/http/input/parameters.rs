//! What stands in the address and the headers of a request.

use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use utoipa::IntoParams;

use super::{Faults, invalid};
use crate::actions::FieldFault;
use crate::domain::span::{Span, floor_to_minute};
use crate::http::errors::{Problem, Reply};

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

/// How many days are asked for: at least one, at most `most`.
pub fn read_days(days: Option<u32>, when_absent: u32, most: u32) -> Reply<u32> {
    let count = days.unwrap_or(when_absent);
    if (1..=most).contains(&count) {
        return Ok(count);
    }
    let limit = format!("1–{most}");
    let fault = FieldFault::with_limit("days", "out_of_range", limit);
    Err(invalid(vec![fault]))
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
