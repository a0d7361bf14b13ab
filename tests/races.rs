//! Who gets the last unit, when all ask at once: through HTTP, on SQLite and on PostgreSQL with two server
//! processes. After every race each promise must still be kept.

mod bulk;
mod kits;
mod last_unit;
mod series;
mod units;
mod writers;

use backlot::store::{Connections, Store};
use chrono::{DateTime, FixedOffset, TimeDelta, Utc};
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::support::client::{Answer, Client};
use crate::support::database::{Database, Engine};
use crate::support::make::{Person, Town};
use crate::support::process::{Server, check};

/// A town whose servers are processes of their own.
struct Arena {
    database: Database,
    store: Store,
    town: Town,
    servers: Vec<Server>,
    /// Kept so that it lives as long as the servers that write into it.
    _mail: tempfile::TempDir,
}

impl Arena {
    /// One server on SQLite, two on PostgreSQL.
    async fn open(database: Database) -> Self {
        let mail = database.folder();
        let count = match database.engine {
            Engine::Sqlite => 1,
            Engine::Postgres => 2,
        };
        let mut servers = Vec::new();
        for _ in 0..count {
            servers.push(Server::start(&database.url, mail.path()).await);
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
    fn client(&self, who: &Person, turn: usize) -> Client {
        let server = &self.servers[turn % self.servers.len()];
        Client::member(server.url(""), &who.token)
    }

    /// So many clients, in turn the crew and its rival, each with connections of its own.
    fn clients(&self, count: usize) -> Vec<(Client, Value)> {
        let people = [&self.town.crew, &self.town.rival];
        let client = |place: usize| {
            let who = people[place / 2 % people.len()];
            (self.client(who, place), json!(who.production))
        };
        (0..count).map(client).collect()
    }

    /// Stops the servers and holds every invariant against what they left.
    fn settle_scores(self) {
        drop(self.servers);
        check(&self.database.url).expect("every promise is kept");
    }
}

/// A line two hours long, `slot` slots after tomorrow noon.
pub(crate) fn line(listing: &str, units: u32, slot: usize) -> Value {
    line_of(listing, units, slot, 2)
}

fn line_of(listing: &str, units: u32, slot: usize, hours: i64) -> Value {
    let start = slot_start(slot);
    let end = start + TimeDelta::hours(hours);
    json!({ "listing": listing, "units": units, "start": start.to_rfc3339(), "end": end.to_rfc3339() })
}

/// The real clock counts for a server process: slots begin tomorrow noon, Shanghai time.
#[expect(
    clippy::disallowed_methods,
    reason = "the servers ask the real clock too"
)]
fn slot_start(slot: usize) -> DateTime<FixedOffset> {
    let shanghai = FixedOffset::east_opt(8 * 3_600).expect("an offset");
    let tomorrow = (Utc::now() + TimeDelta::days(1)).with_timezone(&shanghai);
    let noon = tomorrow.date_naive().and_hms_opt(12, 0, 0).expect("noon");
    let noon = noon
        .and_local_timezone(shanghai)
        .single()
        .expect("a moment");
    noon + TimeDelta::hours(2 * i64::try_from(slot).expect("small"))
}

/// All clients ask at once for what `ask` gives each; the answers in the order of the clients.
async fn all_at_once(
    clients: &[(Client, Value)],
    path: &str,
    ask: impl Fn(usize, &Value) -> Value,
) -> Vec<Answer> {
    let gate = std::sync::Arc::new(tokio::sync::Barrier::new(clients.len()));
    let mut asking = Vec::new();
    for (place, (client, production)) in clients.iter().enumerate() {
        let (client, gate, path) = (client.clone(), gate.clone(), path.to_owned());
        let body = ask(place, production);
        asking.push(tokio::spawn(async move {
            gate.wait().await;
            client.post(&path, body).await
        }));
    }
    let mut answers = Vec::new();
    for answer in asking {
        answers.push(answer.await.expect("an answer"));
    }
    answers
}

fn booking(production: &Value, lines: &[Value]) -> Value {
    json!({ "production": production, "lines": lines })
}

/// How many were answered 201; every other answer must be a clash, in words a person can act on.
#[track_caller]
fn winners(answers: &[Answer]) -> usize {
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
