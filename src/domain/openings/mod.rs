//! Openings: the next starts at which a whole basket fits.
//!
//! A basket is lines with offsets from one start; each line names one listing, or several of which any
//! will do. The starts that cannot be are the union over lines of the intersection over equivalents of
//! busy spans, and those are read off [`super::profile`]; what is left is asked of [`super::policy`] and
//! [`super::conflict`], start by start. Not here: which listings are equivalents, and what it costs.

mod busy;
mod grid;
mod share;

use chrono::TimeDelta;
use chrono_tz::Tz;

use self::busy::{busy_of_line, common, crew_busy, lies_in, profiles};
use self::grid::grid;
use self::share::Choice;
use super::hours::OpeningHours;
use super::ids::{ListingId, ProductionId};
use super::policy::{self, Policy};
use super::profile::{Claim, Supply};
use super::quota::{Account, Counted};
use super::span::{Instant, Span};

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
    /// What one company may have of it in a week, in hours.
    pub weekly_hours: Option<u32>,
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
    /// What the company has already, where a quota counts.
    pub account: Option<Account>,
    /// The latest start of a line the company may book.
    pub latest_start: Option<Instant>,
}

words! {
    /// What keeps a line from a start.
    Obstacle {
        /// No equivalent has enough units.
        Taken = "taken",
        /// Every equivalent with enough units has a rule against it.
        Rules = "rules",
        /// Every equivalent that is free and allowed goes over what the company may have that week.
        OverQuota = "over_quota",
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
/// Tries at sharing equivalents among lines for a whole search.
const MOST_TRIES: u32 = 200_000;

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
        for start in grid(self.search, self.starts) {
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
        let mut starts: Vec<Instant> = grid(self.search, self.starts).collect();
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
        allowed.retain(|choice| self.is_within_quota(choice, &[]));
        if allowed.is_empty() {
            return Err(Obstacle::OverQuota);
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
        let is_near = self
            .search
            .latest_start
            .is_none_or(|latest| span.start() <= latest);
        is_near && policy::check(&thing.policy, thing.hours.as_ref(), zone, span, now).is_empty()
    }

    fn is_within_quota(&self, choice: &Choice, beside: &[Choice]) -> bool {
        let Some(account) = &self.search.account else {
            return true;
        };
        let counted = |choice: &Choice| Counted {
            listing: self.search.things[choice.thing].listing,
            span: choice.claim.span,
            units: choice.claim.units,
        };
        let share = self.search.things[choice.thing].weekly_hours;
        let beside: Vec<Counted> = beside.iter().map(counted).collect();
        account.over(share, &counted(choice), &beside).is_empty()
    }
}

/// The span of a line at a start.
fn line_span(line: &WantedLine, start: Instant) -> Option<Span> {
    let from = start + TimeDelta::minutes(line.offset_minutes);
    Span::new(from, from + TimeDelta::minutes(line.minutes)).ok()
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
