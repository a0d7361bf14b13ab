//! Letters: everyone's in the demo mailbox, and the outbox of who runs the place, with one that found nobody.

use super::in_every_look;

#[test]
fn letters_are_read_and_sent_again() {
    in_every_look("letters", |visit| async {
        let (app, town) = (&visit.app, &visit.town);
        let browser = &visit.browser;
        browser.visit("/letters").await;
        browser.sees(&browser.says("letters.none", &[])).await;
        town.set(app, "A01").await;
        town.palace(app, "P01").await;
        let booked = town.crew.book(&["A01 tue 09:00-12:00"]).await.expect(201);
        town.rival.book(&["P01 tue 09:00-12:00"]).await.expect(201);
        app.letters().await;
        let reference = booked["reference"].as_str().expect("a reference");
        visit.enter_as("manager").await;
        browser.visit("/letters").await;
        browser.look_closely().await;
        browser.press_key("letter_kind.confirmed").await;
        browser
            .sees(&browser.says("ics.request", &[("n", "1")]))
            .await;
        browser.look_closely().await;
        browser.tab_to(&browser.says("letters.as_text", &[])).await;
        browser.sees(reference).await;
        browser.look_closely().await;

        visit
            .tamper("UPDATE letters SET sent_at = NULL, given_up_at = written_at, last_error = '550 no such user' WHERE kind = 'please_decide'")
            .await;
        browser.visit("/letters?view=outbox").await;
        browser.press_key("state.given_up").await;
        browser.sees("550 no such user").await;
        browser.look_closely().await;
        browser.press_key("letters.resend").await;
        browser.sees(&browser.says("letters.none_state", &[])).await;
        browser.look_closely().await;
        browser.press_key("state.waiting").await;
        browser
            .sees(&browser.says("letter_kind.please_decide", &[]))
            .await;
        app.letters().await;
        browser.press_key("state.sent").await;
        browser
            .sees(&browser.says("letter_kind.please_decide", &[]))
            .await;
        visit
    });
}
