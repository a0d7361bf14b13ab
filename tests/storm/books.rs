//! The books read by somebody who knows none of the desk's formulas: every live claim laid minute by minute over
//! what there is of its listing.

use std::collections::BTreeMap;

use backlot::domain::ids::ListingId;
use backlot::store::columns::At;
use backlot::store::schema::{lines, listings};
use backlot::store::{Store, StoreError};
use diesel::prelude::*;

/// A live claim: first minute, minute after the last, units.
type Claimed = (i64, i64, i64);

/// Every listing of which more is promised than there is, in words.
pub(crate) async fn overbooked(store: &Store) -> Vec<String> {
    let read = store.read(|conn| {
        let there: Vec<(ListingId, String, i32)> = listings::table
            .select((listings::id, listings::code, listings::quantity))
            .load(conn)?;
        let live: Vec<(ListingId, At, At, i32)> = lines::table
            .filter(lines::live)
            .select((
                lines::listing_id,
                lines::claim_starts_at,
                lines::claim_ends_at,
                lines::units,
            ))
            .load(conn)?;
        Ok::<_, StoreError>((there, live))
    });
    let (there, live) = read.await.expect("the books are read");
    let mut claims: BTreeMap<ListingId, Vec<Claimed>> = BTreeMap::new();
    for (listing, start, end, units) in live {
        let minute = |at: At| at.0.timestamp() / 60;
        let claim = (minute(start), minute(end), i64::from(units));
        claims.entry(listing).or_default().push(claim);
    }
    let mut broken = Vec::new();
    for (listing, code, quantity) in there {
        let claims = claims.remove(&listing).unwrap_or_default();
        if let Some((minute, used)) = too_many(&claims, i64::from(quantity)) {
            broken.push(format!(
                "{used} of {quantity} {code} promised in minute {minute}"
            ));
        }
    }
    broken
}

/// The first minute in which more is claimed than there is, and how much.
fn too_many(claims: &[Claimed], quantity: i64) -> Option<(i64, i64)> {
    let mut minutes: BTreeMap<i64, i64> = BTreeMap::new();
    for (start, end, units) in claims {
        for minute in *start..*end {
            *minutes.entry(minute).or_default() += units;
        }
    }
    minutes.into_iter().find(|(_, used)| *used > quantity)
}
