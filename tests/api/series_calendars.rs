//! Whoever follows a series from outside sees each of its dates: in feeds, over the live stream, in the figures.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::bookings::path_of;
use super::calendars::{feed, fetch, read};
use crate::support::app::TestApp;
use crate::support::database::on_both_engines;
use crate::support::make::{Person, Town, line_in};
use crate::support::parsers::Calendar;

async fn book(who: &Person, line: &str) -> (Value, Vec<Value>) {
    let mut basket = who.basket(&[line]);
    basket["recurrence"] = json!({ "rule": "FREQ=WEEKLY;BYDAY=TU,TH;COUNT=4" });
    let booked = who
        .client
        .post("/api/v1/bookings", basket)
        .await
        .expect(201);
    let series = format!(
        "/api/v1/series/{}",
        booked["series"]["id"].as_str().expect("an id")
    );
    let series = who.client.get(&series).await.expect(200);
    let bookings = series["bookings"].as_array().expect("bookings").clone();
    (booked, bookings)
}

/// Start and `SEQUENCE` of each entry, in order.
fn told(calendar: &Calendar) -> Vec<(String, i64)> {
    let entry = |event: &crate::support::parsers::Event| {
        let start = event.start.clone().unwrap_or_default();
        (start.chars().skip(8).take(8).collect(), event.sequence)
    };
    let mut told: Vec<(String, i64)> = calendar.events.iter().map(entry).collect();
    told.sort_unstable();
    told
}

fn expected(entries: &[(&str, i64)]) -> Vec<(String, i64)> {
    let entry = |(start, sequence): &(&str, i64)| ((*start).to_owned(), *sequence);
    entries.iter().map(entry).collect()
}

on_both_engines! {
    /// Both sides' calendars: the crew's own and that of the owner's listing.
    async fn feeds_follow_each_date_of_a_series(database: Database) {
        let app = TestApp::on(database).await;
        let town = Town::settle(&app).await;
        town.set(&app, "STAGE").await;
        let feeds = [
            feed(&town.crew, json!({ "scope": "member" })).await,
            feed(&town.crew, json!({ "scope": "company" })).await,
            feed(&town.owner, json!({ "scope": "listing", "listing": "STAGE" })).await,
            feed(&town.rival, json!({ "scope": "listing", "listing": "STAGE" })).await,
        ];
        let mut etags = BTreeSet::new();
        let (booked, dates) = book(&town.crew, "STAGE tue 09:00-12:00").await;
        let whole = [("08T01:00", 0), ("10T01:00", 0), ("15T01:00", 0), ("17T01:00", 0)];
        let mut uids = BTreeSet::new();
        for feed in &feeds {
            let shown = read(feed).await;
            assert_eq!(told(&shown), expected(&whole));
            uids.extend(shown.events.into_iter().map(|event| event.uid));
            let answer = fetch(feed["url"].as_str().expect("a URL"), None).await;
            etags.insert(answer.headers()["etag"].to_str().expect("text").to_owned());
        }
        assert_eq!(uids.len(), 4, "a date is the same entry in each of them");

        let second = town.crew.client.get(&path_of(&dates[1])).await.expect(200);
        let mut line = line_in("STAGE thu 10:00-12:00");
        line["id"] = second["lines"][0]["id"].clone();
        let change = json!({ "lines": [line], "scope": "following" });
        town.crew.client.patch(&path_of(&second), 1, change).await.expect(200);
        let moved = [("08T01:00", 0), ("10T02:00", 1), ("15T02:00", 1), ("17T02:00", 1)];
        for feed in &feeds {
            let shown = read(feed).await;
            assert_eq!(told(&shown), expected(&moved));
            assert!(shown.events.iter().all(|event| uids.contains(&event.uid)), "the same entries, moved");
        }

        let third = format!("{}/cancellation", path_of(&dates[2]));
        town.crew.client.post(&third, json!({ "scope": "following" })).await.expect(200);
        for feed in &feeds {
            assert_eq!(told(&read(feed).await), expected(&moved[..2]), "what is called off is gone");
            let answer = fetch(feed["url"].as_str().expect("a URL"), None).await;
            let etag = answer.headers()["etag"].to_str().expect("text").to_owned();
            assert!(etags.insert(etag), "who asks whether it changed is told so");
        }
        let one = format!("{}/cancellation", path_of(&booked));
        town.crew.client.post(&one, json!({})).await.expect(200);
        assert_eq!(told(&read(&feeds[0]).await), expected(&moved[1..2]));
        assert_eq!(app.broken_promises().await, Vec::<String>::new());
    }

    /// A refused date is counted like any refusal, each by its reason.
    async fn refused_dates_are_counted(database: Database) {
        let app = TestApp::on(database).await;
        let town = Town::settle(&app).await;
        town.set(&app, "STAGE").await;
        town.rival.book(&["STAGE thu 11:00-14:00"]).await.expect(201);
        let mut basket = town.crew.basket(&["STAGE tue 09:00-12:00"]);
        basket["recurrence"] = json!({ "rule": "FREQ=DAILY;COUNT=3" });
        town.crew.client.post("/api/v1/bookings", basket).await.expect(409);
        let figures = town.manager.client.get("/metrics").await;
        let figures = String::from_utf8_lossy(&figures.bytes).into_owned();
        let counted = figures.lines().find(|line| line.contains("refus") && line.contains("\"clash\""));
        assert!(counted.is_some_and(|line| line.ends_with(" 1")), "{counted:?}");
    }
}
