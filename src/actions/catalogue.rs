//! The catalogue: listings narrowed by words and places, and by what is free. Reads only.

use std::collections::BTreeMap;

use super::availability::{free_in, taken_in};
use super::checks::none_of;
use super::listings::may_see;
use super::{FieldFault, Outcome, Refused};
use crate::domain::ids::{CompanyId, SiteId};
use crate::domain::listing::{Kind, Listing};
use crate::domain::people::{Actor, Company};
use crate::domain::photo::Photo;
use crate::domain::span::{Instant, Span};
use crate::store::listings::{self, Filter};
use crate::store::sites::{self, Site};
use crate::store::{Conn, companies, facets, photos};

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

/// The listings with these codes, in this order; every code the actor knows nothing of is named.
pub fn named(conn: &mut Conn, actor: &Actor, codes: &[String]) -> Outcome<Vec<Listing>> {
    let found = listings::find_by_codes(conn, codes)?;
    let mut found: BTreeMap<String, Listing> = found
        .into_iter()
        .filter(|listing| may_see(actor, listing).is_ok())
        .map(|listing| (listing.code.clone(), listing))
        .collect();
    let unknown = codes.iter().filter(|code| !found.contains_key(*code));
    none_of(
        unknown
            .map(|code| FieldFault::with_limit("codes", "unknown", code))
            .collect(),
    )?;
    // A code that is named twice is meant once.
    Ok(codes.iter().filter_map(|code| found.remove(code)).collect())
}

/// A listing with what is told beside it.
#[derive(Clone)]
pub struct Described {
    /// The listing.
    pub listing: Listing,
    /// Where it is.
    pub site: Site,
    /// Whose it is.
    pub owner: Company,
    /// What it looks like.
    pub cover: Option<Photo>,
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
    let ids: Vec<_> = listings.iter().map(|listing| listing.id).collect();
    let mut covers = photos::covers(conn, &ids)?;
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
            cover: covers.remove(&listing.id),
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

/// How many listings each further choice would leave.
pub struct Facets {
    /// With everything that is chosen already.
    pub total: i64,
    /// By kind, whatever kind and category are chosen.
    pub kinds: Vec<(Kind, i64)>,
    /// By category, whatever category is chosen; and so on.
    pub categories: Vec<(String, i64)>,
    /// By site.
    pub sites: Vec<(Site, i64)>,
    /// By owner.
    pub owners: Vec<(Company, i64)>,
    /// By tag, the commonest first.
    pub tags: Vec<(String, i64)>,
    /// By price in minor units, the lowest first.
    pub prices: Vec<(i64, i64)>,
}

/// The most tags that are told apart.
const MOST_TAGS: usize = 40;
/// A statement takes a bounded number of values: beyond these many taken listings the rest is counted as free.
const MOST_TAKEN: usize = 20_000;

/// Counts of the catalogue: each facet leaves its own choice out, so that another can be made.
pub fn count(
    conn: &mut Conn,
    filter: &Filter,
    free: Option<Free>,
    now: Instant,
) -> Outcome<Facets> {
    let mut all = filter.clone();
    if let Some(free) = free {
        all.quantity = i32::try_from(free.units).ok();
        all.without = taken_in(conn, free.span, free.units, now)?;
        all.without.truncate(MOST_TAKEN);
    }
    let but = |forget: fn(&mut Filter)| {
        let mut rest = all.clone();
        forget(&mut rest);
        rest
    };
    let any_kind = but(|filter| (filter.kind, filter.category) = (None, None));
    let any_category = but(|filter| filter.category = None);
    let any_tag = but(|filter| filter.tag = None);
    let any_price = but(|filter| filter.price_to_minor = None);
    let sites = facets::sites(conn, &but(|filter| filter.site = None))?;
    let owners = facets::owners(conn, &but(|filter| filter.owner = None))?;
    let mut tags = facets::tags(conn, &any_tag)?;
    tags.truncate(MOST_TAGS);
    Ok(Facets {
        total: facets::total(conn, &all)?,
        kinds: facets::kinds(conn, &any_kind)?,
        categories: facets::categories(conn, &any_category)?,
        sites: named_sites(conn, sites)?,
        owners: named_owners(conn, owners)?,
        tags,
        prices: facets::prices(conn, &any_price)?,
    })
}

fn named_sites(conn: &mut Conn, counts: Vec<(SiteId, i64)>) -> Outcome<Vec<(Site, i64)>> {
    let counts: BTreeMap<SiteId, i64> = counts.into_iter().collect();
    let ids: Vec<_> = counts.keys().copied().collect();
    let sites = sites::find_all(conn, &ids)?;
    Ok(sites
        .into_iter()
        .map(|site| (counts[&site.id], site))
        .map(|(count, site)| (site, count))
        .collect())
}

fn named_owners(conn: &mut Conn, counts: Vec<(CompanyId, i64)>) -> Outcome<Vec<(Company, i64)>> {
    let counts: BTreeMap<CompanyId, i64> = counts.into_iter().collect();
    let ids: Vec<_> = counts.keys().copied().collect();
    let owners = companies::find_all(conn, &ids)?;
    Ok(owners
        .into_iter()
        .map(|owner| (counts[&owner.id], owner))
        .map(|(count, owner)| (owner, count))
        .collect())
}
