//! Record × listing → verdict: what a row of a file would make of what is there. Every row gets one. Not
//! here: whether the listing is right in itself and keeps what is promised of it (`actions/import.rs`).

use std::collections::BTreeMap;

use super::cells::cell;
use super::columns::Field;
use super::entry::{Entry, Issue};
use super::ground::Ground;
use super::parts::{self, NamedPart};
use super::values::Value;
use super::wanted::wanted;
use crate::domain::listing::{Listing, ListingState};

words! {
    /// What becomes of a record.
    Verdict {
        /// A listing that is not there yet.
        New = "new",
        /// A listing that is there, and would be another.
        Changed = "changed",
        /// A listing that is there, just so.
        Unchanged = "unchanged",
        /// It cannot be taken as it is; its issues say why.
        Refused = "refused",
        /// No listing: a heading, a total, an empty row.
        Skipped = "skipped",
    }
}

/// A value that would be another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Which.
    pub field: Field,
    /// As an export writes what is there.
    pub before: String,
    /// As an export would write it afterwards.
    pub after: String,
}

/// A record and what would become of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Compared {
    /// Where it starts in the file.
    pub line: u64,
    /// What would become of it.
    pub verdict: Verdict,
    /// The code it is about.
    pub code: Option<String>,
    /// What is wrong, or what was assumed.
    pub issues: Vec<Issue>,
    /// What was read.
    pub values: BTreeMap<Field, Value>,
    /// What would change.
    pub changes: Vec<Change>,
    /// The listing as it would be, of a new or changed one.
    pub wanted: Option<Listing>,
    /// Of a kit whose parts would be others, or that would be published: what it is made of now, and then.
    pub parts: Option<(Vec<NamedPart>, Vec<NamedPart>)>,
}

impl Compared {
    /// Refuses it for another reason.
    pub fn refuse(&mut self, issue: Issue) {
        self.issues.push(issue);
        self.verdict = Verdict::Refused;
        self.wanted = None;
    }
}

/// What would become of a record, beside the listing that has its code.
pub fn compare(entry: Entry, existing: Option<&Listing>, ground: &Ground) -> Compared {
    let mut compared = Compared {
        line: entry.line,
        verdict: Verdict::Refused,
        code: entry.code().map(str::to_owned),
        issues: Vec::new(),
        changes: Vec::new(),
        wanted: None,
        parts: None,
        values: BTreeMap::new(),
    };
    if let Some(why) = entry.skipped {
        compared.verdict = Verdict::Skipped;
        compared.issues = vec![Issue::new("", why, "")];
        compared.issues.extend(entry.issues);
        compared.values = entry.values;
        return compared;
    }
    let read = wanted(&entry, existing, ground);
    let before = existing.map_or(&[][..], |existing| ground.parts_of(existing.id));
    let after = match entry.values.get(&Field::Parts) {
        Some(Value::Parts(parts)) => parts.clone(),
        Some(Value::Nothing) => Vec::new(),
        _ => before.to_vec(),
    };
    compared.values = entry.values;
    let wanted = match read {
        Ok((wanted, notes)) => {
            compared.issues = notes;
            wanted
        }
        Err(issues) => {
            compared.issues = issues;
            return compared;
        }
    };
    compared.changes =
        existing.map_or_else(Vec::new, |existing| differences(existing, &wanted, ground));
    if existing.is_some() && before != after {
        compared.changes.push(Change {
            field: Field::Parts,
            before: parts::write(before),
            after: parts::write(&after),
        });
    }
    let is_published = |listing: &Listing| listing.state == ListingState::Published;
    let publishes = is_published(&wanted) && !existing.is_some_and(is_published);
    if before != after || wanted.is_kit() && publishes {
        compared.parts = Some((before.to_vec(), after));
    }
    compared.verdict = match existing {
        None => Verdict::New,
        Some(_) if compared.changes.is_empty() => Verdict::Unchanged,
        Some(_) => Verdict::Changed,
    };
    if compared.verdict != Verdict::Unchanged {
        compared.wanted = Some(wanted);
    }
    compared
}

/// What is another of a listing, field by field, as files hold it.
pub fn differences(existing: &Listing, wanted: &Listing, ground: &Ground) -> Vec<Change> {
    let change = |field: Field| {
        let (before, after) = (cell(field, existing, ground), cell(field, wanted, ground));
        (before != after).then_some(Change {
            field,
            before,
            after,
        })
    };
    Field::written().filter_map(change).collect()
}
