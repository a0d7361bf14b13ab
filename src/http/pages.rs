//! The shell, its files, the API's document and docs, and the health of the server. Everything is inside
//! the binary; nothing comes from outside.

use std::sync::{Arc, LazyLock};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use rust_embed::RustEmbed;
use sha2::{Digest, Sha256};
use utoipa::openapi::OpenApi;

use super::errors::{Problem, Reply};
use super::input::Path;
use crate::app::App;
use crate::store::{StoreError, listings, units};

#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/static"]
#[exclude = "readme*.png"]
struct Files;

/// What may run and load on our pages: our own files and the one import map of the shell.
static POLICY: LazyLock<String> = LazyLock::new(|| {
    let script = import_map_hash()
        .map(|hash| format!(" 'sha256-{hash}'"))
        .unwrap_or_default();
    format!(
        "default-src 'none'; script-src 'self'{script}; style-src 'self'; img-src 'self' blob: data:; \
         font-src 'self'; connect-src 'self'; manifest-src 'self'; frame-src 'self' blob:; base-uri 'none'; form-action 'self'; \
         frame-ancestors 'none'"
    )
});

/// The SHA-256 of the import map's text, as a browser computes it (CSP level 3, section 6.7.2.2).
fn import_map_hash() -> Option<String> {
    let shell = Files::get("index.html")?;
    let html = std::str::from_utf8(&shell.data).ok()?;
    let tag = html.find("type=\"importmap\"")?;
    let start = tag + html[tag..].find('>')? + 1;
    let end = start + html[start..].find("</script>")?;
    Some(data_encoding::BASE64.encode(&Sha256::digest(&html.as_bytes()[start..end])))
}

/// Routes that are not resources.
pub fn router(document: OpenApi) -> Router<App> {
    // Both are the same for everybody, and no small work: made once, when somebody first asks.
    let document = Arc::new(document);
    let described = Arc::clone(&document);
    let docs = Arc::new(LazyLock::new(move || super::docs::page(&described)));
    let document = Arc::new(LazyLock::new(move || {
        Bytes::from(serde_json::to_vec(&*document).expect("an OpenAPI document is JSON"))
    }));
    let json = [(header::CONTENT_TYPE, "application/json")];
    Router::new()
        .route(
            "/api/openapi.json",
            get(move || async move { (json, Bytes::clone(&document)) }),
        )
        .route("/api/docs", get(move || async move { docs.to_response() }))
        .route("/healthz", get(async || "ok"))
        .route("/readyz", get(ready))
        .route("/q/{code}", get(scanned))
        .route("/worker.js", get(worker))
        .route("/static/{*file}", get(file))
        .route("/", get(shell))
        .route("/{*page}", get(page))
}

/// What was scanned: the page of the code, and of a unit that of its listing. Who is not signed in comes there
/// after signing in, and a code nobody knows is told there.
async fn scanned(State(app): State<App>, address: Uri) -> Reply<Redirect> {
    // As the address wrote it: what is no code stays escaped.
    let code = address.path().strip_prefix("/q/").unwrap_or_default();
    let wanted = code.to_owned();
    let listing = app
        .store
        .read(move |conn| match units::find_by_code(conn, &wanted)? {
            Some(unit) => listings::find(conn, unit.listing).map(|listing| Some(listing.code)),
            None => Ok::<_, StoreError>(None),
        })
        .await?;
    Ok(Redirect::to(&match listing {
        Some(listing) => format!("/listings/{listing}?unit={code}"),
        None => format!("/listings/{code}"),
    }))
}

/// Ready when the database answers, and takes what is to be stored; not once the server was asked to stop.
async fn ready(State(app): State<App>) -> Reply<Response> {
    if app.drain.has_begun() {
        let later = [(header::RETRY_AFTER, "1")];
        return Ok((StatusCode::SERVICE_UNAVAILABLE, later, "asked to stop").into_response());
    }
    app.store.probe().await?;
    Ok("ready".into_response())
}

async fn page(Path(page): Path<String>) -> Response {
    if page.starts_with("api/") {
        return Problem::NoSuchPage.into_response();
    }
    shell().await
}

/// The one page: the browser's router shows what its path says.
async fn shell() -> Response {
    let Some(shell) = Files::get("index.html") else {
        return Problem::NoSuchPage.into_response();
    };
    let mut response = shell.data.into_owned().into_response();
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/html; charset=utf-8"),
    );
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    if let Ok(policy) = HeaderValue::from_str(&POLICY) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}

/// What a browser without network is told. The script stands at the root, because a worker answers only for
/// what lies beside and below it; the page it answers with is written into it, so that a new page is a new
/// worker. It may ask this server, and nobody else.
async fn worker() -> Response {
    let text = |path: &str| {
        let file = Files::get(path)?;
        String::from_utf8(file.data.into_owned()).ok()
    };
    let (Some(script), Some(page)) = (text("offline/worker.js"), text("offline/page.html")) else {
        return Problem::NoSuchPage.into_response();
    };
    let page = serde_json::Value::String(page).to_string();
    let headers = [
        (header::CONTENT_TYPE, "text/javascript"),
        (header::CACHE_CONTROL, "no-cache"),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; connect-src 'self'",
        ),
    ];
    let script = without_comments(&script).replace("'THE PAGE'", &page);
    (headers, script).into_response()
}

/// A file of the shell. It may be kept, and is asked for again with its ETag.
async fn file(Path(path): Path<String>, headers: HeaderMap) -> Response {
    let Some(file) = Files::get(&path) else {
        return Problem::NoSuchPage.into_response();
    };
    let etag = format!(
        "\"{}\"",
        data_encoding::HEXLOWER.encode(&file.metadata.sha256_hash()[..12])
    );
    let known = headers
        .get(header::IF_NONE_MATCH)
        .and_then(|value| value.to_str().ok());
    let mut response = if known.is_some_and(|known| known.contains(&etag)) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        for_the_wire(&path, file.data.into_owned()).into_response()
    };
    let kind = mime_guess::from_path(&path).first_or_octet_stream();
    let fixed: [(HeaderName, &str); 3] = [
        (header::CONTENT_TYPE, kind.as_ref()),
        (header::CACHE_CONTROL, "no-cache"),
        (header::ETAG, &etag),
    ];
    for (name, value) in fixed {
        if let Ok(value) = HeaderValue::from_str(value) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

/// What is sent of a file. Comments are for who reads the source, and a sixth of what a phone would load:
/// our own scripts and style sheets go without. Vendored files are held by their hashes and stay as they are.
fn for_the_wire(path: &str, data: Vec<u8>) -> Vec<u8> {
    let is_own = !path.starts_with("vendor/");
    let has_comments = [".js", ".css"].iter().any(|ending| path.ends_with(ending));
    match String::from_utf8(data) {
        Ok(text) if is_own && has_comments => without_comments(&text).into_bytes(),
        Ok(text) => text.into_bytes(),
        Err(binary) => binary.into_bytes(),
    }
}

/// The text with the lines that are nothing but comment left empty, so that a fault names the right line.
fn without_comments(text: &str) -> String {
    let mut inside = false;
    let mut is_comment = |line: &str| {
        let line = line.trim();
        let starts = line.starts_with("/*") && !inside;
        let ends = line.ends_with("*/");
        // A block that ends within its line has something behind it.
        let is_block = starts && (ends || !line.contains("*/"));
        let comment = inside || is_block || line.starts_with("//");
        inside = (inside || is_block) && !ends;
        comment
    };
    let kept = text
        .split('\n')
        .map(|line| if is_comment(line) { "" } else { line });
    kept.collect::<Vec<_>>().join("\n")
}
