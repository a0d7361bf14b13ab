//! Bodies of requests: JSON, read whole within a bound, and its key where it is to be done once.

use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, header};
use futures_util::StreamExt;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};

use super::invalid;
use crate::actions::FieldFault;
use crate::actions::idempotency::Once;
use crate::domain::ids::MemberId;
use crate::http::LARGEST_BODY;
use crate::http::errors::{Problem, Reply};

/// What is read, at most, of a body that is refused for its size.
const MOST_THROWN_AWAY: usize = 64 * LARGEST_BODY;

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
        if length <= LARGEST_BODY {
            bytes.extend_from_slice(&chunk);
        }
    }
    if length > LARGEST_BODY {
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

/// A field that may be absent (stays as it is), null (nothing from now on) or a value.
pub fn given<'de, T, D>(deserializer: D) -> Result<Option<Option<T>>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    Option::deserialize(deserializer).map(Some)
}
