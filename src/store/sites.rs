//! Rows of sites.

use diesel::prelude::*;

use super::conn::{Conn, load_each};
use super::schema::sites;
use super::{StoreError, page};
use crate::domain::hours::OpeningHours;
use crate::domain::ids::{Id, SiteId};
use crate::domain::people::Names;

/// A place in the cluster.
#[derive(Debug, Clone, PartialEq)]
pub struct Site {
    /// Its identifier.
    pub id: SiteId,
    /// Short code.
    pub code: String,
    /// Its names.
    pub names: Names,
    /// When it is open; `None` is always.
    pub hours: Option<OpeningHours>,
    /// Grows with each edit.
    pub version: i64,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = sites)]
struct Row {
    id: SiteId,
    code: String,
    name_zh: String,
    name_en: String,
    hours: Option<String>,
    version: i64,
}

impl Row {
    fn site(self) -> Result<Site, StoreError> {
        let hours = self
            .hours
            .map(|text| serde_json::from_str(&text))
            .transpose();
        let hours =
            hours.map_err(|error| StoreError::Other(format!("hours of {}: {error}", self.id)))?;
        Ok(Site {
            id: self.id,
            code: self.code,
            names: Names {
                zh: self.name_zh,
                en: self.name_en,
            },
            hours,
            version: self.version,
        })
    }
}

fn write_hours(site: &Site) -> Result<Option<String>, StoreError> {
    let text = site.hours.as_ref().map(serde_json::to_string).transpose();
    text.map_err(|error| StoreError::Other(error.to_string()))
}

/// Stores a new site.
pub fn insert(conn: &mut Conn, site: &Site) -> Result<(), StoreError> {
    let row = Row {
        id: site.id,
        code: site.code.clone(),
        name_zh: site.names.zh.clone(),
        name_en: site.names.en.clone(),
        hours: write_hours(site)?,
        version: site.version,
    };
    diesel::insert_into(sites::table)
        .values(row)
        .execute(conn)?;
    Ok(())
}

/// 16 kB.
const PROBE_LETTERS: usize = 8 * 1024;

/// Writes a row and takes it away again in the same transaction: says whether anything can be written, and leaves
/// nothing. Not an update that changes nothing: that need not touch the disk. As long as a large booking, so that a
/// corner of a page does not do.
pub fn probe(conn: &mut Conn) -> Result<(), StoreError> {
    let row = Row {
        id: SiteId::from_raw(0),
        code: "\u{b7}".to_owned(),
        name_zh: "\u{b7}".repeat(PROBE_LETTERS),
        name_en: String::new(),
        hours: None,
        version: 0,
    };
    let id = row.id;
    diesel::insert_into(sites::table)
        .values(row)
        .execute(conn)?;
    diesel::delete(sites::table.find(id)).execute(conn)?;
    Ok(())
}

/// Stores an edit made on version `expected`; says whether that was still the version.
pub fn update(conn: &mut Conn, site: &Site, expected: i64) -> Result<bool, StoreError> {
    let row = sites::table
        .find(site.id)
        .filter(sites::version.eq(expected));
    let changed = diesel::update(row)
        .set((
            sites::code.eq(&site.code),
            sites::name_zh.eq(&site.names.zh),
            sites::name_en.eq(&site.names.en),
            sites::hours.eq(write_hours(site)?),
            sites::version.eq(site.version),
        ))
        .execute(conn)?;
    Ok(changed == 1)
}

/// One site.
pub fn find(conn: &mut Conn, id: SiteId) -> Result<Site, StoreError> {
    let row: Row = sites::table.find(id).select(Row::as_select()).first(conn)?;
    row.site()
}

/// The site with this code.
pub fn find_by_code(conn: &mut Conn, code: &str) -> Result<Option<Site>, StoreError> {
    let row: Option<Row> = sites::table
        .filter(sites::code.eq(code))
        .select(Row::as_select())
        .first(conn)
        .optional()?;
    row.map(Row::site).transpose()
}

/// One site, whose row nobody else locks until this transaction ends: what is put there and what closes
/// all of it must not pass each other.
pub fn lock(conn: &mut Conn, id: SiteId) -> Result<Site, StoreError> {
    let row: Row = match conn {
        Conn::Postgres(postgres) => sites::table
            .find(id)
            .select(Row::as_select())
            .for_no_key_update()
            .first(postgres)?,
        Conn::Sqlite(sqlite) => sites::table
            .find(id)
            .select(Row::as_select())
            .first(sqlite)?,
    };
    row.site()
}

/// Several sites, in any order; unknown ids are left out.
pub fn find_all(conn: &mut Conn, ids: &[SiteId]) -> Result<Vec<Site>, StoreError> {
    let all: Vec<Row> = load_each!(conn, sites::table.select(Row::as_select()), sites::id, ids)?;
    all.into_iter().map(Row::site).collect()
}

/// A page of all sites, by code.
pub fn list(conn: &mut Conn, after: Option<&str>, limit: i64) -> Result<Vec<Site>, StoreError> {
    let rows: Vec<Row> = sites::table
        .filter(sites::code.gt(after.unwrap_or_default()))
        .order(sites::code)
        .limit(page(limit))
        .select(Row::as_select())
        .load(conn)?;
    rows.into_iter().map(Row::site).collect()
}
