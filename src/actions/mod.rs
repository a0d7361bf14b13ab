//! One file per verb of the business. Every write goes through one.
//!
//! An action gets a connection inside a transaction, the time, who asks and what for; it loads facts,
//! asks the domain, saves what it said together with the letters that are owed, and answers the
//! outcome. It knows nothing of HTTP, sends nothing, sleeps never, and never asks the time.

pub mod availability;
pub mod board;
pub mod book;
pub mod booking_letters;
pub mod bulk;
pub mod calendar;
pub mod cancel;
pub mod catalogue;
pub mod challenge;
pub mod change;
pub mod changes;
pub mod checks;
pub mod claims;
pub mod closures;
pub mod companies;
pub mod confirm;
pub mod decide;
pub mod demand;
pub mod effects;
pub mod equivalents;
pub mod export;
pub mod extension;
pub mod facets;
pub mod feeds;
pub mod handover;
pub mod holders;
pub mod holds;
pub mod horizons;
pub mod idempotency;
pub mod import;
pub mod integrity;
pub mod invitations;
pub mod kit_parts;
mod kit_prices;
pub mod kits;
pub mod late;
pub mod letters;
pub mod listing_history;
pub mod listings;
pub mod me;
pub mod members;
pub mod openings;
pub mod overrun;
pub mod photo_import;
pub mod photos;
pub mod productions;
pub mod quotas;
pub mod quote;
pub mod repairs;
pub mod secrets;
pub mod series;
pub mod sessions;
pub mod sheet;
pub mod sign_in;
pub mod sites;
pub mod taken;
pub mod units;

use crate::domain::hold::HoldTerms;
use crate::domain::people::{Actor, Language};
use crate::domain::refusal::Refusal;
use crate::domain::rights::{Right, may};
use crate::inventory::Unreadable;
use crate::store::{StoreError, WriteError};

/// What the actions know of the cluster.
#[derive(Debug, Clone)]
pub struct Cluster {
    /// Zone in which days begin, sites open and letters tell the time.
    pub zone: chrono_tz::Tz,
    /// Currency of all prices.
    pub currency: crate::domain::money::Currency,
    /// Language where a reader's is not known.
    pub language: Language,
    /// What holders are granted.
    pub holds: HoldTerms,
}

/// One thing wrong with what was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldFault {
    /// Where, such as `lines[0].start`.
    pub field: String,
    /// What, as a stable word; `http/phrases.rs` says it to people.
    pub code: &'static str,
    /// A figure or word the message needs, such as the most that is allowed.
    pub limit: String,
}

impl FieldFault {
    /// A fault that needs no figure.
    pub fn new(field: impl Into<String>, code: &'static str) -> Self {
        Self {
            field: field.into(),
            code,
            limit: String::new(),
        }
    }

    /// A fault with the limit it went over.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "a figure or a word, as the caller has it"
    )]
    pub fn with_limit(field: impl Into<String>, code: &'static str, limit: impl ToString) -> Self {
        Self {
            field: field.into(),
            code,
            limit: limit.to_string(),
        }
    }
}

/// Why an action was not done. Nothing of it was stored.
#[derive(Debug)]
pub enum Refused {
    /// Something below failed, or is busy.
    Store(StoreError),
    /// There is no such thing, or the asker may not know of it. The noun, such as `listing`.
    NotFound(&'static str),
    /// The asker may not do this.
    Forbidden,
    /// What was sent is wrong; every fault.
    Invalid(Vec<FieldFault>),
    /// The lines cannot be booked; every refusal of every line.
    Lines(Vec<Refusal>),
    /// It is not in a state in which this can be done. A stable word that says which.
    State(&'static str),
    /// It was changed meanwhile; the version it has now.
    VersionStale(i64),
    /// The idempotency key was used for something else.
    KeyReused,
    /// Another one has this already. The field.
    Duplicate(&'static str),
    /// Dates of a series cannot be booked; what became of each date.
    Dates(Vec<series::DateReport>),
    /// The company would have more lines on hold or in line than it may. The most.
    TooManyHolds(u32),
    /// It would break these bookings; their references.
    HitsBookings(Vec<String>),
    /// The file that was sent cannot be read.
    Unreadable(Unreadable),
    /// The link, code or password is not right, or too old.
    SignInFailed,
    /// Asked too often; seconds to wait.
    TooOften(u32),
}

impl From<StoreError> for Refused {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl WriteError for Refused {
    fn store_error(&self) -> Option<&StoreError> {
        match self {
            Self::Store(error) => Some(error),
            _ => None,
        }
    }
}

/// What an action answers.
pub type Outcome<T> = Result<T, Refused>;

/// `Missing` becomes "there is no such …".
pub trait OrNotFound<T> {
    /// The value, or that there is no such `noun`.
    fn or_not_found(self, noun: &'static str) -> Outcome<T>;
}

impl<T> OrNotFound<T> for Result<T, StoreError> {
    fn or_not_found(self, noun: &'static str) -> Outcome<T> {
        match self {
            Err(StoreError::Missing) => Err(Refused::NotFound(noun)),
            other => Ok(other?),
        }
    }
}

/// Goes on only if the asker may do this to something of `company`.
pub fn require(actor: &Actor, right: Right, company: crate::domain::ids::CompanyId) -> Outcome<()> {
    if may(actor, right, company) {
        Ok(())
    } else {
        Err(Refused::Forbidden)
    }
}
