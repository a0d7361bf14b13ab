//! The one writer of SQLite: waiting writes share a commit (group commit).
//!
//! One disk flush then serves up to [`MOST_IN_A_BATCH`] bookings (2,494 → 5,900 durable bookings a
//! second where this was measured). Each write runs in a savepoint of its own, so one that is refused
//! or panics takes nothing with it. Nobody is answered before the commit.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use diesel::connection::SimpleConnection;
use prometheus_client::metrics::histogram::Histogram;
use tokio::sync::{mpsc, oneshot};

use super::{Conn, StoreError, WriteError};

const MOST_IN_A_BATCH: usize = 64;
/// Beyond this many waiting writes a new one is told to come back later.
const MOST_WAITING: usize = 1_024;

/// Tells whoever waits how the commit went.
type Answer = Box<dyn FnOnce(Result<(), StoreError>) + Send>;
/// Runs one write in the transaction it is given, or hears why there is none; says whether to keep
/// what it wrote.
type Job = Box<dyn FnOnce(Result<&mut Conn, StoreError>) -> (Keep, Answer) + Send>;

enum Keep {
    Yes,
    No,
}

/// The thread that writes.
pub(super) struct Writer {
    jobs: mpsc::Sender<Job>,
    batches: Histogram,
}

/// Bounds of the histogram of writes in a commit, up to [`MOST_IN_A_BATCH`].
const WRITES_IN_A_BATCH: [f64; 7] = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0];

impl Writer {
    pub(super) fn start(mut conn: Conn) -> Result<Self, StoreError> {
        // What a savepoint needs to go back is more than 64 kB for a booking, and would be written to a file that is thrown
        // away when it ends: a seventh of what this thread does. Set here and not at the opening: a migration that
        // makes an index of millions of rows may well use files.
        conn.batch_execute("PRAGMA temp_store = MEMORY")?;
        let (jobs, waiting) = mpsc::channel(MOST_WAITING);
        let batches = Histogram::new(WRITES_IN_A_BATCH);
        let observed = batches.clone();
        std::thread::Builder::new()
            .name("sqlite-writer".to_owned())
            .spawn(move || write_batches(conn, waiting, &observed))
            .map_err(|error| StoreError::Other(error.to_string()))?;
        Ok(Self { jobs, batches })
    }

    pub(super) fn batches(&self) -> Histogram {
        self.batches.clone()
    }

    pub(super) async fn run<T, E>(
        &self,
        work: impl Fn(&mut Conn) -> Result<T, E> + Send + Sync + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: WriteError,
    {
        let work = Arc::new(work);
        let began = std::time::Instant::now();
        for tried in 1.. {
            let answer = self.submit(Arc::clone(&work)).await;
            if !super::is_worth_another_try(&answer, tried, began) {
                return answer;
            }
        }
        Err(StoreError::Busy("too many tries".to_owned()).into())
    }

    async fn submit<T, E>(
        &self,
        work: Arc<impl Fn(&mut Conn) -> Result<T, E> + Send + Sync + 'static>,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: WriteError,
    {
        let (answer, answered) = oneshot::channel();
        let job: Job = Box::new(move |conn| {
            let result = conn.map_err(E::from).and_then(|conn| work(conn));
            let keep = if result.is_ok() { Keep::Yes } else { Keep::No };
            // Whoever asked may have gone; the write stands all the same.
            let tell = move |committed: Result<(), StoreError>| {
                answer
                    .send(result.and_then(|value| committed.map(|()| value).map_err(E::from)))
                    .ok();
            };
            (keep, Box::new(tell))
        });
        let full = |_| StoreError::Busy("too many writes are waiting".to_owned());
        self.jobs.try_send(job).map_err(full)?;
        answered
            .await
            .unwrap_or_else(|_| Err(StoreError::Other("a write panicked".to_owned()).into()))
    }
}

fn write_batches(mut conn: Conn, mut waiting: mpsc::Receiver<Job>, batches: &Histogram) {
    while let Some(first) = waiting.blocking_recv() {
        // Whoever comes while others write still shares their commit: else the clients of a storm end up in two halves
        // that wait for each other's.
        let others = std::iter::from_fn(|| waiting.try_recv().ok());
        let batch = std::iter::once(first).chain(others).take(MOST_IN_A_BATCH);
        match write_batch(&mut conn, batch) {
            Ok(writes) => batches.observe(f64::from(writes)),
            // They have waited as long as the batch has: to have each batch wait for the lock anew would keep the
            // last of them for minutes.
            Err(locked) => turn_away(std::iter::from_fn(|| waiting.try_recv().ok()), &locked),
        }
    }
}

/// Writes a batch, and says how many writes were in it; fails where not even a transaction could be had.
fn write_batch(conn: &mut Conn, mut jobs: impl Iterator<Item = Job>) -> Result<u32, StoreError> {
    if let Err(error) = conn
        .batch_execute("BEGIN IMMEDIATE")
        .map_err(StoreError::from)
    {
        tracing::error!(%error, "no write transaction");
        turn_away(jobs, &error);
        return Err(error);
    }
    let mut answers = Vec::new();
    let (mut stands, mut writes) = (true, 0);
    while stands && let Some(job) = jobs.next() {
        writes += 1;
        match write_one(conn, job) {
            Ended::Whole(answer) => answers.push(answer),
            Ended::Panicked => {}
            Ended::TookAllBack(answer) => {
                answers.extend(answer);
                stands = false;
            }
        }
    }
    let committed = if stands {
        conn.batch_execute("COMMIT").map_err(StoreError::from)
    } else {
        Err(StoreError::Busy(
            "the transaction was taken back".to_owned(),
        ))
    };
    if let Err(error) = &committed {
        tracing::error!(%error, "a batch of writes was not committed");
        conn.batch_execute("ROLLBACK").ok();
    }
    for answer in answers {
        answer(committed.as_ref().copied().map_err(told_to_others));
    }
    Ok(writes)
}

/// What those hear of a fault who had no part in it: a disk that takes nothing takes nothing of theirs; anything
/// else may have been another's fault, and goes better the next time.
fn told_to_others(error: &StoreError) -> StoreError {
    match error {
        StoreError::Unwritable(why) => StoreError::Unwritable(why.clone()),
        other => StoreError::Busy(other.to_string()),
    }
}

/// Tells writes that were not begun to try again.
fn turn_away(jobs: impl Iterator<Item = Job>, why: &StoreError) {
    for job in jobs {
        let (_, answer) = job(Err(told_to_others(why)));
        answer(Ok(()));
    }
}

/// How one write of a batch ended.
enum Ended {
    /// In its own savepoint, as it wished; its caller hears after the commit.
    Whole(Answer),
    /// In its own savepoint, by a panic; its caller learns it from the channel.
    Panicked,
    /// With the whole transaction: SQLite takes it back by itself when the disk is full or fails. To go on
    /// would store each later write on its own, and then have it tried again.
    TookAllBack(Option<Answer>),
}

fn write_one(conn: &mut Conn, job: Job) -> Ended {
    if let Err(error) = conn
        .batch_execute("SAVEPOINT job")
        .map_err(StoreError::from)
    {
        tracing::error!(%error, "no savepoint");
        let (_, answer) = job(Err(told_to_others(&error)));
        return Ended::TookAllBack(Some(answer));
    }
    let outcome = catch_unwind(AssertUnwindSafe(|| job(Ok(conn))));
    let end = match outcome {
        Ok((Keep::Yes, _)) => "RELEASE job",
        Ok((Keep::No, _)) | Err(_) => "ROLLBACK TO job; RELEASE job",
    };
    let ended = conn.batch_execute(end);
    let answer = outcome.ok().map(|(_, answer)| answer);
    if let Err(error) = ended {
        tracing::error!(%error, "a savepoint did not end");
        return Ended::TookAllBack(answer);
    }
    answer.map_or(Ended::Panicked, Ended::Whole)
}
