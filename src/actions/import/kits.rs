//! Kits of a file: what their parts are, those that come new in the same file among them, and what stands in their
//! way. Looked at before anything is stored, and once more when it is.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::{AT_ONCE, Import};
use crate::actions::kit_parts::{self, published_kits_with};
use crate::actions::listings::{MOST_NAMED, booked_ahead, may_see};
use crate::actions::{FieldFault, Outcome, Refused};
use crate::domain::ids::{Id, ListingId};
use crate::domain::kit::{KitFault, MOST_DEPTH, MOST_LEAVES, Part};
use crate::domain::listing::{Listing, ListingState};
use crate::domain::span::Instant;
use crate::inventory::columns::Field;
use crate::inventory::compare::{Change, Compared, Verdict};
use crate::inventory::entry::{Entry, Issue};
use crate::inventory::parts::NamedPart;
use crate::store::{Conn, bookings, kits, listings, units};

/// What the kits among these listings are made of, by codes.
pub(in crate::actions) fn named<'a>(
    conn: &mut Conn,
    of: impl Iterator<Item = &'a Listing>,
) -> Outcome<HashMap<ListingId, Vec<NamedPart>>> {
    let ids: Vec<ListingId> = of.filter(|one| one.is_kit()).map(|one| one.id).collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let made = kits::inside(conn, &ids)?;
    let found = listings::find_all(conn, &made.all_parts())?;
    let codes: HashMap<ListingId, String> =
        found.into_iter().map(|one| (one.id, one.code)).collect();
    let named = |id: &ListingId| {
        let parts = made.parts(*id).iter().filter_map(|part| {
            Some(NamedPart {
                code: codes.get(&part.listing)?.clone(),
                quantity: part.quantity,
            })
        });
        (*id, parts.collect())
    };
    Ok(ids.iter().map(named).collect())
}

/// The codes of all parts a file names.
pub(super) fn codes_of_parts(entries: &[Entry]) -> Vec<String> {
    let named = entries.iter().filter_map(Entry::parts).flatten();
    let codes: BTreeSet<&str> = named.map(|part| part.code.as_str()).collect();
    codes.into_iter().map(str::to_owned).collect()
}

/// The listings with these codes.
fn by_codes(conn: &mut Conn, codes: &[String]) -> Outcome<HashMap<String, Listing>> {
    let mut found = HashMap::new();
    for some in codes.chunks(AT_ONCE) {
        let some = listings::find_by_codes(conn, some)?;
        found.extend(some.into_iter().map(|one| (one.code.clone(), one)));
    }
    Ok(found)
}

/// Refuses kits that cannot be made as a file would have them.
pub(super) fn refuse_impossible(
    conn: &mut Conn,
    records: &mut [Compared],
    import: &Import<'_>,
) -> Outcome<()> {
    refuse_retired_parts(conn, records)?;
    let named = records.iter().filter_map(|record| record.parts.as_ref());
    let codes: BTreeSet<&str> = named
        .flat_map(|(_, parts)| parts)
        .map(|part| part.code.as_str())
        .collect();
    let codes: Vec<String> = codes.into_iter().map(str::to_owned).collect();
    if codes.is_empty() {
        return Ok(());
    }
    let mut there = by_codes(conn, &codes)?;
    there.retain(|_, part| import.by.is_none_or(|actor| may_see(actor, part).is_ok()));
    refuse_with_something(conn, records, import.now)?;
    refuse_parts(records, &there);
    refuse_rings(conn, records, &there)?;
    refuse_parts(records, &there);
    Ok(())
}

/// What becomes a kit has nothing booked and no units with names: a kit has none.
fn refuse_with_something(conn: &mut Conn, records: &mut [Compared], now: Instant) -> Outcome<()> {
    for record in records.iter_mut() {
        let becomes = record.parts.as_ref().is_some_and(|(before, after)| {
            before.is_empty() && !after.is_empty() && record.verdict == Verdict::Changed
        });
        let id = record.wanted.as_ref().map(|wanted| wanted.id);
        let Some(id) = id.filter(|_| becomes) else {
            continue;
        };
        let field = Field::Parts.as_str();
        let named = units::count(conn, id)?;
        if named > 0 {
            record.refuse(Issue::new(field, "has_units", named.to_string()));
            continue;
        }
        let ahead = booked_ahead(conn, id, now)?;
        if !ahead.is_empty() {
            let references = bookings::references(conn, &ahead)?.into_values();
            let named = references.collect::<Vec<_>>().join(", ");
            record.refuse(Issue::new(field, "hits_bookings", named));
        }
    }
    Ok(())
}

/// A part of a kit that can be booked stays one that can be, unless the kit goes with it.
fn refuse_retired_parts(conn: &mut Conn, records: &mut [Compared]) -> Outcome<()> {
    let leaves = |record: &&Compared| {
        let from_published = |change: &Change| {
            change.field == Field::State && change.before == ListingState::Published.as_str()
        };
        record.wanted.is_some() && record.changes.iter().any(from_published)
    };
    let leaving = records.iter().filter(leaves);
    let leaving: BTreeSet<String> = leaving.filter_map(|one| one.code.clone()).collect();
    for record in records.iter_mut() {
        let id = record.wanted.as_ref().map(|wanted| wanted.id);
        let Some(id) = id.filter(|_| leaves(&&*record)) else {
            continue;
        };
        let mut kits = published_kits_with(conn, id)?;
        kits.retain(|kit| !leaving.contains(kit));
        if !kits.is_empty() {
            let few: Vec<String> = kits
                .into_iter()
                .take(usize::try_from(MOST_NAMED).unwrap_or(1))
                .collect();
            record.refuse(Issue::new(
                Field::State.as_str(),
                "part_of_kits",
                few.join(", "),
            ));
        }
    }
    Ok(())
}

/// Refuses kits with parts that are not there and do not come with the file, or that nobody could book. A kit that
/// is refused is no part of another that is not there yet, so it is asked again until nothing more is refused.
fn refuse_parts(records: &mut [Compared], there: &HashMap<String, Listing>) {
    loop {
        let states: HashMap<String, ListingState> = records
            .iter()
            .filter_map(|record| record.wanted.as_ref())
            .map(|wanted| (wanted.code.clone(), wanted.state))
            .collect();
        let state_of = |code: &str| {
            let known = there.get(code).map(|part| part.state);
            states.get(code).copied().or(known)
        };
        let mut refused = false;
        for record in records.iter_mut() {
            let publishes = record
                .wanted
                .as_ref()
                .is_some_and(|wanted| wanted.state == ListingState::Published);
            let Some((_, parts)) = record.parts.as_ref().filter(|_| record.wanted.is_some()) else {
                continue;
            };
            let fault = parts.iter().find_map(|part| {
                let code = match state_of(&part.code) {
                    None => "unknown_part",
                    Some(ListingState::Retired) => "retired_part",
                    Some(ListingState::Draft) if publishes => "unpublished_part",
                    Some(ListingState::Draft | ListingState::Published) => return None,
                };
                Some((code, part.code.clone()))
            });
            if let Some((code, part)) = fault {
                record.refuse(Issue::new(Field::Parts.as_str(), code, part));
                refused = true;
            }
        }
        if !refused {
            return;
        }
    }
}

/// Refuses rings, and kits that are too deep or too wide, with all kits of the file as it would have them.
fn refuse_rings(
    conn: &mut Conn,
    records: &mut [Compared],
    there: &HashMap<String, Listing>,
) -> Outcome<()> {
    // What is not there yet has an id for this question only.
    let mut ids: HashMap<String, ListingId> = there
        .iter()
        .map(|(code, part)| (code.clone(), part.id))
        .collect();
    for (place, record) in (1..).zip(records.iter()) {
        if let Some(wanted) = &record.wanted {
            let id = match record.verdict {
                Verdict::New => ListingId::from_raw(-place),
                _ => wanted.id,
            };
            ids.insert(wanted.code.clone(), id);
        }
    }
    let mut wanted: BTreeMap<ListingId, Vec<Part>> = BTreeMap::new();
    for record in records.iter() {
        let Some((listing, (_, parts))) = record.wanted.as_ref().zip(record.parts.as_ref()) else {
            continue;
        };
        if let Some(id) = ids.get(&listing.code) {
            wanted.insert(*id, by_ids(parts, &ids));
        }
    }
    let faults = kit_parts::faults_of_all(conn, &wanted)?;
    for record in records.iter_mut() {
        let id = record.code.as_ref().and_then(|code| ids.get(code));
        let fault = id.and_then(|id| faults.get(id));
        if let Some(fault) = fault.filter(|_| record.wanted.is_some()) {
            let (code, detail) = match fault {
                KitFault::Cycle(_) => ("part_of_itself", String::new()),
                KitFault::TooDeep => ("too_deep", MOST_DEPTH.to_string()),
                KitFault::TooManyLeaves => ("too_many_parts", MOST_LEAVES.to_string()),
            };
            record.refuse(Issue::new(Field::Parts.as_str(), code, detail));
        }
    }
    Ok(())
}

fn by_ids(parts: &[NamedPart], ids: &HashMap<String, ListingId>) -> Vec<Part> {
    let part = |part: &NamedPart| {
        Some(Part {
            listing: *ids.get(&part.code)?,
            quantity: part.quantity,
        })
    };
    parts.iter().filter_map(part).collect()
}

fn refuse(line: u64) -> Refused {
    let fault = FieldFault::with_limit("lines", "cannot_be_imported", line);
    Refused::Invalid(vec![fault])
}

/// Of a choice of rows the kit may be missing whose part goes: then nothing is taken.
pub(super) fn keep_parts(
    conn: &mut Conn,
    left: impl Iterator<Item = (ListingId, u64)>,
) -> Outcome<()> {
    for (listing, line) in left {
        if !published_kits_with(conn, listing)?.is_empty() {
            return Err(refuse(line));
        }
    }
    Ok(())
}

/// Makes kits of listings that are stored by now. Of a choice of rows some part may be missing, or the rest may not
/// fit together: then nothing is taken.
pub(super) fn make_kits(conn: &mut Conn, wanted: &[(&Listing, &[NamedPart], u64)]) -> Outcome<()> {
    let named = wanted.iter().flat_map(|(_, parts, _)| *parts);
    let codes: BTreeSet<String> = named.map(|part| part.code.clone()).collect();
    let there = by_codes(conn, &codes.into_iter().collect::<Vec<_>>())?;
    let ids = there
        .iter()
        .map(|(code, part)| (code.clone(), part.id))
        .collect();
    let mut made = BTreeMap::new();
    for (listing, parts, line) in wanted {
        let publishes = listing.state == ListingState::Published;
        let fits = |part: &NamedPart| {
            there
                .get(&part.code)
                .is_some_and(|known| match known.state {
                    ListingState::Published => true,
                    ListingState::Draft => !publishes,
                    ListingState::Retired => false,
                })
        };
        if !parts.iter().all(fits) {
            return Err(refuse(*line));
        }
        let parts = by_ids(parts, &ids);
        kits::replace(conn, listing.id, &parts)?;
        made.insert(listing.id, parts);
    }
    let faults = kit_parts::faults_of_all(conn, &made)?;
    let faulty = wanted
        .iter()
        .find(|(listing, ..)| faults.contains_key(&listing.id));
    faulty.map_or(Ok(()), |(_, _, line)| Err(refuse(*line)))
}
