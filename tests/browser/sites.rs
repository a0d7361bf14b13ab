//! Sites: their week, a holiday, and a day on which all of it is closed, though not over somebody's booking.

use super::{Visit, in_every_look};

impl Visit {
    async fn open_a_site(&self) {
        let browser = &self.browser;
        browser.press_key("sites.new").await;
        browser
            .fill(&browser.says("listing.code", &[]), "STORE")
            .await;
        browser
            .fill(&browser.says("form.name_zh", &[]), "器材库")
            .await;
        browser
            .fill(&browser.says("form.name_en", &[]), "Gear store")
            .await;
        browser.tick(&browser.says("sites.always", &[])).await;
        browser.look_closely().await;
        browser
            .set(&browser.says("sites.exception_on", &[]), "2030-02-03")
            .await;
        browser
            .fill(&browser.says("closure.reason", &[]), "Spring Festival")
            .await;
        browser.press_key("sites.add_exception").await;
        browser.sees("Spring Festival").await;
        browser.look_closely().await;
        browser.press_key("common.save").await;
        browser.sees("STORE").await;
        browser.sees("08:00–22:00").await;
    }

    async fn close_a_site(&self) {
        let browser = &self.browser;
        let booked = self
            .town
            .crew
            .book(&["A01 tue 09:00-12:00"])
            .await
            .expect(201);
        browser
            .press_in_row("HALL", &browser.says("keep.closures", &[]))
            .await;
        browser
            .fill(&browser.says("closure.reason", &[]), "Power works")
            .await;
        browser.press_key("closure.add").await;
        browser
            .sees(booked["reference"].as_str().expect("a reference"))
            .await;
        let start = browser.says("span.start", &[]);
        browser
            .set(
                &browser.says("span.day_of", &[("what", &start)]),
                "2030-01-09",
            )
            .await;
        browser.press_key("closure.add").await;
        browser.sees(&browser.says("closure.added", &[])).await;
        browser
            .find("button", &browser.says("closure.remove", &[]))
            .await;
        browser.look_closely().await;
        let taken = self
            .town
            .crew
            .book(&["A01 wed 09:00-12:00"])
            .await
            .expect(409);
        assert!(taken.to_string().contains("Power works"), "{taken}");
    }
}

#[test]
fn sites_are_kept_and_closed() {
    in_every_look("sites", |visit| async {
        visit.town.set(&visit.app, "A01").await;
        let browser = &visit.browser;
        visit.enter_as("manager").await;
        browser.visit("/manage?part=sites").await;
        browser.look_closely().await;
        visit.open_a_site().await;
        visit.close_a_site().await;
        visit
    });
}
