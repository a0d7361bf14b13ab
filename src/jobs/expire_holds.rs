//! Holds that are due: what has lapsed is settled, who is about to lose a hold is told. Availability never
//! waits for this job; letters and those in line do.
//!
//! Safe to repeat, and with several servers: whoever comes second finds the rows taken, waits, and then
//! finds nothing due.

use crate::actions::{Outcome, Refused, holds};
use crate::app::App;
use crate::domain::hold::WARNING;
use crate::store::holds as hold_rows;

/// How many lines one look takes.
const LOOK: i64 = 100;

/// What one round did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Round {
    /// Listings where something was due.
    pub listings: usize,
    /// Bookings whose holders were told.
    pub warned: usize,
}

/// One round.
pub async fn expire(app: &App) -> Round {
    match round(app).await {
        Ok(round) => round,
        Err(refused) => {
            tracing::warn!(?refused, "holds could not be looked at; trying again");
            Round::default()
        }
    }
}

async fn round(app: &App) -> Outcome<Round> {
    let mut done = Round::default();
    let now = app.clock.now();
    let due = app
        .store
        .read(move |conn| hold_rows::listings_due(conn, now, LOOK))
        .await?;
    for id in due {
        let cluster = app.cluster.clone();
        let settled = app
            .store
            .write(move |conn| holds::enter(conn, &cluster, &[id], &[], now).map(drop))
            .await;
        done.listings += usize::from(note(settled).is_some());
    }
    let to_warn = app
        .store
        .read(move |conn| hold_rows::to_warn(conn, now, now + WARNING, LOOK))
        .await?;
    for id in to_warn {
        let warned = app
            .store
            .write(move |conn| holds::warn(conn, id, now))
            .await;
        done.warned += usize::from(note(warned).unwrap_or(false));
    }
    Ok(done)
}

/// One that fails does not keep the others waiting; it comes round again.
fn note<T>(outcome: Outcome<T>) -> Option<T> {
    outcome
        .inspect_err(|refused: &Refused| {
            tracing::warn!(?refused, "a hold could not be settled; trying again");
        })
        .ok()
}
