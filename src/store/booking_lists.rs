//! Pages of bookings: whose, and where their lines are in time; what a board and a feed show of them.

use diesel::prelude::*;

use super::bookings::{BookingRow, with_lines};
use super::columns::At;
use super::conn::Conn;
use super::schema::{bookings, lines};
use super::{StoreError, page};
use crate::domain::booking::{Booking, LineState};
use crate::domain::ids::{BookingId, CompanyId, ListingId, MemberId, ProductionId};
use crate::domain::span::Instant;

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

/// What a list of bookings is narrowed to.
#[derive(Debug, Clone, Copy)]
pub struct Narrowing {
    /// Whose.
    pub scope: Scope,
    /// When.
    pub when: Option<(When, Instant)>,
    /// For which drama.
    pub production: Option<ProductionId>,
}

impl Narrowing {
    /// At any time, for any drama.
    pub const fn whose(scope: Scope) -> Self {
        Self {
            scope,
            when: None,
            production: None,
        }
    }
}

/// A page of bookings, newest first.
pub fn list(
    conn: &mut Conn,
    to: Narrowing,
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
    query = match to.scope {
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
    query = match to.when {
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
    if let Some(production) = to.production {
        query = query.filter(bookings::production_id.eq(production));
    }
    if let Some(before) = before {
        query = query.filter(bookings::id.lt(before));
    }
    let rows: Vec<BookingRow> = query.load(conn)?;
    with_lines(conn, rows)
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
        FeedOf::Company(company) => {
            let of_company = lines::table
                .filter(lines::live)
                .filter(lines::company_id.eq(company))
                .filter(lines::ends_at.gt(At(since)))
                .select(lines::booking_id);
            query.filter(bookings::id.eq_any(of_company))
        }
        FeedOf::Listing(listing) => {
            let longest = super::listings::longest_claim_of_all(conn)?;
            let earliest = since - chrono::TimeDelta::minutes(longest);
            // From its lines to their bookings: the other way round every booking of the cluster is looked at.
            let of_listing = lines::table
                .filter(lines::live)
                .filter(lines::listing_id.eq(listing))
                .filter(lines::claim_starts_at.gt(At(earliest)))
                .filter(lines::ends_at.gt(At(since)))
                .select(lines::booking_id);
            query.filter(bookings::id.eq_any(of_listing))
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
