//! Where the races are run: a town with a listing for each kind of race, and one round on it.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use backlot::domain::closure::{Closure, ClosureKind, ClosureScope};
use backlot::domain::policy::{Approval, OwnRules};
use backlot::domain::span::Span;
use backlot::store::schema::listings;
use backlot::store::{StoreError, closures, fresh_id};
use chrono::Utc;
use diesel::prelude::*;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::books;
use crate::support::arena::{Arena, Asking, at_once, line};
use crate::support::client::{Answer, Client};
use crate::support::database::Database;
use crate::support::make::Person;
use crate::support::patience::pause;
use crate::support::process::check;

/// Units of the pool.
pub(super) const POOL: u32 = 10;
/// Units of the listing an import makes smaller.
pub(super) const SHRINKS: u32 = 4;
/// Listings of one unit.
const SINGLE: [&str; 13] = [
    "LAST", "EAST", "WEST", "NORTH", "TRIPOD", "DAYS-E", "DAYS-W", "WANTED", "LONGER", "HANDED",
    "HELD", "CLOSING", "UNIT",
];
/// Enough for whoever asks.
const PLENTY: u32 = 1_000;

/// A town with a listing for each kind of race.
pub(super) struct Ground {
    pub(super) arena: Arena,
    pub(super) clients: Vec<(Client, Value)>,
    /// Another drama of the crew's.
    pub(super) second_drama: Value,
    /// The one named unit of `UNIT`.
    pub(super) unit: String,
}

impl Ground {
    pub(super) async fn open(database: Database, clients: usize, servers: usize) -> Self {
        let arena = Arena::open_with(database, servers).await;
        for code in SINGLE {
            arena.list(code, 1, None).await;
        }
        arena.list("PALACE", 1, Some(Approval::Owner)).await;
        for (code, quantity) in [
            ("POOL", POOL),
            ("SHRINKS", SHRINKS),
            ("FX6", PLENTY),
            ("ELSEWHERE", PLENTY),
        ] {
            arena.list(code, quantity, None).await;
        }
        arena.town.kit("CAM", &[("FX6", 1), ("TRIPOD", 1)]).await;
        let drama = json!({ "title": "Second drama" });
        let crew = arena.client(&arena.town.crew, 0);
        let drama = crew.post("/api/v1/productions", drama).await.expect(201);
        let keeper = arena.client(&arena.town.owner, 0);
        let named = json!({ "first": "U1" });
        let named = keeper.post("/api/v1/listings/UNIT/units", named).await;
        let named = named.expect(201);
        Self {
            clients: arena.clients(clients),
            second_drama: drama["id"].clone(),
            unit: text(&named[0]["id"]),
            arena,
        }
    }

    /// The whole books, by the desk's own look and by ours.
    pub(super) async fn check(&self) -> Result<(), String> {
        check(&self.arena.database.url)?;
        let overbooked = books::overbooked(&self.arena.store).await;
        if overbooked.is_empty() {
            Ok(())
        } else {
            Err(overbooked.join("\n"))
        }
    }

    /// A look that never says no proves nothing: what is promised is closed behind the desk's back, in each of the
    /// ways there are, and both looks must tell.
    pub(super) async fn check_can_say_no(&self) -> Result<(), String> {
        let promised = "ELSEWHERE";
        let (client, production) = &self.clients[0];
        let body = json!({ "production": production, "lines": [line(promised, 1, 0)] });
        let booked = client.post("/api/v1/bookings", body).await.expect(201);
        let moment = |which: &str| text(&booked["lines"][0][which]).parse().expect("a moment");
        let span = Span::new(moment("start"), moment("end")).expect("a span");
        let store = &self.arena.store;
        let listing = store.read(move |conn| {
            let found = listings::table.filter(listings::code.eq(promised));
            Ok::<_, StoreError>(found.select(listings::id).first(conn)?)
        });
        let listing = listing.await.expect("it is listed");
        let (site, by) = (self.arena.town.site, self.arena.town.manager.member.id);
        for (scope, units) in [
            (ClosureScope::Site(site), None),
            (ClosureScope::Listing(listing), None),
            (ClosureScope::Listing(listing), Some(PLENTY)),
        ] {
            let now = now();
            let closure = Closure {
                id: fresh_id(now),
                scope,
                units,
                span,
                kind: ClosureKind::Closed,
                reason: String::new(),
                series: None,
            };
            let id = closure.id;
            let closed = store.write(move |conn| {
                closures::insert_all(conn, std::slice::from_ref(&closure), by, now)
            });
            closed.await.expect("closed");
            let told = books::overbooked(store).await;
            if !told.iter().any(|words| words.contains(promised)) {
                return Err(format!("the books say nothing of {scope:?} {units:?}"));
            }
            if check(&self.arena.database.url).is_ok() {
                return Err(format!("`check` says nothing of {scope:?} {units:?}"));
            }
            let opened = store.write(move |conn| closures::delete_all(conn, &[id]));
            opened.await.expect("open again");
        }
        self.check().await
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the servers ask the real clock too"
)]
fn now() -> backlot::domain::span::Instant {
    Utc::now()
}

impl Arena {
    /// A published listing, bookable at any hour.
    pub(super) async fn list(&self, code: &str, quantity: u32, approval: Option<Approval>) {
        let rules = OwnRules {
            night_allowed: Some(true),
            approval,
            ..OwnRules::default()
        };
        self.town.listing(&self.store, code, quantity, rules).await;
    }
}

/// What was asked and how it was answered.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Tally {
    rounds: u64,
    asked: u64,
    won: u64,
    refused: u64,
    /// Rounds in which one stood against many, and of these those it won: where it always does, it is no race.
    against_many: u64,
    stood: u64,
}

impl Tally {
    pub(super) fn add(&mut self, other: Self) {
        self.rounds += other.rounds;
        self.against_many += other.against_many;
        self.stood += other.stood;
        self.asked += other.asked;
        self.won += other.won;
        self.refused += other.refused;
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            rounds,
            asked,
            won,
            refused,
            against_many,
            stood,
        } = self;
        write!(
            f,
            "{rounds} rounds: {asked} requests, {won} granted, {refused} refused"
        )?;
        if *against_many > 0 {
            write!(f, "; one against many: it won {stood} of {against_many}")?;
        }
        Ok(())
    }
}

/// One round of a race.
pub(super) struct Round {
    pub(super) ground: Arc<Ground>,
    /// How often this kind has been run on this ground.
    pub(super) nth: usize,
    /// The first of four two-hour slots that are this round's own.
    pub(super) slot: usize,
    pub(super) rng: StdRng,
    pub(super) tally: Tally,
}

impl Round {
    pub(super) fn new(ground: Arc<Ground>, nth: usize, seed: u64) -> Self {
        Self {
            ground,
            nth,
            slot: 4 * nth,
            rng: StdRng::seed_from_u64(seed),
            tally: Tally {
                rounds: 1,
                ..Tally::default()
            },
        }
    }

    /// Client and production by place, round and round.
    pub(super) fn client(&self, place: usize) -> (Client, Value) {
        self.ground.clients[place % self.ground.clients.len()].clone()
    }

    pub(super) fn count(&self) -> usize {
        self.ground.clients.len()
    }

    /// A member at the server whose turn it is.
    pub(super) fn person(&self, who: impl Fn(&Arena) -> &Person) -> Client {
        let arena = &self.ground.arena;
        arena.client(who(arena), self.nth)
    }

    /// A request that is let go with the others, a moment sooner or later than they.
    pub(super) fn post(&mut self, client: &Client, path: &str, body: Value) -> Asking {
        self.ask(client, Method::POST, path, body, String::new())
    }

    /// A change of version 1.
    pub(super) fn patch(&mut self, client: &Client, path: &str, body: Value) -> Asking {
        self.ask(client, Method::PATCH, path, body, "\"1\"".to_owned())
    }

    fn ask(
        &mut self,
        client: &Client,
        method: Method,
        path: &str,
        body: Value,
        version: String,
    ) -> Asking {
        let wait = Duration::from_micros(self.rng.random_range(0..2_000));
        let (client, path) = (client.clone(), path.to_owned());
        Box::pin(async move {
            pause(wait).await;
            let headers = [("If-Match", version.as_str())];
            let headers = if version.is_empty() {
                &[][..]
            } else {
                &headers
            };
            client.send(method, &path, Some(body), headers).await
        })
    }

    /// A booking that is let go with the others.
    pub(super) fn book(&mut self, place: usize, lines: &[Value]) -> Asking {
        let (client, production) = self.client(place);
        let body = json!({ "production": production, "lines": lines });
        self.post(&client, "/api/v1/bookings", body)
    }

    /// Lets them all go at once. Each is granted or refused in words that tell what to do; nothing else.
    pub(super) async fn race(&mut self, asking: Vec<Asking>) -> Vec<Answer> {
        let answers = at_once(asking).await;
        for answer in &answers {
            self.tally.asked += 1;
            match answer.status {
                StatusCode::OK | StatusCode::CREATED => self.tally.won += 1,
                StatusCode::CONFLICT | StatusCode::PRECONDITION_FAILED => self.tally.refused += 1,
                StatusCode::UNPROCESSABLE_ENTITY if is_gone(answer) => self.tally.refused += 1,
                status => panic!("{status}: {}", answer.json),
            }
        }
        answers
    }

    /// Somebody stood against many, and this is whether it won.
    pub(super) fn one_against_many(&mut self, won: bool) {
        self.tally.against_many += 1;
        self.tally.stood += u64::from(won);
    }

    /// Books this before the race begins.
    pub(super) async fn has_booked(&mut self, place: usize, lines: &[Value]) -> Value {
        let booked = self.book(place, lines).await;
        booked.expect(201)
    }
}

/// Refused because the listing is no longer there to be booked, or holds a booking and has to stay.
fn is_gone(answer: &Answer) -> bool {
    let of_line = &answer.json["refusals"][0]["code"];
    let of_bulk = &answer.json["errors"][0]["code"];
    of_line == "not_published" || of_bulk == "cannot_be_changed"
}

/// How many were granted.
pub(super) fn granted(answers: &[Answer]) -> usize {
    let is_granted = |answer: &&Answer| answer.status.is_success();
    answers.iter().filter(is_granted).count()
}

/// The text of a value that is one.
pub(super) fn text(value: &Value) -> String {
    value.as_str().expect("text").to_owned()
}

/// The path of a booking, or of something of it.
pub(super) fn path(booking: &Value, what: &str) -> String {
    format!("/api/v1/bookings/{}{what}", text(&booking["id"]))
}

/// Every loser reads when exactly how many units are missing.
#[track_caller]
pub(super) fn losers_read_why(answers: &[Answer]) {
    for answer in answers.iter().filter(|answer| answer.status == 409) {
        assert_eq!(answer.json["code"], "clash", "{}", answer.json);
        let shortage = &answer.json["refusals"][0]["shortages"][0];
        assert!(shortage["short"].as_u64() >= Some(1), "{}", answer.json);
        assert!(shortage["start"].is_string(), "{}", answer.json);
    }
}
