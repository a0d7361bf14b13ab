//! The store on both engines: what every query above it relies on.

mod plans;

use backlot::domain::people::Names;
use backlot::store::sites::{self, Site};
use backlot::store::{Conn, Store, StoreError, fresh_id};

use crate::support::app::monday_morning;
use crate::support::database::{Database, Engine, on_both_engines};

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

    /// What is refused leaves nothing behind, and takes nothing with it that was written beside it.
    async fn a_refused_write_takes_only_itself_back(database: Database) {
        let store = database.store();
        let mut writing = Vec::new();
        for count in 0..200 {
            let store = store.clone();
            writing.push(tokio::spawn(async move {
                let site = site(&format!("S{count:03}"));
                store
                    .write(move |conn| {
                        sites::insert(conn, &site)?;
                        match count % 4 {
                            0 => Err(StoreError::Other("refused".to_owned())),
                            _ => Ok(()),
                        }
                    })
                    .await
            }));
        }
        let mut kept = 0;
        for write in writing {
            kept += usize::from(write.await.expect("no panic").is_ok());
        }
        assert_eq!(kept, 150);
        let codes = codes(&store).await;
        assert_eq!(codes.len(), 150);
        assert!(!codes.contains(&"S004".to_owned()) && codes.contains(&"S005".to_owned()));
    }

    /// A bug in one write is that write's alone.
    async fn a_write_that_panics_takes_only_itself_back(database: Database) {
        let store = database.store();
        let mut writing = Vec::new();
        for count in 0..20 {
            let store = store.clone();
            writing.push(tokio::spawn(async move {
                let site = site(&format!("S{count:03}"));
                store
                    .write(move |conn| {
                        sites::insert(conn, &site)?;
                        assert_ne!(count, 7, "a bug, on purpose");
                        Ok::<_, StoreError>(())
                    })
                    .await
            }));
        }
        let mut failed = Vec::new();
        for (count, write) in writing.into_iter().enumerate() {
            if let Err(error) = write.await.expect("the caller does not panic") {
                failed.push((count, error.to_string()));
            }
        }
        assert_eq!(failed.len(), 1, "{failed:?}");
        assert_eq!(failed[0].0, 7);
        assert_eq!(codes(&store).await.len(), 19);
    }

    async fn a_second_row_with_a_unique_value_is_a_duplicate(database: Database) {
        let store = database.store();
        let insert = |site: Site| store.write(move |conn| sites::insert(conn, &site));
        insert(site("HALL")).await.expect("the first");
        let again = insert(site("HALL")).await;
        assert!(matches!(again, Err(StoreError::Duplicate(_))), "{again:?}");
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

/// Pages and quotes cannot write, whatever they try: their connections are for queries only.
#[test]
fn a_read_of_sqlite_writes_nothing() {
    crate::support::patience::run(async {
        let database = Database::fresh(Engine::Sqlite).expect("SQLite is always there");
        let store = database.store();
        let tried = store.read(|conn| sites::insert(conn, &site("HALL"))).await;
        assert!(tried.is_err(), "a read wrote");
        assert_eq!(codes(&store).await, Vec::<String>::new());
    });
}

#[test]
fn identifiers_are_made_in_order() {
    use backlot::domain::ids::{Id, LetterId};
    let made: Vec<LetterId> = (0..10_000).map(|_| fresh_id(monday_morning())).collect();
    assert!(made.windows(2).all(|pair| pair[0].raw() < pair[1].raw()));
    let later: LetterId = fresh_id(monday_morning() + chrono::TimeDelta::seconds(60));
    assert!(later.raw() > made[9_999].raw());
}
