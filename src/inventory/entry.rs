//! Record → entry: what its cells say, each on its own. Every record of a file becomes one; what is no
//! listing (a heading, a total, an empty row) says why.

use std::collections::{BTreeMap, HashMap};

use super::columns::{Column, Field};
use super::parts::NamedPart;
use super::read::{Merged, Record};
use super::text::key;
use super::values::{self, Value};
use crate::domain::money::Currency;

/// Something about a record that whoever imports should know: why it is refused, or what was made of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issue {
    /// The column's key; empty for the whole record.
    pub field: String,
    /// Stable word; [`super::words`] says reason and remedy to people.
    pub code: &'static str,
    /// A figure, a word or references that the sentence needs.
    pub detail: String,
}

impl Issue {
    /// An issue of a field.
    pub fn new(field: impl Into<String>, code: &'static str, detail: impl Into<String>) -> Self {
        Self {
            field: field.into(),
            code,
            detail: detail.into(),
        }
    }
}

/// What its cells say, read one by one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Where it starts in the file.
    pub line: u64,
    /// What is said of which field.
    pub values: BTreeMap<Field, Value>,
    /// What could not be read.
    pub issues: Vec<Issue>,
    /// Why it is no listing at all.
    pub skipped: Option<&'static str>,
}

impl Entry {
    /// The code it is about.
    pub fn code(&self) -> Option<&str> {
        match self.values.get(&Field::Code) {
            Some(Value::Text(code)) => Some(code),
            _ => None,
        }
    }

    /// The site it names.
    pub fn site(&self) -> Option<&str> {
        self.text(Field::Site)
    }

    /// The parts it names.
    pub fn parts(&self) -> Option<&[NamedPart]> {
        match self.values.get(&Field::Parts) {
            Some(Value::Parts(parts)) => Some(parts),
            _ => None,
        }
    }

    /// The words it says of a field.
    pub(super) fn text(&self, field: Field) -> Option<&str> {
        match self.values.get(&field) {
            Some(Value::Text(text)) => Some(text),
            _ => None,
        }
    }
}

/// Reads the records of a table, each on its own; the first `header` of them stand above the table.
pub fn entries(
    records: &[Record],
    header: usize,
    columns: &[Column],
    merged: &[Merged],
    currency: Currency,
) -> Vec<Entry> {
    let above = records.iter().take(header);
    let above = above.map(|record| skipped(record.line, "above_the_table"));
    let filled = filled_down(records, header, columns, merged);
    let below = records.iter().skip(header + 1);
    let below = below.map(|record| {
        entry(
            record,
            columns,
            &filled,
            records[header].cells.len(),
            currency,
        )
    });
    let mut entries: Vec<Entry> = above.chain(below).collect();
    refuse_repeats(&mut entries);
    entries
}

fn skipped(line: u64, why: &'static str) -> Entry {
    Entry {
        line,
        values: BTreeMap::new(),
        issues: Vec::new(),
        skipped: Some(why),
    }
}

/// Of which fields a merged cell counts for every row it spans: what says where something belongs. A merged
/// quantity or price says nothing certain of one row.
fn may_be_merged(field: Field) -> bool {
    matches!(
        field,
        Field::Kind | Field::Category | Field::Site | Field::Owner
    )
}

/// Text of merged cells by line and column, for the rows below the first.
type Filled = HashMap<(u64, usize), String>;

fn filled_down(records: &[Record], header: usize, columns: &[Column], merged: &[Merged]) -> Filled {
    let mut filled = Filled::new();
    for span in merged {
        let field = columns.get(span.column).and_then(|column| column.field);
        if !field.is_some_and(may_be_merged) {
            continue;
        }
        let from = records.partition_point(|record| record.line < span.first);
        let inside = records[from.max(header + 1).min(records.len())..]
            .iter()
            .take_while(|record| record.line <= span.last);
        let text = records
            .get(from)
            .filter(|record| record.line == span.first)
            .and_then(|record| record.cells.get(span.column));
        let Some(text) = text else { continue };
        for record in inside {
            filled.insert((record.line, span.column), text.to_owned());
        }
        // Spans that overlap are no workbook's: what they would take together stays bounded.
        if filled.len() > super::read::MOST_RECORDS {
            break;
        }
    }
    filled
}

fn entry(
    record: &Record,
    columns: &[Column],
    filled: &Filled,
    width: usize,
    currency: Currency,
) -> Entry {
    if let Some(why) = no_listing(record, columns) {
        return skipped(record.line, why);
    }
    let mut entry = Entry {
        line: record.line,
        values: BTreeMap::new(),
        issues: Vec::new(),
        skipped: None,
    };
    let spare = record.cells.iter().skip(width).any(|cell| !cell.is_empty());
    if spare {
        let detail = format!("{} > {width}", record.cells.len());
        entry.issues.push(Issue::new("", "too_many_cells", detail));
    }
    for (place, column) in columns.iter().enumerate() {
        let Some(field) = column.field else { continue };
        let own = record.cells.get(place).unwrap_or_default();
        let text = match filled.get(&(record.line, place)) {
            Some(text) if own.is_empty() => text,
            _ => own,
        };
        match values::read(field, text, currency) {
            Ok(Value::MinorAnHour(minor)) => {
                entry.values.insert(Field::HourRate, Value::Minor(minor));
            }
            Ok(value) if field == Field::Rate => {
                entry.values.insert(Field::DayRate, value);
            }
            Ok(value) => {
                entry.values.insert(field, value);
            }
            Err(misread) => {
                entry.values.insert(field, Value::Blank);
                let issue = Issue::new(field.key(currency), misread.code, misread.detail);
                entry.issues.push(issue);
            }
        }
    }
    entry
}

const TOTALS: &[&str] = &[
    "合计",
    "总计",
    "小计",
    "共计",
    "total",
    "subtotal",
    "sum",
    "grandtotal",
];

/// With what the codes of a template's examples begin: whoever forgets to take them out imports none.
pub(super) const EXAMPLE: &str = "EXAMPLE-";

/// Why a record is no listing: empty, a heading over the next ones, a sum, or the header once more.
fn no_listing(record: &Record, columns: &[Column]) -> Option<&'static str> {
    let mut filled = record.cells.iter().filter(|cell| !cell.is_empty());
    let Some(first) = filled.next() else {
        return Some("empty");
    };
    if first.starts_with(EXAMPLE) {
        return Some("example");
    }
    let alone = filled.next().is_none();
    if TOTALS.contains(&key(first).trim_end_matches([':', '.'])) {
        return Some("total");
    }
    let headers = columns.iter().map(|column| column.header.as_str());
    if columns.len() > 1 && record.cells.iter().eq(headers) {
        return Some("header_again");
    }
    let looks_like_code = first.is_ascii() && !first.contains(' ');
    let mapped = columns
        .iter()
        .filter(|column| column.field.is_some())
        .count();
    (alone && mapped > 2 && !looks_like_code).then_some("heading")
}

/// The first record of a code stands; the same once more is skipped, another one is refused.
fn refuse_repeats(entries: &mut [Entry]) {
    let mut first: HashMap<String, usize> = HashMap::new();
    for place in 0..entries.len() {
        let Some(code) = entries[place].code().map(str::to_owned) else {
            continue;
        };
        let Some(earlier) = first.get(&code).copied() else {
            first.insert(code, place);
            continue;
        };
        if entries[earlier].values == entries[place].values {
            entries[place].skipped = Some("repeated");
        } else {
            let line = entries[earlier].line.to_string();
            let issue = Issue::new(Field::Code.as_str(), "code_twice", line);
            entries[place].issues.push(issue);
        }
    }
}
