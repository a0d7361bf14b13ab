//! Repairs → JSON: the words, and the body that would do it.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::{MoneyOut, Named};
use crate::domain::people::Language;
use crate::domain::repair::{Repair, RepairedLine, RepairedPart};
use crate::http::phrases;

/// Something that would work in the place of what was refused. It was assessed; nothing is kept for it.
#[derive(Debug, Serialize, ToSchema)]
pub struct RepairOut {
    /// `all`, `fit`, `equivalent`, `other_owner`, `exchange_part`, `split`, `shift_line`, `shift_basket`,
    /// `shift_dates`, `skip_dates`, `queue_dates`, `shorter`, `fewer` or `queue`.
    pub kind: String,
    /// The refused line it mends, counted from 0 as it was sent; null is all of them.
    pub line: Option<usize>,
    /// What it does, in the reader's language.
    pub summary: String,
    /// What is other than it was asked for; of `queue`, what would wait.
    pub parts: Vec<RepairedPartOut>,
    /// The body to send in the place of the one that was refused, to the same address.
    #[schema(value_type = Object)]
    pub body: Value,
    /// What it costs more (or less) than what was asked for; null where that had no price.
    pub price_difference: Option<MoneyOut>,
    /// Whether nothing at all would be refused any more; false where other lines stay refused.
    pub complete: bool,
    /// What would become of the dates, if it repeats; null if it does not.
    pub dates: Option<RepairedDatesOut>,
}

/// What a repair makes of the dates of a series.
#[derive(Debug, Serialize, ToSchema)]
pub struct RepairedDatesOut {
    /// How many would be had.
    pub had: usize,
    /// How many of those would be held or wait in line.
    pub waiting: usize,
    /// How many there are.
    pub of: usize,
}

/// A line that is other than it was asked for.
#[derive(Debug, Serialize, ToSchema)]
pub struct RepairedPartOut {
    /// What.
    pub listing: Named,
    /// How many.
    pub units: u32,
    /// First moment.
    pub start: DateTime<Utc>,
    /// First moment after.
    pub end: DateTime<Utc>,
}

/// Repairs of a body that was sent.
pub fn repairs(repairs: &[Repair], sent: &Value, language: Language, zone: Tz) -> Vec<RepairOut> {
    let repair = |repair: &Repair| RepairOut {
        kind: repair.kind.as_str().to_owned(),
        line: repair.line,
        summary: phrases::repair(repair, language, zone),
        parts: repair.parts.iter().map(part).collect(),
        body: body(repair, sent),
        price_difference: repair.price_difference.map(Into::into),
        complete: repair.complete,
        dates: repair.series.map(|series| RepairedDatesOut {
            had: series.had,
            waiting: series.waiting,
            of: series.of,
        }),
    };
    repairs.iter().map(repair).collect()
}

fn part(part: &RepairedPart) -> RepairedPartOut {
    RepairedPartOut {
        listing: Named::new(part.listing.id, &part.listing.code, &part.listing.names),
        units: part.units,
        start: part.span.start(),
        end: part.span.end(),
    }
}

/// What was sent, with the lines of the repair, and held if it is to be.
fn body(repair: &Repair, sent: &Value) -> Value {
    let mut body = sent.clone();
    body["lines"] = repair.lines.iter().map(line).collect();
    if let Some(series) = repair.series.filter(|_| !body["recurrence"].is_null()) {
        body["recurrence"]["on_clash"] = json!(series.on_clash);
    }
    if repair.hold {
        body["hold"] = json!(true);
    }
    body
}

fn line(line: &RepairedLine) -> Value {
    let mut body = json!({
        "listing": line.request.listing,
        "units": line.request.units,
        "start": line.request.span.start(),
        "end": line.request.span.end(),
    });
    if let Some(id) = line.id {
        body["id"] = json!(id);
    }
    body
}
