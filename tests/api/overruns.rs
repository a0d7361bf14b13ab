//! A shoot that runs late: its end moves as far as that is free, nothing is promised twice, and who has to
//! wait is told and can do something about it.

use backlot::domain::policy::OwnRules;
use serde_json::{Value, json};

use super::{faults, in_town};
use crate::support::app::TestApp;
use crate::support::make::{Person, Town, moment};

fn path(booking: &Value, what: &str) -> String {
    format!(
        "/api/v1/bookings/{}/{what}",
        booking["id"].as_str().expect("an id")
    )
}

async fn seen(who: &Person, booking: &Value) -> Value {
    let id = booking["id"].as_str().expect("an id");
    let path = format!("/api/v1/bookings/{id}");
    who.client.get(&path).await.expect(200)
}

async fn letters(who: &Person, booking: &Value) -> Vec<String> {
    let all = who.client.get(&path(booking, "letters")).await.expect(200);
    let items = all["items"].as_array().expect("letters");
    let mut kinds: Vec<String> = items
        .iter()
        .map(|letter| letter["kind"].as_str().expect("a kind").to_owned())
        .collect();
    kinds.sort();
    kinds
}

/// Half an hour of turnaround; the crew shoots this morning, the rival at noon.
async fn morning_and_noon(app: &TestApp, town: &Town) -> (Value, Value) {
    let rules = OwnRules {
        turnaround_minutes: Some(30),
        ..OwnRules::default()
    };
    town.listing(&app.app.store, "A01", 1, rules).await;
    town.set(app, "A02").await;
    let crew = town.crew.book(&["A01 mon 08:00-10:00"]).await.expect(201);
    let rival = town.rival.book(&["A01 mon 11:00-14:00"]).await.expect(201);
    (crew, rival)
}

#[test]
fn the_end_moves_as_far_as_it_is_free_and_the_next_crew_is_told_of_the_rest() {
    in_town(|app, town| async {
        let (crew, rival) = morning_and_noon(&app, &town).await;
        let late = json!({ "minutes": 50, "seen_end": moment("mon", "10:00", 0) });
        let mut ask = late.clone();
        ask["dry_run"] = json!(true);
        let client = &town.crew.client;
        let foreseen = client.post(&path(&crew, "overrun"), ask).await.expect(200);
        assert_eq!(
            foreseen["end"], "2030-01-07T02:30:00Z",
            "10:30 and its turnaround are free"
        );
        assert_eq!(foreseen["until"], "2030-01-07T02:50:00Z");
        assert_eq!(foreseen["fee"]["amount"], 30_000 / 2);
        assert_eq!(foreseen["waiting"][0]["minutes"], 20);
        assert_eq!(
            foreseen["waiting"][0]["holder"]["company"],
            Value::Null,
            "the rival hides its name"
        );
        assert_eq!(
            seen(&town.crew, &crew).await["version"],
            1,
            "asking changes nothing"
        );

        let said = client
            .post(&path(&crew, "overrun"), late.clone())
            .await
            .expect(201);
        let line = &said["lines"][0];
        assert_eq!(
            (&line["end"], &line["late_until"]),
            (&foreseen["end"], &foreseen["until"])
        );
        let waits = seen(&town.rival, &rival).await;
        assert_eq!(waits["lines"][0]["delay_minutes"], 20);
        assert_eq!(
            waits["lines"][0]["start"], rival["lines"][0]["start"],
            "it stands as it was made"
        );
        assert_eq!(letters(&town.crew, &crew).await, ["changed", "confirmed"]);
        assert_eq!(letters(&town.rival, &rival).await, ["confirmed", "delayed"]);
        // The answer was lost: said again, it is said once.
        let again = client.post(&path(&crew, "overrun"), late).await.expect(201);
        assert_eq!(again["version"], said["version"]);
        assert_eq!(letters(&town.rival, &rival).await.len(), 2);
        (app, town)
    });
}

#[test]
fn whoever_waits_is_offered_what_works_and_all_of_it_does() {
    in_town(|app, town| async {
        let (crew, rival) = morning_and_noon(&app, &town).await;
        let late = json!({ "minutes": 90 });
        town.crew
            .client
            .post(&path(&crew, "overrun"), late)
            .await
            .expect(201);
        let client = &town.rival.client;
        let delays = client.get(&path(&rival, "delays")).await.expect(200);
        let delay = &delays["items"][0];
        assert_eq!(
            (&delay["line"], &delay["minutes"]),
            (&rival["lines"][0]["id"], &json!(60))
        );
        let repairs = delay["repairs"].as_array().expect("repairs");
        let kinds: Vec<&str> = repairs
            .iter()
            .filter_map(|one| one["kind"].as_str())
            .collect();
        assert!(kinds.contains(&"equivalent"), "{kinds:?}");
        assert!(kinds.contains(&"shift_line"), "{kinds:?}");
        assert!(kinds.contains(&"shorter"), "{kinds:?}");
        let booking = format!("/api/v1/bookings/{}", rival["id"].as_str().expect("an id"));
        let late_end = "2030-01-07T04:00:00Z";
        for repair in repairs {
            let version = seen(&town.rival, &rival).await["version"]
                .as_i64()
                .expect("a version");
            let changed = client
                .patch(&booking, version, repair["body"].clone())
                .await;
            assert_eq!(changed.status, 200, "{repair}\n{}", changed.json);
            let line = &changed.json["lines"][0];
            let elsewhere = line["listing"]["code"] != "A01";
            let starts = line["claim_start"].as_str().expect("a moment");
            assert!(
                elsewhere
                    || starts >= late_end
                    || line["claim_end"].as_str() <= Some("2030-01-07T00:00:00Z"),
                "{repair} still meets the late one"
            );
            assert_eq!(line["delay_minutes"], Value::Null, "{repair}");
            let version = changed.json["version"].as_i64().expect("a version");
            let mut back = json!({ "listing": "A01", "id": line["id"],
                "start": moment("mon", "11:00", 0), "end": moment("mon", "14:00", 0) });
            back["units"] = json!(1);
            client
                .patch(&booking, version, json!({ "lines": [back] }))
                .await
                .expect(200);
        }
        (app, town)
    });
}

#[test]
fn the_word_may_grow_and_may_be_taken_back() {
    in_town(|app, town| async {
        let (crew, rival) = morning_and_noon(&app, &town).await;
        let seen_end = moment("mon", "10:00", 0);
        let say = |minutes: i64| json!({ "minutes": minutes, "seen_end": seen_end });
        let overrun = path(&crew, "overrun");
        let client = &town.crew.client;
        let before = seen(&town.rival, &rival).await;
        client.post(&overrun, say(40)).await.expect(201);
        client.post(&overrun, say(100)).await.expect(201);
        assert_eq!(
            seen(&town.rival, &rival).await["lines"][0]["delay_minutes"],
            70
        );
        let back = client.post(&overrun, say(0)).await.expect(201);
        assert_eq!(back["lines"][0]["late_until"], Value::Null);
        assert_eq!(
            back["lines"][0]["end"], "2030-01-07T02:30:00Z",
            "what was granted stays"
        );
        let after = seen(&town.rival, &rival).await;
        assert_eq!(after["lines"][0]["delay_minutes"], Value::Null);
        assert_eq!(
            after["version"].as_i64(),
            before["version"].as_i64().map(|version| version + 3)
        );
        let told = ["confirmed", "delay_over", "delayed", "delayed"];
        assert_eq!(letters(&town.rival, &rival).await, told);
        let sequences = sequences(&app).await;
        assert_eq!(
            sequences,
            [0, 1, 2, 3],
            "each letter's entry replaces the one before"
        );
        (app, town)
    });
}

/// The revisions of the calendar entries the rival was sent.
async fn sequences(app: &TestApp) -> Vec<u32> {
    let sequence = |calendar: &str| -> Option<u32> {
        let after = calendar.split("SEQUENCE:").nth(1)?;
        after.split_whitespace().next()?.parse().ok()
    };
    let all = app.letters().await;
    let rivals = all.iter().filter(|letter| letter.to.contains("rival"));
    let parts = rivals.filter_map(|kept| kept.letter.calendar.as_ref());
    let mut found: Vec<u32> = parts.filter_map(|part| sequence(&part.text)).collect();
    found.sort_unstable();
    found
}

#[test]
fn of_a_pool_only_who_lacks_units_waits_and_nobody_is_overbooked() {
    in_town(|app, town| async {
        town.pool(&app, "LAMP", 5).await;
        let crew = town
            .crew
            .book(&["LAMP x2 mon 08:00-10:00"])
            .await
            .expect(201);
        let three = town
            .rival
            .book(&["LAMP x3 mon 10:00-14:00"])
            .await
            .expect(201);
        let two = town
            .owner
            .book(&["LAMP x2 mon 10:30-14:00"])
            .await
            .expect(201);
        let late = json!({ "minutes": 60 });
        let said = town
            .crew
            .client
            .post(&path(&crew, "overrun"), late)
            .await
            .expect(201);
        assert_eq!(said["lines"][0]["end"], "2030-01-07T02:30:00Z");
        assert_eq!(
            seen(&town.rival, &three).await["lines"][0]["delay_minutes"],
            Value::Null
        );
        assert_eq!(
            seen(&town.owner, &two).await["lines"][0]["delay_minutes"],
            30
        );
        // The word is no claim: what is free stays free for whoever books it.
        town.rival
            .book(&["LAMP x3 mon 14:00-16:00"])
            .await
            .expect(201);
        assert_eq!(app.broken_promises().await, Vec::<String>::new());
        (app, town)
    });
}

#[test]
fn only_what_is_under_way_runs_late_and_only_its_crew_says_so() {
    in_town(|app, town| async {
        let (crew, rival) = morning_and_noon(&app, &town).await;
        let late = json!({ "minutes": 30 });
        let overrun = path(&crew, "overrun");
        let stranger = town.rival.client.post(&overrun, late.clone()).await;
        assert_eq!(stranger.problem(404), "not_found");
        let viewer = town.viewer.client.post(&overrun, late.clone()).await;
        assert_eq!(viewer.problem(403), "forbidden");
        let ahead = town
            .rival
            .client
            .post(&path(&rival, "overrun"), late.clone())
            .await;
        assert_eq!(ahead.problem(409), "state_conflict");
        let much = town
            .crew
            .client
            .post(&overrun, json!({ "minutes": 721 }))
            .await
            .expect(422);
        assert_eq!(
            faults(&much),
            [("minutes".to_owned(), "out_of_range".to_owned())]
        );
        let said = town.manager.client.post(&overrun, late).await.expect(201);
        assert_eq!(
            said["lines"][0]["late_until"],
            Value::Null,
            "all of it was free"
        );
        (app, town)
    });
}

/// Whoever comes second finds the first there: a longer line, or a booking that has to wait.
#[test]
fn a_late_shoot_and_a_booking_want_the_same_hours() {
    in_town(|app, town| async {
        for round in 0..12 {
            let code = format!("R{round:02}");
            town.set(&app, &code).await;
            let (now, next) = (
                format!("{code} mon 08:00-10:00"),
                format!("{code} mon 10:00-12:00"),
            );
            let crew = town.crew.book(&[now.as_str()]).await.expect(201);
            let overrun = path(&crew, "overrun");
            let lines = [next.as_str()];
            let (late, booked) = tokio::join!(
                town.crew.client.post(&overrun, json!({ "minutes": 120 })),
                town.rival.book(&lines),
            );
            let late = late.expect(201);
            let end = &late["lines"][0]["end"];
            if booked.status == 201 {
                assert_eq!(end, "2030-01-07T02:00:00Z", "round {round}");
                let waits = seen(&town.rival, &booked.json).await;
                assert_eq!(waits["lines"][0]["delay_minutes"], 120, "round {round}");
            } else {
                assert_eq!(booked.problem(409), "clash", "round {round}");
                assert_eq!(end, "2030-01-07T04:00:00Z", "round {round}");
            }
        }
        (app, town)
    });
}
