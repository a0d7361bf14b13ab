//! Throws away what has expired: sessions, sign-ins, idempotency keys, whose wish it was, wishes of years ago,
//! pictures no listing shows any more. History is never thrown away.

use chrono::TimeDelta;

use crate::app::App;
use crate::domain::demand;
use crate::store::{StoreError, demand as wishes, idempotency, photos, sessions};

/// How long the first answer to an idempotency key is kept.
const KEYS_LAST: TimeDelta = TimeDelta::days(7);

/// How long a picture is kept that no listing shows: whoever took it away may want it back.
const PICTURES_LAST: TimeDelta = TimeDelta::days(1);

/// One round.
pub async fn tidy(app: &App) {
    let now = app.clock.now();
    let thrown_away = app
        .store
        .write(move |conn| {
            let sessions = sessions::delete_expired(conn, now)?;
            let wishes = wishes::forget(conn, now - demand::LASTS, now - demand::KEPT)?;
            let pictures = photos::delete_unwanted(conn, now - PICTURES_LAST)?;
            let keys = idempotency::delete_older(conn, now - KEYS_LAST)?;
            Ok::<_, StoreError>(sessions + keys + wishes + pictures)
        })
        .await;
    match thrown_away {
        Ok(rows) => tracing::debug!(rows, "tidied"),
        Err(error) => tracing::warn!(%error, "could not tidy; trying again in an hour"),
    }
}
