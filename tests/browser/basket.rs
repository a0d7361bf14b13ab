//! The basket: what is chosen stays, a line can have a span of its own, and what went can come back.

use crate::support::browser::{Role, walk};

#[test]
fn it_keeps_what_was_chosen() {
    walk("basket", async |page, stage| {
        stage.town.pool(&stage.app, "P10", 10).await;
        page.is(&stage.app, &stage.town.crew).await;
        page.open("/basket").await;
        page.sees(Role::Heading, "basket.empty").await;
        page.look_at("empty").await;
        page.open("/?from=2030-01-08T08:00&to=2030-01-08T12:00")
            .await;
        let name = page.called("P10");
        page.press_named(&page.say_with("listing.add_name", &[("name", &name)]))
            .await;
        page.open("/basket").await;
        page.press("units.more").await;
        page.press_with(&page.say("basket.follows")).await;
        let end = page.say("span.end");
        page.choose(&page.say_with("span.time_of", &[("what", &end)]), "23:00")
            .await;
        page.reads(&page.say("basket.own_span")).await;
        page.look_at("own-span").await;
        page.press_named(&page.say_with("basket.remove", &[("name", &name)]))
            .await;
        page.sees(Role::Heading, "basket.empty").await;
        page.press("common.undo").await;
        page.reads("23:00").await;
        page.press("basket.book").await;
        page.arrives("/bookings/").await;
        page.reads(&page.say("state.confirmed")).await;
    });
}

#[test]
fn a_lost_race_keeps_it() {
    walk("race", async |page, stage| {
        stage.town.set(&stage.app, "A01").await;
        page.is(&stage.app, &stage.town.crew).await;
        page.open("/?from=2030-01-08T08:00&to=2030-01-08T12:00")
            .await;
        let name = page.called("A01");
        page.press_named(&page.say_with("listing.add_name", &[("name", &name)]))
            .await;
        page.open("/basket").await;
        page.reads(&page.say("basket.book_says")).await;
        let rival = &stage.town.rival;
        rival.book(&["A01 tue 10:00-11:00"]).await.expect(201);
        page.expects("409");
        page.press("basket.book").await;
        page.sees(Role::Group, "refusal.label").await;
        page.reads(&page.say("basket.kept")).await;
        page.look_at("lost").await;
    });
}
