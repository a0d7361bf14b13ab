//! Invitations: how a new member comes in. A letter holds the one-time link; only its hash is kept.

use chrono::TimeDelta;

use super::booking_letters;
use super::checks::{Checks, LONGEST_NAME, none_of};
use super::members::{NewMember, add, may_give};
use super::secrets::{fresh_token, hash_token};
use super::sessions::{self, Opened};
use super::{FieldFault, OrNotFound, Outcome, Refused, require};
use crate::domain::ids::{CompanyId, InvitationId};
use crate::domain::notice::{Notice, Recipient};
use crate::domain::people::{Actor, Language, Role};
use crate::domain::rights::{Right, may};
use crate::domain::span::Instant;
use crate::store::members::Invitation;
use crate::store::{Conn, StoreError, audit, companies, fresh_id, letters, members};

/// How long the link of an invitation works.
const LENGTH_DAYS: i64 = 14;
/// The most open invitations of one company: they fit one page, and nobody sends letters without end.
pub const MOST_OPEN: i64 = 200;

/// Someone to be invited.
#[derive(Debug, Clone)]
pub struct NewInvitation {
    /// Into which company.
    pub company: CompanyId,
    /// Where the letter goes.
    pub email: String,
    /// What to call the person.
    pub name: String,
    /// To do what.
    pub role: Role,
    /// What the person reads.
    pub language: Language,
}

impl NewInvitation {
    /// Everything that is wrong with it.
    pub fn faults(&self) -> Vec<FieldFault> {
        let mut checks = Checks::default();
        checks.required("name", &self.name, LONGEST_NAME);
        checks.required("email", &self.email, LONGEST_NAME);
        checks.faults()
    }
}

/// Invites someone: the letter with the link is owed in the same transaction.
pub fn invite(
    conn: &mut Conn,
    actor: &Actor,
    new: NewInvitation,
    now: Instant,
) -> Outcome<Invitation> {
    require(actor, Right::ManageMembers, new.company)?;
    may_give(actor, new.role)?;
    none_of(new.faults())?;
    let company = known_company(conn, new.company)?;
    if members::find_by_email(conn, &new.email)?.is_some() {
        return Err(Refused::Duplicate("email"));
    }
    let open = members::open_invitations(conn, Some(new.company), None, MOST_OPEN)?;
    if i64::try_from(open.len()).is_ok_and(|open| open >= MOST_OPEN) {
        return Err(Refused::State("too_many_invitations"));
    }
    let (secret, expires_at) = (fresh_token(), now + TimeDelta::days(LENGTH_DAYS));
    let NewInvitation {
        company: company_id,
        email,
        name,
        role,
        language,
    } = new;
    let invitation = Invitation {
        id: fresh_id(now),
        company_id,
        email: email.trim().to_lowercase(),
        name: name.trim().to_owned(),
        role,
        language,
        token_hash: hash_token(&secret),
        invited_by: Some(actor.member),
        expires_at: expires_at.into(),
        accepted_at: None,
        created_at: now.into(),
    };
    members::insert_invitation(conn, invitation.clone())?;
    let names = booking_letters::member_names(conn, &[actor.member])?;
    let notice = Notice::Invitation {
        path: format!("/invitation?token={secret}"),
        invited_by: names.into_values().next().unwrap_or_default(),
        company: company.names,
        role,
        expires_at,
    };
    let reader = Recipient {
        email: invitation.email.clone(),
        name: invitation.name.clone(),
        language,
    };
    letters::put(conn, &[(reader, notice)], now)?;
    let detail = serde_json::json!({ "after": { "company": company_id, "role": role, "email": invitation.email } });
    audit::put(
        conn,
        invitation.id,
        "invitation.sent",
        Some(actor.member),
        &detail,
        now,
    )?;
    Ok(invitation)
}

fn known_company(conn: &mut Conn, id: CompanyId) -> Outcome<crate::domain::people::Company> {
    match companies::find(conn, id) {
        Err(StoreError::Missing) => Err(Refused::Invalid(vec![FieldFault::with_limit(
            "company", "unknown", id,
        )])),
        found => Ok(found?),
    }
}

/// What the invited person says of itself.
#[derive(Debug, Clone, Default)]
pub struct Acceptance {
    /// Secret of the link.
    pub secret: String,
    /// Another name than the one the invitation gave.
    pub name: Option<String>,
    /// Another language.
    pub language: Option<Language>,
}

/// Takes an invitation up: the person is a member from now on, and signed in.
pub fn accept(conn: &mut Conn, acceptance: &Acceptance, now: Instant) -> Outcome<Opened> {
    let invitation = members::find_invitation_by_token(conn, &hash_token(&acceptance.secret))?
        .ok_or(Refused::SignInFailed)?;
    if invitation.accepted_at.is_some() {
        return Err(Refused::State("already_accepted"));
    }
    if invitation.expires_at.0 <= now {
        return Err(Refused::SignInFailed);
    }
    // Of two who open the same link at once only one gets past here.
    if !members::accept_invitation(conn, invitation.id, now)? {
        return Err(Refused::State("already_accepted"));
    }
    let member = NewMember {
        company: invitation.company_id,
        email: invitation.email,
        name: acceptance.name.clone().unwrap_or(invitation.name),
        language: acceptance.language.unwrap_or(invitation.language),
        role: invitation.role,
    };
    let member = add(conn, member, now)?;
    let detail = serde_json::json!({ "after": { "member": member.id } });
    audit::put(
        conn,
        invitation.id,
        "invitation.accepted",
        Some(member.id),
        &detail,
        now,
    )?;
    sessions::open(conn, member.id, now)
}

/// Takes an invitation back before it was taken up; its link works no more.
pub fn withdraw(conn: &mut Conn, actor: &Actor, id: InvitationId, now: Instant) -> Outcome<()> {
    let invitation = members::find_invitation(conn, id).or_not_found("invitation")?;
    if !may(actor, Right::ManageMembers, invitation.company_id) {
        return Err(Refused::NotFound("invitation"));
    }
    if !members::delete_open_invitation(conn, id)? {
        return Err(Refused::State("already_accepted"));
    }
    let detail = serde_json::json!({ "before": { "email": invitation.email } });
    Ok(audit::put(
        conn,
        id,
        "invitation.withdrawn",
        Some(actor.member),
        &detail,
        now,
    )?)
}
