//! When does all this fit? Reads only; what is found is assessed like a quote before it is shown.

use std::collections::BTreeMap;

use chrono::TimeDelta;

use super::claims::{Ground, hull};
use super::equivalents::{self, AnyOf};
use super::quote::{AssessedLine, Assessment, LineRequest, weigh};
use super::{Cluster, FieldFault, OrNotFound, Outcome, Refused, require};
use crate::domain::ids::{BookingId, ListingId, ProductionId};
use crate::domain::listing::{Listing, ListingState};
use crate::domain::openings::{Finder, Found, Opening, Place, Search, Thing, WantedLine};
use crate::domain::people::Actor;
use crate::domain::price;
use crate::domain::rights::Right;
use crate::domain::span::{Instant, Span};
use crate::store::{Conn, claims, listings, productions};

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
    let crew_busy = crew_busy(conn, actor, request)?;
    let wanted = wanted_lines(conn, &request.lines)?;
    let ids: Vec<ListingId> = wanted
        .iter()
        .flat_map(|line| line.listings.clone())
        .collect();
    let mut ground = Ground::look(conn, &ids, now)?;
    let spread = spread(&ground, &wanted)?;
    if let Some(window) = reach(&ground, &spread.lines, request.starts) {
        ground.read_claims(conn, window)?;
    }
    let assessment = Assessment {
        cluster,
        actor,
        production: request.production,
        company: None,
        without: None,
        on_hold: Vec::new(),
        now,
    };
    let booked = request
        .starts
        .widen(LONGEST_BASKET_MINUTES, LONGEST_BASKET_MINUTES);
    ground.read_quotas(conn, &assessment, Some(booked))?;
    let search = Search {
        crew_busy,
        ..search(&ground, &assessment, &wanted, request.starts)?
    };
    let mut found = Finder::new(&search, request.starts).next(request.most, request.apart_minutes);
    let mut openings = Vec::with_capacity(found.openings.len());
    for opening in std::mem::take(&mut found.openings) {
        let lines = spread.as_asked(&opening.places, &wanted);
        let assessed = weigh(&ground, &assessment, &[], &lines)?;
        openings.push((opening, assessed));
    }
    spread.count_as_asked(&mut found, wanted.len());
    Ok(Openings { openings, found })
}

/// A line with the listings of which any would do, best first.
#[derive(Debug, Clone)]
pub struct ChosenLine {
    /// Of which any would do.
    pub listings: Vec<ListingId>,
    /// From the start of the basket to its own.
    pub offset_minutes: i64,
    /// How long.
    pub minutes: i64,
    /// How many units.
    pub units: u32,
}

/// Lines with the parts of each kit in its place, and which of the wanted lines each comes from.
struct Spread {
    lines: Vec<ChosenLine>,
    places: Vec<usize>,
    /// The wanted lines that are kits, with the kit.
    kits: BTreeMap<usize, ListingId>,
}

/// A kit stands alone: among others of which any would do it has no place, since it is not one line.
fn spread(ground: &Ground, wanted: &[ChosenLine]) -> Outcome<Spread> {
    let mut spread = Spread {
        lines: Vec::new(),
        places: Vec::new(),
        kits: BTreeMap::new(),
    };
    for (place, line) in wanted.iter().enumerate() {
        let kit = line.listings.iter().find(|id| ground.kits().has(**id));
        let Some(kit) = kit.copied() else {
            spread.places.push(place);
            spread.lines.push(line.clone());
            continue;
        };
        if line.listings.len() > 1 {
            let field = format!("lines[{place}].listings");
            return Err(Refused::Invalid(vec![FieldFault::new(
                field,
                "kit_among_others",
            )]));
        }
        spread.kits.insert(place, kit);
        let is_published = ground.listing(kit)?.state == ListingState::Published;
        for leaf in ground.kits().leaves(kit, line.units) {
            spread.places.push(place);
            spread.lines.push(ChosenLine {
                listings: is_published.then_some(leaf.listing).into_iter().collect(),
                units: leaf.quantity,
                ..line.clone()
            });
        }
    }
    Ok(spread)
}

impl Spread {
    /// The places of all lines as lines of what was wanted.
    fn as_asked(&self, places: &[Place], wanted: &[ChosenLine]) -> Vec<LineRequest> {
        let mut lines: Vec<LineRequest> = Vec::with_capacity(wanted.len());
        for (place, from) in places.iter().zip(&self.places) {
            let kit = self.kits.get(from);
            if kit.is_some() && lines.len() > *from {
                continue;
            }
            lines.push(LineRequest {
                listing: kit.copied().unwrap_or(place.listing),
                units: kit.map_or(place.units, |_| wanted[*from].units),
                span: place.span,
            });
        }
        lines
    }

    /// What failed, by what was wanted: a kit fails where any of its parts does.
    fn count_as_asked(&self, found: &mut Found, wanted: usize) {
        let mut failed = vec![0; wanted];
        for (starts, from) in found.failed_by_line.iter().zip(&self.places) {
            failed[*from] = failed[*from].max(*starts);
        }
        found.failed_by_line = failed;
        for row in &mut found.rejected {
            for (line, _) in &mut row.lines {
                *line = self.places[*line];
            }
            row.lines.dedup_by_key(|(line, _)| *line);
        }
    }
}

fn wanted_lines(conn: &mut Conn, lines: &[OpeningLine]) -> Outcome<Vec<ChosenLine>> {
    let mut wanted = Vec::with_capacity(lines.len());
    for line in lines {
        wanted.push(ChosenLine {
            listings: chosen(conn, &line.choice)?,
            offset_minutes: line.offset_minutes,
            minutes: line.minutes,
            units: line.units,
        });
    }
    Ok(wanted)
}

fn chosen(conn: &mut Conn, choice: &Choice) -> Outcome<Vec<ListingId>> {
    match choice {
        Choice::OneOf(ids) => Ok(ids.clone()),
        Choice::Any(any) => Ok(ids_of(equivalents::any_of(conn, any)?)),
        Choice::OrLike(id) => {
            let listing = listings::find(conn, *id).or_not_found("listing")?;
            let like = ids_of(equivalents::like(conn, &listing)?);
            Ok([vec![*id], like].concat())
        }
    }
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
    Ok(claims::shooting_spans(
        conn,
        production.company,
        production.id,
        around,
    )?)
}

/// From the first start of a basket to its last end: two months.
pub const LONGEST_BASKET_MINUTES: u32 = 62 * 24 * 60;

/// Everything the pure search has to know about these lines, of what the ground knows.
pub fn search(
    ground: &Ground,
    assessment: &Assessment<'_>,
    wanted: &[ChosenLine],
    starts: Span,
) -> Outcome<Search> {
    let Spread {
        lines: wanted,
        places,
        ..
    } = spread(ground, wanted)?;
    let mut things = Vec::new();
    let mut place_of: BTreeMap<ListingId, usize> = BTreeMap::new();
    let mut lines = Vec::with_capacity(wanted.len());
    let quotas = ground.quotas();
    for (line, place) in wanted.iter().zip(places) {
        let mut would_do = Vec::new();
        for id in &line.listings {
            let unknown = |_| FieldFault::new(format!("lines[{place}].listing"), "unknown_listing");
            let listing = ground
                .listing(*id)
                .map_err(unknown)
                .map_err(|fault| Refused::Invalid(vec![fault]))?;
            let at = *place_of.entry(*id).or_insert_with(|| {
                things.push(thing(ground, listing, assessment.without));
                things.len() - 1
            });
            if could_ever_do(listing, line, starts) {
                would_do.push(at);
            }
        }
        lines.push(WantedLine {
            offset_minutes: line.offset_minutes,
            minutes: line.minutes,
            units: line.units,
            things: would_do,
        });
    }
    Ok(Search {
        zone: assessment.cluster.zone,
        now: assessment.now,
        production: assessment.production_or_nobody(),
        things,
        lines,
        crew_busy: Vec::new(),
        account: quotas.and_then(|quotas| quotas.account(assessment, &[])),
        latest_start: quotas.and_then(|quotas| quotas.latest_start(assessment.now)),
    })
}

/// A listing as the search knows it.
pub fn thing(ground: &Ground, listing: &Listing, without: Option<BookingId>) -> Thing {
    let site = ground.site_of(listing);
    Thing {
        listing: listing.id,
        policy: listing.policy(),
        hours: site.and_then(|site| site.hours.clone()),
        supply: ground.supply(listing),
        claims: ground.claims(listing.id, without),
        weekly_hours: ground.quotas().and_then(|quotas| quotas.share(listing)),
    }
}

/// Whether a listing could serve a line at any time at all: what time does not change is not asked again
/// at every start.
fn could_ever_do(listing: &Listing, line: &ChosenLine, starts: Span) -> bool {
    let end = starts.start() + TimeDelta::minutes(line.minutes);
    let priced = Span::new(starts.start(), end).is_ok_and(|span| {
        price::price(&listing.rates, listing.policy().day_hours, span, line.units).is_ok()
    });
    listing.state == ListingState::Published && listing.quantity >= line.units && priced
}

/// Every moment a line could touch.
fn reach(ground: &Ground, wanted: &[ChosenLine], starts: Span) -> Option<Span> {
    let claim = |line: &ChosenLine, id: ListingId| {
        let listing = ground.listing(id).ok()?;
        let from = starts.start() + TimeDelta::minutes(line.offset_minutes);
        let to = starts.end() + TimeDelta::minutes(line.offset_minutes + line.minutes);
        Some(listing.policy().claim(Span::new(from, to).ok()?))
    };
    let of_line = |line: &ChosenLine| {
        let claims = line.listings.iter().filter_map(|id| claim(line, *id));
        hull(claims)
    };
    hull(wanted.iter().filter_map(of_line))
}
