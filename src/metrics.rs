//! `Metrics`: what this process has done since it started, counted for whoever watches it (Prometheus, or anything
//! that reads `OpenMetrics` text). What is true of the database, such as the depth of the outbox, is asked when it is
//! looked at and not counted here.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

/// Bounds of the histogram of answers, in seconds: from a page out of memory to the longest answer there is.
const ANSWER_SECONDS: [f64; 10] = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0];

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answer {
    method: String,
    route: String,
    status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Route {
    method: String,
    route: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ByReason {
    reason: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ByOutcome {
    outcome: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ByJob {
    job: String,
}

/// What is true when it is looked at.
#[derive(Debug, Clone, Copy)]
pub struct Seen {
    /// Letters that wait.
    pub letters_waiting: i64,
    /// How long the oldest of them has, in seconds; 0 where none waits.
    pub oldest_letter_seconds: i64,
    /// Pages that are told of changes.
    pub listeners: usize,
}

/// Counts of this process, shared by all who count.
#[derive(Clone)]
pub struct Metrics(Arc<Inner>);

struct Inner {
    registry: Registry,
    answers: Family<Answer, Counter>,
    seconds: Family<Route, Histogram, fn() -> Histogram>,
    refusals: Family<ByReason, Counter>,
    letters: Family<ByOutcome, Counter>,
    bookings: Counter,
    job_panics: Family<ByJob, Counter>,
    waiting: Gauge,
    oldest: Gauge,
    listeners: Gauge,
}

impl Metrics {
    /// Nothing counted yet. `batches` is how many writes shared a commit, where the store has it.
    pub fn new(batches: Option<Histogram>) -> Self {
        let mut inner = Inner {
            registry: Registry::with_prefix("backlot"),
            answers: Family::default(),
            seconds: Family::new_with_constructor(|| Histogram::new(ANSWER_SECONDS)),
            refusals: Family::default(),
            letters: Family::default(),
            bookings: Counter::default(),
            job_panics: Family::default(),
            waiting: Gauge::default(),
            oldest: Gauge::default(),
            listeners: Gauge::default(),
        };
        inner.register();
        if let Some(batches) = batches {
            let help = "Writes that shared a commit of SQLite's one writer, looks of jobs included";
            inner.registry.register("writes_in_a_commit", help, batches);
        }
        Self(Arc::new(inner))
    }
}

impl Inner {
    fn register(&mut self) {
        let registry = &mut self.registry;
        registry.register(
            "answers",
            "Answers by route and status",
            self.answers.clone(),
        );
        registry.register_with_unit(
            "answer",
            "How long answers took, by route",
            Unit::Seconds,
            self.seconds.clone(),
        );
        registry.register(
            "bookings",
            "Bookings made, each date of a series by itself",
            self.bookings.clone(),
        );
        registry.register(
            "refused_lines",
            "Lines of bookings that were refused, by reason",
            self.refusals.clone(),
        );
        registry.register(
            "letters",
            "Tries to send a letter, by outcome",
            self.letters.clone(),
        );
        registry.register(
            "job_panics",
            "Rounds of a job that ended in a panic, by job",
            self.job_panics.clone(),
        );
        registry.register(
            "letters_waiting",
            "Letters in the outbox",
            self.waiting.clone(),
        );
        registry.register_with_unit(
            "letters_oldest",
            "How long the oldest letter in the outbox has waited",
            Unit::Seconds,
            self.oldest.clone(),
        );
        registry.register(
            "live_pages",
            "Open pages that hear of changes",
            self.listeners.clone(),
        );
    }
}

impl Metrics {
    /// An answer was given. `method` is one of few words and `route` the pattern, never what a client made up: each
    /// pair is kept for good.
    pub fn answered(&self, method: &str, route: &str, status: u16, took: Duration) {
        let (method, route) = (method.to_owned(), route.to_owned());
        let answer = Answer {
            method: method.clone(),
            route: route.clone(),
            status,
        };
        self.0.answers.get_or_create(&answer).inc();
        let seconds = took.as_secs_f64();
        self.0
            .seconds
            .get_or_create(&Route { method, route })
            .observe(seconds);
    }

    /// So many bookings were made.
    pub fn booked(&self, count: usize) {
        self.0.bookings.inc_by(u64::try_from(count).unwrap_or(0));
    }

    /// A line was refused.
    pub fn refused(&self, reason: &str) {
        let reason = reason.to_owned();
        self.0.refusals.get_or_create(&ByReason { reason }).inc();
    }

    /// A letter was tried.
    pub fn letter(&self, outcome: &str) {
        let outcome = outcome.to_owned();
        self.0.letters.get_or_create(&ByOutcome { outcome }).inc();
    }

    /// A round of a job panicked.
    pub fn job_panicked(&self, job: &str) {
        let job = job.to_owned();
        self.0.job_panics.get_or_create(&ByJob { job }).inc();
    }

    /// All of it as `OpenMetrics` text (version 1.0.0).
    pub fn text(&self, seen: &Seen) -> Result<String, fmt::Error> {
        let inner = &self.0;
        inner.waiting.set(seen.letters_waiting);
        inner.oldest.set(seen.oldest_letter_seconds);
        inner
            .listeners
            .set(i64::try_from(seen.listeners).unwrap_or(i64::MAX));
        let mut text = String::new();
        encode(&mut text, &inner.registry)?;
        Ok(text)
    }
}
