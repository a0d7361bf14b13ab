//! Inventories as files: previewed, imported, mended, exported; and the template to fill in.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::extract::multipart::{Multipart, MultipartError, MultipartRejection};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::json;
use tokio::sync::{Semaphore, SemaphorePermit};
use utoipa::ToSchema;

use super::errors::{Problem, Reply, accepted_language};
use super::guard::Asking;
use super::input::{Query, invalid};
use super::lines;
use super::listings::{FilterQuery, Narrowed};
use super::views::import as views;
use crate::actions::export::Wanted;
use crate::actions::import::{self, Choice, Import, Preview, Progress, Taken, Upload, Wishes};
use crate::actions::{Cluster, FieldFault, Refused, export};
use crate::app::App;
use crate::domain::people::{Actor, Language};
use crate::inventory::columns::{Corrections, Field};
use crate::inventory::read::{self, Format, LARGEST_FILE, Unreadable};
use crate::store::StoreError;

/// The largest form with a file, in bytes: the file, and what is asked for beside it.
pub const LARGEST_FORM: usize = LARGEST_FILE + 1024 * 1024;
/// Files that are worked on at a time. Each may take a few hundred megabytes; others wait their turn.
static DESKS: Semaphore = Semaphore::const_new(2);

/// A form with a file.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it says in the document what the form is made of")]
pub struct ImportForm {
    /// CSV or XLSX, told by its content; 32 MB and 100,000 rows at most.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
    /// JSON.
    options: Option<ImportOptions>,
}

/// What is asked for beside the file.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ImportOptions {
    /// What columns mean, by what stands over them; null leaves one out. The others are told by their names.
    #[serde(default)]
    pub mapping: BTreeMap<String, Option<String>>,
    /// Code or name of the company that new listings belong to; the asker's own when absent.
    #[serde(default)]
    pub owner: Option<String>,
    /// Code or name of the site of new listings that name none.
    #[serde(default)]
    pub site: Option<String>,
    /// Whether sites that are not there yet are added; for managers.
    #[serde(default)]
    pub make_sites: bool,
    /// Whether new listings stay drafts; complete ones are published otherwise.
    #[serde(default)]
    pub keep_drafts: bool,
    /// Only when importing: the lines that are taken; every new and changed record when absent.
    #[serde(default)]
    pub lines: Option<BTreeSet<u64>>,
    /// Only when importing: `seen` of the preview, to take nothing but what was looked at.
    #[serde(default)]
    pub seen: Option<String>,
}

/// A form, read.
struct Form {
    file: Bytes,
    options: ImportOptions,
}

impl Form {
    async fn receive(form: Result<Multipart, MultipartRejection>) -> Reply<Self> {
        let no_file = || invalid(vec![FieldFault::new("file", "required")]);
        let mut form = form.map_err(|_| no_file())?;
        let mut file = None;
        let mut options = ImportOptions::default();
        while let Some(part) = form.next_field().await.map_err(|error| broken(&error))? {
            match part.name() {
                Some("file") => file = Some(part.bytes().await.map_err(|error| broken(&error))?),
                Some("options") => {
                    options = read_options(&part.bytes().await.map_err(|error| broken(&error))?)?;
                }
                _ => {}
            }
        }
        Ok(Self {
            file: file.ok_or_else(no_file)?,
            options,
        })
    }
}

fn broken(error: &MultipartError) -> Problem {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        return Problem::Refused(Refused::Unreadable(Unreadable::too_large(LARGEST_FILE)));
    }
    invalid(vec![FieldFault::with_limit(
        "file",
        "wrong_type",
        error.body_text(),
    )])
}

fn read_options(text: &[u8]) -> Reply<ImportOptions> {
    serde_json::from_slice(text)
        .map_err(|error| invalid(vec![FieldFault::with_limit("options", "wrong_type", error)]))
}

fn corrections(options: &ImportOptions, cluster: &Cluster) -> Reply<Corrections> {
    let mut corrections = Corrections::new();
    for (column, name) in &options.mapping {
        let Some(name) = name else {
            corrections.insert(column.clone(), None);
            continue;
        };
        let called =
            |field: &&Field| field.as_str() == name || field.key(cluster.currency) == *name;
        let Some(field) = Field::ALL.iter().find(called) else {
            let all: Vec<&str> = Field::ALL.iter().map(|field| field.as_str()).collect();
            let fault = FieldFault::with_limit("options.mapping", "not_one_of", all.join(", "));
            return Err(invalid(vec![fault]));
        };
        corrections.insert(column.clone(), Some(*field));
    }
    Ok(corrections)
}

/// A file that was read, with who sent it and what is asked for.
struct Received {
    /// Kept as long as the file is worked on.
    _desk: SemaphorePermit<'static>,
    actor: Actor,
    upload: Upload,
    wishes: Wishes,
    choice: Choice,
    language: Language,
}

async fn receive(
    app: &App,
    who: &Asking,
    headers: &HeaderMap,
    form: Result<Multipart, MultipartRejection>,
) -> Reply<Received> {
    let Form { file, options } = Form::receive(form).await?;
    let corrections = corrections(&options, &app.cluster)?;
    // Only now: who sends slowly keeps nobody waiting.
    let desk = desk().await?;
    let cluster = app.cluster.clone();
    let read = tokio::task::spawn_blocking(move || {
        let table = read::read(&file)?;
        Ok(Upload::of(table, &corrections, &cluster))
    });
    let upload = read
        .await
        .map_err(|_| Problem::Panicked)?
        .map_err(|why| Problem::Refused(Refused::Unreadable(why)))?;
    Ok(Received {
        _desk: desk,
        actor: who.actor(),
        upload,
        wishes: Wishes {
            house: None,
            owner: options.owner,
            site: options.site,
            make_sites: options.make_sites,
            keep_drafts: options.keep_drafts,
        },
        choice: Choice {
            lines: options.lines,
            seen: options.seen,
        },
        language: language(who, headers),
    })
}

pub(super) fn language(who: &Asking, headers: &HeaderMap) -> Language {
    accepted_language(headers).unwrap_or(who.0.language)
}

/// Waits for a desk. There is always one in the end: a request gives up by itself.
async fn desk() -> Reply<SemaphorePermit<'static>> {
    let closed = |_| StoreError::Busy("no desk".to_owned());
    Ok(DESKS.acquire().await.map_err(closed)?)
}

fn nobody() -> Progress {
    Arc::new(|_, _| {})
}

async fn look(app: &App, received: &Received, told: Progress) -> Reply<Preview> {
    let (cluster, now) = (app.cluster.clone(), app.clock.now());
    let (actor, upload, wishes) = (
        received.actor,
        received.upload.clone(),
        received.wishes.clone(),
    );
    let looked = app.store.read(move |conn| {
        let import = Import {
            cluster: &cluster,
            by: Some(&actor),
            upload: &upload,
            wishes: &wishes,
            now,
            told: &told,
        };
        import::preview(conn, &import)
    });
    Ok(looked.await?)
}

async fn take(app: &App, received: Received, told: Progress) -> Reply<Taken> {
    let (cluster, now) = (app.cluster.clone(), app.clock.now());
    let taken = app.store.write(move |conn| {
        let import = Import {
            cluster: &cluster,
            by: Some(&received.actor),
            upload: &received.upload,
            wishes: &received.wishes,
            now,
            told: &told,
        };
        import::apply(conn, &import, &received.choice)
    });
    Ok(taken.await?)
}

/// Preview an import
///
/// Nothing is stored. Every record of the file is accounted for: `new`, `changed` with what changes, `unchanged`,
/// `refused` with field, reason and remedy, or `skipped`. With `Accept: application/x-ndjson` lines `{"done", "of"}`
/// tell how far it is, and the last is `{"answer"}` or `{"problem"}`.
#[utoipa::path(post, path = "/api/v1/imports/preview", tag = "listings", operation_id = "preview_import",
    request_body(content = ImportForm, content_type = "multipart/form-data"),
    responses((status = 200, description = "`file`, `columns`, `records`, `totals`, `new_sites` and `seen`", body = Object),
        (status = 422, description = "`unreadable_file`")))]
pub async fn preview(
    State(app): State<App>,
    who: Asking,
    headers: HeaderMap,
    form: Result<Multipart, MultipartRejection>,
) -> Reply<Response> {
    let received = receive(&app, &who, &headers, form).await?;
    let (desk, language) = (app.clone(), received.language);
    lines::answer(&app, &headers, language, |told| async move {
        let preview = look(&desk, &received, told).await?;
        let currency = desk.cluster.currency;
        let text = views::preview(&received.upload, &preview, currency, language);
        Ok(text)
    })
    .await
}

/// Import listings
///
/// Takes the chosen records, all or nothing. A second time changes nothing. With `Accept: application/x-ndjson` lines
/// `{"done", "of"}` tell how far it is, and the last is `{"answer"}` or `{"problem"}`.
#[utoipa::path(post, path = "/api/v1/imports", tag = "listings", operation_id = "import_listings",
    request_body(content = ImportForm, content_type = "multipart/form-data"),
    responses((status = 200, description = "`stored` (how many are `new` and `changed`) and `totals`", body = Object),
        (status = 409, description = "`state_conflict`: something changed since the preview; `closure_hits_bookings`"),
        (status = 422, description = "`unreadable_file`; `invalid_input`: lines that cannot be taken")))]
pub async fn create(
    State(app): State<App>,
    who: Asking,
    headers: HeaderMap,
    form: Result<Multipart, MultipartRejection>,
) -> Reply<Response> {
    let received = receive(&app, &who, &headers, form).await?;
    let (desk, language) = (app.clone(), received.language);
    lines::answer(&app, &headers, language, |told| async move {
        let taken = take(&desk, received, told).await?;
        let answer = json!({
            "stored": { "new": taken.made.len(), "changed": taken.changed },
            "totals": views::totals(&taken.preview.totals()),
        });
        Ok(answer.to_string())
    })
    .await
}

/// Get refused rows to mend
///
/// As they stand in the file, each with what is wrong with it: mended, the file can be sent again.
#[utoipa::path(post, path = "/api/v1/imports/refused-rows", tag = "listings", operation_id = "refused_rows",
    request_body(content = ImportForm, content_type = "multipart/form-data"),
    responses((status = 200, content_type = "text/csv", body = String)))]
pub async fn refused_rows(
    State(app): State<App>,
    who: Asking,
    headers: HeaderMap,
    form: Result<Multipart, MultipartRejection>,
) -> Reply<Response> {
    let received = receive(&app, &who, &headers, form).await?;
    let preview = look(&app, &received, nobody()).await?;
    let rows = received
        .upload
        .refused_rows(&preview.records, received.language);
    Ok(file(
        "refused-rows",
        Format::Csv,
        rows.map_err(Refused::from)?,
    ))
}

/// Get the template as CSV
#[utoipa::path(get, path = "/api/v1/imports/template.csv", tag = "listings", operation_id = "import_template_csv",
    responses((status = 200, content_type = "text/csv", body = String)))]
pub async fn template_csv(app: State<App>, who: Asking, headers: HeaderMap) -> Reply<Response> {
    template(app, &who, &headers, Format::Csv).await
}

/// Get the template as XLSX
#[utoipa::path(get, path = "/api/v1/imports/template.xlsx", tag = "listings", operation_id = "import_template_xlsx",
    responses((status = 200, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", body = Vec<u8>)))]
pub async fn template_xlsx(app: State<App>, who: Asking, headers: HeaderMap) -> Reply<Response> {
    template(app, &who, &headers, Format::Xlsx).await
}

async fn template(
    State(app): State<App>,
    who: &Asking,
    headers: &HeaderMap,
    format: Format,
) -> Reply<Response> {
    let (cluster, language) = (app.cluster.clone(), language(who, headers));
    let bytes = app
        .store
        .read(move |conn| export::template(conn, &cluster, format, language))
        .await?;
    Ok(file("template", format, bytes))
}

/// Export listings as CSV
///
/// Those the asker sees, narrowed as in the catalogue. An import takes the file back unchanged.
#[utoipa::path(get, path = "/api/v1/listings/export.csv", tag = "listings", operation_id = "export_listings_csv", params(FilterQuery),
    responses((status = 200, content_type = "text/csv", body = String)))]
pub async fn export_csv(
    app: State<App>,
    who: Asking,
    headers: HeaderMap,
    query: Query<FilterQuery>,
) -> Reply<Response> {
    exported(app, &who, &headers, query, Format::Csv).await
}

/// Export listings as XLSX
///
/// Those the asker sees, narrowed as in the catalogue. An import takes the file back unchanged.
#[utoipa::path(get, path = "/api/v1/listings/export.xlsx", tag = "listings", operation_id = "export_listings_xlsx", params(FilterQuery),
    responses((status = 200, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", body = Vec<u8>)))]
pub async fn export_xlsx(
    app: State<App>,
    who: Asking,
    headers: HeaderMap,
    query: Query<FilterQuery>,
) -> Reply<Response> {
    exported(app, &who, &headers, query, Format::Xlsx).await
}

async fn exported(
    State(app): State<App>,
    who: &Asking,
    headers: &HeaderMap,
    Query(query): Query<FilterQuery>,
    format: Format,
) -> Reply<Response> {
    let _desk = desk().await?;
    let Narrowed { filter, free } = query.read(&who.actor())?;
    let (cluster, now) = (app.cluster.clone(), app.clock.now());
    let wanted = Wanted {
        filter,
        free,
        format,
        language: language(who, headers),
    };
    let exported = app
        .store
        .read(move |conn| export::listings(conn, &cluster, &wanted, now))
        .await?;
    Ok(file("listings", format, exported.bytes))
}

/// A file to keep.
pub(super) fn file(name: &str, format: Format, bytes: Vec<u8>) -> Response {
    let kind = match format {
        Format::Csv => "text/csv; charset=utf-8",
        Format::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    };
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    let disposition = format!("attachment; filename=\"backlot-{name}.{format}\"");
    if let Ok(disposition) = HeaderValue::from_str(&disposition) {
        headers.insert(header::CONTENT_DISPOSITION, disposition);
    }
    response
}
