//! Rows of listings, the lock a booking takes on them, and the catalogue's pages.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;

use super::columns::At;
use super::conn::MultiBackend;
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

/// What a page of the catalogue is narrowed to.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Words that must all occur in names, code, category, tags or descriptions.
    pub words: Vec<String>,
    /// Of each of these, one word at least must occur.
    pub one_of_each: Vec<Vec<String>>,
    /// Of this kind.
    pub kind: Option<Kind>,
    /// Of this category.
    pub category: Option<String>,
    /// At this site.
    pub site: Option<SiteId>,
    /// Of this owner.
    pub owner: Option<CompanyId>,
    /// With this tag.
    pub tag: Option<String>,
    /// For at most this much, in minor units: a day, or an hour where there is no day rate.
    pub price_to_minor: Option<i64>,
    /// The kits that cost no more than that: they have no rates of their own, so whoever asks says which they are.
    pub kits_in_price: Vec<ListingId>,
    /// With at least this many units, if it is to be had at all; of a kit its parts say so.
    pub quantity: Option<i32>,
    /// Only what has units of its own: no kits.
    pub without_kits: bool,
    /// Not one of these.
    pub without: Vec<ListingId>,
    /// In this state.
    pub state: Option<ListingState>,
    /// Whose drafts and retired listings may be seen besides what is published; `None` is everyone's.
    pub unpublished_of: Visibility,
}

/// Whose unpublished listings a reader sees.
#[derive(Debug, Clone, Copy, Default)]
pub enum Visibility {
    /// Nobody's.
    #[default]
    PublishedOnly,
    /// One company's besides what is published.
    AlsoOf(CompanyId),
    /// Everyone's.
    Everything,
}

/// What a person compares prices by: the day rate, or the hour rate where there is no day rate.
pub(super) const PRICE_SQL: &str = "COALESCE(day_rate_minor, hour_rate_minor)";

/// Narrows a boxed query over listings, whatever it selects: plain pages and the counts of
/// [`super::facets`] are types that no function could take both of.
macro_rules! narrow {
    ($query:expr, $filter:expr) => {{
        use $crate::store::listings::{PRICE_SQL, Visibility, contains, contains_one};
        let filter: &$crate::store::listings::Filter = $filter;
        let mut query = $query;
        query = match filter.unpublished_of {
            Visibility::PublishedOnly => {
                query.filter(listings::state.eq($crate::domain::listing::ListingState::Published))
            }
            Visibility::AlsoOf(company) => query.filter(
                listings::state
                    .eq($crate::domain::listing::ListingState::Published)
                    .or(listings::owner_id.eq(company)),
            ),
            Visibility::Everything => query,
        };
        if let Some(state) = filter.state {
            query = query.filter(listings::state.eq(state));
        }
        if let Some(kind) = filter.kind {
            query = query.filter(listings::kind.eq(kind));
        }
        if let Some(category) = &filter.category {
            query = query.filter(listings::category.eq(category));
        }
        if let Some(site) = filter.site {
            query = query.filter(listings::site_id.eq(site));
        }
        if let Some(owner) = filter.owner {
            query = query.filter(listings::owner_id.eq(owner));
        }
        for word in &filter.words {
            query = query.filter(listings::search_text.like(contains(word)).escape('!'));
        }
        for words in &filter.one_of_each {
            query = query.filter(contains_one(words));
        }
        if let Some(tag) = &filter.tag {
            let padded = diesel::dsl::sql::<diesel::sql_types::Text>("' ' || tags || ' '");
            query = query.filter(padded.like(contains(&format!(" {tag} "))).escape('!'));
        }
        if let Some(most) = filter.price_to_minor {
            let price = diesel::dsl::sql::<diesel::sql_types::Nullable<diesel::sql_types::BigInt>>(
                PRICE_SQL,
            );
            let is_kit_in_price = listings::id.eq_any(&filter.kits_in_price);
            query = query.filter(price.le(most).or(is_kit_in_price));
        }
        if let Some(units) = filter.quantity {
            query = query.filter(listings::quantity.ge(units).or(listings::parts.gt(0)));
        }
        if filter.without_kits {
            query = query.filter(listings::parts.eq(0));
        }
        if !filter.without.is_empty() {
            query = query.filter(listings::id.ne_all(&filter.without));
        }
        query
    }};
}
pub(super) use narrow;

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

/// The way [`search::text_of`] writes what is looked into: one more whenever it writes another text, or another column is
/// to be made of what is stored.
const SEARCH_VERSION: i32 = 3;
/// Listings that are written anew in one transaction.
const MOST_REFRESHED: i64 = 500;

/// Writes anew what a search looks into, of listings an older Backlot stored. Several servers may do so at once:
/// whoever edits a listing meanwhile writes the new text too.
pub fn refresh_search_texts(conn: &mut Conn) -> Result<usize, StoreError> {
    let begin = if conn.is_sqlite() {
        "BEGIN IMMEDIATE"
    } else {
        "BEGIN"
    };
    let mut refreshed = 0;
    loop {
        let old: Vec<Row> = listings::table
            .filter(listings::search_version.lt(SEARCH_VERSION))
            .order(listings::id)
            .limit(MOST_REFRESHED)
            .select(Row::as_select())
            .load(conn)?;
        if old.is_empty() {
            return Ok(refreshed);
        }
        refreshed += old.len();
        conn.batch_execute(begin)?;
        let written = old.into_iter().try_for_each(|row| refresh(conn, row));
        conn.batch_execute(if written.is_ok() {
            "COMMIT"
        } else {
            "ROLLBACK"
        })?;
        written?;
    }
}

fn refresh(conn: &mut Conn, row: Row) -> Result<(), StoreError> {
    let listing = row.listing()?;
    let unchanged = listings::table
        .find(listing.id)
        .filter(listings::version.eq(listing.version));
    diesel::update(unchanged)
        .set((
            listings::search_text.eq(search::text_of(&listing)),
            listings::search_version.eq(SEARCH_VERSION),
            listings::longest_buffer_minutes
                .eq(i32::try_from(own_buffer(&listing)).unwrap_or(i32::MAX)),
        ))
        .execute(conn)?;
    search_words::remember(conn, [&listing])
}

/// That a listing contains one of these words; of none it contains nothing.
pub(super) fn contains_one(
    words: &[String],
) -> Box<dyn BoxableExpression<listings::table, MultiBackend, SqlType = diesel::sql_types::Bool>> {
    let mut any: Box<dyn BoxableExpression<_, _, SqlType = _>> =
        Box::new(diesel::dsl::sql::<diesel::sql_types::Bool>("1 = 0"));
    for word in words {
        any = Box::new(any.or(listings::search_text.like(contains(word)).escape('!')));
    }
    any
}

/// A LIKE pattern for "contains", with the text's own wildcards taken literally.
pub(super) fn contains(text: &str) -> String {
    let literal = search::folded(text)
        .replace('!', "!!")
        .replace('%', "!%")
        .replace('_', "!_");
    format!("%{literal}%")
}
