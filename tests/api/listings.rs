//! Listings: drafted, published, searched, edited, retired.

use serde_json::{Value, json};

use super::{each, faults, in_town};
use crate::support::make::Town;

fn draft(town: &Town, code: &str) -> Value {
    json!({
        "code": code, "kind": "equipment", "category": "camera", "name_zh": "索尼 FX6 全画幅电影机",
        "name_en": "Sony FX6", "description_zh": "含两块电池", "tags": ["full-frame", "4k"], "site": town.site,
        "quantity": 3, "day_rate": { "amount": 45_000 }, "deposit": { "amount": 2_000_000, "currency": "CNY" },
        "rules": { "turnaround_minutes": 30, "hours_apply": "none" },
    })
}

async fn search(town: &Town, query: &str) -> Vec<String> {
    let path = format!("/api/v1/listings?{query}");
    each(&town.crew.client.get(&path).await.expect(200), "code")
}

#[test]
fn a_draft_is_its_owners_until_it_is_published() {
    in_town(|app, town| async {
        let made = town
            .owner
            .client
            .post("/api/v1/listings", draft(&town, "FX6"))
            .await
            .expect(201);
        assert_eq!(
            (&made["state"], &made["version"]),
            (&json!("draft"), &json!(1))
        );
        assert_eq!(made["rules"]["turnaround_minutes"], 30);
        assert_eq!(made["rules"]["day_hours"], 24, "the rest is its kind's");
        assert_eq!(
            made["hour_rate"],
            Value::Null,
            "absent is not offered, and not free"
        );
        assert_eq!(
            town.crew
                .client
                .get("/api/v1/listings/FX6")
                .await
                .problem(404),
            "not_found"
        );
        assert!(search(&town, "q=FX6").await.is_empty());
        let refused = town.crew.book(&["FX6 tue 09:00-12:00"]).await.expect(422);
        assert_eq!(refused["refusals"][0]["code"], "not_published");
        town.owner
            .client
            .post("/api/v1/listings/FX6/publication", json!({}))
            .await
            .expect(200);
        assert_eq!(search(&town, "q=FX6").await, ["FX6"]);
        town.crew
            .book(&["FX6 x3 tue 09:00-12:00"])
            .await
            .expect(201);
        (app, town)
    });
}

#[test]
fn search_finds_names_in_both_languages_tags_and_codes() {
    in_town(|app, town| async {
        for code in ["FX6", "FX9"] {
            let mut body = draft(&town, code);
            if code == "FX9" {
                body["name_zh"] = json!("斯坦尼康 100%_稳定器");
                body["tags"] = json!(["4k-ready"]);
            }
            town.owner
                .client
                .post("/api/v1/listings", body)
                .await
                .expect(201);
            let path = format!("/api/v1/listings/{code}/publication");
            town.owner.client.post(&path, json!({})).await.expect(200);
        }
        town.set(&app, "A01").await;
        let cases: [(&str, &[&str]); 10] = [
            ("q=电影", &["FX6"]),
            ("q=sony", &["FX6", "FX9"]),
            ("q=SONY%20电影机", &["FX6"]),
            ("q=100%25_", &["FX9"]),
            ("q=100x", &[]),
            ("tag=4k", &["FX6"]),
            ("kind=scene", &["A01"]),
            ("category=camera&q=fx9", &["FX9"]),
            ("kind=prop", &[]),
            ("q=电池", &["FX6", "FX9"]),
        ];
        for (query, expected) in cases {
            assert_eq!(search(&town, query).await, expected, "{query}");
        }
        let wrong = town
            .crew
            .client
            .get("/api/v1/listings?kind=boat&site=x")
            .await
            .expect(422);
        assert_eq!(faults(&wrong).len(), 2);
        (app, town)
    });
}

#[test]
fn the_catalogue_shows_what_is_free_in_a_window() {
    in_town(|app, town| async {
        for code in ["A01", "A02", "A03"] {
            town.set(&app, code).await;
        }
        town.pool(&app, "POOL", 10).await;
        town.crew
            .book(&["A02 tue 09:00-12:00", "POOL x8 tue 09:00-12:00"])
            .await
            .expect(201);
        let window = "free_from=2030-01-08T03:00:00Z&free_to=2030-01-08T06:00:00Z";
        assert_eq!(search(&town, window).await, ["A01", "A03", "POOL"]);
        assert_eq!(
            search(&town, &format!("{window}&units=3")).await,
            Vec::<String>::new()
        );
        let later = "free_from=2030-01-08T04:00:00Z&free_to=2030-01-08T06:00:00Z";
        assert_eq!(
            search(&town, later).await,
            ["A01", "A02", "A03", "POOL"],
            "back to back"
        );

        let mut pages = Vec::new();
        let mut cursor = String::new();
        for _ in 0..5 {
            let path = format!("/api/v1/listings?{window}&limit=1{cursor}");
            let page = town.crew.client.get(&path).await.expect(200);
            pages.extend(each(&page, "code"));
            let Some(next) = page["next_cursor"].as_str() else {
                break;
            };
            cursor = format!("&cursor={next}");
        }
        assert_eq!(pages, ["A01", "A03", "POOL"]);
        let half = town
            .crew
            .client
            .get("/api/v1/listings?free_from=2030-01-08T04:00:00Z")
            .await;
        assert_eq!(faults(&half.expect(422))[0].0, "free_to");
        (app, town)
    });
}

#[test]
fn an_edit_names_its_version_and_every_wrong_field() {
    in_town(|app, town| async {
        let client = &town.owner.client;
        client
            .post("/api/v1/listings", draft(&town, "FX6"))
            .await
            .expect(201);
        let path = "/api/v1/listings/FX6";
        let method = reqwest::Method::PATCH;
        let blind = client
            .send(method, path, Some(json!({ "quantity": 4 })), &[])
            .await;
        assert_eq!(blind.problem(428), "precondition_required");
        let body = json!({ "quantity": 4, "day_rate": null, "hour_rate": { "amount": 0 }, "area_sqm": 12 });
        let changed = client.patch(path, 1, body).await.expect(200);
        assert_eq!(
            (&changed["quantity"], &changed["version"]),
            (&json!(4), &json!(2))
        );
        assert_eq!(changed["day_rate"], Value::Null);
        assert_eq!(changed["hour_rate"]["amount"], 0);
        assert_eq!(changed["name_en"], "Sony FX6");
        assert_eq!(
            client
                .patch(path, 1, json!({ "quantity": 5 }))
                .await
                .problem(412),
            "version_stale"
        );
        let wrong = json!({
            "code": "two words", "category": "Not A Slug", "name_zh": "", "tags": ["ok", "Not ok"], "quantity": 2_000_000,
            "deposit": { "amount": -1 }, "day_rate": { "amount": 1, "currency": "USD" },
            "rules": { "step_minutes": 7 },
        });
        let refused = faults(&client.patch(path, 2, wrong).await.expect(422));
        let mut named: Vec<&str> = refused.iter().map(|(field, _)| field.as_str()).collect();
        named.sort_unstable();
        let expected = [
            "category",
            "code",
            "day_rate",
            "deposit",
            "name_zh",
            "quantity",
            "rules.step_minutes",
            "tags[1]",
        ];
        assert_eq!(named, expected);
        let others = town
            .crew
            .client
            .patch(path, 2, json!({ "quantity": 1 }))
            .await;
        assert_eq!(others.problem(403), "forbidden");
        (app, town)
    });
}

#[test]
fn fewer_units_and_retirement_wait_for_what_is_booked() {
    in_town(|app, town| async {
        town.pool(&app, "POOL", 5).await;
        let booked = town
            .crew
            .book(&["POOL x3 tue 09:00-12:00"])
            .await
            .expect(201);
        let client = &town.owner.client;
        let hit = client
            .patch("/api/v1/listings/POOL", 1, json!({ "quantity": 2 }))
            .await
            .expect(409);
        assert_eq!(hit["bookings"], json!([booked["reference"]]));
        client
            .patch("/api/v1/listings/POOL", 1, json!({ "quantity": 3 }))
            .await
            .expect(200);
        let retire = || client.post("/api/v1/listings/POOL/retirement", json!({}));
        assert_eq!(retire().await.problem(409), "closure_hits_bookings");
        let cancel = format!(
            "/api/v1/bookings/{}/cancellation",
            booked["id"].as_str().expect("an id")
        );
        town.crew.client.post(&cancel, json!({})).await.expect(200);
        assert_eq!(retire().await.expect(200)["state"], "retired");
        assert!(search(&town, "q=POOL").await.is_empty());
        assert_eq!(retire().await.problem(409), "state_conflict");
        (app, town)
    });
}

#[test]
fn a_code_is_taken_once_even_by_two_at_a_time() {
    in_town(|app, town| async {
        let post = || {
            town.owner
                .client
                .post("/api/v1/listings", draft(&town, "TWIN"))
        };
        let (one, other) = tokio::join!(post(), post());
        let mut statuses = [one.status.as_u16(), other.status.as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 409]);
        (app, town)
    });
}

/// What was out in the morning was there in the morning, though there are fewer in the afternoon.
#[test]
fn units_that_go_later_break_no_promise_that_was_kept() {
    in_town(|app, town| async {
        town.pool(&app, "POOL", 3).await;
        town.crew
            .book(&["POOL x3 mon 08:00-11:00"])
            .await
            .expect(201);
        let fewer = |version| {
            let owner = &town.owner.client;
            async move {
                owner
                    .patch("/api/v1/listings/POOL", version, json!({ "quantity": 1 }))
                    .await
            }
        };
        assert_eq!(fewer(1).await.problem(409), "closure_hits_bookings");
        app.app.clock.advance(chrono::TimeDelta::hours(6));
        fewer(1).await.expect(200);
        app.letters().await;
        assert_eq!(app.broken_promises().await, Vec::<String>::new());
        (app, town)
    });
}
