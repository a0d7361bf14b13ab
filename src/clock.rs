//! `Clock`: the only place that asks the time. Tests fix it.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, TimeDelta, Utc};

/// The real time, or one that stands still until it is moved.
#[derive(Debug, Clone)]
pub enum Clock {
    /// The machine's.
    Real,
    /// Microseconds since 1970, shared by all clones.
    Fixed(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that stands at `moment`.
    pub fn fixed(moment: DateTime<Utc>) -> Self {
        Self::Fixed(Arc::new(AtomicI64::new(moment.timestamp_micros())))
    }

    /// What time it is.
    #[expect(clippy::disallowed_methods, reason = "this is the one place")]
    pub fn now(&self) -> DateTime<Utc> {
        match self {
            Self::Real => Utc::now(),
            Self::Fixed(micros) => {
                DateTime::from_timestamp_micros(micros.load(Ordering::SeqCst)).unwrap_or_default()
            }
        }
    }

    /// Moves a fixed clock on; a real one cannot be moved.
    pub fn advance(&self, by: TimeDelta) {
        if let Self::Fixed(micros) = self {
            micros.fetch_add(by.num_microseconds().unwrap_or(0), Ordering::SeqCst);
        }
    }
}
