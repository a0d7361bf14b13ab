//! A year of a cluster, order by order, over HTTP with a clock that is moved on: what it comes to, how large its
//! database gets, what its busiest minute asks, and how many orders are refused and mended.
//!
//! Crews order one to three weeks ahead, most of them in the morning and late in the evening, and most of them what
//! everybody wants. Some orders begin as holds and are confirmed half a day later, some are called off. Orders of one
//! minute come at the same time.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use backlot::clock::Clock;
use backlot::domain::ids::{ListingId, ProductionId};
use backlot::jobs::expire_holds;
use backlot::store::schema::{letters, lines};
use backlot::store::{Conn, Use};
use chrono::TimeDelta;
use diesel::prelude::*;
use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::figures::{Figure, Figures};
use crate::size::Size;
use crate::support::app::TestApp;
use crate::support::client::Client;
use crate::support::database::{Database, Engine};
use crate::world::{self, World};

/// Where a year is lived through.
struct Place {
    name: &'static str,
    bases: usize,
    /// A quarter of them are sets.
    listings_of_a_base: usize,
    shoots_a_day: usize,
}

const PLACES: [Place; 2] = [
    Place {
        name: "a base of 300 sets, 20 shoots a day",
        bases: 1,
        listings_of_a_base: 1_200,
        shoots_a_day: 20,
    },
    Place {
        name: "a province of 15 bases, 100 shoots a day",
        bases: 15,
        listings_of_a_base: 1_200,
        shoots_a_day: 100,
    },
];

/// Minutes of a day in which orders come, by the hour: after the morning's call, and when the next days are planned.
const ORDERS_BY_HOUR: [usize; 24] = [
    1, 0, 0, 0, 0, 0, 1, 3, 8, 14, 16, 10, 6, 7, 9, 9, 8, 7, 6, 8, 12, 14, 9, 3,
];
/// Of a hundred orders.
const HELD_FIRST: usize = 15;
const CALLED_OFF: usize = 10;
const MINUTES_OF_A_DAY: usize = 24 * 60;

pub(crate) async fn measure(engine: Engine, size: Size, figures: &mut Figures) {
    for place in &PLACES {
        let database = Database::fresh(engine).expect("asked before");
        let world = World::settle(&database, place.bases * place.listings_of_a_base, 0);
        let days = size.simulated_days();
        let year = Year::lived(&world, diary(place, &world, days), database).await;
        year.tell(engine, &format!("{}, {days} days", place.name), figures);
    }
}

/// What somebody does at a minute of the year.
enum Deed {
    Order { crew: usize, body: Value },
    Confirm { crew: usize },
    CallOff { crew: usize },
}

/// Deeds by the minute at which they are done, each with the number of its order.
type Diary = BTreeMap<usize, Vec<(usize, Deed)>>;

/// All that is left to chance: the higher bits of a linear congruential generator.
struct Chance(u64);

impl Chance {
    fn below(&mut self, count: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005);
        self.0 = self.0.wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits") % count
    }

    /// More often a low one: there are things everybody wants.
    fn wanted_below(&mut self, count: usize) -> usize {
        let draws = [self.below(count), self.below(count), self.below(count)];
        draws.into_iter().min().unwrap_or(0)
    }

    fn minute_of_a_day(&mut self) -> usize {
        let mut draw = self.below(ORDERS_BY_HOUR.iter().sum());
        for (hour, weight) in ORDERS_BY_HOUR.iter().enumerate() {
            if draw < *weight {
                return hour * 60 + self.below(60);
            }
            draw -= weight;
        }
        0
    }
}

/// What will be done, from the seed.
fn diary(place: &Place, world: &World, days: usize) -> Diary {
    let mut chance = Chance(u64::try_from(world::SEED).expect("a seed"));
    let mut diary = Diary::new();
    for order in 0..days * place.shoots_a_day {
        let day = order / place.shoots_a_day;
        let minute = day * MINUTES_OF_A_DAY + chance.minute_of_a_day();
        let shoots_on = day + 1 + chance.below(21);
        let (crew, hold) = (chance.below(world::CREWS), chance.below(100) < HELD_FIRST);
        let body = body(place, world, &mut chance, (crew, shoots_on, hold));
        let mut note = |minute: usize, deed| diary.entry(minute).or_default().push((order, deed));
        note(minute, Deed::Order { crew, body });
        if hold {
            note(minute + 600, Deed::Confirm { crew });
        }
        if chance.below(100) < CALLED_OFF {
            note(minute + 720, Deed::CallOff { crew });
        }
    }
    diary
}

/// A shooting day: a set or two for eleven hours, cameras and lights until the next morning, props, a room, hands.
fn body(
    place: &Place,
    world: &World,
    chance: &mut Chance,
    (crew, day, hold): (usize, usize, bool),
) -> Value {
    let base = chance.below(place.bases);
    let day = i64::try_from(day).expect("few enough");
    let shelves = [0, 1].into_iter().take(1 + chance.below(2));
    let gear = [2, 2, 3, 3].into_iter().take(2 + chance.below(3));
    let props = [4, 5, 4].into_iter().take(1 + chance.below(3));
    let mut listings: Vec<(usize, i64)> = shelves.map(|shelf| (shelf, 11)).collect();
    listings.extend(gear.map(|shelf| (shelf, 23)));
    listings.extend(props.chain([6, 7]).map(|shelf| (shelf, 11)));
    let groups = place.listings_of_a_base / world::SHELVES.len();
    let mut lines: BTreeMap<usize, Value> = BTreeMap::new();
    for (shelf, hours) in listings {
        let group = base * groups + chance.wanted_below(groups);
        let listing = group * world::SHELVES.len() + shelf;
        let line = json!({
            "listing": world::id::<ListingId>(listing).to_string(),
            "start": world.at(day, 7).to_rfc3339(),
            "end": world.at(day, 7 + hours).to_rfc3339(),
        });
        lines.insert(listing, line);
    }
    let lines: Vec<Value> = lines.into_values().collect();
    let production = world::id::<ProductionId>(crew).to_string();
    json!({ "production": production, "title": "day", "hold": hold, "lines": lines })
}

/// What became of an order.
#[derive(Debug, Clone)]
enum Became {
    Booked { id: String, mended: bool },
    Refused,
}

/// How the deeds of a diary went.
#[derive(Default)]
struct Year {
    orders: BTreeMap<usize, Became>,
    /// From the quickest to the slowest answer to an order.
    times: Vec<Duration>,
    /// How many orders the busiest minute had, and the slowest answer to one of them.
    busiest: (usize, Duration),
    took: Duration,
    held: Held,
}

/// What the database holds in the end.
#[derive(Default)]
struct Held {
    claims: i64,
    letters: i64,
    megabytes: f64,
}

impl Year {
    async fn lived(world: &World, diary: Diary, database: Database) -> Self {
        let clock = Clock::fixed(world.today);
        let app = TestApp::with(database, clock.clone(), |_| {}).await;
        let crews: Vec<Client> = (0..world::CREWS)
            .map(|crew| Client::member(app.url(""), &world::crew(crew)))
            .collect();
        let mut year = Self::default();
        let began = Instant::now();
        let mut at = 0;
        for (minute, deeds) in diary {
            clock.advance(minutes(minute) - minutes(at));
            if minute / 60 > at / 60 {
                expire_holds::expire(&app.app).await;
            }
            at = minute;
            year.live_through(&crews, deeds).await;
        }
        year.took = began.elapsed();
        year.times.sort_unstable();
        year.held = Held::by(&app.database);
        year
    }

    /// All deeds of one minute, at the same time.
    async fn live_through(&mut self, crews: &[Client], deeds: Vec<(usize, Deed)>) {
        let done = deeds.into_iter().map(|(number, deed)| {
            let earlier = self.orders.get(&number).cloned();
            async move { (number, deed.done(crews, earlier).await) }
        });
        let mut of_the_minute = Vec::new();
        for (number, (became, took)) in join_all(done).await {
            if let Some(became) = became {
                self.orders.insert(number, became);
                of_the_minute.push(took);
            }
        }
        let slowest = of_the_minute.iter().max().copied().unwrap_or_default();
        self.busiest = self.busiest.max((of_the_minute.len(), slowest));
        self.times.extend(of_the_minute);
    }

    fn tell(&self, engine: Engine, of: &str, figures: &mut Figures) {
        let booked = |mended: bool| {
            let all = self.orders.values();
            all.filter(move |order| matches!(order, Became::Booked { mended: known, .. } if *known == mended))
                .count()
        };
        let (at_once, mended) = (booked(false), booked(true));
        let all = self.orders.len();
        let refused = share(all - at_once, all);
        let gone = share(all - at_once - mended, all);
        let mut add = |what: &str, value: f64, unit, beside: String| {
            let figure = Figure::new(engine, format!("{what}, {of}"), value, unit);
            figures.add(figure.beside(beside));
        };
        let parts = format!(
            "{refused:.1} % refused at first, {:.1} % mended by the first repair, {gone:.1} % not had",
            share(mended, all)
        );
        add("bookings", count(at_once + mended), "", parts);
        let claims = format!("{} letters", self.held.letters);
        add("lines stored", count_of(self.held.claims), "", claims);
        let each = self.held.megabytes * 1_000.0 / count(at_once + mended).max(1.0);
        let each = format!("{each:.1} kB a booking");
        add("database", self.held.megabytes, "MB", each);
        let (busiest, slowest) = self.busiest;
        let slowest = format!("the slowest answered in {:.1} ms", millis(slowest));
        add("orders in the busiest minute", count(busiest), "", slowest);
        let middle = format!("p50 {:.1} ms", millis(self.percentile(50)));
        add(
            "answer to an order, p99",
            millis(self.percentile(99)),
            "ms",
            middle,
        );
        let speed = count(all) / self.took.as_secs_f64();
        let speed = format!("{speed:.0} orders a second, with all that follows them");
        add("lived through in", self.took.as_secs_f64(), "s", speed);
    }

    fn percentile(&self, percent: usize) -> Duration {
        let place = self.times.len().saturating_sub(1) * percent / 100;
        self.times.get(place).copied().unwrap_or_default()
    }
}

impl Deed {
    /// What became of an order, if it was one, and how long its answer took. Of what was refused the first repair is
    /// taken after which nothing is in the way.
    async fn done(self, crews: &[Client], earlier: Option<Became>) -> (Option<Became>, Duration) {
        let (crew, path) = match self {
            Self::Order { crew, body } => return order(&crews[crew], body).await,
            Self::Confirm { crew } => (crew, "confirmation"),
            Self::CallOff { crew } => (crew, "cancellation"),
        };
        if let Some(Became::Booked { id, .. }) = earlier {
            let path = format!("/api/v1/bookings/{id}/{path}");
            let answer = crews[crew].post(&path, json!({})).await;
            // A hold may have lapsed, or stand in line still.
            assert!(answer.status.as_u16() < 500, "{}", answer.json);
        }
        (None, Duration::ZERO)
    }
}

async fn order(crew: &Client, body: Value) -> (Option<Became>, Duration) {
    let asked = Instant::now();
    let answer = crew.post("/api/v1/bookings", body).await;
    let took = asked.elapsed();
    if answer.status == 201 {
        return (Some(booked(&answer.json, false)), took);
    }
    assert_eq!(answer.status, 409, "{}", answer.json);
    let repairs = answer.json["repairs"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    let whole = repairs.iter().find(|repair| repair["complete"] == true);
    let Some(repair) = whole else {
        return (Some(Became::Refused), took);
    };
    let again = crew.post("/api/v1/bookings", repair["body"].clone()).await;
    let became = if again.status == 201 {
        booked(&again.json, true)
    } else {
        Became::Refused
    };
    (Some(became), took)
}

fn booked(answer: &Value, mended: bool) -> Became {
    let id = answer["id"].as_str().expect("an id").to_owned();
    Became::Booked { id, mended }
}

impl Held {
    fn by(database: &Database) -> Self {
        let mut conn = Conn::open(&database.address(), Use::Read).expect("a connection");
        let claims = lines::table.count().get_result(&mut conn).expect("a count");
        let letters = letters::table
            .count()
            .get_result(&mut conn)
            .expect("a count");
        let bytes = match &mut conn {
            Conn::Postgres(postgres) => {
                diesel::select(diesel::dsl::sql::<diesel::sql_types::BigInt>(
                    "pg_database_size(current_database())",
                ))
                .get_result(postgres)
                .expect("a size")
            }
            Conn::Sqlite(_) => file_size(database.url.trim_start_matches("sqlite://")),
        };
        Self {
            claims,
            letters,
            megabytes: count_of(bytes) / 1_000_000.0,
        }
    }
}

fn file_size(path: &str) -> i64 {
    let known = std::fs::metadata(path).expect("a file");
    i64::try_from(known.len()).expect("a size")
}

fn minutes(count: usize) -> TimeDelta {
    TimeDelta::minutes(i64::try_from(count).expect("few enough"))
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}

fn share(part: usize, whole: usize) -> f64 {
    100.0 * count(part) / count(whole.max(1))
}

fn count(count: usize) -> f64 {
    count_of(i64::try_from(count).expect("few enough"))
}

#[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
fn count_of(count: i64) -> f64 {
    count as f64
}
