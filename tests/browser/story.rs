//! The whole story: in by one tap, search, look, a basket with a clash, book, the letter, the owner's yes, and
//! calling it off.

use super::{Visit, in_every_look};

impl Visit {
    pub(super) async fn enter_as(&self, name: &str) {
        self.browser.visit("/sign-in").await;
        let enter = self.browser.says("demo.enter_as", &[("name", name)]);
        self.browser.press(&enter).await;
    }

    pub(super) async fn sign_out(&self) {
        self.browser.visit("/settings").await;
        self.browser.press_key("nav.sign_out").await;
    }

    /// Puts a listing into the basket from its own page, for these hours of Tuesday.
    pub(super) async fn add(&self, code: &str, from: &str, to: &str) {
        let browser = &self.browser;
        browser.visit(&format!("/listings/{code}")).await;
        self.fill_span((from, to)).await;
        browser.press_key("listing.add").await;
    }

    /// Fills in these hours of Tuesday.
    pub(super) async fn fill_span(&self, (from, to): (&str, &str)) {
        let browser = &self.browser;
        for (which, time) in [("span.start", from), ("span.end", to)] {
            let which = browser.says(which, &[]);
            let day = browser.says("span.day_of", &[("what", &which)]);
            browser.set(&day, "2030-01-08").await;
            let clock = browser.says("span.time_of", &[("what", &which)]);
            browser.set(&clock, time).await;
        }
    }
}

#[test]
fn from_the_door_to_the_letter_and_back() {
    in_every_look("story", |visit| async {
        let town = &visit.town;
        town.set(&visit.app, "A01").await;
        town.set(&visit.app, "A02").await;
        town.palace(&visit.app, "PALACE").await;
        town.rival.book(&["A02 tue 09:00-12:00"]).await.expect(201);
        let browser = &visit.browser;

        browser.visit("/").await;
        assert_eq!(browser.path().await, "/sign-in", "nobody is signed in yet");
        browser.look_closely().await;
        visit.enter_as("crew").await;
        assert_eq!(browser.path().await, "/");
        browser.look_closely().await;
        browser
            .fill(&browser.says("catalogue.search", &[]), "a02")
            .await;
        browser.sees("A02").await;
        browser.settled().await;
        browser.look_closely().await;

        visit.add("A01", "09:00", "12:00").await;
        browser.look_closely().await;
        visit.add("A02", "10:00", "13:00").await;
        visit.add("PALACE", "14:00", "22:00").await;
        browser.visit("/basket").await;
        let clash = browser.says("refusal.label", &[]);
        browser.find("any", &clash).await;
        browser.look_closely().await;
        browser.press_inside(&clash).await;
        let production = browser.says("basket.production", &[]);
        browser
            .set(&production, &town.crew.production.to_string())
            .await;
        browser.sees(&browser.says("basket.ask_says", &[])).await;
        assert!(!browser.has("any", &clash).await, "the way out was one");
        browser.press_key("basket.ask").await;
        assert!(browser.path().await.starts_with("/bookings/BK-"));
        browser.sees(&browser.says("state.requested", &[])).await;
        browser.look_closely().await;
        let booking = browser.path().await;
        let reference = booking.rsplit('/').next().expect("a reference").to_owned();

        visit.app.letters().await;
        browser.visit("/letters").await;
        browser.look_closely().await;
        browser.sees(&reference).await;
        browser.press_key("letter_kind.request_received").await;
        browser
            .sees(&browser.says("ics.request", &[("n", "1")]))
            .await;
        browser.look_closely().await;

        visit.sign_out().await;
        visit.enter_as("owner").await;
        browser.visit("/approvals").await;
        browser.sees(&reference).await;
        browser.look_closely().await;
        browser.press_key("decide.grant").await;
        browser.sees(&browser.says("approvals.none", &[])).await;

        visit.sign_out().await;
        visit.enter_as("crew").await;
        browser.visit("/bookings").await;
        browser.sees(&reference).await;
        browser.look_closely().await;
        browser.visit(&booking).await;
        browser
            .sees(&browser.says("booking.says_confirmed", &[]))
            .await;
        browser.press_key("cancel.title").await;
        browser.sees(&browser.says("cancel.no_fee", &[])).await;
        browser.look_closely().await;
        browser.press_key("cancel.confirm").await;
        browser
            .sees(&browser.says("booking.says_cancelled", &[]))
            .await;
        drop(booking);
        visit
    });
}
