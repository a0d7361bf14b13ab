//! What is told of a file while it is worked on, and of codes that are something else's already.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::{IMPORT, PREVIEW, previewed};
use crate::api::in_town;
use crate::support::app::TestApp;
use crate::support::database::on_both_engines;
use crate::support::make::Town;

const LINES: &str = "application/x-ndjson";

/// An inventory of so many rows.
fn rows(count: usize) -> String {
    let mut file = "code,kind,category,name,quantity,day_rate_cny\n".to_owned();
    for row in 0..count {
        writeln!(file, "R-{row},prop,hand_prop,Row {row},1,10").expect("text grows");
    }
    file
}

/// How far it was each time, and the last line.
async fn told(town: &Town, path: &str, file: &str, options: Value) -> (Vec<(u64, u64)>, Value) {
    let client = &town.owner.client;
    let answer = client
        .upload_as(path, file.as_bytes(), options, LINES)
        .await;
    assert_eq!(
        (answer.status.as_u16(), &answer.headers["content-type"]),
        (200, &LINES.parse().expect("a value"))
    );
    let text = String::from_utf8(answer.bytes).expect("UTF-8");
    let mut lines: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).expect("a line of JSON"))
        .collect();
    let last = lines.pop().expect("a last line");
    let far = lines.iter().map(|line| {
        (
            line["done"].as_u64().expect("done"),
            line["of"].as_u64().expect("of"),
        )
    });
    (far.collect(), last)
}

on_both_engines! {
    async fn a_long_file_tells_how_far_it_is(database: Database) {
        let app = TestApp::on(database).await;
        let town = Town::settle(&app).await;
        let file = rows(2_600);
        let (far, last) = told(&town, PREVIEW, &file, json!({})).await;
        assert!(!far.is_empty() && far.is_sorted() && far.iter().all(|(done, of)| done <= of && *of == 2_600), "{far:?}");
        assert_eq!(last["answer"]["totals"]["new"], 2_600);
        let (far, last) = told(&town, IMPORT, &file, json!({ "seen": last["answer"]["seen"] })).await;
        assert!(!far.is_empty() && far.is_sorted() && far.iter().all(|(done, of)| done <= of), "{far:?}");
        assert_eq!(last["answer"]["stored"], json!({ "new": 2_600, "changed": 0 }));
        // A refusal comes as the last line, in words; a file that is none at once, as everywhere.
        let (_, last) = told(&town, IMPORT, &file, json!({ "seen": "something else" })).await;
        assert_eq!((&last["problem"]["status"], &last["problem"]["code"]), (&json!(409), &json!("state_conflict")));
        assert!(last["problem"]["detail"].as_str().is_some_and(|words| words.len() > 20), "{last}");
        let unread = town.owner.client.upload_as(PREVIEW, b"<html>", json!({}), LINES).await;
        assert_eq!(unread.problem(422), "unreadable_file");
    }
}

/// A scanned code opens one thing, so neither a file nor a run of units takes what is the other's.
#[test]
fn a_code_of_a_unit_is_no_listings() {
    in_town(|app, town| async {
        town.pool(&app, "FX6", 2).await;
        let owner = &town.owner.client;
        owner
            .post(
                "/api/v1/listings/FX6/units",
                json!({ "first": "F001", "count": 2 }),
            )
            .await
            .expect(201);
        let file = "code,kind,name,quantity\nF001,prop,a,1\nF003,prop,b,1\n";
        let preview = previewed(&town, file).await;
        let issue = &preview["records"][0]["issues"];
        let issue = issue
            .as_array()
            .and_then(|all| all.last())
            .expect("an issue");
        assert_eq!(
            (&issue["field"], &issue["code"]),
            (&json!("code"), &json!("unit_has_code"))
        );
        assert!(
            issue["reason"]
                .as_str()
                .is_some_and(|words| words.contains("F001")),
            "{issue}"
        );
        assert_eq!(preview["records"][1]["verdict"], "new");
        let taken = owner
            .upload(IMPORT, file.as_bytes(), json!({}))
            .await
            .expect(200);
        assert_eq!(taken["stored"]["new"], 1);
        let refused = owner
            .post("/api/v1/listings/FX6/units", json!({ "first": "F003" }))
            .await
            .expect(422);
        assert!(
            refused["detail"]
                .as_str()
                .is_some_and(|words| words.contains("F003")),
            "{refused}"
        );
        (app, town)
    });
}
