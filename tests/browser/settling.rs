//! Settling a clash: when all of it fits, what would work instead, another hour on set, and a shoot that runs
//! late. Each is done by pointer on a phone and at a desk; the repair is taken by keyboard as well.

use super::{Visit, in_every_look};

impl Visit {
    pub(super) async fn choose_production(&self) {
        let production = self.browser.says("basket.production", &[]);
        let of_crew = self.town.crew.production.to_string();
        self.browser.set(&production, &of_crew).await;
    }
}

#[test]
fn a_basket_finds_when_all_of_it_fits() {
    in_every_look("openings", |visit| async {
        let town = &visit.town;
        town.set(&visit.app, "A01").await;
        town.set(&visit.app, "A02").await;
        town.rival.book(&["A02 tue 09:00-12:00"]).await.expect(201);
        let browser = &visit.browser;
        visit.enter_as("crew").await;
        visit.add("A01", "10:00", "13:00").await;
        visit.add("A02", "10:00", "13:00").await;
        browser.visit("/basket").await;
        visit.choose_production().await;
        browser.press_key("openings.title").await;
        browser.sees("12:00–15:00").await;
        browser.look_closely().await;
        browser.press("12:00–15:00").await;
        browser.sees(&browser.says("openings.taken", &[])).await;
        browser.sees(&browser.says("basket.book_says", &[])).await;
        browser.look_closely().await;
        visit
    });
}

#[test]
fn a_clash_is_mended_by_one_key() {
    in_every_look("repairs", |visit| async {
        let town = &visit.town;
        town.set(&visit.app, "A01").await;
        town.set(&visit.app, "A02").await;
        town.rival.book(&["A02 tue 09:00-12:00"]).await.expect(201);
        let browser = &visit.browser;
        visit.enter_as("crew").await;
        visit.add("A02", "10:00", "13:00").await;
        browser.visit("/basket").await;
        visit.choose_production().await;
        browser.tab_to("A01").await;
        browser.sees(&browser.says("basket.book_says", &[])).await;
        let clash = browser.says("refusal.label", &[]);
        assert!(!browser.has("any", &clash).await, "the way out was one");
        browser.look_closely().await;
        browser.press_key("basket.book").await;
        browser.sees(&browser.says("state.confirmed", &[])).await;
        browser.sees("A01").await;
        visit
    });
}

#[test]
fn another_hour_and_a_shoot_that_runs_late() {
    in_every_look("late", |visit| async {
        let town = &visit.town;
        town.set(&visit.app, "A01").await;
        town.set(&visit.app, "A02").await;
        let mine = town.crew.book(&["A01 mon 08:00-10:00"]).await.expect(201);
        let next = town.owner.book(&["A01 mon 11:30-14:00"]).await.expect(201);
        let page = |booking: &serde_json::Value| {
            format!(
                "/bookings/{}",
                booking["reference"].as_str().expect("a reference")
            )
        };
        let browser = &visit.browser;
        visit.enter_as("crew").await;
        browser.visit(&page(&mine)).await;
        browser.press_key("change.extend").await;
        browser.sees("¥300").await;
        browser.look_closely().await;
        let hour = browser.says("time.hours", &[("n", "1")]);
        browser
            .press(&browser.says("extend.confirm", &[("length", &hour)]))
            .await;
        browser
            .sees(&browser.says("extend.done", &[("length", &hour)]))
            .await;

        browser.press_key("overrun.title").await;
        browser
            .press(&browser.says("overrun.by", &[("length", &hour)]))
            .await;
        browser.sees(&browser.says("overrun.waiting", &[])).await;
        browser.look_closely().await;
        browser
            .press(&browser.says("overrun.confirm", &[("length", &hour)]))
            .await;
        browser.sees(&browser.says("overrun.done", &[])).await;
        browser.look_closely().await;

        visit.sign_out().await;
        visit.enter_as("owner").await;
        browser.visit(&page(&next)).await;
        browser.sees(&browser.says("delay.instead", &[])).await;
        browser.look_closely().await;
        browser.press("A02").await;
        browser
            .sees(&browser.says("history.booking.changed", &[]))
            .await;
        assert!(
            !browser
                .has("any", &browser.says("delay.instead", &[]))
                .await
        );
        visit
    });
}
