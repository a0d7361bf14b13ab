//! `Arena`: a town whose servers are processes of their own, and crews that ask all at once.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};

use backlot::store::{Connections, Store};
use chrono::{DateTime, FixedOffset, TimeDelta, Utc};
use reqwest::StatusCode;
use serde_json::{Value, json};

use super::client::{Answer, Client};
use super::database::{Database, Engine};
use super::make::{Person, Town};
use super::process::{Server, check};

/// A crew of an arena holds more than any crew would.
const MOST_HOLDS: &str = "100000";

/// A town whose servers are processes of their own.
pub(crate) struct Arena {
    /// First, so that they end before what they work on does.
    pub(crate) servers: Vec<Server>,
    pub(crate) store: Store,
    pub(crate) town: Town,
    pub(crate) database: Database,
    /// Kept so that it lives as long as the servers that write into it.
    _mail: tempfile::TempDir,
}

impl Arena {
    /// One server on SQLite, two on PostgreSQL.
    pub(crate) async fn open(database: Database) -> Self {
        Self::open_with(database, 2).await
    }

    /// So many servers on PostgreSQL. A file of SQLite has one server, whatever is asked for.
    pub(crate) async fn open_with(database: Database, servers: usize) -> Self {
        let mail = database.folder();
        let count = match database.engine {
            Engine::Sqlite => 1,
            Engine::Postgres => servers,
        };
        let mut servers = Vec::new();
        for _ in 0..count {
            let server = Server::start_with(&database.url, |command| {
                command.env("BACKLOT_MAIL_FOLDER", mail.path());
                command.env("BACKLOT_MOST_HOLDS", MOST_HOLDS);
            });
            servers.push(server.await);
        }
        let store = Store::open(&database.address(), Connections { most: 4 }).expect("a store");
        let town = Town::settle_in(&store, &servers[0].url("")).await;
        Self {
            database,
            store,
            town,
            servers,
            _mail: mail,
        }
    }

    /// A member as a client of the server whose turn it is.
    pub(crate) fn client(&self, who: &Person, turn: usize) -> Client {
        let server = &self.servers[turn % self.servers.len()];
        Client::member(server.url(""), &who.token)
    }

    /// So many clients, in turn the crew and its rival, each with connections of its own.
    pub(crate) fn clients(&self, count: usize) -> Vec<(Client, Value)> {
        let people = [&self.town.crew, &self.town.rival];
        let client = |place: usize| {
            let who = people[place / 2 % people.len()];
            (self.client(who, place), json!(who.production))
        };
        (0..count).map(client).collect()
    }

    /// Stops the servers and holds every invariant against what they left.
    pub(crate) fn settle_scores(self) {
        drop(self.servers);
        check(&self.database.url).expect("every promise is kept");
    }
}

/// A line two hours long, `slot` slots after tomorrow noon.
pub(crate) fn line(listing: &str, units: u32, slot: usize) -> Value {
    line_of(listing, units, slot, 2)
}

/// The same, so many hours long.
pub(crate) fn line_of(listing: &str, units: u32, slot: usize, hours: i64) -> Value {
    let start = slot_start(slot);
    let end = start + TimeDelta::hours(hours);
    json!({ "listing": listing, "units": units, "start": start.to_rfc3339(), "end": end.to_rfc3339() })
}

/// The real clock counts for a server process: slots begin tomorrow noon, Shanghai time, as it was tomorrow when
/// this process first asked.
#[expect(
    clippy::disallowed_methods,
    reason = "the servers ask the real clock too"
)]
pub(crate) fn slot_start(slot: usize) -> DateTime<FixedOffset> {
    static NOON: OnceLock<DateTime<FixedOffset>> = OnceLock::new();
    let noon = NOON.get_or_init(|| {
        let shanghai = FixedOffset::east_opt(8 * 3_600).expect("an offset");
        let tomorrow = (Utc::now() + TimeDelta::days(1)).with_timezone(&shanghai);
        let noon = tomorrow.date_naive().and_hms_opt(12, 0, 0).expect("noon");
        let noon = noon.and_local_timezone(shanghai);
        noon.single().expect("a moment")
    });
    *noon + TimeDelta::hours(2 * i64::try_from(slot).expect("small"))
}

/// The body of a booking.
pub(crate) fn booking(production: &Value, lines: &[Value]) -> Value {
    json!({ "production": production, "lines": lines })
}

/// Something asked, that waits to be let go.
pub(crate) type Asking = Pin<Box<dyn Future<Output = Answer> + Send>>;

/// All are let go at once; the answers in their order.
pub(crate) async fn at_once(asking: Vec<Asking>) -> Vec<Answer> {
    let gate = Arc::new(tokio::sync::Barrier::new(asking.len()));
    let started = asking.into_iter().map(|ask| {
        let gate = Arc::clone(&gate);
        tokio::spawn(async move {
            gate.wait().await;
            ask.await
        })
    });
    let started: Vec<_> = started.collect();
    let mut answers = Vec::new();
    for answer in started {
        answers.push(answer.await.expect("an answer"));
    }
    answers
}

/// All clients ask at once for what `ask` gives each; the answers in the order of the clients.
pub(crate) async fn all_at_once(
    clients: &[(Client, Value)],
    path: &str,
    ask: impl Fn(usize, &Value) -> Value,
) -> Vec<Answer> {
    let asking = clients
        .iter()
        .enumerate()
        .map(|(place, (client, production))| {
            let (client, path) = (client.clone(), path.to_owned());
            let body = ask(place, production);
            let asking: Asking = Box::pin(async move { client.post(&path, body).await });
            asking
        });
    at_once(asking.collect()).await
}

/// How many were answered 201; every other answer must be a clash, in words a person can act on.
#[track_caller]
pub(crate) fn winners(answers: &[Answer]) -> usize {
    for answer in answers {
        match answer.status {
            StatusCode::CREATED => {}
            StatusCode::CONFLICT => {
                assert_eq!(answer.json["code"], "clash", "{}", answer.json);
                let refusal = &answer.json["refusals"][0];
                assert!(refusal["listing"]["code"].is_string(), "{}", answer.json);
                let shortage = &refusal["shortages"][0];
                assert!(shortage["short"].as_u64() >= Some(1), "{}", answer.json);
                assert!(shortage["start"].is_string() && shortage["end"].is_string());
            }
            status => panic!("{status}: {}", answer.json),
        }
    }
    answers
        .iter()
        .filter(|answer| answer.status == StatusCode::CREATED)
        .count()
}
