//! The owner's decision about lines that were asked of it.

use super::booking_letters::{self as letters, Said};
use super::sheet::Sheet;
use super::{Cluster, OrNotFound, Outcome, Refused, holds};
use crate::domain::booking::{Booking, Line, LineEvent, LineState};
use crate::domain::ids::{BookingId, LineId};
use crate::domain::people::Actor;
use crate::domain::rights::{Right, may};
use crate::domain::span::Instant;
use crate::store::{Conn, audit, bookings};

words! {
    /// What the owner says.
    Verdict {
        /// Yes.
        Grant = "grant",
        /// No.
        Decline = "decline",
    }
}

/// A decision as it is asked for.
#[derive(Debug, Clone)]
pub struct Decision {
    /// Yes or no.
    pub verdict: Verdict,
    /// Which lines; `None` is all the actor may decide.
    pub lines: Option<Vec<LineId>>,
    /// Why, in words.
    pub reason: String,
}

/// Whether the actor may decide this line now.
pub fn may_decide(actor: &Actor, line: &Line) -> bool {
    line.state == LineState::Requested && may(actor, Right::Decide, line.owner)
}

/// Grants or declines lines. The units were claimed when they were asked for, so a grant cannot
/// overbook. One declined line of a booking that goes together declines the rest; one of a kit the rest of it.
pub fn decide(
    conn: &mut Conn,
    cluster: &Cluster,
    actor: &Actor,
    id: BookingId,
    decision: &Decision,
    now: Instant,
) -> Outcome<(Booking, Sheet)> {
    let seen = seen_by_owner(conn, actor, id)?;
    let (mut booking, mut ground) = holds::enter_with(conn, cluster, &seen, &[], now)?;
    let chosen = chosen_lines(actor, &booking, decision)?;
    let sheet_before = Sheet::load(conn, std::slice::from_ref(&booking), now)?;
    let before = letters::summary(&booking, &sheet_before);

    carry_out(&mut booking, actor, &chosen, decision, now)?;
    bookings::update(conn, &booking)?;

    let sheet = Sheet::load(conn, std::slice::from_ref(&booking), now)?;
    let said = Said {
        reason: &decision.reason,
        ..Said::default()
    };
    letters::decided(
        conn,
        &booking,
        &sheet,
        decision.verdict == Verdict::Grant,
        said,
        now,
    )?;
    let what = decision.verdict.what();
    let detail = serde_json::json!({
        "before": before, "after": letters::summary(&booking, &sheet), "reason": decision.reason,
    });
    audit::put(conn, booking.id, what, Some(actor.member), &detail, now)?;
    let changed = holds::settle(conn, cluster, &mut ground, now)?;
    if changed.contains(&id) {
        return holds::shown(conn, id, now);
    }
    Ok((booking, sheet))
}

/// A booking with lines the actor may decide, as it was a moment ago.
pub(super) fn seen_by_owner(conn: &mut Conn, actor: &Actor, id: BookingId) -> Outcome<Booking> {
    let seen = bookings::find(conn, id).or_not_found("booking")?;
    let sees = seen
        .lines
        .iter()
        .any(|line| may(actor, Right::Decide, line.owner));
    if sees {
        return Ok(seen);
    }
    let own = may(actor, Right::SeeCompany, seen.company);
    Err(if own {
        Refused::Forbidden
    } else {
        Refused::NotFound("booking")
    })
}

/// What a decision makes of the chosen lines, and of the rest of a booking that goes together.
pub(super) fn carry_out(
    booking: &mut Booking,
    actor: &Actor,
    chosen: &[LineId],
    decision: &Decision,
    now: Instant,
) -> Outcome<()> {
    let event = match decision.verdict {
        Verdict::Grant => LineEvent::Grant,
        Verdict::Decline => LineEvent::Decline,
    };
    for line in booking
        .lines
        .iter_mut()
        .filter(|line| chosen.contains(&line.id))
    {
        if !line.pass(event) {
            return Err(Refused::State("not_waiting"));
        }
        line.decided_by = Some(actor.member);
        line.decided_at = Some(now);
        line.reason.clone_from(&decision.reason);
    }
    if decision.verdict == Verdict::Decline {
        release_rest(booking, chosen);
    }
    booking.revise(now);
    Ok(())
}

impl Verdict {
    /// The words of the history for it.
    pub(super) fn what(self) -> &'static str {
        match self {
            Self::Grant => "booking.granted",
            Self::Decline => "booking.declined",
        }
    }
}

pub(super) fn chosen_lines(
    actor: &Actor,
    booking: &Booking,
    decision: &Decision,
) -> Outcome<Vec<LineId>> {
    let open = || {
        booking
            .lines
            .iter()
            .filter(|line| may_decide(actor, line))
            .map(|line| line.id)
    };
    let chosen: Vec<LineId> = match &decision.lines {
        None => open().collect(),
        Some(ids) => open().filter(|id| ids.contains(id)).collect(),
    };
    let all_found = decision
        .lines
        .as_ref()
        .is_none_or(|ids| ids.iter().all(|id| chosen.contains(id)));
    if chosen.is_empty() || !all_found {
        return Err(Refused::State("not_waiting"));
    }
    Ok(chosen)
}

/// All or nothing: what is left of a booking that goes together is called off with the declined lines; of any
/// other, what is left of the kits they are parts of.
fn release_rest(booking: &mut Booking, declined: &[LineId]) {
    let groups: Vec<u32> = booking
        .lines
        .iter()
        .filter(|line| declined.contains(&line.id))
        .filter_map(|line| line.kit.map(|kit| kit.group))
        .collect();
    let together = booking.together;
    for line in &mut booking.lines {
        let in_its_kit = line.kit.is_some_and(|kit| groups.contains(&kit.group));
        if together || in_its_kit {
            line.pass(LineEvent::Cancel);
        }
    }
}
