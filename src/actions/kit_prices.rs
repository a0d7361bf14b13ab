//! What kits cost, where listings are compared by price: the engines know the rates of listings, and a kit has none;
//! it costs what its parts cost together. Reads only.

use super::Outcome;
use super::kit_parts::{Outline, outlines_of};
use crate::domain::ids::ListingId;
use crate::store::glances::Glance;
use crate::store::listings::Filter;
use crate::store::{Conn, kits};

/// The filter with the kits that its price leaves; one without a price as it is.
pub(super) fn with_kits(conn: &mut Conn, filter: &Filter) -> Outcome<Filter> {
    let mut filter = filter.clone();
    if let Some(most) = filter.price_to_minor {
        filter.kits_in_price = within(conn, most)?;
    }
    Ok(filter)
}

fn within(conn: &mut Conn, most: i64) -> Outcome<Vec<ListingId>> {
    let all = kits::all(conn)?;
    let outlines = outlines_of(conn, &all)?.into_iter();
    let in_price =
        outlines.filter(|(_, outline)| price(outline).is_some_and(|price| price <= most));
    Ok(in_price.map(|(id, _)| id).collect())
}

/// As a listing's: for a day, or for an hour where there is no day rate.
fn price(outline: &Outline) -> Option<i64> {
    outline.day.or(outline.hour).map(|money| money.minor)
}

/// Gives the kits among these the rates of their parts.
pub(super) fn fill_in<'a>(
    conn: &mut Conn,
    glances: impl Iterator<Item = &'a mut Glance>,
) -> Outcome<()> {
    let kits: Vec<&mut Glance> = glances.filter(|one| one.parts > 0).collect();
    let ids: Vec<ListingId> = kits.iter().map(|one| one.id).collect();
    let outlines = outlines_of(conn, &ids)?;
    for kit in kits {
        let Some(outline) = outlines.get(&kit.id) else {
            continue;
        };
        kit.day_rate_minor = outline.day.map(|money| money.minor);
        kit.hour_rate_minor = outline.hour.map(|money| money.minor);
    }
    Ok(())
}
