//! Looking at a file: what each record would do, and what stands in its way. Nothing is stored.

use std::collections::{BTreeMap, HashMap};

use super::places::settle;
use super::{AT_ONCE, Import, codes, kits, shrinks};
use crate::actions::claims::{broken_by, from_now_on};
use crate::actions::listings::{MOST_NAMED, faults};
use crate::actions::{FieldFault, Outcome, secrets};
use crate::domain::ids::{ListingId, SiteId};
use crate::domain::listing::{Listing, ListingState};
use crate::domain::people::Company;
use crate::domain::span::Instant;
use crate::inventory::columns::Field;
use crate::inventory::compare::{self, Compared, Verdict};
use crate::inventory::entry::{Entry, Issue};
use crate::inventory::ground::Ground;
use crate::store::sites::Site;
use crate::store::{Conn, bookings, claims as claim_rows, listings, units};

/// What a file would do.
pub struct Preview {
    /// Every record.
    pub records: Vec<Compared>,
    /// Sites that would be added.
    pub new_sites: Vec<Site>,
    /// What stands for all of it: taking compares it, to take nothing but what was looked at.
    pub seen: String,
    pub(super) ground: Ground,
    pub(super) house: Option<Company>,
    pub(super) existing: HashMap<ListingId, Listing>,
}

impl Preview {
    /// How many records have each verdict.
    pub fn totals(&self) -> BTreeMap<Verdict, usize> {
        let mut totals: BTreeMap<Verdict, usize> =
            Verdict::ALL.iter().map(|verdict| (*verdict, 0)).collect();
        for record in &self.records {
            *totals.entry(record.verdict).or_default() += 1;
        }
        totals
    }

    /// Codes of sites and companies, for who shows it.
    pub fn ground(&self) -> &Ground {
        &self.ground
    }
}

/// Looks at a file.
pub fn preview(conn: &mut Conn, import: &Import<'_>) -> Outcome<Preview> {
    look(conn, import, import.upload.entries.len())
}

/// The same, as the first part of so much.
pub(super) fn look(conn: &mut Conn, import: &Import<'_>, whole: usize) -> Outcome<Preview> {
    let (mut ground, new_sites, house) = settle(conn, import)?;
    let mut records = Vec::with_capacity(import.upload.entries.len());
    let mut existing = HashMap::new();
    for entries in import.upload.entries.chunks(AT_ONCE) {
        let codes = codes(entries);
        let known: HashMap<String, Listing> = listings::find_by_codes(conn, &codes)?
            .into_iter()
            .map(|listing| (listing.code.clone(), listing))
            .collect();
        ground.made = kits::named(conn, known.values())?;
        let mut compared: Vec<Compared> = entries
            .iter()
            .map(|entry| one(entry, &known, &ground))
            .collect();
        refuse_codes_of_units(conn, &mut compared)?;
        refuse_broken(conn, &mut compared, &known, import.now)?;
        let changed = compared
            .iter()
            .filter(|one| one.verdict == Verdict::Changed);
        for listing in changed.filter_map(|one| known.get(one.code.as_ref()?)) {
            existing.insert(listing.id, listing.clone());
        }
        records.extend(compared);
        (import.told)(records.len(), whole);
    }
    kits::refuse_impossible(conn, &mut records, import)?;
    note_new_sites(&mut records, &new_sites);
    let seen = digest(&records, &existing);
    Ok(Preview {
        records,
        new_sites,
        seen,
        ground,
        house,
        existing,
    })
}

fn one(entry: &Entry, known: &HashMap<String, Listing>, ground: &Ground) -> Compared {
    let existing = entry.code().and_then(|code| known.get(code));
    let mut compared = compare::compare(entry.clone(), existing, ground);
    let Some(wanted) = &compared.wanted else {
        return compared;
    };
    for fault in faults(wanted) {
        let field = field_of(&fault, ground);
        compared.refuse(Issue::new(field, fault.code, fault.limit));
    }
    compared
}

/// `tags[2]` and `rules.step_minutes` as the columns they stand in.
pub(in crate::actions) fn field_of(fault: &FieldFault, ground: &Ground) -> String {
    let name = fault.field.split('[').next().unwrap_or_default();
    let name = name.strip_prefix("rules.").unwrap_or(name);
    let field: Option<Field> = name.parse().ok();
    field.map_or_else(|| name.to_owned(), |field| field.key(ground.currency))
}

/// A scanned code opens one thing, so what is a unit's is no listing's.
fn refuse_codes_of_units(conn: &mut Conn, compared: &mut [Compared]) -> Outcome<()> {
    let is_new = |record: &&mut Compared| record.verdict == Verdict::New;
    let new = compared.iter_mut().filter(is_new);
    let mut codes: Vec<String> = new.filter_map(|record| record.code.clone()).collect();
    codes.sort_unstable();
    let taken = units::taken_codes(conn, &codes)?;
    for record in compared.iter_mut().filter(is_new) {
        let code = record.code.clone().unwrap_or_default();
        if taken.contains(&code) {
            record.refuse(Issue::new(Field::Code.as_str(), "unit_has_code", code));
        }
    }
    Ok(())
}

/// Refuses what would break a promise: fewer units than are booked, another site that is closed then, a
/// retirement of something that is booked ahead.
fn refuse_broken(
    conn: &mut Conn,
    compared: &mut [Compared],
    known: &HashMap<String, Listing>,
    now: Instant,
) -> Outcome<()> {
    let mut shrinking = Vec::new();
    for record in compared.iter_mut() {
        let before = record.code.as_ref().and_then(|code| known.get(code));
        let (Some(wanted), Some(before)) = (&record.wanted, before) else {
            continue;
        };
        if wanted.quantity < before.quantity {
            let named = units::count(conn, before.id)?;
            if wanted.quantity < named {
                let field = Field::Quantity.as_str();
                record.refuse(Issue::new(field, "fewer_than_named", named.to_string()));
                continue;
            }
        }
        if shrinks(before, wanted) {
            shrinking.push(wanted.clone());
        }
        if before.state != ListingState::Retired && wanted.state == ListingState::Retired {
            let ahead = claim_rows::ahead_of_listing(conn, before.id, now, MOST_NAMED)?;
            if !ahead.is_empty() {
                let references = bookings::references(conn, &ahead)?.into_values();
                let named = references.collect::<Vec<_>>().join(", ");
                record.refuse(Issue::new(Field::State.as_str(), "hits_bookings", named));
            }
        }
    }
    if shrinking.is_empty() {
        return Ok(());
    }
    let broken = broken_by(conn, shrinking, from_now_on(now)?, now)?;
    for record in compared.iter_mut() {
        let id = record.wanted.as_ref().map(|wanted| wanted.id);
        if let Some(references) = id.and_then(|id| broken.get(&id)) {
            let field = Field::Quantity.as_str();
            record.refuse(Issue::new(field, "hits_bookings", references.join(", ")));
        }
    }
    Ok(())
}

/// Tells of each new site at the first record that names it.
fn note_new_sites(records: &mut [Compared], new_sites: &[Site]) {
    let mut untold: BTreeMap<SiteId, &str> = new_sites
        .iter()
        .map(|site| (site.id, site.names.zh.as_str()))
        .collect();
    for record in records {
        let site = record.wanted.as_ref().map(|wanted| wanted.site);
        if let Some(name) = site.and_then(|site| untold.remove(&site)) {
            record
                .issues
                .push(Issue::new(Field::Site.as_str(), "new_site", name));
        }
    }
}

/// The same for the same records on the same state of the cluster.
fn digest(records: &[Compared], existing: &HashMap<ListingId, Listing>) -> String {
    let line = |record: &Compared| {
        let id = record.wanted.as_ref().map(|wanted| wanted.id);
        let version = id
            .and_then(|id| existing.get(&id))
            .map(|listing| listing.version);
        let code = record.code.as_deref().unwrap_or_default();
        format!("{} {} {code} {version:?}\n", record.line, record.verdict)
    };
    let text: String = records.iter().map(line).collect();
    secrets::hash_token(&text)
}
