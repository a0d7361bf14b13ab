//! Letters: the outbox as managers see it.

use axum::Json;
use axum::extract::State;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::cursor::{ListKey, Page};
use super::errors::Reply;
use super::guard::Asking;
use super::input::{Faults, PageQuery, PathId, Query};
use crate::actions::letters;
use crate::app::App;
use crate::domain::ids::LetterId;
use crate::domain::notice::{LetterState, Notice};
use crate::store::letters::{self as rows, Letter};

/// A letter, without what it says.
#[derive(Debug, Serialize, ToSchema)]
pub struct LetterOut {
    /// Its identifier.
    pub id: String,
    /// Address.
    pub to: String,
    /// Name beside the address.
    pub to_name: String,
    /// What kind it is.
    pub kind: String,
    /// `zh-CN` or `en`.
    pub language: String,
    /// Reference of the booking it is about.
    pub booking: Option<String>,
    /// `waiting`, `sent` or `given_up`.
    pub state: String,
    /// How often it was tried.
    pub attempts: i32,
    /// What the last try ran into.
    pub last_error: String,
    /// When it is tried next.
    pub next_try_at: DateTime<Utc>,
    /// When it was owed.
    pub written_at: DateTime<Utc>,
    /// When it was sent.
    pub sent_at: Option<DateTime<Utc>>,
    /// Id of the request it was owed by (`X-Request-Id`), as the log names it; null where a job owes it.
    pub request: Option<String>,
}

impl From<Letter> for LetterOut {
    fn from(letter: Letter) -> Self {
        let booking = letter
            .notice
            .as_ref()
            .and_then(Notice::booking)
            .map(|booking| booking.reference.clone());
        Self {
            id: letter.id.to_string(),
            state: letter.state().as_str().to_owned(),
            to: letter.recipient.email,
            to_name: letter.recipient.name,
            kind: letter.kind,
            language: letter.recipient.language.as_str().to_owned(),
            booking,
            attempts: letter.attempts,
            last_error: letter.last_error,
            next_try_at: letter.next_try_at,
            written_at: letter.written_at,
            sent_at: letter.sent_at,
            request: letter.request,
        }
    }
}

/// Which letters.
#[derive(Debug, Clone, Deserialize, IntoParams)]
pub struct LettersQuery {
    /// `waiting`, `sent` or `given_up`.
    pub state: Option<String>,
}

/// List letters
#[utoipa::path(get, path = "/api/v1/letters", tag = "letters", operation_id = "list_letters", params(LettersQuery, PageQuery),
    responses((status = 200, body = Page<LetterOut>)))]
pub async fn list(
    State(app): State<App>,
    who: Asking,
    Query(query): Query<LettersQuery>,
    Query(page): Query<PageQuery>,
) -> Reply<Json<Page<LetterOut>>> {
    let mut faults = Faults::default();
    let state: Option<LetterState> = query
        .state
        .as_deref()
        .and_then(|text| faults.word("state", text, "waiting, sent, given_up"));
    faults.check()?;
    let limit = page.limit()?;
    let key = ListKey::new(who.0.id, format!("letters {query:?}"));
    let before: Option<LetterId> = key.after(page.cursor.as_deref())?;
    let found = app
        .store
        .read(move |conn| rows::list(conn, state, before, limit + 1))
        .await?;
    Ok(Json(Page::cut(
        found,
        limit,
        &key,
        |letter| letter.id.to_string(),
        LetterOut::from,
    )))
}

/// Send a letter again
///
/// One that was given up, under the same Message-ID.
#[utoipa::path(post, path = "/api/v1/letters/{id}/resending", tag = "letters", operation_id = "resend_letter",
    params(("id" = String, Path)), responses((status = 200, body = LetterOut), (status = 409, description = "`state_conflict`: it was not given up")))]
pub async fn resend(
    State(app): State<App>,
    who: Asking,
    PathId(id): PathId<LetterId>,
) -> Reply<Json<LetterOut>> {
    let (actor, now) = (who.actor(), app.clock.now());
    let letter = app
        .store
        .write(move |conn| letters::resend(conn, &actor, id, now))
        .await?;
    Ok(Json(letter.into()))
}
