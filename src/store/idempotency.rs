//! Rows of idempotency keys: the first answer to a key, kept for a while.

use diesel::prelude::*;

use super::StoreError;
use super::columns::At;
use super::conn::{Conn, on_engine};
use super::schema::idempotency_keys;
use crate::domain::ids::MemberId;
use crate::domain::span::Instant;

/// The first answer to a key.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = idempotency_keys)]
#[diesel(treat_none_as_default_value = false)]
pub struct Kept {
    /// Whose key it is.
    pub member_id: MemberId,
    /// The key as it was sent.
    pub key: String,
    /// Hash of what was asked.
    pub request_hash: String,
    /// HTTP status of the answer; 0 while it is being worked out.
    pub status: i32,
    /// Body of the answer.
    pub answer: String,
    /// When it was first asked.
    pub created_at: At,
}

/// What is kept for a key.
pub fn find(conn: &mut Conn, member: MemberId, key: &str) -> Result<Option<Kept>, StoreError> {
    let kept = on_engine!(conn, native => idempotency_keys::table
        .find((member, key))
        .select(Kept::as_select())
        .first(native));
    Ok(kept.optional()?)
}

/// Claims a key before the work, so that a second request with it waits for this transaction, then
/// fails as a duplicate, is tried again, and finds the answer.
pub fn claim(conn: &mut Conn, kept: Kept) -> Result<(), StoreError> {
    let insert = diesel::insert_into(idempotency_keys::table).values(kept);
    on_engine!(conn, native => insert.execute(native))?;
    Ok(())
}

/// Stores the answer to a key claimed in this transaction.
pub fn answer(
    conn: &mut Conn,
    member: MemberId,
    key: &str,
    status: i32,
    body: &str,
) -> Result<(), StoreError> {
    diesel::update(idempotency_keys::table.find((member, key)))
        .set((
            idempotency_keys::status.eq(status),
            idempotency_keys::answer.eq(body),
        ))
        .execute(conn)?;
    Ok(())
}

/// Forgets keys older than a moment.
pub fn delete_older(conn: &mut Conn, than: Instant) -> Result<usize, StoreError> {
    let old = idempotency_keys::table.filter(idempotency_keys::created_at.lt(At(than)));
    Ok(diesel::delete(old).execute(conn)?)
}
