//! What a booking costs does not depend on what was booked before: the plans of the very statements it
//! runs, heard on the connection, after years of history.

use std::sync::{Arc, Mutex};

use backlot::actions;
use backlot::actions::book::BookingRequest;
use backlot::actions::quote::LineRequest;
use backlot::domain::booking::{Booking, Line, LineState};
use backlot::domain::ids::{Id, ListingId};
use backlot::domain::money::{Currency, Money};
use backlot::domain::price::{Basis, Price};
use backlot::domain::span::Span;
use backlot::store::{Conn, Store, Use, bookings, fresh_id};
use chrono::TimeDelta;
use diesel::connection::{InstrumentationEvent, SimpleConnection};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Text, Timestamptz};

use crate::support::app::monday_morning;
use crate::support::database::{Database, Engine, on_both_engines};
use crate::support::make::Town;

/// Bookings of the past, with so many lines each.
const PAST: (i64, i64) = (60, 100);
/// The longest claim of that past, in minutes.
const LONGEST: i64 = 120;

/// `hours` from Monday morning, two hours long.
fn span(hours: i64) -> Span {
    let start = monday_morning() + TimeDelta::hours(hours);
    Span::new(start, start + TimeDelta::minutes(LONGEST)).expect("a span")
}

/// A booking of the listing, two hours after two hours, back from Monday morning.
fn past_booking(town: &Town, listing: ListingId, number: i64) -> Booking {
    let now = monday_morning();
    let nothing = Money::zero(Currency::CNY);
    let line = |place: i64| Line {
        id: fresh_id(now),
        listing,
        owner: town.owner.member.company,
        units: 1,
        span: span(-2 * (number * PAST.1 + place + 1)),
        claim: span(-2 * (number * PAST.1 + place + 1)),
        state: LineState::Confirmed,
        price: Price {
            total: nothing,
            deposit: nothing,
            basis: Basis::Free,
            parts: Vec::new(),
        },
        decided_by: None,
        decided_at: None,
        reason: String::new(),
    };
    Booking {
        id: fresh_id(now),
        reference: format!("BK-P{number:05}"),
        company: town.crew.member.company,
        production: town.crew.production,
        booked_by: town.crew.member.id,
        title: String::new(),
        note: String::new(),
        together: true,
        version: 1,
        sequence: 0,
        created_at: now,
        changed_at: now,
        lines: (0..PAST.1).map(line).collect(),
    }
}

/// A town in which one of two sets was never empty these 500 days.
async fn old_town(store: &Store) -> (Town, [ListingId; 2]) {
    let town = Town::settle_in(store, "").await;
    let busy = town.listing(store, "BUSY", 1, Default::default()).await;
    let other = town.listing(store, "OTHER", 1, Default::default()).await;
    for number in 0..PAST.0 {
        let past = past_booking(&town, busy, number);
        let stored = store.write(move |conn| bookings::insert(conn, &past)).await;
        stored.expect("room for the past");
    }
    (town, [busy, other])
}

/// The statements that `work` runs on a connection.
fn statements(conn: &mut Conn, work: impl FnOnce(&mut Conn)) -> Vec<String> {
    let said: Arc<Mutex<Vec<String>>> = Arc::default();
    let hears = said.clone();
    conn.set_instrumentation(move |event: InstrumentationEvent<'_>| {
        if let InstrumentationEvent::StartQuery { query, .. } = event {
            let text = query.to_string();
            let statement = text.split(" -- binds").next().unwrap_or_default();
            hears
                .lock()
                .expect("nobody panics")
                .push(statement.to_owned());
        }
    });
    work(conn);
    conn.set_instrumentation(|_: InstrumentationEvent<'_>| {});
    std::mem::take(&mut *said.lock().expect("nobody panics"))
}

/// How SQLite would go about a statement, one line each step.
fn plan_of_sqlite(conn: &mut Conn, statement: &str) -> String {
    #[derive(QueryableByName)]
    struct Step {
        #[diesel(sql_type = Text)]
        detail: String,
    }
    let steps: Vec<Step> = diesel::sql_query(format!("EXPLAIN QUERY PLAN {statement}"))
        .load(conn)
        .expect("a plan");
    let steps = steps.into_iter().map(|step| step.detail);
    steps.collect::<Vec<_>>().join("\n")
}

/// How PostgreSQL goes about [`bookings::touching`], one line each step.
fn plan_of_postgres(conn: &mut Conn, statement: &str, ids: &[ListingId], window: Span) -> String {
    #[derive(QueryableByName)]
    struct Step {
        #[diesel(sql_type = Text, column_name = "QUERY PLAN")]
        step: String,
    }
    let Conn::Postgres(postgres) = conn else {
        unreachable!("asked on PostgreSQL only")
    };
    let earliest = window.start() - TimeDelta::minutes(LONGEST);
    let ids: Vec<i64> = ids.iter().map(|id| id.raw()).collect();
    let steps: Vec<Step> = diesel::sql_query(format!("EXPLAIN {statement}"))
        .bind::<Array<BigInt>, _>(ids)
        .bind::<Timestamptz, _>(earliest)
        .bind::<Timestamptz, _>(window.end())
        .bind::<Timestamptz, _>(window.start())
        .load(postgres)
        .expect("a plan");
    let steps = steps.into_iter().map(|step| step.step);
    steps.collect::<Vec<_>>().join("\n")
}

on_both_engines! {
    /// The claims in the way are one range of the index, bounded at both ends.
    async fn what_touches_a_span_is_a_range_of_the_index(database: Database) {
        let (_town, ids) = old_town(&database.store()).await;
        let mut conn = Conn::open(&database.address(), Use::Write).expect("a connection");
        conn.batch_execute("ANALYZE").expect("figures for the planner");
        let window = span(-30);
        let mut found = Vec::new();
        let said = statements(&mut conn, |conn| {
            found = bookings::touching(conn, &ids, window, LONGEST).expect("claims");
        });
        assert_eq!(found.len(), 1, "one of {}", PAST.0 * PAST.1);
        // Diesel asks for the ids of types too, once in the life of a connection.
        let asked: Vec<String> = said.into_iter().filter(|text| text.contains("claim_starts_at")).collect();
        let once_each = if database.engine == Engine::Sqlite { ids.len() } else { 1 };
        assert_eq!(asked.len(), once_each, "{asked:#?}");
        for statement in asked {
            match database.engine {
                Engine::Sqlite => assert_eq!(
                    plan_of_sqlite(&mut conn, &statement),
                    "SEARCH lines USING INDEX lines_claiming \
                     (listing_id=? AND claim_starts_at>? AND claim_starts_at<?)"
                ),
                Engine::Postgres => {
                    let plan = plan_of_postgres(&mut conn, &statement, &ids, window);
                    assert!(plan.contains("lines_claiming"), "{plan}");
                    let range = plan.lines().find(|line| line.contains("Index Cond:"));
                    let range = range.unwrap_or_default();
                    for bound in ["listing_id = ANY", "claim_starts_at >=", "claim_starts_at <"] {
                        assert!(range.contains(bound), "{bound} is no bound of the range: {plan}");
                    }
                    assert!(!plan.contains("Seq Scan"), "{plan}");
                }
            }
        }
    }
}

/// Not one statement of a booking walks through a whole table. The planner is given no figures here, as in
/// real life: with them it reads a table of four companies from end to end, and rightly so.
#[test]
fn no_statement_of_a_booking_scans_a_table() {
    crate::support::patience::run(async {
        let database = Database::fresh(Engine::Sqlite).expect("SQLite is always there");
        let (town, ids) = old_town(&database.store()).await;
        let mut conn = Conn::open(&database.address(), Use::Write).expect("a connection");
        let cluster = actions::Cluster {
            zone: chrono_tz::Tz::Asia__Shanghai,
            currency: Currency::CNY,
            language: town.crew.member.language,
        };
        let line = |listing: ListingId| LineRequest {
            listing,
            units: 1,
            span: span(24),
        };
        let request = BookingRequest {
            production: town.crew.production,
            title: String::new(),
            note: String::new(),
            together: true,
            lines: ids.map(line).to_vec(),
        };
        let actor = town.crew.member.actor();
        let said = statements(&mut conn, |conn| {
            let now = monday_morning();
            actions::book::book(conn, &cluster, &actor, &request, now).expect("booked");
        });
        assert!(said.len() >= 8, "{said:#?}");
        for statement in said {
            let plan = plan_of_sqlite(&mut conn, &statement);
            assert!(!plan.contains("SCAN"), "{statement}\n{plan}");
        }
    });
}
