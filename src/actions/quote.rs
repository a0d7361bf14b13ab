//! What a basket would get, line by line: every refusal of every line, and the price.
//!
//! [`assess`] is asked by quote (a dry run), by booking and by every change: what a quote says is what
//! a booking would do at that moment.

use super::claims::{Ground, hull};
use super::holders::name_holders;
use super::kits::Unfolded;
use super::quotas::Tally;
use super::{Cluster, FieldFault, Outcome, Refused, kits};
pub use crate::domain::booking::LineRequest;
use crate::domain::booking::LineState;
use crate::domain::conflict::{self, Shortage};
use crate::domain::hold;
use crate::domain::ids::{BookingId, CompanyId, Id, ListingId, ProductionId};
use crate::domain::kit::InKit;
use crate::domain::listing::{Listing, ListingState};
use crate::domain::people::Actor;
use crate::domain::policy::{self, Approval, PolicyFault};
use crate::domain::price::{self, Price};
use crate::domain::profile::Claim;
use crate::domain::refusal::{Clash, ClosedSpan, ListingName, Reason, Refusal};
use crate::domain::rights::{Right, may};
use crate::domain::span::{Instant, Span};
use crate::store::productions::Production;
use crate::store::{Conn, StoreError, holds as hold_rows, productions};

/// What one line would get.
#[derive(Debug, Clone)]
pub struct AssessedLine {
    /// What was asked.
    pub request: LineRequest,
    /// Of which listing.
    pub listing: Listing,
    /// What it would take.
    pub claim: Span,
    /// Everything against it; empty means it would be booked.
    pub refusals: Vec<Refusal>,
    /// What it would cost, where that can be said.
    pub price: Option<Price>,
    /// What state it would be booked in.
    pub would_be: LineState,
    /// Its rank, if it would be held (1) or wait in line.
    pub rank: Option<u32>,
    /// With which kit it is asked for, if it is a part of one.
    pub kit: Option<InKit>,
    /// What each part would get, if it is a kit; none if it is not.
    pub parts: Vec<AssessedLine>,
}

/// For whom and against what lines are assessed.
#[derive(Clone)]
pub struct Assessment<'a> {
    /// The cluster's zone.
    pub cluster: &'a Cluster,
    /// Who asks.
    pub actor: &'a Actor,
    /// The drama, if it is known yet: its own lines may follow each other without turnaround.
    pub production: Option<ProductionId>,
    /// Whose drama it is, where that was read already.
    pub company: Option<CompanyId>,
    /// A booking being changed: its own lines are not in its own way.
    pub without: Option<BookingId>,
    /// Line by line, whether a hold is asked for.
    pub on_hold: Vec<bool>,
    /// The time.
    pub now: Instant,
}

impl Assessment<'_> {
    /// The drama lines are counted to. A basket without one yet follows nobody: any id nobody has will do.
    pub fn production_or_nobody(&self) -> ProductionId {
        self.production.unwrap_or(ProductionId::from_raw(-1))
    }
}

/// A basket to be quoted.
#[derive(Debug, Clone)]
pub struct Basket {
    /// For which drama, if it is known yet.
    pub production: Option<ProductionId>,
    /// Whether it would be held.
    pub hold: bool,
    /// What is in it.
    pub lines: Vec<LineRequest>,
}

/// The quote of a basket: nothing is stored, nothing is locked.
pub fn quote(
    conn: &mut Conn,
    cluster: &Cluster,
    actor: &Actor,
    basket: &Basket,
    now: Instant,
) -> Outcome<Vec<AssessedLine>> {
    if let Some(id) = basket.production {
        known_production(conn, actor, id)?;
    }
    let ids: Vec<ListingId> = basket.lines.iter().map(|line| line.listing).collect();
    let mut ground = Ground::look(conn, &ids, now)?;
    let assessment = Assessment {
        cluster,
        actor,
        production: basket.production,
        company: None,
        without: None,
        on_hold: vec![basket.hold; basket.lines.len()],
        now,
    };
    assess(conn, &mut ground, &assessment, &[], &basket.lines)
}

/// The production a basket is for. One of a company the actor does not see is as unknown as none at all.
pub fn known_production(conn: &mut Conn, actor: &Actor, id: ProductionId) -> Outcome<Production> {
    let unknown = || Refused::Invalid(vec![FieldFault::with_limit("production", "unknown", id)]);
    match productions::find(conn, id) {
        Ok(production) if may(actor, Right::SeeCompany, production.company) => Ok(production),
        Ok(_) | Err(StoreError::Missing) => Err(unknown()),
        Err(error) => Err(error.into()),
    }
}

/// What these lines would get beside what is claimed already, each beside those before it.
///
/// `kept` are claims of the booking itself that stay as they are.
pub fn assess(
    conn: &mut Conn,
    ground: &mut Ground,
    assessment: &Assessment<'_>,
    kept: &[(ListingId, Claim)],
    lines: &[LineRequest],
) -> Outcome<Vec<AssessedLine>> {
    read_for(conn, ground, assessment, lines)?;
    weigh_and_explain(conn, ground, assessment, kept, lines)
}

/// Reads what these lines have to fit beside.
pub(super) fn read_for(
    conn: &mut Conn,
    ground: &mut Ground,
    assessment: &Assessment<'_>,
    lines: &[LineRequest],
) -> Outcome<()> {
    for (place, line) in lines.iter().enumerate() {
        let unknown = |_| FieldFault::new(format!("lines[{place}].listing"), "unknown_listing");
        ground
            .listing(line.listing)
            .map_err(unknown)
            .map_err(|fault| Refused::Invalid(vec![fault]))?;
    }
    let unfolded = kits::unfold(ground, lines)?;
    let mut claims = Vec::with_capacity(unfolded.lines.len());
    for line in &unfolded.lines {
        claims.push(ground.listing(line.listing)?.policy().claim(line.span));
    }
    if let Some(window) = hull(claims.into_iter()) {
        ground.read_claims(conn, window)?;
    }
    let spans = hull(lines.iter().map(|line| line.span));
    ground.read_quotas(conn, assessment, spans)
}

/// What these lines would get on what the ground knows already, with who is in the way and the ranks in line.
pub(super) fn weigh_and_explain(
    conn: &mut Conn,
    ground: &Ground,
    assessment: &Assessment<'_>,
    kept: &[(ListingId, Claim)],
    lines: &[LineRequest],
) -> Outcome<Vec<AssessedLine>> {
    let (unfolded, each, mut assessed) = weigh_parts(ground, assessment, kept, lines)?;
    name_holders(conn, ground, &each, &mut assessed)?;
    rank_in_line(conn, ground, &each, &mut assessed)?;
    unfolded.fold(ground, lines, assessed)
}

/// The same on what the ground knows already, without saying who is in the way.
pub fn weigh(
    ground: &Ground,
    assessment: &Assessment<'_>,
    kept: &[(ListingId, Claim)],
    lines: &[LineRequest],
) -> Outcome<Vec<AssessedLine>> {
    let (unfolded, _, assessed) = weigh_parts(ground, assessment, kept, lines)?;
    unfolded.fold(ground, lines, assessed)
}

/// The parts of kits one by one, each weighed beside those before it; and for what they were assessed.
fn weigh_parts<'a>(
    ground: &Ground,
    assessment: &Assessment<'a>,
    kept: &[(ListingId, Claim)],
    lines: &[LineRequest],
) -> Outcome<(Unfolded, Assessment<'a>, Vec<AssessedLine>)> {
    let unfolded = kits::unfold(ground, lines)?;
    let each = Assessment {
        on_hold: unfolded.spread(&assessment.on_hold),
        ..assessment.clone()
    };
    let assessed = weigh_each(ground, &each, kept, &unfolded.lines)?;
    Ok((unfolded, each, assessed))
}

/// The same for lines of no kits.
fn weigh_each(
    ground: &Ground,
    assessment: &Assessment<'_>,
    kept: &[(ListingId, Claim)],
    lines: &[LineRequest],
) -> Outcome<Vec<AssessedLine>> {
    let mut granted: Vec<(ListingId, Claim)> = kept.to_vec();
    let mut tally = Tally::begin(ground.quotas(), assessment, kept);
    let mut assessed = Vec::with_capacity(lines.len());
    for (place, line) in lines.iter().enumerate() {
        let mut one = weigh_line(ground, assessment, &granted, place, *line)?;
        let over = tally.against(&one.listing, line);
        one.refuse(place, over);
        if one.refusals.is_empty() {
            tally.count(line);
        }
        if one.refusals.is_empty() && one.would_be.is_live() {
            granted.push((line.listing, as_claim(assessment, *line, one.claim)));
        }
        assessed.push(one);
    }
    Ok(assessed)
}

pub(super) fn as_claim(assessment: &Assessment<'_>, line: LineRequest, claim: Span) -> Claim {
    Claim {
        production: assessment.production_or_nobody(),
        span: line.span,
        claim,
        units: line.units,
    }
}

fn weigh_line(
    ground: &Ground,
    assessment: &Assessment<'_>,
    granted: &[(ListingId, Claim)],
    place: usize,
    line: LineRequest,
) -> Outcome<AssessedLine> {
    let listing = ground.listing(line.listing)?.clone();
    let policy = listing.policy();
    let claim = policy.claim(line.span);
    let hold = assessment.on_hold.get(place).copied().unwrap_or(false);
    let mut would_be = if hold {
        LineState::Held
    } else {
        first_state(&listing, assessment.actor)
    };
    let mut reasons = Vec::new();
    if listing.state != ListingState::Published {
        reasons.push(Reason::NotPublished);
    }
    let hours = ground
        .site_of(&listing)
        .and_then(|site| site.hours.as_ref());
    let faults = policy::check(
        &policy,
        hours,
        assessment.cluster.zone,
        line.span,
        assessment.now,
    );
    // What has begun can be booked for the rest of its time, but no longer held: its clock would be over.
    let too_late_to_hold = hold && line.span.start() <= assessment.now;
    if too_late_to_hold && !faults.contains(&PolicyFault::InThePast) {
        reasons.push(Reason::Policy(PolicyFault::InThePast));
    }
    reasons.extend(faults.into_iter().map(Reason::Policy));
    if line.units > listing.quantity {
        reasons.push(Reason::TooManyUnits {
            quantity: listing.quantity,
        });
    } else {
        match clash(ground, assessment, granted, &listing, line, claim) {
            Some(clash) if hold && clash.only_holds => would_be = LineState::Queued,
            found => reasons.extend(found.map(Reason::Clash)),
        }
    }
    let price = price::price(&listing.rates, policy.day_hours, line.span, line.units);
    if let Err(fault) = price {
        reasons.push(Reason::Price(fault));
    }
    let mut assessed = AssessedLine {
        request: line,
        claim,
        refusals: Vec::new(),
        price: price.ok(),
        rank: (would_be == LineState::Held).then_some(1),
        would_be,
        listing,
        kit: None,
        parts: Vec::new(),
    };
    assessed.refuse(place, reasons);
    Ok(assessed)
}

impl AssessedLine {
    /// What would be stored of it: the parts of a kit, or it itself.
    pub fn stored(self) -> Vec<AssessedLine> {
        if self.parts.is_empty() {
            vec![self]
        } else {
            self.parts
        }
    }

    /// Adds reasons against it; `place` is which line it is.
    fn refuse(&mut self, place: usize, reasons: Vec<Reason>) {
        let name = ListingName::of(&self.listing);
        let request = self.request;
        let refusal = |reason| Refusal {
            line: place,
            listing: name.clone(),
            units: request.units,
            span: request.span,
            reason,
            kit: None,
        };
        self.refusals.extend(reasons.into_iter().map(refusal));
    }
}

/// Confirmed at once, or asked of the owner. Who may decide for the owner need not ask.
pub fn first_state(listing: &Listing, actor: &Actor) -> LineState {
    let decides = may(actor, Right::Decide, listing.owner) && actor.company == listing.owner;
    match listing.policy().approval {
        Approval::Instant => LineState::Confirmed,
        Approval::Owner if decides => LineState::Confirmed,
        Approval::Owner => LineState::Requested,
    }
}

fn clash(
    ground: &Ground,
    assessment: &Assessment<'_>,
    granted: &[(ListingId, Claim)],
    listing: &Listing,
    line: LineRequest,
    claim: Span,
) -> Option<Clash> {
    let own = || {
        granted
            .iter()
            .filter(|(id, _)| *id == listing.id)
            .map(|(_, claim)| *claim)
    };
    let supply = ground.supply(listing);
    let wanted = as_claim(assessment, line, claim);
    let mut taken = ground.claims(listing.id, assessment.without);
    taken.extend(own());
    let shortages = conflict::shortages(&supply, &taken, &wanted);
    if shortages.is_empty() {
        return None;
    }
    let mut firm = ground.firm_claims(listing.id, assessment.without);
    firm.extend(own());
    let closures = ground.closures_of(listing).filter_map(|closure| {
        let span = within(closure.span, &shortages)?;
        Some(ClosedSpan {
            span,
            units: closure.units,
            reason: closure.reason.clone(),
        })
    });
    Some(Clash {
        closures: closures.collect(),
        holders: Vec::new(),
        only_holds: conflict::shortages(&supply, &firm, &wanted).is_empty(),
        queue_rank: None,
        shortages,
    })
}

/// Adds at which rank each line stands that waits in line, and at which it could. Like the holders, asked
/// only where something is in the way.
fn rank_in_line(
    conn: &mut Conn,
    ground: &Ground,
    assessment: &Assessment<'_>,
    assessed: &mut [AssessedLine],
) -> Outcome<()> {
    let waits = |line: &AssessedLine| line.would_be == LineState::Queued;
    let could_wait = |line: &AssessedLine| {
        line.refusals
            .iter()
            .any(|refusal| matches!(&refusal.reason, Reason::Clash(clash) if clash.only_holds))
    };
    if !assessed.iter().any(|line| waits(line) || could_wait(line)) {
        return Ok(());
    }
    let mut queue: Vec<(ListingId, Claim)> = hold_rows::on_hold(conn, &ground.listing_ids())?
        .into_iter()
        .filter(|(_, one)| one.state == LineState::Queued)
        .filter(|(_, one)| Some(one.booking) != assessment.without)
        .filter(|(_, one)| !one.hold.is_over(assessment.now))
        .map(|(id, one)| (id, one.claim))
        .collect();
    for line in assessed.iter_mut() {
        let wanted = as_claim(assessment, line.request, line.claim);
        let here = queue
            .iter()
            .filter(|(id, _)| *id == line.listing.id)
            .map(|(_, claim)| claim);
        let rank = hold::rank(here, &wanted);
        for refusal in &mut line.refusals {
            if let Reason::Clash(clash) = &mut refusal.reason {
                clash.queue_rank = clash.only_holds.then_some(rank);
            }
        }
        if waits(line) {
            line.rank = Some(rank);
            queue.push((line.listing.id, wanted));
        }
    }
    Ok(())
}

/// The part of a span that lies in any of the shortages.
pub(super) fn within(span: Span, shortages: &[Shortage]) -> Option<Span> {
    hull(
        shortages
            .iter()
            .filter_map(|shortage| shortage.span.clip(span)),
    )
}

/// A quota says nothing about a line that only gives back: it may have been set after the line was booked.
pub fn forgive_quota(line: &mut AssessedLine) {
    line.refusals
        .retain(|refusal| !matches!(refusal.reason, Reason::OverQuota(_)));
}

/// Faults about when a booking is made say nothing about a line that has begun already and is only
/// made longer or shorter.
pub fn forgive_running_start(line: &mut AssessedLine) {
    line.refusals.retain(|refusal| {
        !matches!(
            refusal.reason,
            Reason::Policy(
                PolicyFault::InThePast | PolicyFault::TooSoon(_) | PolicyFault::TooFar(_)
            )
        )
    });
}
