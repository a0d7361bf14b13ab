//! `domain::conflict`: a refusal names exactly the minutes that lack units, and how many.

use backlot::domain::conflict::{broken_promises, shortages};
use backlot::domain::profile::{Claim, Supply};
use proptest::prelude::*;

use super::profile::{any_supply, capacity_at, few_dramas, used_at};
use super::{minutes, pictures, span};

proptest! {
    #![proptest_config(pictures(256))]

    #[test]
    fn a_clash_names_exactly_the_minutes_and_units_that_lack(
        supply in any_supply(),
        taken in few_dramas(6),
        wanted in few_dramas(1).prop_filter_map("one", |claims| claims.first().copied()),
    ) {
        let clash = shortages(&supply, &taken, &wanted);
        let together: Vec<Claim> = taken.iter().chain([&wanted]).copied().collect();
        for minute in minutes(wanted.claim) {
            let capacity = capacity_at(&supply, minute);
            let short = used_at(&together, minute).saturating_sub(capacity);
            let named = clash.iter().find(|shortage| shortage.span.contains(minute));
            prop_assert_eq!(named.map_or(0, |shortage| shortage.short), short, "at {}", minute);
            if let Some(shortage) = named {
                prop_assert_eq!(shortage.capacity, capacity, "capacity at {}", minute);
            }
        }
        prop_assert!(clash.iter().all(|shortage| wanted.claim.encloses(shortage.span)));
        prop_assert!(clash.iter().all(|shortage| shortage.short > 0));
    }

    /// Whoever is let in fits beside everyone; whoever leaves takes nobody's promise along.
    #[test]
    fn who_is_let_in_one_by_one_fits_together(
        quantity in 1..6_u32,
        asked in few_dramas(10),
        leaving in any::<prop::sample::Index>(),
    ) {
        let supply = Supply { quantity, closures: Vec::new() };
        let mut stored: Vec<Claim> = Vec::new();
        for wanted in asked {
            let near = stored.iter().filter(|claim| claim.claim.overlaps(wanted.claim)).copied();
            if shortages(&supply, &near.collect::<Vec<_>>(), &wanted).is_empty() {
                stored.push(wanted);
            }
        }
        let window = span(-1_000, 2_000);
        prop_assert_eq!(broken_promises(window, &supply, &stored), []);
        if !stored.is_empty() {
            stored.remove(leaving.index(stored.len()));
        }
        prop_assert_eq!(broken_promises(window, &supply, &stored), []);
    }
}
