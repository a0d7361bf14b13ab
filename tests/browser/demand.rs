//! What was short: by listing, category and week, with each wish behind a sum, and the file to take along.

use backlot::jobs::keep_ledger;

use super::in_every_look;

#[test]
fn what_was_wanted_in_vain_is_summed_up() {
    in_every_look("demand", |visit| async {
        let (app, town) = (&visit.app, &visit.town);
        let browser = &visit.browser;
        visit.enter_as("manager").await;
        browser.visit("/manage?part=demand").await;
        browser.sees(&browser.says("demand.none", &[])).await;
        browser.look_closely().await;
        town.set(app, "A01").await;
        town.pool(app, "FX6", 5).await;
        town.owner
            .book(&["A01 tue 08:00-20:00", "FX6 x3 tue 08:00-20:00"])
            .await
            .expect(201);
        for (who, lines) in [
            (&town.crew, "A01 tue 09:00-12:00"),
            (&town.crew, "A01 tue 10:00-13:00"),
            (&town.rival, "A01 tue 14:00-22:00"),
            (&town.rival, "FX6 x4 tue 09:00-11:00"),
        ] {
            who.book(&[lines]).await.expect(409);
        }
        keep_ledger::write_down(&app.app).await;
        browser.visit("/manage?part=demand").await;
        browser.sees("FX6").await;
        browser.look_closely().await;
        browser.tab_to(&browser.says("demand.each", &[])).await;
        browser.sees(&browser.says("why.taken", &[])).await;
        browser.mark(".wishes li").await;
        browser.look_closely().await;
        browser.press_key("demand.by_category").await;
        browser.counts(".demand > li", 1).await;
        browser.press_key("demand.by_week").await;
        browser.press_key("demand.each").await;
        browser.counts(".wishes li", 3).await;
        browser.look_closely().await;
        let folder = tempfile::tempdir().expect("a folder");
        browser.keep_files_in(folder.path()).await;
        browser.press("CSV").await;
        let file = browser.kept_like(folder.path(), "csv").await;
        assert!(String::from_utf8_lossy(&file).contains("A01"));
        visit
    });
}
