//! What a kit is made of.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use utoipa::ToSchema;

use super::errors::Reply;
use super::guard::Asking;
use super::input::{self, Body, Faults, IfMatch, Path};
use super::versioned::versioned;
use super::views::kit::{MadeOut, made as view};
use crate::actions::kit_parts;
use crate::actions::{FieldFault, Outcome};
use crate::app::App;
use crate::domain::kit::{MOST_LEAVES, MOST_OF_A_PART, Part};
use crate::store::Conn;

/// Show the parts of a kit
///
/// What a listing is made of, and which kits it is in itself.
#[utoipa::path(get, path = "/api/v1/listings/{id}/parts", tag = "listings", operation_id = "show_parts",
    params(("id" = String, Path, description = "id or code")), responses((status = 200, body = MadeOut)))]
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
            Outcome::Ok(view(&kit_parts::show(conn, &actor, id)?, &actor))
        })
        .await?;
    Ok(versioned(StatusCode::OK, shown.version, shown))
}

/// One part of a kit.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PartIn {
    /// Id or code of a listing.
    pub listing: String,
    /// How many of it, 1 to 999.
    pub quantity: i64,
}

/// All the parts of a kit.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PartsIn {
    /// In their order, at most 60; with none it is no kit any more.
    pub parts: Vec<PartIn>,
}

/// Say what a kit is made of
///
/// A listing with parts is a kit: it is booked as its parts, all or nothing, and costs what they cost together. Rates
/// it had are taken away.
#[utoipa::path(put, path = "/api/v1/listings/{id}/parts", tag = "listings", operation_id = "set_parts", request_body = PartsIn,
    params(("id" = String, Path, description = "id or code"), ("If-Match" = String, Header, description = "the version of the listing it was made on")),
    responses((status = 200, body = MadeOut), (status = 422, description = "such as `part_of_itself`"),
        (status = 409, description = "`closure_hits_bookings`: it is booked ahead as it is")))]
pub async fn set(
    State(app): State<App>,
    who: Asking,
    IfMatch(expected_version): IfMatch,
    Path(name): Path<String>,
    Body(body): Body<PartsIn>,
) -> Reply<Response> {
    let mut faults = Faults::default();
    if body.parts.len() > MOST_LEAVES {
        let fault = FieldFault::with_limit("parts", "too_many", MOST_LEAVES);
        faults.0.push(fault);
    }
    for (place, part) in body.parts.iter().enumerate().take(MOST_LEAVES) {
        if !(1..=i64::from(MOST_OF_A_PART)).contains(&part.quantity) {
            faults.0.push(FieldFault::with_limit(
                format!("parts[{place}].quantity"),
                "out_of_range",
                format!("1–{MOST_OF_A_PART}"),
            ));
        }
    }
    faults.check()?;
    let (actor, now) = (who.actor(), app.clock.now());
    let shown = app
        .store
        .write(move |conn| {
            let id = input::listing_of_path(conn, &name)?;
            let parts = find_parts(conn, &body.parts)?;
            let made = kit_parts::set(conn, Some(&actor), id, expected_version, &parts, now)?;
            Outcome::Ok(view(&made, &actor))
        })
        .await?;
    Ok(versioned(StatusCode::OK, shown.version, shown))
}

/// The listings behind parts; every unknown one is named.
fn find_parts(conn: &mut Conn, sent: &[PartIn]) -> Outcome<Vec<Part>> {
    let mut parts = Vec::with_capacity(sent.len());
    for (place, part) in sent.iter().enumerate() {
        let field = format!("parts[{place}].listing");
        parts.push(Part {
            listing: input::listing_of_field(conn, &field, &part.listing)?,
            quantity: u32::try_from(part.quantity).unwrap_or(0),
        });
    }
    Ok(parts)
}
