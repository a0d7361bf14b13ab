//! The store on both engines: what every query above it relies on.

mod plans;
mod writes;

use std::sync::{Arc, Barrier};

use backlot::domain::people::Names;
use backlot::store::sites::{self, Site};
use backlot::store::{Conn, Store, StoreError, Use, fresh_id};

use crate::support::app::monday_morning;
use crate::support::database::{Database, Engine, on_both_engines};

/// A site with this code.
fn site(code: &str) -> Site {
    let name = code.to_owned();
    Site {
        id: fresh_id(monday_morning()),
        code: code.to_owned(),
        names: Names {
            zh: name.clone(),
            en: name,
        },
        hours: None,
        version: 1,
    }
}

async fn codes(store: &Store) -> Vec<String> {
    let found = store.read(|conn| sites::list(conn, None, 200)).await;
    let found = found.expect("sites");
    found.into_iter().map(|site| site.code).collect()
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

    /// Few are asked for another way than many on SQLite: nobody must notice.
    async fn what_is_named_twice_is_found_once(database: Database) {
        let store = database.store();
        let sites: Vec<Site> = (0..20).map(|count| site(&format!("S{count:02}"))).collect();
        let ids: Vec<_> = sites.iter().map(|site| site.id).collect();
        let stored = store.write(move |conn| sites.iter().try_for_each(|site| sites::insert(conn, site)));
        stored.await.expect("stored");
        for (count, named) in [(0, 1), (1, 2), (3, 2), (20, 2)] {
            let named = ids[..count].repeat(named);
            let found = store.read(move |conn| sites::find_all(conn, &named)).await;
            assert_eq!(found.expect("sites").len(), count);
        }
    }

    /// More waiting writes than anybody should queue for are told to come back later; the rest is done.
    async fn a_flood_is_told_to_come_back_later(database: Database) {
        let store = database.store();
        let mut writing = Vec::new();
        for count in 0..3_000 {
            let store = store.clone();
            writing.push(tokio::spawn(async move {
                let site = site(&format!("S{count:04}"));
                store.write(move |conn| sites::insert(conn, &site)).await
            }));
        }
        let mut done = 0;
        for write in writing {
            match write.await.expect("no panic") {
                Ok(()) => done += 1,
                Err(StoreError::Busy(_)) => {}
                Err(other) => panic!("{other}"),
            }
        }
        let stored = store
            .read(|conn| {
                use diesel::prelude::*;
                backlot::store::schema::sites::table
                    .count()
                    .get_result::<i64>(conn)
                    .map_err(StoreError::from)
            })
            .await;
        assert_eq!(stored.expect("a count"), done, "answered and stored are the same");
        assert!(done > 1_000, "{done}");
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

#[test]
fn identifiers_are_made_in_order() {
    use backlot::domain::ids::{Id, LetterId};
    let made: Vec<LetterId> = (0..10_000).map(|_| fresh_id(monday_morning())).collect();
    assert!(made.windows(2).all(|pair| pair[0].raw() < pair[1].raw()));
    let later: LetterId = fresh_id(monday_morning() + chrono::TimeDelta::seconds(60));
    assert!(later.raw() > made[9_999].raw());
}
