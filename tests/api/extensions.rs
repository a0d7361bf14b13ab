//! A booking that runs on: the fee first, once however often it is asked, never into the next one.

use backlot::domain::policy::OwnRules;
use backlot::store::productions::{self, Production};
use serde_json::{Value, json};

use super::{faults, in_town};
use crate::support::app::{TestApp, monday_morning};
use crate::support::make::{Person, moment};

fn path(booking: &Value, what: &str) -> String {
    format!(
        "/api/v1/bookings/{}/{what}",
        booking["id"].as_str().expect("an id")
    )
}

#[test]
fn another_hour_says_its_fee_first_and_is_done_once() {
    in_town(|app, town| async {
        town.set(&app, "A01").await;
        let booked = town.crew.book(&["A01 tue 09:00-12:00"]).await.expect(201);
        let extension = path(&booked, "extension");
        let client = &town.crew.client;
        let ask = json!({ "minutes": 60, "dry_run": true });
        let first = client.post(&extension, ask).await.expect(200);
        assert_eq!(
            (&first["possible"], &first["fee"]["amount"]),
            (&json!(true), &json!(30_000))
        );
        let unchanged = client
            .get(&format!(
                "/api/v1/bookings/{}",
                booked["reference"].as_str().expect("a reference")
            ))
            .await
            .expect(200);
        assert_eq!(unchanged["version"], 1);
        let seen = json!({ "minutes": 60, "seen_end": moment("tue", "12:00", 0) });
        let longer = client.post(&extension, seen.clone()).await.expect(201);
        assert_eq!(longer["lines"][0]["end"], "2030-01-08T05:00:00Z");
        assert_eq!(longer["total"]["amount"], 4 * 30_000);
        // The answer was lost; the second tap has a key of its own and must not book a second hour.
        let again = client.post(&extension, seen).await.expect(201);
        assert_eq!(
            (&again["version"], &again["lines"][0]["end"]),
            (&longer["version"], &longer["lines"][0]["end"])
        );
        let other = json!({ "minutes": 120, "seen_end": moment("tue", "12:00", 0) });
        assert_eq!(
            client.post(&extension, other).await.problem(409),
            "state_conflict"
        );
        let letters = app.letters().await;
        assert_eq!(
            letters.len(),
            2,
            "one when it was booked, one when it was extended"
        );
        (app, town)
    });
}

#[test]
fn it_never_reaches_into_the_next_one_and_says_by_how_much() {
    in_town(|app, town| async {
        let rules = OwnRules {
            turnaround_minutes: Some(30),
            ..OwnRules::default()
        };
        town.listing(&app.app.store, "A01", 1, rules).await;
        let booked = town.rival.book(&["A01 tue 09:00-12:00"]).await.expect(201);
        town.crew.book(&["A01 tue 13:30-16:00"]).await.expect(201);
        let (client, extension) = (&town.rival.client, path(&booked, "extension"));
        let ask = |minutes: i64| json!({ "minutes": minutes, "dry_run": true });
        let far = client.post(&extension, ask(120)).await.expect(200);
        assert_eq!(
            (
                &far["possible"],
                &far["overlap_minutes"],
                &far["possible_minutes"]
            ),
            (&json!(false), &json!(60), &json!(60))
        );
        assert_eq!(
            far["detail"],
            "It reaches 1 hour into the next booking; 1 hour more would fit."
        );
        let holder = &far["refusals"][0]["holders"][0];
        assert_eq!(
            holder["company"]["name_en"], "crew company",
            "the crew shows its name"
        );
        assert_eq!(holder["booking"], Value::Null, "its reference is its own");
        let refused = client.post(&extension, json!({ "minutes": 120 })).await;
        assert_eq!(refused.problem(409), "clash");
        client
            .post(&extension, json!({ "minutes": 60 }))
            .await
            .expect(201);
        let none = client.post(&extension, ask(30)).await.expect(200);
        assert_eq!(
            (&none["possible"], &none["possible_minutes"]),
            (&json!(false), &json!(0))
        );
        (app, town)
    });
}

#[test]
fn a_shoot_that_runs_may_run_on_and_strangers_may_not_touch_it() {
    in_town(|app, town| async {
        town.set(&app, "A01").await;
        let booked = town.crew.book(&["A01 mon 08:00-10:00"]).await.expect(201);
        let extension = path(&booked, "extension");
        let line = booked["lines"][0]["id"].clone();
        let body = json!({ "minutes": 30, "line": line });
        town.crew
            .client
            .post(&extension, body.clone())
            .await
            .expect(201);
        assert_eq!(
            town.rival
                .client
                .post(&extension, body.clone())
                .await
                .problem(404),
            "not_found"
        );
        assert_eq!(
            town.viewer.client.post(&extension, body).await.problem(403),
            "forbidden"
        );
        let wrong = town
            .crew
            .client
            .post(&extension, json!({ "minutes": 0, "line": "x" }))
            .await
            .expect(422);
        let expected = [("minutes", "out_of_range"), ("line", "not_an_id")];
        assert_eq!(
            faults(&wrong),
            expected.map(|(field, code)| (field.to_owned(), code.to_owned()))
        );
        (app, town)
    });
}

async fn another_drama(app: &TestApp, who: &Person) -> Value {
    let production = Production {
        id: backlot::store::fresh_id(monday_morning()),
        company: who.member.company,
        title: "Second drama".to_owned(),
        filing_class: None,
        filing_number: String::new(),
        starts_on: None,
        ends_on: None,
        version: 1,
    };
    let id = production.id;
    let made = app
        .app
        .store
        .write(move |conn| productions::insert(conn, &production, monday_morning()));
    made.await.expect("a production");
    json!(id)
}

#[test]
fn a_booking_goes_to_another_drama_unless_a_shared_turnaround_forbids_it() {
    in_town(|app, town| async {
        let rules = OwnRules {
            turnaround_minutes: Some(60),
            ..OwnRules::default()
        };
        town.listing(&app.app.store, "A01", 1, rules).await;
        let second = another_drama(&app, &town.crew).await;
        let alone = town.crew.book(&["A01 wed 09:00-12:00"]).await.expect(201);
        let to_second = json!({ "production": second });
        let handed = town
            .crew
            .client
            .post(&path(&alone, "handover"), to_second.clone())
            .await
            .expect(200);
        assert_eq!(handed["production"]["title"], "Second drama");
        assert_eq!(handed["lines"][0]["price"], alone["lines"][0]["price"]);
        // Back to back within one drama; as lines of two dramas the hour between them is missing.
        town.crew.book(&["A01 tue 09:00-12:00"]).await.expect(201);
        let next = town.crew.book(&["A01 tue 12:00-15:00"]).await.expect(201);
        let refused = town
            .crew
            .client
            .post(&path(&next, "handover"), to_second)
            .await;
        assert_eq!(refused.problem(409), "clash");
        let theirs = json!({ "production": town.rival.production });
        let refused = town
            .crew
            .client
            .post(&path(&next, "handover"), theirs)
            .await
            .expect(422);
        assert_eq!(
            faults(&refused),
            [("production".to_owned(), "of_another_company".to_owned())]
        );
        (app, town)
    });
}
