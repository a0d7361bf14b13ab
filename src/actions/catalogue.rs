//! The catalogue: listings narrowed by words and places, and by what is free. Reads only.

use std::collections::BTreeMap;

use super::availability::free_in;
use super::{Outcome, Refused};
use crate::domain::listing::Listing;
use crate::domain::people::Company;
use crate::domain::span::{Instant, Span};
use crate::store::listings::{self, Filter};
use crate::store::sites::{self, Site};
use crate::store::{Conn, companies};

/// Candidates whose claims are looked at in one go.
const CANDIDATES: i64 = 200;
/// Goes for one page: beyond these many candidates it is told where to look on, even if it is short.
const MOST_GOES: usize = 10;

/// What must be free.
#[derive(Debug, Clone, Copy)]
pub struct Free {
    /// When, from beginning to end.
    pub span: Span,
    /// How many units, at least 1.
    pub units: u32,
}

/// A page of the catalogue.
pub struct Found {
    /// In order of their codes.
    pub listings: Vec<Listing>,
    /// The code after which to look on, if there may be more.
    pub next: Option<String>,
}

/// A page of at most `limit` listings, by code, that come after `after`.
pub fn search(
    conn: &mut Conn,
    filter: &Filter,
    free: Option<Free>,
    after: Option<String>,
    limit: usize,
    now: Instant,
) -> Outcome<Found> {
    let Some(free) = free else {
        let one_more = i64::try_from(limit).unwrap_or(CANDIDATES) + 1;
        let found = listings::list(conn, filter, after.as_deref(), one_more)?;
        return Ok(cut(found, limit, None));
    };
    let mut found = Vec::new();
    let mut after = after;
    for _ in 0..MOST_GOES {
        let candidates = listings::list(conn, filter, after.as_deref(), CANDIDATES)?;
        let last = i64::try_from(candidates.len()).is_ok_and(|count| count < CANDIDATES);
        after = candidates.last().map(|listing| listing.code.clone());
        found.extend(only_free(conn, candidates, free, now)?);
        if last || found.len() > limit {
            return Ok(cut(found, limit, None));
        }
    }
    Ok(cut(found, limit, after))
}

fn only_free(
    conn: &mut Conn,
    candidates: Vec<Listing>,
    free: Free,
    now: Instant,
) -> Outcome<Vec<Listing>> {
    let ids: Vec<_> = candidates.iter().map(|listing| listing.id).collect();
    let free = free_in(conn, &ids, free.span, free.units, now)?;
    Ok(candidates
        .into_iter()
        .filter(|listing| free.contains(&listing.id))
        .collect())
}

/// The first `limit` of them; there is more if that leaves any, or from `next` on.
fn cut(mut found: Vec<Listing>, limit: usize, next: Option<String>) -> Found {
    if found.len() <= limit {
        return Found {
            listings: found,
            next,
        };
    }
    found.truncate(limit);
    let next = found.last().map(|listing| listing.code.clone());
    Found {
        listings: found,
        next,
    }
}

/// A listing with what is told beside it.
pub struct Described {
    /// The listing.
    pub listing: Listing,
    /// Where it is.
    pub site: Site,
    /// Whose it is.
    pub owner: Company,
}

/// Listings with their sites and owners, in the same order.
pub fn describe(conn: &mut Conn, listings: Vec<Listing>) -> Outcome<Vec<Described>> {
    let site_ids: Vec<_> = listings.iter().map(|listing| listing.site).collect();
    let owner_ids: Vec<_> = listings.iter().map(|listing| listing.owner).collect();
    let sites: BTreeMap<_, _> = sites::find_all(conn, &site_ids)?
        .into_iter()
        .map(|site| (site.id, site))
        .collect();
    let owners: BTreeMap<_, _> = companies::find_all(conn, &owner_ids)?
        .into_iter()
        .map(|owner| (owner.id, owner))
        .collect();
    let described = |listing: Listing| {
        let site = sites
            .get(&listing.site)
            .cloned()
            .ok_or(Refused::NotFound("site"))?;
        let owner = owners
            .get(&listing.owner)
            .cloned()
            .ok_or(Refused::NotFound("company"))?;
        Ok(Described {
            listing,
            site,
            owner,
        })
    };
    listings.into_iter().map(described).collect()
}

/// One listing with its site and owner.
pub fn describe_one(conn: &mut Conn, listing: Listing) -> Outcome<Described> {
    describe(conn, vec![listing])?
        .pop()
        .ok_or(Refused::NotFound("listing"))
}
