//! Live pages: who hears of what, over a real stream, on both engines.

use std::time::Duration;

use backlot::jobs::watch_changes::Watcher;

use crate::support::app::TestApp;
use crate::support::database::on_both_engines;
use crate::support::make::{Person, Town};
use crate::support::patience;

/// An open stream and what it said so far.
struct Stream {
    response: reqwest::Response,
    said: String,
}

impl Stream {
    async fn open(app: &TestApp, who: &Person, after: Option<&str>) -> Self {
        let mut request = reqwest::Client::new()
            .get(app.url("/api/v1/events"))
            .bearer_auth(&who.token);
        if let Some(after) = after {
            request = request.header("Last-Event-ID", after);
        }
        let response = request.send().await.expect("an answer");
        assert_eq!(response.status().as_u16(), 200);
        let mut stream = Self {
            response,
            said: String::new(),
        };
        stream.until("listening").await;
        stream
    }

    /// Reads on until the stream has said this.
    async fn until(&mut self, word: &str) -> &str {
        while !self.said.contains(word) {
            let chunk = tokio::time::timeout(Duration::from_secs(10), self.response.chunk());
            let chunk = chunk.await.unwrap_or_else(|_| {
                unreachable!("no {word:?} in time, only {:?}", self.said);
            });
            let chunk = chunk.expect("a stream").expect("more to come");
            self.said.push_str(&String::from_utf8_lossy(&chunk));
        }
        &self.said
    }

    /// Reads on until it has said more than this.
    async fn until_longer_than(&mut self, length: usize) {
        while self.said.len() <= length {
            let chunk = tokio::time::timeout(Duration::from_secs(10), self.response.chunk());
            let chunk = chunk.await.expect("in time").expect("a stream");
            let chunk = chunk.expect("more to come");
            self.said.push_str(&String::from_utf8_lossy(&chunk));
        }
    }

    /// The id of the last event.
    fn last_id(&self) -> &str {
        let mut ids = self
            .said
            .lines()
            .filter_map(|line| line.strip_prefix("id: "));
        ids.next_back().expect("an id")
    }
}

on_both_engines! {
    async fn a_booking_is_heard_of_by_those_it_concerns(database: Database) {
        let app = TestApp::on(database).await;
        let town = Town::settle(&app).await;
        let listing = town.set(&app, "A01").await.to_string();
        let mut owner = Stream::open(&app, &town.owner, None).await;
        let mut rival = Stream::open(&app, &town.rival, None).await;
        let booking = town.crew.book(&["A01 tue 09:00-12:00"]).await.expect(201);
        Watcher::default().look(&app.app).await.expect("a look");
        let reference = booking["reference"].as_str().expect("a reference");
        let said = owner.until(&listing).await;
        assert!(said.contains("booking.created") && said.contains(reference), "{said}");
        let said = rival.until(&listing).await;
        assert!(said.contains("availability.changed") && !said.contains(reference), "{said}");
    }

    /// Each date of a series is news of its own.
    async fn every_date_of_a_series_is_heard_of(database: Database) {
        let app = TestApp::on(database).await;
        let town = Town::settle(&app).await;
        town.set(&app, "A01").await;
        let mut owner = Stream::open(&app, &town.owner, None).await;
        let mut watcher = Watcher::default();
        let mut basket = town.crew.basket(&["A01 tue 09:00-12:00"]);
        basket["recurrence"] = serde_json::json!({ "rule": "FREQ=DAILY;COUNT=3" });
        let booked = town.crew.client.post("/api/v1/bookings", basket).await.expect(201);
        watcher.look(&app.app).await.expect("a look");
        for date in booked["dates"].as_array().expect("dates") {
            owner.until(date["reference"].as_str().expect("a reference")).await;
        }
        let second = booked["dates"][1]["booking"].as_str().expect("a booking");
        let path = format!("/api/v1/bookings/{second}/cancellation");
        let following = serde_json::json!({ "scope": "following" });
        town.crew.client.post(&path, following).await.expect(200);
        watcher.look(&app.app).await.expect("a look");
        let last = booked["dates"][2]["reference"].as_str().expect("a reference");
        while owner.said.matches("booking.cancelled").count() < 2 {
            let said = owner.said.len();
            owner.until_longer_than(said).await;
        }
        let cancelled = owner.said.rfind("booking.cancelled").expect("it was said");
        assert!(owner.said[cancelled.saturating_sub(200)..].contains(last), "{}", owner.said);
    }

    async fn what_was_missed_is_told_on_return(database: Database) {
        let app = TestApp::on(database).await;
        let town = Town::settle(&app).await;
        town.set(&app, "A01").await;
        town.set(&app, "A02").await;
        let mut stream = Stream::open(&app, &town.owner, None).await;
        town.crew.book(&["A01 tue 09:00-12:00"]).await.expect(201);
        Watcher::default().look(&app.app).await.expect("a look");
        stream.until("booking.created").await;
        let last = stream.last_id().to_owned();
        drop(stream);
        app.app.clock.advance(chrono::TimeDelta::minutes(30));
        let missed = town.crew.book(&["A02 wed 09:00-12:00"]).await.expect(201);
        let mut back = Stream::open(&app, &town.owner, Some(&last)).await;
        back.until(missed["reference"].as_str().expect("a reference")).await;
    }
}

#[test]
fn each_change_is_told_once_to_those_who_stay() {
    patience::run(async {
        let app = TestApp::start().await;
        let town = Town::settle(&app).await;
        town.set(&app, "A01").await;
        let mut stream = Stream::open(&app, &town.manager, None).await;
        let mut watcher = Watcher::default();
        let booked = town.crew.book(&["A01 tue 09:00-12:00"]).await.expect(201);
        for _ in 0..3 {
            watcher.look(&app.app).await.expect("a look");
        }
        let id = booked["id"].as_str().expect("an id");
        let cancelled = format!("/api/v1/bookings/{id}/cancellation");
        let body = serde_json::json!({});
        town.crew.client.post(&cancelled, body).await.expect(200);
        watcher.look(&app.app).await.expect("a look");
        let said = stream.until("booking.cancelled").await;
        assert_eq!(said.matches("booking.created").count(), 1, "{said}");
    });
}

#[test]
fn streams_are_bounded_and_end_when_the_server_stops() {
    patience::run(async {
        let app = TestApp::start().await;
        let town = Town::settle(&app).await;
        let mut open = Vec::new();
        for _ in 0..8 {
            open.push(Stream::open(&app, &town.crew, None).await);
        }
        let one_more = town.crew.client.get("/api/v1/events").await;
        assert_eq!(one_more.problem(429), "too_many_streams");
        app.app.live.close();
        for stream in &mut open {
            let rest = stream.response.chunk();
            let rest = tokio::time::timeout(Duration::from_secs(10), rest).await;
            assert_eq!(rest.expect("in time").expect("an end"), None);
        }
    });
}
