//! `backlot check`: every invariant, on a database that may be in use.

use std::process::ExitCode;

use crate::actions::integrity::{self, Fault};
use crate::app::App;
use crate::clock::Clock;
use crate::config::Config;
use crate::domain::ids::ListingId;
use crate::store::integrity as facts;

/// Listings looked at between two breaths.
const PAGE: i64 = 200;
/// The most faults that are printed.
const MOST_PRINTED: usize = 100;

pub(super) async fn check(config: Config) -> anyhow::Result<ExitCode> {
    let app = App::open(config, Clock::Real)?;
    let now = app.clock.now();
    let mut faults = app
        .store
        .read(move |conn| integrity::of_everything(conn, now))
        .await
        .map_err(|refused| anyhow::anyhow!("{refused:?}"))?;
    let mut listings = 0;
    let mut after: Option<ListingId> = None;
    loop {
        let ids = app
            .store
            .read(move |conn| facts::listing_ids(conn, after, PAGE))
            .await?;
        let Some(last) = ids.last().copied() else {
            break;
        };
        listings += ids.len();
        for id in ids {
            faults.extend(
                app.store
                    .read(move |conn| integrity::of_listing(conn, id, now))
                    .await
                    .map_err(|refused| anyhow::anyhow!("{refused:?}"))?,
            );
        }
        after = Some(last);
    }
    for Fault(fault) in faults.iter().take(MOST_PRINTED) {
        println!("broken: {fault}");
    }
    if faults.is_empty() {
        println!("All promises hold: {listings} listings checked.");
        return Ok(ExitCode::SUCCESS);
    }
    println!("{} promises are broken.", faults.len());
    Ok(ExitCode::FAILURE)
}
