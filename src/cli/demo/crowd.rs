//! A crowded cluster, to see and measure how the product carries weight: copies of the demo's listings until
//! there are a thousand, and five thousand bookings over thirty days.

use chrono::{Days, NaiveTime, TimeDelta};
use chrono_tz::Tz;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};

use super::people::{Crew, People};
use crate::actions::book::{BookingRequest, book};
use crate::actions::listings::{self, NewListing};
use crate::actions::quote::LineRequest;
use crate::actions::{Outcome, Refused};
use crate::app::App;
use crate::domain::listing::Listing;
use crate::domain::span::{Instant, Span, local_instant};

const LISTINGS: usize = 1_000;
const BOOKINGS: usize = 5_000;
const DAYS_BACK: u64 = 8;
const DAYS: u64 = 30;
/// Tries in one transaction.
const AT_ONCE: usize = 200;
/// Beyond this the cluster is full, and the rest is left.
const MOST_TRIES: usize = 40_000;
const SEED: u64 = 20_261_125;

/// Fills the demo up; says what it added.
pub(super) async fn fill(
    app: &App,
    people: &People,
    published: Vec<Listing>,
    now: Instant,
) -> Outcome<String> {
    let mut rng = StdRng::seed_from_u64(SEED);
    let copies = LISTINGS.saturating_sub(published.len());
    let added = copy_listings(app, published.clone(), copies, now).await?;
    let all: Vec<Listing> = published.into_iter().chain(added).collect();
    let mut booked = 0;
    for _ in 0..MOST_TRIES / AT_ONCE {
        if booked >= BOOKINGS {
            break;
        }
        let tries: Vec<Try> = (0..AT_ONCE.min(BOOKINGS - booked))
            .filter_map(|_| a_try(&mut rng, people, &all, now, app.cluster.zone))
            .collect();
        booked += book_some(app, tries).await?;
    }
    Ok(format!(
        "And a crowd: {copies} more listings, {booked} more bookings."
    ))
}

async fn copy_listings(
    app: &App,
    published: Vec<Listing>,
    copies: usize,
    now: Instant,
) -> Outcome<Vec<Listing>> {
    app.store
        .write(move |conn| {
            let originals = published.iter().cycle().take(copies).enumerate();
            let mut added = Vec::with_capacity(copies);
            for (place, original) in originals {
                let copy = listings::create(conn, None, copy(original, place), now)?;
                added.push(listings::publish(conn, None, copy.id, now)?);
            }
            Ok::<_, Refused>(added)
        })
        .await
}

fn copy(original: &Listing, place: usize) -> NewListing {
    NewListing {
        code: format!("{}-{place}", original.code),
        kind: original.kind,
        category: original.category.clone(),
        names: original.names.clone(),
        descriptions: original.descriptions.clone(),
        tags: original.tags.clone(),
        alike: String::new(),
        site: original.site,
        owner: original.owner,
        quantity: original.quantity,
        area_sqm: original.area_sqm,
        rates: original.rates,
        own_rules: original.own_rules,
    }
}

/// One crew that wants one thing.
#[derive(Clone)]
struct Try {
    crew: Crew,
    line: LineRequest,
    at: Instant,
}

fn a_try(
    rng: &mut StdRng,
    people: &People,
    listings: &[Listing],
    now: Instant,
    zone: Tz,
) -> Option<Try> {
    let crew = people.crews.choose(rng)?.clone();
    let listing = listings.choose(rng)?;
    let first = now
        .with_timezone(&zone)
        .date_naive()
        .checked_sub_days(Days::new(DAYS_BACK))?;
    let day = first.checked_add_days(Days::new(rng.random_range(0..DAYS)))?;
    let midnight = local_instant(day.and_time(NaiveTime::MIN), zone);
    let start = midnight + TimeDelta::hours(rng.random_range(7..20));
    let end = start + TimeDelta::hours(rng.random_range(2..14));
    let span = Span::new(start, end).ok()?;
    Some(Try {
        crew,
        line: LineRequest {
            listing: listing.id,
            units: rng.random_range(1..=listing.quantity.clamp(1, 3)),
            span,
        },
        at: (start - TimeDelta::days(2)).min(now),
    })
}

/// Books what can be booked of these, in one transaction; says how many.
async fn book_some(app: &App, tries: Vec<Try>) -> Outcome<usize> {
    let cluster = app.cluster.clone();
    app.store
        .write(move |conn| {
            let mut booked = 0;
            for one in &tries {
                let request = BookingRequest {
                    production: one.crew.production,
                    title: String::new(),
                    note: String::new(),
                    hold: false,
                    together: true,
                    lines: vec![one.line],
                };
                let actor = one.crew.booker.actor();
                match book(conn, &cluster, &actor, &request, one.at) {
                    Ok(_) => booked += 1,
                    Err(Refused::Lines(_)) => {}
                    Err(other) => return Err(other),
                }
            }
            Ok(booked)
        })
        .await
}
