//! When a whole basket fits.

use backlot::domain::listing::Kind;
use backlot::domain::policy::OwnRules;
use serde_json::{Value, json};

use super::{faults, in_town};
use crate::support::make::moment;

fn starts(found: &Value) -> Vec<String> {
    let items = found["items"].as_array().expect("items");
    items
        .iter()
        .map(|item| item["start"].as_str().expect("a moment").to_owned())
        .collect()
}

fn utc(local: &str) -> String {
    let moment = chrono::DateTime::parse_from_rfc3339(local).expect("a moment");
    moment
        .with_timezone(&chrono::Utc)
        .to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
}

#[test]
fn a_basket_finds_the_next_starts_and_the_line_in_its_way() {
    in_town(|app, town| async {
        town.set(&app, "A01").await;
        town.pool(&app, "LAMP", 5).await;
        town.rival.book(&["A01 tue 09:00-13:00"]).await.expect(201);
        town.rival
            .book(&["LAMP x4 tue 16:00-20:00"])
            .await
            .expect(201);
        let body = json!({
            "production": town.crew.production, "from": moment("tue", "08:00", 0), "most": 2,
            "lines": [
                { "listing": "A01", "minutes": 180 },
                { "listing": "LAMP", "units": 2, "offset_minutes": -120, "minutes": 300 },
            ],
        });
        let found = town
            .crew
            .client
            .post("/api/v1/openings", body)
            .await
            .expect(200);
        // Tuesday 13:00 is free of the rival, and the lamps (11:00–16:00) end as the rival's begin.
        assert_eq!(
            starts(&found),
            [
                utc(&moment("tue", "13:00", 0)),
                utc(&moment("tue", "22:00", 0))
            ]
        );
        assert_eq!(
            found["items"][0]["lines"][1]["start"],
            utc(&moment("tue", "11:00", 0))
        );
        assert_eq!(found["items"][0]["total"]["amount"], 90_000 + 300_000);
        assert_eq!(found["rejected"][0]["lines"][0]["line"], 0);
        assert_eq!(found["rejected"][0]["lines"][0]["why"], "taken");
        assert_eq!(found["rejected"][1]["lines"][0]["line"], 1);
        assert_eq!(found["settled"], true);
        let first = &found["items"][0]["lines"];
        let lines: Vec<Value> = first
            .as_array()
            .expect("lines")
            .iter()
            .map(as_line)
            .collect();
        let order = json!({ "production": town.crew.production, "lines": lines });
        town.crew
            .client
            .post("/api/v1/bookings", order)
            .await
            .expect(201);
        (app, town)
    });
}

fn as_line(line: &Value) -> Value {
    json!({ "listing": line["listing"]["id"], "units": line["units"], "start": line["start"], "end": line["end"] })
}

#[test]
fn any_of_a_category_will_do_and_no_two_lines_share_one() {
    in_town(|app, town| async {
        for code in ["W01", "W02"] {
            town.set(&app, code).await;
        }
        town.rival.book(&["W01 tue 09:00-12:00"]).await.expect(201);
        let any = json!({ "kind": Kind::Scene, "category": "modern_interior" });
        let body = |lines: usize| {
            let line = json!({ "any": any, "minutes": 120 });
            json!({ "from": moment("tue", "09:00", 0), "most": 1, "lines": vec![line; lines] })
        };
        let one = town
            .crew
            .client
            .post("/api/v1/openings", body(1))
            .await
            .expect(200);
        assert_eq!(starts(&one), [utc(&moment("tue", "09:00", 0))]);
        assert_eq!(one["items"][0]["lines"][0]["listing"]["code"], "W02");
        let two = town
            .crew
            .client
            .post("/api/v1/openings", body(2))
            .await
            .expect(200);
        assert_eq!(starts(&two), [utc(&moment("tue", "12:00", 0))]);
        let like = json!({ "from": moment("tue", "09:00", 0), "most": 1,
            "lines": [{ "listing": "W01", "or_like": true, "minutes": 60 * 4 }] });
        let like = town
            .crew
            .client
            .post("/api/v1/openings", like)
            .await
            .expect(200);
        assert_eq!(like["items"][0]["lines"][0]["listing"]["code"], "W02");
        (app, town)
    });
}

#[test]
fn the_crew_is_not_asked_to_be_in_two_sets_at_once() {
    in_town(|app, town| async {
        town.set(&app, "A01").await;
        town.set(&app, "A02").await;
        town.crew.book(&["A01 tue 09:00-15:00"]).await.expect(201);
        let body = |avoid: bool| {
            json!({ "production": town.crew.production, "from": moment("tue", "09:00", 0), "most": 1,
                "avoid_own": avoid, "lines": [{ "listing": "A02", "minutes": 120 }] })
        };
        let both = town
            .crew
            .client
            .post("/api/v1/openings", body(false))
            .await
            .expect(200);
        assert_eq!(starts(&both), [utc(&moment("tue", "09:00", 0))]);
        let after = town
            .crew
            .client
            .post("/api/v1/openings", body(true))
            .await
            .expect(200);
        assert_eq!(starts(&after), [utc(&moment("tue", "15:00", 0))]);
        assert_eq!(after["rejected"][0]["lines"][0]["why"], "crew_busy");
        let stranger = town.rival.client.post("/api/v1/openings", body(true)).await;
        assert_eq!(stranger.problem(403), "forbidden");
        (app, town)
    });
}

#[test]
fn what_cannot_be_looked_for_is_named() {
    in_town(|app, town| async {
        town.listing(&app.app.store, "A01", 1, OwnRules::default())
            .await;
        let body = json!({ "to": "2030-12-31T00:00:00Z", "most": 0, "apart_minutes": -1, "lines": [
            { "listing": "A01", "any": { "kind": "scene" }, "minutes": 60 },
            { "listing": "A01", "units": 0, "minutes": 0 },
        ]});
        let problem = town
            .crew
            .client
            .post("/api/v1/openings", body)
            .await
            .expect(422);
        let fields: Vec<String> = faults(&problem)
            .into_iter()
            .map(|(field, _)| field)
            .collect();
        let expected = [
            "to",
            "most",
            "apart_minutes",
            "lines[0].listing",
            "lines[1].units",
            "lines[1].minutes",
        ];
        assert_eq!(fields, expected);
        let unknown = json!({ "lines": [{ "listing": "NOPE", "minutes": 60 }] });
        let problem = town
            .crew
            .client
            .post("/api/v1/openings", unknown)
            .await
            .expect(422);
        assert_eq!(
            faults(&problem),
            [("lines[0].listing".into(), "unknown_listing".into())]
        );
        (app, town)
    });
}
