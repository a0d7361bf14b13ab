//! How far ahead each kind of company may book: said by managers, known to all.

use super::checks::none_of;
use super::{FieldFault, Outcome, require};
use crate::domain::people::{Actor, CompanyKind};
use crate::domain::policy::MOST_HORIZON_DAYS;
use crate::domain::quota::Horizons;
use crate::domain::rights::Right;
use crate::domain::span::Instant;
use crate::store::{Conn, audit, limits};

/// Sets it for all kinds at once. What is booked already stays.
pub fn set(conn: &mut Conn, actor: &Actor, horizons: &Horizons, now: Instant) -> Outcome<()> {
    require(actor, Right::ManageCluster, actor.company)?;
    none_of(faults(horizons))?;
    let before = limits::horizons(conn)?;
    limits::put_horizons(conn, horizons)?;
    let detail = serde_json::json!({ "before": told(&before), "after": told(horizons) });
    let by = Some(actor.member);
    audit::put(conn, "horizons", "horizons.set", by, &detail, now)?;
    Ok(())
}

fn faults(horizons: &Horizons) -> Vec<FieldFault> {
    let bound = 1..=MOST_HORIZON_DAYS;
    let wrong = horizons.all().filter(|(_, days)| !bound.contains(days));
    wrong
        .map(|(kind, _)| {
            let limit = format!("{}–{}", bound.start(), bound.end());
            FieldFault::with_limit(kind.as_str(), "out_of_range", limit)
        })
        .collect()
}

fn told(horizons: &Horizons) -> serde_json::Value {
    let days = |kind: &CompanyKind| (kind.as_str().to_owned(), horizons.of_kind(*kind).into());
    serde_json::Value::Object(CompanyKind::ALL.iter().map(days).collect())
}
