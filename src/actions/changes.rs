//! What has changed since a moment, read out of the history: the feed behind live pages. Reads only, and
//! only what is stored: it is the same on every server of one database.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use serde_json::Value;

use super::Outcome;
use crate::domain::booking::Booking;
use crate::domain::change::{Change, ChangedBooking};
use crate::domain::ids::{AuditId, BookingId, ListingId, SiteId};
use crate::domain::listing::{Listing, ListingState};
use crate::store::audit::Entry;
use crate::store::{Conn, audit, bookings, listings};

/// How far each look goes back behind what was told already. An entry is stored up to seconds after its id
/// was made, and the clocks of several servers differ a little.
pub const LOOK_BACK: TimeDelta = TimeDelta::seconds(15);
/// The most entries one look takes in. More than that at once is told as "much has changed".
const MOST_ENTRIES: i64 = 2_000;

/// What a look into the history found.
pub struct Found {
    /// The new entries.
    pub entries: Vec<AuditId>,
    /// Each change they tell, oldest first; `None` where they are more than is worth telling one by one.
    pub changes: Option<Vec<Change>>,
}

/// The entries after `after` that `is_new` and that live pages show, oldest first.
pub fn since(conn: &mut Conn, after: AuditId, is_new: impl Fn(AuditId) -> bool) -> Outcome<Found> {
    let entries = audit::after(conn, after, MOST_ENTRIES)?;
    let full = i64::try_from(entries.len()).is_ok_and(|count| count >= MOST_ENTRIES);
    let new: Vec<Entry> = entries
        .into_iter()
        .filter(|entry| is_new(entry.id))
        .collect();
    let ids: Vec<AuditId> = new.iter().map(|entry| entry.id).collect();
    let much = full && !new.is_empty();
    Ok(Found {
        entries: ids,
        changes: if much { None } else { Some(told(conn, new)?) },
    })
}

fn told(conn: &mut Conn, mut new: Vec<Entry>) -> Outcome<Vec<Change>> {
    new.reverse();
    let ids: Vec<BookingId> = subjects(&new);
    let booked = bookings::find_all(conn, &ids)?;
    let ids: Vec<ListingId> = subjects(&new);
    let listed = listings::find_all(conn, &ids)?;
    let mut changes = Vec::new();
    for entry in new {
        changes.extend(change(conn, &entry, &booked, &listed)?);
    }
    Ok(changes)
}

fn subjects<T: std::str::FromStr + Ord>(entries: &[Entry]) -> Vec<T> {
    let ids: BTreeSet<T> = entries
        .iter()
        .filter_map(|entry| entry.subject.parse().ok())
        .collect();
    ids.into_iter().collect()
}

/// The change an entry tells; `None` where no page shows it.
fn change(
    conn: &mut Conn,
    entry: &Entry,
    booked: &[Booking],
    listed: &[Listing],
) -> Outcome<Option<Change>> {
    let nothing = Change {
        entry: entry.id,
        what: entry.what.clone(),
        booking: None,
        listings: Vec::new(),
        site: None,
        only: None,
    };
    let noun = entry.what.split('.').next().unwrap_or_default();
    Ok(match noun {
        "booking" => {
            let id: Option<BookingId> = entry.subject.parse().ok();
            match booked.iter().find(|booking| Some(booking.id) == id) {
                Some(booking) => Some(of_booking(conn, nothing, entry, booking)?),
                None => None,
            }
        }
        "listing" => {
            let id: Option<ListingId> = entry.subject.parse().ok();
            listed
                .iter()
                .find(|listing| Some(listing.id) == id)
                .map(|listing| of_listing(nothing, listing))
        }
        "closure" => Some(of_closure(nothing, entry)),
        "site" => Some(Change {
            site: entry.subject.parse().ok(),
            ..nothing
        }),
        _ => None,
    })
}

/// A booking's listings now, and those it was on before.
fn of_booking(
    conn: &mut Conn,
    nothing: Change,
    entry: &Entry,
    booking: &Booking,
) -> Outcome<Change> {
    let now: BTreeSet<ListingId> = booking.lines.iter().map(|line| line.listing).collect();
    let detail: Value = serde_json::from_str(&entry.detail).unwrap_or_default();
    let lines_before = detail["before"]["lines"].as_array();
    let codes: BTreeSet<String> = lines_before
        .into_iter()
        .flatten()
        .filter_map(|line| line["listing"].as_str().map(str::to_owned))
        .collect();
    let codes: Vec<String> = codes.into_iter().collect();
    let mut touched = now;
    touched.extend(listings::ids_of_codes(conn, &codes)?);
    let owners: BTreeSet<_> = booking.lines.iter().map(|line| line.owner).collect();
    Ok(Change {
        booking: Some(ChangedBooking {
            id: booking.id,
            reference: booking.reference.clone(),
            company: booking.company,
            owners: owners.into_iter().collect(),
        }),
        listings: touched.into_iter().collect(),
        ..nothing
    })
}

fn of_listing(nothing: Change, listing: &Listing) -> Change {
    // What was retired was published: those who looked at it must hear that it is gone.
    let hidden = listing.state == ListingState::Draft;
    Change {
        listings: vec![listing.id],
        only: hidden.then_some(listing.owner),
        ..nothing
    }
}

fn of_closure(nothing: Change, entry: &Entry) -> Change {
    let detail: Value = serde_json::from_str(&entry.detail).unwrap_or_default();
    let told = if detail["after"].is_object() {
        &detail["after"]
    } else {
        &detail["before"]
    };
    let listing: Option<ListingId> = told["listing"].as_str().and_then(|id| id.parse().ok());
    let site: Option<SiteId> = told["site"].as_str().and_then(|id| id.parse().ok());
    Change {
        listings: listing.into_iter().collect(),
        site,
        ..nothing
    }
}
