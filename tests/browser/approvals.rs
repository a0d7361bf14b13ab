//! Approvals: what waits for an owner's word, granted and declined by thumb, mouse and keys, and taken back.

use serde_json::{Value, json};

use super::{Visit, in_every_look};

#[test]
fn what_waits_is_granted_or_declined() {
    in_every_look("approvals", |visit| async {
        let (app, town) = (&visit.app, &visit.town);
        for code in ["P01", "P02"] {
            town.palace(app, code).await;
        }
        town.kit("DUO", &[("P01", 1), ("P02", 1)]).await;
        let both = town.crew.book(&["DUO tue 14:00-18:00"]).await;
        let both = both.expect(201);
        town.rival.book(&["P01 wed 08:00-12:00"]).await.expect(201);
        let browser = &visit.browser;
        visit.enter_as("owner").await;
        browser.visit("/approvals").await;
        browser.counts(".queue-entry", 2).await;
        browser.counts(".queue-kit > li", 2).await;
        browser.sees(browser.either("DUO套装", "DUO package")).await;
        browser.look_closely().await;
        let reference = both["reference"].as_str().expect("a reference");
        browser.visit(&format!("/bookings/{reference}")).await;
        browser.counts(".decide .kit-group", 1).await;
        browser.look_closely().await;
        browser.visit("/approvals").await;

        browser.press_key("decide.decline").await;
        browser
            .fill(&browser.says("decide.reason", &[]), "The roof leaks")
            .await;
        browser.look_closely().await;
        browser.press_key("decide.decline_now").await;
        browser.press_key("common.undo").await;
        if browser.is_phone() {
            browser.press_key("decide.grant").await;
        } else {
            for key in ["j", "k", "a"] {
                browser.keys(key).await;
            }
        }
        browser.mark(".queue-held").await;
        browser.look_closely().await;
        // Going on to another page is not taking back.
        browser.press_key("nav.bookings").await;
        browser.press_key("nav.approvals").await;
        browser.counts(".queue-entry", 1).await;
        browser.tab_to(&browser.says("decide.decline", &[])).await;
        let reason = browser.says("decide.reason", &[]);
        browser.keys_into(&reason, "The roof leaks").await;
        browser.press_key("decide.decline_now").await;
        browser.press_key("nav.bookings").await;
        browser.press_key("nav.approvals").await;
        browser.sees(&browser.says("approvals.none", &[])).await;
        browser.look_closely().await;
        let letters = app.letters().await;
        let told = letters
            .iter()
            .filter(|kept| kept.letter.text.contains("The roof leaks"));
        assert_eq!(told.count(), 1, "the reason reaches the crew");
        visit
    });
}

/// The states of all dates the crew has, each once.
async fn states(visit: &Visit) -> Vec<Value> {
    let mine = visit.town.crew.client.get("/api/v1/bookings").await;
    let mine = mine.expect(200);
    let mut states: Vec<Value> = mine["items"]
        .as_array()
        .expect("bookings")
        .iter()
        .map(|one| one["state"].clone())
        .collect();
    states.dedup();
    states
}

async fn three_days(visit: &Visit, line: &str) -> Value {
    let mut basket = visit.town.crew.basket(&[line]);
    basket["recurrence"] = json!({ "rule": "FREQ=DAILY;COUNT=3" });
    let crew = &visit.town.crew.client;
    crew.post("/api/v1/bookings", basket).await.expect(201)
}

#[test]
fn a_series_is_granted_or_declined_at_once() {
    in_every_look("approvals-series", |visit| async {
        visit.town.palace(&visit.app, "P01").await;
        three_days(&visit, "P01 tue 14:00-18:00").await;
        let browser = &visit.browser;
        visit.enter_as("owner").await;
        browser.visit("/approvals").await;
        browser.counts(".queue-entry", 3).await;
        if browser.is_phone() {
            browser.press_key("scope.all").await;
            browser.look_closely().await;
            browser.press_key("decide.grant").await;
        } else {
            for key in ["j", "s", "s"] {
                browser.keys(key).await;
            }
            browser.look_closely().await;
            browser.keys("a").await;
        }
        browser.mark(".queue-held").await;
        browser.press_key("nav.bookings").await;
        browser.press_key("nav.approvals").await;
        browser.sees(&browser.says("approvals.none", &[])).await;
        assert_eq!(states(&visit).await, [json!("confirmed")]);

        // On the page of one of its dates.
        let crew = &visit.town.crew.client;
        let mine = crew.get("/api/v1/bookings").await.expect(200);
        let first = &mine["items"][0];
        let path = format!("/api/v1/bookings/{}", first["id"].as_str().expect("an id"));
        let all = json!({ "scope": "all" });
        crew.post(&format!("{path}/cancellation"), all)
            .await
            .expect(200);
        let booked = three_days(&visit, "P01 tue 08:00-12:00").await;
        let reference = booked["reference"].as_str().expect("a reference");
        browser.visit(&format!("/bookings/{reference}")).await;
        browser.press_key("scope.all").await;
        browser.press_key("decide.decline").await;
        let reason = browser.says("decide.reason", &[]);
        browser.fill(&reason, "The roof leaks").await;
        browser.look_closely().await;
        browser.press_key("decide.decline_now").await;
        browser.sees(&browser.says("state.declined", &[])).await;
        let series = booked["series"]["id"].as_str().expect("an id");
        let series = crew
            .get(&format!("/api/v1/series/{series}"))
            .await
            .expect(200);
        let dates = series["bookings"].as_array().expect("dates");
        assert!(
            dates.iter().all(|one| one["state"] == "declined"),
            "{series}"
        );
        visit
    });
}
