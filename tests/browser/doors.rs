//! Doors: signing in by password and by link, an invitation, a page that is not there, the API's docs.

use serde_json::json;

use crate::support::browser::{Role, walk};
use crate::support::client::Client;

#[test]
fn a_wrong_password_is_told_and_a_link_leads_in() {
    walk("doors", async |page, stage| {
        page.open("/sign-in").await;
        page.press("sign_in.by_password").await;
        page.fill("form.email", "crew@example.com").await;
        page.fill("form.password", "not the password").await;
        page.expects("/api/v1/sessions");
        page.press("sign_in.enter").await;
        page.look_at("wrong-password").await;
        let stranger = Client::stranger(stage.app.url(""));
        let asked = json!({ "email": "crew@example.com", "next": "/bookings" });
        stranger.post("/api/v1/sign-in", asked).await.expect(202);
        let letters = stage.app.letters().await;
        page.open(&path_in(&letters.last().expect("a letter").letter.text))
            .await;
        page.look_at("link").await;
        page.press("sign_in.enter").await;
        page.arrives("/bookings").await;
    });
}

#[test]
fn an_invitation_is_accepted() {
    walk("invitation", async |page, stage| {
        let (app, town) = (&stage.app, &stage.town);
        let invited = json!({ "email": "new@example.com", "name": "New", "role": "booker",
            "company": town.crew.member.company, "language": page.look.language.as_str() });
        let invitation = town.manager.client.post("/api/v1/invitations", invited);
        invitation.await.expect(201);
        let letters = app.letters().await;
        page.open(&path_in(&letters.last().expect("a letter").letter.text))
            .await;
        page.sees(Role::Heading, "invitation.title").await;
        page.look_at("invitation").await;
        page.press("invitation.accept").await;
        page.arrives("/").await;
        page.sees(Role::Heading, "catalogue.title").await;
    });
}

#[test]
fn what_is_not_there_says_where_to_go() {
    walk("missing", async |page, stage| {
        page.is(&stage.app, &stage.town.crew).await;
        page.open("/no/such/page").await;
        page.sees(Role::Heading, "missing.what").await;
        page.look_at("page").await;
        page.press("missing.home").await;
        page.arrives("/").await;
        page.expects("404");
        page.open("/bookings/BK-222222").await;
        page.look_at("booking").await;
    });
}

#[test]
fn the_docs_are_readable() {
    walk("docs", async |page, _| {
        page.open_plain("/api/docs").await;
        page.press_with("/api/v1/bookings").await;
        page.look_at("docs").await;
    });
}

/// The path of the first link in a letter, with its query.
fn path_in(text: &str) -> String {
    let (_, rest) = text.split_once("http://").expect("a link");
    let link: String = rest.chars().take_while(|c| !c.is_whitespace()).collect();
    let (_, path) = link.split_once('/').expect("a path");
    format!("/{path}")
}
