//! What members see and change of themselves: name, language, password, access tokens.

use super::checks::{Checks, LONGEST_NAME, none_of};
use super::secrets::{fresh_token, hash_token};
use super::{FieldFault, OrNotFound, Outcome, Refused, sessions as open_sessions};
use crate::domain::ids::{MemberId, TokenId};
use crate::domain::people::{Actor, Company, Language, Member};
use crate::domain::span::Instant;
use crate::store::sessions::{self, AccessToken};
use crate::store::{Conn, audit, companies, fresh_id, members};

/// A member with what the member's own page shows.
pub struct Profile {
    /// The member.
    pub member: Member,
    /// The member's company.
    pub company: Company,
    /// Whether a password was set.
    pub has_password: bool,
}

/// A member as the member sees itself.
pub fn profile(conn: &mut Conn, member: Member) -> Outcome<Profile> {
    let company = companies::find(conn, member.company).or_not_found("company")?;
    let has_password = members::password_hash(conn, member.id)?.is_some();
    Ok(Profile {
        member,
        company,
        has_password,
    })
}

/// A new password, hashed, with the hash that counted when the old one was asked for.
#[derive(Clone)]
pub struct NewPassword {
    /// The hash the present password was held against; `None` if there was none.
    pub expected: Option<String>,
    /// What is kept of the new one.
    pub hash: String,
}

/// A change as it is asked for; what is absent stays.
#[derive(Clone, Default)]
pub struct Change {
    /// What others call the person.
    pub name: Option<String>,
    /// What the person reads.
    pub language: Option<Language>,
    /// A new password.
    pub password: Option<NewPassword>,
    /// Whether the asker is signed in by a session, which a new password replaces.
    pub in_session: bool,
}

impl Change {
    /// Everything that is wrong with it.
    pub fn faults(&self) -> Vec<FieldFault> {
        let mut checks = Checks::default();
        if let Some(name) = &self.name {
            checks.required("name", name, LONGEST_NAME);
        }
        checks.faults()
    }
}

/// Changes the member's own profile. A new password ends every session; the asker's begins anew, with
/// the secret that is answered.
pub fn change(
    conn: &mut Conn,
    id: MemberId,
    change: &Change,
    now: Instant,
) -> Outcome<(Profile, Option<String>)> {
    none_of(change.faults())?;
    let mut member = members::lock(conn, id).or_not_found("member")?;
    let before = serde_json::json!({ "name": member.name, "language": member.language });
    if let Some(name) = &change.name {
        name.trim().clone_into(&mut member.name);
    }
    member.language = change.language.unwrap_or(member.language);
    members::update(conn, &member)?;
    let detail = serde_json::json!({
        "before": before, "after": { "name": member.name, "language": member.language },
        "password": change.password.is_some(),
    });
    audit::put(conn, id, "member.changed", Some(id), &detail, now)?;
    let secret = match &change.password {
        Some(password) => set_password(conn, id, password, change.in_session, now)?,
        None => None,
    };
    Ok((profile(conn, member)?, secret))
}

fn set_password(
    conn: &mut Conn,
    id: MemberId,
    password: &NewPassword,
    in_session: bool,
    now: Instant,
) -> Outcome<Option<String>> {
    if members::password_hash(conn, id)? != password.expected {
        return Err(Refused::Invalid(vec![FieldFault::new(
            "current_password",
            "wrong_password",
        )]));
    }
    members::set_password(conn, id, &password.hash)?;
    if in_session {
        return open_sessions::renew(conn, id, now).map(Some);
    }
    sessions::delete_of_member(conn, id)?;
    Ok(None)
}

/// The most access tokens of one member: they fit one page.
pub const MOST_TOKENS: i64 = 50;

/// A token just made, with the secret that is told once.
pub struct NewToken {
    /// What is kept.
    pub token: AccessToken,
    /// What a script sends.
    pub secret: String,
}

/// Makes a personal access token: it may do what its member may.
pub fn make_token(conn: &mut Conn, actor: &Actor, name: &str, now: Instant) -> Outcome<NewToken> {
    let mut checks = Checks::default();
    checks.required("name", name, LONGEST_NAME);
    none_of(checks.faults())?;
    let made = sessions::tokens(conn, actor.member, MOST_TOKENS)?.len();
    if i64::try_from(made).is_ok_and(|made| made >= MOST_TOKENS) {
        return Err(Refused::State("too_many_tokens"));
    }
    let secret = format!("bl_{}", fresh_token());
    let token = AccessToken {
        id: fresh_id(now),
        member_id: actor.member,
        name: name.trim().to_owned(),
        secret_hash: hash_token(&secret),
        created_at: now.into(),
    };
    sessions::insert_token(conn, token.clone())?;
    let detail = serde_json::json!({ "after": { "name": token.name } });
    audit::put(
        conn,
        token.id,
        "token.created",
        Some(actor.member),
        &detail,
        now,
    )?;
    Ok(NewToken { token, secret })
}

/// Revokes one of the member's own tokens.
pub fn revoke_token(conn: &mut Conn, actor: &Actor, id: TokenId, now: Instant) -> Outcome<()> {
    if !sessions::delete_token(conn, actor.member, id)? {
        return Err(Refused::NotFound("token"));
    }
    Ok(audit::put(
        conn,
        id,
        "token.revoked",
        Some(actor.member),
        &serde_json::json!({}),
        now,
    )?)
}
