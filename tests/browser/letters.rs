//! Letters: everyone's in the demo mailbox, and the outbox for who runs the cluster.

use crate::support::browser::{Role, walk};

#[test]
fn they_are_read_in_the_demo_mailbox_and_seen_in_the_outbox() {
    walk("letters", async |page, stage| {
        let (app, town) = (&stage.app, &stage.town);
        page.open("/letters").await;
        page.sees(Role::Heading, "letters.none").await;
        town.set(app, "A01").await;
        let booked = town.crew.book(&["A01 tue 09:00-12:00"]).await.expect(201);
        let reference = booked["reference"].as_str().expect("a reference");
        app.letters().await;
        page.is(app, &town.manager).await;
        page.open("/letters").await;
        page.look_at("mailbox").await;
        page.press_with(reference).await;
        page.reads(&page.say_with("ics.request", &[("n", "1")]))
            .await;
        page.press("letters.as_text").await;
        page.reads(&page.called("A01")).await;
        page.look_at("as-text").await;
        page.open("/letters?view=outbox").await;
        page.reads(&page.say("state.sent")).await;
        page.look_at("outbox").await;
    });
}
