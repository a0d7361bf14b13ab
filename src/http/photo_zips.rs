//! Many photos in one ZIP, named by the codes of their listings: looked at, and taken in.

use std::collections::BTreeMap;
use std::time::Duration;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::multipart::{Multipart, MultipartRejection};
use axum::http::{HeaderMap, StatusCode};
use serde_json::{Value, json};
use tokio::time::Instant;
use utoipa::ToSchema;

use super::errors::{Problem, Reply, accepted_language};
use super::guard::Asking;
use super::input::invalid;
use super::{photos as pictures, phrases};
use crate::actions::photo_import::{self, Planned};
use crate::actions::photos::{self, NewPhoto};
use crate::actions::{FieldFault, Refused};
use crate::app::App;
use crate::domain::people::{Actor, Language};
use crate::inventory::Unreadable;
use crate::inventory::compare::Verdict;
use crate::inventory::photo_zip::{self, LARGEST_ZIP};

/// The largest form with a ZIP, in bytes.
pub const LARGEST_FORM: usize = LARGEST_ZIP + 64 * 1024;
/// How long one request takes photos in. What is left then is taken in by sending the ZIP again.
const LONGEST_TAKING: Duration = Duration::from_secs(15);

/// A form with a ZIP.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it says in the document what the form is made of")]
pub struct PhotoZipForm {
    /// A ZIP of `CODE.jpg`, `CODE-2.jpg` or `CODE/any.jpg`; 64 MB and 5,000 files at most.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

async fn receive(form: Result<Multipart, MultipartRejection>) -> Reply<Bytes> {
    let no_file = || invalid(vec![FieldFault::new("file", "required")]);
    let mut form = form.map_err(|_| no_file())?;
    let too_large = |_| Problem::Refused(Refused::Unreadable(Unreadable::too_large(LARGEST_ZIP)));
    while let Some(part) = form.next_field().await.map_err(too_large)? {
        if part.name() == Some("file") {
            return part.bytes().await.map_err(too_large);
        }
    }
    Err(no_file())
}

/// What would become of each file of a ZIP. `None` is the house itself.
pub async fn plan(app: &App, by: Option<Actor>, zip: Bytes) -> Reply<Vec<Planned>> {
    let looking = tokio::task::spawn_blocking(move || photo_zip::look(&zip));
    let entries = looking.await.map_err(|_| Problem::Panicked)?;
    let entries = entries.map_err(Refused::Unreadable)?;
    let planned = app
        .store
        .read(move |conn| photo_import::plan(conn, by.as_ref(), entries))
        .await?;
    Ok(planned)
}

/// What became of the photos that were new.
pub struct Taken {
    /// Those that were added.
    pub stored: usize,
    /// Those there was no time for.
    pub left: usize,
}

/// Takes in what is new, one by one; what turns out to be damaged becomes refused in the plan.
pub async fn take(
    app: &App,
    by: Option<Actor>,
    zip: &Bytes,
    planned: &mut [Planned],
    until: Option<Instant>,
    told: impl Fn(usize),
) -> Reply<Taken> {
    let mut taken = Taken { stored: 0, left: 0 };
    for one in planned.iter_mut().filter(|one| one.verdict == Verdict::New) {
        if until.is_some_and(|until| Instant::now() >= until) {
            taken.left += 1;
            continue;
        }
        match take_one(app, by, zip, one).await? {
            Some(fault) => {
                one.verdict = Verdict::Refused;
                one.fault = Some(fault);
            }
            None => taken.stored += 1,
        }
        told(taken.stored);
    }
    Ok(taken)
}

async fn take_one(
    app: &App,
    by: Option<Actor>,
    zip: &Bytes,
    one: &Planned,
) -> Reply<Option<FieldFault>> {
    let Some((listing, _)) = one.listing else {
        return Ok(None);
    };
    let (archive, place) = (zip.clone(), one.entry.place);
    let unpacking = tokio::task::spawn_blocking(move || photo_zip::bytes_of(&archive, place));
    let file = unpacking.await.map_err(|_| Problem::Panicked)?;
    let file = file.map_err(Refused::Unreadable)?;
    let picture = match pictures::drawn(file.into()).await? {
        Ok(picture) => picture,
        Err(why) => return Ok(Some(photos::fault(why))),
    };
    let (source, alt) = (one.entry.source.clone(), String::new());
    let new = NewPhoto {
        picture,
        source,
        alt,
    };
    let now = app.clock.now();
    app.store
        .write(move |conn| photos::add(conn, by.as_ref(), listing, &new, now))
        .await?;
    Ok(None)
}

/// A plan as JSON, for pages, scripts and the command line alike.
pub fn view(planned: &[Planned], language: Language) -> Value {
    let records: Vec<Value> = planned.iter().map(|one| record(one, language)).collect();
    json!({ "records": records, "totals": totals(planned) })
}

fn record(one: &Planned, language: Language) -> Value {
    let issue = one.fault.as_ref();
    let issue =
        issue.map(|fault| json!({ "code": fault.code, "reason": phrases::fault(fault, language) }));
    json!({
        "name": one.entry.name, "code": one.listing.as_ref().map(|(_, code)| code),
        "verdict": one.verdict, "issue": issue,
    })
}

fn totals(planned: &[Planned]) -> BTreeMap<String, usize> {
    let all = Verdict::ALL.iter().map(|verdict| (verdict.to_string(), 0));
    let mut totals: BTreeMap<String, usize> = all.collect();
    for one in planned {
        *totals.entry(one.verdict.to_string()).or_default() += 1;
    }
    totals
}

/// Preview photos by ZIP
///
/// Nothing is stored. Every file is accounted for: `new`, `unchanged`, `refused` with its reason, or `skipped`.
#[utoipa::path(post, path = "/api/v1/imports/photos/preview", tag = "listings", operation_id = "preview_photos",
    request_body(content = PhotoZipForm, content_type = "multipart/form-data"),
    responses((status = 200, description = "`records` and `totals`", body = Object), (status = 422, description = "`unreadable_file`")))]
pub async fn preview(
    State(app): State<App>,
    who: Asking,
    headers: HeaderMap,
    form: Result<Multipart, MultipartRejection>,
) -> Reply<Json<Value>> {
    let zip = receive(form).await?;
    let planned = plan(&app, Some(who.actor()), zip).await?;
    let language = accepted_language(&headers).unwrap_or(who.0.language);
    Ok(Json(view(&planned, language)))
}

/// Take photos in by ZIP
///
/// Adds what is new, for at most 15 seconds; while `left` is not 0, send the ZIP again. A second time adds nothing twice.
#[utoipa::path(post, path = "/api/v1/imports/photos", tag = "listings", operation_id = "import_photos",
    request_body(content = PhotoZipForm, content_type = "multipart/form-data"),
    responses((status = 200, description = "`stored`, `left`, `records` and `totals`", body = Object),
        (status = 422, description = "`unreadable_file`")))]
pub async fn create(
    State(app): State<App>,
    who: Asking,
    headers: HeaderMap,
    form: Result<Multipart, MultipartRejection>,
) -> Reply<(StatusCode, Json<Value>)> {
    let zip = receive(form).await?;
    let by = Some(who.actor());
    let until = Some(Instant::now() + LONGEST_TAKING);
    let mut planned = plan(&app, by, zip.clone()).await?;
    let taken = take(&app, by, &zip, &mut planned, until, |_| {}).await?;
    let language = accepted_language(&headers).unwrap_or(who.0.language);
    let mut told = view(&planned, language);
    told["stored"] = json!(taken.stored);
    told["left"] = json!(taken.left);
    Ok((StatusCode::OK, Json(told)))
}
