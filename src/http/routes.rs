//! EVERY URL, one line each: who may call it, and which handler answers.
//!
//! [`TABLE`] is what [`super::guard`] holds each request against; a route missing there is closed. The
//! test `rights` walks it with every role, and holds it against the OpenAPI document.

use axum::extract::DefaultBodyLimit;
use axum::http::Method;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{
    audit, availability, board, bookings, bulk, calendar, closures, cluster, companies,
    company_limits, demand, demo, effects, errors, events, feeds, horizons, inventory, invitations,
    kits, labels, letters, listing_history, listings, me, members, metrics, openapi, openings,
    pages, photo_zips, photos, productions, qr, quotes, sessions, sites, units,
};
use crate::app::App;
use crate::domain::rights::Right;

/// Who may call a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// Everybody, signed in or not.
    Anyone,
    /// Everybody, in a demo; elsewhere the route does not exist.
    Demo,
    /// Whoever is signed in.
    Member,
    /// Members whose role has this right over something; the action settles over what.
    Right(Right),
}

use Right::{Book, Browse, Decide, ManageCluster, ManageMembers, Publish, SeeCompany};
use Who::{Anyone, Demo, Member};

/// Method, path as it is routed, who may call it.
pub const TABLE: &[(&str, &str, Who)] = &[
    ("GET", "/api/v1/cluster", Anyone),
    ("POST", "/api/v1/sign-in", Anyone),
    ("POST", "/api/v1/sessions", Anyone),
    ("DELETE", "/api/v1/sessions/current", Anyone),
    ("GET", "/api/v1/demo/members", Demo),
    ("POST", "/api/v1/demo/sessions", Demo),
    ("GET", "/api/v1/demo/letters", Demo),
    ("GET", "/api/v1/demo/letters/{id}", Demo),
    ("GET", "/api/v1/me", Member),
    ("PATCH", "/api/v1/me", Member),
    ("GET", "/api/v1/me/tokens", Member),
    ("POST", "/api/v1/me/tokens", Member),
    ("DELETE", "/api/v1/me/tokens/{id}", Member),
    ("GET", "/api/v1/companies", Who::Right(Browse)),
    ("POST", "/api/v1/companies", Who::Right(ManageCluster)),
    ("PATCH", "/api/v1/companies/{id}", Who::Right(ManageMembers)),
    (
        "GET",
        "/api/v1/companies/{id}/limits",
        Who::Right(SeeCompany),
    ),
    (
        "PATCH",
        "/api/v1/companies/{id}/limits",
        Who::Right(ManageCluster),
    ),
    ("GET", "/api/v1/horizons", Who::Right(Browse)),
    ("PUT", "/api/v1/horizons", Who::Right(ManageCluster)),
    ("GET", "/api/v1/members", Who::Right(SeeCompany)),
    ("PATCH", "/api/v1/members/{id}", Who::Right(ManageMembers)),
    ("GET", "/api/v1/invitations", Who::Right(ManageMembers)),
    ("POST", "/api/v1/invitations", Who::Right(ManageMembers)),
    (
        "DELETE",
        "/api/v1/invitations/{id}",
        Who::Right(ManageMembers),
    ),
    ("POST", "/api/v1/invitations/acceptance", Anyone),
    ("GET", "/api/v1/sites", Who::Right(Browse)),
    ("POST", "/api/v1/sites", Who::Right(ManageCluster)),
    ("PATCH", "/api/v1/sites/{id}", Who::Right(ManageCluster)),
    ("GET", "/api/v1/listings", Who::Right(Browse)),
    ("POST", "/api/v1/listings", Who::Right(Publish)),
    ("GET", "/api/v1/listings/export.csv", Who::Right(Browse)),
    ("GET", "/api/v1/listings/export.xlsx", Who::Right(Browse)),
    ("GET", "/api/v1/listings/facets", Who::Right(Browse)),
    ("POST", "/api/v1/listing-changes", Who::Right(Publish)),
    (
        "POST",
        "/api/v1/listing-changes/preview",
        Who::Right(Publish),
    ),
    ("GET", "/api/v1/listings/{id}", Who::Right(Browse)),
    ("GET", "/api/v1/listings/{id}/qr.svg", Who::Right(Browse)),
    ("PATCH", "/api/v1/listings/{id}", Who::Right(Publish)),
    (
        "POST",
        "/api/v1/listings/{id}/publication",
        Who::Right(Publish),
    ),
    (
        "POST",
        "/api/v1/listings/{id}/retirement",
        Who::Right(Publish),
    ),
    (
        "GET",
        "/api/v1/listings/{id}/availability",
        Who::Right(Browse),
    ),
    ("GET", "/api/v1/listings/{id}/history", Who::Right(Publish)),
    ("POST", "/api/v1/listings/{id}/copy", Who::Right(Publish)),
    ("GET", "/api/v1/listings/{id}/photos", Who::Right(Browse)),
    ("POST", "/api/v1/listings/{id}/photos", Who::Right(Publish)),
    ("PATCH", "/api/v1/photos/{id}", Who::Right(Publish)),
    ("DELETE", "/api/v1/photos/{id}", Who::Right(Publish)),
    ("GET", "/api/v1/pictures/{hash}/{size}", Who::Right(Browse)),
    ("GET", "/api/v1/listings/{id}/parts", Who::Right(Browse)),
    ("PUT", "/api/v1/listings/{id}/parts", Who::Right(Publish)),
    ("GET", "/api/v1/listings/{id}/units", Who::Right(Browse)),
    ("POST", "/api/v1/listings/{id}/units", Who::Right(Publish)),
    ("GET", "/api/v1/units/{id}", Who::Right(Browse)),
    ("PATCH", "/api/v1/units/{id}", Who::Right(Publish)),
    ("DELETE", "/api/v1/units/{id}", Who::Right(Publish)),
    ("POST", "/api/v1/units/{id}/outage", Who::Right(Publish)),
    ("DELETE", "/api/v1/units/{id}/outage", Who::Right(Publish)),
    ("GET", "/api/v1/labels", Who::Right(Publish)),
    ("POST", "/api/v1/imports/preview", Who::Right(Publish)),
    ("POST", "/api/v1/imports", Who::Right(Publish)),
    ("POST", "/api/v1/imports/refused-rows", Who::Right(Publish)),
    (
        "POST",
        "/api/v1/imports/photos/preview",
        Who::Right(Publish),
    ),
    ("POST", "/api/v1/imports/photos", Who::Right(Publish)),
    ("GET", "/api/v1/imports/template.csv", Who::Right(Publish)),
    ("GET", "/api/v1/imports/template.xlsx", Who::Right(Publish)),
    ("GET", "/api/v1/availability", Who::Right(Browse)),
    ("GET", "/api/v1/board", Who::Right(Publish)),
    ("GET", "/api/v1/demand", Who::Right(Publish)),
    ("GET", "/api/v1/demand/wishes", Who::Right(Publish)),
    ("GET", "/api/v1/demand/export.csv", Who::Right(Publish)),
    ("GET", "/api/v1/events", Member),
    ("GET", "/api/v1/closures", Who::Right(Browse)),
    ("POST", "/api/v1/closures", Who::Right(Publish)),
    ("DELETE", "/api/v1/closures/{id}", Who::Right(Publish)),
    ("POST", "/api/v1/effects", Who::Right(Publish)),
    ("POST", "/api/v1/effects/letters", Who::Right(Publish)),
    ("GET", "/api/v1/productions", Who::Right(SeeCompany)),
    ("POST", "/api/v1/productions", Who::Right(Book)),
    ("PATCH", "/api/v1/productions/{id}", Who::Right(Book)),
    ("POST", "/api/v1/quotes", Who::Right(Browse)),
    ("POST", "/api/v1/openings", Who::Right(Browse)),
    ("GET", "/api/v1/bookings", Who::Right(SeeCompany)),
    ("POST", "/api/v1/bookings", Who::Right(Book)),
    ("GET", "/api/v1/bookings/{id}", Who::Right(SeeCompany)),
    ("PATCH", "/api/v1/bookings/{id}", Who::Right(Book)),
    (
        "GET",
        "/api/v1/bookings/{id}/history",
        Who::Right(SeeCompany),
    ),
    (
        "GET",
        "/api/v1/bookings/{id}/letters",
        Who::Right(SeeCompany),
    ),
    (
        "GET",
        "/api/v1/bookings/{id}/calendar.ics",
        Who::Right(SeeCompany),
    ),
    (
        "POST",
        "/api/v1/bookings/{id}/cancellation",
        Who::Right(Book),
    ),
    (
        "POST",
        "/api/v1/bookings/{id}/confirmation",
        Who::Right(Book),
    ),
    ("POST", "/api/v1/bookings/{id}/challenge", Who::Right(Book)),
    ("POST", "/api/v1/bookings/{id}/decision", Who::Right(Decide)),
    ("POST", "/api/v1/bookings/{id}/extension", Who::Right(Book)),
    ("POST", "/api/v1/bookings/{id}/overrun", Who::Right(Book)),
    ("GET", "/api/v1/bookings/{id}/delays", Who::Right(Book)),
    (
        "GET",
        "/api/v1/bookings/{id}/move-request",
        Who::Right(Book),
    ),
    ("POST", "/api/v1/bookings/{id}/handover", Who::Right(Book)),
    ("GET", "/api/v1/series/{id}", Who::Right(SeeCompany)),
    ("GET", "/api/v1/calendar.ics", Who::Right(ManageCluster)),
    ("GET", "/api/v1/feeds", Member),
    ("POST", "/api/v1/feeds", Member),
    ("DELETE", "/api/v1/feeds/{id}", Member),
    ("GET", "/feeds/{file}", Anyone),
    ("GET", "/api/v1/letters", Who::Right(ManageCluster)),
    (
        "POST",
        "/api/v1/letters/{id}/resending",
        Who::Right(ManageCluster),
    ),
    ("GET", "/api/v1/audit", Who::Right(ManageCluster)),
    ("GET", "/api/openapi.json", Anyone),
    ("GET", "/api/docs", Anyone),
    ("GET", "/healthz", Anyone),
    ("GET", "/readyz", Anyone),
    ("GET", "/metrics", Who::Right(ManageCluster)),
    ("GET", "/q/{code}", Anyone),
    ("GET", "/worker.js", Anyone),
    ("GET", "/static/{*file}", Anyone),
    ("GET", "/{*page}", Anyone),
    ("GET", "/", Anyone),
];

/// Who may call this route; `None` is nobody. `HEAD` asks what `GET` would answer.
pub fn who_may(method: &Method, path: &str) -> Option<Who> {
    let method = if *method == Method::HEAD {
        "GET"
    } else {
        method.as_str()
    };
    TABLE
        .iter()
        .find(|(known, at, _)| *known == method && *at == path)
        .map(|(_, _, who)| *who)
}

/// Methods of a path, as the header `Allow` lists them, of those routes that `exists` lets stand.
pub fn methods_of(path: &str, exists: impl Fn(Who) -> bool) -> Vec<&'static str> {
    let of_path = TABLE
        .iter()
        .filter(|(_, at, who)| *at == path && exists(*who));
    of_path
        .flat_map(|(method, _, _)| match *method {
            "GET" => vec!["GET", "HEAD"],
            other => vec![other],
        })
        .collect()
}

/// What the OpenAPI document says before its paths.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Backlot",
        description = "The booking desk of a micro-drama production cluster.\n\nSend a personal access token as `Authorization: Bearer bl_…` (make one under Settings). Times are RFC 3339. Errors are problem details (RFC 9457) with a stable `code`.",
    ),
    components(schemas(events::ChangeOut))
)]
struct Document;

fn api() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(Document::openapi())
        .routes(routes!(cluster::show))
        .routes(routes!(sessions::request_letter))
        .routes(routes!(sessions::create))
        .routes(routes!(sessions::delete))
        .routes(routes!(demo::list_members))
        .routes(routes!(demo::create_session))
        .routes(routes!(demo::list_letters))
        .routes(routes!(demo::show_letter))
        .routes(routes!(me::show, me::change))
        .routes(routes!(me::tokens, me::make_token))
        .routes(routes!(me::revoke_token))
        .routes(routes!(companies::list, companies::create))
        .routes(routes!(companies::change))
        .routes(routes!(company_limits::show, company_limits::set))
        .routes(routes!(horizons::show, horizons::set))
        .routes(routes!(members::list))
        .routes(routes!(members::change))
        .routes(routes!(invitations::list, invitations::create))
        .routes(routes!(invitations::withdraw))
        .routes(routes!(invitations::accept))
        .routes(routes!(sites::list, sites::create))
        .routes(routes!(sites::change))
        .routes(routes!(listings::list, listings::create))
        .routes(routes!(inventory::export_csv))
        .routes(routes!(inventory::export_xlsx))
        .routes(routes!(inventory::template_csv))
        .routes(routes!(inventory::template_xlsx))
        .merge(files())
        .routes(routes!(bulk::create))
        .routes(routes!(bulk::preview))
        .merge(photo_files())
        .merge(photo_zip_files())
        .routes(routes!(listings::counts))
        .routes(routes!(listings::show, listings::change))
        .routes(routes!(qr::of_listing))
        .routes(routes!(photos::change, photos::remove))
        .routes(routes!(photos::bytes))
        .routes(routes!(listing_history::list))
        .routes(routes!(listing_history::copy))
        .routes(routes!(kits::show, kits::set))
        .routes(routes!(units::list, units::create))
        .routes(routes!(units::show, units::change, units::remove))
        .routes(routes!(units::take_out, units::bring_back))
        .routes(routes!(labels::list))
        .routes(routes!(listings::publish))
        .routes(routes!(listings::retire))
        .routes(routes!(closures::list, closures::create))
        .routes(routes!(closures::delete))
        .routes(routes!(effects::show))
        .routes(routes!(effects::ask))
        .routes(routes!(productions::list, productions::create))
        .routes(routes!(productions::change))
        .routes(routes!(availability::of_listing))
        .routes(routes!(availability::matrix))
        .routes(routes!(board::show))
        .routes(routes!(demand::list))
        .routes(routes!(demand::wishes))
        .routes(routes!(demand::export))
        .routes(routes!(events::stream))
        .routes(routes!(quotes::create))
        .routes(routes!(openings::find))
        .routes(routes!(bookings::list::list, bookings::create))
        .routes(routes!(bookings::show, bookings::change))
        .routes(routes!(bookings::record::history))
        .routes(routes!(bookings::record::letters))
        .routes(routes!(bookings::record::calendar))
        .routes(routes!(bookings::steps::cancel))
        .routes(routes!(bookings::steps::confirm))
        .routes(routes!(bookings::steps::challenge))
        .routes(routes!(bookings::steps::decide))
        .routes(routes!(bookings::extension::extend))
        .routes(routes!(bookings::overrun::say))
        .routes(routes!(bookings::overrun::delays))
        .routes(routes!(effects::of_booking))
        .routes(routes!(bookings::handover::hand_over))
        .routes(routes!(bookings::series::show))
        .routes(routes!(feeds::list, feeds::create))
        .routes(routes!(feeds::revoke))
        .routes(routes!(feeds::read))
        .routes(routes!(calendar::read))
        .routes(routes!(letters::list))
        .routes(routes!(letters::resend))
        .routes(routes!(audit::list))
        .routes(routes!(metrics::show))
}

/// Routes that take files, which are larger than anything else that is sent.
fn files() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(inventory::preview))
        .routes(routes!(inventory::create))
        .routes(routes!(inventory::refused_rows))
        .layer(DefaultBodyLimit::max(inventory::LARGEST_FORM))
}

/// The routes of photos, of which one takes a picture.
fn photo_files() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(photos::list, photos::create))
        .layer(DefaultBodyLimit::max(photos::LARGEST_FORM))
}

/// Routes that take many pictures in one file.
fn photo_zip_files() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(photo_zips::preview))
        .routes(routes!(photo_zips::create))
        .layer(DefaultBodyLimit::max(photo_zips::LARGEST_FORM))
}

/// All routes.
pub fn router(_app: &App) -> axum::Router<App> {
    let (api, mut document) = api().split_for_parts();
    openapi::complete(&mut document);
    api.merge(pages::router(document))
        .fallback(async || errors::Problem::NoSuchPage)
}

/// The OpenAPI document, for tests and `backlot` itself.
pub fn document() -> utoipa::openapi::OpenApi {
    let mut document = api().split_for_parts().1;
    openapi::complete(&mut document);
    document
}
