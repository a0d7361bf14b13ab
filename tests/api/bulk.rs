//! One change to many listings: looked at first, then made to all of them or to none.

use backlot::domain::ids::{Id, SiteId};
use reqwest::Method;
use serde_json::{Value, json};

use super::{faults, in_town};
use crate::support::make::Town;

const PREVIEW: &str = "/api/v1/listing-changes/preview";
const MAKE: &str = "/api/v1/listing-changes";

async fn looked_at(town: &Town, body: &Value) -> Value {
    town.owner
        .client
        .post(PREVIEW, body.clone())
        .await
        .expect(200)
}

async fn listing(town: &Town, code: &str) -> Value {
    let path = format!("/api/v1/listings/{code}");
    town.manager.client.get(&path).await.expect(200)
}

fn verdicts(outlook: &Value) -> Vec<(&str, &str)> {
    let items = outlook["items"].as_array().expect("items").iter();
    items
        .map(|one| {
            let code = one["listing"]["code"].as_str().unwrap_or_default();
            (code, one["verdict"].as_str().unwrap_or_default())
        })
        .collect()
}

#[test]
fn five_percent_more_is_shown_before_it_is_made_and_made_once() {
    in_town(|app, town| async {
        for code in ["A01", "A02", "A03"] {
            town.set(&app, code).await;
        }
        let change = json!({
            "rates": { "percent": 5, "round_to": 10_000 }, "turnaround_minutes": 45, "add_tags": ["summer"],
        });
        let mut body = json!({ "filter": { "q": "Set", "kind": "scene" }, "change": change });
        let outlook = looked_at(&town, &body).await;
        assert_eq!(
            outlook["totals"],
            json!({ "changed": 3, "unchanged": 0, "refused": 0 })
        );
        let expected = json!([
            // 3150 to whole hundreds; the hour's 315 stays 300; a tag more.
            { "field": "day_rate_cny", "before": "3000", "after": "3200" },
            { "field": "tags", "before": "", "after": "summer" },
            { "field": "turnaround_minutes", "before": "0", "after": "45" },
        ]);
        assert_eq!(outlook["items"][0]["changes"], expected);
        assert_eq!(
            listing(&town, "A01").await["version"],
            1,
            "nothing is stored"
        );

        body["seen"] = outlook["seen"].clone();
        let key = [("Idempotency-Key", "summer-prices")];
        for _ in 0..2 {
            let made = town
                .owner
                .client
                .send(Method::POST, MAKE, Some(body.clone()), &key);
            assert_eq!(made.await.expect(200)["changed"], 3);
        }
        let now = listing(&town, "A02").await;
        assert_eq!(now["day_rate"]["amount"], 320_000, "once, not twice");
        assert_eq!(now["own_rules"]["turnaround_minutes"], 45);
        assert_eq!(now["tags"], json!(["summer"]));
        assert_eq!(now["version"], 2);

        // Made from an old preview it would come on top: it is refused instead.
        let stale = town.owner.client.post(MAKE, body.clone()).await;
        assert_eq!(stale.problem(409), "state_conflict");
        assert_eq!(listing(&town, "A02").await["version"], 2);
        (app, town)
    });
}

#[test]
fn one_that_is_refused_keeps_all_of_them_as_they_are() {
    in_town(|app, town| async {
        for code in ["A01", "A02", "A03"] {
            town.set(&app, code).await;
        }
        let booked = town.crew.book(&["A02 tue 09:00-12:00"]).await.expect(201);
        let reference = booked["reference"].as_str().expect("a reference");
        let retire =
            |codes: &[&str]| json!({ "listings": codes, "change": { "state": "retired" } });
        let outlook = looked_at(&town, &retire(&["A01", "A02", "A03"])).await;
        assert_eq!(
            verdicts(&outlook),
            [("A01", "changed"), ("A02", "refused"), ("A03", "changed")]
        );
        let issue = &outlook["items"][1]["issues"][0];
        assert_eq!(issue["code"], "hits_bookings");
        assert!(issue["reason"].as_str().expect("words").contains(reference));

        let refused = town
            .owner
            .client
            .post(MAKE, retire(&["A01", "A02", "A03"]))
            .await;
        let refused = refused.expect(422);
        assert_eq!(faults(&refused)[0].1, "cannot_be_changed");
        assert!(refused["detail"].as_str().expect("words").contains("A02"));
        assert_eq!(listing(&town, "A01").await["state"], "published");

        let made = town.owner.client.post(MAKE, retire(&["A01", "A03"])).await;
        assert_eq!(made.expect(200)["changed"], 2);
        assert_eq!(listing(&town, "A01").await["state"], "retired");
        assert_eq!(listing(&town, "A02").await["state"], "published");
        (app, town)
    });
}

#[test]
fn each_listing_is_changed_only_by_who_keeps_it() {
    in_town(|app, town| async {
        town.set(&app, "A01").await;
        let body = json!({ "listings": ["A01"], "change": { "add_tags": ["mine"] } });
        let crew = town.crew.client.post(MAKE, body.clone()).await;
        assert_eq!(crew.problem(403), "forbidden");

        let company = town.rival.member.company;
        let draft = json!({
            "code": "R01", "kind": "scene", "category": "modern_interior", "name_zh": "他家", "name_en": "Theirs",
            "site": town.site, "quantity": 1, "owner": company, "hour_rate": { "amount": 100 },
        });
        town.manager
            .client
            .post("/api/v1/listings", draft)
            .await
            .expect(201);
        let unknown = json!({ "listings": ["A01", "R01"], "change": { "add_tags": ["mine"] } });
        let refused = town.owner.client.post(PREVIEW, unknown).await.expect(422);
        assert_eq!(
            faults(&refused)[0].0,
            "listings[1]",
            "a draft of others is as unknown as none"
        );
        town.manager
            .client
            .post("/api/v1/listings/R01/publication", json!({}))
            .await
            .expect(200);
        let both = json!({ "listings": ["A01", "R01"], "change": { "add_tags": ["mine"] } });
        let outlook = looked_at(&town, &both).await;
        assert_eq!(verdicts(&outlook), [("A01", "changed"), ("R01", "refused")]);
        assert_eq!(outlook["items"][1]["issues"][0]["code"], "others_listing");
        let by_manager = town.manager.client.post(MAKE, both).await;
        assert_eq!(by_manager.expect(200)["changed"], 2);
        (app, town)
    });
}

#[test]
fn what_makes_no_sense_is_named() {
    in_town(|app, town| async {
        town.set(&app, "A01").await;
        let cases = [
            (json!({ "listings": ["A01"], "change": {} }), "change"),
            (
                json!({ "listings": [], "change": { "add_tags": ["x"] } }),
                "listings",
            ),
            (json!({ "change": { "add_tags": ["x"] } }), "listings"),
            (
                json!({ "listings": ["A01"], "filter": {}, "change": { "add_tags": ["x"] } }),
                "listings",
            ),
            (
                json!({ "listings": ["NONE"], "change": { "add_tags": ["x"] } }),
                "listings[0]",
            ),
            (
                json!({ "listings": vec!["A01"; 1_001], "change": { "add_tags": ["x"] } }),
                "listings",
            ),
            (
                json!({ "listings": ["A01"], "change": { "rates": { "percent": -95, "round_to": 100 } } }),
                "change.rates.percent",
            ),
            (
                json!({ "listings": ["A01"], "change": { "rates": { "percent": 5, "round_to": 0 } } }),
                "change.rates.round_to",
            ),
            (
                json!({ "listings": ["A01"], "change": { "state": "draft" } }),
                "change.state",
            ),
            (
                json!({ "listings": ["A01"], "change": { "site": SiteId::from_raw(1) } }),
                "change.site",
            ),
        ];
        for (body, field) in cases {
            for path in [PREVIEW, MAKE] {
                let refused = town.owner.client.post(path, body.clone()).await.expect(422);
                assert_eq!(faults(&refused)[0].0, field, "{path} {body}");
            }
        }
        let tag = json!({ "listings": ["A01"], "change": { "add_tags": ["Not A Slug"] } });
        let outlook = looked_at(&town, &tag).await;
        assert_eq!(verdicts(&outlook), [("A01", "refused")]);
        assert_eq!(outlook["items"][0]["issues"][0]["field"], "tags");
        (app, town)
    });
}

/// A kit and its part come and go together, or the part says which kit needs it, and the kit which part it lacks.
#[test]
fn kits_and_their_parts_are_published_and_retired_together() {
    in_town(|app, town| async {
        town.pool(&app, "FX6", 2).await;
        town.pool(&app, "TRIPOD", 2).await;
        town.kit("CAM", &[("FX6", 1), ("TRIPOD", 1)]).await;
        let to = |state: &str, codes: &[&str]| json!({ "listings": codes, "change": { "state": state } });
        let owner = &town.owner.client;
        let told = async |body: Value| {
            let outlook = looked_at(&town, &body).await;
            let issue = |one: &Value| {
                let issue = &one["issues"][0];
                let words = issue["reason"].as_str().unwrap_or_default();
                format!(
                    "{} {}: {words}",
                    one["listing"]["code"].as_str().unwrap_or_default(),
                    issue["code"].as_str().unwrap_or_default()
                )
            };
            let items = outlook["items"].as_array().expect("items");
            items
                .iter()
                .filter(|one| one["verdict"] == "refused")
                .map(issue)
                .collect::<Vec<_>>()
        };
        let alone = told(to("retired", &["TRIPOD"])).await;
        assert!(
            alone[0].starts_with("TRIPOD part_of_kits: ") && alone[0].contains("CAM"),
            "{alone:?}"
        );
        assert_eq!(
            faults(
                &owner
                    .post(MAKE, to("retired", &["TRIPOD"]))
                    .await
                    .expect(422)
            )[0]
            .1,
            "cannot_be_changed"
        );
        owner
            .post(MAKE, to("retired", &["CAM", "TRIPOD"]))
            .await
            .expect(200);
        let alone = told(to("published", &["CAM"])).await;
        assert!(
            alone[0].starts_with("CAM unpublished_part: ") && alone[0].contains("TRIPOD"),
            "{alone:?}"
        );
        assert_eq!(
            faults(
                &owner
                    .post(MAKE, to("published", &["CAM"]))
                    .await
                    .expect(422)
            )[0]
            .1,
            "cannot_be_changed"
        );
        owner
            .post(MAKE, to("published", &["TRIPOD", "CAM"]))
            .await
            .expect(200);
        town.crew.book(&["CAM tue 09:00-12:00"]).await.expect(201);
        (app, town)
    });
}
