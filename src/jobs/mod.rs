//! What happens by itself, later: letters leave the outbox, holds lapse, what was refused is written down, what
//! has expired is thrown away, open pages hear of changes.
//!
//! Every job is safe to repeat and claims its rows, so several servers on one database may run them all.

pub mod expire_holds;
pub mod keep_ledger;
pub mod send_mail;
pub mod tidy;
pub mod watch_changes;

use std::time::Duration;

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
            _ = mail.tick() => if pause.is_over() { pause.note(send_mail::send_due(&app).await) },
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
            _ = holds.tick() => { expire_holds::expire(&app).await; }
            _ = tidy.tick() => tidy::tidy(&app).await,
            _ = stop.changed() => return,
        }
    }
}

async fn keep_ledger(app: App, mut stop: watch::Receiver<bool>) {
    let mut tick = interval(LEDGER_TICK);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = tick.tick() => keep_ledger::write_down(&app).await,
            _ = stop.changed() => return keep_ledger::write_down(&app).await,
        }
    }
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

    fn note(&mut self, sent: Result<send_mail::Sent, crate::store::StoreError>) {
        let down = match sent {
            Ok(sent) => sent.post_is_down,
            Err(error) => {
                tracing::error!(%error, "the outbox could not be read");
                true
            }
        };
        if !down {
            *self = Self::default();
            return;
        }
        self.length = (self.length * 2).clamp(MAIL_TICK, LONGEST_PAUSE);
        self.until = Some(Instant::now() + self.length);
    }
}
