//! What is free: one listing as steps, many as days. Reads only; the same formula as booking.

use chrono::{Days, NaiveDate, TimeDelta};

use super::claims::Ground;
use super::holders::holders;
use super::openings::thing;
use super::{Cluster, Outcome};
use crate::domain::booking::LineState;
use crate::domain::closure::Closure;
use crate::domain::hold::{self, OnHold};
use crate::domain::hours;
use crate::domain::ids::{Id, ListingId, ProductionId};
use crate::domain::kit;
use crate::domain::listing::Listing;
use crate::domain::next_free::{Wish, next_free};
use crate::domain::openings::{Finder, Search, Thing, WantedLine};
use crate::domain::people::Actor;
use crate::domain::profile::{Profile, Supply};
use crate::domain::refusal::Holder;
use crate::domain::span::{Instant, Span, floor_to_minute, local_midnight};
use crate::store::claims::LiveLine;
use crate::store::{Conn, holds as hold_rows};

/// One listing over a window.
pub struct ListingDays {
    /// Which.
    pub listing: Listing,
    /// Capacity and use, turnaround included.
    pub profile: Profile,
    /// The lines behind it, with what the asker may know of each.
    pub lines: Vec<(LiveLine, Holder)>,
    /// Who waits in line, in order, with the rank of each and what the asker may know of it.
    pub in_line: Vec<(LiveLine, u32, Holder)>,
    /// What is closed.
    pub closures: Vec<Closure>,
    /// When its site is open; `None` is always.
    pub open: Option<Vec<Span>>,
    /// Nights, where they are barred.
    pub nights: Vec<Span>,
}

/// One listing over a window, for its calendar.
pub fn of_listing(
    conn: &mut Conn,
    cluster: &Cluster,
    actor: &Actor,
    id: ListingId,
    window: Span,
    now: Instant,
) -> Outcome<ListingDays> {
    let mut ground = Ground::look(conn, &[id], now)?;
    ground.read_claims(conn, window)?;
    let listing = ground.listing(id)?.clone();
    let profile = ground.sources(id)?.profile(window);
    let touching: Vec<(LiveLine, Span)> = ground
        .live_lines(id)
        .filter_map(|live| Some((*live, live.claim.claim.clip(window)?)))
        .collect();
    let named = holders(conn, actor, &touching)?;
    let in_line = in_line(conn, actor, &listing, window)?;
    let site_hours = ground
        .site_of(&listing)
        .and_then(|site| site.hours.as_ref());
    let open = site_hours.map(|hours| hours.open_spans(window, cluster.zone));
    let nights = if listing.policy().night_allowed {
        Vec::new()
    } else {
        hours::night().open_spans(window, cluster.zone)
    };
    Ok(ListingDays {
        profile,
        lines: touching
            .into_iter()
            .map(|(live, _)| live)
            .zip(named)
            .collect(),
        in_line,
        closures: ground.closures_of(&listing).cloned().collect(),
        open,
        nights,
        listing,
    })
}

/// Who waits in line for a listing within a window.
fn in_line(
    conn: &mut Conn,
    actor: &Actor,
    listing: &Listing,
    window: Span,
) -> Outcome<Vec<(LiveLine, u32, Holder)>> {
    let on_hold = hold_rows::on_hold(conn, &[listing.id])?;
    let queue: Vec<&OnHold> = on_hold
        .iter()
        .map(|(_, one)| one)
        .filter(|one| one.state == LineState::Queued)
        .collect();
    let mut waiting = Vec::new();
    let mut ranks = Vec::new();
    for (place, one) in queue.iter().enumerate() {
        let Some(span) = one.claim.claim.clip(window) else {
            continue;
        };
        ranks.push(hold::rank(
            queue[..place].iter().map(|before| &before.claim),
            &one.claim,
        ));
        waiting.push((LiveLine::waiting(listing, one), span));
    }
    let named = holders(conn, actor, &waiting)?;
    Ok(waiting
        .into_iter()
        .zip(ranks)
        .zip(named)
        .map(|(((line, _), rank), holder)| (line, rank, holder))
        .collect())
}

words! {
    /// A day of a listing at a glance.
    DayState {
        /// Every unit is free all day.
        Free = "free",
        /// Something is free some of the time.
        Part = "part",
        /// Nothing is free at any time.
        Taken = "taken",
        /// Closed all day.
        Closed = "closed",
    }
}

/// One day of a listing.
#[derive(Debug, Clone, Copy)]
pub struct Day {
    /// Local date.
    pub date: NaiveDate,
    /// Units free all day long.
    pub least_free: u32,
    /// Units free at the best moment.
    pub most_free: u32,
    /// At a glance.
    pub state: DayState,
}

/// One listing of the matrix.
pub struct Row {
    /// Which.
    pub listing: ListingId,
    /// How many there are at all; of a kit as many as its parts make.
    pub quantity: u32,
    /// A day each.
    pub days: Vec<Day>,
    /// The next span it could be booked for, within two weeks of what was asked.
    pub next_free: Option<Span>,
}

/// How far a listing's next free span is looked for.
const LOOK_AHEAD_DAYS: i64 = 14;

/// Listings × days, from `first` on, in the order of `ids`; and when each could be had as wished.
pub fn matrix(
    conn: &mut Conn,
    cluster: &Cluster,
    ids: &[ListingId],
    (first, days): (NaiveDate, u32),
    wish: Wish,
    now: Instant,
) -> Outcome<Vec<Row>> {
    let spans = local_days(cluster, first, days);
    let mut ground = Ground::look(conn, ids, now)?;
    let ahead = look_ahead(&ground, wish);
    let Some(window) = super::claims::hull(spans.iter().map(|(_, span)| *span).chain(ahead)) else {
        return Ok(Vec::new());
    };
    ground.read_claims(conn, window)?;
    let mut rows = Vec::with_capacity(ids.len());
    for id in ids {
        let quantity = ground.quantity(*id)?;
        let sources = ground.sources(*id)?;
        let day = |(date, span): &(NaiveDate, Span)| day(*date, &sources.profile(*span), quantity);
        rows.push(Row {
            listing: *id,
            quantity,
            days: spans.iter().map(day).collect(),
            next_free: match ahead {
                Some(ahead) if ground.kits().has(*id) => {
                    next_of_kit(&ground, cluster, *id, ahead, wish, now)?
                }
                Some(ahead) => {
                    let listing = ground.listing(*id)?;
                    let hours = ground.site_of(listing).and_then(|site| site.hours.as_ref());
                    let (policy, profile) = (listing.policy(), sources.profile(ahead));
                    next_free(&policy, hours, cluster.zone, &profile, wish, now)
                }
                None => None,
            },
        });
    }
    Ok(rows)
}

/// A kit is a small basket: its next time is the next opening of all of its leaves.
fn next_of_kit(
    ground: &Ground,
    cluster: &Cluster,
    id: ListingId,
    ahead: Span,
    wish: Wish,
    now: Instant,
) -> Outcome<Option<Span>> {
    let leaves = ground.leaves(id)?;
    let shortest = leaves.iter().map(|(leaf, _)| leaf.policy().minimum_minutes);
    let minutes = i64::from(wish.minutes.or(shortest.max()).unwrap_or(1));
    let line = |(thing, (_, each)): (usize, &(&Listing, u32))| WantedLine {
        offset_minutes: 0,
        minutes,
        units: each.saturating_mul(wish.units),
        things: vec![thing],
    };
    let things = leaves.iter().map(|(leaf, _)| Thing {
        supply: ground.supply_in_kit(leaf),
        ..thing(ground, leaf, None)
    });
    let search = Search {
        zone: cluster.zone,
        now,
        production: ProductionId::from_raw(-1),
        things: things.collect(),
        lines: leaves.iter().enumerate().map(line).collect(),
        crew_busy: Vec::new(),
        account: None,
        latest_start: None,
    };
    let last = ahead.end() - TimeDelta::minutes(minutes);
    let Ok(starts) = Span::new(ceil_to_minute(wish.not_before), last) else {
        return Ok(None);
    };
    let next = Finder::new(&search, starts).next(1, 0).openings;
    let span = next.first().and_then(|opening| opening.places.first());
    Ok(span.map(|place| place.span))
}

/// The first whole minute not before a moment.
fn ceil_to_minute(moment: Instant) -> Instant {
    floor_to_minute(moment + TimeDelta::seconds(59))
}

/// The window in which a next free span is looked for, with room for every listing's setup before it.
fn look_ahead(ground: &Ground, wish: Wish) -> Option<Span> {
    let setup = ground
        .all_listings()
        .map(|listing| listing.policy().setup_minutes)
        .max()?;
    let from = floor_to_minute(wish.not_before);
    let until = from + TimeDelta::days(LOOK_AHEAD_DAYS);
    Some(Span::new(from, until).ok()?.widen(setup, 0))
}

fn day(date: NaiveDate, profile: &Profile, quantity: u32) -> Day {
    let (least_free, most_free) = (profile.least_free(), profile.most_free());
    let closed = profile.steps().iter().all(|step| step.capacity == 0);
    let state = match (least_free, most_free) {
        _ if closed => DayState::Closed,
        (_, 0) => DayState::Taken,
        (least, _) if least == quantity => DayState::Free,
        _ => DayState::Part,
    };
    Day {
        date,
        least_free,
        most_free,
        state,
    }
}

fn local_days(cluster: &Cluster, first: NaiveDate, days: u32) -> Vec<(NaiveDate, Span)> {
    (0..u64::from(days))
        .filter_map(|ahead| {
            let date = first.checked_add_days(Days::new(ahead))?;
            let next = date.succ_opt()?;
            let span = Span::new(
                local_midnight(date, cluster.zone),
                local_midnight(next, cluster.zone),
            )
            .ok()?;
            Some((date, span))
        })
        .collect()
}

/// Those of `listings` with at least `units` free during the whole of `span`.
pub fn free_in(
    conn: &mut Conn,
    listings: &[ListingId],
    span: Span,
    units: u32,
    now: Instant,
) -> Outcome<Vec<ListingId>> {
    let mut ground = Ground::look(conn, listings, now)?;
    // Each listing's own buffers count: what must be free is the whole claim.
    let claims: Vec<(ListingId, Span)> = ground
        .all_listings()
        .map(|listing| (listing.id, listing.policy().claim(span)))
        .collect();
    let Some(window) = super::claims::hull(claims.iter().map(|(_, claim)| *claim)) else {
        return Ok(Vec::new());
    };
    ground.read_claims(conn, window)?;
    let mut free = Vec::new();
    for id in listings {
        if ground.listing(*id).is_ok() && free_of(&ground, *id, span)? >= units {
            free.push(*id);
        }
    }
    Ok(free)
}

/// How many of a listing are free during the whole of a span, buffers included; of a kit as many as its leaves
/// make, each with its own.
pub fn free_of(ground: &Ground, id: ListingId, span: Span) -> Outcome<u32> {
    let free = |leaf: &Listing, supply: &Supply| {
        let claims = ground.claims(leaf.id, None);
        Profile::sweep(leaf.policy().claim(span), supply, &claims).least_free()
    };
    if !ground.kits().has(id) {
        let listing = ground.listing(id)?;
        return Ok(free(listing, &ground.supply(listing)));
    }
    let leaves = ground.leaves(id)?.into_iter();
    Ok(kit::kits_of(leaves.map(|(leaf, each)| {
        (free(leaf, &ground.supply_in_kit(leaf)), each)
    })))
}
