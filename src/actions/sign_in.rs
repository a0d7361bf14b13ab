//! Signing in by letter: a one-time link and six digits, good for a quarter of an hour. And the password,
//! for those who set one.
//!
//! A wrong code is counted, so its answer is `Ok(None)`: an error would take the count back.

use std::sync::LazyLock;

use chrono::TimeDelta;

use super::booking_letters::recipient;
use super::secrets::{fresh_code, fresh_token, hash_password, hash_token};
use super::sessions::{self as open_sessions, Opened};
use super::{Outcome, Refused};
use crate::domain::ids::{MemberId, SignInId};
use crate::domain::notice::Notice;
use crate::domain::people::Member;
use crate::domain::span::Instant;
use crate::store::sessions::{self, SignIn};
use crate::store::{Conn, audit, fresh_id, letters, members};

/// How long link and code work.
const LENGTH_MINUTES: i64 = 15;
/// Tries at the code of one letter.
const MOST_TRIES: i32 = 5;
/// Letters one member is sent within [`LENGTH_MINUTES`].
const MOST_LETTERS: i64 = 5;

/// What was put into the outbox.
pub struct SignInLetter {
    /// Path and query of the one-time link, from the cluster's address on.
    pub path: String,
}

/// Sends a sign-in letter to the member with this address, if there is one. The answer is the same
/// whether or not there is, and whether or not there were too many: it must not tell who is a member.
pub fn request_by_email(
    conn: &mut Conn,
    email: &str,
    next: Option<&str>,
    now: Instant,
) -> Outcome<()> {
    let Some(member) = members::find_by_email(conn, email)? else {
        return Ok(());
    };
    match request(conn, &member, next, now) {
        Ok(_) | Err(Refused::TooOften(_) | Refused::Forbidden) => Ok(()),
        Err(refused) => Err(refused),
    }
}

/// Puts a sign-in letter into the outbox. `next` is where the link leads in the end.
pub fn request(
    conn: &mut Conn,
    member: &Member,
    next: Option<&str>,
    now: Instant,
) -> Outcome<SignInLetter> {
    if !member.active {
        return Err(Refused::Forbidden);
    }
    let length = TimeDelta::minutes(LENGTH_MINUTES);
    if sessions::sign_ins_since(conn, member.id, now - length)? >= MOST_LETTERS {
        return Err(Refused::TooOften(
            u32::try_from(length.num_seconds()).unwrap_or(u32::MAX),
        ));
    }
    let (token, code, expires_at) = (fresh_token(), fresh_code(), now + length);
    let id = fresh_id(now);
    let sign_in = SignIn {
        id,
        member_id: member.id,
        token_hash: hash_token(&token),
        code_hash: hash_code(id, &code),
        wrong_codes: 0,
        expires_at: expires_at.into(),
        used_at: None,
        created_at: now.into(),
    };
    sessions::insert_sign_in(conn, sign_in)?;
    let path = link(&token, next);
    let notice = Notice::SignIn {
        path: path.clone(),
        code,
        expires_at,
    };
    letters::put(conn, &[(recipient(member), notice)], now)?;
    audit::put(
        conn,
        member.id,
        "sign_in.requested",
        None,
        &serde_json::json!({}),
        now,
    )?;
    Ok(SignInLetter { path })
}

/// A code has a million values at most, so its hash is at least not the same in two rows.
fn hash_code(id: SignInId, code: &str) -> String {
    hash_token(&format!("{id} {code}"))
}

fn link(token: &str, next: Option<&str>) -> String {
    let next = next
        .filter(|next| is_own_path(next))
        .map(|next| format!("&next={}", percent_encoded(next)));
    format!("/sign-in/link?token={token}{}", next.unwrap_or_default())
}

/// A path of our own pages: `//host` and `/\host` lead to others'.
pub fn is_own_path(path: &str) -> bool {
    let mut letters = path.chars();
    letters.next() == Some('/')
        && !matches!(letters.next(), Some('/' | '\\'))
        && !path.contains(char::is_control)
}

/// Text as one value of a query (RFC 3986, section 2.1).
fn percent_encoded(text: &str) -> String {
    let encoded = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
            char::from(byte).to_string()
        }
        other => format!("%{other:02X}"),
    };
    text.bytes().map(encoded).collect()
}

/// Signs in by the link's secret; `None` if it does not work, or no more.
pub fn by_token(conn: &mut Conn, token: &str, now: Instant) -> Outcome<Option<Opened>> {
    match sessions::sign_in_by_token(conn, &hash_token(token), now)? {
        Some(sign_in) => complete(conn, &sign_in, now),
        None => Ok(None),
    }
}

/// Signs in by the code of the member's newest letter; `None` if it is not the one.
pub fn by_code(conn: &mut Conn, email: &str, code: &str, now: Instant) -> Outcome<Option<Opened>> {
    let Some(member) = members::find_by_email(conn, email)? else {
        return Ok(None);
    };
    let Some(sign_in) = sessions::newest_sign_in(conn, member.id, now)? else {
        return Ok(None);
    };
    // Counted before it is looked at: of many guesses at once no more than these are heard.
    if !sessions::count_try(conn, sign_in.id, MOST_TRIES)? {
        return Ok(None);
    }
    if hash_code(sign_in.id, code) != sign_in.code_hash {
        return Ok(None);
    }
    complete(conn, &sign_in, now)
}

fn complete(conn: &mut Conn, sign_in: &SignIn, now: Instant) -> Outcome<Option<Opened>> {
    if !sessions::use_sign_in(conn, sign_in.id, now)? {
        return Ok(None);
    }
    open_sessions::open(conn, sign_in.member_id, now).map(Some)
}

/// Whose password is to be tried, and against what.
pub struct PasswordTrial {
    /// The member; `None` if nobody with a password has this address.
    pub member: Option<MemberId>,
    /// The hash to hold it against: that of nobody's password where there is none, so that the answer
    /// takes as long.
    pub hash: String,
}

/// Looks up what a password is held against. Holding it against it takes a while: that is done where
/// nobody waits for the connection.
pub fn password_trial(conn: &mut Conn, email: &str) -> Outcome<PasswordTrial> {
    let member = members::find_by_email(conn, email)?.filter(|member| member.active);
    let hash = match &member {
        Some(member) => members::password_hash(conn, member.id)?,
        None => None,
    };
    Ok(PasswordTrial {
        member: member.filter(|_| hash.is_some()).map(|member| member.id),
        hash: hash.unwrap_or_else(|| NOBODYS_PASSWORD.clone()),
    })
}

static NOBODYS_PASSWORD: LazyLock<String> =
    LazyLock::new(|| hash_password(&fresh_token()).unwrap_or_default());

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_lead_to_our_own_pages_only() {
        assert_eq!(
            link("abc", Some("/listings/A?x=1")),
            "/sign-in/link?token=abc&next=%2Flistings%2FA%3Fx%3D1"
        );
        for elsewhere in [
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "javascript:1",
            "/a\nb",
            "",
        ] {
            assert_eq!(
                link("abc", Some(elsewhere)),
                "/sign-in/link?token=abc",
                "{elsewhere}"
            );
        }
    }
}
