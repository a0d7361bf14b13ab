//! Inventories through the API: previewed, taken, mended, exported.

mod kits;
mod told;

use serde_json::{Value, json};

use super::{each, faults, in_town};
use crate::support::make::Town;

const PREVIEW: &str = "/api/v1/imports/preview";
const IMPORT: &str = "/api/v1/imports";

/// Lines and verdicts of a preview.
fn verdicts(preview: &Value) -> Vec<String> {
    let records = preview["records"].as_array().expect("records");
    let short = |record: &Value| {
        format!(
            "{} {}",
            record["line"],
            record["verdict"].as_str().unwrap_or_default()
        )
    };
    records.iter().map(short).collect()
}

async fn previewed(town: &Town, file: &str) -> Value {
    town.owner
        .client
        .upload(PREVIEW, file.as_bytes(), json!({}))
        .await
        .expect(200)
}

#[test]
fn a_file_is_looked_at_then_taken_and_a_second_time_changes_nothing() {
    in_town(|app, town| async {
        let file = "编号,类型,类别,名称,数量,日租\nEQ-1,器材,灯光,爱图仕,12,¥450/天\nEQ-2,器材,灯光,南光,,300\nEQ-3,器材,灯光,神牛,5,300\n";
        let preview = previewed(&town, file).await;
        assert_eq!(verdicts(&preview), ["2 new", "3 refused", "4 new"]);
        assert_eq!(preview["totals"]["records"], 3);
        assert_eq!(preview["records"][0]["values"]["day_rate_cny"], 450);
        assert_eq!(preview["records"][1]["values"]["quantity"], Value::Null);
        let issue = &preview["records"][1]["issues"][0];
        assert_eq!(
            (&issue["field"], &issue["code"]),
            (&json!("quantity"), &json!("missing"))
        );
        assert!(
            issue["remedy"]
                .as_str()
                .is_some_and(|remedy| remedy.contains("fill it in"))
        );
        let found = town
            .owner
            .client
            .get("/api/v1/listings?q=EQ")
            .await
            .expect(200);
        assert!(each(&found, "code").is_empty(), "a preview stores nothing");

        let client = &town.owner.client;
        let choice = json!({ "lines": [2], "seen": preview["seen"] });
        let taken = client
            .upload(IMPORT, file.as_bytes(), choice.clone())
            .await
            .expect(200);
        assert_eq!(taken["stored"], json!({ "new": 1, "changed": 0 }));
        let stale = client.upload(IMPORT, file.as_bytes(), choice).await;
        assert_eq!(stale.problem(409), "state_conflict");
        let rest = client
            .upload(IMPORT, file.as_bytes(), json!({}))
            .await
            .expect(200);
        assert_eq!(rest["stored"]["new"], 1);
        let again = client
            .upload(IMPORT, file.as_bytes(), json!({}))
            .await
            .expect(200);
        assert_eq!(again["stored"], json!({ "new": 0, "changed": 0 }));
        assert_eq!(
            verdicts(&previewed(&town, file).await),
            ["2 unchanged", "3 refused", "4 unchanged"]
        );
        let listing = client.get("/api/v1/listings/EQ-1").await.expect(200);
        assert_eq!(
            (&listing["state"], &listing["version"]),
            (&json!("published"), &json!(1))
        );
        assert_eq!(
            listing["owner"]["code"], "OWNER",
            "one's own, where the file does not say"
        );
        (app, town)
    });
}

#[test]
fn what_changes_is_told_and_lines_that_cannot_be_taken_stop_all() {
    in_town(|app, town| async {
        town.pool(&app, "POOL", 5).await;
        let file = "code,name_zh,quantity,deposit\nPOOL,新名字,6,\nNEW,x,1,1\n";
        let preview = previewed(&town, file).await;
        assert_eq!(verdicts(&preview), ["2 changed", "3 refused"]);
        let changes = json!([
            { "field": "name_zh", "before": "POOL景", "after": "新名字" },
            { "field": "quantity", "before": "5", "after": "6" },
        ]);
        assert_eq!(
            preview["records"][0]["changes"], changes,
            "an empty cell leaves what is there"
        );
        let client = &town.owner.client;
        let choice = json!({ "lines": [2, 3, 99] });
        let refused = client
            .upload(IMPORT, file.as_bytes(), choice)
            .await
            .expect(422);
        assert_eq!(
            faults(&refused),
            [("lines".to_owned(), "cannot_be_imported".to_owned())]
        );
        let listing = client.get("/api/v1/listings/POOL").await.expect(200);
        assert_eq!(listing["quantity"], 5, "all or nothing");
        let taken = client
            .upload(IMPORT, file.as_bytes(), json!({}))
            .await
            .expect(200);
        assert_eq!(taken["stored"], json!({ "new": 0, "changed": 1 }));
        let history = town
            .manager
            .client
            .get("/api/v1/audit?limit=3")
            .await
            .expect(200);
        let told = each(&history, "what");
        assert!(told.contains(&"listing.changed".to_owned()), "{told:?}");
        assert!(told.contains(&"inventory.imported".to_owned()), "{told:?}");
        (app, town)
    });
}

#[test]
fn fewer_units_than_are_booked_are_refused_and_the_bookings_named() {
    in_town(|app, town| async {
        town.pool(&app, "POOL", 5).await;
        town.pool(&app, "IDLE", 5).await;
        let booked = town
            .crew
            .book(&["POOL x3 tue 09:00-12:00"])
            .await
            .expect(201);
        let file = "code,quantity\nPOOL,2\nIDLE,2\n";
        let preview = previewed(&town, file).await;
        assert_eq!(verdicts(&preview), ["2 refused", "3 changed"]);
        let issue = &preview["records"][0]["issues"][0];
        assert_eq!(issue["code"], "hits_bookings");
        let reference = booked["reference"].as_str().expect("a reference");
        assert!(
            issue["reason"]
                .as_str()
                .is_some_and(|reason| reason.contains(reference))
        );
        let enough = previewed(&town, "code,quantity\nPOOL,3\n").await;
        assert_eq!(verdicts(&enough), ["2 changed"]);
        let retired = previewed(&town, "code,quantity,state\nPOOL,5,retired\n").await;
        assert_eq!(verdicts(&retired), ["2 refused"]);
        let client = &town.owner.client;
        let taken = client
            .upload(IMPORT, file.as_bytes(), json!({}))
            .await
            .expect(200);
        assert_eq!(taken["stored"], json!({ "new": 0, "changed": 1 }));
        (app, town)
    });
}

#[test]
fn owners_import_their_own_and_managers_everybodys() {
    in_town(|app, town| async {
        town.pool(&app, "POOL", 5).await;
        let file = "code,kind,name,quantity,owner,site\nPOOL,scene,x,6,,\nNEW,prop,y,1,OWNER,\nELSE,prop,y,1,CREW,\nFAR,prop,z,1,,火星\n";
        let publisher = town
            .owner
            .client
            .upload(PREVIEW, file.as_bytes(), json!({}))
            .await;
        assert_eq!(
            verdicts(&publisher.expect(200)),
            ["2 changed", "3 new", "4 refused", "5 refused"]
        );
        let manager = &town.manager.client;
        let all = manager
            .upload(PREVIEW, file.as_bytes(), json!({ "make_sites": true }))
            .await;
        let all = all.expect(200);
        assert_eq!(verdicts(&all), ["2 changed", "3 new", "4 new", "5 new"]);
        assert_eq!(all["new_sites"], json!(["火星"]));
        let others = town
            .owner
            .client
            .upload(PREVIEW, file.as_bytes(), json!({ "owner": "CREW" }))
            .await;
        assert_eq!(others.problem(403), "forbidden");
        let crew = town
            .crew
            .client
            .upload(PREVIEW, file.as_bytes(), json!({}))
            .await;
        assert_eq!(crew.problem(403), "forbidden");
        let mapped = json!({ "mapping": { "名目": "name_zh", "kind": null } });
        let odd = town
            .owner
            .client
            .upload(
                PREVIEW,
                "code,名目,kind,quantity,category\nA,灯,?,1,灯光\n".as_bytes(),
                mapped,
            )
            .await;
        let odd = odd.expect(200);
        assert_eq!(odd["records"][0]["values"]["name_zh"], "灯");
        assert_eq!(verdicts(&odd), ["2 new"]);
        let wrong = town
            .owner
            .client
            .upload(
                PREVIEW,
                b"code\nA\n",
                json!({ "mapping": { "code": "colour" } }),
            )
            .await;
        assert_eq!(faults(&wrong.expect(422))[0].0, "options.mapping");
        (app, town)
    });
}

#[test]
fn refused_rows_come_back_to_be_mended() {
    in_town(|app, town| async {
        let file = "code,kind,name,quantity,备注\nA-1,prop,扇,\"1,20\",=x\nA-2,prop,伞,2,\n";
        let client = &town.owner.client;
        let answer = client
            .upload("/api/v1/imports/refused-rows", file.as_bytes(), json!({}))
            .await;
        assert_eq!(answer.status, 200);
        let text = String::from_utf8(answer.bytes).expect("UTF-8");
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 2, "{text}");
        assert!(
            lines[0].starts_with("\u{feff}code,kind,name,quantity,备注,problem"),
            "{text}"
        );
        assert!(
            lines[1].starts_with("A-1,prop,扇,\"1,20\",'=x,") && lines[1].contains("two ways"),
            "{text}"
        );
        let mended = text.replace("\"1,20\"", "12");
        assert_eq!(verdicts(&previewed(&town, &mended).await), ["2 new"]);
        (app, town)
    });
}

#[test]
fn what_somebody_sees_is_exported_and_comes_back_unchanged() {
    in_town(|app, town| async {
        for code in ["A01", "A02"] {
            town.set(&app, code).await;
        }
        town.crew.book(&["A02 tue 09:00-12:00"]).await.expect(201);
        for format in ["csv", "xlsx"] {
            let path = format!("/api/v1/listings/export.{format}");
            let file = town.owner.client.get(&path).await;
            assert_eq!(file.status, 200);
            let again = town
                .owner
                .client
                .upload(PREVIEW, &file.bytes, json!({}))
                .await
                .expect(200);
            assert_eq!(verdicts(&again), ["2 unchanged", "3 unchanged"], "{format}");
            let window = "free_from=2030-01-08T01:00:00Z&free_to=2030-01-08T04:00:00Z";
            let free = town.crew.client.get(&format!("{path}?{window}")).await;
            let free = town
                .owner
                .client
                .upload(PREVIEW, &free.bytes, json!({}))
                .await
                .expect(200);
            assert_eq!(free["totals"]["records"], 1, "{format}");
            let template = format!("/api/v1/imports/template.{format}");
            let template = town.owner.client.get(&template).await;
            let skipped = town
                .owner
                .client
                .upload(PREVIEW, &template.bytes, json!({}))
                .await
                .expect(200);
            assert_eq!(
                skipped["totals"]["skipped"], skipped["totals"]["records"],
                "{format}"
            );
        }
        (app, town)
    });
}

#[test]
fn the_whole_inventory_goes_in() {
    in_town(|app, town| async {
        let file = include_str!("../../src/cli/demo/inventory.csv");
        let options = json!({ "make_sites": true });
        let client = &town.manager.client;
        let taken = client
            .upload(IMPORT, file.as_bytes(), options.clone())
            .await
            .expect(200);
        assert_eq!(taken["stored"]["new"], 445);
        let again = client
            .upload(IMPORT, file.as_bytes(), options)
            .await
            .expect(200);
        assert_eq!(again["totals"]["unchanged"], 445);
        (app, town)
    });
}

#[test]
fn what_is_no_table_is_refused_with_words() {
    in_town(|app, town| async {
        let client = &town.owner.client;
        let page = client
            .upload(PREVIEW, b"<html></html>", json!({}))
            .await
            .expect(422);
        assert_eq!(page["code"], "unreadable_file");
        assert!(
            page["detail"]
                .as_str()
                .is_some_and(|detail| detail.contains("web page"))
        );
        let none = client.post(PREVIEW, json!({})).await.expect(422);
        assert_eq!(faults(&none), [("file".to_owned(), "required".to_owned())]);
        let large = vec![b'a'; backlot::http::inventory::LARGEST_FORM + 1];
        let large = client.upload(PREVIEW, &large, json!({})).await;
        assert_eq!(large.problem(422), "unreadable_file");
        (app, town)
    });
}

/// Found by the model: more units by a file are more units for whoever waits in line.
#[test]
fn more_units_by_a_file_go_to_those_in_line() {
    in_town(|app, town| async {
        town.set(&app, "A01").await;
        let hold = async |who: &crate::support::make::Person| {
            let mut body = who.basket(&["A01 tue 09:00-12:00"]);
            body["hold"] = json!(true);
            who.client.post("/api/v1/bookings", body).await.expect(201)
        };
        hold(&town.crew).await;
        let waits = hold(&town.rival).await;
        assert_eq!(waits["state"], "queued");
        let file = "编号,数量\nA01,2\n";
        let client = &town.owner.client;
        let taken = client.upload(IMPORT, file.as_bytes(), json!({})).await;
        assert_eq!(taken.expect(200)["stored"]["changed"], 1);
        let path = format!("/api/v1/bookings/{}", waits["id"].as_str().expect("an id"));
        assert_eq!(
            town.rival.client.get(&path).await.expect(200)["state"],
            "held"
        );
        (app, town)
    });
}
