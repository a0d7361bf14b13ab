//! Photos of listings: sent, put in order, described, taken away; and their pictures, which a browser keeps.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::multipart::{Multipart, MultipartError, MultipartRejection};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use tokio::sync::Semaphore;
use utoipa::ToSchema;

use super::cursor::Page;
use super::errors::{Problem, Reply};
use super::guard::Asking;
use super::input::{self, Body, Faults, Path, PathId, invalid};
use super::views::photo::PhotoOut;
use crate::actions::photos::{self, NewPhoto, PhotoChange};
use crate::actions::{FieldFault, Outcome};
use crate::app::App;
use crate::domain::ids::PhotoId;
use crate::inventory::picture::{self, LARGEST_FILE, NoPicture, Picture, Size};
use crate::store::photos::Which;
use crate::store::{StoreError, photos as rows};

/// The largest form with a photo, in bytes. A file that is somewhat too large is read to its end before it is
/// refused: who is still sending does not listen yet, and would find the line cut instead of an answer.
pub const LARGEST_FORM: usize = 2 * LARGEST_FILE;
/// Pictures that are drawn anew at a time. Each may take two hundred megabytes and a core; others wait their turn.
static EASELS: Semaphore = Semaphore::const_new(2);

/// List a listing's photos
///
/// In order; the first is its cover.
#[utoipa::path(get, path = "/api/v1/listings/{id}/photos", tag = "listings", operation_id = "list_photos",
    params(("id" = String, Path, description = "id or code")), responses((status = 200, body = Page<PhotoOut>)))]
pub async fn list(
    State(app): State<App>,
    who: Asking,
    Path(name): Path<String>,
) -> Reply<Json<Page<PhotoOut>>> {
    let actor = who.actor();
    let found = app
        .store
        .read(move |conn| {
            let id = input::listing_of_path(conn, &name)?;
            photos::of_listing(conn, &actor, id)
        })
        .await?;
    Ok(Json(Page {
        items: found.into_iter().map(Into::into).collect(),
        next_cursor: None,
    }))
}

/// A form with a photo.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it says in the document what the form is made of")]
pub struct PhotoForm {
    /// JPEG, PNG or WebP, told by its content; 15 MB and 50 million pixels at most.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
    /// What can be seen, for who cannot see it.
    alt: Option<String>,
}

/// Add a photo
///
/// It is turned upright, drawn anew in three sizes, and nothing else of the file is kept. The same file a second
/// time changes nothing.
#[utoipa::path(post, path = "/api/v1/listings/{id}/photos", tag = "listings", operation_id = "add_photo",
    params(("id" = String, Path, description = "id or code")),
    request_body(content = PhotoForm, content_type = "multipart/form-data"),
    responses((status = 201, body = PhotoOut)))]
pub async fn create(
    State(app): State<App>,
    who: Asking,
    Path(name): Path<String>,
    form: Result<Multipart, MultipartRejection>,
) -> Reply<(StatusCode, Json<PhotoOut>)> {
    let (file, alt) = receive(form).await?;
    let source = data_encoding::HEXLOWER.encode(&Sha256::digest(&file));
    let picture = drawn(file).await?;
    let picture = picture.map_err(|why| invalid(vec![photos::fault(why)]))?;
    let new = NewPhoto {
        picture,
        source,
        alt,
    };
    let (actor, now) = (who.actor(), app.clock.now());
    let photo = app
        .store
        .write(move |conn| {
            let id = input::listing_of_path(conn, &name)?;
            photos::add(conn, Some(&actor), id, &new, now)
        })
        .await?;
    Ok((StatusCode::CREATED, Json(photo.into())))
}

async fn receive(form: Result<Multipart, MultipartRejection>) -> Reply<(Bytes, String)> {
    let no_file = || invalid(vec![FieldFault::new("file", "required")]);
    let mut form = form.map_err(|_| no_file())?;
    let (mut file, mut alt) = (None, String::new());
    while let Some(part) = form.next_field().await.map_err(|error| broken(&error))? {
        match part.name() {
            Some("file") => file = Some(part.bytes().await.map_err(|error| broken(&error))?),
            Some("alt") => alt = part.text().await.map_err(|error| broken(&error))?,
            _ => {}
        }
    }
    if alt.contains('\0') {
        return Err(invalid(vec![FieldFault::new("alt", "nul_character")]));
    }
    Ok((file.ok_or_else(no_file)?, alt))
}

fn broken(error: &MultipartError) -> Problem {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        return invalid(vec![photos::fault(NoPicture::TooLarge)]);
    }
    let wrong = FieldFault::with_limit("file", "wrong_type", error.body_text());
    invalid(vec![wrong])
}

/// A picture drawn anew, once there is an easel free.
pub async fn drawn(file: Bytes) -> Reply<Result<Picture, NoPicture>> {
    let closed = |_| StoreError::Busy("no easel".to_owned());
    let _easel = EASELS.acquire().await.map_err(closed)?;
    let drawing = tokio::task::spawn_blocking(move || picture::read(&file));
    drawing.await.map_err(|_| Problem::Panicked)
}

/// A change of a photo; what is absent stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PhotoPatch {
    /// What can be seen.
    #[serde(default)]
    pub alt: Option<String>,
    /// Where it stands, counted from 0; 0 is the cover.
    #[serde(default)]
    pub place: Option<usize>,
}

/// Change a photo
#[utoipa::path(patch, path = "/api/v1/photos/{id}", tag = "listings", operation_id = "change_photo", request_body = PhotoPatch,
    params(("id" = String, Path)), responses((status = 200, body = PhotoOut)))]
pub async fn change(
    State(app): State<App>,
    who: Asking,
    PathId(id): PathId<PhotoId>,
    Body(body): Body<PhotoPatch>,
) -> Reply<Json<PhotoOut>> {
    let (actor, now) = (who.actor(), app.clock.now());
    let change = PhotoChange {
        alt: body.alt,
        place: body.place,
    };
    let changed = app
        .store
        .write(move |conn| photos::change(conn, &actor, id, &change, now))
        .await?;
    Ok(Json(changed.into()))
}

/// Take a photo away
#[utoipa::path(delete, path = "/api/v1/photos/{id}", tag = "listings", operation_id = "remove_photo",
    params(("id" = String, Path)), responses((status = 204)))]
pub async fn remove(
    State(app): State<App>,
    who: Asking,
    PathId(id): PathId<PhotoId>,
) -> Reply<StatusCode> {
    let (actor, now) = (who.actor(), app.clock.now());
    app.store
        .write(move |conn| photos::remove(conn, &actor, id, now))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A photo's picture
///
/// The address names what it shows, so it may be kept for ever.
#[utoipa::path(get, path = "/api/v1/pictures/{hash}/{size}", tag = "listings", operation_id = "picture",
    params(("hash" = String, Path), ("size" = String, Path, description = "`small`, `middle` or `large`")),
    responses((status = 200, body = Vec<u8>, content_type = "image/jpeg")))]
pub async fn bytes(
    State(app): State<App>,
    Path((hash, size)): Path<(String, String)>,
    headers: HeaderMap,
) -> Reply<Response> {
    let mut faults = Faults::default();
    let Some(size) = faults.word("size", &size, "small, middle, large") else {
        return Err(Problem::NoSuchPage);
    };
    let etag = format!("\"{}-{size}\"", hash.get(..16).unwrap_or_default());
    let known = headers
        .get(header::IF_NONE_MATCH)
        .and_then(|value| value.to_str().ok());
    let is_known = known.is_some_and(|known| known.contains(&etag));
    let which = match size {
        Size::Small => Which::Small,
        Size::Middle => Which::Middle,
        Size::Large => Which::Large,
    };
    let read = app
        .store
        .read(move |conn| Outcome::Ok(rows::bytes(conn, &hash, which)?));
    let read = read.await?;
    let mut response = if is_known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        read.into_response()
    };
    let fixed = [
        (header::CONTENT_TYPE, "image/jpeg"),
        (
            header::CACHE_CONTROL,
            "private, max-age=31536000, immutable",
        ),
        (header::ETAG, etag.as_str()),
    ];
    for (name, value) in fixed {
        if let Ok(value) = HeaderValue::from_str(value) {
            response.headers_mut().insert(name, value);
        }
    }
    Ok(response)
}
