//! Rows of bookings and their lines.

use std::collections::BTreeMap;

use diesel::prelude::*;

use super::StoreError;
use super::claims::ClaimColumns;
use super::columns::At;
use super::conn::{Conn, insert_rows};
use super::holds::HoldColumns;
use super::schema::{bookings, lines};
use crate::domain::booking::{Booking, Line, LineState};
use crate::domain::ids::{BookingId, CompanyId, LineId, ListingId, MemberId, ProductionId};
use crate::domain::kit::InKit;
use crate::domain::profile::Claim;

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = bookings)]
#[diesel(treat_none_as_default_value = false)]
pub(super) struct BookingRow {
    id: BookingId,
    reference: String,
    company_id: CompanyId,
    production_id: ProductionId,
    booked_by: MemberId,
    title: String,
    note: String,
    together: bool,
    version: i64,
    sequence: i32,
    created_at: At,
    changed_at: At,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = lines)]
#[diesel(treat_none_as_default_value = false)]
struct LineRow {
    id: LineId,
    booking_id: BookingId,
    position: i32,
    listing_id: ListingId,
    owner_id: CompanyId,
    company_id: CompanyId,
    state: LineState,
    live: bool,
    price: String,
    decided_by: Option<MemberId>,
    decided_at: Option<At>,
    reason: String,
    #[diesel(embed)]
    claim: ClaimColumns,
    #[diesel(embed)]
    hold: HoldColumns,
    #[diesel(embed)]
    kit: KitColumns,
}

/// With which kit a line was booked: all three or none.
#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = lines)]
#[diesel(treat_none_as_default_value = false)]
#[diesel(treat_none_as_null = true)]
struct KitColumns {
    #[diesel(column_name = kit_id)]
    kit: Option<ListingId>,
    #[diesel(column_name = kit_group)]
    group: Option<i32>,
    #[diesel(column_name = kit_units)]
    units: Option<i32>,
}

impl KitColumns {
    fn of(kit: Option<InKit>) -> Result<Self, StoreError> {
        let too_many = |_| StoreError::Other("a count that does not fit".to_owned());
        let count = |count: fn(InKit) -> u32| kit.map(|kit| i32::try_from(count(kit))).transpose();
        Ok(Self {
            kit: kit.map(|kit| kit.kit),
            group: count(|kit| kit.group).map_err(too_many)?,
            units: count(|kit| kit.units).map_err(too_many)?,
        })
    }

    fn kit(self) -> Option<InKit> {
        let ((kit, group), units) = self.kit.zip(self.group).zip(self.units)?;
        Some(InKit {
            kit,
            group: u32::try_from(group).ok()?,
            units: u32::try_from(units).ok()?,
        })
    }
}

impl LineRow {
    fn of(booking: &Booking, position: usize, line: &Line) -> Result<Self, StoreError> {
        let too_many = |_| StoreError::Other("a count that does not fit".to_owned());
        let claim = Claim {
            production: booking.production,
            span: line.span,
            claim: line.claim,
            units: line.units,
        };
        Ok(Self {
            id: line.id,
            booking_id: booking.id,
            position: i32::try_from(position).map_err(too_many)?,
            listing_id: line.listing,
            owner_id: line.owner,
            company_id: booking.company,
            state: line.state,
            live: line.state.is_live(),
            price: serde_json::to_string(&line.price)
                .map_err(|error| StoreError::Other(error.to_string()))?,
            decided_by: line.decided_by,
            decided_at: line.decided_at.map(At),
            reason: line.reason.clone(),
            claim: ClaimColumns::of(&claim)?,
            hold: HoldColumns::of(line.hold),
            kit: KitColumns::of(line.kit)?,
        })
    }

    fn line(self) -> Result<Line, StoreError> {
        let corrupt = |_| StoreError::Other(format!("line {}", self.id));
        let claim = self.claim.claim(self.id)?;
        Ok(Line {
            id: self.id,
            listing: self.listing_id,
            owner: self.owner_id,
            units: claim.units,
            span: claim.span,
            claim: claim.claim,
            state: self.state,
            hold: self.hold.hold(),
            price: serde_json::from_str(&self.price).map_err(corrupt)?,
            decided_by: self.decided_by,
            decided_at: self.decided_at.map(|at| at.0),
            reason: self.reason,
            kit: self.kit.kit(),
        })
    }
}

/// Stores a new booking with its lines.
pub fn insert(conn: &mut Conn, booking: &Booking) -> Result<(), StoreError> {
    insert_all(conn, std::slice::from_ref(booking))
}

/// Stores several new bookings with their lines.
pub fn insert_all(conn: &mut Conn, new: &[Booking]) -> Result<(), StoreError> {
    let rows: Vec<BookingRow> = new.iter().map(BookingRow::of).collect();
    insert_rows!(conn, bookings::table, rows)?;
    let lines = new.iter().flat_map(|booking| {
        let lines = booking.lines.iter().enumerate();
        lines.map(|(place, line)| LineRow::of(booking, place, line))
    });
    insert_lines(conn, lines.collect::<Result<_, _>>()?)
}

impl BookingRow {
    fn of(booking: &Booking) -> Self {
        Self {
            id: booking.id,
            reference: booking.reference.clone(),
            company_id: booking.company,
            production_id: booking.production,
            booked_by: booking.booked_by,
            title: booking.title.clone(),
            note: booking.note.clone(),
            together: booking.together,
            version: booking.version,
            sequence: booking.sequence,
            created_at: booking.created_at.into(),
            changed_at: booking.changed_at.into(),
        }
    }
}

/// One round trip for all lines.
fn insert_lines(conn: &mut Conn, rows: Vec<LineRow>) -> Result<(), StoreError> {
    insert_rows!(conn, lines::table, rows)?;
    Ok(())
}

/// Stores a change made under lock: the booking's own columns and every line, new ones included.
pub fn update(conn: &mut Conn, booking: &Booking) -> Result<(), StoreError> {
    diesel::update(bookings::table.find(booking.id))
        .set((
            bookings::production_id.eq(booking.production),
            bookings::title.eq(&booking.title),
            bookings::note.eq(&booking.note),
            bookings::version.eq(booking.version),
            bookings::sequence.eq(booking.sequence),
            bookings::changed_at.eq(At(booking.changed_at)),
        ))
        .execute(conn)?;
    let stored: Vec<LineId> = lines::table
        .filter(lines::booking_id.eq(booking.id))
        .select(lines::id)
        .load(conn)?;
    let mut added = Vec::new();
    for (place, line) in booking.lines.iter().enumerate() {
        let row = LineRow::of(booking, place, line)?;
        if stored.contains(&line.id) {
            update_line(conn, row)?;
        } else {
            added.push(row);
        }
    }
    if added.is_empty() {
        return Ok(());
    }
    insert_lines(conn, added)
}

fn update_line(conn: &mut Conn, row: LineRow) -> Result<(), StoreError> {
    diesel::update(lines::table.find(row.id))
        .set((
            lines::position.eq(row.position),
            lines::listing_id.eq(row.listing_id),
            lines::owner_id.eq(row.owner_id),
            lines::state.eq(row.state),
            lines::live.eq(row.live),
            lines::price.eq(row.price),
            lines::decided_by.eq(row.decided_by),
            lines::decided_at.eq(row.decided_at),
            lines::reason.eq(row.reason),
            row.claim,
            row.hold,
            row.kit,
        ))
        .execute(conn)?;
    Ok(())
}

/// One booking, its row taken so that changes of it queue.
pub fn lock(conn: &mut Conn, id: BookingId) -> Result<Booking, StoreError> {
    let row: BookingRow = match conn {
        Conn::Postgres(postgres) => bookings::table
            .find(id)
            .select(BookingRow::as_select())
            .for_no_key_update()
            .first(postgres)?,
        Conn::Sqlite(sqlite) => bookings::table
            .find(id)
            .select(BookingRow::as_select())
            .first(sqlite)?,
    };
    with_lines(conn, vec![row])?
        .pop()
        .ok_or(StoreError::Missing)
}

/// One booking.
pub fn find(conn: &mut Conn, id: BookingId) -> Result<Booking, StoreError> {
    let row: BookingRow = bookings::table
        .find(id)
        .select(BookingRow::as_select())
        .first(conn)?;
    with_lines(conn, vec![row])?
        .pop()
        .ok_or(StoreError::Missing)
}

/// Takes the rows of several bookings, in order of their ids, so that two writes never wait for each
/// other in a ring.
pub fn lock_rows(conn: &mut Conn, ids: &[BookingId]) -> Result<(), StoreError> {
    let mut ordered = ids.to_vec();
    ordered.sort_unstable();
    ordered.dedup();
    match conn {
        Conn::Postgres(postgres) if !ordered.is_empty() => {
            let _: Vec<BookingId> = bookings::table
                .filter(bookings::id.eq_any(ordered))
                .order(bookings::id)
                .select(bookings::id)
                .for_no_key_update()
                .load(postgres)?;
        }
        // The one writer is the lock.
        Conn::Postgres(_) | Conn::Sqlite(_) => {}
    }
    Ok(())
}

/// The id behind a reference for people.
pub fn id_of_reference(conn: &mut Conn, reference: &str) -> Result<BookingId, StoreError> {
    Ok(bookings::table
        .filter(bookings::reference.eq(reference))
        .select(bookings::id)
        .first(conn)?)
}

/// Bookings of these rows, in their order.
pub(super) fn with_lines(
    conn: &mut Conn,
    rows: Vec<BookingRow>,
) -> Result<Vec<Booking>, StoreError> {
    let ids: Vec<BookingId> = rows.iter().map(|row| row.id).collect();
    let line_rows: Vec<LineRow> = lines::table
        .filter(lines::booking_id.eq_any(ids))
        .order((lines::booking_id, lines::position))
        .select(LineRow::as_select())
        .load(conn)?;
    let mut of_booking: BTreeMap<BookingId, Vec<Line>> = BTreeMap::new();
    for row in line_rows {
        of_booking
            .entry(row.booking_id)
            .or_default()
            .push(row.line()?);
    }
    let booking = |row: BookingRow| Booking {
        lines: of_booking.remove(&row.id).unwrap_or_default(),
        id: row.id,
        reference: row.reference,
        company: row.company_id,
        production: row.production_id,
        booked_by: row.booked_by,
        title: row.title,
        note: row.note,
        together: row.together,
        version: row.version,
        sequence: row.sequence,
        created_at: row.created_at.0,
        changed_at: row.changed_at.0,
    };
    Ok(rows.into_iter().map(booking).collect())
}

/// References of bookings, in any order.
pub fn references(
    conn: &mut Conn,
    ids: &[BookingId],
) -> Result<BTreeMap<BookingId, String>, StoreError> {
    let rows: Vec<(BookingId, String)> = bookings::table
        .filter(bookings::id.eq_any(ids.to_vec()))
        .select((bookings::id, bookings::reference))
        .load(conn)?;
    Ok(rows.into_iter().collect())
}

/// Several bookings, oldest first; unknown ids are left out.
pub fn find_all(conn: &mut Conn, ids: &[BookingId]) -> Result<Vec<Booking>, StoreError> {
    let rows: Vec<BookingRow> = bookings::table
        .filter(bookings::id.eq_any(ids.to_vec()))
        .order(bookings::id)
        .select(BookingRow::as_select())
        .load(conn)?;
    with_lines(conn, rows)
}
