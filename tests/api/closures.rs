//! Closures take capacity away, and never a promise.

use serde_json::{Value, json};

use super::{faults, in_town};
use crate::support::make::moment;

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
