//! `Database`: a fresh, empty, migrated database of either engine, gone when the test is over.

use std::sync::atomic::{AtomicU32, Ordering};

use backlot::store::{Address, Connections, Store};

use super::postgres;

/// Which engine a test runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Engine {
    /// The embedded default.
    Sqlite,
    /// Several servers on one database.
    Postgres,
}

/// A database of one test.
pub(crate) struct Database {
    /// What `BACKLOT_DATABASE_URL` would be.
    pub(crate) url: String,
    pub(crate) engine: Engine,
    keep: Keep,
}

/// What has to go with the test.
enum Keep {
    Folder(tempfile::TempDir),
    Name(String),
}

impl Database {
    /// A new database; `None` where PostgreSQL is missing and may be.
    pub(crate) fn fresh(engine: Engine) -> Option<Self> {
        match engine {
            Engine::Sqlite => Some(Self::sqlite()),
            Engine::Postgres => Self::postgres(),
        }
    }

    fn sqlite() -> Self {
        let folder = tempfile::Builder::new()
            .prefix("backlot-")
            .tempdir()
            .expect("a folder");
        let url = format!("sqlite://{}", folder.path().join("backlot.db").display());
        Self {
            url,
            engine: Engine::Sqlite,
            keep: Keep::Folder(folder),
        }
    }

    fn postgres() -> Option<Self> {
        let Some(cluster) = postgres::cluster() else {
            missing("PostgreSQL (Debian package `postgresql`)");
            return None;
        };
        let name = fresh_name();
        let url = cluster.create(&name);
        Some(Self {
            url,
            engine: Engine::Postgres,
            keep: Keep::Name(name),
        })
    }

    /// A database of PostgreSQL without a schema, for what brings its own. Only where there is PostgreSQL.
    pub(crate) fn empty_postgres() -> Self {
        let cluster = postgres::cluster().expect("the caller has seen it");
        let name = fresh_name();
        let url = cluster.create_empty(&name);
        Self {
            url,
            engine: Engine::Postgres,
            keep: Keep::Name(name),
        }
    }

    /// Where it is.
    pub(crate) fn address(&self) -> Address {
        self.url.parse().expect("a database URL")
    }

    /// A folder that goes with the test.
    pub(crate) fn folder(&self) -> tempfile::TempDir {
        match &self.keep {
            Keep::Folder(folder) => tempfile::tempdir_in(folder).expect("a folder"),
            Keep::Name(_) => tempfile::tempdir().expect("a folder"),
        }
    }

    /// Opens it as a server would.
    pub(crate) fn store(&self) -> Store {
        Store::open(&self.address(), Connections { most: 8 }).expect("a store")
    }
}

fn fresh_name() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    format!("test_{}", COUNT.fetch_add(1, Ordering::Relaxed))
}

impl Drop for Database {
    fn drop(&mut self) {
        if let (Keep::Name(name), Some(cluster)) = (&self.keep, postgres::cluster()) {
            cluster.remove(name);
        }
    }
}

/// Fails where everything must be tested, else says what is left out.
#[expect(
    clippy::print_stderr,
    reason = "whoever runs the tests must see what was not tested"
)]
pub(crate) fn missing(what: &str) {
    let complete = |name: &str| std::env::var_os(name).is_some_and(|value| value != "false");
    let must = complete("BACKLOT_TESTS_COMPLETE") || complete("CI");
    assert!(
        !must,
        "this test needs {what}, and nothing may be left out here"
    );
    eprintln!("LEFT OUT: this test needs {what}; tests/run brings it where it may");
}

/// Makes two tests, one for each engine, of a function that takes a [`Database`].
macro_rules! on_both_engines {
    ($($(#[$doc:meta])* async fn $name:ident($database:ident: Database) $body:block)+) => {$(
        $(#[$doc])*
        async fn $name($database: $crate::support::database::Database) $body

        mod $name {
            use $crate::support::database::{Database, Engine};

            fn on(engine: Engine) {
                let Some(database) = Database::fresh(engine) else { return };
                $crate::support::patience::run(super::$name(database));
            }

            #[test]
            fn sqlite() {
                on(Engine::Sqlite);
            }

            #[test]
            fn postgres() {
                on(Engine::Postgres);
            }
        }
    )+};
}
pub(crate) use on_both_engines;
