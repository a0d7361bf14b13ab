//! What the owner decides, and what it costs to call a booking off.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::bookings::path_of;
use super::in_town;
use crate::support::client::Answer;
use crate::support::make::{Person, line_in};

async fn decide(who: &Person, booking: &Value, decision: Value) -> Answer {
    let path = format!("{}/decision", path_of(booking));
    who.client.post(&path, decision).await
}

async fn cancel(who: &Person, booking: &Value) -> Answer {
    let path = format!("{}/cancellation", path_of(booking));
    who.client.post(&path, json!({ "reason": "rain" })).await
}

/// Code and state of each line.
fn states(booking: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let lines = booking["lines"].as_array().expect("lines");
    lines
        .iter()
        .map(|line| (text(&line["listing"]["code"]), text(&line["state"])))
        .collect()
}

fn each_is(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    let owned = |(code, state): &(&str, &str)| ((*code).to_owned(), (*state).to_owned());
    expected.iter().map(owned).collect()
}

#[test]
fn a_request_claims_its_units_until_the_owner_says_yes() {
    in_town(|app, town| async {
        town.palace(&app, "PALACE").await;
        let asked = town
            .crew
            .book(&["PALACE tue 09:00-12:00"])
            .await
            .expect(201);
        assert_eq!(asked["state"], "requested");
        assert_eq!(asked["can"]["decide"], false);
        let waiting = town.rival.book(&["PALACE tue 11:00-13:00"]).await;
        assert_eq!(waiting.problem(409), "clash", "it waits, and claims");

        let list = "/api/v1/bookings?scope=decide";
        let to_decide = town.owner.client.get(list).await.expect(200);
        assert_eq!(to_decide["items"][0]["reference"], asked["reference"]);
        assert_eq!(to_decide["items"][0]["can"]["decide"], true);
        let granted = decide(&town.owner, &asked, json!({ "verdict": "grant" })).await;
        assert_eq!(granted.expect(200)["state"], "confirmed");
        let seen = town.crew.client.get(&path_of(&asked)).await.expect(200);
        assert_eq!(seen["state"], "confirmed");
        assert_eq!(seen["lines"][0]["decided_by"], "owner");
        let to_decide = town.owner.client.get(list).await.expect(200);
        assert_eq!(to_decide["items"], json!([]));

        let twice = decide(&town.owner, &asked, json!({ "verdict": "decline" })).await;
        assert_eq!(twice.problem(409), "state_conflict");
        (app, town)
    });
}

#[test]
fn only_the_owner_and_the_house_decide() {
    in_town(|app, town| async {
        town.palace(&app, "PALACE").await;
        let asked = town
            .crew
            .book(&["PALACE tue 09:00-12:00"])
            .await
            .expect(201);
        let grant = || json!({ "verdict": "grant" });
        let crew = decide(&town.crew, &asked, grant()).await;
        assert_eq!(crew.problem(403), "forbidden");
        let wrong = decide(&town.owner, &asked, json!({ "verdict": "perhaps" })).await;
        assert_eq!(wrong.expect(422)["errors"][0]["field"], "verdict");
        let nobodys = json!({ "verdict": "grant", "lines": ["lin_0000000000001"] });
        let nobodys = decide(&town.owner, &asked, nobodys).await;
        assert_eq!(nobodys.problem(409), "state_conflict");
        decide(&town.manager, &asked, grant()).await.expect(200);
        (app, town)
    });
}

#[test]
fn one_no_ends_a_basket_that_goes_together() {
    in_town(|app, town| async {
        town.palace(&app, "PALACE").await;
        town.set(&app, "A01").await;
        let lines = ["PALACE tue 09:00-12:00", "A01 tue 09:00-12:00"];
        let asked = town.crew.book(&lines).await.expect(201);
        assert_eq!(
            states(&asked),
            each_is(&[("PALACE", "requested"), ("A01", "confirmed")])
        );
        let decline = json!({ "verdict": "decline", "reason": "repainted that day" });
        decide(&town.owner, &asked, decline).await.expect(200);
        let seen = town.crew.client.get(&path_of(&asked)).await.expect(200);
        assert_eq!(
            states(&seen),
            each_is(&[("PALACE", "declined"), ("A01", "cancelled")])
        );
        assert_eq!(seen["lines"][0]["reason"], "repainted that day");
        town.rival.book(&lines).await.expect(201);
        (app, town)
    });
}

#[test]
fn the_rest_stays_where_the_crew_takes_what_it_gets() {
    in_town(|app, town| async {
        town.palace(&app, "PALACE").await;
        town.palace(&app, "GARDEN").await;
        town.set(&app, "A01").await;
        let mut basket = town.crew.basket(&[
            "PALACE tue 09:00-12:00",
            "GARDEN tue 09:00-12:00",
            "A01 tue 09:00-12:00",
        ]);
        basket["together"] = json!(false);
        let asked = town.crew.client.post("/api/v1/bookings", basket).await;
        let asked = asked.expect(201);
        let palace = asked["lines"][0]["id"].clone();
        let declined = decide(
            &town.owner,
            &asked,
            json!({ "verdict": "decline", "lines": [palace] }),
        );
        assert_eq!(
            states(&declined.await.expect(200)),
            each_is(&[
                ("PALACE", "declined"),
                ("GARDEN", "requested"),
                ("A01", "confirmed")
            ])
        );
        let granted = decide(&town.owner, &asked, json!({ "verdict": "grant" })).await;
        assert_eq!(
            states(&granted.expect(200)),
            each_is(&[
                ("PALACE", "declined"),
                ("GARDEN", "confirmed"),
                ("A01", "confirmed")
            ])
        );
        let seen = town.crew.client.get(&path_of(&asked)).await.expect(200);
        assert_eq!(seen["state"], "confirmed");
        assert_eq!(
            seen["total"]["amount"],
            2 * 3 * 300 * 100,
            "two of three are paid"
        );
        town.rival
            .book(&["PALACE tue 09:00-12:00"])
            .await
            .expect(201);
        let garden = town.rival.book(&["GARDEN tue 09:00-12:00"]).await;
        assert_eq!(garden.problem(409), "clash");
        (app, town)
    });
}

#[test]
fn a_yes_holds_for_less_and_not_for_something_else() {
    in_town(|app, town| async {
        town.palace(&app, "PALACE").await;
        let asked = town
            .crew
            .book(&["PALACE tue 09:00-14:00"])
            .await
            .expect(201);
        decide(&town.owner, &asked, json!({ "verdict": "grant" }))
            .await
            .expect(200);
        let change = |version, times: &str| {
            let mut line = line_in(&format!("PALACE tue {times}"));
            line["id"] = asked["lines"][0]["id"].clone();
            let (path, client) = (path_of(&asked), town.crew.client.clone());
            async move {
                let changed = client
                    .patch(&path, version, json!({ "lines": [line] }))
                    .await;
                changed.expect(200)["state"].clone()
            }
        };
        assert_eq!(change(2, "10:00-13:00").await, "confirmed");
        assert_eq!(change(3, "10:00-13:30").await, "requested");
        (app, town)
    });
}

#[test]
fn what_calling_off_costs_is_told_before_and_asked_after() {
    in_town(|app, town| async {
        town.set(&app, "A01").await;
        let booked = town.crew.book(&["A01 fri 08:00-11:00"]).await.expect(201);
        let (whole, path) = (3 * 300 * 100, path_of(&booked));
        // Hours that pass from Monday 08:00 until each look, 96 before the start.
        let looks = [
            (0, 0),
            (23, 0),
            (1, whole / 2),
            (48, whole / 2),
            (1, whole),
            (22, whole),
        ];
        for (hours, fee) in looks {
            app.app.clock.advance(TimeDelta::hours(hours));
            let seen = town.crew.client.get(&path).await.expect(200);
            let told = &seen["cancellation_terms"]["fee"]["amount"];
            assert_eq!(*told, fee, "at {}", app.app.clock.now());
        }
        let cancelled = cancel(&town.crew, &booked).await.expect(200);
        assert_eq!(cancelled["state"], "cancelled");
        assert_eq!(cancelled["cancellation_terms"], Value::Null);
        let letters = app.letters().await;
        let told = &letters.last().expect("a letter").letter.text;
        assert!(told.contains("900.00"), "{told}");
        (app, town)
    });
}

/// Slots are taken at short notice, and a slip of the thumb is not a promise.
#[test]
fn within_the_first_hour_calling_off_is_free() {
    in_town(|app, town| async {
        town.set(&app, "A01").await;
        let booked = town.crew.book(&["A01 mon 12:00-15:00"]).await.expect(201);
        let fee = |seen: &Value| seen["cancellation_terms"]["fee"]["amount"].clone();
        app.letters().await;
        app.app.clock.advance(TimeDelta::hours(1));
        let path = path_of(&booked);
        assert_eq!(fee(&town.crew.client.get(&path).await.expect(200)), 0);
        app.app.clock.advance(TimeDelta::minutes(1));
        assert_eq!(
            fee(&town.crew.client.get(&path).await.expect(200)),
            3 * 300 * 100
        );
        (app, town)
    });
}

#[test]
fn what_is_called_off_is_free_at_once_and_over_for_good() {
    in_town(|app, town| async {
        town.set(&app, "A01").await;
        let booked = town.crew.book(&["A01 tue 09:00-12:00"]).await.expect(201);
        cancel(&town.crew, &booked).await.expect(200);
        town.rival.book(&["A01 tue 09:00-12:00"]).await.expect(201);
        let twice = cancel(&town.crew, &booked).await;
        assert_eq!(twice.problem(409), "state_conflict");
        let mut line = line_in("A01 wed 09:00-12:00");
        line["id"] = booked["lines"][0]["id"].clone();
        let body = json!({ "lines": [line] });
        let revived = town.crew.client.patch(&path_of(&booked), 2, body).await;
        assert_eq!(revived.problem(409), "state_conflict");
        (app, town)
    });
}
