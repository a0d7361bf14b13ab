//! The server is killed in the middle of a storm: what was answered with 201 is there, whole, and every letter it
//! owes leaves. And a server that is asked to stop answers what is under way first.
//!
//! Nobody cuts the power here. What a killed process wrote the system still has; that an answer waits for the disk is
//! a test of its own.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use backlot::domain::policy::OwnRules;
use backlot::mail::read;
use backlot::store::{Conn, Connections, Store, StoreError};
use chrono::{TimeDelta, Utc};
use diesel::RunQueryDsl;
use serde_json::{Value, json};

use crate::support::arena::line;
use crate::support::client::Client;
use crate::support::database::{Engine, missing, on_both_engines};
use crate::support::line::Line;
use crate::support::make::Town;
use crate::support::patience::{self, pause, until, until_within};
use crate::support::postgres::Cluster;
use crate::support::process::{Server, check};
use crate::support::smtp::SmtpServer;

/// Times the server is killed.
const DEATHS: usize = 5;
/// Clients that book meanwhile.
const CLIENTS: usize = 8;
/// Lines of each booking: half a booking would show.
const LINES: usize = 3;

/// Books until the server dies; gives the references that were answered with 201.
async fn storm(client: Client, production: Value, death: usize, place: usize) -> Vec<String> {
    let mut acknowledged = Vec::new();
    for count in 0.. {
        let lines: Vec<Value> = (0..LINES)
            .map(|line| crowd_line(line, death, place))
            .collect();
        let body = json!({ "production": production, "title": format!("{death} {place} {count}"), "lines": lines });
        let Some(answer) = client.try_post("/api/v1/bookings", body).await else {
            return acknowledged;
        };
        assert_eq!(answer.status, 201, "{}", answer.json);
        let reference = answer.json["reference"].as_str().expect("a reference");
        acknowledged.push(reference.to_owned());
    }
    acknowledged
}

/// Two hours of one of the crowds, at a time of the client's own.
#[expect(
    clippy::disallowed_methods,
    reason = "the server asks the real clock too"
)]
fn crowd_line(line: usize, death: usize, place: usize) -> Value {
    let hours = i64::try_from(death * CLIENTS + place).expect("small");
    let day = (Utc::now() + TimeDelta::days(2)).date_naive();
    let start = day.and_hms_opt(0, 0, 0).expect("midnight").and_utc() + TimeDelta::hours(hours);
    let end = start + TimeDelta::hours(2);
    json!({ "listing": format!("CROWD-{line}"), "start": start.to_rfc3339(), "end": end.to_rfc3339() })
}

/// References of the bookings that letters in a folder tell the crew of.
fn told(folder: &Path) -> BTreeSet<String> {
    let files = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let letters = files
        .map(|file| file.path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "eml"));
    let reference = |path: std::path::PathBuf| {
        let raw = std::fs::read(path).expect("a letter");
        let subject = read::read(&raw).expect("a message").subject;
        // The first manager's way in is a letter too, about no booking.
        let at = subject.find("BK-")?;
        Some(subject[at..].chars().take(9).collect())
    };
    letters.filter_map(reference).collect()
}

on_both_engines! {
    async fn what_was_answered_survives_the_death_of_the_server(database: Database) {
        let mail = database.folder();
        let mut server = Server::start(&database.url, mail.path()).await;
        let store = Store::open(&database.address(), Connections { most: 2 }).expect("a store");
        let town = Town::settle_in(&store, &server.url("")).await;
        for line in 0..LINES {
            town.listing(&store, &format!("CROWD-{line}"), 100_000, OwnRules::default()).await;
        }
        let mut acknowledged: Vec<String> = Vec::new();
        for death in 0..DEATHS {
            let mut storming = Vec::new();
            for place in 0..CLIENTS {
                let client = Client::member(server.url(""), &town.crew.token);
                let production = json!(town.crew.production);
                storming.push(tokio::spawn(storm(client, production, death, place)));
            }
            pause(Duration::from_millis(300 + 130 * u64::try_from(death).expect("small"))).await;
            server.kill();
            let before = acknowledged.len();
            for storm in storming {
                acknowledged.extend(storm.await.expect("a storm"));
            }
            assert!(acknowledged.len() > before, "no storm before death {death}");
            check(&database.url).expect("every promise is kept");
            server = Server::start(&database.url, mail.path()).await;
        }

        let manager = Client::member(server.url(""), &town.manager.token);
        for reference in &acknowledged {
            let found = manager.get(&format!("/api/v1/bookings/{reference}")).await.expect(200);
            let lines = found["lines"].as_array().expect("lines");
            assert_eq!(lines.len(), LINES, "half a booking: {found}");
            assert!(lines.iter().all(|line| line["state"] == "confirmed"), "{found}");
        }
        let owed: BTreeSet<String> = acknowledged.into_iter().collect();
        // Letters that a dead server had in hand are another's once its claim on them has lapsed.
        let lapsed = Duration::from_mins(2);
        until_within(lapsed, "every letter that is owed", || async {
            owed.is_subset(&told(mail.path())).then_some(())
        })
        .await;
        let waiting = manager.get("/api/v1/letters?state=given_up").await.expect(200);
        assert_eq!(waiting["items"], json!([]));
    }

    /// Letters wait while the post takes its time. A server that is asked to stop ends those it has begun and
    /// gives the others back: the next one sends them at once, and none goes twice.
    async fn a_server_that_is_asked_to_stop_has_no_letter_in_hand(database: Database) {
        let mut post = SmtpServer::start();
        post.order(&json!({ "takes": 3 }));
        let server = Server::start_with(&database.url, |command| post.is_where_letters_go(command)).await;
        let store = Store::open(&database.address(), Connections { most: 2 }).expect("a store");
        let town = Town::settle_in(&store, &server.url("")).await;
        for line in 0..LINES {
            town.listing(&store, &format!("CROWD-{line}"), 100_000, OwnRules::default()).await;
        }
        let client = Client::member(server.url(""), &town.crew.token);
        for place in 0..40 {
            let lines: Vec<Value> = (0..LINES).map(|line| crowd_line(line, 0, place)).collect();
            let body = json!({ "production": town.crew.production, "lines": lines });
            client.post("/api/v1/bookings", body).await.expect(201);
        }
        post.wait_for(4);
        assert!(server.terminate().await.success());
        let sent = post.letters().len();
        assert!(sent < 40, "all had left already: this shows nothing");
        let in_hand = store
            .read(|conn| {
                use backlot::store::schema::letters;
                use diesel::prelude::*;
                let in_hand = letters::table.filter(letters::claimed_until.is_not_null());
                in_hand.count().get_result::<i64>(conn).map_err(backlot::store::StoreError::from)
            })
            .await;
        assert_eq!(in_hand.expect("a count"), 0);
        post.behave();
        let next = Server::start_with(&database.url, |command| post.is_where_letters_go(command)).await;
        // One more: the first manager's way in.
        let came = post.wait_for(41);
        let ids: BTreeSet<_> = came.iter().map(|letter| letter.header("Message-ID")).collect();
        assert_eq!((came.len(), ids.len()), (41, 41), "each once");
        assert!(next.terminate().await.success());
    }

    /// What is under way when the server is asked to stop is answered; then it ends, well.
    async fn a_server_that_is_asked_to_stop_answers_first(database: Database) {
        let mail = database.folder();
        let server = Server::start(&database.url, mail.path()).await;
        let store = Store::open(&database.address(), Connections { most: 2 }).expect("a store");
        let town = Town::settle_in(&store, &server.url("")).await;
        for line in 0..LINES {
            town.listing(&store, &format!("CROWD-{line}"), 100_000, OwnRules::default()).await;
        }
        let mut storming = Vec::new();
        for place in 0..CLIENTS {
            let client = Client::member(server.url(""), &town.crew.token);
            storming.push(tokio::spawn(storm(client, json!(town.crew.production), 0, place)));
        }
        pause(Duration::from_millis(300)).await;
        let ended = server.terminate().await;
        assert!(ended.success(), "{ended}");
        let mut acknowledged = 0;
        for storm in storming {
            acknowledged += storm.await.expect("a storm").len();
        }
        let stored = store
            .read(|conn| {
                use diesel::prelude::*;
                backlot::store::schema::bookings::table
                    .count()
                    .get_result::<i64>(conn)
                    .map_err(backlot::store::StoreError::from)
            })
            .await
            .expect("a count");
        assert_eq!(usize::try_from(stored).expect("a count"), acknowledged, "one was stored and not answered");
        check(&database.url).expect("every promise is kept");
    }

    /// Who is still sending when the server is asked to stop is heard out and answered; who is still reading reads to
    /// the end. Nobody new is let in meanwhile.
    async fn a_server_that_is_asked_to_stop_hears_out_who_is_slow(database: Database) {
        let mail = database.folder();
        let server = Server::start(&database.url, mail.path()).await;
        let store = Store::open(&database.address(), Connections { most: 2 }).expect("a store");
        let town = Town::settle_in(&store, &server.url("")).await;
        town.listing(&store, "CROWD-0", 10, OwnRules::default()).await;
        let order = json!({ "production": town.crew.production, "lines": [crowd_line(0, 0, 0)] }).to_string();
        let (first, second) = order.split_at(order.len() / 2);
        let head = format!(
            "POST /api/v1/bookings HTTP/1.1\r\nHost: desk\r\nAuthorization: Bearer {}\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\nExpect: 100-continue\r\n\r\n",
            town.crew.token,
            order.len()
        );
        let sends = Line::dial(server.address).await;
        sends.say(&head).await.expect("taken");
        assert!(sends.hear().await.starts_with("HTTP/1.1 100"), "its body is waited for");
        sends.say(first).await.expect("taken");
        let reads = Line::dial_from_elsewhere(server.address).await;
        let asked = "GET /api/openapi.json HTTP/1.1\r\nHost: desk\r\nConnection: close\r\n\r\n";
        reads.say(asked).await.expect("taken");
        let mut read = reads.hear().await;

        server.ask_to_stop();
        until("a door that is closed", || async {
            tokio::net::TcpStream::connect(server.address).await.is_err().then_some(())
        })
        .await;
        sends.say(second).await.expect("taken");
        let said = sends.hear_out(patience::AT_ONCE).await.expect("an end");
        assert!(said.starts_with("HTTP/1.1 201"), "{said}");
        read.push_str(&reads.hear_out(patience::AT_ONCE).await.expect("an end"));
        let (head, document) = read.split_once("\r\n\r\n").expect("a head");
        assert!(head.starts_with("HTTP/1.1 200"), "{head}");
        serde_json::from_str::<Value>(document).expect("the whole document");
        assert!(server.ended().await.success());
        check(&database.url).expect("every promise is kept");
    }
}

/// Every process of PostgreSQL is killed and started again. Meanwhile the server says when to come back; then it serves
/// again by itself, and what it had answered is there.
#[test]
fn a_database_that_dies_is_waited_for() {
    let Some(cluster) = Cluster::alone() else {
        return missing("PostgreSQL (Debian package `postgresql`)");
    };
    patience::run(async {
        let url = cluster.create("mortal");
        let mail = tempfile::tempdir().expect("a folder");
        let server = Server::start(&url, mail.path()).await;
        let address = url.parse().expect("a database URL");
        let store = Store::open(&address, Connections { most: 2 }).expect("a store");
        let town = Town::settle_in(&store, &server.url("")).await;
        town.listing(&store, "SET", 1, OwnRules::default()).await;
        let order = json!({ "production": town.crew.production, "lines": [line("SET", 1, 0)] });
        let crew = Client::member(server.url(""), &town.crew.token);
        let booked = crew.post("/api/v1/bookings", order.clone()).await;
        let booked = booked.expect(201);
        let path = format!("/api/v1/bookings/{}", booked["id"].as_str().expect("an id"));
        cluster.kill();
        let refused = [
            crew.get(&path).await,
            crew.post("/api/v1/bookings", order.clone()).await,
            crew.get("/readyz").await,
        ];
        for answer in refused {
            assert_eq!(answer.status, 503, "{}", answer.json);
            assert!(answer.headers.contains_key("Retry-After"));
        }
        cluster.start_again();
        let found = until("a server that serves again", || async {
            let answer = crew.get(&path).await;
            answer.status.is_success().then_some(answer.json)
        })
        .await;
        assert_eq!(found["lines"], booked["lines"]);
        assert_eq!(
            crew.post("/api/v1/bookings", order).await.problem(409),
            "clash"
        );
    });
}

on_both_engines! {
    /// A machine that loses its power has only what is on its disk: so nobody is answered before the engine has waited for
    /// it. Asked of the very connection that a booking is written by, in the midst of a write.
    async fn an_answer_waits_for_the_disk(database: Database) {
        let store = database.store();
        let engine = database.engine;
        let (syncs, log) = store
            .write(move |conn| match engine {
                Engine::Sqlite => Ok::<_, StoreError>((
                    setting(conn, "SELECT synchronous || '' AS value FROM pragma_synchronous")?,
                    setting(conn, "SELECT journal_mode AS value FROM pragma_journal_mode")?,
                )),
                Engine::Postgres => Ok((
                    setting(conn, "SELECT current_setting('synchronous_commit') AS value")?,
                    setting(conn, "SELECT current_setting('fsync') AS value")?,
                )),
            })
            .await
            .expect("it tells");
        let expected = match engine {
            // FULL: the log is flushed at each commit.
            Engine::Sqlite => ("2", "wal"),
            Engine::Postgres => ("on", "on"),
        };
        assert_eq!((syncs.as_str(), log.as_str()), expected);
    }
}

#[derive(diesel::QueryableByName)]
struct Setting {
    #[diesel(sql_type = diesel::sql_types::Text)]
    value: String,
}

fn setting(conn: &mut Conn, query: &str) -> Result<String, StoreError> {
    let found: Setting = diesel::sql_query(query).get_result(conn)?;
    Ok(found.value)
}
