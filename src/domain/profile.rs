//! `Profile`: capacity and units in use of one listing over time, as steps.
//!
//! This is the one formula of availability (`free = min(capacity − used)`, the peak of concurrent
//! use by an event sweep). Search, quote, booking, change, approval, closure and calendar pages all
//! ask here; there is no second one. Summing overlapping bookings is *not* the peak.

use super::ids::ProductionId;
use super::span::{Instant, Span};

/// What one live line takes of a listing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Claim {
    /// The drama it is for; lines of one drama may follow each other without turnaround.
    pub production: ProductionId,
    /// The span that was asked for.
    pub span: Span,
    /// The span it takes: setup before and turnaround after included.
    pub claim: Span,
    /// How many units.
    pub units: u32,
}

/// What there is of a listing: its quantity, less what closures take away.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Supply {
    /// Published quantity.
    pub quantity: u32,
    /// Spans with the units they take away; `None` is all.
    pub closures: Vec<(Span, Option<u32>)>,
}

/// A span in which neither capacity nor use changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// When.
    pub span: Span,
    /// Units that exist and are not closed.
    pub capacity: u32,
    /// Units claimed, turnaround included.
    pub used: u32,
}

impl Step {
    /// Units nobody claims.
    pub fn free(self) -> u32 {
        self.capacity.saturating_sub(self.used)
    }

    /// Units promised beyond capacity; anything but 0 in a stored profile is a broken promise.
    pub fn short(self) -> u32 {
        self.used.saturating_sub(self.capacity)
    }
}

/// Capacity and use over a window, as contiguous steps that cover it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    steps: Vec<Step>,
}

/// How the counts change at one moment.
#[derive(Default, Clone, Copy)]
struct Change {
    used: i64,
    closed_units: i64,
    closed_whole: i64,
}

impl Profile {
    /// The profile of `window`. Claims and closures outside it are ignored, and their order does not
    /// matter.
    pub fn sweep(window: Span, supply: &Supply, claims: &[Claim]) -> Self {
        let most = 2 * (claims.len() + supply.closures.len());
        let mut changes: Vec<(Instant, Change)> = Vec::with_capacity(most);
        let mut add = |span: Span, change: Change| {
            let Some(part) = span.clip(window) else {
                return;
            };
            changes.push((part.start(), change));
            changes.push((part.end(), change.negated()));
        };
        for (span, units) in takings(claims) {
            let used = i64::from(units);
            add(
                span,
                Change {
                    used,
                    ..Change::default()
                },
            );
        }
        for (span, units) in &supply.closures {
            add(*span, Change::closing(*units));
        }
        changes.sort_unstable_by_key(|(moment, _)| *moment);
        Self {
            steps: steps(window, supply.quantity, &changes),
        }
    }

    /// A profile of steps that are known: in order, without gaps. Equal neighbours become one.
    pub(super) fn of_steps(steps: Vec<Step>) -> Self {
        let mut joined: Vec<Step> = Vec::with_capacity(steps.len());
        for step in steps {
            match joined.last_mut() {
                Some(last) if (last.capacity, last.used) == (step.capacity, step.used) => {
                    last.span = Span::new(last.span.start(), step.span.end()).unwrap_or(last.span);
                }
                _ => joined.push(step),
            }
        }
        Self { steps: joined }
    }

    /// The steps, in order, without gaps.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// Units free during the whole window.
    pub fn least_free(&self) -> u32 {
        self.steps.iter().map(|step| step.free()).min().unwrap_or(0)
    }

    /// Units free at the best moment of the window.
    pub fn most_free(&self) -> u32 {
        self.steps.iter().map(|step| step.free()).max().unwrap_or(0)
    }

    /// The most units in use at any moment.
    pub fn peak(&self) -> u32 {
        self.steps.iter().map(|step| step.used).max().unwrap_or(0)
    }
}

impl Change {
    fn closing(units: Option<u32>) -> Self {
        match units {
            Some(units) => Self {
                closed_units: i64::from(units),
                ..Self::default()
            },
            None => Self {
                closed_whole: 1,
                ..Self::default()
            },
        }
    }

    fn add(&mut self, other: Self) {
        self.used += other.used;
        self.closed_units += other.closed_units;
        self.closed_whole += other.closed_whole;
    }

    fn negated(self) -> Self {
        Self {
            used: -self.used,
            closed_units: -self.closed_units,
            closed_whole: -self.closed_whole,
        }
    }

    fn step(self, span: Span, quantity: u32) -> Step {
        let open = (i64::from(quantity) - self.closed_units).max(0);
        let capacity = if self.closed_whole > 0 { 0 } else { open };
        Step {
            span,
            capacity: count(capacity),
            used: count(self.used),
        }
    }
}

/// Walks the changes left to right; those at one moment leave no step between them, and equal neighbours become one.
fn steps(window: Span, quantity: u32, changes: &[(Instant, Change)]) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::with_capacity(changes.len() + 1);
    let mut push = |from: Instant, to: Instant, now: Change| {
        let Some(span) = Span::between(from, to) else {
            return;
        };
        let step = now.step(span, quantity);
        match steps.last_mut() {
            Some(last) if (last.capacity, last.used) == (step.capacity, step.used) => {
                last.span = Span::new(last.span.start(), to).unwrap_or(last.span);
            }
            _ => steps.push(step),
        }
    };
    let mut now = Change::default();
    let mut from = window.start();
    for (moment, change) in changes {
        push(from, *moment, now);
        now.add(*change);
        from = *moment;
    }
    push(from, window.end(), now);
    steps
}

/// What the claims take, drama by drama.
fn takings(claims: &[Claim]) -> Vec<(Span, u32)> {
    let mut sorted = claims.to_vec();
    sorted.sort_unstable_by_key(|claim| claim.production);
    sorted
        .chunk_by(|one, next| one.production == next.production)
        .flat_map(takings_of_drama)
        .collect()
}

/// Lines of one drama that do not run at the same time go on with the same units: setup and turnaround
/// between them take nothing. So at each moment a drama takes the most units that the lines whose
/// claims cover the moment ever need at once.
///
/// Nothing is paired off here, so nothing depends on the order of claims or on the window they are
/// looked at through, and taking a claim away never uses more: a cancellation is always safe.
fn takings_of_drama(claims: &[Claim]) -> Vec<(Span, u32)> {
    if let [claim] = claims {
        return vec![(claim.claim, claim.units)];
    }
    let mut cuts: Vec<Instant> = claims
        .iter()
        .flat_map(|claim| [claim.claim.start(), claim.claim.end()])
        .collect();
    cuts.sort_unstable();
    cuts.dedup();
    let mut turns: Vec<(Instant, i64, Span)> = Vec::with_capacity(2 * claims.len());
    for claim in claims {
        turns.push((claim.span.start(), i64::from(claim.units), claim.claim));
        turns.push((claim.span.end(), -i64::from(claim.units), claim.claim));
    }
    // Where one line ends and another begins the units are handed on: the end comes first.
    turns.sort_unstable_by_key(|(moment, units, _)| (*moment, *units));
    let taking = |cut: &[Instant]| {
        let there = turns.iter().filter(|(_, _, claim)| claim.contains(cut[0]));
        let units = peak(there.map(|(_, units, _)| *units));
        Some((Span::new(cut[0], cut[1]).ok()?, count(units)))
    };
    cuts.windows(2).filter_map(taking).collect()
}

/// The highest running sum.
fn peak(turns: impl Iterator<Item = i64>) -> i64 {
    let mut now = 0;
    let mut most = 0;
    for units in turns {
        now += units;
        most = most.max(now);
    }
    most
}

fn count(units: i64) -> u32 {
    u32::try_from(units.max(0)).unwrap_or(u32::MAX)
}
