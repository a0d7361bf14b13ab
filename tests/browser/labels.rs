//! Labels of listings and of units: chosen from what is kept, laid out on a sheet, read by a reader off the
//! screen, printed at their size; and a phone that scans one while nobody is signed in.

use serde_json::json;

use super::in_every_look;
use crate::support::qr;

#[test]
fn labels_are_chosen_printed_and_scanned() {
    in_every_look("labels", |visit| async {
        let town = &visit.town;
        for code in ["A01", "A02", "A03"] {
            town.set(&visit.app, code).await;
        }
        let browser = &visit.browser;
        visit.enter_as("owner").await;
        browser.visit("/manage").await;
        browser.press_key("labels.title").await;
        browser.sees("A03").await;
        browser.look_closely().await;
        let will =
            |n: &str, pages: &str| browser.says("labels.will", &[("n", n), ("pages", pages)]);
        browser.sees(&will("3", "1")).await;
        browser.set(&browser.says("labels.copies", &[]), "9").await;
        browser.sees(&will("27", "2")).await;
        browser.set(&browser.says("labels.start", &[]), "24").await;
        browser.sees(&will("27", "3")).await;
        let a4 = browser.printed().await;
        assert_eq!(a4, [(210, 297); 3], "pages of A4");

        let size = browser.says("labels.size", &[]);
        for (name, paper) in [
            ("roll-60", (60, 40)),
            ("roll-50", (50, 30)),
            ("roll-40", (40, 30)),
        ] {
            browser.set(&size, name).await;
            browser.set(&browser.says("labels.copies", &[]), "1").await;
            browser.sees(&will("3", "3")).await;
            assert_eq!(browser.printed().await, [paper; 3], "one label a page");
        }
        browser.look_closely().await;

        browser.visit("/listings/A02").await;
        browser.press_key("labels.title").await;
        browser.sees(&will("1", "1")).await;
        // At its own size, and not as small as a phone shows it.
        browser.restyle(".label-sheet", "zoom", "1").await;
        browser.restyle(".tabs, .top", "position", "static").await;
        let scanned = qr::read_png(&browser.picture_of(".label").await);
        let address = visit.app.url("/q/A02");
        assert_eq!(scanned, [address]);

        town.pool(&visit.app, "FX6", 3).await;
        let run = json!({ "first": "C001", "count": 3, "condition": "good", "serials": [] });
        let named = town.owner.client.post("/api/v1/listings/FX6/units", run);
        named.await.expect(201);
        browser.visit("/listings/FX6").await;
        browser.press_key("unit.title").await;
        browser.press_key("labels.title").await;
        browser.sees(&will("3", "1")).await;
        browser.look_closely().await;
        browser.restyle(".label-sheet", "zoom", "1").await;
        browser.restyle(".tabs, .top", "position", "static").await;
        let scanned = qr::read_png(&browser.picture_of(".label").await);
        assert_eq!(scanned, [visit.app.url("/q/C001")], "each unit its own");

        visit.sign_out().await;
        browser.visit("/q/A02").await;
        assert_eq!(browser.path().await, "/sign-in", "nobody is signed in");
        let enter = browser.says("demo.enter_as", &[("name", "crew")]);
        browser.press(&enter).await;
        assert_eq!(browser.path().await, "/listings/A02");
        browser.sees("A02").await;
        browser.visit("/q/WORN-7").await;
        browser
            .sees(&browser.says("scan.no_such", &[("code", "WORN-7")]))
            .await;
        browser.look_closely().await;
        let search = browser.says("scan.search", &[("code", "WORN-7")]);
        browser.press(&search).await;
        assert_eq!(browser.path().await, "/");
        visit
    });
}
