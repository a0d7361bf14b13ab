//! What a first visit weighs: everything that comes over the wire as it is sent, the server's answers too, but for
//! pictures (and the module that draws them where there is no photo).

use super::in_every_look;

/// Compressed bytes of the first page with everything it loads.
const MOST: f64 = 60.0 * 1024.0;

/// Bytes that were sent for the page and all it asked for, but for pictures; and the names of the heaviest.
const WEIGH: &str = "(() => { \
    const all = [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')] \
      .filter((one) => one.initiatorType !== 'img' && !/\\.(png|svg|webp|jpg)$|picture\\.js$/.test(new URL(one.name).pathname)); \
    const heaviest = all.sort((one, other) => other.encodedBodySize - one.encodedBodySize) \
      .map((one) => `${one.encodedBodySize} ${new URL(one.name).pathname}`); \
    return [all.reduce((sum, one) => sum + one.encodedBodySize, 0), all.length, heaviest.slice(0, 12)]; })()";

#[test]
fn the_first_visit_is_light() {
    in_every_look("weight", |visit| async {
        let browser = &visit.browser;
        visit.town.set(&visit.app, "A01").await;
        browser.visit("/sign-in").await;
        let door = browser.ask(WEIGH).await;
        visit.enter_as("crew").await;
        browser.forget_files().await;
        browser.visit("/").await;
        let shop = browser.ask(WEIGH).await;
        for (page, weighed) in [("/sign-in", &door), ("/", &shop)] {
            let bytes = weighed[0].as_f64().expect("bytes");
            assert!(bytes > 10_000.0, "{page}: something was loaded: {weighed}");
            assert!(bytes <= MOST, "{page} weighs {bytes} bytes: {weighed}");
        }
        visit
    });
}
