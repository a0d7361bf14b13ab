//! Fleet: several servers on one PostgreSQL. Who is signed in is so on each; what is booked on one is heard of on all;
//! they are restarted one after the other while bookings go on, and none fails; each letter goes once.

mod balancer;
mod hearing;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use backlot::actions::sessions;
use backlot::domain::policy::OwnRules;
use backlot::http::guard::COOKIE;
use backlot::store::StoreError;
use backlot::store::schema::{bookings, letters as outbox};
use chrono::Utc;
use clap::Args;
use diesel::prelude::*;
use reqwest::Method;
use serde_json::{Value, json};

use crate::letters;
use crate::report::{self, percentile};
use crate::support::arena::line;
use crate::support::client::Client;
use crate::support::database::{Database, Engine};
use crate::support::make::Town;
use crate::support::patience::{pause, until_within};
use crate::support::process::{Server, check};
use crate::support::smtp::SmtpServer;
use balancer::Balancer;

/// How long a server that is asked to stop goes on: ten looks of the balancer.
const DRAIN_SECONDS: &str = "1";
/// Then all letters must have left.
const LETTERS_LEAVE: Duration = Duration::from_mins(5);

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// How many servers share the database.
    #[arg(long, default_value_t = 3)]
    servers: usize,
    /// How many clients book.
    #[arg(long, default_value_t = 8)]
    clients: usize,
    /// How long it is measured how soon a booking is heard of.
    #[arg(long, default_value_t = 2)]
    seconds: u64,
    /// How many restarts there are in all: one server after the other, round and round.
    #[arg(long, default_value_t = 3)]
    restarts: usize,
}

/// Whether every promise was kept.
pub(crate) async fn run(arguments: &Arguments) -> bool {
    let Some(database) = Database::fresh(Engine::Postgres) else {
        return true;
    };
    let Arguments {
        servers,
        clients,
        seconds,
        restarts,
    } = *arguments;
    let work = async {
        let mut fleet = Fleet::launch(database, servers).await;
        fleet.knows_who_is_signed_in().await;
        let booked = fleet.hears(Duration::from_secs(seconds)).await;
        let while_restarted = fleet.is_restarted(clients, restarts).await;
        fleet
            .sends_each_letter_once([booked, while_restarted].concat())
            .await;
    };
    let ended = report::caught(work).await;
    if let Err(how) = &ended {
        report::broken(Engine::Postgres, "fleet", how);
    }
    ended.is_ok()
}

struct Fleet {
    database: Database,
    town: Town,
    post: SmtpServer,
    servers: Vec<Server>,
}

async fn serve(database: &Database, post: &SmtpServer) -> Server {
    Server::start_with(&database.url, |command| {
        post.is_where_letters_go(command);
        command.env("BACKLOT_DRAIN_SECONDS", DRAIN_SECONDS);
    })
    .await
}

impl Fleet {
    async fn launch(database: Database, count: usize) -> Self {
        let post = SmtpServer::start();
        let mut servers = Vec::new();
        for _ in 0..count {
            servers.push(serve(&database, &post).await);
        }
        let store = database.store();
        let town = Town::settle_in(&store, &servers[0].url("")).await;
        town.listing(&store, "CROWD", 1_000_000, OwnRules::default())
            .await;
        Self {
            database,
            town,
            post,
            servers,
        }
    }

    /// A session opened at one server is good at all, and over at all when it ends at one; so is a token.
    async fn knows_who_is_signed_in(&self) {
        let cookie = self.session().await;
        let headers = [("Cookie", cookie.as_str())];
        let strangers = self
            .servers
            .iter()
            .map(|server| Client::stranger(server.url("")));
        let strangers: Vec<Client> = strangers.collect();
        let me = async |client: &Client| {
            let answer = client.send(Method::GET, "/api/v1/me", None, &headers).await;
            answer.status.as_u16()
        };
        for client in &strangers {
            assert_eq!(me(client).await, 200, "a session is good anywhere");
        }
        let own = [headers[0], ("Sec-Fetch-Site", "same-origin")];
        let path = "/api/v1/sessions/current";
        let out = strangers[0].send(Method::DELETE, path, None, &own).await;
        assert!(out.status.is_success(), "{}", out.json);
        for client in &strangers {
            assert_eq!(me(client).await, 401, "and over everywhere at once");
        }
        for server in &self.servers {
            let crew = Client::member(server.url(""), &self.town.crew.token);
            crew.get("/api/v1/me").await.expect(200);
        }
        println!(
            "fleet  PostgreSQL  {} servers: sessions and tokens are good on each",
            self.servers.len()
        );
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "the servers ask the real clock too"
    )]
    async fn session(&self) -> String {
        let (id, now) = (self.town.crew.member.id, Utc::now());
        let store = self.database.store();
        let opened = store.write(move |conn| sessions::open(conn, id, now)).await;
        format!("{COOKIE}={}", opened.expect("a session").secret)
    }

    /// Everyone who listens, at whatever server, hears of a booking made at any other. Says how soon, and how many
    /// were booked.
    async fn hears(&self, time: Duration) -> Vec<String> {
        let listeners = hearing::listen(&self.servers, &self.town).await;
        let mut booked: Vec<(String, Instant)> = Vec::new();
        let began = Instant::now();
        while began.elapsed() < time {
            let server = &self.servers[booked.len() % self.servers.len()];
            let crew = Client::member(server.url(""), &self.town.crew.token);
            let answer = crew
                .post("/api/v1/bookings", self.order(booked.len()))
                .await;
            let answered = Instant::now();
            let reference = answer.expect(201)["reference"].clone();
            booked.push((reference.as_str().expect("words").to_owned(), answered));
            // Not in step with any clock of the servers.
            let booked_already = u64::try_from(booked.len()).expect("few");
            pause(Duration::from_millis(40 + 7 * (booked_already % 13))).await;
        }
        let streams = listeners.len();
        let mut delays = hearing::delays(listeners, &booked).await;
        println!(
            "fleet  PostgreSQL  {} bookings heard of on each of {streams} streams after {} ms (median), {} ms (99 of 100)",
            booked.len(),
            percentile(&mut delays, 50).as_millis(),
            percentile(&mut delays, 99).as_millis(),
        );
        booked.into_iter().map(|(reference, _)| reference).collect()
    }

    fn order(&self, place: usize) -> Value {
        let lines = [line("CROWD", 1, place % 1_000)];
        json!({ "production": self.town.crew.production, "lines": lines })
    }

    /// A server is asked to stop and another started in its place, one after the other, under load. Gives what was
    /// booked meanwhile: what was asked was answered, every time.
    async fn is_restarted(&mut self, clients: usize, restarts: usize) -> Vec<String> {
        let balancer = Balancer::before(self.servers.iter().map(|server| server.address));
        let looks = tokio::spawn(balancer::look(Arc::clone(&balancer)));
        let stop = Arc::new(AtomicBool::new(false));
        let began = Instant::now();
        let load = (0..clients).map(|place| {
            let (token, order) = (self.town.crew.token.clone(), self.order(place));
            tokio::spawn(balancer::book_on(
                Arc::clone(&balancer),
                token,
                order,
                Arc::clone(&stop),
            ))
        });
        let load: Vec<_> = load.collect();
        pause(Duration::from_millis(300)).await;
        for nth in 0..restarts {
            let place = nth % self.servers.len();
            let fresh = serve(&self.database, &self.post).await;
            balancer.put(place, fresh.address);
            let old = std::mem::replace(&mut self.servers[place], fresh);
            // It is asked to stop while requests still come to it: as a deployment does it.
            balancer.also(old.address);
            let ended = old.terminate().await;
            assert!(ended.success(), "{ended}");
        }
        pause(Duration::from_millis(300)).await;
        stop.store(true, Ordering::Relaxed);
        let mut booked = Vec::new();
        for of_client in load {
            match of_client.await {
                Ok(references) => booked.extend(references),
                Err(panicked) => std::panic::resume_unwind(panicked.into_panic()),
            }
        }
        looks.abort();
        println!(
            "fleet  PostgreSQL  {restarts} restarts in {:.0} s under {clients} clients: {} bookings, none failed, {} sent on to another server",
            began.elapsed().as_secs_f64(),
            booked.len(),
            balancer.sent_on(),
        );
        booked
    }

    async fn sends_each_letter_once(self, booked: Vec<String>) {
        let manager = Client::member(self.servers[0].url(""), &self.town.manager.token);
        until_within(LETTERS_LEAVE, "an empty outbox", || async {
            let waiting = manager.get("/api/v1/letters?state=waiting&limit=1").await;
            (waiting.expect(200)["items"] == json!([])).then_some(())
        })
        .await;
        for server in self.servers {
            let ended = server.terminate().await;
            assert!(ended.success(), "{ended}");
        }
        check(&self.database.url).expect("every promise is kept");
        let store = self.database.store();
        let read = store.read(|conn| {
            let stored: Vec<String> = bookings::table.select(bookings::reference).load(conn)?;
            let in_hand = outbox::table.filter(outbox::claimed_until.is_not_null());
            let in_hand: i64 = in_hand.count().get_result(conn)?;
            Ok::<_, StoreError>((stored, in_hand))
        });
        let (stored, in_hand) = read.await.expect("the bookings");
        let answered: BTreeSet<&String> = booked.iter().collect();
        assert_eq!(
            stored.iter().collect::<BTreeSet<_>>(),
            answered,
            "what is stored and what was answered"
        );
        assert_eq!(in_hand, 0, "letters that a server took with it");
        let owed = booked.iter().map(|one| (one.as_str(), &["Confirmed"][..]));
        let came = letters::compare(owed, &self.post.letters());
        assert_eq!(came.twice, 0, "letters that went twice");
        println!(
            "fleet  PostgreSQL  {} letters, each went once",
            came.letters
        );
    }
}
