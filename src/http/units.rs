//! Units of listings: named in runs, described, out of service and back, taken off the books.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::cursor::{ListKey, Page};
use super::errors::Reply;
use super::guard::Asking;
use super::input::{self, Body, Faults, PageQuery, Path, PathId, Query, invalid};
use super::views::unit::{UnitOut, unit as view};
use crate::actions::listings::may_see;
use crate::actions::units::{self, NewUnits, Outage, UnitChange};
use crate::actions::{OrNotFound, Outcome, Refused};
use crate::app::App;
use crate::domain::ids::UnitId;
use crate::domain::people::Actor;
use crate::domain::rights::{Right, may};
use crate::domain::span::{Instant, Span, floor_to_minute};
use crate::domain::unit::{Condition, Unit};
use crate::store::{Conn, listings, units as rows};

/// The words a condition may be.
const CONDITIONS: &str = "good, worn, damaged";

/// List a listing's units
///
/// Those that have asset codes, by code.
#[utoipa::path(get, path = "/api/v1/listings/{id}/units", tag = "listings", operation_id = "list_units", params(PageQuery,
    ("id" = String, Path, description = "id or code")), responses((status = 200, body = Page<UnitOut>)))]
pub async fn list(
    State(app): State<App>,
    who: Asking,
    Path(name): Path<String>,
    Query(page): Query<PageQuery>,
) -> Reply<Json<Page<UnitOut>>> {
    let (actor, now) = (who.actor(), app.clock.now());
    let limit = page.limit()?;
    let key = ListKey::new(actor.member, format!("units {name}"));
    let after: Option<String> = key.after(page.cursor.as_deref())?;
    let (found, keeps) = app
        .store
        .read(move |conn| {
            let id = input::listing_of_path(conn, &name)?;
            let listing = listings::find(conn, id).or_not_found("listing")?;
            may_see(&actor, &listing)?;
            let found = rows::list(conn, id, after.as_deref(), limit + 1)?;
            let keeps = may(&actor, Right::Publish, listing.owner);
            Outcome::Ok((units::describe(conn, found, now)?, keeps))
        })
        .await?;
    Ok(Json(Page::cut(
        found,
        limit,
        &key,
        |one| one.unit.code.clone(),
        |one| view(one, keeps),
    )))
}

/// A run of units.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UnitsIn {
    /// Asset code of the first, such as `A001`; the others go on from the number at its end.
    pub first: String,
    /// How many; 1 when absent, 500 at most.
    #[serde(default = "one")]
    pub count: u32,
    /// Serial numbers, in the order of the codes.
    #[serde(default)]
    pub serials: Vec<String>,
    /// `good`, `worn` or `damaged`; `good` when absent.
    #[serde(default)]
    pub condition: Option<String>,
}

fn one() -> u32 {
    1
}

/// Add a run of units
///
/// All or none. More than the listing has raises its quantity.
#[utoipa::path(post, path = "/api/v1/listings/{id}/units", tag = "listings", operation_id = "add_units", request_body = UnitsIn,
    params(("id" = String, Path, description = "id or code")), responses((status = 201, body = Vec<UnitOut>)))]
pub async fn create(
    State(app): State<App>,
    who: Asking,
    Path(name): Path<String>,
    Body(body): Body<UnitsIn>,
) -> Reply<(StatusCode, Json<Vec<UnitOut>>)> {
    let condition = read_condition(body.condition.as_deref())?;
    let new = NewUnits {
        first: body.first,
        count: body.count,
        serials: body.serials,
        condition: condition.unwrap_or(Condition::Good),
    };
    let (actor, now, cluster) = (who.actor(), app.clock.now(), app.cluster.clone());
    let made = app
        .store
        .write(move |conn| {
            let id = input::listing_of_path(conn, &name)?;
            let made = units::add(conn, &cluster, &actor, id, &new, now)?;
            units::describe(conn, made, now)
        })
        .await?;
    let made = made.into_iter().map(|one| view(one, true)).collect();
    Ok((StatusCode::CREATED, Json(made)))
}

fn read_condition(text: Option<&str>) -> Reply<Option<Condition>> {
    let mut faults = Faults::default();
    let condition = text.and_then(|text| faults.word("condition", text, CONDITIONS));
    if faults.0.is_empty() {
        Ok(condition)
    } else {
        Err(invalid(faults.0))
    }
}

/// Show a unit
#[utoipa::path(get, path = "/api/v1/units/{id}", tag = "listings", operation_id = "show_unit",
    params(("id" = String, Path, description = "id or asset code")), responses((status = 200, body = UnitOut)))]
pub async fn show(
    State(app): State<App>,
    who: Asking,
    Path(name): Path<String>,
) -> Reply<Json<UnitOut>> {
    let (actor, now) = (who.actor(), app.clock.now());
    let shown = app
        .store
        .read(move |conn| {
            let code = match name.parse::<UnitId>() {
                Ok(id) => rows::find(conn, id).or_not_found("unit")?.code,
                Err(_) => name.clone(),
            };
            let (unit, listing) = units::by_code(conn, &actor, &code)?;
            let keeps = may(&actor, Right::Publish, listing.owner);
            shown(conn, unit, keeps, now)
        })
        .await?;
    Ok(Json(shown))
}

fn shown(conn: &mut Conn, unit: Unit, keeps: bool, now: Instant) -> Outcome<UnitOut> {
    let described = units::describe(conn, vec![unit], now)?.pop();
    let described = described.ok_or(Refused::NotFound("unit"))?;
    Ok(view(described, keeps))
}

/// A change of a unit; what is absent stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UnitPatch {
    /// Another asset code.
    #[serde(default)]
    pub code: Option<String>,
    /// Another serial number.
    #[serde(default)]
    pub serial: Option<String>,
    /// `good`, `worn` or `damaged`.
    #[serde(default)]
    pub condition: Option<String>,
    /// What its keeper should know.
    #[serde(default)]
    pub note: Option<String>,
}

/// Change a unit
#[utoipa::path(patch, path = "/api/v1/units/{id}", tag = "listings", operation_id = "change_unit", request_body = UnitPatch,
    params(("id" = String, Path)), responses((status = 200, body = UnitOut), (status = 409, description = "`duplicate`")))]
pub async fn change(
    State(app): State<App>,
    who: Asking,
    PathId(id): PathId<UnitId>,
    Body(body): Body<UnitPatch>,
) -> Reply<Json<UnitOut>> {
    let change = UnitChange {
        condition: read_condition(body.condition.as_deref())?,
        code: body.code,
        serial: body.serial,
        note: body.note,
    };
    let now = app.clock.now();
    write(&app, &who, move |conn, actor| {
        units::change(conn, actor, id, &change, now)
    })
    .await
}

/// How a unit is taken off the books.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
pub struct RemovalQuery {
    /// Whether it is gone, sold or lost: then the listing's quantity is one lower too.
    #[serde(default)]
    pub gone: bool,
}

/// Take a unit off the books
#[utoipa::path(delete, path = "/api/v1/units/{id}", tag = "listings", operation_id = "remove_unit",
    params(("id" = String, Path), RemovalQuery),
    responses((status = 204), (status = 409, description = "`closure_hits_bookings`: too few would be left")))]
pub async fn remove(
    State(app): State<App>,
    who: Asking,
    PathId(id): PathId<UnitId>,
    Query(how): Query<RemovalQuery>,
) -> Reply<StatusCode> {
    let (actor, now, cluster) = (who.actor(), app.clock.now(), app.cluster.clone());
    app.store
        .write(move |conn| {
            if how.gone {
                units::write_off(conn, &cluster, &actor, id, now)
            } else {
                units::remove(conn, &cluster, &actor, id, now)
            }
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A time out of service.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OutageIn {
    /// First moment; now when absent.
    #[serde(default)]
    pub start: Option<String>,
    /// First moment after; until further notice when absent.
    #[serde(default)]
    pub end: Option<String>,
    /// Why, for people.
    #[serde(default)]
    pub reason: String,
}

/// Take a unit out of service
///
/// It is a closure of one unit; refused with `closure_hits_bookings` while it would break a promise.
#[utoipa::path(post, path = "/api/v1/units/{id}/outage", tag = "listings", operation_id = "take_unit_out", request_body = OutageIn,
    params(("id" = String, Path)), responses((status = 200, body = UnitOut), (status = 409, description = "`closure_hits_bookings`")))]
pub async fn take_out(
    State(app): State<App>,
    who: Asking,
    PathId(id): PathId<UnitId>,
    Body(body): Body<OutageIn>,
) -> Reply<Json<UnitOut>> {
    let now = app.clock.now();
    let mut faults = Faults::default();
    let start = body
        .start
        .unwrap_or_else(|| floor_to_minute(now).to_rfc3339());
    let end = body.end.unwrap_or_else(|| Span::far_future().to_rfc3339());
    let Some(span) = faults.span("", &start, &end) else {
        return Err(invalid(faults.0));
    };
    let reason = body.reason;
    let (cluster, outage) = (app.cluster.clone(), Outage { span, reason });
    write(&app, &who, move |conn, actor| {
        units::take_out(conn, &cluster, actor, id, outage.clone(), now)
    })
    .await
}

/// Bring a unit back into service
#[utoipa::path(delete, path = "/api/v1/units/{id}/outage", tag = "listings", operation_id = "bring_unit_back",
    params(("id" = String, Path)), responses((status = 200, body = UnitOut)))]
pub async fn bring_back(
    State(app): State<App>,
    who: Asking,
    PathId(id): PathId<UnitId>,
) -> Reply<Json<UnitOut>> {
    let (cluster, now) = (app.cluster.clone(), app.clock.now());
    write(&app, &who, move |conn, actor| {
        units::bring_back(conn, &cluster, actor, id, now)
    })
    .await
}

/// Does something to a unit, and shows it.
async fn write(
    app: &App,
    who: &Asking,
    action: impl Fn(&mut Conn, &Actor) -> Outcome<Unit> + Send + Sync + 'static,
) -> Reply<Json<UnitOut>> {
    let (actor, now) = (who.actor(), app.clock.now());
    let unit = app
        .store
        .write(move |conn| {
            let unit = action(conn, &actor)?;
            shown(conn, unit, true, now)
        })
        .await?;
    Ok(Json(unit))
}
