//! Writes down what the demand ledger has heard. Off the path of whoever books: one short write a second, and
//! none where nothing was refused.
//!
//! Several servers write down what each has heard. A wish that came to two of them within one second may thus
//! be counted twice; nothing else may.

use crate::actions::demand;
use crate::app::App;

/// What one write takes in: it keeps bookings waiting for a few milliseconds at most.
const AT_A_TIME: usize = 200;

/// Writes down everything that is waiting, or as much as the database takes.
pub async fn write_down(app: &App) {
    loop {
        let heard = app.ledger.take(AT_A_TIME);
        if heard.is_empty() {
            return;
        }
        let (cluster, now, taken) = (app.cluster.clone(), app.clock.now(), heard.clone());
        let written = app
            .store
            .write(move |conn| demand::write_down(conn, &cluster, &taken, now))
            .await;
        if let Err(refused) = written {
            tracing::warn!(
                ?refused,
                "the demand ledger could not be written; trying again"
            );
            app.ledger.give_back(heard);
            return;
        }
    }
}
