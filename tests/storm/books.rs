//! The books read by somebody who knows none of the desk's formulas: every live claim laid minute by minute over
//! what there is of its listing in that minute, less what is closed and what is out of service.
//!
//! Nothing in a storm needs setup or turnaround: there is nothing between two lines of a drama that they could share.

use std::collections::BTreeMap;

use backlot::domain::ids::{ListingId, SiteId};
use backlot::store::columns::At;
use backlot::store::schema::{closures, lines, listings};
use backlot::store::{Store, StoreError};
use diesel::prelude::*;

/// A row of a listing: id, site, code, quantity.
type Listed = (ListingId, SiteId, String, i32);
/// A row of a live claim: of what, from, to, units.
type Claimed = (ListingId, At, At, i32);
/// A row of a closure: of a listing or of a site, from, to, units (none are all).
type Closed = (Option<ListingId>, Option<SiteId>, At, At, Option<i32>);

/// Every listing of which more is promised than there is, in words.
pub(crate) async fn overbooked(store: &Store) -> Vec<String> {
    let read = store.read(|conn| {
        let listed: Vec<Listed> = listings::table
            .select((
                listings::id,
                listings::site_id,
                listings::code,
                listings::quantity,
            ))
            .load(conn)?;
        let claimed: Vec<Claimed> = lines::table
            .filter(lines::live)
            .select((
                lines::listing_id,
                lines::claim_starts_at,
                lines::claim_ends_at,
                lines::units,
            ))
            .load(conn)?;
        let closed: Vec<Closed> = closures::table
            .select((
                closures::listing_id,
                closures::site_id,
                closures::starts_at,
                closures::ends_at,
                closures::units,
            ))
            .load(conn)?;
        Ok::<_, StoreError>((listed, claimed, closed))
    });
    let (listed, claimed, closed) = read.await.expect("the books are read");
    let mut broken = Vec::new();
    for (id, site, code, quantity) in listed {
        let touches = |closure: &&Closed| closure.0 == Some(id) || closure.1 == Some(site);
        let closed: Vec<&Closed> = closed.iter().filter(touches).collect();
        for (minute, used) in used_by_minute(id, &claimed) {
            let there = there(minute, i64::from(quantity), &closed);
            if used > there {
                broken.push(format!(
                    "{used} of {there} {code} promised in minute {minute}"
                ));
                break;
            }
        }
    }
    broken
}

fn minute(moment: At) -> i64 {
    moment.0.timestamp() / 60
}

fn used_by_minute(listing: ListingId, claimed: &[Claimed]) -> BTreeMap<i64, i64> {
    let mut minutes: BTreeMap<i64, i64> = BTreeMap::new();
    for (_, start, end, units) in claimed.iter().filter(|claim| claim.0 == listing) {
        for minute in minute(*start)..minute(*end) {
            *minutes.entry(minute).or_default() += i64::from(*units);
        }
    }
    minutes
}

/// What there is in a minute.
fn there(at: i64, quantity: i64, closed: &[&Closed]) -> i64 {
    let mut left = quantity;
    for (_, _, start, end, units) in closed {
        if (minute(*start)..minute(*end)).contains(&at) {
            left -= units.map_or(quantity, i64::from);
        }
    }
    left.max(0)
}
