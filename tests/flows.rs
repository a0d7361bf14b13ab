//! Whole stories, from outside.

use std::process::Command;

use backlot::clock::Clock;
use serde_json::Value;

use crate::support::app::TestApp;
use crate::support::database::{Database, Engine};
use crate::support::make::Town;
use crate::support::parsers::read_by_all;
use crate::support::patience;

/// The first block of shell in the README that asks the API for something.
fn readme_example() -> &'static str {
    let readme = include_str!("../README.md");
    let mut blocks = readme.split("```sh\n").skip(1);
    let block = blocks.find(|block| block.contains("/api/v1/bookings"));
    block
        .and_then(|block| block.split("```").next())
        .expect("an example")
}

#[test]
fn the_readmes_example_books_and_three_readers_understand_its_letter() {
    patience::run(async {
        let database = Database::fresh(Engine::Sqlite).expect("SQLite is always there");
        let app = TestApp::with(database, Clock::Real, |_| {}).await;
        let town = Town::settle(&app).await;
        town.set(&app, "SC-MOD-001").await;
        town.pool(&app, "EQ-CAM-008", 2).await;
        let script = readme_example().replace("http://127.0.0.1:8080", &app.url(""));
        let mut shell = Command::new("bash");
        shell
            .args(["-euc", &script])
            .env("BACKLOT_TOKEN", &town.crew.token);
        let output = tokio::task::spawn_blocking(move || shell.output())
            .await
            .expect("joined")
            .expect("a shell");
        let answer = String::from_utf8(output.stdout).expect("text");
        let booking: Value = serde_json::from_str(&answer).expect(&answer);
        assert_eq!(booking["state"], "confirmed", "{answer}");

        let letters = app.letters().await;
        let entry = letters[0].letter.calendar.as_ref().expect("an entry");
        let read = read_by_all(&entry.text);
        assert_eq!(read.method.as_deref(), Some("REQUEST"));
        let event = &read.events[0];
        assert_eq!(event.sequence, 0);
        assert_eq!(
            event.uid,
            booking["id"].as_str().map(|id| format!("{id}@backlot"))
        );
        assert_eq!(event.start.as_deref(), booking["start"].as_str());
        assert_eq!(event.end.as_deref(), booking["end"].as_str());
    });
}

/// A request, a change, a decision and a cancellation: the letters in order, the calendar entry growing.
#[test]
fn letters_follow_a_booking_through_its_life() {
    patience::run(async {
        let app = TestApp::start().await;
        let town = Town::settle(&app).await;
        town.palace(&app, "PALACE").await;
        let asked = town
            .crew
            .book(&["PALACE tue 09:00-12:00"])
            .await
            .expect(201);
        let path = format!("/api/v1/bookings/{}", asked["id"].as_str().expect("an id"));
        let mut line = crate::support::make::line_in("PALACE tue 10:00-14:00");
        line["id"] = asked["lines"][0]["id"].clone();
        let body = serde_json::json!({ "lines": [line] });
        town.crew.client.patch(&path, 1, body).await.expect(200);
        let grant = serde_json::json!({ "verdict": "grant" });
        let decision = format!("{path}/decision");
        town.owner.client.post(&decision, grant).await.expect(200);
        let cancellation = format!("{path}/cancellation");
        let cancelled = town
            .crew
            .client
            .post(&cancellation, serde_json::json!({}))
            .await;
        assert_eq!(cancelled.expect(200)["state"], "cancelled");

        let letters = app.letters().await;
        let told: Vec<(&str, &str)> = letters
            .iter()
            .map(|letter| (letter.to.as_str(), letter.letter.subject.as_str()))
            .collect();
        let to_crew: Vec<&str> = told
            .iter()
            .filter(|(to, _)| *to == "crew@example.com")
            .map(|(_, subject)| subject.split_whitespace().next().unwrap_or_default())
            .collect();
        assert_eq!(
            to_crew,
            ["Waiting", "Changed", "Approved", "Cancelled"],
            "{told:?}"
        );
        let entries: Vec<(String, i64)> = letters
            .iter()
            .filter(|letter| letter.to == "crew@example.com")
            .map(|letter| {
                let entry = letter.letter.calendar.as_ref().expect("an entry");
                let read = read_by_all(&entry.text);
                (read.method.expect("a method"), read.events[0].sequence)
            })
            .collect();
        let expected = [
            ("REQUEST", 0),
            ("REQUEST", 1),
            ("REQUEST", 2),
            ("CANCEL", 3),
        ];
        assert_eq!(
            entries,
            expected.map(|(method, sequence)| (method.to_owned(), sequence))
        );
        let decider = told
            .iter()
            .filter(|(to, _)| *to == "owner@example.com")
            .count();
        assert_eq!(
            decider, 3,
            "asked, asked again after the change, told of the end: {told:?}"
        );
    });
}
