//! The store on both engines: what every query above it relies on.

mod cost;
mod writes;

use std::sync::{Arc, Barrier};

use backlot::domain::people::Names;
use backlot::store::sites::Site;
use backlot::store::{Conn, Store, StoreError, Use, fresh_id, sites};

use crate::support::app::monday_morning;
use crate::support::database::{Database, Engine, on_both_engines};

/// A site with this code.
fn site(code: impl Into<String>) -> Site {
    let names = Names {
        zh: "园区".to_owned(),
        en: "Site".to_owned(),
    };
    Site {
        id: fresh_id(monday_morning()),
        code: code.into(),
        names,
        hours: None,
        version: 1,
    }
}

/// The codes of all sites.
async fn codes(store: &Store) -> Vec<String> {
    let all = store.read(|conn| sites::list(conn, None, 200)).await;
    let codes = all.expect("a list").into_iter().map(|site| site.code);
    codes.collect()
}

on_both_engines! {
    async fn migrations_are_there_and_run_once(database: Database) {
        let store = database.store();
        let ran = store.write(Conn::migrate).await;
        assert_eq!(ran.map_err(|error: StoreError| error.to_string()), Ok(Vec::new()));
    }

    /// Several servers of a new version start together on one database.
    async fn of_many_that_migrate_at_once_one_does(database: Database) {
        empty(&database);
        let together = Arc::new(Barrier::new(4));
        let starts: Vec<_> = (0..4).map(|_| {
            let (address, together) = (database.address(), together.clone());
            std::thread::spawn(move || {
                together.wait();
                let mut conn = Conn::open(&address, Use::Write).expect("a connection");
                conn.migrate().map(|ran| ran.len()).map_err(|error| error.to_string())
            })
        }).collect();
        let ran: Result<Vec<usize>, String> =
            starts.into_iter().map(|start| start.join().expect("no panic")).collect();
        let ran = ran.expect("nobody fails");
        assert_eq!(ran.iter().filter(|count| **count > 0).count(), 1, "{ran:?}");
        assert_eq!(codes(&database.store()).await, Vec::<String>::new());
    }
}

/// Takes the schema away; a new SQLite file has none yet.
fn empty(database: &Database) {
    use diesel::connection::SimpleConnection;
    if database.engine == Engine::Postgres {
        let mut conn = Conn::open(&database.address(), Use::Write).expect("a connection");
        conn.batch_execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
            .expect("it is ours");
    }
}
