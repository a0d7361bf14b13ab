//! The demo: enter as anyone, read everyone's letters.

use backlot::clock::Clock;
use serde_json::json;

use super::each;
use crate::support::app::{TestApp, monday_morning};
use crate::support::client::Client;
use crate::support::database::{Database, Engine};
use crate::support::make::Town;
use crate::support::patience;

#[test]
fn anyone_enters_as_anyone_and_reads_the_letters_as_they_were_sent() {
    patience::run(async {
        let database = Database::fresh(Engine::Sqlite).expect("SQLite is always there");
        let clock = Clock::fixed(monday_morning());
        let app = TestApp::with(database, clock, |config| config.demo = true).await;
        let town = Town::settle(&app).await;
        let stranger = Client::stranger(app.url(""));
        let shown = stranger.get("/api/v1/demo/members").await.expect(200);
        assert!(each(&shown, "role").contains(&"manager".to_owned()));
        let body = json!({ "member": town.crew.member.id });
        let entered = stranger.post("/api/v1/demo/sessions", body).await;
        assert!(entered.headers.contains_key("set-cookie"));
        assert_eq!(entered.expect(201)["name"], "crew");

        town.set(&app, "A01").await;
        let booked = town.crew.book(&["A01 tue 09:00-12:00"]).await.expect(201);
        let waiting = stranger.get("/api/v1/demo/letters").await.expect(200);
        assert_eq!(waiting["items"][0]["subject"], json!(null), "not sent yet");
        app.letters().await;
        let mailbox = stranger.get("/api/v1/demo/letters").await.expect(200);
        let listed = &mailbox["items"][0];
        assert_eq!(listed["has_calendar"], true);
        let reference = booked["reference"].as_str().expect("a reference");
        assert!(
            listed["subject"]
                .as_str()
                .expect("a subject")
                .contains(reference)
        );
        let path = format!(
            "/api/v1/demo/letters/{}",
            listed["id"].as_str().expect("an id")
        );
        let letter = stranger.get(&path).await.expect(200);
        assert!(letter["text"].as_str().expect("text").contains("Set A01"));
        assert!(letter["html"].as_str().expect("HTML").contains("<html"));
        assert!(
            letter["calendar"]
                .as_str()
                .expect("a calendar")
                .contains("METHOD:REQUEST")
        );
    });
}
