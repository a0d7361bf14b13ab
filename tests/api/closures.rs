//! Closures take capacity away, and never a promise.

use serde_json::{Value, json};

use super::{faults, in_town};
use crate::support::app::TestApp;
use crate::support::database::on_both_engines;
use crate::support::make::{Person, Town, moment};

fn closing(listing: &str, day: &str, from: &str, to: &str) -> Value {
    json!({ "listing": listing, "start": moment(day, from, 0), "end": moment(day, to, 0), "reason": "repair" })
}

#[test]
fn what_is_closed_cannot_be_booked_and_says_why() {
    in_town(|app, town| async {
        town.pool(&app, "POOL", 5).await;
        let mut body = closing("POOL", "tue", "08:00", "12:00");
        body["units"] = json!(4);
        body["kind"] = json!("out_of_service");
        let made = town
            .owner
            .client
            .post("/api/v1/closures", body)
            .await
            .expect(201);
        town.crew
            .book(&["POOL x1 tue 08:00-12:00"])
            .await
            .expect(201);
        let refused = town
            .rival
            .book(&["POOL x2 tue 10:00-14:00"])
            .await
            .expect(409);
        let clash = &refused["refusals"][0];
        assert_eq!(clash["shortages"][0]["short"], 2);
        assert_eq!(clash["shortages"][0]["end"], "2030-01-08T04:00:00Z");
        assert_eq!(clash["closures"][0]["reason"], "repair");
        let path = format!("/api/v1/closures/{}", made["id"].as_str().expect("an id"));
        assert_eq!(
            town.crew.client.delete(&path).await.problem(403),
            "forbidden"
        );
        town.owner.client.delete(&path).await.expect(204);
        town.rival
            .book(&["POOL x2 tue 10:00-14:00"])
            .await
            .expect(201);
        (app, town)
    });
}

#[test]
fn a_closure_that_would_break_a_promise_is_refused_and_names_it() {
    in_town(|app, town| async {
        town.set(&app, "A01").await;
        town.set(&app, "A02").await;
        let booked = town.crew.book(&["A01 tue 09:00-12:00"]).await.expect(201);
        let hit = town
            .owner
            .client
            .post("/api/v1/closures", closing("A01", "tue", "11:30", "15:00"))
            .await
            .expect(409);
        assert_eq!(hit["code"], "closure_hits_bookings");
        assert_eq!(hit["bookings"], json!([booked["reference"]]));
        let beside = closing("A01", "tue", "12:00", "15:00");
        town.owner
            .client
            .post("/api/v1/closures", beside)
            .await
            .expect(201);

        let mut whole = closing("A01", "tue", "08:00", "20:00");
        whole["listing"] = Value::Null;
        whole["site"] = json!(town.site);
        let hit = town
            .manager
            .client
            .post("/api/v1/closures", whole.clone())
            .await;
        assert_eq!(hit.problem(409), "closure_hits_bookings");
        whole["start"] = json!(moment("wed", "08:00", 0));
        whole["end"] = json!(moment("wed", "20:00", 0));
        let by_owner = town
            .owner
            .client
            .post("/api/v1/closures", whole.clone())
            .await;
        assert_eq!(by_owner.problem(403), "forbidden");
        town.manager
            .client
            .post("/api/v1/closures", whole)
            .await
            .expect(201);
        for listing in ["A01", "A02"] {
            let line = format!("{listing} wed 09:00-12:00");
            town.crew.book(&[&line]).await.expect(409);
        }
        (app, town)
    });
}

#[test]
fn until_further_notice_has_no_end() {
    in_town(|app, town| async {
        town.set(&app, "A01").await;
        let body =
            json!({ "listing": "A01", "start": moment("wed", "00:00", 0), "reason": "rebuilt" });
        let made = town
            .owner
            .client
            .post("/api/v1/closures", body)
            .await
            .expect(201);
        assert_eq!(made["end"], Value::Null);
        town.crew.book(&["A01 tue 09:00-12:00"]).await.expect(201);
        let refused = town.crew.book(&["A01 sun 09:00-12:00"]).await.expect(409);
        assert_eq!(
            refused["refusals"][0]["closures"][0]["reason"],
            json!("rebuilt")
        );
        (app, town)
    });
}

#[test]
fn a_closure_says_what_it_closes_once() {
    in_town(|app, town| async {
        town.set(&app, "A01").await;
        let mut both = closing("A01", "tue", "08:00", "12:00");
        both["site"] = json!(town.site);
        let mut neither = closing("A01", "tue", "08:00", "12:00");
        neither["listing"] = Value::Null;
        let mut none = closing("A01", "tue", "08:00", "12:00");
        none["units"] = json!(0);
        let cases = [
            (both, "listing", "one_of_two"),
            (neither, "listing", "one_of_two"),
            (none, "units", "out_of_range"),
            (
                closing("A01", "tue", "12:00", "08:00"),
                "end",
                "span_inverted",
            ),
        ];
        for (body, field, code) in cases {
            let refused = town
                .owner
                .client
                .post("/api/v1/closures", body)
                .await
                .expect(422);
            assert_eq!(faults(&refused), [(field.to_owned(), code.to_owned())]);
        }
        let unknown = closing("A99", "tue", "08:00", "12:00");
        let refused = town.owner.client.post("/api/v1/closures", unknown).await;
        assert_eq!(refused.problem(404), "not_found");
        (app, town)
    });
}

/// Every evening from Tuesday on, past midnight, so many times.
fn each_evening(count: u32) -> Value {
    json!({
        "listing": "A01", "start": moment("tue", "20:00", 0), "end": moment("wed", "02:00", 0), "reason": "repair",
        "recurrence": { "rule": format!("FREQ=DAILY;COUNT={count}") },
    })
}

async fn closures_of(person: &Person, listing: &str) -> Vec<Value> {
    let path = format!("/api/v1/closures?listing={listing}");
    let page = person.client.get(&path).await.expect(200);
    page["items"].as_array().cloned().expect("items")
}

/// The days they start on.
fn starts(closures: &[Value]) -> Vec<&str> {
    let starts = closures.iter().filter_map(|one| one["start"].as_str());
    starts.map(|start| &start[..10]).collect()
}

on_both_engines! {
    /// A rule closes date by date; what was made together can be taken away in part or as a whole.
    async fn what_repeats_is_closed_on_each_date_and_opened_by_scope(database: Database) {
        let app = TestApp::on(database).await;
        let town = Town::settle(&app).await;
        town.set(&app, "A01").await;
        let mut body = each_evening(5);
        body["recurrence"]["except"] = json!(["2030-01-11"]);
        let made = town.owner.client.post("/api/v1/closures", body).await.expect(201);
        assert_eq!(made["series"], made["id"], "called by its first date");
        let all = closures_of(&town.crew, "A01").await;
        assert_eq!(starts(&all), ["2030-01-08", "2030-01-09", "2030-01-10", "2030-01-12"]);
        assert!(all.iter().all(|one| one["series"] == made["id"]), "{all:?}");
        town.crew.book(&["A01 thu 21:00-23:00"]).await.expect(409);
        town.crew.book(&["A01 fri 21:00-23:00"]).await.expect(201);

        let open = async |closure: &Value, scope: &str| {
            let id = closure["id"].as_str().expect("an id");
            let path = format!("/api/v1/closures/{id}?scope={scope}");
            town.owner.client.delete(&path).await
        };
        assert_eq!(faults(&open(&all[0], "some").await.expect(422)), [("scope".to_owned(), "not_one_of".to_owned())]);
        open(&all[2], "following").await.expect(204);
        assert_eq!(starts(&closures_of(&town.crew, "A01").await), ["2030-01-08", "2030-01-09"]);
        town.crew.book(&["A01 thu 21:00-23:00"]).await.expect(201);
        open(&all[0], "one").await.expect(204);
        let left = closures_of(&town.crew, "A01").await;
        assert_eq!(starts(&left), ["2030-01-09"], "the others stay when the first is opened");
        open(&left[0], "all").await.expect(204);
        assert_eq!(closures_of(&town.crew, "A01").await, Vec::<Value>::new());

        let history = town.owner.client.get("/api/v1/listings/A01/history").await.expect(200);
        let entries = history["items"].as_array().expect("entries").iter();
        let entries = entries.filter(|one| one["what"] == "closure.created");
        let entries: Vec<String> = entries.map(|one| one["changes"].to_string()).collect();
        assert_eq!(entries.len(), 1, "one entry for all dates");
        assert!(entries[0].contains(r#""after":4"#), "{entries:?}");
        assert_eq!(app.broken_promises().await, Vec::<String>::new());
    }

    /// One booking on one date refuses all of them; whom it hits is shown before, and asked.
    async fn a_series_of_closures_is_made_whole_or_not_at_all(database: Database) {
        let app = TestApp::on(database).await;
        let town = Town::settle(&app).await;
        town.set(&app, "A01").await;
        town.crew.book(&["A01 tue 10:00-12:00"]).await.expect(201);
        let hit = town.crew.book(&["A01 thu 21:00-23:00"]).await.expect(201);
        let refused = town.owner.client.post("/api/v1/closures", each_evening(5)).await.expect(409);
        assert_eq!((&refused["code"], &refused["bookings"]), (&json!("closure_hits_bookings"), &json!([hit["reference"]])));
        assert_eq!(closures_of(&town.crew, "A01").await, Vec::<Value>::new(), "no date is closed");

        let mut closure = each_evening(5);
        closure.as_object_mut().expect("a body").remove("reason");
        let effect = json!({ "closure": closure });
        let seen = town.owner.client.post("/api/v1/effects", effect.clone()).await.expect(200);
        assert_eq!((&seen["total"], &seen["items"][0]["booking"]), (&json!(1), &hit["reference"]));
        let asking = json!({ "effect": effect, "bookings": [hit["reference"]], "note": "paint" });
        town.owner.client.post("/api/v1/effects/letters", asking).await.expect(200);
        let path = format!("/api/v1/bookings/{}", hit["reference"].as_str().expect("a reference"));
        let request = town.crew.client.get(&format!("{path}/move-request")).await.expect(200);
        assert_eq!(request["note"], "paint");
        let offers = request["lines"][0]["repairs"].as_array().expect("offers");
        assert!(!offers.is_empty(), "another time that day is free: {request}");
        for offer in offers {
            let text = offer.to_string();
            assert!(!text.contains("T21:00"), "an evening that is to be closed is no offer: {text}");
        }
        town.crew.client.patch(&path, 1, offers[0]["body"].clone()).await.expect(200);
        town.owner.client.post("/api/v1/closures", each_evening(5)).await.expect(201);
        assert_eq!(app.broken_promises().await, Vec::<String>::new());
    }

    /// What is wrong with a rule is told at its field, in words.
    async fn a_rule_that_cannot_be_is_told_at_its_field(database: Database) {
        let app = TestApp::on(database).await;
        let town = Town::settle(&app).await;
        town.set(&app, "A01").await;
        let cases = [
            ("FREQ=WEEKLY;BYDAY=MO", "rule_endless"),
            ("FREQ=HOURLY;COUNT=3", "rule_not_by_days"),
            ("every monday", "rule_unreadable"),
            ("FREQ=DAILY;COUNT=900", "rule_too_many_dates"),
            ("FREQ=DAILY;UNTIL=20290101", "rule_no_dates"),
        ];
        for (rule, code) in cases {
            let mut body = each_evening(1);
            body["recurrence"]["rule"] = json!(rule);
            let refused = town.owner.client.post("/api/v1/closures", body).await.expect(422);
            assert_eq!(faults(&refused), [("recurrence.rule".to_owned(), code.to_owned())], "{rule}");
            let words = refused["errors"][0]["message"].as_str().expect("words");
            assert!(!words.contains(code) && !words.contains("{limit}"), "{words}");
        }
        let mut long = each_evening(3);
        long["end"] = json!(moment("thu", "02:00", 0));
        let mut endless = each_evening(3);
        endless.as_object_mut().expect("a body").remove("end");
        let mut no_day = each_evening(3);
        no_day["recurrence"]["except"] = json!(["new year"]);
        let cases = [
            (long, "recurrence.rule", "dates_overlap"),
            (endless, "end", "repeats_without_end"),
            (no_day, "recurrence.except[0]", "not_a_date"),
        ];
        for (body, field, code) in cases {
            let refused = town.owner.client.post("/api/v1/closures", body.clone()).await.expect(422);
            assert_eq!(faults(&refused), [(field.to_owned(), code.to_owned())]);
            let refused = town.owner.client.post("/api/v1/effects", json!({ "closure": body })).await.expect(422);
            assert_eq!(faults(&refused), [(field.to_owned(), code.to_owned())], "shown before as it is made");
        }
    }

    /// A rest day every week is the house's to give.
    async fn a_site_rests_every_week(database: Database) {
        let app = TestApp::on(database).await;
        let town = Town::settle(&app).await;
        town.set(&app, "A01").await;
        let body = json!({
            "site": town.site, "start": moment("wed", "00:00", 0), "end": moment("thu", "00:00", 0), "reason": "rest",
            "recurrence": { "rule": "FREQ=WEEKLY;BYDAY=WE;UNTIL=20300131" },
        });
        assert_eq!(town.owner.client.post("/api/v1/closures", body.clone()).await.problem(403), "forbidden");
        town.manager.client.post("/api/v1/closures", body).await.expect(201);
        let page = town.crew.client.get(&format!("/api/v1/closures?site={}", town.site)).await.expect(200);
        assert_eq!(page["items"].as_array().map(Vec::len), Some(4));
        town.crew.book(&["A01 wed 09:00-12:00"]).await.expect(409);
        town.crew.book(&["A01 thu 09:00-12:00"]).await.expect(201);
    }
}
