//! A listing's page: its days told apart, a time chosen by taps, by drag or sweep and by keys, the price that goes
//! with it, and ways to take it along.

use backlot::domain::policy::OwnRules;
use fantoccini::key::Key;
use serde_json::json;

use super::{Visit, in_every_look};

impl Visit {
    /// What a set of the town is called.
    pub(super) fn named(&self, code: &str) -> String {
        let (chinese, english) = (format!("{code}景"), format!("Set {code}"));
        self.browser.either(&chinese, &english).to_owned()
    }

    /// The cell of an hour of the day that is shown.
    fn hour(hour: u32) -> String {
        format!(".day-hour[data-cell=\"{hour}\"]")
    }

    fn day(date: &str) -> String {
        format!(".month-day[data-cell=\"{date}\"]")
    }
}

#[test]
fn its_days_are_told_apart_and_a_time_is_chosen_in_every_way() {
    in_every_look("listing", |visit| async {
        let (town, browser) = (&visit.town, &visit.browser);
        let rules = OwnRules {
            turnaround_minutes: Some(60),
            night_allowed: Some(true),
            ..OwnRules::default()
        };
        town.listing(&visit.app.app.store, "A01", 1, rules).await;
        town.rival.book(&["A01 tue 09:00-13:00"]).await.expect(201);
        town.crew.book(&["A01 thu 09:00-12:00"]).await.expect(201);
        let closed = json!({ "listing": "A01", "kind": "closed", "reason": browser.either("换景", "Repainting"),
            "start": "2030-01-11T00:00:00+08:00", "end": "2030-01-12T00:00:00+08:00" });
        let made = town.owner.client.post("/api/v1/closures", closed).await;
        made.expect(201);
        visit.enter_as("crew").await;
        browser.visit("/listings/A01").await;
        browser.look_closely().await;

        // Taken and turned round, yours, closed.
        browser.press_mark(&Visit::day("2030-01-08")).await;
        browser.sees(&browser.says("day.someone", &[])).await;
        browser.sees(&browser.says("day.turnaround", &[])).await;
        browser.look_closely().await;
        browser.press_mark(&Visit::day("2030-01-10")).await;
        browser.sees(&browser.says("day.yours", &[])).await;
        browser.press_mark(&Visit::day("2030-01-11")).await;
        browser.sees(browser.either("换景", "Repainting")).await;

        // Tap the first hour, then the last.
        browser.press_mark(&Visit::day("2030-01-09")).await;
        browser.press_mark(&Visit::hour(9)).await;
        browser
            .sees(&browser.says("day.tap_end", &[("time", "09:00")]))
            .await;
        browser.press_mark(&Visit::hour(11)).await;
        browser.sees("09:00–12:00").await;
        browser.sees("¥900").await;
        browser.sees(&browser.says("listing.free_then", &[])).await;
        browser.look_closely().await;

        // One movement: a mouse drags, a thumb rests and sweeps.
        browser.bring(&Visit::hour(15)).await;
        let (first, last) = (
            browser.mark(&Visit::hour(13)).await,
            browser.mark(&Visit::hour(16)).await,
        );
        browser.drag(&first, &last).await;
        browser.sees("13:00–17:00").await;
        browser.sees("¥1,200").await;

        // The arrows and Shift.
        browser.focus(&browser.mark(&Visit::hour(14)).await).await;
        let [shift, down, over] = [Key::Shift, Key::Down, Key::Null].map(char::from);
        browser.keys(&format!("{shift}{down}{down}{over}")).await;
        browser.sees("14:00–17:00").await;

        // Several days keep the hours.
        browser.bring(&Visit::day("2030-01-15")).await;
        let (first, last) = (
            browser.mark(&Visit::day("2030-01-14")).await,
            browser.mark(&Visit::day("2030-01-16")).await,
        );
        browser.drag(&first, &last).await;
        browser.sees(browser.either("1月16日", "Jan 16")).await;
        browser
            .focus(&browser.mark(&Visit::day("2030-01-15")).await)
            .await;
        browser.keys(&String::from(down)).await;
        let label = browser.says(
            "day.label",
            &[("day", browser.either("1月22日周二", "Tue, Jan 22"))],
        );
        browser.find("any", &label).await;

        // What stands in the way is told at once, with ways out.
        for (which, time) in [("span.start", "10:00"), ("span.end", "12:00")] {
            let which = browser.says(which, &[]);
            let day = browser.says("span.day_of", &[("what", &which)]);
            browser.set(&day, "2030-01-08").await;
            let clock = browser.says("span.time_of", &[("what", &which)]);
            browser.set(&clock, time).await;
        }
        browser
            .find("any", &browser.says("refusal.label", &[]))
            .await;
        browser.look_closely().await;
        browser
            .press_inside(&browser.says("refusal.label", &[]))
            .await;
        browser.sees(&browser.says("listing.free_then", &[])).await;
        browser.press_key("listing.add").await;
        browser
            .sees(&browser.says("basket.added", &[("name", &visit.named("A01"))]))
            .await;

        browser.press_key("keep.feed").await;
        browser.sees("/feeds/").await;
        browser.look_closely().await;
        visit
    });
}

#[test]
fn a_pool_tells_how_many_are_left() {
    in_every_look("pool", |visit| async {
        let (town, browser) = (&visit.town, &visit.browser);
        town.pool(&visit.app, "P10", 10).await;
        let lines = ["P10 x7 tue 09:00-13:00", "P10 x2 tue 12:00-18:00"];
        town.rival.book(&lines).await.expect(201);
        // Another pool does in its place, as their keeper says.
        town.pool(&visit.app, "P11", 4).await;
        let alike = "code,alike\nP10,any-pool\nP11,any-pool\n".as_bytes();
        let said = town
            .owner
            .client
            .upload("/api/v1/imports", alike, json!({}));
        said.await.expect(200);
        visit.enter_as("crew").await;
        browser.visit("/listings/P10").await;
        browser.press_mark(&Visit::day("2030-01-08")).await;
        browser.sees("1/10").await;
        browser.sees(&browser.says("listing.alike", &[])).await;
        browser.sees(&visit.named("P11")).await;
        browser.look_closely().await;
        let units = browser.says("units.label", &[]);
        browser.set(&units, "8").await;
        let clash = browser.says("refusal.label", &[]);
        browser.find("any", &clash).await;
        browser.settled().await;
        browser.look_closely().await;
        visit
    });
}
