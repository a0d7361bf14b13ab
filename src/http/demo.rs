//! The demo: members anyone may enter as, and everybody's letters. Closed outside a demo, by the table
//! of [`super::routes`].

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::cursor::{ListKey, Page};
use super::errors::Reply;
use super::input::{Body, Faults, PageQuery, PathId, Query, invalid};
use super::letters::LetterOut;
use super::phrases;
use super::sessions::enter;
use super::views::people::CompanyOut;
use crate::actions::sessions::open;
use crate::actions::{OrNotFound, Outcome};
use crate::app::App;
use crate::domain::ids::{CompanyId, LetterId, MemberId};
use crate::domain::people::{Company, Language, Member, Role};
use crate::store::letters::{self, Letter};
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

/// A letter in the mailbox of the demo.
#[derive(Debug, Serialize, ToSchema)]
pub struct MailOut {
    /// The letter as the outbox has it.
    #[serde(flatten)]
    pub letter: LetterOut,
    /// Its subject; null until it is sent.
    pub subject: Option<String>,
    /// Whether it carries a calendar entry.
    pub has_calendar: bool,
}

/// A letter of the demo, as it was sent.
#[derive(Debug, Serialize, ToSchema)]
pub struct OpenedMailOut {
    /// The letter as the mailbox lists it.
    #[serde(flatten)]
    pub mail: MailOut,
    /// All of it as plain text.
    pub text: String,
    /// The same as HTML.
    pub html: String,
    /// The calendar object it carries (RFC 5545).
    pub calendar: Option<String>,
}

async fn opened(app: &App, letter: Letter) -> OpenedMailOut {
    let sent = app.post.copy_of(&app.message_id(letter.id)).await;
    let has_calendar = sent.as_ref().is_some_and(|sent| sent.calendar.is_some());
    let (subject, text, html, calendar) = match sent {
        Some(sent) => (Some(sent.subject), sent.text, sent.html, sent.calendar),
        None => (None, String::new(), String::new(), None),
    };
    let mail = MailOut {
        letter: letter.into(),
        subject,
        has_calendar,
    };
    OpenedMailOut {
        mail,
        text,
        html,
        calendar,
    }
}

/// Everybody's letters
#[utoipa::path(get, path = "/api/v1/demo/letters", tag = "demo", operation_id = "list_demo_letters", params(PageQuery),
    responses((status = 200, body = Page<MailOut>)))]
pub async fn list_letters(
    State(app): State<App>,
    Query(page): Query<PageQuery>,
) -> Reply<Json<Page<MailOut>>> {
    let limit = page.limit()?;
    let key = ListKey::new("everyone", "demo letters");
    let before: Option<LetterId> = key.after(page.cursor.as_deref())?;
    let found = app
        .store
        .read(move |conn| letters::list(conn, None, before, limit + 1))
        .await?;
    let page = Page::cut(
        found,
        limit,
        &key,
        |letter| letter.id.to_string(),
        |letter| letter,
    );
    let mut items = Vec::with_capacity(page.items.len());
    for letter in page.items {
        items.push(opened(&app, letter).await.mail);
    }
    Ok(Json(Page {
        items,
        next_cursor: page.next_cursor,
    }))
}

/// Read anybody's letter
#[utoipa::path(get, path = "/api/v1/demo/letters/{id}", tag = "demo", operation_id = "show_demo_letter",
    params(("id" = String, Path)), responses((status = 200, body = OpenedMailOut)))]
pub async fn show_letter(
    State(app): State<App>,
    PathId(id): PathId<LetterId>,
) -> Reply<Json<OpenedMailOut>> {
    let letter = app
        .store
        .read(move |conn| letters::find(conn, id).or_not_found("letter"))
        .await?;
    Ok(Json(opened(&app, letter).await))
}
