//! The baseline of a booking: the engine alone, with the same rows. Each booking looks at its listings and at what is
//! claimed of them around its time, and writes its rows, durably. No HTTP, no rules, no letters put into words. And the
//! same once more through the server's own store, for what its queue, its savepoints and those who wait for it take.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use backlot::domain::ids::ListingId;
use backlot::store::columns::At;
use backlot::store::schema::{audit, bookings, letters, lines, listings};
use backlot::store::{Conn, StoreError, Use};
use chrono::TimeDelta;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;

use crate::rows::Rows;
use crate::support::database::Database;
use crate::world::World;

/// The most writes that share a commit on SQLite, as in the server.
const MOST_IN_A_BATCH: usize = 64;
/// The connections of PostgreSQL, as many as a server has.
const MOST_CONNECTIONS: usize = 8;
/// No claim is longer.
const LONGEST_CLAIM: TimeDelta = TimeDelta::hours(6);

/// Bookings a second when so many clients wait: on SQLite they share commits, on PostgreSQL they have a connection
/// each.
pub(crate) fn bookings_a_second(
    database: &Database,
    world: &World,
    clients: usize,
    time: Duration,
) -> f64 {
    let mut first = Conn::open(&database.address(), Use::Write).expect("a connection");
    let rows = Rows::newest(&mut first);
    let began = Instant::now();
    let made = match first {
        Conn::Sqlite(mut sqlite) => {
            let mut made = 0;
            while began.elapsed() < time {
                made += sqlite_batch(&mut sqlite, &rows, world, clients.min(MOST_IN_A_BATCH));
            }
            made
        }
        Conn::Postgres(_) => {
            let made = AtomicUsize::new(0);
            on_connections(database, clients.min(MOST_CONNECTIONS), |postgres| {
                while began.elapsed() < time {
                    postgres_booking(postgres, &rows, world).expect("booked");
                    made.fetch_add(1, Ordering::Relaxed);
                }
            });
            made.into_inner()
        }
    };
    a_second(made, began)
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a count of what fits into seconds"
)]
fn a_second(made: usize, since: Instant) -> f64 {
    made as f64 / since.elapsed().as_secs_f64()
}

/// Bookings a second when so many tasks write the same rows through the server's store, and each waits for its commit.
pub(crate) async fn through_the_store(
    database: &Database,
    world: &Arc<World>,
    clients: usize,
    time: Duration,
) -> f64 {
    let mut first = Conn::open(&database.address(), Use::Write).expect("a connection");
    let rows = Arc::new(Rows::newest(&mut first));
    drop(first);
    let store = database.store();
    let began = Instant::now();
    let tasks = (0..clients).map(|_| {
        let (store, rows, world) = (store.clone(), Arc::clone(&rows), Arc::clone(world));
        tokio::spawn(async move {
            let mut made = 0;
            while began.elapsed() < time {
                let (rows, world) = (Arc::clone(&rows), Arc::clone(&world));
                let written = store.write(move |conn| match conn {
                    Conn::Sqlite(sqlite) => Ok(sqlite_booking(sqlite, &rows, &world)?),
                    Conn::Postgres(postgres) => Ok(postgres_rows(postgres, &rows, &world)?),
                });
                written
                    .await
                    .map_err(|error: StoreError| error)
                    .expect("booked");
                made += 1;
            }
            made
        })
    });
    let mut made = 0;
    for task in tasks.collect::<Vec<_>>() {
        made += task.await.expect("it wrote to the end");
    }
    a_second(made, began)
}

fn sqlite_batch(sqlite: &mut SqliteConnection, rows: &Rows, world: &World, count: usize) -> usize {
    sqlite.batch_execute("BEGIN IMMEDIATE").expect("begun");
    for _ in 0..count {
        sqlite_booking(sqlite, rows, world).expect("booked");
    }
    sqlite.batch_execute("COMMIT").expect("committed");
    count
}

fn sqlite_booking(sqlite: &mut SqliteConnection, rows: &Rows, world: &World) -> QueryResult<()> {
    let slots = world.slots(rows.lines.len());
    let copy = rows.at(&slots);
    for slot in &slots {
        let listing = listings::table.find(slot.listing);
        let _: i32 = listing.select(listings::quantity).first(sqlite)?;
        let earliest = slot.span.start() - LONGEST_CLAIM;
        let _: Vec<(i32, At, At)> = lines::table
            .filter(lines::live)
            .filter(lines::listing_id.eq(slot.listing))
            .filter(lines::claim_starts_at.ge(At(earliest)))
            .filter(lines::claim_starts_at.lt(At(slot.span.end())))
            .filter(lines::claim_ends_at.gt(At(slot.span.start())))
            .select((lines::units, lines::claim_starts_at, lines::claim_ends_at))
            .load(sqlite)?;
    }
    diesel::insert_into(bookings::table)
        .values(copy.booking)
        .execute(sqlite)?;
    for line in copy.lines {
        diesel::insert_into(lines::table)
            .values(line)
            .execute(sqlite)?;
    }
    diesel::insert_into(letters::table)
        .values(copy.letter)
        .execute(sqlite)?;
    diesel::insert_into(audit::table)
        .values(copy.entry)
        .execute(sqlite)?;
    Ok(())
}

fn on_connections(
    database: &Database,
    count: usize,
    work: impl Fn(&mut PgConnection) + Send + Sync,
) {
    let open = || Conn::open(&database.address(), Use::Write).expect("a connection");
    std::thread::scope(|scope| {
        for _ in 0..count {
            scope.spawn(|| {
                if let Conn::Postgres(mut postgres) = open() {
                    work(&mut postgres);
                }
            });
        }
    });
}

/// Eight round trips, whatever the number of lines.
fn postgres_booking(postgres: &mut PgConnection, rows: &Rows, world: &World) -> QueryResult<()> {
    postgres.batch_execute("BEGIN")?;
    postgres_rows(postgres, rows, world)?;
    postgres.batch_execute("COMMIT")
}

fn postgres_rows(postgres: &mut PgConnection, rows: &Rows, world: &World) -> QueryResult<()> {
    let mut slots = world.slots(rows.lines.len());
    slots.sort_unstable_by_key(|slot| slot.listing);
    let copy = rows.at(&slots);
    let ids: Vec<ListingId> = slots.iter().map(|slot| slot.listing).collect();
    let earliest = slots
        .iter()
        .map(|slot| slot.span.start())
        .min()
        .expect("a line");
    let latest = slots
        .iter()
        .map(|slot| slot.span.end())
        .max()
        .expect("a line");
    let _: Vec<i32> = listings::table
        .filter(listings::id.eq_any(&ids))
        .order(listings::id)
        .select(listings::quantity)
        .for_no_key_update()
        .load(postgres)?;
    let _: Vec<(i64, i32, At, At)> = lines::table
        .filter(lines::live)
        .filter(lines::listing_id.eq_any(&ids))
        .filter(lines::claim_starts_at.ge(At(earliest - LONGEST_CLAIM)))
        .filter(lines::claim_starts_at.lt(At(latest)))
        .filter(lines::claim_ends_at.gt(At(earliest)))
        .select((
            lines::listing_id,
            lines::units,
            lines::claim_starts_at,
            lines::claim_ends_at,
        ))
        .load(postgres)?;
    diesel::insert_into(bookings::table)
        .values(copy.booking)
        .execute(postgres)?;
    diesel::insert_into(lines::table)
        .values(copy.lines)
        .execute(postgres)?;
    diesel::insert_into(letters::table)
        .values(copy.letter)
        .execute(postgres)?;
    diesel::insert_into(audit::table)
        .values(copy.entry)
        .execute(postgres)?;
    Ok(())
}
