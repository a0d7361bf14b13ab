//! Glances: the few columns of many listings by which a search puts them in order and counts them. One look
//! over the table, however many facets are counted.

use diesel::prelude::*;

use super::StoreError;
use super::conn::Conn;
use super::listings::{Filter, narrow};
use super::schema::listings;
use crate::domain::ids::{CompanyId, ListingId, SiteId};
use crate::domain::listing::Kind;
use crate::domain::search::Sought;

/// What is seen of a listing at a glance.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = listings)]
pub struct Glance {
    /// Its identifier.
    pub id: ListingId,
    /// Its code.
    pub code: String,
    /// Its kind.
    pub kind: Kind,
    /// A slug.
    pub category: String,
    /// In Chinese.
    pub name_zh: String,
    /// In English.
    pub name_en: String,
    /// Slugs, with spaces between.
    pub tags: String,
    /// With what it does in each other's place.
    pub alike: String,
    /// Where it is.
    pub site_id: SiteId,
    /// Whose it is.
    pub owner_id: CompanyId,
    /// How many units there are.
    pub quantity: i32,
    /// How many parts it is made of; with any it is a kit.
    pub parts: i32,
    /// For a day.
    pub day_rate_minor: Option<i64>,
    /// For an hour.
    pub hour_rate_minor: Option<i64>,
}

impl Glance {
    /// What people compare prices by: the day rate, or the hour rate where there is none.
    pub fn price(&self) -> Option<i64> {
        self.day_rate_minor.or(self.hour_rate_minor)
    }

    /// What a search asks of it.
    pub fn sought(&self) -> Sought<'_> {
        Sought {
            code: &self.code,
            name_zh: &self.name_zh,
            name_en: &self.name_en,
            category: &self.category,
            tags: &self.tags,
        }
    }
}

/// The most listings that are looked over; more than a cluster has.
const MOST: i64 = 200_000;

/// What a filter leaves, by code.
pub fn all(conn: &mut Conn, filter: &Filter) -> Result<Vec<Glance>, StoreError> {
    Ok(narrow!(listings::table.into_boxed(), filter)
        .order(listings::code)
        .limit(MOST)
        .select(Glance::as_select())
        .load(conn)?)
}
