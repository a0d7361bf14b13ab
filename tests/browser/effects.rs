//! A closure that would hit a booking: the owner sees whom, asks the crew to move, and the crew takes an offer.

use serde_json::Value;

use super::in_every_look;

#[test]
fn a_crew_is_asked_to_move_and_takes_an_offer() {
    in_every_look("effects", |visit| async {
        let town = &visit.town;
        town.set(&visit.app, "A01").await;
        town.set(&visit.app, "A02").await;
        let booked = town.crew.book(&["A01 tue 09:00-12:00"]).await.expect(201);
        let reference = |booking: &Value| booking["reference"].as_str().expect("one").to_owned();
        let reference = reference(&booked);
        let browser = &visit.browser;
        visit.enter_as("owner").await;
        browser.visit("/listings/A01").await;
        browser.press_key("keep.closures").await;
        visit.fill_span(("08:00", "20:00")).await;
        browser
            .fill(&browser.says("closure.reason", &[]), "fire drill")
            .await;
        browser.press_key("closure.add").await;
        let title = browser.says("effects.title", &[("n", "1")]);
        browser.sees(&title).await;
        browser.sees(&reference).await;
        browser
            .fill(&browser.says("effects.note", &[]), "fire drill at ten")
            .await;
        browser.look_closely().await;
        let ask = browser.says("effects.ask", &[("n", "1")]);
        browser.tab_to(&ask).await;
        let asked = browser.says("effects.asked", &[("n", "1")]);
        browser.sees(&asked).await;
        visit.sign_out().await;

        visit.enter_as("crew").await;
        browser.visit(&format!("/bookings/{reference}")).await;
        browser.sees("fire drill at ten").await;
        browser.look_closely().await;
        browser.press("A02").await;
        browser
            .sees(&browser.says("history.booking.changed", &[]))
            .await;
        let title = browser.says("move_request.title", &[]);
        assert!(!browser.has("any", &title).await, "it has moved");
        visit
    });
}
