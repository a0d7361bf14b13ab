//! Members, invitations, and what people may see of each other.

use serde_json::{Value, json};

use super::{each, in_town};
use crate::support::app::TestApp;
use crate::support::client::Client;

/// The secret in the link of the newest letter to an address.
async fn secret_sent_to(app: &TestApp, email: &str) -> String {
    let letters = app.letters().await;
    let letter = letters
        .iter()
        .rev()
        .find(|letter| letter.to == email)
        .expect("a letter");
    let (_, rest) = letter.letter.text.split_once("token=").expect("a link");
    rest.chars()
        .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
        .collect()
}

fn invitation(email: &str, role: &str) -> Value {
    json!({ "email": email, "name": "新人", "role": role, "language": "zh-CN" })
}

#[test]
fn an_invited_person_joins_once_and_is_signed_in() {
    in_town(|app, town| async {
        let sent = town
            .owner
            .client
            .post(
                "/api/v1/invitations",
                invitation("New@Example.com", "booker"),
            )
            .await
            .expect(201);
        assert_eq!(sent["email"], "new@example.com");
        let token = secret_sent_to(&app, "new@example.com").await;
        let stranger = Client::stranger(app.url(""));
        let accept = json!({ "token": token, "name": "小新", "language": "en" });
        let joined = stranger
            .post("/api/v1/invitations/acceptance", accept.clone())
            .await;
        assert!(joined.headers.contains_key("set-cookie"));
        let me = joined.expect(201);
        assert_eq!(
            (&me["name"], &me["role"], &me["language"]),
            (&json!("小新"), &json!("booker"), &json!("en"))
        );
        assert_eq!(me["company"]["code"], "OWNER");
        let again = stranger
            .post("/api/v1/invitations/acceptance", accept)
            .await;
        assert_eq!(again.problem(409), "state_conflict");
        let open = town
            .owner
            .client
            .get("/api/v1/invitations")
            .await
            .expect(200);
        assert_eq!(open["items"], json!([]));
        (app, town)
    });
}

#[test]
fn two_who_open_the_same_link_make_one_member() {
    in_town(|app, town| async {
        let body = invitation("twice@example.com", "viewer");
        town.owner
            .client
            .post("/api/v1/invitations", body)
            .await
            .expect(201);
        let token = secret_sent_to(&app, "twice@example.com").await;
        let stranger = Client::stranger(app.url(""));
        let accept = || stranger.post("/api/v1/invitations/acceptance", json!({ "token": token }));
        let (one, other) = tokio::join!(accept(), accept());
        let mut statuses = [one.status.as_u16(), other.status.as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 409]);
        (app, town)
    });
}

#[test]
fn an_invitation_can_be_withdrawn_and_runs_out() {
    in_town(|app, town| async {
        let mut tokens = Vec::new();
        let mut ids = Vec::new();
        for email in ["a@example.com", "b@example.com"] {
            let body = invitation(email, "viewer");
            let sent = town.owner.client.post("/api/v1/invitations", body).await;
            ids.push(sent.expect(201)["id"].as_str().expect("an id").to_owned());
            tokens.push(secret_sent_to(&app, email).await);
        }
        let withdrawn = format!("/api/v1/invitations/{}", ids[0]);
        let by_others = town.crew.client.delete(&withdrawn).await;
        assert_eq!(by_others.problem(403), "forbidden");
        town.owner.client.delete(&withdrawn).await.expect(204);
        app.app.clock.advance(chrono::TimeDelta::days(15));
        let stranger = Client::stranger(app.url(""));
        for token in tokens {
            let path = "/api/v1/invitations/acceptance";
            let late = stranger.post(path, json!({ "token": token })).await;
            assert_eq!(late.problem(401), "sign_in_failed");
        }
        (app, town)
    });
}

#[test]
fn nobody_invites_above_the_own_role_or_into_another_company() {
    in_town(|app, town| async {
        let mut elsewhere = invitation("x@example.com", "booker");
        elsewhere["company"] = json!(town.crew.member.company);
        for body in [invitation("x@example.com", "manager"), elsewhere] {
            let refused = town.owner.client.post("/api/v1/invitations", body).await;
            assert_eq!(refused.problem(403), "forbidden");
        }
        let known = invitation("crew@example.com", "booker");
        let refused = town.manager.client.post("/api/v1/invitations", known).await;
        assert_eq!(refused.problem(409), "duplicate");
        assert!(app.letters().await.is_empty(), "a refusal owes no letter");
        (app, town)
    });
}

#[test]
fn members_see_their_own_company_and_managers_everyone() {
    in_town(|app, town| async {
        let own = town.crew.client.get("/api/v1/members").await.expect(200);
        assert_eq!(each(&own, "name"), ["crew", "viewer"]);
        let all = town.manager.client.get("/api/v1/members").await.expect(200);
        assert_eq!(all["items"].as_array().map(Vec::len), Some(5));
        (app, town)
    });
}

#[test]
fn who_is_let_go_is_out_at_once_and_the_last_manager_stays() {
    in_town(|app, town| async {
        let path = |id: &dyn ToString| format!("/api/v1/members/{}", id.to_string());
        let change = async |id: &dyn ToString, body: Value| {
            let method = reqwest::Method::PATCH;
            town.manager
                .client
                .send(method, &path(id), Some(body), &[])
                .await
        };
        let crew = town.crew.member.id;
        assert_eq!(town.crew.client.get("/api/v1/me").await.status, 200);
        change(&crew, json!({ "active": false })).await.expect(200);
        let out = town.crew.client.get("/api/v1/me").await;
        assert_eq!(out.problem(401), "not_signed_in");
        change(&crew, json!({ "active": true, "role": "publisher" }))
            .await
            .expect(200);
        let me = town.crew.client.get("/api/v1/me").await.expect(200);
        assert_eq!(me["role"], "publisher");

        let last = town.manager.member.id;
        for body in [json!({ "active": false }), json!({ "role": "viewer" })] {
            let refused = change(&last, body).await.expect(409);
            assert!(
                refused["detail"]
                    .as_str()
                    .expect("words")
                    .contains("manager")
            );
        }
        let method = reqwest::Method::PATCH;
        let body = Some(json!({ "role": "viewer" }));
        let others = town
            .owner
            .client
            .send(method, &path(&crew), body, &[])
            .await;
        assert_eq!(others.problem(404), "not_found", "another company's member");
        (app, town)
    });
}
