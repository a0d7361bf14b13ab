//! Who asks too often is told to wait, and for how long; everybody else goes on.

use std::sync::Mutex;
use std::sync::mpsc::{Sender, channel};

use backlot::clock::Clock;
use backlot::store::StoreError;
use futures_util::future::join_all;
use reqwest::Method;
use serde_json::json;

use crate::support::app::{TestApp, monday_morning};
use crate::support::client::{Answer, Client};
use crate::support::database::{Database, Engine};
use crate::support::make::Town;
use crate::support::patience;

async fn app(per_second: u32, behind_proxy: bool) -> TestApp {
    let database = Database::fresh(Engine::Sqlite).expect("SQLite is always there");
    let clock = Clock::fixed(monday_morning());
    TestApp::with(database, clock, |config| {
        config.requests_per_second = per_second;
        config.behind_proxy = behind_proxy;
        // One that somebody holds is all there are.
        config.connections = 1;
    })
    .await
}

/// Somebody nobody knows, at an address that a proxy tells.
struct Stranger {
    client: Client,
    address: String,
}

impl Stranger {
    fn at(app: &TestApp, address: impl Into<String>) -> Self {
        Self {
            client: Client::stranger(app.url("")),
            address: address.into(),
        }
    }

    async fn ask(&self, method: &Method, path: &str) -> Answer {
        let headers = [("X-Forwarded-For", self.address.as_str())];
        self.client.send(method.clone(), path, None, &headers).await
    }

    async fn get(&self, path: &str) -> u16 {
        self.ask(&Method::GET, path).await.status.as_u16()
    }

    /// What it hears when it asks again and again, if it is told to wait at all.
    async fn hammer(&self, method: &Method, path: &str) -> Option<Answer> {
        for _ in 0..600 {
            let answer = self.ask(method, path).await;
            if answer.status == 429 {
                return Some(answer);
            }
        }
        None
    }
}

fn told_to_wait(answer: Answer) {
    let wait = answer.headers["retry-after"]
        .to_str()
        .expect("text")
        .to_owned();
    assert!(wait.parse::<u64>().expect("seconds") >= 1);
    assert_eq!(answer.problem(429), "too_many_requests");
}

#[test]
fn a_member_that_hammers_waits_and_nobody_else_does() {
    patience::run(async {
        let app = app(2, false).await;
        let town = Town::settle(&app).await;
        let mut refused = None;
        for _ in 0..100 {
            let answer = town.crew.client.get("/api/v1/me").await;
            if answer.status != 200 {
                refused = Some(answer);
                break;
            }
        }
        told_to_wait(refused.expect("a hundred at once are too many"));
        town.rival.client.get("/api/v1/me").await.expect(200);
        let page = reqwest::get(app.url("/static/css/1-base.css"))
            .await
            .expect("an answer");
        assert_ne!(page.status(), 429, "pages are counted apart");
    });
}

#[test]
fn guesses_at_the_door_are_counted_by_address() {
    patience::run(async {
        let app = app(50, true).await;
        let town = Town::settle(&app).await;
        let stranger = Client::stranger(app.url(""));
        let guess = async |from: &str| {
            let body = json!({ "email": "crew@example.com", "password": "guess" });
            let headers = [("X-Forwarded-For", from)];
            stranger
                .send(Method::POST, "/api/v1/sessions", Some(body), &headers)
                .await
        };
        let mut tries = 0;
        let refused = loop {
            let answer = guess("203.0.113.9, 198.51.100.7").await;
            if answer.status == 429 {
                break answer;
            }
            assert_eq!(answer.problem(401), "sign_in_failed");
            tries += 1;
            assert!(tries < 100, "guesses without an end");
        };
        told_to_wait(refused);
        // What the guesser itself claims in the header is not looked at, only what the proxy added.
        told_to_wait(guess("192.0.2.1, 198.51.100.7").await);
        assert_eq!(guess("198.51.100.8").await.problem(401), "sign_in_failed");
        town.crew.client.get("/api/v1/me").await.expect(200);
    });
}

/// Whatever is asked for without signing in is not to be had without an end. Who asks from elsewhere is served, and a
/// balancer at the same address still learns how the server is.
#[test]
fn strangers_are_counted_by_address_whatever_they_ask_for() {
    patience::run(async {
        let app = app(2, true).await;
        let asked = [
            (Method::GET, "/api/v1/me", 401),
            (Method::POST, "/api/v1/bookings", 401),
            (Method::TRACE, "/api/v1/bookings", 405),
            (Method::DELETE, "/api/v1/sessions/current", 204),
            (Method::GET, "/q/A01", 200),
            (Method::GET, "/api/openapi.json", 200),
            (Method::GET, "/api/docs", 200),
            (Method::GET, "/feeds/guess.ics", 404),
            (Method::GET, "/api/v1/cluster", 200),
            (Method::GET, "/static/css/1-base.css", 200),
            (Method::GET, "/nothing/there", 200),
        ];
        for (place, (method, path, status)) in asked.into_iter().enumerate() {
            let hammers = Stranger::at(&app, format!("198.51.100.{place}"));
            let refused = hammers.hammer(&method, path).await;
            told_to_wait(refused.unwrap_or_else(|| panic!("{method} {path} without an end")));
            assert_eq!(hammers.get("/readyz").await, 200, "{method} {path}");
            assert_eq!(hammers.get("/healthz").await, 200, "{method} {path}");
            let elsewhere = Stranger::at(&app, format!("203.0.113.{place}"));
            let answer = elsewhere.ask(&method, path).await;
            assert_eq!(answer.status, status, "{method} {path}");
        }
    });
}

/// A look at the server's health is bounded by itself, and at nothing not at all.
#[test]
fn looks_at_the_health_are_counted_apart() {
    patience::run(async {
        let app = app(2, true).await;
        let balancer = Stranger::at(&app, "198.51.100.7");
        let refused = balancer.hammer(&Method::GET, "/readyz").await;
        told_to_wait(refused.expect("a look into the database is not for nothing"));
        assert_eq!(balancer.get("/api/v1/cluster").await, 200);
        let refused = balancer.hammer(&Method::GET, "/healthz").await;
        assert!(refused.is_none());
    });
}

/// An address of IPv6 is a house with as many addresses as anybody likes.
#[test]
fn a_network_of_the_sixth_version_is_one_asker() {
    patience::run(async {
        let app = app(2, true).await;
        let hammers = Stranger::at(&app, "2001:db8:7:7::1");
        hammers.hammer(&Method::GET, "/q/A01").await.expect("waits");
        let same = Stranger::at(&app, "2001:db8:7:7:a:b:c:d");
        assert!(same.hammer(&Method::GET, "/q/A01").await.is_some());
        assert_eq!(
            Stranger::at(&app, "2001:db8:7:8::1").get("/q/A01").await,
            200
        );
        assert_eq!(
            Stranger::at(&app, "::ffff:198.51.100.1")
                .get("/q/A01")
                .await,
            200
        );
        let mapped = Stranger::at(&app, "::ffff:198.51.100.7");
        mapped.hammer(&Method::GET, "/q/A01").await.expect("waits");
        assert_eq!(
            Stranger::at(&app, "::ffff:198.51.100.8")
                .get("/q/A01")
                .await,
            200
        );
    });
}

/// An office behind one address: a hundred calendars that all look at the same minute, and a page that opens for
/// twenty people at once, of some thirty files each.
#[test]
fn an_office_behind_one_address_is_served() {
    patience::run(async {
        let app = app(50, true).await;
        let town = Town::settle(&app).await;
        let made = town
            .crew
            .client
            .post("/api/v1/feeds", json!({ "scope": "member" }));
        let made = made.await.expect(201);
        let url = made["url"].as_str().expect("an address");
        let feed = url.trim_start_matches(&app.url("")).to_owned();
        let office = Stranger::at(&app, "198.51.100.7");
        for path in [&feed, "/static/css/1-base.css"] {
            for _ in 0..10 {
                let times = if path == feed { 10 } else { 60 };
                let seen = join_all((0..times).map(|_| office.get(path))).await;
                assert!(seen.iter().all(|status| *status == 200), "{path} {seen:?}");
            }
        }
    });
}

/// Holds the one connection that reads of the database have, until it is told otherwise.
async fn hold_the_connection(app: &TestApp) -> Sender<()> {
    let (let_go, until) = channel::<()>();
    let (until, store) = (Mutex::new(until), app.app.store.clone());
    let (begun, has_begun) = tokio::sync::oneshot::channel();
    tokio::spawn(async move {
        let held = store.read(move |_| {
            begun.send(()).expect("somebody waits for it");
            until.lock().expect("nobody panics").recv().ok();
            Ok::<_, StoreError>(())
        });
        held.await
    });
    has_begun.await.expect("it begins");
    let_go
}

/// Whoever guesses tokens is soon told to wait without a look at the database, which somebody else needs: it is held
/// here, and who was looked up would hear that it is busy. Who was let in from the same address before is let in.
#[test]
fn guessed_tokens_are_refused_without_a_look() {
    patience::run(async {
        let app = app(2, false).await;
        let town = Town::settle(&app).await;
        town.crew.client.get("/api/v1/me").await.expect(200);
        let mut refused_unseen = false;
        // On a busy machine the time to wait may be over before the guess is heard.
        for round in 0..5 {
            let mut told = false;
            for guess in 0..100 {
                let token = format!("bl_guess_{round}_{guess}");
                let guesser = Client::member(app.url(""), &token);
                let answer = guesser.get("/api/v1/me").await;
                if answer.status == 429 {
                    told_to_wait(answer);
                    told = true;
                    break;
                }
                assert_eq!(answer.problem(401), "not_signed_in");
            }
            assert!(told, "guesses without an end");
            town.crew.client.get("/api/v1/me").await.expect(200);
            let held = hold_the_connection(&app).await;
            let guesser = Client::member(app.url(""), "bl_one_more");
            let answer = guesser.get("/api/v1/me").await;
            held.send(()).expect("it waits for this");
            refused_unseen = answer.status == 429;
            if refused_unseen {
                break;
            }
            assert_eq!(answer.problem(503), "busy");
        }
        assert!(refused_unseen, "each guess is looked up");
    });
}
