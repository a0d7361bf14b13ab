//! Holds: lines that claim units for a while, and the line of those that wait behind them.
//!
//! A hold is placed for some hours and lapses by itself: at `expires_at` its units are free, whether or
//! not anybody looked. What does not fit beside the holds of others, but would if they went, waits *in
//! line* and claims nothing. Whenever units come free, those in line are promoted, in the order they were
//! placed, each that fits; so between two writes nobody in line fits. One in line may challenge: the
//! holds in its way then have less time to confirm.
//!
//! Places are ordered by `placed_at`, then by line. Servers whose clocks differ may thus disagree about
//! who came first, by as much as their clocks do; about what is promised they cannot.
//!
//! # Who wins when two things happen in the same second
//!
//! All writes that touch a listing take its row first, so of two events one is first; and every write
//! settles what is due before it decides (lapse, then promote, then relieve). A hold lasts as long as
//! `now < expires_at`. So each pair has two orders at most, and each order one outcome. H is the first
//! hold, Q the second, who waits; T is a third party. `tests/holds/pairs.rs` tries every pair, in both orders
//! and at once, on both engines.
//!
//! | first ↓ then → | place (T) | confirm (H) | release (H) | lapse (H) | challenge (Q) | book (T) | leave (Q) | closure | confirm (Q) |
//! |---|---|---|---|---|---|---|---|---|---|
//! | **place (T)** | T, T₂ 3rd, 4th | H confirmed, T 3rd | Q promoted, T 2nd | Q promoted, T 2nd | H has 4 h, T 3rd | T refused | T 2nd | refused: H | Q refused: waits |
//! | **confirm (H)** | T refused | H: not on hold | cancels a confirmed line, Q promoted | nothing | Q refused: confirmed | T refused | Q gone | refused: H | Q refused: waits |
//! | **release (H)** | T 2nd behind Q | H refused: over | refused: over | nothing | Q refused: holds | T refused | line empty | refused: Q | Q confirmed |
//! | **lapse (H)** | T 2nd behind Q | H refused: over | refused: over | nothing | Q refused: holds | T refused | line empty | refused: Q | Q confirmed |
//! | **challenge (Q)** | T 3rd | H confirmed, Q told | Q promoted | Q promoted, at the short clock | refused: running | T refused | H has its clock again | refused: H | Q refused: waits |
//! | **book (T)** | refused already | – | – | – | – | – | – | – | – |
//! | **leave (Q)** | T 2nd | H confirmed | units free | units free | Q refused: over | T refused | refused: over | refused: H | Q refused: over |
//! | **closure** | refused already | – | – | – | – | – | – | – | – |
//! | **confirm (Q)** | refused: waits | – | – | – | – | – | – | – | – |
//!
//! Promotion is no event of its own: it happens in the write that frees the units. The deadline of a
//! challenge is a lapse. A cancellation of a confirmed line, a decline, a change, a reopened closure and
//! a raised quantity free units as a release does; a closure takes units as a booking does and is refused
//! where it would break a hold that stands.

use chrono::TimeDelta;

use super::booking::LineState;
use super::conflict;
use super::ids::{BookingId, CompanyId, LineId};
use super::profile::{Claim, Supply};
use super::span::Instant;

/// How long before it lapses a holder is told.
pub const WARNING: TimeDelta = TimeDelta::hours(2);

/// What the cluster grants holders.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HoldTerms {
    /// How long a hold lasts.
    pub lasts: TimeDelta,
    /// How long a challenged hold has.
    pub challenge: TimeDelta,
    /// The most lines a company may have on hold or in line.
    pub most: u32,
}

/// The place and the clock of a line that is held, or waits in line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hold {
    /// When it took its place.
    pub placed_at: Instant,
    /// When it ends by itself: never later than its span starts. In line, that is the start itself.
    pub expires_at: Instant,
    /// Who challenged it.
    pub challenge: Option<Challenge>,
    /// When its holder was told that it is about to lapse, or needed no telling.
    pub warned_at: Option<Instant>,
}

/// A challenge under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Challenge {
    /// The line that waits.
    pub by: LineId,
    /// Since when.
    pub at: Instant,
    /// Until when the hold would last without it.
    pub unchallenged_until: Instant,
}

impl Hold {
    /// A hold placed now, of a line that starts at `start`.
    pub fn placed(start: Instant, terms: &HoldTerms, now: Instant) -> Self {
        let expires_at = (now + terms.lasts).min(start);
        Self {
            placed_at: now,
            expires_at,
            challenge: None,
            warned_at: warned(expires_at, now),
        }
    }

    /// A place in line taken now: in vain once the span has begun.
    pub fn in_line(start: Instant, now: Instant) -> Self {
        Self {
            placed_at: now,
            expires_at: start,
            challenge: None,
            warned_at: None,
        }
    }

    /// Out of the line and on hold, with a fresh clock.
    pub fn promoted(self, start: Instant, terms: &HoldTerms, now: Instant) -> Self {
        Self {
            placed_at: self.placed_at,
            ..Self::placed(start, terms, now)
        }
    }

    /// Challenged: less time, never more.
    pub fn challenged(self, by: LineId, terms: &HoldTerms, now: Instant) -> Self {
        let expires_at = self.expires_at.min(now + terms.challenge);
        Self {
            expires_at,
            challenge: Some(Challenge {
                by,
                at: now,
                unchallenged_until: self.expires_at,
            }),
            warned_at: warned(expires_at, now),
            ..self
        }
    }

    /// The challenger is gone: the clock is what it would have been.
    pub fn relieved(self) -> Self {
        let expires_at = self
            .challenge
            .map_or(self.expires_at, |challenge| challenge.unchallenged_until);
        Self {
            expires_at,
            challenge: None,
            warned_at: None,
            ..self
        }
    }

    /// The hold of a line that was changed: a change never winds the clock up, and who asks for more
    /// goes to the end of the line.
    pub fn moved(self, start: Instant, keeps_place: bool, now: Instant) -> Self {
        Self {
            placed_at: if keeps_place { self.placed_at } else { now },
            expires_at: self.expires_at.min(start),
            challenge: self.challenge.map(|challenge| Challenge {
                unchallenged_until: challenge.unchallenged_until.min(start),
                ..challenge
            }),
            ..self
        }
    }

    /// Whether its time is up.
    pub fn is_over(&self, now: Instant) -> bool {
        self.expires_at <= now
    }
}

/// Who is given two hours or less is told the hour at once.
fn warned(expires_at: Instant, now: Instant) -> Option<Instant> {
    (expires_at - now <= WARNING).then_some(now)
}

/// A line on hold, or in line, of one listing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OnHold {
    /// Which line.
    pub line: LineId,
    /// Of which booking.
    pub booking: BookingId,
    /// Whose.
    pub company: CompanyId,
    /// Held or queued.
    pub state: LineState,
    /// Its place and clock.
    pub hold: Hold,
    /// What it takes, or would.
    pub claim: Claim,
}

impl OnHold {
    fn is_held(&self) -> bool {
        self.state == LineState::Held
    }

    fn place(&self) -> (Instant, LineId) {
        (self.hold.placed_at, self.line)
    }
}

/// What is due for a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// Its time is up.
    Lapse,
    /// It is its turn.
    Promote,
    /// Its challenger is gone.
    Relieve,
}

/// What is due now of one listing: first what lapses, then who is promoted in order, then who is
/// relieved. `firm` are the claims that do not lapse.
pub fn turns(
    supply: &Supply,
    firm: &[Claim],
    on_hold: &[OnHold],
    now: Instant,
) -> Vec<(OnHold, Turn)> {
    let (over, standing): (Vec<OnHold>, Vec<OnHold>) =
        on_hold.iter().partition(|one| one.hold.is_over(now));
    let mut due: Vec<(OnHold, Turn)> = over.into_iter().map(|one| (one, Turn::Lapse)).collect();
    let mut taken = firm.to_vec();
    taken.extend(
        standing
            .iter()
            .filter(|one| one.is_held())
            .map(|one| one.claim),
    );
    let mut waits = Vec::new();
    for one in in_line(&standing) {
        if conflict::shortages(supply, &taken, &one.claim).is_empty() {
            taken.push(one.claim);
            due.push((one, Turn::Promote));
        } else {
            waits.push(one.line);
        }
    }
    let challenger_gone = |one: &&OnHold| {
        one.is_held()
            && one
                .hold
                .challenge
                .is_some_and(|challenge| !waits.contains(&challenge.by))
    };
    let relieved = standing.iter().filter(challenger_gone);
    due.extend(relieved.map(|one| (*one, Turn::Relieve)));
    due
}

/// Those in line, in order.
fn in_line(on_hold: &[OnHold]) -> Vec<OnHold> {
    let mut queue: Vec<OnHold> = on_hold
        .iter()
        .filter(|one| !one.is_held())
        .copied()
        .collect();
    queue.sort_unstable_by_key(OnHold::place);
    queue
}

/// The rank in line of a claim: holders are first, so the first who waits is 2nd. Counts those before it
/// who wait for the same time.
pub fn rank<'a>(before: impl Iterator<Item = &'a Claim>, wanted: &Claim) -> u32 {
    let ahead = before.filter(|claim| claim.claim.overlaps(wanted.claim));
    u32::try_from(ahead.count())
        .unwrap_or(u32::MAX)
        .saturating_add(2)
}

/// Where a line stands that waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// 2 for the first behind the holders.
    pub rank: u32,
    /// When the first hold in its way lapses, if a hold is in its way.
    pub ahead_until: Option<Instant>,
    /// Whether it challenged a hold that still stands.
    pub challenging: bool,
    /// Whether a hold of another company is in its way that nobody challenged yet.
    pub may_challenge: bool,
}

/// Where `line` stands among all that are on hold or in line of its listing.
pub fn place(on_hold: &[OnHold], line: LineId, now: Instant) -> Option<Place> {
    let own = on_hold
        .iter()
        .find(|one| one.line == line && !one.is_held())?;
    let before = on_hold
        .iter()
        .filter(|one| !one.is_held() && one.place() < own.place());
    let in_its_way = || {
        on_hold.iter().filter(|one| {
            one.is_held() && !one.hold.is_over(now) && one.claim.claim.overlaps(own.claim.claim)
        })
    };
    let is_challenged_by_own = |one: &OnHold| {
        one.hold
            .challenge
            .is_some_and(|challenge| challenge.by == line)
    };
    Some(Place {
        rank: rank(before.map(|one| &one.claim), &own.claim),
        ahead_until: in_its_way().map(|one| one.hold.expires_at).min(),
        challenging: in_its_way().any(is_challenged_by_own),
        may_challenge: in_its_way()
            .any(|one| one.company != own.company && one.hold.challenge.is_none()),
    })
}

/// Why a line cannot challenge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChallengeFault {
    /// More than holds of others is in its way.
    NotOnlyHolds,
    /// The holds in its way are challenged already.
    UnderWay,
}

/// The holds a challenge by `challenger` presses: as few as it needs, the last placed first. `firm` are
/// the claims that do not lapse.
pub fn pressed(
    supply: &Supply,
    firm: &[Claim],
    on_hold: &[OnHold],
    challenger: &OnHold,
) -> Result<Vec<LineId>, ChallengeFault> {
    let is_others = |one: &&OnHold| one.is_held() && one.company != challenger.company;
    let mut others: Vec<OnHold> = on_hold.iter().filter(is_others).copied().collect();
    others.sort_unstable_by_key(OnHold::place);
    let own = on_hold
        .iter()
        .filter(|one| one.is_held() && one.company == challenger.company);
    let mut stays = firm.to_vec();
    stays.extend(own.map(|one| one.claim));
    let mut asked = Vec::new();
    while let Some(last) = last_in_the_way(supply, &stays, &others, challenger) {
        asked.push(last);
        others.retain(|one| one.line != last.line);
    }
    let mut all = stays;
    all.extend(others.iter().map(|one| one.claim));
    if !conflict::shortages(supply, &all, &challenger.claim).is_empty() {
        return Err(ChallengeFault::NotOnlyHolds);
    }
    let fresh: Vec<LineId> = asked
        .iter()
        .filter(|one| one.hold.challenge.is_none())
        .map(|one| one.line)
        .collect();
    if fresh.is_empty() {
        return Err(ChallengeFault::UnderWay);
    }
    Ok(fresh)
}

/// The last placed hold in the way, while the challenger does not fit; `None` once it does, or where no
/// hold is left to ask.
fn last_in_the_way(
    supply: &Supply,
    stays: &[Claim],
    others: &[OnHold],
    challenger: &OnHold,
) -> Option<OnHold> {
    let mut taken = stays.to_vec();
    taken.extend(others.iter().map(|one| one.claim));
    let short = conflict::shortages(supply, &taken, &challenger.claim);
    others
        .iter()
        .rev()
        .find(|one| {
            short
                .iter()
                .any(|shortage| shortage.span.overlaps(one.claim.claim))
        })
        .copied()
}
