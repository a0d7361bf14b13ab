//! What the first page weighs: phones at the edge of a set have little to spare.

use crate::support::browser::walk;

/// Zipped, of everything but pictures and the API's answers.
const MOST_BYTES: u64 = 60_000;

const FILES: &str = "return performance.getEntriesByType('navigation') \
    .concat(performance.getEntriesByType('resource')) \
    .filter((one) => !new URL(one.name).pathname.startsWith('/api/') \
        && !/\\.(svg|png|jpe?g|webp|avif)$/.test(new URL(one.name).pathname)) \
    .map((one) => [new URL(one.name).pathname, one.encodedBodySize])";

#[test]
fn the_first_page_is_light() {
    walk("weight", async |page, stage| {
        stage.town.set(&stage.app, "A01").await;
        page.is(&stage.app, &stage.town.crew).await;
        page.open("/").await;
        let files = page.ask(FILES).await;
        let files = files.as_array().expect("files");
        let bytes: u64 = files.iter().filter_map(|file| file[1].as_u64()).sum();
        assert!(files.len() > 10 && bytes > 10_000, "{files:?}");
        assert!(bytes <= MOST_BYTES, "{bytes} bytes: {files:#?}");
    });
}
