//! What leaves the printer, and close looks at one thing.

use fantoccini::Locator;
use fantoccini::wd::PrintConfigurationBuilder;
use serde_json::json;

use super::{Browser, Colours};

impl Browser {
    /// A picture of one thing only.
    pub(crate) async fn picture_of(&self, selector: &str) -> Vec<u8> {
        let found = self.client.find(Locator::Css(selector)).await;
        let found = found.unwrap_or_else(|_| panic!("no {selector} in {}", self.story));
        found.screenshot().await.expect("a picture")
    }

    /// Looks at things in another style than the page gives them.
    pub(crate) async fn restyle(&self, selector: &str, property: &str, value: &str) {
        let set = "const [selector, property, value] = arguments; \
                   for (const one of document.querySelectorAll(selector)) one.style.setProperty(property, value);";
        let arguments = vec![json!(selector), json!(property), json!(value)];
        self.client.execute(set, arguments).await.expect("a style");
    }

    /// Keeps a picture of the page as it looks on paper, and tells which of these are still seen there.
    pub(crate) async fn seen_on_paper(&self, selectors: &[&str]) -> Vec<String> {
        self.devtools("Emulation.setEmulatedMedia", json!({ "media": "print" }))
            .await;
        self.picture(Colours::Light).await;
        let seen = "return arguments[0].filter((one) => \
            [...document.querySelectorAll(one)].some((found) => found.getClientRects().length))";
        let seen = self.client.execute(seen, vec![json!(selectors)]).await;
        self.devtools("Emulation.setEmulatedMedia", json!({ "media": "" }))
            .await;
        serde_json::from_value(seen.expect("what is seen")).expect("selectors")
    }

    /// Width and height of each page that would leave the printer, in millimetres.
    pub(crate) async fn printed(&self) -> Vec<(u32, u32)> {
        // Only so the page's own measure counts, and not that of the driver.
        let wanted = PrintConfigurationBuilder::default().shrink_to_fit(false);
        let wanted = wanted.build().expect("how to print");
        let pdf = self.client.print(wanted).await.expect("paper");
        let pdf = String::from_utf8_lossy(&pdf);
        let size = |text: &str| {
            let corners = text.split(']').next().unwrap_or_default();
            let corners: Vec<&str> = corners.split_whitespace().collect();
            (millimetres(corners[2]), millimetres(corners[3]))
        };
        pdf.split("/MediaBox [").skip(1).map(size).collect()
    }
}

/// Points of 1/72 inch, as a PDF writes them.
fn millimetres(points: &str) -> u32 {
    let points: f64 = points.parse().expect("points");
    format!("{:.0}", points * 25.4 / 72.0)
        .parse()
        .expect("paper")
}
