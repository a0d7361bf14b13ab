//! Somebody new, a fresh demo, no manual: from opening the page to a confirmed booking of three lines.

use std::cell::Cell;

use backlot::domain::people::Language;

use crate::support::browser::{Browser, Device, Look, Page, Role};
use crate::support::patience;
use crate::support::process::Server;

/// A press takes somebody new about five seconds; so this is a minute.
const MOST_PRESSES: u32 = 12;

#[test]
fn three_lines_in_a_minute() {
    patience::run(async {
        let Some(browser) = Browser::open().await else {
            return;
        };
        let folder = tempfile::tempdir().expect("a folder");
        let server = Server::demo(folder.path()).await;
        for (device, language) in [(Device::Phone, Language::Zh), (Device::Desk, Language::En)] {
            let look = Look { device, language };
            let page = browser.page("newcomer", look, server.url("")).await;
            book_three(&page).await;
            page.leave().await;
        }
        browser.close().await;
    });
}

async fn book_three(page: &Page) {
    let presses = Cell::new(0);
    let count = || presses.set(presses.get() + 1);
    page.open("/").await;
    page.arrives("/sign-in").await;
    page.look_at("door").await;
    page.press_with(page.either("林统筹", "Amy Tang")).await;
    count();
    page.press_with(&page.say("window.choose")).await;
    page.press("span.tomorrow").await;
    page.press("window.take").await;
    presses.set(presses.get() + 3);
    page.look_at("catalogue").await;
    for _ in 0..3 {
        // What is in the basket already says so, so the next one is another.
        let add = page.say_with("listing.add_name", &[("name", "")]);
        page.press_with(add.trim_end()).await;
        count();
    }
    page.press_with(&page.say("nav.basket")).await;
    count();
    page.sees(Role::Field, "basket.production").await;
    page.look_at("basket").await;
    page.press("basket.book").await;
    count();
    page.arrives("/bookings/").await;
    page.reads(&page.say("state.confirmed")).await;
    page.look_at("booking").await;
    assert!(presses.get() <= MOST_PRESSES, "{} presses", presses.get());
}
