//! The store on both engines: what every query above it relies on.

use backlot::store::{Conn, StoreError};

use crate::support::database::on_both_engines;

on_both_engines! {
    async fn migrations_are_there_and_run_once(database: Database) {
        let store = database.store();
        let ran = store.write(Conn::migrate).await;
        assert_eq!(ran.map_err(|error: StoreError| error.to_string()), Ok(Vec::new()));
    }
}
