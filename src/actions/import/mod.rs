//! Import: a file of listings is looked at (nothing is stored), then the chosen rows are taken, all or
//! nothing. Both ask the same question with the same code; taking asks it again under lock, so nothing that
//! happened in between passes by.

mod apply;
mod kits;
mod places;
mod preview;

use std::sync::Arc;

pub use self::apply::{Choice, Taken, apply};
pub(super) use self::kits::named as parts_of;
pub(super) use self::places::ground_of;
pub(super) use self::preview::field_of;
pub use self::preview::{Preview, preview};
use super::Cluster;
use super::companies::NewCompany;
use crate::domain::ids::MemberId;
use crate::domain::listing::Listing;
use crate::domain::people::{Actor, Language};
use crate::domain::span::Instant;
use crate::inventory::columns::{self, Column, Corrections};
use crate::inventory::compare::{Compared, Verdict};
use crate::inventory::entry::{self, Entry};
use crate::inventory::read::Table;
use crate::inventory::words;
use crate::inventory::write::{self, NotWritten};

/// Listings that are looked up, or stored, in one go.
const AT_ONCE: usize = 500;

/// Is told how far it is: how much is done, of how much.
pub type Progress = Arc<dyn Fn(usize, usize) + Send + Sync>;

/// A file as it was read, and what its columns mean.
#[derive(Debug, Clone)]
pub struct Upload {
    /// The file.
    pub table: Arc<Table>,
    /// Place of the row that names the columns.
    pub header: usize,
    /// What they mean.
    pub columns: Vec<Column>,
    entries: Arc<Vec<Entry>>,
}

impl Upload {
    /// Reads the records of a table, by what somebody says its columns mean.
    pub fn of(table: Table, corrections: &Corrections, cluster: &Cluster) -> Self {
        let currency = cluster.currency;
        let header = columns::find_header(&table.records, corrections, currency);
        let columns = table.records.get(header).map_or_else(Vec::new, |record| {
            columns::columns_of(record, corrections, currency)
        });
        let entries = entry::entries(&table.records, header, &columns, &table.merged, currency);
        Self {
            table: Arc::new(table),
            header,
            columns,
            entries: Arc::new(entries),
        }
    }
}

impl Upload {
    /// The refused rows as they stood in the file, each with what is wrong with it, as a CSV to be mended.
    pub fn refused_rows(
        &self,
        records: &[Compared],
        language: Language,
    ) -> Result<Vec<u8>, NotWritten> {
        let refused = records
            .iter()
            .filter(|record| record.verdict == Verdict::Refused);
        let rows = refused.filter_map(|record| {
            let all = &self.table.records;
            let place = all
                .binary_search_by_key(&record.line, |row| row.line)
                .ok()?;
            Some((&all[place].cells, words::problems(record, language)))
        });
        let headers = self.columns.iter().map(|column| column.header.as_str());
        write::to_mend(headers, rows, language)
    }
}

/// What is asked for beside the file.
#[derive(Debug, Clone, Default)]
pub struct Wishes {
    /// The company that runs the place, to be taken in where there is none yet; for the house itself.
    pub house: Option<NewCompany>,
    /// Whose new listings are where the file does not say; the asker's own when absent.
    pub owner: Option<String>,
    /// Where new listings are where the file does not say.
    pub site: Option<String>,
    /// Whether sites that are not there yet are added. Without any site at all they are.
    pub make_sites: bool,
    /// Whether new listings stay drafts.
    pub keep_drafts: bool,
}

/// A file that somebody would have taken.
pub struct Import<'a> {
    /// The cluster.
    pub cluster: &'a Cluster,
    /// Who asks; `None` is the house itself.
    pub by: Option<&'a Actor>,
    /// The file.
    pub upload: &'a Upload,
    /// What is asked for beside it.
    pub wishes: &'a Wishes,
    /// When.
    pub now: Instant,
    /// Who is told how far it is.
    pub told: &'a Progress,
}

impl Import<'_> {
    fn member(&self) -> Option<MemberId> {
        self.by.map(|actor| actor.member)
    }
}

fn codes(entries: &[Entry]) -> Vec<String> {
    let codes = entries.iter().filter_map(Entry::code);
    codes.map(str::to_owned).collect()
}

/// Whether a change may take away what is promised.
fn shrinks(before: &Listing, wanted: &Listing) -> bool {
    wanted.quantity < before.quantity || wanted.site != before.site
}
