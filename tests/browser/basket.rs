//! The basket: one window for all and a time of its own for one; a clash on its line; what the button will do, in
//! words; and a lost race that takes nothing away.

use super::{Visit, in_every_look};

impl Visit {
    /// Fills the basket from the catalogue, for these hours of Tuesday.
    pub(super) async fn put_in(&self, codes: &[&str], from: &str, to: &str) {
        let browser = &self.browser;
        let when = format!("/?from=2030-01-08T{from}&to=2030-01-08T{to}&all=1");
        browser.visit(&when).await;
        for code in codes {
            let name = self.named(code);
            browser
                .press(&browser.says("listing.add_name", &[("name", &name)]))
                .await;
        }
    }

    /// Opens the time of a line.
    async fn open_time(&self, place: usize) {
        let line = format!(".lines > li:nth-child({place}) .line-span");
        self.browser.press_mark(&line).await;
    }
}

#[test]
fn it_is_checked_as_it_is_edited_and_says_what_will_happen() {
    in_every_look("basket", |visit| async {
        let (town, browser) = (&visit.town, &visit.browser);
        for code in ["A01", "A02", "A03"] {
            town.set(&visit.app, code).await;
        }
        town.pool(&visit.app, "P10", 10).await;
        town.palace(&visit.app, "PALACE").await;
        visit.enter_as("crew").await;
        browser.press_key("nav.basket").await;
        browser.sees(&browser.says("basket.empty", &[])).await;
        browser.look_closely().await;
        browser.press_key("basket.find").await;
        visit.put_in(&["A01", "A02", "P10"], "09:00", "13:00").await;
        town.rival.book(&["A02 tue 10:00-12:00"]).await.expect(201);
        browser.press_key("nav.basket").await;
        visit.choose_production().await;

        // The clash is told on its line, with what is in the way.
        let clash = browser.says("refusal.label", &[]);
        browser.find("any", &clash).await;
        browser.sees("10:00–12:00").await;
        browser.look_closely().await;
        browser.press_inside(&clash).await;
        browser.sees(&browser.says("basket.book_says", &[])).await;

        // Props come two hours before the call; one more of them.
        visit.open_time(3).await;
        browser.press_key("offset.offset").await;
        browser.set(&browser.says("span.start", &[]), "-120").await;
        browser.sees("07:00–13:00").await;
        browser
            .press_mark(".lines > li:nth-child(3) .units button:last-child")
            .await;
        browser.look_closely().await;
        browser.press_key("offset.own").await;
        let end = browser.says("span.end", &[]);
        browser
            .set(&browser.says("span.time_of", &[("what", &end)]), "15:00")
            .await;
        browser.sees("07:00–15:00").await;
        visit.open_time(3).await;

        // Another window: those that follow it follow.
        browser.press_mark(".window-btn").await;
        browser
            .set(&browser.says("span.time_of", &[("what", &end)]), "14:00")
            .await;
        browser.press_key("window.take").await;
        browser.sees("09:00–14:00").await;

        // What the button will do, in words.
        let hours = [("hours", "24")];
        browser
            .press(&browser.says("hold.choose_hold", &hours))
            .await;
        browser
            .sees(&browser.says("basket.hold_says", &hours))
            .await;
        browser.press_key("hold.choose_book").await;
        browser.sees(&browser.says("basket.book_says", &[])).await;

        // Somebody is quicker: nothing is lost.
        town.rival.book(&["A01 tue 12:00-14:00"]).await.expect(201);
        browser.press_key("basket.book").await;
        browser.sees(&browser.says("basket.kept", &[])).await;
        browser.find("any", &clash).await;
        browser.look_closely().await;
        let remove = browser.says("basket.remove", &[("name", &visit.named("A01"))]);
        browser.press(&remove).await;
        browser.press_key("common.undo").await;
        browser.find("any", &clash).await;
        browser.press(&remove).await;

        // Where an owner decides, it is asked for; by the keyboard alone.
        visit.put_in(&["PALACE"], "09:00", "14:00").await;
        browser.press_key("nav.basket").await;
        browser.sees(&browser.says("basket.ask_says", &[])).await;
        browser.scroll_up().await;
        browser.look_closely().await;
        browser.tab_to(&browser.says("basket.ask", &[])).await;
        browser
            .sees(&browser.says("booking.says_requested", &[]))
            .await;
        assert!(browser.path().await.starts_with("/bookings/BK-"));
        browser.look_closely().await;
        visit
    });
}

#[test]
fn a_production_is_made_on_the_way() {
    in_every_look("production", |visit| async {
        let (town, browser) = (&visit.town, &visit.browser);
        town.set(&visit.app, "A01").await;
        visit.enter_as("crew").await;
        visit.put_in(&["A01"], "09:00", "13:00").await;
        browser.press_key("nav.basket").await;
        browser.press_key("production.new").await;
        let title = browser.either("长夜", "The long night");
        browser
            .fill(&browser.says("production.title", &[]), title)
            .await;
        browser.look_closely().await;
        browser.press_key("production.save").await;
        browser.press_key("basket.book").await;
        browser.sees(&browser.says("state.confirmed", &[])).await;
        browser.sees(title).await;
        visit
    });
}
