//! The pages in a real Chromium: each walk does what a person came for, with a thumb in Chinese by day and
//! with a mouse in English by night, and every page it passes is held against WCAG A and AA.

mod approvals;
mod basket;
mod board;
mod bookings;
mod catalogue;
mod closures;
mod companies;
mod crowded;
mod demand;
mod doors;
mod effects;
mod holds;
mod imports;
mod keeping;
mod kits;
mod labels;
mod letters;
mod listing;
mod listings;
mod missing;
mod newcomer;
mod offline;
mod series;
mod settings;
mod settling;
mod sites;
mod story;
mod weight;

use std::future::Future;

use backlot::clock::Clock;

use crate::support::app::{TestApp, monday_morning};
use crate::support::browser::{Browser, LOOKS, failure};
use crate::support::database::{Database, Engine};
use crate::support::make::Town;

/// A demo town and a browser that looks at it.
struct Visit {
    app: TestApp,
    town: Town,
    browser: Browser,
}

/// Walks through a fresh town in every look.
fn in_every_look<F: Future<Output = Visit>>(name: &str, walk: impl Fn(Visit) -> F) {
    failure::seen(name, async {
        for look in LOOKS {
            let database = Database::fresh(Engine::Sqlite).expect("SQLite is always there");
            let clock = Clock::fixed(monday_morning());
            let app = TestApp::with(database, clock, |config| config.demo = true).await;
            let town = Town::settle(&app).await;
            for reader in [
                &town.crew,
                &town.rival,
                &town.owner,
                &town.manager,
                &town.viewer,
            ] {
                reader.reads(look.language).await;
            }
            let Some(browser) = Browser::open(app.url(""), look, name).await else {
                return;
            };
            let visit = walk(Visit { app, town, browser }).await;
            visit.browser.close().await;
            assert_eq!(visit.app.broken_promises().await, Vec::<String>::new());
        }
    });
}
