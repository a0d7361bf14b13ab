//! Bookings and their lines, and the one table of how a line's state may change.

use super::hold::Hold;
use super::ids::{BookingId, CompanyId, LineId, ListingId, MemberId, ProductionId};
use super::kit::InKit;
use super::price::Price;
use super::profile::Claim;
use super::span::{Instant, Span};

words! {
    /// Where a line is in its life. A booking's own state is derived, never stored.
    LineState {
        /// Claims units until it expires by itself.
        Held = "held",
        /// In line behind holds: claims nothing yet.
        Queued = "queued",
        /// Claims units, waits for the owner.
        Requested = "requested",
        /// Promised.
        Confirmed = "confirmed",
        /// Picked up.
        Out = "out",
        /// Brought back.
        Returned = "returned",
        /// The owner said no.
        Declined = "declined",
        /// Called off.
        Cancelled = "cancelled",
        /// A hold nobody confirmed.
        Expired = "expired",
        /// Nobody came.
        NoShow = "no_show",
    }
}

/// What can happen to a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineEvent {
    /// The crew confirms its hold, and nobody else has to.
    Confirm,
    /// The crew confirms its hold; its owner decides.
    Ask,
    /// The hold before it went.
    Promote,
    /// The owner says yes.
    Grant,
    /// The owner says no.
    Decline,
    /// The crew or the house calls it off.
    Cancel,
    /// The hold's time is up.
    Expire,
    /// It is picked up.
    CheckOut,
    /// It is brought back.
    CheckIn,
    /// Nobody came for it.
    MissPickUp,
}

impl LineState {
    /// Whether a line in this state claims its units.
    pub fn is_live(self) -> bool {
        match self {
            Self::Held | Self::Requested | Self::Confirmed | Self::Out => true,
            Self::Queued
            | Self::Returned
            | Self::Declined
            | Self::Cancelled
            | Self::Expired
            | Self::NoShow => false,
        }
    }

    /// Whether a line in this state still stands: it claims its units, or waits in line for them.
    pub fn is_open(self) -> bool {
        self.is_live() || self == Self::Queued
    }

    /// Whether a line in this state has a place and a clock.
    pub fn is_on_hold(self) -> bool {
        matches!(self, Self::Held | Self::Queued)
    }

    /// The transition table: the state after an event, or `None` where it cannot happen.
    pub fn after(self, event: LineEvent) -> Option<Self> {
        match (self, event) {
            (Self::Held, LineEvent::Confirm) | (Self::Requested, LineEvent::Grant) => {
                Some(Self::Confirmed)
            }
            (Self::Held, LineEvent::Ask) => Some(Self::Requested),
            (Self::Queued, LineEvent::Promote) => Some(Self::Held),
            (Self::Held | Self::Queued, LineEvent::Expire) => Some(Self::Expired),
            (Self::Requested, LineEvent::Decline) => Some(Self::Declined),
            (Self::Held | Self::Queued | Self::Requested | Self::Confirmed, LineEvent::Cancel) => {
                Some(Self::Cancelled)
            }
            (Self::Confirmed, LineEvent::CheckOut) => Some(Self::Out),
            (Self::Confirmed, LineEvent::MissPickUp) => Some(Self::NoShow),
            (Self::Out, LineEvent::CheckIn) => Some(Self::Returned),
            _ => None,
        }
    }
}

/// One line as it is asked for; what exists is valid in itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LineRequest {
    /// What.
    pub listing: ListingId,
    /// How many units, at least 1.
    pub units: u32,
    /// When.
    pub span: Span,
}

/// One listing × units × span of a booking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Its identifier.
    pub id: LineId,
    /// What is booked.
    pub listing: ListingId,
    /// Whose it is; the owner of the line's listing when it was booked.
    pub owner: CompanyId,
    /// How many units.
    pub units: u32,
    /// When it is wanted.
    pub span: Span,
    /// What it takes: setup and turnaround as they were when it was booked.
    pub claim: Span,
    /// Where it is in its life.
    pub state: LineState,
    /// Its place and clock, while it is on hold or in line and only then.
    pub hold: Option<Hold>,
    /// What it costs, fixed when it was booked.
    pub price: Price,
    /// Who decided, if an owner had to.
    pub decided_by: Option<MemberId>,
    /// When it was decided.
    pub decided_at: Option<Instant>,
    /// What was said with a refusal or cancellation.
    pub reason: String,
    /// The kit it was booked with, if it was.
    pub kit: Option<InKit>,
}

/// One order of one company for one production.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Booking {
    /// Its identifier.
    pub id: BookingId,
    /// Short reference for people, `BK-7F3K2Q`.
    pub reference: String,
    /// Whose order it is.
    pub company: CompanyId,
    /// What it is for.
    pub production: ProductionId,
    /// Who booked it.
    pub booked_by: MemberId,
    /// What the crew calls it.
    pub title: String,
    /// A word to the owners.
    pub note: String,
    /// All or nothing: one declined line declines the rest.
    pub together: bool,
    /// Grows with each change; what `If-Match` is held against.
    pub version: i64,
    /// Grows with each letter that carries a calendar entry (RFC 5545, section 3.8.7.4).
    pub sequence: i32,
    /// When it was booked.
    pub created_at: Instant,
    /// When it last changed.
    pub changed_at: Instant,
    /// Its lines, in the order they were given.
    pub lines: Vec<Line>,
}

impl Line {
    /// What it takes of its listing.
    pub fn as_claim(&self, production: ProductionId) -> Claim {
        Claim {
            production,
            span: self.span,
            claim: self.claim,
            units: self.units,
        }
    }

    /// Goes on to the state after an event; says whether it could. What is not on hold any more has no
    /// clock any more.
    pub fn pass(&mut self, event: LineEvent) -> bool {
        let Some(next) = self.state.after(event) else {
            return false;
        };
        self.state = next;
        if !next.is_on_hold() {
            self.hold = None;
        }
        true
    }
}

/// The states from the one that says most of a booking to the one that says least.
const WEIGHT: [LineState; 10] = [
    LineState::Held,
    LineState::Queued,
    LineState::Requested,
    LineState::Out,
    LineState::Confirmed,
    LineState::Returned,
    LineState::NoShow,
    LineState::Declined,
    LineState::Expired,
    LineState::Cancelled,
];

impl Booking {
    /// Counts a change: a new version for `If-Match`, a higher `SEQUENCE` for calendars.
    pub fn revise(&mut self, now: Instant) {
        self.version += 1;
        self.sequence += 1;
        self.changed_at = now;
    }

    /// Its state: that of its weightiest line.
    pub fn state(&self) -> LineState {
        let has = |state: &LineState| self.lines.iter().any(|line| line.state == *state);
        WEIGHT.into_iter().find(has).unwrap_or(LineState::Cancelled)
    }

    /// The highest group of kits among its lines; 0 where none was booked.
    pub fn last_kit_group(&self) -> u32 {
        let groups = self.lines.iter().filter_map(|line| line.kit);
        groups.map(|kit| kit.group).max().unwrap_or(0)
    }

    /// The lines that claim units.
    pub fn live_lines(&self) -> impl Iterator<Item = &Line> {
        self.lines.iter().filter(|line| line.state.is_live())
    }

    /// The lines that still stand: those that claim units and those in line.
    pub fn open_lines(&self) -> impl Iterator<Item = &Line> {
        self.lines.iter().filter(|line| line.state.is_open())
    }

    /// The booking as it is now: a hold whose time is up has lapsed, whether or not a job ran.
    pub fn as_of(mut self, now: Instant) -> Self {
        for line in &mut self.lines {
            if line.hold.is_some_and(|hold| hold.is_over(now)) {
                line.pass(LineEvent::Expire);
            }
        }
        self
    }

    /// From the first start to the last end of its open lines; of all lines once none is open.
    pub fn span(&self) -> Option<Span> {
        let any_open = self.open_lines().next().is_some();
        let counted = || {
            self.lines
                .iter()
                .filter(move |line| !any_open || line.state.is_open())
        };
        let start = counted().map(|line| line.span.start()).min()?;
        let end = counted().map(|line| line.span.end()).max()?;
        Span::new(start, end).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVENTS: [LineEvent; 10] = [
        LineEvent::Confirm,
        LineEvent::Ask,
        LineEvent::Promote,
        LineEvent::Grant,
        LineEvent::Decline,
        LineEvent::Cancel,
        LineEvent::Expire,
        LineEvent::CheckOut,
        LineEvent::CheckIn,
        LineEvent::MissPickUp,
    ];

    #[test]
    fn what_is_over_stays_over() {
        for state in LineState::ALL.iter().filter(|state| !state.is_open()) {
            for event in EVENTS {
                assert_eq!(state.after(event), None, "{state} after {event:?}");
            }
        }
    }

    #[test]
    fn every_open_state_can_end() {
        for state in LineState::ALL.iter().filter(|state| state.is_open()) {
            let ends = EVENTS
                .iter()
                .any(|event| state.after(*event).is_some_and(|next| !next.is_open()));
            assert!(ends, "{state} never ends");
        }
    }

    #[test]
    fn every_state_has_a_weight() {
        for state in LineState::ALL {
            assert!(WEIGHT.contains(state), "{state}");
        }
    }
}
