//! Approvals: what waits for an owner's word, granted and declined by thumb, mouse and keys, and taken back.

use super::in_every_look;

#[test]
fn what_waits_is_granted_or_declined() {
    in_every_look("approvals", |visit| async {
        let (app, town) = (&visit.app, &visit.town);
        for code in ["P01", "P02"] {
            town.palace(app, code).await;
        }
        town.kit("DUO", &[("P01", 1), ("P02", 1)]).await;
        let both = town.crew.book(&["DUO tue 14:00-18:00"]).await;
        let both = both.expect(201);
        town.rival.book(&["P01 wed 08:00-12:00"]).await.expect(201);
        let browser = &visit.browser;
        visit.enter_as("owner").await;
        browser.visit("/approvals").await;
        browser.counts(".queue-entry", 2).await;
        browser.counts(".queue-kit > li", 2).await;
        browser.sees(browser.either("DUO套装", "DUO package")).await;
        browser.look_closely().await;
        let reference = both["reference"].as_str().expect("a reference");
        browser.visit(&format!("/bookings/{reference}")).await;
        browser.counts(".decide .kit-group", 1).await;
        browser.look_closely().await;
        browser.visit("/approvals").await;

        browser.press_key("decide.decline").await;
        browser
            .fill(&browser.says("decide.reason", &[]), "The roof leaks")
            .await;
        browser.look_closely().await;
        browser.press_key("decide.decline_now").await;
        browser.press_key("common.undo").await;
        if browser.is_phone() {
            browser.press_key("decide.grant").await;
        } else {
            for key in ["j", "k", "a"] {
                browser.keys(key).await;
            }
        }
        browser.mark(".queue-held").await;
        browser.look_closely().await;
        // Going on to another page is not taking back.
        browser.press_key("nav.bookings").await;
        browser.press_key("nav.approvals").await;
        browser.counts(".queue-entry", 1).await;
        browser.tab_to(&browser.says("decide.decline", &[])).await;
        let reason = browser.says("decide.reason", &[]);
        browser.keys_into(&reason, "The roof leaks").await;
        browser.press_key("decide.decline_now").await;
        browser.press_key("nav.bookings").await;
        browser.press_key("nav.approvals").await;
        browser.sees(&browser.says("approvals.none", &[])).await;
        browser.look_closely().await;
        let letters = app.letters().await;
        let told = letters
            .iter()
            .filter(|kept| kept.letter.text.contains("The roof leaks"));
        assert_eq!(told.count(), 1, "the reason reaches the crew");
        visit
    });
}
