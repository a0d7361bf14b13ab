//! What is said: how it goes, what came of it, and where a promise broke.

use std::any::Any;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::time::{Duration, Instant};

use futures_util::FutureExt;

use crate::support::database::Engine;

/// How often a long form says how far it is.
const EVERY: Duration = Duration::from_secs(30);

/// Says now and then how far something is.
pub(crate) struct Progress {
    began: Instant,
    said: Instant,
}

impl Progress {
    pub(crate) fn begin() -> Self {
        let now = Instant::now();
        Self {
            began: now,
            said: now,
        }
    }

    /// Says it if it is time to.
    pub(crate) fn note(&mut self, how_far: impl FnOnce() -> String) {
        if self.said.elapsed() >= EVERY {
            self.said = Instant::now();
            println!("  {:>5.0} s  {}", self.seconds(), how_far());
        }
    }

    pub(crate) fn seconds(&self) -> f64 {
        self.began.elapsed().as_secs_f64()
    }
}

/// A promise was broken, here.
pub(crate) fn broken(engine: Engine, at: &str, how: &str) {
    println!("BROKEN on {}, {at}: {how}", name(engine));
}

pub(crate) fn name(engine: Engine) -> &'static str {
    match engine {
        Engine::Sqlite => "SQLite",
        Engine::Postgres => "PostgreSQL",
    }
}

/// What went against a promise, in words.
pub(crate) async fn caught<T>(work: impl Future<Output = T>) -> Result<T, String> {
    let done = AssertUnwindSafe(work).catch_unwind().await;
    done.map_err(|panic| words(&*panic))
}

/// The words of a panic.
pub(crate) fn words(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(ToString::to_string);
    let text = text.or_else(|| panic.downcast_ref::<String>().cloned());
    text.unwrap_or_else(|| "it panicked".to_owned())
}

/// The value below which so many percent of them are.
pub(crate) fn percentile(times: &mut [Duration], percent: usize) -> Duration {
    times.sort_unstable();
    let place = times.len().saturating_sub(1) * percent / 100;
    times.get(place).copied().unwrap_or_default()
}
