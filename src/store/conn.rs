//! Both connections behind one type, how each is opened, and the migrations.
//!
//! The derive makes one query text serve both engines. It cannot express a few things (row locks,
//! several rows in one insert): those are the only `match`es on the engine, here and beside such a query.

#![expect(missing_docs, reason = "the derive writes public items of its own")]

use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::migration::MigrationSource;
use diesel::pg::{Pg, PgConnection};
use diesel::sqlite::SqliteConnection;
use diesel::{Connection, QueryDsl, QueryResult, RunQueryDsl};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::StoreError;

const MIGRATIONS: EmbeddedMigrations = embed_migrations!();
/// Any number does, as long as every process takes the same one.
const MIGRATION_LOCK: i64 = 0x00BA_C107;

/// A connection to either engine.
#[derive(diesel::MultiConnection)]
pub enum Conn {
    /// PostgreSQL, several servers on one database.
    Postgres(PgConnection),
    /// The embedded default.
    Sqlite(SqliteConnection),
}

/// Where the data is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Address {
    /// A file of SQLite.
    Sqlite(std::path::PathBuf),
    /// A URL of PostgreSQL.
    Postgres(String),
}

impl std::str::FromStr for Address {
    type Err = String;

    /// Chooses the engine by the scheme: left to the derived `establish`, a mistyped PostgreSQL URL
    /// would silently become an SQLite file.
    fn from_str(url: &str) -> Result<Self, String> {
        if let Some(path) = url.strip_prefix("sqlite://") {
            if path.is_empty() {
                return Err("sqlite:// needs a path, such as sqlite://backlot.db".to_owned());
            }
            return Ok(Self::Sqlite(path.into()));
        }
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Ok(Self::Postgres(url.to_owned()));
        }
        Err("expected sqlite://PATH or postgres://USER@HOST/DATABASE".to_owned())
    }
}

/// What a connection of SQLite is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Use {
    /// Queries only.
    Read,
    /// The one writer, migrations, the command line.
    Write,
}

impl Conn {
    /// Opens a connection.
    pub fn open(address: &Address, purpose: Use) -> Result<Self, StoreError> {
        match address {
            Address::Sqlite(path) => open_sqlite(path, purpose).map(Self::Sqlite),
            Address::Postgres(url) => PgConnection::establish(&impatient(url))
                .map(Self::Postgres)
                .map_err(|error| StoreError::Gone(error.to_string())),
        }
    }

    /// Brings the schema up to date; several processes may try at once.
    pub fn migrate(&mut self) -> Result<Vec<String>, StoreError> {
        match self {
            Self::Sqlite(sqlite) => migrate_sqlite(sqlite),
            Self::Postgres(postgres) => migrate_postgres(postgres),
        }
    }

    /// Whether this is the embedded engine.
    pub fn is_sqlite(&self) -> bool {
        matches!(self, Self::Sqlite(_))
    }

    /// Copies the whole database to a new file while it is in use (SQLite only).
    pub fn copy_into(&mut self, path: &str) -> QueryResult<()> {
        diesel::sql_query("VACUUM INTO ?")
            .bind::<diesel::sql_types::Text, _>(path)
            .execute(self)
            .map(drop)
    }
}

/// Left to itself, the driver waits for minutes to be let in, and for hours on a line whose other end has lost its
/// power. Whoever has set it otherwise has reasons.
const IMPATIENCE: &str = "connect_timeout=5&tcp_user_timeout=20000&keepalives_idle=20&keepalives_interval=5&keepalives_count=3";

fn impatient(url: &str) -> String {
    if url.contains("connect_timeout") {
        return url.to_owned();
    }
    let joint = if url.contains('?') { '&' } else { '?' };
    format!("{url}{joint}{IMPATIENCE}")
}

fn names<E: std::fmt::Display>(
    ran: Result<Vec<diesel::migration::MigrationVersion<'_>>, E>,
) -> Result<Vec<String>, StoreError> {
    ran.map(|versions| versions.iter().map(ToString::to_string).collect())
        .map_err(|error| StoreError::Other(format!("migrations: {error}")))
}

/// Takes the write lock before it looks what is missing, so that of two processes at a new file the second
/// finds it done. Where nothing is missing no lock is taken: another process may be writing.
#[expect(
    clippy::disallowed_methods,
    reason = "each migration opens a transaction of its own inside this one, so diesel must know of it"
)]
fn migrate_sqlite(sqlite: &mut SqliteConnection) -> Result<Vec<String>, StoreError> {
    let pending = sqlite
        .has_pending_migration(MIGRATIONS)
        .map_err(|error| StoreError::Other(format!("migrations: {error}")))?;
    if !pending {
        return Ok(Vec::new());
    }
    sqlite.immediate_transaction(|sqlite| names(sqlite.run_pending_migrations(MIGRATIONS)))
}

diesel::table! {
    /// Where diesel writes down what has run.
    __diesel_schema_migrations (version) {
        version -> Text,
    }
}

/// The lock ends with the transaction, so none is left behind on a connection that a pooler hands on. Where nothing is
/// missing none is taken and nothing written: the server may be a replica, or somebody may be at it for long.
#[expect(
    clippy::disallowed_methods,
    reason = "each migration opens a transaction of its own inside this one, so diesel must know of it"
)]
fn migrate_postgres(postgres: &mut PgConnection) -> Result<Vec<String>, StoreError> {
    if !is_anything_missing(postgres)? {
        return Ok(Vec::new());
    }
    postgres.transaction(|postgres| {
        postgres.batch_execute(&format!("SELECT pg_advisory_xact_lock({MIGRATION_LOCK})"))?;
        names(postgres.run_pending_migrations(MIGRATIONS))
    })
}

/// Diesel's own look begins with making its table, which a server that takes no writes refuses even where it is there.
fn is_anything_missing(postgres: &mut PgConnection) -> Result<bool, StoreError> {
    let is_there = diesel::dsl::sql::<diesel::sql_types::Bool>(
        "to_regclass('__diesel_schema_migrations') IS NOT NULL",
    );
    if !diesel::select(is_there).get_result::<bool>(postgres)? {
        return Ok(true);
    }
    let have_run: Vec<String> = __diesel_schema_migrations::table
        .select(__diesel_schema_migrations::version)
        .load(postgres)?;
    let all = MigrationSource::<Pg>::migrations(&MIGRATIONS)
        .map_err(|error| StoreError::Other(format!("migrations: {error}")))?;
    Ok(all.iter().any(|migration| {
        let version = migration.name().version().to_string();
        !have_run.contains(&version)
    }))
}

/// WAL lets readers go on beside the writer; FULL makes an answered booking survive a power cut.
fn open_sqlite(path: &std::path::Path, purpose: Use) -> Result<SqliteConnection, StoreError> {
    let gone =
        |error: &dyn std::fmt::Display| StoreError::Gone(format!("{}: {error}", path.display()));
    let mut sqlite =
        SqliteConnection::establish(&path.to_string_lossy()).map_err(|error| gone(&error))?;
    // The time-out comes first: turning WAL on takes a lock.
    sqlite
        .batch_execute("PRAGMA busy_timeout = 5000;")
        .map_err(|error| gone(&error))?;
    let pragmas = match purpose {
        Use::Write => {
            turn_on_wal(&mut sqlite).map_err(|error| gone(&error))?;
            // Each booking touches some twenty pages of as many trees: 2 MB of them, as a connection has by itself, are read
            // again and again. And a page that many bookings touch is brought from the log to its place once for 16 MB.
            "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA cache_size = -16000; PRAGMA wal_autocheckpoint = 4000;"
        }
        // What is claimed of ten thousand listings in a day, and their rows, do not fit into the 2 MB a connection has by itself.
        Use::Read => "PRAGMA query_only = ON; PRAGMA cache_size = -8000;",
    };
    sqlite
        .batch_execute(pragmas)
        .map_err(|error| gone(&error))?;
    Ok(sqlite)
}

/// How often a new database is asked to write ahead, while others do the same.
const TRIES_AT_WAL: u32 = 100;

/// Two servers that start on a new database stand in each other's way in a manner SQLite does not wait out: it says
/// at once that the database is locked, whatever the time-out.
fn turn_on_wal(sqlite: &mut SqliteConnection) -> QueryResult<()> {
    for _ in 1..TRIES_AT_WAL {
        match sqlite.batch_execute("PRAGMA journal_mode = WAL") {
            Err(error) if error.to_string().contains("is locked") => {
                super::pool::pause(Duration::from_millis(20));
            }
            answer => return answer,
        }
    }
    sqlite.batch_execute("PRAGMA journal_mode = WAL")
}

/// Inserts several rows: in one round trip on PostgreSQL; one by one on SQLite, which has no round trips to
/// save, and where diesel's insert of several rows opens a transaction of its own inside ours. The rows say
/// `treat_none_as_default_value = false`: left to a default, a column is missing from the statement, and diesel writes
/// the statement anew for each row.
macro_rules! insert_rows {
    ($conn:expr, $table:expr, $rows:expr) => {
        match $conn {
            $crate::store::conn::Conn::Postgres(postgres) => diesel::insert_into($table)
                .values($rows)
                .execute(postgres)
                .map(drop),
            $crate::store::conn::Conn::Sqlite(sqlite) => $rows.into_iter().try_for_each(|row| {
                diesel::insert_into($table)
                    .values(row)
                    .execute(sqlite)
                    .map(drop)
            }),
        }
    };
}
pub(super) use insert_rows;

/// Runs a query on the engine's own connection: diesel then knows the statement by its type and has it at hand, while
/// for a [`Conn`] it writes the text of the query at each call. For what every booking asks.
macro_rules! on_engine {
    ($conn:expr, $native:ident => $query:expr) => {
        match $conn {
            $crate::store::conn::Conn::Postgres($native) => $query,
            $crate::store::conn::Conn::Sqlite($native) => $query,
        }
    };
}
pub(super) use on_engine;

/// How many values SQLite is asked for one by one.
pub(super) const FEW: usize = 8;

/// Rows of a query whose column has one of some values. On PostgreSQL that is one round trip. On SQLite a statement
/// with a list in it is prepared anew at each call, while one without is prepared once and kept: a few values are
/// asked for one by one, and the rows then come value by value.
macro_rules! load_each {
    ($conn:expr, $query:expr, $column:expr, $values:expr) => {
        match $conn {
            $crate::store::conn::Conn::Postgres(postgres) => {
                $query.filter($column.eq_any($values)).load(postgres)
            }
            $crate::store::conn::Conn::Sqlite(sqlite)
                if $values.len() > $crate::store::conn::FEW =>
            {
                $query.filter($column.eq_any($values)).load(sqlite)
            }
            $crate::store::conn::Conn::Sqlite(sqlite) => {
                // A list holds a value once, however often it is named.
                let mut once = $values.to_vec();
                once.sort_unstable();
                once.dedup();
                once.into_iter().try_fold(Vec::new(), |mut rows, value| {
                    let of_value: Vec<_> = $query.filter($column.eq(value)).load(sqlite)?;
                    rows.extend(of_value);
                    Ok::<_, diesel::result::Error>(rows)
                })
            }
        }
    };
}
pub(super) use load_each;
