//! What the formula of availability asks of listings, and no more of their rows: for looks at very many at once.

use std::collections::HashMap;

use diesel::prelude::*;

use super::StoreError;
use super::claims::{ClaimColumns, earliest_claim_start, has_units};
use super::columns::At;
use super::conn::{Conn, load_each, on_engine};
use super::schema::{lines, listings};
use crate::domain::ids::{ListingId, SiteId};
use crate::domain::listing::{Kind, ListingState, Stock};
use crate::domain::policy::{OwnRules, Policy};
use crate::domain::profile::Claim;
use crate::domain::span::{Instant, Span};

#[derive(Queryable, Selectable)]
#[diesel(table_name = listings)]
struct Row {
    id: ListingId,
    site_id: SiteId,
    state: ListingState,
    quantity: i32,
    kind: Kind,
    own_rules: String,
}

/// Rules that were read already: most listings of a kind say the same, and reading them takes longer than all else.
#[derive(Default)]
struct Known(HashMap<(Kind, String), Policy>);

impl Known {
    fn stock(&mut self, row: Row) -> Result<Stock, StoreError> {
        let corrupt = |what: &str| StoreError::Other(format!("{what} of {}", row.id));
        Ok(Stock {
            listing: row.id,
            site: row.site_id,
            state: row.state,
            quantity: u32::try_from(row.quantity).map_err(|_| corrupt("quantity"))?,
            policy: self
                .policy(row.kind, row.own_rules)
                .ok_or_else(|| corrupt("rules"))?,
        })
    }

    fn policy(&mut self, kind: Kind, own_rules: String) -> Option<Policy> {
        let rules = (kind, own_rules);
        if let Some(policy) = self.0.get(&rules) {
            return Some(*policy);
        }
        let own: OwnRules = serde_json::from_str(&rules.1).ok()?;
        let policy = Policy::of_kind(kind).with(&own);
        self.0.insert(rules, policy);
        Some(policy)
    }
}

/// What there is of these listings, in any order; unknown ids are left out.
pub fn find_all(conn: &mut Conn, ids: &[ListingId]) -> Result<Vec<Stock>, StoreError> {
    let mut known = Known::default();
    let mut stocks = Vec::with_capacity(ids.len());
    for some in ids.chunks(MOST_AT_ONCE) {
        let rows: Vec<Row> = load_each!(
            conn,
            listings::table.select(Row::as_select()),
            listings::id,
            some
        )?;
        for row in rows {
            stocks.push(known.stock(row)?);
        }
    }
    Ok(stocks)
}

/// Values one statement is given: an engine does not take any number.
const MOST_AT_ONCE: usize = 5_000;

/// What is claimed around a time, of whatever listing.
#[derive(Default)]
pub struct Claimed {
    /// What there is of each listing of which something is claimed, in any order.
    pub stocks: Vec<Stock>,
    /// What is claimed of it.
    pub claims: HashMap<ListingId, Vec<Claim>>,
}

/// The live claims that touch `window`, and what there is of their listings: two looks at one range of the index
/// `lines_claiming_in_time`, in which all that is asked of a line stands, however many listings there are.
pub fn claimed(
    conn: &mut Conn,
    window: Span,
    longest_claim_minutes: i64,
    now: Instant,
) -> Result<Claimed, StoreError> {
    let earliest = earliest_claim_start(window, longest_claim_minutes);
    let touching = || {
        let in_window = lines::claim_starts_at
            .ge(At(earliest))
            .and(lines::claim_starts_at.lt(At(window.end())))
            .and(lines::claim_ends_at.gt(At(window.start())));
        let stands = lines::expires_at
            .is_null()
            .or(lines::expires_at.gt(At(now)));
        let claims = lines::table.filter(lines::live).filter(has_units());
        claims.filter(in_window).filter(stands)
    };
    let rows: Vec<(ListingId, ClaimColumns)> = on_engine!(conn, native => touching()
        .select((lines::listing_id, ClaimColumns::as_select()))
        .load(native))?;
    let stocks: Vec<Row> = on_engine!(conn, native => listings::table
        .filter(listings::id.eq_any(touching().select(lines::listing_id)))
        .select(Row::as_select())
        .load(native))?;
    let mut known = Known::default();
    let mut claimed = Claimed {
        stocks: stocks
            .into_iter()
            .map(|row| known.stock(row))
            .collect::<Result<_, _>>()?,
        ..Claimed::default()
    };
    for (listing, claim) in rows {
        let corrupt = || StoreError::Other(format!("a line of {listing}"));
        let claim = claim.read().ok_or_else(corrupt)?;
        claimed.claims.entry(listing).or_default().push(claim);
    }
    Ok(claimed)
}
