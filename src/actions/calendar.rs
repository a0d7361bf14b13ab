//! A calendar of everything: what stands in the whole cluster, piece by piece, for a manager's own tools. Reads only.

use std::collections::BTreeMap;

use super::Outcome;
use crate::domain::feed::FeedEntry;
use crate::domain::ids::{CompanyId, ListingId, ProductionId, SiteId};
use crate::domain::people::Names;
use crate::domain::span::{Instant, Span};
use crate::store::calendars::{self, Told};
use crate::store::{Conn, StoreError, companies, listings, productions, sites};

/// Names that were looked up for one piece and are needed for the next. Names only: whoever reads a year does not hold
/// the catalogue.
#[derive(Default)]
pub struct Known {
    listings: BTreeMap<ListingId, (String, Names, SiteId)>,
    sites: BTreeMap<SiteId, Names>,
    companies: BTreeMap<CompanyId, Names>,
    productions: BTreeMap<ProductionId, String>,
}

/// Names of one kind that are looked up in one go.
const AT_ONCE: usize = 500;

/// Everything that starts within `window`, in order.
pub fn entries(
    conn: &mut Conn,
    known: &mut Known,
    window: Span,
    now: Instant,
) -> Outcome<Vec<FeedEntry>> {
    let told = calendars::starting_in(conn, window, now)?;
    known.look_up(conn, &told)?;
    Ok(told
        .into_iter()
        .map(|told| known.entry(told))
        .collect::<Result<_, _>>()?)
}

impl Known {
    fn look_up(&mut self, conn: &mut Conn, told: &[Told]) -> Outcome<()> {
        let ids = missing(told.iter().map(|told| told.listing), &self.listings);
        for some in ids.chunks(AT_ONCE) {
            for one in listings::find_all(conn, some)? {
                self.listings
                    .insert(one.id, (one.code, one.names, one.site));
            }
        }
        let ids = missing(
            self.listings.values().map(|(_, _, site)| *site),
            &self.sites,
        );
        for some in ids.chunks(AT_ONCE) {
            for one in sites::find_all(conn, some)? {
                self.sites.insert(one.id, one.names);
            }
        }
        let ids = missing(told.iter().map(|told| told.company), &self.companies);
        for some in ids.chunks(AT_ONCE) {
            for one in companies::find_all(conn, some)? {
                self.companies.insert(one.id, one.names);
            }
        }
        let ids = missing(
            told.iter().map(|told| told.claim.production),
            &self.productions,
        );
        for some in ids.chunks(AT_ONCE) {
            for one in productions::find_all(conn, some)? {
                self.productions.insert(one.id, one.title);
            }
        }
        Ok(())
    }

    fn entry(&self, told: Told) -> Result<FeedEntry, StoreError> {
        let (code, listing, site) = get(&self.listings, &told.listing)?;
        Ok(FeedEntry {
            line: told.line,
            reference: Some(told.reference),
            code,
            listing,
            site: get(&self.sites, &site)?,
            units: told.claim.units,
            span: told.claim.span,
            state: told.state,
            production: Some(get(&self.productions, &told.claim.production)?),
            company: Some(get(&self.companies, &told.company)?),
            sequence: told.sequence,
            changed_at: told.changed_at,
        })
    }
}

fn get<K: Ord, V: Clone>(known: &BTreeMap<K, V>, id: &K) -> Result<V, StoreError> {
    known.get(id).cloned().ok_or(StoreError::Missing)
}

fn missing<K: Ord + Copy, V>(ids: impl Iterator<Item = K>, known: &BTreeMap<K, V>) -> Vec<K> {
    let mut missing: Vec<K> = ids.filter(|id| !known.contains_key(id)).collect();
    missing.sort_unstable();
    missing.dedup();
    missing
}
