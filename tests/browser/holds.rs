//! Holds: kept for a day without a promise, a place in line behind another crew's, a challenge, and letting go.

use backlot::jobs::expire_holds;
use chrono::TimeDelta;
use serde_json::json;

use super::in_every_look;

#[test]
fn one_is_placed_and_confirmed_or_let_go() {
    in_every_look("hold", |visit| async {
        let (town, browser) = (&visit.town, &visit.browser);
        town.set(&visit.app, "A01").await;
        town.set(&visit.app, "A02").await;
        visit.enter_as("crew").await;
        visit.put_in(&["A01", "A02"], "10:00", "14:00").await;
        browser.press_key("nav.basket").await;
        visit.choose_production().await;
        let hours = [("hours", "24")];
        browser
            .press(&browser.says("hold.choose_hold", &hours))
            .await;
        browser
            .sees(&browser.says("basket.hold_says", &hours))
            .await;
        browser.look_closely().await;
        browser.tab_to(&browser.says("basket.hold", &[])).await;
        browser.sees(&browser.says("booking.says_held", &[])).await;
        browser.look_closely().await;

        // One line is confirmed, the other is let go.
        browser.press_key("hold.confirm").await;
        browser
            .press_mark("dialog .hold-lines li:nth-child(2) input")
            .await;
        browser.look_closely().await;
        browser.press_key("hold.confirm").await;
        browser
            .sees(&browser.says("history.booking.confirmed", &[]))
            .await;
        browser.press_key("hold.let_go").await;
        browser.look_closely().await;
        browser.press_key("hold.let_go").await;
        browser.sees(&browser.says("state.cancelled", &[])).await;
        browser.scroll_up().await;
        browser.look_closely().await;
        visit
    });
}

#[test]
fn who_is_second_challenges_and_it_is_its_turn() {
    in_every_look("in-line", |visit| async {
        let (app, town, browser) = (&visit.app, &visit.town, &visit.browser);
        town.set(app, "A01").await;
        let mut first = town.rival.basket(&["A01 tue 09:00-12:00"]);
        first["hold"] = json!(true);
        let first = town.rival.client.post("/api/v1/bookings", first).await;
        let first = first.expect(201);
        visit.enter_as("crew").await;
        visit.put_in(&["A01"], "10:00", "14:00").await;
        browser.press_key("nav.basket").await;
        visit.choose_production().await;
        browser
            .find("any", &browser.says("refusal.label", &[]))
            .await;
        browser.look_closely().await;
        browser.press(browser.either("排队", "Wait in line")).await;
        browser.sees(&browser.says("basket.queue_says", &[])).await;
        browser.press_key("basket.queue").await;
        browser
            .sees(&browser.says("hold.rank", &[("n", "2")]))
            .await;
        browser.look_closely().await;

        browser.press_key("hold.challenge").await;
        browser.look_closely().await;
        browser.press_key("hold.challenge").await;
        browser.sees(&browser.says("hold.challenging", &[])).await;
        let mine = browser.path().await;

        // Who is challenged is told, with a clock.
        visit.sign_out().await;
        visit.enter_as("rival").await;
        let reference = first["reference"].as_str().expect("a reference");
        browser.visit(&format!("/bookings/{reference}")).await;
        browser.sees(&browser.says("hold.challenged", &[])).await;
        browser.look_closely().await;
        visit.sign_out().await;

        // It does not answer: the next in line has it.
        app.letters().await;
        app.app.clock.advance(TimeDelta::hours(5));
        while expire_holds::expire(&app.app).await.listings > 0 {}
        visit.enter_as("crew").await;
        browser.visit(&mine).await;
        browser
            .sees(&browser.says("history.booking.promoted", &[]))
            .await;
        browser.look_closely().await;
        browser.tab_to(&browser.says("hold.confirm", &[])).await;
        // The button behind the sheet has the same name.
        browser.sees(&browser.says("hold.confirm_terms", &[])).await;
        browser.tab_to(&browser.says("hold.confirm", &[])).await;
        browser
            .sees(&browser.says("booking.says_confirmed", &[]))
            .await;
        visit
    });
}
