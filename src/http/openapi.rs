//! What the OpenAPI document says of every operation alike, so that no handler has to: who may call it, what
//! a problem looks like, and a word for each status.

use axum::http::{Method, StatusCode};
use serde::Serialize;
use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{Components, Content, OpenApi, Ref, RefOr, Response};
use utoipa::{PartialSchema, ToSchema};

use super::routes::{Who, who_may};
use super::views::repair::RepairOut;
use super::views::series::SeriesDateOut;

/// Why a request was not answered with what it asked for (RFC 9457).
#[derive(Debug, Serialize, ToSchema)]
pub struct ProblemOut {
    /// Address of what this documentation says of it.
    pub r#type: String,
    /// What went wrong, in the reader's language.
    pub title: String,
    /// HTTP status.
    pub status: u16,
    /// Stable word for programs.
    pub code: String,
    /// What to do next, in the reader's language.
    pub detail: String,
    /// Each wrong field, of `invalid_input`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub errors: Option<Vec<WrongFieldOut>>,
    /// Every refusal of every line, of `clash` and `refused`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<Object>>)]
    pub refusals: Option<Vec<serde_json::Value>>,
    /// What would work in the place of what was refused, the best first, of `clash` and `refused`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub repairs: Option<Vec<RepairOut>>,
    /// Every date of a series, those too that could be had, of `clash` and `refused`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dates: Option<Vec<SeriesDateOut>>,
    /// References of the bookings in the way, of `closure_hits_bookings`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bookings: Option<Vec<String>>,
    /// The version it has now, of `version_stale`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<i64>,
}

/// One wrong field.
#[derive(Debug, Serialize, ToSchema)]
pub struct WrongFieldOut {
    /// Where, such as `lines[0].start`.
    pub field: String,
    /// Stable word for programs.
    pub code: String,
    /// What would be right, in the reader's language.
    pub message: String,
}

/// Name of the security scheme.
const TOKEN: &str = "token";

/// Adds to the document what holds for every operation.
pub fn complete(document: &mut OpenApi) {
    let components = document.components.get_or_insert_with(Components::new);
    components
        .schemas
        .insert("ProblemOut".to_owned(), ProblemOut::schema());
    components
        .schemas
        .insert("RepairOut".to_owned(), RepairOut::schema());
    components
        .schemas
        .insert("WrongFieldOut".to_owned(), WrongFieldOut::schema());
    let scheme = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
    components.add_security_scheme(TOKEN, scheme);
    for (path, item) in &mut document.paths.paths {
        for (method, operation) in operations(item) {
            complete_operation(operation, who_may(&method, path));
        }
    }
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = (Method, &mut Operation)> {
    let all = [
        (Method::GET, &mut item.get),
        (Method::POST, &mut item.post),
        (Method::PATCH, &mut item.patch),
        (Method::PUT, &mut item.put),
        (Method::DELETE, &mut item.delete),
    ];
    all.into_iter()
        .filter_map(|(method, operation)| Some((method, operation.as_mut()?)))
}

fn complete_operation(operation: &mut Operation, who: Option<Who>) {
    for (status, response) in &mut operation.responses.responses {
        let RefOr::T(response) = response else {
            continue;
        };
        if response.description.is_empty() {
            response.description = word_for(status);
        }
        if status.starts_with(['4', '5']) && response.content.is_empty() {
            response.content = problem().content;
        }
    }
    operation
        .responses
        .responses
        .insert("default".to_owned(), RefOr::T(problem()));
    let caller = match who {
        None | Some(Who::Anyone) => "Anyone may call it.".to_owned(),
        Some(Who::Demo) => "Anyone may call it, in a demo only.".to_owned(),
        Some(Who::Member) => "For every member.".to_owned(),
        Some(Who::Right(right)) => format!("For members with the right `{right}`."),
    };
    if matches!(who, Some(Who::Member | Who::Right(_))) {
        let token = SecurityRequirement::new(TOKEN, Vec::<String>::new());
        operation.security = Some(vec![token]);
    }
    let told = operation.description.take().filter(|told| !told.is_empty());
    operation.description = Some(match told {
        Some(told) => format!("{told}\n\n{caller}"),
        None => caller,
    });
}

fn word_for(status: &str) -> String {
    let known = StatusCode::from_bytes(status.as_bytes()).ok();
    known
        .and_then(|status| status.canonical_reason())
        .unwrap_or("An answer")
        .to_owned()
}

fn problem() -> Response {
    let shape = RefOr::Ref(Ref::from_schema_name("ProblemOut"));
    let mut response = Response::new("A problem (RFC 9457)");
    response.content.insert(
        "application/problem+json".to_owned(),
        RefOr::T(Content::new(Some(shape))),
    );
    response
}
