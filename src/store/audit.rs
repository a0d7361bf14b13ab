//! Rows of the history: who did what to what, when. Only ever added to.

use diesel::prelude::*;

use super::columns::At;
use super::conn::{Conn, insert_rows};
use super::schema::audit;
use super::{StoreError, page};
use crate::domain::ids::{AuditId, MemberId};
use crate::domain::span::Instant;

/// One entry of the history.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = audit)]
#[diesel(treat_none_as_default_value = false)]
pub struct Entry {
    /// Its identifier.
    pub id: AuditId,
    /// Text form of the id of what it is about.
    pub subject: String,
    /// What happened, as `noun.verb`.
    pub what: String,
    /// Who did it; `None` is the house itself.
    pub member_id: Option<MemberId>,
    /// What it was before and is after, as JSON.
    pub detail: String,
    /// When.
    pub at: At,
}

/// An entry that is not stored yet.
pub fn entry(
    subject: impl std::fmt::Display,
    what: &str,
    by: Option<MemberId>,
    detail: &serde_json::Value,
    now: Instant,
) -> Entry {
    Entry {
        id: super::fresh_id(now),
        subject: subject.to_string(),
        what: what.to_owned(),
        member_id: by,
        detail: detail.to_string(),
        at: now.into(),
    }
}

/// Adds an entry, in the transaction of what it tells.
pub fn put(
    conn: &mut Conn,
    subject: impl std::fmt::Display,
    what: &str,
    by: Option<MemberId>,
    detail: &serde_json::Value,
    now: Instant,
) -> Result<(), StoreError> {
    put_all(conn, vec![entry(subject, what, by, detail, now)])
}

/// Adds several.
pub fn put_all(conn: &mut Conn, entries: Vec<Entry>) -> Result<(), StoreError> {
    if entries.is_empty() {
        return Ok(());
    }
    insert_rows!(conn, audit::table, entries)?;
    Ok(())
}

/// The newest entries after one, newest first. Entries of several servers may be stored in another order
/// than that of their ids: whoever follows the history looks back a little each time.
pub fn after(conn: &mut Conn, after: AuditId, limit: i64) -> Result<Vec<Entry>, StoreError> {
    Ok(audit::table
        .filter(audit::id.gt(after))
        .order(audit::id.desc())
        .limit(limit)
        .select(Entry::as_select())
        .load(conn)?)
}

/// A page of the history, of one subject or of all, newest first.
pub fn list(
    conn: &mut Conn,
    subject: Option<&str>,
    before: Option<AuditId>,
    limit: i64,
) -> Result<Vec<Entry>, StoreError> {
    let mut query = audit::table
        .order(audit::id.desc())
        .limit(page(limit))
        .select(Entry::as_select())
        .into_boxed();
    if let Some(subject) = subject {
        query = query.filter(audit::subject.eq(subject.to_owned()));
    }
    if let Some(before) = before {
        query = query.filter(audit::id.lt(before));
    }
    Ok(query.load(conn)?)
}
