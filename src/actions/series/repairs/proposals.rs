//! What might mend a series: put on the listing's step, another listing, another time, fewer units; without the
//! dates that cannot be had, or with a place in line on them.

use std::collections::BTreeMap;

use chrono::{NaiveDate, TimeDelta};

use super::super::super::Outcome;
use super::super::super::change::ChangedLine;
use super::super::super::repairs::{EARLIER_DAYS, LATER_DAYS};
use super::trial::{Subject, Trial, Tried};
use crate::domain::listing::Listing;
use crate::domain::money::Money;
use crate::domain::recurrence::local_day;
use crate::domain::refusal::ListingName;
use crate::domain::repair::{self, Repair, RepairKind, RepairedLine, RepairedPart, RepairedSeries};
use crate::domain::series::OnClash;
use crate::domain::span::{Instant, Span};

const MINUTES_A_DAY: i64 = 24 * 60;
const LEAST_SHIFT_MINUTES: i64 = 15;

/// Lines that might do in the place of those that were sent.
struct Proposal {
    kind: RepairKind,
    line: Option<usize>,
    on_clash: OnClash,
    lines: Vec<ChangedLine>,
}

impl Trial<'_> {
    /// What would work, in the order a person would want it.
    pub(super) fn repairs(&mut self, like: &BTreeMap<usize, Vec<Listing>>) -> Outcome<Vec<Repair>> {
        let mut repairs = Vec::new();
        if let Some(proposal) = self.fitted()? {
            repairs.extend(self.repair(&proposal)?);
        }
        repairs.extend(self.exchanged(like)?);
        repairs.extend(self.shifted()?);
        for on_clash in [OnClash::Skip, OnClash::Queue] {
            if let Some(proposal) = self.as_it_is(on_clash) {
                repairs.extend(self.repair(&proposal)?);
            }
        }
        if let Some(proposal) = self.fewer() {
            repairs.extend(self.repair(&proposal)?);
        }
        repairs.sort_by_key(|repair| (repair.kind, repair.line));
        Ok(repairs)
    }

    /// The proposal as a repair, if all of it would be granted.
    fn repair(&mut self, proposal: &Proposal) -> Outcome<Option<Repair>> {
        let Some(tried) = self.of(&proposal.lines, proposal.on_clash)? else {
            return Ok(None);
        };
        if tried.had == 0 || tried.lines_on_hold > self.case.hold_room {
            return Ok(None);
        }
        self.offered(proposal, &tried).map(Some)
    }

    fn offered(&self, proposal: &Proposal, tried: &Tried) -> Outcome<Repair> {
        let both = tried.total.zip(self.total);
        let repaired = |line: &ChangedLine| RepairedLine {
            id: line.id,
            request: line.request,
        };
        Ok(Repair {
            kind: proposal.kind,
            line: proposal.line,
            hold: false,
            lines: proposal.lines.iter().map(repaired).collect(),
            parts: self.parts(&proposal.lines)?,
            price_difference: both.map(|(after, before)| Money {
                minor: after.minor - before.minor,
                currency: after.currency,
            }),
            complete: true,
            series: Some(RepairedSeries {
                on_clash: match proposal.on_clash {
                    // Nothing is refused any more, so what was said of it stays.
                    OnClash::Refuse => self.as_sent(),
                    other => other,
                },
                had: tried.had,
                of: tried.of,
                waiting: tried.waiting,
            }),
        })
    }

    /// What is other than it was asked for.
    fn parts(&self, lines: &[ChangedLine]) -> Outcome<Vec<RepairedPart>> {
        let both = lines.iter().zip(&self.case.lines);
        let other = both.filter(|(line, asked)| line.request != asked.request);
        other
            .map(|(line, _)| {
                Ok(RepairedPart {
                    listing: ListingName::of(self.ground.listing(line.request.listing)?),
                    units: line.request.units,
                    span: line.request.span,
                })
            })
            .collect()
    }

    /// What is to become of dates that cannot be had, where all of them can: as it was sent.
    fn as_sent(&self) -> OnClash {
        match &self.case.subject {
            Subject::New(series) => series.on_clash,
            Subject::Change { .. } => OnClash::Refuse,
        }
    }

    /// The places of the lines that were refused on any date.
    fn places(&self) -> Vec<usize> {
        let mut places: Vec<usize> = self.refusals.iter().map(|one| one.place).collect();
        places.sort_unstable();
        places.dedup();
        places
    }

    /// Times put on the listings' steps and within their shortest and longest.
    fn fitted(&self) -> Outcome<Option<Proposal>> {
        let zone = self.case.assessment.cluster.zone;
        let mut lines = self.case.lines.clone();
        let mut mended = Vec::new();
        for place in self.places() {
            let policy = self.listing(place)?.policy();
            if let Some(span) = repair::fitted(&policy, zone, lines[place].request.span) {
                lines[place].request.span = span;
                mended.push(place);
            }
        }
        let line = mended.first().copied().filter(|_| mended.len() == 1);
        let is_any = !mended.is_empty();
        Ok(is_any.then(|| all_dates(RepairKind::Fit, line, lines)))
    }

    /// Like listings that are free on all dates: the first of the owner's and the first of another's, or one
    /// for each line that was refused.
    fn exchanged(&mut self, like: &BTreeMap<usize, Vec<Listing>>) -> Outcome<Vec<Repair>> {
        let places = self.places();
        let mut repairs: Vec<Repair> = Vec::new();
        if let [place] = *places {
            let owner = self.listing(place)?.owner;
            for other in like.get(&place).into_iter().flatten() {
                let kind = if other.owner == owner {
                    RepairKind::Equivalent
                } else {
                    RepairKind::OtherOwner
                };
                if repairs.iter().any(|one| one.kind == kind) || self.is_spent() {
                    continue;
                }
                let mut lines = self.case.lines.clone();
                lines[place].request.listing = other.id;
                let proposal = all_dates(kind, Some(place), lines);
                repairs.extend(self.repair(&proposal)?);
            }
            return Ok(repairs);
        }
        let mut lines = self.case.lines.clone();
        for place in places {
            let Some(joined) = self.first_that_mends(&lines, place, like.get(&place))? else {
                return Ok(repairs);
            };
            lines = joined;
        }
        let proposal = all_dates(RepairKind::All, None, lines);
        repairs.extend(self.repair(&proposal)?);
        Ok(repairs)
    }

    fn first_that_mends(
        &mut self,
        lines: &[ChangedLine],
        place: usize,
        like: Option<&Vec<Listing>>,
    ) -> Outcome<Option<Vec<ChangedLine>>> {
        for other in like.into_iter().flatten() {
            let mut joined = lines.to_vec();
            joined[place].request.listing = other.id;
            if self.is_spent() {
                break;
            }
            if self.mends(&joined, place)? {
                return Ok(Some(joined));
            }
        }
        Ok(None)
    }

    /// All lines of all dates at the nearest other time before, and at the nearest after, at which all fit.
    fn shifted(&mut self) -> Outcome<Vec<Repair>> {
        let Some(begins) = self.begins() else {
            return Ok(Vec::new());
        };
        let mut same_days = BTreeMap::new();
        let mut repairs: Vec<Repair> = Vec::new();
        let mut found: Vec<bool> = Vec::new();
        for minutes in self.shifts()? {
            let is_later = minutes > 0;
            if found.contains(&is_later) || self.is_spent() {
                continue;
            }
            let by = TimeDelta::minutes(minutes);
            let zone = self.case.assessment.cluster.zone;
            let day = local_day(begins + by, zone);
            let same = *same_days
                .entry(day)
                .or_insert_with(|| self.has_same_days(begins + by, day));
            let Some(lines) = moved(&self.case.lines, by).filter(|_| same) else {
                continue;
            };
            let proposal = all_dates(RepairKind::ShiftDates, None, lines);
            // A rule that is over at a time of the day may have lost its last date.
            let stands = self.repair(&proposal)?;
            if let Some(repair) = stands.filter(|_| self.has_same_days(begins + by, day)) {
                repairs.push(repair);
                found.push(is_later);
            }
        }
        Ok(repairs)
    }

    /// By how many minutes all dates might move, the nearest first.
    fn shifts(&self) -> Outcome<Vec<i64>> {
        let mut step = 1;
        for place in 0..self.case.lines.len() {
            step = step.max(i64::from(self.listing(place)?.policy().step_minutes));
        }
        // Nobody moves a shoot by five minutes.
        let by = step * ((LEAST_SHIFT_MINUTES + step - 1) / step);
        let earlier = EARLIER_DAYS * MINUTES_A_DAY / by;
        let later = LATER_DAYS * MINUTES_A_DAY / by;
        let shifts = (-earlier..=later).filter(|steps| *steps != 0);
        let mut shifts: Vec<i64> = shifts.map(|steps| steps * by).collect();
        shifts.sort_by_key(|minutes| minutes.abs());
        Ok(shifts)
    }

    /// Whether a series that begins then has as many dates, as far from each other.
    fn has_same_days(&self, begins: Instant, day: NaiveDate) -> bool {
        let Subject::New(series) = &self.case.subject else {
            return true;
        };
        let zone = self.case.assessment.cluster.zone;
        let days = series.recurrence.days(begins, zone);
        days.is_ok_and(|days| {
            let after = days.iter().map(|one| (*one - day).num_days());
            after.eq(series.days.iter().copied())
        })
    }

    /// The same lines, with another word about the dates that cannot be had.
    fn as_it_is(&self, on_clash: OnClash) -> Option<Proposal> {
        let kind = match on_clash {
            OnClash::Skip => RepairKind::SkipDates,
            OnClash::Queue => RepairKind::QueueDates,
            OnClash::Refuse => return None,
        };
        let is_new = matches!(self.case.subject, Subject::New(_));
        (is_new && self.as_sent() != on_clash).then(|| Proposal {
            kind,
            line: None,
            on_clash,
            lines: self.case.lines.clone(),
        })
    }

    /// As many units as there are on every date, of the one line that was refused.
    fn fewer(&self) -> Option<Proposal> {
        let [place] = *self.places() else { return None };
        let mut lines = self.case.lines.clone();
        let units = lines[place].request.units;
        let reasons: Vec<_> = self.refusals.iter().map(|one| one.reason.clone()).collect();
        lines[place].request.units = repair::fewer(units, &reasons, units)?;
        Some(all_dates(RepairKind::Fewer, Some(place), lines))
    }
}

fn all_dates(kind: RepairKind, line: Option<usize>, lines: Vec<ChangedLine>) -> Proposal {
    Proposal {
        kind,
        line,
        on_clash: OnClash::Refuse,
        lines,
    }
}

fn moved(lines: &[ChangedLine], by: TimeDelta) -> Option<Vec<ChangedLine>> {
    let moved = |line: &ChangedLine| {
        let (mut line, span) = (*line, line.request.span);
        line.request.span = Span::new(span.start() + by, span.end() + by).ok()?;
        Some(line)
    };
    lines.iter().map(moved).collect()
}
