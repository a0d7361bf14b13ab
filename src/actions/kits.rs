//! Kits: what they are made of, who may say so, and the ONE place where a line of a kit becomes the lines of its
//! parts. Everything after it (claims, owners' decisions, changes, letters, feeds) knows lines of parts only.

use super::claims::{Ground, hull};
use super::quote::{AssessedLine, LineRequest};
use super::{FieldFault, Outcome, Refused};
use crate::domain::booking::LineState;
use crate::domain::ids::ListingId;
use crate::domain::kit::InKit;
use crate::domain::listing::{Listing, ListingState};
use crate::domain::price;
use crate::domain::refusal::{ListingName, Reason, Refusal};
use crate::store::{Conn, kits};

/// The most lines a booking has, the parts of its kits counted one by one.
pub const MOST_LINES: usize = 100;

/// Lines with the parts of each kit in its place.
pub struct Unfolded {
    /// The lines, of no kits any more.
    pub lines: Vec<LineRequest>,
    /// For each of them, which of the asked lines it comes from, and with which kit.
    origins: Vec<(usize, Option<InKit>)>,
}

/// Puts the parts of each kit in its place.
pub fn unfold(ground: &Ground, asked: &[LineRequest]) -> Outcome<Unfolded> {
    let (mut lines, mut origins) = (Vec::new(), Vec::new());
    let mut group = 0;
    for (place, line) in asked.iter().enumerate() {
        let leaves = ground.kits().leaves(line.listing, line.units);
        let kit = ground.kits().has(line.listing).then(|| {
            group += 1;
            InKit {
                kit: line.listing,
                group,
                units: line.units,
            }
        });
        for leaf in leaves {
            origins.push((place, kit));
            lines.push(LineRequest {
                listing: leaf.listing,
                units: leaf.quantity,
                span: line.span,
            });
        }
    }
    let is_wider = lines.len() > asked.len();
    if is_wider && lines.len() > MOST_LINES {
        let fault = FieldFault::with_limit("lines", "too_many_parts", MOST_LINES);
        return Err(Refused::Invalid(vec![fault]));
    }
    Ok(Unfolded { lines, origins })
}

/// How many lines these listings make, a line each, the parts of kits counted one by one.
pub fn count_lines(conn: &mut Conn, ids: &[ListingId]) -> Outcome<usize> {
    let kits = kits::inside(conn, ids)?;
    Ok(ids.iter().map(|id| kits.leaves(*id, 1).len()).sum())
}

impl Unfolded {
    /// What is true of each asked line, for each of its parts.
    pub fn spread<T: Copy>(&self, of_asked: &[T]) -> Vec<T> {
        let origins = self.origins.iter();
        let found = origins.filter_map(|(place, _)| of_asked.get(*place).copied());
        found.collect()
    }

    /// The assessed parts as lines of what was asked, one for each: of a kit a line that has them as its parts.
    /// A refusal counts lines as they were asked, and says with which kit.
    pub fn fold(
        self,
        ground: &Ground,
        asked: &[LineRequest],
        assessed: Vec<AssessedLine>,
    ) -> Outcome<Vec<AssessedLine>> {
        let mut folded: Vec<AssessedLine> = Vec::with_capacity(asked.len());
        let mut parts: Vec<AssessedLine> = Vec::new();
        let mut rest = assessed.into_iter().zip(self.origins).peekable();
        while let Some((mut line, (place, kit))) = rest.next() {
            let kit_listing = kit.map(|kit| ground.listing(kit.kit)).transpose()?;
            for refusal in &mut line.refusals {
                refusal.line = place;
                refusal.kit = kit_listing.map(ListingName::of);
            }
            line.kit = kit;
            let Some(kit_listing) = kit_listing else {
                folded.push(line);
                continue;
            };
            parts.push(line);
            let is_last = rest.peek().is_none_or(|(_, (next, _))| *next != place);
            if is_last {
                let whole = whole(kit_listing, asked[place], place, std::mem::take(&mut parts));
                folded.push(whole);
            }
        }
        Ok(folded)
    }
}

/// A kit as a line: what its parts come to.
fn whole(
    kit: &Listing,
    request: LineRequest,
    place: usize,
    parts: Vec<AssessedLine>,
) -> AssessedLine {
    let mut refusals: Vec<Refusal> = Vec::new();
    if kit.state != ListingState::Published {
        refusals.push(Refusal {
            line: place,
            listing: ListingName::of(kit),
            units: request.units,
            span: request.span,
            reason: Reason::NotPublished,
            kit: None,
        });
    }
    refusals.extend(parts.iter().flat_map(|part| part.refusals.clone()));
    let prices: Option<Vec<&price::Price>> = parts.iter().map(|part| part.price.as_ref()).collect();
    AssessedLine {
        request,
        listing: kit.clone(),
        claim: hull(parts.iter().map(|part| part.claim)).unwrap_or(request.span),
        refusals,
        price: prices.and_then(|prices| price::together(&prices)),
        would_be: weightiest(&parts),
        rank: parts.iter().filter_map(|part| part.rank).max(),
        kit: None,
        parts,
    }
}

/// What a kit would be: what most has to happen for.
fn weightiest(parts: &[AssessedLine]) -> LineState {
    let order = [LineState::Queued, LineState::Held, LineState::Requested];
    let is_any = |state: &LineState| parts.iter().any(|part| part.would_be == *state);
    order
        .into_iter()
        .find(is_any)
        .unwrap_or(LineState::Confirmed)
}
