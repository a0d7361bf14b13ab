//! A close look: pictures of what is seen, and the page held against WCAG 2.2 A and AA, by day and by night.

use serde_json::{Value, json};

use super::{Browser, Colours};

const AXE: &str = include_str!("../../browser/axe/axe.min.js");

const RUN: &str = "const [rules, done] = arguments; \
    axe.run(document, { runOnly: rules }) \
      .then((found) => done(found.violations), (failed) => done(String(failed)));";

/// Every rule of these levels.
const ALL: [&str; 5] = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
/// The rules of these levels that are about colours: the only ones that can tell the day from the night.
const OF_COLOURS: [&str; 2] = ["color-contrast", "link-in-text-block"];

impl Browser {
    /// Keeps pictures, and holds the page against WCAG 2.2 A and AA in light and in dark colours.
    pub(crate) async fn look_closely(&self) {
        let other = match self.look.colours {
            Colours::Light => Colours::Dark,
            Colours::Dark => Colours::Light,
        };
        let rules = [
            (other, OF_COLOURS.as_slice()),
            (self.look.colours, ALL.as_slice()),
        ];
        for (colours, rules) in rules {
            self.colour(colours).await;
            self.picture(colours).await;
            self.hold_against_wcag(colours, rules).await;
        }
    }

    async fn hold_against_wcag(&self, colours: Colours, rules: &[&str]) {
        let there = "return typeof axe === 'object'";
        let there = self.client.execute(there, Vec::new()).await;
        if there.expect("an answer") != json!(true) {
            self.client.execute(AXE, Vec::new()).await.expect("axe");
        }
        let found = self.ask_at_leisure(RUN, vec![json!(rules)]).await;
        let violations = found.as_array().unwrap_or_else(|| panic!("axe: {found}"));
        let told: Vec<String> = violations.iter().map(told).collect();
        let path = self.path().await;
        assert!(
            told.is_empty(),
            "{path} in {} ({:?}, {colours:?}): {}",
            self.story,
            self.look,
            told.join("\n")
        );
    }
}

/// A finding in words, with the places it is about.
fn told(violation: &Value) -> String {
    let places = violation["nodes"].as_array().into_iter().flatten();
    let places: Vec<String> = places
        .map(|node| format!("{} {}", node["html"], node["failureSummary"]))
        .collect();
    let (id, impact) = (&violation["id"], &violation["impact"]);
    format!("{id} ({impact}): {}", places.join("\n    "))
}
