//! Effects shown before, and crews asked to move.

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::bookings::{Asked, id_of_path};
use super::closures::{ClosureIn, Named as NamedScope, ReadClosure, read as read_closure};
use super::errors::Reply;
use super::guard::Asking;
use super::input::{self, Body, Faults, Path, invalid};
use super::views::repair::{RepairOut, repairs};
use super::views::{MoneyOut, Named};
use crate::actions::effects::{self, Effects, Hit, WayOut};
use crate::actions::{FieldFault, Outcome, Refused};
use crate::app::App;
use crate::domain::closure::ClosureScope;
use crate::domain::effect::{Dates, Effect};
use crate::domain::hours::OpeningHours;
use crate::domain::ids::SiteId;
use crate::store::Conn;

/// A listing to be retired.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RetirementIn {
    /// Id or code.
    pub listing: String,
}

/// A listing with another number of units.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct QuantityIn {
    /// Id or code.
    pub listing: String,
    /// How many there will be.
    pub quantity: u32,
}

/// A site with other hours.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HoursIn {
    /// Id of the site.
    pub site: String,
    /// As in a change of a site; null is always open.
    #[schema(value_type = Option<Object>)]
    pub hours: Option<OpeningHours>,
}

/// What is to be taken away: exactly one of these.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EffectIn {
    /// A closure as it would be made; its kind and reason do not matter here.
    #[serde(default)]
    pub closure: Option<ClosureIn>,
    /// A listing, for good.
    #[serde(default)]
    pub retirement: Option<RetirementIn>,
    /// Units of a listing, for good.
    #[serde(default)]
    pub quantity: Option<QuantityIn>,
    /// Hours of a site.
    #[serde(default)]
    pub hours: Option<HoursIn>,
}

/// The same, before listings were looked up.
#[derive(Debug, Clone)]
enum ReadEffect {
    Closure(ReadClosure),
    Retirement(String),
    Quantity(String, u32),
    Hours(SiteId, Option<OpeningHours>),
}

fn read(effect: EffectIn, zone: Tz) -> Reply<ReadEffect> {
    let one_of = || {
        let of = "closure, retirement, quantity, hours";
        invalid(vec![FieldFault::with_limit("closure", "one_of_two", of)])
    };
    match (
        effect.closure,
        effect.retirement,
        effect.quantity,
        effect.hours,
    ) {
        (Some(closure), None, None, None) => read_closure(closure, zone).map(ReadEffect::Closure),
        (None, Some(retirement), None, None) => Ok(ReadEffect::Retirement(retirement.listing)),
        (None, None, Some(left), None) => Ok(ReadEffect::Quantity(left.listing, left.quantity)),
        (None, None, None, Some(hours)) => {
            let mut faults = Faults::default();
            let site = faults.id("hours.site", &hours.site);
            faults.check()?;
            let site = site.ok_or_else(one_of)?;
            Ok(ReadEffect::Hours(site, hours.hours))
        }
        _ => Err(one_of()),
    }
}

impl ReadEffect {
    fn effect(&self, conn: &mut Conn) -> Outcome<Effect> {
        Ok(match self {
            Self::Closure(read) => {
                let dates = Dates::of(&read.dates).ok_or(Refused::NotFound("closure"))?;
                match NamedScope::scope(&read.named, conn)? {
                    ClosureScope::Listing(listing) => Effect::Closure {
                        listing,
                        units: read.units,
                        dates,
                    },
                    ClosureScope::Site(site) => Effect::SiteClosure { site, dates },
                }
            }
            Self::Retirement(listing) => Effect::Retirement {
                listing: input::listing_of_path(conn, listing)?,
            },
            Self::Quantity(listing, quantity) => Effect::Quantity {
                listing: input::listing_of_path(conn, listing)?,
                quantity: *quantity,
            },
            Self::Hours(site, hours) => Effect::Hours {
                site: *site,
                hours: hours.clone(),
            },
        })
    }
}

/// Everybody that would be hit.
#[derive(Debug, Serialize, ToSchema)]
pub struct EffectsOut {
    /// How many bookings.
    pub total: usize,
    /// The first of them, at most 20, by when they are hit.
    pub items: Vec<HitOut>,
}

/// A booking that would be hit.
#[derive(Debug, Serialize, ToSchema)]
pub struct HitOut {
    /// Its reference.
    pub booking: String,
    /// Whose it is.
    pub company: Named,
    /// For which drama.
    pub production: String,
    /// Its lines that are hit.
    pub lines: Vec<HitLineOut>,
    /// When its crew was asked to move; null while it was not.
    pub asked_at: Option<DateTime<Utc>>,
}

/// A line that would be hit.
#[derive(Debug, Serialize, ToSchema)]
pub struct HitLineOut {
    /// What it is for.
    pub listing: Named,
    /// How many units.
    pub units: u32,
    /// First moment.
    pub start: DateTime<Utc>,
    /// First moment after.
    pub end: DateTime<Utc>,
    /// What its crew would be offered, at most three; none while it is under way or in line.
    pub offers: Vec<OfferOut>,
}

/// What a crew would be offered.
#[derive(Debug, Serialize, ToSchema)]
pub struct OfferOut {
    /// In the reader's language.
    pub summary: String,
    /// What it costs more, or less.
    pub price_difference: Option<MoneyOut>,
}

/// Show whom a change would hit
///
/// Of a closure, a retirement, fewer units or other hours: the bookings in its way, and what each crew would be
/// offered instead. Nothing is changed by it.
#[utoipa::path(post, path = "/api/v1/effects", tag = "listings", operation_id = "show_effects", request_body = EffectIn,
    responses((status = 200, body = EffectsOut)))]
pub async fn show(
    State(app): State<App>,
    who: Asking,
    headers: HeaderMap,
    Body(body): Body<EffectIn>,
) -> Reply<Json<EffectsOut>> {
    let read = read(body, app.cluster.zone)?;
    let asked = Asked::new(&app, &who, &headers);
    let shown = app
        .store
        .read(move |conn| {
            let effect = read.effect(conn)?;
            let found = effects::look(conn, &asked.cluster, &asked.actor, &effect, asked.now)?;
            effects_out(&found, &asked)
        })
        .await?;
    Ok(Json(shown))
}

fn effects_out(found: &Effects, asked: &Asked) -> Outcome<EffectsOut> {
    let items: Outcome<Vec<HitOut>> = found
        .hits
        .iter()
        .map(|hit| hit_out(hit, found, asked))
        .collect();
    Ok(EffectsOut {
        total: found.total,
        items: items?,
    })
}

fn hit_out(hit: &Hit, found: &Effects, asked: &Asked) -> Outcome<HitOut> {
    let company = found.sheet.company(hit.booking.company)?;
    let line_out = |way: &WayOut| {
        let line = hit.booking.lines.iter().find(|line| line.id == way.line)?;
        let listing = found.sheet.listing(line).ok()?;
        let offers = repairs(&way.repairs, &json!({}), asked.language, asked.cluster.zone);
        let offer = |one: RepairOut| OfferOut {
            summary: one.summary,
            price_difference: one.price_difference,
        };
        Some(HitLineOut {
            listing: Named::new(listing.id, &listing.code, &listing.names),
            units: line.units,
            start: line.span.start(),
            end: line.span.end(),
            offers: offers.into_iter().map(offer).collect(),
        })
    };
    Ok(HitOut {
        booking: hit.booking.reference.clone(),
        company: Named::new(company.id, &company.code, &company.names),
        production: found.sheet.production(&hit.booking)?.title.clone(),
        lines: hit.lines.iter().filter_map(line_out).collect(),
        asked_at: hit.asked_at,
    })
}

/// Whom to ask to move, and why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AskToMoveIn {
    /// What is to be taken away.
    pub effect: EffectIn,
    /// References of the bookings whose crews are asked, at most 20; those that are not hit are left out.
    pub bookings: Vec<String>,
    /// What is said with it.
    #[serde(default)]
    pub note: String,
}

/// Who was asked to move.
#[derive(Debug, Serialize, ToSchema)]
pub struct AskedOut {
    /// References of their bookings.
    pub bookings: Vec<String>,
}

/// Ask crews to move
///
/// Each gets a letter that says what would work instead, and finds the same in the booking, in one tap each. Their
/// bookings stand until they change them.
#[utoipa::path(post, path = "/api/v1/effects/letters", tag = "listings", operation_id = "ask_to_move", request_body = AskToMoveIn,
    responses((status = 200, body = AskedOut)))]
pub async fn ask(
    State(app): State<App>,
    who: Asking,
    headers: HeaderMap,
    Body(body): Body<AskToMoveIn>,
) -> Reply<Json<AskedOut>> {
    let (read, references, note) = (
        read(body.effect, app.cluster.zone)?,
        body.bookings,
        body.note,
    );
    let asked = Asked::new(&app, &who, &headers);
    let bookings = app
        .store
        .write(move |conn| {
            let effect = read.effect(conn)?;
            let (cluster, actor) = (&asked.cluster, &asked.actor);
            let whom = (references.as_slice(), note.as_str());
            effects::ask(conn, cluster, actor, &effect, whom, asked.now)
        })
        .await?;
    Ok(Json(AskedOut { bookings }))
}

/// What a crew was asked.
#[derive(Debug, Serialize, ToSchema)]
pub struct MoveRequestOut {
    /// What was said with it.
    pub note: String,
    /// When; null where nobody asks any more.
    pub asked_at: Option<DateTime<Utc>>,
    /// The lines that are to move.
    pub lines: Vec<MoveOut>,
}

/// A line that is to move, and what would work instead.
#[derive(Debug, Serialize, ToSchema)]
pub struct MoveOut {
    /// Which line.
    pub line: String,
    /// Changes of the booking that would work; the bodies are for `PATCH`.
    pub repairs: Vec<RepairOut>,
}

/// What a crew was asked to move, and where to
///
/// Empty once the booking has moved out of the way.
#[utoipa::path(get, path = "/api/v1/bookings/{id}/move-request", tag = "bookings", operation_id = "booking_move_request",
    params(("id" = String, Path, description = "id or reference")), responses((status = 200, body = MoveRequestOut)))]
pub async fn of_booking(
    State(app): State<App>,
    who: Asking,
    headers: HeaderMap,
    Path(name): Path<String>,
) -> Reply<Json<MoveRequestOut>> {
    let asked = Asked::new(&app, &who, &headers);
    let shown = app
        .store
        .read(move |conn| -> Outcome<MoveRequestOut> {
            let id = id_of_path(conn, &name)?;
            let (cluster, actor) = (&asked.cluster, &asked.actor);
            let found = effects::asked_of(conn, cluster, actor, id, asked.now)?;
            let line = |way: &WayOut| MoveOut {
                line: way.line.to_string(),
                repairs: repairs(&way.repairs, &json!({}), asked.language, cluster.zone),
            };
            Ok(MoveRequestOut {
                asked_at: found.as_ref().map(|found| found.at),
                lines: found
                    .iter()
                    .flat_map(|found| found.lines.iter().map(line))
                    .collect(),
                note: found.map(|found| found.note).unwrap_or_default(),
            })
        })
        .await?;
    Ok(Json(shown))
}
