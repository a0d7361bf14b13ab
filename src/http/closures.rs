//! Closures: listed, made, taken away.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use chrono_tz::Tz;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::cursor::{ListKey, Page};
use super::errors::Reply;
use super::guard::Asking;
use super::input::{self, Body, Faults, PageQuery, PathId, Query, invalid};
use super::recurrence::{read_except, rule_fault};
use super::views::places::ClosureOut;
use crate::actions::closures::{self, NewClosure};
use crate::actions::listings::may_see;
use crate::actions::{FieldFault, Outcome};
use crate::app::App;
use crate::domain::closure::{ClosureKind, ClosureScope};
use crate::domain::ids::{ClosureId, SiteId};
use crate::domain::people::Actor;
use crate::domain::recurrence::Recurrence;
use crate::domain::series::Scope;
use crate::domain::span::Span;
use crate::store::{Conn, closures as rows, listings};

/// Which closures.
#[derive(Debug, Clone, Deserialize, IntoParams)]
pub struct ClosuresQuery {
    /// Id or code of a listing: its own closures, not its site's.
    pub listing: Option<String>,
    /// Id of a site: those of all of it.
    pub site: Option<String>,
}

/// What a closure closes, before its listing was looked up.
#[derive(Debug, Clone)]
pub(super) enum Named {
    Listing(String),
    Site(SiteId),
}

impl Named {
    pub(super) fn scope(&self, conn: &mut Conn) -> Outcome<ClosureScope> {
        Ok(match self {
            Self::Listing(name) => ClosureScope::Listing(input::listing_of_path(conn, name)?),
            Self::Site(id) => ClosureScope::Site(*id),
        })
    }
}

/// At most one of both.
fn read_scope(faults: &mut Faults, listing: Option<String>, site: Option<&str>) -> Option<Named> {
    match (listing, site) {
        (Some(listing), None) => Some(Named::Listing(listing)),
        (None, Some(site)) => faults.id("site", site).map(Named::Site),
        (Some(_), Some(_)) => {
            let fault = FieldFault::with_limit("listing", "one_of_two", "listing, site");
            faults.0.push(fault);
            None
        }
        (None, None) => None,
    }
}

/// List closures
///
/// Those not over yet: of a listing, of a site, or of all sites and published listings.
#[utoipa::path(get, path = "/api/v1/closures", tag = "listings", operation_id = "list_closures", params(ClosuresQuery, PageQuery),
    responses((status = 200, body = Page<ClosureOut>)))]
pub async fn list(
    State(app): State<App>,
    who: Asking,
    Query(query): Query<ClosuresQuery>,
    Query(page): Query<PageQuery>,
) -> Reply<Json<Page<ClosureOut>>> {
    let limit = page.limit()?;
    let key = ListKey::new(who.0.id, format!("closures {query:?}"));
    let after: Option<ClosureId> = key.after(page.cursor.as_deref())?;
    let mut faults = Faults::default();
    let named = read_scope(&mut faults, query.listing, query.site.as_deref());
    faults.check()?;
    let (actor, now) = (who.actor(), app.clock.now());
    let found = app
        .store
        .read(move |conn| {
            let scope = named.map(|named| named.scope(conn)).transpose()?;
            if let Some(ClosureScope::Listing(id)) = scope {
                may_see(&actor, &listings::find(conn, id)?)?;
            }
            let found = rows::list(conn, scope, now, after, limit + 1)?;
            let seen = seen(conn, &actor, &found)?;
            Outcome::Ok((found, seen))
        })
        .await?;
    let (found, seen) = found;
    let mut page = Page::cut(
        found,
        limit,
        &key,
        |closure| closure.id.to_string(),
        |closure| seen.contains(&closure.id).then(|| closure.into()),
    );
    Ok(Json(Page {
        next_cursor: page.next_cursor.take(),
        items: page.items.into_iter().flatten().collect(),
    }))
}

/// Closures of drafts are shown to those who may know of the draft.
fn seen(
    conn: &mut Conn,
    actor: &Actor,
    found: &[crate::domain::closure::Closure],
) -> Outcome<Vec<ClosureId>> {
    let listing_of = |scope: ClosureScope| match scope {
        ClosureScope::Listing(id) => Some(id),
        ClosureScope::Site(_) => None,
    };
    let ids: Vec<_> = found
        .iter()
        .filter_map(|closure| listing_of(closure.scope))
        .collect();
    let known = listings::find_all(conn, &ids)?;
    let may_know = |closure: &&crate::domain::closure::Closure| match listing_of(closure.scope) {
        None => true,
        Some(id) => known
            .iter()
            .any(|listing| listing.id == id && may_see(actor, listing).is_ok()),
    };
    Ok(found
        .iter()
        .filter(may_know)
        .map(|closure| closure.id)
        .collect())
}

/// How a closure repeats.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClosureRecurrenceIn {
    /// On which days, by RFC 5545; it must end, and gives 366 dates at most. `start` and `end` say at what time, and
    /// that stays by the wall clock.
    #[schema(example = "FREQ=WEEKLY;BYDAY=MO;UNTIL=20261231")]
    pub rule: String,
    /// Days it leaves out, in the cluster's zone; `COUNT` counts them.
    #[serde(default)]
    #[schema(example = json!(["2026-12-25"]))]
    pub except: Vec<String>,
}

/// How much of a series is meant.
#[derive(Debug, Clone, Deserialize, IntoParams)]
pub struct ReopenQuery {
    /// `one` date (when absent), it and the `following`, or `all` dates that are not over.
    pub scope: Option<String>,
}

/// A closure to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClosureIn {
    /// Id or code of a listing; or a site.
    #[serde(default)]
    pub listing: Option<String>,
    /// Id of a site: all of it; or a listing.
    #[serde(default)]
    pub site: Option<String>,
    /// How many units of a listing; all when absent.
    #[serde(default)]
    pub units: Option<u32>,
    /// First moment, RFC 3339.
    pub start: String,
    /// First moment after; until further notice when absent.
    #[serde(default)]
    pub end: Option<String>,
    /// When it is closed again: one closure for each date, made all or none.
    #[serde(default)]
    pub recurrence: Option<ClosureRecurrenceIn>,
    /// `closed` or `out_of_service`; `closed` when absent.
    #[serde(default)]
    pub kind: Option<String>,
    /// Why, for people.
    #[serde(default)]
    pub reason: String,
}

/// What is asked for, but for the listing that has to be looked up.
#[derive(Debug, Clone)]
pub(super) struct ReadClosure {
    pub(super) named: Named,
    pub(super) dates: Vec<Span>,
    kind: ClosureKind,
    pub(super) units: Option<u32>,
    reason: String,
}

pub(super) fn read(body: ClosureIn, zone: Tz) -> Reply<ReadClosure> {
    let mut faults = Faults::default();
    let named = read_scope(&mut faults, body.listing, body.site.as_deref());
    if named.is_none() && faults.0.is_empty() {
        let fault = FieldFault::with_limit("listing", "one_of_two", "listing, site");
        faults.0.push(fault);
    }
    let end = body.end.unwrap_or_else(|| Span::far_future().to_rfc3339());
    let span = faults.span("", &body.start, &end);
    let kind = match body.kind.as_deref() {
        Some(text) => faults.word("kind", text, "closed, out_of_service"),
        None => Some(ClosureKind::Closed),
    };
    let dates = match &body.recurrence {
        Some(sent) => {
            let first = span.filter(|span| span.end() < Span::far_future());
            if span.is_some() && first.is_none() {
                faults.0.push(FieldFault::new("end", "repeats_without_end"));
            }
            read_recurrence(&mut faults, sent, first, zone)
        }
        None => span.map(|span| vec![span]),
    };
    let read = named.zip(dates).zip(kind).filter(|_| faults.0.is_empty());
    let Some(((named, dates), kind)) = read else {
        return Err(invalid(faults.0));
    };
    Ok(ReadClosure {
        named,
        dates,
        kind,
        units: body.units,
        reason: body.reason,
    })
}

/// All dates of what repeats; of a rule that cannot be read, none.
fn read_recurrence(
    faults: &mut Faults,
    sent: &ClosureRecurrenceIn,
    first: Option<Span>,
    zone: Tz,
) -> Option<Vec<Span>> {
    let except = read_except(faults, &sent.except);
    let rule = Recurrence::parse(&sent.rule, except.as_deref().unwrap_or_default());
    let rule = rule
        .map_err(|fault| faults.0.push(rule_fault(fault)))
        .ok()?;
    let dates = rule.spans(first.filter(|_| except.is_some())?, zone);
    dates.map_err(|fault| faults.0.push(rule_fault(fault))).ok()
}

/// Close a listing, some of its units, or a site
///
/// Refused with `closure_hits_bookings` while it would break a promise on any of its dates; the answer names the
/// bookings. Of one that repeats the answer is the first date, and `series` stands in all of them.
#[utoipa::path(post, path = "/api/v1/closures", tag = "listings", operation_id = "create_closure", request_body = ClosureIn,
    responses((status = 201, body = ClosureOut), (status = 409, description = "`closure_hits_bookings`")))]
pub async fn create(
    State(app): State<App>,
    who: Asking,
    Body(body): Body<ClosureIn>,
) -> Reply<(StatusCode, Json<ClosureOut>)> {
    let asked = read(body, app.cluster.zone)?;
    let (actor, now, cluster) = (who.actor(), app.clock.now(), app.cluster.clone());
    let closure = app
        .store
        .write(move |conn| {
            let asked = asked.clone();
            let new = NewClosure {
                scope: asked.named.scope(conn)?,
                units: asked.units,
                dates: asked.dates,
                kind: asked.kind,
                reason: asked.reason,
            };
            closures::close(conn, &cluster, &actor, new, now)
        })
        .await?;
    Ok((StatusCode::CREATED, Json(closure.into())))
}

/// Open again before its time
#[utoipa::path(delete, path = "/api/v1/closures/{id}", tag = "listings", operation_id = "delete_closure",
    params(("id" = String, Path), ReopenQuery), responses((status = 204)))]
pub async fn delete(
    State(app): State<App>,
    who: Asking,
    PathId(id): PathId<ClosureId>,
    Query(query): Query<ReopenQuery>,
) -> Reply<StatusCode> {
    let mut faults = Faults::default();
    let scope = query.scope.as_deref();
    let scope = scope.map(|text| faults.word("scope", text, "one, following, all"));
    faults.check()?;
    let scope = scope.flatten().unwrap_or(Scope::One);
    let (actor, now, cluster) = (who.actor(), app.clock.now(), app.cluster.clone());
    app.store
        .write(move |conn| closures::reopen(conn, &cluster, &actor, (id, scope), now))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
