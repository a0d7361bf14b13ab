//! Counts of the catalogue → JSON.

use serde::Serialize;
use utoipa::ToSchema;

use super::{MoneyOut, Named};
use crate::actions::facets::Facets;
use crate::domain::money::{Currency, Money};

/// How many listings each further choice would leave; a choice made already is left out of its own counts.
#[derive(Debug, Serialize, ToSchema)]
pub struct FacetsOut {
    /// With everything that is chosen.
    pub total: i64,
    /// How many of these are free in the window that was asked for, also where it does not narrow the counts.
    pub free: Option<i64>,
    /// By kind.
    pub kinds: Vec<WordCount>,
    /// By category.
    pub categories: Vec<WordCount>,
    /// By site.
    pub sites: Vec<NamedCount>,
    /// By owner.
    pub owners: Vec<NamedCount>,
    /// The commonest tags.
    pub tags: Vec<WordCount>,
    /// By price, as `price_to` takes it: free of charge, and up to round amounts.
    pub prices: Vec<PriceCount>,
}

/// A word and its listings.
#[derive(Debug, Serialize, ToSchema)]
pub struct WordCount {
    /// Such as `camera`.
    pub value: String,
    /// How many.
    pub count: i64,
}

/// A named thing and its listings.
#[derive(Debug, Serialize, ToSchema)]
pub struct NamedCount {
    /// Which.
    pub value: Named,
    /// How many.
    pub count: i64,
}

/// A price and its listings.
#[derive(Debug, Serialize, ToSchema)]
pub struct PriceCount {
    /// At most this much.
    pub up_to: MoneyOut,
    /// How many.
    pub count: i64,
}

/// Counts in the cluster's currency.
pub fn facets(found: Facets, currency: Currency) -> FacetsOut {
    let word = |(value, count): (String, i64)| WordCount { value, count };
    let kinds = found.kinds.into_iter();
    let sites = found.sites.into_iter().map(|(site, count)| NamedCount {
        value: Named::new(site.id, &site.code, &site.names),
        count,
    });
    let owners = found.owners.into_iter().map(|(owner, count)| NamedCount {
        value: Named::new(owner.id, &owner.code, &owner.names),
        count,
    });
    FacetsOut {
        total: found.total,
        free: found.free,
        kinds: kinds
            .map(|(kind, count)| word((kind.to_string(), count)))
            .collect(),
        categories: found.categories.into_iter().map(word).collect(),
        sites: sites.collect(),
        owners: owners.collect(),
        tags: found.tags.into_iter().map(word).collect(),
        prices: price_steps(&found.prices)
            .into_iter()
            .map(|(minor, count)| PriceCount {
                up_to: Money { minor, currency }.into(),
                count,
            })
            .collect(),
    }
}

/// The most steps of prices a person chooses among.
const MOST_PRICES: usize = 5;

/// Free of charge, and 1 or 3 times a power of ten, as far as each step takes in more listings. Of many, the
/// dearest: from there on the others are found by what is next to them.
fn price_steps(prices: &[(i64, i64)]) -> Vec<(i64, i64)> {
    let up_to = |most: i64| -> i64 {
        let within = prices.iter().filter(|(price, _)| *price <= most);
        within.map(|(_, count)| count).sum()
    };
    let all = up_to(i64::MAX);
    let tens = (0..16).map(|power| 10_i64.pow(power));
    let rounds = tens.flat_map(|ten| [ten, 3 * ten]);
    let mut steps: Vec<(i64, i64)> = Vec::new();
    for most in std::iter::once(0).chain(rounds) {
        let count = up_to(most);
        let before = steps.last().map_or(0, |(_, count)| *count);
        if count > before && count < all {
            steps.push((most, count));
        }
    }
    let free = steps
        .iter()
        .position(|(most, _)| *most == 0)
        .map(|place| steps.remove(place));
    let kept = steps.split_off(steps.len().saturating_sub(MOST_PRICES));
    free.into_iter().chain(kept).collect()
}
