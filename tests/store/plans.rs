//! How the engines answer our queries, after a long history: by the index that was made for each, so that
//! cost follows the answer and not the years. The queries are those the store really sends.

use std::sync::{Arc, Mutex};

use backlot::actions::Cluster;
use backlot::actions::book::{BookingRequest, book};
use backlot::actions::quote::LineRequest;
use backlot::domain::hold::HoldTerms;
use backlot::domain::ids::{CompanyId, Id, ListingId, MemberId, ProductionId};
use backlot::domain::money::Currency;
use backlot::domain::people::{Actor, Language, Role};
use backlot::domain::span::Span;
use backlot::store::booking_lists::{self, FeedOf, Narrowing, Scope, When};
use backlot::store::{Conn, StoreError, letters, listings, sessions, stocks};
use backlot::store::{bookings, claims as claim_rows, holds as hold_rows};
use chrono::TimeDelta;
use diesel::connection::{Connection, InstrumentationEvent, SimpleConnection};
use diesel::prelude::*;

use crate::support::app::monday_morning;
use crate::support::database::on_both_engines;

/// Lines of the one listing with a history, an hour each.
const HISTORY: usize = 20_000;
/// What each of them costs: nothing.
const PRICE: &str = r#"{"total":{"amount":0,"currency":"CNY"},"deposit":{"amount":0,"currency":"CNY"},"basis":"free","parts":[]}"#;

/// Fills the tables: one listing with a long history of live lines, and letters that were sent long ago.
fn seed(conn: &mut Conn) -> Result<(), StoreError> {
    let (boolean, moment): (&str, fn(&str) -> String) = if conn.is_sqlite() {
        ("1", |hours| {
            format!("1893974400000000 - ({hours}) * 3600000000")
        })
    } else {
        ("true", |hours| {
            format!("TIMESTAMPTZ '2030-01-07 00:00Z' - ({hours}) * INTERVAL '1 hour'")
        })
    };
    let (start, end) = (moment("i"), moment("i - 1"));
    let rows = format!(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {HISTORY})"
    );
    let now = moment("0");
    let statements = [
        format!("INSERT INTO companies VALUES (1, 'CREW', 'crew', 'c', 'c', {boolean}, {now})"),
        format!(
            "INSERT INTO members VALUES (1, 1, 'c@example.com', 'c', 'en', 'booker', {boolean}, NULL, {now})"
        ),
        "INSERT INTO sites VALUES (1, 'HALL', 'h', 'h', NULL, 1)".to_owned(),
        format!("INSERT INTO productions VALUES (1, 1, 'd', NULL, '', NULL, NULL, 1, {now})"),
        format!(
            "{rows} INSERT INTO listings (id, code, kind, category, name_zh, name_en, description_zh, description_en, tags, \
             search_text, site_id, owner_id, state, quantity, area_sqm, currency, day_rate_minor, hour_rate_minor, \
             deposit_minor, own_rules, longest_claim_minutes, version, created_at) SELECT i, 'L' || i, 'scene', 'modern', 'l', 'l', '', '', '', 'l', 1, 1, \
             'published', 1, NULL, 'CNY', NULL, 0, 0, '{{}}', 120, 1, {now} FROM n WHERE i <= 1000"
        ),
        format!(
            "{rows} INSERT INTO bookings SELECT i, 'BK-' || i, 1, 1, 1, '', '', {boolean}, 1, 0, {start}, {start} FROM n"
        ),
        format!(
            "{rows} INSERT INTO lines (id, booking_id, position, listing_id, owner_id, company_id, production_id, \
             units, starts_at, ends_at, claim_starts_at, claim_ends_at, state, live, price, decided_by, decided_at, \
             reason) SELECT i, i, 0, 1 + (i % 2), 1, 1, 1, 1, {start}, {end}, {start}, {end}, \
             'confirmed', {boolean}, '{PRICE}', NULL, NULL, '' FROM n"
        ),
        format!(
            "{rows} INSERT INTO letters SELECT i, 'confirmed', i, 'c@example.com', 'c', 'en', '{{}}', 1, {start}, NULL, '', \
             {start}, {start}, NULL, NULL FROM n"
        ),
        format!("{rows} INSERT INTO letters_about SELECT i, i FROM n"),
        format!("{rows} INSERT INTO sessions SELECT i, 1, 'hash ' || i, {start}, {start} FROM n"),
        "ANALYZE".to_owned(),
    ];
    for statement in statements {
        conn.batch_execute(&statement)?;
    }
    Ok(())
}

/// The SQL that `ask` sends.
fn sent_by(conn: &mut Conn, ask: impl FnOnce(&mut Conn) -> Result<(), StoreError>) -> Vec<String> {
    let heard: Arc<Mutex<Vec<String>>> = Arc::default();
    let ears = Arc::clone(&heard);
    conn.set_instrumentation(move |event: InstrumentationEvent<'_>| {
        if let InstrumentationEvent::StartQuery { query, .. } = event {
            let text = query.to_string();
            let sql = text.split(" -- binds").next().unwrap_or_default();
            // diesel asks PostgreSQL once what its types are called.
            if sql.contains("\"pg_type\"") {
                return;
            }
            ears.lock().expect("one at a time").push(sql.to_owned());
        }
    });
    ask(conn).expect("an answer");
    conn.set_instrumentation(|_: InstrumentationEvent<'_>| {});
    let heard = heard.lock().expect("one at a time");
    heard.clone()
}

/// All that a booking reads and writes.
fn book_three_sets(conn: &mut Conn) {
    let cluster = Cluster {
        zone: chrono_tz::Tz::Asia__Shanghai,
        currency: Currency::CNY,
        language: Language::En,
        holds: HoldTerms {
            lasts: TimeDelta::hours(24),
            challenge: TimeDelta::hours(4),
            most: 40,
        },
    };
    let crew = Actor {
        member: MemberId::from_raw(1),
        company: CompanyId::from_raw(1),
        role: Role::Booker,
        language: Language::En,
    };
    let start = monday_morning() + TimeDelta::hours(24);
    let span = Span::new(start, start + TimeDelta::hours(3)).expect("a span");
    let line = |id| LineRequest {
        listing: ListingId::from_raw(id),
        units: 1,
        span,
    };
    let request = BookingRequest {
        production: ProductionId::from_raw(1),
        title: String::new(),
        note: String::new(),
        together: true,
        hold: false,
        lines: [1, 2, 3].map(line).to_vec(),
    };
    book(conn, &cluster, &crew, &request, monday_morning()).expect("booked");
}

#[derive(QueryableByName)]
struct SqliteStep {
    #[diesel(sql_type = diesel::sql_types::Text)]
    detail: String,
}

#[derive(QueryableByName)]
struct PostgresStep {
    #[diesel(sql_type = diesel::sql_types::Text, column_name = "QUERY PLAN")]
    detail: String,
}

/// How the engine would answer, whatever the values asked for.
fn plan(conn: &mut Conn, sql: &str) -> String {
    let steps: Vec<String> = match conn {
        Conn::Sqlite(sqlite) => {
            let steps = diesel::sql_query(format!("EXPLAIN QUERY PLAN {sql}"));
            let steps: Vec<SqliteStep> = steps.load(sqlite).expect("a plan");
            steps.into_iter().map(|step| step.detail).collect()
        }
        Conn::Postgres(postgres) => {
            let values = (1..100)
                .take_while(|place| sql.contains(&format!("${place}")))
                .count();
            let nothing = vec!["NULL"; values].join(", ");
            postgres
                .batch_execute("SET plan_cache_mode = force_generic_plan; DEALLOCATE ALL")
                .expect("set");
            postgres
                .batch_execute(&format!("PREPARE asked AS {sql}"))
                .expect("prepared");
            let execute = if values == 0 {
                String::new()
            } else {
                format!("({nothing})")
            };
            let steps = diesel::sql_query(format!("EXPLAIN EXECUTE asked{execute}"));
            let steps: Vec<PostgresStep> = steps.load(postgres).expect("a plan");
            steps.into_iter().map(|step| step.detail).collect()
        }
    };
    steps.join("\n")
}

on_both_engines! {
    /// The cost of a booking: a range of claim starts of its listing, bounded on both sides.
    async fn a_booking_reads_a_range_and_never_the_history(database: Database) {
        let mut conn = Conn::open(&database.address(), backlot::store::Use::Write).expect("a connection");
        conn.migrate().expect("migrated");
        seed(&mut conn).expect("seeded");
        let start = monday_morning() - TimeDelta::hours(100);
        let window = Span::new(start, start + TimeDelta::hours(10)).expect("a span");
        let mut found = 0;
        let sent = sent_by(&mut conn, |conn| {
            let listing = [ListingId::from_raw(1)];
            found = claim_rows::touching(conn, &listing, window, 120, start)?.len();
            Ok(())
        });
        assert_eq!(found, 5, "every second hour is this listing's");
        assert_eq!(sent.len(), 1, "one question: {sent:?}");
        let plan = plan(&mut conn, &sent[0]);
        assert!(plan.contains("lines_claiming"), "{plan}");
        if conn.is_sqlite() {
            let range = "(listing_id=? AND claim_starts_at>? AND claim_starts_at<?)";
            assert!(plan.contains(range), "{plan}");
        } else {
            let condition = plan.lines().find(|line| line.contains("Index Cond")).expect("a range");
            for bound in ["listing_id", "claim_starts_at >= ", "claim_starts_at < "] {
                assert!(condition.contains(bound), "{plan}");
            }
        }
    }

    /// The outbox is looked into twice a second: what has left long ago is not passed by.
    async fn the_outbox_is_read_by_what_waits(database: Database) {
        let mut conn = Conn::open(&database.address(), backlot::store::Use::Write).expect("a connection");
        conn.migrate().expect("migrated");
        seed(&mut conn).expect("seeded");
        let now = monday_morning();
        let sent = sent_by(&mut conn, |conn| {
            letters::claim_due(conn, now, now, 16)?;
            letters::bring_forward(conn, now, now, now).map(drop)
        });
        assert_eq!(sent.len(), 2, "{sent:?}");
        for sql in sent {
            let plan = plan(&mut conn, &sql);
            // PostgreSQL may as well take the one by booking: it too holds nothing but what waits.
            let by_what_waits = [
                "SEARCH letters USING INDEX letters_waiting (",
                "using letters_waiting on letters  ",
                "using letters_waiting_of_booking on letters  ",
            ];
            assert!(by_what_waits.iter().any(|step| plan.contains(step)), "{sql}\n{plan}");
            // Sorted, every letter that waits would be read for the first few.
            assert!(!plan.contains("TEMP B-TREE FOR ORDER BY"), "{sql}\n{plan}");
        }
    }

    /// What pages and jobs ask all day: no table that grows is read from end to end.
    async fn no_growing_table_is_read_from_end_to_end(database: Database) {
        let mut conn = Conn::open(&database.address(), backlot::store::Use::Write).expect("a connection");
        conn.migrate().expect("migrated");
        seed(&mut conn).expect("seeded");
        let now = monday_morning();
        let crew = CompanyId::from_raw(1);
        let asked: Vec<(&str, Vec<String>)> = vec![
            ("a look into an empty outbox", sent_by(&mut conn, |conn| {
                letters::claim_due(conn, now, now, 16).map(drop)
            })),
            ("what a clock set back keeps waiting", sent_by(&mut conn, |conn| {
                letters::bring_forward(conn, now, now, now).map(drop)
            })),
            ("a company's bookings", sent_by(&mut conn, |conn| {
                booking_lists::list(conn, Narrowing { when: Some((When::Next, now)), ..Narrowing::whose(Scope::OfCompany(crew)) }, None, 50).map(drop)
            })),
            ("what is claimed at a time, of anything", sent_by(&mut conn, |conn| {
                let window = Span::new(now, now + TimeDelta::hours(4)).expect("a span");
                stocks::claimed(conn, window, 120, now).map(drop)
            })),
            ("the longest buffer of all", sent_by(&mut conn, |conn| {
                listings::longest_buffer_of_all(conn).map(drop)
            })),
            ("what waits for an owner", sent_by(&mut conn, |conn| {
                booking_lists::list(conn, Narrowing::whose(Scope::ToDecide(crew)), None, 50).map(drop)
            })),
            ("one booking", sent_by(&mut conn, |conn| {
                bookings::find(conn, Id::from_raw(7)).map(drop)
            })),
            ("a member's feed", sent_by(&mut conn, |conn| {
                booking_lists::for_feed(conn, FeedOf::Member(MemberId::from_raw(1)), now, 100).map(drop)
            })),
            ("what a retirement hits", sent_by(&mut conn, |conn| {
                claim_rows::ahead_of_listing(conn, ListingId::from_raw(1), now, 50).map(drop)
            })),
            ("what is on hold of a listing", sent_by(&mut conn, |conn| {
                hold_rows::on_hold(conn, &[ListingId::from_raw(1)]).map(drop)
            })),
            ("what a company has on hold", sent_by(&mut conn, |conn| {
                hold_rows::count_on_hold(conn, crew, now).map(drop)
            })),
            ("whose hold is over", sent_by(&mut conn, |conn| {
                hold_rows::listings_due(conn, now, 100).map(drop)
            })),
            ("whose hold is about to lapse", sent_by(&mut conn, |conn| {
                hold_rows::to_warn(conn, now, now, 100).map(drop)
            })),
            ("the longest claim", sent_by(&mut conn, |conn| {
                listings::longest_claim_of_all(conn).map(drop)
            })),
            ("a session", sent_by(&mut conn, |conn| {
                sessions::member_of_session(conn, "x", now).map(drop)
            })),
            ("a booking of three sets, to its last letter", sent_by(&mut conn, |conn| {
                book_three_sets(conn);
                Ok(())
            })),
        ];
        for (what, sent) in asked {
            assert!(!sent.is_empty(), "{what}");
            for sql in sent {
                let plan = plan(&mut conn, &sql);
                for table in ["lines", "letters", "listings", "sessions"] {
                    let walks = [format!("SCAN {table}"), format!("Seq Scan on {table}")];
                    for step in plan.lines() {
                        let walked = walks.iter().any(|walk| step.contains(walk.as_str()));
                        assert!(!walked || step.contains("INDEX"), "{what}: {sql}\n{plan}");
                    }
                }
            }
        }
    }
}
