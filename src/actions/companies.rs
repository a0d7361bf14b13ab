//! Companies: taken in and edited.

use super::checks::{Checks, none_of};
use super::{FieldFault, OrNotFound, Outcome, Refused, require};
use crate::domain::ids::{CompanyId, MemberId};
use crate::domain::people::{Actor, Company, CompanyKind, Names};
use crate::domain::rights::{Right, may};
use crate::domain::span::Instant;
use crate::store::{Conn, audit, companies, fresh_id};

/// A company to be taken in.
#[derive(Debug, Clone)]
pub struct NewCompany {
    /// Short code, unique in the cluster.
    pub code: String,
    /// What it does here; at least one.
    pub kinds: Vec<CompanyKind>,
    /// Its names.
    pub names: Names,
    /// Whether other companies may read its name on a taken span.
    pub shows_name: bool,
}

impl NewCompany {
    /// Everything that is wrong with it.
    pub fn faults(&self) -> Vec<FieldFault> {
        let mut checks = Checks::default();
        checks.code("code", &self.code);
        checks.names(&self.names);
        checks.when(self.kinds.is_empty(), FieldFault::new("kinds", "required"));
        checks.faults()
    }

    /// The company it becomes.
    pub(super) fn with_id(self, id: CompanyId) -> Company {
        Company {
            id,
            code: self.code,
            kinds: each_once(self.kinds),
            names: self.names,
            shows_name: self.shows_name,
        }
    }
}

/// Takes a company in. `None` is the house itself.
pub fn create(
    conn: &mut Conn,
    actor: Option<&Actor>,
    new: NewCompany,
    now: Instant,
) -> Outcome<Company> {
    if let Some(actor) = actor {
        require(actor, Right::ManageCluster, actor.company)?;
    }
    none_of(new.faults())?;
    if companies::find_by_code(conn, &new.code)?.is_some() {
        return Err(Refused::Duplicate("code"));
    }
    let company = new.with_id(fresh_id(now));
    take_in(conn, &company, actor.map(|actor| actor.member), now)?;
    Ok(company)
}

/// Stores a company that is right, with its history.
pub(super) fn take_in(
    conn: &mut Conn,
    company: &Company,
    by: Option<MemberId>,
    now: Instant,
) -> Outcome<()> {
    companies::insert(conn, company, now)?;
    let detail = serde_json::json!({ "after": summary(company) });
    audit::put(conn, company.id, "company.created", by, &detail, now)?;
    Ok(())
}

/// A change as it is asked for; what is absent stays.
#[derive(Debug, Clone, Default)]
pub struct CompanyChange {
    /// What it does here. For managers.
    pub kinds: Option<Vec<CompanyKind>>,
    /// In Chinese.
    pub name_zh: Option<String>,
    /// In English.
    pub name_en: Option<String>,
    /// Whether other companies may read its name on a taken span.
    pub shows_name: Option<bool>,
}

/// Edits a company: its publishers what it is called, managers also what it is.
pub fn change(
    conn: &mut Conn,
    actor: &Actor,
    id: CompanyId,
    change: &CompanyChange,
    now: Instant,
) -> Outcome<Company> {
    let mut company = companies::find(conn, id).or_not_found("company")?;
    require(actor, Right::ManageMembers, id)?;
    let before = summary(&company);
    if let Some(kinds) = &change.kinds {
        let kinds = each_once(kinds.clone());
        if kinds != company.kinds && !may(actor, Right::ManageCluster, id) {
            return Err(Refused::Forbidden);
        }
        company.kinds = kinds;
    }
    if let Some(name) = &change.name_zh {
        company.names.zh.clone_from(name);
    }
    if let Some(name) = &change.name_en {
        company.names.en.clone_from(name);
    }
    company.shows_name = change.shows_name.unwrap_or(company.shows_name);
    let mut checks = Checks::default();
    checks.names(&company.names);
    checks.when(
        company.kinds.is_empty(),
        FieldFault::new("kinds", "required"),
    );
    none_of(checks.faults())?;
    companies::update(conn, &company)?;
    let detail = serde_json::json!({ "before": before, "after": summary(&company) });
    audit::put(
        conn,
        id,
        "company.changed",
        Some(actor.member),
        &detail,
        now,
    )?;
    Ok(company)
}

fn each_once(mut kinds: Vec<CompanyKind>) -> Vec<CompanyKind> {
    kinds.sort_unstable();
    kinds.dedup();
    kinds
}

fn summary(company: &Company) -> serde_json::Value {
    serde_json::json!({
        "code": company.code, "kinds": company.kinds, "name_zh": company.names.zh,
        "name_en": company.names.en, "shows_name": company.shows_name,
    })
}
