//! Repairs: what could be done about a refused line, as proposals in the order a person would want them.
//!
//! Only proposals: whether one stands is said by assessing it like any other basket. Not here: which
//! listings are equivalents, and when the next free time is (see [`super::openings`]).

use chrono::{TimeDelta, Timelike};
use chrono_tz::Tz;

use super::booking::LineRequest;
use super::conflict::Shortage;
use super::ids::{LineId, ListingId};
use super::money::Money;
use super::policy::{OutsideHours, Policy, PolicyFault, SpanPart};
use super::refusal::{ListingName, Reason};
use super::series::OnClash;
use super::span::Span;

words! {
    /// What a repair does. In the order in which repairs are offered.
    RepairKind {
        /// Mends every refused line at once.
        All = "all",
        /// Start and length put on the listing's step and within its shortest and longest.
        Fit = "fit",
        /// A like listing of the same owner that is free then.
        Equivalent = "equivalent",
        /// A like listing of another owner that is free then.
        OtherOwner = "other_owner",
        /// A kit part by part, with something like the part that is taken in its place.
        ExchangePart = "exchange_part",
        /// Its units from two listings.
        Split = "split",
        /// The line at the nearest time it is free.
        ShiftLine = "shift_line",
        /// All lines together at the nearest time they fit.
        ShiftBasket = "shift_basket",
        /// Every date of a series at the nearest other time at which all of them fit.
        ShiftDates = "shift_dates",
        /// A series without the dates that cannot be had.
        SkipDates = "skip_dates",
        /// A series with a place in line on the dates only holds are in the way of.
        QueueDates = "queue_dates",
        /// The part of the time that is free.
        Shorter = "shorter",
        /// As many units as are free.
        Fewer = "fewer",
        /// Held as it is, with a place in line behind the holds of others.
        Queue = "queue",
    }
}

/// A line of a repaired basket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RepairedLine {
    /// In a change: the line it was.
    pub id: Option<LineId>,
    /// What it shall be.
    pub request: LineRequest,
}

/// A line that is other than it was asked for, as people are told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RepairedPart {
    /// What.
    pub listing: ListingName,
    /// How many units.
    pub units: u32,
    /// When.
    pub span: Span,
}

/// Something that would work, assessed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repair {
    /// What it does.
    pub kind: RepairKind,
    /// The refused line it mends, counted from 0 as it was sent; `None` is all of them.
    pub line: Option<usize>,
    /// Whether it is to be held, or wait in line, instead of booked.
    pub hold: bool,
    /// The whole basket, to be sent in the place of the one that was refused.
    pub lines: Vec<RepairedLine>,
    /// What is other than it was asked for.
    pub parts: Vec<RepairedPart>,
    /// What it costs more (or less) than what was asked for; `None` where that had no price.
    pub price_difference: Option<Money>,
    /// Whether nothing at all would be refused any more.
    pub complete: bool,
    /// What it makes of the dates, if the basket repeats.
    pub series: Option<RepairedSeries>,
}

/// What a repair makes of the dates of a series.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RepairedSeries {
    /// What is to become of dates that cannot be had.
    pub on_clash: OnClash,
    /// How many dates would be had, those in line counted.
    pub had: usize,
    /// How many there are.
    pub of: usize,
    /// How many of those that are had would wait in line.
    pub waiting: usize,
}

/// The span put on the listing's step and within its shortest and longest; `None` where it is already.
pub fn fitted(policy: &Policy, zone: Tz, wanted: Span) -> Option<Span> {
    let step = i64::from(policy.step_minutes.max(1));
    let wall = wanted.start().with_timezone(&zone);
    let over = i64::from(wall.hour() * 60 + wall.minute()).rem_euclid(step);
    let start = wanted.start() - TimeDelta::minutes(over);
    let longest = round_down(i64::from(policy.maximum_minutes), step);
    let shortest = round_up(i64::from(policy.minimum_minutes), step);
    let minutes = round_up(wanted.minutes(), step).min(longest).max(shortest);
    let fitted = Span::new(start, start + TimeDelta::minutes(minutes)).ok()?;
    (fitted != wanted).then_some(fitted)
}

/// The parts of a span that nothing speaks against, the longest first, on the listing's step.
pub fn shorter(policy: &Policy, wanted: Span, reasons: &[Reason]) -> Vec<Span> {
    let mut parts: Vec<Span> = reasons
        .iter()
        .flat_map(|reason| match reason {
            Reason::Clash(clash) => beside_shortages(policy, wanted, &clash.shortages),
            Reason::Policy(PolicyFault::NightBarred(nights)) => wanted.subtract(nights),
            Reason::Policy(PolicyFault::OutsideHours(outside)) => within_hours(wanted, outside),
            Reason::Policy(_)
            | Reason::OverQuota(_)
            | Reason::TooManyUnits { .. }
            | Reason::NotPublished
            | Reason::Price(_) => Vec::new(),
        })
        .filter_map(|part| whole_steps(policy, wanted, part))
        .collect();
    parts.sort_by_key(|part| (-part.minutes(), part.start()));
    parts.dedup();
    parts
}

/// Before the first lack and after the last, with the line's own setup and turnaround kept clear.
fn beside_shortages(policy: &Policy, wanted: Span, shortages: &[Shortage]) -> Vec<Span> {
    let (Some(first), Some(last)) = (shortages.first(), shortages.last()) else {
        return Vec::new();
    };
    let until = first.span.start() - TimeDelta::minutes(i64::from(policy.turnaround_minutes));
    let from = last.span.end() + TimeDelta::minutes(i64::from(policy.setup_minutes));
    [
        Span::new(wanted.start(), until),
        Span::new(from, wanted.end()),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn within_hours(wanted: Span, outside: &OutsideHours) -> Vec<Span> {
    let part = |open: &Span| match outside.part {
        SpanPart::Start => Span::new(open.start().max(wanted.start()), wanted.end()).ok(),
        SpanPart::End => Span::new(wanted.start(), open.end().min(wanted.end())).ok(),
        SpanPart::Span => open.clip(wanted),
    };
    outside.open.iter().filter_map(part).collect()
}

/// The part cut to whole steps from the end of the wanted span that it keeps; `None` where too little is left.
fn whole_steps(policy: &Policy, wanted: Span, part: Span) -> Option<Span> {
    let step = i64::from(policy.step_minutes.max(1));
    let start = if part.start() <= wanted.start() {
        wanted.start()
    } else {
        let late = (part.start() - wanted.start()).num_minutes();
        wanted.start() + TimeDelta::minutes(round_up(late, step))
    };
    let minutes = round_down((part.end() - start).num_minutes(), step);
    let cut = Span::new(start, start + TimeDelta::minutes(minutes)).ok()?;
    let is_long_enough = cut.minutes() >= i64::from(policy.minimum_minutes);
    (is_long_enough && cut != wanted).then_some(cut)
}

/// As many units as are left, if that is some but not all.
pub fn fewer(units: u32, reasons: &[Reason], least_free: u32) -> Option<u32> {
    let left = reasons.iter().filter_map(|reason| match reason {
        Reason::Clash(clash) => {
            let short = clash.shortages.iter().map(|shortage| shortage.short);
            Some(units.saturating_sub(short.max().unwrap_or(0)))
        }
        Reason::TooManyUnits { quantity } => Some((*quantity).min(least_free)),
        Reason::Policy(_) | Reason::OverQuota(_) | Reason::NotPublished | Reason::Price(_) => None,
    });
    left.min().filter(|left| (1..units).contains(left))
}

/// Two listings that have the units between them, as few as can be from the second.
pub fn split(units: u32, free: &[(ListingId, u32)]) -> Option<[(ListingId, u32); 2]> {
    let some = || free.iter().filter(|(_, free)| (1..units).contains(free));
    for (place, (first, here)) in some().enumerate() {
        let rest = units - here;
        if let Some((second, _)) = some().skip(place + 1).find(|(_, there)| *there >= rest) {
            return Some([(*first, *here), (*second, rest)]);
        }
    }
    None
}

fn round_up(minutes: i64, step: i64) -> i64 {
    minutes + (step - minutes.rem_euclid(step)).rem_euclid(step)
}

fn round_down(minutes: i64, step: i64) -> i64 {
    minutes - minutes.rem_euclid(step)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::Id;
    use crate::domain::listing::Kind;

    fn span(start: &str, end: &str) -> Span {
        let at = |time: &str| format!("2030-01-07T{time}:00Z").parse().expect("a moment");
        Span::new(at(start), at(end)).expect("a span")
    }

    fn set() -> Policy {
        Policy {
            setup_minutes: 30,
            ..Policy::of_kind(Kind::Scene)
        }
    }

    #[test]
    fn a_span_off_the_step_is_put_on_it() {
        let fit = |start, end| fitted(&set(), Tz::UTC, span(start, end));
        assert_eq!(fit("09:10", "11:50"), Some(span("09:00", "12:00")));
        assert_eq!(fit("09:00", "10:00"), Some(span("09:00", "11:00")));
        assert_eq!(fit("09:00", "12:00"), None);
    }

    #[test]
    fn what_is_left_beside_a_lack_keeps_the_buffers_clear() {
        let lack = |from, to| {
            Reason::Clash(crate::domain::refusal::Clash {
                shortages: vec![Shortage {
                    span: span(from, to),
                    short: 1,
                    capacity: 1,
                    used: 1,
                }],
                holders: Vec::new(),
                closures: Vec::new(),
                only_holds: false,
                queue_rank: None,
            })
        };
        let left = shorter(&set(), span("09:00", "18:00"), &[lack("13:00", "14:00")]);
        assert_eq!(left, [span("09:00", "12:30"), span("14:30", "18:00")]);
        let little = shorter(&set(), span("09:00", "18:00"), &[lack("10:00", "17:00")]);
        assert_eq!(little, []);
    }

    #[test]
    fn units_come_from_two_listings_where_no_one_has_them_all() {
        let id = ListingId::from_raw;
        let free = [(id(1), 2), (id(2), 0), (id(3), 3), (id(4), 4)];
        assert_eq!(split(5, &free), Some([(id(1), 2), (id(3), 3)]));
        assert_eq!(split(9, &free), None);
    }
}
