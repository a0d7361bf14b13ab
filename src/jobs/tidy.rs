//! Throws away what has expired: sessions, sign-ins, idempotency keys, whose wish it was, wishes of years ago.
//! History is never thrown away.

use chrono::TimeDelta;

use crate::app::App;
use crate::domain::demand;
use crate::store::{StoreError, demand as wishes, idempotency, sessions};

/// How long the first answer to an idempotency key is kept.
const KEYS_LAST: TimeDelta = TimeDelta::days(7);

/// One round.
pub async fn tidy(app: &App) {
    let now = app.clock.now();
    let thrown_away = app
        .store
        .write(move |conn| {
            let sessions = sessions::delete_expired(conn, now)?;
            let wishes = wishes::forget(conn, now - demand::LASTS, now - demand::KEPT)?;
            let keys = idempotency::delete_older(conn, now - KEYS_LAST)?;
            Ok::<_, StoreError>(sessions + keys + wishes)
        })
        .await;
    match thrown_away {
        Ok(rows) => tracing::debug!(rows, "tidied"),
        Err(error) => tracing::warn!(%error, "could not tidy; trying again in an hour"),
    }
}
