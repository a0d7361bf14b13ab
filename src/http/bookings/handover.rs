//! A booking is handed to another drama.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde::Deserialize;
use utoipa::ToSchema;

use super::asked::{Asked, id_of_path};
use crate::actions::handover;
use crate::app::App;
use crate::domain::ids::ProductionId;
use crate::http::errors::Reply;
use crate::http::guard::Asking;
use crate::http::input::{Faults, KeyedBody, Path, invalid};
use crate::http::views::booking::BookingOut;
use crate::store::Conn;

/// A hand-over.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HandoverIn {
    /// To which drama of the same company.
    pub production: String,
}

/// Hand a booking over
///
/// It goes to another drama of the same company as it stands: times, prices and decisions stay.
#[utoipa::path(post, path = "/api/v1/bookings/{id}/handover", tag = "bookings", request_body = HandoverIn, operation_id = "hand_over_booking",
    params(("id" = String, Path, description = "id or reference")),
    responses((status = 200, body = BookingOut), (status = 409, description = "lines that shared a turnaround with the old drama do not fit any more")))]
pub async fn hand_over(
    State(app): State<App>,
    who: Asking,
    headers: HeaderMap,
    Path(name): Path<String>,
    body: KeyedBody<HandoverIn>,
) -> Reply<Response> {
    let mut faults = Faults::default();
    let production: Option<ProductionId> = faults.id("production", &body.value.production);
    let Some(production) = production else {
        return Err(invalid(faults.0));
    };
    let asked = Asked::new(&app, &who, &headers);
    let key = body.once(who.0.id);
    let work = move |conn: &mut Conn, asked: &Asked| {
        let id = id_of_path(conn, &name)?;
        let (cluster, actor) = (&asked.cluster, &asked.actor);
        handover::hand_over(conn, cluster, actor, id, production, asked.now)
    };
    asked.write_once(&app, key, StatusCode::OK, work).await
}
