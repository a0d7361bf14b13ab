//! Rows of the demand ledger: wishes, and for two hours the trace of whose they were.

use chrono::NaiveDate;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::BigInt;

use super::columns::At;
use super::conn::{Conn, insert_rows};
use super::schema::{wish_traces, wishes};
use super::{StoreError, page};
use crate::domain::demand::{Instead, OpenWish, Why, Wish};
use crate::domain::ids::{CompanyId, ListingId, WishId};
use crate::domain::span::{Instant, Span};

/// A wish as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptWish {
    /// Its identifier.
    pub id: WishId,
    /// What was wanted, and why it was not to be had.
    pub wish: Wish,
    /// Category of the listing at that time.
    pub category: String,
    /// Owner of the listing at that time.
    pub owner: CompanyId,
    /// Monday of the week it was wanted for.
    pub week: NaiveDate,
    /// How often it was asked for.
    pub tries: u32,
    /// What was had in the end, of which listing and how many.
    pub instead: Option<(Instead, ListingId, u32)>,
    /// When it was asked for first.
    pub asked_at: Instant,
}

/// A kept wish with the trace of whose it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Traced {
    /// The wish.
    pub kept: KeptWish,
    /// Whose it is.
    pub crew: CompanyId,
    /// When it was asked for first and last.
    pub open: OpenWish,
}

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = wishes, treat_none_as_null = true)]
struct Row {
    id: WishId,
    listing_id: ListingId,
    category: String,
    owner_id: CompanyId,
    week: String,
    starts_at: At,
    ends_at: At,
    units: i32,
    short: i32,
    short_minutes: i64,
    why: Why,
    tries: i32,
    instead: Option<Instead>,
    instead_listing_id: Option<ListingId>,
    instead_units: Option<i32>,
    asked_at: At,
}

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = wish_traces)]
struct TraceRow {
    wish_id: WishId,
    company_id: CompanyId,
    first_at: At,
    last_at: At,
}

impl Row {
    fn of(kept: &KeptWish) -> Result<Self, StoreError> {
        let figure = |count: u32| {
            let too_many = |_| StoreError::Other("a count that does not fit".to_owned());
            i32::try_from(count).map_err(too_many)
        };
        let wish = &kept.wish;
        Ok(Self {
            id: kept.id,
            listing_id: wish.listing,
            category: kept.category.clone(),
            owner_id: kept.owner,
            week: kept.week.to_string(),
            starts_at: wish.span.start().into(),
            ends_at: wish.span.end().into(),
            units: figure(wish.units)?,
            short: figure(wish.short)?,
            short_minutes: wish.short_minutes,
            why: wish.why,
            tries: figure(kept.tries)?,
            instead: kept.instead.map(|(instead, _, _)| instead),
            instead_listing_id: kept.instead.map(|(_, listing, _)| listing),
            instead_units: kept
                .instead
                .map(|(_, _, units)| figure(units))
                .transpose()?,
            asked_at: kept.asked_at.into(),
        })
    }

    fn kept(self) -> Result<KeptWish, StoreError> {
        let corrupt = || StoreError::Other(format!("wish {}", self.id));
        let figure = |count: i32| u32::try_from(count).map_err(|_| corrupt());
        let instead = match (self.instead, self.instead_listing_id, self.instead_units) {
            (Some(instead), Some(listing), Some(units)) => Some((instead, listing, figure(units)?)),
            _ => None,
        };
        Ok(KeptWish {
            id: self.id,
            wish: Wish {
                listing: self.listing_id,
                span: Span::new(self.starts_at.0, self.ends_at.0).map_err(|_| corrupt())?,
                units: figure(self.units)?,
                short: figure(self.short)?,
                short_minutes: self.short_minutes,
                why: self.why,
            },
            owner: self.owner_id,
            week: self.week.parse().map_err(|_| corrupt())?,
            tries: figure(self.tries)?,
            instead,
            asked_at: self.asked_at.0,
            category: self.category,
        })
    }
}

/// The wishes these crews may still ask for again, oldest first.
pub fn open_of(
    conn: &mut Conn,
    crews: &[CompanyId],
    since: Instant,
) -> Result<Vec<Traced>, StoreError> {
    let rows: Vec<(TraceRow, Row)> = wish_traces::table
        .inner_join(wishes::table)
        .filter(wish_traces::company_id.eq_any(crews.to_vec()))
        .filter(wish_traces::first_at.gt(At(since)))
        .order(wish_traces::wish_id)
        .select((TraceRow::as_select(), Row::as_select()))
        .load(conn)?;
    let traced = |(trace, row): (TraceRow, Row)| {
        let kept = row.kept()?;
        Ok(Traced {
            crew: trace.company_id,
            open: OpenWish {
                wish: kept.wish,
                first_at: trace.first_at.0,
                last_at: trace.last_at.0,
            },
            kept,
        })
    };
    rows.into_iter().map(traced).collect()
}

/// Stores new wishes with their traces.
pub fn insert(conn: &mut Conn, new: &[&Traced]) -> Result<(), StoreError> {
    if new.is_empty() {
        return Ok(());
    }
    let rows: Result<Vec<Row>, StoreError> = new.iter().map(|one| Row::of(&one.kept)).collect();
    let traces: Vec<TraceRow> = new.iter().map(|one| trace(one)).collect();
    insert_rows!(conn, wishes::table, rows?)?;
    insert_rows!(conn, wish_traces::table, traces)?;
    Ok(())
}

fn trace(one: &Traced) -> TraceRow {
    TraceRow {
        wish_id: one.kept.id,
        company_id: one.crew,
        first_at: one.open.first_at.into(),
        last_at: one.open.last_at.into(),
    }
}

/// Stores what has become of a wish.
pub fn update(conn: &mut Conn, one: &Traced) -> Result<(), StoreError> {
    diesel::update(wishes::table.find(one.kept.id))
        .set(Row::of(&one.kept)?)
        .execute(conn)?;
    diesel::update(wish_traces::table.find(one.kept.id))
        .set(trace(one))
        .execute(conn)?;
    Ok(())
}

/// Forgets whose wishes were that began before `traces_before`, and wishes that began before `wishes_before`.
pub fn forget(
    conn: &mut Conn,
    traces_before: Instant,
    wishes_before: Instant,
) -> Result<usize, StoreError> {
    let traces = wish_traces::table.filter(wish_traces::first_at.lt(At(traces_before)));
    let old = wishes::table.filter(wishes::asked_at.lt(At(wishes_before)));
    Ok(diesel::delete(traces).execute(conn)? + diesel::delete(old).execute(conn)?)
}

/// Which wishes; what is `None` narrows nothing.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Of this owner's listings.
    pub owner: Option<CompanyId>,
    /// Of this listing.
    pub listing: Option<ListingId>,
    /// Of this category.
    pub category: Option<String>,
    /// For weeks from this Monday on.
    pub from: Option<NaiveDate>,
    /// For weeks up to this Monday.
    pub to: Option<NaiveDate>,
}

words! {
    /// What wishes are summed up by.
    By {
        /// Each listing.
        Listing = "listing",
        /// Each category.
        Category = "category",
        /// Each week.
        Week = "week",
    }
}

/// Wishes summed up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sum {
    /// Text of the listing's id, the category, or the Monday.
    pub key: String,
    /// How many wishes.
    pub wishes: i64,
    /// How often they were asked for.
    pub tries: i64,
    /// Of how many nothing came at all.
    pub unmet: i64,
    /// Units that were short × minutes in which they were.
    pub short_minutes: i64,
}

/// A boxed query of wishes, narrowed.
macro_rules! narrow {
    ($query:expr, $filter:expr) => {{
        let mut query = $query;
        let filter: &Filter = $filter;
        if let Some(owner) = filter.owner {
            query = query.filter(wishes::owner_id.eq(owner));
        }
        if let Some(listing) = filter.listing {
            query = query.filter(wishes::listing_id.eq(listing));
        }
        if let Some(category) = &filter.category {
            query = query.filter(wishes::category.eq(category.clone()));
        }
        if let Some(from) = filter.from {
            query = query.filter(wishes::week.ge(from.to_string()));
        }
        if let Some(to) = filter.to {
            query = query.filter(wishes::week.le(to.to_string()));
        }
        query
    }};
}

/// What is summed up of units that were short × minutes in which they were.
const SHORT_SQL: &str = "CAST(SUM(short_minutes) AS BIGINT)";

/// Wishes summed up by an expression, in an order.
macro_rules! summed {
    ($conn:expr, $filter:expr, $by:expr, $order:expr, $offset:expr, $limit:expr) => {{
        let found: Vec<(_, i64, i64, i64, i64)> = narrow!(
            wishes::table
                .group_by($by)
                .select((
                    $by,
                    sql::<BigInt>("COUNT(*)"),
                    sql::<BigInt>("CAST(SUM(tries) AS BIGINT)"),
                    sql::<BigInt>("COUNT(*) - COUNT(instead)"),
                    sql::<BigInt>(SHORT_SQL),
                ))
                .order($order)
                .offset($offset)
                .limit(page($limit))
                .into_boxed(),
            $filter
        )
        .load($conn)?;
        found
    }};
}

/// A page of sums: the listings and categories that were short most first, weeks from the latest on.
pub fn sums(
    conn: &mut Conn,
    filter: &Filter,
    by: By,
    offset: i64,
    limit: i64,
) -> Result<Vec<Sum>, StoreError> {
    fn sum<K: ToString>((key, wishes, tries, unmet, short): (K, i64, i64, i64, i64)) -> Sum {
        Sum {
            key: key.to_string(),
            wishes,
            tries,
            unmet,
            short_minutes: short,
        }
    }
    let most_short = sql::<BigInt>(SHORT_SQL).desc();
    Ok(match by {
        By::Listing => {
            let order = (most_short, wishes::listing_id);
            let rows: Vec<(ListingId, i64, i64, i64, i64)> =
                summed!(conn, filter, wishes::listing_id, order, offset, limit);
            rows.into_iter().map(sum).collect()
        }
        By::Category => {
            let order = (most_short, wishes::category);
            let rows: Vec<(String, i64, i64, i64, i64)> =
                summed!(conn, filter, wishes::category, order, offset, limit);
            rows.into_iter().map(sum).collect()
        }
        By::Week => {
            let order = wishes::week.desc();
            let rows: Vec<(String, i64, i64, i64, i64)> =
                summed!(conn, filter, wishes::week, order, offset, limit);
            rows.into_iter().map(sum).collect()
        }
    })
}

/// Why, and how often, of each of these keys.
pub fn whys(
    conn: &mut Conn,
    filter: &Filter,
    by: By,
    keys: &[String],
) -> Result<Vec<(String, Why, i64)>, StoreError> {
    macro_rules! counted {
        ($by:expr, $keys:expr) => {
            narrow!(
                wishes::table
                    .filter($by.eq_any($keys))
                    .group_by(($by, wishes::why))
                    .select(($by, wishes::why, sql::<BigInt>("COUNT(*)")))
                    .into_boxed(),
                filter
            )
            .load(conn)?
        };
    }
    Ok(match by {
        By::Listing => {
            let ids: Vec<ListingId> = keys.iter().filter_map(|key| key.parse().ok()).collect();
            let rows: Vec<(ListingId, Why, i64)> = counted!(wishes::listing_id, ids);
            rows.into_iter()
                .map(|(id, why, count)| (id.to_string(), why, count))
                .collect()
        }
        By::Category => counted!(wishes::category, keys.to_vec()),
        By::Week => counted!(wishes::week, keys.to_vec()),
    })
}

/// A page of the wishes themselves, newest first.
pub fn list(
    conn: &mut Conn,
    filter: &Filter,
    before: Option<WishId>,
    limit: i64,
) -> Result<Vec<KeptWish>, StoreError> {
    let mut query = narrow!(
        wishes::table
            .order(wishes::id.desc())
            .limit(page(limit))
            .select(Row::as_select())
            .into_boxed(),
        filter
    );
    if let Some(before) = before {
        query = query.filter(wishes::id.lt(before));
    }
    let rows: Vec<Row> = query.load(conn)?;
    rows.into_iter().map(Row::kept).collect()
}
