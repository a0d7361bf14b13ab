//! Cursors: where the next page of a list begins. Good only for the list and the reader it was given
//! out to, so that one pasted from somewhere else is refused instead of answering something odd.

use data_encoding::BASE64URL_NOPAD;

use super::errors::{Problem, Reply};
use crate::actions::secrets::hash_token;

/// Letters of the check in front of the place.
const CHECK_LETTERS: usize = 12;

/// What a list is: its reader and everything it was narrowed by.
#[derive(Debug, Clone)]
pub struct ListKey(String);

impl ListKey {
    /// The key of a list for a reader.
    pub fn new(reader: impl std::fmt::Display, list: impl std::fmt::Display) -> Self {
        Self(format!("{reader} {list}"))
    }

    /// The cursor for what comes after `place`.
    pub fn cursor(&self, place: impl std::fmt::Display) -> String {
        let place = place.to_string();
        format!(
            "{}{}",
            self.check(&place),
            BASE64URL_NOPAD.encode(place.as_bytes())
        )
    }

    /// The place a cursor of this list stands for.
    pub fn place(&self, cursor: &str) -> Reply<String> {
        let (check, encoded) = cursor
            .split_at_checked(CHECK_LETTERS)
            .ok_or(Problem::InvalidCursor)?;
        let bytes = BASE64URL_NOPAD
            .decode(encoded.as_bytes())
            .map_err(|_| Problem::InvalidCursor)?;
        let place = String::from_utf8(bytes).map_err(|_| Problem::InvalidCursor)?;
        if check == self.check(&place) {
            Ok(place)
        } else {
            Err(Problem::InvalidCursor)
        }
    }

    /// The place as an id or whatever the list is ordered by.
    pub fn after<T: std::str::FromStr>(&self, cursor: Option<&str>) -> Reply<Option<T>> {
        let Some(cursor) = cursor else {
            return Ok(None);
        };
        self.place(cursor)?
            .parse()
            .map(Some)
            .map_err(|_| Problem::InvalidCursor)
    }

    fn check(&self, place: &str) -> String {
        let hash = hash_token(&format!("{} {place}", self.0));
        hash.chars().take(CHECK_LETTERS).collect()
    }
}

/// A page of a list.
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
pub struct Page<T> {
    /// What is on it.
    pub items: Vec<T>,
    /// What to send as `cursor` for the next page; null on the last.
    pub next_cursor: Option<String>,
}

impl<T> Page<T> {
    /// A page of at most `limit` out of `found`, which was asked for one more.
    pub fn cut<F>(
        mut found: Vec<F>,
        limit: i64,
        key: &ListKey,
        place: impl Fn(&F) -> String,
        view: impl FnMut(F) -> T,
    ) -> Self {
        let limit = usize::try_from(limit).unwrap_or(1);
        let more = found.len() > limit;
        found.truncate(limit);
        let next_cursor = found
            .last()
            .filter(|_| more)
            .map(|last| key.cursor(place(last)));
        Self {
            items: found.into_iter().map(view).collect(),
            next_cursor,
        }
    }
}
