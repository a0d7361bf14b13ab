//! The database fails in every way it can, on both engines.

use std::fs::File;
use std::path::Path;
use std::process::Command;
use std::sync::Mutex;
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use backlot::clock::Clock;
use backlot::domain::policy::OwnRules;
use backlot::store::{Conn, Connections, Store, StoreError, Use};
use diesel::connection::SimpleConnection;
use serde_json::json;

use super::told_to_come_back;
use crate::support::app::{TestApp, monday_morning};
use crate::support::arena::line;
use crate::support::client::{Answer, Client};
use crate::support::database::{Database, Engine, on_both_engines};
use crate::support::make::{Person, Town};
use crate::support::patience::{self, until};
use crate::support::process::{Server, check};

/// Longer than anybody waits for a desk that cannot answer. Each wait inside ends after 5 s: for a connection to learn
/// who asks, for one to write, for the lock.
const LONGEST_REFUSAL: Duration = Duration::from_secs(20);

/// Does as an administrator of PostgreSQL says, from outside of the database.
fn administer(order: &str) {
    let cluster = crate::support::postgres::cluster();
    cluster.expect("there is PostgreSQL").tell(order);
}

/// Does something to the connection that the server itself writes through.
async fn tell_writer(app: &TestApp, order: String) {
    let told = app
        .app
        .store
        .write(move |conn| conn.batch_execute(&order).map_err(StoreError::from));
    told.await.expect("it is done");
}

async fn ready(app: &TestApp) -> u16 {
    Client::stranger(app.url(""))
        .get("/readyz")
        .await
        .status
        .as_u16()
}

/// How many bookings a member sees.
pub(super) async fn booked(who: &Person) -> usize {
    let page = who
        .client
        .get("/api/v1/bookings?limit=200")
        .await
        .expect(200);
    page["items"].as_array().expect("bookings").len()
}

/// While the fault lasts nothing can be stored, and everything read; afterwards all is as before.
struct Refused<'a> {
    app: &'a TestApp,
    town: &'a Town,
}

impl Refused<'_> {
    async fn is_told(&self) {
        for _ in 0..3 {
            let refused = self.town.crew.book(&["POOL tue 09:00-12:00"]).await;
            told_to_come_back(refused, "unwritable", "30");
        }
        assert_eq!(
            booked(&self.town.crew).await,
            1,
            "what is there can be read"
        );
        assert_eq!(ready(self.app).await, 503, "and the server says so");
    }

    async fn is_over(&self) {
        assert_eq!(ready(self.app).await, 200, "it finds out by itself");
        self.town
            .crew
            .book(&["POOL tue 09:00-12:00"])
            .await
            .expect(201);
        assert_eq!(booked(&self.town.crew).await, 2);
        assert_eq!(self.app.letters().await.len(), 2);
        assert_eq!(self.app.broken_promises().await, Vec::<String>::new());
    }
}

pub(super) async fn town_with_a_booking(app: &TestApp) -> Town {
    let town = Town::settle(app).await;
    town.pool(app, "POOL", 1_000).await;
    town.crew.book(&["POOL tue 09:00-12:00"]).await.expect(201);
    town
}

/// SQLite's own limit: its file may not grow any more, and it says so as it does when the disk is full.
#[test]
fn a_full_disk_refuses_writes_and_nothing_else() {
    patience::run(async {
        let app = TestApp::start().await;
        let town = town_with_a_booking(&app).await;
        let refused = Refused {
            app: &app,
            town: &town,
        };
        // Fills what room there is inside the file, so that the next page must be a new one.
        tell_writer(
            &app,
            "CREATE TABLE filler (text TEXT); PRAGMA max_page_count = 1;".to_owned(),
        )
        .await;
        let page = "x".repeat(3_000);
        let fill = format!("INSERT INTO filler VALUES ('{page}')");
        for _ in 0..10_000 {
            let order = fill.clone();
            let filled = app
                .app
                .store
                .write(move |conn| conn.batch_execute(&order).map_err(StoreError::from));
            if filled.await.is_err() {
                break;
            }
        }
        // A booking fits into pages that are half full for a while.
        let mut in_vain = 0;
        for _ in 0..500 {
            let answer = town.rival.book(&["POOL wed 09:00-12:00"]).await;
            in_vain = if answer.status == 503 { in_vain + 1 } else { 0 };
            if in_vain == 8 {
                break;
            }
        }
        assert_eq!(in_vain, 8, "there is room without end");
        refused.is_told().await;
        tell_writer(&app, "PRAGMA max_page_count = 1000000".to_owned()).await;
        let letters_of_rival = app.letters().await.len();
        assert!(letters_of_rival >= 1);
        assert_eq!(ready(&app).await, 200);
        town.crew.book(&["POOL tue 09:00-12:00"]).await.expect(201);
        assert_eq!(booked(&town.crew).await, 2);
        assert_eq!(app.broken_promises().await, Vec::<String>::new());
    });
}

/// Nobody may write any more: SQLite's connection, or the whole database of PostgreSQL, as after a failover.
async fn make_read_only(app: &TestApp) {
    if app.database.engine == Engine::Sqlite {
        tell_writer(app, "PRAGMA query_only = ON".to_owned()).await;
        return;
    }
    let name = name_of(&app.database);
    administer(&format!(
        "ALTER DATABASE {name} SET default_transaction_read_only = on"
    ));
    throw_out(&name);
}

fn make_writable(app: &TestApp) {
    let name = name_of(&app.database);
    administer(&format!(
        "ALTER DATABASE {name} SET default_transaction_read_only = off"
    ));
    throw_out(&name);
}

pub(super) fn name_of(database: &Database) -> String {
    let name = database.url.rsplit('/').next();
    name.expect("a URL ends with the database").to_owned()
}

/// Ends every connection to a database of PostgreSQL.
pub(super) fn throw_out(name: &str) {
    administer(&format!(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
    ));
}

/// A new connection each time, so that one which PostgreSQL has thrown out is not what is tried.
async fn come_back(who: &Person) -> Answer {
    who.client.get("/api/v1/me").await
}

on_both_engines! {
    async fn a_read_only_database_can_be_read(database: Database) {
        let app = TestApp::on(database).await;
        let town = town_with_a_booking(&app).await;
        let refused = Refused { app: &app, town: &town };
        make_read_only(&app).await;
        until("the lines are new", || async { (come_back(&town.crew).await.status == 200).then_some(()) }).await;
        refused.is_told().await;
        if app.database.engine == Engine::Sqlite {
            // Its one writer was made so, and begins nothing any more by which it could be made otherwise.
            return;
        }
        make_writable(&app);
        until("the lines are new", || async { (come_back(&town.crew).await.status == 200).then_some(()) }).await;
        refused.is_over().await;
    }

    /// Somebody else (a backup tool, another server that died with it in hand) holds the lock for a long time.
    async fn who_waits_for_a_lock_in_vain_is_told_so(database: Database) {
        let app = TestApp::on(database).await;
        let town = town_with_a_booking(&app).await;
        let mut other = Conn::open(&app.database.address(), Use::Write).expect("a connection");
        let take = if other.is_sqlite() { "BEGIN IMMEDIATE" } else { "BEGIN; SELECT id FROM listings FOR UPDATE" };
        other.batch_execute(take).expect("the lock");
        let began = Instant::now();
        let asked = (0..12).map(|_| {
            let crew = town.crew.clone();
            tokio::spawn(async move {
                let answer = crew.book(&["POOL tue 09:00-12:00"]).await;
                (answer, began.elapsed())
            })
        });
        let asked: Vec<_> = asked.collect();
        if app.database.engine == Engine::Sqlite {
            assert_eq!(booked(&town.crew).await, 1, "reads do not wait");
            assert!(began.elapsed() < Duration::from_secs(3));
        }
        for asked in asked {
            let (answer, took) = asked.await.expect("no panic");
            told_to_come_back(answer, "busy", "1");
            assert!(took < LONGEST_REFUSAL, "{took:?}");
        }
        other.batch_execute("ROLLBACK").expect("let go");
        town.crew.book(&["POOL tue 09:00-12:00"]).await.expect(201);
        assert_eq!(booked(&town.crew).await, 2, "what was refused was not stored");
        assert_eq!(app.letters().await.len(), 2);
    }

    async fn with_every_connection_taken_nobody_waits_for_ever(database: Database) {
        let app = TestApp::with(database, Clock::fixed(monday_morning()), |config| config.connections = 2).await;
        let town = town_with_a_booking(&app).await;
        let mut held = Vec::new();
        for _ in 0..2 {
            let (let_go, until) = channel::<()>();
            let until = Mutex::new(until);
            let (begun, has_begun) = tokio::sync::oneshot::channel();
            let store = app.app.store.clone();
            let held_one = tokio::spawn(async move {
                let read = store.read(move |_| {
                    begun.send(()).expect("somebody waits for it");
                    until.lock().expect("nobody panics").recv().ok();
                    Ok::<_, StoreError>(())
                });
                read.await
            });
            has_begun.await.expect("it begins");
            held.push((held_one, let_go));
        }
        let began = Instant::now();
        told_to_come_back(town.crew.client.get("/api/v1/me").await, "busy", "1");
        assert!(began.elapsed() < Duration::from_secs(8), "{:?}", began.elapsed());
        for (held, let_go) in held {
            let_go.send(()).expect("it waits for this");
            held.await.expect("no panic").expect("a read");
        }
        town.crew.client.get("/api/v1/me").await.expect(200);
    }
}

/// PostgreSQL cuts every line and takes no new ones; then it does again.
#[test]
fn a_database_that_goes_and_comes_back_is_used_again() {
    let Some(database) = Database::fresh(Engine::Postgres) else {
        return;
    };
    patience::run(async {
        let app = TestApp::on(database).await;
        let town = town_with_a_booking(&app).await;
        let name = name_of(&app.database);
        administer(&format!("ALTER DATABASE {name} ALLOW_CONNECTIONS false"));
        throw_out(&name);
        for _ in 0..5 {
            let refused = town.crew.book(&["POOL tue 09:00-12:00"]).await;
            told_to_come_back(refused, "busy", "1");
        }
        assert_eq!(ready(&app).await, 503);
        administer(&format!("ALTER DATABASE {name} ALLOW_CONNECTIONS true"));
        assert_eq!(ready(&app).await, 200, "at the first look");
        town.crew.book(&["POOL tue 09:00-12:00"]).await.expect(201);
        assert_eq!(booked(&town.crew).await, 2);
        assert_eq!(app.letters().await.len(), 2);
        assert_eq!(app.broken_promises().await, Vec::<String>::new());
    });
}

/// One cut line is one answer "come back": the other lines that were cut with it are not met one by one.
#[test]
fn a_restart_of_the_database_costs_one_answer() {
    let Some(database) = Database::fresh(Engine::Postgres) else {
        return;
    };
    patience::run(async {
        let app = TestApp::on(database).await;
        let town = town_with_a_booking(&app).await;
        // Several lines are open and at rest.
        let many = (0..8).map(|_| town.crew.client.get("/api/v1/me"));
        for answer in futures_util::future::join_all(many).await {
            answer.expect(200);
        }
        let name = name_of(&app.database);
        throw_out(&name);
        let mut refused = 0;
        for _ in 0..12 {
            let answer = town.crew.client.get("/api/v1/me").await;
            refused += usize::from(answer.status != 200);
        }
        assert!(refused <= 1, "{refused} of 12 were refused");
    });
}

/// The system itself refuses to write beyond a point, as it does on a disk that is full or failing. The log lies
/// there too.
#[test]
fn a_disk_that_fails_loses_nothing() {
    let database = Database::fresh(Engine::Sqlite).expect("SQLite is always there");
    patience::run(async {
        let mail = database.folder();
        let server =
            Server::start_under("env", &["--ignore-signal=XFSZ"], &database.url, |command| {
                command.env("BACKLOT_MAIL_FOLDER", mail.path());
                command.stderr(long_file(&mail.path().join("log")));
            })
            .await;
        let store = Store::open(&database.address(), Connections { most: 2 }).expect("a store");
        let town = Town::settle_in(&store, &server.url("")).await;
        town.listing(&store, "POOL", 100_000, OwnRules::default())
            .await;
        drop(store);
        let book = async |client: &Client| {
            let body = json!({ "production": town.crew.production, "lines": [line("POOL", 1, 1)] });
            client.post("/api/v1/bookings", body).await
        };
        let crew = &town.crew.client;
        let first = book(crew).await.expect(201);
        limit_files(&server, "4096");
        told_to_come_back(book(crew).await, "unwritable", "30");
        let path = format!("/api/v1/bookings/{}", first["id"].as_str().expect("an id"));
        crew.get(&path).await.expect(200);
        assert_eq!(crew.get("/readyz").await.status, 503);
        limit_files(&server, "unlimited");
        assert_eq!(crew.get("/readyz").await.status, 200);
        book(crew).await.expect(201);
        assert_eq!(booked(&town.crew).await, 2);
        check(&database.url).expect("every promise is kept");
        assert!(server.terminate().await.success());
    });
}

/// A file to be written on from beyond where [`limit_files`] lets anybody write.
fn long_file(path: &Path) -> File {
    std::fs::write(path, [b'-'; 8_192]).expect("a file");
    File::options().append(true).open(path).expect("the file")
}

/// From now on the system lets a process write files up to so many bytes.
fn limit_files(server: &Server, bytes: &str) {
    let id = server.process_id().to_string();
    let limited = Command::new("prlimit")
        .args(["--pid", &id, &format!("--fsize={bytes}:")])
        .status();
    assert!(limited.expect("prlimit").success());
}
