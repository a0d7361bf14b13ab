//! A board with a thousand listings and five thousand bookings: it stays a page a browser can carry. How quick it
//! is stands in the bench (`benches/board.rs`), on a release build.

use backlot::domain::ids::Id as _;
use backlot::domain::listing::Listing;
use backlot::store::{StoreError, fresh_id, listings};
use diesel::connection::SimpleConnection;

use super::{Visit, in_every_look};
use crate::support::app::monday_morning;
use crate::support::browser::Browser;

const LISTINGS: i64 = 1_000;
/// Of each listing, on days of their own.
const BOOKINGS: i64 = 5;
/// What a phone at the edge of a set, and an old machine at a desk, can still carry.
const MOST_NODES: u64 = 2_000;

impl Visit {
    /// Like sets, each booked for three hours on five of the next thirty days.
    async fn crowd(&self) {
        let first = self.town.set(&self.app, "A0000").await;
        let (crew, production) = (self.town.crew.member.clone(), self.town.crew.production);
        let made = self.app.app.store.write(move |conn| {
            let now = monday_morning();
            let like = listings::find(conn, first)?;
            let copy = |place: i64| Listing {
                id: fresh_id(now),
                code: format!("A{place:04}"),
                ..like.clone()
            };
            let all: Vec<Listing> = (1..LISTINGS).map(copy).collect();
            listings::insert_all(conn, &all, now)?;
            let (member, company) = (crew.id.raw(), crew.company.raw());
            let production = production.raw();
            let (owner, began) = (like.owner.raw(), now.timestamp_micros());
            conn.batch_execute(&format!(
                "CREATE TEMP TABLE wanted AS WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < {BOOKINGS}), \
                 l(place, id) AS (SELECT ROW_NUMBER() OVER (ORDER BY code), id FROM listings) \
                 SELECT 1000000 + l.place * 100 + n.i AS id, l.id AS listing, \
                 {began} + ((n.i * 6 + l.place % 6) * 1440 + l.place % 4 * 120) * 60000000 AS start FROM n, l; \
                 INSERT INTO bookings (id, reference, company_id, production_id, booked_by, title, note, together, version, sequence, created_at, changed_at) \
                 SELECT id, 'BK-' || id, {company}, {production}, {member}, 'day 3', '', 1, 1, 0, {began}, {began} FROM wanted; \
                 INSERT INTO lines (id, booking_id, position, listing_id, owner_id, company_id, production_id, units, starts_at, ends_at, \
                 claim_starts_at, claim_ends_at, state, live, price, reason) \
                 SELECT id, id, 0, listing, {owner}, {company}, {production}, 1, start, start + 10800000000, start, start + 10800000000, \
                 'confirmed', 1, '{{\"total\":{{\"amount\":0,\"currency\":\"CNY\"}},\"deposit\":{{\"amount\":0,\"currency\":\"CNY\"}},\"basis\":\"free\",\"parts\":[]}}', '' FROM wanted; \
                 INSERT INTO letters (id, kind, booking_id, email, name, language, notice, attempts, next_try_at, last_error, written_at, sent_at) \
                 SELECT id, 'confirmed', id, 'crew@example.com', 'crew', 'en', '{{}}', 1, {began}, '', {began}, {began} FROM wanted; \
                 UPDATE listings SET longest_claim_minutes = 180; DROP TABLE wanted"
            ))
            .expect("a crowd");
            Ok::<_, StoreError>(())
        });
        made.await.expect("made");
    }
}

async fn is_light(browser: &Browser) {
    browser.settled().await;
    let nodes = browser.ask("document.querySelectorAll('*').length").await;
    let nodes = nodes.as_u64().expect("a number");
    assert!(nodes < MOST_NODES, "{nodes} elements");
}

#[test]
fn a_crowded_board_stays_light() {
    in_every_look("crowded", |visit| async {
        visit.crowd().await;
        let browser = &visit.browser;
        visit.enter_as("manager").await;
        browser.visit("/board").await;
        if browser.is_phone() {
            browser.mark(".agenda-line").await;
            is_light(browser).await;
            return visit;
        }
        for zoom in ["board.zoom_fortnight", "board.zoom_month", "board.zoom_day"] {
            browser.press_key(zoom).await;
            browser.scroll(".board-scroll", (0.0, 9_000.0)).await;
            browser.mark(".board-body .bar").await;
            is_light(browser).await;
            browser.scroll(".board-scroll", (400.0, 90_000.0)).await;
            is_light(browser).await;
        }
        browser.look_closely().await;
        visit
    });
}
