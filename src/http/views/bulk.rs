//! What a change to many listings would do → JSON.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::Named;
use crate::actions::bulk::{Judged, Outlook};
use crate::domain::money::Currency;
use crate::domain::people::Language;
use crate::inventory::entry::Issue;
use crate::inventory::words;

/// What the change would do.
#[derive(Debug, Serialize, ToSchema)]
pub struct OutlookOut {
    /// Every listing it is about, by code.
    pub items: Vec<JudgedOut>,
    /// How many are `changed`, `unchanged` and `refused`.
    pub totals: BTreeMap<String, usize>,
    /// To be sent when the change is made, so that nothing but what was looked at is changed.
    pub seen: String,
}

/// What it would make of one listing.
#[derive(Debug, Serialize, ToSchema)]
pub struct JudgedOut {
    /// Which.
    pub listing: Named,
    /// `changed`, `unchanged` or `refused`.
    pub verdict: String,
    /// What would be another.
    pub changes: Vec<ChangeOut>,
    /// Why it is refused.
    pub issues: Vec<IssueOut>,
}

/// A value that would be another.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChangeOut {
    /// Which, as a column of an export is named.
    pub field: String,
    /// As an export writes what is there.
    pub before: String,
    /// As an export would write it afterwards.
    pub after: String,
}

/// Why a listing is refused.
#[derive(Debug, Serialize, ToSchema)]
pub struct IssueOut {
    /// The field it is about; empty for all of it.
    pub field: String,
    /// A stable word.
    pub code: String,
    /// For people.
    pub reason: String,
    /// What to do about it.
    pub remedy: String,
}

/// The answer to a preview.
pub fn outlook(outlook: &Outlook, currency: Currency, language: Language) -> OutlookOut {
    let judged = |one: &Judged| JudgedOut {
        listing: Named::new(one.before.id, &one.before.code, &one.before.names),
        verdict: one.verdict.to_string(),
        changes: one
            .changes
            .iter()
            .map(|change| ChangeOut {
                field: change.field.key(currency),
                before: change.before.clone(),
                after: change.after.clone(),
            })
            .collect(),
        issues: one
            .issues
            .iter()
            .map(|issue| issue_out(issue, language))
            .collect(),
    };
    OutlookOut {
        items: outlook.listings.iter().map(judged).collect(),
        totals: outlook
            .totals()
            .into_iter()
            .map(|(verdict, count)| (verdict.to_string(), count))
            .collect(),
        seen: outlook.seen.clone(),
    }
}

fn issue_out(issue: &Issue, language: Language) -> IssueOut {
    IssueOut {
        field: issue.field.clone(),
        code: issue.code.to_owned(),
        reason: words::reason(issue, language),
        remedy: words::remedy(issue, language),
    }
}
