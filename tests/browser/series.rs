//! A basket that repeats: its days are chosen in a sheet, the dates that clash are seen before anything is
//! booked, and what was booked together is called off together.

use serde_json::json;

use super::in_every_look;

#[test]
fn a_basket_repeats_and_its_rest_is_called_off() {
    in_every_look("series", |visit| async {
        let town = &visit.town;
        town.set(&visit.app, "A01").await;
        // The third of the dates is another crew's.
        town.rival.book(&["A01 thu 11:00-13:00"]).await.expect(201);
        town.rival.book(&["A01 wed 13:00-15:00"]).await.expect(201);
        let browser = &visit.browser;
        visit.enter_as("crew").await;
        visit.add("A01", "10:00", "13:00").await;
        browser.visit("/basket").await;
        let production = browser.says("basket.production", &[]);
        let of_crew = town.crew.production.to_string();
        browser.set(&production, &of_crew).await;

        browser.press_key("repeat.title").await;
        browser.press_key("repeat.day").await;
        browser
            .sees(&browser.says("repeat.makes", &[("n", "4")]))
            .await;
        browser.look_closely().await;
        browser
            .press(&browser.says("repeat.take", &[("n", "4")]))
            .await;
        let some = [("n", "1"), ("all", "4")];
        browser.sees(&browser.says("dates.some", &some)).await;
        browser.bring(".series-verdict .repair").await;
        browser.look_closely().await;

        // One tap: all dates at another time; and back.
        browser.press_mark(".series-verdict .repair").await;
        let all = [("n", "4")];
        browser.sees(&browser.says("dates.all", &all)).await;
        browser.look_closely().await;
        browser.press_key("common.undo").await;
        browser.sees(&browser.says("dates.some", &some)).await;
        browser.press_key("dates.refuse").await;
        browser
            .sees(&browser.says("basket.refused_says", &[]))
            .await;
        browser.press_key("dates.skip").await;
        browser
            .press(&browser.says("repeat.book", &[("n", "3")]))
            .await;
        let place = [("place", "1"), ("of", "3")];
        browser.sees(&browser.says("series.place", &place)).await;
        browser.look_closely().await;

        browser.press_key("change.title").await;
        browser.press_key("scope.all").await;
        // An hour more on all of them is in the way of one; one tap finds another time for all.
        browser.press_mark("dialog .change-lines .pill").await;
        browser.press_key("change.save").await;
        browser.mark("dialog .repair").await;
        browser.look_closely().await;
        browser.press_mark("dialog .repair").await;
        browser.sees(&browser.says("change.done", &[])).await;
        browser.press_key("cancel.title").await;
        browser.press_key("scope.following").await;
        let meant = [("n", "3")];
        browser.sees(&browser.says("cancel.dates", &meant)).await;
        browser.look_closely().await;
        browser.press_key("cancel.confirm").await;
        browser.sees(&browser.says("cancel.done_series", &[])).await;
        browser.look_closely().await;
        let mine = town.crew.client.get("/api/v1/bookings").await.expect(200);
        let states = mine["items"].as_array().expect("bookings");
        assert_eq!(states.len(), 3);
        assert!(states.iter().all(|one| one["state"] == json!("cancelled")));
        visit
    });
}

#[test]
fn dates_behind_a_hold_wait_in_line() {
    in_every_look("series-queue", |visit| async {
        let town = &visit.town;
        town.set(&visit.app, "A01").await;
        let mut held = town.rival.basket(&["A01 thu 11:00-13:00"]);
        held["hold"] = json!(true);
        let rival = &town.rival.client;
        rival.post("/api/v1/bookings", held).await.expect(201);
        let browser = &visit.browser;
        visit.enter_as("crew").await;
        visit.add("A01", "10:00", "13:00").await;
        browser.visit("/basket").await;
        visit.choose_production().await;
        browser.press_key("repeat.title").await;
        browser.press_key("repeat.day").await;
        let four = [("n", "4")];
        browser.press(&browser.says("repeat.take", &four)).await;
        browser.press_key("dates.queue").await;
        let one = [("n", "1"), ("all", "4")];
        browser.sees(&browser.says("dates.waiting", &one)).await;
        browser.look_closely().await;
        browser.press(&browser.says("repeat.book", &four)).await;
        let place = [("place", "1"), ("of", "4")];
        browser.sees(&browser.says("series.place", &place)).await;
        browser.sees(&browser.says("state.queued", &[])).await;
        browser.look_closely().await;
        visit
    });
}
