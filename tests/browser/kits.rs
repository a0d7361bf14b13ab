//! Kits: put together by their owner, found and looked at by a crew, in the basket with a clash on one part, booked
//! and shown together.

use serde_json::json;

use super::{Visit, in_every_look};

impl Visit {
    /// A draft without parts yet.
    async fn draft_kit(&self, code: &str) {
        let draft = json!({
            "code": code, "kind": "equipment", "category": "camera", "name_zh": "双机位摄影套装",
            "name_en": "Two-camera package", "site": self.town.site, "quantity": 0,
        });
        let drafted = self.town.owner.client.post("/api/v1/listings", draft);
        drafted.await.expect(201);
    }

    async fn add_part(&self, code: &str) {
        let label = self.browser.says("kit.add", &[]);
        self.browser.fill(&label, code).await;
        let add = self.browser.says("kit.add_word", &[]);
        let name = match add.as_str() {
            "Add" => format!("Set {code}"),
            _ => format!("{code}景"),
        };
        self.browser.press(&format!("{add} {name}")).await;
    }
}

#[test]
fn a_kit_is_put_together_booked_and_shown_as_one() {
    in_every_look("kits", |visit| async {
        let town = &visit.town;
        town.pool(&visit.app, "FX6", 4).await;
        town.pool(&visit.app, "TRIPOD", 3).await;
        visit.draft_kit("CAM").await;
        let browser = &visit.browser;
        visit.enter_as("owner").await;
        browser.visit("/listings/CAM").await;
        browser.press_key("kit.parts").await;
        visit.add_part("FX6").await;
        visit.add_part("TRIPOD").await;
        browser.press_key("units.more").await;
        browser.look_closely().await;
        browser.press_key("common.save").await;
        browser.sees(&browser.says("kit.made_of", &[])).await;
        browser.press_key("keep.publish").await;
        browser.sees(&browser.says("keep.published", &[])).await;
        browser.look_closely().await;
        browser.press_key("listing_history.title").await;
        browser.sees("FX6 × 2").await;
        browser.press_key("common.close").await;
        browser.press_key("kit.on_board").await;
        browser.sees(&browser.says("board.parts_of", &[])).await;
        // A phone lists what is booked, a desk every row.
        if !browser.is_phone() {
            browser.sees("TRIPOD").await;
        }
        browser.look_closely().await;
        visit.sign_out().await;

        // Four cameras make two packages, but the rival has all the tripods.
        town.rival
            .book(&["TRIPOD x3 tue 09:00-11:00"])
            .await
            .expect(201);
        visit.enter_as("crew").await;
        browser.visit("/").await;
        browser.sees(&browser.says("kit.one", &[])).await;
        browser.look_closely().await;
        visit.add("CAM", "10:00", "13:00").await;
        browser.visit("/listings/CAM").await;
        browser
            .sees(&browser.says("kit.free", &[("n", "0"), ("of", "2")]))
            .await;
        browser.look_closely().await;
        browser.visit("/listings/FX6").await;
        browser.sees(&browser.says("kit.in_kits", &[])).await;
        browser.visit("/basket").await;
        let production = browser.says("basket.production", &[]);
        browser
            .set(&production, &town.crew.production.to_string())
            .await;
        browser.sees("TRIPOD").await;
        browser
            .find("any", &browser.says("refusal.label", &[]))
            .await;
        browser.look_closely().await;
        browser.press("11:00").await;
        browser.sees(&browser.says("basket.book_says", &[])).await;
        browser.look_closely().await;
        browser.press_key("basket.book").await;
        browser.sees(&browser.says("state.confirmed", &[])).await;
        browser.sees(&browser.says("kit.one", &[])).await;
        browser.look_closely().await;
        visit
    });
}
