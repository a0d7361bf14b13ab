//! What is taken in a window, of everything there is: the same formula as booking, on what is claimed then and on the
//! listings it is claimed of. Reads only; nothing may be promised on it.

use std::collections::{BTreeMap, HashMap};

use super::Outcome;
use crate::domain::closure::{Closure, ClosureScope};
use crate::domain::ids::{ListingId, SiteId};
use crate::domain::kit::{self, Kits};
use crate::domain::listing::{ListingState, Stock};
use crate::domain::profile::{Claim, Profile, Supply};
use crate::domain::span::{Instant, Span};
use crate::store::{Conn, closures, kits, listings, stocks};

/// Everything of which fewer than `units` are free during the whole of `span`, in order. Only what somebody claims
/// or closes around that time is looked at, however many listings there are.
pub fn taken_in(conn: &mut Conn, span: Span, units: u32, now: Instant) -> Outcome<Vec<ListingId>> {
    let busy = Busy::read(conn, span, now)?;
    let mut taken = busy.listings_short_of(units, span);
    taken.extend(busy.kits_short_of(units, span));
    taken.sort_unstable();
    Ok(taken)
}

/// What is claimed or closed around a time, and what there is of it.
struct Busy {
    /// Of which something is claimed, or closed, or in a kit.
    stocks: Vec<Stock>,
    claims: HashMap<ListingId, Vec<Claim>>,
    of_listings: BTreeMap<ListingId, Vec<(Span, Option<u32>)>>,
    of_sites: BTreeMap<SiteId, Vec<(Span, Option<u32>)>>,
    kits: Kits,
    published_kits: Vec<ListingId>,
}

impl Busy {
    fn read(conn: &mut Conn, span: Span, now: Instant) -> Outcome<Self> {
        // Each listing's own buffers count; none reaches farther than the longest of all.
        let buffer = listings::longest_buffer_of_all(conn)?;
        let reach = span.widen(buffer, buffer);
        let longest = listings::longest_claim_of_all(conn)?;
        let claimed = stocks::claimed(conn, reach, longest, now)?;
        let closures = closures::touching_anything(conn, reach)?;
        let published_kits = kits::published(conn)?;
        let kits = kits::inside(conn, &published_kits)?;
        let mut busy = Self {
            stocks: claimed.stocks,
            claims: claimed.claims,
            of_listings: BTreeMap::new(),
            of_sites: BTreeMap::new(),
            kits,
            published_kits,
        };
        busy.close(&closures);
        busy.read_unclaimed(conn)?;
        Ok(busy)
    }

    fn close(&mut self, closures: &[Closure]) {
        for closure in closures {
            let all = match closure.scope {
                ClosureScope::Listing(id) => self.of_listings.entry(id).or_default(),
                ClosureScope::Site(id) => self.of_sites.entry(id).or_default(),
            };
            all.push((closure.span, closure.units));
        }
    }

    fn read_unclaimed(&mut self, conn: &mut Conn) -> Outcome<()> {
        let mut ids: Vec<ListingId> = self.of_listings.keys().copied().collect();
        for site in self.of_sites.keys() {
            ids.extend(listings::ids_at_site(conn, *site)?);
        }
        ids.extend(self.kits.all_parts());
        ids.sort_unstable();
        ids.dedup();
        ids.retain(|id| !self.claims.contains_key(id));
        self.stocks.extend(stocks::find_all(conn, &ids)?);
        Ok(())
    }

    fn listings_short_of(&self, units: u32, span: Span) -> Vec<ListingId> {
        let short = self.stocks.iter().filter(|stock| {
            !self.kits.has(stock.listing) && self.free(stock, stock.quantity, span) < units
        });
        short.map(|stock| stock.listing).collect()
    }

    fn kits_short_of(&self, units: u32, span: Span) -> Vec<ListingId> {
        if self.published_kits.is_empty() {
            return Vec::new();
        }
        let leaves = self.kits.all_parts();
        let is_leaf = |stock: &&Stock| leaves.binary_search(&stock.listing).is_ok();
        let free: BTreeMap<ListingId, u32> = self
            .stocks
            .iter()
            .filter(is_leaf)
            .map(|stock| {
                // Of what cannot be booked there is nothing for a kit.
                let is_there = stock.state == ListingState::Published;
                let quantity = if is_there { stock.quantity } else { 0 };
                (stock.listing, self.free(stock, quantity, span))
            })
            .collect();
        let free_kits = |kit: ListingId| {
            let leaves = self.kits.leaves(kit, 1).into_iter();
            let free = |id| free.get(&id).copied().unwrap_or(0);
            kit::kits_of(leaves.map(|leaf| (free(leaf.listing), leaf.quantity)))
        };
        let kits = self.published_kits.iter().copied();
        kits.filter(|kit| free_kits(*kit) < units).collect()
    }

    fn free(&self, stock: &Stock, quantity: u32, span: Span) -> u32 {
        let of_listing = self.of_listings.get(&stock.listing).into_iter().flatten();
        let of_site = self.of_sites.get(&stock.site).into_iter().flatten();
        let supply = Supply {
            quantity,
            closures: of_listing.chain(of_site).copied().collect(),
        };
        let claims = self
            .claims
            .get(&stock.listing)
            .map_or(&[][..], Vec::as_slice);
        Profile::sweep(stock.policy.claim(span), &supply, claims).least_free()
    }
}
