//! Bookings, a page of them.

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use serde::Deserialize;
use utoipa::IntoParams;

use super::asked::Asked;
use crate::actions::sheet::Sheet;
use crate::actions::{FieldFault, Outcome, Refused};
use crate::app::App;
use crate::domain::ids::BookingId;
use crate::domain::people::{Actor, Role};
use crate::domain::span::Instant;
use crate::http::cursor::{ListKey, Page};
use crate::http::errors::Reply;
use crate::http::guard::Asking;
use crate::http::input::{self, Faults, PageQuery, Query, invalid};
use crate::http::views::booking::BookingOut;
use crate::store::booking_lists::{self, Narrowing, Scope, When};

/// Which bookings.
#[derive(Debug, Clone, Deserialize, IntoParams)]
pub struct BookingsQuery {
    /// `mine`, `company` (default), `decide`, or `all` (managers).
    pub scope: Option<String>,
    /// `now`, `next` or `past`.
    pub when: Option<String>,
    /// With `to`, instead of `when`: those with a line that runs after this moment (RFC 3339).
    pub from: Option<String>,
    /// And before this one, at most 62 days later.
    pub to: Option<String>,
    /// Id of a production: only what is booked for it.
    pub production: Option<String>,
}

/// The longest window of bookings, in days.
const LONGEST_WINDOW_DAYS: i64 = 62;

impl BookingsQuery {
    fn read(&self, actor: &Actor, now: Instant) -> Reply<Narrowing> {
        let mut faults = Faults::default();
        let production = self
            .production
            .as_deref()
            .and_then(|text| faults.id("production", text));
        if !faults.0.is_empty() {
            return Err(invalid(faults.0));
        }
        let (scope, when) = self.read_scope_and_time(actor, now)?;
        Ok(Narrowing {
            scope,
            when,
            production,
        })
    }

    fn read_scope_and_time(
        &self,
        actor: &Actor,
        now: Instant,
    ) -> Reply<(Scope, Option<(When, Instant)>)> {
        let manages = actor.role == Role::Manager;
        let scope = match self.scope.as_deref().unwrap_or("company") {
            "mine" => Scope::BookedBy(actor.member),
            "company" => Scope::OfCompany(actor.company),
            "decide" if manages => Scope::AllToDecide,
            "decide" => Scope::ToDecide(actor.company),
            "all" if manages => Scope::All,
            "all" => return Err(Refused::Forbidden.into()),
            _ => {
                return Err(invalid(vec![FieldFault::with_limit(
                    "scope",
                    "not_one_of",
                    "mine, company, decide, all",
                )]));
            }
        };
        if let (Some(from), Some(to)) = (self.from.as_deref(), self.to.as_deref()) {
            let span = input::read_window(from, to, LONGEST_WINDOW_DAYS)?;
            return Ok((scope, Some((When::Until(span.end()), span.start()))));
        }
        let when = match self.when.as_deref() {
            None => None,
            Some("now") => Some((When::Now, now)),
            Some("next") => Some((When::Next, now)),
            Some("past") => Some((When::Past, now)),
            Some(_) => {
                return Err(invalid(vec![FieldFault::with_limit(
                    "when",
                    "not_one_of",
                    "now, next, past",
                )]));
            }
        };
        Ok((scope, when))
    }
}

/// List bookings
#[utoipa::path(get, path = "/api/v1/bookings", tag = "bookings", operation_id = "list_bookings", params(BookingsQuery, PageQuery),
    responses((status = 200, body = Page<BookingOut>)))]
pub async fn list(
    State(app): State<App>,
    who: Asking,
    headers: HeaderMap,
    Query(query): Query<BookingsQuery>,
    Query(page): Query<PageQuery>,
) -> Reply<Json<Page<BookingOut>>> {
    let asked = Asked::new(&app, &who, &headers);
    let narrowing = query.read(&asked.actor, asked.now)?;
    let limit = page.limit()?;
    let key = ListKey::new(asked.actor.member, format!("bookings {query:?}"));
    let before: Option<BookingId> = key.after(page.cursor.as_deref())?;
    let shown = app
        .store
        .read(move |conn| {
            let found = booking_lists::list(conn, narrowing, before, limit + 1)?;
            let sheet = Sheet::load(conn, &found, asked.now)?;
            let views = found.into_iter().map(|booking| {
                let view = asked.view(&booking, &sheet)?;
                Ok((booking.id, view))
            });
            views.collect::<Outcome<Vec<_>>>()
        })
        .await?;
    Ok(Json(Page::cut(
        shown,
        limit,
        &key,
        |(id, _)| id.to_string(),
        |(_, view)| view,
    )))
}
