//! "Any of these will do": what keepers say does in each other's place, and what follows from it.

use reqwest::Method;
use serde_json::{Value, json};

use super::{each, faults};
use crate::support::app::TestApp;
use crate::support::database::on_both_engines;
use crate::support::make::{Town, moment};

async fn say(town: &Town, code: &str, alike: &str) -> Value {
    let path = format!("/api/v1/listings/{code}");
    let owner = &town.owner.client;
    let version = owner.get(&path).await.expect(200)["version"].to_string();
    let headers = [("If-Match", format!("\"{version}\""))];
    let headers = headers
        .each_ref()
        .map(|(name, value)| (*name, value.as_str()));
    let body = Some(json!({ "alike": alike }));
    owner
        .send(Method::PATCH, &path, body, &headers)
        .await
        .expect(200)
}

/// What is offered in the place of A01 on a Tuesday morning.
async fn offered(town: &Town) -> Vec<String> {
    let refused = town.crew.book(&["A01 tue 09:00-12:00"]).await.expect(409);
    let repairs = refused["repairs"].as_array().expect("repairs").iter();
    let equivalents = repairs.filter(|one| one["kind"] == "equivalent");
    equivalents
        .map(|one| {
            one["parts"][0]["listing"]["code"]
                .as_str()
                .expect("a code")
                .to_owned()
        })
        .collect()
}

on_both_engines! {
    async fn a_group_says_what_does_in_the_place_of_another(database: Database) {
        let app = TestApp::on(database).await;
        let town = Town::settle(&app).await;
        for code in ["A01", "A02", "B01"] {
            town.set(&app, code).await;
        }
        town.rival.book(&["A01 tue 09:00-12:00"]).await.expect(201);
        assert_eq!(offered(&town).await, ["A02", "B01"], "of one kind and category, where nobody said more");
        say(&town, "A01", "ward").await;
        assert_eq!(offered(&town).await, Vec::<String>::new(), "nothing else is in its group");
        let said = say(&town, "B01", "ward").await;
        assert_eq!(said["alike"], "ward");
        assert_eq!(offered(&town).await, ["B01"]);

        let body = json!({
            "production": town.crew.production, "from": moment("tue", "09:00", 0), "most": 1,
            "lines": [{ "listing": "A01", "or_like": true, "minutes": 120 }],
        });
        let found = town.crew.client.post("/api/v1/openings", body).await.expect(200);
        assert_eq!(found["items"][0]["lines"][0]["listing"]["code"], "B01", "{found}");
        for query in ["alike=ward", "q=ward"] {
            let page = town.crew.client.get(&format!("/api/v1/listings?{query}")).await.expect(200);
            assert_eq!(each(&page, "code"), ["A01", "B01"], "{query}");
        }
        let counts = town.crew.client.get("/api/v1/listings/facets?alike=ward").await.expect(200);
        assert_eq!(counts["total"], 2);
        say(&town, "A01", "").await;
        assert_eq!(offered(&town).await, ["A02", "B01"]);
    }

    async fn a_group_goes_along_into_files_copies_and_the_history(database: Database) {
        let app = TestApp::on(database).await;
        let town = Town::settle(&app).await;
        town.set(&app, "A01").await;
        let owner = &town.owner.client;
        let headers = [("If-Match", "\"1\"")];
        let wrong = Some(json!({ "alike": "Any Ward" }));
        let refused = owner.send(Method::PATCH, "/api/v1/listings/A01", wrong, &headers).await.expect(422);
        assert_eq!(faults(&refused), [("alike".to_owned(), "slug".to_owned())]);
        let file = "code,可互换组\nA01,ward\n";
        owner.upload("/api/v1/imports", file.as_bytes(), json!({})).await.expect(200);
        let history = owner.get("/api/v1/listings/A01/history").await.expect(200);
        assert_eq!(history["items"][0]["changes"], json!([{ "field": "alike", "before": "", "after": "ward" }]));
        let copy = owner.post("/api/v1/listings/A01/copy", json!({ "code": "A02" })).await.expect(201);
        assert_eq!(copy["alike"], "ward");
        let two = "code,alike\nA01,ward; palace\n";
        let preview = owner.upload("/api/v1/imports/preview", two.as_bytes(), json!({})).await.expect(200);
        assert_eq!(preview["records"][0]["issues"][0]["code"], "one_group");
    }
}
