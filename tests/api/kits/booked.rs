//! Booking kits: as their parts, by each part's own rules, in quotes, lines, changes, openings and repairs.

use backlot::domain::policy::{Approval, OwnRules};
use reqwest::Method;
use serde_json::{Value, json};

use super::{camera_package, put, told};
use crate::api::{each, faults, in_town};
use crate::support::make::moment;

#[test]
fn a_kit_is_booked_as_its_parts_and_costs_what_they_cost() {
    in_town(|app, town| async {
        camera_package(&app, &town).await;
        let seen = town
            .crew
            .client
            .get("/api/v1/listings/CAM")
            .await
            .expect(200);
        assert_eq!(seen["quantity"], 2, "two cameras make two packages");
        assert_eq!(seen["day_rate"], Value::Null, "it has no rates of its own");
        assert_eq!(seen["kit"]["hour_rate"]["amount"], 60_000);
        assert_eq!(seen["kit"]["parts"][1]["listing"]["code"], "TRIPOD");

        let basket = town
            .crew
            .basket(&["LAMP tue 09:00-12:00", "CAM x2 tue 09:00-12:00"]);
        let quote = town
            .crew
            .client
            .post("/api/v1/quotes", basket)
            .await
            .expect(200);
        assert_eq!(
            (&quote["bookable"], &quote["outcome"]),
            (&json!(true), &json!("book"))
        );
        assert_eq!(
            quote["lines"].as_array().map(Vec::len),
            Some(2),
            "a line for each that was asked"
        );
        assert_eq!(
            quote["lines"][1]["price"]["total"]["amount"],
            2 * (90_000 + 90_000)
        );
        assert_eq!(
            quote["lines"][1]["parts"][0]["price"]["total"]["amount"],
            180_000
        );

        let order = ["LAMP tue 09:00-12:00", "CAM x2 tue 09:00-12:00"];
        let booked = town.crew.book(&order).await.expect(201);
        assert_eq!(
            told(&booked),
            ["LAMP x1", "FX6 x2 of CAM", "TRIPOD x2 of CAM"]
        );
        assert_eq!(booked["lines"][1]["kit"]["units"], 2);
        assert_eq!(
            booked["lines"][1]["kit"]["group"],
            booked["lines"][2]["kit"]["group"]
        );
        assert_eq!(booked["total"], quote["total"], "as it was quoted");

        // The tripod that is left can be had by itself; a third camera package cannot.
        town.rival
            .book(&["TRIPOD tue 10:00-12:00"])
            .await
            .expect(201);
        let refused = town
            .rival
            .book(&["CAM wed 09:00-12:00", "CAM tue 09:00-12:00"])
            .await
            .expect(409);
        assert_eq!(refused["code"], "clash");
        let codes: Vec<&Value> = refused["refusals"]
            .as_array()
            .expect("refusals")
            .iter()
            .map(|one| &one["listing"]["code"])
            .collect();
        assert_eq!(codes, ["FX6", "TRIPOD"]);
        let first = &refused["refusals"][0];
        assert_eq!(
            (&first["line"], &first["kit"]["code"]),
            (&json!(1), &json!("CAM"))
        );
        let words = first["detail"].as_str().expect("words");
        assert!(words.contains("of the kit “CAM package”"), "{words}");
        (app, town)
    });
}

#[test]
fn how_many_kits_are_free_is_what_the_scarcest_part_leaves() {
    in_town(|app, town| async {
        camera_package(&app, &town).await;
        town.pool(&app, "CLAMP", 9).await;
        town.kit("LIGHT", &[("LAMP", 2), ("CLAMP", 4)]).await;
        town.rival
            .book(&["LAMP x4 tue 09:00-12:00"])
            .await
            .expect(201);
        let (from, to) = (moment("tue", "00:00", 0), moment("wed", "00:00", 0));
        let query = format!(
            "from={}&to={}",
            from.replace('+', "%2B"),
            to.replace('+', "%2B")
        );
        let path = format!("/api/v1/listings/LIGHT/availability?{query}");
        let seen = town.crew.client.get(&path).await.expect(200);
        // Nine clamps make two kits; five lamps left make two too.
        let steps = seen["steps"].as_array().expect("steps");
        assert!(steps.iter().all(|step| step["free"] == 2), "{seen}");
        town.rival
            .book(&["CLAMP x2 tue 10:00-12:00", "FX6 x2 tue 10:00-12:00"])
            .await
            .expect(201);
        let seen = town.crew.client.get(&path).await.expect(200);
        let free: Vec<&Value> = seen["steps"]
            .as_array()
            .expect("steps")
            .iter()
            .map(|step| &step["free"])
            .collect();
        assert_eq!(free, [2, 1, 2]);

        let matrix = "/api/v1/availability?from=2030-01-08&days=1&kind=equipment";
        let row = town.crew.client.get(matrix).await.expect(200);
        assert_eq!(row["items"][1]["listing"]["code"], "LIGHT");
        assert_eq!(row["items"][1]["days"][0]["least_free"], 1);
        assert_eq!(row["items"][1]["quantity"], 2);
        assert!(row["items"][0]["next_free"]["start"].is_string(), "{row}");

        for (units, found) in [(1, vec!["LIGHT"]), (2, vec![])] {
            let (from, to) = (moment("tue", "10:00", 0), moment("tue", "11:00", 0));
            let free = format!(
                "kind=equipment&units={units}&free_from={}&free_to={}",
                from.replace('+', "%2B"),
                to.replace('+', "%2B")
            );
            let page = town
                .crew
                .client
                .get(&format!("/api/v1/listings?{free}"))
                .await
                .expect(200);
            assert_eq!(each(&page, "code"), found, "{units} units");
            let counts = town
                .crew
                .client
                .get(&format!("/api/v1/listings/facets?{free}"))
                .await
                .expect(200);
            assert_eq!(counts["total"], found.len(), "{units} units: {counts}");
        }
        (app, town)
    });
}

/// 600 an hour each: the camera package of a camera and a tripod costs 1,200, and two of them 2,400.
#[test]
fn kits_are_narrowed_and_counted_by_what_their_parts_cost() {
    in_town(|app, town| async {
        camera_package(&app, &town).await;
        town.kit("PAIR", &[("CAM", 2)]).await;
        let client = &town.crew.client;
        let seen = client.get("/api/v1/listings/PAIR").await.expect(200);
        let amount = |rate: &str| seen["kit"][rate]["amount"].as_i64();
        let pair = amount("day_rate").or(amount("hour_rate")).expect("a rate");
        let cases = [
            (pair, vec!["CAM", "FX6", "LAMP", "PAIR", "TRIPOD"]),
            (pair - 1, vec!["CAM", "FX6", "LAMP", "TRIPOD"]),
            (pair / 2 - 1, vec!["FX6", "LAMP", "TRIPOD"]),
            (pair / 4 - 1, vec![]),
        ];
        for (most, expected) in cases {
            let kits: Vec<&str> = expected
                .iter()
                .filter(|code| ["CAM", "PAIR"].contains(code))
                .copied()
                .collect();
            for (words, expected) in [("", &expected), ("&q=package", &kits)] {
                let query = format!("price_to={most}{words}");
                let page = client
                    .get(&format!("/api/v1/listings?{query}"))
                    .await
                    .expect(200);
                assert_eq!(each(&page, "code"), *expected, "{query}");
                let counts = client
                    .get(&format!("/api/v1/listings/facets?{query}"))
                    .await
                    .expect(200);
                assert_eq!(counts["total"], expected.len(), "{query}: {counts}");
            }
        }
        let counts = client.get("/api/v1/listings/facets").await.expect(200);
        let most = counts["prices"]
            .as_array()
            .expect("prices")
            .last()
            .expect("a price");
        assert_eq!(
            most["count"], 4,
            "one kit stands where its price is, the other is dearer than any round amount: {counts}"
        );
        // A part that gets dearer makes its kits dearer.
        let headers = [("If-Match", "\"1\"")];
        let dearer = Some(
            json!({ "day_rate": { "amount": 9_000_000 }, "hour_rate": { "amount": 900_000 } }),
        );
        town.owner
            .client
            .send(Method::PATCH, "/api/v1/listings/FX6", dearer, &headers)
            .await
            .expect(200);
        let page = client
            .get(&format!("/api/v1/listings?price_to={pair}"))
            .await
            .expect(200);
        assert_eq!(each(&page, "code"), ["LAMP", "TRIPOD"]);
        (app, town)
    });
}

#[test]
fn owners_decide_their_parts_and_a_kit_stands_or_falls() {
    in_town(|app, town| async {
        camera_package(&app, &town).await;
        let asks = OwnRules {
            approval: Some(Approval::Owner),
            ..OwnRules::default()
        };
        town.listing(&app.app.store, "CRANE", 1, asks).await;
        town.kit("BIG", &[("FX6", 1), ("CRANE", 1)]).await;
        let mut order = town
            .crew
            .basket(&["BIG tue 09:00-12:00", "LAMP tue 09:00-12:00"]);
        order["together"] = json!(false);
        let booked = town
            .crew
            .client
            .post("/api/v1/bookings", order)
            .await
            .expect(201);
        let states = |booking: &Value| {
            booking["lines"]
                .as_array()
                .expect("lines")
                .iter()
                .map(|line| line["state"].as_str().unwrap_or_default().to_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(states(&booked), ["confirmed", "requested", "confirmed"]);
        let id = booked["id"].as_str().expect("an id");
        let decision = json!({ "verdict": "decline", "reason": "in repair" });
        let path = format!("/api/v1/bookings/{id}/decision");
        let decided = town.owner.client.post(&path, decision).await.expect(200);
        assert_eq!(states(&decided), ["cancelled", "declined", "confirmed"]);
        (app, town)
    });
}

#[test]
fn a_change_adds_a_kit_and_its_parts_go_on_as_lines() {
    in_town(|app, town| async {
        camera_package(&app, &town).await;
        let booked = town.crew.book(&["CAM tue 09:00-12:00"]).await.expect(201);
        let id = booked["id"].as_str().expect("an id").to_owned();
        let path = format!("/api/v1/bookings/{id}");
        let keep = |booking: &Value| {
            booking["lines"].as_array().expect("lines").iter()
            .map(|line| json!({ "id": line["id"], "listing": line["listing"]["code"], "units": line["units"],
                "start": line["start"], "end": line["end"] })).collect::<Vec<_>>()
        };
        let mut lines = keep(&booked);
        lines.push(crate::support::make::line_in("CAM wed 09:00-12:00"));
        let body = Some(json!({ "lines": lines }));
        let changed = town
            .crew
            .client
            .send(Method::PATCH, &path, body, &[("If-Match", "\"1\"")])
            .await
            .expect(200);
        let groups: Vec<&Value> = changed["lines"]
            .as_array()
            .expect("lines")
            .iter()
            .map(|line| &line["kit"]["group"])
            .collect();
        assert_eq!(groups, [1, 1, 2, 2]);
        // A kit cannot take the place of a line.
        let mut lines = keep(&changed);
        lines[0]["listing"] = json!("CAM");
        let body = Some(json!({ "lines": lines }));
        let refused = town
            .crew
            .client
            .send(Method::PATCH, &path, body, &[("If-Match", "\"2\"")])
            .await
            .expect(422);
        assert_eq!(
            faults(&refused),
            [(
                "lines[0].listing".to_owned(),
                "kit_in_place_of_a_line".to_owned()
            )]
        );
        // What is in a booking stays what it was when the kit is made of something else.
        put(&town.owner, "CAM", "LAMP x1").await.expect(200);
        let seen = town.crew.client.get(&path).await.expect(200);
        assert_eq!(
            told(&seen),
            [
                "FX6 x1 of CAM",
                "TRIPOD x1 of CAM",
                "FX6 x1 of CAM",
                "TRIPOD x1 of CAM"
            ]
        );
        (app, town)
    });
}

#[test]
fn openings_and_repairs_know_kits() {
    in_town(|app, town| async {
        camera_package(&app, &town).await;
        town.rival
            .book(&["TRIPOD x3 tue 09:00-11:00", "FX6 x2 tue 11:00-13:00"])
            .await
            .expect(201);
        let body = json!({
            "production": town.crew.production, "from": moment("tue", "09:00", 0), "most": 1,
            "lines": [{ "listing": "CAM", "minutes": 120 }, { "listing": "LAMP", "minutes": 120 }],
        });
        let found = town
            .crew
            .client
            .post("/api/v1/openings", body)
            .await
            .expect(200);
        let opening = &found["items"][0];
        assert_eq!(opening["start"], "2030-01-08T05:00:00Z", "13:00: {found}");
        assert_eq!(opening["lines"].as_array().map(Vec::len), Some(2));
        assert_eq!(opening["lines"][0]["listing"]["code"], "CAM");
        assert_eq!(found["bottlenecks"][0]["line"], 0);
        let several = json!({ "lines": [{ "listings": ["LAMP", "CAM"], "minutes": 60 }] });
        let refused = town
            .crew
            .client
            .post("/api/v1/openings", several)
            .await
            .expect(422);
        assert_eq!(
            faults(&refused),
            [(
                "lines[0].listings".to_owned(),
                "kit_among_others".to_owned()
            )]
        );

        let order = ["CAM tue 10:00-12:00", "LAMP tue 10:00-12:00"];
        let refused = town.crew.book(&order).await.expect(409);
        let repairs = refused["repairs"].as_array().expect("repairs");
        let kinds: Vec<&str> = repairs
            .iter()
            .filter_map(|one| one["kind"].as_str())
            .collect();
        assert!(kinds.contains(&"shift_line"), "{kinds:?}");
        for repair in repairs {
            if repair["complete"] == true {
                let quoted = town
                    .crew
                    .client
                    .post("/api/v1/quotes", repair["body"].clone())
                    .await
                    .expect(200);
                assert_eq!(quoted["bookable"], true, "{repair}");
            }
        }
        // Fewer: of two packages one is left.
        town.rival
            .book(&["TRIPOD x2 thu 09:00-12:00"])
            .await
            .expect(201);
        let refused = town
            .crew
            .book(&["CAM x2 thu 09:00-12:00"])
            .await
            .expect(409);
        let repairs = refused["repairs"].as_array().expect("repairs");
        let fewer = repairs
            .iter()
            .find(|one| one["kind"] == "fewer")
            .expect("fewer");
        town.crew
            .client
            .post("/api/v1/bookings", fewer["body"].clone())
            .await
            .expect(201);
        (app, town)
    });
}

#[test]
fn kits_are_held_and_wait_in_line_part_by_part() {
    in_town(|app, town| async {
        camera_package(&app, &town).await;
        let mut order = town.rival.basket(&["FX6 x2 tue 09:00-12:00"]);
        order["hold"] = json!(true);
        town.rival
            .client
            .post("/api/v1/bookings", order)
            .await
            .expect(201);
        let mut order = town.crew.basket(&["CAM tue 09:00-12:00"]);
        order["hold"] = json!(true);
        let quote = town
            .crew
            .client
            .post("/api/v1/quotes", order.clone())
            .await
            .expect(200);
        assert_eq!(
            (&quote["outcome"], &quote["lines"][0]["would_be"]),
            (&json!("queue"), &json!("queued"))
        );
        let held = town
            .crew
            .client
            .post("/api/v1/bookings", order)
            .await
            .expect(201);
        assert_eq!(held["lines"][0]["state"], "queued");
        assert_eq!(held["lines"][1]["state"], "held");
        (app, town)
    });
}

#[test]
fn a_kit_of_too_many_lines_is_refused_in_words() {
    in_town(|app, town| async {
        camera_package(&app, &town).await;
        let lines: Vec<String> = (0..51).map(|_| "CAM tue 09:00-12:00".to_owned()).collect();
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        let refused = town.crew.book(&lines).await.expect(422);
        assert_eq!(
            faults(&refused),
            [("lines".to_owned(), "too_many_parts".to_owned())]
        );
        let many = town
            .crew
            .book(&["CAM x1000000 tue 09:00-12:00"])
            .await
            .expect(422);
        assert_eq!(many["refusals"][0]["code"], "too_many_units");
        (app, town)
    });
}
