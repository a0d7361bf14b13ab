//! `Notice`: what someone must be told, as data. Made by actions in the transaction that causes it,
//! kept in the outbox, turned into words by `mail`. A notice holds all its letter says, so that the
//! letter tells what was true when it was owed, however late it leaves.

use serde::{Deserialize, Serialize};

use super::booking::LineState;
use super::ids::BookingId;
use super::money::Money;
use super::people::{Language, Names, Role};
use super::span::Instant;

/// Who a letter goes to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recipient {
    /// Address.
    pub email: String,
    /// Name beside the address.
    pub name: String,
    /// What the person reads.
    pub language: Language,
}

/// The kit a line was booked with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeKit {
    /// The kit's code.
    pub code: String,
    /// The kit's names.
    pub names: Names,
    /// Lines with the same number belong together.
    pub group: u32,
    /// How many kits.
    pub units: u32,
}

/// One line of a booking as a letter tells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeLine {
    /// The listing's code.
    pub code: String,
    /// The listing's names.
    pub names: Names,
    /// Where it is.
    pub site: Names,
    /// How many units.
    pub units: u32,
    /// First moment.
    pub start: Instant,
    /// First moment after.
    pub end: Instant,
    /// Where the line is in its life.
    pub state: LineState,
    /// What it costs.
    pub total: Money,
    /// What was said with a refusal or cancellation.
    pub reason: String,
    /// Until when it is on hold, if it is.
    #[serde(default)]
    pub held_until: Option<Instant>,
    /// Its rank in line, if it waits there.
    #[serde(default)]
    pub rank: Option<u32>,
    /// Until when its crew stays beyond its end, if it runs late.
    #[serde(default)]
    pub late_until: Option<Instant>,
    /// How much later it begins because somebody before it runs late.
    #[serde(default)]
    pub delay_minutes: Option<i64>,
    /// The kit it was booked with, if it was.
    #[serde(default)]
    pub kit: Option<NoticeKit>,
}

/// A change that would work, as a letter tells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeOffer {
    /// What would be other than it is booked.
    pub parts: Vec<NoticePart>,
    /// What that costs more, or less.
    pub price_difference: Option<Money>,
}

/// What a line would be instead.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticePart {
    /// The listing's names.
    pub names: Names,
    /// How many units.
    pub units: u32,
    /// First moment.
    pub start: Instant,
    /// First moment after.
    pub end: Instant,
}

/// A booking as a letter tells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BookingNotice {
    /// Its identifier: the calendar entry's stable UID comes from it.
    pub booking: BookingId,
    /// Reference for people.
    pub reference: String,
    /// What the crew calls it.
    pub title: String,
    /// The drama.
    pub production: String,
    /// The crew's company.
    pub company: Names,
    /// Who booked it.
    pub booked_by: String,
    /// A word to the owners.
    pub note: String,
    /// Revision of the calendar entry (RFC 5545 `SEQUENCE`).
    pub sequence: i32,
    /// The lines this reader may see: all for the crew, its own for an owner.
    pub lines: Vec<NoticeLine>,
    /// What the lines come to.
    pub total: Money,
    /// What is held until the return.
    pub deposit: Money,
    /// The fee of a cancellation.
    pub fee: Option<Money>,
    /// What was said with a decision, change or cancellation.
    pub reason: String,
    /// The moment a letter about a hold turns on: when it lapses, or until when its holder has.
    #[serde(default)]
    pub until: Option<Instant>,
    /// Whether the reader was challenged, or had challenged.
    #[serde(default)]
    pub challenged: bool,
    /// What would work instead, where the reader is asked to move.
    #[serde(default)]
    pub offers: Vec<NoticeOffer>,
    /// When this became true (the calendar entry's `DTSTAMP`).
    pub at: Instant,
    /// The further dates, where it tells of a series: bookings of their own, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dates: Vec<BookingNotice>,
}

/// What someone must be told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Notice {
    /// How to sign in.
    SignIn {
        /// Path and query of the one-time link, from the cluster's address on.
        path: String,
        /// Six digits to type instead.
        code: String,
        /// Until when both work.
        expires_at: Instant,
    },
    /// Come and join.
    Invitation {
        /// Path and query of the one-time link.
        path: String,
        /// Who invites.
        invited_by: String,
        /// Into which company.
        company: Names,
        /// To do what.
        role: Role,
        /// Until when the link works.
        expires_at: Instant,
    },
    /// To the crew: it is booked.
    Confirmed(BookingNotice),
    /// To the crew: it was asked for, and units are kept meanwhile.
    RequestReceived(BookingNotice),
    /// To the owner: please decide.
    PleaseDecide(BookingNotice),
    /// To the crew: an owner said yes.
    Granted(BookingNotice),
    /// To the crew: an owner said no.
    Declined(BookingNotice),
    /// To the crew (and owners concerned): times, units or lines are others now.
    Changed(BookingNotice),
    /// To the crew (and owners concerned): called off.
    Cancelled(BookingNotice),
    /// To the crew: it is on hold, or in line.
    HoldPlaced(BookingNotice),
    /// To the crew: a hold is about to lapse.
    HoldLapsing(BookingNotice),
    /// To the crew: a hold has lapsed.
    HoldLapsed(BookingNotice),
    /// To the crew: out of the line and on hold, with a fresh clock.
    HoldPromoted(BookingNotice),
    /// To the crew: it waited in line until it was too late.
    QueueOver(BookingNotice),
    /// To a crew in line: the one ahead has confirmed.
    AheadConfirmed(BookingNotice),
    /// To the holder: somebody in line is ready, so confirm sooner.
    HoldChallenged(BookingNotice),
    /// To the challenger: until when the holder has.
    ChallengeSent(BookingNotice),
    /// To the holder: the challenger is gone, the clock is the old one.
    ChallengeWithdrawn(BookingNotice),
    /// To a crew: somebody before it runs late, so it begins later.
    Delayed(BookingNotice),
    /// To a crew: it begins in time after all.
    DelayOver(BookingNotice),
    /// To a crew: what it booked is to be taken away, please move.
    AskedToMove(BookingNotice),
}

words! {
    /// The kind of a letter, for lists of letters.
    NoticeKind {
        /// See [`Notice::SignIn`].
        SignIn = "sign_in",
        /// See [`Notice::Invitation`].
        Invitation = "invitation",
        /// See [`Notice::Confirmed`].
        Confirmed = "confirmed",
        /// See [`Notice::RequestReceived`].
        RequestReceived = "request_received",
        /// See [`Notice::PleaseDecide`].
        PleaseDecide = "please_decide",
        /// See [`Notice::Granted`].
        Granted = "granted",
        /// See [`Notice::Declined`].
        Declined = "declined",
        /// See [`Notice::Changed`].
        Changed = "changed",
        /// See [`Notice::Cancelled`].
        Cancelled = "cancelled",
        /// See [`Notice::HoldPlaced`].
        HoldPlaced = "hold_placed",
        /// See [`Notice::HoldLapsing`].
        HoldLapsing = "hold_lapsing",
        /// See [`Notice::HoldLapsed`].
        HoldLapsed = "hold_lapsed",
        /// See [`Notice::HoldPromoted`].
        HoldPromoted = "hold_promoted",
        /// See [`Notice::QueueOver`].
        QueueOver = "queue_over",
        /// See [`Notice::AheadConfirmed`].
        AheadConfirmed = "ahead_confirmed",
        /// See [`Notice::HoldChallenged`].
        HoldChallenged = "hold_challenged",
        /// See [`Notice::ChallengeSent`].
        ChallengeSent = "challenge_sent",
        /// See [`Notice::ChallengeWithdrawn`].
        ChallengeWithdrawn = "challenge_withdrawn",
        /// See [`Notice::Delayed`].
        Delayed = "delayed",
        /// See [`Notice::DelayOver`].
        DelayOver = "delay_over",
        /// See [`Notice::AskedToMove`].
        AskedToMove = "asked_to_move",
    }
}

words! {
    /// Where a letter is in its life. Derived from its moments, never stored.
    LetterState {
        /// To be sent, or tried again.
        Waiting = "waiting",
        /// The next server has it.
        Sent = "sent",
        /// Refused for good, or tried too often; a manager may have it sent again.
        GivenUp = "given_up",
    }
}

impl Notice {
    /// Its kind.
    pub fn kind(&self) -> NoticeKind {
        match self {
            Self::SignIn { .. } => NoticeKind::SignIn,
            Self::Invitation { .. } => NoticeKind::Invitation,
            Self::Confirmed(_) => NoticeKind::Confirmed,
            Self::RequestReceived(_) => NoticeKind::RequestReceived,
            Self::PleaseDecide(_) => NoticeKind::PleaseDecide,
            Self::Granted(_) => NoticeKind::Granted,
            Self::Declined(_) => NoticeKind::Declined,
            Self::Changed(_) => NoticeKind::Changed,
            Self::Cancelled(_) => NoticeKind::Cancelled,
            Self::HoldPlaced(_) => NoticeKind::HoldPlaced,
            Self::HoldLapsing(_) => NoticeKind::HoldLapsing,
            Self::HoldLapsed(_) => NoticeKind::HoldLapsed,
            Self::HoldPromoted(_) => NoticeKind::HoldPromoted,
            Self::QueueOver(_) => NoticeKind::QueueOver,
            Self::AheadConfirmed(_) => NoticeKind::AheadConfirmed,
            Self::HoldChallenged(_) => NoticeKind::HoldChallenged,
            Self::ChallengeSent(_) => NoticeKind::ChallengeSent,
            Self::ChallengeWithdrawn(_) => NoticeKind::ChallengeWithdrawn,
            Self::Delayed(_) => NoticeKind::Delayed,
            Self::DelayOver(_) => NoticeKind::DelayOver,
            Self::AskedToMove(_) => NoticeKind::AskedToMove,
        }
    }

    /// The booking it is about, if it is about one.
    pub fn booking(&self) -> Option<&BookingNotice> {
        match self {
            Self::SignIn { .. } | Self::Invitation { .. } => None,
            Self::Confirmed(booking)
            | Self::RequestReceived(booking)
            | Self::PleaseDecide(booking)
            | Self::Granted(booking)
            | Self::Declined(booking)
            | Self::Changed(booking)
            | Self::Cancelled(booking)
            | Self::HoldPlaced(booking)
            | Self::HoldLapsing(booking)
            | Self::HoldLapsed(booking)
            | Self::HoldPromoted(booking)
            | Self::QueueOver(booking)
            | Self::AheadConfirmed(booking)
            | Self::HoldChallenged(booking)
            | Self::ChallengeSent(booking)
            | Self::ChallengeWithdrawn(booking)
            | Self::Delayed(booking)
            | Self::DelayOver(booking)
            | Self::AskedToMove(booking) => Some(booking),
        }
    }
}
