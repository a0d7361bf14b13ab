//! When does all this fit? Reads only; what is found is assessed like a quote before it is shown.

use std::collections::BTreeMap;

use chrono::TimeDelta;

use super::claims::{Ground, hull};
use super::equivalents::{self, AnyOf};
use super::quote::{AssessedLine, Assessment, LineRequest, assess};
use super::{Cluster, FieldFault, OrNotFound, Outcome, Refused, require};
use crate::domain::ids::{ListingId, ProductionId};
use crate::domain::listing::{Listing, ListingState};
use crate::domain::openings::{Finder, Found, Opening, Place, Search, Thing, WantedLine};
use crate::domain::people::Actor;
use crate::domain::price;
use crate::domain::profile::Claim;
use crate::domain::rights::Right;
use crate::domain::span::{Instant, Span};
use crate::store::{Conn, bookings, productions};

/// What would do for a line.
#[derive(Debug, Clone)]
pub enum Choice {
    /// One of these.
    OneOf(Vec<ListingId>),
    /// This one, or what is like it.
    OrLike(ListingId),
    /// Any of a kind.
    Any(AnyOf),
}

/// One line of the basket.
#[derive(Debug, Clone)]
pub struct OpeningLine {
    /// What would do.
    pub choice: Choice,
    /// From the start of the basket to its own.
    pub offset_minutes: i64,
    /// How long.
    pub minutes: i64,
    /// How many units.
    pub units: u32,
}

/// What is looked for.
#[derive(Debug, Clone)]
pub struct OpeningsRequest {
    /// For which drama, if it is known yet.
    pub production: Option<ProductionId>,
    /// Among these starts.
    pub starts: Span,
    /// How many.
    pub most: usize,
    /// How far apart at least.
    pub apart_minutes: i64,
    /// Not while the drama shoots in another set.
    pub avoid_own: bool,
    /// At least one.
    pub lines: Vec<OpeningLine>,
}

/// What was found, with what it would cost.
pub struct Openings {
    /// In order of time.
    pub openings: Vec<(Opening, Vec<AssessedLine>)>,
    /// What failed, and why.
    pub found: Found,
}

/// The next starts at which everything fits.
pub fn next(
    conn: &mut Conn,
    cluster: &Cluster,
    actor: &Actor,
    request: &OpeningsRequest,
    now: Instant,
) -> Outcome<Openings> {
    let choices = choices(conn, &request.lines)?;
    let ids: Vec<ListingId> = choices.iter().flatten().copied().collect();
    let mut ground = Ground::look(conn, &ids, now)?;
    let wanted = request.lines.iter().zip(choices);
    let wanted = wanted
        .map(|(line, ids)| (line.clone(), ids))
        .collect::<Vec<_>>();
    let assessment = Assessment {
        cluster,
        actor,
        production: request.production,
        without: None,
        on_hold: Vec::new(),
        now,
    };
    let crew_busy = crew_busy(conn, actor, request)?;
    let search = search(
        conn,
        &mut ground,
        &assessment,
        &wanted,
        request.starts,
        crew_busy,
    )?;
    let mut found = Finder::new(&search, request.starts).next(request.most, request.apart_minutes);
    let mut openings = Vec::with_capacity(found.openings.len());
    for opening in std::mem::take(&mut found.openings) {
        let lines: Vec<LineRequest> = opening.places.iter().map(line_request).collect();
        let assessed = assess(conn, &mut ground, &assessment, &[], &lines)?;
        openings.push((opening, assessed));
    }
    Ok(Openings { openings, found })
}

/// A place as a line of an order.
pub fn line_request(place: &Place) -> LineRequest {
    LineRequest {
        listing: place.listing,
        units: place.units,
        span: place.span,
    }
}

/// The listings of which any would do, line by line.
fn choices(conn: &mut Conn, lines: &[OpeningLine]) -> Outcome<Vec<Vec<ListingId>>> {
    let mut choices = Vec::with_capacity(lines.len());
    for line in lines {
        choices.push(match &line.choice {
            Choice::OneOf(ids) => ids.clone(),
            Choice::Any(any) => ids_of(equivalents::any_of(conn, any)?),
            Choice::OrLike(id) => {
                let listing = crate::store::listings::find(conn, *id).or_not_found("listing")?;
                let like = ids_of(equivalents::like(conn, &listing)?);
                [vec![*id], like].concat()
            }
        });
    }
    Ok(choices)
}

fn ids_of(listings: Vec<Listing>) -> Vec<ListingId> {
    listings.into_iter().map(|listing| listing.id).collect()
}

fn crew_busy(conn: &mut Conn, actor: &Actor, request: &OpeningsRequest) -> Outcome<Vec<Span>> {
    let Some(production) = request.production else {
        return Ok(Vec::new());
    };
    let production = productions::find(conn, production).or_not_found("production")?;
    require(actor, Right::SeeCompany, production.company)?;
    if !request.avoid_own {
        return Ok(Vec::new());
    }
    let around = request.starts.widen(0, LONGEST_BASKET_MINUTES);
    Ok(bookings::shooting_spans(
        conn,
        production.company,
        production.id,
        around,
    )?)
}

/// From the first start of a basket to its last end: two months.
pub const LONGEST_BASKET_MINUTES: u32 = 62 * 24 * 60;

/// Everything the pure search has to know about these lines, each with the listings that would do.
pub fn search(
    conn: &mut Conn,
    ground: &mut Ground,
    assessment: &Assessment<'_>,
    wanted: &[(OpeningLine, Vec<ListingId>)],
    starts: Span,
    crew_busy: Vec<Span>,
) -> Outcome<Search> {
    if let Some(window) = reach(ground, wanted, starts) {
        ground.read_claims(conn, window)?;
    }
    let mut claims = ground.all_claims(assessment.without);
    let mut things = Vec::new();
    let mut place_of: BTreeMap<ListingId, usize> = BTreeMap::new();
    for listing in ground.all_listings() {
        place_of.insert(listing.id, things.len());
        let claims = claims.remove(&listing.id).unwrap_or_default();
        things.push(thing(ground, listing, claims));
    }
    let mut lines = Vec::with_capacity(wanted.len());
    for (place, (line, ids)) in wanted.iter().enumerate() {
        let known: Vec<&Listing> = ids
            .iter()
            .filter_map(|id| ground.listing(*id).ok())
            .collect();
        if known.len() < ids.len() {
            let field = format!("lines[{place}].listing");
            return Err(Refused::Invalid(vec![FieldFault::new(
                field,
                "unknown_listing",
            )]));
        }
        let would_do = known
            .into_iter()
            .filter(|listing| would_do(listing, line, starts));
        lines.push(WantedLine {
            offset_minutes: line.offset_minutes,
            minutes: line.minutes,
            units: line.units,
            things: would_do.map(|listing| place_of[&listing.id]).collect(),
        });
    }
    Ok(Search {
        zone: assessment.cluster.zone,
        now: assessment.now,
        production: assessment.production_or_nobody(),
        things,
        lines,
        crew_busy,
    })
}

fn thing(ground: &Ground, listing: &Listing, claims: Vec<Claim>) -> Thing {
    let site = ground.site_of(listing);
    Thing {
        listing: listing.id,
        policy: listing.policy(),
        hours: site.and_then(|site| site.hours.clone()),
        supply: ground.supply(listing),
        claims,
    }
}

/// Whether a listing could serve a line at any time at all: what time does not change is not asked again
/// at every start.
fn would_do(listing: &Listing, line: &OpeningLine, starts: Span) -> bool {
    let end = starts.start() + TimeDelta::minutes(line.minutes);
    let priced = Span::new(starts.start(), end).is_ok_and(|span| {
        price::price(&listing.rates, listing.policy().day_hours, span, line.units).is_ok()
    });
    listing.state == ListingState::Published && listing.quantity >= line.units && priced
}

/// Every moment a line could touch.
fn reach(ground: &Ground, wanted: &[(OpeningLine, Vec<ListingId>)], starts: Span) -> Option<Span> {
    let claim = |line: &OpeningLine, id: ListingId| {
        let listing = ground.listing(id).ok()?;
        let from = starts.start() + TimeDelta::minutes(line.offset_minutes);
        let to = starts.end() + TimeDelta::minutes(line.offset_minutes + line.minutes);
        Some(listing.policy().claim(Span::new(from, to).ok()?))
    };
    hull(
        wanted
            .iter()
            .flat_map(|(line, ids)| ids.iter().filter_map(|id| claim(line, *id))),
    )
}
