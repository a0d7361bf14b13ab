//! Import: a file of listings is looked at (nothing is stored), then the chosen rows are taken, all or
//! nothing. Both ask the same question with the same code; taking asks it again under lock, so nothing that
//! happened in between passes by.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use super::claims::{broken_by, from_now_on, keep_promises};
use super::companies::NewCompany;
use super::listings::{MOST_NAMED, faults, lock_site, summary};
use super::{Cluster, FieldFault, Outcome, Refused};
use crate::domain::ids::{CompanyId, Id, ListingId, MemberId, SiteId};
use crate::domain::listing::{Listing, ListingState};
use crate::domain::people::{Actor, Company, CompanyKind, Language, Names};
use crate::domain::rights::{Reach, Right, reach};
use crate::domain::span::Instant;
use crate::inventory::columns::{self, Column, Corrections, Field};
use crate::inventory::compare::{self, Compared, Directory, Entry, Ground, Issue, Verdict};
use crate::inventory::read::Table;
use crate::inventory::words;
use crate::inventory::write::{self, NotWritten};
use crate::store::sites::Site;
use crate::store::{
    Conn, LONGEST_PAGE, audit, bookings, claims as claim_rows, companies, fresh_id, listings,
    sites, units,
};

/// Listings that are looked up, or stored, in one go.
const AT_ONCE: usize = 500;
/// The most sites or companies of a cluster that a file can name.
const MOST_PLACES: usize = 10_000;
/// The most sites one import adds.
const MOST_NEW_SITES: usize = 50;

/// Is told how many records are done.
pub type Progress = Arc<dyn Fn(usize) + Send + Sync>;

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
        let entries = compare::entries(&table.records, header, &columns, &table.merged, currency);
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

/// What a file would do.
pub struct Preview {
    /// Every record.
    pub records: Vec<Compared>,
    /// Sites that would be added.
    pub new_sites: Vec<Site>,
    /// What stands for all of it: taking compares it, to take nothing but what was looked at.
    pub seen: String,
    ground: Ground,
    house: Option<Company>,
    existing: HashMap<ListingId, Listing>,
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
    let (ground, new_sites, house) = settle(conn, import)?;
    let mut records = Vec::with_capacity(import.upload.entries.len());
    let mut existing = HashMap::new();
    for entries in import.upload.entries.chunks(AT_ONCE) {
        let codes = codes(entries);
        let known: HashMap<String, Listing> = listings::find_by_codes(conn, &codes)?
            .into_iter()
            .map(|listing| (listing.code.clone(), listing))
            .collect();
        let mut compared: Vec<Compared> = entries
            .iter()
            .map(|entry| one(entry, &known, &ground))
            .collect();
        refuse_broken(conn, &mut compared, &known, import.now)?;
        let changed = compared
            .iter()
            .filter(|one| one.verdict == Verdict::Changed);
        for listing in changed.filter_map(|one| known.get(one.code.as_ref()?)) {
            existing.insert(listing.id, listing.clone());
        }
        records.extend(compared);
        (import.told)(records.len());
    }
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

fn codes(entries: &[Entry]) -> Vec<String> {
    let codes = entries.iter().filter_map(Entry::code);
    codes.map(str::to_owned).collect()
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
fn field_of(fault: &FieldFault, ground: &Ground) -> String {
    let name = fault.field.split('[').next().unwrap_or_default();
    let name = name.strip_prefix("rules.").unwrap_or(name);
    let field: Option<Field> = name.parse().ok();
    field.map_or_else(|| name.to_owned(), |field| field.key(ground.currency))
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

/// Whether a change may take away what is promised.
fn shrinks(before: &Listing, wanted: &Listing) -> bool {
    wanted.quantity < before.quantity || wanted.site != before.site
}

/// What the comparison must know: sites and companies there are, and those that would be added.
fn settle(conn: &mut Conn, import: &Import<'_>) -> Outcome<(Ground, Vec<Site>, Option<Company>)> {
    let (wishes, now) = (import.wishes, import.now);
    let mut known_sites = all_sites(conn)?;
    let mut known_companies = all_companies(conn)?;
    let (own, house) = match import.by {
        Some(actor) => (actor.company, None),
        None => house_company(&known_companies, wishes, now)?,
    };
    known_companies.extend(house.clone());
    let only_owner = match import.by.map(|actor| reach(actor.role, Right::Publish)) {
        None | Some(Reach::All) => None,
        Some(Reach::Own) => Some(own),
        Some(Reach::None) => return Err(Refused::Forbidden),
    };
    let owners = Directory::of(
        known_companies
            .iter()
            .map(|one| (one.id, one.code.as_str(), &one.names)),
    );
    let directory = |sites: &[Site]| {
        Directory::of(
            sites
                .iter()
                .map(|one| (one.id, one.code.as_str(), &one.names)),
        )
    };
    let sites = directory(&known_sites);
    let may_add = only_owner.is_none() && (wishes.make_sites || known_sites.is_empty());
    let new_sites = if may_add {
        missing_sites(import.upload, &sites, &known_sites, now)
    } else {
        Vec::new()
    };
    // The only place there is stays the obvious one, also for a file that adds another.
    let obvious = sites.only();
    known_sites.extend(new_sites.iter().cloned());
    let sites = directory(&known_sites);
    let owner = match &wishes.owner {
        Some(name) => named(&owners, name, "owner")?,
        None => own,
    };
    if only_owner.is_some_and(|only| only != owner) {
        return Err(Refused::Forbidden);
    }
    let site = match &wishes.site {
        Some(name) => Some(named(&sites, name, "site")?),
        None => obvious.or_else(|| sites.only()),
    };
    let ground = Ground {
        currency: import.cluster.currency,
        sites,
        owners,
        only_owner,
        owner,
        site,
        publish: !wishes.keep_drafts,
    };
    Ok((ground, new_sites, house))
}

/// Codes of everything there is, for who writes listings down.
pub(super) fn ground_of(conn: &mut Conn, cluster: &Cluster) -> Outcome<Ground> {
    let (sites, companies) = (all_sites(conn)?, all_companies(conn)?);
    let sites = sites
        .iter()
        .map(|one| (one.id, one.code.as_str(), &one.names));
    let owners = companies
        .iter()
        .map(|one| (one.id, one.code.as_str(), &one.names));
    Ok(Ground {
        currency: cluster.currency,
        sites: Directory::of(sites),
        owners: Directory::of(owners),
        only_owner: None,
        owner: CompanyId::from_raw(0),
        site: None,
        publish: false,
    })
}

fn named<T: Copy + Eq + std::hash::Hash>(
    directory: &Directory<T>,
    name: &str,
    field: &'static str,
) -> Outcome<T> {
    let unknown = |_| Refused::Invalid(vec![FieldFault::with_limit(field, "unknown", name)]);
    directory.find(name).map_err(unknown)
}

/// The company that runs the place; in a cluster where there is none yet, the one that would be taken in.
fn house_company(
    known: &[Company],
    wishes: &Wishes,
    now: Instant,
) -> Outcome<(CompanyId, Option<Company>)> {
    let runs = |company: &&Company| company.kinds.contains(&CompanyKind::Operator);
    if let Some(operator) = known.iter().find(runs) {
        return Ok((operator.id, None));
    }
    let house = wishes.house.clone().ok_or(Refused::NotFound("company"))?;
    let house = house.with_id(fresh_id(now));
    Ok((house.id, Some(house)))
}

/// Sites that the file names and that are not there; of a file that names none in a cluster that has none,
/// the one place there must be.
fn missing_sites(
    upload: &Upload,
    sites: &Directory<SiteId>,
    known: &[Site],
    now: Instant,
) -> Vec<Site> {
    let mut names: Vec<&str> = Vec::new();
    let mut seen = BTreeSet::new();
    for entry in upload
        .entries
        .iter()
        .filter(|entry| entry.skipped.is_none())
    {
        let Some(name) = entry.site() else { continue };
        if sites.lacks(name) && seen.insert(name) && names.len() < MOST_NEW_SITES {
            names.push(name);
        }
    }
    if names.is_empty() && known.is_empty() {
        let names = Names {
            zh: "园区".to_owned(),
            en: "Site".to_owned(),
        };
        return vec![new_site("SITE-1".to_owned(), names, now)];
    }
    let codes: BTreeSet<&str> = known.iter().map(|site| site.code.as_str()).collect();
    let free = (1..)
        .map(|number| format!("SITE-{number}"))
        .filter(|code| !codes.contains(code.as_str()));
    let both = |name: &str| Names {
        zh: name.to_owned(),
        en: name.to_owned(),
    };
    let sites = free
        .zip(names)
        .map(|(code, name)| new_site(code, both(name), now));
    sites
        .filter(|site| super::sites::faults(site).is_empty())
        .collect()
}

fn new_site(code: String, names: Names, now: Instant) -> Site {
    Site {
        id: fresh_id(now),
        code,
        names,
        hours: None,
        version: 1,
    }
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

fn all_sites(conn: &mut Conn) -> Outcome<Vec<Site>> {
    let mut all: Vec<Site> = Vec::new();
    while all.len() < MOST_PLACES {
        let after = all.last().map(|site| site.code.clone());
        let page = sites::list(conn, after.as_deref(), LONGEST_PAGE)?;
        if page.is_empty() {
            break;
        }
        all.extend(page);
    }
    Ok(all)
}

fn all_companies(conn: &mut Conn) -> Outcome<Vec<Company>> {
    let mut all: Vec<Company> = Vec::new();
    while all.len() < MOST_PLACES {
        let after = all.last().map(|company| company.code.clone());
        let page = companies::list(conn, after.as_deref(), LONGEST_PAGE)?;
        if page.is_empty() {
            break;
        }
        all.extend(page);
    }
    Ok(all)
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
    super::secrets::hash_token(&text)
}

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
    // Rows are taken before they are compared: sites first, then listings, as everywhere.
    lock_everything(conn, import.upload)?;
    let mut preview = preview(conn, import)?;
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
    let (new, changed): (Vec<_>, Vec<_>) = chosen
        .into_iter()
        .partition(|(verdict, _)| *verdict == Verdict::New);
    let made = make(conn, new.into_iter().map(|(_, listing)| listing), import)?;
    let changed = changed.into_iter().map(|(_, listing)| listing);
    let changed = change(conn, changed, &preview.existing, import)?;
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
    let mut site_ids: Vec<SiteId> = all_sites(conn)?.iter().map(|site| site.id).collect();
    site_ids.sort_unstable();
    for id in site_ids {
        lock_site(conn, id)?;
    }
    let mut ids = Vec::new();
    for entries in upload.entries.chunks(AT_ONCE) {
        ids.extend(listings::ids_by_codes(conn, &codes(entries))?);
    }
    ids.sort_unstable();
    for ids in ids.chunks(AT_ONCE) {
        listings::lock(conn, ids)?;
    }
    Ok(())
}

/// The listings of the chosen records, taken out of them.
fn chosen(records: &mut [Compared], choice: &Choice) -> Outcome<Vec<(Verdict, Listing)>> {
    let Some(lines) = &choice.lines else {
        let wanted = records
            .iter_mut()
            .filter_map(|record| Some((record.verdict, record.wanted.take()?)));
        return Ok(wanted.collect());
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
                chosen.extend(record.wanted.take().map(|wanted| (record.verdict, wanted)));
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
        super::companies::take_in(conn, house, import.member(), import.now)?;
    }
    for site in &preview.new_sites {
        super::sites::add(conn, site, import.member(), import.now)?;
    }
    Ok(())
}

fn make(
    conn: &mut Conn,
    new: impl Iterator<Item = Listing>,
    import: &Import<'_>,
) -> Outcome<Vec<Listing>> {
    let (by, now) = (import.member(), import.now);
    let made: Vec<Listing> = new
        .map(|listing| Listing {
            id: fresh_id(now),
            ..listing
        })
        .collect();
    for some in made.chunks(AT_ONCE) {
        listings::insert_all(conn, some, now)?;
        let entries = some.iter().map(|listing| {
            let detail = serde_json::json!({ "after": summary(listing), "imported": true });
            audit::entry(listing.id, "listing.created", by, &detail, now)
        });
        audit::put_all(conn, entries.collect())?;
    }
    Ok(made)
}

fn change(
    conn: &mut Conn,
    changed: impl Iterator<Item = Listing>,
    existing: &HashMap<ListingId, Listing>,
    import: &Import<'_>,
) -> Outcome<usize> {
    let (by, now) = (import.member(), import.now);
    let mut count = 0;
    let mut shrunk = Vec::new();
    let mut entries = Vec::new();
    for mut listing in changed {
        let before = existing
            .get(&listing.id)
            .ok_or(Refused::NotFound("listing"))?;
        listing.version = before.version + 1;
        listings::update(conn, &listing)?;
        if shrinks(before, &listing) {
            shrunk.push(listing.id);
        }
        let detail = serde_json::json!({ "before": summary(before), "after": summary(&listing), "imported": true });
        entries.push(audit::entry(
            listing.id,
            "listing.changed",
            by,
            &detail,
            now,
        ));
        if entries.len() == AT_ONCE {
            audit::put_all(conn, std::mem::take(&mut entries))?;
        }
        count += 1;
    }
    audit::put_all(conn, entries)?;
    for ids in shrunk.chunks(AT_ONCE) {
        keep_promises(conn, ids, from_now_on(now)?, now)?;
    }
    Ok(count)
}
