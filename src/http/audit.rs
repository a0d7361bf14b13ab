//! The history of everything, for managers.

use axum::Json;
use axum::extract::State;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use super::cursor::{ListKey, Page};
use super::errors::Reply;
use super::guard::Asking;
use super::input::{PageQuery, Query};
use crate::actions::Outcome;
use crate::actions::booking_letters::member_names;
use crate::app::App;
use crate::domain::ids::AuditId;
use crate::store::audit::{self, Entry};

/// Which entries.
#[derive(Debug, Clone, Deserialize, IntoParams)]
pub struct AuditQuery {
    /// Id of what it is about.
    pub subject: Option<String>,
}

/// One entry of the history.
#[derive(Debug, Serialize, ToSchema)]
pub struct EntryOut {
    /// When.
    pub at: DateTime<Utc>,
    /// Who; null is the house itself.
    pub by: Option<String>,
    /// What, as `noun.verb`.
    pub what: String,
    /// Id of what it is about.
    pub subject: String,
    /// What it was and is.
    #[schema(value_type = Object)]
    pub detail: Value,
}

/// History of everything
#[utoipa::path(get, path = "/api/v1/audit", tag = "cluster", operation_id = "list_audit", params(AuditQuery, PageQuery),
    responses((status = 200, body = Page<EntryOut>)))]
pub async fn list(
    State(app): State<App>,
    who: Asking,
    Query(query): Query<AuditQuery>,
    Query(page): Query<PageQuery>,
) -> Reply<Json<Page<EntryOut>>> {
    let limit = page.limit()?;
    let key = ListKey::new(who.0.id, format!("audit {query:?}"));
    let before: Option<AuditId> = key.after(page.cursor.as_deref())?;
    let (entries, names) = app
        .store
        .read(move |conn| {
            let entries = audit::list(conn, query.subject.as_deref(), before, limit + 1)?;
            let members: Vec<_> = entries.iter().filter_map(|entry| entry.member_id).collect();
            let names = member_names(conn, &members)?;
            Outcome::Ok((entries, names))
        })
        .await?;
    let view = |entry: Entry| EntryOut {
        at: entry.at.0,
        by: entry.member_id.and_then(|id| names.get(&id).cloned()),
        what: entry.what,
        subject: entry.subject,
        detail: serde_json::from_str(&entry.detail).unwrap_or_default(),
    };
    Ok(Json(Page::cut(
        entries,
        limit,
        &key,
        |entry| entry.id.to_string(),
        view,
    )))
}
