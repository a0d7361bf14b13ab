//! What everybody does: one step is one thing somebody wants, at random, sent to the real router.

mod days;
mod keepers;
mod series;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard};

use backlot::clock::Clock;
use backlot::domain::ids::BookingId;
use backlot::domain::policy::OwnRules;
use backlot::jobs::expire_holds;
use chrono::{DateTime, TimeDelta, Utc};
use rand::RngExt;
use rand::rngs::StdRng;
use serde_json::{Value, json};

use super::truth::{Asked, Fate, Picture, WITH_TURNAROUND};
use crate::support::app::{TestApp, monday_morning};
use crate::support::client::Answer;
use crate::support::database::Database;
use crate::support::make::{Person, Town};

/// Code and how many there are at first. Few things and short days: most of what is wanted is in somebody's way.
const LISTINGS: [(&str, u32); 6] = [
    ("SOLO", 1),
    ("PAIR", 2),
    ("POOL", 4),
    ("ASKS", 1),
    ("MANY", 9),
    (WITH_TURNAROUND, 1),
];

/// How many of the many have names: `M1` and so on.
const UNITS: u32 = 3;

/// A kit, and what it is made of.
const KIT: &str = "KIT";
const PARTS: [(&str, u32); 2] = [("PAIR", 1), ("POOL", 2)];

/// What a basket comes to: the parts of each kit in its place.
fn unfolded(basket: &[Asked]) -> Vec<Asked> {
    let parts = |asked: &Asked| {
        if asked.code != KIT {
            return vec![asked.clone()];
        }
        let part = |(code, each): (&str, u32)| Asked {
            code: code.to_owned(),
            units: asked.units * i32::try_from(each).expect("few"),
            ..asked.clone()
        };
        PARTS.into_iter().map(part).collect()
    };
    basket.iter().flat_map(parts).collect()
}

/// A booking as its last answer told of it.
struct Known {
    crew: usize,
    version: i64,
    lines: Value,
}

/// What was acknowledged.
#[derive(Debug, Clone, Default)]
pub(super) struct Journal {
    /// Every booking that was answered with 201.
    pub(super) booked: BTreeSet<BookingId>,
    /// Those somebody tried to change, cancel or decide.
    pub(super) touched: BTreeSet<BookingId>,
}

/// A cluster and everybody in it.
pub(super) struct Cluster {
    pub(super) app: TestApp,
    town: Town,
    /// Another drama of each person's company.
    second_dramas: Vec<Value>,
    known: Mutex<BTreeMap<BookingId, Known>>,
    journal: Mutex<Journal>,
    closures: Mutex<Vec<String>>,
    tally: Mutex<BTreeMap<String, u32>>,
}

fn open<T>(kept: &Mutex<T>) -> MutexGuard<'_, T> {
    kept.lock().expect("nobody failed while writing")
}

impl Cluster {
    pub(super) async fn settle(database: Database, seed: u64) -> Self {
        let terms = |config: &mut backlot::config::Config| {
            // One cluster is generous, the next one is not.
            config.most_holds = if seed.is_multiple_of(2) { 8 } else { 1_000 };
            config.hold_hours = 6;
            config.challenge_hours = 1;
        };
        let app = TestApp::with(database, Clock::fixed(monday_morning()), terms).await;
        let town = Town::settle(&app).await;
        for (code, quantity) in LISTINGS {
            let rules = OwnRules {
                turnaround_minutes: Some(if code == WITH_TURNAROUND { 30 } else { 0 }),
                approval: (code == "ASKS").then_some(backlot::domain::policy::Approval::Owner),
                ..OwnRules::default()
            };
            town.listing(&app.app.store, code, quantity, rules).await;
        }
        town.kit(KIT, &PARTS).await;
        let mut second_dramas = Vec::new();
        for person in [&town.crew, &town.rival, &town.owner, &town.manager] {
            let drama = json!({ "title": "The second one" });
            let made = person.client.post("/api/v1/productions", drama).await;
            second_dramas.push(made.expect(201)["id"].clone());
        }
        let units = json!({ "first": "M1", "count": UNITS });
        let owner = &town.owner.client;
        owner
            .post("/api/v1/listings/MANY/units", units)
            .await
            .expect(201);
        Self {
            second_dramas,
            app,
            town,
            known: Mutex::default(),
            journal: Mutex::default(),
            closures: Mutex::default(),
            tally: Mutex::default(),
        }
    }

    pub(super) fn journal(&self) -> Journal {
        open(&self.journal).clone()
    }

    /// How often what was done and answered how.
    pub(super) fn tally(&self) -> String {
        let tally = open(&self.tally);
        let told = tally.iter().map(|(what, count)| format!("{what} ×{count}"));
        told.collect::<Vec<_>>().join(", ")
    }

    /// Lets everything that is due happen, and every letter leave.
    pub(super) async fn settle_due(&self) {
        while expire_holds::expire(&self.app.app).await.listings > 0 {}
        self.app.letters().await;
    }

    fn person(&self, place: usize) -> &Person {
        let town = &self.town;
        [&town.crew, &town.rival, &town.owner, &town.manager][place % 4]
    }

    /// One thing somebody wants, while others want theirs.
    pub(super) async fn step(&self, chance: &mut StdRng) {
        match chance.random_range(0..100) {
            0..38 => {
                let (basket, hold) = (self.basket(chance), chance.random_ratio(2, 5));
                self.book(chance, &basket, hold).await;
            }
            38..40 => self.extend(chance).await,
            40..43 => self.run_late(chance).await,
            43..45 => self.hand_over(chance).await,
            45..49 => {
                self.repeat(chance).await;
            }
            49..57 => self.act(chance, "confirmation", "held").await,
            57..60 => self.act(chance, "challenge", "queued").await,
            60..62 => self.act_on_series(chance).await,
            62..69 => self.act(chance, "cancellation", "confirmed").await,
            69..73 => self.let_go(chance).await,
            73..83 => self.change(chance).await,
            83..88 => self.decide(chance).await,
            88..98 => self.keep_house(chance).await,
            _ => self.time_passes(chance).await,
        }
    }

    /// The same with nobody else about: then the model says what the answer must be.
    pub(super) async fn step_alone(&self, chance: &mut StdRng) {
        if chance.random_ratio(1, 2) {
            return self.step(chance).await;
        }
        self.settle_due().await;
        if chance.random_ratio(1, 12) {
            let (crew, answer) = self.repeat(chance).await;
            return self.try_a_repair(chance, crew, &answer).await;
        }
        let (basket, hold) = (self.basket(chance), chance.random_ratio(2, 5));
        let picture = Picture::take(&self.app).await;
        let fate = picture.foresee(&unfolded(&basket), hold);
        let (crew, answer) = self.book(chance, &basket, hold).await;
        let states: Vec<&str> = answer["lines"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|line| line["state"].as_str())
            .collect();
        let told = format!("{basket:?}, hold {hold}: {answer:#}");
        match fate {
            _ if answer["code"] == "too_many_holds" => assert!(hold, "{told}"),
            _ if is_over_quota(&answer) => {}
            Fate::Unsure => {}
            Fate::Refused => assert!(states.is_empty(), "must be refused: {told}"),
            Fate::WaitsInLine => assert!(states.contains(&"queued"), "must wait: {told}"),
            Fate::Stands => {
                let expected = if hold {
                    vec!["held"]
                } else {
                    vec!["confirmed", "requested"]
                };
                let stands = !states.is_empty() && states.iter().all(|one| expected.contains(one));
                assert!(stands, "must stand: {told}");
            }
        }
        self.try_a_repair(chance, crew, &answer).await;
    }

    /// What was offered in the place of what was refused is sent while nobody else is about: it is granted.
    async fn try_a_repair(&self, chance: &mut StdRng, crew: usize, refused: &Value) {
        let repairs = refused["repairs"].as_array().into_iter().flatten();
        let complete: Vec<&Value> = repairs.filter(|one| one["complete"] == true).collect();
        if complete.is_empty() {
            return;
        }
        let repair = complete[chance.random_range(0..complete.len())];
        let client = &self.person(crew).client;
        let answer = client
            .post("/api/v1/bookings", repair["body"].clone())
            .await;
        assert_eq!(answer.status, 201, "{repair:#}\n{:#}", answer.json);
        let kind = repair["kind"].as_str().expect("a kind");
        let answer = self.allow(&format!("repair by {kind}"), answer, &[201]);
        self.remember_all(crew, &answer).await;
    }

    /// The booking of an answer, and the other dates if it is a series.
    async fn remember_all(&self, crew: usize, answer: &Answer) {
        self.remember(crew, answer);
        for id in series::ids(&answer.json["dates"], "booking") {
            open(&self.journal).booked.insert(id);
            let path = format!("/api/v1/bookings/{id}");
            let seen = self.person(crew).client.get(&path).await;
            self.remember(crew, &seen);
        }
    }

    /// One to three lines within the next days, on the half-hour.
    fn basket(&self, chance: &mut StdRng) -> Vec<Asked> {
        let now = self.app.app.clock.now();
        let hour = now - TimeDelta::seconds(now.timestamp() % 3_600);
        let count = if chance.random_ratio(2, 3) {
            1
        } else {
            chance.random_range(2..4)
        };
        let line = |_| {
            let start = hour + TimeDelta::hours(chance.random_range(0..20) * 2);
            let start = start + TimeDelta::minutes(30 * chance.random_range(0..2));
            Asked {
                code: if chance.random_ratio(1, 8) {
                    KIT.to_owned()
                } else {
                    let place = chance.random_range(0..LISTINGS.len());
                    LISTINGS[place].0.to_owned()
                },
                units: if chance.random_ratio(2, 3) {
                    1
                } else {
                    chance.random_range(1..5)
                },
                start,
                end: start + TimeDelta::minutes(30 * chance.random_range(4..10)),
            }
        };
        (0..count).map(line).collect()
    }

    async fn book(&self, chance: &mut StdRng, basket: &[Asked], hold: bool) -> (usize, Value) {
        let crew = chance.random_range(0..4);
        let person = self.person(crew);
        let body = json!({
            "production": person.production, "hold": hold, "together": chance.random_ratio(3, 4),
            "lines": basket.iter().map(line_in).collect::<Vec<_>>(),
        });
        let answer = person.client.post("/api/v1/bookings", body).await;
        let answer = self.allow("book", answer, &[201, 409, 422]);
        if answer.status == 409 && answer.json["code"] == "clash" {
            let refusals = answer.json["refusals"].as_array().expect("refusals");
            let told = refusals
                .iter()
                .any(|one| one["shortages"][0]["short"].as_u64() >= Some(1));
            assert!(told, "a clash says what is short: {}", answer.json);
        }
        self.remember(crew, &answer);
        (crew, answer.json)
    }

    /// Any booking that was made, mostly one with a line that was in this state when last heard of: late ones
    /// rather than early ones, which are mostly over.
    fn some_booking(
        &self,
        chance: &mut StdRng,
        state: &str,
    ) -> Option<(BookingId, usize, i64, Value)> {
        let known = open(&self.known);
        let late = || known.iter().rev().take(60);
        let is_in = |one: &&(&BookingId, &Known)| {
            let mut lines = one.1.lines.as_array().into_iter().flatten();
            lines.any(|line| line["state"] == state)
        };
        let fitting: Vec<_> = late().filter(|one| is_in(&one)).collect();
        let chosen = if fitting.is_empty() || chance.random_ratio(1, 8) {
            late().collect()
        } else {
            fitting
        };
        let place = (!chosen.is_empty()).then(|| chance.random_range(0..chosen.len()))?;
        let (id, one) = chosen[place];
        Some((*id, one.crew, one.version, one.lines.clone()))
    }

    async fn act(&self, chance: &mut StdRng, verb: &str, state: &str) {
        let Some((id, crew, _, _)) = self.some_booking(chance, state) else {
            return;
        };
        let by = if chance.random_ratio(1, 10) { 3 } else { crew };
        open(&self.journal).touched.insert(id);
        let path = format!("/api/v1/bookings/{id}/{verb}");
        let answer = self.person(by).client.post(&path, json!({})).await;
        let answer = self.allow(verb, answer, &[200, 409]);
        self.remember(crew, &answer);
    }

    async fn let_go(&self, chance: &mut StdRng) {
        let Some((id, crew, _, lines)) = self.some_booking(chance, "held") else {
            return;
        };
        let lines = lines.as_array().cloned().unwrap_or_default();
        let chosen = &lines[chance.random_range(0..lines.len())]["id"];
        open(&self.journal).touched.insert(id);
        let path = format!("/api/v1/bookings/{id}/cancellation");
        let body = json!({ "lines": [chosen] });
        let answer = self.person(crew).client.post(&path, body).await;
        let answer = self.allow("let go", answer, &[200, 409]);
        self.remember(crew, &answer);
    }

    /// Moves, lengthens, shortens, takes more or fewer, drops a line, adds one.
    async fn change(&self, chance: &mut StdRng) {
        let Some((id, crew, version, lines)) = self.some_booking(chance, "confirmed") else {
            return;
        };
        let is_open = |line: &&Value| {
            let state = line["state"].as_str().unwrap_or_default();
            ["held", "queued", "requested", "confirmed"].contains(&state)
        };
        let lines = lines.as_array().cloned().unwrap_or_default();
        let mut wanted: Vec<Value> = lines
            .iter()
            .filter(is_open)
            .map(|line| {
                json!({ "id": line["id"], "listing": line["listing"]["id"], "units": line["units"],
                    "start": line["start"], "end": line["end"] })
            })
            .collect();
        if wanted.is_empty() {
            return;
        }
        let place = chance.random_range(0..wanted.len());
        let by = TimeDelta::minutes(30 * chance.random_range(-6..7));
        match chance.random_range(0..6) {
            0 | 1 => {
                shift(&mut wanted[place], "start", by);
                shift(&mut wanted[place], "end", by);
            }
            2 => shift(&mut wanted[place], "end", by),
            3 => wanted[place]["units"] = json!(chance.random_range(1..4)),
            4 if wanted.len() > 1 => drop(wanted.remove(place)),
            _ => wanted.push(line_in(&self.basket(chance)[0])),
        }
        open(&self.journal).touched.insert(id);
        let path = format!("/api/v1/bookings/{id}");
        let body = json!({ "lines": wanted });
        let answer = self.person(crew).client.patch(&path, version, body).await;
        let answer = self.allow("change", answer, &[200, 409, 412, 422]);
        self.remember(crew, &answer);
    }

    async fn decide(&self, chance: &mut StdRng) {
        let Some((id, crew, _, _)) = self.some_booking(chance, "requested") else {
            return;
        };
        let verdict = if chance.random_ratio(2, 3) {
            "grant"
        } else {
            "decline"
        };
        open(&self.journal).touched.insert(id);
        let path = format!("/api/v1/bookings/{id}/decision");
        let body = json!({ "verdict": verdict });
        let answer = self.town.owner.client.post(&path, body).await;
        let answer = self.allow("decide", answer, &[200, 409]);
        self.remember(crew, &answer);
    }

    async fn time_passes(&self, chance: &mut StdRng) {
        let minutes = chance.random_range(5..100);
        self.app.app.clock.advance(TimeDelta::minutes(minutes));
        expire_holds::expire(&self.app.app).await;
        *open(&self.tally)
            .entry("time passes".to_owned())
            .or_default() += 1;
    }

    /// An answer that may be, counted.
    #[track_caller]
    fn allow(&self, what: &str, answer: Answer, may_be: &[u16]) -> Answer {
        let status = answer.status.as_u16();
        assert!(
            may_be.contains(&status),
            "{what}: {status} {:#}",
            answer.json
        );
        *open(&self.tally)
            .entry(format!("{what} {status}"))
            .or_default() += 1;
        answer
    }

    /// Keeps what an answer tells of a booking, unless something newer is known.
    fn remember(&self, crew: usize, answer: &Answer) {
        if !answer.status.is_success() {
            return;
        }
        let booking = &answer.json;
        let id: BookingId = booking["id"]
            .as_str()
            .and_then(|id| id.parse().ok())
            .expect("an id");
        let version = booking["version"].as_i64().expect("a version");
        if answer.status == 201 {
            open(&self.journal).booked.insert(id);
        }
        let mut known = open(&self.known);
        if known.get(&id).is_none_or(|one| one.version <= version) {
            let lines = booking["lines"].clone();
            known.insert(
                id,
                Known {
                    crew,
                    version,
                    lines,
                },
            );
        }
    }
}

/// Whether nothing but what its company may have in a week speaks against it.
fn is_over_quota(answer: &Value) -> bool {
    let mut refusals = answer["refusals"].as_array().into_iter().flatten();
    refusals.any(|one| one["code"] == "over_quota")
}

fn line_in(asked: &Asked) -> Value {
    json!({ "listing": asked.code, "units": asked.units, "start": asked.start, "end": asked.end })
}

fn shift(line: &mut Value, end: &str, by: TimeDelta) {
    let moment: DateTime<Utc> = line[end]
        .as_str()
        .and_then(|text| text.parse().ok())
        .expect("a moment");
    line[end] = json!(moment + by);
}
