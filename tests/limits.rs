//! Who asks too often is told to wait, and for how long; everybody else goes on.

use backlot::clock::Clock;
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
    })
    .await
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
        let page = reqwest::get(app.url("/static/app.css"))
            .await
            .expect("an answer");
        assert_ne!(page.status(), 429, "pages are not counted");
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
