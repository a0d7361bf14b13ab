//! Rows of the parts of kits.

use std::collections::BTreeMap;

use diesel::prelude::*;

use super::StoreError;
use super::conn::{Conn, insert_rows, load_each};
use super::schema::{kit_parts, listings};
use crate::domain::ids::ListingId;
use crate::domain::kit::{Kits, MOST_DEPTH, Part};
use crate::domain::listing::ListingState;

/// The most kits whose times are looked over at once; more than a cluster has.
const MOST_KITS: i64 = 2_000;

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = kit_parts)]
struct Row {
    kit_id: ListingId,
    position: i32,
    part_id: ListingId,
    quantity: i32,
}

/// Those of these listings that are kits, with all that is in them.
pub fn inside(conn: &mut Conn, ids: &[ListingId]) -> Result<Kits, StoreError> {
    let mut kits = Kits::default();
    let mut ask = ids.to_vec();
    // One step more than kits go deep: an edit that would make one too deep is looked at before it is refused.
    for _ in 0..=MOST_DEPTH {
        let found = parts_of(conn, &ask)?;
        if found.is_empty() {
            break;
        }
        ask = found.iter().map(|(_, part)| part.listing).collect();
        ask.sort_unstable();
        ask.dedup();
        for (kit, part) in found {
            kits.add(kit, part);
        }
        ask.retain(|id| !kits.has(*id));
    }
    Ok(kits)
}

fn parts_of(conn: &mut Conn, kits: &[ListingId]) -> Result<Vec<(ListingId, Part)>, StoreError> {
    if kits.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<Row> = load_each!(
        conn,
        kit_parts::table
            .order((kit_parts::kit_id, kit_parts::position))
            .select(Row::as_select()),
        kit_parts::kit_id,
        kits
    )?;
    let part = |row: Row| {
        let corrupt = |_| StoreError::Other(format!("a part of {}", row.kit_id));
        let part = Part {
            listing: row.part_id,
            quantity: u32::try_from(row.quantity).map_err(corrupt)?,
        };
        Ok((row.kit_id, part))
    };
    rows.into_iter().map(part).collect()
}

/// The kits each of these is a part of, by part.
pub fn kits_with(
    conn: &mut Conn,
    parts: &[ListingId],
) -> Result<BTreeMap<ListingId, Vec<ListingId>>, StoreError> {
    let rows: Vec<(ListingId, ListingId)> = kit_parts::table
        .filter(kit_parts::part_id.eq_any(parts.to_vec()))
        .order((kit_parts::part_id, kit_parts::kit_id))
        .select((kit_parts::part_id, kit_parts::kit_id))
        .load(conn)?;
    let mut with: BTreeMap<ListingId, Vec<ListingId>> = BTreeMap::new();
    for (part, kit) in rows {
        with.entry(part).or_default().push(kit);
    }
    Ok(with)
}

/// The kits that can be booked.
pub fn published(conn: &mut Conn) -> Result<Vec<ListingId>, StoreError> {
    Ok(listings::table
        .filter(listings::parts.gt(0))
        .filter(listings::state.eq(ListingState::Published))
        .order(listings::id)
        .limit(MOST_KITS)
        .select(listings::id)
        .load(conn)?)
}

/// Takes the parts of all kits, so that edits of them queue: two at once could close a ring that neither of them
/// sees. Comes before every row. Readers, and with them bookings, go on.
///
/// On SQLite the one writer is the lock.
pub fn lock_edits(conn: &mut Conn) -> Result<(), StoreError> {
    if let Conn::Postgres(postgres) = conn {
        diesel::sql_query("LOCK TABLE kit_parts IN SHARE ROW EXCLUSIVE MODE").execute(postgres)?;
    }
    Ok(())
}

/// Makes a kit of these parts and of nothing else.
pub fn replace(conn: &mut Conn, kit: ListingId, parts: &[Part]) -> Result<(), StoreError> {
    diesel::delete(kit_parts::table.filter(kit_parts::kit_id.eq(kit))).execute(conn)?;
    let rows: Vec<Row> = parts
        .iter()
        .zip(0..)
        .map(|(part, position)| Row {
            kit_id: kit,
            position,
            part_id: part.listing,
            quantity: i32::try_from(part.quantity).unwrap_or(i32::MAX),
        })
        .collect();
    if !rows.is_empty() {
        insert_rows!(conn, kit_parts::table, rows)?;
    }
    Ok(())
}

/// Listings whose count of parts is not that of their parts.
pub fn miscounted(conn: &mut Conn, limit: i64) -> Result<Vec<ListingId>, StoreError> {
    let counted: Vec<(ListingId, i64)> = kit_parts::table
        .group_by(kit_parts::kit_id)
        .select((kit_parts::kit_id, diesel::dsl::count_star()))
        .load(conn)?;
    let counted: BTreeMap<ListingId, i64> = counted.into_iter().collect();
    let flagged: Vec<(ListingId, i32)> = listings::table
        .filter(listings::parts.ne(0))
        .select((listings::id, listings::parts))
        .load(conn)?;
    let flagged: BTreeMap<ListingId, i64> = flagged
        .into_iter()
        .map(|(id, parts)| (id, i64::from(parts)))
        .collect();
    let mut wrong: Vec<ListingId> = counted
        .keys()
        .chain(flagged.keys())
        .filter(|id| counted.get(id) != flagged.get(id))
        .copied()
        .collect();
    wrong.dedup();
    wrong.truncate(usize::try_from(limit).unwrap_or(0));
    Ok(wrong)
}

/// All kits, as many as are looked over at once.
pub fn all(conn: &mut Conn) -> Result<Vec<ListingId>, StoreError> {
    Ok(listings::table
        .filter(listings::parts.gt(0))
        .order(listings::id)
        .limit(MOST_KITS)
        .select(listings::id)
        .load(conn)?)
}
