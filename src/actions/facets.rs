//! Facets: how many listings each further choice would leave. One look over what the words find, counted here:
//! however many facets there are, the table is read once. Reads only.

use std::collections::{BTreeMap, BTreeSet};

use super::Outcome;
use super::catalogue::{Free, found_by_words, leaves};
use super::kit_prices::fill_in;
use super::taken::taken_in;
use crate::domain::ids::{CompanyId, SiteId};
use crate::domain::listing::Kind;
use crate::domain::people::Company;
use crate::domain::span::Instant;
use crate::store::glances::Glance;
use crate::store::listings::Filter;
use crate::store::sites::{self, Site};
use crate::store::{Conn, companies};

/// How many listings each further choice would leave.
pub struct Facets {
    /// With everything that is chosen already.
    pub total: i64,
    /// Of what is chosen, how many are free in the window, whether it narrows the counts or not; absent without one.
    pub free: Option<i64>,
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

/// Whether a window narrows the counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// Only what is free in it counts.
    OnlyFree,
    /// Everything counts; how much of it is free is told beside.
    AlsoTaken,
}

/// The most tags that are told apart.
const MOST_TAGS: usize = 40;
/// The most values of another facet; more would be no help to anybody who looks for something.
const MOST_VALUES: usize = 500;

/// Counts of the catalogue: each facet leaves its own choice out, so that another can be made.
pub fn count(
    conn: &mut Conn,
    filter: &Filter,
    window: Option<Free>,
    shown: Shown,
    now: Instant,
) -> Outcome<Facets> {
    let mut found = found_by_words(conn, filter)?;
    fill_in(conn, found.iter_mut().map(|one| &mut one.glance))?;
    let (taken, units) = match window {
        Some(free) => {
            let taken = taken_in(conn, free.span, free.units, now)?;
            (
                taken.into_iter().collect(),
                i32::try_from(free.units).unwrap_or(i32::MAX),
            )
        }
        None => (BTreeSet::new(), 0),
    };
    let is_free =
        |one: &Glance| (one.quantity >= units || one.parts > 0) && !taken.contains(&one.id);
    let glances = || found.iter().map(|one| &one.glance);
    let free = glances().filter(|one| is_free(one) && leaves(filter, one));
    let free = window.map(|_| tell(free.count()));
    let counted_in: Vec<&Glance> = glances()
        .filter(|one| shown == Shown::AlsoTaken || is_free(one))
        .collect();
    let but = |forget: fn(&mut Filter)| {
        let mut rest = filter.clone();
        forget(&mut rest);
        let all = counted_in.iter().copied();
        all.filter(move |one| leaves(&rest, one))
    };
    let sites = counted(but(|filter| filter.site = None).map(|one| one.site_id));
    let owners = counted(but(|filter| filter.owner = None).map(|one| one.owner_id));
    let tags = but(|filter| filter.tag = None).flat_map(|one| one.tags.split_whitespace());
    let prices: BTreeMap<i64, i64> =
        tally(but(|filter| filter.price_to_minor = None).filter_map(Glance::price));
    Ok(Facets {
        total: tell(but(|_| {}).count()),
        free,
        kinds: commonest(
            but(|filter| (filter.kind, filter.category) = (None, None)).map(|one| one.kind),
            MOST_VALUES,
        ),
        categories: owned(commonest(
            but(|filter| filter.category = None).map(|one| one.category.as_str()),
            MOST_VALUES,
        )),
        tags: owned(commonest(tags, MOST_TAGS)),
        prices: prices.into_iter().collect(),
        sites: named_sites(conn, &sites)?,
        owners: named_owners(conn, &owners)?,
    })
}

fn tell(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn tally<T: Ord>(values: impl Iterator<Item = T>) -> BTreeMap<T, i64> {
    let mut counts = BTreeMap::new();
    for value in values {
        *counts.entry(value).or_default() += 1;
    }
    counts
}

/// The commonest first; of equals the one that comes first by name.
fn commonest<T: Ord>(values: impl Iterator<Item = T>, most: usize) -> Vec<(T, i64)> {
    let mut counts: Vec<(T, i64)> = tally(values).into_iter().collect();
    counts.sort_by_key(|(_, count)| -count);
    counts.truncate(most);
    counts
}

fn counted<T: Ord>(values: impl Iterator<Item = T>) -> BTreeMap<T, i64> {
    commonest(values, MOST_VALUES).into_iter().collect()
}

fn owned(counts: Vec<(&str, i64)>) -> Vec<(String, i64)> {
    let owned = counts
        .into_iter()
        .map(|(value, count)| (value.to_owned(), count));
    owned.collect()
}

fn named_sites(conn: &mut Conn, counts: &BTreeMap<SiteId, i64>) -> Outcome<Vec<(Site, i64)>> {
    let ids: Vec<_> = counts.keys().copied().collect();
    let sites = sites::find_all(conn, &ids)?.into_iter();
    Ok(sites
        .map(|site| (counts[&site.id], site))
        .map(|(count, site)| (site, count))
        .collect())
}

fn named_owners(
    conn: &mut Conn,
    counts: &BTreeMap<CompanyId, i64>,
) -> Outcome<Vec<(Company, i64)>> {
    let ids: Vec<_> = counts.keys().copied().collect();
    let owners = companies::find_all(conn, &ids)?.into_iter();
    Ok(owners
        .map(|owner| (counts[&owner.id], owner))
        .map(|(count, owner)| (owner, count))
        .collect())
}
