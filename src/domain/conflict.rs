//! May this claim join these claims? If not: when, and how many units are short.

use super::profile::{Claim, Profile, Supply};
use super::span::Span;

/// A span in which a request asks for more than there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shortage {
    /// Exactly when.
    pub span: Span,
    /// How many units are missing, at least 1.
    pub short: u32,
    /// Units that exist and are not closed then.
    pub capacity: u32,
    /// Units others claim then.
    pub used: u32,
}

/// Every span in which `wanted` does not fit beside `taken`; empty means it fits.
pub fn shortages(supply: &Supply, taken: &[Claim], wanted: &Claim) -> Vec<Shortage> {
    let mut together = taken.to_vec();
    together.push(*wanted);
    let profile = Profile::sweep(wanted.claim, supply, &together);
    let short = profile.steps().iter().filter(|step| step.short() > 0);
    short
        .map(|step| Shortage {
            span: step.span,
            short: step.short(),
            capacity: step.capacity,
            used: step.used.saturating_sub(wanted.units),
        })
        .collect()
}

/// Every span of `window` in which the claims promise more than there is: none, in a sound store.
pub fn broken_promises(window: Span, supply: &Supply, claims: &[Claim]) -> Vec<Shortage> {
    let profile = Profile::sweep(window, supply, claims);
    let short = profile.steps().iter().filter(|step| step.short() > 0);
    short
        .map(|step| Shortage {
            span: step.span,
            short: step.short(),
            capacity: step.capacity,
            used: step.used,
        })
        .collect()
}
