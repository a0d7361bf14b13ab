//! Overrun: a shoot that runs late.
//!
//! The rule. Of a line under way its crew (or a manager) says until when it stays.
//!
//! 1. The line's end moves as far as that is free, to the minute, its turnaround included. That part is a
//!    claim like any other, at the price of the longer time. Steps, nights and opening hours do not hold it
//!    back: what happens on a set is a fact and no wish.
//! 2. What lies beyond is kept as a word and never as a claim, so nothing is promised twice by it: what is
//!    free and who may book is said by [`super::profile`] alone, and that does not know of it.
//! 3. Those who come after are served in the order in which their claims begin. Who would lack units while
//!    the late one is there, its turnaround included, is delayed: told by how many minutes, and what would
//!    work instead. Their booking stands as it was made; only they change it.
//! 4. The word holds until its moment. Said again, the later word takes the place of the earlier; said to be
//!    no later than the end that stands, it is taken back.

use chrono::TimeDelta;

use super::booking::{Line, LineState};
use super::conflict;
use super::profile::{Claim, Supply};
use super::span::{Instant, Span};

/// How long after its end a line may run late: who stays longer needs another booking.
pub const MOST_LATE_MINUTES: i64 = 12 * 60;

/// Whether a line has begun and may still be running.
pub fn is_under_way(line: &Line, now: Instant) -> bool {
    let last = line.span.end() + TimeDelta::minutes(MOST_LATE_MINUTES);
    let stands = matches!(line.state, LineState::Confirmed | LineState::Out);
    stands && line.span.start() <= now && now < last
}

/// The claim as it would be with another end: the turnaround goes along.
pub fn lasting(claim: &Claim, until: Instant) -> Option<Claim> {
    let turnaround = claim.claim.end() - claim.span.end();
    Some(Claim {
        span: Span::new(claim.span.start(), until).ok()?,
        claim: Span::new(claim.claim.start(), until + turnaround).ok()?,
        ..*claim
    })
}

/// How far the end of a claim can move towards a moment without touching what others claim.
pub fn reach(supply: &Supply, others: &[Claim], claim: &Claim, until: Instant) -> Instant {
    let end = claim.span.end();
    let wanted = (until > end).then(|| lasting(claim, until)).flatten();
    let Some(wanted) = wanted else {
        return end;
    };
    let Some(first) = conflict::shortages(supply, others, &wanted)
        .first()
        .copied()
    else {
        return until;
    };
    let turnaround = claim.claim.end() - end;
    let reached = (first.span.start() - turnaround).max(end);
    let fits = lasting(claim, reached)
        .is_some_and(|shorter| conflict::shortages(supply, others, &shorter).is_empty());
    if fits { reached } else { end }
}

/// What a late line takes beyond its claim, as if it were claimed; `None` where that is nothing.
pub fn beyond(claim: &Claim, until: Instant) -> Option<Claim> {
    let late = lasting(claim, until)?;
    Some(Claim {
        span: Span::new(claim.span.end(), until).ok()?,
        claim: Span::new(claim.span.end(), late.claim.end()).ok()?,
        ..late
    })
}

/// By how many minutes each of these claims begins later while a line stays until a moment: `None` where it
/// begins in time. `others` are those of the same listing, in any order.
pub fn delays(
    supply: &Supply,
    claim: &Claim,
    until: Instant,
    others: &[Claim],
) -> Vec<Option<i64>> {
    let mut delays = vec![None; others.len()];
    let late = lasting(claim, until).filter(|late| late.claim.end() > claim.claim.end());
    let Some(late) = late else {
        return delays;
    };
    let mut order: Vec<usize> = (0..others.len()).collect();
    order.sort_by_key(|place| others[*place].claim.start());
    let mut served = vec![late];
    for place in order {
        let other = &others[place];
        let comes_after = other.claim.start() >= claim.claim.end();
        let lacks = conflict::shortages(supply, &served, other);
        let last = lacks.iter().map(|lack| lack.span.end()).max();
        match last.filter(|_| comes_after) {
            None => served.push(*other),
            Some(last) => {
                let to_its_end = last >= other.claim.end();
                let free_from = if to_its_end { late.claim.end() } else { last };
                delays[place] = Some((free_from - other.claim.start()).num_minutes());
            }
        }
    }
    delays
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::{Id, ProductionId};

    fn at(time: &str) -> Instant {
        format!("2030-01-07T{time}:00Z").parse().expect("a moment")
    }

    /// `"09:00-12:00"` of a drama, with half an hour of turnaround.
    fn claim(drama: i64, times: &str, units: u32) -> Claim {
        let (start, end) = times.split_once('-').expect("from-to");
        let span = Span::new(at(start), at(end)).expect("a span");
        Claim {
            production: ProductionId::from_raw(drama),
            span,
            claim: span.widen(0, 30),
            units,
        }
    }

    fn of(quantity: u32) -> Supply {
        Supply {
            quantity,
            closures: Vec::new(),
        }
    }

    #[test]
    fn the_end_moves_as_far_as_it_is_free_and_no_minute_farther() {
        let late = claim(1, "09:00-12:00", 1);
        let next = [claim(2, "13:10-15:00", 1)];
        let reach = |others: &[Claim], until| reach(&of(1), others, &late, at(until));
        assert_eq!(reach(&next, "12:20"), at("12:20"));
        assert_eq!(reach(&next, "14:00"), at("12:40"));
        assert_eq!(reach(&[], "14:00"), at("14:00"));
        assert_eq!(reach(&[claim(2, "12:30-15:00", 1)], "14:00"), at("12:00"));
        assert_eq!(reach(&next, "11:00"), at("12:00"), "never back");
    }

    #[test]
    fn who_comes_after_waits_until_the_set_is_turned_around() {
        let late = claim(1, "09:00-12:00", 1);
        let others = [claim(2, "12:30-15:00", 1), claim(3, "15:30-16:00", 1)];
        let delays = |until| delays(&of(1), &late, at(until), &others);
        assert_eq!(delays("12:00"), [None, None]);
        assert_eq!(delays("12:40"), [Some(40), None]);
        assert_eq!(delays("15:10"), [Some(190), Some(10)]);
    }

    #[test]
    fn of_a_pool_only_those_wait_for_whom_units_lack() {
        let late = claim(1, "09:00-12:00", 2);
        let others = [
            claim(2, "12:40-15:00", 2),
            claim(3, "12:30-15:00", 3),
            claim(4, "08:00-12:00", 3),
        ];
        let delays = delays(&of(5), &late, at("13:00"), &others);
        assert_eq!(delays, [Some(50), None, None]);
    }

    #[test]
    fn what_lies_beyond_begins_where_the_line_ends() {
        let late = claim(1, "09:00-12:00", 1);
        let beyond = beyond(&late, at("12:40")).expect("something");
        assert_eq!(
            beyond.claim,
            Span::new(at("12:00"), at("13:10")).expect("a span")
        );
        assert_eq!(super::beyond(&late, at("12:00")), None);
    }
}
