//! Record × listing → verdict: what a row of a file would make of what is there. Every row gets one. Not
//! here: whether the listing is right in itself and keeps what is promised of it (`actions/import.rs`).

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::columns::{Column, Field};
use super::read::{Merged, Record};
use super::values::{self, Value, fold};
use crate::domain::ids::{CompanyId, Id, ListingId, SiteId};
use crate::domain::listing::{Kind, Listing, ListingState};
use crate::domain::money::{Currency, Money};
use crate::domain::people::Names;
use crate::domain::policy::OwnRules;
use crate::domain::price::Rates;

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

    fn text(&self, field: Field) -> Option<&str> {
        match self.values.get(&field) {
            Some(Value::Text(text)) => Some(text),
            _ => None,
        }
    }
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
}

impl Compared {
    /// Refuses it for another reason.
    pub fn refuse(&mut self, issue: Issue) {
        self.issues.push(issue);
        self.verdict = Verdict::Refused;
        self.wanted = None;
    }
}

/// A name by which something is found: its code or one of its names.
fn key(name: &str) -> String {
    fold(name)
        .to_lowercase()
        .chars()
        .filter(|letter| !letter.is_whitespace())
        .collect()
}

/// Codes and names of places or companies → which one.
#[derive(Debug, Clone)]
pub struct Directory<T> {
    known: HashMap<String, Vec<T>>,
    codes: HashMap<T, String>,
}

impl<T: Copy + Eq + std::hash::Hash> Directory<T> {
    /// One of these, each with code and names.
    pub fn of<'a>(all: impl Iterator<Item = (T, &'a str, &'a Names)>) -> Self {
        let mut directory = Self {
            known: HashMap::new(),
            codes: HashMap::new(),
        };
        for (id, code, names) in all {
            for name in [code, &names.zh, &names.en] {
                let ids = directory.known.entry(key(name)).or_default();
                if !ids.contains(&id) {
                    ids.push(id);
                }
            }
            directory.codes.insert(id, code.to_owned());
        }
        directory
    }

    /// Whether nothing is called so.
    pub fn lacks(&self, name: &str) -> bool {
        !self.known.contains_key(&key(name))
    }

    /// The only one, where there is only one.
    pub fn only(&self) -> Option<T> {
        let mut all = self.codes.keys();
        all.next().copied().filter(|_| all.next().is_none())
    }

    /// The one that is called so, or why there is none: `unknown` or `ambiguous`.
    pub fn find(&self, name: &str) -> Result<T, &'static str> {
        match self.known.get(&key(name)).map(Vec::as_slice) {
            Some([one]) => Ok(*one),
            Some(_) => Err("ambiguous"),
            None => Err("unknown"),
        }
    }

    fn code(&self, id: T) -> &str {
        self.codes.get(&id).map_or("", String::as_str)
    }

    fn all_codes(&self) -> String {
        let codes: BTreeSet<&str> = self.codes.values().map(String::as_str).collect();
        let shown: Vec<&str> = codes.into_iter().take(MOST_NAMED).collect();
        shown.join(", ")
    }
}

/// The most codes a remedy lists.
const MOST_NAMED: usize = 12;

/// What a comparison must know of the cluster, and what was asked for.
#[derive(Debug, Clone)]
pub struct Ground {
    /// The cluster's currency.
    pub currency: Currency,
    /// Its places.
    pub sites: Directory<SiteId>,
    /// Its companies.
    pub owners: Directory<CompanyId>,
    /// The only company whose listings may be touched; `None` is any.
    pub only_owner: Option<CompanyId>,
    /// Whose new listings are when the file does not say.
    pub owner: CompanyId,
    /// Where new listings are when the file does not say.
    pub site: Option<SiteId>,
    /// Whether new listings that are complete are published at once.
    pub publish: bool,
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

/// What would become of a record, beside the listing that has its code.
pub fn compare(entry: Entry, existing: Option<&Listing>, ground: &Ground) -> Compared {
    let mut compared = Compared {
        line: entry.line,
        verdict: Verdict::Refused,
        code: entry.code().map(str::to_owned),
        issues: Vec::new(),
        changes: Vec::new(),
        wanted: None,
        values: BTreeMap::new(),
    };
    if let Some(why) = entry.skipped {
        compared.verdict = Verdict::Skipped;
        compared.issues = vec![Issue::new("", why, "")];
        compared.issues.extend(entry.issues);
        compared.values = entry.values;
        return compared;
    }
    let mut reading = Reading {
        ground,
        existing,
        issues: entry.issues.clone(),
        notes: Vec::new(),
    };
    let wanted = reading.wanted(&entry);
    let (issues, notes) = (reading.issues, reading.notes);
    compared.values = entry.values;
    if !issues.is_empty() {
        compared.issues = issues;
        return compared;
    }
    compared.issues = notes;
    compared.changes =
        existing.map_or_else(Vec::new, |existing| differences(existing, &wanted, ground));
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

/// One record being read onto what is there.
struct Reading<'a> {
    ground: &'a Ground,
    existing: Option<&'a Listing>,
    /// Why it is refused.
    issues: Vec<Issue>,
    /// What was assumed.
    notes: Vec<Issue>,
}

impl Reading<'_> {
    fn refuse(&mut self, field: Field, code: &'static str, detail: impl Into<String>) {
        let key = field.key(self.ground.currency);
        // One reason a cell: "missing" says nothing new of one that could not be read.
        if !self.issues.iter().any(|issue| issue.field == key) {
            self.issues.push(Issue::new(key, code, detail));
        }
    }

    fn note(&mut self, field: Field, code: &'static str, detail: impl Into<String>) {
        let key = field.key(self.ground.currency);
        self.notes.push(Issue::new(key, code, detail));
    }

    /// The listing as the record would have it.
    fn wanted(&mut self, entry: &Entry) -> Listing {
        let mut wanted = self.existing.cloned().unwrap_or_else(|| self.blank());
        if entry.code().is_none() {
            self.refuse(Field::Code, "missing", "");
        }
        self.place(entry, &mut wanted);
        self.names(entry, &mut wanted);
        self.classify(entry, &mut wanted);
        self.quantity(entry, &mut wanted);
        for (field, value) in &entry.values {
            set(*field, value, &mut wanted, self.ground.currency);
        }
        self.state(entry, &mut wanted);
        wanted
    }

    fn blank(&self) -> Listing {
        let none = Money::zero(self.ground.currency);
        Listing {
            id: ListingId::from_raw(0),
            code: String::new(),
            kind: Kind::Equipment,
            category: String::new(),
            names: no_names(),
            descriptions: no_names(),
            tags: Vec::new(),
            site: SiteId::from_raw(0),
            owner: self.ground.owner,
            state: ListingState::Draft,
            quantity: 0,
            area_sqm: None,
            rates: Rates {
                day: None,
                hour: None,
                deposit: none,
            },
            own_rules: OwnRules::default(),
            version: 1,
        }
    }

    /// Whose it is and where.
    fn place(&mut self, entry: &Entry, wanted: &mut Listing) {
        let only = self.ground.only_owner;
        if self
            .existing
            .is_some_and(|there| only.is_some_and(|only| there.owner != only))
        {
            self.refuse(Field::Code, "not_yours", "");
        }
        if let Some(name) = entry.text(Field::Owner) {
            match self.ground.owners.find(name) {
                Ok(owner) if only.is_none_or(|only| owner == only) => wanted.owner = owner,
                Ok(_) => self.refuse(Field::Owner, "not_yours", name),
                Err("ambiguous") => self.refuse(Field::Owner, "ambiguous_owner", name),
                Err(_) => self.refuse(Field::Owner, "unknown_owner", name),
            }
        }
        match entry.text(Field::Site) {
            Some(name) => match self.ground.sites.find(name) {
                Ok(site) => wanted.site = site,
                Err("ambiguous") => self.refuse(Field::Site, "ambiguous_site", name),
                Err(_) => {
                    let known = self.ground.sites.all_codes();
                    self.refuse(Field::Site, "unknown_site", known);
                }
            },
            None if self.existing.is_some() => {}
            None => match self.ground.site {
                Some(site) => wanted.site = site,
                None => self.refuse(Field::Site, "missing_site", self.ground.sites.all_codes()),
            },
        }
    }

    /// A name in one language stands for both until somebody translates it.
    fn names(&mut self, entry: &Entry, wanted: &mut Listing) {
        let fields = [
            Field::NameZh,
            Field::NameEn,
            Field::DescriptionZh,
            Field::DescriptionEn,
        ];
        for field in fields {
            let Some(text) = entry.text(field) else {
                continue;
            };
            let there = slot(field, wanted);
            if tidy(there) == tidy(text) {
                continue;
            }
            if text.starts_with('=') {
                self.refuse(field, "formula", text);
            } else if has_markup(text) {
                self.refuse(field, "markup", "");
            } else {
                *slot(field, wanted) = tidy(text);
            }
        }
        let names = &mut wanted.names;
        if names.zh.is_empty() && names.en.is_empty() {
            self.refuse(Field::NameZh, "missing", "");
        } else if names.en.is_empty() {
            names.en.clone_from(&names.zh);
            self.note(Field::NameEn, "name_copied", "");
        } else if names.zh.is_empty() {
            names.zh.clone_from(&names.en);
            self.note(Field::NameZh, "name_copied", "");
        }
    }

    fn classify(&mut self, entry: &Entry, wanted: &mut Listing) {
        let said = entry.text(Field::Category);
        if let Some(category) = said {
            category.clone_into(&mut wanted.category);
        }
        if self.existing.is_some() {
            return;
        }
        match (
            entry.values.get(&Field::Kind),
            said.and_then(values::kind_of_category),
        ) {
            (Some(Value::Kind(kind)), _) => wanted.kind = *kind,
            (_, Some(kind)) => {
                wanted.kind = kind;
                self.note(Field::Kind, "kind_of_category", kind.as_str());
            }
            _ => self.refuse(Field::Kind, "missing_kind", ""),
        }
        if wanted.category.is_empty() {
            "other".clone_into(&mut wanted.category);
            self.note(Field::Category, "category_assumed", "");
        }
    }

    /// A quantity that is not told is missing: neither none nor one.
    fn quantity(&mut self, entry: &Entry, wanted: &mut Listing) {
        match entry.values.get(&Field::Quantity) {
            Some(Value::Count(count)) => wanted.quantity = *count,
            None if self.existing.is_some() => {}
            _ => self.refuse(Field::Quantity, "missing", ""),
        }
    }

    fn state(&mut self, entry: &Entry, wanted: &mut Listing) {
        let complete = wanted.is_complete();
        let said = match entry.values.get(&Field::State) {
            Some(Value::State(state)) => Some(*state),
            _ => None,
        };
        let by_default = match self.existing {
            Some(existing) => existing.state,
            None if self.ground.publish && complete => ListingState::Published,
            None => ListingState::Draft,
        };
        wanted.state = said.unwrap_or(by_default);
        if wanted.state == ListingState::Published && !complete {
            self.refuse(Field::State, "incomplete", "");
        } else if said.is_none() && self.existing.is_none() && self.ground.publish && !complete {
            self.note(Field::State, "stays_draft", "");
        }
    }
}

fn no_names() -> Names {
    Names {
        zh: String::new(),
        en: String::new(),
    }
}

fn slot(field: Field, listing: &mut Listing) -> &mut String {
    match field {
        Field::NameZh => &mut listing.names.zh,
        Field::NameEn => &mut listing.names.en,
        Field::DescriptionZh => &mut listing.descriptions.zh,
        _ => &mut listing.descriptions.en,
    }
}

/// Text as files keep it: without space around it or letters no file can hold.
pub fn tidy(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let kept: String = text
        .chars()
        .filter(|letter| !letter.is_control() || matches!(letter, '\n' | '\t'))
        .collect();
    kept.trim().to_owned()
}

/// Whether text holds a tag of HTML.
fn has_markup(text: &str) -> bool {
    let begins_tag = |(at, _): (usize, &str)| {
        let next = text[at + 1..].chars().next();
        next.is_some_and(|next| next.is_ascii_alphabetic() || matches!(next, '/' | '!'))
    };
    text.contains('>') && text.match_indices('<').any(begins_tag)
}

/// Sets what a value says outright. Blank leaves what is there.
fn set(field: Field, value: &Value, listing: &mut Listing, currency: Currency) {
    let rules = &mut listing.own_rules;
    let money = |minor: i64| Money { minor, currency };
    match (field, value) {
        (_, Value::Blank) => {}
        (Field::Code, Value::Text(code)) => listing.code.clone_from(code),
        (Field::Kind, Value::Kind(kind)) => listing.kind = *kind,
        (Field::Tags, Value::Slugs(tags)) => listing.tags.clone_from(tags),
        (Field::Tags, Value::Nothing) => listing.tags.clear(),
        (Field::DayRate, Value::Minor(minor)) => listing.rates.day = Some(money(*minor)),
        (Field::DayRate, Value::Nothing) => listing.rates.day = None,
        (Field::HourRate, Value::Minor(minor)) => listing.rates.hour = Some(money(*minor)),
        (Field::HourRate, Value::Nothing) => listing.rates.hour = None,
        (Field::Deposit, Value::Minor(minor)) => listing.rates.deposit = money(*minor),
        (Field::Deposit, Value::Nothing) => listing.rates.deposit = money(0),
        (Field::AreaSqm, value) => listing.area_sqm = count(value),
        (Field::MinimumMinutes, value) => rules.minimum_minutes = count(value),
        (Field::MaximumMinutes, value) => rules.maximum_minutes = count(value),
        (Field::StepMinutes, value) => rules.step_minutes = count(value),
        (Field::LeadMinutes, value) => rules.lead_minutes = count(value),
        (Field::HorizonDays, value) => rules.horizon_days = count(value),
        (Field::SetupMinutes, value) => rules.setup_minutes = count(value),
        (Field::TurnaroundMinutes, value) => rules.turnaround_minutes = count(value),
        (Field::DayHours, value) => rules.day_hours = count(value),
        (Field::NightAllowed, Value::Flag(allowed)) => rules.night_allowed = Some(*allowed),
        (Field::HoursApply, Value::Hours(apply)) => rules.hours_apply = Some(*apply),
        (Field::HoursApply, Value::Nothing) => rules.hours_apply = None,
        (Field::Approval, Value::Approval(approval)) => rules.approval = Some(*approval),
        // Names, places, category, quantity and state are settled where they can be refused.
        _ => {}
    }
}

fn count(value: &Value) -> Option<u32> {
    match value {
        Value::Count(count) => Some(*count),
        _ => None,
    }
}

/// A value of a listing as files hold it.
pub fn cell(field: Field, listing: &Listing, ground: &Ground) -> String {
    let rules = &listing.own_rules;
    let number = |number: Option<u32>| number.map(|number| number.to_string()).unwrap_or_default();
    match field {
        Field::Code => listing.code.clone(),
        Field::Kind => listing.kind.to_string(),
        Field::Category => listing.category.clone(),
        Field::NameZh => tidy(&listing.names.zh),
        Field::NameEn => tidy(&listing.names.en),
        Field::Quantity => listing.quantity.to_string(),
        Field::DayRate | Field::Rate => listing.rates.day.map(figure).unwrap_or_default(),
        Field::HourRate => listing.rates.hour.map(figure).unwrap_or_default(),
        Field::Deposit => figure(listing.rates.deposit),
        Field::Site => ground.sites.code(listing.site).to_owned(),
        Field::Owner => ground.owners.code(listing.owner).to_owned(),
        Field::AreaSqm => number(listing.area_sqm),
        Field::Tags => tags(&listing.tags),
        Field::State => listing.state.to_string(),
        Field::MinimumMinutes => number(rules.minimum_minutes),
        Field::MaximumMinutes => number(rules.maximum_minutes),
        Field::StepMinutes => number(rules.step_minutes),
        Field::LeadMinutes => number(rules.lead_minutes),
        Field::HorizonDays => number(rules.horizon_days),
        Field::SetupMinutes => number(rules.setup_minutes),
        Field::TurnaroundMinutes => number(rules.turnaround_minutes),
        Field::DayHours => number(rules.day_hours),
        Field::NightAllowed => rules
            .night_allowed
            .map(|allowed| if allowed { "yes" } else { "no" })
            .unwrap_or_default()
            .to_owned(),
        Field::HoursApply => rules
            .hours_apply
            .map(|apply| apply.to_string())
            .unwrap_or_default(),
        Field::Approval => rules
            .approval
            .map(|approval| approval.to_string())
            .unwrap_or_default(),
        Field::DescriptionZh => tidy(&listing.descriptions.zh),
        Field::DescriptionEn => tidy(&listing.descriptions.en),
    }
}

/// Tags in one cell. A tag that reads as "none" is told from none by the separator after it.
fn tags(tags: &[String]) -> String {
    let joined = tags.join(";");
    if values::means_nothing(&joined) {
        format!("{joined};")
    } else {
        joined
    }
}

/// An amount as a figure of whole units, with its cents where there are any.
pub fn figure(money: Money) -> String {
    match money.minor % 100 {
        0 => (money.minor / 100).to_string(),
        cents => format!("{}.{cents:02}", money.minor / 100),
    }
}
