//! Do it once: the same key with the same request gives the first answer again.
//!
//! Only answers of work that was done are kept; a refusal stores nothing, so a later try with the same
//! key is a new one.

use super::secrets::hash_token;
use super::{Outcome, Refused};
use crate::domain::ids::MemberId;
use crate::domain::span::Instant;
use crate::store::idempotency::{self as store, Kept};
use crate::store::{Conn, StoreError};

/// What a client sent to be done once.
#[derive(Debug, Clone)]
pub struct Once {
    /// Whose key it is.
    pub member: MemberId,
    /// The key.
    pub key: String,
    /// Method, path and body, as one text.
    pub request: String,
}

/// An answer: HTTP status and body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// JSON.
    pub body: String,
    /// Whether it is the first answer given again.
    pub replayed: bool,
}

/// Does `work` unless its key was used before; then gives the first answer again.
pub fn once(
    conn: &mut Conn,
    once: Option<&Once>,
    now: Instant,
    work: impl FnOnce(&mut Conn) -> Outcome<Answer>,
) -> Outcome<Answer> {
    let Some(once) = once else { return work(conn) };
    let request_hash = hash_token(&once.request);
    if let Some(kept) = store::find(conn, once.member, &once.key)? {
        return replay(kept, &request_hash);
    }
    let claimed = Kept {
        member_id: once.member,
        key: once.key.clone(),
        request_hash,
        status: 0,
        answer: String::new(),
        created_at: now.into(),
    };
    store::claim(conn, claimed)?;
    let answer = work(conn)?;
    store::answer(
        conn,
        once.member,
        &once.key,
        i32::from(answer.status),
        &answer.body,
    )?;
    Ok(answer)
}

fn replay(kept: Kept, request_hash: &str) -> Outcome<Answer> {
    if kept.request_hash != request_hash {
        return Err(Refused::KeyReused);
    }
    let corrupt = |_| StoreError::Other("status of a kept answer".to_owned());
    let status = u16::try_from(kept.status).map_err(corrupt)?;
    Ok(Answer {
        status,
        body: kept.answer,
        replayed: true,
    })
}
