//! What a kit is made of: who sees it, and who says it. Edits of parts queue behind each other (two at once could
//! close a ring neither sees), and a kit has nothing of its own that its parts have: units, rates, closures.

use std::collections::BTreeMap;

use super::checks::{Checks, none_of};
use super::listings::{booked_ahead, lock_own, may_see, save, summary};
use super::{FieldFault, OrNotFound, Outcome, Refused};
use crate::domain::ids::ListingId;
use crate::domain::kit::{self, KitFault, Kits, MOST_DEPTH, MOST_LEAVES, MOST_OF_A_PART, Part};
use crate::domain::listing::{Listing, ListingState};
use crate::domain::money::Money;
use crate::domain::people::Actor;
use crate::domain::rights::{Right, may};
use crate::domain::span::Instant;
use crate::store::{Conn, audit, bookings, kits, listings, units};

/// A listing's part in kits: what it is made of, and which kits it is in.
pub struct Made {
    /// The listing.
    pub listing: Listing,
    /// Its parts, in their order.
    pub parts: Vec<(Listing, u32)>,
    /// The kits it is a part of that the reader may see.
    pub kits: Vec<Listing>,
}

/// What a listing is made of and which kits it is in.
pub fn show(conn: &mut Conn, actor: &Actor, id: ListingId) -> Outcome<Made> {
    let listing = listings::find(conn, id).or_not_found("listing")?;
    may_see(actor, &listing)?;
    made(conn, Some(actor), listing)
}

fn made(conn: &mut Conn, reader: Option<&Actor>, listing: Listing) -> Outcome<Made> {
    let parts = kits::inside(conn, &[listing.id])?
        .parts(listing.id)
        .to_vec();
    let with = kits::kits_with(conn, &[listing.id])?.remove(&listing.id);
    let mut kits = listings::find_all(conn, &with.unwrap_or_default())?;
    kits.retain(|kit| sees(reader, kit));
    kits.sort_by(|one, other| one.code.cmp(&other.code));
    Ok(Made {
        parts: named(conn, &parts)?,
        kits,
        listing,
    })
}

/// The house itself sees everything.
fn sees(reader: Option<&Actor>, listing: &Listing) -> bool {
    reader.is_none_or(|actor| may_see(actor, listing).is_ok())
}

fn named(conn: &mut Conn, parts: &[Part]) -> Outcome<Vec<(Listing, u32)>> {
    let ids: Vec<ListingId> = parts.iter().map(|part| part.listing).collect();
    let found = by_id(listings::find_all(conn, &ids)?);
    let named = parts.iter().filter_map(|part| {
        let listing = found.get(&part.listing)?;
        Some((listing.clone(), part.quantity))
    });
    Ok(named.collect())
}

fn by_id(listings: Vec<Listing>) -> BTreeMap<ListingId, Listing> {
    let by_id = listings.into_iter().map(|listing| (listing.id, listing));
    by_id.collect()
}

/// Makes a listing of these parts and of nothing else; of none it is no kit any more. A kit has no rates of its
/// own: those it had are taken away. `None` is the house itself.
pub fn set(
    conn: &mut Conn,
    by: Option<&Actor>,
    id: ListingId,
    expected_version: i64,
    parts: &[Part],
    now: Instant,
) -> Outcome<Made> {
    kits::lock_edits(conn)?;
    let mut listing = lock_own(conn, by, id)?;
    if listing.version != expected_version {
        return Err(Refused::VersionStale(listing.version));
    }
    let before = listing.clone();
    let made_before = kits::inside(conn, &[id])?;
    let parts_before = named(conn, made_before.parts(id))?;
    none_of(faults_of(conn, by, &listing, parts)?)?;
    if !before.is_kit() && !parts.is_empty() {
        nothing_of_its_own(conn, &listing, now)?;
        let none = Money::zero(listing.rates.deposit.currency);
        (listing.rates.day, listing.rates.hour) = (None, None);
        listing.rates.deposit = none;
    }
    listing.parts = u32::try_from(parts.len()).unwrap_or(u32::MAX);
    if listing.state == ListingState::Published {
        publishable(conn, &listing, parts)?;
    }
    kits::replace(conn, id, parts)?;
    save(conn, &mut listing)?;
    let parts_after = named(conn, parts)?;
    let detail = serde_json::json!({
        "before": with_parts(&before, &parts_before), "after": with_parts(&listing, &parts_after),
    });
    let member = by.map(|actor| actor.member);
    audit::put(conn, id, "listing.parts_changed", member, &detail, now)?;
    made(conn, by, listing)
}

/// What the history tells: the listing, and its parts as people name them.
fn with_parts(listing: &Listing, parts: &[(Listing, u32)]) -> serde_json::Value {
    let mut told = summary(listing);
    let parts = parts
        .iter()
        .map(|(part, quantity)| format!("{} × {quantity}", part.code));
    told["parts"] = parts.collect();
    told
}

/// Everything that is wrong with parts by themselves, and with the kits they would make.
fn faults_of(
    conn: &mut Conn,
    by: Option<&Actor>,
    listing: &Listing,
    parts: &[Part],
) -> Outcome<Vec<FieldFault>> {
    let ids: Vec<ListingId> = parts.iter().map(|part| part.listing).collect();
    let found = by_id(listings::find_all(conn, &ids)?);
    let mut checks = Checks::default();
    for (place, part) in parts.iter().enumerate() {
        let field = |name: &str| format!("parts[{place}].{name}");
        let fits = (1..=MOST_OF_A_PART).contains(&part.quantity);
        let range = format!("1–{MOST_OF_A_PART}");
        checks.when(
            !fits,
            FieldFault::with_limit(field("quantity"), "out_of_range", range),
        );
        let known = found.get(&part.listing);
        let is_seen = known.is_some_and(|known| sees(by, known));
        checks.when(
            !is_seen,
            FieldFault::new(field("listing"), "unknown_listing"),
        );
        let is_retired = known.is_some_and(|known| known.state == ListingState::Retired);
        checks.when(
            is_retired,
            FieldFault::new(field("listing"), "retired_part"),
        );
        let is_named_before = parts[..place].iter().any(|one| one.listing == part.listing);
        checks.when(
            is_named_before,
            FieldFault::new(field("listing"), "named_twice"),
        );
    }
    let faults = checks.faults();
    if !faults.is_empty() {
        return Ok(faults);
    }
    made_faults(conn, listing, parts)
}

/// A ring, or a kit that is too deep or too wide: this one, or one it is in.
fn made_faults(conn: &mut Conn, listing: &Listing, parts: &[Part]) -> Outcome<Vec<FieldFault>> {
    let mut above = vec![listing.id];
    let mut ask = above.clone();
    // A way up is no longer than one down.
    for _ in 0..MOST_DEPTH {
        let found = kits::kits_with(conn, &ask)?;
        ask = found.into_values().flatten().collect();
        above.extend(&ask);
    }
    let mut ids: Vec<ListingId> = parts.iter().map(|part| part.listing).collect();
    ids.extend(&above);
    let mut made: Kits = kits::inside(conn, &ids)?;
    made.set(listing.id, parts.to_vec());
    let fault = above.iter().find_map(|kit| made.fault(*kit));
    let place_of = |part| {
        parts
            .iter()
            .position(|one| one.listing == part)
            .unwrap_or(0)
    };
    Ok(fault
        .map(|fault| match fault {
            KitFault::Cycle(part) => FieldFault::new(
                format!("parts[{}].listing", place_of(part)),
                "part_of_itself",
            ),
            KitFault::TooDeep => FieldFault::with_limit("parts", "too_deep", MOST_DEPTH),
            KitFault::TooManyLeaves => FieldFault::with_limit("parts", "too_many", MOST_LEAVES),
        })
        .into_iter()
        .collect())
}

/// What is wrong with kits that are made together of other parts than they have: with one of them, or with a kit
/// one of them is in.
pub(super) fn faults_of_all(
    conn: &mut Conn,
    wanted: &BTreeMap<ListingId, Vec<Part>>,
) -> Outcome<BTreeMap<ListingId, KitFault>> {
    let above = above(conn, wanted.keys().copied().collect())?;
    let parts = wanted.values().flatten().map(|part| part.listing);
    let mut ids: Vec<ListingId> = parts.chain(above.values().flatten().copied()).collect();
    ids.sort_unstable();
    ids.dedup();
    let mut made = Kits::default();
    for some in ids.chunks(AT_ONCE) {
        made.join(kits::inside(conn, some)?);
    }
    for (kit, parts) in wanted {
        made.set(*kit, parts.clone());
    }
    let mut faults = BTreeMap::new();
    for kit in wanted.keys() {
        let mut ways_up = vec![*kit];
        let mut next = 0;
        while let Some(at) = ways_up.get(next).copied() {
            let more = above.get(&at).into_iter().flatten();
            let more: Vec<ListingId> = more.filter(|one| !ways_up.contains(one)).copied().collect();
            ways_up.extend(more);
            next += 1;
        }
        let fault = ways_up.iter().find_map(|one| made.fault(*one));
        faults.extend(fault.map(|fault| (*kit, fault)));
    }
    Ok(faults)
}

/// Kits that are asked for in one go.
const AT_ONCE: usize = 500;

/// The kits each of these is a part of, and those these are parts of.
fn above(conn: &mut Conn, mut ask: Vec<ListingId>) -> Outcome<BTreeMap<ListingId, Vec<ListingId>>> {
    let mut above = BTreeMap::new();
    // A way up is no longer than one down.
    for _ in 0..MOST_DEPTH {
        let mut found = BTreeMap::new();
        for some in ask.chunks(AT_ONCE) {
            found.extend(kits::kits_with(conn, some)?);
        }
        ask = found.values().flatten().copied().collect();
        ask.sort_unstable();
        ask.dedup();
        above.extend(found);
        ask.retain(|kit| !above.contains_key(kit));
    }
    Ok(above)
}

/// What becomes a kit has nothing booked and no units with names: a kit has none.
fn nothing_of_its_own(conn: &mut Conn, listing: &Listing, now: Instant) -> Outcome<()> {
    let ahead = booked_ahead(conn, listing.id, now)?;
    if !ahead.is_empty() {
        let references = bookings::references(conn, &ahead)?;
        return Err(Refused::HitsBookings(references.into_values().collect()));
    }
    let named = units::count(conn, listing.id)?;
    let fault = FieldFault::with_limit("parts", "has_units", named);
    none_of((named > 0).then_some(fault).into_iter().collect())
}

/// Goes on only if a kit of these parts can be booked: a kit whose parts cannot is no offer.
pub(super) fn publishable(conn: &mut Conn, listing: &Listing, parts: &[Part]) -> Outcome<()> {
    if !listing.is_complete() {
        return Err(Refused::State("incomplete"));
    }
    let unpublished: Vec<String> = named(conn, parts)?
        .into_iter()
        .filter(|(part, _)| part.state != ListingState::Published)
        .map(|(part, _)| part.code)
        .collect();
    let fault = || FieldFault::with_limit("parts", "unpublished_parts", unpublished.join(", "));
    none_of((!unpublished.is_empty()).then(fault).into_iter().collect())
}

/// The same for a listing as it is stored.
pub(super) fn publishable_as_it_is(conn: &mut Conn, listing: &Listing) -> Outcome<()> {
    let parts = kits::inside(conn, &[listing.id])?;
    publishable(conn, listing, parts.parts(listing.id))
}

/// The codes of the parts of a kit that nobody can book.
pub(super) fn unpublished_parts(conn: &mut Conn, kit: ListingId) -> Outcome<Vec<String>> {
    let parts = kits::inside(conn, &[kit])?;
    let parts = named(conn, parts.parts(kit))?.into_iter();
    let unpublished = parts.filter(|(part, _)| part.state != ListingState::Published);
    Ok(unpublished.map(|(part, _)| part.code).collect())
}

/// Goes on only if no published kit is made of this listing: one would be left that nobody can book.
pub(super) fn in_no_published_kit(conn: &mut Conn, id: ListingId) -> Outcome<()> {
    let codes = published_kits_with(conn, id)?;
    let fault = || FieldFault::with_limit("state", "part_of_kits", codes.join(", "));
    none_of((!codes.is_empty()).then(fault).into_iter().collect())
}

/// The codes of the published kits a listing is a part of.
pub(super) fn published_kits_with(conn: &mut Conn, id: ListingId) -> Outcome<Vec<String>> {
    let with = kits::kits_with(conn, &[id])?.remove(&id);
    let Some(with) = with else {
        return Ok(Vec::new());
    };
    let kits = listings::find_all(conn, &with)?.into_iter();
    let published = kits.filter(|kit| kit.state == ListingState::Published);
    Ok(published.map(|kit| kit.code).collect())
}

/// A kit as a card tells it: what its parts come to.
#[derive(Debug, Clone)]
pub struct Outline {
    /// How many there are at all.
    pub quantity: u32,
    /// Its parts, in their order.
    pub parts: Vec<(Listing, u32)>,
    /// What its leaves cost together for a day each, where each has a day rate.
    pub day: Option<Money>,
    /// The same for an hour.
    pub hour: Option<Money>,
    /// What is held of them together.
    pub deposit: Option<Money>,
}

/// What the kits among these listings come to. Nothing is asked where there is none.
pub fn outlines(conn: &mut Conn, of: &[Listing]) -> Outcome<BTreeMap<ListingId, Outline>> {
    let ids: Vec<ListingId> = of
        .iter()
        .filter(|listing| listing.is_kit())
        .map(|listing| listing.id)
        .collect();
    outlines_of(conn, &ids)
}

/// What these kits come to.
pub(super) fn outlines_of(
    conn: &mut Conn,
    kits: &[ListingId],
) -> Outcome<BTreeMap<ListingId, Outline>> {
    let mut outlines = BTreeMap::new();
    for some in kits.chunks(AT_ONCE) {
        let made = kits::inside(conn, some)?;
        let found = by_id(listings::find_all(conn, &made.all_parts())?);
        outlines.extend(some.iter().map(|id| (*id, outline(&made, &found, *id))));
    }
    Ok(outlines)
}

fn outline(made: &Kits, found: &BTreeMap<ListingId, Listing>, id: ListingId) -> Outline {
    let leaves: Vec<(&Listing, u32)> = made
        .leaves(id, 1)
        .into_iter()
        .filter_map(|leaf| Some((found.get(&leaf.listing)?, leaf.quantity)))
        .collect();
    let sum = |rate: fn(&Listing) -> Option<Money>| {
        let mut rates = leaves
            .iter()
            .map(|(leaf, each)| rate(leaf)?.times(i64::from(*each)).ok());
        let first = rates.next()??;
        rates.try_fold(first, |sum, rate| sum.plus(rate?).ok())
    };
    let parts = made.parts(id).iter();
    Outline {
        quantity: kit::kits_of(leaves.iter().map(|(leaf, each)| (leaf.quantity, *each))),
        parts: parts
            .filter_map(|part| Some((found.get(&part.listing)?.clone(), part.quantity)))
            .collect(),
        day: sum(|leaf| leaf.rates.day),
        hour: sum(|leaf| leaf.rates.hour),
        deposit: sum(|leaf| Some(leaf.rates.deposit)),
    }
}

/// Whether the actor may say what a listing is made of.
pub fn may_set(actor: &Actor, listing: &Listing) -> bool {
    may(actor, Right::Publish, listing.owner)
}
