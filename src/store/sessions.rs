//! Rows of sessions, pending sign-ins and personal access tokens. Secrets are kept as hashes only.

use diesel::prelude::*;

use super::columns::At;
use super::conn::Conn;
use super::members::Row;
use super::schema::{access_tokens, members, sessions, sign_ins};
use super::{StoreError, page};
use crate::domain::ids::{MemberId, SessionId, SignInId, TokenId};
use crate::domain::people::Member;
use crate::domain::span::Instant;

/// A signed-in browser.
#[derive(Debug, Insertable)]
#[diesel(table_name = sessions)]
pub struct Session {
    /// Its identifier.
    pub id: SessionId,
    /// Who is signed in.
    pub member_id: MemberId,
    /// Hash of the cookie's secret.
    pub token_hash: String,
    /// Until when.
    pub expires_at: At,
    /// Since when.
    pub created_at: At,
}

/// Stores a new session.
pub fn insert(conn: &mut Conn, session: Session) -> Result<(), StoreError> {
    diesel::insert_into(sessions::table)
        .values(session)
        .execute(conn)?;
    Ok(())
}

/// The member a cookie's secret stands for, if its session is current and the member active.
pub fn member_of_session(
    conn: &mut Conn,
    token_hash: &str,
    now: Instant,
) -> Result<Option<Member>, StoreError> {
    let found: Option<Row> = sessions::table
        .inner_join(members::table.on(members::id.eq(sessions::member_id)))
        .filter(sessions::token_hash.eq(token_hash))
        .filter(sessions::expires_at.gt(At(now)))
        .filter(members::active.eq(true))
        .select(Row::as_select())
        .first(conn)
        .optional()?;
    Ok(found.map(Row::member))
}

/// Ends a session.
pub fn delete(conn: &mut Conn, token_hash: &str) -> Result<(), StoreError> {
    diesel::delete(sessions::table.filter(sessions::token_hash.eq(token_hash))).execute(conn)?;
    Ok(())
}

/// Ends every session of a member.
pub fn delete_of_member(conn: &mut Conn, member: MemberId) -> Result<(), StoreError> {
    diesel::delete(sessions::table.filter(sessions::member_id.eq(member))).execute(conn)?;
    Ok(())
}

/// Throws away what has expired: sessions and sign-ins.
pub fn delete_expired(conn: &mut Conn, now: Instant) -> Result<usize, StoreError> {
    let sessions =
        diesel::delete(sessions::table.filter(sessions::expires_at.le(At(now)))).execute(conn)?;
    let sign_ins =
        diesel::delete(sign_ins::table.filter(sign_ins::expires_at.le(At(now)))).execute(conn)?;
    Ok(sessions + sign_ins)
}

/// A sign-in that was asked for.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = sign_ins)]
pub struct SignIn {
    /// Its identifier.
    pub id: SignInId,
    /// Who asked.
    pub member_id: MemberId,
    /// Hash of the link's secret.
    pub token_hash: String,
    /// Hash of the six digits.
    pub code_hash: String,
    /// How many codes were tried against it.
    pub wrong_codes: i32,
    /// Until when it works.
    pub expires_at: At,
    /// When it was used.
    pub used_at: Option<At>,
    /// When it was asked for.
    pub created_at: At,
}

/// Stores a sign-in that was asked for.
pub fn insert_sign_in(conn: &mut Conn, sign_in: SignIn) -> Result<(), StoreError> {
    diesel::insert_into(sign_ins::table)
        .values(sign_in)
        .execute(conn)?;
    Ok(())
}

/// The sign-in behind a link's secret, if it still works.
pub fn sign_in_by_token(
    conn: &mut Conn,
    token_hash: &str,
    now: Instant,
) -> Result<Option<SignIn>, StoreError> {
    Ok(sign_ins::table
        .filter(sign_ins::token_hash.eq(token_hash))
        .filter(sign_ins::used_at.is_null())
        .filter(sign_ins::expires_at.gt(At(now)))
        .select(SignIn::as_select())
        .first(conn)
        .optional()?)
}

/// The newest sign-in of a member, if it still works.
pub fn newest_sign_in(
    conn: &mut Conn,
    member: MemberId,
    now: Instant,
) -> Result<Option<SignIn>, StoreError> {
    Ok(sign_ins::table
        .filter(sign_ins::member_id.eq(member))
        .filter(sign_ins::used_at.is_null())
        .filter(sign_ins::expires_at.gt(At(now)))
        .order(sign_ins::id.desc())
        .select(SignIn::as_select())
        .first(conn)
        .optional()?)
}

/// How many sign-ins a member asked for since a moment.
pub fn sign_ins_since(
    conn: &mut Conn,
    member: MemberId,
    since: Instant,
) -> Result<i64, StoreError> {
    Ok(sign_ins::table
        .filter(sign_ins::member_id.eq(member))
        .filter(sign_ins::created_at.gt(At(since)))
        .count()
        .get_result(conn)?)
}

/// Marks a sign-in used; says whether this call did it.
pub fn use_sign_in(conn: &mut Conn, id: SignInId, now: Instant) -> Result<bool, StoreError> {
    let unused = sign_ins::table.find(id).filter(sign_ins::used_at.is_null());
    let rows = diesel::update(unused)
        .set(sign_ins::used_at.eq(At(now)))
        .execute(conn)?;
    Ok(rows == 1)
}

/// Counts a try at a sign-in's code; says whether it was among the first `most`.
pub fn count_try(conn: &mut Conn, id: SignInId, most: i32) -> Result<bool, StoreError> {
    let open = sign_ins::table
        .find(id)
        .filter(sign_ins::wrong_codes.lt(most));
    let rows = diesel::update(open)
        .set(sign_ins::wrong_codes.eq(sign_ins::wrong_codes + 1))
        .execute(conn)?;
    Ok(rows == 1)
}

/// A personal access token.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = access_tokens)]
pub struct AccessToken {
    /// Its identifier.
    pub id: TokenId,
    /// Whose it is.
    pub member_id: MemberId,
    /// What its owner calls it.
    pub name: String,
    /// Hash of the secret.
    pub secret_hash: String,
    /// When it was made.
    pub created_at: At,
}

/// Stores a new token.
pub fn insert_token(conn: &mut Conn, token: AccessToken) -> Result<(), StoreError> {
    diesel::insert_into(access_tokens::table)
        .values(token)
        .execute(conn)?;
    Ok(())
}

/// The tokens of a member.
pub fn tokens(
    conn: &mut Conn,
    member: MemberId,
    limit: i64,
) -> Result<Vec<AccessToken>, StoreError> {
    Ok(access_tokens::table
        .filter(access_tokens::member_id.eq(member))
        .order(access_tokens::id)
        .limit(page(limit))
        .select(AccessToken::as_select())
        .load(conn)?)
}

/// Revokes a member's token; says whether there was one.
pub fn delete_token(conn: &mut Conn, member: MemberId, id: TokenId) -> Result<bool, StoreError> {
    let token = access_tokens::table
        .find(id)
        .filter(access_tokens::member_id.eq(member));
    Ok(diesel::delete(token).execute(conn)? == 1)
}

/// The member a token's secret stands for, if the member is active.
pub fn member_of_token(conn: &mut Conn, secret_hash: &str) -> Result<Option<Member>, StoreError> {
    let found: Option<Row> = access_tokens::table
        .inner_join(members::table.on(members::id.eq(access_tokens::member_id)))
        .filter(access_tokens::secret_hash.eq(secret_hash))
        .filter(members::active.eq(true))
        .select(Row::as_select())
        .first(conn)
        .optional()?;
    Ok(found.map(Row::member))
}
