//! What is kept of each change of a listing, for whom; and another listing like one.

use image::ImageFormat;
use serde_json::{Value, json};

use super::{each, in_town};
use crate::support::make::Town;
use crate::support::pictures::half_red;

async fn told(town: &Town, code: &str) -> Vec<Value> {
    let path = format!("/api/v1/listings/{code}/history");
    let page = town.owner.client.get(&path).await.expect(200);
    page["items"].as_array().expect("a page").clone()
}

fn change<'a>(entry: &'a Value, field: &str) -> &'a Value {
    let changes = entry["changes"].as_array().expect("changes");
    let found = changes.iter().find(|change| change["field"] == field);
    found.unwrap_or_else(|| panic!("no {field} in {entry}"))
}

#[test]
fn every_change_says_who_what_before_and_after() {
    in_town(|app, town| async {
        town.pool(&app, "FX6", 3).await;
        let owner = &town.owner.client;
        let body = json!({
            "quantity": 5, "description_zh": "含两块电池", "day_rate": null, "rules": { "turnaround_minutes": 45 },
        });
        owner
            .patch("/api/v1/listings/FX6", 1, body)
            .await
            .expect(200);
        let closure = json!({ "listing": "FX6", "units": 1, "start": "2030-01-08T00:00:00Z", "reason": "送修" });
        let closure = owner.post("/api/v1/closures", closure).await.expect(201);
        let path = format!(
            "/api/v1/closures/{}",
            closure["id"].as_str().expect("an id")
        );
        owner.delete(&path).await.expect(204);
        let photo = half_red(20, 20, ImageFormat::Png);
        owner
            .upload("/api/v1/listings/FX6/photos", &photo, json!({}))
            .await
            .expect(201);
        let run = json!({ "first": "F1", "count": 2 });
        town.manager
            .client
            .post("/api/v1/listings/FX6/units", run)
            .await
            .expect(201);
        let site = json!({ "code": "STORE", "name_zh": "库房", "name_en": "Store" });
        let site = town
            .manager
            .client
            .post("/api/v1/sites", site)
            .await
            .expect(201);
        owner
            .patch("/api/v1/listings/FX6", 2, json!({ "site": site["id"] }))
            .await
            .expect(200);

        let entries = told(&town, "FX6").await;
        let what: Vec<&str> = entries
            .iter()
            .map(|one| one["what"].as_str().expect("a word"))
            .collect();
        let expected = [
            "listing.changed",
            "listing.units_added",
            "listing.photo_added",
            "closure.deleted",
            "closure.created",
            "listing.changed",
        ];
        assert_eq!(what, expected, "newest first");
        assert_eq!(
            change(&entries[0], "site")["before"],
            "HALL",
            "places by their codes"
        );
        assert_eq!(change(&entries[0], "site")["after"], "STORE");
        assert_eq!(
            (&entries[1]["by"], &entries[2]["by"]),
            (&json!("manager"), &json!("owner"))
        );
        assert_eq!(change(&entries[1], "units")["after"], json!(["F1", "F2"]));
        assert_eq!(entries[4]["reason"], "送修");
        let first = &entries[5];
        assert_eq!(
            change(first, "quantity"),
            &json!({ "field": "quantity", "before": 3, "after": 5 })
        );
        assert_eq!(change(first, "description_zh")["after"], "含两块电池");
        assert_eq!(change(first, "day_rate")["before"]["amount"], 300_000);
        assert_eq!(change(first, "day_rate")["after"], Value::Null);
        assert_eq!(change(first, "rules.turnaround_minutes")["after"], 45);
        assert_eq!(
            first["changes"].as_array().map(Vec::len),
            Some(4),
            "and nothing that stayed"
        );

        let page = owner
            .get("/api/v1/listings/FX6/history?limit=2")
            .await
            .expect(200);
        let next = page["next_cursor"].as_str().expect("there is more");
        let path = format!("/api/v1/listings/FX6/history?limit=2&cursor={next}");
        let second = owner.get(&path).await.expect(200);
        assert_eq!(
            each(&second, "what"),
            ["listing.photo_added", "closure.deleted"]
        );
        (app, town)
    });
}

#[test]
fn the_history_is_for_those_who_keep_it() {
    in_town(|app, town| async {
        town.set(&app, "A01").await;
        let path = "/api/v1/listings/A01/history";
        town.manager.client.get(path).await.expect(200);
        assert_eq!(town.crew.client.get(path).await.problem(403), "forbidden");
        let theirs = json!({
            "code": "B01", "kind": "prop", "category": "hand_prop", "name_zh": "刀", "name_en": "Knife",
            "site": town.site, "quantity": 1,
        });
        town.manager
            .client
            .post("/api/v1/listings", theirs)
            .await
            .expect(201);
        let draft = town.owner.client.get("/api/v1/listings/B01/history").await;
        assert_eq!(draft.problem(404), "not_found", "another's draft");
        let publish = "/api/v1/listings/B01/publication";
        let priced = json!({ "day_rate": { "amount": 0 } });
        town.manager
            .client
            .patch("/api/v1/listings/B01", 1, priced)
            .await
            .expect(200);
        town.manager
            .client
            .post(publish, json!({}))
            .await
            .expect(200);
        let published = town.owner.client.get("/api/v1/listings/B01/history").await;
        assert_eq!(published.problem(403), "forbidden", "another's listing");
        (app, town)
    });
}

#[test]
fn a_copy_is_a_draft_with_the_same_words_and_photos() {
    in_town(|app, town| async {
        town.pool(&app, "FX6", 3).await;
        let owner = &town.owner.client;
        let photo = half_red(20, 20, ImageFormat::Png);
        let photo = owner
            .upload("/api/v1/listings/FX6/photos", &photo, json!({}))
            .await
            .expect(201);
        owner
            .post("/api/v1/listings/FX6/units", json!({ "first": "F1" }))
            .await
            .expect(201);
        let path = "/api/v1/listings/FX6/copy";
        let made = owner.post(path, json!({ "code": "FX7" })).await.expect(201);
        assert_eq!(
            (&made["state"], &made["quantity"], &made["version"]),
            (&json!("draft"), &json!(3), &json!(1))
        );
        assert_eq!(made["name_en"], "Set FX6");
        assert_eq!(made["cover"]["large"], photo["large"]);
        assert_ne!(made["cover"]["id"], photo["id"]);
        let units = owner.get("/api/v1/listings/FX7/units").await.expect(200);
        assert_eq!(each(&units, "code"), Vec::<String>::new());
        let drafts = owner.get("/api/v1/listings?state=draft").await.expect(200);
        assert_eq!(each(&drafts, "code"), ["FX7"], "its owner sees it");
        let others = town
            .crew
            .client
            .get("/api/v1/listings?state=draft")
            .await
            .expect(200);
        assert_eq!(each(&others, "code"), Vec::<String>::new());

        for taken in ["FX6", "F1"] {
            let twice = owner.post(path, json!({ "code": taken })).await;
            assert_eq!(twice.problem(409), "duplicate", "{taken}");
        }
        assert_eq!(
            owner
                .post(path, json!({ "code": "a b" }))
                .await
                .problem(422),
            "invalid_input"
        );
        let rival = town.crew.client.post(path, json!({ "code": "FX8" })).await;
        assert_eq!(rival.problem(403), "forbidden");
        (app, town)
    });
}
