//! Rows of the words of all listings that a slip of the finger may have meant: each word once, whoever has it.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use diesel::prelude::*;

use super::StoreError;
use super::conn::Conn;
use super::schema::search_words;
use crate::domain::listing::Listing;
use crate::domain::search::Sought;
use crate::domain::slips;

#[derive(Insertable)]
#[diesel(table_name = search_words)]
struct Row {
    word: String,
    letters: i32,
}

/// Words that are asked for in one go.
const AT_ONCE: usize = 500;
/// The most words that are looked over; more than a cluster has.
const MOST: i64 = 100_000;

fn letters(count: usize) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}

/// Adds the words of these listings that are not known yet. In order, so that of two writers with the same new
/// words one waits for the other, and never each for each.
pub(super) fn remember<'a>(
    conn: &mut Conn,
    listings: impl IntoIterator<Item = &'a Listing>,
) -> Result<(), StoreError> {
    let words_of =
        |listing: &Listing| slips::words_of(Sought::of(listing, &listing.tags.join(" ")));
    let words: BTreeSet<String> = listings.into_iter().flat_map(words_of).collect();
    let words: Vec<String> = words.into_iter().collect();
    for some in words.chunks(AT_ONCE) {
        let known: Vec<String> = search_words::table
            .filter(search_words::word.eq_any(some.to_vec()))
            .select(search_words::word)
            .load(conn)?;
        let known: BTreeSet<String> = known.into_iter().collect();
        let new = some.iter().filter(|word| !known.contains(*word));
        let new = new.map(|word| Row {
            word: word.clone(),
            letters: letters(word.len()),
        });
        add(conn, new.collect())?;
    }
    Ok(())
}

/// Another writer may have added one since: PostgreSQL has many.
fn add(conn: &mut Conn, new: Vec<Row>) -> Result<(), StoreError> {
    match conn {
        _ if new.is_empty() => {}
        Conn::Postgres(postgres) => {
            diesel::insert_into(search_words::table)
                .values(new)
                .on_conflict_do_nothing()
                .execute(postgres)?;
        }
        Conn::Sqlite(sqlite) => {
            for row in new {
                diesel::insert_into(search_words::table)
                    .values(row)
                    .execute(sqlite)?;
            }
        }
    }
    Ok(())
}

/// The words of so many letters.
pub fn of_lengths(
    conn: &mut Conn,
    lengths: &RangeInclusive<usize>,
) -> Result<Vec<String>, StoreError> {
    Ok(search_words::table
        .filter(search_words::letters.ge(letters(*lengths.start())))
        .filter(search_words::letters.le(letters(*lengths.end())))
        .limit(MOST)
        .select(search_words::word)
        .load(conn)?)
}
