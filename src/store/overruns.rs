//! Until when crews say that they stay.

use diesel::prelude::*;

use super::StoreError;
use super::columns::At;
use super::conn::Conn;
use super::schema::overruns;
use crate::domain::ids::{LineId, ListingId, MemberId};
use crate::domain::span::Instant;

/// A crew's word that it stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Overrun {
    /// Which line runs late.
    pub line: LineId,
    /// Where.
    pub listing: ListingId,
    /// Until when.
    pub until: Instant,
    /// Who said it.
    pub said_by: MemberId,
    /// When it was said.
    pub said_at: Instant,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = overruns)]
struct Row {
    line_id: LineId,
    listing_id: ListingId,
    until_at: At,
    said_by: MemberId,
    said_at: At,
}

impl Row {
    fn overrun(self) -> Overrun {
        Overrun {
            line: self.line_id,
            listing: self.listing_id,
            until: self.until_at.0,
            said_by: self.said_by,
            said_at: self.said_at.0,
        }
    }
}

/// Keeps the word in the place of an earlier one.
pub fn put(conn: &mut Conn, overrun: &Overrun) -> Result<(), StoreError> {
    take_back(conn, overrun.line)?;
    let row = Row {
        line_id: overrun.line,
        listing_id: overrun.listing,
        until_at: overrun.until.into(),
        said_by: overrun.said_by,
        said_at: overrun.said_at.into(),
    };
    diesel::insert_into(overruns::table)
        .values(row)
        .execute(conn)?;
    Ok(())
}

/// Takes the word of a line back, if there is one.
pub fn take_back(conn: &mut Conn, line: LineId) -> Result<(), StoreError> {
    diesel::delete(overruns::table.find(line)).execute(conn)?;
    Ok(())
}

/// The words about these listings that still hold at a moment.
pub fn standing(
    conn: &mut Conn,
    ids: &[ListingId],
    now: Instant,
) -> Result<Vec<Overrun>, StoreError> {
    let rows: Vec<Row> = overruns::table
        .filter(overruns::listing_id.eq_any(ids.to_vec()))
        .filter(overruns::until_at.gt(At(now)))
        .order(overruns::line_id)
        .select(Row::as_select())
        .load(conn)?;
    Ok(rows.into_iter().map(Row::overrun).collect())
}
