//! Signing in by letter, code and password; tokens; one's own profile.

use serde_json::json;

use super::{faults, in_town};
use crate::support::app::TestApp;
use crate::support::client::{Answer, Client};

fn stranger(app: &TestApp) -> Client {
    Client::stranger(app.url(""))
}

/// Code and link secret of the newest sign-in letter.
async fn proofs(app: &TestApp) -> (String, String) {
    let letters = app.letters().await;
    let text = &letters.last().expect("a letter").letter.text;
    let code = text
        .split(|c: char| !c.is_ascii_digit())
        .find(|digits| digits.len() == 6)
        .expect("six digits");
    let (_, rest) = text.split_once("token=").expect("a link");
    let secret = rest
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
    (code.to_owned(), secret.collect())
}

async fn ask(app: &TestApp, email: &str) -> Answer {
    stranger(app)
        .post("/api/v1/sign-in", json!({ "email": email }))
        .await
}

fn cookie(answer: &Answer) -> String {
    let cookie = answer.headers["set-cookie"].to_str().expect("text");
    for told in ["HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(cookie.contains(told), "{cookie}");
    }
    cookie.split(';').next().expect("a pair").to_owned()
}

#[test]
fn the_code_and_the_link_of_a_letter_work_once() {
    in_town(|app, town| async {
        ask(&app, "CREW@example.com").await.expect(202);
        let (code, secret) = proofs(&app).await;
        let by_code = json!({ "email": "crew@example.com", "code": format!("{} {}", &code[..3], &code[3..]) });
        let entered = stranger(&app)
            .post("/api/v1/sessions", by_code.clone())
            .await;
        let cookie = cookie(&entered);
        assert_eq!(entered.expect(201)["email"], "crew@example.com");
        let browser = [("Cookie", cookie.as_str())];
        let me = stranger(&app)
            .send(reqwest::Method::GET, "/api/v1/me", None, &browser)
            .await;
        assert_eq!(me.expect(200)["role"], "booker");
        for used in [by_code, json!({ "token": secret })] {
            let again = stranger(&app).post("/api/v1/sessions", used).await;
            assert_eq!(again.problem(401), "sign_in_failed");
        }
        let out = reqwest::Method::DELETE;
        stranger(&app)
            .send(out, "/api/v1/sessions/current", None, &browser)
            .await
            .expect(204);
        let me = stranger(&app)
            .send(reqwest::Method::GET, "/api/v1/me", None, &browser)
            .await;
        assert_eq!(me.problem(401), "not_signed_in");
        (app, town)
    });
}

#[test]
fn guessing_stops_after_five_tries_and_letters_after_five() {
    in_town(|app, town| async {
        ask(&app, "crew@example.com").await.expect(202);
        let (code, _) = proofs(&app).await;
        let wrong = if code == "000000" { "000001" } else { "000000" };
        let attempt = |code: &str| json!({ "email": "crew@example.com", "code": code });
        for _ in 0..5 {
            let refused = stranger(&app)
                .post("/api/v1/sessions", attempt(wrong))
                .await;
            assert_eq!(refused.problem(401), "sign_in_failed");
        }
        let too_late = stranger(&app)
            .post("/api/v1/sessions", attempt(&code))
            .await;
        assert_eq!(too_late.problem(401), "sign_in_failed");
        for _ in 0..10 {
            ask(&app, "crew@example.com").await.expect(202);
        }
        assert_eq!(app.letters().await.len(), 5);
        (app, town)
    });
}

#[test]
fn an_unknown_address_is_answered_like_a_known_one() {
    in_town(|app, town| async {
        let known = ask(&app, "crew@example.com").await.expect(202);
        let unknown = ask(&app, "nobody@example.com").await.expect(202);
        assert_eq!(
            known["sent_to"].as_str().map(str::len).is_some(),
            unknown["sent_to"].as_str().map(str::len).is_some()
        );
        assert_eq!(app.letters().await.len(), 1);
        let wrong = ask(&app, "not an address").await.expect(422);
        assert_eq!(
            faults(&wrong),
            [("email".to_owned(), "not_an_email".to_owned())]
        );
        (app, town)
    });
}

#[test]
fn a_link_is_too_old_after_a_quarter_of_an_hour() {
    in_town(|app, town| async {
        ask(&app, "crew@example.com").await.expect(202);
        let (_, secret) = proofs(&app).await;
        app.app.clock.advance(chrono::TimeDelta::minutes(16));
        let late = stranger(&app)
            .post("/api/v1/sessions", json!({ "token": secret }))
            .await;
        assert_eq!(late.problem(401), "sign_in_failed");
        (app, town)
    });
}

#[test]
fn a_password_can_be_set_used_and_changed() {
    in_town(|app, town| async {
        let change = async |body: serde_json::Value| {
            let method = reqwest::Method::PATCH;
            town.crew
                .client
                .send(method, "/api/v1/me", Some(body), &[])
                .await
        };
        change(json!({ "password": "short" })).await.expect(422);
        change(json!({ "password": "long enough 足够长" }))
            .await
            .expect(200);
        let enter = |password: &str| json!({ "email": "crew@example.com", "password": password });
        let entered = stranger(&app)
            .post("/api/v1/sessions", enter("long enough 足够长"))
            .await;
        assert_eq!(entered.expect(201)["has_password"], true);
        for wrong in ["long enough", "", "x"] {
            let refused = stranger(&app).post("/api/v1/sessions", enter(wrong)).await;
            assert_eq!(refused.problem(401), "sign_in_failed");
        }
        let without = change(json!({ "password": "another long one" }))
            .await
            .expect(422);
        assert_eq!(faults(&without)[0].0, "current_password");
        let body =
            json!({ "password": "another long one", "current_password": "long enough 足够长" });
        change(body).await.expect(200);
        let old = stranger(&app)
            .post("/api/v1/sessions", enter("long enough 足够长"))
            .await;
        assert_eq!(old.problem(401), "sign_in_failed");
        (app, town)
    });
}

#[test]
fn a_script_s_token_works_until_it_is_revoked() {
    in_town(|app, town| async {
        let made = town
            .crew
            .client
            .post("/api/v1/me/tokens", json!({ "name": "call sheet" }))
            .await
            .expect(201);
        let secret = made["secret"].as_str().expect("a secret");
        let script = Client::member(app.url(""), secret);
        assert_eq!(script.get("/api/v1/me").await.expect(200)["name"], "crew");
        let listed = town.crew.client.get("/api/v1/me/tokens").await.expect(200);
        assert!(
            !listed.to_string().contains(secret),
            "told once, never listed"
        );
        let path = format!("/api/v1/me/tokens/{}", made["id"].as_str().expect("an id"));
        let by_others = town.rival.client.delete(&path).await;
        assert_eq!(by_others.problem(404), "not_found");
        script.delete(&path).await.expect(204);
        assert_eq!(script.get("/api/v1/me").await.problem(401), "not_signed_in");
        (app, town)
    });
}

#[test]
fn a_sent_sign_in_letter_forgets_its_secret() {
    in_town(|app, town| async {
        ask(&app, "crew@example.com").await.expect(202);
        let (code, secret) = proofs(&app).await;
        let outbox = town.manager.client.get("/api/v1/letters").await.expect(200);
        let kept = app
            .app
            .store
            .read(|conn| backlot::store::letters::list(conn, None, None, 10))
            .await
            .expect("letters");
        let kept = format!("{kept:?} {outbox}");
        assert!(!kept.contains(&code) && !kept.contains(&secret));
        (app, town)
    });
}
