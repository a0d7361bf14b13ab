//! Readable docs, made from the OpenAPI document itself: one page, no script, nothing from outside.

use axum::http::{HeaderValue, header};
use axum::response::{Html, IntoResponse, Response};
use minijinja::value::Serde;
use minijinja::{Environment, Value, context};
use utoipa::openapi::OpenApi;

const TEMPLATE: &str = include_str!("docs.html.j2");

/// The page.
pub fn page(document: &OpenApi) -> Response {
    let mut environment = Environment::new();
    let rendered = environment
        .add_template("docs.html", TEMPLATE)
        .and_then(|()| environment.get_template("docs.html"))
        .and_then(|template| template.render(context! { api => Value::from(Serde(document)) }));
    match rendered {
        Ok(html) => {
            let mut response = Html(html).into_response();
            let policy =
                "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'";
            response.headers_mut().insert(
                header::CONTENT_SECURITY_POLICY,
                HeaderValue::from_static(policy),
            );
            response
        }
        Err(error) => {
            super::errors::Problem::from(crate::store::StoreError::Other(error.to_string()))
                .into_response()
        }
    }
}
