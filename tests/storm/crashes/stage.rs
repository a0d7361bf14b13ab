//! A cluster on which crews are at it: servers, a mail server, and what kills them.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use backlot::domain::policy::OwnRules;
use backlot::store::columns::At;
use backlot::store::schema::{bookings, letters as outbox};
use backlot::store::{Connections, Store, StoreError};
use chrono::Utc;
use diesel::prelude::*;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde_json::json;

use super::Seen;
use super::crew::{Crew, LINES, essence};
use crate::books;
use crate::letters;
use crate::support::client::Client;
use crate::support::database::{Database, Engine};
use crate::support::make::Town;
use crate::support::patience::{pause, until, until_within};
use crate::support::postgres;
use crate::support::process::{Server, check};
use crate::support::smtp::SmtpServer;

/// Units of what is booked: nobody is refused here.
const CROWD: u32 = 1_000_000;
/// How soon all letters must have left in the end.
const LETTERS_LEAVE: Duration = Duration::from_mins(5);
/// A server must serve again this soon after its database does.
const BACK: Duration = Duration::from_secs(10);

pub(super) struct Stage {
    database: Database,
    town: Town,
    servers: Vec<Server>,
    post: SmtpServer,
    crews: Vec<Crew>,
    rng: StdRng,
}

/// A server whose letters go to this mail server. That its database is gone is nothing to be told here.
async fn serve(database: &Database, post: &SmtpServer) -> Server {
    Server::start_with(&database.url, |command| {
        post.is_where_letters_go(command);
        command.env("BACKLOT_LOG", "off");
    })
    .await
}

impl Stage {
    /// One server on SQLite, two on PostgreSQL; the clients divide among them.
    pub(super) async fn set(database: Database, clients: usize, seed: u64) -> Self {
        let mut rng = StdRng::seed_from_u64(seed);
        let post = SmtpServer::start();
        let count = match database.engine {
            Engine::Sqlite => 1,
            Engine::Postgres => 2,
        };
        let mut servers = Vec::new();
        for _ in 0..count {
            servers.push(serve(&database, &post).await);
        }
        let store = database.store();
        let town = Town::settle_in(&store, &servers[0].url("")).await;
        for line in 0..LINES {
            let rules = OwnRules {
                night_allowed: Some(true),
                ..OwnRules::default()
            };
            let code = format!("CROWD-{line}");
            town.listing(&store, &code, CROWD, rules).await;
        }
        let crew = |place: usize| {
            let client = Client::member(servers[place % count].url(""), &town.crew.token);
            let rng = StdRng::seed_from_u64(rng.random());
            let production = json!(town.crew.production);
            Crew::new(client, production, format!("crew {place}"), rng)
        };
        Self {
            crews: (0..clients).map(crew).collect(),
            database,
            town,
            servers,
            post,
            rng,
        }
    }

    fn moment(&mut self, most_ms: u64) -> Duration {
        Duration::from_millis(self.rng.random_range(5..most_ms))
    }

    /// A server is killed in the middle of a storm; then another takes its place.
    pub(super) async fn lose_a_server(&mut self) {
        let stop = Arc::new(AtomicBool::new(false));
        let storming = self.let_loose(&stop);
        pause(self.moment(1_000)).await;
        let victim = self.rng.random_range(0..self.servers.len());
        self.servers[victim].kill();
        if self.servers.len() > 1 {
            // Those of the other servers go on for a moment.
            pause(self.moment(60)).await;
        }
        stop.store(true, Ordering::Relaxed);
        self.gather(storming).await;
        self.check();
        self.servers[victim] = serve(&self.database, &self.post).await;
    }

    /// PostgreSQL is killed in the middle of a storm and started again. The servers say 503 and when to come back,
    /// and serve again by themselves.
    pub(super) async fn lose_the_database(&mut self) {
        let stop = Arc::new(AtomicBool::new(false));
        let storming = self.let_loose(&stop);
        pause(self.moment(1_000)).await;
        let cluster = postgres::cluster().expect("it runs");
        tokio::task::block_in_place(|| cluster.kill());
        for server in &self.servers {
            self.says_503(server).await;
        }
        pause(self.moment(1_000)).await;
        tokio::task::block_in_place(|| cluster.start_again());
        let began = Instant::now();
        for server in &self.servers {
            let manager = self.manager(server);
            until_within(BACK, "a server that serves again", || async {
                let me = manager.get("/api/v1/me").await;
                me.status.is_success().then_some(())
            })
            .await;
        }
        assert!(began.elapsed() < BACK, "back after {:?}", began.elapsed());
        // The storm goes on until every connection was used again.
        pause(Duration::from_millis(300)).await;
        stop.store(true, Ordering::Relaxed);
        self.gather(storming).await;
        self.check();
    }

    async fn says_503(&self, server: &Server) {
        let client = self.manager(server);
        for path in ["/api/v1/me", "/api/v1/bookings", "/readyz"] {
            let answer = client.get(path).await;
            assert_eq!(answer.status, 503, "{path}: {}", answer.json);
            assert!(answer.headers.contains_key("Retry-After"), "{path}: when?");
        }
        client.get("/healthz").await.expect(200);
    }

    fn manager(&self, server: &Server) -> Client {
        Client::member(server.url(""), &self.town.manager.token)
    }

    fn let_loose(&mut self, stop: &Arc<AtomicBool>) -> Vec<tokio::task::JoinHandle<Crew>> {
        let crews = self.crews.drain(..);
        crews
            .map(|crew| tokio::spawn(crew.storm(Arc::clone(stop))))
            .collect()
    }

    async fn gather(&mut self, storming: Vec<tokio::task::JoinHandle<Crew>>) {
        for crew in storming {
            match crew.await {
                Ok(crew) => self.crews.push(crew),
                Err(panicked) => std::panic::resume_unwind(panicked.into_panic()),
            }
        }
    }

    fn check(&self) {
        if let Err(broken) = check(&self.database.url) {
            panic!("check: {broken}");
        }
    }

    /// Asks again for what had no answer, and looks at all that was answered since the last time.
    pub(super) async fn compare_what_is_new(&mut self) {
        for (place, crew) in self.crews.iter_mut().enumerate() {
            let server = &self.servers[place % self.servers.len()];
            crew.goes_to(&server.url(""));
            crew.finish().await;
        }
        self.compare().await;
    }

    async fn compare(&mut self) {
        let manager = self.manager(&self.servers[0]);
        for entry in self.crews.iter_mut().flat_map(|crew| &mut crew.log) {
            if entry.compared {
                continue;
            }
            let found = manager.get(&entry.path).await.expect(200);
            assert_eq!(essence(&found), entry.answered, "it was answered otherwise");
            entry.compared = true;
        }
    }

    /// Everything that was ever answered on this cluster, nothing beside it, and every letter.
    pub(super) async fn compare_everything(mut self) -> Seen {
        for entry in self.crews.iter_mut().flat_map(|crew| &mut crew.log) {
            entry.compared = false;
        }
        self.compare().await;
        self.servers_end().await;
        let store = Store::open(&self.database.address(), Connections { most: 2 });
        let store = store.expect("a store");
        claims_lapse(&store).await;
        self.servers.push(serve(&self.database, &self.post).await);
        self.every_letter_left().await;
        self.servers_end().await;
        self.check();
        assert_eq!(books::overbooked(&store).await, [] as [String; 0]);
        self.nothing_was_done_twice(&store).await;
        let owed: usize = self.entries().map(|entry| entry.owes.len()).sum();
        until("every letter at the mail server", || async {
            (self.post.letters().len() >= owed).then_some(())
        })
        .await;
        let owed = self.entries();
        let owed = owed.map(|entry| (entry.reference.as_str(), entry.owes.as_slice()));
        let came = letters::compare(owed, &self.post.letters());
        let sum = |of: fn(&Crew) -> usize| self.crews.iter().map(of).sum();
        Seen {
            acknowledged: sum(|crew| crew.acknowledged),
            asked_again: sum(|crew| crew.asked_again),
            told_to_wait: sum(|crew| crew.told_to_wait),
            letters: came.letters,
            twice: came.twice,
        }
    }

    fn entries(&self) -> impl Iterator<Item = &super::crew::Entry> {
        self.crews.iter().flat_map(|crew| &crew.log)
    }

    async fn servers_end(&mut self) {
        for server in std::mem::take(&mut self.servers) {
            let ended = server.terminate().await;
            assert!(ended.success(), "{ended}");
        }
    }

    async fn every_letter_left(&self) {
        let manager = self.manager(&self.servers[0]);
        until_within(LETTERS_LEAVE, "an empty outbox", || async {
            let waiting = manager.get("/api/v1/letters?state=waiting&limit=1").await;
            (waiting.expect(200)["items"] == json!([])).then_some(())
        })
        .await;
        let given_up = manager.get("/api/v1/letters?state=given_up&limit=1").await;
        assert_eq!(given_up.expect(200)["items"], json!([]));
    }

    /// Each title was booked once, and none that nobody was told of; and no dead server has a letter in hand.
    async fn nothing_was_done_twice(&self, store: &Store) {
        let read = store.read(|conn| {
            let titles: Vec<String> = bookings::table.select(bookings::title).load(conn)?;
            let in_hand = outbox::table.filter(outbox::claimed_until.is_not_null());
            let in_hand: i64 = in_hand.count().get_result(conn)?;
            Ok::<_, StoreError>((titles, in_hand))
        });
        let (titles, in_hand) = read.await.expect("the bookings");
        let once: BTreeSet<&str> = titles.iter().map(String::as_str).collect();
        assert_eq!(once.len(), titles.len(), "one key was booked twice");
        let logged: BTreeSet<&str> = self.entries().map(|entry| entry.title.as_str()).collect();
        assert_eq!(once, logged, "what is stored and what was answered");
        assert_eq!(in_hand, 0, "letters that a server took with it");
    }
}

/// Letters that a dead server had in hand are another's once its claim has lapsed. That is tested elsewhere and takes
/// a minute and a half of waiting: here the end of each claim is moved to now, when no server is left that has any.
#[expect(
    clippy::disallowed_methods,
    reason = "the servers ask the real clock too"
)]
async fn claims_lapse(store: &Store) {
    let now = At(Utc::now());
    let lapsed = store.write(move |conn| {
        diesel::update(outbox::table.filter(outbox::claimed_until.is_not_null()))
            .set(outbox::claimed_until.eq(Some(now)))
            .execute(conn)
            .map_err(StoreError::from)
    });
    lapsed.await.expect("written");
}
