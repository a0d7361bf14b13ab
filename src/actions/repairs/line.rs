//! What might mend one refused line: another listing, some of each, another time, less of it.

use chrono::TimeDelta;

use super::case::{Case, nearest_allowed};
use super::{MOST_EXCHANGED, MOST_OF_A_KIND, Proposal};
use crate::actions::Outcome;
use crate::actions::availability::free_of;
use crate::actions::change::ChangedLine;
use crate::actions::openings::{ChosenLine, search};
use crate::actions::quotas::as_counted;
use crate::actions::quote::LineRequest;
use crate::domain::ids::ListingId;
use crate::domain::openings::{Finder, Search, Thing};
use crate::domain::profile::{Claim, Profile};
use crate::domain::repair::{self, RepairKind};
use crate::domain::span::{Instant, Span};

impl Case<'_> {
    /// Everything that might mend a line.
    pub(super) fn for_line(&self, place: usize) -> Outcome<Vec<Proposal>> {
        let (asked, verdict) = (self.basket.lines[place].request, &self.verdicts[place]);
        if verdict.listing.is_kit() {
            return self.for_kit(place, asked);
        }
        let (policy, zone) = (verdict.listing.policy(), self.basket.cluster.zone);
        let fitted = repair::fitted(&policy, zone, asked.span);
        let span = fitted.unwrap_or(asked.span);
        let line = LineRequest { span, ..asked };
        let with = |kind, request| self.with(kind, place, request);
        let mut proposals = Vec::new();
        proposals.extend(fitted.map(|_| with(RepairKind::Fit, line)));

        let Some(free_around) = self.free_around(place, line)? else {
            return Ok(proposals);
        };
        proposals.extend(self.equivalents(place, line, &free_around));
        proposals.extend(self.split(place, line, &free_around));
        for span in self.nearest_times(place, line)? {
            proposals.push(with(RepairKind::ShiftLine, LineRequest { span, ..line }));
        }
        let shorter = repair::shorter(&policy, span, &verdict.reasons);
        for span in shorter.into_iter().take(MOST_OF_A_KIND) {
            proposals.push(with(RepairKind::Shorter, LineRequest { span, ..line }));
        }
        let wanted = free_around.things.first();
        let least_free = wanted.map_or(0, |thing| least_free(thing, span));
        if let Some(units) = repair::fewer(line.units, &verdict.reasons, least_free) {
            proposals.push(with(RepairKind::Fewer, LineRequest { units, ..line }));
        }
        Ok(proposals)
    }

    /// A kit with something else for the part that is taken; or as a whole at another time, or fewer of it.
    fn for_kit(&self, place: usize, asked: LineRequest) -> Outcome<Vec<Proposal>> {
        let mut proposals = self.exchanged_parts(place, asked)?;
        for span in self.nearest_times(place, asked)? {
            let moved = LineRequest { span, ..asked };
            proposals.push(self.with(RepairKind::ShiftLine, place, moved));
        }
        let free = free_of(&self.ground, asked.listing, asked.span)?;
        if (1..asked.units).contains(&free) {
            let fewer = LineRequest {
                units: free,
                ..asked
            };
            proposals.push(self.with(RepairKind::Fewer, place, fewer));
        }
        Ok(proposals)
    }

    /// The parts of a kit one by one, with something like each part that is refused in its place. Two ways where
    /// only one part is.
    fn exchanged_parts(&self, place: usize, asked: LineRequest) -> Outcome<Vec<Proposal>> {
        let refused = &self.verdicts[place].refused_parts;
        if refused.is_empty() || refused.len() > MOST_EXCHANGED {
            return Ok(Vec::new());
        }
        let leaves = self.ground.kits().leaves(asked.listing, asked.units);
        let mut ways: Vec<Vec<LineRequest>> = vec![Vec::new()];
        for leaf in leaves {
            let own = LineRequest {
                listing: leaf.listing,
                units: leaf.quantity,
                ..asked
            };
            let choices = if refused.contains(&leaf.listing) {
                let mut found = self.free_in_place_of(own)?;
                found.retain(|one| !self.is_part(Some(place), one.listing));
                found.truncate(MOST_OF_A_KIND);
                found
            } else {
                vec![own]
            };
            let joined = |way: &Vec<LineRequest>| {
                let with = |choice: &LineRequest| [way.as_slice(), &[*choice]].concat();
                choices.iter().map(with).collect::<Vec<_>>()
            };
            ways = ways.iter().flat_map(joined).take(MOST_OF_A_KIND).collect();
        }
        let proposal = |way: Vec<LineRequest>| {
            let mut parts = way.into_iter();
            let mut proposal = self.with(RepairKind::ExchangePart, place, parts.next()?);
            proposal
                .lines
                .extend(parts.map(|request| ChangedLine { id: None, request }));
            Some(proposal)
        };
        Ok(ways.into_iter().filter_map(proposal).collect())
    }

    /// What is like a part and free in its place.
    fn free_in_place_of(&self, part: LineRequest) -> Outcome<Vec<LineRequest>> {
        let mut found = Vec::new();
        for other in self.like_parts.get(&part.listing).into_iter().flatten() {
            if free_of(&self.ground, other.id, part.span)? >= part.units {
                found.push(LineRequest {
                    listing: other.id,
                    ..part
                });
            }
        }
        Ok(found)
    }

    /// The basket with one line other than it was asked for.
    fn with(&self, kind: RepairKind, place: usize, request: LineRequest) -> Proposal {
        let mut lines = self.basket.lines.clone();
        lines[place].request = request;
        Proposal {
            kind,
            line: Some(place),
            hold: self.basket.hold,
            lines,
        }
    }

    /// A line at its time as a search, with its listing first and what is like it after.
    fn free_around(&self, place: usize, line: LineRequest) -> Outcome<Option<Search>> {
        let like = self.like[&place].iter().map(|listing| listing.id);
        let listings = [line.listing].into_iter().chain(like).collect();
        let Some(starts) = start_only(line.span.start()) else {
            return Ok(None);
        };
        self.search_of(place, line, listings, starts).map(Some)
    }

    fn search_of(
        &self,
        place: usize,
        line: LineRequest,
        listings: Vec<ListingId>,
        starts: Span,
    ) -> Outcome<Search> {
        let chosen = ChosenLine {
            listings,
            offset_minutes: 0,
            minutes: line.span.minutes(),
            units: line.units,
        };
        let assessment = self.basket.assessment(self.basket.hold, 1);
        let mut found = search(&self.ground, &assessment, &[chosen], starts)?;
        self.count_others(&mut found, place);
        Ok(found)
    }

    /// Counts the basket's other lines as taken, as far as they stand.
    fn count_others(&self, search: &mut Search, place: usize) {
        for (at, (other, verdict)) in self.basket.lines.iter().zip(&self.verdicts).enumerate() {
            if at == place || !verdict.reasons.is_empty() {
                continue;
            }
            let (request, kits) = (other.request, self.ground.kits());
            for leaf in kits.leaves(request.listing, request.units) {
                let counted = LineRequest {
                    listing: leaf.listing,
                    units: leaf.quantity,
                    ..request
                };
                if let Some(account) = search.account.as_mut() {
                    account.count(&as_counted(&counted));
                }
                let mut things = search.things.iter_mut();
                let Some(thing) = things.find(|thing| thing.listing == leaf.listing) else {
                    continue;
                };
                thing.claims.push(Claim {
                    production: search.production,
                    span: request.span,
                    claim: thing.policy.claim(request.span),
                    units: leaf.quantity,
                });
            }
        }
    }

    /// What is free at the wanted time in its place.
    fn equivalents(&self, place: usize, line: LineRequest, search: &Search) -> Vec<Proposal> {
        let start = line.span.start();
        let Some(starts) = start_only(start) else {
            return Vec::new();
        };
        let free = Finder::new(search, starts).would_do(0, start);
        let owner = self.verdicts[place].listing.owner;
        let mut proposals: Vec<Proposal> = Vec::new();
        for other in &self.like[&place] {
            let kind = if other.owner == owner {
                RepairKind::Equivalent
            } else {
                RepairKind::OtherOwner
            };
            let of_kind = proposals.iter().filter(|proposal| proposal.kind == kind);
            if free.contains(&other.id) && of_kind.count() < MOST_OF_A_KIND {
                let listing = other.id;
                proposals.push(self.with(kind, place, LineRequest { listing, ..line }));
            }
        }
        proposals
    }

    /// The units from two listings at the wanted time.
    fn split(&self, place: usize, line: LineRequest, search: &Search) -> Option<Proposal> {
        let free = search.things.iter();
        let free: Vec<(ListingId, u32)> = free
            .map(|thing| (thing.listing, least_free(thing, line.span)))
            .collect();
        let [first, second] = repair::split(line.units, &free)?;
        let taking = |(listing, units): (ListingId, u32)| LineRequest {
            listing,
            units,
            ..line
        };
        let mut proposal = self.with(RepairKind::Split, place, taking(first));
        proposal.lines.push(ChangedLine {
            id: None,
            request: taking(second),
        });
        Some(proposal)
    }

    /// The nearest free time before, and the nearest after. A line that has begun is not moved.
    fn nearest_times(&self, place: usize, line: LineRequest) -> Outcome<Vec<Span>> {
        let moment = nearest_allowed(line.span.start(), &self.verdicts[place].reasons);
        let has_begun = self.basket.booking.is_some() && line.span.start() <= self.basket.now;
        let Some(starts) = self.basket.starts_around(moment).filter(|_| !has_begun) else {
            return Ok(Vec::new());
        };
        let alone = self.search_of(place, line, vec![line.listing], starts)?;
        let length = TimeDelta::minutes(line.span.minutes());
        let times = nearest_starts(&alone, starts, moment).into_iter();
        Ok(times
            .filter_map(|start| Span::new(start, start + length).ok())
            .collect())
    }
}

/// The nearest start before a moment and the nearest from it on, the nearer first.
pub(super) fn nearest_starts(search: &Search, starts: Span, moment: Instant) -> Vec<Instant> {
    let before = Span::new(starts.start(), moment.min(starts.end()));
    let after = Span::new(moment.max(starts.start()), starts.end());
    let sides = [before, after].into_iter().flatten();
    let mut nearest: Vec<Instant> = sides
        .filter_map(|starts| Finder::new(search, starts).nearest(moment))
        .map(|opening| opening.start)
        .collect();
    nearest.sort_by_key(|start| (*start - moment).abs());
    nearest
}

/// No other start than this one.
fn start_only(start: Instant) -> Option<Span> {
    Span::new(start, start + TimeDelta::minutes(1)).ok()
}

/// Units nobody claims while a line of this span would claim them.
fn least_free(thing: &Thing, span: Span) -> u32 {
    Profile::sweep(thing.policy.claim(span), &thing.supply, &thing.claims).least_free()
}
