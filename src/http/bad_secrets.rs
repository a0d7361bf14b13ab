//! Secrets that open nothing, and where they come from. An address that has brought more of them than it may ask for is
//! not looked up any more until it may ask again: a flood of them costs the database nothing. Who was let in lately is
//! looked up all the same, since others may sit behind that address.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::limits::Asker;

/// Secrets and addresses that are remembered.
const MOST_REMEMBERED: usize = 10_000;

/// What is known of secrets before they are looked up; one for the server.
#[derive(Default)]
pub struct BadSecrets(Mutex<Known>);

#[derive(Default)]
struct Known {
    /// Hashes of those that let somebody in.
    good: HashSet<String>,
    /// Addresses that wait, and until when.
    waiting: HashMap<Asker, Instant>,
}

impl BadSecrets {
    /// How long a secret from this address must wait before it is looked up; `None` where it need not.
    pub fn wait(&self, address: Asker, hash: &str) -> Option<Duration> {
        let known = self.known();
        let until = known.waiting.get(&address)?;
        let wait = until.saturating_duration_since(Instant::now());
        (!wait.is_zero() && !known.good.contains(hash)).then_some(wait)
    }

    /// A secret let somebody in.
    pub fn opened(&self, hash: String) {
        let mut known = self.known();
        if known.good.len() >= MOST_REMEMBERED {
            // Those who still come are soon known again.
            known.good.clear();
        }
        known.good.insert(hash);
    }

    /// A secret let nobody in.
    pub fn failed(&self, hash: &str) {
        self.known().good.remove(hash);
    }

    /// An address has brought too many, and waits so long.
    pub fn hold_off(&self, address: Asker, wait: Duration) {
        let now = Instant::now();
        let mut known = self.known();
        if known.waiting.len() >= MOST_REMEMBERED {
            known.waiting.retain(|_, until| *until > now);
        }
        if known.waiting.len() < MOST_REMEMBERED {
            known.waiting.insert(address, now + wait);
        }
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
