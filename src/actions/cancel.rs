//! Cancel: by the crew or by the house, whole bookings or some of their lines. Letting a hold go, or leaving
//! the line, is no other thing.

use super::booking_letters::{self as letters, Said};
use super::sheet::Sheet;
use super::{Cluster, Outcome, Refused, holds};
use crate::domain::booking::{Booking, Line, LineEvent, LineState};
use crate::domain::ids::{BookingId, CompanyId, LineId};
use crate::domain::money::{Currency, Money};
use crate::domain::people::Actor;
use crate::domain::policy;
use crate::domain::span::Instant;
use crate::store::{Conn, audit, bookings};

/// What cancelling all of it now would cost.
pub fn fee(booking: &Booking, now: Instant) -> Money {
    fee_of_lines(booking, |_| true, now)
}

/// What cancelling these lines now would cost: only what was promised costs, and only to the crew.
pub(super) fn fee_of_lines(
    booking: &Booking,
    chosen: impl Fn(&Line) -> bool,
    now: Instant,
) -> Money {
    let currency = booking
        .lines
        .first()
        .map_or(Currency::CNY, |line| line.price.total.currency);
    let promised = booking
        .lines
        .iter()
        .filter(|line| line.state == LineState::Confirmed && chosen(line));
    let fee_of = |line: &Line| {
        policy::cancellation_fee(line.price.total, booking.created_at, line.span.start(), now)
    };
    promised
        .map(fee_of)
        .fold(Money::zero(currency), |sum, fee| {
            sum.plus(fee).unwrap_or(sum)
        })
}

/// Whether anything of it can still be called off.
pub fn can_be_cancelled(booking: &Booking) -> bool {
    booking
        .lines
        .iter()
        .any(|line| line.state.after(LineEvent::Cancel).is_some())
}

/// A cancellation as it is asked for.
#[derive(Debug, Clone, Default)]
pub struct Cancellation {
    /// Which lines; `None` is all that can be called off.
    pub lines: Option<Vec<LineId>>,
    /// Why, in words.
    pub reason: String,
}

/// Calls lines off. The units are free when this commits, and whoever is next in line has them.
pub fn cancel(
    conn: &mut Conn,
    cluster: &Cluster,
    actor: &Actor,
    id: BookingId,
    cancellation: &Cancellation,
    now: Instant,
) -> Outcome<(Booking, Sheet)> {
    let reason = cancellation.reason.as_str();
    let seen = holds::own_booking(conn, actor, id)?;
    let (mut booking, mut ground) = holds::enter_with(conn, cluster, &seen, &[], now)?;
    let chosen = chosen_lines(&booking, cancellation.lines.as_deref())?;
    let sheet_before = Sheet::load(conn, std::slice::from_ref(&booking), now)?;
    let before = letters::summary(&booking, &sheet_before);
    let by_the_house = actor.company != booking.company;
    let fee = if by_the_house {
        None
    } else {
        Some(fee_of_lines(
            &booking,
            |line| chosen.contains(&line.id),
            now,
        ))
    };
    let owners = owners_to_tell(&booking, &chosen);

    for line in &mut booking.lines {
        if chosen.contains(&line.id) && line.pass(LineEvent::Cancel) {
            reason.clone_into(&mut line.reason);
        }
    }
    booking.revise(now);
    bookings::update(conn, &booking)?;

    let said = Said {
        reason,
        fee,
        ..Said::default()
    };
    letters::cancelled(conn, &booking, &sheet_before, &owners, said, now)?;
    let detail = serde_json::json!({
        "before": before, "after": letters::summary(&booking, &sheet_before), "reason": reason, "fee": fee,
    });
    audit::put(
        conn,
        booking.id,
        "booking.cancelled",
        Some(actor.member),
        &detail,
        now,
    )?;
    let changed = holds::settle(conn, cluster, &mut ground, now)?;
    if changed.contains(&id) {
        return holds::shown(conn, id, now);
    }
    Ok((booking, sheet_before))
}

/// The named lines, or all that can be called off.
pub(super) fn chosen_lines(booking: &Booking, named: Option<&[LineId]>) -> Outcome<Vec<LineId>> {
    let open: Vec<LineId> = booking
        .lines
        .iter()
        .filter(|line| line.state.after(LineEvent::Cancel).is_some())
        .map(|line| line.id)
        .collect();
    let named = named.unwrap_or(&open);
    if named.is_empty() || !named.iter().all(|id| open.contains(id)) {
        return Err(Refused::State("already_over"));
    }
    Ok(named.to_vec())
}

/// Owners that were asked or decided; those of instant listings see their calendar.
pub(super) fn owners_to_tell(booking: &Booking, chosen: &[LineId]) -> Vec<CompanyId> {
    let asked = |line: &&Line| {
        line.owner != booking.company
            && chosen.contains(&line.id)
            && (line.state == LineState::Requested
                || line.decided_by.is_some() && line.state.is_live())
    };
    let mut owners: Vec<CompanyId> = booking
        .lines
        .iter()
        .filter(asked)
        .map(|line| line.owner)
        .collect();
    owners.sort_unstable();
    owners.dedup();
    owners
}
