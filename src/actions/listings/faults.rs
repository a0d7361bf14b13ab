//! What is wrong with a listing: in itself, and beside what is there.

use crate::actions::checks::{Checks, LONGEST_TEXT};
use crate::actions::{FieldFault, Outcome};
use crate::domain::listing::{Listing, MOST_UNITS};
use crate::domain::price::{HIGHEST_RATE_MINOR, Rates};
use crate::store::{Conn, companies, units};

/// The most tags of a listing.
const MOST_TAGS: usize = 30;
/// The largest floor of a set, in square metres.
const LARGEST_AREA: u32 = 1_000_000;

/// Everything that is wrong with a listing in itself.
pub(in crate::actions) fn faults(listing: &Listing) -> Vec<FieldFault> {
    let mut checks = Checks::default();
    checks.code("code", &listing.code);
    checks.slug("category", &listing.category);
    checks.names(&listing.names);
    checks.text("description_zh", &listing.descriptions.zh, LONGEST_TEXT);
    checks.text("description_en", &listing.descriptions.en, LONGEST_TEXT);
    checks.when(
        listing.tags.len() > MOST_TAGS,
        FieldFault::with_limit("tags", "too_many", MOST_TAGS),
    );
    for (place, tag) in listing.tags.iter().take(MOST_TAGS).enumerate() {
        checks.slug(&format!("tags[{place}]"), tag);
    }
    if !listing.alike.is_empty() {
        checks.slug("alike", &listing.alike);
    }
    let too_many = listing.quantity > MOST_UNITS;
    checks.when(
        too_many,
        FieldFault::with_limit("quantity", "out_of_range", format!("0–{MOST_UNITS}")),
    );
    let too_large = listing.area_sqm.is_some_and(|area| area > LARGEST_AREA);
    checks.when(
        too_large,
        FieldFault::with_limit("area_sqm", "out_of_range", format!("0–{LARGEST_AREA}")),
    );
    rate_faults(&mut checks, &listing.rates);
    checks.when(
        listing.is_kit() && listing.is_priced(),
        FieldFault::new("day_rate", "kit_has_no_rates"),
    );
    for rule in listing.policy().faults() {
        checks.when(
            true,
            FieldFault::new(format!("rules.{rule}"), "impossible_rule"),
        );
    }
    checks.faults()
}

/// The store keeps one currency for all three.
fn rate_faults(checks: &mut Checks, rates: &Rates) {
    let currency = rates.deposit.currency;
    let amounts = [
        ("day_rate", rates.day),
        ("hour_rate", rates.hour),
        ("deposit", Some(rates.deposit)),
    ];
    for (field, amount) in amounts {
        let Some(amount) = amount else { continue };
        let fits = (0..=HIGHEST_RATE_MINOR).contains(&amount.minor);
        checks.when(
            !fits,
            FieldFault::with_limit(field, "out_of_range", format!("0–{HIGHEST_RATE_MINOR}")),
        );
        let other = amount.currency != currency;
        checks.when(
            other,
            FieldFault::with_limit(field, "wrong_currency", currency.as_str()),
        );
    }
}

/// Units with names are there: the quantity cannot be lowered below them.
pub(super) fn fewer_than_named(
    conn: &mut Conn,
    before: &Listing,
    after: &Listing,
) -> Outcome<Vec<FieldFault>> {
    if after.quantity >= before.quantity {
        return Ok(Vec::new());
    }
    let named = units::count(conn, after.id)?;
    let fault = FieldFault::with_limit("quantity", "fewer_than_named", named);
    Ok((after.quantity < named)
        .then_some(fault)
        .into_iter()
        .collect())
}

pub(super) fn unknown_owner(conn: &mut Conn, listing: &Listing) -> Outcome<Vec<FieldFault>> {
    let found = companies::find_all(conn, &[listing.owner])?;
    let fault = || FieldFault::with_limit("owner", "unknown", listing.owner);
    Ok(if found.is_empty() {
        vec![fault()]
    } else {
        Vec::new()
    })
}
