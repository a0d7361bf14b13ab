//! Which letters a series owes: one to each reader for all the dates it is about, never one a date.

use super::super::Outcome;
use super::super::booking_letters::{
    Said, as_booked, as_decided, crew_recipient, part, recipient, whole,
};
use super::super::sheet::Sheet;
use crate::domain::booking::{Booking, Line, LineState};
use crate::domain::ids::CompanyId;
use crate::domain::notice::{BookingNotice, Notice, Recipient};
use crate::domain::span::Instant;
use crate::store::{Conn, letters, members};

/// After booking: confirmed or received to the crew; please decide to each owner that is asked.
pub(super) fn booked(
    conn: &mut Conn,
    bookings: &[Booking],
    sheet: &Sheet,
    now: Instant,
) -> Outcome<()> {
    let kind = as_booked(bookings.iter().flat_map(|booking| &booking.lines));
    let mut owed = to_crew(bookings, sheet, Said::default(), kind, now)?;
    owed.extend(please_decide(conn, bookings, sheet, now)?);
    Ok(letters::put(conn, &owed, now)?)
}

/// After a change: the crew, and owners whose decision is needed again.
pub(super) fn changed(
    conn: &mut Conn,
    bookings: &[Booking],
    sheet: &Sheet,
    now: Instant,
) -> Outcome<()> {
    let mut owed = to_crew(bookings, sheet, Said::default(), Notice::Changed, now)?;
    owed.extend(please_decide(conn, bookings, sheet, now)?);
    Ok(letters::put(conn, &owed, now)?)
}

/// After a cancellation: the crew, and the owners of lines that were asked of them or granted by them.
pub(super) fn cancelled(
    conn: &mut Conn,
    bookings: &[Booking],
    sheet: &Sheet,
    told_owners: &[CompanyId],
    said: Said<'_>,
    now: Instant,
) -> Outcome<()> {
    let mut owed = to_crew(bookings, sheet, said, Notice::Cancelled, now)?;
    for owner in told_owners {
        let of_owner = |line: &Line| line.owner == *owner;
        let said = Said { fee: None, ..said };
        let told = to_owner(conn, *owner, (bookings, sheet), of_owner, said, now)?;
        owed.extend(
            told.into_iter()
                .map(|(to, notice)| (to, Notice::Cancelled(notice))),
        );
    }
    Ok(letters::put(conn, &owed, now)?)
}

/// After a decision: granted or declined to the crew.
pub(super) fn decided(
    conn: &mut Conn,
    bookings: &[Booking],
    sheet: &Sheet,
    granted: bool,
    said: Said<'_>,
    now: Instant,
) -> Outcome<()> {
    let owed = to_crew(bookings, sheet, said, as_decided(granted), now)?;
    Ok(letters::put(conn, &owed, now)?)
}

/// One letter to whoever booked: dates of one series can be of several members only after a hand-over of
/// the whole, so the first date says whom.
fn to_crew(
    bookings: &[Booking],
    sheet: &Sheet,
    said: Said<'_>,
    kind: impl Fn(BookingNotice) -> Notice,
    now: Instant,
) -> Outcome<Vec<(Recipient, Notice)>> {
    let Some(first) = bookings.first() else {
        return Ok(Vec::new());
    };
    let notices: Outcome<Vec<BookingNotice>> = bookings
        .iter()
        .map(|booking| whole(booking, sheet, said, now))
        .collect();
    let to = crew_recipient(first, sheet)?;
    let joined = joined(notices?).map(|notice| (to, kind(notice)));
    Ok(joined.into_iter().collect())
}

fn please_decide(
    conn: &mut Conn,
    bookings: &[Booking],
    sheet: &Sheet,
    now: Instant,
) -> Outcome<Vec<(Recipient, Notice)>> {
    let lines = bookings.iter().flat_map(|booking| &booking.lines);
    let asked = lines.filter(|line| line.state == LineState::Requested);
    let mut owners: Vec<CompanyId> = asked.map(|line| line.owner).collect();
    owners.sort_unstable();
    owners.dedup();
    let mut owed = Vec::new();
    for owner in owners {
        let of_owner = |line: &Line| line.owner == owner && line.state == LineState::Requested;
        let told = to_owner(
            conn,
            owner,
            (bookings, sheet),
            of_owner,
            Said::default(),
            now,
        )?;
        owed.extend(
            told.into_iter()
                .map(|(to, notice)| (to, Notice::PleaseDecide(notice))),
        );
    }
    Ok(owed)
}

/// To each who decides for an owner: the dates on which it sees a line, with those lines.
fn to_owner(
    conn: &mut Conn,
    owner: CompanyId,
    (bookings, sheet): (&[Booking], &Sheet),
    sees: impl Fn(&Line) -> bool,
    said: Said<'_>,
    now: Instant,
) -> Outcome<Vec<(Recipient, BookingNotice)>> {
    let seen = bookings
        .iter()
        .filter(|booking| booking.lines.iter().any(&sees));
    let notices: Outcome<Vec<BookingNotice>> = seen
        .map(|booking| part(booking, sheet, &sees, said, now))
        .collect();
    let Some(notice) = joined(notices?) else {
        return Ok(Vec::new());
    };
    let deciders = members::deciders(conn, owner)?;
    let told = deciders
        .iter()
        .map(|decider| (recipient(decider), notice.clone()));
    Ok(told.collect())
}

/// The notice of the first date, with the others as its further dates. A fee is of all of them together.
fn joined(notices: Vec<BookingNotice>) -> Option<BookingNotice> {
    let mut notices = notices.into_iter();
    let mut first = notices.next()?;
    first.dates = notices
        .map(|date| BookingNotice { fee: None, ..date })
        .collect();
    Some(first)
}
