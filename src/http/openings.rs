//! Openings: when a whole basket fits.

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::errors::{Reply, accepted_language};
use super::guard::Asking;
use super::input::{self, Body, Faults, MOST_LINES, invalid};
use super::phrases;
use super::views::{MoneyOut, Named};
use crate::actions::equivalents::{AnyOf, MOST_EQUIVALENTS};
use crate::actions::openings::{
    Choice, LONGEST_BASKET_MINUTES, OpeningLine, Openings, OpeningsRequest,
};
use crate::actions::quote::AssessedLine;
use crate::actions::{self, FieldFault, Outcome};
use crate::app::App;
use crate::domain::ids::ProductionId;
use crate::domain::listing::MOST_UNITS;
use crate::domain::money::Currency;
use crate::domain::openings::Opening;
use crate::domain::people::Language;
use crate::domain::price;
use crate::domain::span::{Instant, Span, floor_to_minute};
use crate::store::{Conn, StoreError};

/// Any listing of a kind.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AnyIn {
    /// `equipment`, `prop`, `scene`, `facility` or `service`.
    pub kind: String,
    /// Of this category.
    #[serde(default)]
    pub category: Option<String>,
    /// With all of these tags.
    #[serde(default)]
    pub tags: Vec<String>,
    /// At this site.
    #[serde(default)]
    pub site: Option<String>,
}

/// One line of a basket without a time yet. Exactly one of `listing`, `listings` and `any`.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OpeningLineIn {
    /// Id or code of a listing.
    #[serde(default)]
    pub listing: Option<String>,
    /// With `listing`: what is like it (same kind and category, a tag in common) will do as well.
    #[serde(default)]
    pub or_like: bool,
    /// Ids or codes of listings of which any will do.
    #[serde(default)]
    pub listings: Option<Vec<String>>,
    /// Any listing of a kind.
    #[serde(default)]
    pub any: Option<AnyIn>,
    /// How many units; 1 when absent.
    #[serde(default = "one")]
    pub units: i64,
    /// From the start of the basket to the start of this line; 0 when absent.
    #[serde(default)]
    pub offset_minutes: i64,
    /// How long.
    pub minutes: i64,
}

fn one() -> i64 {
    1
}

/// A basket that looks for its time.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OpeningsIn {
    /// For which drama, if it is known yet.
    #[serde(default)]
    pub production: Option<String>,
    /// The first start, RFC 3339; now when absent.
    #[serde(default)]
    pub from: Option<String>,
    /// The last start, at most 92 days later; 14 days later when absent.
    #[serde(default)]
    pub to: Option<String>,
    /// 1 to 20 openings; 5 when absent.
    #[serde(default = "five")]
    pub most: usize,
    /// How far apart two openings are at least, 0 to 1440; 60 when absent.
    #[serde(default = "an_hour")]
    pub apart_minutes: i64,
    /// Not while the drama shoots in another set.
    #[serde(default)]
    pub avoid_own: bool,
    /// 1 to 100 lines.
    pub lines: Vec<OpeningLineIn>,
}

fn five() -> usize {
    5
}

fn an_hour() -> i64 {
    60
}

const MOST_OPENINGS: usize = 20;
const LONGEST_HORIZON_DAYS: i64 = 92;
const USUAL_HORIZON_DAYS: i64 = 14;
const MINUTES_OF_DAY: i64 = 24 * 60;

/// A line of an opening.
#[derive(Debug, Serialize, ToSchema)]
pub struct OpeningLineOut {
    /// Which of the listings that would do.
    pub listing: Named,
    /// How many.
    pub units: u32,
    /// First moment.
    pub start: DateTime<Utc>,
    /// First moment after.
    pub end: DateTime<Utc>,
    /// `confirmed` or `requested`.
    pub would_be: String,
}

/// A start at which everything fits.
#[derive(Debug, Serialize, ToSchema)]
pub struct OpeningOut {
    /// The start of the basket.
    pub start: DateTime<Utc>,
    /// A place for each line, in their order.
    pub lines: Vec<OpeningLineOut>,
    /// What they come to.
    pub total: MoneyOut,
    /// What their deposits come to.
    pub deposit: MoneyOut,
}

/// A line that stands in the way.
#[derive(Debug, Serialize, ToSchema)]
pub struct BottleneckOut {
    /// Which line, counted from 0 as it was sent.
    pub line: usize,
    /// `taken`, `rules`, `together`, `crew_busy` or `nothing`.
    pub why: String,
    /// The same in words.
    pub detail: String,
}

/// Starts in a row that fail for the same reason.
#[derive(Debug, Serialize, ToSchema)]
pub struct RejectedOut {
    /// The first of them.
    pub first: DateTime<Utc>,
    /// The last of them.
    pub last: DateTime<Utc>,
    /// How many.
    pub starts: u32,
    /// The lines in the way.
    pub lines: Vec<BottleneckOut>,
}

/// How often a line stood in the way.
#[derive(Debug, Serialize, ToSchema)]
pub struct TallyOut {
    /// Which line.
    pub line: usize,
    /// At so many of the starts that were looked at.
    pub starts: u32,
}

/// When it fits.
#[derive(Debug, Serialize, ToSchema)]
pub struct OpeningsOut {
    /// In order of time.
    pub items: Vec<OpeningOut>,
    /// What failed before the last of them, at most 200 rows.
    pub rejected: Vec<RejectedOut>,
    /// Starts that were looked at.
    pub looked: u32,
    /// The lines that stand in the way, the worst first.
    pub bottlenecks: Vec<TallyOut>,
    /// Whether every start was settled; false where sharing equivalents among lines took too long to try.
    pub settled: bool,
}

/// Find openings
///
/// The next starts at which every line of a basket fits, and for starts that fail, which line is in the way.
#[utoipa::path(post, path = "/api/v1/openings", tag = "bookings", request_body = OpeningsIn, operation_id = "find_openings",
    responses((status = 200, body = OpeningsOut)))]
pub async fn find(
    State(app): State<App>,
    who: Asking,
    headers: HeaderMap,
    Body(basket): Body<OpeningsIn>,
) -> Reply<Json<OpeningsOut>> {
    let language = accepted_language(&headers).unwrap_or(who.0.language);
    let (actor, now, cluster) = (who.actor(), app.clock.now(), app.cluster.clone());
    let read = read(&basket, now)?;
    let found = app
        .store
        .read(move |conn| {
            let mut lines = Vec::with_capacity(basket.lines.len());
            for (place, line) in basket.lines.iter().enumerate() {
                lines.push(read_line(conn, place, line)?);
            }
            let request = OpeningsRequest { lines, ..read };
            let found = actions::openings::next(conn, &cluster, &actor, &request, now)?;
            view(&found, cluster.currency, language)
        })
        .await?;
    Ok(Json(found))
}

/// Everything but the lines, whose listings are looked up in the transaction.
fn read(basket: &OpeningsIn, now: Instant) -> Reply<OpeningsRequest> {
    let mut faults = Faults::default();
    let production: Option<ProductionId> = basket
        .production
        .as_deref()
        .and_then(|text| faults.id("production", text));
    let mut moment = |field: &str, text: &Option<String>, usual: Instant| match text {
        Some(text) => faults.moment(field, text),
        None => Some(usual),
    };
    let from = moment("from", &basket.from, now).unwrap_or(now);
    let usual_end = from + TimeDelta::days(USUAL_HORIZON_DAYS);
    let to = moment("to", &basket.to, usual_end).unwrap_or(usual_end);
    let starts = read_starts(&mut faults, from.max(now), to);
    let mut within = |field: &str, fits: bool, limit: String| {
        if !fits {
            let fault = FieldFault::with_limit(field, "out_of_range", limit);
            faults.0.push(fault);
        }
    };
    let (most, apart) = (basket.most, basket.apart_minutes);
    within(
        "most",
        (1..=MOST_OPENINGS).contains(&most),
        format!("1–{MOST_OPENINGS}"),
    );
    within(
        "apart_minutes",
        (0..=MINUTES_OF_DAY).contains(&apart),
        format!("0–{MINUTES_OF_DAY}"),
    );
    let count = basket.lines.len();
    within(
        "lines",
        (1..=MOST_LINES).contains(&count),
        format!("1–{MOST_LINES}"),
    );
    for (place, line) in basket.lines.iter().enumerate() {
        check_line(&mut faults, place, line);
    }
    match starts.filter(|_| faults.0.is_empty()) {
        Some(starts) => Ok(OpeningsRequest {
            production,
            starts,
            most: basket.most,
            apart_minutes: basket.apart_minutes,
            avoid_own: basket.avoid_own,
            lines: Vec::new(),
        }),
        None => Err(invalid(faults.0)),
    }
}

/// The last start counts too, so the span of starts ends a minute after it.
fn read_starts(faults: &mut Faults, from: Instant, to: Instant) -> Option<Span> {
    let first = floor_to_minute(from);
    let Ok(starts) = Span::new(first, floor_to_minute(to) + TimeDelta::minutes(1)) else {
        faults.0.push(FieldFault::new("to", "span_inverted"));
        return None;
    };
    if starts.minutes() > LONGEST_HORIZON_DAYS * MINUTES_OF_DAY + 1 {
        let limit = format!("{LONGEST_HORIZON_DAYS} d");
        faults
            .0
            .push(FieldFault::with_limit("to", "window_too_long", limit));
    }
    Some(starts)
}

fn check_line(faults: &mut Faults, place: usize, line: &OpeningLineIn) {
    let longest = i64::from(LONGEST_BASKET_MINUTES);
    let names = [
        line.listing.is_some(),
        line.listings.is_some(),
        line.any.is_some(),
    ];
    if names.into_iter().filter(|given| *given).count() != 1 {
        let field = format!("lines[{place}].listing");
        faults.0.push(FieldFault::with_limit(
            field,
            "one_of_two",
            "listing, listings, any",
        ));
    }
    let mut within = |field: &str, value: i64, least: i64, most: i64| {
        if !(least..=most).contains(&value) {
            let field = format!("lines[{place}].{field}");
            let limit = format!("{least}–{most}");
            faults
                .0
                .push(FieldFault::with_limit(field, "out_of_range", limit));
        }
    };
    within("units", line.units, 1, i64::from(MOST_UNITS));
    within("minutes", line.minutes, 1, longest);
    within("offset_minutes", line.offset_minutes, -longest, longest);
    let count = line.listings.as_ref().map_or(1, Vec::len);
    let most = i64::try_from(MOST_EQUIVALENTS).unwrap_or(i64::MAX);
    within(
        "listings",
        i64::try_from(count).unwrap_or(i64::MAX),
        1,
        most,
    );
}

fn read_line(conn: &mut Conn, place: usize, line: &OpeningLineIn) -> Outcome<OpeningLine> {
    let field = format!("lines[{place}].listing");
    let choice = match (&line.listing, &line.any) {
        (Some(listing), _) => {
            let id = input::listing_of_field(conn, &field, listing)?;
            if line.or_like {
                Choice::OrLike(id)
            } else {
                Choice::OneOf(vec![id])
            }
        }
        (None, Some(any)) => Choice::Any(read_any(place, any)?),
        (None, None) => {
            let names = line.listings.iter().flatten();
            let ids = names.map(|name| input::listing_of_field(conn, &field, name));
            Choice::OneOf(ids.collect::<Outcome<_>>()?)
        }
    };
    Ok(OpeningLine {
        choice,
        offset_minutes: line.offset_minutes,
        minutes: line.minutes,
        units: u32::try_from(line.units).unwrap_or(1),
    })
}

fn read_any(place: usize, any: &AnyIn) -> Outcome<AnyOf> {
    let mut faults = Faults::default();
    let at = format!("lines[{place}].any");
    let kinds = "equipment, prop, scene, facility, service";
    let kind = faults.word(&format!("{at}.kind"), &any.kind, kinds);
    let site = any
        .site
        .as_deref()
        .and_then(|text| faults.id(format!("{at}.site"), text));
    match kind.filter(|_| faults.0.is_empty()) {
        Some(kind) => Ok(AnyOf {
            kind,
            category: any.category.clone(),
            tags: any.tags.clone(),
            site,
        }),
        None => Err(actions::Refused::Invalid(faults.0)),
    }
}

fn view(found: &Openings, currency: Currency, language: Language) -> Outcome<OpeningsOut> {
    let items: Outcome<Vec<OpeningOut>> = found
        .openings
        .iter()
        .map(|(opening, lines)| opening_view(opening, lines, currency))
        .collect();
    let rejected = found.found.rejected.iter().map(|row| RejectedOut {
        first: row.first,
        last: row.last,
        starts: row.starts,
        lines: row
            .lines
            .iter()
            .map(|(line, why)| BottleneckOut {
                line: *line,
                why: why.as_str().to_owned(),
                detail: phrases::obstacle(*why, language).to_owned(),
            })
            .collect(),
    });
    let tally = found.found.failed_by_line.iter().enumerate();
    let mut bottlenecks: Vec<TallyOut> = tally
        .map(|(line, starts)| TallyOut {
            line,
            starts: *starts,
        })
        .filter(|tally| tally.starts > 0)
        .collect();
    bottlenecks.sort_by_key(|tally| std::cmp::Reverse(tally.starts));
    Ok(OpeningsOut {
        items: items?,
        rejected: rejected.collect(),
        looked: found.found.looked,
        bottlenecks,
        settled: found.found.settled,
    })
}

fn opening_view(
    opening: &Opening,
    lines: &[AssessedLine],
    currency: Currency,
) -> Outcome<OpeningOut> {
    let prices = lines.iter().filter_map(|line| line.price.as_ref());
    let (total, deposit) = price::total(currency, prices)
        .map_err(|_| StoreError::Other("a sum that does not fit".to_owned()))?;
    let line = |line: &AssessedLine| OpeningLineOut {
        listing: Named::new(line.listing.id, &line.listing.code, &line.listing.names),
        units: line.request.units,
        start: line.request.span.start(),
        end: line.request.span.end(),
        would_be: line.would_be.as_str().to_owned(),
    };
    Ok(OpeningOut {
        start: opening.start,
        lines: lines.iter().map(line).collect(),
        total: total.into(),
        deposit: deposit.into(),
    })
}
