//! `domain::profile`: capacity and use, against a count of every minute.

use std::collections::BTreeMap;

use backlot::domain::ids::{Id, ProductionId};
use backlot::domain::profile::{Claim, Profile, Step, Supply};
use backlot::domain::span::{Instant, Span};
use proptest::prelude::*;

use super::{any_span, minutes, pictures, span};

/// The window the pictures are in.
fn window() -> Span {
    span(0, 900)
}

/// A claim on a grid of quarter hours, so that lines of one drama often follow each other.
fn any_claim(productions: i64) -> impl Strategy<Value = Claim> {
    (
        0..32_i64,
        1..10_i64,
        0..3_u32,
        0..5_u32,
        1..4_u32,
        0..productions,
    )
        .prop_map(|(from, length, setup, turnaround, units, production)| {
            let span = span(from * 15, (from + length) * 15);
            Claim {
                production: ProductionId::from_raw(production),
                span,
                claim: span.widen(setup * 15, turnaround * 15),
                units,
            }
        })
}

/// Up to so many claims of a few dramas.
pub(super) fn few_dramas(most: usize) -> impl Strategy<Value = Vec<Claim>> {
    prop::collection::vec(any_claim(3), 0..=most)
}

/// Up to so many claims, each of a drama of its own.
fn many_dramas(most: usize) -> impl Strategy<Value = Vec<Claim>> {
    few_dramas(most).prop_map(|mut claims| {
        for (place, claim) in claims.iter_mut().enumerate() {
            claim.production = ProductionId::from_raw(i64::try_from(place).unwrap_or(0));
        }
        claims
    })
}

/// A quantity and closures, of some units or of all.
pub(super) fn any_supply() -> impl Strategy<Value = Supply> {
    let closure = (any_span(), prop::option::of(1..4_u32));
    (0..12_u32, prop::collection::vec(closure, 0..4))
        .prop_map(|(quantity, closures)| Supply { quantity, closures })
}

/// Capacity at a minute.
pub(super) fn capacity_at(supply: &Supply, minute: Instant) -> u32 {
    let closed = supply
        .closures
        .iter()
        .filter(|(span, _)| span.contains(minute));
    closed.fold(supply.quantity, |left, (_, units)| {
        units.map_or(0, |units| left.saturating_sub(units))
    })
}

/// Units in use at a minute: for each drama, the most its claims of that minute ever need at the same
/// time. Lines of one drama that never run together go on with the same units, and pay no turnaround
/// to each other.
pub(super) fn used_at(claims: &[Claim], minute: Instant) -> u32 {
    let mut of_drama: BTreeMap<ProductionId, Vec<&Claim>> = BTreeMap::new();
    for claim in claims.iter().filter(|claim| claim.claim.contains(minute)) {
        of_drama.entry(claim.production).or_default().push(claim);
    }
    of_drama.values().map(|claims| most_at_once(claims)).sum()
}

/// The most units these lines need at one moment; a peak is where one of them begins.
fn most_at_once(claims: &[&Claim]) -> u32 {
    let at = |moment: Instant| {
        claims
            .iter()
            .filter(|claim| claim.span.contains(moment))
            .map(|claim| claim.units)
            .sum()
    };
    claims
        .iter()
        .map(|claim| at(claim.span.start()))
        .max()
        .unwrap_or(0)
}

/// The step a minute lies in.
fn step_at(profile: &Profile, minute: Instant) -> Step {
    let mut around = profile
        .steps()
        .iter()
        .filter(|step| step.span.contains(minute));
    let step = around.next().expect("steps cover the window");
    assert!(around.next().is_none(), "steps do not overlap");
    *step
}

fn used(claims: &[Claim]) -> Vec<u32> {
    let profile = Profile::sweep(window(), &Supply::default(), claims);
    minutes(window())
        .step_by(5)
        .map(|minute| step_at(&profile, minute).used)
        .collect()
}

proptest! {
    #![proptest_config(pictures(192))]

    #[test]
    fn every_minute_has_the_capacity_and_use_one_would_count(
        supply in any_supply(),
        claims in many_dramas(10),
    ) {
        let profile = Profile::sweep(window(), &supply, &claims);
        for minute in minutes(window()) {
            let step = step_at(&profile, minute);
            prop_assert_eq!(step.capacity, capacity_at(&supply, minute), "capacity at {}", minute);
            let around = claims.iter().filter(|claim| claim.claim.contains(minute));
            let sum: u32 = around.map(|claim| claim.units).sum();
            prop_assert_eq!(step.used, sum, "use at {}", minute);
        }
    }

    #[test]
    fn lines_of_one_drama_go_on_with_the_same_units(claims in few_dramas(8)) {
        let profile = Profile::sweep(window(), &Supply::default(), &claims);
        for minute in minutes(window()).step_by(5) {
            prop_assert_eq!(step_at(&profile, minute).used, used_at(&claims, minute), "at {}", minute);
        }
    }

    #[test]
    fn least_and_most_free_are_those_of_the_minutes(supply in any_supply(), claims in few_dramas(8)) {
        let profile = Profile::sweep(window(), &supply, &claims);
        let free = || minutes(window()).map(|minute| step_at(&profile, minute).free());
        prop_assert_eq!(Some(profile.least_free()), free().min());
        prop_assert_eq!(Some(profile.most_free()), free().max());
        prop_assert_eq!(
            Some(profile.peak()),
            minutes(window()).map(|minute| step_at(&profile, minute).used).max()
        );
    }

    #[test]
    fn steps_are_as_few_as_can_be(supply in any_supply(), claims in few_dramas(8)) {
        let profile = Profile::sweep(window(), &supply, &claims);
        let steps = profile.steps();
        prop_assert_eq!(steps.first().map(|step| step.span.start()), Some(window().start()));
        prop_assert_eq!(steps.last().map(|step| step.span.end()), Some(window().end()));
        for pair in steps.windows(2) {
            prop_assert_eq!(pair[0].span.end(), pair[1].span.start());
            prop_assert!((pair[0].capacity, pair[0].used) != (pair[1].capacity, pair[1].used));
        }
    }

    /// What makes a cancellation, a decline or an expiry safe.
    #[test]
    fn taking_a_claim_away_never_uses_more_anywhere(claims in few_dramas(6)) {
        let before = used(&claims);
        for place in 0..claims.len() {
            let mut left = claims.clone();
            let gone = left.remove(place);
            for (now, before) in used(&left).iter().zip(&before) {
                prop_assert!(now <= before, "without {:?}: {} instead of {}", gone, now, before);
            }
        }
    }

    #[test]
    fn the_order_of_claims_does_not_matter(claims in few_dramas(6)) {
        let turned: Vec<Claim> = claims.iter().rev().copied().collect();
        prop_assert_eq!(used(&claims), used(&turned));
    }

    /// A booking loads only the claims that touch it; `check` loads all. Both must say the same.
    #[test]
    fn a_look_at_a_part_sees_what_a_look_at_all_sees(
        supply in any_supply(),
        claims in few_dramas(8),
        part in any_span(),
    ) {
        let touching: Vec<Claim> =
            claims.iter().filter(|claim| claim.claim.overlaps(part)).copied().collect();
        let of_part = Profile::sweep(part, &supply, &touching);
        let of_all = Profile::sweep(window(), &supply, &claims);
        for minute in minutes(part) {
            let (seen, all) = (step_at(&of_part, minute), step_at(&of_all, minute));
            prop_assert_eq!((seen.capacity, seen.used), (all.capacity, all.used), "at {}", minute);
        }
    }
}
