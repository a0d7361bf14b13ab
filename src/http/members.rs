//! Members: listed, given another role, let go.

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use utoipa::ToSchema;

use super::cursor::{ListKey, Page};
use super::errors::Reply;
use super::guard::Asking;
use super::input::{Body, Faults, PageQuery, PathId, Query};
use super::views::people::{MemberOut, member as member_view};
use crate::actions::members::{self, MemberChange};
use crate::actions::{OrNotFound, Outcome};
use crate::app::App;
use crate::domain::ids::{CompanyId, MemberId};
use crate::domain::people::{Actor, Company, Member};
use crate::domain::rights::{Reach, Right, reach};
use crate::store::{Conn, StoreError, companies, members as rows};

/// The words a role may be.
pub const ROLES: &str = "viewer, booker, publisher, manager";

/// The company a list is narrowed to: everyone's for whom the right reaches everyone.
pub fn narrowed_to(actor: &Actor, right: Right) -> Option<CompanyId> {
    match reach(actor.role, right) {
        Reach::All => None,
        Reach::Own | Reach::None => Some(actor.company),
    }
}

/// Things of companies, each with its company.
pub fn with_companies<T>(
    conn: &mut Conn,
    items: Vec<T>,
    company_of: impl Fn(&T) -> CompanyId,
) -> Result<Vec<(T, Company)>, StoreError> {
    let ids: Vec<CompanyId> = items.iter().map(&company_of).collect();
    let named = companies::find_all(conn, &ids)?;
    let with_company = |item: T| {
        let company = named.iter().find(|company| company.id == company_of(&item));
        company
            .cloned()
            .map(|company| (item, company))
            .ok_or(StoreError::Missing)
    };
    items.into_iter().map(with_company).collect()
}

/// List members
///
/// Those of the reader's own company; of every company for managers.
#[utoipa::path(get, path = "/api/v1/members", tag = "companies", operation_id = "list_members", params(PageQuery),
    responses((status = 200, body = Page<MemberOut>)))]
pub async fn list(
    State(app): State<App>,
    who: Asking,
    Query(page): Query<PageQuery>,
) -> Reply<Json<Page<MemberOut>>> {
    let limit = page.limit()?;
    let key = ListKey::new(who.0.id, "members");
    let after: Option<MemberId> = key.after(page.cursor.as_deref())?;
    let company = narrowed_to(&who.actor(), Right::SeeCompany);
    let found = app
        .store
        .read(move |conn| {
            let found = rows::list(conn, company, after, limit + 1)?;
            with_companies(conn, found, |member: &Member| member.company)
        })
        .await?;
    Ok(Json(Page::cut(
        found,
        limit,
        &key,
        |(member, _)| member.id.to_string(),
        |(member, company)| member_view(&member, &company),
    )))
}

/// A change of a member; what is absent stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MemberPatch {
    /// `viewer`, `booker`, `publisher` or `manager`.
    #[serde(default)]
    pub role: Option<String>,
    /// Whether the person may sign in.
    #[serde(default)]
    pub active: Option<bool>,
}

/// Change a member's role, or let one go
#[utoipa::path(patch, path = "/api/v1/members/{id}", tag = "companies", operation_id = "change_member", request_body = MemberPatch,
    params(("id" = String, Path)), responses((status = 200, body = MemberOut), (status = 409, description = "`state_conflict`: the last manager")))]
pub async fn change(
    State(app): State<App>,
    who: Asking,
    PathId(id): PathId<MemberId>,
    Body(body): Body<MemberPatch>,
) -> Reply<Json<MemberOut>> {
    let mut faults = Faults::default();
    let change = MemberChange {
        role: body
            .role
            .as_deref()
            .and_then(|text| faults.word("role", text, ROLES)),
        active: body.active,
    };
    faults.check()?;
    let (actor, now) = (who.actor(), app.clock.now());
    let changed = app.store.write(move |conn| {
        let member = members::change(conn, &actor, id, change, now)?;
        let company = companies::find(conn, member.company).or_not_found("company")?;
        Outcome::Ok((member, company))
    });
    let (member, company) = changed.await?;
    Ok(Json(member_view(&member, &company)))
}
