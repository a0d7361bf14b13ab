//! A crew says that it runs late: its line's end moves as far as that is free, the rest is kept as a word, and
//! whoever has to wait is told. The rule is in [`crate::domain::overrun`].

use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;

use super::booking_letters as letters;
use super::claims::Ground;
use super::extension::{ExtensionRequest, lines_with};
use super::holders::holders;
use super::late::{Delayed, Late, around, waiting};
use super::repairs::{self, Basket};
use super::sheet::Sheet;
use super::{Cluster, FieldFault, Outcome, Refused, holds};
use crate::domain::booking::{Booking, Line};
use crate::domain::effect::Supposed;
use crate::domain::ids::{BookingId, LineId};
use crate::domain::money::Money;
use crate::domain::overrun::{self, MOST_LATE_MINUTES};
use crate::domain::people::Actor;
use crate::domain::price::{self, Price};
use crate::domain::profile::Claim;
use crate::domain::refusal::Holder;
use crate::domain::repair::Repair;
use crate::domain::span::{Instant, floor_to_minute};
use crate::store::overruns::{self, Overrun};
use crate::store::{Conn, audit, bookings};

/// What an overrun would come to.
#[derive(Debug)]
pub struct Foreseen {
    /// Of which line.
    pub line: LineId,
    /// Until when the crew stays.
    pub until: Instant,
    /// The end of the line, as far as it can be moved.
    pub end: Instant,
    /// What that costs more.
    pub fee: Money,
    /// Who has to wait, and how many minutes.
    pub waiting: Vec<(Holder, i64)>,
}

/// A line that has to wait for a late one, and what would work instead.
#[derive(Debug)]
pub struct WayOut {
    /// Which line.
    pub line: LineId,
    /// How many minutes it begins later.
    pub minutes: i64,
    /// Changes of its booking that would work.
    pub repairs: Vec<Repair>,
}

/// What was said: which line stays until when.
struct Word<'a> {
    line: &'a Line,
    until: Instant,
}

/// What a line comes to by a word.
struct Lasting {
    claim: Claim,
    price: Price,
}

/// What it would come to. Nothing is stored, nothing is locked.
pub fn look(
    conn: &mut Conn,
    actor: &Actor,
    id: BookingId,
    request: &ExtensionRequest,
    now: Instant,
) -> Outcome<Foreseen> {
    let booking = holds::own_booking(conn, actor, id)?.as_of(now);
    let word = word(&booking, request, now)?;
    let mut ground = Ground::look(conn, &[word.line.listing], now)?;
    let lasting = lasting(conn, &mut ground, &booking, &word, now)?;
    let mut lines = ground.live_lines(word.line.listing);
    let found = lines.find(|live| live.line == word.line.id);
    let waiting = found.map_or_else(Vec::new, |live| {
        waiting(&ground, live, &lasting.claim, word.until)
    });
    let in_the_way: Vec<_> = waiting
        .iter()
        .map(|one| (one.live, one.live.claim.span))
        .collect();
    let minutes = waiting.iter().map(|one| one.minutes);
    Ok(Foreseen {
        line: word.line.id,
        until: word.until,
        end: lasting.claim.span.end(),
        fee: Money {
            minor: lasting.price.total.minor - word.line.price.total.minor,
            ..lasting.price.total
        },
        waiting: holders(conn, actor, &in_the_way)?
            .into_iter()
            .zip(minutes)
            .collect(),
    })
}

/// Says it. The same word said again changes nothing.
pub fn say(
    conn: &mut Conn,
    cluster: &Cluster,
    actor: &Actor,
    id: BookingId,
    request: &ExtensionRequest,
    now: Instant,
) -> Outcome<(Booking, Sheet)> {
    let seen = holds::own_booking(conn, actor, id)?;
    let (mut booking, mut ground) = holds::enter_with(conn, cluster, &seen, &[], now)?;
    let word = word(&booking, request, now)?;
    let (line, listing, until) = (word.line.id, word.line.listing, word.until);
    let before = Late::of_listings(conn, &[listing], now)?;
    let said = before.until.get(&line).copied();
    if said.unwrap_or(word.line.span.end()) == until {
        return holds::shown(conn, id, now);
    }
    let lasting = lasting(conn, &mut ground, &booking, &word, now)?;
    let beyond = (until > lasting.claim.span.end()).then_some(until);
    put(&mut booking, line, &lasting);
    booking.revise(now);
    bookings::update(conn, &booking)?;
    ground.remember_longest(conn, &[(listing, lasting.claim.claim)])?;
    match beyond {
        None => overruns::take_back(conn, line)?,
        Some(until) => overruns::put(
            conn,
            &Overrun {
                line,
                listing,
                until,
                said_by: actor.member,
                said_at: now,
            },
        )?,
    }

    let sheet = Sheet::load(conn, std::slice::from_ref(&booking), now)?;
    letters::changed(conn, &booking, &sheet, now)?;
    let detail = serde_json::json!({
        "after": { "until": until, "end": lasting.claim.span.end() },
    });
    let by = Some(actor.member);
    audit::put(conn, booking.id, "booking.runs_late", by, &detail, now)?;
    let after = Late::of_listings(conn, &[listing], now)?;
    tell_those_who_wait(conn, &before, &after, now)?;
    holds::settle(conn, cluster, &mut ground, now)?;
    holds::shown(conn, id, now)
}

/// For each delayed line of a booking, what would work instead, as changes of the booking.
pub fn ways_out(
    conn: &mut Conn,
    cluster: &Cluster,
    actor: &Actor,
    booking: &Booking,
    now: Instant,
) -> Outcome<Vec<WayOut>> {
    let listings: Vec<_> = booking.live_lines().map(|line| line.listing).collect();
    let late = Late::of_listings(conn, &listings, now)?;
    let mut ways = Vec::new();
    for line in booking.live_lines() {
        let Some(delayed) = late.delayed.get(&line.id) else {
            continue;
        };
        let basket = Basket {
            cluster,
            actor,
            production: Some(booking.production),
            hold: false,
            booking: Some(booking),
            now,
            lines: lines_with(booking, line.id, line.span),
            claimed: late.beyond.clone(),
            supposed: Supposed::default(),
        };
        ways.push(WayOut {
            line: line.id,
            minutes: delayed.minutes,
            repairs: repairs::of_line_anew(conn, basket, line.id)?,
        });
    }
    Ok(ways)
}

/// The line that is meant, and until when it stays.
fn word<'a>(booking: &'a Booking, request: &ExtensionRequest, now: Instant) -> Outcome<Word<'a>> {
    let mut under_way = booking
        .live_lines()
        .filter(|line| overrun::is_under_way(line, now))
        .filter(|line| request.line.is_none_or(|id| line.id == id));
    let Some(line) = under_way.next() else {
        return Err(Refused::State("not_under_way"));
    };
    let from = request.seen_end.unwrap_or(line.span.end());
    let until = from + TimeDelta::minutes(request.minutes);
    let last = line.span.end().max(now) + TimeDelta::minutes(MOST_LATE_MINUTES);
    if until > last || until < floor_to_minute(now).min(line.span.end()) {
        let limit = format!("0–{MOST_LATE_MINUTES}");
        let fault = FieldFault::with_limit("minutes", "out_of_range", limit);
        return Err(Refused::Invalid(vec![fault]));
    }
    let until = until.max(line.span.end());
    Ok(Word { line, until })
}

/// The claim and price of the line with its end moved as far as that is free.
fn lasting(
    conn: &mut Conn,
    ground: &mut Ground,
    booking: &Booking,
    word: &Word<'_>,
    now: Instant,
) -> Outcome<Lasting> {
    let (line, stands) = (word.line, word.line.as_claim(booking.production));
    if let Some(window) = around(ground, now, word.until.max(line.claim.end())) {
        ground.read_claims(conn, window)?;
    }
    let listing = ground.listing(line.listing)?;
    let others: Vec<Claim> = ground
        .live_lines(line.listing)
        .filter(|live| live.line != line.id)
        .map(|live| live.claim)
        .collect();
    let end = overrun::reach(&ground.supply(listing), &others, &stands, word.until);
    let claim = overrun::lasting(&stands, end).unwrap_or(stands);
    let price = if claim == stands {
        None
    } else {
        let day_hours = listing.policy().day_hours;
        price::price(&listing.rates, day_hours, claim.span, claim.units).ok()
    };
    Ok(match price {
        Some(price) => Lasting { claim, price },
        // What has no price for so long stays as it was agreed.
        None => Lasting {
            claim: stands,
            price: line.price.clone(),
        },
    })
}

fn put(booking: &mut Booking, id: LineId, lasting: &Lasting) {
    if let Some(line) = booking.lines.iter_mut().find(|line| line.id == id) {
        line.span = lasting.claim.span;
        line.claim = lasting.claim.claim;
        line.price = lasting.price.clone();
    }
}

/// Tells everyone whose wait has changed: how long it is now, or that there is none any more.
fn tell_those_who_wait(conn: &mut Conn, before: &Late, after: &Late, now: Instant) -> Outcome<()> {
    let minutes = |late: &Late, line: LineId| late.delayed.get(&line).map(|one| one.minutes);
    let all = before.delayed.values().chain(after.delayed.values());
    let changed: BTreeSet<BookingId> = all
        .filter(|one| minutes(before, one.live.line) != minutes(after, one.live.line))
        .map(|one| one.live.booking)
        .collect();
    let of_booking = |id: BookingId| -> BTreeMap<LineId, Delayed> {
        let mut delayed = after.delayed.clone();
        delayed.retain(|_, one| one.live.booking == id);
        delayed
    };
    let ids: Vec<BookingId> = changed.into_iter().collect();
    let mut found = bookings::find_all(conn, &ids)?;
    for booking in &mut found {
        booking.revise(now);
        bookings::update(conn, booking)?;
    }
    let sheet = Sheet::load(conn, &found, now)?;
    for booking in &found {
        let waits = of_booking(booking.id);
        let longest = waits.values().map(|one| one.minutes).max();
        letters::delayed(conn, booking, &sheet, longest.is_some(), now)?;
        let what = if longest.is_some() {
            "booking.delayed"
        } else {
            "booking.delay_over"
        };
        let detail = serde_json::json!({ "after": { "minutes": longest } });
        audit::put(conn, booking.id, what, None, &detail, now)?;
    }
    Ok(())
}
