//! Bytes, headers, status. Handlers have no opinions: each reads its input, calls one action (or one
//! read of the store), and shows what came of it.
//!
//! [`routes`] names every URL and who may call it; [`guard`] holds each request against that table.

pub mod accept;
pub mod audit;
pub mod availability;
pub mod bad_secrets;
pub mod board;
pub mod bookings;
pub mod bulk;
pub mod calendar;
pub mod closures;
pub mod cluster;
pub mod companies;
pub mod company_limits;
pub mod cursor;
pub mod demand;
pub mod demo;
pub mod docs;
pub mod effects;
pub mod errors;
pub mod events;
pub mod feeds;
pub mod guard;
pub mod horizons;
pub mod input;
pub mod inventory;
pub mod invitations;
pub mod kits;
pub mod labels;
pub mod letters;
pub mod limits;
mod lines;
pub mod listing_history;
pub mod listings;
pub mod me;
pub mod members;
pub mod metrics;
pub mod openapi;
pub mod openings;
pub mod pages;
pub mod photo_zips;
pub mod photos;
pub mod phrases;
pub mod productions;
pub mod qr;
pub mod quotes;
mod recurrence;
pub mod refused;
pub mod request_id;
pub mod routes;
mod seats;
pub mod sessions;
pub mod sites;
pub mod time_limits;
pub mod units;
mod versioned;
pub mod views;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;

use crate::app::App;

/// The largest body of a request, in bytes: a basket of a hundred lines is a tenth of it.
pub const LARGEST_BODY: usize = 256 * 1024;

/// The whole server as one service.
pub fn router(app: &App) -> Router {
    routes::router(app)
        .layer(middleware::from_fn_with_state(
            guard::Gate::new(app),
            guard::guard,
        ))
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .layer(middleware::from_fn_with_state(
            app.clone(),
            time_limits::bound,
        ))
        .layer(middleware::from_fn_with_state(app.clone(), errors::speak))
        .layer(middleware::from_fn_with_state(app.clone(), errors::harden))
        .layer(middleware::from_fn_with_state(
            app.clone(),
            metrics::measure,
        ))
        .layer(CatchPanicLayer::custom(errors::panicked))
        .layer(CompressionLayer::new())
        .layer(middleware::from_fn(request_id::name))
        .with_state(app.clone())
}
