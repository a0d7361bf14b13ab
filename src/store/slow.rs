//! The slow-query log: what took the database long, without the values that were asked for (they may be secrets).

use std::sync::OnceLock;
use std::time::{Duration, Instant};

use diesel::connection::{Instrumentation, InstrumentationEvent, set_default_instrumentation};

use super::StoreError;

/// How long is long.
static THRESHOLD: OnceLock<Duration> = OnceLock::new();

/// From now on, connections that are opened log every query that takes so long or longer.
pub fn log_slow_queries(threshold: Duration) -> Result<(), StoreError> {
    THRESHOLD.get_or_init(|| threshold);
    set_default_instrumentation(|| Some(Box::new(Watch::default())))
        .map_err(|error| StoreError::Other(error.to_string()))
}

/// Watches one connection.
#[derive(Default)]
struct Watch {
    began: Option<Instant>,
}

impl Instrumentation for Watch {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        if matches!(event, InstrumentationEvent::StartQuery { .. }) {
            self.began = Some(Instant::now());
        }
        let InstrumentationEvent::FinishQuery { query, .. } = event else {
            return;
        };
        let took = self.began.take().map(|began| began.elapsed());
        let is_slow = |took: &Duration| THRESHOLD.get().is_some_and(|most| took >= most);
        if let Some(took) = took.filter(is_slow) {
            let milliseconds = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
            let text = query.to_string();
            tracing::warn!(milliseconds, query = without_values(&text), "a slow query");
        }
    }
}

/// The text of a query as diesel prints it, up to the values that were bound.
fn without_values(text: &str) -> &str {
    text.split(" -- binds").next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_stay_out_of_the_log() {
        let query = "SELECT `id` FROM `sessions` WHERE `token_hash` = ? -- binds: [\"s3cr3t\"]";
        assert_eq!(
            without_values(query),
            "SELECT `id` FROM `sessions` WHERE `token_hash` = ?"
        );
        assert_eq!(without_values("COMMIT"), "COMMIT");
    }
}
