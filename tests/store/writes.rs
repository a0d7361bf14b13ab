//! Writes: each all or nothing, none at another's cost, tried again where that helps, and on SQLite many
//! in one commit.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex};
use std::task::Poll;

use backlot::domain::ids::{Id, SiteId};
use backlot::store::{Conn, Store, StoreError, sites};
use diesel::Connection;
use diesel::connection::{InstrumentationEvent, SimpleConnection};
use futures_util::future::join_all;

use super::{codes, site};
use crate::support::database::{Database, Engine, on_both_engines};
use crate::support::patience;

/// Keeps the one writer of SQLite busy until it is let go.
struct Held {
    hold: tokio::task::JoinHandle<Result<(), StoreError>>,
    let_go: Sender<()>,
}

impl Held {
    /// Comes back once the writer is at it: whatever is written now waits in the queue.
    async fn hold(store: &Store, begin: impl Fn(&mut Conn) + Send + Sync + 'static) -> Self {
        let (let_go, until) = channel::<()>();
        let until = Mutex::new(until);
        let (begun, has_begun) = tokio::sync::oneshot::channel();
        let begun = Mutex::new(Some(begun));
        let store = store.clone();
        let hold = tokio::spawn(async move {
            let waiting = store.write(move |conn| {
                begin(conn);
                if let Some(begun) = begun.lock().expect("nobody panics").take() {
                    begun.send(()).expect("somebody waits for it");
                }
                until.lock().expect("nobody panics").recv().ok();
                Ok(())
            });
            waiting.await
        });
        has_begun.await.expect("it begins");
        Self { hold, let_go }
    }

    /// Once and for all: it may be done again, with the batch it is part of.
    async fn let_go(self) {
        drop(self.let_go);
        self.hold.await.expect("no panic").expect("a write");
    }
}

/// What becomes of a write after it has written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Stands,
    Refused,
    Panics,
}

async fn write_and(store: Store, number: usize, fate: Fate) -> Result<(), StoreError> {
    let written = store.write(move |conn| {
        sites::insert(conn, &site(&format!("S{number:02}")))?;
        match fate {
            Fate::Stands => Ok(()),
            Fate::Refused => Err(StoreError::Other("thought better of it".to_owned())),
            // As a panic does, but without its noise in the output of the tests.
            Fate::Panics => std::panic::resume_unwind(Box::new("a bug")),
        }
    });
    written.await
}

on_both_engines! {
    /// On SQLite all of them share one transaction.
    async fn a_refused_and_a_panicking_write_take_nothing_with_them(database: Database) {
        let store = database.store();
        let fates = [Fate::Stands, Fate::Refused, Fate::Panics];
        let fate = |number: usize| fates[number % fates.len()];
        let writes = (0..30).map(|number| tokio::spawn(write_and(store.clone(), number, fate(number))));
        let held = match database.engine {
            Engine::Sqlite => Some(Held::hold(&store, |_| {}).await),
            Engine::Postgres => None,
        };
        let writing: Vec<_> = writes.collect();
        if let Some(held) = held {
            held.let_go().await;
        }
        for (number, answer) in join_all(writing).await.into_iter().enumerate() {
            let answer = answer.expect("a write that panics is an answer to its caller");
            assert_eq!(answer.is_ok(), fate(number) == Fate::Stands, "{number}: {answer:?}");
        }
        let stand = (0..30).filter(|number| fate(*number) == Fate::Stands);
        let stand: Vec<String> = stand.map(|number| format!("S{number:02}")).collect();
        assert_eq!(codes(&store).await, stand);
        write_and(store.clone(), 99, Fate::Stands).await.expect("the store goes on");
    }

    async fn what_lost_against_others_is_tried_again_and_not_for_ever(database: Database) {
        let store = database.store();
        let tries = |fails: usize, error: fn() -> StoreError| {
            let (store, tried) = (store.clone(), Arc::new(AtomicUsize::new(0)));
            async move {
                let count = tried.clone();
                let written = store.write(move |_| {
                    let tried = count.fetch_add(1, Ordering::SeqCst);
                    if tried < fails { Err(error()) } else { Ok(()) }
                });
                let written: Result<(), StoreError> = written.await;
                (written.is_ok(), tried.load(Ordering::SeqCst))
            }
        };
        let busy = || StoreError::Busy("deadlock detected".to_owned());
        let duplicate = || StoreError::Duplicate("id".to_owned());
        let broken = || StoreError::Other("disk".to_owned());
        assert_eq!(tries(5, busy).await, (true, 6));
        assert_eq!(tries(usize::MAX, busy).await, (false, 8));
        assert_eq!(tries(2, duplicate).await, (true, 3), "an id that met another");
        assert_eq!(tries(usize::MAX, duplicate).await, (false, 3));
        assert_eq!(tries(usize::MAX, broken).await, (false, 1));
        assert_eq!(tries(usize::MAX, || StoreError::Missing).await, (false, 1));
    }

    async fn the_same_code_or_id_twice_is_a_duplicate(database: Database) {
        let store = database.store();
        let first = site("HALL");
        let id = first.id;
        store.write(move |conn| sites::insert(conn, &first)).await.expect("room for it");
        let same_code = store.write(|conn| sites::insert(conn, &site("HALL"))).await;
        assert!(matches!(same_code, Err(StoreError::Duplicate(_))), "{same_code:?}");
        let met = Arc::new(AtomicUsize::new(0));
        let same_id = store.write(move |conn| {
            let mut other = site("YARD");
            if met.fetch_add(1, Ordering::SeqCst) == 0 {
                other.id = id;
            }
            sites::insert(conn, &other)
        });
        same_id.await.expect("a second try has an id of its own");
        assert_eq!(codes(&store).await, ["HALL", "YARD"]);
        let unknown = store.read(|conn| sites::find(conn, SiteId::from_raw(1))).await;
        assert!(matches!(unknown, Err(StoreError::Missing)), "{unknown:?}");
    }
}

fn sqlite() -> (Database, Store) {
    let database = Database::fresh(Engine::Sqlite).expect("SQLite is always there");
    let store = database.store();
    (database, store)
}

#[test]
fn a_read_on_sqlite_cannot_write() {
    patience::run(async {
        let (_database, store) = sqlite();
        let written = store
            .read(|conn| sites::insert(conn, &site("SNEAKED")))
            .await;
        assert!(
            matches!(&written, Err(StoreError::Unwritable(why)) if why.contains("readonly")),
            "{written:?}"
        );
        assert_eq!(codes(&store).await, Vec::<String>::new());
    });
}

/// Writes that wait while another is at it share one flush to the disk.
#[test]
fn waiting_writes_share_a_commit_on_sqlite() {
    patience::run(async {
        let (_database, store) = sqlite();
        let said: Arc<Mutex<Vec<String>>> = Arc::default();
        let hears = said.clone();
        let listen = move |conn: &mut Conn| {
            let hears = hears.clone();
            conn.set_instrumentation(move |event: InstrumentationEvent<'_>| {
                if let InstrumentationEvent::StartQuery { query, .. } = event {
                    hears.lock().expect("nobody panics").push(query.to_string());
                }
            });
        };
        let held = Held::hold(&store, listen).await;
        let mut writes: Vec<_> = (0..40)
            .map(|number| Box::pin(write_and(store.clone(), number, Fate::Stands)))
            .collect();
        for write in &mut writes {
            assert!(futures_util::poll!(write).is_pending(), "it waits its turn");
        }
        held.let_go().await;
        for written in join_all(writes).await {
            written.expect("a write");
        }
        let said = said.lock().expect("nobody panics");
        let count = |words: &str| said.iter().filter(|query| query.contains(words)).count();
        assert_eq!(count("INSERT INTO"), 40);
        assert_eq!(
            count("COMMIT"),
            1,
            "the one that held and all that came meanwhile"
        );
    });
}

/// A full disk makes SQLite take back the transaction of the whole batch: those before are done again, those
/// after are not done twice.
#[test]
fn a_batch_that_sqlite_takes_back_is_done_again_once() {
    patience::run(async {
        let (_database, store) = sqlite();
        let held = Held::hold(&store, |_| {}).await;
        let mut before = Box::pin(write_and(store.clone(), 1, Fate::Stands));
        assert!(futures_util::poll!(&mut before).is_pending());
        let mut fails = Box::pin(store.write(|conn| {
            conn.batch_execute("ROLLBACK")?;
            Err::<(), _>(StoreError::Other("database or disk is full".to_owned()))
        }));
        assert!(futures_util::poll!(&mut fails).is_pending());
        let mut after = Box::pin(write_and(store.clone(), 2, Fate::Stands));
        assert!(futures_util::poll!(&mut after).is_pending());
        held.let_go().await;
        before.await.expect("done again");
        after.await.expect("done once");
        let failed = fails.await;
        assert!(matches!(&failed, Err(StoreError::Other(_))), "{failed:?}");
        let next = write_and(store.clone(), 3, Fate::Stands).await;
        next.expect("the store goes on");
        assert_eq!(codes(&store).await, ["S01", "S02", "S03"]);
    });
}

#[test]
fn a_full_queue_says_busy_and_the_rest_is_written() {
    patience::run(async {
        let (_database, store) = sqlite();
        let held = Held::hold(&store, |_| {}).await;
        let mut waiting = Vec::new();
        let refused = loop {
            let write = store.write(|_| Ok::<_, StoreError>(()));
            let mut write = Box::pin(write);
            match futures_util::poll!(&mut write) {
                Poll::Pending => waiting.push(write),
                Poll::Ready(answer) => break answer,
            }
            assert!(waiting.len() < 100_000, "a queue without an end");
        };
        assert!(matches!(refused, Err(StoreError::Busy(_))), "{refused:?}");
        assert!(waiting.len() >= 64, "room for a batch at least");
        held.let_go().await;
        for written in join_all(waiting).await {
            written.expect("a write");
        }
        let after = store.write(|_| Ok::<_, StoreError>(())).await;
        after.expect("room again");
    });
}
