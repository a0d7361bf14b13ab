//! The starts that cannot be, read off the profiles: what others claim, and when the crew has no time.

use chrono::TimeDelta;

use super::{Search, Thing, WantedLine};
use crate::domain::policy::Policy;
use crate::domain::profile::{Claim, Profile};
use crate::domain::span::{Instant, Span, merge};

/// What other dramas use of each thing, over everything any line could touch.
pub(super) fn profiles(search: &Search, starts: Span) -> Vec<Option<Profile>> {
    let offsets = || search.lines.iter().map(|line| line.offset_minutes);
    let first = offsets().min().unwrap_or(0);
    let ends = search
        .lines
        .iter()
        .map(|line| line.offset_minutes + line.minutes);
    let last = ends.max().unwrap_or(0);
    let from = starts.start() + TimeDelta::minutes(first);
    let to = starts.end() + TimeDelta::minutes(last);
    let profile = |thing: &Thing| {
        let window = thing.policy.claim(Span::new(from, to).ok()?);
        let others: Vec<Claim> = thing
            .claims
            .iter()
            .filter(|claim| claim.production != search.production)
            .copied()
            .collect();
        Some(Profile::sweep(window, &thing.supply, &others))
    };
    search.things.iter().map(profile).collect()
}

pub(super) fn busy_of_line(
    search: &Search,
    line: &WantedLine,
    profiles: &[Option<Profile>],
    starts: Span,
) -> Vec<Vec<Span>> {
    let busy = |thing: &usize| match &profiles[*thing] {
        Some(profile) => busy_starts(&search.things[*thing].policy, line, profile, starts),
        None => vec![starts],
    };
    line.things.iter().map(busy).collect()
}

/// The starts at which a line would claim a moment that lacks units: each busy span, stretched to the left
/// by what the line takes from its start on and to the right by what it takes before.
fn busy_starts(policy: &Policy, line: &WantedLine, profile: &Profile, starts: Span) -> Vec<Span> {
    let before = i64::from(policy.setup_minutes) - line.offset_minutes;
    let after = line.offset_minutes + line.minutes + i64::from(policy.turnaround_minutes);
    let short = profile
        .steps()
        .iter()
        .filter(|step| step.free() < line.units);
    let barred = short.filter_map(|step| {
        let first = step.span.start() - TimeDelta::minutes(after - 1);
        let last = step.span.end() + TimeDelta::minutes(before);
        Span::new(first, last).ok()?.clip(starts)
    });
    merge(&barred.collect::<Vec<_>>())
}

/// The starts at which the basket, from its first moment to its last, meets a busy span of the crew.
pub(super) fn crew_busy(search: &Search, starts: Span) -> Vec<Span> {
    let first = search.lines.iter().map(|line| line.offset_minutes).min();
    let ends = search
        .lines
        .iter()
        .map(|line| line.offset_minutes + line.minutes);
    let (first, last) = (first.unwrap_or(0), ends.max().unwrap_or(0));
    let barred = search.crew_busy.iter().filter_map(|busy| {
        let from = busy.start() - TimeDelta::minutes(last - 1);
        let to = busy.end() - TimeDelta::minutes(first);
        Span::new(from, to).ok()?.clip(starts)
    });
    merge(&barred.collect::<Vec<_>>())
}

/// The starts that are in every one of these lists; all of them where there is no list.
pub(super) fn common(lists: &[Vec<Span>], starts: Span) -> Vec<Span> {
    let mut common = vec![starts];
    for list in lists {
        common = intersect(&common, list);
    }
    common
}

/// What two lists of merged spans have in common.
fn intersect(one: &[Span], other: &[Span]) -> Vec<Span> {
    let mut both = Vec::new();
    let (mut left, mut right) = (0, 0);
    while let (Some(first), Some(second)) = (one.get(left), other.get(right)) {
        both.extend(first.clip(*second));
        if first.end() <= second.end() {
            left += 1;
        } else {
            right += 1;
        }
    }
    both
}

/// Whether a moment lies in one of these merged spans.
pub(super) fn lies_in(spans: &[Span], moment: Instant) -> bool {
    let after = spans.partition_point(|span| span.start() <= moment);
    after > 0 && spans[after - 1].contains(moment)
}
