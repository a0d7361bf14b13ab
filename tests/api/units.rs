//! Units: named in runs, found by their code, out of service and back, and never more of them than there are.

use reqwest::Method;
use serde_json::{Value, json};

use super::{each, faults};
use crate::support::app::TestApp;
use crate::support::client::{Answer, Client};
use crate::support::database::{Database, on_both_engines};
use crate::support::make::Town;

async fn town_on(database: Database) -> (TestApp, Town) {
    let app = TestApp::on(database).await;
    let town = Town::settle(&app).await;
    (app, town)
}

async fn add(client: &Client, listing: &str, body: Value) -> Answer {
    client
        .post(&format!("/api/v1/listings/{listing}/units"), body)
        .await
}

async fn quantity(town: &Town, listing: &str) -> u64 {
    let path = format!("/api/v1/listings/{listing}");
    let shown = town.viewer.client.get(&path).await.expect(200);
    shown["quantity"].as_u64().expect("a count")
}

/// Units free all of Tuesday morning.
async fn free(town: &Town, listing: &str) -> u64 {
    let path = format!(
        "/api/v1/listings/{listing}/availability?from=2030-01-08T01:00:00Z&to=2030-01-08T04:00:00Z"
    );
    let found = town.viewer.client.get(&path).await.expect(200);
    let steps = found["steps"].as_array().expect("steps");
    steps
        .iter()
        .map(|step| step["free"].as_u64().expect("a count"))
        .min()
        .expect("a step")
}

async fn id_of(town: &Town, code: &str) -> String {
    let unit = town
        .owner
        .client
        .get(&format!("/api/v1/units/{code}"))
        .await
        .expect(200);
    unit["id"].as_str().expect("an id").to_owned()
}

on_both_engines! {
    async fn a_run_names_what_is_there_and_raises_the_count_only_beyond_it(database: Database) {
        let (app, town) = town_on(database).await;
        town.pool(&app, "SUIT", 40).await;
        let owner = &town.owner.client;
        let made = add(owner, "SUIT", json!({ "first": "A001", "count": 30, "serials": ["S-1", "S-2"] })).await.expect(201);
        assert_eq!(made.as_array().map(Vec::len), Some(30));
        assert_eq!((&made[1]["code"], &made[1]["serial"]), (&json!("A002"), &json!("S-2")));
        assert_eq!(quantity(&town, "SUIT").await, 40, "they were there already");
        add(owner, "SUIT", json!({ "first": "A031", "count": 15, "condition": "worn" })).await.expect(201);
        assert_eq!(quantity(&town, "SUIT").await, 45, "there cannot be fewer than have names");
        let page = town.viewer.client.get("/api/v1/listings/SUIT/units?limit=200").await.expect(200);
        let codes = each(&page, "code");
        assert_eq!((codes[0].as_str(), codes[44].as_str(), codes.len()), ("A001", "A045", 45));
        assert_eq!(page["items"][0]["serial"], Value::Null, "its keeper's business");

        let fewer = owner.patch("/api/v1/listings/SUIT", 2, json!({ "quantity": 44 })).await;
        assert_eq!(faults(&fewer.expect(422)), [("quantity".to_owned(), "fewer_than_named".to_owned())]);
        let table = "code,quantity\nSUIT,44\n".as_bytes();
        let preview = owner.upload("/api/v1/imports/preview", table, json!({})).await.expect(200);
        assert_eq!(preview["records"][0]["issues"][0]["code"], "fewer_than_named", "{preview}");
        assert_eq!(app.broken_promises().await, Vec::<String>::new());
    }

    async fn a_unit_out_of_service_is_one_fewer_and_keeps_what_is_promised(database: Database) {
        let (app, town) = town_on(database).await;
        town.pool(&app, "FX6", 2).await;
        let owner = &town.owner.client;
        add(owner, "FX6", json!({ "first": "F1", "count": 2 })).await.expect(201);
        let (first, second) = (id_of(&town, "F1").await, id_of(&town, "F2").await);
        assert_eq!(free(&town, "FX6").await, 2);
        let outage = |id: &str| format!("/api/v1/units/{id}/outage");
        let out = owner.post(&outage(&first), json!({ "reason": "镜头裂了" })).await.expect(200);
        assert_eq!((&out["in_service"], &out["outage"]["reason"]), (&json!(false), &json!("镜头裂了")));
        assert_eq!(free(&town, "FX6").await, 1);
        let twice = owner.post(&outage(&first), json!({ "reason": "x" })).await;
        assert_eq!(twice.problem(409), "state_conflict");

        let booked = town.crew.book(&["FX6 tue 09:00-12:00"]).await.expect(201);
        let hit = owner.post(&outage(&second), json!({ "reason": "x" })).await.expect(409);
        assert_eq!(hit["bookings"], json!([booked["reference"]]), "the last one is promised");
        let gone = owner.delete(&format!("/api/v1/units/{second}?gone=true")).await;
        assert_eq!(gone.problem(409), "closure_hits_bookings");

        let back = owner.delete(&outage(&first)).await.expect(200);
        assert_eq!((&back["in_service"], &back["outage"]), (&json!(true), &Value::Null));
        assert_eq!(free(&town, "FX6").await, 1, "one is booked");
        let history = owner.get("/api/v1/listings/FX6/history").await.expect(200);
        let told = each(&history, "what");
        assert_eq!(told, ["listing.unit_back", "listing.unit_out", "listing.units_added"], "each once");
        assert_eq!(history["items"][1]["reason"], "镜头裂了");
        owner.delete(&format!("/api/v1/units/{second}?gone=true")).await.expect(204);
        assert_eq!(quantity(&town, "FX6").await, 1);
        assert_eq!(free(&town, "FX6").await, 0);
        assert_eq!(owner.delete(&outage(&first)).await.problem(409), "state_conflict");
        assert_eq!(app.broken_promises().await, Vec::<String>::new());
    }

    async fn a_closure_taken_away_brings_its_unit_back(database: Database) {
        let (app, town) = town_on(database).await;
        town.pool(&app, "FX6", 1).await;
        let owner = &town.owner.client;
        add(owner, "FX6", json!({ "first": "F1" })).await.expect(201);
        let id = id_of(&town, "F1").await;
        let path = format!("/api/v1/units/{id}/outage");
        owner.post(&path, json!({ "reason": "lost" })).await.expect(200);
        let closures = owner.get("/api/v1/closures?listing=FX6").await.expect(200);
        assert_eq!(closures["items"][0]["units"], 1);
        let closure = each(&closures, "id").remove(0);
        owner.delete(&format!("/api/v1/closures/{closure}")).await.expect(204);
        let shown = town.viewer.client.get("/api/v1/units/F1").await.expect(200);
        assert_eq!(shown["in_service"], true);
        owner.post(&path, json!({ "reason": "again", "end": "2030-01-07T08:00:00Z" })).await.expect(200);
        app.app.clock.advance(chrono::TimeDelta::days(1));
        let shown = town.viewer.client.get("/api/v1/units/F1").await.expect(200);
        assert_eq!((&shown["in_service"], &shown["outage"]), (&json!(true), &Value::Null), "over by itself");
        owner.post(&path, json!({ "reason": "and again" })).await.expect(200);
        owner.delete(&format!("/api/v1/units/{id}")).await.expect(204);
        assert_eq!((quantity(&town, "FX6").await, free(&town, "FX6").await), (1, 1), "only its name is gone");
        assert_eq!(app.broken_promises().await, Vec::<String>::new());
    }

    async fn a_code_opens_one_thing(database: Database) {
        let (app, town) = town_on(database).await;
        town.pool(&app, "FX6", 3).await;
        town.set(&app, "A01").await;
        let owner = &town.owner.client;
        add(owner, "FX6", json!({ "first": "F1" })).await.expect(201);
        let refused = async |body: Value| faults(&add(owner, "FX6", body).await.expect(422))[0].1.clone();
        assert_eq!(refused(json!({ "first": "F1" })).await, "taken");
        assert_eq!(refused(json!({ "first": "A01" })).await, "taken", "a listing's");
        assert_eq!(refused(json!({ "first": "X", "count": 2 })).await, "no_number_at_the_end");
        assert_eq!(refused(json!({ "first": "F 2" })).await, "code");
        assert_eq!(refused(json!({ "first": "F2", "count": 501 })).await, "out_of_range");
        let listing = owner.patch("/api/v1/listings/A01", 1, json!({ "code": "F1" })).await;
        assert_eq!(listing.problem(409), "duplicate");
        let rival = add(&town.rival.client, "FX6", json!({ "first": "R1" })).await;
        assert_eq!(rival.problem(403), "forbidden");

        let id = id_of(&town, "F1").await;
        let path = format!("/api/v1/units/{id}");
        let patch = async |body: Value| owner.send(Method::PATCH, &path, Some(body), &[]).await;
        let changed = patch(json!({ "code": "F9", "condition": "damaged", "note": "缺盖" })).await.expect(200);
        assert_eq!((&changed["code"], &changed["note"]), (&json!("F9"), &json!("缺盖")));
        assert_eq!(patch(json!({ "code": "A01" })).await.problem(409), "duplicate");
        let scan = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().expect("a client");
        let answer = scan.get(app.url("/q/F9")).send().await.expect("an answer");
        assert_eq!(answer.headers()["location"], "/listings/FX6?unit=F9");
        let labels = owner.get("/api/v1/labels?units_of=FX6").await.expect(200);
        assert_eq!(each(&labels, "code"), ["F9"]);
        assert_eq!(labels["items"][0]["name_en"], "Set FX6");
        assert_eq!(labels["items"][0]["address"], json!(app.url("/q/F9")));
    }
}
