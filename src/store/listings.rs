//! Rows of listings, the lock a booking takes on them, and the catalogue's pages.

pub(super) mod filter;
mod refresh;

use diesel::prelude::*;

pub(super) use self::filter::narrow;
pub use self::filter::{Filter, Visibility};
use self::refresh::SEARCH_VERSION;
pub use self::refresh::refresh_search_texts;
use super::columns::At;
use super::conn::{Conn, insert_rows, load_each};
use super::schema::listings;
use super::{StoreError, page, search_words};
use crate::domain::ids::{CompanyId, ListingId, SiteId};
use crate::domain::listing::{Kind, Listing, ListingState};
use crate::domain::money::Money;
use crate::domain::people::Names;
use crate::domain::policy::{MOST_BUFFER_MINUTES, Policy};
use crate::domain::price::Rates;
use crate::domain::search;
use crate::domain::span::Instant;

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = listings)]
#[diesel(treat_none_as_null = true)]
struct Row {
    id: ListingId,
    code: String,
    kind: Kind,
    category: String,
    name_zh: String,
    name_en: String,
    description_zh: String,
    description_en: String,
    tags: String,
    alike: String,
    search_text: String,
    search_version: i32,
    site_id: SiteId,
    owner_id: CompanyId,
    state: ListingState,
    quantity: i32,
    area_sqm: Option<i32>,
    currency: String,
    day_rate_minor: Option<i64>,
    hour_rate_minor: Option<i64>,
    deposit_minor: i64,
    own_rules: String,
    longest_buffer_minutes: i32,
    parts: i32,
    version: i64,
}

impl Row {
    fn of(listing: &Listing) -> Result<Self, StoreError> {
        let too_many = |_| StoreError::Other("a count that does not fit".to_owned());
        let own_rules = serde_json::to_string(&listing.own_rules);
        Ok(Self {
            id: listing.id,
            code: listing.code.clone(),
            kind: listing.kind,
            category: listing.category.clone(),
            name_zh: listing.names.zh.clone(),
            name_en: listing.names.en.clone(),
            description_zh: listing.descriptions.zh.clone(),
            description_en: listing.descriptions.en.clone(),
            tags: listing.tags.join(" "),
            alike: listing.alike.clone(),
            search_text: search::text_of(listing),
            search_version: SEARCH_VERSION,
            site_id: listing.site,
            owner_id: listing.owner,
            state: listing.state,
            quantity: i32::try_from(listing.quantity).map_err(too_many)?,
            area_sqm: listing
                .area_sqm
                .map(i32::try_from)
                .transpose()
                .map_err(too_many)?,
            currency: listing.rates.deposit.currency.as_str().to_owned(),
            day_rate_minor: listing.rates.day.map(|rate| rate.minor),
            hour_rate_minor: listing.rates.hour.map(|rate| rate.minor),
            deposit_minor: listing.rates.deposit.minor,
            own_rules: own_rules.map_err(|error| StoreError::Other(error.to_string()))?,
            longest_buffer_minutes: i32::try_from(own_buffer(listing)).map_err(too_many)?,
            parts: i32::try_from(listing.parts).map_err(too_many)?,
            version: listing.version,
        })
    }

    fn listing(self) -> Result<Listing, StoreError> {
        let corrupt = |what: &str| StoreError::Other(format!("{what} of {}", self.id));
        let currency = self.currency.parse().map_err(|_| corrupt("currency"))?;
        let money = |minor: i64| Money { minor, currency };
        Ok(Listing {
            own_rules: serde_json::from_str(&self.own_rules).map_err(|_| corrupt("rules"))?,
            quantity: u32::try_from(self.quantity).map_err(|_| corrupt("quantity"))?,
            parts: u32::try_from(self.parts).map_err(|_| corrupt("parts"))?,
            area_sqm: self.area_sqm.and_then(|area| u32::try_from(area).ok()),
            rates: Rates {
                day: self.day_rate_minor.map(money),
                hour: self.hour_rate_minor.map(money),
                deposit: money(self.deposit_minor),
            },
            id: self.id,
            code: self.code,
            kind: self.kind,
            category: self.category,
            names: Names {
                zh: self.name_zh,
                en: self.name_en,
            },
            descriptions: Names {
                zh: self.description_zh,
                en: self.description_en,
            },
            tags: self.tags.split_whitespace().map(str::to_owned).collect(),
            alike: self.alike,
            site: self.site_id,
            owner: self.owner_id,
            state: self.state,
            version: self.version,
        })
    }
}

/// The longest setup or turnaround a listing sets itself.
fn own_buffer(listing: &Listing) -> u32 {
    let rules = &listing.own_rules;
    let buffers = [rules.setup_minutes, rules.turnaround_minutes];
    buffers.into_iter().flatten().max().unwrap_or(0)
}

/// A listing under lock, with the longest claim it ever had: no live claim that starts earlier than
/// that before a span can reach into it.
pub struct Locked {
    /// The listing.
    pub listing: Listing,
    /// In minutes, setup and turnaround included.
    pub longest_claim_minutes: i64,
}

/// Takes the listings' rows, in order of their ids, so that writers on one listing queue and writers on
/// others do not. The claims must be read in a later statement: only that one sees what the writer
/// before committed (READ COMMITTED takes its snapshot per statement).
///
/// On SQLite the one writer is the lock.
pub fn lock(conn: &mut Conn, ids: &[ListingId]) -> Result<Vec<Locked>, StoreError> {
    let mut ordered = ids.to_vec();
    ordered.sort_unstable();
    ordered.dedup();
    let rows: Vec<(Row, i64)> = match conn {
        Conn::Postgres(postgres) => listings::table
            .filter(listings::id.eq_any(ordered))
            .order(listings::id)
            .select((Row::as_select(), listings::longest_claim_minutes))
            .for_no_key_update()
            .load(postgres)?,
        Conn::Sqlite(sqlite) => {
            let mut rows = Vec::with_capacity(ordered.len());
            for id in ordered {
                let row: Option<(Row, i64)> = listings::table
                    .find(id)
                    .select((Row::as_select(), listings::longest_claim_minutes))
                    .first(sqlite)
                    .optional()?;
                rows.extend(row);
            }
            rows
        }
    };
    let locked = |(row, longest_claim_minutes): (Row, i64)| {
        Ok(Locked {
            listing: row.listing()?,
            longest_claim_minutes,
        })
    };
    rows.into_iter().map(locked).collect()
}

/// Remembers a claim longer than any before.
pub fn remember_longest_claim(
    conn: &mut Conn,
    id: ListingId,
    minutes: i64,
) -> Result<(), StoreError> {
    diesel::update(listings::table.find(id))
        .set(listings::longest_claim_minutes.eq(minutes))
        .execute(conn)?;
    Ok(())
}

/// The longest claim any listing ever had, in minutes: one look at the end of an index.
pub fn longest_claim_of_all(conn: &mut Conn) -> Result<i64, StoreError> {
    let longest: Option<i64> = listings::table
        .order(listings::longest_claim_minutes.desc())
        .select(listings::longest_claim_minutes)
        .first(conn)
        .optional()?;
    Ok(longest.unwrap_or(0))
}

/// The longest setup or turnaround any listing has, in minutes: one look at the end of an index, and at what holds
/// where a listing says nothing.
pub fn longest_buffer_of_all(conn: &mut Conn) -> Result<u32, StoreError> {
    let own: Option<i32> = listings::table
        .order(listings::longest_buffer_minutes.desc())
        .select(listings::longest_buffer_minutes)
        .first(conn)
        .optional()?;
    let own = u32::try_from(own.unwrap_or(0)).unwrap_or(MOST_BUFFER_MINUTES);
    let of_kinds = Kind::ALL.iter().map(|kind| Policy::of_kind(*kind));
    let of_kinds = of_kinds.map(|policy| policy.setup_minutes.max(policy.turnaround_minutes));
    Ok(of_kinds.fold(own, u32::max))
}

/// Stores a new listing.
pub fn insert(conn: &mut Conn, listing: &Listing, now: Instant) -> Result<(), StoreError> {
    let row = Row::of(listing)?;
    let rest = (
        listings::longest_claim_minutes.eq(0_i64),
        listings::created_at.eq(At(now)),
    );
    diesel::insert_into(listings::table)
        .values((row, rest))
        .execute(conn)?;
    search_words::remember(conn, [listing])
}

/// Stores several new listings.
pub fn insert_all(conn: &mut Conn, new: &[Listing], now: Instant) -> Result<(), StoreError> {
    let rest = (
        listings::longest_claim_minutes.eq(0_i64),
        listings::created_at.eq(At(now)),
    );
    let mut rows = Vec::with_capacity(new.len());
    for listing in new {
        rows.push((Row::of(listing)?, rest));
    }
    insert_rows!(conn, listings::table, rows)?;
    search_words::remember(conn, new)
}

/// Stores an edit made under lock.
pub fn update(conn: &mut Conn, listing: &Listing) -> Result<(), StoreError> {
    update_all(conn, std::slice::from_ref(listing))
}

/// Stores edits made under lock.
pub fn update_all(conn: &mut Conn, changed: &[Listing]) -> Result<(), StoreError> {
    for listing in changed {
        diesel::update(listings::table.find(listing.id))
            .set(Row::of(listing)?)
            .execute(conn)?;
    }
    search_words::remember(conn, changed)
}

/// One listing.
pub fn find(conn: &mut Conn, id: ListingId) -> Result<Listing, StoreError> {
    let row: Row = listings::table
        .find(id)
        .select(Row::as_select())
        .first(conn)?;
    row.listing()
}

/// The listing with this code.
pub fn find_by_code(conn: &mut Conn, code: &str) -> Result<Option<Listing>, StoreError> {
    let row: Option<Row> = listings::table
        .filter(listings::code.eq(code))
        .select(Row::as_select())
        .first(conn)
        .optional()?;
    row.map(Row::listing).transpose()
}

/// The listings with these codes, in any order; unknown ones are left out.
pub fn find_by_codes(conn: &mut Conn, codes: &[String]) -> Result<Vec<Listing>, StoreError> {
    let rows: Vec<Row> = listings::table
        .filter(listings::code.eq_any(codes.to_vec()))
        .select(Row::as_select())
        .load(conn)?;
    rows.into_iter().map(Row::listing).collect()
}

/// The ids of the listings with these codes, in any order.
pub fn ids_by_codes(conn: &mut Conn, codes: &[String]) -> Result<Vec<ListingId>, StoreError> {
    Ok(listings::table
        .filter(listings::code.eq_any(codes.to_vec()))
        .select(listings::id)
        .load(conn)?)
}

/// Several listings, in any order; unknown ids are left out.
pub fn find_all(conn: &mut Conn, ids: &[ListingId]) -> Result<Vec<Listing>, StoreError> {
    let all: Vec<Row> = load_each!(
        conn,
        listings::table.select(Row::as_select()),
        listings::id,
        ids
    )?;
    all.into_iter().map(Row::listing).collect()
}

/// The ids of everything at a site.
pub fn ids_at_site(conn: &mut Conn, site: SiteId) -> Result<Vec<ListingId>, StoreError> {
    Ok(listings::table
        .filter(listings::site_id.eq(site))
        .order(listings::id)
        .select(listings::id)
        .load(conn)?)
}

/// The categories of what is published, by kind.
pub fn categories(conn: &mut Conn) -> Result<Vec<(Kind, String)>, StoreError> {
    Ok(listings::table
        .filter(listings::state.eq(ListingState::Published))
        .select((listings::kind, listings::category))
        .distinct()
        .order((listings::kind, listings::category))
        .limit(MOST_CATEGORIES)
        .load(conn)?)
}

/// More would be no help to anybody who looks for something.
const MOST_CATEGORIES: i64 = 500;

/// A page of listings, by code.
pub fn list(
    conn: &mut Conn,
    filter: &Filter,
    after: Option<&str>,
    limit: i64,
) -> Result<Vec<Listing>, StoreError> {
    let mut query = narrow!(listings::table.into_boxed(), filter)
        .order(listings::code)
        .limit(page(limit));
    if let Some(after) = after {
        query = query.filter(listings::code.gt(after.to_owned()));
    }
    let rows: Vec<Row> = query.select(Row::as_select()).load(conn)?;
    rows.into_iter().map(Row::listing).collect()
}

/// The codes of what comes after `after`, by code: where later pages begin.
pub fn codes(
    conn: &mut Conn,
    filter: &Filter,
    after: Option<&str>,
    limit: i64,
) -> Result<Vec<String>, StoreError> {
    let mut query = narrow!(listings::table.into_boxed(), filter)
        .order(listings::code)
        .limit(limit);
    if let Some(after) = after {
        query = query.filter(listings::code.gt(after.to_owned()));
    }
    Ok(query.select(listings::code).load(conn)?)
}

/// The ids behind these codes, in any order; unknown codes are left out.
pub fn ids_of_codes(conn: &mut Conn, codes: &[String]) -> Result<Vec<ListingId>, StoreError> {
    Ok(listings::table
        .filter(listings::code.eq_any(codes.to_vec()))
        .select(listings::id)
        .load(conn)?)
}
