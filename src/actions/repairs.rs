//! Repairs: what would work in the place of a basket that was refused. Reads only, after the refusal, so
//! that no booking ever waits for it. Nothing is offered that was not assessed.

use chrono::TimeDelta;

use super::change::{self, ChangedLine};
use super::claims::{Ground, hull};
use super::openings::{Choice, OpeningLine, search};
use super::quote::{AssessedLine, Assessment, LineRequest, assess};
use super::{Cluster, Outcome, equivalents};
use crate::domain::booking::Booking;
use crate::domain::ids::{ListingId, ProductionId};
use crate::domain::listing::Listing;
use crate::domain::money::Money;
use crate::domain::openings::{Finder, Search, Thing};
use crate::domain::people::Actor;
use crate::domain::policy::PolicyFault;
use crate::domain::profile::{Claim, Profile};
use crate::domain::refusal::{ListingName, Reason};
use crate::domain::repair::{self, Repair, RepairKind, RepairedLine, RepairedPart};
use crate::domain::span::{Instant, Span, floor_to_minute};
use crate::store::Conn;

/// The basket that was refused.
pub struct Basket<'a> {
    /// The cluster's zone.
    pub cluster: &'a Cluster,
    /// Who asks.
    pub actor: &'a Actor,
    /// For which drama, if it is known yet.
    pub production: Option<ProductionId>,
    /// Whether it would be held.
    pub hold: bool,
    /// The booking it would change, if it is a change.
    pub booking: Option<&'a Booking>,
    /// The time.
    pub now: Instant,
    /// What was asked for.
    pub lines: Vec<ChangedLine>,
}

/// The most refused lines that are mended one by one: somebody who wants more has the wrong day.
const MOST_MENDED: usize = 4;
/// The most repairs one answer has.
const MOST_REPAIRS: usize = 12;
/// The most of one kind for one line.
const MOST_OF_A_KIND: usize = 2;
/// How far from the wanted time another is looked for.
const EARLIER_DAYS: i64 = 3;
const LATER_DAYS: i64 = 14;

/// What a line would get, as far as repairs care.
#[derive(Debug, Clone)]
struct Verdict {
    reasons: Vec<Reason>,
    listing: Listing,
    total: Option<Money>,
}

/// A basket that might do in the place of the refused one.
struct Proposal {
    kind: RepairKind,
    line: Option<usize>,
    lines: Vec<ChangedLine>,
}

/// What would work, in the order a person would want it. Empty where nothing was refused.
pub fn of_basket(conn: &mut Conn, basket: &Basket<'_>) -> Outcome<Vec<Repair>> {
    let verdicts = basket.verdicts(conn, &basket.lines)?;
    let refused: Vec<usize> = (0..verdicts.len())
        .filter(|place| !verdicts[*place].reasons.is_empty())
        .collect();
    let mut repairs = Vec::new();
    for place in refused.iter().take(MOST_MENDED) {
        for proposal in basket.proposals(conn, *place, &verdicts)? {
            repairs.extend(basket.assessed(conn, &proposal, &verdicts)?);
        }
    }
    if let Some(whole) = basket.shifted_whole(conn, &refused)? {
        repairs.extend(basket.assessed(conn, &whole, &verdicts)?);
    }
    if (2..=MOST_MENDED).contains(&refused.len())
        && let Some(all) = basket.all_at_once(conn, &refused, &repairs)?
    {
        repairs.extend(basket.assessed(conn, &all, &verdicts)?);
    }
    repairs.sort_by_key(|repair| (repair.kind, repair.line));
    repairs.truncate(MOST_REPAIRS);
    Ok(repairs)
}

impl Basket<'_> {
    fn assessment(&self) -> Assessment<'_> {
        Assessment {
            cluster: self.cluster,
            actor: self.actor,
            production: self.production,
            without: self.booking.map(|booking| booking.id),
            on_hold: vec![self.hold; MOST_LINES],
            now: self.now,
        }
    }

    /// What each line would get. The very question booking and change ask.
    fn verdicts(&self, conn: &mut Conn, lines: &[ChangedLine]) -> Outcome<Vec<Verdict>> {
        let ids: Vec<ListingId> = lines.iter().map(|line| line.request.listing).collect();
        let mut ground = Ground::look(conn, &ids, self.now)?;
        let Some(booking) = self.booking else {
            let requests: Vec<LineRequest> = lines.iter().map(|line| line.request).collect();
            let assessed = assess(conn, &mut ground, &self.assessment(), &[], &requests)?;
            return Ok(assessed.iter().map(verdict).collect());
        };
        let assessment = self.assessment();
        let assessed = change::assess_lines(conn, &mut ground, assessment, booking, lines)?;
        let kept = |line: &ChangedLine| {
            let before = booking
                .lines
                .iter()
                .find(|before| Some(before.id) == line.id);
            Ok(Verdict {
                reasons: Vec::new(),
                listing: ground.listing(line.request.listing)?.clone(),
                total: before.map(|before| before.price.total),
            })
        };
        let both = assessed.iter().zip(lines);
        both.map(|(assessed, line)| {
            assessed
                .as_ref()
                .map_or_else(|| kept(line), |line| Ok(verdict(line)))
        })
        .collect()
    }

    /// Everything that might mend one line.
    fn proposals(
        &self,
        conn: &mut Conn,
        place: usize,
        verdicts: &[Verdict],
    ) -> Outcome<Vec<Proposal>> {
        let (asked, verdict) = (self.lines[place].request, &verdicts[place]);
        let policy = verdict.listing.policy();
        let mut proposals = Vec::new();
        let fitted = repair::fitted(&policy, self.cluster.zone, asked.span);
        if let Some(span) = fitted {
            proposals.push(self.with(RepairKind::Fit, place, LineRequest { span, ..asked }));
        }
        let span = fitted.unwrap_or(asked.span);
        let line = LineRequest { span, ..asked };
        let moment = nearest_allowed(span.start(), &verdict.reasons);
        let Some(starts) = self.starts_around(moment) else {
            return Ok(proposals);
        };
        let like = equivalents::like(conn, &verdict.listing)?;
        let mut search = self.search_of(conn, line, &like, starts)?;
        self.count_others(&mut search, place, verdicts);

        let free = Finder::new(&search, starts).would_do(0, span.start());
        proposals.extend(self.equivalents(place, line, &verdict.listing, &like, &free));
        proposals.extend(self.split(place, line, &search));
        let times = self.nearest_times(&search, starts, line, moment);
        let shifts = times.into_iter().map(|span| (RepairKind::ShiftLine, span));
        let shorter = repair::shorter(&policy, span, &verdict.reasons);
        let shorter = shorter.into_iter().take(MOST_OF_A_KIND);
        for (kind, span) in shifts.chain(shorter.map(|span| (RepairKind::Shorter, span))) {
            proposals.push(self.with(kind, place, LineRequest { span, ..line }));
        }
        let wanted = search.things.first();
        let least_free = wanted.map_or(0, |thing| least_free(thing, span));
        if let Some(units) = repair::fewer(line.units, &verdict.reasons, least_free) {
            proposals.push(self.with(RepairKind::Fewer, place, LineRequest { units, ..line }));
        }
        Ok(proposals)
    }

    /// The basket with one line other than it was asked for.
    fn with(&self, kind: RepairKind, place: usize, request: LineRequest) -> Proposal {
        let mut lines = self.lines.clone();
        lines[place].request = request;
        Proposal {
            kind,
            line: Some(place),
            lines,
        }
    }

    /// A line and its equivalents as a search, the wanted listing first.
    fn search_of(
        &self,
        conn: &mut Conn,
        line: LineRequest,
        like: &[Listing],
        starts: Span,
    ) -> Outcome<Search> {
        let mut ids = vec![line.listing];
        ids.extend(like.iter().map(|listing| listing.id));
        let mut ground = Ground::look(conn, &ids, self.now)?;
        let wanted = [(opening_line(&line, line.span.start()), ids)];
        let assessment = self.assessment();
        let mut search = search(conn, &mut ground, &assessment, &wanted, starts, Vec::new())?;
        let order = |id: ListingId| like.iter().position(|listing| listing.id == id);
        search
            .things
            .sort_by_key(|thing| (thing.listing != line.listing, order(thing.listing)));
        search.lines[0].things = (0..search.things.len()).collect();
        Ok(search)
    }

    /// Counts the basket's other lines as taken, as far as they stand.
    fn count_others(&self, search: &mut Search, place: usize, verdicts: &[Verdict]) {
        for (at, (other, verdict)) in self.lines.iter().zip(verdicts).enumerate() {
            let stands = at != place && verdict.reasons.is_empty();
            let mut things = search.things.iter_mut();
            let thing = things.find(|thing| thing.listing == other.request.listing);
            if let Some(thing) = thing.filter(|_| stands) {
                thing.claims.push(Claim {
                    production: search.production,
                    span: other.request.span,
                    claim: thing.policy.claim(other.request.span),
                    units: other.request.units,
                });
            }
        }
    }

    /// Starts around a moment, none of them over already.
    fn starts_around(&self, moment: Instant) -> Option<Span> {
        let now = floor_to_minute(self.now);
        let from = (moment - TimeDelta::days(EARLIER_DAYS)).max(now);
        let to = from.max(moment) + TimeDelta::days(LATER_DAYS);
        Span::new(from, to).ok()
    }

    /// What is free at the wanted time in its place.
    fn equivalents(
        &self,
        place: usize,
        line: LineRequest,
        listing: &Listing,
        like: &[Listing],
        free: &[ListingId],
    ) -> Vec<Proposal> {
        let mut proposals: Vec<Proposal> = Vec::new();
        for other in like.iter().filter(|other| free.contains(&other.id)) {
            let kind = if other.owner == listing.owner {
                RepairKind::Equivalent
            } else {
                RepairKind::OtherOwner
            };
            let of_kind = proposals.iter().filter(|proposal| proposal.kind == kind);
            if of_kind.count() < MOST_OF_A_KIND {
                let listing = other.id;
                proposals.push(self.with(kind, place, LineRequest { listing, ..line }));
            }
        }
        proposals
    }

    /// The units from two listings at the wanted time.
    fn split(&self, place: usize, line: LineRequest, search: &Search) -> Option<Proposal> {
        if line.units < 2 || self.lines.len() >= MOST_LINES {
            return None;
        }
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
    fn nearest_times(
        &self,
        search: &Search,
        starts: Span,
        line: LineRequest,
        moment: Instant,
    ) -> Vec<Span> {
        let has_begun = self.booking.is_some() && line.span.start() <= self.now;
        if has_begun {
            return Vec::new();
        }
        let mut alone = search.clone();
        alone.lines[0].things = vec![0];
        nearest_starts(&alone, starts, moment)
            .into_iter()
            .filter_map(|start| {
                Span::new(start, start + TimeDelta::minutes(line.span.minutes())).ok()
            })
            .collect()
    }

    /// All lines together, at the nearest time at which they fit as they are.
    fn shifted_whole(&self, conn: &mut Conn, refused: &[usize]) -> Outcome<Option<Proposal>> {
        let asked: Vec<LineRequest> = self.lines.iter().map(|line| line.request).collect();
        let Some(whole) = hull(asked.iter().map(|line| line.span)) else {
            return Ok(None);
        };
        let has_begun = self.booking.is_some() && whole.start() <= self.now;
        if refused.is_empty() || asked.len() < 2 || has_begun {
            return Ok(None);
        }
        let ids: Vec<ListingId> = asked.iter().map(|line| line.listing).collect();
        let wanted: Vec<(OpeningLine, Vec<ListingId>)> = asked
            .iter()
            .map(|line| (opening_line(line, whole.start()), vec![line.listing]))
            .collect();
        let mut ground = Ground::look(conn, &ids, self.now)?;
        let Some(starts) = self.starts_around(whole.start()) else {
            return Ok(None);
        };
        let search = search(
            conn,
            &mut ground,
            &self.assessment(),
            &wanted,
            starts,
            Vec::new(),
        )?;
        let nearest = nearest_starts(&search, starts, whole.start());
        let Some(start) = nearest.first().copied() else {
            return Ok(None);
        };
        let mut lines = self.lines.clone();
        for line in &mut lines {
            let moved = line.request.span.start() + (start - whole.start());
            let end = moved + TimeDelta::minutes(line.request.span.minutes());
            line.request.span = Span::new(moved, end).unwrap_or(line.request.span);
        }
        Ok(Some(Proposal {
            kind: RepairKind::ShiftBasket,
            line: None,
            lines,
        }))
    }

    /// For each refused line the best of its repairs that stands beside those chosen before it.
    fn all_at_once(
        &self,
        conn: &mut Conn,
        refused: &[usize],
        repairs: &[Repair],
    ) -> Outcome<Option<Proposal>> {
        let mut lines = self.lines.clone();
        for place in refused {
            let mut of_line: Vec<&Repair> = repairs
                .iter()
                .filter(|repair| repair.line == Some(*place))
                .collect();
            of_line.sort_by_key(|repair| repair.kind);
            let mut chosen = None;
            for repair in of_line {
                let tried = self.joined(&lines, *place, repair);
                if tried.len() <= MOST_LINES && self.is_granted(conn, &tried, *place)? {
                    chosen = Some(tried);
                    break;
                }
            }
            let Some(joined) = chosen else {
                return Ok(None);
            };
            lines = joined;
        }
        Ok(Some(Proposal {
            kind: RepairKind::All,
            line: None,
            lines,
        }))
    }

    /// These lines with one of them as a repair has it, and the line it adds.
    fn joined(&self, lines: &[ChangedLine], place: usize, repair: &Repair) -> Vec<ChangedLine> {
        let mut joined = lines.to_vec();
        joined[place] = changed_line(repair.lines[place]);
        let added = repair.lines.iter().skip(self.lines.len());
        joined.extend(added.copied().map(changed_line));
        joined
    }

    /// Whether a line, and what was added to the basket, would be granted.
    fn is_granted(&self, conn: &mut Conn, lines: &[ChangedLine], place: usize) -> Outcome<bool> {
        let verdicts = self.verdicts(conn, lines)?;
        let added = &verdicts[self.lines.len()..];
        Ok(verdicts[place].reasons.is_empty()
            && added.iter().all(|verdict| verdict.reasons.is_empty()))
    }

    /// The proposal as a repair, if the lines it is about would be granted.
    fn assessed(
        &self,
        conn: &mut Conn,
        proposal: &Proposal,
        before: &[Verdict],
    ) -> Outcome<Option<Repair>> {
        let after = self.verdicts(conn, &proposal.lines)?;
        let is_mended = |place: usize| match proposal.line {
            Some(line) => {
                place != line && place < self.lines.len() || after[place].reasons.is_empty()
            }
            None => after[place].reasons.is_empty(),
        };
        if !(0..after.len()).all(is_mended) {
            return Ok(None);
        }
        let changed = proposal.lines.iter().zip(&after).enumerate();
        let parts = changed
            .filter(|(place, (line, _))| {
                self.lines
                    .get(*place)
                    .is_none_or(|asked| asked.request != line.request)
            })
            .map(|(_, (line, verdict))| part(line, verdict))
            .collect();
        let currency = self.cluster.currency;
        let price_difference =
            sum(&after, currency)
                .zip(sum(before, currency))
                .map(|(after, before)| Money {
                    minor: after.minor - before.minor,
                    currency,
                });
        let repaired = |line: &ChangedLine| RepairedLine {
            id: line.id,
            request: line.request,
        };
        Ok(Some(Repair {
            kind: proposal.kind,
            line: proposal.line,
            lines: proposal.lines.iter().map(repaired).collect(),
            parts,
            price_difference,
            complete: after.iter().all(|verdict| verdict.reasons.is_empty()),
        }))
    }
}

/// The nearest start before a moment and the nearest from it on, the nearer first.
fn nearest_starts(search: &Search, starts: Span, moment: Instant) -> Vec<Instant> {
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

/// The moment nearest to a start that lead time and horizon allow.
fn nearest_allowed(start: Instant, reasons: &[Reason]) -> Instant {
    let allowed = reasons.iter().find_map(|reason| match reason {
        Reason::Policy(PolicyFault::TooSoon(moment) | PolicyFault::TooFar(moment)) => {
            Some(floor_to_minute(*moment))
        }
        Reason::Policy(_)
        | Reason::Clash(_)
        | Reason::TooManyUnits { .. }
        | Reason::NotPublished
        | Reason::Price(_) => None,
    });
    allowed.unwrap_or(start)
}

/// The most lines a repaired basket has, as any other.
const MOST_LINES: usize = 100;

fn verdict(line: &AssessedLine) -> Verdict {
    Verdict {
        reasons: line
            .refusals
            .iter()
            .map(|refusal| refusal.reason.clone())
            .collect(),
        listing: line.listing.clone(),
        total: line.price.as_ref().map(|price| price.total),
    }
}

fn changed_line(line: RepairedLine) -> ChangedLine {
    ChangedLine {
        id: line.id,
        request: line.request,
    }
}

fn opening_line(line: &LineRequest, from: Instant) -> OpeningLine {
    OpeningLine {
        choice: Choice::OneOf(vec![line.listing]),
        offset_minutes: (line.span.start() - from).num_minutes(),
        minutes: line.span.minutes(),
        units: line.units,
    }
}

fn part(line: &ChangedLine, verdict: &Verdict) -> RepairedPart {
    RepairedPart {
        listing: ListingName {
            id: verdict.listing.id,
            code: verdict.listing.code.clone(),
            names: verdict.listing.names.clone(),
        },
        units: line.request.units,
        span: line.request.span,
    }
}

/// Units nobody claims while a line of this span would claim them.
fn least_free(thing: &Thing, span: Span) -> u32 {
    Profile::sweep(thing.policy.claim(span), &thing.supply, &thing.claims).least_free()
}

fn sum(verdicts: &[Verdict], currency: crate::domain::money::Currency) -> Option<Money> {
    verdicts
        .iter()
        .try_fold(Money::zero(currency), |sum, verdict| {
            sum.plus(verdict.total?).ok()
        })
}
