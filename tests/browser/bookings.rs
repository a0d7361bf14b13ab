//! Bookings: what comes and what was; another time for one of them; a grant taken back by declining.

use crate::support::browser::{Role, walk};

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
        let end = page.say("span.end");
        page.choose(&page.say_with("span.time_of", &[("what", &end)]), "13:00")
            .await;
        page.look_at("change").await;
        page.press("change.save").await;
        page.reads("13:00").await;
        page.reads(&page.say("history.booking.changed")).await;
        page.look_at("changed").await;
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
