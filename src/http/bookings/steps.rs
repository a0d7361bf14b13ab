//! Steps in the life of a booking: called off, confirmed, challenged, decided.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde::Deserialize;
use utoipa::ToSchema;

use super::LONGEST_NOTE;
use super::asked::{Asked, id_of_path};
use super::series::read_scope_of_whole;
use crate::actions::cancel::Cancellation;
use crate::actions::decide::{Decision, Verdict};
use crate::actions::series::Dates;
use crate::actions::{self, FieldFault};
use crate::app::App;
use crate::domain::ids::LineId;
use crate::domain::series::Scope;
use crate::http::errors::Reply;
use crate::http::guard::Asking;
use crate::http::input::{Faults, KeyedBody, Path, invalid};
use crate::http::views::booking::BookingOut;
use crate::store::Conn;

/// A cancellation.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CancellationIn {
    /// Why, in words.
    #[serde(default)]
    pub reason: String,
    /// Which lines, to let go a hold or a place in line; all that can be called off when absent.
    #[serde(default)]
    pub lines: Option<Vec<String>>,
    /// Of a series: `one` date (when absent), this and the `following`, or `all` that have not begun. Not
    /// together with `lines`.
    #[serde(default)]
    pub scope: Option<String>,
}

/// Cancel a booking, or lines of it
#[utoipa::path(post, path = "/api/v1/bookings/{id}/cancellation", tag = "bookings", request_body = CancellationIn, operation_id = "cancel_booking",
    params(("id" = String, Path, description = "id or reference")), responses((status = 200, body = BookingOut)))]
pub async fn cancel(
    State(app): State<App>,
    who: Asking,
    headers: HeaderMap,
    Path(name): Path<String>,
    body: KeyedBody<CancellationIn>,
) -> Reply<Response> {
    let mut faults = Faults::default();
    let cancellation = Cancellation {
        reason: faults.text("reason", body.value.reason.clone(), LONGEST_NOTE),
        lines: read_line_ids(&mut faults, body.value.lines.as_deref()),
    };
    let scope = read_scope_of_whole(
        &mut faults,
        body.value.scope.as_deref(),
        cancellation.lines.as_deref(),
    );
    faults.check()?;
    let asked = Asked::new(&app, &who, &headers);
    let key = body.once(who.0.id);
    let work = move |conn: &mut Conn, asked: &Asked| {
        let id = id_of_path(conn, &name)?;
        let (cluster, actor, now) = (&asked.cluster, &asked.actor, asked.now);
        match scope {
            Scope::One => actions::cancel::cancel(conn, cluster, actor, id, &cancellation, now),
            Scope::Following | Scope::All => {
                let of = Dates { booking: id, scope };
                let reason = &cancellation.reason;
                actions::series::cancel(conn, cluster, actor, of, reason, now)
            }
        }
    };
    asked.write_once(&app, key, StatusCode::OK, work).await
}

fn read_line_ids(faults: &mut Faults, lines: Option<&[String]>) -> Option<Vec<LineId>> {
    let id = |(place, text): (usize, &String)| faults.id(format!("lines[{place}]"), text);
    lines.map(|lines| lines.iter().enumerate().filter_map(id).collect())
}

/// A confirmation of what is on hold.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConfirmationIn {
    /// Which lines; all that are on hold when absent.
    #[serde(default)]
    pub lines: Option<Vec<String>>,
}

/// Confirm a hold
#[utoipa::path(post, path = "/api/v1/bookings/{id}/confirmation", tag = "bookings", request_body = ConfirmationIn, operation_id = "confirm_booking",
    params(("id" = String, Path, description = "id or reference")),
    responses((status = 200, body = BookingOut), (status = 409, description = "not on hold, or still in line")))]
pub async fn confirm(
    State(app): State<App>,
    who: Asking,
    headers: HeaderMap,
    Path(name): Path<String>,
    body: KeyedBody<ConfirmationIn>,
) -> Reply<Response> {
    let mut faults = Faults::default();
    let lines = read_line_ids(&mut faults, body.value.lines.as_deref());
    faults.check()?;
    let asked = Asked::new(&app, &who, &headers);
    let key = body.once(who.0.id);
    let work = move |conn: &mut Conn, asked: &Asked| {
        let id = id_of_path(conn, &name)?;
        actions::confirm::confirm(
            conn,
            &asked.cluster,
            &asked.actor,
            id,
            lines.as_deref(),
            asked.now,
        )
    };
    asked.write_once(&app, key, StatusCode::OK, work).await
}

/// A challenge of the holds before what is in line.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChallengeIn {}

/// Challenge the holds before it
#[utoipa::path(post, path = "/api/v1/bookings/{id}/challenge", tag = "bookings", request_body = ChallengeIn, operation_id = "challenge_holds",
    params(("id" = String, Path, description = "id or reference of the booking in line")),
    responses((status = 200, body = BookingOut), (status = 409, description = "not in line, not only holds in the way, or challenged already")))]
pub async fn challenge(
    State(app): State<App>,
    who: Asking,
    headers: HeaderMap,
    Path(name): Path<String>,
    body: KeyedBody<ChallengeIn>,
) -> Reply<Response> {
    let asked = Asked::new(&app, &who, &headers);
    let key = body.once(who.0.id);
    let work = move |conn: &mut Conn, asked: &Asked| {
        let id = id_of_path(conn, &name)?;
        actions::challenge::challenge(conn, &asked.cluster, &asked.actor, id, asked.now)
    };
    asked.write_once(&app, key, StatusCode::OK, work).await
}

/// An owner's decision.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DecisionIn {
    /// `grant` or `decline`.
    pub verdict: String,
    /// Why, in words.
    #[serde(default)]
    pub reason: String,
    /// Which lines; all the reader may decide when absent.
    #[serde(default)]
    pub lines: Option<Vec<String>>,
    /// Of a series: `one` date (when absent), this and the `following`, or `all` that have not begun. Not
    /// together with `lines`.
    #[serde(default)]
    pub scope: Option<String>,
}

/// Grant or decline
#[utoipa::path(post, path = "/api/v1/bookings/{id}/decision", tag = "bookings", request_body = DecisionIn, operation_id = "decide_booking",
    params(("id" = String, Path, description = "id or reference")), responses((status = 200, body = BookingOut)))]
pub async fn decide(
    State(app): State<App>,
    who: Asking,
    headers: HeaderMap,
    Path(name): Path<String>,
    body: KeyedBody<DecisionIn>,
) -> Reply<Response> {
    let (decision, scope) = read_decision(&body.value)?;
    let asked = Asked::new(&app, &who, &headers);
    let key = body.once(who.0.id);
    let work = move |conn: &mut Conn, asked: &Asked| {
        let id = id_of_path(conn, &name)?;
        let (cluster, actor, now) = (&asked.cluster, &asked.actor, asked.now);
        match scope {
            Scope::One => actions::decide::decide(conn, cluster, actor, id, &decision, now),
            Scope::Following | Scope::All => {
                let of = Dates { booking: id, scope };
                actions::series::decide(conn, cluster, actor, of, &decision, now)
            }
        }
    };
    asked.write_once(&app, key, StatusCode::OK, work).await
}

fn read_decision(body: &DecisionIn) -> Reply<(Decision, Scope)> {
    let mut faults = Faults::default();
    let reason = faults.text("reason", body.reason.clone(), LONGEST_NOTE);
    let verdict: Option<Verdict> = body.verdict.parse().ok();
    if verdict.is_none() {
        faults.0.push(FieldFault::with_limit(
            "verdict",
            "not_one_of",
            "grant, decline",
        ));
    }
    let lines = read_line_ids(&mut faults, body.lines.as_deref());
    let scope = read_scope_of_whole(&mut faults, body.scope.as_deref(), lines.as_deref());
    match verdict.filter(|_| faults.0.is_empty()) {
        Some(verdict) => Ok((
            Decision {
                verdict,
                lines,
                reason,
            },
            scope,
        )),
        None => Err(invalid(faults.0)),
    }
}
