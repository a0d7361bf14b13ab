//! The only place that knows SQL. Rows and finders, no rules.
//!
//! Everything below [`Store`] is synchronous. [`Store::read`] and [`Store::write`] take a closure to a
//! thread that may wait; the closure gets a [`Conn`] and everything in it happens in one transaction
//! (reads on PostgreSQL see each statement's own snapshot; every decision is taken in a write).
//!
//! * SQLite: one writer thread batches waiting writes into one commit (`writer`); N readers.
//! * PostgreSQL: a pool of connections; a write locks the listings it is about, in order of their ids.

pub mod asked_moves;
pub mod audit;
pub mod booking_lists;
pub mod bookings;
pub mod calendars;
pub mod cause;
pub mod claims;
pub mod closures;
pub mod columns;
pub mod companies;
pub mod conn;
pub mod demand;
pub mod feeds;
pub mod glances;
pub mod holds;
pub mod idempotency;
pub mod integrity;
pub mod kits;
pub mod letters;
pub mod limits;
pub mod listings;
pub mod members;
pub mod overruns;
pub mod photos;
mod pool;
pub mod productions;
pub mod schema;
pub mod search_words;
pub mod series;
pub mod sessions;
pub mod sites;
pub mod slow;
pub mod stocks;
pub mod units;
mod writer;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::Duration;

use diesel::result::{DatabaseErrorKind, Error as DieselError};
use prometheus_client::metrics::histogram::Histogram;
use rand::RngExt;

pub use self::conn::{Address, Conn, Use};
use self::pool::Pool;
use self::writer::Writer;
use crate::domain::ids::Id;
use crate::domain::span::Instant;

/// The longest page anybody gets, whatever was asked for.
pub const LONGEST_PAGE: i64 = 201;

/// A page length within bounds. One more than a page is asked for to learn whether there is a next one.
fn page(limit: i64) -> i64 {
    limit.clamp(1, LONGEST_PAGE)
}

/// Tries at a write that lost against others before the caller is told to come back later.
const MOST_TRIES: u32 = 8;
/// After this long no further try is begun: where each try itself waits for a lock, eight of them are no longer
/// something anybody waits for.
const LONGEST_TRYING: Duration = Duration::from_secs(5);

/// What went wrong below the actions. None of it is the client's text.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// No such row.
    #[error("no such row")]
    Missing,
    /// A unique column has this value already.
    #[error("duplicate: {0}")]
    Duplicate(String),
    /// Lost against others too often, or too many are waiting: try again later.
    #[error("busy: {0}")]
    Busy(String),
    /// The database cannot be reached.
    #[error("database gone: {0}")]
    Gone(String),
    /// The database went while a write was being committed: it may be stored or not.
    #[error("the commit was not answered: {0}")]
    Unsure(String),
    /// It can be read, and takes no writes: its disk is full or fails, or somebody has made it read-only.
    #[error("the database takes no writes: {0}")]
    Unwritable(String),
    /// Anything else; a bug or a broken disk.
    #[error("store: {0}")]
    Other(String),
}

impl From<DieselError> for StoreError {
    fn from(error: DieselError) -> Self {
        match error {
            DieselError::NotFound => Self::Missing,
            DieselError::DatabaseError(kind, information) => {
                database_error(kind, information.message())
            }
            other => Self::Other(other.to_string()),
        }
    }
}

/// Diesel reports deadlocks and SQLite's "locked" as `Unknown`, so the message has to say it.
fn database_error(kind: DatabaseErrorKind, message: &str) -> StoreError {
    let text = message.to_owned();
    match kind {
        DatabaseErrorKind::UniqueViolation => StoreError::Duplicate(text),
        DatabaseErrorKind::SerializationFailure => StoreError::Busy(text),
        DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::UnableToSendCommand => {
            StoreError::Gone(text)
        }
        DatabaseErrorKind::ReadOnlyTransaction => StoreError::Unwritable(text),
        _ if says(message, &LOST_AGAINST_OTHERS) => StoreError::Busy(text),
        _ if says(message, &LOST_CONNECTION) => StoreError::Gone(text),
        _ if says(message, &NO_WRITES) => StoreError::Unwritable(text),
        _ => StoreError::Other(text),
    }
}

const LOST_AGAINST_OTHERS: [&str; 4] = [
    "deadlock detected",
    "database is locked",
    "database table is locked",
    "due to lock timeout",
];
const LOST_CONNECTION: [&str; 7] = [
    "server closed the connection",
    "terminating connection",
    "no connection to the server",
    "could not receive data from server",
    "could not send data to server",
    "the database system is",
    "too many clients already",
];
const NO_WRITES: [&str; 7] = [
    "attempt to write a readonly database",
    "database or disk is full",
    "disk I/O error",
    "unable to open database file",
    "No space left on device",
    "could not extend file",
    "read-only transaction",
];

fn says(message: &str, any_of: &[&str]) -> bool {
    any_of.iter().any(|words| message.contains(words))
}

/// An error of a write: the store's own, or one that carries it.
pub trait WriteError: From<StoreError> + Send + 'static {
    /// The store's error inside, if that is what it is.
    fn store_error(&self) -> Option<&StoreError>;
}

impl WriteError for StoreError {
    fn store_error(&self) -> Option<&StoreError> {
        Some(self)
    }
}

/// How many connections the store opens.
#[derive(Debug, Clone, Copy)]
pub struct Connections {
    /// SQLite: readers beside the one writer. PostgreSQL: connections for reads and writes.
    pub most: usize,
}

/// The database, shared by everything that runs.
#[derive(Clone)]
pub struct Store {
    address: Address,
    pool: Arc<Pool>,
    writer: Option<Arc<Writer>>,
    /// Set by the first write that the database itself refused; cleared by a probe that it took. Not by any other
    /// write: most of those of the jobs find nothing to do, and tell nothing of a disk.
    unwritable: Arc<AtomicBool>,
}

impl Store {
    /// Opens the database and brings its schema up to date.
    pub fn open(address: &Address, connections: Connections) -> Result<Self, StoreError> {
        let mut first = Conn::open(address, Use::Write)?;
        first.migrate()?;
        listings::refresh_search_texts(&mut first)?;
        let (purpose, writer) = match address {
            Address::Sqlite(_) => (Use::Read, Some(Arc::new(Writer::start(first)?))),
            Address::Postgres(_) => (Use::Write, None),
        };
        let pool = Arc::new(Pool::new(address.clone(), purpose, connections.most));
        Ok(Self {
            address: address.clone(),
            pool,
            writer,
            unwritable: Arc::default(),
        })
    }

    /// Where the data is.
    pub fn address(&self) -> &Address {
        &self.address
    }

    /// How many writes shared each commit of the one writer of SQLite since the start; none on PostgreSQL.
    pub fn batches(&self) -> Option<Histogram> {
        self.writer.as_ref().map(|writer| writer.batches())
    }

    /// Makes sure that the database answers; and where it has refused a write for reasons of its own, that it takes
    /// one again.
    pub async fn probe(&self) -> Result<(), StoreError> {
        if self.unwritable.load(Ordering::Relaxed) {
            self.write(sites::probe).await?;
            self.unwritable.store(false, Ordering::Relaxed);
        }
        self.read(|conn| letters::backlog(conn).map(drop)).await
    }

    /// Runs queries on a thread that may wait.
    pub async fn read<T, E>(
        &self,
        work: impl FnOnce(&mut Conn) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: WriteError,
    {
        // What is said of it on another thread is still of the same request.
        let span = tracing::Span::current();
        self.pool
            .run(move |conn| span.in_scope(|| in_read_transaction(conn, work)))
            .await
    }

    /// Runs a write in one transaction: all of it is stored, or nothing. It may run again when it
    /// lost against another write, so it must not do anything but ask and write.
    pub async fn write<T, E>(
        &self,
        work: impl Fn(&mut Conn) -> Result<T, E> + Send + Sync + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: WriteError,
    {
        let (cause, span) = (cause::current(), tracing::Span::current());
        let work = move |conn: &mut Conn| {
            let write = || cause::during(cause.clone(), || work(conn));
            span.in_scope(write)
        };
        let answer = match &self.writer {
            Some(writer) => writer.run(work).await,
            None => {
                self.pool
                    .run(move |conn| in_write_transaction(conn, &work))
                    .await
            }
        };
        let error = answer.as_ref().err().and_then(WriteError::store_error);
        if matches!(error, Some(StoreError::Unwritable(_))) {
            self.unwritable.store(true, Ordering::Relaxed);
        }
        answer
    }
}

fn in_read_transaction<T, E: WriteError>(
    conn: &mut Conn,
    work: impl FnOnce(&mut Conn) -> Result<T, E>,
) -> Result<T, E> {
    use diesel::connection::SimpleConnection;
    if !conn.is_sqlite() {
        return work(conn);
    }
    conn.batch_execute("BEGIN").map_err(StoreError::from)?;
    let answer = work(conn);
    conn.batch_execute("COMMIT").map_err(StoreError::from)?;
    answer
}

fn in_write_transaction<T, E: WriteError>(
    conn: &mut Conn,
    work: &impl Fn(&mut Conn) -> Result<T, E>,
) -> Result<T, E> {
    let began = std::time::Instant::now();
    for tried in 1.. {
        let answer = postgres_transaction(conn, work);
        if !is_worth_another_try(&answer, tried, began) {
            return answer;
        }
        pool::pause(Duration::from_millis(
            rand::rng().random_range(1..=u64::from(tried) * 8),
        ));
    }
    Err(StoreError::Busy("too many tries".to_owned()).into())
}

/// Whether a write lost against others and may go better the next time. A duplicate key is either a
/// freshly made identifier that met another (then a new one will do) or the client's own value (then a
/// third try tells no more than the second).
fn is_worth_another_try<T, E: WriteError>(
    answer: &Result<T, E>,
    tried: u32,
    began: std::time::Instant,
) -> bool {
    match answer.as_ref().err().and_then(WriteError::store_error) {
        Some(StoreError::Busy(_)) => tried < MOST_TRIES && began.elapsed() < LONGEST_TRYING,
        Some(StoreError::Duplicate(_)) => tried < 3,
        Some(
            StoreError::Missing
            | StoreError::Gone(_)
            | StoreError::Unsure(_)
            | StoreError::Unwritable(_)
            | StoreError::Other(_),
        )
        | None => false,
    }
}

/// One round trip. Who waits longer than this for a lock is told to come back later. A server that is halted with
/// locks in its hand loses them after a time: no action thinks for so long between two of its statements. For this transaction only, so that a pooler between may hand the connection on.
const POSTGRES_BEGIN: &str =
    "BEGIN; SET LOCAL lock_timeout = '5s'; SET LOCAL idle_in_transaction_session_timeout = '30s'";

/// A transaction by hand: diesel's own asks for one error type, and an action's refusal must roll back
/// as an error does.
fn postgres_transaction<T, E: WriteError>(
    conn: &mut Conn,
    work: &impl Fn(&mut Conn) -> Result<T, E>,
) -> Result<T, E> {
    use diesel::connection::SimpleConnection;
    conn.batch_execute(POSTGRES_BEGIN)
        .map_err(StoreError::from)?;
    let answer = work(conn);
    let end = if answer.is_ok() { "COMMIT" } else { "ROLLBACK" };
    let ended = conn.batch_execute(end).map_err(StoreError::from);
    match ended {
        // The database may have heard it before it went.
        Err(StoreError::Gone(why)) if answer.is_ok() => Err(StoreError::Unsure(why).into()),
        ended => {
            ended?;
            answer
        }
    }
}

/// The last identifier this process made: two in one millisecond must still be in order, since letters
/// of one booking leave in the order of theirs.
static LAST_ID: AtomicI64 = AtomicI64::new(0);
/// 2020-01-01 in milliseconds; 43 bits of milliseconds from here last until 2298.
const ID_EPOCH_MILLIS: i64 = 1_577_836_800_000;

/// The identifier before every one made at `moment` or later.
pub fn id_before<T: Id>(moment: Instant) -> T {
    T::from_raw((millis_of_ids(moment) << 20) - 1)
}

/// The identifier this much time before another.
pub fn id_earlier<T: Id>(id: T, by: chrono::TimeDelta) -> T {
    T::from_raw((id.raw() - (by.num_milliseconds() << 20)).max(0))
}

fn millis_of_ids(moment: Instant) -> i64 {
    (moment.timestamp_millis() - ID_EPOCH_MILLIS).max(0)
}

/// A new identifier: time-ordered, with 20 bits of chance so that several servers rarely meet. A
/// duplicate key is one more try in [`Store::write`].
pub fn fresh_id<T: Id>(now: Instant) -> T {
    let wanted = (millis_of_ids(now) << 20) | rand::rng().random_range(0..1 << 20);
    let mut made = wanted;
    let keep_order = |last: i64| {
        made = wanted.max(last + 1);
        Some(made)
    };
    // The closure always answers `Some`, so the update cannot fail.
    LAST_ID
        .fetch_update(Ordering::Relaxed, Ordering::Relaxed, keep_order)
        .ok();
    T::from_raw(made)
}
