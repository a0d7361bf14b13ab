//! Sites: added and edited. Closing one is a closure ([`super::closures`]).

use super::checks::{Checks, LONGEST_TEXT, none_of};
use super::{FieldFault, OrNotFound, Outcome, Refused, require};
use crate::domain::hours::{HoursFault, OpeningHours};
use crate::domain::ids::{MemberId, SiteId};
use crate::domain::people::{Actor, Names};
use crate::domain::rights::Right;
use crate::domain::span::Instant;
use crate::store::sites::{self, Site};
use crate::store::{Conn, audit, fresh_id};

/// A place to be added.
#[derive(Debug, Clone)]
pub struct NewSite {
    /// Short code, unique in the cluster.
    pub code: String,
    /// Its names.
    pub names: Names,
    /// When it is open; `None` is always.
    pub hours: Option<OpeningHours>,
}

/// Adds a place; `None` is the house itself. Only managers get here: the right is the whole cluster's
/// or nobody's, so the table of routes settles it.
pub fn create(conn: &mut Conn, by: Option<MemberId>, new: NewSite, now: Instant) -> Outcome<Site> {
    let NewSite { code, names, hours } = new;
    let site = Site {
        id: fresh_id(now),
        code,
        names,
        hours,
        version: 1,
    };
    none_of(faults(&site))?;
    if sites::find_by_code(conn, &site.code)?.is_some() {
        return Err(Refused::Duplicate("code"));
    }
    add(conn, &site, by, now)?;
    Ok(site)
}

/// Stores a place that is right, with its history.
pub(super) fn add(conn: &mut Conn, site: &Site, by: Option<MemberId>, now: Instant) -> Outcome<()> {
    sites::insert(conn, site)?;
    let detail = serde_json::json!({ "after": summary(site) });
    audit::put(conn, site.id, "site.created", by, &detail, now)?;
    Ok(())
}

/// A change as it is asked for; what is absent stays.
#[derive(Debug, Clone, Default)]
pub struct SiteChange {
    /// The version it was made on.
    pub expected_version: i64,
    /// Another code.
    pub code: Option<String>,
    /// In Chinese.
    pub name_zh: Option<String>,
    /// In English.
    pub name_en: Option<String>,
    /// Other hours; the inner `None` is always open. What was booked by the old ones stands.
    pub hours: Option<Option<OpeningHours>>,
}

/// Edits a place.
pub fn change(
    conn: &mut Conn,
    actor: &Actor,
    id: SiteId,
    change: &SiteChange,
    now: Instant,
) -> Outcome<Site> {
    require(actor, Right::ManageCluster, actor.company)?;
    let mut site = sites::lock(conn, id).or_not_found("site")?;
    if site.version != change.expected_version {
        return Err(Refused::VersionStale(site.version));
    }
    let before = summary(&site);
    if let Some(code) = &change.code {
        site.code.clone_from(code);
    }
    if let Some(name) = &change.name_zh {
        site.names.zh.clone_from(name);
    }
    if let Some(name) = &change.name_en {
        site.names.en.clone_from(name);
    }
    if let Some(hours) = &change.hours {
        site.hours.clone_from(hours);
    }
    none_of(faults(&site))?;
    if sites::find_by_code(conn, &site.code)?.is_some_and(|other| other.id != id) {
        return Err(Refused::Duplicate("code"));
    }
    site.version += 1;
    if !sites::update(conn, &site, change.expected_version)? {
        return Err(Refused::VersionStale(site.version));
    }
    let detail = serde_json::json!({ "before": before, "after": summary(&site) });
    audit::put(conn, id, "site.changed", Some(actor.member), &detail, now)?;
    Ok(site)
}

/// Everything that is wrong with a place.
pub fn faults(site: &Site) -> Vec<FieldFault> {
    let mut checks = Checks::default();
    checks.code("code", &site.code);
    checks.names(&site.names);
    let mut faults = checks.faults();
    faults.extend(site.hours.iter().flat_map(hours_faults));
    faults
}

/// Everything that is wrong with opening hours.
pub(super) fn hours_faults(hours: &OpeningHours) -> Vec<FieldFault> {
    let mut checks = Checks::default();
    for (place, exception) in hours.exceptions.iter().enumerate() {
        checks.text(
            &format!("hours.exceptions[{place}].note"),
            &exception.note,
            LONGEST_TEXT,
        );
    }
    let fault = hours.check().err().map(|fault| match fault {
        HoursFault::TooManyExceptions => {
            FieldFault::with_limit("hours.exceptions", "too_many", 1_000)
        }
        HoursFault::TooManyPeriods => FieldFault::with_limit("hours", "too_many", 12),
        HoursFault::DuplicateDate(date) => {
            FieldFault::with_limit("hours.exceptions", "date_twice", date)
        }
    });
    let mut faults = checks.faults();
    faults.extend(fault);
    faults
}

fn summary(site: &Site) -> serde_json::Value {
    serde_json::json!({
        "code": site.code, "name_zh": site.names.zh, "name_en": site.names.en, "hours": site.hours,
    })
}
