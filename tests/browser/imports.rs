//! The inventory of a whole base, 445 rows, through the screen: looked at, one column put right, taken, and
//! looked at again; rows that cannot be taken come back as a file; photos follow by ZIP.

use image::ImageFormat;

use super::{Visit, in_every_look};
use crate::support::pictures::{half_red, zip};

/// What the demo is made of.
const INVENTORY: &str = include_str!("../../src/cli/demo/inventory.csv");

impl Visit {
    /// Its rates stand under a heading nobody can guess.
    async fn take_the_inventory(&self) {
        let browser = &self.browser;
        let file = INVENTORY.replacen("day_rate_cny", "figure B", 1);
        browser
            .give_to(
                &browser.says("import.choose", &[]),
                "inventory.csv",
                file.as_bytes(),
            )
            .await;
        browser.sees("figure B").await;
        browser.tick(&browser.says("import.make_sites", &[])).await;
        let will = |made: &str, changed: &str| {
            browser.says("import.will", &[("made", made), ("changed", changed)])
        };
        browser.sees(&will("445", "0")).await;
        browser.look_closely().await;
        browser.press_mark(".import-columns summary").await;
        browser.set("figure B", "day_rate").await;
        browser.sees(&will("445", "0")).await;
        browser.look_closely().await;
        browser
            .press(&browser.says("import.take", &[("n", "445")]))
            .await;
        let done = browser.says("import.done", &[("made", "445"), ("changed", "0")]);
        browser.sees(&done).await;
        browser
            .sees(&browser.says("import.nothing_to_do", &[]))
            .await;
        browser.look_closely().await;
        let camera = self
            .town
            .manager
            .client
            .get("/api/v1/listings/EQ-CAM-001")
            .await
            .expect(200);
        assert_eq!(
            camera["day_rate"]["amount"], 420_000,
            "the column that was put right"
        );
    }

    /// A second file: one row changes a price, one cannot be taken and is downloaded to be mended.
    async fn mend_what_is_refused(&self) {
        let browser = &self.browser;
        let file = "code,kind,category,name_zh,name_en,quantity,day_rate_cny\n\
                    EQ-CAM-001,equipment,camera,,,1,4500\nEQ-CAM-900,equipment,camera,新机,New,,300\n";
        let choose = browser.says("import.choose", &[]);
        browser.give_to(&choose, "more.csv", file.as_bytes()).await;
        browser.sees("EQ-CAM-900").await;
        browser.look_closely().await;
        let folder = tempfile::tempdir().expect("a folder");
        browser.keep_files_in(folder.path()).await;
        browser.press_key("import.mend").await;
        let refused = browser.kept_like(folder.path(), "csv").await;
        let refused = String::from_utf8_lossy(&refused).into_owned();
        assert!(
            refused.contains("EQ-CAM-900") && !refused.contains("EQ-CAM-001"),
            "{refused}"
        );
        browser
            .tab_to(&browser.says("import.take", &[("n", "1")]))
            .await;
        let done = browser.says("import.done", &[("made", "0"), ("changed", "1")]);
        browser.sees(&done).await;
    }

    async fn bring_photos(&self) {
        let browser = &self.browser;
        let photo = half_red(800, 600, ImageFormat::Jpeg);
        let files: [(&str, &[u8]); 2] = [("EQ-CAM-001.jpg", &photo), ("NOTHING-9.jpg", &photo)];
        browser.visit("/manage?part=import").await;
        browser
            .give_to(
                &browser.says("photo_zip.choose", &[]),
                "photos.zip",
                &zip(&files),
            )
            .await;
        browser.sees("NOTHING-9.jpg").await;
        browser.look_closely().await;
        browser.press_key("photo_zip.take").await;
        browser
            .sees(&browser.says("photo_zip.done", &[("n", "1")]))
            .await;
        let folder = tempfile::tempdir().expect("a folder");
        browser.keep_files_in(folder.path()).await;
        browser.press("CSV").await;
        let template = browser.kept_like(folder.path(), "csv").await;
        assert!(
            String::from_utf8_lossy(&template).lines().count() > 1,
            "examples to follow"
        );
    }
}

#[test]
fn an_inventory_goes_in_through_the_screen() {
    in_every_look("imports", |visit| async {
        let browser = &visit.browser;
        visit.enter_as("manager").await;
        browser.visit("/manage?part=import").await;
        browser.look_closely().await;
        visit.take_the_inventory().await;
        visit.mend_what_is_refused().await;
        visit.bring_photos().await;
        browser.visit("/manage").await;
        browser.look_closely().await;
        visit
    });
}
