//! Two weeks of plausible bookings around today: a crew takes two sets, some gear and some props a day,
//! a few days ahead; what clashes is refused as it would be in earnest, and left out.

use chrono::{Days, NaiveDate, NaiveTime, TimeDelta};
use chrono_tz::Tz;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};

use super::people::{Crew, People};
use crate::actions::book::{BookingRequest, book};
use crate::actions::cancel::{Cancellation, cancel};
use crate::actions::challenge::challenge;
use crate::actions::closures::{self, NewClosure};
use crate::actions::decide::{Decision, Verdict, decide};
use crate::actions::quote::LineRequest;
use crate::actions::{Outcome, Refused};
use crate::app::App;
use crate::domain::booking::{Booking, LineState};
use crate::domain::closure::{ClosureKind, ClosureScope};
use crate::domain::ids::BookingId;
use crate::domain::listing::{Kind, Listing};
use crate::domain::people::{Actor, Member, Role};
use crate::domain::span::{Instant, Span, local_instant};

/// The same demo every day, but for the dates.
const SEED: u64 = 20_261_124;
const DAYS_BACK: u64 = 7;
const DAYS_AHEAD: u64 = 8;
/// Crews on the cluster on one day.
const CREWS_A_DAY: usize = 9;

/// Makes the bookings; says how many.
pub(super) async fn make(
    app: &App,
    people: &People,
    listings: &[Listing],
    now: Instant,
) -> Outcome<usize> {
    let mut rng = StdRng::seed_from_u64(SEED);
    let zone = app.cluster.zone;
    let today = now.with_timezone(&zone).date_naive();
    close_some(app, people, listings, today, now).await?;
    let mut made = 0;
    for day in (0..DAYS_BACK + DAYS_AHEAD).filter_map(|day| {
        today
            .checked_sub_days(Days::new(DAYS_BACK))?
            .checked_add_days(Days::new(day))
    }) {
        for crew in people
            .crews
            .sample(&mut rng, CREWS_A_DAY)
            .cloned()
            .collect::<Vec<_>>()
        {
            let lines = shooting_day(&mut rng, listings, day, zone);
            let ahead = TimeDelta::hours(rng.random_range(20..70));
            let booked_at = (local_instant(day.and_time(NaiveTime::MIN), zone) - ahead)
                .min(now - TimeDelta::minutes(3));
            let Some(booking) = try_booking(app, &crew, lines, booked_at).await? else {
                continue;
            };
            made += 1;
            settle(app, &mut rng, people, &crew, &booking, booked_at, now).await?;
        }
    }
    Ok(made + hold_some(app, people, listings, today, now).await?)
}

/// How long ago each crew of a queue placed its hold.
const HELD_HOURS_AGO: [i64; 3] = [9, 5, 1];
/// Sets with a hold and crews in line behind it.
const QUEUES: usize = 3;

/// Sets of the days ahead with a first hold and two crews in line; the second of the last one is ready and
/// challenges.
async fn hold_some(
    app: &App,
    people: &People,
    listings: &[Listing],
    today: NaiveDate,
    now: Instant,
) -> Outcome<usize> {
    let day = today.checked_add_days(Days::new(3)).unwrap_or(today);
    let Some(span) = hours(day, 9, 15, app.cluster.zone) else {
        return Ok(0);
    };
    let mut placed = 0;
    let mut queues = 0;
    let sets = listings
        .iter()
        .filter(|listing| listing.category == "modern_interior" && listing.quantity == 1);
    for listing in sets {
        if queues == QUEUES {
            break;
        }
        let mut queue = Vec::new();
        for (crew, ago) in people.crews.iter().skip(queues).zip(HELD_HOURS_AGO) {
            let line = LineRequest {
                listing: listing.id,
                units: 1,
                span,
            };
            let at = now - TimeDelta::hours(ago);
            match order(app, crew, vec![line], true, at).await {
                Ok(booking) => queue.push((crew, booking)),
                Err(Refused::Lines(_)) => break,
                Err(other) => return Err(other),
            }
        }
        placed += queue.len();
        queues += usize::from(!queue.is_empty());
        if let (QUEUES, Some((crew, booking))) = (queues, queue.get(1)) {
            let (cluster, actor, id) = (app.cluster.clone(), crew.booker.actor(), booking.id);
            let at = now - TimeDelta::minutes(20);
            app.store
                .write(move |conn| challenge(conn, &cluster, &actor, id, at).map(drop))
                .await?;
        }
    }
    Ok(placed)
}

/// A kit for each of the first crews, one a day from tomorrow on.
pub(super) async fn of_kits(
    app: &App,
    people: &People,
    kits: &[Listing],
    now: Instant,
) -> Outcome<usize> {
    let today = now.with_timezone(&app.cluster.zone).date_naive();
    let mut made = 0;
    for (ahead, (crew, kit)) in (1..).zip(people.crews.iter().zip(kits)) {
        let day = today.checked_add_days(Days::new(ahead)).unwrap_or(today);
        let Some(span) = hours(day, 8, 20, app.cluster.zone) else {
            continue;
        };
        let line = LineRequest {
            listing: kit.id,
            units: 1,
            span,
        };
        let at = now - TimeDelta::hours(2);
        made += usize::from(try_booking(app, crew, vec![line], at).await?.is_some());
    }
    Ok(made)
}

/// Two sets one after the other, gear from the evening before to the night, props around the sets.
fn shooting_day(
    rng: &mut StdRng,
    listings: &[Listing],
    day: NaiveDate,
    zone: Tz,
) -> Vec<LineRequest> {
    let start_hour = rng.random_range(7..11);
    let first = hours(day, start_hour, start_hour + 5, zone);
    let second = hours(day, start_hour + 6, start_hour + 12, zone);
    let gear = hours(day, 7, 22, zone);
    let plan = [
        (Kind::Scene, "modern_interior", first),
        (
            Kind::Scene,
            if rng.random_bool(0.3) {
                "ancient"
            } else {
                "modern_interior"
            },
            second,
        ),
        (Kind::Equipment, "camera", gear),
        (Kind::Equipment, "lighting", gear),
        (Kind::Prop, "hand_prop", gear),
        (
            Kind::Facility,
            "facility",
            hours(day, start_hour, start_hour + 4, zone),
        ),
    ];
    let mut lines = Vec::new();
    for (kind, category, span) in plan {
        let fitting: Vec<&Listing> = listings
            .iter()
            .filter(|listing| listing.kind == kind && listing.category == category)
            .collect();
        let (Some(listing), Some(span)) = (fitting.choose(rng), span) else {
            continue;
        };
        let most = listing.quantity.clamp(1, 3);
        lines.push(LineRequest {
            listing: listing.id,
            units: rng.random_range(1..=most),
            span,
        });
    }
    let kept = rng.random_range(2..=lines.len().max(2));
    lines.truncate(kept);
    lines
}

/// From one hour of a day to another, which may be past midnight.
fn hours(day: NaiveDate, from: u32, to: u32, zone: Tz) -> Option<Span> {
    let at = |hour: u32| {
        let date = day.checked_add_days(Days::new(u64::from(hour / 24)))?;
        Some(local_instant(date.and_hms_opt(hour % 24, 0, 0)?, zone))
    };
    Span::new(at(from)?, at(to)?).ok()
}

/// Books; a line that is refused is left out once, as a crew would. `None` if nothing could be had.
async fn try_booking(
    app: &App,
    crew: &Crew,
    lines: Vec<LineRequest>,
    at: Instant,
) -> Outcome<Option<Booking>> {
    match order(app, crew, lines.clone(), false, at).await {
        Ok(booking) => Ok(Some(booking)),
        Err(Refused::Lines(refusals)) => {
            let is_refused = |place: &usize| refusals.iter().any(|refusal| refusal.line == *place);
            let rest: Vec<LineRequest> = lines
                .into_iter()
                .enumerate()
                .filter(|(place, _)| !is_refused(place))
                .map(|(_, line)| line)
                .collect();
            if rest.is_empty() {
                return Ok(None);
            }
            match order(app, crew, rest, false, at).await {
                Ok(booking) => Ok(Some(booking)),
                Err(Refused::Lines(_)) => Ok(None),
                Err(other) => Err(other),
            }
        }
        Err(other) => Err(other),
    }
}

async fn order(
    app: &App,
    crew: &Crew,
    lines: Vec<LineRequest>,
    hold: bool,
    at: Instant,
) -> Outcome<Booking> {
    let (cluster, actor, production) = (app.cluster.clone(), crew.booker.actor(), crew.production);
    app.store
        .write(move |conn| {
            let request = BookingRequest {
                production,
                title: String::new(),
                note: String::new(),
                together: true,
                hold,
                lines: lines.clone(),
            };
            book(conn, &cluster, &actor, &request, at).map(|(booking, _)| booking)
        })
        .await
}

/// What became of a booking: owners grant most of what is asked of them, some is called off, and what was
/// asked for the days ahead partly still waits.
#[expect(clippy::too_many_arguments, reason = "the story of one booking")]
async fn settle(
    app: &App,
    rng: &mut StdRng,
    people: &People,
    crew: &Crew,
    booking: &Booking,
    booked_at: Instant,
    now: Instant,
) -> Outcome<()> {
    let later = (booked_at + TimeDelta::hours(2)).min(now);
    if rng.random_bool(0.06) {
        let (id, actor, cluster) = (booking.id, crew.booker.actor(), app.cluster.clone());
        let cancellation = Cancellation {
            lines: None,
            reason: "改期".to_owned(),
        };
        app.store
            .write(move |conn| cancel(conn, &cluster, &actor, id, &cancellation, later).map(drop))
            .await?;
        return Ok(());
    }
    let asked = booking
        .lines
        .iter()
        .find(|line| line.state == LineState::Requested);
    let Some(owner) = asked.map(|line| line.owner) else {
        return Ok(());
    };
    let lies_ahead = booking.span().is_some_and(|span| span.start() > now);
    if lies_ahead && rng.random_bool(0.6) {
        return Ok(());
    }
    let decider = decider(people, owner);
    let Some(actor) = decider.map(Member::actor) else {
        return Ok(());
    };
    decide_all(app, actor, booking.id, rng.random_bool(0.85), later).await
}

fn decider(people: &People, owner: crate::domain::ids::CompanyId) -> Option<&Member> {
    let of_owner = people
        .members
        .iter()
        .find(|member| member.company == owner && member.role == Role::Publisher);
    of_owner.or_else(|| {
        people
            .members
            .iter()
            .find(|member| member.role == Role::Manager)
    })
}

async fn decide_all(app: &App, actor: Actor, id: BookingId, yes: bool, at: Instant) -> Outcome<()> {
    let decision = Decision {
        verdict: if yes {
            Verdict::Grant
        } else {
            Verdict::Decline
        },
        lines: None,
        reason: if yes {
            String::new()
        } else {
            "该时段景区检修".to_owned()
        },
    };
    let cluster = app.cluster.clone();
    app.store
        .write(move |conn| decide(conn, &cluster, &actor, id, &decision, at).map(drop))
        .await
}

/// A camera in repair, a set being rebuilt.
async fn close_some(
    app: &App,
    people: &People,
    listings: &[Listing],
    today: NaiveDate,
    now: Instant,
) -> Outcome<()> {
    let zone = app.cluster.zone;
    let manager = people
        .members
        .iter()
        .find(|member| member.role == Role::Manager);
    let Some(actor) = manager.map(Member::actor) else {
        return Ok(());
    };
    let closed = [
        (
            "EQ-CAM-007",
            Some(2),
            0,
            5,
            ClosureKind::OutOfService,
            "传感器清洁送修",
        ),
        ("SC-MOD-003", None, 2, 4, ClosureKind::Closed, "换景搭建"),
    ];
    for (code, units, from, to, kind, reason) in closed {
        let Some(listing) = listings.iter().find(|listing| listing.code == code) else {
            continue;
        };
        let at = |days: u64| {
            let date = today.checked_add_days(Days::new(days))?;
            Some(local_instant(date.and_time(NaiveTime::MIN), zone))
        };
        let span = at(from)
            .zip(at(to))
            .and_then(|(start, end)| Span::new(start, end).ok());
        let Some(span) = span else { continue };
        let scope = ClosureScope::Listing(listing.id);
        let closure = NewClosure {
            scope,
            units,
            dates: vec![span],
            kind,
            reason: reason.to_owned(),
        };
        let cluster = app.cluster.clone();
        app.store
            .write(move |conn| {
                closures::close(conn, &cluster, &actor, closure.clone(), now).map(drop)
            })
            .await?;
    }
    Ok(())
}
