//! Finding: search, kinds, filters, what is free then; all of it in the address.

use crate::support::browser::{Device, Role, walk};

#[test]
fn what_is_looked_for_stays_in_the_address() {
    walk("catalogue", async |page, stage| {
        for code in ["A01", "A02", "B01"] {
            stage.town.set(&stage.app, code).await;
        }
        let taken = ["B01 tue 08:00-22:00"];
        stage.town.rival.book(&taken).await.expect(201);
        page.is(&stage.app, &stage.town.crew).await;
        page.open("/?from=2030-01-08T08:00&to=2030-01-08T22:00")
            .await;
        page.sees_named(Role::Pressable, &page.called("A01")).await;
        page.look_at("free-then").await;
        page.fill("catalogue.search", "B01").await;
        page.sees(Role::Heading, "catalogue.none_free").await;
        page.look_at("none-free").await;
        page.press("catalogue.show_taken").await;
        page.sees_named(Role::Pressable, &page.called("B01")).await;
        page.open("/?q=nothing-is-called-so").await;
        page.sees(Role::Heading, "catalogue.none").await;
        page.press("catalogue.clear").await;
        page.sees_named(Role::Pressable, &page.called("A02")).await;
        if page.look.device == Device::Phone {
            page.press_with(&page.say("catalogue.filters")).await;
            page.sees(Role::Dialog, "catalogue.filters").await;
            page.look_at("filters").await;
            page.press("catalogue.show").await;
        }
        page.press("kind.prop").await;
        page.sees(Role::Heading, "catalogue.none").await;
        let query = page.ask("return location.search").await;
        assert!(
            query
                .as_str()
                .is_some_and(|query| query.contains("kind=prop")),
            "{query}"
        );
    });
}
