//! What happens by itself, later: letters leave the outbox, holds lapse, what was refused is written down, what
//! has expired is thrown away, open pages hear of changes.
//!
//! Every job is safe to repeat and claims its rows, so several servers on one database may run them all.
//!
//! A job goes on as long as the process does: all it does, it does in a round, and a panic ends that round alone.
//! There is thus no server whose jobs have ended, and `/readyz` need not ask.

pub mod expire_holds;
pub mod keep_ledger;
pub mod send_mail;
pub mod tidy;
pub mod watch_changes;

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures_util::FutureExt;
use tokio::sync::watch;
use tokio::time::{Instant, MissedTickBehavior, interval};

use crate::app::App;

/// How often the outbox is looked into. A look at an empty one is one probe of an index.
const MAIL_TICK: Duration = Duration::from_millis(500);
/// How often holds are looked at. A look at none due is two probes of an index.
const HOLDS_TICK: Duration = Duration::from_secs(5);
/// How often the demand ledger is written. A look at one that heard nothing asks no database.
const LEDGER_TICK: Duration = Duration::from_secs(1);
/// How often expired rows are thrown away.
const TIDY_TICK: Duration = Duration::from_hours(1);
/// The longest pause after the post was found down.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// Runs until told to stop; what is under way is finished first.
pub async fn run(app: App, stop: watch::Receiver<bool>) {
    // A slow post must keep no hold from lapsing, and no page from hearing what has changed.
    tokio::join!(
        send_letters(app.clone(), stop.clone()),
        keep_house(app.clone(), stop.clone()),
        keep_ledger(app.clone(), stop.clone()),
        watch_changes::run(app, stop)
    );
}

async fn send_letters(app: App, mut stop: watch::Receiver<bool>) {
    let mut mail = interval(MAIL_TICK);
    mail.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut pause = Pause::default();
    loop {
        tokio::select! {
            _ = mail.tick() => if pause.is_over() {
                pause.note(round(&app, "letters", send_mail::send_due(&app)).await);
            },
            _ = stop.changed() => return,
        }
    }
}

async fn keep_house(app: App, mut stop: watch::Receiver<bool>) {
    let mut holds = interval(HOLDS_TICK);
    holds.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut tidy = interval(TIDY_TICK);
    loop {
        tokio::select! {
            _ = holds.tick() => { round(&app, "holds", expire_holds::expire(&app)).await; }
            _ = tidy.tick() => { round(&app, "tidy", tidy::tidy(&app)).await; }
            _ = stop.changed() => return,
        }
    }
}

async fn keep_ledger(app: App, mut stop: watch::Receiver<bool>) {
    let mut tick = interval(LEDGER_TICK);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = tick.tick() => { round(&app, "ledger", keep_ledger::write_down(&app)).await; }
            _ = stop.changed() => {
                round(&app, "ledger", keep_ledger::write_down(&app)).await;
                return;
            }
        }
    }
}

/// One round of a job, to its end or to its panic; `None` after a panic. Nothing is left half done for the next round:
/// what a job has in hand is in the database, and what it keeps beside may be lost.
async fn round<T>(app: &App, job: &str, work: impl Future<Output = T>) -> Option<T> {
    let ended = AssertUnwindSafe(work).catch_unwind().await;
    if ended.is_err() {
        app.metrics.job_panicked(job);
        tracing::error!(job, "a round of a job panicked; the next one comes");
    }
    ended.ok()
}

/// While the post is down nothing is tried letter by letter: one pause for all, doubling to half a minute.
#[derive(Default)]
struct Pause {
    length: Duration,
    until: Option<Instant>,
}

impl Pause {
    fn is_over(&self) -> bool {
        self.until.is_none_or(|until| until <= Instant::now())
    }

    /// How a round went; `None` where it panicked.
    fn note(&mut self, sent: Option<Result<send_mail::Sent, crate::store::StoreError>>) {
        let down = match sent {
            Some(Ok(sent)) => sent.post_is_down,
            Some(Err(error)) => {
                tracing::error!(%error, "the outbox could not be read or written");
                true
            }
            None => true,
        };
        if !down {
            *self = Self::default();
            return;
        }
        self.length = (self.length * 2).clamp(MAIL_TICK, LONGEST_PAUSE);
        self.until = Some(Instant::now() + self.length);
    }
}
