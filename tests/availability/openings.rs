//! `domain::openings`: every start of a horizon against a count of every minute, with every way to share
//! equivalents tried.

use backlot::domain::hours::{OpeningHours, WallTime};
use backlot::domain::ids::{Id, ListingId, ProductionId};
use backlot::domain::listing::Kind;
use backlot::domain::openings::{Finder, Search, Thing, WantedLine};
use backlot::domain::policy::{HoursApply, Policy, check};
use backlot::domain::profile::{Claim, Supply};
use backlot::domain::quota::{Account, Counted};
use backlot::domain::span::{Instant, Span};
use chrono::{TimeDelta, Timelike};
use chrono_tz::Tz;
use proptest::prelude::*;

use super::profile::{any_supply, capacity_at, few_dramas, used_at};
use super::{any_span, minute, minutes, pictures, span};

/// The starts that are looked at.
fn starts() -> Span {
    span(-60, 720)
}

fn any_policy() -> impl Strategy<Value = Policy> {
    let steps = prop::sample::select(vec![10_u32, 15, 20, 30, 45]);
    (
        steps,
        0..3_u32,
        0..4_u32,
        0..3_u32,
        any::<bool>(),
        0..300_u32,
    )
        .prop_map(
            |(step, setup, turnaround, hours, night_allowed, lead)| Policy {
                minimum_minutes: 10,
                maximum_minutes: 600,
                step_minutes: step,
                lead_minutes: if lead < 60 { lead } else { 0 },
                horizon_days: 700,
                setup_minutes: setup * 10,
                turnaround_minutes: turnaround * 15,
                night_allowed,
                hours_apply: [HoursApply::None, HoursApply::Ends, HoursApply::Span]
                    [usize::try_from(hours).expect("small")],
                ..Policy::of_kind(Kind::Scene)
            },
        )
}

fn any_thing() -> impl Strategy<Value = Thing> {
    let hours = prop::option::weighted(0.3, (0..12_u16, 12..24_u16));
    (any_policy(), hours, any_supply(), few_dramas(5)).prop_map(
        |(policy, hours, supply, claims)| Thing {
            listing: ListingId::from_raw(0),
            policy,
            hours: hours.map(|(from, to)| {
                let wall = |hour| WallTime::new(hour, 0).expect("a time");
                OpeningHours::daily(wall(from), wall(to))
            }),
            supply: Supply {
                quantity: supply.quantity.min(6),
                ..supply
            },
            claims,
            weekly_hours: None,
        },
    )
}

/// The company's share of each thing, what it may have of everything, what it has, and how far ahead it may book.
type Bounds = (Vec<Option<u32>>, Option<u32>, Vec<Counted>, Option<Instant>);

fn any_bounds() -> impl Strategy<Value = Bounds> {
    let hours = || prop::option::weighted(0.4, 1..12_u32);
    let counted = (0..4_i64, any_span(), 1..3_u32).prop_map(|(listing, span, units)| Counted {
        listing: ListingId::from_raw(listing),
        span,
        units,
    });
    let latest = prop::option::weighted(0.2, (0..720_i64).prop_map(minute));
    (
        prop::collection::vec(hours(), 4),
        hours(),
        prop::collection::vec(counted, 0..3),
        latest,
    )
}

fn any_line(things: usize) -> impl Strategy<Value = WantedLine> {
    let chosen = prop::collection::btree_set(0..things, 0..=things)
        .prop_map(|set| set.into_iter().collect::<Vec<_>>());
    (-4..8_i64, 1..12_i64, 1..4_u32, chosen).prop_map(|(offset, length, units, things)| {
        WantedLine {
            offset_minutes: offset * 15,
            minutes: length * 15,
            units,
            things,
        }
    })
}

fn any_search() -> impl Strategy<Value = Search> {
    let zones = prop::sample::select(vec![Tz::Asia__Shanghai, Tz::Asia__Kathmandu, Tz::UTC]);
    let things = prop::collection::vec(any_thing(), 1..4);
    let busy = prop::collection::vec(any_span(), 0..2);
    (zones, things, busy, 0..4_i64, any_bounds())
        .prop_flat_map(|(zone, mut things, crew_busy, production, bounds)| {
            for (place, thing) in things.iter_mut().enumerate() {
                thing.listing = ListingId::from_raw(i64::try_from(place).expect("small"));
                thing.weekly_hours = bounds.0[place];
            }
            let lines = prop::collection::vec(any_line(things.len()), 1..4);
            (Just((zone, things, crew_busy, production, bounds)), lines)
        })
        .prop_map(|((zone, things, crew_busy, production, bounds), lines)| {
            let (_, weekly_hours, counted, latest_start) = bounds;
            let mut account = Account::open(weekly_hours, span(-20_000, 20_000), zone);
            for one in &counted {
                account.count(one);
            }
            Search {
                zone,
                now: minute(0),
                production: ProductionId::from_raw(production),
                things,
                lines,
                crew_busy,
                account: Some(account),
                latest_start,
            }
        })
}

fn at(line: &WantedLine, start: Instant) -> Span {
    let from = start + TimeDelta::minutes(line.offset_minutes);
    Span::new(from, from + TimeDelta::minutes(line.minutes)).expect("a span")
}

/// Every way to give each line one of its things.
fn ways(lines: &[WantedLine]) -> Vec<Vec<usize>> {
    lines.iter().fold(vec![Vec::new()], |ways, line| {
        let longer = |way: &Vec<usize>| {
            let way = way.clone();
            line.things
                .iter()
                .map(move |thing| [way.clone(), vec![*thing]].concat())
        };
        ways.iter().flat_map(longer).collect()
    })
}

/// Whether no minute of what the basket takes lacks units, all of it counted together.
fn has_room(search: &Search, way: &[usize], start: Instant) -> bool {
    let placed: Vec<(usize, Claim)> = search
        .lines
        .iter()
        .zip(way)
        .map(|(line, thing)| {
            let span = at(line, start);
            let claim = Claim {
                production: search.production,
                span,
                claim: search.things[*thing].policy.claim(span),
                units: line.units,
            };
            (*thing, claim)
        })
        .collect();
    placed.iter().all(|(thing, claim)| {
        let of_thing = &search.things[*thing];
        let mut together = of_thing.claims.clone();
        together.extend(
            placed
                .iter()
                .filter(|(other, _)| other == thing)
                .map(|(_, claim)| *claim),
        );
        minutes(claim.claim)
            .all(|minute| used_at(&together, minute) <= capacity_at(&of_thing.supply, minute))
    })
}

/// Whether no line of a way goes over a quota, the basket's other lines counted with it.
fn is_within_quota(search: &Search, way: &[usize], start: Instant) -> bool {
    let counted = |(line, thing): (&WantedLine, &usize)| Counted {
        listing: search.things[*thing].listing,
        span: at(line, start),
        units: line.units,
    };
    let all: Vec<Counted> = search.lines.iter().zip(way).map(counted).collect();
    let account = search.account.as_ref().expect("an account");
    all.iter()
        .zip(way)
        .enumerate()
        .all(|(place, (wanted, thing))| {
            let others = [&all[..place], &all[place + 1..]].concat();
            let share = search.things[*thing].weekly_hours;
            account.over(share, wanted, &others).is_empty()
        })
}

fn is_allowed(search: &Search, way: &[usize], start: Instant) -> bool {
    search.lines.iter().zip(way).all(|(line, thing)| {
        let latest = search.latest_start;
        if latest.is_some_and(|latest| at(line, start).start() > latest) {
            return false;
        }
        let thing = &search.things[*thing];
        let faults = check(
            &thing.policy,
            thing.hours.as_ref(),
            search.zone,
            at(line, start),
            search.now,
        );
        faults.is_empty()
    })
}

fn crew_has_time(search: &Search, start: Instant) -> bool {
    let first = search
        .lines
        .iter()
        .map(|line| at(line, start).start())
        .min()
        .expect("a line");
    let last = search
        .lines
        .iter()
        .map(|line| at(line, start).end())
        .max()
        .expect("a line");
    let whole = Span::new(first, last).expect("a span");
    !search
        .crew_busy
        .iter()
        .any(|busy| minutes(*busy).any(|minute| whole.contains(minute)))
}

/// All that a booking would ask of a way.
fn is_granted(search: &Search, way: &[usize], start: Instant) -> bool {
    is_allowed(search, way, start)
        && has_room(search, way, start)
        && is_within_quota(search, way, start)
}

fn oracle(search: &Search) -> Vec<Instant> {
    let fits = |start: &Instant| {
        let way = |way: &Vec<usize>| is_granted(search, way, *start);
        crew_has_time(search, *start) && ways(&search.lines).iter().any(way)
    };
    minutes(starts()).filter(fits).collect()
}

fn on_step(search: &Search, start: Instant) -> bool {
    search.lines.iter().all(|line| {
        let wall = at(line, start).start().with_timezone(&search.zone);
        let steps = || {
            line.things
                .iter()
                .map(|thing| search.things[*thing].policy.step_minutes)
        };
        let minute = wall.num_seconds_from_midnight() / 60;
        line.things.is_empty() || steps().any(|step| minute.is_multiple_of(step))
    })
}

proptest! {
    #![proptest_config(pictures(192))]

    #[test]
    fn every_start_that_fits_is_found_and_no_other(search in any_search()) {
        let found = Finder::new(&search, starts()).next(usize::MAX, 0);
        prop_assert!(found.settled);
        let at: Vec<Instant> = found.openings.iter().map(|opening| opening.start).collect();
        prop_assert_eq!(at, oracle(&search));
    }

    #[test]
    fn the_places_of_an_opening_are_a_way_that_fits(search in any_search()) {
        for opening in Finder::new(&search, starts()).next(usize::MAX, 0).openings {
            let way: Vec<usize> = opening
                .places
                .iter()
                .map(|place| usize::try_from(place.listing.raw()).expect("small"))
                .collect();
            prop_assert!(is_allowed(&search, &way, opening.start));
            prop_assert!(has_room(&search, &way, opening.start));
            prop_assert!(is_within_quota(&search, &way, opening.start));
            for (line, place) in search.lines.iter().zip(&opening.places) {
                prop_assert!(line.things.contains(&usize::try_from(place.listing.raw()).expect("small")));
                prop_assert_eq!((place.span, place.units), (at(line, opening.start), line.units));
            }
        }
    }

    #[test]
    fn each_start_on_the_step_is_an_opening_or_has_its_bottleneck(search in any_search()) {
        prop_assume!(search.lines.iter().all(|line| !line.things.is_empty()));
        let found = Finder::new(&search, starts()).next(usize::MAX, 0);
        let on_step = minutes(starts()).filter(|start| on_step(&search, *start)).count();
        let rejected: u32 = found.rejected.iter().map(|row| row.starts).sum();
        prop_assert_eq!(usize::try_from(found.looked).expect("few"), on_step);
        prop_assert_eq!(found.openings.len() + usize::try_from(rejected).expect("few"), on_step);
        prop_assert!(found.rejected.iter().all(|row| !row.lines.is_empty() && row.first <= row.last));
    }

    #[test]
    fn a_line_that_is_in_the_way_is_so_by_itself(search in any_search()) {
        use backlot::domain::openings::Obstacle;
        for row in Finder::new(&search, starts()).next(usize::MAX, 0).rejected {
            for (line, obstacle) in row.lines {
                let alone = Search { lines: vec![search.lines[line].clone()], ..search.clone() };
                let would_do = |granted: fn(&Search, &[usize], Instant) -> bool| {
                    ways(&alone.lines).iter().any(|way| granted(&alone, way, row.first))
                };
                let fits = would_do(is_granted);
                let but_for_quota =
                    would_do(|one, way, at| is_allowed(one, way, at) && has_room(one, way, at));
                match obstacle {
                    Obstacle::Taken | Obstacle::Rules | Obstacle::Nothing => prop_assert!(!but_for_quota),
                    Obstacle::OverQuota => prop_assert!(but_for_quota && !fits),
                    Obstacle::Together => prop_assert!(fits),
                    Obstacle::CrewBusy => prop_assert!(!crew_has_time(&search, row.first)),
                }
            }
        }
    }

    #[test]
    fn the_nearest_is_the_nearest(search in any_search(), to in -60..720_i64) {
        let to = minute(to);
        let nearest = Finder::new(&search, starts()).nearest(to).map(|opening| opening.start);
        let expected = oracle(&search).into_iter().min_by_key(|start| (*start - to).abs());
        prop_assert_eq!(nearest, expected);
    }
}

/// Nineteen like things cannot serve twenty lines; the search says so and ends.
#[test]
fn a_search_without_end_is_given_up_and_says_so() {
    let thing = |place: i64| Thing {
        listing: ListingId::from_raw(place),
        policy: Policy {
            turnaround_minutes: 0,
            ..Policy::of_kind(Kind::Scene)
        },
        hours: None,
        supply: Supply {
            quantity: 1,
            closures: Vec::new(),
        },
        claims: Vec::new(),
        weekly_hours: None,
    };
    let line = WantedLine {
        offset_minutes: 0,
        minutes: 120,
        units: 1,
        things: (0..19).collect(),
    };
    let search = Search {
        zone: Tz::UTC,
        now: minute(0),
        production: ProductionId::from_raw(1),
        things: (0..19).map(thing).collect(),
        lines: vec![line; 20],
        crew_busy: Vec::new(),
        account: None,
        latest_start: None,
    };
    let found = Finder::new(&search, span(0, 60 * 24 * 90)).next(3, 0);
    assert_eq!((found.openings.len(), found.settled), (0, false));
}
