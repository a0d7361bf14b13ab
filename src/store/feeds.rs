//! Rows of calendar feeds' secret addresses.

use diesel::prelude::*;

use super::columns::At;
use super::conn::Conn;
use super::schema::feeds;
use super::{StoreError, page};
use crate::domain::feed::FeedScope;
use crate::domain::ids::{FeedId, ListingId, MemberId};

/// A feed's address.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = feeds)]
pub struct Feed {
    /// Its identifier.
    pub id: FeedId,
    /// Whose address it is; it shows what this member may see.
    pub member_id: MemberId,
    /// What it shows.
    pub scope: FeedScope,
    /// The listing of a listing's feed.
    pub listing_id: Option<ListingId>,
    /// Hash of the secret in the address.
    pub token_hash: String,
    /// When it was made.
    pub created_at: At,
}

/// Stores a new feed.
pub fn insert(conn: &mut Conn, feed: Feed) -> Result<(), StoreError> {
    diesel::insert_into(feeds::table)
        .values(feed)
        .execute(conn)?;
    Ok(())
}

/// The feeds of a member.
pub fn of_member(conn: &mut Conn, member: MemberId, limit: i64) -> Result<Vec<Feed>, StoreError> {
    Ok(feeds::table
        .filter(feeds::member_id.eq(member))
        .order(feeds::id)
        .limit(page(limit))
        .select(Feed::as_select())
        .load(conn)?)
}

/// The feed behind a secret.
pub fn find_by_token(conn: &mut Conn, token_hash: &str) -> Result<Option<Feed>, StoreError> {
    Ok(feeds::table
        .filter(feeds::token_hash.eq(token_hash))
        .select(Feed::as_select())
        .first(conn)
        .optional()?)
}

/// Revokes a member's feed; says whether there was one.
pub fn delete(conn: &mut Conn, member: MemberId, id: FeedId) -> Result<bool, StoreError> {
    let feed = feeds::table.find(id).filter(feeds::member_id.eq(member));
    Ok(diesel::delete(feed).execute(conn)? == 1)
}
