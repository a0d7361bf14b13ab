//! Letters: the outbox as managers see it.

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::notice::Notice;
use crate::store::letters::Letter;

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
            kind: letter.kind.as_str().to_owned(),
            language: letter.recipient.language.as_str().to_owned(),
            booking,
            attempts: letter.attempts,
            last_error: letter.last_error,
            next_try_at: letter.next_try_at,
            written_at: letter.written_at,
            sent_at: letter.sent_at,
        }
    }
}
