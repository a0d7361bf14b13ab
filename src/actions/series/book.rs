//! Book a series: each date a booking of its own, or skipped, or none at all.

use super::super::book::{BookingRequest, lines_or_refusals, new_booking};
use super::super::booking_letters as words;
use super::super::change::is_on_hold;
use super::super::claims::Ground;
use super::super::quote::{AssessedLine, Assessment, Basket, known_production};
use super::super::sheet::Sheet;
use super::super::{Cluster, Outcome, Refused, holds, quotas, require};
use super::{DateReport, SeriesRequest, WeighedDate, letters, weigh_dates};
use crate::domain::booking::Booking;
use crate::domain::ids::{BookingId, ListingId, ProductionId};
use crate::domain::money::Money;
use crate::domain::people::Actor;
use crate::domain::price;
use crate::domain::rights::Right;
use crate::domain::series::{OnClash, Series};
use crate::domain::span::Instant;
use crate::store::{Conn, StoreError, audit, bookings, companies, fresh_id, series as rows};

/// A series that was booked.
pub struct Booked {
    /// What was booked, in the order of its dates; at least one.
    pub bookings: Vec<Booking>,
    /// Every date, skipped ones too.
    pub dates: Vec<DateReport>,
    /// What they refer to.
    pub sheet: Sheet,
}

/// Books the dates of a series.
pub fn book(
    conn: &mut Conn,
    cluster: &Cluster,
    actor: &Actor,
    request: &BookingRequest,
    series: &SeriesRequest,
    now: Instant,
) -> Outcome<Booked> {
    let production = known_production(conn, actor, request.production)?;
    require(actor, Right::Book, production.company)?;
    quotas::enter(conn, production.company)?;
    if series.on_clash == OnClash::Queue {
        companies::lock(conn, production.company)?;
    }
    let ids: Vec<ListingId> = request.lines.iter().map(|line| line.listing).collect();
    let mut ground = holds::enter_whole(conn, cluster, &ids, &[], now)?;
    let assessment = assessment(cluster, actor, Some(production.id), now);
    let weighed = weigh_dates(conn, &mut ground, &assessment, &request.lines, series)?;
    let refused = weighed.iter().filter(|date| date.is_refused()).count();
    if refused == weighed.len() || refused > 0 && series.on_clash != OnClash::Skip {
        return Err(Refused::Dates(
            weighed.iter().map(WeighedDate::report).collect(),
        ));
    }
    let waiting = weighed.iter().filter(|date| date.is_on_hold());
    let on_hold: usize = waiting.map(WeighedDate::stored_lines).sum();
    if on_hold > 0 {
        holds::stay_within(conn, cluster, production.company, on_hold, now)?;
    }

    let mut booked = Vec::with_capacity(weighed.len());
    let mut dates = Vec::with_capacity(weighed.len());
    for date in weighed {
        let mut report = date.report();
        if !date.is_refused() {
            let lines = lines_or_refusals(date.lines, &cluster.holds, now)?;
            let booking = new_booking(request, production.company, actor, lines, now);
            report.booking = Some((booking.id, booking.reference.clone()));
            booked.push(booking);
        }
        dates.push(report);
    }
    store(conn, &booked, series, actor, now)?;
    remember_longest(conn, &ground, &booked)?;
    let sheet = Sheet::load(conn, &booked, now)?;
    tell(conn, &booked, &sheet, now)?;
    let entry = |booking: &Booking| {
        let detail = serde_json::json!({ "after": words::summary(booking, &sheet) });
        audit::entry(
            booking.id,
            "booking.created",
            Some(actor.member),
            &detail,
            now,
        )
    };
    audit::put_all(conn, booked.iter().map(entry).collect())?;
    Ok(Booked {
        bookings: booked,
        dates,
        sheet,
    })
}

/// What a series would get.
pub struct Quoted {
    /// The lines of the first date that would be booked; of the first where none would.
    pub lines: Vec<AssessedLine>,
    /// Every date.
    pub dates: Vec<DateReport>,
    /// What the dates that would be booked come to, and their deposits.
    pub sums: (Money, Money),
}

/// The quote of a series: nothing is stored, nothing is locked.
pub fn quote(
    conn: &mut Conn,
    cluster: &Cluster,
    actor: &Actor,
    basket: &Basket,
    series: &SeriesRequest,
    now: Instant,
) -> Outcome<Quoted> {
    if let Some(id) = basket.production {
        known_production(conn, actor, id)?;
    }
    let ids: Vec<ListingId> = basket.lines.iter().map(|line| line.listing).collect();
    let mut ground = Ground::look(conn, &ids, now)?;
    let assessment = assessment(cluster, actor, basket.production, now);
    let weighed = weigh_dates(conn, &mut ground, &assessment, &basket.lines, series)?;
    let dates = weighed.iter().map(WeighedDate::report).collect();
    let had = weighed.iter().filter(|date| !date.is_refused());
    let prices = had.flat_map(|date| date.lines.iter().filter_map(|line| line.price.as_ref()));
    let sums = price::total(cluster.currency, prices);
    let sums = sums.map_err(|_| StoreError::Other("a sum that does not fit".to_owned()))?;
    let firm = weighed
        .iter()
        .position(|date| !date.is_refused() && !date.is_on_hold());
    let shown = firm.or_else(|| weighed.iter().position(|date| !date.is_refused()));
    let shown = weighed.into_iter().nth(shown.unwrap_or(0));
    Ok(Quoted {
        lines: shown.map(|date| date.lines).unwrap_or_default(),
        dates,
        sums,
    })
}

pub(super) fn assessment<'a>(
    cluster: &'a Cluster,
    actor: &'a Actor,
    production: Option<ProductionId>,
    now: Instant,
) -> Assessment<'a> {
    Assessment {
        cluster,
        actor,
        production,
        company: None,
        without: None,
        on_hold: Vec::new(),
        now,
    }
}

fn store(
    conn: &mut Conn,
    booked: &[Booking],
    series: &SeriesRequest,
    actor: &Actor,
    now: Instant,
) -> Outcome<()> {
    bookings::insert_all(conn, booked)?;
    let first = booked.first().ok_or(StoreError::Missing)?;
    let new = Series {
        id: fresh_id(now),
        company: first.company,
        rule: series.rule.clone(),
        made_by: actor.member,
        made_at: now,
    };
    let ids: Vec<BookingId> = booked.iter().map(|booking| booking.id).collect();
    Ok(rows::insert(conn, &new, &ids)?)
}

/// One letter for all that is booked; one for each date that is held or waits in line, since each has a clock
/// of its own.
fn tell(conn: &mut Conn, booked: &[Booking], sheet: &Sheet, now: Instant) -> Outcome<()> {
    if !booked.iter().any(is_on_hold) {
        return letters::booked(conn, booked, sheet, now);
    }
    let firm = booked.iter().filter(|booking| !is_on_hold(booking));
    letters::booked(conn, &firm.cloned().collect::<Vec<_>>(), sheet, now)?;
    for date in booked.iter().filter(|booking| is_on_hold(booking)) {
        words::placed(conn, date, sheet, now)?;
    }
    Ok(())
}

/// Claims longer than any before are remembered, as of every booking.
pub(super) fn remember_longest(
    conn: &mut Conn,
    ground: &Ground,
    changed: &[Booking],
) -> Outcome<()> {
    let lines = changed.iter().flat_map(|booking| &booking.lines);
    let claimed: Vec<_> = lines.map(|line| (line.listing, line.claim)).collect();
    ground.remember_longest(conn, &claimed)
}
