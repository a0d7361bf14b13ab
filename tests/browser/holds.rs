//! Holds: kept for a day without a promise, a place in line behind another crew's, and letting go.

use serde_json::json;

use crate::support::browser::{Page, Role, Stage, walk};

#[test]
fn one_is_placed_and_confirmed() {
    walk("hold", async |page, stage| {
        stage.town.set(&stage.app, "A01").await;
        fill_the_basket(page, stage).await;
        page.press_named(&page.say_with("hold.choose_hold", &[("hours", "24")]))
            .await;
        page.reads(&page.say_with("basket.hold_says", &[("hours", "24")]))
            .await;
        page.look_at("basket").await;
        page.press("basket.hold").await;
        page.arrives("/bookings/").await;
        page.reads(&page.say("booking.says_held")).await;
        page.look_at("held").await;
        page.press("hold.confirm").await;
        page.sees(Role::Dialog, "hold.confirm").await;
        page.look_at("confirm").await;
        page.press("hold.confirm").await;
        page.reads(&page.say("booking.says_confirmed")).await;
    });
}

#[test]
fn who_is_second_waits_in_line_may_challenge_and_may_leave() {
    walk("line", async |page, stage| {
        let (app, town) = (&stage.app, &stage.town);
        town.set(app, "A01").await;
        let mut first = town.rival.basket(&["A01 tue 09:00-12:00"]);
        first["hold"] = json!(true);
        let held = town.rival.client.post("/api/v1/bookings", first).await;
        held.expect(201);
        fill_the_basket(page, stage).await;
        page.sees(Role::Group, "refusal.label").await;
        page.look_at("could-wait").await;
        page.press_named(&page.say_with("hold.wait", &[("n", "2")]))
            .await;
        page.press("basket.queue").await;
        page.arrives("/bookings/").await;
        page.reads(&page.say_with("hold.rank", &[("n", "2")])).await;
        page.look_at("in-line").await;
        page.press("hold.challenge").await;
        page.sees(Role::Dialog, "hold.challenge").await;
        page.look_at("challenge").await;
        page.press("hold.challenge").await;
        page.reads(&page.say("hold.challenging")).await;
        page.press("hold.let_go").await;
        page.sees(Role::Dialog, "hold.let_go").await;
        page.press("hold.let_go").await;
        page.reads(&page.say("booking.says_cancelled")).await;
        page.look_at("let-go").await;
    });
}

async fn fill_the_basket(page: &Page, stage: &Stage) {
    page.is(&stage.app, &stage.town.crew).await;
    page.open("/?from=2030-01-08T10:00&to=2030-01-08T14:00&all=1")
        .await;
    let name = page.called("A01");
    page.press_named(&page.say_with("listing.add_name", &[("name", &name)]))
        .await;
    page.open("/basket").await;
    let production = stage.town.crew.production.to_string();
    page.choose(&page.say("basket.production"), &production)
        .await;
}
