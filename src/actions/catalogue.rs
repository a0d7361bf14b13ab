//! The catalogue: listings narrowed by words and places, and by what is free. Reads only.

use std::collections::BTreeMap;

use super::availability::free_in;
use super::checks::none_of;
use super::kit_parts::{Outline, outlines};
use super::kit_prices::{fill_in, with_kits};
use super::listings::may_see;
use super::{FieldFault, Outcome, Refused};
use crate::domain::ids::ListingId;
use crate::domain::listing::Listing;
use crate::domain::people::{Actor, Company};
use crate::domain::photo::Photo;
use crate::domain::search;
use crate::domain::slips::{self, Meant};
use crate::domain::span::{Instant, Span};
use crate::store::glances::{self, Glance};
use crate::store::listings::{self, Filter};
use crate::store::sites::{self, Site};
use crate::store::{Conn, companies, photos, search_words};

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
    /// By how near they are to the words; without words by code.
    pub listings: Vec<Listing>,
    /// The place after which to look on, if there may be more.
    pub next: Option<String>,
}

/// A page of at most `limit` listings that come after `after`.
pub fn search(
    conn: &mut Conn,
    filter: &Filter,
    free: Option<Free>,
    after: Option<String>,
    limit: usize,
    now: Instant,
) -> Outcome<Found> {
    if filter.words.is_empty() {
        let filter = with_kits(conn, filter)?;
        by_code(conn, &filter, free, after, limit, now)
    } else {
        by_nearness(conn, filter, free, after.as_deref(), limit, now)
    }
}

/// A listing some words find.
pub(super) struct ByWords {
    /// The listing.
    pub glance: Glance,
    /// Slips of the finger it takes to mean it; `None` where it contains the words.
    slips: Option<usize>,
}

impl ByWords {
    /// How far it is from the words.
    fn distance(&self, words: &[String]) -> u32 {
        match self.slips {
            Some(slips) => u32::try_from(slips).unwrap_or(u32::MAX),
            None => search::distance(words, self.glance.sought()),
        }
    }
}

/// The listings some words find, whatever else is chosen. What no listing contains may be a slip of the finger.
pub(super) fn found_by_words(conn: &mut Conn, filter: &Filter) -> Outcome<Vec<ByWords>> {
    let wanted = Filter {
        words: filter.words.clone(),
        state: filter.state,
        unpublished_of: filter.unpublished_of,
        ..Filter::default()
    };
    let found = glances::all(conn, &wanted)?;
    if found.is_empty() {
        return meant_by_words(conn, wanted);
    }
    let found = found.into_iter();
    Ok(found
        .map(|glance| ByWords {
            glance,
            slips: None,
        })
        .collect())
}

fn meant_by_words(conn: &mut Conn, mut wanted: Filter) -> Outcome<Vec<ByWords>> {
    let words = std::mem::take(&mut wanted.words);
    let Some(lengths) = slips::lengths(&words) else {
        return Ok(Vec::new());
    };
    let known = search_words::of_lengths(conn, &lengths)?;
    let Some(meant) = Meant::among(&words, &known) else {
        return Ok(Vec::new());
    };
    wanted.one_of_each = meant.readings();
    let found = glances::all(conn, &wanted)?.into_iter();
    let found = found.filter_map(|glance| {
        let slips = meant.slips(glance.sought())?;
        Some(ByWords {
            glance,
            slips: Some(slips),
        })
    });
    Ok(found.collect())
}

/// Whether a filter leaves a listing, but for its words.
pub(super) fn leaves(filter: &Filter, one: &Glance) -> bool {
    filter.kind.is_none_or(|kind| one.kind == kind)
        && filter
            .category
            .as_ref()
            .is_none_or(|category| one.category == *category)
        && filter.site.is_none_or(|site| one.site_id == site)
        && filter.owner.is_none_or(|owner| one.owner_id == owner)
        && filter
            .tag
            .as_ref()
            .is_none_or(|tag| one.tags.split_whitespace().any(|known| known == tag))
        && filter
            .alike
            .as_ref()
            .is_none_or(|alike| one.alike == *alike)
        && filter
            .price_to_minor
            .is_none_or(|most| one.price().is_some_and(|price| price <= most))
        && filter
            .quantity
            .is_none_or(|units| one.quantity >= units || one.parts > 0)
        && !(filter.without_kits && one.parts > 0)
        && !filter.without.contains(&one.id)
}

fn by_nearness(
    conn: &mut Conn,
    filter: &Filter,
    free: Option<Free>,
    after: Option<&str>,
    limit: usize,
    now: Instant,
) -> Outcome<Found> {
    let mut found = found_by_words(conn, filter)?;
    if filter.price_to_minor.is_some() {
        fill_in(conn, found.iter_mut().map(|one| &mut one.glance))?;
    }
    let mut places: Vec<(String, ListingId)> = found
        .into_iter()
        .filter(|one| leaves(filter, &one.glance))
        .map(|one| {
            let distance = one.distance(&filter.words);
            (format!("{distance:04} {}", one.glance.code), one.glance.id)
        })
        .filter(|(place, _)| after.is_none_or(|after| place.as_str() > after))
        .collect();
    places.sort_unstable();
    let mut page: Vec<(String, ListingId)> = Vec::new();
    let mut looked_at = 0;
    for candidates in places
        .chunks(usize::try_from(CANDIDATES).unwrap_or(1))
        .take(MOST_GOES)
    {
        looked_at += candidates.len();
        page.extend(only_free_places(conn, candidates, free, now)?);
        if page.len() > limit {
            break;
        }
    }
    let more = page.len() > limit;
    page.truncate(limit);
    let last = if more {
        page.last()
    } else {
        places.get(..looked_at).and_then(<[_]>::last)
    };
    let next = last
        .filter(|_| more || looked_at < places.len())
        .map(|(place, _)| place.clone());
    let ids: Vec<ListingId> = page.iter().map(|(_, id)| *id).collect();
    let mut listings = listings::find_all(conn, &ids)?;
    listings.sort_by_key(|listing| ids.iter().position(|id| *id == listing.id));
    Ok(Found { listings, next })
}

fn only_free_places(
    conn: &mut Conn,
    candidates: &[(String, ListingId)],
    free: Option<Free>,
    now: Instant,
) -> Outcome<Vec<(String, ListingId)>> {
    let Some(free) = free else {
        return Ok(candidates.to_vec());
    };
    let ids: Vec<ListingId> = candidates.iter().map(|(_, id)| *id).collect();
    let free = free_in(conn, &ids, free.span, free.units, now)?;
    let left = candidates.iter().filter(|(_, id)| free.contains(id));
    Ok(left.cloned().collect())
}

fn by_code(
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
    /// What its parts come to, if it is a kit.
    pub kit: Option<Outline>,
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
    let mut outlines = outlines(conn, &listings)?;
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
            kit: outlines.remove(&listing.id),
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
