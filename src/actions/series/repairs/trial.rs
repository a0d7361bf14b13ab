//! A trial: what would become of all dates if other lines were asked for, on facts that were read once.

use super::super::super::change::ChangedLine;
use super::super::super::claims::Ground;
use super::super::super::quote::{AssessedLine, Assessment, weigh};
use super::super::super::{Outcome, Refused};
use super::super::change::{Wanted, wanted_dates};
use super::super::{SeriesRequest, all_on_hold, claims_of, could_wait, dates_of};
use super::Case;
use crate::domain::booking::{Booking, LineRequest};
use crate::domain::ids::{BookingId, ListingId};
use crate::domain::listing::Listing;
use crate::domain::money::Money;
use crate::domain::profile::Claim;
use crate::domain::refusal::Reason;
use crate::domain::series::OnClash;
use crate::domain::span::{Instant, Span};

/// The most dates that are weighed for the repairs of one series: about half a second.
const MOST_WEIGHED: usize = 6_000;

/// What the dates are of.
pub(super) enum Subject<'a> {
    /// A series to be booked.
    New(&'a SeriesRequest),
    /// Dates that are booked, all changed like the named one.
    Change {
        /// The one whose lines were sent.
        named: Booking,
        /// It and the others, in their order.
        dates: Vec<Booking>,
    },
}

/// One date as it would be asked for.
pub(super) struct AskedDate {
    requests: Vec<LineRequest>,
    /// The booking it is, if it is one, with the lines it shall have.
    wanted: Option<Wanted>,
    /// What of it stays as it is.
    kept: Vec<(ListingId, Claim)>,
}

impl AskedDate {
    /// The times it asks for.
    pub(super) fn spans(&self) -> impl Iterator<Item = Span> {
        self.requests.iter().map(|line| line.span)
    }

    fn on_hold(&self) -> Vec<bool> {
        self.wanted
            .as_ref()
            .map(Wanted::on_hold)
            .unwrap_or_default()
    }

    /// What stays as it is of it costs so much.
    fn kept_totals(&self) -> impl Iterator<Item = Money> {
        let wanted = self.wanted.iter();
        wanted.flat_map(|wanted| {
            let kept = |line: &ChangedLine| {
                let is_asked = wanted
                    .asked
                    .iter()
                    .any(|at| wanted.lines[*at].id == line.id);
                let before = wanted
                    .booking
                    .lines
                    .iter()
                    .find(|one| Some(one.id) == line.id);
                before.filter(|_| !is_asked).map(|line| line.price.total)
            };
            wanted.lines.iter().filter_map(kept)
        })
    }
}

impl Subject<'_> {
    /// The bookings whose claims do not count: they are all being changed.
    pub(super) fn bookings(&self) -> impl Iterator<Item = BookingId> {
        let dates = match self {
            Self::New(_) => [].as_slice(),
            Self::Change { dates, .. } => dates.as_slice(),
        };
        dates.iter().map(|booking| booking.id)
    }

    /// All dates, if these are the lines of the first one (or of the named one).
    pub(super) fn dates(
        &self,
        lines: &[ChangedLine],
        assessment: &Assessment<'_>,
    ) -> Outcome<Vec<AskedDate>> {
        match self {
            Self::New(series) => {
                let lines: Vec<LineRequest> = lines.iter().map(|line| line.request).collect();
                let dates = dates_of(&lines, &series.days, assessment.cluster)?;
                let new = |requests| AskedDate {
                    requests,
                    wanted: None,
                    kept: Vec::new(),
                };
                Ok(dates.into_iter().map(new).collect())
            }
            Self::Change { named, dates } => {
                let wanted = wanted_dates(named, lines, dates.clone(), assessment)?;
                let changed = |(wanted, kept): (Wanted, _)| AskedDate {
                    requests: wanted.requests(),
                    wanted: Some(wanted),
                    kept,
                };
                Ok(wanted.into_iter().map(changed).collect())
            }
        }
    }
}

/// What was refused: on which date, of which line, why.
pub(super) struct Refusal {
    pub(super) place: usize,
    pub(super) reason: Reason,
}

/// What would become of all dates.
pub(super) struct Tried {
    pub(super) had: usize,
    pub(super) waiting: usize,
    pub(super) lines_on_hold: usize,
    pub(super) of: usize,
    /// What the dates that are had come to; `None` where one has no price.
    pub(super) total: Option<Money>,
}

/// What was refused, and the facts to try other lines on.
pub(super) struct Trial<'a> {
    pub(super) case: Case<'a>,
    pub(super) ground: Ground,
    /// Why the lines as they were sent are refused on some dates.
    pub(super) refusals: Vec<Refusal>,
    /// What all dates would come to as they were sent.
    pub(super) total: Option<Money>,
    /// Dates on which something was refused: those are asked first.
    suspects: Vec<usize>,
    left: usize,
}

impl<'a> Trial<'a> {
    /// Weighs what was sent; and which of its lines are refused on any date.
    pub(super) fn open(case: Case<'a>, ground: Ground) -> Outcome<(Self, Vec<usize>)> {
        let mut trial = Self {
            case,
            ground,
            refusals: Vec::new(),
            total: None,
            suspects: Vec::new(),
            left: MOST_WEIGHED,
        };
        let dates = trial.dates(&trial.case.lines)?;
        let mut kept = kept_of(&dates);
        let mut totals = Vec::new();
        for (at, date) in dates.iter().enumerate() {
            let found = trial.weigh(date, &kept)?;
            totals.extend(found.iter().map(price));
            totals.extend(date.kept_totals().map(Some));
            if is_refused(&found) {
                trial.suspects.push(at);
                let refusals = found.into_iter().flat_map(|line| line.refusals);
                trial.refusals.extend(refusals.map(|one| Refusal {
                    place: one.line,
                    reason: one.reason,
                }));
            } else {
                kept.extend(claims_of(&trial.case.assessment, &found));
            }
        }
        trial.total = trial.sum(totals);
        let mut places: Vec<usize> = trial.refusals.iter().map(|one| one.place).collect();
        places.sort_unstable();
        places.dedup();
        Ok((trial, places))
    }

    /// What was refused, to read more facts for it.
    pub(super) fn close(self) -> Case<'a> {
        self.case
    }

    /// The listing a line asks for.
    pub(super) fn listing(&self, place: usize) -> Outcome<&Listing> {
        let line = self.case.lines.get(place);
        let line = line.ok_or(Refused::NotFound("listing"))?;
        self.ground.listing(line.request.listing)
    }

    /// What would become of all dates; `None` where it would be refused, or enough was tried.
    pub(super) fn of(
        &mut self,
        lines: &[ChangedLine],
        on_clash: OnClash,
    ) -> Outcome<Option<Tried>> {
        // What leaves no date, or one without an end, is no offer.
        let Ok(dates) = self.dates(lines) else {
            return Ok(None);
        };
        if on_clash == OnClash::Refuse && self.fails_on_suspect(&dates)? {
            return Ok(None);
        }
        let mut kept = kept_of(&dates);
        let (mut totals, mut had, mut waiting, mut lines_on_hold) = (Vec::new(), 0, 0, 0);
        for (at, date) in dates.iter().enumerate() {
            let mut found = self.weigh(date, &kept)?;
            if is_refused(&found) && on_clash == OnClash::Queue && could_wait(&found) {
                let held = all_on_hold(&self.case.assessment, &date.requests);
                found = weigh(&self.ground, &held, &kept, &date.requests)?;
            }
            match (is_refused(&found), on_clash) {
                (true, OnClash::Skip) => continue,
                (true, OnClash::Refuse | OnClash::Queue) => {
                    if !self.suspects.contains(&at) {
                        self.suspects.insert(0, at);
                    }
                    return Ok(None);
                }
                (false, _) => {}
            }
            let on_hold = stored(&found).filter(|line| line.would_be.is_on_hold());
            let on_hold = on_hold.count();
            had += 1;
            waiting += usize::from(on_hold > 0);
            lines_on_hold += on_hold;
            totals.extend(found.iter().map(price));
            totals.extend(date.kept_totals().map(Some));
            kept.extend(claims_of(&self.case.assessment, &found));
        }
        Ok(Some(Tried {
            had,
            waiting,
            lines_on_hold,
            of: dates.len(),
            total: self.sum(totals),
        }))
    }

    /// Whether a line would be had on the dates something was refused on, whatever becomes of the others.
    pub(super) fn mends(&mut self, lines: &[ChangedLine], place: usize) -> Outcome<bool> {
        let dates = self.dates(lines)?;
        for at in self.suspects.clone() {
            let Some(date) = dates.get(at) else { continue };
            let found = self.weigh(date, &date.kept)?;
            let mut refusals = found.iter().flat_map(|line| &line.refusals);
            if refusals.any(|refusal| refusal.line == place) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Whether enough was tried.
    pub(super) fn is_spent(&self) -> bool {
        self.left == 0
    }

    /// What is refused on one date by itself is refused beside the others too.
    fn fails_on_suspect(&mut self, dates: &[AskedDate]) -> Outcome<bool> {
        for (order, at) in self.suspects.clone().into_iter().enumerate() {
            let Some(date) = dates.get(at) else { continue };
            if is_refused(&self.weigh(date, &date.kept)?) {
                // The same date will tell soonest again.
                self.suspects.swap(0, order);
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn dates(&self, lines: &[ChangedLine]) -> Outcome<Vec<AskedDate>> {
        self.case.subject.dates(lines, &self.case.assessment)
    }

    fn weigh(
        &mut self,
        date: &AskedDate,
        kept: &[(ListingId, Claim)],
    ) -> Outcome<Vec<AssessedLine>> {
        self.left = self.left.saturating_sub(1);
        let assessment = Assessment {
            on_hold: date.on_hold(),
            ..self.case.assessment.clone()
        };
        let mut found = weigh(&self.ground, &assessment, kept, &date.requests)?;
        if let Some(wanted) = &date.wanted {
            wanted.in_place(&mut found, assessment.now);
        }
        Ok(found)
    }

    fn sum(&self, totals: Vec<Option<Money>>) -> Option<Money> {
        let zero = Money::zero(self.case.assessment.cluster.currency);
        let mut totals = totals.into_iter();
        totals.try_fold(zero, |sum, total| sum.plus(total?).ok())
    }

    /// The moment it begins, as it was sent.
    pub(super) fn begins(&self) -> Option<Instant> {
        let starts = self.case.lines.iter().map(|line| line.request.span.start());
        starts.min()
    }
}

fn kept_of(dates: &[AskedDate]) -> Vec<(ListingId, Claim)> {
    dates.iter().flat_map(|date| date.kept.clone()).collect()
}

fn is_refused(found: &[AssessedLine]) -> bool {
    found.iter().any(|line| !line.refusals.is_empty())
}

fn price(line: &AssessedLine) -> Option<Money> {
    line.price.as_ref().map(|price| price.total)
}

fn stored(found: &[AssessedLine]) -> impl Iterator<Item = &AssessedLine> {
    found.iter().flat_map(|line| match line.parts.as_slice() {
        [] => std::slice::from_ref(line),
        parts => parts,
    })
}
