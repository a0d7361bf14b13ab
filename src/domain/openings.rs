//! Openings: the next starts at which a whole basket fits.
//!
//! A basket is lines with offsets from one start; each line names one listing, or several of which any
//! will do. The starts that cannot be are the union over lines of the intersection over equivalents of
//! busy spans, and those are read off [`super::profile`]; what is left is asked of [`super::policy`] and
//! [`super::conflict`], start by start. Not here: which listings are equivalents, and what it costs.

use chrono::{TimeDelta, Timelike};
use chrono_tz::Tz;

use super::conflict;
use super::hours::OpeningHours;
use super::ids::{ListingId, ProductionId};
use super::policy::{self, Policy};
use super::profile::{Claim, Profile, Supply};
use super::span::{Instant, Span, merge};

/// A listing that may serve a line, with everything claimed of it.
#[derive(Debug, Clone)]
pub struct Thing {
    /// Which.
    pub listing: ListingId,
    /// Its rules.
    pub policy: Policy,
    /// When its site is open; `None` is always.
    pub hours: Option<OpeningHours>,
    /// What there is of it.
    pub supply: Supply,
    /// What is claimed of it already.
    pub claims: Vec<Claim>,
}

/// One line of the basket.
#[derive(Debug, Clone)]
pub struct WantedLine {
    /// From the start of the basket to the start of the line; may be negative.
    pub offset_minutes: i64,
    /// How long, at least 1.
    pub minutes: i64,
    /// How many units, at least 1.
    pub units: u32,
    /// The things of which any will do, by their place in [`Search::things`], best first.
    pub things: Vec<usize>,
}

/// What is looked for.
#[derive(Debug, Clone)]
pub struct Search {
    /// The zone in which steps and nights are counted.
    pub zone: Tz,
    /// The time.
    pub now: Instant,
    /// The drama: its own lines may follow each other without turnaround.
    pub production: ProductionId,
    /// The listings the lines speak of.
    pub things: Vec<Thing>,
    /// At least one.
    pub lines: Vec<WantedLine>,
    /// When the crew has no time, whatever is free.
    pub crew_busy: Vec<Span>,
}

words! {
    /// What keeps a line from a start.
    Obstacle {
        /// No equivalent has enough units.
        Taken = "taken",
        /// Every equivalent with enough units has a rule against it.
        Rules = "rules",
        /// It fits by itself, but not beside the other lines of the basket.
        Together = "together",
        /// The crew has no time.
        CrewBusy = "crew_busy",
        /// There is no such thing at all.
        Nothing = "nothing",
    }
}

/// A listing and span for a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Which of the equivalents.
    pub listing: ListingId,
    /// When.
    pub span: Span,
    /// How many units.
    pub units: u32,
}

/// A start at which everything fits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opening {
    /// The start of the basket.
    pub start: Instant,
    /// A place for each line, in their order.
    pub places: Vec<Place>,
}

/// Starts in a row that fail for the same reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejected {
    /// The first of them.
    pub first: Instant,
    /// The last of them.
    pub last: Instant,
    /// How many.
    pub starts: u32,
    /// The lines that are in the way, and why.
    pub lines: Vec<(usize, Obstacle)>,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Found {
    /// In order of time.
    pub openings: Vec<Opening>,
    /// What failed before the last opening, at most [`MOST_REJECTED`] rows.
    pub rejected: Vec<Rejected>,
    /// Starts that were looked at.
    pub looked: u32,
    /// Starts each line stood in the way of.
    pub failed_by_line: Vec<u32>,
    /// Whether every start was settled; false where trying all ways to share equivalents took too long,
    /// and a start was given up.
    pub settled: bool,
}

/// The most rows of rejected starts that are told apart.
pub const MOST_REJECTED: usize = 200;
/// Tries at sharing equivalents among lines: for one start, and for a whole search.
const MOST_TRIES_A_START: u32 = 2_000;
const MOST_TRIES: u32 = 200_000;
/// Zones differ from UTC by whole quarters of an hour.
const ZONE_STEP_MINUTES: i64 = 15;

/// A search with its busy spans read off the profiles.
pub struct Finder<'a> {
    search: &'a Search,
    starts: Span,
    /// For each line, the starts at which every equivalent lacks units.
    barred: Vec<Vec<Span>>,
    /// For each line and each of its equivalents, the starts at which that one lacks units.
    busy: Vec<Vec<Vec<Span>>>,
    /// The starts at which the crew has no time.
    crew_busy: Vec<Span>,
    tries_left: u32,
}

impl<'a> Finder<'a> {
    /// Prepares a search among these starts.
    pub fn new(search: &'a Search, starts: Span) -> Self {
        let profiles = profiles(search, starts);
        let busy: Vec<Vec<Vec<Span>>> = search
            .lines
            .iter()
            .map(|line| busy_of_line(search, line, &profiles, starts))
            .collect();
        let barred = busy.iter().map(|things| common(things, starts)).collect();
        Self {
            search,
            starts,
            barred,
            busy,
            crew_busy: crew_busy(search, starts),
            tries_left: MOST_TRIES,
        }
    }

    /// The next starts, at most `most`, each at least `apart_minutes` after the one before.
    pub fn next(&mut self, most: usize, apart_minutes: i64) -> Found {
        let mut found = Found {
            failed_by_line: vec![0; self.search.lines.len()],
            settled: true,
            ..Found::default()
        };
        let mut not_before = self.starts.start();
        for start in self.grid() {
            if found.openings.len() >= most {
                break;
            }
            if start < not_before {
                continue;
            }
            found.looked += 1;
            match self.places(start) {
                Ok(places) => {
                    found.openings.push(Opening { start, places });
                    not_before = start + TimeDelta::minutes(apart_minutes);
                }
                Err(lines) => reject(&mut found, start, lines),
            }
        }
        found.settled = self.tries_left > 0;
        found
    }

    /// The opening nearest to a moment; of two at the same distance, the earlier.
    pub fn nearest(&mut self, to: Instant) -> Option<Opening> {
        let mut starts: Vec<Instant> = self.grid().collect();
        starts.sort_by_key(|start| (*start - to).abs());
        starts.into_iter().find_map(|start| {
            let places = self.places(start).ok()?;
            Some(Opening { start, places })
        })
    }

    /// The equivalents that would do for a line by itself at a start, best first.
    pub fn would_do(&self, line: usize, start: Instant) -> Vec<ListingId> {
        let choices = self.choices(line, start).unwrap_or_default();
        choices
            .iter()
            .map(|choice| self.search.things[choice.thing].listing)
            .collect()
    }

    /// The starts that are on the step of every line, for at least one of its equivalents.
    fn grid(&self) -> impl Iterator<Item = Instant> + use<'a> {
        let (search, starts) = (self.search, self.starts);
        let stride = stride(search);
        let first_offset = search.lines.first().map_or(0, |line| line.offset_minutes);
        let ahead = (starts.start().timestamp() / 60 + first_offset).rem_euclid(stride);
        let first = starts.start() + TimeDelta::minutes((stride - ahead).rem_euclid(stride));
        let count = (starts.end() - first).num_minutes().div_euclid(stride) + 1;
        (0..count.max(0))
            .map(move |step| first + TimeDelta::minutes(step * stride))
            .filter(move |start| starts.contains(*start) && is_on_grid(search, *start))
    }

    /// A place for each line, or the lines in the way.
    fn places(&mut self, start: Instant) -> Result<Vec<Place>, Vec<(usize, Obstacle)>> {
        if lies_in(&self.crew_busy, start) {
            let all = 0..self.search.lines.len();
            return Err(all.map(|line| (line, Obstacle::CrewBusy)).collect());
        }
        let mut choices = Vec::with_capacity(self.search.lines.len());
        let mut obstacles = Vec::new();
        for line in 0..self.search.lines.len() {
            match self.choices(line, start) {
                Ok(found) => choices.push(found),
                Err(obstacle) => obstacles.push((line, obstacle)),
            }
        }
        if !obstacles.is_empty() {
            return Err(obstacles);
        }
        self.share(start, &choices)
            .map_err(|line| vec![(line, Obstacle::Together)])
    }

    /// The equivalents that would do for a line by itself, best first.
    fn choices(&self, place: usize, start: Instant) -> Result<Vec<Choice>, Obstacle> {
        let line = &self.search.lines[place];
        if line.things.is_empty() {
            return Err(Obstacle::Nothing);
        }
        if lies_in(&self.barred[place], start) {
            return Err(Obstacle::Taken);
        }
        let span = line_span(line, start).ok_or(Obstacle::Nothing)?;
        let free: Vec<Choice> = line
            .things
            .iter()
            .zip(&self.busy[place])
            .filter(|(_, busy)| !lies_in(busy, start))
            .filter_map(|(thing, _)| self.choice(*thing, span, line.units))
            .collect();
        if free.is_empty() {
            return Err(Obstacle::Taken);
        }
        let mut allowed = free;
        allowed.retain(|choice| self.is_allowed(choice.thing, span));
        if allowed.is_empty() {
            return Err(Obstacle::Rules);
        }
        Ok(allowed)
    }

    /// The claim a line would make, if it fits beside what is claimed already. Claims of other dramas were
    /// settled by the profile; only the drama's own, which share turnarounds with it, are left to ask.
    fn choice(&self, thing: usize, span: Span, units: u32) -> Option<Choice> {
        let claim = self.wanted(thing, span, units);
        let own = |taken: &&Claim| {
            taken.production == claim.production && taken.claim.overlaps(claim.claim)
        };
        let has_own = self.search.things[thing]
            .claims
            .iter()
            .any(|taken| own(&taken));
        let fits = !has_own || self.fits(thing, &[], &claim);
        fits.then_some(Choice { thing, claim })
    }

    fn wanted(&self, thing: usize, span: Span, units: u32) -> Claim {
        Claim {
            production: self.search.production,
            span,
            claim: self.search.things[thing].policy.claim(span),
            units,
        }
    }

    fn is_allowed(&self, thing: usize, span: Span) -> bool {
        let thing = &self.search.things[thing];
        let (zone, now) = (self.search.zone, self.search.now);
        policy::check(&thing.policy, thing.hours.as_ref(), zone, span, now).is_empty()
    }

    fn fits(&self, thing: usize, beside: &[Choice], claim: &Claim) -> bool {
        let of_thing = &self.search.things[thing];
        let basket = beside
            .iter()
            .filter(|choice| choice.thing == thing)
            .map(|choice| &choice.claim);
        let taken: Vec<Claim> = of_thing
            .claims
            .iter()
            .chain(basket)
            .filter(|taken| taken.claim.overlaps(claim.claim))
            .copied()
            .collect();
        conflict::shortages(&of_thing.supply, &taken, claim).is_empty()
    }

    /// Shares the equivalents among the lines: those with the fewest choices first, and back again where
    /// that leads nowhere. Answers the line it could not get past.
    fn share(&mut self, start: Instant, choices: &[Vec<Choice>]) -> Result<Vec<Place>, usize> {
        let mut order: Vec<usize> = (0..choices.len()).collect();
        order.sort_by_key(|line| choices[*line].len());
        let mut tries = MOST_TRIES_A_START.min(self.tries_left);
        let before = tries;
        let mut sharing = Sharing {
            order: &order,
            choices,
            chosen: Vec::with_capacity(order.len()),
            deepest: 0,
        };
        let shared = self.share_rest(&mut sharing, &mut tries);
        self.tries_left -= before - tries;
        if !shared {
            return Err(order[sharing.deepest]);
        }
        let mut places: Vec<(usize, Place)> = Vec::with_capacity(order.len());
        for (line, choice) in order.iter().zip(&sharing.chosen) {
            let wanted = &self.search.lines[*line];
            let span = line_span(wanted, start).ok_or(*line)?;
            let listing = self.search.things[choice.thing].listing;
            let units = wanted.units;
            places.push((
                *line,
                Place {
                    listing,
                    span,
                    units,
                },
            ));
        }
        places.sort_by_key(|(line, _)| *line);
        Ok(places.into_iter().map(|(_, place)| place).collect())
    }

    fn share_rest(&self, sharing: &mut Sharing<'_>, tries: &mut u32) -> bool {
        let Some(line) = sharing.order.get(sharing.chosen.len()) else {
            return true;
        };
        sharing.deepest = sharing.deepest.max(sharing.chosen.len());
        for choice in &sharing.choices[*line] {
            let Some(left) = tries.checked_sub(1) else {
                return false;
            };
            *tries = left;
            let alone = !sharing
                .chosen
                .iter()
                .any(|other| other.thing == choice.thing);
            if !alone && !self.fits(choice.thing, &sharing.chosen, &choice.claim) {
                continue;
            }
            sharing.chosen.push(*choice);
            if self.share_rest(sharing, tries) {
                return true;
            }
            sharing.chosen.pop();
        }
        false
    }
}

/// One equivalent for one line, with what it would take.
#[derive(Debug, Clone, Copy)]
struct Choice {
    thing: usize,
    claim: Claim,
}

/// How far sharing has come.
struct Sharing<'a> {
    order: &'a [usize],
    choices: &'a [Vec<Choice>],
    chosen: Vec<Choice>,
    deepest: usize,
}

/// The span of a line at a start.
fn line_span(line: &WantedLine, start: Instant) -> Option<Span> {
    let from = start + TimeDelta::minutes(line.offset_minutes);
    Span::new(from, from + TimeDelta::minutes(line.minutes)).ok()
}

/// What other dramas use of each thing, over everything any line could touch.
fn profiles(search: &Search, starts: Span) -> Vec<Option<Profile>> {
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

fn busy_of_line(
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
fn crew_busy(search: &Search, starts: Span) -> Vec<Span> {
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
fn common(lists: &[Vec<Span>], starts: Span) -> Vec<Span> {
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
fn lies_in(spans: &[Span], moment: Instant) -> bool {
    let after = spans.partition_point(|span| span.start() <= moment);
    after > 0 && spans[after - 1].contains(moment)
}

/// Minutes between starts that could be on every step.
fn stride(search: &Search) -> i64 {
    let steps = search
        .things
        .iter()
        .map(|thing| i64::from(thing.policy.step_minutes.max(1)));
    steps.fold(ZONE_STEP_MINUTES, gcd)
}

fn gcd(one: i64, other: i64) -> i64 {
    if other == 0 {
        one
    } else {
        gcd(other, one % other)
    }
}

fn is_on_grid(search: &Search, start: Instant) -> bool {
    search.lines.iter().all(|line| {
        let wall = (start + TimeDelta::minutes(line.offset_minutes)).with_timezone(&search.zone);
        let minute = wall.hour() * 60 + wall.minute();
        let on_step = |thing: &usize| {
            let step = search.things[*thing].policy.step_minutes.max(1);
            minute.is_multiple_of(step)
        };
        line.things.is_empty() || line.things.iter().any(on_step)
    })
}

fn reject(found: &mut Found, start: Instant, lines: Vec<(usize, Obstacle)>) {
    for (line, _) in &lines {
        found.failed_by_line[*line] += 1;
    }
    if let Some(row) = found.rejected.last_mut().filter(|row| row.lines == lines) {
        row.last = start;
        row.starts += 1;
        return;
    }
    if found.rejected.len() < MOST_REJECTED {
        found.rejected.push(Rejected {
            first: start,
            last: start,
            starts: 1,
            lines,
        });
    }
}
