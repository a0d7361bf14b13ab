//! Export: the listings somebody sees, as a file; and the empty table to fill in. Reads only.

use super::catalogue::{self, Free};
use super::import::{ground_of, parts_of};
use super::{Cluster, Outcome, Refused};
use crate::domain::people::Language;
use crate::domain::span::Instant;
use crate::inventory::read::Format;
use crate::inventory::write::{self, Export, NotWritten};
use crate::store::listings::Filter;
use crate::store::{Conn, StoreError};

/// Listings that are looked up in one go.
const PAGE: usize = 200;
/// The most listings of one file: more would be taken back by no import.
const MOST_EXPORTED: usize = crate::inventory::read::MOST_RECORDS;

/// A file of listings.
pub struct Exported {
    /// The file.
    pub bytes: Vec<u8>,
    /// How many are in it.
    pub count: usize,
}

impl From<NotWritten> for Refused {
    fn from(NotWritten(why): NotWritten) -> Self {
        Self::Store(StoreError::Other(format!(
            "a file that could not be written: {why}"
        )))
    }
}

/// Which listings, and as what.
pub struct Wanted {
    /// By what they are.
    pub filter: Filter,
    /// By what is free.
    pub free: Option<Free>,
    /// CSV or XLSX.
    pub format: Format,
    /// Of the row that names the columns.
    pub language: Language,
}

/// The listings somebody wants.
pub fn listings(
    conn: &mut Conn,
    cluster: &Cluster,
    wanted: &Wanted,
    now: Instant,
) -> Outcome<Exported> {
    let ground = ground_of(conn, cluster)?;
    let mut export = Export::begin(wanted.format, wanted.language, &ground)?;
    let mut count = 0;
    let mut after = None;
    loop {
        let found = catalogue::search(conn, &wanted.filter, wanted.free, after, PAGE, now)?;
        export.made_of(parts_of(conn, found.listings.iter())?);
        for listing in &found.listings {
            export.add(listing)?;
        }
        count += found.listings.len();
        after = found.next;
        if after.is_none() || count >= MOST_EXPORTED {
            break;
        }
    }
    let bytes = export.finish()?;
    Ok(Exported { bytes, count })
}

/// The table to fill in, with examples at a site that exists.
pub fn template(
    conn: &mut Conn,
    cluster: &Cluster,
    format: Format,
    language: Language,
) -> Outcome<Vec<u8>> {
    let ground = ground_of(conn, cluster)?;
    let site = crate::store::sites::list(conn, None, 1)?.pop();
    let code = site.map(|site| site.code).unwrap_or_default();
    Ok(write::template(format, language, &ground, &code)?)
}
