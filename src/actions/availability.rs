//! What is free: one listing as steps, many as days. Reads only; the same formula as booking.

use chrono::{Days, NaiveDate};

use super::claims::Ground;
use super::quote::holders;
use super::{Cluster, Outcome};
use crate::domain::booking::LineState;
use crate::domain::closure::Closure;
use crate::domain::hold::{self, OnHold};
use crate::domain::hours;
use crate::domain::ids::ListingId;
use crate::domain::listing::Listing;
use crate::domain::people::Actor;
use crate::domain::profile::Profile;
use crate::domain::refusal::Holder;
use crate::domain::span::{Instant, Span, local_midnight};
use crate::store::Conn;
use crate::store::bookings::{self, LiveLine};

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
    let profile = Profile::sweep(window, &ground.supply(&listing), &ground.claims(id, None));
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
    let on_hold = bookings::on_hold(conn, &[listing.id])?;
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

/// Listings × days, from `first` on, in the order of `listings`.
pub fn matrix(
    conn: &mut Conn,
    cluster: &Cluster,
    listings: &[ListingId],
    first: NaiveDate,
    days: u32,
    now: Instant,
) -> Outcome<Vec<(ListingId, Vec<Day>)>> {
    let spans = local_days(cluster, first, days);
    let Some(window) = super::claims::hull(spans.iter().map(|(_, span)| *span)) else {
        return Ok(Vec::new());
    };
    let mut ground = Ground::look(conn, listings, now)?;
    ground.read_claims(conn, window)?;
    let mut rows = Vec::with_capacity(listings.len());
    for id in listings {
        let listing = ground.listing(*id)?;
        let supply = ground.supply(listing);
        let claims = ground.claims(*id, None);
        let day = |(date, span): &(NaiveDate, Span)| {
            day(*date, &Profile::sweep(*span, &supply, &claims), listing)
        };
        rows.push((*id, spans.iter().map(day).collect()));
    }
    Ok(rows)
}

fn day(date: NaiveDate, profile: &Profile, listing: &Listing) -> Day {
    let (least_free, most_free) = (profile.least_free(), profile.most_free());
    let closed = profile.steps().iter().all(|step| step.capacity == 0);
    let state = match (least_free, most_free) {
        _ if closed => DayState::Closed,
        (_, 0) => DayState::Taken,
        (least, _) if least == listing.quantity => DayState::Free,
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
    for (id, claim) in claims {
        let supply = ground.supply(ground.listing(id)?);
        if Profile::sweep(claim, &supply, &ground.claims(id, None)).least_free() >= units {
            free.push(id);
        }
    }
    Ok(free)
}
