//! What became of a listing: who changed what, when, from what to what. Reads the history only.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::booking_letters::member_names;
use super::listings::may_see;
use super::{OrNotFound, Outcome, require};
use crate::domain::ids::{AuditId, CompanyId, ListingId, SiteId};
use crate::domain::people::Actor;
use crate::domain::rights::Right;
use crate::domain::span::Instant;
use crate::store::audit::Entry;
use crate::store::{Conn, audit, companies, listings, sites};

/// One change of one field.
#[derive(Debug, Clone, PartialEq)]
pub struct FieldChange {
    /// The field, such as `quantity` or `rules.turnaround_minutes`.
    pub field: String,
    /// What it was; null is nothing.
    pub before: Value,
    /// What it is.
    pub after: Value,
}

/// One entry of a listing's history.
#[derive(Debug, Clone)]
pub struct Told {
    /// Its identifier.
    pub id: AuditId,
    /// When.
    pub at: Instant,
    /// Who; `None` is the house itself.
    pub by: Option<String>,
    /// What, as `noun.verb`.
    pub what: String,
    /// Why, where it was said.
    pub reason: String,
    /// What changed.
    pub changes: Vec<FieldChange>,
}

/// The history of a listing, newest first, for those who keep it.
pub fn of_listing(
    conn: &mut Conn,
    actor: &Actor,
    id: ListingId,
    before: Option<AuditId>,
    limit: i64,
) -> Outcome<Vec<Told>> {
    let listing = listings::find(conn, id).or_not_found("listing")?;
    may_see(actor, &listing)?;
    require(actor, Right::Publish, listing.owner)?;
    let entries = audit::list(conn, Some(&id.to_string()), before, limit)?;
    let members: Vec<_> = entries.iter().filter_map(|entry| entry.member_id).collect();
    let people = member_names(conn, &members)?;
    let mut told: Vec<Told> = entries
        .into_iter()
        .map(|entry| Told {
            by: entry.member_id.and_then(|id| people.get(&id).cloned()),
            ..read(entry)
        })
        .collect();
    name_places(conn, &mut told)?;
    Ok(told)
}

fn read(entry: Entry) -> Told {
    let detail: Value = serde_json::from_str(&entry.detail).unwrap_or_default();
    let (before, after) = (flat(&detail["before"]), flat(&detail["after"]));
    let fields: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let changes = fields.into_iter().filter_map(|field| {
        let side = |side: &BTreeMap<String, Value>| side.get(field).cloned().unwrap_or_default();
        let (before, after) = (side(&before), side(&after));
        (before != after).then(|| FieldChange {
            field: field.clone(),
            before,
            after,
        })
    });
    Told {
        id: entry.id,
        at: entry.at.0,
        by: None,
        what: entry.what,
        reason: detail["reason"].as_str().unwrap_or_default().to_owned(),
        changes: changes.collect(),
    }
}

/// Fields by name; those of rules by `rules.name`, amounts as they are.
fn flat(side: &Value) -> BTreeMap<String, Value> {
    let mut flat = BTreeMap::new();
    for (field, value) in side.as_object().into_iter().flatten() {
        match value {
            Value::Object(inner) if field == "rules" => {
                let named =
                    |(name, value): (&String, &Value)| (format!("rules.{name}"), value.clone());
                flat.extend(inner.iter().map(named));
            }
            _ => {
                flat.insert(field.clone(), value.clone());
            }
        }
    }
    flat
}

/// Sites and owners are told by the codes people know.
fn name_places(conn: &mut Conn, told: &mut [Told]) -> Outcome<()> {
    let mut values: Vec<&mut Value> = Vec::new();
    for change in told.iter_mut().flat_map(|one| &mut one.changes) {
        if matches!(change.field.as_str(), "site" | "owner") {
            values.extend([&mut change.before, &mut change.after]);
        }
    }
    let ids: BTreeSet<String> = values
        .iter()
        .filter_map(|value| value.as_str().map(str::to_owned))
        .collect();
    let site_ids: Vec<SiteId> = ids.iter().filter_map(|id| id.parse().ok()).collect();
    let company_ids: Vec<CompanyId> = ids.iter().filter_map(|id| id.parse().ok()).collect();
    let mut codes: BTreeMap<String, String> = BTreeMap::new();
    let found = sites::find_all(conn, &site_ids)?;
    codes.extend(
        found
            .into_iter()
            .map(|site| (site.id.to_string(), site.code)),
    );
    let found = companies::find_all(conn, &company_ids)?;
    codes.extend(found.into_iter().map(|one| (one.id.to_string(), one.code)));
    for value in values {
        if let Some(code) = value.as_str().and_then(|id| codes.get(id)) {
            *value = Value::String(code.clone());
        }
    }
    Ok(())
}
