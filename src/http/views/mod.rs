//! Domain → JSON. Shapes only; what may be shown was settled before.

pub mod board;
pub mod booking;
pub mod bulk;
pub mod facets;
pub mod import;
pub mod kit;
pub mod listing;
pub mod people;
pub mod photo;
pub mod places;
pub mod price;
pub mod quote;
pub mod refusal;
pub mod repair;
pub mod series;
pub mod unit;

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::money::Money;
use crate::domain::span::{Instant, Span};

/// An amount in minor units.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MoneyOut {
    /// Minor units: 1200 is ¥12.00.
    pub amount: i64,
    /// ISO 4217.
    #[schema(example = "CNY")]
    pub currency: String,
}

impl From<Money> for MoneyOut {
    fn from(money: Money) -> Self {
        Self {
            amount: money.minor,
            currency: money.currency.as_str().to_owned(),
        }
    }
}

/// A span, in UTC.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SpanOut {
    /// First moment.
    pub start: DateTime<Utc>,
    /// First moment after; null is until further notice.
    pub end: Option<DateTime<Utc>>,
}

impl From<Span> for SpanOut {
    fn from(span: Span) -> Self {
        Self {
            start: span.start(),
            end: end_of(span),
        }
    }
}

/// The end of a span as JSON tells it: null where it is open.
pub fn end_of(span: Span) -> Option<Instant> {
    (span.end() < Span::far_future()).then(|| span.end())
}

/// Something with a name in both languages.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Named {
    /// Its identifier.
    pub id: String,
    /// Its short code.
    pub code: String,
    /// In Chinese.
    pub name_zh: String,
    /// In English.
    pub name_en: String,
}

impl Named {
    /// A named thing.
    #[expect(clippy::needless_pass_by_value, reason = "an id, as the caller has it")]
    pub fn new(id: impl ToString, code: &str, names: &crate::domain::people::Names) -> Self {
        Self {
            id: id.to_string(),
            code: code.to_owned(),
            name_zh: names.zh.clone(),
            name_en: names.en.clone(),
        }
    }
}
