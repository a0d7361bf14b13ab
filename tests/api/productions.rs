//! Productions: a company's own, and nobody else's business.

use serde_json::json;

use super::{each, faults, in_town};

#[test]
fn a_crew_opens_and_changes_its_drama() {
    in_town(|app, town| async {
        let body = json!({ "title": "豪门弃女", "filing_class": "ordinary", "starts_on": "2030-01-08", "ends_on": "2030-01-14" });
        let made = town
            .crew
            .client
            .post("/api/v1/productions", body)
            .await
            .expect(201);
        let path = format!(
            "/api/v1/productions/{}",
            made["id"].as_str().expect("an id")
        );
        let changed = town
            .crew
            .client
            .patch(
                &path,
                1,
                json!({ "filing_number": "豫-2030-7", "ends_on": null }),
            )
            .await
            .expect(200);
        assert_eq!(changed["filing_number"], "豫-2030-7");
        assert_eq!(
            (&changed["ends_on"], &changed["starts_on"]),
            (&json!(null), &json!("2030-01-08"))
        );
        let stale = town
            .crew
            .client
            .patch(&path, 1, json!({ "title": "x" }))
            .await;
        assert_eq!(stale.problem(412), "version_stale");
        let others = town
            .rival
            .client
            .patch(&path, 2, json!({ "title": "x" }))
            .await;
        assert_eq!(others.problem(404), "not_found");
        (app, town)
    });
}

#[test]
fn others_titles_are_not_listed() {
    in_town(|app, town| async {
        let own = town
            .crew
            .client
            .get("/api/v1/productions")
            .await
            .expect(200);
        assert!(
            each(&own, "title")
                .iter()
                .all(|title| title != "Drama of rival")
        );
        let all = town
            .manager
            .client
            .get("/api/v1/productions")
            .await
            .expect(200);
        assert!(each(&all, "title").contains(&"Drama of rival".to_owned()));
        (app, town)
    });
}

#[test]
fn dates_and_classes_are_checked() {
    in_town(|app, town| async {
        let cases = [
            (json!({ "title": "  " }), "title", "required"),
            (
                json!({ "title": "x", "filing_class": "huge" }),
                "filing_class",
                "not_one_of",
            ),
            (
                json!({ "title": "x", "starts_on": "08/01/2030" }),
                "starts_on",
                "not_a_date",
            ),
            (
                json!({ "title": "x", "starts_on": "2030-01-08", "ends_on": "2030-01-01" }),
                "ends_on",
                "span_inverted",
            ),
        ];
        for (body, field, code) in cases {
            let refused = town
                .crew
                .client
                .post("/api/v1/productions", body)
                .await
                .expect(422);
            assert_eq!(faults(&refused), [(field.to_owned(), code.to_owned())]);
        }
        (app, town)
    });
}
