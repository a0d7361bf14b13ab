//! How many listings there are of each kind, category, site, owner, tag and price: one grouped query a
//! facet, however many listings a filter leaves.

use std::collections::BTreeMap;

use diesel::dsl::{count_star, sql};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable};

use super::StoreError;
use super::conn::Conn;
use super::listings::{Filter, PRICE_SQL, narrow};
use super::schema::listings;
use crate::domain::ids::{CompanyId, SiteId};
use crate::domain::listing::Kind;

/// The most values of one facet; more would be no help to anybody who looks for something.
const MOST_VALUES: i64 = 500;

/// Counts the listings a filter leaves by an expression.
macro_rules! counted {
    ($conn:expr, $filter:expr, $by:expr) => {
        narrow!(
            listings::table
                .group_by($by)
                .select(($by, count_star()))
                .order(count_star().desc())
                .limit(MOST_VALUES)
                .into_boxed(),
            $filter
        )
        .load($conn)
        .map_err(StoreError::from)
    };
}

/// By kind.
pub fn kinds(conn: &mut Conn, filter: &Filter) -> Result<Vec<(Kind, i64)>, StoreError> {
    counted!(conn, filter, listings::kind)
}

/// By category.
pub fn categories(conn: &mut Conn, filter: &Filter) -> Result<Vec<(String, i64)>, StoreError> {
    counted!(conn, filter, listings::category)
}

/// By site.
pub fn sites(conn: &mut Conn, filter: &Filter) -> Result<Vec<(SiteId, i64)>, StoreError> {
    counted!(conn, filter, listings::site_id)
}

/// By owner.
pub fn owners(conn: &mut Conn, filter: &Filter) -> Result<Vec<(CompanyId, i64)>, StoreError> {
    counted!(conn, filter, listings::owner_id)
}

/// By tag, the commonest first. A listing has its tags in one text, so texts are counted and then split.
pub fn tags(conn: &mut Conn, filter: &Filter) -> Result<Vec<(String, i64)>, StoreError> {
    let grouped = listings::table
        .group_by(listings::tags)
        .select((listings::tags, count_star()))
        .into_boxed();
    let texts: Vec<(String, i64)> = narrow!(grouped, filter).load(conn)?;
    let mut counts: BTreeMap<&str, i64> = BTreeMap::new();
    for (text, count) in &texts {
        for tag in text.split_whitespace() {
            *counts.entry(tag).or_default() += count;
        }
    }
    let mut counts: Vec<(String, i64)> = counts
        .into_iter()
        .map(|(tag, count)| (tag.to_owned(), count))
        .collect();
    counts.sort_by_key(|(_, count)| -count);
    Ok(counts)
}

/// By price, the lowest first; what has no price is left out.
pub fn prices(conn: &mut Conn, filter: &Filter) -> Result<Vec<(i64, i64)>, StoreError> {
    let price = || sql::<Nullable<BigInt>>(PRICE_SQL);
    let grouped = listings::table
        .group_by(price())
        .select((price(), sql::<BigInt>("COUNT(*)")))
        .into_boxed();
    let mut counts: Vec<(Option<i64>, i64)> = narrow!(grouped, filter).load(conn)?;
    counts.sort_unstable();
    Ok(counts
        .into_iter()
        .filter_map(|(price, count)| Some((price?, count)))
        .collect())
}

/// How many there are in all.
pub fn total(conn: &mut Conn, filter: &Filter) -> Result<i64, StoreError> {
    let counted = listings::table.select(count_star()).into_boxed();
    Ok(narrow!(counted, filter).first(conn)?)
}
