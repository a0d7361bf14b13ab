//! `Late`: who runs late at a moment, and who has to wait for them. Derived each time it is asked from what
//! crews said and what is booked; the rule is in [`crate::domain::overrun`].

use std::collections::BTreeMap;

use chrono::TimeDelta;

use super::Outcome;
use super::claims::Ground;
use crate::domain::ids::{LineId, ListingId};
use crate::domain::listing::Listing;
use crate::domain::overrun::{self, MOST_LATE_MINUTES};
use crate::domain::profile::Claim;
use crate::domain::span::{Instant, Span, floor_to_minute};
use crate::store::Conn;
use crate::store::claims::LiveLine;
use crate::store::overruns::{self, Overrun};

/// Who runs late, and who waits.
#[derive(Debug, Default, Clone)]
pub struct Late {
    /// Until when lines stay beyond their end, by line.
    pub until: BTreeMap<LineId, Instant>,
    /// Lines that begin later than they were booked.
    pub delayed: BTreeMap<LineId, Delayed>,
    /// What the late ones take beyond their claims.
    pub beyond: Vec<(ListingId, Claim)>,
}

/// A line that begins later than it was booked.
#[derive(Debug, Clone, Copy)]
pub struct Delayed {
    /// It, as it is booked.
    pub live: LiveLine,
    /// By how much.
    pub minutes: i64,
}

impl Late {
    /// Of these listings. Where nobody runs late, that is all that is asked.
    pub fn of_listings(conn: &mut Conn, ids: &[ListingId], now: Instant) -> Outcome<Self> {
        let standing = overruns::standing(conn, ids, now)?;
        let Some(last) = standing.iter().map(|overrun| overrun.until).max() else {
            return Ok(Self::default());
        };
        let of: Vec<ListingId> = standing.iter().map(|overrun| overrun.listing).collect();
        let mut ground = Ground::look(conn, &of, now)?;
        if let Some(window) = around(&ground, now, last) {
            ground.read_claims(conn, window)?;
        }
        Ok(Self::on(&ground, &standing))
    }

    /// The same on what the ground knows already.
    fn on(ground: &Ground, standing: &[Overrun]) -> Self {
        let mut late = Self::default();
        for overrun in standing {
            let mut lines = ground.live_lines(overrun.listing);
            let Some(live) = lines.find(|live| live.line == overrun.line) else {
                continue;
            };
            late.until.insert(live.line, overrun.until);
            let beyond = overrun::beyond(&live.claim, overrun.until);
            late.beyond
                .extend(beyond.map(|claim| (live.listing, claim)));
            for delayed in waiting(ground, live, &live.claim, overrun.until) {
                let known = late.delayed.entry(delayed.live.line).or_insert(delayed);
                known.minutes = known.minutes.max(delayed.minutes);
            }
        }
        late
    }
}

/// Who waits while a line with this claim stays until a moment. A drama does not wait for itself.
pub(super) fn waiting(
    ground: &Ground,
    line: &LiveLine,
    claim: &Claim,
    until: Instant,
) -> Vec<Delayed> {
    let Ok(listing) = ground.listing(line.listing) else {
        return Vec::new();
    };
    let others: Vec<LiveLine> = ground
        .live_lines(line.listing)
        .filter(|live| live.line != line.line)
        .copied()
        .collect();
    let claims: Vec<Claim> = others.iter().map(|live| live.claim).collect();
    let delays = overrun::delays(&ground.supply(listing), claim, until, &claims);
    let both = others.into_iter().zip(delays);
    both.filter(|(live, _)| live.claim.production != claim.production)
        .filter_map(|(live, minutes)| minutes.map(|minutes| Delayed { live, minutes }))
        .collect()
}

/// Every moment that who runs late until `last`, and who comes after, can touch.
pub(super) fn around(ground: &Ground, now: Instant, last: Instant) -> Option<Span> {
    let policies = ground.all_listings().map(Listing::policy);
    let turnaround = policies.map(|policy| policy.turnaround_minutes).max();
    let begun = floor_to_minute(now) - TimeDelta::minutes(MOST_LATE_MINUTES + 1);
    let window = Span::new(begun, last.max(begun + TimeDelta::minutes(1))).ok()?;
    Some(window.widen(0, turnaround.unwrap_or(0)))
}
