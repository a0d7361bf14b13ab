//! Companies: who takes them in, who edits what, and pages of them.

use serde_json::json;

use super::{each, faults, in_town};

#[test]
fn a_manager_takes_a_company_in_and_it_is_listed() {
    in_town(|app, town| async {
        let body = json!({ "code": "CO-9", "kinds": ["crew", "owner", "crew"], "name_zh": "九号", "name_en": "Nine" });
        let made = town
            .manager
            .client
            .post("/api/v1/companies", body.clone())
            .await;
        let made = made.expect(201);
        assert_eq!(made["kinds"], json!(["crew", "owner"]), "each kind once");
        assert_eq!(made["shows_name"], true);
        let again = town.manager.client.post("/api/v1/companies", body).await;
        assert_eq!(again.problem(409), "duplicate");
        let listed = town
            .viewer
            .client
            .get("/api/v1/companies")
            .await
            .expect(200);
        assert!(each(&listed, "code").contains(&"CO-9".to_owned()));
        (app, town)
    });
}

#[test]
fn every_wrong_field_is_named_at_once() {
    in_town(|app, town| async {
        let body = json!({ "code": "no spaces!", "kinds": ["landlord"], "name_zh": " ", "name_en": "Nine" });
        let refused = town.manager.client.post("/api/v1/companies", body).await;
        let named = faults(&refused.expect(422));
        for expected in [
            ("kinds[0]", "not_one_of"),
            ("code", "code"),
            ("name_zh", "required"),
        ] {
            let expected = (expected.0.to_owned(), expected.1.to_owned());
            assert!(named.contains(&expected), "{named:?}");
        }
        (app, town)
    });
}

#[test]
fn a_publisher_renames_its_own_company_but_not_what_it_is() {
    in_town(|app, town| async {
        let own = format!("/api/v1/companies/{}", town.owner.member.company);
        let renamed = town
            .owner
            .client
            .send(
                reqwest::Method::PATCH,
                &own,
                Some(json!({ "name_en": "Renamed", "shows_name": false })),
                &[],
            )
            .await
            .expect(200);
        assert_eq!(renamed["name_en"], "Renamed");
        assert_eq!(renamed["name_zh"], "owner公司", "what is absent stays");
        let others = format!("/api/v1/companies/{}", town.crew.member.company);
        for (path, body) in [
            (&own, json!({ "kinds": ["operator"] })),
            (&others, json!({ "name_en": "Mine now" })),
        ] {
            let method = reqwest::Method::PATCH;
            let refused = town.owner.client.send(method, path, Some(body), &[]).await;
            assert_eq!(refused.problem(403), "forbidden", "{path}");
        }
        (app, town)
    });
}

#[test]
fn pages_follow_each_other_and_belong_to_their_reader() {
    in_town(|app, town| async {
        let first = town
            .crew
            .client
            .get("/api/v1/companies?limit=2")
            .await
            .expect(200);
        let cursor = first["next_cursor"].as_str().expect("more").to_owned();
        let second = format!("/api/v1/companies?limit=2&cursor={cursor}");
        let second = town.crew.client.get(&second).await.expect(200);
        assert_eq!(second["next_cursor"], json!(null));
        let mut codes = each(&first, "code");
        codes.extend(each(&second, "code"));
        assert_eq!(codes, ["CREW", "MANAGER", "OWNER", "RIVAL"]);

        let others = format!("/api/v1/companies?cursor={cursor}");
        let refused = town.rival.client.get(&others).await;
        assert_eq!(refused.problem(422), "invalid_cursor");
        let elsewhere = format!("/api/v1/sites?cursor={cursor}");
        let refused = town.crew.client.get(&elsewhere).await;
        assert_eq!(refused.problem(422), "invalid_cursor");
        for limit in ["0", "201", "-1", "many"] {
            let path = format!("/api/v1/companies?limit={limit}");
            town.crew.client.get(&path).await.expect(422);
        }
        (app, town)
    });
}
