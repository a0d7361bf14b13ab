//! A booking as it is told: to whom, what of it, and in short for the history.

use std::collections::BTreeMap;

use super::Said;
use crate::actions::Outcome;
use crate::actions::sheet::Sheet;
use crate::domain::booking::{Booking, Line, LineState};
use crate::domain::ids::MemberId;
use crate::domain::money::Currency;
use crate::domain::notice::{BookingNotice, NoticeKit, NoticeLine, Recipient};
use crate::domain::people::Member;
use crate::domain::price;
use crate::domain::span::Instant;
use crate::store::{Conn, StoreError, members};

pub(in crate::actions) fn crew_recipient(
    booking: &Booking,
    sheet: &Sheet,
) -> Result<Recipient, StoreError> {
    sheet.member(booking.booked_by).map(recipient)
}

/// The person as a letter addresses it.
pub fn recipient(member: &Member) -> Recipient {
    Recipient {
        email: member.email.clone(),
        name: member.name.clone(),
        language: member.language,
    }
}

pub(in crate::actions) fn whole(
    booking: &Booking,
    sheet: &Sheet,
    said: Said<'_>,
    now: Instant,
) -> Outcome<BookingNotice> {
    part(booking, sheet, |_| true, said, now)
}

/// The booking as told to someone who sees only these of its lines.
pub(in crate::actions) fn part(
    booking: &Booking,
    sheet: &Sheet,
    sees: impl Fn(&Line) -> bool,
    said: Said<'_>,
    now: Instant,
) -> Outcome<BookingNotice> {
    let seen: Vec<&Line> = booking.lines.iter().filter(|line| sees(line)).collect();
    let lines: Result<Vec<NoticeLine>, StoreError> =
        seen.iter().map(|line| notice_line(line, sheet)).collect();
    let counted = seen.iter().filter(|line| line.state.is_open());
    let currency = seen
        .first()
        .map_or(Currency::CNY, |line| line.price.total.currency);
    let sums = price::total(currency, counted.map(|line| &line.price));
    let (total, deposit) =
        sums.map_err(|_| StoreError::Other("a sum that does not fit".to_owned()))?;
    Ok(BookingNotice {
        booking: booking.id,
        reference: booking.reference.clone(),
        title: booking.title.clone(),
        production: sheet.production(booking)?.title.clone(),
        company: sheet.company(booking.company)?.names.clone(),
        booked_by: sheet.member(booking.booked_by)?.name.clone(),
        note: booking.note.clone(),
        sequence: booking.sequence,
        lines: lines?,
        total,
        deposit,
        fee: said.fee,
        reason: said.reason.to_owned(),
        until: said.until,
        challenged: said.challenged,
        offers: Vec::new(),
        at: now,
        dates: Vec::new(),
    })
}

fn notice_line(line: &Line, sheet: &Sheet) -> Result<NoticeLine, StoreError> {
    let listing = sheet.listing(line)?;
    Ok(NoticeLine {
        code: listing.code.clone(),
        names: listing.names.clone(),
        site: sheet.site(listing)?.names.clone(),
        units: line.units,
        start: line.span.start(),
        end: line.span.end(),
        state: line.state,
        total: line.price.total,
        reason: line.reason.clone(),
        held_until: line
            .hold
            .filter(|_| line.state == LineState::Held)
            .map(|hold| hold.expires_at),
        rank: sheet.places.get(&line.id).map(|place| place.rank),
        late_until: sheet.late.until.get(&line.id).copied(),
        delay_minutes: sheet.late.delayed.get(&line.id).map(|one| one.minutes),
        kit: sheet.kit(line)?.map(|(kit, listing)| NoticeKit {
            code: listing.code.clone(),
            names: listing.names.clone(),
            group: kit.group,
            units: kit.units,
        }),
    })
}

/// The booking as a file tells it to someone who may see these of its lines.
pub fn told(
    booking: &Booking,
    sheet: &Sheet,
    sees: impl Fn(&Line) -> bool,
) -> Outcome<BookingNotice> {
    part(booking, sheet, sees, Said::default(), booking.changed_at)
}

/// A booking as the history keeps it: short, and readable without other tables.
pub fn summary(booking: &Booking, sheet: &Sheet) -> serde_json::Value {
    let line = |line: &Line| {
        serde_json::json!({
            "listing": sheet.listings.get(&line.listing).map(|listing| listing.code.as_str()),
            "units": line.units,
            "start": line.span.start(),
            "end": line.span.end(),
            "state": line.state,
            "expires_at": line.hold.map(|hold| hold.expires_at),
        })
    };
    serde_json::json!({
        "state": booking.state(),
        "title": booking.title,
        "lines": booking.lines.iter().map(line).collect::<Vec<_>>(),
    })
}

/// Names of members, for histories.
pub fn member_names(
    conn: &mut Conn,
    ids: &[MemberId],
) -> Result<BTreeMap<MemberId, String>, StoreError> {
    let found = members::find_all(conn, ids)?;
    Ok(found
        .into_iter()
        .map(|member| (member.id, member.name))
        .collect())
}
