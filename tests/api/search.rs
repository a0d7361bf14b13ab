//! Search: what a person types finds what they mean, the nearest first, on both engines alike.

use backlot::store::StoreError;
use diesel::connection::SimpleConnection as _;
use reqwest::Method;
use serde_json::{Value, json};

use super::each;
use crate::support::app::TestApp;
use crate::support::database::{Database, on_both_engines};
use crate::support::make::Town;

async fn publish(town: &Town, code: &str, names: (&str, &str), more: Value) {
    let mut body = json!({
        "code": code, "kind": "equipment", "category": "camera", "name_zh": names.0, "name_en": names.1,
        "site": town.site, "quantity": 1, "day_rate": { "amount": 45_000 },
    });
    for (field, value) in more.as_object().expect("fields") {
        body[field] = value.clone();
    }
    let owner = &town.owner.client;
    owner.post("/api/v1/listings", body).await.expect(201);
    let path = format!("/api/v1/listings/{code}/publication");
    owner.post(&path, json!({})).await.expect(200);
}

async fn shop(database: Database) -> (TestApp, Town) {
    let app = TestApp::on(database).await;
    let town = Town::settle(&app).await;
    publish(
        &town,
        "EQ-FX6",
        ("索尼 FX6 电影机", "Sony FX6 Cinema Camera"),
        json!({ "tags": ["full-frame"] }),
    )
    .await;
    publish(
        &town,
        "EQ-FX9",
        ("索尼 FX9 电影机", "Sony FX9 Cinema Camera"),
        json!({}),
    )
    .await;
    publish(
        &town,
        "EQ-MIC-1",
        ("枪式话筒", "Shotgun Microphone"),
        json!({ "category": "sound" }),
    )
    .await;
    let bed = json!({ "kind": "prop", "category": "set_dressing", "description_zh": "可配合索尼机位", "tags": ["ward"] });
    publish(&town, "PR-BED", ("病床", "Hospital Bed"), bed).await;
    publish(
        &town,
        "SC-WARD",
        ("现代病房", "Modern Ward"),
        json!({ "kind": "scene", "category": "modern_interior" }),
    )
    .await;
    (app, town)
}

async fn found(town: &Town, query: &[(&str, &str)]) -> Vec<String> {
    let mut path = reqwest::Url::parse("http://x/api/v1/listings").expect("a URL");
    path.query_pairs_mut().extend_pairs(query);
    let path = format!("{}?{}", path.path(), path.query().unwrap_or_default());
    let client = &town.crew.client;
    let page = each(&client.get(&path).await.expect(200), "code");
    let facets = client
        .get(&path.replace("listings?", "listings/facets?"))
        .await
        .expect(200);
    assert_eq!(
        facets["total"],
        page.len(),
        "the page and the counts agree on {query:?}"
    );
    page
}

on_both_engines! {
    async fn words_find_what_is_meant_the_nearest_first(database: Database) {
        let (_app, town) = shop(database).await;
        let cases: [(&str, &[&str]); 21] = [
            ("eq-fx9", &["EQ-FX9"]),
            ("索尼", &["EQ-FX6", "EQ-FX9", "PR-BED"]),
            ("病房", &["SC-WARD"]),
            ("病", &["PR-BED", "SC-WARD"]),
            ("ward", &["SC-WARD", "PR-BED"]),
            ("bf", &["SC-WARD"]),
            ("bingfang", &["SC-WARD"]),
            ("xdbf", &["SC-WARD"]),
            ("full-frame", &["EQ-FX6"]),
            ("sound", &["EQ-MIC-1"]),
            ("机位", &["PR-BED"]),
            ("ＦＸ６", &["EQ-FX6"]),
            ("sonny", &["EQ-FX6", "EQ-FX9"]),
            ("cinmea fx6", &["EQ-FX6"]),
            ("micropone", &["EQ-MIC-1"]),
            ("hosptial bed", &["PR-BED"]),
            ("dinayingji", &["EQ-FX6", "EQ-FX9"]),
            ("canon", &[]),
            ("fx7", &[]),
            ("sonny canon", &[]),
            ("sonny fx9", &["EQ-FX9"]),
        ];
        for (words, expected) in cases {
            assert_eq!(found(&town, &[("q", words)]).await, expected, "{words}");
        }
    }

    async fn words_go_together_with_every_other_choice(database: Database) {
        let (_app, town) = shop(database).await;
        assert_eq!(found(&town, &[("q", "索尼"), ("kind", "prop")]).await, ["PR-BED"]);
        assert_eq!(found(&town, &[("q", "sonny"), ("tag", "full-frame")]).await, ["EQ-FX6"]);
        assert_eq!(found(&town, &[("q", "索尼"), ("price_to", "100")]).await, Vec::<String>::new());
        town.crew.book(&["EQ-FX6 tue 09:00-12:00"]).await.expect(201);
        let window = [("free_from", "2030-01-08T02:00:00Z"), ("free_to", "2030-01-08T03:00:00Z")];
        assert_eq!(found(&town, &[("q", "索尼"), window[0], window[1]]).await, ["EQ-FX9", "PR-BED"]);
        let mut pages = Vec::new();
        let mut cursor = String::new();
        for _ in 0..5 {
            let path = format!("/api/v1/listings?q=%E7%B4%A2%E5%B0%BC&limit=1{cursor}");
            let page = town.crew.client.get(&path).await.expect(200);
            pages.extend(each(&page, "code"));
            let Some(next) = page["next_cursor"].as_str() else {
                break;
            };
            cursor = format!("&cursor={next}");
        }
        assert_eq!(pages, ["EQ-FX6", "EQ-FX9", "PR-BED"], "page by page in the same order");
    }

    /// A word comes in with whoever writes it: a copy under another name, a rename, an import.
    async fn a_slip_in_a_word_that_came_later_is_forgiven_too(database: Database) {
        let (_app, town) = shop(database).await;
        assert_eq!(found(&town, &[("q", "arriflx")]).await, Vec::<String>::new());
        let owner = &town.owner.client;
        let seen = owner.get("/api/v1/listings/EQ-FX6").await.expect(200);
        let version = format!("\"{}\"", seen["version"]);
        let renamed = Some(json!({ "name_en": "Arriflex 35" }));
        let path = "/api/v1/listings/EQ-FX6";
        owner.send(Method::PATCH, path, renamed, &[("If-Match", &version)]).await.expect(200);
        assert_eq!(found(&town, &[("q", "arriflx")]).await, ["EQ-FX6"]);
        let file = "code,name_en\nEQ-FX9,Panavision\n".as_bytes();
        owner.upload("/api/v1/imports", file, json!({})).await.expect(200);
        assert_eq!(found(&town, &[("q", "panavison")]).await, ["EQ-FX9"]);
        assert_eq!(found(&town, &[("q", "cinmea")]).await, Vec::<String>::new(), "no listing has the old word any more");
    }

    /// Stored by an older Backlot, that looked into less.
    async fn what_was_stored_before_is_found_too(database: Database) {
        let (app, town) = shop(database).await;
        let aged = "UPDATE listings SET search_text = lower(code), search_version = 0; DELETE FROM search_words";
        let age = app.app.store.write(move |conn| Ok::<_, StoreError>(conn.batch_execute(aged)?)).await;
        age.expect("aged");
        assert_eq!(found(&town, &[("q", "bingfang")]).await, Vec::<String>::new());
        drop(app.database.store());
        assert_eq!(found(&town, &[("q", "bingfang")]).await, ["SC-WARD"], "opening the database writes it anew");
        assert_eq!(found(&town, &[("q", "xiandaibingfng")]).await, ["SC-WARD"], "and what may be meant by a slip");
    }
}
