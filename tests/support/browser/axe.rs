//! Whether everyone can use a page: axe-core's rules of WCAG A and AA, in the light and in the dark.

use fantoccini::Client;
use serde_json::{Value, json};

const AXE: &str = include_str!("../../browser/axe/axe.min.js");
const RUN: &str = include_str!("axe.js");

/// Everything of A and AA.
pub(super) fn all_rules() -> Value {
    json!(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"])
}

/// What a change of colours can break.
pub(super) fn rules_of_colour() -> Value {
    json!({ "type": "rule", "values": ["color-contrast", "link-in-text-block"] })
}

/// What is wrong with the page as it is now, in words.
pub(super) async fn faults(client: &Client, rules: Value) -> Vec<String> {
    let there = client.execute("return typeof window.axe === 'object'", vec![]);
    if there.await.expect("an answer") != json!(true) {
        client.execute(AXE, vec![]).await.expect("axe is loaded");
    }
    let found = client.execute_async(RUN, vec![rules, json!(["serious", "critical"])]);
    let found = found.await.expect("axe ends");
    let lines = found.as_array().into_iter().flatten();
    lines
        .filter_map(|line| line.as_str().map(str::to_owned))
        .collect()
}
