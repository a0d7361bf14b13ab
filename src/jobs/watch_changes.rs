//! Reads the history as it grows and tells whoever listens in this process. Each server of a database has its
//! own watcher and needs no other: what counts is what is stored.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{MissedTickBehavior, interval};

use crate::actions::changes::{self, LOOK_BACK};
use crate::actions::{Outcome, Refused};
use crate::app::App;
use crate::domain::ids::AuditId;
use crate::live::News;
use crate::store::id_before;

/// How often the history is looked into while somebody listens: one look at the end of an index.
const TICK: Duration = Duration::from_secs(1);

/// Looks until told to stop.
pub async fn run(app: App, mut stop: watch::Receiver<bool>) {
    let mut tick = interval(TICK);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut watcher = Watcher::default();
    loop {
        tokio::select! {
            _ = tick.tick() => {
                let looked = super::round(&app, "live", watcher.look(&app)).await;
                if let Some(Err(refused)) = looked {
                    tracing::warn!(?refused, "the history could not be read; live pages wait");
                }
            }
            _ = stop.changed() => return,
        }
    }
}

/// What was told already, as far back as the next look goes.
#[derive(Default)]
pub struct Watcher {
    told: BTreeSet<AuditId>,
}

impl Watcher {
    /// One look: tells what is new.
    pub async fn look(&mut self, app: &App) -> Outcome<()> {
        if !app.live.is_heard() {
            self.told.clear();
            return Ok(());
        }
        let from: AuditId = id_before(app.clock.now() - LOOK_BACK);
        let told = std::mem::take(&mut self.told);
        let (told, found) = app
            .store
            .read(move |conn| {
                let found = changes::since(conn, from, |entry| !told.contains(&entry))?;
                Ok::<_, Refused>((told, found))
            })
            .await?;
        self.told = told.into_iter().filter(|entry| *entry > from).collect();
        self.told.extend(found.entries);
        let Some(changes) = found.changes else {
            app.live.tell(News::Much);
            return Ok(());
        };
        for change in changes {
            app.live.tell(News::Changed(Arc::new(change)));
        }
        Ok(())
    }
}
