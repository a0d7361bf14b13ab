//! Rows of bookings and their lines, and the claims that touch a span.

use std::collections::BTreeMap;

use diesel::prelude::*;

use super::columns::At;
use super::conn::{Conn, insert_rows};
use super::schema::{bookings, lines};
use super::{StoreError, page};
use crate::domain::booking::{Booking, Line, LineState};
use crate::domain::hold::{Challenge, Hold, OnHold};
use crate::domain::ids::{BookingId, CompanyId, LineId, ListingId, MemberId, ProductionId};
use crate::domain::listing::Listing;
use crate::domain::profile::Claim;
use crate::domain::span::{Instant, Span};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = bookings)]
struct BookingRow {
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
struct LineRow {
    id: LineId,
    booking_id: BookingId,
    position: i32,
    listing_id: ListingId,
    owner_id: CompanyId,
    company_id: CompanyId,
    production_id: ProductionId,
    units: i32,
    starts_at: At,
    ends_at: At,
    claim_starts_at: At,
    claim_ends_at: At,
    state: LineState,
    live: bool,
    price: String,
    decided_by: Option<MemberId>,
    decided_at: Option<At>,
    reason: String,
    #[diesel(embed)]
    hold: HoldColumns,
}

/// The place and clock of a line on hold or in line; all empty for any other.
#[derive(Queryable, Selectable, Insertable, AsChangeset, Default)]
#[diesel(table_name = lines)]
#[diesel(treat_none_as_null = true)]
struct HoldColumns {
    placed_at: Option<At>,
    expires_at: Option<At>,
    challenged_by: Option<LineId>,
    challenged_at: Option<At>,
    unchallenged_until: Option<At>,
    warned_at: Option<At>,
}

impl HoldColumns {
    fn of(hold: Option<Hold>) -> Self {
        let Some(hold) = hold else {
            return Self::default();
        };
        Self {
            placed_at: Some(hold.placed_at.into()),
            expires_at: Some(hold.expires_at.into()),
            challenged_by: hold.challenge.map(|challenge| challenge.by),
            challenged_at: hold.challenge.map(|challenge| challenge.at.into()),
            unchallenged_until: hold
                .challenge
                .map(|challenge| challenge.unchallenged_until.into()),
            warned_at: hold.warned_at.map(At),
        }
    }

    fn hold(&self) -> Option<Hold> {
        let challenge = || {
            Some(Challenge {
                by: self.challenged_by?,
                at: self.challenged_at?.0,
                unchallenged_until: self.unchallenged_until?.0,
            })
        };
        Some(Hold {
            placed_at: self.placed_at?.0,
            expires_at: self.expires_at?.0,
            challenge: challenge(),
            warned_at: self.warned_at.map(|at| at.0),
        })
    }
}

impl LineRow {
    fn of(booking: &Booking, position: usize, line: &Line) -> Result<Self, StoreError> {
        let too_many = |_| StoreError::Other("a count that does not fit".to_owned());
        Ok(Self {
            id: line.id,
            booking_id: booking.id,
            position: i32::try_from(position).map_err(too_many)?,
            listing_id: line.listing,
            owner_id: line.owner,
            company_id: booking.company,
            production_id: booking.production,
            units: i32::try_from(line.units).map_err(too_many)?,
            starts_at: line.span.start().into(),
            ends_at: line.span.end().into(),
            claim_starts_at: line.claim.start().into(),
            claim_ends_at: line.claim.end().into(),
            state: line.state,
            live: line.state.is_live(),
            price: serde_json::to_string(&line.price)
                .map_err(|error| StoreError::Other(error.to_string()))?,
            decided_by: line.decided_by,
            decided_at: line.decided_at.map(At),
            reason: line.reason.clone(),
            hold: HoldColumns::of(line.hold),
        })
    }

    fn line(self) -> Result<Line, StoreError> {
        let corrupt = || StoreError::Other(format!("line {}", self.id));
        Ok(Line {
            id: self.id,
            listing: self.listing_id,
            owner: self.owner_id,
            units: u32::try_from(self.units).map_err(|_| corrupt())?,
            span: Span::new(self.starts_at.0, self.ends_at.0).map_err(|_| corrupt())?,
            claim: Span::new(self.claim_starts_at.0, self.claim_ends_at.0)
                .map_err(|_| corrupt())?,
            state: self.state,
            hold: self.hold.hold(),
            price: serde_json::from_str(&self.price).map_err(|_| corrupt())?,
            decided_by: self.decided_by,
            decided_at: self.decided_at.map(|at| at.0),
            reason: self.reason,
        })
    }
}

/// Stores a new booking with its lines.
pub fn insert(conn: &mut Conn, booking: &Booking) -> Result<(), StoreError> {
    let row = BookingRow {
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
    };
    diesel::insert_into(bookings::table)
        .values(row)
        .execute(conn)?;
    let rows = booking
        .lines
        .iter()
        .enumerate()
        .map(|(place, line)| LineRow::of(booking, place, line));
    insert_lines(conn, rows.collect::<Result<_, _>>()?)
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
            lines::units.eq(row.units),
            lines::starts_at.eq(row.starts_at),
            lines::ends_at.eq(row.ends_at),
            lines::claim_starts_at.eq(row.claim_starts_at),
            lines::claim_ends_at.eq(row.claim_ends_at),
            lines::state.eq(row.state),
            lines::live.eq(row.live),
            lines::price.eq(row.price),
            lines::decided_by.eq(row.decided_by),
            lines::decided_at.eq(row.decided_at),
            lines::reason.eq(row.reason),
            row.hold,
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

fn with_lines(conn: &mut Conn, rows: Vec<BookingRow>) -> Result<Vec<Booking>, StoreError> {
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

/// Which bookings a list shows.
#[derive(Debug, Clone, Copy)]
pub enum Scope {
    /// Those a member made.
    BookedBy(MemberId),
    /// Those of a company.
    OfCompany(CompanyId),
    /// Those with lines that wait for this owner.
    ToDecide(CompanyId),
    /// Those with lines that wait for any owner.
    AllToDecide,
    /// All.
    All,
}

/// Where a booking's lines are in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// A live line is running.
    Now,
    /// A live line is ahead.
    Next,
    /// No live line is running or ahead.
    Past,
    /// A live line runs between then and this moment.
    Until(Instant),
}

/// A page of bookings, newest first.
pub fn list(
    conn: &mut Conn,
    scope: Scope,
    when: Option<(When, Instant)>,
    before: Option<BookingId>,
    limit: i64,
) -> Result<Vec<Booking>, StoreError> {
    use diesel::dsl::{exists, not};
    let of_booking = || lines::table.filter(lines::booking_id.eq(bookings::id));
    // What waits in line claims nothing, but is ahead all the same.
    let live = || of_booking().filter(lines::live.or(lines::expires_at.is_not_null()));
    let mut query = bookings::table
        .order(bookings::id.desc())
        .limit(page(limit))
        .select(BookingRow::as_select())
        .into_boxed();
    query = match scope {
        Scope::BookedBy(member) => query.filter(bookings::booked_by.eq(member)),
        Scope::OfCompany(company) => query.filter(bookings::company_id.eq(company)),
        Scope::ToDecide(owner) => query.filter(exists(
            of_booking()
                .filter(lines::owner_id.eq(owner))
                .filter(lines::state.eq(LineState::Requested)),
        )),
        Scope::AllToDecide => query.filter(exists(
            of_booking().filter(lines::state.eq(LineState::Requested)),
        )),
        Scope::All => query,
    };
    query = match when {
        None => query,
        Some((When::Now, now)) => query.filter(exists(
            live()
                .filter(lines::starts_at.le(At(now)))
                .filter(lines::ends_at.gt(At(now))),
        )),
        Some((When::Next, now)) => {
            query.filter(exists(live().filter(lines::starts_at.gt(At(now)))))
        }
        Some((When::Past, now)) => {
            query.filter(not(exists(live().filter(lines::ends_at.gt(At(now))))))
        }
        Some((When::Until(end), start)) => query.filter(exists(
            live()
                .filter(lines::starts_at.lt(At(end)))
                .filter(lines::ends_at.gt(At(start))),
        )),
    };
    if let Some(before) = before {
        query = query.filter(bookings::id.lt(before));
    }
    let rows: Vec<BookingRow> = query.load(conn)?;
    with_lines(conn, rows)
}

/// A live line with what it takes and whose it is.
#[derive(Debug, Clone, Copy)]
pub struct LiveLine {
    /// Which line.
    pub line: LineId,
    /// Of which booking.
    pub booking: BookingId,
    /// What it is for.
    pub listing: ListingId,
    /// Who decides about it: the owner of the listing when it was booked.
    pub owner: CompanyId,
    /// Whose it is.
    pub company: CompanyId,
    /// Where it is in its life.
    pub state: LineState,
    /// When it ends by itself, if it is a hold.
    pub expires_at: Option<Instant>,
    /// What it takes.
    pub claim: Claim,
}

impl LiveLine {
    /// A line that waits, as it would be listed if it claimed.
    pub fn waiting(listing: &Listing, one: &OnHold) -> Self {
        Self {
            line: one.line,
            booking: one.booking,
            listing: listing.id,
            owner: listing.owner,
            company: one.company,
            state: one.state,
            expires_at: None,
            claim: one.claim,
        }
    }
}

type LiveRow = (
    LineId,
    BookingId,
    ListingId,
    CompanyId,
    CompanyId,
    ProductionId,
    i32,
    At,
    At,
    At,
    At,
    LineState,
    Option<At>,
);

fn live_line(row: LiveRow) -> Result<LiveLine, StoreError> {
    let (
        line,
        booking,
        listing,
        owner,
        company,
        production,
        units,
        starts,
        ends,
        claim_starts,
        claim_ends,
        state,
        expires,
    ) = row;
    let corrupt = || StoreError::Other(format!("line {line}"));
    let claim = Claim {
        production,
        span: Span::new(starts.0, ends.0).map_err(|_| corrupt())?,
        claim: Span::new(claim_starts.0, claim_ends.0).map_err(|_| corrupt())?,
        units: u32::try_from(units).map_err(|_| corrupt())?,
    };
    Ok(LiveLine {
        line,
        booking,
        listing,
        owner,
        company,
        state,
        expires_at: expires.map(|at| at.0),
        claim,
    })
}

/// The live lines of these listings whose claims touch `window`, oldest line first. A hold whose time is
/// up at `now` is none of them, whether or not a job ran.
///
/// `longest_claim_minutes` is the longest claim any of them ever had: no claim that starts earlier than
/// that before the window reaches into it. So the index `lines_claiming (listing_id, claim_starts_at, …)
/// WHERE live` gives a range whose size depends on the window and never on the history behind it.
pub fn touching(
    conn: &mut Conn,
    ids: &[ListingId],
    window: Span,
    longest_claim_minutes: i64,
    now: Instant,
) -> Result<Vec<LiveLine>, StoreError> {
    let earliest = super::listings::earliest_claim_start(window, longest_claim_minutes);
    let chosen = (
        lines::id,
        lines::booking_id,
        lines::listing_id,
        lines::owner_id,
        lines::company_id,
        lines::production_id,
        lines::units,
        lines::starts_at,
        lines::ends_at,
        lines::claim_starts_at,
        lines::claim_ends_at,
        lines::state,
        lines::expires_at,
    );
    let in_window = lines::claim_starts_at
        .ge(At(earliest))
        .and(lines::claim_starts_at.lt(At(window.end())))
        .and(lines::claim_ends_at.gt(At(window.start())))
        .and(
            lines::expires_at
                .is_null()
                .or(lines::expires_at.gt(At(now))),
        );
    let mut rows: Vec<LiveRow> = Vec::new();
    match conn {
        // One round trip for all of them.
        Conn::Postgres(postgres) => {
            rows = lines::table
                .filter(lines::live)
                .filter(lines::listing_id.eq_any(ids.to_vec()))
                .filter(in_window)
                .select(chosen)
                .load(postgres)?;
        }
        // No round trips to save, and a statement without a list is prepared once and kept.
        Conn::Sqlite(sqlite) => {
            for id in ids {
                let of_listing: Vec<LiveRow> = lines::table
                    .filter(lines::live)
                    .filter(lines::listing_id.eq(*id))
                    .filter(in_window)
                    .select(chosen)
                    .load(sqlite)?;
                rows.extend(of_listing);
            }
        }
    }
    rows.sort_unstable_by_key(|row| row.0);
    rows.into_iter().map(live_line).collect()
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = lines)]
struct OnHoldRow {
    id: LineId,
    booking_id: BookingId,
    listing_id: ListingId,
    company_id: CompanyId,
    production_id: ProductionId,
    units: i32,
    starts_at: At,
    ends_at: At,
    claim_starts_at: At,
    claim_ends_at: At,
    state: LineState,
    #[diesel(embed)]
    hold: HoldColumns,
}

impl OnHoldRow {
    fn on_hold(self) -> Result<(ListingId, OnHold), StoreError> {
        let corrupt = || StoreError::Other(format!("line {}", self.id));
        let on_hold = OnHold {
            line: self.id,
            booking: self.booking_id,
            company: self.company_id,
            state: self.state,
            hold: self.hold.hold().ok_or_else(corrupt)?,
            claim: Claim {
                production: self.production_id,
                span: Span::new(self.starts_at.0, self.ends_at.0).map_err(|_| corrupt())?,
                claim: Span::new(self.claim_starts_at.0, self.claim_ends_at.0)
                    .map_err(|_| corrupt())?,
                units: u32::try_from(self.units).map_err(|_| corrupt())?,
            },
        };
        Ok((self.listing_id, on_hold))
    }
}

/// Every line of these listings that is on hold or in line: a handful, by the index `lines_on_hold`.
pub fn on_hold(conn: &mut Conn, ids: &[ListingId]) -> Result<Vec<(ListingId, OnHold)>, StoreError> {
    let rows: Vec<OnHoldRow> = lines::table
        .filter(lines::expires_at.is_not_null())
        .filter(lines::listing_id.eq_any(ids.to_vec()))
        .order((lines::placed_at, lines::id))
        .select(OnHoldRow::as_select())
        .load(conn)?;
    rows.into_iter().map(OnHoldRow::on_hold).collect()
}

/// How many lines a company has on hold or in line.
pub fn count_on_hold(conn: &mut Conn, company: CompanyId, now: Instant) -> Result<i64, StoreError> {
    Ok(lines::table
        .filter(lines::expires_at.gt(At(now)))
        .filter(lines::company_id.eq(company))
        .count()
        .get_result(conn)?)
}

/// Listings with a line whose time is up, the longest due first.
pub fn listings_due(
    conn: &mut Conn,
    now: Instant,
    limit: i64,
) -> Result<Vec<ListingId>, StoreError> {
    let mut due: Vec<ListingId> = lines::table
        .filter(lines::expires_at.le(At(now)))
        .order(lines::expires_at)
        .limit(page(limit))
        .select(lines::listing_id)
        .load(conn)?;
    due.sort_unstable();
    due.dedup();
    Ok(due)
}

/// Bookings with a hold that lapses by `until` and whose holder was not told.
pub fn to_warn(
    conn: &mut Conn,
    now: Instant,
    until: Instant,
    limit: i64,
) -> Result<Vec<BookingId>, StoreError> {
    let mut due: Vec<BookingId> = lines::table
        .filter(lines::expires_at.gt(At(now)))
        .filter(lines::expires_at.le(At(until)))
        .filter(lines::warned_at.is_null())
        .filter(lines::state.eq(LineState::Held))
        .order(lines::expires_at)
        .limit(page(limit))
        .select(lines::booking_id)
        .load(conn)?;
    due.sort_unstable();
    due.dedup();
    Ok(due)
}

/// The listings that live lines claim within `window`, each once.
pub fn claimed_listings(
    conn: &mut Conn,
    window: Span,
    longest_claim_minutes: i64,
) -> Result<Vec<ListingId>, StoreError> {
    let earliest = super::listings::earliest_claim_start(window, longest_claim_minutes);
    Ok(lines::table
        .filter(lines::live)
        .filter(lines::claim_starts_at.ge(At(earliest)))
        .filter(lines::claim_starts_at.lt(At(window.end())))
        .filter(lines::claim_ends_at.gt(At(window.start())))
        .select(lines::listing_id)
        .distinct()
        .load(conn)?)
}

/// Live lines of a listing that end after a moment, the earliest first: what a retirement would hit.
pub fn ahead_of_listing(
    conn: &mut Conn,
    listing: ListingId,
    now: Instant,
    limit: i64,
) -> Result<Vec<BookingId>, StoreError> {
    Ok(lines::table
        .filter(lines::live)
        .filter(lines::listing_id.eq(listing))
        .filter(lines::ends_at.gt(At(now)))
        .order(lines::claim_starts_at)
        .limit(page(limit))
        .select(lines::booking_id)
        .load(conn)?)
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

/// What a board says of a booking beside its lines.
#[derive(Debug, Clone)]
pub struct Heading {
    /// Which booking.
    pub id: BookingId,
    /// Reference for people.
    pub reference: String,
    /// Whose order it is.
    pub company: CompanyId,
    /// What it is for.
    pub production: ProductionId,
    /// What the crew calls it.
    pub title: String,
    /// For `If-Match`.
    pub version: i64,
}

/// How many bookings one query of headings names; SQLite takes a bounded number of them.
const HEADINGS_AT_ONCE: usize = 1_000;

/// Headings of bookings, in any order; unknown ids are left out.
pub fn headings(conn: &mut Conn, ids: &[BookingId]) -> Result<Vec<Heading>, StoreError> {
    type HeadingRow = (BookingId, String, CompanyId, ProductionId, String, i64);
    let mut headings = Vec::with_capacity(ids.len());
    for ids in ids.chunks(HEADINGS_AT_ONCE) {
        let rows: Vec<HeadingRow> = bookings::table
            .filter(bookings::id.eq_any(ids.to_vec()))
            .select((
                bookings::id,
                bookings::reference,
                bookings::company_id,
                bookings::production_id,
                bookings::title,
                bookings::version,
            ))
            .load(conn)?;
        let heading = |(id, reference, company, production, title, version)| Heading {
            id,
            reference,
            company,
            production,
            title,
            version,
        };
        headings.extend(rows.into_iter().map(heading));
    }
    Ok(headings)
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

/// Bookings whose live lines end after `since`, for a calendar feed; oldest first.
pub fn for_feed(
    conn: &mut Conn,
    scope: FeedOf,
    since: Instant,
    limit: i64,
) -> Result<Vec<Booking>, StoreError> {
    use diesel::dsl::exists;
    let live = || {
        lines::table
            .filter(lines::booking_id.eq(bookings::id))
            .filter(lines::live)
            .filter(lines::ends_at.gt(At(since)))
    };
    let mut query = bookings::table
        .order(bookings::id)
        .limit(limit)
        .select(BookingRow::as_select())
        .into_boxed();
    query = match scope {
        FeedOf::Member(member) => query
            .filter(bookings::booked_by.eq(member))
            .filter(exists(live())),
        FeedOf::Company(company) => query
            .filter(bookings::company_id.eq(company))
            .filter(exists(live())),
        FeedOf::Listing(listing) => {
            query.filter(exists(live().filter(lines::listing_id.eq(listing))))
        }
    };
    let rows: Vec<BookingRow> = query.load(conn)?;
    with_lines(conn, rows)
}

/// Whose bookings a feed shows.
#[derive(Debug, Clone, Copy)]
pub enum FeedOf {
    /// Those a member made.
    Member(MemberId),
    /// Those of a company.
    Company(CompanyId),
    /// Those of a listing.
    Listing(ListingId),
}
