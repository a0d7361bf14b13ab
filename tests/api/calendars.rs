//! Feeds and calendar files, read by three readers that know nothing of ours.

use serde_json::{Value, json};

use super::in_town;
use crate::support::app::TestApp;
use crate::support::make::Person;
use crate::support::parsers::{Calendar, read_by_all};

pub(super) async fn feed(who: &Person, body: Value) -> Value {
    who.client.post("/api/v1/feeds", body).await.expect(201)
}

pub(super) async fn fetch(url: &str, etag: Option<&str>) -> reqwest::Response {
    let mut request = reqwest::Client::new().get(url);
    if let Some(etag) = etag {
        request = request.header("If-None-Match", etag);
    }
    request.send().await.expect("an answer")
}

pub(super) async fn read(feed: &Value) -> Calendar {
    let answer = fetch(feed["url"].as_str().expect("a URL"), None).await;
    assert_eq!(
        answer.headers()["content-type"],
        "text/calendar; charset=utf-8"
    );
    read_by_all(&answer.text().await.expect("a calendar"))
}

fn summaries(calendar: &Calendar) -> Vec<&str> {
    calendar
        .events
        .iter()
        .filter_map(|event| event.summary.as_deref())
        .collect()
}

#[test]
fn a_feed_follows_its_bookings_and_says_when_nothing_changed() {
    in_town(|app, town| async {
        town.set(&app, "A01").await;
        let feed = feed(&town.crew, json!({ "scope": "member" })).await;
        let url = feed["url"].as_str().expect("a URL");
        assert!(read(&feed).await.events.is_empty());
        let booked = town.crew.book(&["A01 tue 09:00-12:00"]).await.expect(201);
        let shown = read(&feed).await;
        assert_eq!(summaries(&shown), ["Set A01 · Drama of crew"]);
        assert_eq!(
            shown.events[0].start.as_deref(),
            Some("2030-01-08T01:00:00Z")
        );

        let first = fetch(url, None).await;
        let etag = first.headers()["etag"].to_str().expect("text").to_owned();
        let again = fetch(url, Some(&etag)).await;
        assert_eq!(again.status(), 304);
        assert_eq!(again.text().await.expect("nothing"), "");
        app.app.clock.advance(chrono::TimeDelta::minutes(5));
        assert_eq!(
            fetch(url, Some(&etag)).await.status(),
            304,
            "time alone changes nothing"
        );
        let cancel = format!(
            "/api/v1/bookings/{}/cancellation",
            booked["id"].as_str().expect("an id")
        );
        town.crew.client.post(&cancel, json!({})).await.expect(200);
        assert_eq!(fetch(url, Some(&etag)).await.status(), 200);
        assert!(read(&feed).await.events.is_empty());
        (app, town)
    });
}

#[test]
fn the_clusters_calendar_is_whole_however_many_pieces_it_comes_in() {
    in_town(|app, town| async {
        town.set(&app, "A01").await;
        town.set(&app, "B01").await;
        let path = "/api/v1/calendar.ics?from=2030-01-07&days=366";
        let empty = town.manager.client.get(path).await;
        assert_eq!(empty.status, 200);
        assert!(
            read_by_all(&String::from_utf8_lossy(&empty.bytes))
                .events
                .is_empty()
        );
        town.crew.book(&["B01 wed 09:00-12:00"]).await.expect(201);
        town.rival.book(&["A01 tue 09:00-12:00"]).await.expect(201);
        let whole = town.manager.client.get(path).await;
        assert_eq!(
            whole.headers["content-type"],
            "text/calendar; charset=utf-8"
        );
        let shown = read_by_all(&String::from_utf8_lossy(&whole.bytes));
        assert_eq!(
            summaries(&shown),
            ["Set A01 · Drama of rival", "Set B01 · Drama of crew"]
        );
        // Only what starts on these days.
        let tuesday = "/api/v1/calendar.ics?from=2030-01-08&days=1";
        let tuesday = town.manager.client.get(tuesday).await;
        let shown = read_by_all(&String::from_utf8_lossy(&tuesday.bytes));
        assert_eq!(summaries(&shown), ["Set A01 · Drama of rival"]);
        let crew = town.crew.client.get(path).await;
        assert_eq!(crew.problem(403), "forbidden");
        let faults = town
            .manager
            .client
            .get("/api/v1/calendar.ics?days=367")
            .await;
        assert_eq!(faults.problem(422), "invalid_input");
        (app, town)
    });
}

#[test]
fn a_listings_feed_shows_others_no_more_than_they_may_know() {
    in_town(|app, town| async {
        town.set(&app, "A01").await;
        town.rival.book(&["A01 tue 09:00-12:00"]).await.expect(201);
        let of_listing = json!({ "scope": "listing", "listing": "A01" });
        let by_crew = feed(&town.crew, of_listing.clone()).await;
        let by_owner = feed(&town.owner, of_listing).await;
        let shown = read(&by_crew).await;
        assert_eq!(
            summaries(&shown),
            ["Set A01"],
            "a busy span, and nothing else"
        );
        let told = format!("{:?}", shown.events[0]);
        assert!(!told.contains("rival") && !told.contains("BK-"), "{told}");
        let shown = read(&by_owner).await;
        assert_eq!(summaries(&shown), ["Set A01 · Drama of rival"]);
        (app, town)
    });
}

#[test]
fn a_revoked_feed_is_gone_and_so_is_one_of_who_left() {
    in_town(|app, town| async {
        let revoked = feed(&town.crew, json!({ "scope": "company" })).await;
        let left = feed(&town.viewer, json!({ "scope": "company" })).await;
        let path = format!("/api/v1/feeds/{}", revoked["id"].as_str().expect("an id"));
        assert_eq!(
            town.rival.client.delete(&path).await.problem(404),
            "not_found"
        );
        town.crew.client.delete(&path).await.expect(204);
        let viewer = format!("/api/v1/members/{}", town.viewer.member.id);
        let method = reqwest::Method::PATCH;
        let body = Some(json!({ "active": false }));
        town.manager
            .client
            .send(method, &viewer, body, &[])
            .await
            .expect(200);
        for gone in [revoked, left] {
            let url = gone["url"].as_str().expect("a URL");
            assert_eq!(fetch(url, None).await.status(), 404);
        }
        let listed = town.crew.client.get("/api/v1/feeds").await.expect(200);
        assert_eq!(listed["items"], json!([]));
        for guess in ["/feeds/x.ics", "/feeds/x", "/feeds/..%2f..%2fetc"] {
            assert_eq!(fetch(&app.url(guess), None).await.status(), 404, "{guess}");
        }
        (app, town)
    });
}

#[test]
fn feeds_are_asked_for_rightly() {
    in_town(|app, town| async {
        town.set(&app, "A01").await;
        let cases = [
            (json!({ "scope": "everything" }), 422),
            (json!({ "scope": "listing" }), 422),
            (json!({ "scope": "member", "listing": "A01" }), 422),
            (json!({ "scope": "listing", "listing": "A99" }), 404),
        ];
        for (body, status) in cases {
            town.crew
                .client
                .post("/api/v1/feeds", body)
                .await
                .expect(status);
        }
        for _ in 0..50 {
            feed(&town.crew, json!({ "scope": "member" })).await;
        }
        let full = town
            .crew
            .client
            .post("/api/v1/feeds", json!({ "scope": "member" }))
            .await;
        assert_eq!(full.problem(409), "state_conflict");
        (app, town)
    });
}

async fn file(app: &TestApp, who: &Person, booking: &Value) -> Calendar {
    let path = booking["calendar_url"].as_str().expect("a path");
    let request = reqwest::Client::new()
        .get(app.url(path))
        .bearer_auth(&who.token);
    let answer = request.send().await.expect("an answer");
    assert_eq!(answer.status(), 200);
    read_by_all(&answer.text().await.expect("a calendar"))
}

#[test]
fn a_bookings_file_is_the_entry_its_letters_carry() {
    in_town(|app, town| async {
        town.set(&app, "A01").await;
        let booked = town
            .crew
            .book(&["A01 tue 09:00-12:00", "A01 tue 13:00-18:00"])
            .await
            .expect(201);
        let taken = file(&app, &town.crew, &booked).await;
        assert_eq!(taken.method.as_deref(), Some("PUBLISH"));
        let letters = app.letters().await;
        let part = letters[0].letter.calendar.as_ref().expect("an entry");
        let sent = read_by_all(&part.text);
        assert_eq!(
            (&taken.events[0].uid, &taken.events[0].end),
            (&sent.events[0].uid, &sent.events[0].end)
        );
        assert_eq!(taken.events[0].attendee, None);
        assert_eq!(
            sent.events[0].attendee.as_deref(),
            Some("mailto:crew@example.com")
        );
        let path = booked["calendar_url"].as_str().expect("a path");
        assert_eq!(town.rival.client.get(path).await.problem(404), "not_found");
        (app, town)
    });
}
