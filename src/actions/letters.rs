//! The outbox by hand: a letter that was given up is sent once more.

use super::{OrNotFound, Outcome, Refused, require};
use crate::domain::ids::LetterId;
use crate::domain::people::Actor;
use crate::domain::rights::Right;
use crate::domain::span::Instant;
use crate::store::letters::{self, Letter};
use crate::store::{Conn, audit};

/// Puts a letter that was given up back to waiting. It keeps its Message-ID: a reader who got it all the
/// same sees one letter.
pub fn resend(conn: &mut Conn, actor: &Actor, id: LetterId, now: Instant) -> Outcome<Letter> {
    require(actor, Right::ManageCluster, actor.company)?;
    let letter = letters::find(conn, id).or_not_found("letter")?;
    if !letters::resend(conn, id, now)? {
        return Err(Refused::State("not_given_up"));
    }
    let detail = serde_json::json!({ "before": { "error": letter.last_error } });
    audit::put(conn, id, "letter.resent", Some(actor.member), &detail, now)?;
    letters::find(conn, id).or_not_found("letter")
}
