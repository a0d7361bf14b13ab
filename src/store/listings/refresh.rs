//! Listings an older Backlot stored: what is made of them is written anew when the database is opened.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;

use super::{Row, own_buffer};
use crate::domain::search;
use crate::store::conn::Conn;
use crate::store::schema::listings;
use crate::store::{StoreError, search_words};

/// The way [`search::text_of`] writes what is looked into: one more whenever it writes another text, or another column is
/// to be made of what is stored.
pub(super) const SEARCH_VERSION: i32 = 3;
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
