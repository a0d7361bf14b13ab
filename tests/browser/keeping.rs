//! Keeping a listing: a photo from the telephone, units by their codes, one scanned and taken out of service, and
//! the history that tells of it all.

use image::ImageFormat;

use super::in_every_look;
use crate::support::pictures::{bitmap, half_red};

#[test]
fn photos_units_and_what_became_of_them() {
    in_every_look("keeping", |visit| async {
        let town = &visit.town;
        town.pool(&visit.app, "FX6", 2).await;
        let browser = &visit.browser;
        visit.enter_as("owner").await;
        browser.visit("/listings/FX6").await;
        browser.press_key("photo.title").await;
        browser.sees(&browser.says("photo.none", &[])).await;
        // The browser draws it anew before it travels: as it is, the server would not take it.
        browser.give("one.bmp", &bitmap(2400, 1600)).await;
        browser
            .give("two.png", &half_red(300, 400, ImageFormat::Png))
            .await;
        browser.sees(&browser.says("photo.make_cover", &[])).await;
        browser.look_closely().await;
        browser.press_key("photo.make_cover").await;
        browser.press_key("common.close").await;
        browser
            .sees(&browser.says("photo.place", &[("n", "1"), ("of", "2")]))
            .await;
        browser.look_closely().await;
        browser.press_key("photo.after").await;
        browser
            .sees(&browser.says("photo.place", &[("n", "2"), ("of", "2")]))
            .await;

        browser.press_key("unit.title").await;
        browser.fill(&browser.says("unit.first", &[]), "A001").await;
        browser.press_key("unit.add").await;
        browser.sees("A002").await;
        browser.look_closely().await;

        browser.visit("/q/A002").await;
        assert_eq!(browser.path().await, "/listings/FX6");
        browser
            .sees(&browser.says("unit.one", &[("code", "A002")]))
            .await;
        browser
            .fill(&browser.says("unit.why_out", &[]), "lens cracked")
            .await;
        browser.press_key("unit.take_out").await;
        browser
            .find("button", &browser.says("unit.bring_back", &[]))
            .await;
        browser.look_closely().await;
        browser.press_key("listing_history.title").await;
        browser
            .sees(&browser.says("listing_history.listing.unit_out", &[]))
            .await;
        browser.look_closely().await;

        browser.visit("/manage?part=import").await;
        browser.look_closely().await;
        browser.visit("/").await;
        browser.look_closely().await;
        visit
    });
}
