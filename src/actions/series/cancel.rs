//! Call off a date of a series with those after it, or all of it.

use super::super::booking_letters::{self as words, Said};
use super::super::cancel::{can_be_cancelled, chosen_lines, fee_of_lines, owners_to_tell};
use super::super::sheet::Sheet;
use super::super::{Cluster, Outcome, Refused, holds};
use super::{Dates, enter, letters};
use crate::domain::booking::{Booking, LineEvent};
use crate::domain::ids::CompanyId;
use crate::domain::money::Money;
use crate::domain::people::Actor;
use crate::domain::span::Instant;
use crate::store::{Conn, audit, bookings};

/// Calls them off, all in one. Dates that have begun, or are over, stay as they are. The named booking, as
/// it is then.
pub fn cancel(
    conn: &mut Conn,
    cluster: &Cluster,
    actor: &Actor,
    of: Dates,
    reason: &str,
    now: Instant,
) -> Outcome<(Booking, Sheet)> {
    let seen = holds::own_booking(conn, actor, of.booking)?;
    let (mut dates, mut ground) = enter(conn, cluster, &seen, of.scope, &[], now)?;
    dates.retain(can_be_cancelled);
    if dates.is_empty() {
        return Err(Refused::State("already_over"));
    }
    let sheet = Sheet::load(conn, &dates, now)?;
    let by_the_house = actor.company != seen.company;
    let mut fee: Option<Money> = None;
    let mut owners: Vec<CompanyId> = Vec::new();
    let mut entries = Vec::with_capacity(dates.len());
    for booking in &mut dates {
        let before = words::summary(booking, &sheet);
        let chosen = chosen_lines(booking, None)?;
        let of_date = fee_of_lines(booking, |line| chosen.contains(&line.id), now);
        fee = Some(fee.map_or(of_date, |sum| sum.plus(of_date).unwrap_or(sum)));
        owners.extend(owners_to_tell(booking, &chosen));
        for line in &mut booking.lines {
            if chosen.contains(&line.id) && line.pass(LineEvent::Cancel) {
                reason.clone_into(&mut line.reason);
            }
        }
        booking.revise(now);
        bookings::update(conn, booking)?;
        let detail = serde_json::json!({
            "before": before, "after": words::summary(booking, &sheet), "reason": reason,
            "fee": (!by_the_house).then_some(of_date),
        });
        let by = Some(actor.member);
        entries.push(audit::entry(
            booking.id,
            "booking.cancelled",
            by,
            &detail,
            now,
        ));
    }
    owners.sort_unstable();
    owners.dedup();
    let said = Said {
        reason,
        fee: fee.filter(|_| !by_the_house),
        ..Said::default()
    };
    letters::cancelled(conn, &dates, &sheet, &owners, said, now)?;
    audit::put_all(conn, entries)?;
    holds::settle(conn, cluster, &mut ground, now)?;
    holds::shown(conn, of.booking, now)
}
