//! The rules of [`backlot::domain::hold`] on pictures: who is promoted, who is pressed, at which rank.

use backlot::domain::booking::LineState;
use backlot::domain::hold::{
    ChallengeFault, Hold, HoldTerms, OnHold, Turn, place, pressed, rank, turns,
};
use backlot::domain::ids::{BookingId, CompanyId, Id, LineId, ProductionId};
use backlot::domain::profile::{Claim, Supply};
use backlot::domain::span::{Instant, Span};
use chrono::TimeDelta;
use proptest::prelude::*;

fn hour(hour: i64) -> Instant {
    let midnight: Instant = "2030-01-07T00:00:00Z".parse().expect("a moment");
    midnight + TimeDelta::hours(hour)
}

const TERMS: HoldTerms = HoldTerms {
    lasts: TimeDelta::hours(24),
    challenge: TimeDelta::hours(4),
    most: 40,
};

fn claim(drama: i64, from: i64, to: i64, units: u32) -> Claim {
    let span = Span::new(hour(from), hour(to)).expect("a span");
    Claim {
        production: ProductionId::from_raw(drama),
        span,
        claim: span,
        units,
    }
}

/// Line `id` of company `id`: `"held 10-12 x3"` or `"queued 10-12"`, placed in the order of ids, on hold
/// for hour 0 to hour 5; hours are those of two days later.
fn on_hold(id: i64, picture: &str) -> OnHold {
    let words: Vec<&str> = picture.split_whitespace().collect();
    let (from, to) = words[1].split_once('-').expect("from-to");
    let day = |text: &str| 48 + text.parse::<i64>().expect("an hour");
    let units = words
        .get(2)
        .and_then(|word| word.strip_prefix('x')?.parse().ok())
        .unwrap_or(1);
    let placed = hour(0) + TimeDelta::minutes(id);
    let state: LineState = words[0].parse().expect("a state");
    let hold = match state {
        LineState::Held => Hold {
            expires_at: hour(5),
            ..Hold::placed(hour(day(from)), &TERMS, placed)
        },
        _ => Hold::in_line(hour(day(from)), placed),
    };
    OnHold {
        line: LineId::from_raw(id),
        booking: BookingId::from_raw(id),
        company: CompanyId::from_raw(id),
        state,
        hold,
        claim: claim(id, day(from), day(to), units),
    }
}

fn pictured(pictures: &[&str]) -> Vec<OnHold> {
    (1..)
        .zip(pictures)
        .map(|(id, picture)| on_hold(id, picture))
        .collect()
}

fn pool(quantity: u32) -> Supply {
    Supply {
        quantity,
        closures: Vec::new(),
    }
}

/// What is due at an hour, as `"1 lapse, 2 promote"`.
#[track_caller]
fn due(quantity: u32, pictures: &[&str], at: i64, expected: &str) {
    let found = turns(&pool(quantity), &[], &pictured(pictures), hour(at));
    let words: Vec<String> = found
        .iter()
        .map(|(one, turn)| {
            let word = match turn {
                Turn::Lapse => "lapse",
                Turn::Promote => "promote",
                Turn::Relieve => "relieve",
            };
            format!("{} {word}", one.line.raw())
        })
        .collect();
    assert_eq!(words.join(", "), expected, "{pictures:?} at {at}");
}

#[test]
fn what_is_over_lapses_and_the_next_that_fits_is_promoted() {
    due(1, &["held 9-12", "queued 9-12", "queued 9-12"], 4, "");
    due(
        1,
        &["held 9-12", "queued 9-12", "queued 9-12"],
        5,
        "1 lapse, 2 promote",
    );
    // Side by side in the first one's time: both have their turn, the one across waits.
    due(
        1,
        &["held 9-12", "queued 9-10", "queued 9-12", "queued 10-12"],
        5,
        "1 lapse, 2 promote, 4 promote",
    );
    // Units: the larger one was first, and what is left goes to whoever it is enough for.
    due(
        10,
        &[
            "held 9-12 x8",
            "queued 9-12 x7",
            "queued 9-12 x5",
            "queued 9-12 x3",
        ],
        5,
        "1 lapse, 2 promote, 4 promote",
    );
    // Whoever waits until its time begins waits in vain.
    due(1, &["held 9-12", "queued 9-12"], 57, "1 lapse, 2 lapse");
}

#[test]
fn nobody_in_line_passes_what_is_promised() {
    let queue = pictured(&["queued 9-12"]);
    let firm = [claim(99, 57, 58, 1)];
    assert_eq!(turns(&pool(1), &firm, &queue, hour(5)), []);
}

#[test]
fn a_challenge_ends_with_its_challenger() {
    let mut lines = pictured(&["held 9-12", "queued 9-12"]);
    lines[0].hold = lines[0]
        .hold
        .challenged(LineId::from_raw(2), &TERMS, hour(0));
    assert_eq!(lines[0].hold.expires_at, hour(4));
    assert_eq!(turns(&pool(1), &[], &lines, hour(1)), []);
    let alone = [lines[0]];
    let relieved = turns(&pool(1), &[], &alone, hour(1));
    assert_eq!(relieved, [(alone[0], Turn::Relieve)]);
    assert_eq!(alone[0].hold.relieved().expires_at, hour(5));
}

#[test]
fn a_clock_is_never_wound_up_by_a_challenge_or_a_change() {
    let hold = on_hold(1, "held 9-12").hold;
    let late = hold.challenged(LineId::from_raw(2), &TERMS, hour(3));
    assert_eq!(late.expires_at, hour(5), "less time, never more");
    let moved = hold.moved(hour(100), false, hour(4));
    assert_eq!((moved.expires_at, moved.placed_at), (hour(5), hour(4)));
    let soon = Hold::placed(hour(1), &TERMS, hour(0));
    assert_eq!(soon.expires_at, hour(1), "not beyond its own start");
    assert_eq!(soon.warned_at, Some(hour(0)), "told when it was placed");
}

#[test]
fn ranks_count_those_before_who_want_the_same_time() {
    let lines = pictured(&["held 9-12", "queued 9-10", "queued 11-12", "queued 9-12"]);
    let rank_of = |id: i64| place(&lines, LineId::from_raw(id), hour(1)).map(|place| place.rank);
    assert_eq!(rank_of(1), None, "a hold does not wait");
    assert_eq!(rank_of(2), Some(2));
    assert_eq!(rank_of(3), Some(2), "another hour of the same hold");
    assert_eq!(rank_of(4), Some(4));
    let before: Vec<Claim> = lines[1..].iter().map(|one| one.claim).collect();
    assert_eq!(rank(before.iter(), &claim(9, 48 + 11, 48 + 12, 1)), 4);
    let place = place(&lines, LineId::from_raw(4), hour(1)).expect("it waits");
    assert_eq!(place.ahead_until, Some(hour(5)));
    assert!(place.may_challenge && !place.challenging);
}

#[track_caller]
fn presses(
    quantity: u32,
    firm: &[Claim],
    pictures: &[&str],
    expected: &Result<Vec<i64>, ChallengeFault>,
) {
    let lines = pictured(pictures);
    let challenger = lines.last().expect("somebody");
    let found = pressed(&pool(quantity), firm, &lines, challenger);
    let found = found.map(|lines| lines.iter().map(|line| line.raw()).collect());
    assert_eq!(&found, expected, "{pictures:?}");
}

#[test]
fn a_challenge_presses_as_few_as_it_needs_the_last_first() {
    presses(1, &[], &["held 9-12", "queued 9-12"], &Ok(vec![1]));
    let three = [
        "held 9-12 x4",
        "held 9-12 x3",
        "held 9-12 x3",
        "queued 9-12 x5",
    ];
    presses(10, &[], &three, &Ok(vec![3, 2]));
    presses(11, &[], &three, &Ok(vec![3, 2]));
    presses(12, &[], &three, &Ok(vec![3]));
    // Not those at another time.
    let apart = ["held 9-10", "held 11-12", "queued 9-10"];
    presses(1, &[], &apart, &Ok(vec![1]));
    let firm = [claim(99, 57, 58, 1)];
    let behind = ["held 10-12", "queued 9-12"];
    presses(1, &firm, &behind, &Err(ChallengeFault::NotOnlyHolds));
}

#[test]
fn nobody_is_challenged_twice_and_nobody_challenges_itself() {
    let mut lines = pictured(&["held 9-12", "queued 9-12"]);
    lines[0].hold = lines[0]
        .hold
        .challenged(LineId::from_raw(2), &TERMS, hour(0));
    assert_eq!(
        pressed(&pool(1), &[], &lines, &lines[1]),
        Err(ChallengeFault::UnderWay)
    );
    let mut own = pictured(&["held 9-12", "queued 9-12"]);
    own[1].company = own[0].company;
    assert_eq!(
        pressed(&pool(1), &[], &own, &own[1]),
        Err(ChallengeFault::NotOnlyHolds)
    );
}

proptest! {
    /// Whatever is on hold: after the turns nothing is overbooked, nobody who waits fits, and asking again
    /// changes nothing.
    #[test]
    fn turns_leave_nothing_to_do(
        quantity in 1_u32..5,
        lines in prop::collection::vec((any::<bool>(), 0_i64..12, 1_i64..6, 1_u32..4, 0_i64..10), 0..12),
    ) {
        let mut standing: Vec<OnHold> = Vec::new();
        for (id, (held, from, hours, units, lapses)) in (1..).zip(lines) {
            let state = if held { "held" } else { "queued" };
            let mut one = on_hold(id, &format!("{state} {from}-{} x{}", from + hours, units.min(quantity)));
            let now: Vec<Claim> = standing.iter().filter(|one| one.state == LineState::Held)
                .map(|one| one.claim).collect();
            let fits = backlot::domain::conflict::shortages(&pool(quantity), &now, &one.claim).is_empty();
            if one.state == LineState::Held {
                one.hold.expires_at = hour(lapses);
                if !fits { continue; }
            }
            standing.push(one);
        }
        let due = turns(&pool(quantity), &[], &standing, hour(5));
        let mut after = Vec::new();
        for one in &standing {
            match due.iter().find(|(other, _)| other.line == one.line).map(|(_, turn)| *turn) {
                Some(Turn::Lapse) => {}
                Some(Turn::Promote) => after.push(OnHold {
                    state: LineState::Held,
                    hold: one.hold.promoted(one.claim.span.start(), &TERMS, hour(5)),
                    ..*one
                }),
                Some(Turn::Relieve) | None => after.push(*one),
            }
        }
        let claims: Vec<Claim> = after.iter().filter(|one| one.state == LineState::Held)
            .map(|one| one.claim).collect();
        let window = Span::new(hour(0), hour(100)).expect("a span");
        prop_assert_eq!(
            backlot::domain::conflict::broken_promises(window, &pool(quantity), &claims), vec![]
        );
        prop_assert_eq!(turns(&pool(quantity), &[], &after, hour(5)), vec![]);
    }
}
