//! What a kit is made of, who says so, and what it never has of its own.

use reqwest::Method;
use serde_json::{Value, json};

use super::{camera_package, parts, put, told};
use crate::api::{faults, in_town};
use crate::support::make::moment;

#[test]
fn kits_of_kits_add_up_and_never_close_a_ring() {
    in_town(|app, town| async {
        camera_package(&app, &town).await;
        town.kit("UNIT", &[("CAM", 2), ("TRIPOD", 1), ("LAMP", 4)])
            .await;
        let booked = town.crew.book(&["UNIT tue 09:00-12:00"]).await.expect(201);
        assert_eq!(
            told(&booked),
            ["FX6 x2 of UNIT", "TRIPOD x3 of UNIT", "LAMP x4 of UNIT"]
        );

        let cases = [
            ("CAM", "CAM x1", "parts[0].listing", "part_of_itself"),
            (
                "CAM",
                "FX6 x1, UNIT x1",
                "parts[1].listing",
                "part_of_itself",
            ),
            ("UNIT", "CAM x1, CAM x2", "parts[1].listing", "named_twice"),
            (
                "UNIT",
                "CAM x1, NOWHERE x2",
                "parts[1].listing",
                "unknown_listing",
            ),
            ("UNIT", "CAM x0", "parts[0].quantity", "out_of_range"),
            ("UNIT", "CAM x1000", "parts[0].quantity", "out_of_range"),
        ];
        for (code, made_of, field, fault) in cases {
            let refused = put(&town.owner, code, made_of).await.expect(422);
            assert_eq!(
                faults(&refused),
                [(field.to_owned(), fault.to_owned())],
                "{code}: {made_of}"
            );
        }
        // Four kits in each other are as deep as it goes, whichever end is added.
        town.kit("K3", &[("UNIT", 1)]).await;
        town.kit("K4", &[("K3", 1)]).await;
        let draft = json!({ "code": "K5", "kind": "equipment", "category": "camera", "name_zh": "五", "name_en": "Five",
            "site": town.site, "quantity": 1, "day_rate": { "amount": 100 } });
        town.owner
            .client
            .post("/api/v1/listings", draft)
            .await
            .expect(201);
        let deep = put(&town.owner, "K5", "K4 x1").await.expect(422);
        assert_eq!(faults(&deep), [("parts".to_owned(), "too_deep".to_owned())]);
        put(&town.owner, "K5", "LAMP x1").await.expect(200);
        let deep = put(&town.owner, "CAM", "K5 x1").await.expect(422);
        assert_eq!(faults(&deep), [("parts".to_owned(), "too_deep".to_owned())]);
        (app, town)
    });
}

#[test]
fn a_kit_has_nothing_of_its_own() {
    in_town(|app, town| async {
        camera_package(&app, &town).await;
        let owner = &town.owner.client;
        let rate = Some(json!({ "day_rate": { "amount": 100 } }));
        let refused = owner
            .send(
                Method::PATCH,
                "/api/v1/listings/CAM",
                rate,
                &[("If-Match", "\"3\"")],
            )
            .await;
        assert_eq!(
            faults(&refused.expect(422)),
            [("day_rate".to_owned(), "kit_has_no_rates".to_owned())]
        );
        let units = json!({ "first": "CAM-001" });
        let refused = owner
            .post("/api/v1/listings/CAM/units", units)
            .await
            .expect(422);
        assert_eq!(
            faults(&refused),
            [("first".to_owned(), "kit_has_no_units".to_owned())]
        );
        let closure = json!({ "listing": "CAM", "start": moment("tue", "09:00", 0), "end": moment("tue", "10:00", 0),
            "kind": "closed", "reason": "" });
        let refused = owner.post("/api/v1/closures", closure).await.expect(422);
        assert_eq!(
            faults(&refused),
            [("listing".to_owned(), "kit_has_no_closures".to_owned())]
        );

        // What is booked, or has units with names, is not made a kit of; what has rates loses them.
        town.crew.book(&["LAMP tue 09:00-12:00"]).await.expect(201);
        put(&town.owner, "LAMP", "FX6 x1").await.problem(409);
        owner
            .post("/api/v1/listings/TRIPOD/units", json!({ "first": "T001" }))
            .await
            .expect(201);
        let refused = put(&town.owner, "TRIPOD", "FX6 x1").await.expect(422);
        assert_eq!(
            faults(&refused),
            [("parts".to_owned(), "has_units".to_owned())]
        );
        let set = town.set(&app, "A01").await;
        put(&town.owner, "A01", "FX6 x1").await.expect(200);
        let seen = owner
            .get(&format!("/api/v1/listings/{set}"))
            .await
            .expect(200);
        assert_eq!(
            (&seen["day_rate"], &seen["deposit"]["amount"]),
            (&Value::Null, &json!(0))
        );
        let history = owner.get("/api/v1/listings/A01/history").await.expect(200);
        assert_eq!(history["items"][0]["what"], "listing.parts_changed");
        let changes = history["items"][0]["changes"].to_string();
        assert!(changes.contains("FX6 × 1"), "{changes}");
        // Published, it cannot be left without parts: it would have no price.
        assert_eq!(
            put(&town.owner, "A01", "").await.problem(409),
            "state_conflict"
        );
        (app, town)
    });
}

#[test]
fn who_may_say_what_a_kit_is_made_of() {
    in_town(|app, town| async {
        camera_package(&app, &town).await;
        let path = "/api/v1/listings/CAM/parts";
        let seen = town.crew.client.get(path).await;
        assert_eq!(seen.json["can_edit"], false);
        assert_eq!(seen.headers["etag"], "\"3\"");
        let inside = town
            .crew
            .client
            .get("/api/v1/listings/FX6/parts")
            .await
            .expect(200);
        assert_eq!(inside["kits"][0]["code"], "CAM");
        put(&town.crew, "CAM", "FX6 x1").await.problem(403);
        put(&town.manager, "CAM", "FX6 x1, TRIPOD x2")
            .await
            .expect(200);
        let body = Some(parts("FX6 x1"));
        let stale = town
            .owner
            .client
            .send(Method::PUT, path, body.clone(), &[("If-Match", "\"3\"")])
            .await;
        assert_eq!(stale.problem(412), "version_stale");
        let blind = town.owner.client.send(Method::PUT, path, body, &[]).await;
        assert_eq!(blind.problem(428), "precondition_required");
        (app, town)
    });
}

#[test]
fn a_part_that_goes_takes_its_kit_along_in_words() {
    in_town(|app, town| async {
        camera_package(&app, &town).await;
        let owner = &town.owner.client;
        let refused = owner
            .post("/api/v1/listings/TRIPOD/retirement", json!({}))
            .await
            .expect(422);
        assert_eq!(
            faults(&refused),
            [("state".to_owned(), "part_of_kits".to_owned())]
        );
        assert!(
            refused["detail"].as_str().expect("words").contains("CAM"),
            "{refused}"
        );
        owner
            .post("/api/v1/listings/CAM/retirement", json!({}))
            .await
            .expect(200);
        owner
            .post("/api/v1/listings/TRIPOD/retirement", json!({}))
            .await
            .expect(200);
        let refused = owner
            .post("/api/v1/listings/CAM/publication", json!({}))
            .await
            .expect(422);
        assert_eq!(
            faults(&refused),
            [("parts".to_owned(), "unpublished_parts".to_owned())]
        );
        let matrix = "/api/v1/availability?from=2030-01-08&days=1&kind=equipment&state=retired";
        let row = town.manager.client.get(matrix).await.expect(200);
        assert_eq!(
            row["items"][0]["days"][0]["most_free"], 0,
            "what lacks a part is not free"
        );
        let refused = town.crew.book(&["CAM tue 09:00-12:00"]).await.expect(422);
        let codes: Vec<&Value> = refused["refusals"]
            .as_array()
            .expect("refusals")
            .iter()
            .map(|one| &one["listing"]["code"])
            .collect();
        assert_eq!(
            codes,
            ["CAM", "TRIPOD"],
            "the kit, and the part that is gone"
        );
        (app, town)
    });
}

#[test]
fn a_kit_goes_out_with_the_list_and_comes_back_unchanged() {
    in_town(|app, town| async {
        camera_package(&app, &town).await;
        let file = town
            .owner
            .client
            .get("/api/v1/listings/export.csv")
            .await
            .bytes;
        let preview = town
            .owner
            .client
            .upload("/api/v1/imports/preview", &file, json!({}))
            .await
            .expect(200);
        assert_eq!(preview["totals"]["unchanged"], 4, "{preview}");
        let priced = "code,day_rate_cny\nCAM,100\n";
        let preview = town
            .owner
            .client
            .upload("/api/v1/imports/preview", priced.as_bytes(), json!({}))
            .await
            .expect(200);
        assert_eq!(preview["totals"]["refused"], 1, "{preview}");
        (app, town)
    });
}
