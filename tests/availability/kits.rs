//! `domain::kit`: how many kits are free, against a count of every minute; and how kits of kits come apart,
//! against one kit taken apart at a time.

use std::collections::BTreeMap;

use backlot::domain::ids::{Id, ListingId};
use backlot::domain::kit::{self, Kits, Part};
use backlot::domain::profile::{Claim, Profile, Supply};
use proptest::prelude::*;

use super::profile::{any_supply, capacity_at, few_dramas, used_at};
use super::{minutes, pictures, span};

/// A leaf: what there is of it, what is claimed of it, how many a kit takes.
fn any_leaf() -> impl Strategy<Value = (Supply, Vec<Claim>, u32)> {
    (any_supply(), few_dramas(6), 1..4_u32)
}

fn id(raw: usize) -> ListingId {
    ListingId::from_raw(i64::try_from(raw).unwrap_or(0))
}

/// Kits 0 to 3, each of some later kits or of leaves 4 to 8: never a ring.
fn any_kits() -> impl Strategy<Value = Kits> {
    let part = (0..9_usize, 1..5_u32);
    let parts = prop::collection::vec(part, 1..5);
    prop::collection::vec(parts, 4).prop_map(|rows| {
        let mut kits = Kits::default();
        for (kit, parts) in rows.into_iter().enumerate() {
            let later: BTreeMap<usize, u32> = parts
                .into_iter()
                .map(|(part, quantity)| (if part > kit { part } else { 4 + part }, quantity))
                .collect();
            for (part, quantity) in later {
                kits.add(
                    id(kit),
                    Part {
                        listing: id(part),
                        quantity,
                    },
                );
            }
        }
        kits
    })
}

proptest! {
    #![proptest_config(pictures(96))]

    #[test]
    fn every_minute_has_the_kits_one_would_count(
        leaves in prop::collection::vec(any_leaf(), 1..5),
    ) {
        let window = span(0, 900);
        let profiles: Vec<(Profile, u32)> = leaves
            .iter()
            .map(|(supply, claims, each)| (Profile::sweep(window, supply, claims), *each))
            .collect();
        let kits = kit::profile(window, &profiles);
        let steps = kits.steps();
        prop_assert_eq!(steps[0].span.start(), window.start());
        prop_assert_eq!(steps[steps.len() - 1].span.end(), window.end());
        prop_assert!(steps.windows(2).all(|pair| pair[0].span.end() == pair[1].span.start()));
        let mut fewest = u32::MAX;
        for minute in minutes(window) {
            // Kits are packed one by one for as long as every leaf has enough left.
            let left = |(supply, claims, _): &(Supply, Vec<Claim>, u32)| {
                capacity_at(supply, minute).saturating_sub(used_at(claims, minute))
            };
            let mut boxes: Vec<u32> = leaves.iter().map(left).collect();
            let mut packed = 0;
            while boxes.iter().zip(&leaves).all(|(left, (_, _, each))| left >= each) {
                for (left, (_, _, each)) in boxes.iter_mut().zip(&leaves) {
                    *left -= each;
                }
                packed += 1;
            }
            let step = steps.iter().find(|step| step.span.contains(minute)).expect("a step");
            prop_assert_eq!(step.free(), packed, "at {}", minute);
            fewest = fewest.min(packed);
        }
        prop_assert_eq!(kits.least_free(), fewest);
    }

    #[test]
    fn leaves_are_what_is_left_when_every_kit_is_taken_apart(kits in any_kits(), units in 1..9_u32) {
        let mut heap: BTreeMap<ListingId, u32> = BTreeMap::from([(id(0), units)]);
        while let Some(kit) = heap.keys().copied().find(|one| kits.has(*one)) {
            let count = heap.remove(&kit).unwrap_or(0);
            for part in kits.parts(kit) {
                *heap.entry(part.listing).or_default() += count * part.quantity;
            }
        }
        let leaves = kits.leaves(id(0), units);
        let told: BTreeMap<ListingId, u32> =
            leaves.iter().map(|leaf| (leaf.listing, leaf.quantity)).collect();
        prop_assert_eq!(told.len(), leaves.len(), "each leaf once");
        prop_assert_eq!(told, heap);
        prop_assert_eq!(kits.fault(id(0)), None);
    }
}
