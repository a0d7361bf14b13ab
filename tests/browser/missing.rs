//! What is not there, and a server that fails: each says so in words and shows a way on.

use backlot::store::StoreError;
use diesel::connection::SimpleConnection;

use super::{Visit, in_every_look};

impl Visit {
    /// Changes the database under the server.
    pub(super) async fn tamper(&self, order: &'static str) {
        let done = self.app.app.store.write(move |conn| {
            conn.batch_execute(order).expect(order);
            Ok::<_, StoreError>(())
        });
        done.await.expect("done");
    }
}

#[test]
fn what_is_not_there_or_fails_shows_a_way_on() {
    in_every_look("missing", |visit| async {
        visit.town.set(&visit.app, "A01").await;
        let browser = &visit.browser;
        browser.visit("/no/such/page").await;
        browser.sees(&browser.says("missing.what", &[])).await;
        visit.enter_as("manager").await;
        browser.visit("/no/such/page").await;
        browser.sees(&browser.says("missing.what", &[])).await;
        browser.look_closely().await;
        browser
            .tab_to_link(&browser.says("missing.home", &[]))
            .await;
        assert_eq!(browser.path().await, "/");
        browser.sees("A01").await;

        visit
            .tamper("ALTER TABLE listings RENAME TO listings_away")
            .await;
        for page in ["/manage", "/board?at=2030-01-08"] {
            browser.visit(page).await;
            browser.mark("[role=alert]").await;
            browser.look_closely().await;
        }
        visit
            .tamper("ALTER TABLE listings_away RENAME TO listings")
            .await;
        browser.forgets_complaints_about(&["status of 500"]).await;
        browser.press_key("common.retry").await;
        browser.counts(".note[data-tone=bad]", 0).await;
        visit
    });
}
