//! One change to many listings: previewed, made.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

use super::errors::{Reply, accepted_language};
use super::guard::Asking;
use super::input::{self, Body, Faults, KeyedBody, given, invalid};
use super::listings::{FilterQuery, Narrowed};
use super::views::bulk::{OutlookOut, outlook as outlook_view};
use crate::actions::bulk::{self, Bulk, MOST_LISTINGS, Selection};
use crate::actions::idempotency::{Answer, once};
use crate::actions::{FieldFault, Outcome, Refused};
use crate::app::App;
use crate::domain::bulk::{BulkChange, RateChange};
use crate::domain::ids::ListingId;
use crate::domain::listing::ListingState;
use crate::domain::people::Actor;
use crate::store::Conn;

/// Which listings, and what of them changes.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BulkIn {
    /// Ids or codes, 1,000 at most; or a filter.
    #[serde(default)]
    pub listings: Option<Vec<String>>,
    /// All that the catalogue finds, 1,000 at most; or listings by name.
    #[serde(default)]
    pub filter: Option<FilterQuery>,
    /// What changes; what is absent stays.
    pub change: BulkChangeIn,
    /// Only when it is made: `seen` of the preview, to change nothing but what was looked at.
    #[serde(default)]
    pub seen: Option<String>,
}

/// One change to many listings; what is absent stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BulkChangeIn {
    /// Day and hour rates; deposits stay.
    #[serde(default)]
    pub rates: Option<RateChangeIn>,
    /// Minutes after each booking; null inherits the kind's.
    #[serde(default, deserialize_with = "given")]
    pub turnaround_minutes: Option<Option<u32>>,
    /// Id of another site.
    #[serde(default)]
    pub site: Option<String>,
    /// Tags each has from now on.
    #[serde(default)]
    pub add_tags: Vec<String>,
    /// Tags none has any more.
    #[serde(default)]
    pub remove_tags: Vec<String>,
    /// `published` or `retired`.
    #[serde(default)]
    pub state: Option<String>,
}

/// Rates by so much more or less.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RateChangeIn {
    /// 5 is five in a hundred more, -5 less.
    pub percent: i32,
    /// What a new rate is a multiple of, in minor units: the nearest, the higher one from the middle on.
    pub round_to: i64,
}

/// A bulk change that is right in itself; listings named by code are looked up in the transaction.
struct ReadBulk {
    named: Option<Vec<String>>,
    found: Option<Narrowed>,
    change: BulkChange,
}

impl ReadBulk {
    fn of(body: &BulkIn, actor: &Actor) -> Reply<Self> {
        let mut faults = Faults::default();
        let change = &body.change;
        let site = change
            .site
            .as_deref()
            .and_then(|text| faults.id("change.site", text));
        let words = "published, retired";
        let state: Option<ListingState> = change
            .state
            .as_deref()
            .and_then(|text| faults.word("change.state", text, words));
        if body.listings.is_some() == body.filter.is_some() {
            let fault = FieldFault::with_limit("listings", "one_of_two", "listings, filter");
            faults.0.push(fault);
        }
        if body.listings.iter().flatten().count() > MOST_LISTINGS {
            let fault = FieldFault::with_limit("listings", "too_many", MOST_LISTINGS);
            faults.0.push(fault);
        }
        if !faults.0.is_empty() {
            return Err(invalid(faults.0));
        }
        let found = body.filter.as_ref().map(|filter| filter.read(actor));
        Ok(Self {
            named: body.listings.clone(),
            found: found.transpose()?,
            change: BulkChange {
                rates: change.rates.as_ref().map(|rates| RateChange {
                    percent: rates.percent,
                    round_to_minor: rates.round_to,
                }),
                turnaround_minutes: change.turnaround_minutes,
                site,
                add_tags: change.add_tags.clone(),
                remove_tags: change.remove_tags.clone(),
                state,
            },
        })
    }

    fn bulk(&self, conn: &mut Conn) -> Outcome<Bulk> {
        let selection = match (&self.named, &self.found) {
            (None, Some(found)) => Selection::Found(Box::new(found.filter.clone()), found.free),
            (named, _) => Selection::Listings(ids(conn, named.as_deref().unwrap_or_default())?),
        };
        Ok(Bulk {
            selection,
            change: self.change.clone(),
        })
    }
}

/// The ids behind ids and codes; every unknown code is named.
fn ids(conn: &mut Conn, names: &[String]) -> Outcome<Vec<ListingId>> {
    let mut ids = Vec::with_capacity(names.len());
    let mut unknown = Vec::new();
    for (place, name) in names.iter().enumerate() {
        match input::listing_of_path(conn, name) {
            Ok(id) => ids.push(id),
            Err(Refused::NotFound(_)) => unknown.push(FieldFault::new(
                format!("listings[{place}]"),
                "unknown_listing",
            )),
            Err(refused) => return Err(refused),
        }
    }
    Faults(unknown).check()?;
    Ok(ids)
}

/// Preview a change to many listings
///
/// Nothing is stored. Every listing is accounted for: `changed` with what changes, `unchanged`, or `refused`
/// with field, reason and remedy.
#[utoipa::path(post, path = "/api/v1/listing-changes/preview", tag = "listings", operation_id = "preview_listing_changes",
    request_body = BulkIn, responses((status = 200, body = OutlookOut)))]
pub async fn preview(
    State(app): State<App>,
    who: Asking,
    headers: HeaderMap,
    Body(body): Body<BulkIn>,
) -> Reply<Json<OutlookOut>> {
    let (actor, now, cluster) = (who.actor(), app.clock.now(), app.cluster.clone());
    let language = accepted_language(&headers).unwrap_or(who.0.language);
    let read = ReadBulk::of(&body, &actor)?;
    let outlook = app
        .store
        .read(move |conn| {
            let bulk = read.bulk(conn)?;
            bulk::preview(conn, &cluster, &actor, &bulk, now)
        })
        .await?;
    Ok(Json(outlook_view(&outlook, app.cluster.currency, language)))
}

/// Change many listings
///
/// All of them or none: while one is refused nothing is changed, and the answer names it.
#[utoipa::path(post, path = "/api/v1/listing-changes", tag = "listings", operation_id = "change_listings", request_body = BulkIn,
    params(("Idempotency-Key" = Option<String>, Header, description = "the same key and body give the first answer again")),
    responses((status = 200, description = "`changed`: how many were", body = Object),
        (status = 409, description = "`state_conflict`: something changed since the preview")))]
pub async fn create(
    State(app): State<App>,
    who: Asking,
    body: KeyedBody<BulkIn>,
) -> Reply<Response> {
    let (actor, now, cluster) = (who.actor(), app.clock.now(), app.cluster.clone());
    let read = ReadBulk::of(&body.value, &actor)?;
    let key = body.once(who.0.id);
    let seen = body.value.seen;
    let answer = app
        .store
        .write(move |conn| {
            once(conn, key.as_ref(), now, |conn| {
                let bulk = read.bulk(conn)?;
                let changed = bulk::apply(conn, &cluster, &actor, &bulk, seen.as_deref(), now)?;
                Ok(Answer {
                    status: StatusCode::OK.as_u16(),
                    body: json!({ "changed": changed }).to_string(),
                    replayed: false,
                })
            })
        })
        .await?;
    Ok(respond(answer))
}

fn respond(answer: Answer) -> Response {
    let kind = [(header::CONTENT_TYPE, "application/json")];
    let mut response = (kind, answer.body).into_response();
    if answer.replayed {
        let replayed = HeaderValue::from_static("true");
        response.headers_mut().insert("idempotent-replay", replayed);
    }
    response
}
