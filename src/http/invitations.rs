//! Invitations: sent, withdrawn, taken up.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use utoipa::ToSchema;

use super::cursor::{ListKey, Page};
use super::errors::{Problem, Reply};
use super::guard::Asking;
use super::input::{Body, Faults, PageQuery, PathId, Query, invalid};
use super::members::{ROLES, narrowed_to, with_companies};
use super::sessions::signed_in;
use super::views::people::{InvitationOut, MeOut, invitation as invitation_view};
use crate::actions::invitations::{self, Acceptance, NewInvitation};
use crate::actions::me::profile;
use crate::actions::{OrNotFound, Outcome};
use crate::app::App;
use crate::domain::ids::{CompanyId, InvitationId};
use crate::domain::people::{Language, Role};
use crate::domain::rights::Right;
use crate::store::members::Invitation;
use crate::store::{companies, members as rows};

/// List open invitations
#[utoipa::path(get, path = "/api/v1/invitations", tag = "companies", operation_id = "list_invitations", params(PageQuery),
    responses((status = 200, body = Page<InvitationOut>)))]
pub async fn list(
    State(app): State<App>,
    who: Asking,
    Query(page): Query<PageQuery>,
) -> Reply<Json<Page<InvitationOut>>> {
    let limit = page.limit()?;
    let key = ListKey::new(who.0.id, "invitations");
    let after: Option<InvitationId> = key.after(page.cursor.as_deref())?;
    let company = narrowed_to(&who.actor(), Right::ManageMembers);
    let found = app
        .store
        .read(move |conn| {
            let found = rows::open_invitations(conn, company, after, limit + 1)?;
            with_companies(conn, found, |invitation: &Invitation| invitation.company_id)
        })
        .await?;
    Ok(Json(Page::cut(
        found,
        limit,
        &key,
        |(invitation, _)| invitation.id.to_string(),
        |(invitation, company)| invitation_view(&invitation, &company),
    )))
}

/// Someone to be invited.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InvitationIn {
    /// Where the letter goes.
    pub email: String,
    /// What to call the person.
    pub name: String,
    /// `viewer`, `booker`, `publisher` or `manager`.
    pub role: String,
    /// `zh-CN` or `en`; the cluster's when absent.
    #[serde(default)]
    pub language: Option<String>,
    /// Id of a company; the asker's own when absent.
    #[serde(default)]
    pub company: Option<String>,
}

fn read(app: &App, who: &Asking, body: InvitationIn) -> Reply<NewInvitation> {
    let mut faults = Faults::default();
    let email = faults.email("email", &body.email);
    let role: Option<Role> = faults.word("role", &body.role, ROLES);
    let language: Option<Language> = match body.language.as_deref() {
        Some(text) => faults.word("language", text, "zh-CN, en"),
        None => Some(app.cluster.language),
    };
    let company: Option<CompanyId> = match body.company.as_deref() {
        Some(text) => faults.id("company", text),
        None => Some(who.0.company),
    };
    let name = body.name;
    let parts = email.zip(role).zip(language.zip(company));
    let Some(((email, role), (language, company))) = parts else {
        return Err(invalid(faults.0));
    };
    Ok(NewInvitation {
        company,
        email,
        name,
        role,
        language,
    })
}

/// Invite someone
#[utoipa::path(post, path = "/api/v1/invitations", tag = "companies", operation_id = "create_invitation", request_body = InvitationIn,
    responses((status = 201, body = InvitationOut), (status = 409, description = "`duplicate`: a member has this address")))]
pub async fn create(
    State(app): State<App>,
    who: Asking,
    Body(body): Body<InvitationIn>,
) -> Reply<(StatusCode, Json<InvitationOut>)> {
    let new = read(&app, &who, body)?;
    let (actor, now) = (who.actor(), app.clock.now());
    let invited = app.store.write(move |conn| {
        let invitation = invitations::invite(conn, &actor, new.clone(), now)?;
        let company = companies::find(conn, invitation.company_id).or_not_found("company")?;
        Outcome::Ok((invitation, company))
    });
    let (invitation, company) = invited.await?;
    Ok((
        StatusCode::CREATED,
        Json(invitation_view(&invitation, &company)),
    ))
}

/// Withdraw an invitation
#[utoipa::path(delete, path = "/api/v1/invitations/{id}", tag = "companies", operation_id = "withdraw_invitation",
    params(("id" = String, Path)), responses((status = 204)))]
pub async fn withdraw(
    State(app): State<App>,
    who: Asking,
    PathId(id): PathId<InvitationId>,
) -> Reply<StatusCode> {
    let (actor, now) = (who.actor(), app.clock.now());
    app.store
        .write(move |conn| invitations::withdraw(conn, &actor, id, now))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// An invitation to be taken up.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AcceptanceIn {
    /// Secret of the link.
    pub token: String,
    /// Another name than the invitation's.
    #[serde(default)]
    pub name: Option<String>,
    /// Another language than the invitation's.
    #[serde(default)]
    pub language: Option<String>,
}

/// Take an invitation up
#[utoipa::path(post, path = "/api/v1/invitations/acceptance", tag = "sessions", operation_id = "accept_invitation", request_body = AcceptanceIn,
    responses((status = 201, body = MeOut, description = "with the session's cookie"), (status = 401, description = "`sign_in_failed`")))]
pub async fn accept(
    State(app): State<App>,
    Body(body): Body<AcceptanceIn>,
) -> Result<Response, Problem> {
    let mut faults = Faults::default();
    let acceptance = Acceptance {
        secret: body.token,
        name: body.name.filter(|name| !name.trim().is_empty()),
        language: body
            .language
            .as_deref()
            .and_then(|text| faults.word("language", text, "zh-CN, en")),
    };
    faults.check()?;
    let now = app.clock.now();
    let accepted = app.store.write(move |conn| {
        let opened = invitations::accept(conn, &acceptance, now)?;
        Outcome::Ok((profile(conn, opened.member)?, opened.secret))
    });
    let (profile, secret) = accepted.await?;
    Ok(signed_in(&app, StatusCode::CREATED, &profile, &secret))
}
