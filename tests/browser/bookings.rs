//! My bookings: what is on, what comes, what was; as a list and on a month; those of one drama. And one booking:
//! its lines, history, letters and calendar, what can be changed, handed over, printed and called off.

use chrono::TimeDelta;
use fantoccini::key::Key;
use serde_json::{Value, json};

use super::in_every_look;

fn reference(booking: &Value) -> &str {
    booking["reference"].as_str().expect("a reference")
}

#[test]
fn what_is_on_what_comes_and_what_was() {
    in_every_look("bookings", |visit| async {
        let (town, browser) = (&visit.town, &visit.browser);
        for code in ["A01", "A02"] {
            town.set(&visit.app, code).await;
        }
        let other = browser.either("长夜", "The long night");
        let other = json!({ "title": other });
        let other = town.crew.client.post("/api/v1/productions", other).await;
        let other = other.expect(201)["id"].clone();
        let past = town.crew.book(&["A01 mon 08:00-10:00"]).await.expect(201);
        let on = town.crew.book(&["A01 mon 10:00-14:00"]).await.expect(201);
        let next = ["A01 wed 08:00-22:00", "A02 wed 10:00-20:00"];
        let next = town.crew.book(&next).await.expect(201);
        let mut of_other = town.crew.basket(&["A02 fri 18:00-02:00"]);
        of_other["production"] = other.clone();
        of_other["hold"] = json!(true);
        let held = town.crew.client.post("/api/v1/bookings", of_other).await;
        let held = held.expect(201);
        visit.app.letters().await;
        visit.app.app.clock.advance(TimeDelta::hours(3));
        visit.enter_as("crew").await;
        browser.press_key("nav.bookings").await;
        for one in [&on, &next, &held] {
            browser.sees(reference(one)).await;
        }
        browser.look_closely().await;
        browser.press_key("bookings.past").await;
        browser.sees(reference(&past)).await;
        assert!(!browser.has("link", reference(&next)).await);
        browser.press_key("bookings.coming").await;

        // Of one drama, kept in the address; and back from a booking it is still so.
        let production = browser.says("basket.production", &[]);
        let other = other.as_str().expect("an id");
        browser.set(&production, other).await;
        browser.sees(reference(&held)).await;
        assert!(!browser.has("link", reference(&next)).await);
        browser.look_closely().await;
        browser.press(reference(&held)).await;
        browser.sees(&browser.says("booking.says_held", &[])).await;
        browser.back().await;
        assert!(browser.query().await.contains(other), "it is kept");
        browser.set(&production, "").await;

        // On a month, with the arrows.
        browser.press_key("bookings.calendar").await;
        browser.look_closely().await;
        browser
            .press_mark(".cal-day[data-cell=\"2030-01-08\"]")
            .await;
        browser
            .focus(&browser.mark(".cal-day[data-cell=\"2030-01-08\"]").await)
            .await;
        browser.keys(&String::from(char::from(Key::Right))).await;
        browser.sees(reference(&next)).await;
        browser.look_closely().await;
        visit
    });
}

#[test]
fn one_booking_is_changed_handed_over_printed_and_called_off() {
    in_every_look("booking", |visit| async {
        let (town, browser) = (&visit.town, &visit.browser);
        for code in ["A01", "A02", "A03"] {
            town.set(&visit.app, code).await;
        }
        let title = browser.either("长夜", "The long night");
        let other = json!({ "title": title });
        let other = town.crew.client.post("/api/v1/productions", other).await;
        let other = other.expect(201)["id"].clone();
        let lines = [
            "A01 tue 09:00-12:00",
            "A02 tue 10:00-14:00",
            "A03 tue 18:00-02:00",
        ];
        let booked = town.crew.book(&lines).await.expect(201);
        visit.app.letters().await;
        visit.enter_as("crew").await;
        browser
            .visit(&format!("/bookings/{}", reference(&booked)))
            .await;
        browser
            .sees(&browser.says("history.booking.created", &[]))
            .await;
        browser.sees(&browser.says("state.sent", &[])).await;
        browser.look_closely().await;
        let calendar = browser.says("booking.calendar", &[]);
        let file = town
            .crew
            .client
            .get(&browser.address_of(&calendar).await)
            .await;
        let events = String::from_utf8(file.bytes).expect("text");
        for code in ["A01", "A02", "A03"] {
            assert!(events.contains(code), "{code} in {events}");
        }

        // Longer here, gone there.
        browser.press_key("change.title").await;
        browser
            .press(&browser.says("change.drop", &[("name", &visit.named("A02"))]))
            .await;
        let hour = browser.says("time.hours", &[("n", "1")]);
        browser
            .press(&browser.says("change.longer", &[("length", &hour)]))
            .await;
        browser.look_closely().await;
        browser.press_key("change.save").await;
        browser
            .sees(&browser.says("history.booking.changed", &[]))
            .await;
        browser.sees("09:00–13:00").await;

        browser.press_key("handover.title").await;
        let to = browser.says("handover.to", &[]);
        browser.set(&to, other.as_str().expect("an id")).await;
        browser.look_closely().await;
        browser.press_key("handover.confirm").await;
        browser
            .sees(&browser.says("history.booking.handed_over", &[]))
            .await;
        browser.sees(title).await;

        assert_eq!(browser.printed().await.len(), 1, "one clean sheet");

        let seen = [
            ".top",
            ".tabs",
            ".actions-column",
            ".booking-line",
            ".history",
        ];
        let seen = browser.seen_on_paper(&seen).await;
        assert_eq!(
            seen,
            [".booking-line", ".history"],
            "what it is, and no buttons"
        );

        // The terms first, then the end; by the keyboard alone.
        browser.tab_to(&browser.says("cancel.title", &[])).await;
        browser.sees(&browser.says("cancel.no_fee", &[])).await;
        browser.look_closely().await;
        browser.tab_to(&browser.says("cancel.confirm", &[])).await;
        browser
            .sees(&browser.says("booking.says_cancelled", &[]))
            .await;
        browser.scroll_up().await;
        browser.look_closely().await;
        visit
    });
}
