//! The catalogue: counts of what each choice would leave, prices, pinyin, the next free span, the code of a page.

use serde_json::{Value, json};

use super::{each, in_town};
use crate::support::make::Town;

async fn add(town: &Town, code: &str, changes: Value) {
    let mut body = json!({
        "code": code, "kind": "prop", "category": "hand_prop", "name_zh": "青铜短剑", "name_en": "Bronze dagger",
        "tags": ["xianxia"], "site": town.site, "quantity": 3, "day_rate": { "amount": 4_000 },
        "rules": { "hours_apply": "none", "turnaround_minutes": 60 },
    });
    let fields = changes.as_object().expect("an object").clone();
    body.as_object_mut().expect("an object").extend(fields);
    let owner = &town.owner.client;
    owner.post("/api/v1/listings", body).await.expect(201);
    let path = format!("/api/v1/listings/{code}/publication");
    owner.post(&path, json!({})).await.expect(200);
}

async fn facets(town: &Town, query: &str) -> Value {
    let path = format!("/api/v1/listings/facets?{query}");
    town.crew.client.get(&path).await.expect(200)
}

fn counts(facet: &Value) -> Vec<(String, i64)> {
    let of = |one: &Value| {
        let value = one["value"]["code"].as_str().or(one["value"].as_str());
        let count = one["count"].as_i64().expect("a count");
        (value.unwrap_or_default().to_owned(), count)
    };
    let mut counts: Vec<_> = facet.as_array().expect("a facet").iter().map(of).collect();
    counts.sort();
    counts
}

fn pairs(expected: &[(&str, i64)]) -> Vec<(String, i64)> {
    let own = |(value, count): &(&str, i64)| ((*value).to_owned(), *count);
    expected.iter().map(own).collect()
}

#[test]
fn each_choice_is_counted_without_itself() {
    in_town(|app, town| async {
        town.set(&app, "A01").await;
        town.set(&app, "A02").await;
        add(&town, "DAGGER", json!({})).await;
        add(
            &town,
            "LAMP",
            json!({ "kind": "equipment", "category": "lighting", "tags": ["led", "night-ok"],
            "day_rate": { "amount": 0 } }),
        )
        .await;
        let all = facets(&town, "").await;
        assert_eq!(all["total"], 4);
        assert_eq!(
            counts(&all["kinds"]),
            pairs(&[("equipment", 1), ("prop", 1), ("scene", 2)])
        );
        assert_eq!(
            counts(&all["tags"]),
            pairs(&[("led", 1), ("night-ok", 1), ("xianxia", 1)])
        );
        let prices: Vec<_> = all["prices"]
            .as_array()
            .expect("prices")
            .iter()
            .map(|one| (one["up_to"]["amount"].as_i64(), one["count"].as_i64()))
            .collect();
        assert_eq!(
            prices,
            [(Some(0), Some(1)), (Some(10_000), Some(2))],
            "the rest is dearer"
        );

        let scenes = facets(&town, "kind=scene&category=modern_interior").await;
        assert_eq!(scenes["total"], 2);
        assert_eq!(
            counts(&scenes["kinds"]),
            counts(&all["kinds"]),
            "another kind can still be chosen"
        );
        assert_eq!(
            counts(&scenes["categories"]),
            pairs(&[("modern_interior", 2)])
        );
        assert_eq!(counts(&scenes["tags"]), []);

        let cheap = town
            .crew
            .client
            .get("/api/v1/listings?price_to=4000")
            .await
            .expect(200);
        assert_eq!(each(&cheap, "code"), ["DAGGER", "LAMP"]);
        let free = town
            .crew
            .client
            .get("/api/v1/listings?price_to=0")
            .await
            .expect(200);
        assert_eq!(each(&free, "code"), ["LAMP"]);
        (app, town)
    });
}

#[test]
fn counts_of_a_window_leave_out_what_is_taken_or_closed_then() {
    in_town(|app, town| async {
        town.set(&app, "A01").await;
        town.set(&app, "A02").await;
        add(&town, "DAGGER", json!({})).await;
        town.rival
            .book(&["A01 tue 09:00-12:00", "DAGGER x2 tue 08:00-10:00"])
            .await
            .expect(201);
        let tuesday = "free_from=2030-01-08T10:00:00%2B08:00&free_to=2030-01-08T11:00:00%2B08:00";
        let found = facets(&town, tuesday).await;
        assert_eq!(counts(&found["kinds"]), pairs(&[("prop", 1), ("scene", 1)]));
        assert_eq!(found["free"], found["total"], "what narrows is all of it");
        let all = facets(&town, &format!("{tuesday}&also_taken=true")).await;
        assert_eq!(all["free"], found["total"], "how many are free is told");
        assert_eq!(all["total"], facets(&town, "").await["total"]);
        assert_eq!(
            facets(&town, "").await["free"],
            Value::Null,
            "no window, no answer"
        );
        let two = facets(&town, &format!("{tuesday}&units=2")).await;
        assert_eq!(
            two["total"], 0,
            "turnaround counts, and no set is there twice"
        );
        let listed = town
            .crew
            .client
            .get(&format!("/api/v1/listings?{tuesday}"))
            .await
            .expect(200);
        assert_eq!(
            each(&listed, "code"),
            ["A02", "DAGGER"],
            "the page and the counts agree"
        );
        town.manager.client.post("/api/v1/closures", json!({ "site": town.site, "reason": "fire drill",
            "start": "2030-01-08T00:00:00+08:00", "end": "2030-01-09T00:00:00+08:00", "kind": "closed" })).await.problem(409);
        let wednesday = "free_from=2030-01-09T10:00:00%2B08:00&free_to=2030-01-09T11:00:00%2B08:00";
        town.manager.client.post("/api/v1/closures", json!({ "site": town.site, "reason": "fire drill",
            "start": "2030-01-09T00:00:00+08:00", "end": "2030-01-10T00:00:00+08:00", "kind": "closed" })).await.expect(201);
        assert_eq!(facets(&town, wednesday).await["total"], 0);
        (app, town)
    });
}

#[test]
fn chinese_names_are_found_as_they_are_typed() {
    in_town(|app, town| async {
        add(&town, "DAGGER", json!({})).await;
        for query in ["qtdj", "qingtong", "duanjian", "QTDJ", "短剑", "qing duan"] {
            let path = format!("/api/v1/listings?q={}", query.replace(' ', "%20"));
            let found = town.crew.client.get(&path).await.expect(200);
            assert_eq!(each(&found, "code"), ["DAGGER"], "{query}");
        }
        let found = town
            .crew
            .client
            .get("/api/v1/listings?q=djqt")
            .await
            .expect(200);
        assert_eq!(each(&found, "code"), Vec::<String>::new());
        (app, town)
    });
}

#[test]
fn the_matrix_tells_when_a_listing_is_free_next() {
    in_town(|app, town| async {
        town.set(&app, "A01").await;
        town.rival
            .book(&["A01 tue 09:00-12:00", "A01 tue 13:00-16:00"])
            .await
            .expect(201);
        let next = async |query: &str| {
            let path = format!(
                "/api/v1/availability?days=1&wanted_from=2030-01-08T08:00:00%2B08:00{query}"
            );
            let found = town.crew.client.get(&path).await.expect(200);
            found["items"][0]["next_free"]["start"].clone()
        };
        assert_eq!(
            next("").await,
            json!("2030-01-08T08:00:00Z"),
            "an hour is too short for a set"
        );
        assert_eq!(
            next("&wanted_minutes=900").await,
            json!("2030-01-08T08:00:00Z")
        );
        assert_eq!(next("&units=2").await, Value::Null, "there is only one");
        for wrong in ["&wanted_minutes=0", "&wanted_minutes=99999"] {
            let path = format!("/api/v1/availability?days=1{wrong}");
            town.crew.client.get(&path).await.expect(422);
        }
        (app, town)
    });
}

#[test]
fn the_code_of_a_page_is_a_picture_of_its_address() {
    in_town(|app, town| async {
        town.set(&app, "A01").await;
        let answer = town.crew.client.get("/api/v1/listings/A01/qr.svg").await;
        assert_eq!(answer.headers["content-type"], "image/svg+xml");
        let drawn = String::from_utf8(answer.bytes).expect("text");
        assert!(
            drawn.contains("<svg") && !drawn.contains("style="),
            "{drawn}"
        );
        town.crew
            .client
            .get("/api/v1/listings/NONE/qr.svg")
            .await
            .problem(404);
        (app, town)
    });
}

#[test]
fn bookings_of_a_window_are_those_that_run_in_it() {
    in_town(|app, town| async {
        town.set(&app, "A01").await;
        let tuesday = town.crew.book(&["A01 tue 22:00-02:00"]).await.expect(201);
        town.crew.book(&["A01 thu 09:00-12:00"]).await.expect(201);
        let between = async |from: &str, to: &str| {
            let path =
                format!("/api/v1/bookings?from={from}T00:00:00%2B08:00&to={to}T00:00:00%2B08:00");
            each(&town.crew.client.get(&path).await.expect(200), "reference")
        };
        let reference = tuesday["reference"].as_str().expect("a reference");
        assert_eq!(
            between("2030-01-09", "2030-01-10").await,
            [reference],
            "a night belongs to both its days"
        );
        assert_eq!(between("2030-01-08", "2030-01-11").await.len(), 2);
        assert_eq!(
            between("2030-01-11", "2030-01-12").await,
            Vec::<String>::new()
        );
        let path = "/api/v1/bookings?from=2030-01-09T00:00:00Z&to=2030-01-08T00:00:00Z";
        town.crew.client.get(path).await.expect(422);
        (app, town)
    });
}
