//! The demo: members anyone may enter as, and everybody's letters. Closed outside a demo, by the table
//! of [`super::routes`].

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::errors::Reply;
use super::input::{Body, Faults, invalid};
use super::phrases;
use super::sessions::enter;
use super::views::people::CompanyOut;
use crate::actions::Outcome;
use crate::actions::sessions::open;
use crate::app::App;
use crate::domain::ids::{CompanyId, MemberId};
use crate::domain::people::{Company, Language, Member, Role};
use crate::store::{LONGEST_PAGE, companies, members};

/// How many members of each role are shown.
const MOST_OF_A_ROLE: usize = 3;

/// Members anyone may enter as.
#[derive(Debug, Serialize, ToSchema)]
pub struct DemoMembersOut {
    /// A few of each role.
    pub items: Vec<DemoMemberOut>,
}

/// A member anyone may enter as.
#[derive(Debug, Serialize, ToSchema)]
pub struct DemoMemberOut {
    /// Identifier.
    pub id: String,
    /// What others call the person.
    pub name: String,
    /// `viewer`, `booker`, `publisher` or `manager`.
    pub role: String,
    /// The company it belongs to.
    pub company: CompanyOut,
    /// What the person may try, in Chinese.
    pub about_zh: String,
    /// In English.
    pub about_en: String,
}

/// Members to enter as
#[utoipa::path(get, path = "/api/v1/demo/members", tag = "demo", operation_id = "list_demo_members",
    responses((status = 200, body = DemoMembersOut)))]
pub async fn list_members(State(app): State<App>) -> Reply<Json<DemoMembersOut>> {
    let items = app
        .store
        .read(|conn| {
            let shown = a_few_of_each(members::list(conn, None, None, LONGEST_PAGE)?);
            let ids: Vec<CompanyId> = shown.iter().map(|member| member.company).collect();
            let named = companies::find_all(conn, &ids)?;
            let company = |id| named.iter().find(|company| company.id == id);
            Outcome::Ok(
                shown
                    .iter()
                    .filter_map(|member| Some(view(member, company(member.company)?)))
                    .collect(),
            )
        })
        .await?;
    Ok(Json(DemoMembersOut { items }))
}

fn a_few_of_each(all: Vec<Member>) -> Vec<Member> {
    let mut shown: Vec<Member> = Vec::new();
    for member in all.into_iter().filter(|member| member.active) {
        let already = shown
            .iter()
            .filter(|other| other.role == member.role)
            .count();
        if already < MOST_OF_A_ROLE {
            shown.push(member);
        }
    }
    shown
}

fn view(member: &Member, company: &Company) -> DemoMemberOut {
    let about = |language: Language| phrases::about_role(member.role, language).to_owned();
    DemoMemberOut {
        id: member.id.to_string(),
        name: member.name.clone(),
        role: Role::as_str(member.role).to_owned(),
        company: company.into(),
        about_zh: about(Language::Zh),
        about_en: about(Language::En),
    }
}

/// Who to enter as.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DemoSessionIn {
    /// Id of a member.
    pub member: String,
}

/// Enter as a member
#[utoipa::path(post, path = "/api/v1/demo/sessions", tag = "demo", operation_id = "enter_demo", request_body = DemoSessionIn,
    responses((status = 201, body = super::views::people::MeOut, description = "with the session's cookie")))]
pub async fn create_session(
    State(app): State<App>,
    Body(body): Body<DemoSessionIn>,
) -> Reply<Response> {
    let mut faults = Faults::default();
    let member: Option<MemberId> = faults.id("member", &body.member);
    let Some(member) = member else {
        return Err(invalid(faults.0));
    };
    let now = app.clock.now();
    enter(&app, move |conn| open(conn, member, now).map(Some)).await
}
