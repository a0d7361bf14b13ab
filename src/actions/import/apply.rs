//! Taking the chosen records of a file, all or nothing, under the rows of all they touch.

use std::collections::{BTreeSet, HashMap};

use super::places::all_sites;
use super::preview::{Preview, look};
use super::{AT_ONCE, Import, Upload, codes, kits, shrinks};
use crate::actions::claims::{from_now_on, keep_promises};
use crate::actions::listings::{MOST_NAMED, lock_site, summary};
use crate::actions::{FieldFault, Outcome, Refused, companies, holds, sites};
use crate::domain::ids::{ListingId, SiteId};
use crate::domain::listing::{Listing, ListingState};
use crate::inventory::compare::{Compared, Verdict};
use crate::inventory::parts::NamedPart;
use crate::store::kits::lock_edits;
use crate::store::{Conn, audit, fresh_id, listings};

/// Which records are taken.
#[derive(Debug, Clone, Default)]
pub struct Choice {
    /// Lines; every new and changed record when absent.
    pub lines: Option<BTreeSet<u64>>,
    /// What the preview stood for; when absent, whatever is there now is taken.
    pub seen: Option<String>,
}

/// What was taken.
pub struct Taken {
    /// What the file was, at the moment it was taken.
    pub preview: Preview,
    /// Listings that are there now and were not before, in the order of the file.
    pub made: Vec<Listing>,
    /// How many were changed.
    pub changed: usize,
}

/// Takes the chosen records of a file, all or nothing.
pub fn apply(conn: &mut Conn, import: &Import<'_>, choice: &Choice) -> Outcome<Taken> {
    // Rows are taken before they are compared: edits of kits, then sites, then listings, as everywhere.
    lock_everything(conn, import.upload)?;
    // Half of it is looking, the other half is storing what is chosen.
    let half = import.upload.entries.len();
    let mut preview = look(conn, import, 2 * half)?;
    if choice
        .seen
        .as_ref()
        .is_some_and(|seen| *seen != preview.seen)
    {
        return Err(Refused::State("import_stale"));
    }
    let chosen = chosen(&mut preview.records, choice)?;
    if !chosen.is_empty() {
        make_places(conn, &preview, import)?;
    }
    let count = chosen.len();
    let stored = |stored: usize| (import.told)(half + half * stored / count.max(1), 2 * half);
    let (new, changed): (Vec<_>, Vec<_>) = chosen
        .into_iter()
        .partition(|one| one.verdict == Verdict::New);
    let new: Vec<Chosen> = new.into_iter().map(|one| one.with_id(import)).collect();
    make(conn, &new, import, stored)?;
    let after_new = |changed: usize| stored(new.len() + changed);
    let count = change(conn, &changed, &preview.existing, import, after_new)?;
    let all = || new.iter().chain(&changed);
    kits::make_kits(conn, &all().filter_map(Chosen::as_kit).collect::<Vec<_>>())?;
    let is_published = |listing: &Listing| listing.state == ListingState::Published;
    let left = changed.iter().filter(|one| {
        let before = preview.existing.get(&one.listing.id);
        before.is_some_and(is_published) && !is_published(&one.listing)
    });
    kits::keep_parts(conn, left.map(|one| (one.listing.id, one.line)))?;
    let made: Vec<Listing> = new.into_iter().map(|one| one.listing).collect();
    let changed = count;
    if !made.is_empty() || changed > 0 {
        let detail = serde_json::json!({ "new": made.len(), "changed": changed });
        let owner = preview.ground.owner;
        audit::put(
            conn,
            owner,
            "inventory.imported",
            import.member(),
            &detail,
            import.now,
        )?;
    }
    Ok(Taken {
        preview,
        made,
        changed,
    })
}

/// Takes the rows of all sites and of every listing the file names, in order.
fn lock_everything(conn: &mut Conn, upload: &Upload) -> Outcome<()> {
    let codes_of_parts = kits::codes_of_parts(&upload.entries);
    if !codes_of_parts.is_empty() {
        lock_edits(conn)?;
    }
    let mut site_ids: Vec<SiteId> = all_sites(conn)?.iter().map(|site| site.id).collect();
    site_ids.sort_unstable();
    for id in site_ids {
        lock_site(conn, id)?;
    }
    let mut ids = Vec::new();
    for entries in upload.entries.chunks(AT_ONCE) {
        ids.extend(listings::ids_by_codes(conn, &codes(entries))?);
    }
    for codes in codes_of_parts.chunks(AT_ONCE) {
        ids.extend(listings::ids_by_codes(conn, codes)?);
    }
    ids.sort_unstable();
    ids.dedup();
    for ids in ids.chunks(AT_ONCE) {
        listings::lock(conn, ids)?;
    }
    Ok(())
}

/// A record that is taken.
struct Chosen {
    line: u64,
    verdict: Verdict,
    listing: Listing,
    parts: Option<(Vec<NamedPart>, Vec<NamedPart>)>,
}

impl Chosen {
    /// What is taken out of a record; it has nothing to give where nothing would change.
    fn take(record: &mut Compared) -> Option<Self> {
        Some(Self {
            line: record.line,
            verdict: record.verdict,
            listing: record.wanted.take()?,
            parts: record.parts.take(),
        })
    }

    fn with_id(mut self, import: &Import<'_>) -> Self {
        self.listing.id = fresh_id(import.now);
        self
    }

    /// What is to be made of other parts, or published as it is.
    fn as_kit(&self) -> Option<(&Listing, &[NamedPart], u64)> {
        let (_, parts) = self.parts.as_ref()?;
        Some((&self.listing, parts, self.line))
    }

    /// What the history tells of it before and after: of a kit its parts too.
    fn told(&self, before: Option<&Listing>) -> (serde_json::Value, serde_json::Value) {
        let mut told: (serde_json::Value, _) = (before.map(summary).into(), summary(&self.listing));
        if let Some((before, after)) = self.parts.as_ref().filter(|(one, other)| one != other) {
            let parts = |parts: &[NamedPart]| -> serde_json::Value {
                let parts = parts.iter();
                parts
                    .map(|part| format!("{} × {}", part.code, part.quantity))
                    .collect()
            };
            if told.0 != serde_json::Value::Null {
                told.0["parts"] = parts(before);
            }
            told.1["parts"] = parts(after);
        }
        told
    }
}

/// The chosen records, taken out of them.
fn chosen(records: &mut [Compared], choice: &Choice) -> Outcome<Vec<Chosen>> {
    let Some(lines) = &choice.lines else {
        return Ok(records.iter_mut().filter_map(Chosen::take).collect());
    };
    let mut chosen = Vec::new();
    let mut found = BTreeSet::new();
    let mut refused = Vec::new();
    for record in records
        .iter_mut()
        .filter(|record| lines.contains(&record.line))
    {
        found.insert(record.line);
        match record.verdict {
            Verdict::Refused => refused.push(record.line.to_string()),
            Verdict::New | Verdict::Changed => {
                chosen.extend(Chosen::take(record));
            }
            Verdict::Unchanged | Verdict::Skipped => {}
        }
    }
    refused.extend(lines.difference(&found).map(u64::to_string));
    if refused.is_empty() {
        return Ok(chosen);
    }
    let named: Vec<String> = refused
        .into_iter()
        .take(usize::try_from(MOST_NAMED).unwrap_or(1))
        .collect();
    let fault = FieldFault::with_limit("lines", "cannot_be_imported", named.join(", "));
    Err(Refused::Invalid(vec![fault]))
}

/// Adds the sites, and the house's company where there was none.
fn make_places(conn: &mut Conn, preview: &Preview, import: &Import<'_>) -> Outcome<()> {
    if let Some(house) = &preview.house {
        companies::take_in(conn, house, import.member(), import.now)?;
    }
    for site in &preview.new_sites {
        sites::add(conn, site, import.member(), import.now)?;
    }
    Ok(())
}

fn make(
    conn: &mut Conn,
    new: &[Chosen],
    import: &Import<'_>,
    stored: impl Fn(usize),
) -> Outcome<()> {
    let (by, now) = (import.member(), import.now);
    for (place, some) in new.chunks(AT_ONCE).enumerate() {
        let listings: Vec<Listing> = some.iter().map(|one| one.listing.clone()).collect();
        listings::insert_all(conn, &listings, now)?;
        let entries = some.iter().map(|one| {
            let (_, after) = one.told(None);
            let detail = serde_json::json!({ "after": after, "imported": true });
            audit::entry(one.listing.id, "listing.created", by, &detail, now)
        });
        audit::put_all(conn, entries.collect())?;
        stored(place * AT_ONCE + some.len());
    }
    Ok(())
}

fn change(
    conn: &mut Conn,
    changed: &[Chosen],
    existing: &HashMap<ListingId, Listing>,
    import: &Import<'_>,
    stored: impl Fn(usize),
) -> Outcome<usize> {
    let (by, now) = (import.member(), import.now);
    let mut count = 0;
    let (mut shrunk, mut grown) = (Vec::new(), Vec::new());
    let (mut edited, mut entries) = (Vec::new(), Vec::new());
    for one in changed {
        let mut listing = one.listing.clone();
        let before = existing
            .get(&listing.id)
            .ok_or(Refused::NotFound("listing"))?;
        listing.version = before.version + 1;
        if listing.quantity > before.quantity || listing.site != before.site {
            grown.push(listing.id);
        }
        if shrinks(before, &listing) {
            shrunk.push(listing.id);
        }
        let (before, after) = one.told(Some(before));
        let detail = serde_json::json!({ "before": before, "after": after, "imported": true });
        entries.push(audit::entry(
            listing.id,
            "listing.changed",
            by,
            &detail,
            now,
        ));
        edited.push(listing);
        if entries.len() == AT_ONCE {
            listings::update_all(conn, &std::mem::take(&mut edited))?;
            audit::put_all(conn, std::mem::take(&mut entries))?;
            stored(count + 1);
        }
        count += 1;
    }
    listings::update_all(conn, &edited)?;
    audit::put_all(conn, entries)?;
    for ids in shrunk.chunks(AT_ONCE) {
        keep_promises(conn, ids, from_now_on(now)?, now)?;
    }
    // More units: whoever is next in line has them.
    for ids in grown.chunks(AT_ONCE) {
        holds::enter(conn, import.cluster, ids, &[], now)?;
    }
    Ok(count)
}
