//! A listing's page: its days tell free, taken and closed apart; those who keep it close and retire it.

use fantoccini::key::Key;

use crate::support::browser::{Device, Role, walk};

#[test]
fn its_days_are_told_apart_and_chosen_by_keyboard() {
    walk("listing", async |page, stage| {
        let town = &stage.town;
        town.set(&stage.app, "A01").await;
        town.rival.book(&["A01 tue 08:00-22:00"]).await.expect(201);
        town.crew.book(&["A01 thu 09:00-12:00"]).await.expect(201);
        page.is(&stage.app, &town.crew).await;
        page.open("/listings/A01").await;
        page.sees_named(Role::Heading, &page.called("A01")).await;
        page.press_with(page.either("1月8日", "Jan 8")).await;
        page.reads(&page.say("day.someone")).await;
        page.look_at("taken").await;
        if page.look.device == Device::Desk {
            // Two days on, by keyboard alone.
            page.key(Key::Right).await;
            page.key(Key::Right).await;
            page.key(Key::Enter).await;
        } else {
            page.press_with(page.either("1月10日", "Jan 10")).await;
        }
        page.reads(&page.say("day.yours")).await;
        page.look_at("own").await;
    });
}

#[test]
fn who_keeps_it_closes_it_and_says_why() {
    walk("keep", async |page, stage| {
        stage.town.set(&stage.app, "A01").await;
        page.is(&stage.app, &stage.town.owner).await;
        page.open("/listings/A01").await;
        page.press("keep.closures").await;
        page.sees(Role::Dialog, "keep.closures").await;
        let reason = page.either("换景", "Repainting");
        page.fill("closure.reason", reason).await;
        page.press("closure.add").await;
        page.sees(Role::Pressable, "closure.remove").await;
        page.look_at("closures").await;
        page.press("common.close").await;
        page.press_with(page.either("1月8日", "Jan 8")).await;
        page.reads(reason).await;
        page.press("keep.edit").await;
        page.sees(Role::Dialog, "keep.edit").await;
        page.look_at("edit").await;
    });
}
