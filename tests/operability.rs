//! What an operator relies on: a backup that can be restored, a check that does not cry wolf, a log that can be read
//! by a machine and given away.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use backlot::domain::policy::OwnRules;
use backlot::store::{Conn, Connections, Store, StoreError, Use, sites};
use diesel::connection::SimpleConnection;
use serde_json::{Value, json};

use crate::support::app::TestApp;
use crate::support::arena::line;
use crate::support::client::Client;
use crate::support::database::{Database, Engine, on_both_engines};
use crate::support::make::Town;
use crate::support::patience::{self, until};
use crate::support::postgres;
use crate::support::process::{Server, backlot, check};

/// Clients that book meanwhile.
const CLIENTS: usize = 4;
/// Bookings there are before the backup is begun.
const BEFORE: usize = 60;

/// Bookings that go on until they are told to end.
struct Storm {
    over: Arc<AtomicBool>,
    /// References that were answered with 201 so far.
    acknowledged: Arc<Mutex<Vec<String>>>,
    clients: Vec<tokio::task::JoinHandle<()>>,
}

impl Storm {
    fn begin(town: &Town, base: &str) -> Self {
        let (over, acknowledged) = (Arc::new(AtomicBool::new(false)), Arc::default());
        let clients = (0..CLIENTS).map(|place| {
            let client = Client::member(base, &town.crew.token);
            let production = json!(town.crew.production);
            let (over, acknowledged) = (Arc::clone(&over), Arc::clone(&acknowledged));
            tokio::spawn(book_on(client, production, place, over, acknowledged))
        });
        let clients = clients.collect();
        Self {
            over,
            acknowledged,
            clients,
        }
    }

    fn so_far(&self) -> Vec<String> {
        self.acknowledged.lock().expect("nobody panics").clone()
    }

    async fn until_there_are(&self, count: usize) {
        until("enough bookings", || async {
            (self.so_far().len() >= count).then_some(())
        })
        .await;
    }

    async fn end(self) -> usize {
        self.over.store(true, Ordering::SeqCst);
        for client in self.clients {
            client.await.expect("a storm");
        }
        self.acknowledged.lock().expect("nobody panics").len()
    }
}

async fn book_on(
    client: Client,
    production: Value,
    place: usize,
    over: Arc<AtomicBool>,
    acknowledged: Arc<Mutex<Vec<String>>>,
) {
    while !over.load(Ordering::SeqCst) {
        let lines = [line("CROWD", 1, place), line("CROWD", 2, place + CLIENTS)];
        let body = json!({ "production": production, "lines": lines });
        let booked = client.post("/api/v1/bookings", body).await.expect(201);
        let reference = booked["reference"].as_str().expect("a reference");
        let mut acknowledged = acknowledged.lock().expect("nobody panics");
        acknowledged.push(reference.to_owned());
    }
}

/// A server, a town in it, and a crowd to book from.
async fn open(database: &Database, mail: &Path) -> (Server, Town) {
    let server = Server::start(&database.url, mail).await;
    let store = Store::open(&database.address(), Connections { most: 2 }).expect("a store");
    let town = Town::settle_in(&store, &server.url("")).await;
    town.listing(&store, "CROWD", 1_000_000, OwnRules::default())
        .await;
    (server, town)
}

/// Every booking that was answered before the backup began is in what was restored from it.
async fn is_all_there(town: &Town, url: &str, before: &[String]) {
    let manager = Client::member(url, &town.manager.token);
    for reference in before {
        let path = format!("/api/v1/bookings/{reference}");
        let found = manager.get(&path).await.expect(200);
        assert_eq!(found["lines"].as_array().map(Vec::len), Some(2), "{found}");
    }
    let crew = Client::member(url, &town.crew.token);
    let lines = [line("CROWD", 1, 0)];
    let body = json!({ "production": town.crew.production, "lines": lines });
    crew.post("/api/v1/bookings", body).await.expect(201);
}

/// The drill of SQLite: a backup while bookings go on; the machine is lost; a server on the copy.
#[test]
fn a_backup_of_sqlite_is_restored() {
    let database = Database::fresh(Engine::Sqlite).expect("SQLite is always there");
    patience::run(async {
        let (mail, folder) = (database.folder(), tempfile::tempdir().expect("a folder"));
        let (mut server, town) = open(&database, mail.path()).await;
        let storm = Storm::begin(&town, &server.url(""));
        storm.until_there_are(BEFORE).await;
        let before = storm.so_far();
        let copy = folder.path().join("copy.db");
        run(backlot(&database.url).arg("backup").arg(&copy)).await;
        assert!(
            storm.end().await > before.len(),
            "bookings went on meanwhile"
        );
        server.kill();
        drop(database);

        let url = format!("sqlite://{}", copy.display());
        let said = check(&url).expect("every promise is kept");
        assert!(said.contains("All promises hold"), "{said}");
        let restored = Server::start(&url, mail.path()).await;
        is_all_there(&town, &restored.url(""), &before).await;
        assert!(restored.terminate().await.success());
        check(&url).expect("and it still is");
    });
}

/// The drill of PostgreSQL, with its own tools.
#[test]
fn a_backup_of_postgresql_is_restored() {
    let Some(database) = Database::fresh(Engine::Postgres) else {
        return;
    };
    patience::run(async {
        let (mail, folder) = (database.folder(), tempfile::tempdir().expect("a folder"));
        let (mut server, town) = open(&database, mail.path()).await;
        let storm = Storm::begin(&town, &server.url(""));
        storm.until_there_are(BEFORE).await;
        let before = storm.so_far();
        let file = folder.path().join("backlot.dump");
        let mut dump = Command::new(tool("pg_dump"));
        dump.args(["--format=custom", "--no-owner"]).arg("--file");
        run(dump.arg(&file).arg(&database.url)).await;
        assert!(
            storm.end().await > before.len(),
            "bookings went on meanwhile"
        );
        server.kill();

        let empty = Database::empty_postgres();
        let mut restore = Command::new(tool("pg_restore"));
        restore.args(["--no-owner", "--exit-on-error", "--dbname"]);
        run(restore.arg(&empty.url).arg(&file)).await;
        check(&empty.url).expect("every promise is kept");
        let restored = Server::start(&empty.url, mail.path()).await;
        is_all_there(&town, &restored.url(""), &before).await;
        assert!(restored.terminate().await.success());
    });
}

fn tool(name: &str) -> PathBuf {
    postgres::programs()
        .expect("PostgreSQL is there")
        .join(name)
}

/// Runs a command to its end beside what else goes on.
async fn run(command: &mut Command) {
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = command.spawn().expect("the program starts");
    let ended = tokio::task::spawn_blocking(move || child.wait_with_output());
    let output = ended.await.expect("no panic").expect("it ends");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
}

on_both_engines! {
    /// `check` looks at one listing at a time while bookings, cancellations and holds go on: it must not take what it
    /// sees half way for a broken promise.
    async fn a_check_in_a_storm_cries_no_wolf(database: Database) {
        let mail = database.folder();
        let (server, town) = open(&database, mail.path()).await;
        let storm = Storm::begin(&town, &server.url(""));
        storm.until_there_are(BEFORE).await;
        for _ in 0..5 {
            let url = database.url.clone();
            let checked = tokio::task::spawn_blocking(move || check(&url));
            let said = checked.await.expect("no panic").expect("all promises are kept");
            assert!(said.contains("All promises hold"), "{said}");
        }
        assert!(storm.end().await > BEFORE);
        assert!(server.terminate().await.success());
    }
}

on_both_engines! {
    /// A log for machines: every line is JSON; a request can be followed to its queries and to the letter it caused;
    /// nothing in it opens a door.
    async fn a_log_in_json_follows_a_request_to_its_letter_and_tells_no_secret(database: Database) {
        let mail = database.folder();
        let log = mail.path().join("log");
        let file = std::fs::File::create(&log).expect("a file");
        let folder = mail.path().to_owned();
        let server = Server::start_with(&database.url, move |command| {
            command.env("BACKLOT_MAIL_FOLDER", folder);
            command.env("BACKLOT_LOG", "debug");
            command.env("BACKLOT_LOG_FORMAT", "json");
            command.env("BACKLOT_SLOW_QUERY_MS", "0");
            command.stderr(file);
        })
        .await;
        let store = Store::open(&database.address(), Connections { most: 2 }).expect("a store");
        let town = Town::settle_in(&store, &server.url("")).await;
        town.listing(&store, "A01", 5, OwnRules::default()).await;
        let crew = &town.crew.client;
        let body = json!({
            "production": town.crew.production, "lines": [line("A01", 1, 1)],
            "title": "the secret wedding", "note": "nobody may know of it",
        });
        let named = [("X-Request-Id", "take-7")];
        let booked = crew.send(
            reqwest::Method::POST,
            "/api/v1/bookings",
            Some(body),
            &named,
        );
        let booked = booked.await;
        assert_eq!(booked.headers["x-request-id"], "take-7");
        let booked = booked.expect(201);
        let secrets = doors(&server, &town).await;

        let letters = until("the letter has left", || async {
            let page = town
                .manager
                .client
                .get("/api/v1/letters?state=sent")
                .await
                .expect(200);
            let items = page["items"].as_array().expect("letters").clone();
            let is_about_it = |letter: &Value| letter["request"] == "take-7";
            items.iter().any(is_about_it).then_some(items)
        })
        .await;
        let letter = letters.iter().find(|letter| letter["request"] == "take-7");
        let letter = letter.expect("it is there")["id"]
            .as_str()
            .expect("an id")
            .to_owned();
        assert!(server.terminate().await.success());

        let text = std::fs::read_to_string(&log).expect("a log");
        let lines: Vec<Value> = text
            .lines()
            .map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("no JSON: {line}")))
            .collect();
        assert!(lines.len() > 20, "{}", lines.len());
        let of_request = |line: &&Value| line["span"]["id"] == "take-7";
        assert!(lines.iter().any(|line| of_request(&line)), "{text}");
        let of_letter = |line: &&Value| line["fields"]["letter"] == letter.as_str();
        let told = lines
            .iter()
            .find(of_letter)
            .expect("a line about the letter");
        assert_eq!(told["fields"]["request"], "take-7");
        tells_slow_queries(&lines, &booked);
        for secret in secrets {
            assert!(!text.contains(&secret), "{secret} is in the log");
        }
    }
}

/// Every query is slow for who waits for none: those of the booking are told of, each with its time and for which
/// request, and without anything that was asked for or written.
fn tells_slow_queries(lines: &[Value], booked: &Value) {
    let is_slow = |line: &&Value| line["fields"]["message"] == "a slow query";
    let slow: Vec<&Value> = lines.iter().filter(is_slow).collect();
    let query = |line: &Value| line["fields"]["query"].as_str().expect("text").to_owned();
    for words in [["INSERT INTO", "bookings"], ["FROM", "access_tokens"]] {
        let of_request = slow.iter().find(|line| {
            line["span"]["id"] == "take-7" && words.iter().all(|word| query(line).contains(word))
        });
        let told = of_request.unwrap_or_else(|| panic!("no query {words:?} of the request"));
        assert_eq!(told["level"], "WARN");
        assert!(told["fields"]["milliseconds"].is_u64(), "{told}");
    }
    let values = [
        "the secret wedding",
        "nobody may know of it",
        "crew@example.com",
        booked["reference"].as_str().expect("a reference"),
    ];
    for line in slow {
        let line = line.to_string();
        assert!(!line.contains("binds"), "{line}");
        for value in values {
            assert!(!line.contains(value), "{value}: {line}");
        }
    }
}

/// A replica, or a database somebody has made read-only: what only reads works there, where nothing has to be brought
/// up to date.
#[test]
fn a_database_that_takes_no_writes_can_be_checked_and_exported() {
    let Some(database) = Database::fresh(Engine::Postgres) else {
        return;
    };
    patience::run(async {
        let store = database.store();
        let town = Town::settle_in(&store, "").await;
        town.listing(&store, "A01", 5, OwnRules::default()).await;
        takes_no_writes(&database);
        let refused = database.store().write(sites::probe).await;
        assert!(matches!(refused, Err(StoreError::Unwritable(_))));

        let said = check(&database.url).expect("it is checked");
        assert!(said.contains("1 listings checked"), "{said}");
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("all.csv");
        run(backlot(&database.url).arg("export").arg(&file)).await;
        let exported = std::fs::read_to_string(&file).expect("a file");
        assert!(exported.contains("A01"), "{exported}");
        run(backlot(&database.url).arg("migrate")).await;
    });
}

on_both_engines! {
    /// What SIZING says may go to an archive may: nothing is missed, and what is left can be read.
    async fn old_letters_and_history_can_go(database: Database) {
        let app = TestApp::on(database).await;
        let town = Town::settle(&app).await;
        town.set(&app, "A01").await;
        let booked = town.crew.book(&["A01 tue 09:00-12:00"]).await.expect(201);
        let path = format!("/api/v1/bookings/{}", booked["id"].as_str().expect("an id"));
        let cancelled = town.crew.client.post(&format!("{path}/cancellation"), json!({})).await;
        cancelled.expect(200);
        let lines = town.crew.basket(&["A01 wed 09:00-12:00"])["lines"].clone();
        let daily = json!({
            "production": town.crew.production, "lines": lines,
            "recurrence": { "rule": "FREQ=DAILY;COUNT=3", "on_clash": "refuse" },
        });
        town.crew.client.post("/api/v1/bookings", daily).await.expect(201);
        let all = app.letters().await.len();
        // Of the booking its first letter stays, and the one of the series.
        let sizing = include_str!("../benches/SIZING.md");
        let (_, order) = sizing.split_once("```sql\n").expect("the order");
        let (order, _) = order.split_once("```").expect("its end");
        let later = order.replace("2027", "2031");
        let mut conn = Conn::open(&app.database.address(), Use::Write).expect("a connection");
        conn.batch_execute(&later).expect("they go");
        let left = town.manager.client.get("/api/v1/letters").await.expect(200);
        let left = left["items"].as_array().expect("letters").len();
        assert_eq!((all, left), (3, 2));
        assert_eq!(app.broken_promises().await, Vec::<String>::new());
        town.crew.client.get(&path).await.expect(200);
        town.crew.client.get(&format!("{path}/history")).await.expect(200);
    }
}

fn takes_no_writes(database: &Database) {
    let name = database.url.rsplit('/').next().expect("a name");
    let order = format!("ALTER DATABASE {name} SET default_transaction_read_only = on");
    postgres::cluster().expect("it is there").tell(&order);
}

/// What a pooler hands on may hold a lock nobody waits for any more. Where the schema is up to date nobody asks for one.
#[test]
fn a_lock_that_is_left_behind_keeps_no_server_from_starting() {
    let Some(database) = Database::fresh(Engine::Postgres) else {
        return;
    };
    patience::run(async {
        let mut left_behind = Conn::open(&database.address(), Use::Write).expect("a connection");
        // The lock of migrations, as a session holds it.
        left_behind
            .batch_execute("SELECT pg_advisory_lock(12239111)")
            .expect("locked");
        let mail = database.folder();
        let server = Server::start(&database.url, mail.path()).await;
        assert!(server.terminate().await.success());
    });
}

/// Goes through every door, well and badly; gives what would open one.
async fn doors(server: &Server, town: &Town) -> Vec<String> {
    let stranger = Client::stranger(server.url(""));
    let guess = json!({ "email": "crew@example.com", "password": "hunter-22-guess" });
    stranger.post("/api/v1/sessions", guess).await.expect(401);
    let crew = &town.crew.client;
    let made = crew
        .post("/api/v1/me/tokens", json!({ "name": "script" }))
        .await;
    let token = made.expect(201)["secret"]
        .as_str()
        .expect("a secret")
        .to_owned();
    let scripted = Client::member(server.url(""), &token);
    scripted.get("/api/v1/me").await.expect(200);
    let password = json!({ "password": "correct horse battery" });
    let set = crew.send(reqwest::Method::PATCH, "/api/v1/me", Some(password), &[]);
    set.await.expect(200);
    let sign_in = json!({ "email": "crew@example.com", "password": "correct horse battery" });
    let session = stranger.post("/api/v1/sessions", sign_in).await;
    let cookie = session.headers["set-cookie"]
        .to_str()
        .expect("text")
        .to_owned();
    session.expect(201);
    let cookie = cookie.split(['=', ';']).nth(1).expect("a value").to_owned();
    let body = json!({ "scope": "member" });
    let feed = crew.post("/api/v1/feeds", body).await.expect(201);
    let url = feed["url"].as_str().expect("an address").to_owned();
    let path = url.trim_start_matches(&server.url("")).to_owned();
    let read = stranger.get(&path).await;
    assert_eq!(read.status, 200, "{path}");
    let file = path.rsplit('/').next().expect("a file");
    let secrets = vec![
        "hunter-22-guess".to_owned(),
        "correct horse battery".to_owned(),
        token,
        cookie,
        town.crew.token.clone(),
        town.manager.token.clone(),
        file.trim_end_matches(".ics").to_owned(),
    ];
    assert!(
        secrets.iter().all(|secret| secret.len() >= 10),
        "{secrets:?}"
    );
    secrets
}
