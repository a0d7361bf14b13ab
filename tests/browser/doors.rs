//! Doors: a wrong password, the letter with its code and its link, an invitation, a page that is not there.

use fantoccini::key::Key;
use serde_json::json;

use super::in_every_look;
use crate::support::client::Client;

#[test]
fn a_password_fails_a_code_and_a_link_lead_in() {
    in_every_look("doors", |visit| async {
        let browser = &visit.browser;
        browser.visit("/bookings").await;
        assert_eq!(browser.path().await, "/sign-in", "nobody is signed in yet");
        browser.press_key("sign_in.by_password").await;
        let email = browser.says("form.email", &[]);
        browser.fill(&email, "crew@example.com").await;
        let password = browser.says("form.password", &[]);
        browser.fill(&password, "not the password").await;
        browser.keys(&String::from(char::from(Key::Enter))).await;
        let failed = browser.either(
            "链接、验证码或密码不对",
            "The link, code or password is wrong",
        );
        browser.sees(failed).await;
        browser.look_closely().await;

        browser.press_key("sign_in.by_letter").await;
        browser.press_key("sign_in.send").await;
        let sent = browser.says("sign_in.sent", &[("email", "crew@example.com")]);
        browser.sees(&sent).await;
        let letters = visit.app.letters().await;
        let letter = &letters.last().expect("a letter").letter.text;
        browser
            .fill(&browser.says("sign_in.code", &[]), &code_in(letter))
            .await;
        browser.look_closely().await;
        browser.keys(&String::from(char::from(Key::Enter))).await;
        browser.sees(&browser.says("bookings.none_next", &[])).await;
        assert_eq!(browser.path().await, "/bookings", "where one wanted to go");

        visit.sign_out().await;
        let stranger = Client::stranger(visit.app.url(""));
        let asked = json!({ "email": "crew@example.com", "next": "/basket" });
        stranger.post("/api/v1/sign-in", asked).await.expect(202);
        let letters = visit.app.letters().await;
        let letter = &letters.last().expect("a letter").letter.text;
        let link = link_in(letter);
        browser.visit(&link).await;
        browser.look_closely().await;
        browser.tab_to(&browser.says("sign_in.enter", &[])).await;
        browser.sees(&browser.says("basket.empty", &[])).await;
        assert_eq!(browser.path().await, "/basket");

        visit.sign_out().await;
        browser.visit(&link).await;
        browser.press_key("sign_in.enter").await;
        browser.sees(failed).await;
        browser.look_closely().await;
        browser.press_key("link.again").await;
        assert_eq!(browser.path().await, "/sign-in", "no dead end");
        visit
    });
}

#[test]
fn an_invitation_is_accepted_and_what_is_not_there_says_where_to_go() {
    in_every_look("invited", |visit| async {
        let (town, browser) = (&visit.town, &visit.browser);
        let invited = json!({ "email": "new@example.com", "name": "New", "role": "booker",
            "company": town.crew.member.company, "language": browser.either("zh-CN", "en") });
        let invitation = town.manager.client.post("/api/v1/invitations", invited);
        invitation.await.expect(201);
        let letters = visit.app.letters().await;
        let letter = &letters.last().expect("a letter").letter.text;
        browser.visit(&link_in(letter)).await;
        browser.look_closely().await;
        let name = browser.either("小林", "Lin");
        browser
            .fill(&browser.says("form.your_name", &[]), name)
            .await;
        browser.press_key("invitation.accept").await;
        browser.sees(&browser.says("catalogue.title", &[])).await;
        assert_eq!(browser.path().await, "/");
        browser.visit("/no/such/page").await;
        browser.look_closely().await;
        browser.press_key("missing.home").await;
        assert_eq!(browser.path().await, "/");
        browser.visit("/bookings/BK-222222").await;
        browser.look_closely().await;
        browser.press_key("nav.bookings").await;
        assert_eq!(browser.path().await, "/bookings");
        visit
    });
}

/// The six digits of a letter.
fn code_in(text: &str) -> String {
    let mut words = text.split(|c: char| !c.is_ascii_digit());
    let code = words.find(|word| word.len() == 6).expect("a code");
    code.to_owned()
}

/// The path of the first link in a letter, with its query.
fn link_in(text: &str) -> String {
    let (_, rest) = text.split_once("http://").expect("a link");
    let link = rest.split_whitespace().next().expect("its end");
    let (_, path) = link.split_once('/').expect("a path");
    format!("/{path}")
}
