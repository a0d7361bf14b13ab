//! Calendar feeds: secret addresses a calendar subscribes to. A feed shows what its member may see at the
//! time it is read: whoever lost a right loses it there too.

use chrono::TimeDelta;

use super::secrets::{fresh_token, hash_token};
use super::sheet::Sheet;
use super::{FieldFault, OrNotFound, Outcome, Refused};
use crate::domain::booking::{Booking, Line};
use crate::domain::feed::{FeedEntry, FeedScope};
use crate::domain::ids::{FeedId, ListingId};
use crate::domain::people::{Actor, Language, Names};
use crate::domain::rights::{Right, may};
use crate::domain::span::Instant;
use crate::store::booking_lists::FeedOf;
use crate::store::feeds::{self, Feed};
use crate::store::{
    Conn, StoreError, audit, booking_lists, companies, fresh_id, listings, members,
};

/// The most feeds of one member: they fit one page.
pub const MOST_FEEDS: i64 = 50;
/// How long what is over stays in a calendar.
const KEPT_DAYS: i64 = 30;
/// The most bookings of a feed; a calendar with more is of no use to anybody.
const MOST_BOOKINGS: i64 = 2_000;

/// Makes a feed; answers the secret of its address, which is told once.
pub fn make(
    conn: &mut Conn,
    actor: &Actor,
    scope: FeedScope,
    listing: Option<ListingId>,
    now: Instant,
) -> Outcome<(Feed, String)> {
    let made = feeds::of_member(conn, actor.member, MOST_FEEDS)?.len();
    if i64::try_from(made).is_ok_and(|made| made >= MOST_FEEDS) {
        return Err(Refused::State("too_many_feeds"));
    }
    let secret = fresh_token();
    let feed = Feed {
        id: fresh_id(now),
        member_id: actor.member,
        scope,
        listing_id: listing_of(conn, actor, scope, listing)?,
        token_hash: hash_token(&secret),
        created_at: now.into(),
    };
    feeds::insert(conn, feed.clone())?;
    let detail = serde_json::json!({ "after": { "scope": scope, "listing": feed.listing_id } });
    audit::put(
        conn,
        feed.id,
        "feed.created",
        Some(actor.member),
        &detail,
        now,
    )?;
    Ok((feed, secret))
}

/// A listing's feed names a listing its member may know of; the others name none.
fn listing_of(
    conn: &mut Conn,
    actor: &Actor,
    scope: FeedScope,
    listing: Option<ListingId>,
) -> Outcome<Option<ListingId>> {
    let wrong = |code| Err(Refused::Invalid(vec![FieldFault::new("listing", code)]));
    match (scope, listing) {
        (FeedScope::Member | FeedScope::Company, None) => Ok(None),
        (FeedScope::Member | FeedScope::Company, Some(_)) => wrong("not_of_this_scope"),
        (FeedScope::Listing, None) => wrong("required"),
        (FeedScope::Listing, Some(id)) => {
            let found = listings::find(conn, id).or_not_found("listing")?;
            super::listings::may_see(actor, &found)?;
            Ok(Some(id))
        }
    }
}

/// Revokes one of the member's own feeds: its address shows nothing any more.
pub fn revoke(conn: &mut Conn, actor: &Actor, id: FeedId, now: Instant) -> Outcome<()> {
    if !feeds::delete(conn, actor.member, id)? {
        return Err(Refused::NotFound("feed"));
    }
    Ok(audit::put(
        conn,
        id,
        "feed.revoked",
        Some(actor.member),
        &serde_json::json!({}),
        now,
    )?)
}

/// What a feed shows now.
pub struct FeedContents {
    /// What the calendar is called.
    pub name: String,
    /// What its member reads.
    pub language: Language,
    /// One entry a line.
    pub entries: Vec<FeedEntry>,
}

/// Reads the feed behind a secret.
pub fn read(conn: &mut Conn, secret: &str, now: Instant) -> Outcome<FeedContents> {
    let none = || Refused::NotFound("feed");
    let feed = feeds::find_by_token(conn, &hash_token(secret))?.ok_or_else(none)?;
    let member = members::find(conn, feed.member_id)?;
    if !member.active {
        return Err(none());
    }
    let actor = member.actor();
    let (of, names) = subject(conn, &feed, &actor, &member.name)?;
    let since = now - TimeDelta::days(KEPT_DAYS);
    let found = booking_lists::for_feed(conn, of, since, MOST_BOOKINGS)?;
    let sheet = Sheet::load(conn, &found, now)?;
    let mut entries = Vec::new();
    for booking in found.into_iter().map(|booking| booking.as_of(now)) {
        let shown = booking
            .live_lines()
            .filter(|line| line.span.end() > since)
            .filter(|line| {
                feed.listing_id
                    .is_none_or(|listing| line.listing == listing)
            });
        for line in shown {
            entries.push(entry(&booking, line, &sheet, &actor)?);
        }
    }
    Ok(FeedContents {
        name: names.in_language(member.language).to_owned(),
        language: member.language,
        entries,
    })
}

/// Whose bookings the feed shows, and what they are called.
fn subject(
    conn: &mut Conn,
    feed: &Feed,
    actor: &Actor,
    member_name: &str,
) -> Outcome<(FeedOf, Names)> {
    match (feed.scope, feed.listing_id) {
        (FeedScope::Member, _) => {
            let name = member_name.to_owned();
            let names = Names {
                zh: name.clone(),
                en: name,
            };
            Ok((FeedOf::Member(actor.member), names))
        }
        (FeedScope::Company, _) => {
            let company = companies::find(conn, actor.company)?;
            Ok((FeedOf::Company(actor.company), company.names))
        }
        (FeedScope::Listing, Some(id)) => {
            let listing = listings::find(conn, id)?;
            super::listings::may_see(actor, &listing)?;
            Ok((FeedOf::Listing(id), listing.names))
        }
        (FeedScope::Listing, None) => {
            Err(StoreError::Other(format!("feed {} without its listing", feed.id)).into())
        }
    }
}

/// One line, with no more than the reader may know of it.
fn entry(booking: &Booking, line: &Line, sheet: &Sheet, actor: &Actor) -> Outcome<FeedEntry> {
    let listing = sheet.listing(line)?;
    let company = sheet.company(booking.company)?;
    let sees_all =
        may(actor, Right::SeeCompany, booking.company) || may(actor, Right::Decide, line.owner);
    Ok(FeedEntry {
        line: line.id,
        reference: Some(booking.reference.clone()).filter(|_| sees_all),
        code: listing.code.clone(),
        listing: listing.names.clone(),
        site: sheet.site(listing)?.names.clone(),
        units: line.units,
        span: line.span,
        state: line.state,
        production: Some(sheet.production(booking)?.title.clone()).filter(|_| sees_all),
        company: Some(company.names.clone()).filter(|_| sees_all || company.shows_name),
        sequence: booking.sequence,
        changed_at: booking.changed_at,
    })
}
