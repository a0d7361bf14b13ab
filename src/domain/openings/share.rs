//! Sharing: where lines could be served by several listings, who gets which.

use super::{Finder, Place, line_span};
use crate::domain::conflict;
use crate::domain::profile::Claim;
use crate::domain::span::Instant;

/// Tries at sharing equivalents among lines for one start.
const MOST_TRIES_A_START: u32 = 2_000;

/// One equivalent for one line, with what it would take.
#[derive(Debug, Clone, Copy)]
pub(super) struct Choice {
    pub(super) thing: usize,
    pub(super) claim: Claim,
}

/// How far sharing has come.
struct Sharing<'a> {
    order: &'a [usize],
    choices: &'a [Vec<Choice>],
    chosen: Vec<Choice>,
    deepest: usize,
}

impl Finder<'_> {
    pub(super) fn fits(&self, thing: usize, beside: &[Choice], claim: &Claim) -> bool {
        let of_thing = &self.search.things[thing];
        let basket = beside
            .iter()
            .filter(|choice| choice.thing == thing)
            .map(|choice| &choice.claim);
        let taken: Vec<Claim> = of_thing
            .claims
            .iter()
            .chain(basket)
            .filter(|taken| taken.claim.overlaps(claim.claim))
            .copied()
            .collect();
        conflict::shortages(&of_thing.supply, &taken, claim).is_empty()
    }

    /// Shares the equivalents among the lines: those with the fewest choices first, and back again where
    /// that leads nowhere. Answers the line it could not get past.
    pub(super) fn share(
        &mut self,
        start: Instant,
        choices: &[Vec<Choice>],
    ) -> Result<Vec<Place>, usize> {
        let mut order: Vec<usize> = (0..choices.len()).collect();
        order.sort_by_key(|line| choices[*line].len());
        let mut tries = MOST_TRIES_A_START.min(self.tries_left);
        let before = tries;
        let mut sharing = Sharing {
            order: &order,
            choices,
            chosen: Vec::with_capacity(order.len()),
            deepest: 0,
        };
        let shared = self.share_rest(&mut sharing, &mut tries);
        self.tries_left -= before - tries;
        if !shared {
            return Err(order[sharing.deepest]);
        }
        let mut places: Vec<(usize, Place)> = Vec::with_capacity(order.len());
        for (line, choice) in order.iter().zip(&sharing.chosen) {
            let wanted = &self.search.lines[*line];
            let span = line_span(wanted, start).ok_or(*line)?;
            let listing = self.search.things[choice.thing].listing;
            let units = wanted.units;
            places.push((
                *line,
                Place {
                    listing,
                    span,
                    units,
                },
            ));
        }
        places.sort_by_key(|(line, _)| *line);
        Ok(places.into_iter().map(|(_, place)| place).collect())
    }

    fn share_rest(&self, sharing: &mut Sharing<'_>, tries: &mut u32) -> bool {
        let Some(line) = sharing.order.get(sharing.chosen.len()) else {
            return true;
        };
        sharing.deepest = sharing.deepest.max(sharing.chosen.len());
        for choice in &sharing.choices[*line] {
            let Some(left) = tries.checked_sub(1) else {
                return false;
            };
            *tries = left;
            let alone = !sharing
                .chosen
                .iter()
                .any(|other| other.thing == choice.thing);
            if !alone && !self.fits(choice.thing, &sharing.chosen, &choice.claim)
                || !self.is_within_quota(choice, &sharing.chosen)
            {
                continue;
            }
            sharing.chosen.push(*choice);
            if self.share_rest(sharing, tries) {
                return true;
            }
            sharing.chosen.pop();
        }
        false
    }
}
