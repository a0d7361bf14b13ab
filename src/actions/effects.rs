//! Effects shown before: whom a closure, a retirement, fewer units or shorter hours would hit, and what each crew
//! would be offered instead. On the word of whoever keeps the listing the crews are asked to move, by a letter that
//! brings the same offers. Nothing is cancelled here, and nothing is closed: that is for [`super::closures`], once
//! those who were asked have moved.

use std::collections::BTreeMap;

use super::booking_letters as letters;
use super::checks::{Checks, LONGEST_TEXT, none_of};
use super::claims::{Ground, from_now_on, hit_lines, hull};
use super::closures::NewClosure;
use super::extension::lines_with;
use super::repairs::{self, Basket};
use super::sheet::Sheet;
use super::{Cluster, FieldFault, Outcome, closures, holds, sites};
use crate::domain::booking::{Booking, Line};
use crate::domain::closure::ClosureKind;
use crate::domain::effect::{Dates, Effect, Supposed};
use crate::domain::ids::{BookingId, LineId, ListingId};
use crate::domain::notice::{NoticeOffer, NoticePart};
use crate::domain::people::{Actor, Role};
use crate::domain::policy::{self, PolicyFault};
use crate::domain::repair::Repair;
use crate::domain::span::{Instant, Span};
use crate::store::asked_moves::{self, AskedMove};
use crate::store::claims::LiveLine;
use crate::store::{Conn, audit, bookings, holds as hold_rows};

/// The most bookings of an effect that are shown with offers, and asked at a time.
pub const MOST_SHOWN: usize = 20;
/// The most offers of one line that are shown.
const MOST_OFFERS: usize = 3;

/// Everybody an effect would hit.
pub struct Effects {
    /// How many bookings.
    pub total: usize,
    /// The first of them, by their earliest hit line, at most [`MOST_SHOWN`].
    pub hits: Vec<Hit>,
    /// What they refer to.
    pub sheet: Sheet,
}

/// A booking an effect would hit.
pub struct Hit {
    /// It.
    pub booking: Booking,
    /// Its lines that are hit, with what would work instead.
    pub lines: Vec<WayOut>,
    /// When its crew was asked to move, if it was.
    pub asked_at: Option<Instant>,
}

/// A line that is hit, and what would work instead.
pub struct WayOut {
    /// Which line.
    pub line: LineId,
    /// Changes of its booking that would work.
    pub repairs: Vec<Repair>,
}

/// What was asked of a crew, as far as it still concerns its booking.
pub struct Asked {
    /// What was said with it.
    pub note: String,
    /// When.
    pub at: Instant,
    /// The lines that are hit.
    pub lines: Vec<WayOut>,
}

/// Whom it would hit. Nothing is stored, nothing is locked.
pub fn look(
    conn: &mut Conn,
    cluster: &Cluster,
    actor: &Actor,
    effect: &Effect,
    now: Instant,
) -> Outcome<Effects> {
    let ids = closures::listings_under(conn, actor, effect.scope())?;
    none_of(faults(effect, now))?;
    let (supposed, by_booking) = hit_by(conn, cluster, effect, &ids, now)?;
    let total = by_booking.len();
    let shown = first_hit(by_booking);
    let ids: Vec<BookingId> = shown.iter().map(|(id, _)| *id).collect();
    let mut found: BTreeMap<BookingId, Booking> = bookings::find_all(conn, &ids)?
        .into_iter()
        .map(|booking| (booking.id, booking.as_of(now)))
        .collect();
    let asked = asked_moves::find_all(conn, &ids)?;
    let mut hits = Vec::new();
    for (id, lines) in shown {
        let Some(booking) = found.remove(&id) else {
            continue;
        };
        let crew = crew_of(&booking, actor);
        let of = Concerned {
            cluster,
            actor: &crew,
            booking: &booking,
        };
        let lines = ways_out(conn, of, &lines, &supposed, now)?;
        let of_booking = asked.iter().find(|one| one.booking == id);
        hits.push(Hit {
            booking,
            lines,
            asked_at: of_booking.map(|one| one.asked_at),
        });
    }
    let shown: Vec<Booking> = hits.iter().map(|hit| hit.booking.clone()).collect();
    let sheet = Sheet::load(conn, &shown, now)?;
    Ok(Effects { total, hits, sheet })
}

/// Everything that is wrong with it in itself.
fn faults(effect: &Effect, now: Instant) -> Vec<FieldFault> {
    match effect {
        Effect::Closure { units, dates, .. } => closure_faults(effect, *units, dates, now),
        Effect::SiteClosure { dates, .. } => closure_faults(effect, None, dates, now),
        Effect::Hours { hours, .. } => hours.as_ref().map_or_else(Vec::new, sites::hours_faults),
        Effect::Retirement { .. } | Effect::Quantity { .. } => Vec::new(),
    }
}

fn closure_faults(
    effect: &Effect,
    units: Option<u32>,
    dates: &Dates,
    now: Instant,
) -> Vec<FieldFault> {
    let closure = NewClosure {
        scope: effect.scope(),
        units,
        dates: dates.spans(),
        kind: ClosureKind::Closed,
        reason: String::new(),
    };
    closure.faults(now)
}

/// Asks the crews of these bookings to move; of those the effect does not hit, none is asked. Answers the references
/// of those that were.
pub fn ask(
    conn: &mut Conn,
    cluster: &Cluster,
    actor: &Actor,
    effect: &Effect,
    (references, note): (&[String], &str),
    now: Instant,
) -> Outcome<Vec<String>> {
    let mut checks = Checks::default();
    checks.text("note", note, LONGEST_TEXT);
    let too_many = FieldFault::with_limit("bookings", "too_many", MOST_SHOWN);
    checks.when(references.len() > MOST_SHOWN, too_many);
    none_of(checks.faults())?;
    let effects = look(conn, cluster, actor, effect, now)?;
    let mut asked = Vec::new();
    for hit in &effects.hits {
        let booking = &hit.booking;
        if !references.contains(&booking.reference) {
            continue;
        }
        bookings::lock(conn, booking.id)?;
        let offers = hit
            .lines
            .iter()
            .flat_map(|way| way.repairs.iter().map(offer));
        let offers: Vec<NoticeOffer> = offers.collect();
        letters::asked_to_move(conn, booking, &effects.sheet, (note, offers), now)?;
        let word = AskedMove {
            booking: booking.id,
            effect: effect.clone(),
            note: note.to_owned(),
            asked_by: actor.member,
            asked_at: now,
        };
        asked_moves::put(conn, &word)?;
        let detail = serde_json::json!({ "reason": note });
        let by = Some(actor.member);
        audit::put(conn, booking.id, "booking.asked_to_move", by, &detail, now)?;
        asked.push(booking.reference.clone());
    }
    Ok(asked)
}

/// What a crew was asked, with what would work now; `None` once it has moved, or was never asked.
pub fn asked_of(
    conn: &mut Conn,
    cluster: &Cluster,
    actor: &Actor,
    id: BookingId,
    now: Instant,
) -> Outcome<Option<Asked>> {
    let booking = holds::own_booking(conn, actor, id)?.as_of(now);
    let Some(word) = asked_moves::find_all(conn, &[id])?.pop() else {
        return Ok(None);
    };
    let of_booking: Vec<ListingId> = booking.live_lines().map(|line| line.listing).collect();
    let (supposed, mut by_booking) = hit_by(conn, cluster, &word.effect, &of_booking, now)?;
    let Some(lines) = by_booking.remove(&id) else {
        return Ok(None);
    };
    let ids: Vec<LineId> = lines.iter().map(|live| live.line).collect();
    let of = Concerned {
        cluster,
        actor,
        booking: &booking,
    };
    Ok(Some(Asked {
        note: word.note,
        at: word.asked_at,
        lines: ways_out(conn, of, &ids, &supposed, now)?,
    }))
}

/// The lines of these listings an effect hits, by booking.
fn hit_by(
    conn: &mut Conn,
    cluster: &Cluster,
    effect: &Effect,
    ids: &[ListingId],
    now: Instant,
) -> Outcome<(Supposed, BTreeMap<BookingId, Vec<LiveLine>>)> {
    let ahead = from_now_on(now)?;
    let mut by_booking: BTreeMap<BookingId, Vec<LiveLine>> = BTreeMap::new();
    let mut ground = Ground::look(conn, ids, now)?;
    let quantity = ground.all_listings().map(|listing| listing.quantity).next();
    let supposed = Supposed {
        closures: effect.as_closures(quantity.unwrap_or(0), ahead),
        hours: match effect {
            Effect::Hours { site, hours } => Some((*site, hours.clone())),
            Effect::Closure { .. }
            | Effect::SiteClosure { .. }
            | Effect::Retirement { .. }
            | Effect::Quantity { .. } => None,
        },
    };
    let Some(window) = hull(effect.spans(ahead).into_iter()) else {
        return Ok((supposed, by_booking));
    };
    ground.read_claims(conn, window)?;
    let mut hit = match effect {
        Effect::Hours { .. } => outside_new_hours(cluster, &mut ground, &supposed, now),
        Effect::Closure { .. }
        | Effect::SiteClosure { .. }
        | Effect::Retirement { .. }
        | Effect::Quantity { .. } => {
            ground.suppose(&[], &supposed);
            let of_listing = |listing| hit_lines(&ground, listing, window);
            ground
                .all_listings()
                .flat_map(of_listing)
                .copied()
                .collect()
        }
    };
    if let Effect::Retirement { listing } = effect {
        hit.extend(in_line(conn, &ground, *listing, now)?);
    }
    for live in hit {
        by_booking.entry(live.booking).or_default().push(live);
    }
    Ok((supposed, by_booking))
}

/// Who waits in line for a listing: that too ends with it.
fn in_line(
    conn: &mut Conn,
    ground: &Ground,
    id: ListingId,
    now: Instant,
) -> Outcome<Vec<LiveLine>> {
    let listing = ground.listing(id)?;
    let on_hold = hold_rows::on_hold(conn, &[id])?;
    let waits = on_hold
        .iter()
        .map(|(_, one)| one)
        .filter(|one| !one.state.is_live() && !one.hold.is_over(now));
    Ok(waits.map(|one| LiveLine::waiting(listing, one)).collect())
}

/// The lines to come that keep to the hours as they are, and would not to the new ones.
fn outside_new_hours(
    cluster: &Cluster,
    ground: &mut Ground,
    supposed: &Supposed,
    now: Instant,
) -> Vec<LiveLine> {
    let outside = |ground: &Ground| -> Vec<LiveLine> {
        let is_outside = |live: &&LiveLine| {
            let Ok(listing) = ground.listing(live.listing) else {
                return false;
            };
            let hours = ground.site_of(listing).and_then(|site| site.hours.as_ref());
            let faults =
                policy::check(&listing.policy(), hours, cluster.zone, live.claim.span, now);
            faults
                .iter()
                .any(|fault| matches!(fault, PolicyFault::OutsideHours(_)))
        };
        let to_come = ground
            .all_live()
            .filter(|live| live.claim.span.start() > now);
        to_come.filter(is_outside).copied().collect()
    };
    let before = outside(ground);
    ground.suppose(&[], supposed);
    let mut after = outside(ground);
    after.retain(|live| !before.iter().any(|one| one.line == live.line));
    after
}

/// The bookings hit first, with their lines.
fn first_hit(by_booking: BTreeMap<BookingId, Vec<LiveLine>>) -> Vec<(BookingId, Vec<LineId>)> {
    let first = |lines: &Vec<LiveLine>| lines.iter().map(|live| live.claim.span.start()).min();
    let mut all: Vec<_> = by_booking.into_iter().collect();
    all.sort_by_key(|(id, lines)| (first(lines), *id));
    all.truncate(MOST_SHOWN);
    let ids = |lines: Vec<LiveLine>| lines.into_iter().map(|live| live.line).collect();
    all.into_iter()
        .map(|(id, lines)| (id, ids(lines)))
        .collect()
}

/// Whoever would change the booking: what is offered is weighed as the crew would ask for it.
fn crew_of(booking: &Booking, reader: &Actor) -> Actor {
    Actor {
        member: booking.booked_by,
        company: booking.company,
        role: Role::Booker,
        language: reader.language,
    }
}

/// Whose booking is hit, and as who it would be changed.
#[derive(Clone, Copy)]
struct Concerned<'a> {
    cluster: &'a Cluster,
    actor: &'a Actor,
    booking: &'a Booking,
}

/// For each of these lines, what would work instead.
fn ways_out(
    conn: &mut Conn,
    of: Concerned<'_>,
    hit: &[LineId],
    supposed: &Supposed,
    now: Instant,
) -> Outcome<Vec<WayOut>> {
    let booking = of.booking;
    let is_hit = |line: &&Line| hit.contains(&line.id);
    let mut ways = Vec::new();
    for line in booking.lines.iter().filter(is_hit) {
        let mut repairs = Vec::new();
        // What waits in line, or is under way, cannot be asked for anew.
        if line.state.is_live() && may_still_move(line.span, now) {
            let basket = Basket {
                cluster: of.cluster,
                actor: of.actor,
                production: Some(booking.production),
                hold: false,
                booking: Some(booking),
                now,
                lines: lines_with(booking, line.id, line.span),
                claimed: Vec::new(),
                supposed: supposed.clone(),
            };
            repairs = repairs::of_line_anew(conn, basket, line.id)?;
        }
        repairs.truncate(MOST_OFFERS);
        ways.push(WayOut {
            line: line.id,
            repairs,
        });
    }
    Ok(ways)
}

fn may_still_move(span: Span, now: Instant) -> bool {
    span.start() > now
}

fn offer(repair: &Repair) -> NoticeOffer {
    let parts = repair.parts.iter().map(|part| NoticePart {
        names: part.listing.names.clone(),
        units: part.units,
        start: part.span.start(),
        end: part.span.end(),
    });
    NoticeOffer {
        parts: parts.collect(),
        price_difference: repair.price_difference,
    }
}
