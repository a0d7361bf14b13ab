//! The code on a label: a picture of the address of a listing's page.

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use qrcode::QrCode;
use qrcode::render::svg;

use super::errors::Reply;
use super::guard::Asking;
use super::input::{self, Path};
use crate::actions::Outcome;
use crate::actions::listings::may_see;
use crate::app::App;
use crate::store::{StoreError, listings};

/// Large enough to be read from a printed label.
const SIDE: u32 = 240;

/// QR of a listing's page
#[utoipa::path(get, path = "/api/v1/listings/{id}/qr.svg", tag = "listings", operation_id = "listing_qr",
    params(("id" = String, Path, description = "id or code")),
    responses((status = 200, body = String, content_type = "image/svg+xml")))]
pub async fn of_listing(
    State(app): State<App>,
    who: Asking,
    Path(name): Path<String>,
) -> Reply<Response> {
    let actor = who.actor();
    let code = app
        .store
        .read(move |conn| {
            let id = input::listing_of_path(conn, &name)?;
            let listing = listings::find(conn, id)?;
            may_see(&actor, &listing)?;
            Outcome::Ok(listing.code)
        })
        .await?;
    let address = format!("{}/q/{code}", app.config.base_url);
    let drawn = QrCode::new(address).map_err(|error| StoreError::Other(error.to_string()))?;
    let picture = drawn
        .render::<svg::Color<'_>>()
        .min_dimensions(SIDE, SIDE)
        .build();
    let headers = [
        (header::CONTENT_TYPE, "image/svg+xml"),
        (header::CACHE_CONTROL, "private, no-cache"),
    ];
    Ok((headers, picture).into_response())
}
