//! Cancel: by the crew or by the house, whole bookings.

use super::booking_letters::{self as letters, Said};
use super::sheet::Sheet;
use super::{OrNotFound, Outcome, Refused};
use crate::domain::booking::{Booking, Line, LineEvent, LineState};
use crate::domain::ids::{BookingId, CompanyId};
use crate::domain::money::{Currency, Money};
use crate::domain::people::Actor;
use crate::domain::policy;
use crate::domain::rights::{Right, may};
use crate::domain::span::Instant;
use crate::store::{Conn, audit, bookings};

/// What cancelling now would cost: only what was promised costs, and only to the crew.
pub fn fee(booking: &Booking, now: Instant) -> Money {
    let currency = booking
        .lines
        .first()
        .map_or(Currency::CNY, |line| line.price.total.currency);
    let promised = booking
        .lines
        .iter()
        .filter(|line| line.state == LineState::Confirmed);
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

/// Calls off every line that can be called off. The units are free when this commits.
pub fn cancel(
    conn: &mut Conn,
    actor: &Actor,
    id: BookingId,
    reason: &str,
    now: Instant,
) -> Outcome<(Booking, Sheet)> {
    let mut booking = bookings::lock(conn, id).or_not_found("booking")?;
    if !may(actor, Right::Book, booking.company) {
        let sees = may(actor, Right::SeeCompany, booking.company);
        return Err(if sees {
            Refused::Forbidden
        } else {
            Refused::NotFound("booking")
        });
    }
    if !can_be_cancelled(&booking) {
        return Err(Refused::State("already_over"));
    }
    let sheet_before = Sheet::load(conn, std::slice::from_ref(&booking))?;
    let before = letters::summary(&booking, &sheet_before);
    let by_the_house = actor.company != booking.company;
    let fee = if by_the_house {
        None
    } else {
        Some(fee(&booking, now))
    };
    let owners = owners_to_tell(&booking);

    for line in &mut booking.lines {
        if let Some(cancelled) = line.state.after(LineEvent::Cancel) {
            line.state = cancelled;
            reason.clone_into(&mut line.reason);
        }
    }
    booking.revise(now);
    bookings::update(conn, &booking)?;

    let said = Said { reason, fee };
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
    Ok((booking, sheet_before))
}

/// Owners that were asked or decided; those of instant listings see their calendar.
fn owners_to_tell(booking: &Booking) -> Vec<CompanyId> {
    let asked = |line: &&Line| {
        line.owner != booking.company
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
