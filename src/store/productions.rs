//! Rows of productions.

use chrono::NaiveDate;
use diesel::prelude::*;

use super::columns::At;
use super::conn::{Conn, load_each, on_engine};
use super::schema::productions;
use super::{StoreError, page};
use crate::domain::ids::{CompanyId, ProductionId};
use crate::domain::span::Instant;

/// A drama being shot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Production {
    /// Its identifier.
    pub id: ProductionId,
    /// Whose it is.
    pub company: CompanyId,
    /// Its title.
    pub title: String,
    /// Filing class: `key`, `ordinary`, `other`, or not known yet.
    pub filing_class: Option<String>,
    /// Filing number, or empty.
    pub filing_number: String,
    /// First day of the shoot.
    pub starts_on: Option<NaiveDate>,
    /// Last day of the shoot.
    pub ends_on: Option<NaiveDate>,
    /// Grows with each edit.
    pub version: i64,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = productions)]
struct Row {
    id: ProductionId,
    company_id: CompanyId,
    title: String,
    filing_class: Option<String>,
    filing_number: String,
    starts_on: Option<String>,
    ends_on: Option<String>,
    version: i64,
    created_at: At,
}

impl Row {
    fn production(self) -> Production {
        let date = |text: Option<String>| text.and_then(|text| text.parse().ok());
        Production {
            id: self.id,
            company: self.company_id,
            title: self.title,
            filing_class: self.filing_class,
            filing_number: self.filing_number,
            starts_on: date(self.starts_on),
            ends_on: date(self.ends_on),
            version: self.version,
        }
    }
}

/// Stores a new production.
pub fn insert(conn: &mut Conn, production: &Production, now: Instant) -> Result<(), StoreError> {
    let row = Row {
        id: production.id,
        company_id: production.company,
        title: production.title.clone(),
        filing_class: production.filing_class.clone(),
        filing_number: production.filing_number.clone(),
        starts_on: production.starts_on.map(|date| date.to_string()),
        ends_on: production.ends_on.map(|date| date.to_string()),
        version: production.version,
        created_at: now.into(),
    };
    diesel::insert_into(productions::table)
        .values(row)
        .execute(conn)?;
    Ok(())
}

/// Stores an edit made on version `expected`; says whether that was still the version.
pub fn update(conn: &mut Conn, production: &Production, expected: i64) -> Result<bool, StoreError> {
    let row = productions::table
        .find(production.id)
        .filter(productions::version.eq(expected));
    let changed = diesel::update(row)
        .set((
            productions::title.eq(&production.title),
            productions::filing_class.eq(&production.filing_class),
            productions::filing_number.eq(&production.filing_number),
            productions::starts_on.eq(production.starts_on.map(|date| date.to_string())),
            productions::ends_on.eq(production.ends_on.map(|date| date.to_string())),
            productions::version.eq(production.version),
        ))
        .execute(conn)?;
    Ok(changed == 1)
}

/// One production.
pub fn find(conn: &mut Conn, id: ProductionId) -> Result<Production, StoreError> {
    let row: Row = on_engine!(conn, native => productions::table
        .find(id)
        .select(Row::as_select())
        .first(native))?;
    Ok(row.production())
}

/// Several productions, in any order; unknown ids are left out.
pub fn find_all(conn: &mut Conn, ids: &[ProductionId]) -> Result<Vec<Production>, StoreError> {
    let all: Vec<Row> = load_each!(
        conn,
        productions::table.select(Row::as_select()),
        productions::id,
        ids
    )?;
    Ok(all.into_iter().map(Row::production).collect())
}

/// A page of productions, of one company or of all, newest first.
pub fn list(
    conn: &mut Conn,
    company: Option<CompanyId>,
    before: Option<ProductionId>,
    limit: i64,
) -> Result<Vec<Production>, StoreError> {
    let mut query = productions::table
        .order(productions::id.desc())
        .limit(page(limit))
        .select(Row::as_select())
        .into_boxed();
    if let Some(company) = company {
        query = query.filter(productions::company_id.eq(company));
    }
    if let Some(before) = before {
        query = query.filter(productions::id.lt(before));
    }
    let rows: Vec<Row> = query.load(conn)?;
    Ok(rows.into_iter().map(Row::production).collect())
}
