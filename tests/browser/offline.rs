//! No network: the page that is open says so and keeps the basket; another one is answered by the worker, which
//! goes on by itself when there is a network again.

use super::in_every_look;

#[test]
fn without_network_a_page_says_so_and_goes_on() {
    in_every_look("offline", |visit| async {
        let (town, browser) = (&visit.town, &visit.browser);
        town.set(&visit.app, "A01").await;
        visit.enter_as("crew").await;
        visit.put_in(&["A01"], "09:00", "13:00").await;
        visit.choose_production().await;
        browser.worker_watches().await;

        browser.cut_off(true).await;
        browser.sees(&browser.says("common.offline", &[])).await;
        browser.press_key("nav.bookings").await;
        browser.sees(&browser.says("problem.offline", &[])).await;
        browser.look_closely().await;
        browser.go_blindly("/basket").await;
        browser.sees("现在连不上").await;
        browser.sees("Backlot cannot be reached").await;
        browser.look_closely().await;

        browser.cut_off(false).await;
        browser.sees(&visit.named("A01")).await;
        browser.settled().await;
        browser.sees(&browser.says("basket.book_says", &[])).await;
        let told = ["ERR_INTERNET_DISCONNECTED", "/basket - Failed to load"];
        browser.forgets_complaints_about(&told).await;
        visit
    });
}
