//! Bookings: what comes and what was; another time for one of them; a grant taken back by declining.

use chrono::TimeDelta;
use serde_json::json;

use crate::support::browser::{Role, walk};
use crate::support::make::line_in;

#[test]
fn one_is_moved_to_another_time() {
    walk("bookings", async |page, stage| {
        let (app, town) = (&stage.app, &stage.town);
        town.set(app, "A01").await;
        let booked = town.crew.book(&["A01 tue 09:00-12:00"]).await.expect(201);
        let reference = booked["reference"].as_str().expect("a reference");
        page.is(app, &town.crew).await;
        page.open("/bookings").await;
        page.look_at("coming").await;
        page.press_named(&page.say("bookings.past")).await;
        page.sees(Role::Heading, "bookings.none_past").await;
        page.open("/bookings").await;
        page.press_with(reference).await;
        page.arrives("/bookings/BK-").await;
        page.press("change.title").await;
        page.sees(Role::Dialog, "change.title").await;
        page.choose_span("2030-01-08T09:00", "2030-01-08T13:00")
            .await;
        page.look_at("change").await;
        page.press("change.save").await;
        page.reads("13:00").await;
        page.reads(&page.say("history.booking.changed")).await;
        page.look_at("changed").await;
    });
}

#[test]
fn on_set_it_goes_on_for_another_hour() {
    walk("extension", async |page, stage| {
        let (app, town) = (&stage.app, &stage.town);
        for code in ["A01", "A02"] {
            town.set(app, code).await;
        }
        let lines = ["A01 mon 09:00-12:00", "A02 mon 14:00-16:00"];
        let booked = town.crew.book(&lines).await.expect(201);
        let reference = booked["reference"].as_str().expect("a reference");
        app.app.clock.advance(TimeDelta::hours(2));
        page.is(app, &town.crew).await;
        page.open(&format!("/bookings/{reference}")).await;
        page.press("change.title").await;
        let dropped = page.called("A02");
        page.press_named(&page.say_with("change.drop", &[("name", &dropped)]))
            .await;
        page.press("change.save").await;
        page.reads(&page.say("history.booking.changed")).await;
        page.press("change.extend").await;
        page.sees(Role::Dialog, "change.extend").await;
        page.look_at("extend").await;
        page.press("change.save").await;
        page.reads("09:00\u{2013}13:00").await;
    });
}

#[test]
fn what_somebody_else_changed_is_not_overwritten() {
    walk("stale", async |page, stage| {
        let (app, town) = (&stage.app, &stage.town);
        town.set(app, "A01").await;
        let booked = town.crew.book(&["A01 tue 09:00-12:00"]).await.expect(201);
        let text = |field: &str| booked[field].as_str().expect("text").to_owned();
        page.is(app, &town.crew).await;
        page.open(&format!("/bookings/{}", text("reference"))).await;
        page.press("change.title").await;
        let mut line = line_in("A01 tue 10:00-15:00");
        line["id"] = booked["lines"][0]["id"].clone();
        let path = format!("/api/v1/bookings/{}", text("id"));
        let body = json!({ "lines": [line] });
        town.crew.client.patch(&path, 1, body).await.expect(200);
        page.expects("412");
        page.press("change.save").await;
        page.look_at("stale").await;
        page.press("change.reload").await;
        page.reads("10:00\u{2013}15:00").await;
    });
}

#[test]
fn who_decides_nothing_is_told_who_does() {
    walk("not-yours", async |page, stage| {
        page.is(&stage.app, &stage.town.viewer).await;
        for (path, words) in [
            ("/approvals", "approvals.not_yours"),
            ("/manage", "manage.not_yours"),
            ("/board", "board.not_yours"),
        ] {
            page.open(path).await;
            page.sees(Role::Heading, words).await;
        }
        page.look_at("not-yours").await;
    });
}

#[test]
fn an_owner_says_no_and_why() {
    walk("approvals", async |page, stage| {
        let (app, town) = (&stage.app, &stage.town);
        town.palace(app, "P01").await;
        town.crew.book(&["P01 tue 09:00-12:00"]).await.expect(201);
        page.is(app, &town.owner).await;
        page.open("/approvals").await;
        page.press("decide.decline").await;
        let reason = page.either("当天检修", "The roof is being mended");
        page.fill("decide.reason", reason).await;
        page.look_at("decline").await;
        page.press("decide.decline_now").await;
        page.sees(Role::Heading, "approvals.none").await;
        page.look_at("none").await;
        let letters = app.letters().await;
        let declined = letters
            .iter()
            .find(|kept| kept.to == "crew@example.com" && kept.letter.text.contains(reason));
        assert!(declined.is_some(), "the crew is told why");
    });
}
