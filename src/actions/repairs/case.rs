//! A refused basket with all there is to know about it, and what any other basket would get in its place.

use std::collections::BTreeMap;

use chrono::TimeDelta;

use super::{Basket, EARLIER_DAYS, LATER_DAYS, MOST_EXCHANGED, MOST_LINES, MOST_MENDED, Proposal};
use crate::actions::change::{self, ChangedLine};
use crate::actions::claims::{Ground, hull};
use crate::actions::quote::{AssessedLine, Assessment, LineRequest, weigh};
use crate::actions::{Outcome, equivalents, holds};
use crate::domain::booking::LineState;
use crate::domain::ids::ListingId;
use crate::domain::listing::Listing;
use crate::domain::money::{Currency, Money};
use crate::domain::policy::PolicyFault;
use crate::domain::refusal::{ListingName, Reason};
use crate::domain::repair::{Repair, RepairKind, RepairedLine, RepairedPart};
use crate::domain::span::{Instant, Span, floor_to_minute};
use crate::store::Conn;

/// What a line would get, as far as repairs care.
#[derive(Debug, Clone)]
pub(super) struct Verdict {
    pub(super) reasons: Vec<Reason>,
    pub(super) listing: Listing,
    /// Of a kit, which of its parts are refused.
    pub(super) refused_parts: Vec<ListingId>,
    total: Option<Money>,
    would_be: Option<LineState>,
}

/// A refused basket, the listings that could help it, and everything claimed of them around its time.
pub(super) struct Case<'a> {
    pub(super) basket: &'a Basket<'a>,
    pub(super) ground: Ground,
    pub(super) verdicts: Vec<Verdict>,
    /// For each refused line that is mended, what is like its listing.
    pub(super) like: BTreeMap<usize, Vec<Listing>>,
    /// The same for each refused part of a kit.
    pub(super) like_parts: BTreeMap<ListingId, Vec<Listing>>,
    /// How many more lines the company may have on hold or in line.
    hold_room: usize,
}

impl<'a> Case<'a> {
    /// Reads what there is to know; `None` where nothing is refused.
    pub(super) fn open(conn: &mut Conn, basket: &'a Basket<'a>) -> Outcome<Option<Self>> {
        let mut ids: Vec<ListingId> = requests(&basket.lines).map(|line| line.listing).collect();
        let mut ground = Ground::look(conn, &ids, basket.now)?;
        ground.suppose(&basket.claimed, &basket.supposed);
        let asked: Vec<Span> = requests(&basket.lines).map(|line| line.span).collect();
        let windows = with_buffers(&ground, &asked);
        ground.read_claims_of(conn, &windows)?;
        let assessment = basket.assessment(basket.hold, basket.lines.len());
        ground.read_quotas(conn, &assessment, hull(asked.iter().copied()))?;
        let verdicts = basket.weigh(&ground, &basket.lines, basket.hold)?;
        let refused = refused(&verdicts);
        if refused.is_empty() {
            return Ok(None);
        }
        let (mut like, mut like_parts) = (BTreeMap::new(), BTreeMap::new());
        for place in refused.into_iter().take(MOST_MENDED) {
            let found = equivalents::like(conn, &verdicts[place].listing)?;
            ids.extend(found.iter().map(|listing| listing.id));
            like.insert(place, found);
            for part in verdicts[place].refused_parts.iter().take(MOST_EXCHANGED) {
                let found = equivalents::like(conn, ground.listing(*part)?)?;
                ids.extend(found.iter().map(|listing| listing.id));
                like_parts.insert(*part, found);
            }
        }
        let mut ground = Ground::look(conn, &ids, basket.now)?;
        ground.suppose(&basket.claimed, &basket.supposed);
        let looked_at = basket.looked_at(&verdicts);
        let windows = with_buffers(&ground, &looked_at);
        ground.read_claims_of(conn, &windows)?;
        ground.read_quotas(conn, &assessment, hull(looked_at.into_iter()))?;
        Ok(Some(Self {
            verdicts: basket.weigh(&ground, &basket.lines, basket.hold)?,
            hold_room: basket.hold_room(conn)?,
            basket,
            ground,
            like,
            like_parts,
        }))
    }

    /// The refused lines that are mended one by one.
    pub(super) fn mended(&self) -> impl Iterator<Item = usize> {
        self.like.keys().copied()
    }

    /// All refused lines.
    pub(super) fn refused(&self) -> Vec<usize> {
        refused(&self.verdicts)
    }

    /// Those of the proposals that would be granted, as repairs; of two that come to the same, the first.
    pub(super) fn all_that_stand(
        &self,
        proposals: impl IntoIterator<Item = Proposal>,
    ) -> Outcome<Vec<Repair>> {
        let mut repairs: Vec<Repair> = Vec::new();
        for proposal in proposals {
            let same = |new: &Repair, one: &Repair| new.hold == one.hold && new.lines == one.lines;
            let stands = self.repair(&proposal)?;
            let new = stands.filter(|new| !repairs.iter().any(|one| same(new, one)));
            repairs.extend(new);
        }
        Ok(repairs)
    }

    /// The proposal as a repair, if the lines it is about would be granted.
    fn repair(&self, proposal: &Proposal) -> Outcome<Option<Repair>> {
        if proposal.lines.len() > MOST_LINES || self.holds_too_many(proposal) {
            return Ok(None);
        }
        let after = self.weigh(&proposal.lines, proposal.hold)?;
        let stands = |place: usize| after[place].reasons.is_empty();
        let is_about = |place: usize| {
            place >= self.basket.lines.len() || proposal.line.is_none_or(|line| line == place)
        };
        if !(0..after.len()).all(|place| stands(place) || !is_about(place)) {
            return Ok(None);
        }
        let currency = self.basket.cluster.currency;
        let both = sum(&after, currency).zip(sum(&self.verdicts, currency));
        let repaired = |line: &ChangedLine| RepairedLine {
            id: line.id,
            request: line.request,
        };
        Ok(Some(Repair {
            kind: proposal.kind,
            line: proposal.line,
            hold: proposal.hold,
            lines: proposal.lines.iter().map(repaired).collect(),
            parts: self.parts(proposal, &after),
            price_difference: both.map(|(after, before)| Money {
                minor: after.minor - before.minor,
                currency,
            }),
            complete: (0..after.len()).all(stands),
            series: None,
        }))
    }

    /// What each of these lines would get.
    pub(super) fn weigh(&self, lines: &[ChangedLine], hold: bool) -> Outcome<Vec<Verdict>> {
        self.basket.weigh(&self.ground, lines, hold)
    }

    /// What is other than it was asked for; of a place in line, what would wait.
    fn parts(&self, proposal: &Proposal, after: &[Verdict]) -> Vec<RepairedPart> {
        let is_other = |place: usize, line: &ChangedLine| match proposal.kind {
            RepairKind::Queue => after[place].would_be == Some(LineState::Queued),
            RepairKind::ExchangePart => {
                !self.is_part(proposal.line, line.request.listing) && self.is_new_in(place, line)
            }
            _ => self.is_new_in(place, line),
        };
        let lines = proposal.lines.iter().enumerate();
        lines
            .filter(|(place, line)| is_other(*place, line))
            .map(|(place, line)| part(line, &after[place].listing))
            .collect()
    }

    fn is_new_in(&self, place: usize, line: &ChangedLine) -> bool {
        let asked = self.basket.lines.get(place);
        asked.is_none_or(|asked| asked.request != line.request)
    }

    /// Whether a listing is a part of the kit a line asks for.
    pub(super) fn is_part(&self, line: Option<usize>, listing: ListingId) -> bool {
        let asked = line.and_then(|place| self.basket.lines.get(place));
        let leaves = asked.map(|line| self.ground.kits().leaves(line.request.listing, 1));
        leaves.is_some_and(|leaves| leaves.iter().any(|leaf| leaf.listing == listing))
    }

    fn holds_too_many(&self, proposal: &Proposal) -> bool {
        let is_placed = |line: &&ChangedLine| match self.basket.booking {
            None => proposal.hold,
            Some(booking) => change::is_on_hold(booking) && line.id.is_none(),
        };
        let placed = proposal.lines.iter().filter(is_placed);
        let lines = placed.map(|line| self.ground.kits().leaves(line.request.listing, 1).len());
        lines.sum::<usize>() > self.hold_room
    }
}

impl Basket<'_> {
    /// For whom and against what its lines are assessed.
    pub(super) fn assessment(&self, hold: bool, lines: usize) -> Assessment<'_> {
        Assessment {
            cluster: self.cluster,
            actor: self.actor,
            production: self.production,
            company: None,
            without: self.booking.map(|booking| booking.id),
            on_hold: vec![hold; lines],
            now: self.now,
        }
    }

    /// What each of these lines would get: the very question booking and change ask.
    fn weigh(&self, ground: &Ground, lines: &[ChangedLine], hold: bool) -> Outcome<Vec<Verdict>> {
        let assessment = self.assessment(hold, lines.len());
        let Some(booking) = self.booking else {
            let requests: Vec<LineRequest> = requests(lines).collect();
            let weighed = weigh(ground, &assessment, &[], &requests)?;
            return Ok(weighed.into_iter().map(verdict).collect());
        };
        let weighed = change::weigh_lines(ground, assessment, booking, lines)?;
        let kept = |line: &ChangedLine| {
            let before = booking.lines.iter().find(|one| Some(one.id) == line.id);
            Ok(Verdict {
                reasons: Vec::new(),
                listing: ground.listing(line.request.listing)?.clone(),
                refused_parts: Vec::new(),
                total: before.map(|before| before.price.total),
                would_be: None,
            })
        };
        let both = weighed.into_iter().zip(lines);
        both.map(|(weighed, line)| weighed.map_or_else(|| kept(line), |line| Ok(verdict(line))))
            .collect()
    }

    /// All times a repair may speak of.
    fn looked_at(&self, verdicts: &[Verdict]) -> Vec<Span> {
        let around = |moment: Instant, minutes: i64| {
            let starts = self.starts_around(moment)?;
            Span::new(starts.start(), starts.end() + TimeDelta::minutes(minutes)).ok()
        };
        let of_line = |(line, verdict): (LineRequest, &Verdict)| {
            let (start, minutes) = (line.span.start(), line.span.minutes());
            let moment = nearest_allowed(start, &verdict.reasons);
            let spans = [
                Some(line.span),
                around(start, minutes),
                around(moment, minutes),
            ];
            spans.into_iter().flatten()
        };
        let lines = requests(&self.lines).zip(verdicts);
        lines.flat_map(of_line).collect()
    }

    /// Starts around a moment, none of them over already.
    pub(super) fn starts_around(&self, moment: Instant) -> Option<Span> {
        let now = floor_to_minute(self.now);
        let from = (moment - TimeDelta::days(EARLIER_DAYS)).max(now);
        let to = from.max(moment) + TimeDelta::days(LATER_DAYS);
        Span::new(from, to).ok()
    }

    fn hold_room(&self, conn: &mut Conn) -> Outcome<usize> {
        let company = match (self.booking, self.production) {
            (Some(booking), _) => booking.company,
            (None, Some(production)) => crate::store::productions::find(conn, production)?.company,
            (None, None) => self.actor.company,
        };
        holds::room(conn, self.cluster, company, self.now)
    }
}

/// The moment nearest to a start that lead time and horizon allow.
pub(super) fn nearest_allowed(start: Instant, reasons: &[Reason]) -> Instant {
    let allowed = reasons.iter().find_map(|reason| match reason {
        Reason::Policy(PolicyFault::TooSoon(moment) | PolicyFault::TooFar(moment)) => {
            Some(floor_to_minute(*moment))
        }
        Reason::Policy(_)
        | Reason::Clash(_)
        | Reason::OverQuota(_)
        | Reason::TooManyUnits { .. }
        | Reason::NotPublished
        | Reason::Price(_) => None,
    });
    allowed.unwrap_or(start)
}

fn requests(lines: &[ChangedLine]) -> impl Iterator<Item = LineRequest> {
    lines.iter().map(|line| line.request)
}

/// Spans with room for the longest setup and turnaround any of these listings has.
fn with_buffers(ground: &Ground, spans: &[Span]) -> Vec<Span> {
    let policies = || ground.all_listings().map(Listing::policy);
    let setup = policies().map(|policy| policy.setup_minutes).max();
    let turnaround = policies().map(|policy| policy.turnaround_minutes).max();
    let wide = |span: &Span| span.widen(setup.unwrap_or(0), turnaround.unwrap_or(0));
    spans.iter().map(wide).collect()
}

fn refused(verdicts: &[Verdict]) -> Vec<usize> {
    let places = 0..verdicts.len();
    places
        .filter(|place| !verdicts[*place].reasons.is_empty())
        .collect()
}

fn verdict(line: AssessedLine) -> Verdict {
    let refused = line.parts.iter().filter(|part| !part.refusals.is_empty());
    Verdict {
        refused_parts: refused.map(|part| part.listing.id).collect(),
        reasons: line.refusals.into_iter().map(|one| one.reason).collect(),
        listing: line.listing,
        total: line.price.map(|price| price.total),
        would_be: Some(line.would_be),
    }
}

fn part(line: &ChangedLine, listing: &Listing) -> RepairedPart {
    RepairedPart {
        listing: ListingName {
            id: listing.id,
            code: listing.code.clone(),
            names: listing.names.clone(),
        },
        units: line.request.units,
        span: line.request.span,
    }
}

fn sum(verdicts: &[Verdict], currency: Currency) -> Option<Money> {
    let mut totals = verdicts.iter().map(|verdict| verdict.total);
    totals.try_fold(Money::zero(currency), |sum, total| sum.plus(total?).ok())
}
