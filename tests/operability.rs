//! What an operator relies on: a backup that can be restored, a check that does not cry wolf, a log that can be read
//! by a machine and given away.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use backlot::domain::policy::OwnRules;
use backlot::store::{Connections, Store};
use serde_json::{Value, json};

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

/// A log for machines: every line is JSON; a request can be followed to the letter it caused; nothing in it opens a door.
#[test]
fn a_log_in_json_follows_a_request_to_its_letter_and_tells_no_secret() {
    let database = Database::fresh(Engine::Sqlite).expect("SQLite is always there");
    patience::run(async {
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
        let body = json!({ "production": town.crew.production, "lines": [line("A01", 1, 1)] });
        let named = [("X-Request-Id", "take-7")];
        let booked = crew.send(
            reqwest::Method::POST,
            "/api/v1/bookings",
            Some(body),
            &named,
        );
        let booked = booked.await;
        assert_eq!(booked.headers["x-request-id"], "take-7");
        booked.expect(201);
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
        for secret in secrets {
            assert!(!text.contains(&secret), "{secret} is in the log");
        }
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
