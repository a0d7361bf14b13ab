//! Sessions: a browser that is signed in. Its cookie holds a secret; the store keeps a hash of it.

use chrono::TimeDelta;

use super::secrets::{fresh_token, hash_token};
use super::{OrNotFound, Outcome, Refused};
use crate::domain::ids::{MemberId, SessionId};
use crate::domain::people::Member;
use crate::domain::span::Instant;
use crate::store::sessions::{self, Session};
use crate::store::{Conn, audit, fresh_id, members};

/// How long a browser stays signed in.
pub const LENGTH_DAYS: i64 = 30;

/// A session just opened, with the secret that is told once.
pub struct Opened {
    /// Who is signed in.
    pub member: Member,
    /// What the cookie holds.
    pub secret: String,
}

/// Signs a member in. How the member was recognised was settled before.
pub fn open(conn: &mut Conn, id: MemberId, now: Instant) -> Outcome<Opened> {
    let member = members::find(conn, id).or_not_found("member")?;
    if !member.active {
        return Err(Refused::SignInFailed);
    }
    let secret = start(conn, id, now)?;
    Ok(Opened { member, secret })
}

/// Signs out wherever the member is signed in, and here in again: what a new password asks for.
pub fn renew(conn: &mut Conn, id: MemberId, now: Instant) -> Outcome<String> {
    sessions::delete_of_member(conn, id)?;
    start(conn, id, now)
}

fn start(conn: &mut Conn, member: MemberId, now: Instant) -> Outcome<String> {
    let secret = fresh_token();
    let session = Session {
        id: fresh_id::<SessionId>(now),
        member_id: member,
        token_hash: hash_token(&secret),
        expires_at: (now + TimeDelta::days(LENGTH_DAYS)).into(),
        created_at: now.into(),
    };
    sessions::insert(conn, session)?;
    audit::put(
        conn,
        member,
        "session.opened",
        Some(member),
        &serde_json::json!({}),
        now,
    )?;
    Ok(secret)
}

/// Ends the session behind a cookie's secret; one that is over already is no fault.
pub fn close(conn: &mut Conn, secret: &str) -> Outcome<()> {
    Ok(sessions::delete(conn, &hash_token(secret))?)
}
