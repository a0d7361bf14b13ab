//! QR codes: the address behind a code, as squares. Drawn by the page of labels, and here as a picture.

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use qrcode::{Color, QrCode};
use serde::Serialize;
use utoipa::ToSchema;

use super::errors::Reply;
use super::guard::Asking;
use super::input::{self, Path};
use crate::actions::Outcome;
use crate::actions::listings::may_see;
use crate::app::App;
use crate::store::{StoreError, listings};

/// Light squares that a reader needs on every side (ISO/IEC 18004).
const QUIET: usize = 4;

/// A code as squares.
#[derive(Debug, Serialize, ToSchema)]
pub struct SquaresOut {
    /// How many squares a side has, without the light ones around it.
    pub side: usize,
    /// The dark ones as an SVG path, one unit each, from 0 0 on.
    pub path: String,
}

impl SquaresOut {
    /// The squares of a text.
    pub fn of(text: &str) -> Result<Self, StoreError> {
        let code = QrCode::new(text).map_err(|error| StoreError::Other(error.to_string()))?;
        let side = code.width();
        let rows = code.to_colors();
        let rows = rows.chunks(side).enumerate();
        Ok(Self {
            side,
            path: rows.map(|(y, row)| path_of_row(y, row)).collect(),
        })
    }

    fn picture(&self) -> String {
        let whole = self.side + 2 * QUIET;
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"-{QUIET} -{QUIET} {whole} {whole}\" width=\"240\" height=\"240\" \
             shape-rendering=\"crispEdges\"><path fill=\"#fff\" d=\"M-{QUIET} -{QUIET}h{whole}v{whole}h-{whole}z\"/>\
             <path fill=\"#000\" d=\"{}\"/></svg>",
            self.path
        )
    }
}

/// One bar for each run of dark squares.
fn path_of_row(y: usize, row: &[Color]) -> String {
    let mut x = 0;
    let runs = row.chunk_by(|one, next| one == next);
    let bars = runs.filter_map(|run| {
        let (from, length) = (x, run.len());
        x += length;
        (run[0] == Color::Dark).then(|| format!("M{from} {y}h{length}v1h-{length}z"))
    });
    bars.collect()
}

/// Where the code on a label leads.
pub fn address(app: &App, code: &str) -> String {
    format!("{}/q/{code}", app.config.base_url)
}

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
    let squares = SquaresOut::of(&address(&app, &code))?;
    let headers = [
        (header::CONTENT_TYPE, "image/svg+xml"),
        (header::CACHE_CONTROL, "private, no-cache"),
    ];
    Ok((headers, squares.picture()).into_response())
}
