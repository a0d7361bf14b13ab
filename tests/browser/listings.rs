//! Listings as they are kept: changed where they stand, many at once after a look, from a form, copied,
//! published, closed and retired.

use fantoccini::key::Key;

use super::{Visit, in_every_look};

impl Visit {
    /// A price typed into the table; one that is none is refused there.
    async fn price_in_the_table(&self) {
        let browser = &self.browser;
        let (enter, escape) = (char::from(Key::Enter), char::from(Key::Escape));
        let price = format!("{}, A01", browser.says("manage.column_day_rate", &[]));
        browser.press(&price).await;
        browser.mark(".cell-open input:focus").await;
        browser.keys(&format!("dear{enter}")).await;
        browser
            .sees(&browser.says("manage.not_an_amount", &[]))
            .await;
        browser.look_closely().await;
        browser.keys(&escape.to_string()).await;
        browser.tab_to(&price).await;
        browser.mark(".cell-open input:focus").await;
        browser.keys(&format!("3500{enter}")).await;
        browser.find("button", &format!("{price}: ¥3,500")).await;
        let listing = self
            .town
            .viewer
            .client
            .get("/api/v1/listings/A01")
            .await
            .expect(200);
        assert_eq!(listing["day_rate"]["amount"], 350_000);
    }

    /// Five percent more for two of them, seen before it is done.
    async fn raise_some_prices(&self) {
        let browser = &self.browser;
        let name = |code: &str| browser.name_of(code);
        for code in ["A01", "A02"] {
            let box_of = browser.says("manage.choose", &[("name", &name(code))]);
            browser.tick(&box_of).await;
        }
        browser.press_key("manage.change_chosen").await;
        browser.fill(&browser.says("bulk.percent", &[]), "5").await;
        browser
            .fill(&browser.says("bulk.add_tags", &[]), "summer")
            .await;
        browser.look_closely().await;
        browser.press_key("bulk.look").await;
        browser.sees(&browser.says("bulk.all_or_none", &[])).await;
        browser.look_closely().await;
        browser
            .press(&browser.says("bulk.make", &[("n", "2")]))
            .await;
        browser
            .sees(&browser.says("bulk.done", &[("n", "2")]))
            .await;
        browser.counts("dialog[open]", 0).await;
        let dearer = self
            .town
            .viewer
            .client
            .get("/api/v1/listings/A02")
            .await
            .expect(200);
        assert_eq!(dearer["day_rate"]["amount"], 315_000);
    }

    /// A draft from the full form, whose rules say what they inherit; then published.
    async fn make_one(&self) {
        let browser = &self.browser;
        browser.press_key("manage.new_listing").await;
        browser
            .fill(&browser.says("listing.code", &[]), "SC-NEW-001")
            .await;
        browser
            .fill(&browser.says("form.name_zh", &[]), "新景")
            .await;
        browser
            .fill(&browser.says("form.name_en", &[]), "A new set")
            .await;
        browser
            .fill(&browser.says("listing_form.alike", &[]), "any-ward")
            .await;
        let day_rate = browser.says("listing_form.day_rate", &[("currency", "CNY")]);
        browser.fill(&day_rate, "1,200").await;
        browser.press_mark("dialog summary").await;
        browser
            .fill(&browser.says("listing_form.setup_minutes", &[]), "45")
            .await;
        browser.look_closely().await;
        browser.press_key("manage.save_draft").await;
        browser
            .find("button", &browser.says("keep.publish", &[]))
            .await;
        browser.look_closely().await;
        browser.tab_to(&browser.says("keep.publish", &[])).await;
        browser
            .find("button", &browser.says("keep.retire", &[]))
            .await;
        let made = self
            .town
            .viewer
            .client
            .get("/api/v1/listings/SC-NEW-001")
            .await
            .expect(200);
        assert_eq!(made["own_rules"]["setup_minutes"], 45);
        assert_eq!(made["alike"], "any-ward");
    }

    /// Another one like it, which stays a draft.
    async fn copy_it(&self) {
        let browser = &self.browser;
        browser.press_key("copy.title").await;
        browser.look_closely().await;
        browser.press_key("copy.make").await;
        browser.sees("SC-NEW-002").await;
        browser
            .find("button", &browser.says("keep.publish", &[]))
            .await;
    }

    /// Closed for some of its units where nobody is; not where somebody is, who is named.
    async fn close_it(&self) {
        let browser = &self.browser;
        let reference = self
            .town
            .crew
            .book(&["FX6 x2 tue 09:00-12:00"])
            .await
            .expect(201);
        browser.visit("/listings/FX6").await;
        browser.press_key("keep.closures").await;
        browser
            .fill(&browser.says("closure.reason", &[]), "sensor cleaning")
            .await;
        browser.press_key("closure.add").await;
        browser
            .sees(reference["reference"].as_str().expect("a reference"))
            .await;
        browser.look_closely().await;
        browser.fill(&browser.says("closure.units", &[]), "1").await;
        browser.press_key("closure.add").await;
        browser.sees(&browser.says("closure.added", &[])).await;
        browser.look_closely().await;
        browser.press_key("closure.remove").await;
        browser.sees(&browser.says("closure.none", &[])).await;
        browser.press_key("common.close").await;
    }

    /// Nobody loses what was promised: with a booking ahead it is not retired, and the booking is named.
    async fn retire_it(&self) {
        let browser = &self.browser;
        browser.press_key("keep.retire").await;
        browser.mark(".effects a").await;
        browser.look_closely().await;
        browser.visit("/listings/A02").await;
        browser.press_key("keep.retire").await;
        browser
            .find("button", &browser.says("keep.publish", &[]))
            .await;
        browser.visit("/manage?state=retired").await;
        browser.sees("A02").await;
        browser.look_closely().await;
    }
}

#[test]
fn listings_are_kept() {
    in_every_look("listings", |visit| async {
        let (app, town) = (&visit.app, &visit.town);
        for code in ["A01", "A02", "A03"] {
            town.set(app, code).await;
        }
        town.pool(app, "FX6", 3).await;
        let browser = &visit.browser;
        visit.enter_as("manager").await;
        browser.visit("/manage").await;
        browser.look_closely().await;
        if !browser.is_phone() {
            visit.price_in_the_table().await;
        }
        visit.raise_some_prices().await;
        visit.make_one().await;
        visit.copy_it().await;
        visit.close_it().await;
        visit.retire_it().await;
        visit
    });
}
