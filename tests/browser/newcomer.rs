//! Somebody new, a fresh demo, no manual: from opening the page to a confirmed booking of three lines.

use std::cell::Cell;
use std::time::Instant;

use crate::support::browser::{Browser, LOOKS};
use crate::support::patience;
use crate::support::process::Server;

/// What somebody new has the patience for.
const MOST_STEPS: u32 = 25;
const MOST_SECONDS: u64 = 60;

#[test]
#[expect(
    clippy::print_stdout,
    reason = "how long it took is for who reads the run"
)]
fn three_lines_in_a_minute() {
    patience::run(async {
        let folder = tempfile::tempdir().expect("a folder");
        let server = Server::demo(folder.path()).await;
        for look in LOOKS {
            let Some(browser) = Browser::open(server.url(""), look, "newcomer").await else {
                return;
            };
            let began = Instant::now();
            let steps = book_three(&browser).await;
            let seconds = began.elapsed().as_secs();
            println!("newcomer, {look:?}: {steps} steps in {seconds} s");
            assert!(steps <= MOST_STEPS, "{steps} steps");
            assert!(seconds < MOST_SECONDS, "{seconds} s");
            browser.look_closely().await;
            browser.close().await;
        }
    });
}

/// Books, and says how many steps it took.
async fn book_three(browser: &Browser) -> u32 {
    let steps = Cell::new(0);
    let step = async |name: &str| {
        steps.set(steps.get() + 1);
        browser.press(name).await;
    };
    browser.visit("/").await;
    assert_eq!(browser.path().await, "/sign-in");
    step(browser.either("林统筹", "Amy Tang")).await;
    step(&browser.says("window.choose", &[])).await;
    step(&browser.says("span.tomorrow", &[])).await;
    step(&browser.says("window.take", &[])).await;
    for _ in 0..3 {
        // What is in the basket already says so, so the next one is another.
        let add = browser.says("listing.add_name", &[("name", "")]);
        step(add.trim_end()).await;
    }
    step(&browser.says("nav.basket", &[])).await;
    step(&browser.says("basket.book", &[])).await;
    browser
        .sees(&browser.says("booking.says_confirmed", &[]))
        .await;
    browser
        .sees(&browser.says("booking.lines", &[("n", "3")]))
        .await;
    steps.get()
}
