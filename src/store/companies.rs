//! Rows of companies.

use diesel::prelude::*;

use super::columns::At;
use super::conn::{Conn, load_each};
use super::schema::companies;
use super::{StoreError, page};
use crate::domain::ids::CompanyId;
use crate::domain::people::{Company, CompanyKind, Names};
use crate::domain::span::Instant;

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = companies)]
struct Row {
    id: CompanyId,
    code: String,
    kinds: String,
    name_zh: String,
    name_en: String,
    shows_name: bool,
    created_at: At,
}

impl Row {
    fn company(self) -> Company {
        Company {
            id: self.id,
            code: self.code,
            kinds: read_kinds(&self.kinds),
            names: Names {
                zh: self.name_zh,
                en: self.name_en,
            },
            shows_name: self.shows_name,
        }
    }
}

/// Stores a new company.
pub fn insert(conn: &mut Conn, company: &Company, now: Instant) -> Result<(), StoreError> {
    let row = Row {
        id: company.id,
        code: company.code.clone(),
        kinds: write_kinds(&company.kinds),
        name_zh: company.names.zh.clone(),
        name_en: company.names.en.clone(),
        shows_name: company.shows_name,
        created_at: now.into(),
    };
    diesel::insert_into(companies::table)
        .values(row)
        .execute(conn)?;
    Ok(())
}

/// Stores what an edit changed.
pub fn update(conn: &mut Conn, company: &Company) -> Result<(), StoreError> {
    diesel::update(companies::table.find(company.id))
        .set((
            companies::kinds.eq(write_kinds(&company.kinds)),
            companies::name_zh.eq(&company.names.zh),
            companies::name_en.eq(&company.names.en),
            companies::shows_name.eq(company.shows_name),
        ))
        .execute(conn)?;
    Ok(())
}

/// One company.
pub fn find(conn: &mut Conn, id: CompanyId) -> Result<Company, StoreError> {
    let row: Row = companies::table
        .find(id)
        .select(Row::as_select())
        .first(conn)?;
    Ok(row.company())
}

/// Takes a company's row, so that what is counted of it stays counted until this transaction ends.
pub fn lock(conn: &mut Conn, id: CompanyId) -> Result<(), StoreError> {
    let _: CompanyId = match conn {
        Conn::Postgres(postgres) => companies::table
            .find(id)
            .select(companies::id)
            .for_no_key_update()
            .first(postgres)?,
        Conn::Sqlite(sqlite) => companies::table
            .find(id)
            .select(companies::id)
            .first(sqlite)?,
    };
    Ok(())
}

/// The company with this code.
pub fn find_by_code(conn: &mut Conn, code: &str) -> Result<Option<Company>, StoreError> {
    let row: Option<Row> = companies::table
        .filter(companies::code.eq(code))
        .select(Row::as_select())
        .first(conn)
        .optional()?;
    Ok(row.map(Row::company))
}

/// Several companies, in any order; unknown ids are left out.
pub fn find_all(conn: &mut Conn, ids: &[CompanyId]) -> Result<Vec<Company>, StoreError> {
    let all: Vec<Row> = load_each!(
        conn,
        companies::table.select(Row::as_select()),
        companies::id,
        ids
    )?;
    Ok(all.into_iter().map(Row::company).collect())
}

/// A page of all companies, by code.
pub fn list(conn: &mut Conn, after: Option<&str>, limit: i64) -> Result<Vec<Company>, StoreError> {
    let rows: Vec<Row> = companies::table
        .filter(companies::code.gt(after.unwrap_or_default()))
        .order(companies::code)
        .limit(page(limit))
        .select(Row::as_select())
        .load(conn)?;
    Ok(rows.into_iter().map(Row::company).collect())
}

fn write_kinds(kinds: &[CompanyKind]) -> String {
    kinds
        .iter()
        .map(|kind| kind.as_str())
        .collect::<Vec<_>>()
        .join(" ")
}

pub(super) fn read_kinds(text: &str) -> Vec<CompanyKind> {
    text.split_whitespace()
        .filter_map(|word| word.parse().ok())
        .collect()
}
