//! The owner's decision about a series: every date that waits for it, with one word.

use super::super::booking_letters::{self as words, Said};
use super::super::decide::{Decision, Verdict, carry_out, chosen_lines, may_decide, seen_by_owner};
use super::super::sheet::Sheet;
use super::super::{Cluster, Outcome, Refused, holds};
use super::{Dates, enter, letters};
use crate::domain::booking::Booking;
use crate::domain::people::Actor;
use crate::domain::span::Instant;
use crate::store::{Conn, audit, bookings};

/// Grants or declines what waits of these dates. The named booking, as it is then.
pub fn decide(
    conn: &mut Conn,
    cluster: &Cluster,
    actor: &Actor,
    of: Dates,
    decision: &Decision,
    now: Instant,
) -> Outcome<(Booking, Sheet)> {
    let seen = seen_by_owner(conn, actor, of.booking)?;
    let (mut dates, mut ground) = enter(conn, cluster, &seen, of.scope, &[], now)?;
    dates.retain(|booking| booking.lines.iter().any(|line| may_decide(actor, line)));
    if dates.is_empty() {
        return Err(Refused::State("not_waiting"));
    }
    let sheet_before = Sheet::load(conn, &dates, now)?;
    let before: Vec<_> = dates
        .iter()
        .map(|booking| words::summary(booking, &sheet_before))
        .collect();
    for booking in &mut dates {
        let chosen = chosen_lines(actor, booking, decision)?;
        carry_out(booking, actor, &chosen, decision, now)?;
        bookings::update(conn, booking)?;
    }
    let sheet = Sheet::load(conn, &dates, now)?;
    let said = Said {
        reason: &decision.reason,
        ..Said::default()
    };
    let granted = decision.verdict == Verdict::Grant;
    letters::decided(conn, &dates, &sheet, granted, said, now)?;
    let entries = dates.iter().zip(before).map(|(booking, before)| {
        let detail = serde_json::json!({
            "before": before, "after": words::summary(booking, &sheet), "reason": decision.reason,
        });
        let what = decision.verdict.what();
        audit::entry(booking.id, what, Some(actor.member), &detail, now)
    });
    audit::put_all(conn, entries.collect())?;
    holds::settle(conn, cluster, &mut ground, now)?;
    holds::shown(conn, of.booking, now)
}
