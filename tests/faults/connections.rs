//! What a server and PostgreSQL have between them: lines that break at the worst moment, that are given up by whoever
//! asked, that nobody speaks on any more.

use std::time::Duration;

use backlot::clock::Clock;
use backlot::store::{Conn, StoreError, Use};
use diesel::connection::SimpleConnection;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use reqwest::Method;

use super::storage::{booked, name_of, throw_out, town_with_a_booking};
use super::told_to_come_back;
use crate::support::app::{TestApp, monday_morning};
use crate::support::database::{Database, Engine};
use crate::support::patience::{self, pause, until};

/// Makes every commit of a booking take longer than anybody waits.
const SLOW_COMMIT: &str = "
    CREATE FUNCTION sleep_on_it() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN PERFORM pg_sleep(60); RETURN NULL; END $$;
    CREATE CONSTRAINT TRIGGER sleep_on_it AFTER INSERT ON bookings
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION sleep_on_it();";

/// How many lines to this database there are of which something is true.
fn lines(looker: &mut Conn, database: &Database, which: &str) -> i64 {
    let name = name_of(database);
    let count = format!(
        "(SELECT count(*) FROM pg_stat_activity
          WHERE datname = '{name}' AND pid <> pg_backend_pid() AND {which})"
    );
    let counted = diesel::select(sql::<BigInt>(&count)).get_result(looker);
    counted.expect("a count")
}

/// PostgreSQL goes in the moment in which a booking is committed. It may be stored or not, and nobody may say that it
/// is not: whoever believed that would book twice.
#[test]
fn a_commit_that_is_not_answered_is_not_called_undone() {
    let Some(database) = Database::fresh(Engine::Postgres) else {
        return;
    };
    patience::run(async {
        let app = TestApp::on(database).await;
        let town = town_with_a_booking(&app).await;
        let mut looker = Conn::open(&app.database.address(), Use::Write).expect("a connection");
        looker.batch_execute(SLOW_COMMIT).expect("a slow commit");
        let crew = town.crew.clone();
        let key = [("Idempotency-Key", "once and no more")];
        let basket = town.crew.basket(&["POOL tue 09:00-12:00"]);
        let sent = basket.clone();
        let asked = tokio::spawn(async move {
            let client = &crew.client;
            client
                .send(Method::POST, "/api/v1/bookings", Some(sent), &key)
                .await
        });
        until("the commit has begun", || {
            let commits = lines(
                &mut looker,
                &app.database,
                "state = 'active' AND query = 'COMMIT'",
            );
            async move { (commits == 1).then_some(()) }
        })
        .await;
        throw_out(&name_of(&app.database));
        told_to_come_back(asked.await.expect("no panic"), "outcome_unknown", "5");

        let mut other = Conn::open(&app.database.address(), Use::Write).expect("a connection");
        let quick = "DROP TRIGGER sleep_on_it ON bookings";
        other.batch_execute(quick).expect("quick again");
        for _ in 0..2 {
            let client = &town.crew.client;
            let again = Some(basket.clone());
            let again = client.send(Method::POST, "/api/v1/bookings", again, &key);
            again.await.expect(201);
        }
        assert_eq!(booked(&town.crew).await, 2, "it is done once");
    });
}

/// Whoever asks and hangs up leaves a query behind that goes on: its line is still taken, and no other may be opened in
/// its place.
#[test]
fn who_hangs_up_opens_no_more_lines_than_there_may_be() {
    let Some(database) = Database::fresh(Engine::Postgres) else {
        return;
    };
    patience::run(async {
        let most = 4;
        let clock = Clock::fixed(monday_morning());
        let app = TestApp::with(database, clock, |config| config.connections = most).await;
        let town = town_with_a_booking(&app).await;
        let mut holder = Conn::open(&app.database.address(), Use::Write).expect("a connection");
        let hold = "BEGIN; SELECT id FROM listings FOR UPDATE";
        holder.batch_execute(hold).expect("the lock");
        for _ in 0..5 {
            let asked: Vec<_> = (0..most)
                .map(|_| {
                    let crew = town.crew.clone();
                    tokio::spawn(async move { crew.book(&["POOL tue 09:00-12:00"]).await })
                })
                .collect();
            pause(Duration::from_millis(300)).await;
            for asked in asked {
                asked.abort();
            }
        }
        let waiting = lines(&mut holder, &app.database, "true");
        assert!(waiting >= 1, "somebody waits for the lock");
        let most = i64::try_from(most).expect("few");
        assert!(waiting <= most, "{waiting} lines where {most} may be");
        holder.batch_execute("ROLLBACK").expect("let go");
        town.crew.book(&["POOL wed 09:00-12:00"]).await.expect(201);
    });
}

/// A server that is halted with rows in its hand loses them, though its line stands: every write says so to PostgreSQL.
#[test]
fn a_halted_server_does_not_hold_its_rows_for_ever() {
    let Some(database) = Database::fresh(Engine::Postgres) else {
        return;
    };
    patience::run(async {
        let store = database.store();
        let idle = store
            .write(|conn| {
                let setting = "current_setting('idle_in_transaction_session_timeout')";
                let asked = diesel::select(sql::<Text>(setting)).get_result::<String>(conn);
                asked.map_err(StoreError::from)
            })
            .await;
        assert_eq!(idle.expect("a setting"), "30s");
    });
}
