//! Kits: listings made of other listings × quantity, in kits of kits too, never in a ring.
//!
//! A kit has no units and claims nothing: its leaves do, each by its own rules, and how many kits are free is
//! read off the leaves' profiles. It never has rates of its own either: it costs what its parts cost together.

use std::collections::BTreeMap;

use super::ids::ListingId;
use super::profile::{Profile, Step};
use super::span::{Instant, Span};

/// The most of one part in one kit.
pub const MOST_OF_A_PART: u32 = 999;
/// The most kits on a way from a kit to its leaves, itself counted.
pub const MOST_DEPTH: usize = 4;
/// The most different leaves of a kit.
pub const MOST_LEAVES: usize = 60;

/// One part of a kit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// What.
    pub listing: ListingId,
    /// How many of it, 1 to [`MOST_OF_A_PART`].
    pub quantity: u32,
}

/// That a line was booked as part of a kit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InKit {
    /// Of which.
    pub kit: ListingId,
    /// Tells two kits of one booking apart.
    pub group: u32,
    /// Of how many kits.
    pub units: u32,
}

/// What is wrong with how a kit is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KitFault {
    /// It is a part of itself, by way of this part of it.
    Cycle(ListingId),
    /// More than [`MOST_DEPTH`] kits in each other.
    TooDeep,
    /// More than [`MOST_LEAVES`] different leaves.
    TooManyLeaves,
}

/// How some kits are made: the parts of each, in their order, and those of the kits among them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Kits {
    parts: BTreeMap<ListingId, Vec<Part>>,
}

impl Kits {
    /// Adds a part at the end of a kit.
    pub fn add(&mut self, kit: ListingId, part: Part) {
        self.parts.entry(kit).or_default().push(part);
    }

    /// Makes a kit of these parts and of nothing else; of no parts it is none.
    pub fn set(&mut self, kit: ListingId, parts: Vec<Part>) {
        if parts.is_empty() {
            self.parts.remove(&kit);
        } else {
            self.parts.insert(kit, parts);
        }
    }

    /// All of both; of a kit that is in both as the other has it.
    pub fn join(&mut self, other: Self) {
        self.parts.extend(other.parts);
    }

    /// Whether none is known.
    pub fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// Whether a listing is one of these kits.
    pub fn has(&self, listing: ListingId) -> bool {
        self.parts.contains_key(&listing)
    }

    /// The parts of a kit as it was put together; none of what is no kit.
    pub fn parts(&self, kit: ListingId) -> &[Part] {
        self.parts.get(&kit).map_or(&[], Vec::as_slice)
    }

    /// Everything that stands in them as a part, each once.
    pub fn all_parts(&self) -> Vec<ListingId> {
        let mut all: Vec<ListingId> = self
            .parts
            .values()
            .flatten()
            .map(|one| one.listing)
            .collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// What so many of a listing come to, in the order in which it is reached; a leaf that is reached twice adds
    /// up. What is no kit is its own leaf. A count beyond all measure stays there: nobody has so many.
    pub fn leaves(&self, listing: ListingId, units: u32) -> Vec<Part> {
        let mut leaves: Vec<Part> = Vec::new();
        self.reach(listing, units, MOST_DEPTH, &mut leaves);
        leaves
    }

    fn reach(&self, listing: ListingId, units: u32, depth: usize, leaves: &mut Vec<Part>) {
        let parts = self.parts(listing);
        if parts.is_empty() || depth == 0 {
            match leaves.iter_mut().find(|leaf| leaf.listing == listing) {
                Some(leaf) => leaf.quantity = leaf.quantity.saturating_add(units),
                None => leaves.push(Part {
                    listing,
                    quantity: units,
                }),
            }
            return;
        }
        for part in parts {
            let units = units.saturating_mul(part.quantity);
            self.reach(part.listing, units, depth - 1, leaves);
        }
    }

    /// What is wrong with a kit as it is made here.
    pub fn fault(&self, kit: ListingId) -> Option<KitFault> {
        for part in self.parts(kit) {
            if self.leads_to(part.listing, kit) {
                return Some(KitFault::Cycle(part.listing));
            }
        }
        if !self.ends_within(kit, MOST_DEPTH) {
            return Some(KitFault::TooDeep);
        }
        (self.leaves(kit, 1).len() > MOST_LEAVES).then_some(KitFault::TooManyLeaves)
    }

    /// Whether a way down from one listing reaches another. Each is looked at once, so a ring ends too.
    fn leads_to(&self, from: ListingId, wanted: ListingId) -> bool {
        let mut seen = vec![from];
        let mut next = 0;
        while let Some(at) = seen.get(next).copied() {
            if at == wanted {
                return true;
            }
            for part in self.parts(at) {
                if !seen.contains(&part.listing) {
                    seen.push(part.listing);
                }
            }
            next += 1;
        }
        false
    }

    /// Whether every way down ends after so many kits.
    fn ends_within(&self, listing: ListingId, depth: usize) -> bool {
        let parts = self.parts(listing);
        parts.is_empty()
            || depth > 0
                && parts
                    .iter()
                    .all(|part| self.ends_within(part.listing, depth - 1))
    }
}

/// How many kits there are where so many of each leaf are free, each with how many one kit takes.
pub fn kits_of(free: impl IntoIterator<Item = (u32, u32)>) -> u32 {
    let kits = free.into_iter().map(|(free, each)| free / each.max(1));
    kits.min().unwrap_or(0)
}

/// Capacity and use of a kit: at each moment what the profiles of its leaves leave of it. All of them are profiles
/// of `window`.
pub fn profile(window: Span, leaves: &[(Profile, u32)]) -> Profile {
    let steps = leaves.iter().flat_map(|(profile, _)| profile.steps());
    let mut cuts: Vec<Instant> = steps.map(|step| step.span.end()).collect();
    cuts.extend([window.start(), window.end()]);
    cuts.sort_unstable();
    cuts.dedup();
    let mut at = vec![0; leaves.len()];
    let mut together = Vec::with_capacity(cuts.len());
    for cut in cuts.windows(2) {
        let Ok(span) = Span::new(cut[0], cut[1]) else {
            continue;
        };
        let mut here = Vec::with_capacity(leaves.len());
        for ((profile, each), at) in leaves.iter().zip(&mut at) {
            while profile
                .steps()
                .get(*at)
                .is_some_and(|step| step.span.end() <= span.start())
            {
                *at += 1;
            }
            here.extend(profile.steps().get(*at).map(|step| (*step, *each)));
        }
        let capacity = kits_of(here.iter().map(|(step, each)| (step.capacity, *each)));
        let free = kits_of(here.iter().map(|(step, each)| (step.free(), *each)));
        together.push(Step {
            span,
            capacity,
            used: capacity - free,
        });
    }
    Profile::of_steps(together)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::Id;

    fn id(raw: i64) -> ListingId {
        ListingId::from_raw(raw)
    }

    /// `kits("1: 2*3 3*1, 2: 4*2")`: kit 1 of three of 2 and one of 3, kit 2 of two of 4.
    fn kits(text: &str) -> Kits {
        let mut kits = Kits::default();
        for row in text.split(", ").filter(|row| !row.is_empty()) {
            let (kit, parts) = row.split_once(": ").expect("kit: parts");
            for part in parts.split(' ') {
                let (listing, quantity) = part.split_once('*').expect("part*quantity");
                let part = Part {
                    listing: id(listing.parse().expect("a number")),
                    quantity: quantity.parse().expect("a number"),
                };
                kits.add(id(kit.parse().expect("a number")), part);
            }
        }
        kits
    }

    #[test]
    fn leaves_add_up_in_the_order_they_are_reached() {
        let cases = [
            // how kits are made, of what, how many, leaves
            ("", 7, 3, "7*3"),
            ("1: 2*3 3*1", 1, 1, "2*3 3*1"),
            ("1: 2*3 3*1", 1, 2, "2*6 3*2"),
            ("1: 5*2 2*1, 2: 4*2 5*1", 1, 3, "5*9 4*6"),
            ("1: 2*999, 2: 3*999, 3: 4*999", 1, 1_000_000, "4*4294967295"),
        ];
        for (made, of, units, expected) in cases {
            let leaves = kits(made).leaves(id(of), units);
            let told: Vec<String> = leaves
                .iter()
                .map(|leaf| format!("{}*{}", leaf.listing.raw(), leaf.quantity))
                .collect();
            assert_eq!(told.join(" "), expected, "{units} of {of} in {made}");
        }
    }

    #[test]
    fn rings_depth_and_width_are_told() {
        let wide = (2..63).map(|leaf| format!("{leaf}*1")).collect::<Vec<_>>();
        let wide = format!("1: {}", wide.join(" "));
        let cases = [
            ("1: 2*1, 2: 3*1", 1, None),
            ("1: 1*1", 1, Some(KitFault::Cycle(id(1)))),
            (
                "1: 5*1 2*1, 2: 3*1, 3: 1*1",
                1,
                Some(KitFault::Cycle(id(2))),
            ),
            ("1: 2*1, 2: 3*1, 3: 4*1, 4: 5*1", 1, None),
            (
                "1: 2*1, 2: 3*1, 3: 4*1, 4: 5*1, 5: 6*1",
                1,
                Some(KitFault::TooDeep),
            ),
            // A ring further down that does not come back here is not endless.
            ("1: 2*1, 2: 3*1, 3: 2*1", 1, Some(KitFault::TooDeep)),
            (wide.as_str(), 1, Some(KitFault::TooManyLeaves)),
        ];
        for (made, of, expected) in cases {
            assert_eq!(kits(made).fault(id(of)), expected, "{made}");
        }
    }

    #[test]
    fn the_scarcest_leaf_says_how_many_kits_there_are() {
        let cases = [
            (vec![(6, 2), (3, 1)], 3),
            (vec![(5, 2), (3, 1)], 2),
            (vec![(1, 2), (30, 1)], 0),
            (vec![], 0),
        ];
        for (free, expected) in cases {
            assert_eq!(kits_of(free.clone()), expected, "{free:?}");
        }
    }
}
