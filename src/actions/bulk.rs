//! Bulk change: one change to many listings, looked at first (nothing is stored), then made to all of them
//! or to none. Both ask the same question with the same code; making it asks again under lock.

use std::collections::{BTreeMap, BTreeSet};

use super::catalogue::{self, Free};
use super::checks::{Checks, none_of};
use super::claims::{broken_by, from_now_on, keep_promises};
use super::import::{field_of, ground_of};
use super::kit_parts::{published_kits_with, unpublished_parts};
use super::listings::{MOST_NAMED, booked_ahead, faults, lock_site, may_see, summary};
use super::{Cluster, FieldFault, Outcome, Refused, holds};
use crate::domain::bulk::{BulkChange, HIGHEST_PERCENT, LOWEST_PERCENT};
use crate::domain::ids::ListingId;
use crate::domain::listing::{Listing, ListingState};
use crate::domain::people::Actor;
use crate::domain::rights::{Right, may};
use crate::domain::span::Instant;
use crate::inventory::columns::Field;
use crate::inventory::compare::{Change, Verdict, differences};
use crate::inventory::entry::Issue;
use crate::inventory::ground::Ground;
use crate::store::listings::Filter;
use crate::store::{Conn, audit, bookings, listings, sites};

/// The most listings that are changed in one go.
pub const MOST_LISTINGS: usize = 1_000;
/// The most a rate is rounded to: a thousand whole units.
const COARSEST_ROUNDING: i64 = 100_000;

/// Which listings.
#[derive(Debug, Clone)]
pub enum Selection {
    /// These.
    Listings(Vec<ListingId>),
    /// All that the catalogue finds.
    Found(Box<Filter>, Option<Free>),
}

/// One change to many listings.
#[derive(Debug, Clone)]
pub struct Bulk {
    /// To which.
    pub selection: Selection,
    /// What.
    pub change: BulkChange,
}

impl Bulk {
    fn faults(&self) -> Vec<FieldFault> {
        let mut checks = Checks::default();
        let nothing = FieldFault::new("change", "required");
        checks.when(self.change.is_nothing(), nothing);
        if let Some(rates) = self.change.rates {
            let percents = format!("{LOWEST_PERCENT}–{HIGHEST_PERCENT}");
            checks.when(
                !(LOWEST_PERCENT..=HIGHEST_PERCENT).contains(&rates.percent),
                FieldFault::with_limit("change.rates.percent", "out_of_range", percents),
            );
            let steps = format!("1–{COARSEST_ROUNDING}");
            checks.when(
                !(1..=COARSEST_ROUNDING).contains(&rates.round_to_minor),
                FieldFault::with_limit("change.rates.round_to", "out_of_range", steps),
            );
        }
        let words = "published, retired";
        checks.when(
            self.change.state == Some(ListingState::Draft),
            FieldFault::with_limit("change.state", "not_one_of", words),
        );
        checks.faults()
    }
}

/// What the change would make of one listing.
#[derive(Debug, Clone)]
pub struct Judged {
    /// As it is.
    pub before: Listing,
    /// As it would be.
    pub wanted: Listing,
    /// `changed`, `unchanged` or `refused`.
    pub verdict: Verdict,
    /// Why it is refused.
    pub issues: Vec<Issue>,
    /// What would be another, as files hold it.
    pub changes: Vec<Change>,
}

impl Judged {
    fn refuse(&mut self, issue: Issue) {
        self.verdict = Verdict::Refused;
        self.issues.push(issue);
    }
}

/// What the change would do.
pub struct Outlook {
    /// Every listing it is about, by code.
    pub listings: Vec<Judged>,
    /// What stands for all of it: making the change compares it, to change nothing but what was looked at.
    pub seen: String,
}

impl Outlook {
    /// How many listings have each verdict.
    pub fn totals(&self) -> BTreeMap<Verdict, usize> {
        let verdicts = [Verdict::Changed, Verdict::Unchanged, Verdict::Refused];
        let count = |verdict| {
            let such = self.listings.iter().filter(|one| one.verdict == verdict);
            (verdict, such.count())
        };
        verdicts.map(count).into_iter().collect()
    }
}

/// Looks at the change.
pub fn preview(
    conn: &mut Conn,
    cluster: &Cluster,
    actor: &Actor,
    bulk: &Bulk,
    now: Instant,
) -> Outcome<Outlook> {
    none_of(bulk.faults())?;
    known_site(conn, &bulk.change)?;
    let ids = select(conn, actor, &bulk.selection, now)?;
    judge(conn, cluster, actor, &bulk.change, &ids, now)
}

/// Makes the change to every listing it is about, or to none; what is so already stays untouched. `seen` is
/// the preview's; without it whatever is there now is changed. How many were changed.
pub fn apply(
    conn: &mut Conn,
    cluster: &Cluster,
    actor: &Actor,
    bulk: &Bulk,
    seen: Option<&str>,
    now: Instant,
) -> Outcome<usize> {
    none_of(bulk.faults())?;
    known_site(conn, &bulk.change)?;
    // Rows are taken before they are judged: sites first, then listings, as everywhere.
    if let Some(site) = bulk.change.site {
        lock_site(conn, site)?;
    }
    let ids = select(conn, actor, &bulk.selection, now)?;
    holds::enter(conn, cluster, &ids, &[], now)?;
    let outlook = judge(conn, cluster, actor, &bulk.change, &ids, now)?;
    if seen.is_some_and(|seen| seen != outlook.seen) {
        return Err(Refused::State("bulk_stale"));
    }
    let is_refused = |one: &&Judged| one.verdict == Verdict::Refused;
    let refused: Vec<&str> = outlook
        .listings
        .iter()
        .filter(is_refused)
        .take(usize::try_from(MOST_NAMED).unwrap_or(1))
        .map(|one| one.before.code.as_str())
        .collect();
    if !refused.is_empty() {
        let fault = FieldFault::with_limit("listings", "cannot_be_changed", refused.join(", "));
        return Err(Refused::Invalid(vec![fault]));
    }
    save(conn, cluster, actor, outlook.listings, now)
}

fn save(
    conn: &mut Conn,
    cluster: &Cluster,
    actor: &Actor,
    judged: Vec<Judged>,
    now: Instant,
) -> Outcome<usize> {
    let mut moved = Vec::new();
    let (mut edited, mut entries) = (Vec::new(), Vec::new());
    for one in judged {
        if one.verdict != Verdict::Changed {
            continue;
        }
        let (before, mut wanted) = (one.before, one.wanted);
        wanted.version += 1;
        if wanted.site != before.site {
            moved.push(wanted.id);
        }
        let detail = serde_json::json!({ "before": summary(&before), "after": summary(&wanted), "bulk": true });
        let what = what_happened(&before, &wanted);
        entries.push(audit::entry(
            wanted.id,
            what,
            Some(actor.member),
            &detail,
            now,
        ));
        edited.push(wanted);
    }
    let count = entries.len();
    listings::update_all(conn, &edited)?;
    audit::put_all(conn, entries)?;
    if !moved.is_empty() {
        keep_promises(conn, &moved, from_now_on(now)?, now)?;
        // A site that is open: whoever is next in line has what comes free.
        holds::enter(conn, cluster, &moved, &[], now)?;
    }
    Ok(count)
}

fn what_happened(before: &Listing, after: &Listing) -> &'static str {
    match after.state {
        state if state == before.state => "listing.changed",
        ListingState::Published => "listing.published",
        ListingState::Retired => "listing.retired",
        ListingState::Draft => "listing.changed",
    }
}

fn known_site(conn: &mut Conn, change: &BulkChange) -> Outcome<()> {
    let Some(site) = change.site else {
        return Ok(());
    };
    let found = sites::find_all(conn, &[site])?;
    let unknown = FieldFault::with_limit("change.site", "unknown", site);
    none_of(if found.is_empty() {
        vec![unknown]
    } else {
        Vec::new()
    })
}

/// The listings it is about. One that the actor may not know of is as unknown as none at all.
fn select(
    conn: &mut Conn,
    actor: &Actor,
    selection: &Selection,
    now: Instant,
) -> Outcome<Vec<ListingId>> {
    let too_many = || {
        let fault = FieldFault::with_limit("listings", "too_many", MOST_LISTINGS);
        Refused::Invalid(vec![fault])
    };
    let found = match selection {
        Selection::Listings(ids) if ids.len() > MOST_LISTINGS => return Err(too_many()),
        Selection::Listings(ids) => {
            let found = listings::find_all(conn, ids)?;
            let seen: BTreeSet<ListingId> = found
                .iter()
                .filter(|listing| may_see(actor, listing).is_ok())
                .map(|listing| listing.id)
                .collect();
            let unknown = |(place, id): (usize, &ListingId)| {
                let fault = FieldFault::new(format!("listings[{place}]"), "unknown_listing");
                (!seen.contains(id)).then_some(fault)
            };
            none_of(ids.iter().enumerate().filter_map(unknown).collect())?;
            seen.into_iter().collect()
        }
        Selection::Found(filter, free) => {
            let found = catalogue::search(conn, filter, *free, None, MOST_LISTINGS, now)?;
            if found.next.is_some() {
                return Err(too_many());
            }
            let ids = found.listings.iter().map(|listing| listing.id);
            ids.collect::<Vec<_>>()
        }
    };
    if found.is_empty() {
        let nothing = FieldFault::new("listings", "required");
        return Err(Refused::Invalid(vec![nothing]));
    }
    Ok(found)
}

fn judge(
    conn: &mut Conn,
    cluster: &Cluster,
    actor: &Actor,
    change: &BulkChange,
    ids: &[ListingId],
    now: Instant,
) -> Outcome<Outlook> {
    let ground = ground_of(conn, cluster)?;
    let mut found = listings::find_all(conn, ids)?;
    found.sort_unstable_by(|one, other| one.code.cmp(&other.code));
    let mut judged: Vec<Judged> = found
        .into_iter()
        .map(|before| judge_one(before, actor, change, &ground))
        .collect();
    refuse_broken(conn, &mut judged, now)?;
    let seen = digest(&judged);
    Ok(Outlook {
        listings: judged,
        seen,
    })
}

fn judge_one(before: Listing, actor: &Actor, change: &BulkChange, ground: &Ground) -> Judged {
    let wanted = change.applied(&before);
    let changes = differences(&before, &wanted, ground);
    let mut judged = Judged {
        verdict: if wanted == before {
            Verdict::Unchanged
        } else {
            Verdict::Changed
        },
        issues: Vec::new(),
        changes,
        before,
        wanted,
    };
    if !may(actor, Right::Publish, judged.before.owner) {
        judged.refuse(Issue::new("", "others_listing", ""));
        return judged;
    }
    if judged.verdict == Verdict::Unchanged {
        return judged;
    }
    for fault in faults(&judged.wanted) {
        let field = field_of(&fault, ground);
        judged.refuse(Issue::new(field, fault.code, fault.limit));
    }
    if judged.wanted.state == ListingState::Published && !judged.wanted.is_complete() {
        judged.refuse(Issue::new(Field::State.as_str(), "incomplete", ""));
    }
    judged
}

/// Refuses what would break a promise: a site that is closed when it is booked, a retirement of what is
/// booked ahead.
fn refuse_broken(conn: &mut Conn, judged: &mut [Judged], now: Instant) -> Outcome<()> {
    let stands = |one: &&Judged| one.verdict == Verdict::Changed;
    let moved = judged
        .iter()
        .filter(stands)
        .filter(|one| one.wanted.site != one.before.site)
        .map(|one| one.wanted.clone())
        .collect();
    let broken = broken_by(conn, moved, from_now_on(now)?, now)?;
    // What goes or comes with its kit in the same change is not in its way.
    let going = |state: ListingState| -> BTreeSet<String> {
        let such = judged.iter().filter(stands);
        let such = such.filter(|one| one.wanted.state == state && one.before.state != state);
        such.map(|one| one.before.code.clone()).collect()
    };
    let (published, retired) = (going(ListingState::Published), going(ListingState::Retired));
    for one in judged {
        if let Some(references) = broken.get(&one.wanted.id) {
            let field = Field::Site.as_str();
            one.refuse(Issue::new(field, "hits_bookings", references.join(", ")));
        }
        let publishes = one.wanted.state == ListingState::Published
            && one.before.state != ListingState::Published
            && one.verdict == Verdict::Changed;
        if publishes && one.wanted.is_kit() {
            let mut unpublished = unpublished_parts(conn, one.before.id)?;
            unpublished.retain(|part| !published.contains(part));
            if !unpublished.is_empty() {
                let named = unpublished.join(", ");
                one.refuse(Issue::new(Field::State.as_str(), "unpublished_part", named));
            }
        }
        let retires = one.wanted.state == ListingState::Retired
            && one.before.state != ListingState::Retired
            && one.verdict == Verdict::Changed;
        if !retires {
            continue;
        }
        let ahead = booked_ahead(conn, one.before.id, now)?;
        if !ahead.is_empty() {
            let references = bookings::references(conn, &ahead)?.into_values();
            let named = references.collect::<Vec<_>>().join(", ");
            one.refuse(Issue::new(Field::State.as_str(), "hits_bookings", named));
        }
        let mut kits = published_kits_with(conn, one.before.id)?;
        kits.retain(|kit| !retired.contains(kit));
        if !kits.is_empty() {
            let named = kits.join(", ");
            one.refuse(Issue::new(Field::State.as_str(), "part_of_kits", named));
        }
    }
    Ok(())
}

/// The same for the same change to the same listings as they are.
fn digest(judged: &[Judged]) -> String {
    let value = |change: &Change| format!(" {}={}", change.field, change.after);
    let line = |one: &Judged| {
        let changes: String = one.changes.iter().map(value).collect();
        let (id, version) = (one.before.id, one.before.version);
        format!("{id} {version} {}{changes}\n", one.verdict)
    };
    let text: String = judged.iter().map(line).collect();
    super::secrets::hash_token(&text)
}
