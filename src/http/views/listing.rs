//! Listings and their availability → JSON.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::kit::KitOut;
use super::photo::PhotoOut;
use super::{MoneyOut, Named, SpanOut, refusal};
use crate::actions::availability::{Day, ListingDays};
use crate::actions::catalogue::Described;
use crate::domain::people::Actor;
use crate::domain::policy::{OwnRules, Policy};
use crate::domain::rights::{Right, may};

/// A listing.
#[derive(Debug, Serialize, ToSchema)]
pub struct ListingOut {
    /// Its identifier.
    pub id: String,
    /// Its short code.
    pub code: String,
    /// `equipment`, `prop`, `scene`, `facility` or `service`.
    pub kind: String,
    /// Finer than the kind.
    pub category: String,
    /// In Chinese.
    pub name_zh: String,
    /// In English.
    pub name_en: String,
    /// In Chinese.
    pub description_zh: String,
    /// In English.
    pub description_en: String,
    /// Lower-case slugs.
    pub tags: Vec<String>,
    /// Listings with the same word do in each other's place; empty is nothing said.
    pub alike: String,
    /// Where it is.
    pub site: Named,
    /// Whose it is.
    pub owner: Named,
    /// `draft`, `published` or `retired`.
    pub state: String,
    /// How many like units there are; of a kit as many as its parts make.
    pub quantity: u32,
    /// What it is made of and what that comes to; null is no kit.
    pub kit: Option<KitOut>,
    /// Floor area of a set.
    pub area_sqm: Option<u32>,
    /// For a day; null is not offered by the day.
    pub day_rate: Option<MoneyOut>,
    /// For an hour; null is not offered by the hour.
    pub hour_rate: Option<MoneyOut>,
    /// Held until the return, a unit.
    pub deposit: MoneyOut,
    /// The rules that count.
    #[schema(value_type = Object)]
    pub rules: Policy,
    /// The rules it sets itself; null inherits its kind's.
    #[schema(value_type = Object)]
    pub own_rules: OwnRules,
    /// Its first photo; null has none yet.
    pub cover: Option<PhotoOut>,
    /// For `If-Match`.
    pub version: i64,
    /// Whether the reader may edit it.
    pub can_edit: bool,
    /// Whether the reader decides about it.
    pub can_decide: bool,
}

/// A listing as this reader sees it.
pub fn listing(described: &Described, actor: &Actor) -> ListingOut {
    let Described {
        listing,
        site,
        owner,
        cover,
        kit,
    } = described;
    ListingOut {
        kit: kit.as_ref().map(|outline| super::kit::kit(outline, actor)),
        cover: cover.clone().map(Into::into),
        id: listing.id.to_string(),
        code: listing.code.clone(),
        kind: listing.kind.as_str().to_owned(),
        category: listing.category.clone(),
        name_zh: listing.names.zh.clone(),
        name_en: listing.names.en.clone(),
        description_zh: listing.descriptions.zh.clone(),
        description_en: listing.descriptions.en.clone(),
        tags: listing.tags.clone(),
        alike: listing.alike.clone(),
        site: Named::new(site.id, &site.code, &site.names),
        owner: Named::new(owner.id, &owner.code, &owner.names),
        state: listing.state.as_str().to_owned(),
        quantity: kit.as_ref().map_or(listing.quantity, |kit| kit.quantity),
        area_sqm: listing.area_sqm,
        day_rate: listing.rates.day.map(Into::into),
        hour_rate: listing.rates.hour.map(Into::into),
        deposit: listing.rates.deposit.into(),
        rules: listing.policy(),
        own_rules: listing.own_rules,
        version: listing.version,
        can_edit: may(actor, Right::Publish, listing.owner),
        can_decide: may(actor, Right::Decide, listing.owner),
    }
}

/// One step of a listing's profile.
#[derive(Debug, Serialize, ToSchema)]
pub struct StepOut {
    /// First moment.
    pub start: DateTime<Utc>,
    /// First moment after.
    pub end: DateTime<Utc>,
    /// Units that exist and are not closed.
    pub capacity: u32,
    /// Units claimed, turnaround included.
    pub used: u32,
    /// What is left.
    pub free: u32,
}

/// A closure as a calendar shows it.
#[derive(Debug, Serialize, ToSchema)]
pub struct ClosedOut {
    /// First moment.
    pub start: DateTime<Utc>,
    /// First moment after; null is until further notice.
    pub end: Option<DateTime<Utc>>,
    /// How many units; null is all.
    pub units: Option<u32>,
    /// Why, for people.
    pub reason: String,
}

/// One listing over a window.
#[derive(Debug, Serialize, ToSchema)]
pub struct AvailabilityOut {
    /// Which.
    pub listing: String,
    /// Beginning of the window.
    pub from: DateTime<Utc>,
    /// End of the window.
    pub to: DateTime<Utc>,
    /// Contiguous steps that cover the window.
    pub steps: Vec<StepOut>,
    /// What is taken, with what the reader may know of it.
    #[schema(value_type = Vec<Object>)]
    pub bookings: Vec<Value>,
    /// Who waits in line behind holds, with its rank; it claims nothing yet.
    #[schema(value_type = Vec<Object>)]
    pub in_line: Vec<Value>,
    /// What is closed.
    pub closures: Vec<ClosedOut>,
    /// When its site is open; null is always.
    pub open: Option<Vec<SpanOut>>,
    /// Nights that cannot be booked.
    pub night: Vec<SpanOut>,
}

/// One listing over a window.
pub fn availability(days: &ListingDays, window: crate::domain::span::Span) -> AvailabilityOut {
    let steps = days.profile.steps().iter().map(|step| StepOut {
        start: step.span.start(),
        end: step.span.end(),
        capacity: step.capacity,
        used: step.used,
        free: step.free(),
    });
    let bookings = days.lines.iter().map(|(live, holder)| {
        let mut line = refusal::holder(holder);
        line["start"] = serde_json::json!(live.claim.span.start());
        line["end"] = serde_json::json!(live.claim.span.end());
        line["claim_start"] = serde_json::json!(live.claim.claim.start());
        line["claim_end"] = serde_json::json!(live.claim.claim.end());
        line["state"] = serde_json::json!(live.state);
        line["reference"] = serde_json::json!(holder.reference);
        line["expires_at"] = serde_json::json!(live.expires_at);
        line
    });
    let in_line = days.in_line.iter().map(|(waiting, rank, holder)| {
        let mut line = refusal::holder(holder);
        line["start"] = serde_json::json!(waiting.claim.span.start());
        line["end"] = serde_json::json!(waiting.claim.span.end());
        line["rank"] = serde_json::json!(rank);
        line["reference"] = serde_json::json!(holder.reference);
        line
    });
    let closures = days.closures.iter().map(|closure| ClosedOut {
        start: closure.span.start(),
        end: super::end_of(closure.span),
        units: closure.units,
        reason: closure.reason.clone(),
    });
    AvailabilityOut {
        listing: days.listing.id.to_string(),
        from: window.start(),
        to: window.end(),
        steps: steps.collect(),
        bookings: bookings.collect(),
        in_line: in_line.collect(),
        closures: closures.collect(),
        open: days
            .open
            .as_ref()
            .map(|open| open.iter().map(|span| (*span).into()).collect()),
        night: days.nights.iter().map(|span| (*span).into()).collect(),
    }
}

/// One day of a listing.
#[derive(Debug, Serialize, ToSchema)]
pub struct DayOut {
    /// Local date.
    pub date: NaiveDate,
    /// Units free all day long.
    pub least_free: u32,
    /// Units free at the best moment.
    pub most_free: u32,
    /// `free`, `part`, `taken` or `closed`.
    pub state: String,
}

impl From<Day> for DayOut {
    fn from(day: Day) -> Self {
        Self {
            date: day.date,
            least_free: day.least_free,
            most_free: day.most_free,
            state: day.state.as_str().to_owned(),
        }
    }
}

/// One listing of the matrix.
#[derive(Debug, Serialize, ToSchema)]
pub struct MatrixRow {
    /// Which.
    pub listing: Named,
    /// Its kind.
    pub kind: String,
    /// How many units there are.
    pub quantity: u32,
    /// One for each of the matrix's days.
    pub days: Vec<DayOut>,
    /// The next span it could be booked for; null is not within 14 days.
    pub next_free: Option<SpanOut>,
}

/// Listings × days.
#[derive(Debug, Serialize, ToSchema)]
pub struct MatrixOut {
    /// Local dates, in order.
    pub days: Vec<NaiveDate>,
    /// Listings, by code.
    pub items: Vec<MatrixRow>,
    /// What to send as `cursor` for the next page.
    pub next_cursor: Option<String>,
}
