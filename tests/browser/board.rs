//! The board: what is booked by listing and time at a desk, day by day on a phone; what waits is decided beside
//! it, and what others do appears by itself.

use backlot::jobs::watch_changes;
use fantoccini::key::Key;
use serde_json::json;
use tokio::sync::watch;

use super::{Visit, in_every_look};
use crate::support::make::moment;

const A01: &str = ".bar[aria-label*='A01']";
const A02: &str = ".bar[aria-label*='A02']";

impl Visit {
    /// Two sets, one of them taken by a rival, and a palace somebody waits for; the pool is closed for a day.
    async fn furnish(&self) {
        let (app, town) = (&self.app, &self.town);
        for code in ["A01", "A02"] {
            town.set(app, code).await;
        }
        town.palace(app, "P01").await;
        town.pool(app, "FX6", 3).await;
        town.crew.book(&["A01 tue 09:00-12:00"]).await.expect(201);
        town.rival.book(&["A02 tue 10:00-12:00"]).await.expect(201);
        town.crew.book(&["P01 tue 14:00-18:00"]).await.expect(201);
        town.rival.book(&["P01 wed 14:00-18:00"]).await.expect(201);
        let closure = json!({ "listing": "FX6", "kind": "closed", "reason": "sensor cleaning",
            "start": moment("tue", "08:00", 0), "end": moment("tue", "20:00", 0) });
        let closed = town.owner.client.post("/api/v1/closures", closure);
        closed.await.expect(201);
    }

    /// Tells the pages what has changed, as the server does.
    fn tell_news(&self) -> watch::Sender<bool> {
        let (stop, stopped) = watch::channel(false);
        tokio::spawn(watch_changes::run(self.app.app.clone(), stopped));
        stop
    }

    /// Waits until a bar of this listing says these times.
    async fn stands(&self, listing: &str, times: &str) {
        let bar = format!(".bar[aria-label*='{listing}'][aria-label*='{times}']");
        self.browser.mark(&bar).await;
    }

    async fn board_by_pointer(&self) {
        let browser = &self.browser;
        browser.visit("/board?at=2030-01-08&zoom=day").await;
        browser.sees("sensor cleaning").await;
        browser.look_closely().await;
        let hour = browser.width_of(A01).await / 3.0;
        browser.drag_marks((A01, A01), 2.0 * hour).await;
        self.stands("A01", "11:00–14:00").await;
        browser.press_key("common.undo").await;
        self.stands("A01", "09:00–12:00").await;

        browser.drag_marks((A01, A02), 0.0).await;
        browser.sees(&browser.says("board.not_moved", &[])).await;
        browser.look_closely().await;
        self.stands("A01", "09:00–12:00").await;
        browser
            .press_inside(&browser.says("refusal.label", &[]))
            .await;
        browser.counts(".board-verdict", 0).await;
        browser.press_key("common.undo").await;
        self.stands("A01", "09:00–12:00").await;
    }

    async fn board_by_keys(&self) {
        let browser = &self.browser;
        let right = char::from(Key::Right).to_string();
        browser.tab_to_mark(".bar").await;
        browser.find("any", &browser.says("peek.label", &[])).await;
        for _ in 0..3 {
            browser.keys(&char::from(Key::Up).to_string()).await;
        }
        browser.keys("m").await;
        browser.keys(&right).await;
        browser.mark(".board-ghost").await;
        browser.keys(&char::from(Key::Escape).to_string()).await;
        browser.counts(".board-ghost", 0).await;
        for key in ["m", &right, &right, &char::from(Key::Enter).to_string()] {
            browser.keys(key).await;
        }
        self.stands("A01", "10:00–13:00").await;
    }

    async fn board_in_other_views(&self) {
        let browser = &self.browser;
        browser.press_key("board.zoom_fortnight").await;
        browser.set(&browser.says("board.group", &[]), "site").await;
        browser.look_closely().await;
        browser.press_key("board.zoom_month").await;
        browser
            .set(&browser.says("board.group", &[]), "category")
            .await;
        browser.look_closely().await;
        browser.press_key("board.zoom_fortnight").await;
        browser.press_key("board.view_list").await;
        browser.sees("sensor cleaning").await;
        browser.look_closely().await;
        self.moves_by_words("A01").await;
        browser.press_key("board.view_board").await;
        self.stands("A01", "15:00–18:00").await;
    }

    /// Moves a booking of Tuesday to 15:00 by the list's own button.
    async fn moves_by_words(&self, code: &str) {
        let browser = &self.browser;
        let name = browser.name_of(code);
        browser
            .press(&format!("{}: {name}", browser.says("peek.move", &[])))
            .await;
        let start = browser.says("span.start", &[]);
        browser
            .set(&browser.says("span.time_of", &[("what", &start)]), "15:00")
            .await;
        browser.look_closely().await;
        browser.press_key("peek.move_now").await;
        browser.counts("dialog[open]", 0).await;
        browser.sees("15:00").await;
    }

    /// What waits, by keys alone: the next, granted, taken back, granted for good by leaving.
    async fn queue_by_keys(&self) {
        let browser = &self.browser;
        browser.keys("j").await;
        browser.mark(".bar[data-lit]").await;
        browser.look_closely().await;
        browser.keys("a").await;
        browser.mark(".queue-held").await;
        browser.keys("z").await;
        browser.counts(".queue-held", 0).await;
        browser.keys("j").await;
        browser.keys("k").await;
        browser.keys("a").await;
        browser.mark(".queue-held").await;
        browser.visit("/approvals").await;
        let left = browser.says("approvals.count", &[("n", "1")]);
        browser.sees(&left).await;
    }

    async fn agenda_by_thumb(&self) {
        let browser = &self.browser;
        browser.visit("/board").await;
        browser.sees(&browser.says("agenda.none", &[])).await;
        browser.press_key("board.later").await;
        browser.sees("sensor cleaning").await;
        browser.look_closely().await;
        self.moves_by_words("A01").await;
        browser
            .press(&format!("{}: P01景", browser.says("decide.grant", &[])))
            .await;
        browser.press_key("common.undo").await;
        browser
            .press(&format!("{}: P01景", browser.says("decide.decline", &[])))
            .await;
        browser
            .fill(&browser.says("decide.reason", &[]), "屋顶漏水")
            .await;
        browser.look_closely().await;
        browser.press_key("decide.decline_now").await;
        browser
            .find("button", &browser.says("common.undo", &[]))
            .await;
    }
}

#[test]
fn what_is_booked_is_seen_moved_and_decided() {
    in_every_look("board", |visit| async {
        visit.furnish().await;
        let news = visit.tell_news();
        let browser = &visit.browser;
        visit.enter_as("manager").await;
        if browser.is_phone() {
            visit.agenda_by_thumb().await;
        } else {
            visit.board_by_pointer().await;
            visit.board_by_keys().await;
        }
        visit
            .town
            .rival
            .book(&["A01 tue 20:00-22:00"])
            .await
            .expect(201);
        if browser.is_phone() {
            browser.sees("22:00").await;
        } else {
            visit.stands("A01", "20:00–22:00").await;
            visit.board_in_other_views().await;
            visit.queue_by_keys().await;
            // What the board looks like stays on the board: the next page has its own head.
            browser.press_key("nav.board").await;
            browser.press_key("nav.manage").await;
            browser.press_key("manage.new_listing").await;
            browser.press_key("common.close").await;
            browser.press_mark("input[type=search]").await;
        }
        news.send(true).ok();
        visit
    });
}
