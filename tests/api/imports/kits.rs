//! Kits in files: with their parts, in rings, and without what they need.

use serde_json::{Value, json};

use super::{IMPORT, PREVIEW, previewed, verdicts};
use crate::api::faults;
use crate::support::app::TestApp;
use crate::support::database::on_both_engines;
use crate::support::make::Town;

/// Verdict and the code of the first issue of each record.
fn issues(preview: &Value) -> Vec<String> {
    let records = preview["records"].as_array().expect("records").iter();
    let short = |record: &Value| {
        let issue = record["issues"]
            .as_array()
            .and_then(|all| all.last())
            .unwrap_or(&Value::Null);
        let found = (
            record["verdict"].as_str(),
            issue["field"].as_str(),
            issue["code"].as_str(),
        );
        match (found, record["verdict"] == "refused") {
            ((Some(verdict), Some(field), Some(code)), true) => format!("{verdict} {field}:{code}"),
            ((verdict, ..), _) => verdict.unwrap_or_default().to_owned(),
        }
    };
    records.map(short).collect()
}

on_both_engines! {
    /// A kit and its new parts come in one file; a second run changes nothing, and the export comes back the same.
    async fn kits_come_with_their_parts_and_go_out_again(database: Database) {
        let app = TestApp::on(database).await;
        let town = Town::settle(&app).await;
        town.pool(&app, "TRIPOD", 9).await;
        let file = "编号,类型,类别,名称,数量,日租,组成\nKIT,器材,灯光,双机套装,,,FX6×2；TRIPOD*2\nFX6,器材,灯光,电影机,4,400,\n";
        let preview = previewed(&town, file).await;
        assert_eq!(verdicts(&preview), ["2 new", "3 new"], "{preview}");
        assert_eq!(preview["records"][0]["values"]["parts"], "FX6×2; TRIPOD×2");
        let client = &town.owner.client;
        let alone = client.upload(IMPORT, file.as_bytes(), json!({ "lines": [2] })).await.expect(422);
        assert_eq!(faults(&alone), [("lines".to_owned(), "cannot_be_imported".to_owned())], "its part is not taken with it");
        let taken = client.upload(IMPORT, file.as_bytes(), json!({})).await.expect(200);
        assert_eq!(taken["stored"], json!({ "new": 2, "changed": 0 }));
        assert_eq!(verdicts(&previewed(&town, file).await), ["2 unchanged", "3 unchanged"]);
        let made = client.get("/api/v1/listings/KIT/parts").await.expect(200);
        assert_eq!((&made["parts"][0]["listing"]["code"], &made["parts"][0]["quantity"]), (&json!("FX6"), &json!(2)));
        let booked = town.crew.book(&["KIT x2 tue 09:00-12:00"]).await.expect(201);
        assert_eq!(booked["lines"].as_array().map(Vec::len), Some(2), "{booked}");
        town.rival.book(&["FX6 tue 09:00-12:00"]).await.expect(409);

        for format in ["csv", "xlsx"] {
            let export = client.get(&format!("/api/v1/listings/export.{format}")).await;
            let again = client.upload(PREVIEW, &export.bytes, json!({})).await.expect(200);
            assert_eq!(again["totals"]["unchanged"], 3, "{format} {again}");
        }

        let other = "code,parts\nKIT,FX6 x1; TRIPOD×3\n";
        let preview = previewed(&town, other).await;
        let change = json!([{ "field": "parts", "before": "FX6×2; TRIPOD×2", "after": "FX6×1; TRIPOD×3" }]);
        assert_eq!(preview["records"][0]["changes"], change);
        client.upload(IMPORT, other.as_bytes(), json!({})).await.expect(200);
        let history = client.get("/api/v1/listings/KIT/history").await.expect(200);
        let told = history["items"][0]["changes"].to_string();
        assert!(told.contains("TRIPOD × 2") && told.contains("TRIPOD × 3"), "{told}");
        let none = "code,parts,state\nKIT,无,draft\n";
        client.upload(IMPORT, none.as_bytes(), json!({})).await.expect(200);
        let made = client.get("/api/v1/listings/KIT/parts").await.expect(200);
        assert_eq!(made["parts"], json!([]), "no kit any more");
        assert_eq!(app.broken_promises().await, Vec::<String>::new());
    }

    /// Whatever is wrong with a kit is told at its row, with what to do.
    async fn kits_that_cannot_be_are_refused_with_words(database: Database) {
        let app = TestApp::on(database).await;
        let town = Town::settle(&app).await;
        town.pool(&app, "FX6", 2).await;
        town.pool(&app, "BUSY", 2).await;
        town.pool(&app, "TRIPOD", 2).await;
        town.kit("OLD", &[("TRIPOD", 1)]).await;
        town.crew.book(&["BUSY tue 09:00-12:00"]).await.expect(201);
        let cases = [
            ("K1,FX6×0,", "refused parts:part_quantity"),
            ("K1,FX6; FX6,", "refused parts:part_twice"),
            ("K1,FX7×1,", "refused parts:unknown_part"),
            ("K1,K1×1,", "refused parts:part_of_itself"),
            ("OLD,K1×1,\nK1,OLD×1,", "refused parts:part_of_itself"),
            ("K1,K2×1,\nK2,K3×1,\nK3,NONE,", "refused parts:unknown_part"),
            ("K1,K2×1,\nK2,K3×1,\nK3,K4×1,\nK4,K5×1,\nK5,FX6×1,", "refused parts:too_deep"),
            ("BUSY,FX6×1,", "refused parts:hits_bookings"),
            ("TRIPOD,,retired", "refused state:part_of_kits"),
            ("K1,FX6×1,\nD1,,draft\nK2,FX6×1; K1×1,", "new"),
        ];
        for (rows, expected) in cases {
            let rows = rows.lines().map(|row| {
                let (code, rest) = row.split_once(',').expect("code,rest");
                format!("{code},equipment,camera,{code},1,{rest}\n")
            });
            let file = format!("code,kind,category,name,quantity,parts,state\n{}", rows.collect::<String>());
            let preview = previewed(&town, &file).await;
            assert_eq!(issues(&preview)[0], expected, "{file} {preview}");
            if expected != "new" {
                let issues = preview["records"][0]["issues"].as_array().expect("issues");
                let words = issues.last().expect("one")["remedy"].as_str().expect("a remedy");
                assert!(words.len() > 5 && !words.contains("{detail}"), "{words}");
            }
        }
        let ring = "code,kind,category,name,parts\nK1,equipment,camera,a,FX6×1\nK2,equipment,camera,b,K1×1\n";
        let client = &town.owner.client;
        client.upload(IMPORT, ring.as_bytes(), json!({})).await.expect(200);
        // As a whole it is no ring; the second row by itself would be one.
        let turned = "code,parts\nK2,FX6×1\nK1,K2×1\n";
        assert_eq!(issues(&previewed(&town, turned).await), ["changed", "changed"]);
        let half = client.upload(IMPORT, turned.as_bytes(), json!({ "lines": [3] })).await.expect(422);
        assert_eq!(faults(&half), [("lines".to_owned(), "cannot_be_imported".to_owned())]);
        client.upload(IMPORT, turned.as_bytes(), json!({})).await.expect(200);
        assert_eq!(app.broken_promises().await, Vec::<String>::new());
    }

    /// A draft part keeps its kit a draft; what comes or goes with its kit is not in its way.
    async fn kits_come_and_go_with_their_parts(database: Database) {
        let app = TestApp::on(database).await;
        let town = Town::settle(&app).await;
        town.pool(&app, "FX6", 2).await;
        let client = &town.owner.client;
        let kit = "code,kind,category,name,quantity,day_rate_cny,state,parts\nD1,equipment,camera,d,1,100,draft,\n";
        let both = format!("{kit}K1,equipment,camera,k,,,published,FX6×1; D1×1\n");
        let preview = previewed(&town, &both).await;
        assert_eq!(issues(&preview), ["new", "refused parts:unpublished_part"]);
        let told = preview["records"][1]["issues"].as_array().and_then(|all| all.last());
        let reason = told.and_then(|issue| issue["reason"].as_str()).expect("words");
        assert!(reason.contains("D1"), "{reason}");
        let drafts = both.replace("published", "draft");
        client.upload(IMPORT, drafts.as_bytes(), json!({})).await.expect(200);
        let alone = "code,state\nK1,published\n";
        assert_eq!(issues(&previewed(&town, alone).await), ["refused parts:unpublished_part"]);
        let together = "code,state\nK1,published\nD1,published\n";
        let half = client.upload(IMPORT, together.as_bytes(), json!({ "lines": [2] })).await.expect(422);
        assert_eq!(faults(&half), [("lines".to_owned(), "cannot_be_imported".to_owned())]);
        client.upload(IMPORT, together.as_bytes(), json!({})).await.expect(200);
        town.crew.book(&["K1 tue 09:00-12:00"]).await.expect(201);

        let alone = "code,state\nD1,draft\n";
        assert_eq!(issues(&previewed(&town, alone).await), ["refused state:part_of_kits"]);
        let gone = "code,state\nD1,draft\nK1,draft\n";
        let half = client.upload(IMPORT, gone.as_bytes(), json!({ "lines": [2] })).await.expect(422);
        assert_eq!(faults(&half), [("lines".to_owned(), "cannot_be_imported".to_owned())]);
        client.upload(IMPORT, gone.as_bytes(), json!({})).await.expect(200);
        assert_eq!(app.broken_promises().await, Vec::<String>::new());
    }
}
