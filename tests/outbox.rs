//! The outbox against a real mail server and through every trouble it makes: bookings never wait for it,
//! nothing is lost, nothing comes twice, each booking's letters come in order.

use std::collections::BTreeSet;
use std::time::Duration;

use backlot::clock::Clock;
use backlot::config::{Mail, Security, Smtp};
use backlot::domain::notice::LetterState;
use backlot::domain::policy::OwnRules;
use backlot::jobs::send_mail::{Sent, send_due};
use backlot::store::letters;
use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::support::app::{TestApp, monday_morning};
use crate::support::database::{Database, Engine, on_both_engines};
use crate::support::make::Town;
use crate::support::patience::{self, until};
use crate::support::process::Server;
use crate::support::smtp::{ReceivedLetter, SmtpServer};

/// A town whose letters go to a mail server.
async fn town_with_post(database: Database, post: &SmtpServer) -> (TestApp, Town) {
    let port = post.address().port();
    let clock = Clock::fixed(monday_morning());
    let app = TestApp::with(database, clock, move |config| {
        config.mail = Mail::Smtp(Smtp {
            host: "localhost".to_owned(),
            port,
            security: Security::None,
            credentials: None,
        });
    })
    .await;
    let town = Town::settle(&app).await;
    town.pool(&app, "POOL", 100).await;
    (app, town)
}

async fn send(app: &TestApp) -> Sent {
    send_due(&app.app).await.expect("the outbox is read")
}

/// Books, changes and cancels: three letters about one booking.
async fn life_of_a_booking(town: &Town) -> Value {
    let booked = town.crew.book(&["POOL tue 09:00-12:00"]).await.expect(201);
    let path = format!("/api/v1/bookings/{}", booked["id"].as_str().expect("an id"));
    let body = json!({ "title": "renamed" });
    town.crew.client.patch(&path, 1, body).await.expect(200);
    let cancel = format!("{path}/cancellation");
    town.crew.client.post(&cancel, json!({})).await.expect(200)
}

/// First word of the subject of each letter, in the order they came.
fn stories(letters: &[ReceivedLetter]) -> Vec<String> {
    let subject = |letter: &ReceivedLetter| letter.header("Subject").unwrap_or_default();
    letters
        .iter()
        .map(|letter| {
            let subject = subject(letter);
            subject
                .split_whitespace()
                .next()
                .unwrap_or_default()
                .to_owned()
        })
        .collect()
}

fn message_ids(letters: &[ReceivedLetter]) -> Vec<String> {
    letters
        .iter()
        .map(|letter| letter.header("Message-ID").expect("an id"))
        .collect()
}

on_both_engines! {
    /// The post is down: bookings are made as ever. When it is back each letter comes once, in order.
    async fn a_post_that_is_down_loses_nothing(database: Database) {
        let mut post = SmtpServer::start();
        let (app, town) = town_with_post(database, &post).await;
        post.stop();
        for _ in 0..3 {
            life_of_a_booking(&town).await;
        }
        let sent = send(&app).await;
        assert_eq!(sent, Sent { letters: 0, post_is_down: true });
        life_of_a_booking(&town).await;
        post.restart();
        // One pause for all, not one for each letter: as soon as the post is back all is due.
        let sent = send(&app).await;
        assert_eq!(sent.letters, 12);
        let letters = post.wait_for(12);
        let ids: BTreeSet<String> = message_ids(&letters).into_iter().collect();
        assert_eq!(ids.len(), 12, "each once");
        for_each_booking(&letters, |story| assert_eq!(story, ["Confirmed", "Changed", "Cancelled"]));
        assert_eq!(send(&app).await, Sent::default(), "nothing is left");
    }

    /// The first letter of a booking is put off: the second waits for it, those of others do not.
    async fn letters_of_a_booking_stay_in_order(database: Database) {
        let mut post = SmtpServer::start();
        let (app, town) = town_with_post(database, &post).await;
        post.refuse("crew@example.com", "451 try later");
        life_of_a_booking(&town).await;
        town.rival.book(&["POOL wed 09:00-12:00"]).await.expect(201);
        assert_eq!(send(&app).await.letters, 1);
        assert_eq!(post.wait_for(1)[0].to, ["rival@example.com"]);
        post.behave();
        assert_eq!(send(&app).await.letters, 0, "not before its pause is over");
        app.app.clock.advance(TimeDelta::minutes(1));
        assert_eq!(send(&app).await.letters, 3);
        let letters = post.wait_for(4);
        assert_eq!(stories(&letters[1..]), ["Confirmed", "Changed", "Cancelled"]);
    }

    /// The server took a letter and cut the line before it said so: it comes again, under the same id.
    async fn a_letter_sent_again_has_the_same_id(database: Database) {
        let mut post = SmtpServer::start();
        let (app, town) = town_with_post(database, &post).await;
        town.crew.book(&["POOL tue 09:00-12:00"]).await.expect(201);
        post.swallow("crew@example.com");
        let lost = send(&app).await;
        assert_eq!(lost.letters, 0);
        post.behave();
        app.app.clock.advance(TimeDelta::minutes(2));
        assert_eq!(send(&app).await.letters, 1);
        let ids = message_ids(&post.wait_for(2));
        assert_eq!(ids[0], ids[1]);
    }

    /// Refused for good: given up at once, seen by a manager, sent again by hand.
    async fn a_manager_sends_again_what_was_given_up(database: Database) {
        let mut post = SmtpServer::start();
        let (app, town) = town_with_post(database, &post).await;
        post.refuse("crew@example.com", "550 no such user");
        town.crew.book(&["POOL tue 09:00-12:00"]).await.expect(201);
        assert_eq!(send(&app).await, Sent::default());
        let manager = &town.manager.client;
        let given_up = manager.get("/api/v1/letters?state=given_up").await.expect(200);
        let letter = &given_up["items"][0];
        assert!(letter["last_error"].as_str().expect("words").contains("no such user"));
        post.behave();
        app.app.clock.advance(TimeDelta::days(1));
        assert_eq!(send(&app).await.letters, 0, "nothing is tried again by itself");
        let path = format!("/api/v1/letters/{}/resending", letter["id"].as_str().expect("an id"));
        let waiting = manager.post(&path, json!({})).await.expect(200);
        assert_eq!(waiting["state"], "waiting");
        assert_eq!(send(&app).await.letters, 1);
        post.wait_for(1);
        assert_eq!(manager.post(&path, json!({})).await.problem(409), "state_conflict");
    }
}

/// The letters of each booking, in the order they came.
fn for_each_booking(letters: &[ReceivedLetter], check: impl Fn(Vec<String>)) {
    let reference = |letter: &ReceivedLetter| {
        let subject = letter.header("Subject").expect("a subject");
        let at = subject.find("BK-").expect("a reference");
        subject[at..at + 9].to_owned()
    };
    let references: BTreeSet<String> = letters.iter().map(reference).collect();
    for one in references {
        let of_booking: Vec<ReceivedLetter> = letters
            .iter()
            .filter(|letter| reference(letter) == one)
            .cloned()
            .collect();
        check(stories(&of_booking));
    }
}

/// Put off again and again, it is given up after two days or so, and not before.
#[test]
fn what_is_put_off_too_often_is_given_up() {
    patience::run(async {
        let mut post = SmtpServer::start();
        let database = Database::fresh(Engine::Sqlite).expect("SQLite is always there");
        let (app, town) = town_with_post(database, &post).await;
        post.refuse("crew@example.com", "451 try later");
        town.crew.book(&["POOL tue 09:00-12:00"]).await.expect(201);
        let mut tries = 0;
        for hours in 0..72 {
            send(&app).await;
            let letter = app
                .app
                .store
                .read(|conn| letters::list(conn, None, None, 1))
                .await
                .expect("letters")
                .remove(0);
            if letter.state() == LetterState::GivenUp {
                assert!(hours > 24, "given up after {hours} hours");
                assert_eq!(letter.attempts, 11);
                return;
            }
            tries = letter.attempts;
            app.app.clock.advance(TimeDelta::hours(1));
        }
        panic!("still tried after three days, {tries} times");
    });
}

/// A server that never answers keeps nobody who books waiting.
#[test]
fn a_post_that_hangs_keeps_no_booking_waiting() {
    patience::run(async {
        let mut post = SmtpServer::start();
        post.greet_nobody();
        let database = Database::fresh(Engine::Sqlite).expect("SQLite is always there");
        let (app, town) = town_with_post(database, &post).await;
        town.crew.book(&["POOL tue 09:00-12:00"]).await.expect(201);
        let sending = tokio::spawn({
            let app = app.app.clone();
            async move { send_due(&app).await }
        });
        for _ in 0..50 {
            town.crew.book(&["POOL wed 09:00-12:00"]).await.expect(201);
        }
        assert!(!sending.is_finished(), "the post hangs all the while");
        sending.abort();
    });
}

/// Two servers on one database run the same job: each letter goes once.
#[test]
fn two_servers_send_each_letter_once() {
    patience::run(async {
        let Some(database) = Database::fresh(Engine::Postgres) else {
            return;
        };
        let post = SmtpServer::start();
        let port = post.address().port().to_string();
        let mut servers = Vec::new();
        for _ in 0..2 {
            let port = port.clone();
            let server = Server::start_with(&database.url, move |command| {
                command
                    .env("BACKLOT_MAIL", "smtp")
                    .env("BACKLOT_SMTP_SECURITY", "none");
                command
                    .env("BACKLOT_SMTP_HOST", "localhost")
                    .env("BACKLOT_SMTP_PORT", port);
            })
            .await;
            servers.push(server);
        }
        let store = database.store();
        let town = Town::settle_in(&store, &servers[0].url("")).await;
        town.listing(&store, "POOL", 1_000, OwnRules::default())
            .await;
        let at = |server: &Server| town.crew.client.at(server.url(""));
        let (one, other) = (at(&servers[0]), at(&servers[1]));
        for _ in 0..60 {
            let body = town.crew.basket(&[]);
            let (one, other) = (book_soon(&one, &body), book_soon(&other, &body));
            tokio::join!(one, other);
        }
        let letters = until("every letter", || async {
            let letters = post.letters();
            (letters.len() >= 121).then_some(letters)
        })
        .await;
        patience::pause(Duration::from_secs(1)).await;
        let ids: BTreeSet<String> = message_ids(&post.letters()).into_iter().collect();
        assert_eq!(ids.len(), letters.len(), "each letter has its own id");
        assert_eq!(
            post.letters().len(),
            121,
            "60 each, and the first manager's way in"
        );
    });
}

/// Books the pool for two hours of the day after tomorrow.
#[expect(
    clippy::disallowed_methods,
    reason = "the servers ask the real clock too"
)]
async fn book_soon(client: &crate::support::client::Client, body: &Value) {
    let day = (chrono::Utc::now() + TimeDelta::days(2)).date_naive();
    let mut body = body.clone();
    body["lines"] = json!([{
        "listing": "POOL", "start": format!("{day}T02:00:00Z"), "end": format!("{day}T04:00:00Z"),
    }]);
    client.post("/api/v1/bookings", body).await.expect(201);
}
