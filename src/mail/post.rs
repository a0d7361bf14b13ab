//! `Post`: how letters leave the house: by SMTP, into a folder, or into memory for tests.
//! One try each time, and a fault that says whose it is. When to try again is the outbox's (jobs).

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use thiserror::Error;

use super::letters::Letter;
use super::mime;
use super::read::{self, SentLetter};
use super::smtp::{SmtpPost, SmtpSettings};
use crate::calendar::identity::Identity;
use crate::domain::ids::LetterId;
use crate::domain::notice::Recipient;
use crate::domain::span::Instant;

/// A way out of the house. Clones share connections and memory.
#[derive(Debug, Clone)]
pub enum Post {
    /// To a mail server.
    Smtp(Arc<SmtpPost>),
    /// One `.eml` file per letter.
    Folder(PathBuf),
    /// Kept, for tests.
    Memory(Arc<Mutex<Vec<KeptLetter>>>),
}

/// A letter kept in memory.
#[derive(Debug, Clone)]
pub struct KeptLetter {
    /// Its id.
    pub message_id: String,
    /// Address it went to.
    pub to: String,
    /// What was said.
    pub letter: Letter,
    /// The message as a server would get it.
    pub raw: Vec<u8>,
}

/// Everything about a letter but what it says.
#[derive(Debug, Clone, Copy)]
pub struct Envelope<'a> {
    /// Who sends it.
    pub from: &'a Identity,
    /// Who reads it.
    pub to: &'a Recipient,
    /// See [`message_id`]; the same at every try.
    pub message_id: &'a str,
    /// When it was owed; the same at every try.
    pub date: Instant,
}

/// Why a letter did not leave.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PostFault {
    /// The post itself is down or does not let us in; no other letter would leave either.
    #[error("the post cannot be reached: {0}")]
    Unreachable(String),
    /// Not this letter, not now (4xx): try it again later, others may leave.
    #[error("put off by the mail server: {0}")]
    Later(String),
    /// Never this letter (5xx): trying again is of no use.
    #[error("refused by the mail server: {0}")]
    Refused(String),
}

/// The id of a letter's message, the same at every try: `<ltr_…@desk.example>`.
pub fn message_id(letter: LetterId, from: &Identity) -> String {
    let domain = from
        .sender
        .rsplit_once('@')
        .map_or("backlot.invalid", |(_, domain)| domain);
    format!("<{letter}@{domain}>")
}

impl Post {
    /// To a mail server. Nothing is connected before the first letter.
    pub fn smtp(settings: SmtpSettings) -> Result<Self, PostFault> {
        Ok(Self::Smtp(Arc::new(SmtpPost::new(settings)?)))
    }

    /// Into a folder, made when the first letter comes.
    pub fn folder(path: impl Into<PathBuf>) -> Self {
        Self::Folder(path.into())
    }

    /// Into memory.
    pub fn memory() -> Self {
        Self::Memory(Arc::default())
    }

    /// Tries once.
    pub async fn send(&self, letter: &Letter, envelope: &Envelope<'_>) -> Result<(), PostFault> {
        let parcel = mime::pack(letter, envelope)?;
        match self {
            Self::Smtp(smtp) => smtp.deliver(&parcel).await,
            Self::Folder(folder) => {
                let (folder, name) = (folder.clone(), file_name(envelope.message_id));
                let written =
                    tokio::task::spawn_blocking(move || put_file(&folder, &name, &parcel.raw));
                let written = written.await.map_err(std::io::Error::other).flatten();
                written.map_err(|error| PostFault::Unreachable(error.to_string()))
            }
            Self::Memory(kept) => {
                let message_id = envelope.message_id.to_owned();
                let to = envelope.to.email.clone();
                let letter = KeptLetter {
                    message_id,
                    to,
                    letter: letter.clone(),
                    raw: parcel.raw,
                };
                kept.lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .push(letter);
                Ok(())
            }
        }
    }

    /// A letter as it was sent, where the post keeps copies: a folder or memory. `None` where it does
    /// not, or has not got it yet.
    pub async fn copy_of(&self, message_id: &str) -> Option<SentLetter> {
        let raw = match self {
            Self::Smtp(_) => return None,
            Self::Folder(folder) => {
                let path = folder.join(file_name(message_id));
                tokio::task::spawn_blocking(move || std::fs::read(path))
                    .await
                    .ok()?
                    .ok()?
            }
            Self::Memory(_) => {
                let kept = self.kept();
                kept.into_iter()
                    .find(|letter| letter.message_id == message_id)?
                    .raw
            }
        };
        read::read(&raw)
    }

    /// The letters kept in memory so far; none for the other ways.
    pub fn kept(&self) -> Vec<KeptLetter> {
        match self {
            Self::Memory(kept) => kept.lock().unwrap_or_else(PoisonError::into_inner).clone(),
            Self::Smtp(_) | Self::Folder(_) => Vec::new(),
        }
    }
}

/// The file of a letter: a letter sent again takes the place of itself.
pub fn file_name(message_id: &str) -> String {
    let local_part = message_id.split('@').next().unwrap_or_default();
    let safe: String = local_part
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || *c == '_')
        .collect();
    format!("{safe}.eml")
}

/// Whole or not at all: who looks into the folder never sees half a letter, even after a power cut.
fn put_file(folder: &Path, name: &str, raw: &[u8]) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)?;
    let unfinished = folder.join(format!(".{name}.part"));
    let mut file = std::fs::File::create(&unfinished)?;
    file.write_all(raw)?;
    file.sync_all()?;
    std::fs::rename(&unfinished, folder.join(name))
}
