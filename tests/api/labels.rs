//! Labels: what stands on them, for whom, and that a reader finds the way from a code to its page.

use serde_json::json;

use super::{each, faults, in_town};
use crate::support::qr;

#[test]
fn a_label_has_both_names_and_a_code_that_a_reader_reads() {
    in_town(|app, town| async {
        town.set(&app, "A01").await;
        let path = "/api/v1/labels?codes=A01";
        let found = town.owner.client.get(path).await.expect(200);
        let label = &found["items"][0];
        assert_eq!(label["name_zh"], "A01景");
        assert_eq!(label["name_en"], "Set A01");
        assert_eq!(label["owner"]["name_en"], "owner company");
        let address = app.url("/q/A01");
        assert_eq!(label["address"], json!(address));
        assert_eq!(qr::read_squares(&label["qr"]), [address]);
        (app, town)
    });
}

#[test]
fn labels_are_of_what_is_named_or_of_what_a_filter_leaves() {
    in_town(|app, town| async {
        for code in ["A01", "A02", "B01"] {
            town.set(&app, code).await;
        }
        let draft = json!({
            "code": "SECRET", "kind": "prop", "category": "hand_prop", "name_zh": "刀", "name_en": "Knife",
            "site": town.site, "owner": town.manager.member.company, "quantity": 1,
        });
        let path = "/api/v1/listings";
        town.manager.client.post(path, draft).await.expect(201);
        let owner = &town.owner.client;
        let labels = async |query: &str| {
            let path = format!("/api/v1/labels?{query}");
            each(&owner.get(&path).await.expect(200), "code")
        };
        assert_eq!(labels("codes=B01,%20A01,B01").await, ["B01", "A01"]);
        assert_eq!(labels("q=a0").await, ["A01", "A02"]);
        let first = owner.get("/api/v1/labels?limit=2").await.expect(200);
        assert_eq!(each(&first, "code"), ["A01", "A02"]);
        let next = first["next_cursor"].as_str().expect("there is more");
        assert_eq!(labels(&format!("limit=2&cursor={next}")).await, ["B01"]);

        let unknown = owner.get("/api/v1/labels?codes=A01,NONE,SECRET").await;
        let unknown = unknown.expect(422);
        assert_eq!(faults(&unknown).len(), 2, "another's draft is as unknown");
        assert!(
            unknown["detail"]
                .as_str()
                .is_some_and(|text| text.contains("NONE"))
        );
        let managers = town.manager.client.get("/api/v1/labels?codes=SECRET").await;
        assert_eq!(each(&managers.expect(200), "code"), ["SECRET"]);
        let many = vec!["A01"; 201].join(",");
        let refused = owner.get(&format!("/api/v1/labels?codes={many}")).await;
        assert_eq!(faults(&refused.expect(422))[0].1, "too_many");
        (app, town)
    });
}

/// A stranger is sent on whatever the code is, so that nobody learns which codes there are.
#[test]
fn a_scanned_code_leads_to_its_page_and_nowhere_else() {
    in_town(|app, town| async {
        town.set(&app, "A01").await;
        let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none());
        let client = client.build().expect("a client");
        let cases = [
            ("/q/A01", "/listings/A01"),
            ("/q/NONE", "/listings/NONE"),
            ("/q/a%0D%0ASet-Cookie:x", "/listings/a%0D%0ASet-Cookie:x"),
            ("/q/%2F%2Fevil.example", "/listings/%2F%2Fevil.example"),
        ];
        for (scanned, expected) in cases {
            let answer = client
                .get(app.url(scanned))
                .send()
                .await
                .expect("an answer");
            assert_eq!(answer.status(), 303, "{scanned}");
            assert_eq!(answer.headers()["location"], expected, "{scanned}");
            assert_eq!(answer.headers().get("set-cookie"), None);
        }
        let shown = town.crew.client.get("/api/v1/listings/NONE").await;
        assert_eq!(shown.problem(404), "not_found");
        (app, town)
    });
}
