//! The disk takes its time. What is asked waits for it no longer than anybody does; what is read does not notice.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use backlot::clock::Clock;
use backlot::domain::policy::OwnRules;
use backlot::store::{Connections, Store, StoreError};
use diesel::connection::SimpleConnection;
use reqwest::Method;
use serde_json::json;

use super::told_to_come_back;
use crate::support::app::{TestApp, monday_morning};
use crate::support::arena::line;
use crate::support::client::Answer;
use crate::support::database::{Database, Engine, missing};
use crate::support::make::{Person, Town};
use crate::support::patience::{self, until};
use crate::support::process::{Server, check};

/// What is read while the disk hangs is there well within this.
const AT_ONCE: Duration = Duration::from_secs(3);

/// A write that does not end, as on a disk that does not, and those behind it: each is told so when the time for an
/// answer is over. What was asked for may be stored all the same; asked again under its key it is there once.
#[test]
fn who_waits_for_a_slow_write_in_vain_is_told_so() {
    const LONGEST_ANSWER: Duration = Duration::from_secs(1);
    let database = Database::fresh(Engine::Sqlite).expect("SQLite is always there");
    patience::run(async {
        let app = TestApp::with(database, Clock::fixed(monday_morning()), |config| {
            config.patience.answer = LONGEST_ANSWER;
        })
        .await;
        let town = Town::settle(&app).await;
        town.pool(&app, "POOL", 1_000).await;
        let (let_go, until_then) = channel::<()>();
        let until_then = Mutex::new(until_then);
        let (begun, has_begun) = tokio::sync::oneshot::channel();
        let begun = Mutex::new(Some(begun));
        let store = app.app.store.clone();
        let slow = tokio::spawn(async move {
            let written = store.write(move |_| {
                let begun = begun.lock().expect("nobody panics").take();
                begun.expect("it is tried once").send(()).ok();
                until_then.lock().expect("nobody panics").recv().ok();
                Ok::<_, StoreError>(())
            });
            written.await
        });
        has_begun.await.expect("it begins");
        let crew = &town.crew;
        let book = || async {
            let key = [("Idempotency-Key", "scene-7")];
            let order = Some(crew.basket(&["POOL tue 09:00-12:00"]));
            crew.client
                .send(Method::POST, "/api/v1/bookings", order, &key)
                .await
        };
        let began = Instant::now();
        let refused = book().await;
        assert!(began.elapsed() >= LONGEST_ANSWER, "{:?}", began.elapsed());
        told_to_come_back(refused, "took_too_long", "5");
        let began = Instant::now();
        crew.client.get("/api/v1/bookings").await.expect(200);
        assert!(began.elapsed() < AT_ONCE, "reads do not wait");
        let_go.send(()).expect("it waits for this");
        slow.await.expect("no panic").expect("written");
        book().await.expect(201);
        let booked = crew.client.get("/api/v1/bookings").await.expect(200);
        assert_eq!(booked["items"].as_array().map(Vec::len), Some(1));
        assert_eq!(app.letters().await.len(), 1);
        assert_eq!(app.broken_promises().await, Vec::<String>::new());
    });
}

/// Makes the C of this folder into what a process can be started with; nothing where there is no compiler.
fn slow_disk(folder: &Path) -> Option<PathBuf> {
    let library = folder.join("slow_disk.so");
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/faults/slow_disk.c");
    let mut compiler = Command::new("cc");
    compiler.args(["-shared", "-fPIC", "-o"]).arg(&library);
    let made = compiler.args([source, "-ldl"]).status().ok()?;
    assert!(made.success(), "{source} is no C");
    Some(library)
}

/// No answer at all, or one that says to come back.
#[track_caller]
fn not_acknowledged(answer: Option<Answer>) {
    assert!(answer.is_none_or(|answer| answer.status == 503));
}

/// Every write of the system's own waits, as on a disk that hangs. It is waited for, and the server can be ended all
/// the same: what it had not answered is as after a power cut.
#[test]
fn a_disk_that_hangs_is_waited_for_and_keeps_no_server_from_its_end() {
    let database = Database::fresh(Engine::Sqlite).expect("SQLite is always there");
    patience::run(async {
        let folder = database.folder();
        let Some(library) = slow_disk(folder.path()) else {
            return missing("a C compiler (Debian package `gcc`)");
        };
        let (hangs, waits) = (
            folder.path().join("hangs"),
            folder.path().join("hangs.waits"),
        );
        let server = Server::start_with(&database.url, |command| {
            command.env("BACKLOT_MAIL_FOLDER", folder.path());
            command.env("BACKLOT_FAREWELL_SECONDS", "2");
            command.env("LD_PRELOAD", &library).env("SLOW_DISK", &hangs);
        })
        .await;
        let store = Store::open(&database.address(), Connections { most: 2 }).expect("a store");
        let town = Town::settle_in(&store, &server.url("")).await;
        town.listing(&store, "POOL", 1_000, OwnRules::default())
            .await;
        drop(store);
        let crew = town.crew.clone();
        let book = |who: Person| async move {
            let order = json!({ "production": who.production, "lines": [line("POOL", 1, 1)] });
            who.client.try_post("/api/v1/bookings", order).await
        };
        let first = book(crew.clone()).await.expect("an answer").expect(201);

        File::create(&hangs).expect("a file");
        let slow = tokio::spawn(book(crew.clone()));
        until("a write that hangs", || async {
            waits.exists().then_some(())
        })
        .await;
        let began = Instant::now();
        let path = format!("/api/v1/bookings/{}", first["id"].as_str().expect("an id"));
        crew.client.get(&path).await.expect(200);
        assert_eq!(crew.client.get("/readyz").await.status, 200);
        assert!(began.elapsed() < AT_ONCE, "reads do not wait");
        assert!(!slow.is_finished(), "the disk writes");
        std::fs::remove_file(&hangs).expect("there it is");
        let second = slow.await.expect("no panic").expect("an answer");
        second.expect(201);

        std::fs::remove_file(&waits).expect("somebody waited");
        File::create(&hangs).expect("a file");
        let never = tokio::spawn(book(crew.clone()));
        until("a write that hangs", || async {
            waits.exists().then_some(())
        })
        .await;
        assert!(server.terminate().await.success(), "it ends");
        not_acknowledged(never.await.expect("no panic"));
        std::fs::remove_file(&hangs).expect("there it is");
        check(&database.url).expect("every promise is kept");
    });
}

/// A statement that PostgreSQL does not end, as on a disk of its own that hangs.
const HANG: &str = "CREATE FUNCTION hang() RETURNS trigger LANGUAGE plpgsql AS \
    $$ BEGIN PERFORM pg_sleep(600); RETURN NEW; END $$; \
    CREATE TRIGGER hangs BEFORE INSERT ON bookings FOR EACH ROW EXECUTE FUNCTION hang()";

/// The thread that waits for PostgreSQL cannot be told to stop, and keeps no server from its end either.
#[test]
fn a_postgresql_that_hangs_keeps_no_server_from_its_end() {
    let Some(database) = Database::fresh(Engine::Postgres) else {
        return;
    };
    patience::run(async {
        let mail = database.folder();
        let server = Server::start_with(&database.url, |command| {
            command.env("BACKLOT_MAIL_FOLDER", mail.path());
            command.env("BACKLOT_FAREWELL_SECONDS", "1");
            command.env("BACKLOT_CONNECTIONS", "1");
        })
        .await;
        let store = Store::open(&database.address(), Connections { most: 2 }).expect("a store");
        let town = Town::settle_in(&store, &server.url("")).await;
        town.listing(&store, "POOL", 1_000, OwnRules::default())
            .await;
        let hung = store.write(|conn| conn.batch_execute(HANG).map_err(StoreError::from));
        hung.await.expect("a trigger");
        let crew = town.crew.clone();
        let never = tokio::spawn(async move {
            let order = json!({ "production": crew.production, "lines": [line("POOL", 1, 1)] });
            crew.client.try_post("/api/v1/bookings", order).await
        });
        until("the one connection hangs", || async {
            (town.crew.client.get("/api/v1/me").await.status == 503).then_some(())
        })
        .await;
        assert!(server.terminate().await.success(), "it ends");
        not_acknowledged(never.await.expect("no panic"));
    });
}
