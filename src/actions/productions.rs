//! Productions: the dramas of a company, opened and edited.

use chrono::NaiveDate;

use super::checks::{Checks, LONGEST_NAME, none_of};
use super::{FieldFault, OrNotFound, Outcome, Refused, require};
use crate::domain::ids::ProductionId;
use crate::domain::people::Actor;
use crate::domain::rights::{Right, may};
use crate::domain::span::Instant;
use crate::store::productions::{self, Production};
use crate::store::{Conn, audit, fresh_id};

/// Classes in which a drama is filed with the regulator.
pub const FILING_CLASSES: [&str; 3] = ["key", "ordinary", "other"];
/// The longest filing number.
const LONGEST_NUMBER: usize = 100;

/// A drama to be shot, for the company of whoever opens it.
#[derive(Debug, Clone, Default)]
pub struct NewProduction {
    /// Its title.
    pub title: String,
    /// One of [`FILING_CLASSES`], if it is known yet.
    pub filing_class: Option<String>,
    /// Filing number, or empty.
    pub filing_number: String,
    /// First day of the shoot.
    pub starts_on: Option<NaiveDate>,
    /// Last day of the shoot.
    pub ends_on: Option<NaiveDate>,
}

/// Opens a drama.
pub fn create(
    conn: &mut Conn,
    actor: &Actor,
    new: NewProduction,
    now: Instant,
) -> Outcome<Production> {
    require(actor, Right::Book, actor.company)?;
    let NewProduction {
        title,
        filing_class,
        filing_number,
        starts_on,
        ends_on,
    } = new;
    let (id, company) = (fresh_id(now), actor.company);
    let production = Production {
        id,
        company,
        title,
        filing_class,
        filing_number,
        starts_on,
        ends_on,
        version: 1,
    };
    none_of(faults(&production))?;
    productions::insert(conn, &production, now)?;
    let detail = serde_json::json!({ "after": summary(&production) });
    audit::put(
        conn,
        id,
        "production.created",
        Some(actor.member),
        &detail,
        now,
    )?;
    Ok(production)
}

/// A change as it is asked for; what is absent stays.
#[derive(Debug, Clone, Default)]
pub struct ProductionChange {
    /// The version it was made on, if the asker minds.
    pub expected_version: Option<i64>,
    /// Another title.
    pub title: Option<String>,
    /// Another class; the inner `None` is not known yet.
    pub filing_class: Option<Option<String>>,
    /// Another number.
    pub filing_number: Option<String>,
    /// Another first day.
    pub starts_on: Option<Option<NaiveDate>>,
    /// Another last day.
    pub ends_on: Option<Option<NaiveDate>>,
}

/// Edits a drama. Its bookings stay as they are.
pub fn change(
    conn: &mut Conn,
    actor: &Actor,
    id: ProductionId,
    change: &ProductionChange,
    now: Instant,
) -> Outcome<Production> {
    let mut production = productions::find(conn, id).or_not_found("production")?;
    if !may(actor, Right::SeeCompany, production.company) {
        return Err(Refused::NotFound("production"));
    }
    require(actor, Right::Book, production.company)?;
    let (before, version) = (summary(&production), production.version);
    if change
        .expected_version
        .is_some_and(|expected| expected != version)
    {
        return Err(Refused::VersionStale(version));
    }
    if let Some(title) = &change.title {
        production.title.clone_from(title);
    }
    if let Some(class) = &change.filing_class {
        production.filing_class.clone_from(class);
    }
    if let Some(number) = &change.filing_number {
        production.filing_number.clone_from(number);
    }
    production.starts_on = change.starts_on.unwrap_or(production.starts_on);
    production.ends_on = change.ends_on.unwrap_or(production.ends_on);
    none_of(faults(&production))?;
    production.version += 1;
    if !productions::update(conn, &production, version)? {
        return Err(Refused::VersionStale(production.version));
    }
    let detail = serde_json::json!({ "before": before, "after": summary(&production) });
    audit::put(
        conn,
        id,
        "production.changed",
        Some(actor.member),
        &detail,
        now,
    )?;
    Ok(production)
}

/// Everything that is wrong with a drama.
pub fn faults(production: &Production) -> Vec<FieldFault> {
    let mut checks = Checks::default();
    checks.required("title", &production.title, LONGEST_NAME);
    checks.text("filing_number", &production.filing_number, LONGEST_NUMBER);
    let class = production.filing_class.as_deref();
    let unknown = class.is_some_and(|class| !FILING_CLASSES.contains(&class));
    checks.when(
        unknown,
        FieldFault::with_limit("filing_class", "not_one_of", FILING_CLASSES.join(", ")),
    );
    let days = production.starts_on.zip(production.ends_on);
    let inverted = days.is_some_and(|(first, last)| last < first);
    checks.when(inverted, FieldFault::new("ends_on", "span_inverted"));
    checks.faults()
}

fn summary(production: &Production) -> serde_json::Value {
    serde_json::json!({
        "title": production.title, "filing_class": production.filing_class,
        "filing_number": production.filing_number, "starts_on": production.starts_on,
        "ends_on": production.ends_on,
    })
}
