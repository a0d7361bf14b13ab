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
        browser.look_closely().await;
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
        browser.look_closely().await;
        browser.press_key("change.keep").await;
        browser.press_key("cancel.title").await;
        browser.press_key("scope.following").await;
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
