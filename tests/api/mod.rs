//! The API, resource by resource: what a user can do, and what is refused with which words.

mod alike;
mod availability;
mod bad_input;
mod board;
mod bookings;
mod bulk;
mod calendars;
mod catalogue;
mod closures;
mod companies;
mod decisions;
mod demand;
mod demo;
mod effects;
mod extensions;
mod fairness;
mod imports;
mod kit_repairs;
mod kits;
mod labels;
mod letters;
mod listing_history;
mod listings;
mod members;
mod metrics;
mod nearest_repairs;
mod openings;
mod overruns;
mod photos;
mod productions;
mod repairs;
mod search;
mod series;
mod series_calendars;
mod series_repairs;
mod sign_in;
mod sites;
mod units;

use std::future::Future;

use serde_json::Value;

use crate::support::app::TestApp;
use crate::support::make::Town;
use crate::support::patience;

/// Runs a test in a settled town on SQLite; at its end every promise must still be kept.
fn in_town<F: Future<Output = (TestApp, Town)>>(test: impl FnOnce(TestApp, Town) -> F) {
    patience::run(async {
        let app = TestApp::start().await;
        let town = Town::settle(&app).await;
        let (app, _) = test(app, town).await;
        assert_eq!(app.broken_promises().await, Vec::<String>::new());
    });
}

/// Field and code of each fault of a 422.
fn faults(problem: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let errors = problem["errors"].as_array().cloned().unwrap_or_default();
    errors
        .iter()
        .map(|fault| (text(&fault["field"]), text(&fault["code"])))
        .collect()
}

/// One value of each item of a page.
fn each(page: &Value, field: &str) -> Vec<String> {
    let items = page["items"].as_array().expect("a page");
    items
        .iter()
        .map(|item| item[field].as_str().unwrap_or_default().to_owned())
        .collect()
}
