//! Listings: the catalogue, and publishing.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::cursor::{ListKey, Page};
use super::errors::{Problem, Reply};
use super::guard::Asking;
use super::input::{self, Body, Faults, IfMatch, PageQuery, Path, Query, given, invalid};
use super::views::facets::{FacetsOut, facets as facets_view};
use super::views::listing::{ListingOut, listing as listing_view};
use crate::actions::catalogue::{self, Described, Free};
use crate::actions::facets::{self, Shown};
use crate::actions::listings::{self, ListingChange, NewListing, may_see};
use crate::actions::{FieldFault, Outcome};
use crate::app::App;
use crate::domain::ids::{CompanyId, ListingId, SiteId};
use crate::domain::listing::{Kind, Listing, ListingState, MOST_UNITS};
use crate::domain::money::{Currency, Money};
use crate::domain::people::{Actor, Names, Role};
use crate::domain::policy::OwnRules;
use crate::domain::price::Rates;
use crate::domain::search;
use crate::domain::span::Span;
use crate::store::Conn;
use crate::store::listings::{self as rows, Filter, Visibility};

/// What the catalogue is narrowed to.
#[derive(Debug, Clone, Default, Deserialize, IntoParams, ToSchema)]
pub struct FilterQuery {
    /// Words in names (also as they are typed, in pinyin or its initials), code, category, tags or descriptions; all
    /// must occur, and the nearest come first. What no listing contains may be a slip of the finger.
    pub q: Option<String>,
    /// `equipment`, `prop`, `scene`, `facility` or `service`.
    pub kind: Option<String>,
    /// Such as `camera`.
    pub category: Option<String>,
    /// Id of a site.
    pub site: Option<String>,
    /// Id of a company.
    pub owner: Option<String>,
    /// One tag.
    pub tag: Option<String>,
    /// In minor units: for at most this much a day, or an hour where there is no day rate; 0 is free of charge.
    pub price_to: Option<i64>,
    /// `draft`, `published` or `retired`; what is not published is shown to its owner and managers only.
    pub state: Option<String>,
    /// With `free_to`: only what is free all the time from this moment on (RFC 3339), buffers included.
    pub free_from: Option<String>,
    /// The first moment after.
    pub free_to: Option<String>,
    /// How many units must be free; 1 when absent.
    pub units: Option<u32>,
}

/// What a page of the catalogue is narrowed to, read.
pub struct Narrowed {
    /// By what the listing is.
    pub filter: Filter,
    /// By what is free.
    pub free: Option<Free>,
}

/// The most words of a search.
const MOST_WORDS: usize = 8;

impl FilterQuery {
    /// The filter, or everything that is wrong with it.
    pub fn read(&self, actor: &Actor) -> Reply<Narrowed> {
        let mut faults = Faults::default();
        let words = self
            .q
            .as_deref()
            .unwrap_or_default()
            .split_whitespace()
            .map(search::folded);
        let kind = self.kind.as_deref().and_then(|text| {
            let kinds = "equipment, prop, scene, facility, service";
            faults.word("kind", text, kinds)
        });
        let state: Option<ListingState> = self
            .state
            .as_deref()
            .and_then(|text| faults.word("state", text, "draft, published, retired"));
        let filter = Filter {
            words: words.take(MOST_WORDS).collect(),
            kind: kind as Option<Kind>,
            category: self.category.clone(),
            site: self
                .site
                .as_deref()
                .and_then(|text| faults.id("site", text)),
            owner: self
                .owner
                .as_deref()
                .and_then(|text| faults.id("owner", text)),
            tag: self.tag.clone(),
            price_to_minor: self.price_to,
            unpublished_of: visibility(actor, state),
            state,
            ..Filter::default()
        };
        let free = self.read_free(&mut faults);
        if faults.0.is_empty() {
            Ok(Narrowed { filter, free })
        } else {
            Err(invalid(faults.0))
        }
    }

    /// Both moments or neither.
    fn read_free(&self, faults: &mut Faults) -> Option<Free> {
        let units = self.units.unwrap_or(1);
        if !(1..=MOST_UNITS).contains(&units) {
            let limit = format!("1–{MOST_UNITS}");
            faults
                .0
                .push(FieldFault::with_limit("units", "out_of_range", limit));
        }
        let (from, to) = match (self.free_from.as_deref(), self.free_to.as_deref()) {
            (None, None) => return None,
            (Some(from), Some(to)) => (from, to),
            (None, Some(_)) => {
                faults.0.push(FieldFault::new("free_from", "required"));
                return None;
            }
            (Some(_), None) => {
                faults.0.push(FieldFault::new("free_to", "required"));
                return None;
            }
        };
        let from = faults.moment("free_from", from);
        let to = faults.moment("free_to", to);
        let span = window(faults, from?, to?)?;
        Some(Free { span, units })
    }
}

/// The longest window something can be asked to be free in, in days.
const LONGEST_FREE_DAYS: i64 = 62;

fn window(faults: &mut Faults, from: DateTime<Utc>, to: DateTime<Utc>) -> Option<Span> {
    match Span::new(from, to) {
        Ok(span) if span.minutes() <= LONGEST_FREE_DAYS * 24 * 60 => Some(span),
        Ok(_) => {
            let limit = format!("{LONGEST_FREE_DAYS} d");
            let fault = FieldFault::with_limit("free_to", "window_too_long", limit);
            faults.0.push(fault);
            None
        }
        Err(_) => {
            faults.0.push(FieldFault::new("free_to", "span_inverted"));
            None
        }
    }
}

/// The catalogue shows what is published; asked for by state, also the reader's own drafts.
fn visibility(actor: &Actor, state: Option<ListingState>) -> Visibility {
    match (state, actor.role) {
        (Some(_), Role::Manager) => Visibility::Everything,
        (Some(_), Role::Publisher) => Visibility::AlsoOf(actor.company),
        (None, _) | (Some(_), Role::Viewer | Role::Booker) => Visibility::PublishedOnly,
    }
}

fn view(described: &Described, actor: &Actor) -> ListingOut {
    listing_view(described, actor)
}

/// List listings
#[utoipa::path(get, path = "/api/v1/listings", tag = "listings", operation_id = "list_listings", params(FilterQuery, PageQuery),
    responses((status = 200, body = Page<ListingOut>)))]
pub async fn list(
    State(app): State<App>,
    who: Asking,
    Query(query): Query<FilterQuery>,
    Query(page): Query<PageQuery>,
) -> Reply<Json<Page<ListingOut>>> {
    let actor = who.actor();
    let Narrowed { filter, free } = query.read(&actor)?;
    let now = app.clock.now();
    let limit = usize::try_from(page.limit()?).unwrap_or(1);
    let key = ListKey::new(actor.member, format!("listings {query:?}"));
    let after: Option<String> = key.after(page.cursor.as_deref())?;
    let (found, next) = app
        .store
        .read(move |conn| {
            let found = catalogue::search(conn, &filter, free, after, limit, now)?;
            Outcome::Ok((catalogue::describe(conn, found.listings)?, found.next))
        })
        .await?;
    Ok(Json(Page {
        items: found.iter().map(|one| view(one, &actor)).collect(),
        next_cursor: next.map(|next| key.cursor(next)),
    }))
}

/// What the counts make of a window.
#[derive(Debug, Clone, Deserialize, IntoParams)]
pub struct WindowQuery {
    /// `true`: what is taken then counts too, and `free` tells how many of all these are not.
    pub also_taken: Option<bool>,
}

/// Count listings
#[utoipa::path(get, path = "/api/v1/listings/facets", tag = "listings", operation_id = "listing_facets", params(FilterQuery, WindowQuery),
    responses((status = 200, body = FacetsOut)))]
pub async fn counts(
    State(app): State<App>,
    who: Asking,
    Query(query): Query<FilterQuery>,
    Query(window): Query<WindowQuery>,
) -> Reply<Json<FacetsOut>> {
    let Narrowed { filter, free } = query.read(&who.actor())?;
    let shown = match window.also_taken {
        Some(true) => Shown::AlsoTaken,
        Some(false) | None => Shown::OnlyFree,
    };
    let now = app.clock.now();
    let found = app
        .store
        .read(move |conn| facets::count(conn, &filter, free, shown, now))
        .await?;
    Ok(Json(facets_view(found, app.cluster.currency)))
}

/// A listing with its version in a header.
pub(super) fn respond(status: StatusCode, listing: ListingOut) -> Response {
    let etag = format!("\"{}\"", listing.version);
    let mut response = (status, Json(listing)).into_response();
    if let Ok(etag) = HeaderValue::from_str(&etag) {
        response.headers_mut().insert(header::ETAG, etag);
    }
    response
}

/// Show a listing
#[utoipa::path(get, path = "/api/v1/listings/{id}", tag = "listings", operation_id = "show_listing",
    params(("id" = String, Path, description = "id or code")), responses((status = 200, body = ListingOut)))]
pub async fn show(
    State(app): State<App>,
    who: Asking,
    Path(name): Path<String>,
) -> Reply<Response> {
    let actor = who.actor();
    let shown = app
        .store
        .read(move |conn| {
            let id = input::listing_of_path(conn, &name)?;
            let listing = rows::find(conn, id)?;
            may_see(&actor, &listing)?;
            let described = catalogue::describe_one(conn, listing)?;
            Outcome::Ok(view(&described, &actor))
        })
        .await?;
    Ok(respond(StatusCode::OK, shown))
}

/// An amount as it is sent.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MoneyIn {
    /// Minor units: 1200 is ¥12.00.
    pub amount: i64,
    /// ISO 4217; the cluster's when absent.
    #[serde(default)]
    pub currency: Option<String>,
}

/// Reads amounts in the cluster's currency.
struct Purse<'a> {
    currency: Currency,
    faults: &'a mut Faults,
}

impl Purse<'_> {
    fn read(&mut self, field: &str, amount: &MoneyIn) -> Money {
        let named = amount.currency.as_deref();
        if named.is_some_and(|named| named != self.currency.as_str()) {
            let fault = FieldFault::with_limit(field, "wrong_currency", self.currency.as_str());
            self.faults.0.push(fault);
        }
        Money {
            minor: amount.amount,
            currency: self.currency,
        }
    }
}

/// A listing to be drafted.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ListingIn {
    /// Short code, unique in the cluster.
    pub code: String,
    /// `equipment`, `prop`, `scene`, `facility` or `service`.
    pub kind: String,
    /// Finer than the kind; a slug.
    pub category: String,
    /// In Chinese.
    pub name_zh: String,
    /// In English.
    pub name_en: String,
    /// In Chinese.
    #[serde(default)]
    pub description_zh: String,
    /// In English.
    #[serde(default)]
    pub description_en: String,
    /// Slugs.
    #[serde(default)]
    pub tags: Vec<String>,
    /// Id of a site.
    pub site: String,
    /// Id of a company; the asker's own when absent.
    #[serde(default)]
    pub owner: Option<String>,
    /// How many like units there are.
    pub quantity: u32,
    /// Floor area of a set.
    #[serde(default)]
    pub area_sqm: Option<u32>,
    /// For a day; null is not offered by the day.
    #[serde(default)]
    pub day_rate: Option<MoneyIn>,
    /// For an hour; null is not offered by the hour.
    #[serde(default)]
    pub hour_rate: Option<MoneyIn>,
    /// Held until the return, a unit; nothing when absent.
    #[serde(default)]
    pub deposit: Option<MoneyIn>,
    /// The rules it sets itself; the rest come from its kind.
    #[serde(default)]
    #[schema(value_type = Object)]
    pub rules: OwnRules,
}

/// The words a kind may be.
const KINDS: &str = "equipment, prop, scene, facility, service";

fn read_new(app: &App, actor: &Actor, body: ListingIn) -> Reply<NewListing> {
    let mut faults = Faults::default();
    let currency = app.cluster.currency;
    let mut purse = Purse {
        currency,
        faults: &mut faults,
    };
    let rates = Rates {
        day: body.day_rate.map(|amount| purse.read("day_rate", &amount)),
        hour: body
            .hour_rate
            .map(|amount| purse.read("hour_rate", &amount)),
        deposit: body.deposit.map_or(Money::zero(currency), |amount| {
            purse.read("deposit", &amount)
        }),
    };
    let kind: Option<Kind> = faults.word("kind", &body.kind, KINDS);
    let site: Option<SiteId> = faults.id("site", &body.site);
    let owner: Option<CompanyId> = match body.owner.as_deref() {
        Some(text) => faults.id("owner", text),
        None => Some(actor.company),
    };
    let parts = kind.zip(site).zip(owner);
    let Some(((kind, site), owner)) = parts.filter(|_| faults.0.is_empty()) else {
        return Err(invalid(faults.0));
    };
    Ok(NewListing {
        code: body.code,
        kind,
        category: body.category,
        names: Names {
            zh: body.name_zh,
            en: body.name_en,
        },
        descriptions: Names {
            zh: body.description_zh,
            en: body.description_en,
        },
        tags: body.tags,
        site,
        owner,
        quantity: body.quantity,
        area_sqm: body.area_sqm,
        rates,
        own_rules: body.rules,
    })
}

/// Draft a listing
#[utoipa::path(post, path = "/api/v1/listings", tag = "listings", operation_id = "create_listing", request_body = ListingIn,
    responses((status = 201, body = ListingOut), (status = 409, description = "`duplicate`")))]
pub async fn create(
    State(app): State<App>,
    who: Asking,
    Body(body): Body<ListingIn>,
) -> Reply<Response> {
    let actor = who.actor();
    let new = read_new(&app, &actor, body)?;
    let now = app.clock.now();
    let made = app
        .store
        .write(move |conn| {
            let listing = listings::create(conn, Some(&actor), new.clone(), now)?;
            let described = catalogue::describe_one(conn, listing)?;
            Outcome::Ok(view(&described, &actor))
        })
        .await?;
    Ok(respond(StatusCode::CREATED, made))
}

/// A change of a listing; what is absent stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ListingPatch {
    /// Another code.
    #[serde(default)]
    pub code: Option<String>,
    /// Another kind.
    #[serde(default)]
    pub kind: Option<String>,
    /// Another category.
    #[serde(default)]
    pub category: Option<String>,
    /// In Chinese.
    #[serde(default)]
    pub name_zh: Option<String>,
    /// In English.
    #[serde(default)]
    pub name_en: Option<String>,
    /// In Chinese.
    #[serde(default)]
    pub description_zh: Option<String>,
    /// In English.
    #[serde(default)]
    pub description_en: Option<String>,
    /// Other tags.
    #[serde(default)]
    pub tags: Option<Vec<String>>,
    /// Id of another site.
    #[serde(default)]
    pub site: Option<String>,
    /// Id of another company.
    #[serde(default)]
    pub owner: Option<String>,
    /// How many like units there are from now on.
    #[serde(default)]
    pub quantity: Option<u32>,
    /// Floor area; null is none.
    #[serde(default, deserialize_with = "given")]
    pub area_sqm: Option<Option<u32>>,
    /// For a day; null is not offered by the day.
    #[serde(default, deserialize_with = "given")]
    pub day_rate: Option<Option<MoneyIn>>,
    /// For an hour; null is not offered by the hour.
    #[serde(default, deserialize_with = "given")]
    pub hour_rate: Option<Option<MoneyIn>>,
    /// Held until the return, a unit.
    #[serde(default)]
    pub deposit: Option<MoneyIn>,
    /// All the rules it sets itself, in place of those it had.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    pub rules: Option<OwnRules>,
}

fn read_change(app: &App, expected_version: i64, body: ListingPatch) -> ListingChange {
    let mut faults = Faults::default();
    let kind = body
        .kind
        .as_deref()
        .and_then(|text| faults.word("kind", text, KINDS));
    let site = body
        .site
        .as_deref()
        .and_then(|text| faults.id("site", text));
    let owner = body
        .owner
        .as_deref()
        .and_then(|text| faults.id("owner", text));
    let mut purse = Purse {
        currency: app.cluster.currency,
        faults: &mut faults,
    };
    let mut rate = |field: &str, amount: Option<Option<MoneyIn>>| {
        amount.map(|amount| amount.map(|amount| purse.read(field, &amount)))
    };
    let day_rate = rate("day_rate", body.day_rate);
    let hour_rate = rate("hour_rate", body.hour_rate);
    let deposit = rate("deposit", body.deposit.map(Some)).flatten();
    ListingChange {
        expected_version,
        misread: faults.0,
        code: body.code,
        kind,
        category: body.category,
        name_zh: body.name_zh,
        name_en: body.name_en,
        description_zh: body.description_zh,
        description_en: body.description_en,
        tags: body.tags,
        site,
        owner,
        quantity: body.quantity,
        area_sqm: body.area_sqm,
        day_rate,
        hour_rate,
        deposit,
        own_rules: body.rules,
    }
}

/// Change a listing
#[utoipa::path(patch, path = "/api/v1/listings/{id}", tag = "listings", operation_id = "change_listing", request_body = ListingPatch,
    params(("id" = String, Path, description = "id or code"), ("If-Match" = String, Header, description = "the version it was made on")),
    responses((status = 200, body = ListingOut), (status = 409, description = "`closure_hits_bookings`: too few units would be left")))]
pub async fn change(
    State(app): State<App>,
    who: Asking,
    IfMatch(expected_version): IfMatch,
    Path(name): Path<String>,
    Body(body): Body<ListingPatch>,
) -> Reply<Response> {
    let change = read_change(&app, expected_version, body);
    let (cluster, now) = (app.cluster.clone(), app.clock.now());
    write(&app, &who, name, move |conn, actor, id| {
        listings::change(conn, &cluster, actor, id, &change, now)
    })
    .await
}

/// Publish a listing
#[utoipa::path(post, path = "/api/v1/listings/{id}/publication", tag = "listings", operation_id = "publish_listing",
    params(("id" = String, Path, description = "id or code")), responses((status = 200, body = ListingOut)))]
pub async fn publish(
    State(app): State<App>,
    who: Asking,
    Path(name): Path<String>,
) -> Reply<Response> {
    let now = app.clock.now();
    write(&app, &who, name, move |conn, actor, id| {
        listings::publish(conn, Some(actor), id, now)
    })
    .await
}

/// Retire a listing
#[utoipa::path(post, path = "/api/v1/listings/{id}/retirement", tag = "listings", operation_id = "retire_listing",
    params(("id" = String, Path, description = "id or code")),
    responses((status = 200, body = ListingOut), (status = 409, description = "`closure_hits_bookings`: it is booked ahead")))]
pub async fn retire(
    State(app): State<App>,
    who: Asking,
    Path(name): Path<String>,
) -> Reply<Response> {
    let (cluster, now) = (app.cluster.clone(), app.clock.now());
    write(&app, &who, name, move |conn, actor, id| {
        listings::retire(conn, &cluster, actor, id, now)
    })
    .await
}

/// Does something to the listing a path names, and shows it.
async fn write(
    app: &App,
    who: &Asking,
    name: String,
    action: impl Fn(&mut Conn, &Actor, ListingId) -> Outcome<Listing> + Send + Sync + 'static,
) -> Result<Response, Problem> {
    let actor = who.actor();
    let shown = app
        .store
        .write(move |conn| {
            let id = input::listing_of_path(conn, &name)?;
            let listing = action(conn, &actor, id)?;
            let described = catalogue::describe_one(conn, listing)?;
            Outcome::Ok(view(&described, &actor))
        })
        .await?;
    Ok(respond(StatusCode::OK, shown))
}
