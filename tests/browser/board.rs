//! The board: what is booked, by listing and time at a desk, day by day on a phone; what waits is decided
//! beside it.

use crate::support::browser::{Device, Page, Role, Stage, walk};

#[test]
fn what_is_booked_is_seen_and_what_waits_is_decided() {
    walk("board", async |page, stage| {
        let (app, town) = (&stage.app, &stage.town);
        town.set(app, "A01").await;
        town.palace(app, "P01").await;
        town.crew.book(&["A01 tue 09:00-12:00"]).await.expect(201);
        town.crew.book(&["P01 tue 14:00-18:00"]).await.expect(201);
        page.is(app, &town.owner).await;
        match page.look.device {
            Device::Phone => by_day(page).await,
            Device::Desk => by_listing_and_time(page).await,
        }
        is_granted(page, stage).await;
    });
}

async fn by_day(page: &Page) {
    page.open("/board").await;
    page.sees(Role::Heading, "agenda.none").await;
    page.look_at("nothing-today").await;
    page.press("board.later").await;
    page.reads(&page.called("A01")).await;
    page.look_at("agenda").await;
    let grant = format!("{}: {}", page.say("decide.grant"), page.called("P01"));
    page.press_with(&grant).await;
}

async fn by_listing_and_time(page: &Page) {
    page.open("/board").await;
    page.sees(Role::Region, "board.label").await;
    page.look_at("board").await;
    page.press("board.view_list").await;
    page.reads(&page.called("A01")).await;
    page.look_at("list").await;
    page.press("board.view_board").await;
    // The first that waits, and yes, by two keys.
    page.keys("j").await;
    page.keys("a").await;
}

/// A decision can be taken back for a while; then it stands.
async fn is_granted(page: &Page, stage: &Stage) {
    page.sees(Role::Pressable, "common.undo").await;
    page.look_at("held-back").await;
    page.open("/approvals").await;
    page.sees(Role::Heading, "approvals.none").await;
    let letters = stage.app.letters().await;
    let to_crew = letters.iter().filter(|kept| kept.to == "crew@example.com");
    assert_eq!(to_crew.count(), 3, "confirmed, received, granted");
}
