//! Readable docs, made from the OpenAPI document itself: one page, no script, nothing from outside.

use axum::body::Bytes;
use axum::http::{HeaderValue, header};
use axum::response::{Html, IntoResponse, Response};
use minijinja::value::Serde;
use minijinja::{Environment, Value, context};
use utoipa::openapi::OpenApi;

use super::errors::Problem;
use crate::store::StoreError;

const TEMPLATE: &str = include_str!("docs.html.j2");

/// The page, or why there is none.
pub struct Page(Result<Bytes, String>);

/// Makes the page of a document.
pub fn page(document: &OpenApi) -> Page {
    let mut environment = Environment::new();
    let rendered = environment
        .add_template("docs.html", TEMPLATE)
        .and_then(|()| environment.get_template("docs.html"))
        .and_then(|template| template.render(context! { api => Value::from(Serde(document)) }));
    Page(rendered.map(Bytes::from).map_err(|error| error.to_string()))
}

impl Page {
    /// What a reader gets.
    pub fn to_response(&self) -> Response {
        match &self.0 {
            Ok(html) => {
                let mut response = Html(html.clone()).into_response();
                let policy =
                    "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'";
                response.headers_mut().insert(
                    header::CONTENT_SECURITY_POLICY,
                    HeaderValue::from_static(policy),
                );
                response
            }
            Err(error) => Problem::from(StoreError::Other(error.clone())).into_response(),
        }
    }
}
