//! What a basket would get → JSON.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::price::{PriceOut, price};
use super::repair::RepairOut;
use super::series::SeriesDateOut;
use super::{MoneyOut, Named};
use crate::actions::Outcome;
use crate::actions::quote::AssessedLine;
use crate::domain::booking::LineState;
use crate::domain::money::Currency;
use crate::domain::people::Language;
use crate::domain::price::total;
use crate::store::StoreError;

/// What one line of a basket would get.
#[derive(Debug, Serialize, ToSchema)]
pub struct QuotedLineOut {
    /// What.
    pub listing: Named,
    /// How many.
    pub units: u32,
    /// First moment.
    pub start: DateTime<Utc>,
    /// First moment after.
    pub end: DateTime<Utc>,
    /// Where its claim starts, setup included.
    pub claim_start: DateTime<Utc>,
    /// Where its claim ends, turnaround included.
    pub claim_end: DateTime<Utc>,
    /// `confirmed` or `requested`; of a hold `held` or `queued`.
    pub would_be: String,
    /// 1 if it would be held, 2 and more in line behind holds; null where no hold is asked for.
    pub rank: Option<u32>,
    /// Everything against it.
    #[schema(value_type = Vec<Object>)]
    pub refusals: Vec<Value>,
    /// What it would cost.
    pub price: Option<PriceOut>,
    /// What each part would get, if it is a kit; empty if it is not.
    #[schema(no_recursion)]
    pub parts: Vec<QuotedLineOut>,
}

/// What a basket would get.
#[derive(Debug, Serialize, ToSchema)]
pub struct QuoteOut {
    /// Whether all of it could be booked now.
    pub bookable: bool,
    /// `book`, `ask` (some owner decides), `hold`, `queue` (some line would wait) or `refused`.
    pub outcome: String,
    /// Line by line.
    pub lines: Vec<QuotedLineOut>,
    /// What would work in the place of what is refused, the best first.
    pub repairs: Vec<RepairOut>,
    /// What the priced lines come to.
    pub total: MoneyOut,
    /// What their deposits come to.
    pub deposit: MoneyOut,
    /// Of a series: every date; `lines` are then those of the first that would be booked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dates: Option<Vec<SeriesDateOut>>,
}

/// A quote.
pub fn quote(
    lines: &[AssessedLine],
    repairs: Vec<RepairOut>,
    currency: Currency,
    language: Language,
    zone: Tz,
) -> Outcome<QuoteOut> {
    let bookable = lines.iter().all(|line| line.refusals.is_empty());
    let any = |state: LineState| lines.iter().any(|line| line.would_be == state);
    let outcome = match bookable {
        false => "refused",
        true if any(LineState::Queued) => "queue",
        true if any(LineState::Held) => "hold",
        true if any(LineState::Requested) => "ask",
        true => "book",
    };
    let sums = total(
        currency,
        lines.iter().filter_map(|line| line.price.as_ref()),
    );
    let (total, deposit) =
        sums.map_err(|_| StoreError::Other("a sum that does not fit".to_owned()))?;
    Ok(QuoteOut {
        bookable,
        outcome: outcome.to_owned(),
        lines: lines
            .iter()
            .map(|line| quoted_line(line, language, zone))
            .collect(),
        repairs,
        total: total.into(),
        deposit: deposit.into(),
        dates: None,
    })
}

fn quoted_line(line: &AssessedLine, language: Language, zone: Tz) -> QuotedLineOut {
    let refusals = line
        .refusals
        .iter()
        .map(|refusal| super::refusal::refusal(refusal, language, zone));
    QuotedLineOut {
        listing: Named::new(line.listing.id, &line.listing.code, &line.listing.names),
        units: line.request.units,
        start: line.request.span.start(),
        end: line.request.span.end(),
        claim_start: line.claim.start(),
        claim_end: line.claim.end(),
        would_be: line.would_be.as_str().to_owned(),
        rank: line.rank.filter(|_| line.refusals.is_empty()),
        refusals: refusals.collect(),
        price: line.price.as_ref().map(|found| price(found, language)),
        parts: line
            .parts
            .iter()
            .map(|part| quoted_line(part, language, zone))
            .collect(),
    }
}
