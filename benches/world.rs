//! `World`: a cluster made from a seed: companies, crews, listings with names to be found by, and a history of claims
//! that ends a week ahead. The same seed and day make the same world on both engines.
//!
//! Each listing has one claim a day, in the morning or the afternoon, two to five hours long: a longer history is more
//! days, never busier ones. What is booked in a run lies after all of it.

use std::sync::atomic::{AtomicUsize, Ordering};

use backlot::actions::secrets::hash_token;
use backlot::domain::ids::{Id, ListingId, MemberId, ProductionId, SiteId};
use backlot::domain::listing::{Kind, Listing, ListingState};
use backlot::domain::money::{Currency, Money};
use backlot::domain::people::{Company, CompanyKind, Language, Member, Names, Role};
use backlot::domain::policy::OwnRules;
use backlot::domain::price::Rates;
use backlot::domain::span::{Instant, Span, local_midnight};
use backlot::store::productions::Production;
use backlot::store::sessions::AccessToken;
use backlot::store::sites::Site;
use backlot::store::{Conn, Use, companies, listings, members, productions, sessions, sites};
use chrono::TimeDelta;
use chrono_tz::Asia::Shanghai;
use diesel::connection::SimpleConnection;
use serde_json::{Value, json};

use crate::support::database::Database;

/// Of all that is left to chance.
pub(crate) const SEED: usize = 20_261_126;
/// Companies that book, with one member and one production each.
pub(crate) const CREWS: usize = 30;
/// Days ahead up to which there are claims already.
const DAYS_AHEAD: usize = 7;
/// The first day, from today, on which a run books, and how many follow within the horizon.
const FIRST_FREE_DAY: usize = DAYS_AHEAD + 1;
const FREE_DAYS: usize = 165;
/// Bookings a day of a listing, three hours apart.
const SLOTS_A_DAY: usize = 8;
/// What is put into one statement of a large insert.
const ROWS_AT_ONCE: usize = 1_000_000;

/// A cluster and its people.
pub(crate) struct World {
    /// Midnight in the cluster's zone.
    pub(crate) today: Instant,
    listings: usize,
    claims: usize,
    next_slot: AtomicUsize,
    next_turn: AtomicUsize,
}

/// A time of a listing at which nobody has booked yet.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Slot {
    pub(crate) listing: ListingId,
    pub(crate) span: Span,
}

/// The token of the member of a crew.
pub(crate) fn crew(place: usize) -> String {
    format!("bl_crew_{}", place % CREWS)
}

/// The token of the manager.
pub(crate) const MANAGER: &str = "bl_manager";

/// Who the manager is.
pub(crate) fn manager() -> MemberId {
    id(CREWS + 1)
}

/// The code of a listing.
pub(crate) fn code(place: usize) -> String {
    format!("L{place:05}")
}

/// An identifier of something counted from 0.
pub(crate) fn id<T: Id>(place: usize) -> T {
    T::from_raw(i64::try_from(place + 1).expect("few enough"))
}

impl World {
    /// Makes a cluster in an empty database.
    pub(crate) fn settle(database: &Database, listings: usize, claims: usize) -> Self {
        Self::settle_ahead(database, listings, claims, DAYS_AHEAD)
    }

    /// The same with claims up to another day ahead; then nothing is booked.
    pub(crate) fn settle_ahead(
        database: &Database,
        listings: usize,
        claims: usize,
        days_ahead: usize,
    ) -> Self {
        let mut conn = Conn::open(&database.address(), Use::Write).expect("a connection");
        conn.migrate().expect("migrated");
        let now = now();
        let today = local_midnight(now.with_timezone(&Shanghai).date_naive(), Shanghai);
        hurry(&mut conn);
        people(&mut conn, now);
        publish(&mut conn, listings, now);
        let until = today + TimeDelta::days(i64::try_from(days_ahead).expect("few enough"));
        history(&mut conn, until, listings, claims);
        be_careful_again(&mut conn);
        Self {
            today,
            listings,
            claims,
            next_slot: AtomicUsize::new(0),
            next_turn: AtomicUsize::new(0),
        }
    }

    /// Days of the history, those ahead included.
    pub(crate) fn days(&self) -> usize {
        self.claims / self.listings
    }

    /// A moment of one of the days from today on.
    pub(crate) fn at(&self, days: i64, hours: i64) -> Instant {
        self.today + TimeDelta::days(days) + TimeDelta::hours(hours)
    }

    /// Times of so many different listings that nobody else gets.
    pub(crate) fn slots(&self, count: usize) -> Vec<Slot> {
        let first = self.next_slot.fetch_add(count, Ordering::Relaxed);
        (first..first + count)
            .map(|place| self.slot(place))
            .collect()
    }

    fn slot(&self, place: usize) -> Slot {
        let (listing, turn) = (place % self.listings, place / self.listings);
        assert!(turn < FREE_DAYS * SLOTS_A_DAY, "the world is booked out");
        let hours = (FIRST_FREE_DAY * SLOTS_A_DAY + turn) * 3;
        let start = self.today + TimeDelta::hours(i64::try_from(hours).expect("few enough"));
        Slot {
            listing: id(listing),
            span: Span::new(start, start + TimeDelta::hours(2)).expect("two hours"),
        }
    }

    /// The body of a crew's booking of so many lines.
    pub(crate) fn booking(&self, place: usize, lines: usize) -> Value {
        body(place, &self.slots(lines))
    }

    /// The body of one more booking of the first listing.
    pub(crate) fn booking_of_the_first(&self, place: usize) -> Value {
        let turn = self.next_turn.fetch_add(1, Ordering::Relaxed);
        body(place, &[self.slot(turn * self.listings)])
    }
}

fn body(place: usize, slots: &[Slot]) -> Value {
    let line = |slot: &Slot| {
        json!({
            "listing": slot.listing.to_string(),
            "start": slot.span.start().to_rfc3339(),
            "end": slot.span.end().to_rfc3339(),
        })
    };
    let lines: Vec<Value> = slots.iter().map(line).collect();
    let production: ProductionId = id(place % CREWS);
    json!({ "production": production.to_string(), "title": "day 3", "lines": lines })
}

#[expect(
    clippy::disallowed_methods,
    reason = "the server asks the real clock too"
)]
pub(crate) fn now() -> Instant {
    chrono::Utc::now()
}

/// Does what is to be stored as a whole.
pub(crate) fn in_one_commit(conn: &mut Conn, work: impl FnOnce(&mut Conn)) {
    conn.batch_execute("BEGIN").expect("begun");
    work(conn);
    conn.batch_execute("COMMIT").expect("committed");
}

/// Filling a table needs neither durability nor the checks of what is right by construction.
fn hurry(conn: &mut Conn) {
    let order = if conn.is_sqlite() {
        "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF; PRAGMA cache_size = -500000"
    } else {
        "SET session_replication_role = replica; SET synchronous_commit = off"
    };
    conn.batch_execute(order).expect("set");
}

/// The state in which a server finds its database.
fn be_careful_again(conn: &mut Conn) {
    let order = if conn.is_sqlite() {
        "PRAGMA journal_mode = WAL"
    } else {
        "VACUUM ANALYZE; CHECKPOINT"
    };
    for one in order.split(';') {
        conn.batch_execute(one).expect("done");
    }
}

/// Crews, an owner and a manager, with tokens.
fn people(conn: &mut Conn, now: Instant) {
    for place in 0..CREWS {
        let name = format!("Crew {place}");
        person(
            conn,
            place,
            &name,
            (CompanyKind::Crew, Role::Booker),
            &crew(place),
            now,
        );
    }
    let owner = (CompanyKind::Owner, Role::Publisher);
    person(conn, CREWS, "Owner", owner, "bl_owner", now);
    let manager = (CompanyKind::Operator, Role::Manager);
    person(conn, CREWS + 1, "House", manager, MANAGER, now);
    let site = Site {
        id: id(0),
        code: "HALL".to_owned(),
        names: names("A区", "Hall A"),
        hours: None,
        version: 1,
    };
    sites::insert(conn, &site).expect("a site");
}

fn person(
    conn: &mut Conn,
    place: usize,
    name: &str,
    (kind, role): (CompanyKind, Role),
    token: &str,
    now: Instant,
) {
    let company = Company {
        id: id(place),
        code: format!("C{place:02}"),
        kinds: vec![kind],
        names: names(&format!("{name}公司"), name),
        shows_name: true,
    };
    let member = Member {
        id: id(place),
        company: company.id,
        email: format!("member{place}@example.com"),
        name: name.to_owned(),
        language: Language::Zh,
        role,
        active: true,
    };
    let production = Production {
        id: id(place),
        company: company.id,
        title: format!("Drama {place}"),
        filing_class: None,
        filing_number: String::new(),
        starts_on: None,
        ends_on: None,
        version: 1,
    };
    let token = AccessToken {
        id: id(place),
        member_id: member.id,
        name: "bench".to_owned(),
        secret_hash: hash_token(token),
        created_at: now.into(),
    };
    companies::insert(conn, &company, now).expect("a company");
    members::insert(conn, &member, now).expect("a member");
    productions::insert(conn, &production, now).expect("a production");
    sessions::insert_token(conn, token).expect("a token");
}

/// Kind, category, and what things of it are called.
pub(crate) const SHELVES: [(Kind, &str, &str, &str); 8] = [
    (Kind::Scene, "modern_interior", "现代客厅", "Living room"),
    (Kind::Scene, "ancient", "古装宫殿", "Palace hall"),
    (Kind::Equipment, "camera", "电影摄影机", "Cinema camera"),
    (Kind::Equipment, "lighting", "影视灯", "Key light"),
    (Kind::Prop, "hand_prop", "手持道具", "Hand prop"),
    (Kind::Prop, "furniture", "家具陈设", "Furniture"),
    (Kind::Facility, "facility", "化妆间", "Make-up room"),
    (Kind::Service, "service", "灯光师", "Gaffer"),
];
/// What tells them apart.
const KINDS_OF: [(&str, &str); 7] = [
    ("北欧", "Nordic"),
    ("医院", "hospital"),
    ("总裁", "executive"),
    ("复古", "vintage"),
    ("校园", "campus"),
    ("豪华", "grand"),
    ("简约", "plain"),
];

fn publish(conn: &mut Conn, count: usize, now: Instant) {
    let all: Vec<Listing> = (0..count).map(listing).collect();
    in_one_commit(conn, |conn| {
        for some in all.chunks(1_000) {
            listings::insert_all(conn, some, now).expect("listings");
        }
    });
}

/// A listing as it would be published.
pub(crate) fn listing(place: usize) -> Listing {
    let (kind, category, zh, en) = SHELVES[place % SHELVES.len()];
    let (which_zh, which_en) = KINDS_OF[(place / SHELVES.len()) % KINDS_OF.len()];
    let yuan = |amount: usize| Money {
        minor: i64::try_from(amount * 100).expect("few enough"),
        currency: Currency::CNY,
    };
    Listing {
        id: id(place),
        code: code(place),
        kind,
        category: category.to_owned(),
        names: names(
            &format!("{which_zh}{zh}{place}号"),
            &format!("{which_en} {en} {place}"),
        ),
        descriptions: names("可当日使用,含基础布光", "Ready to shoot, with basic light"),
        tags: vec![which_en.to_lowercase(), format!("row{}", place % 50)],
        alike: String::new(),
        site: SiteId::from_raw(1),
        owner: id(CREWS),
        state: ListingState::Published,
        quantity: 1,
        area_sqm: Some(80),
        rates: Rates {
            day: Some(yuan(300 + place % 4_000)),
            hour: Some(yuan(50 + place % 400)),
            deposit: yuan(500),
        },
        own_rules: OwnRules::default(),
        parts: 0,
        version: 1,
    }
}

fn names(zh: &str, en: &str) -> Names {
    Names {
        zh: zh.to_owned(),
        en: en.to_owned(),
    }
}

/// What a line of the history cost.
const PRICE: &str = r#"{"total":{"amount":0,"currency":"CNY"},"deposit":{"amount":0,"currency":"CNY"},"basis":"free","parts":[]}"#;
/// Minutes of the longest claim of the history: five hours and an hour after them.
const LONGEST_CLAIM: u32 = 360;

/// A booking with one line for each claim, day by day.
fn history(conn: &mut Conn, until: Instant, listings: usize, claims: usize) {
    if claims == 0 {
        return;
    }
    let days = claims.div_ceil(listings);
    let first_day = until - TimeDelta::days(i64::try_from(days).expect("few enough"));
    for first in (0..claims).step_by(ROWS_AT_ONCE) {
        let rows = first..claims.min(first + ROWS_AT_ONCE);
        for insert in inserts(conn.is_sqlite(), first_day, listings, rows) {
            conn.batch_execute(&insert).expect("a history");
        }
    }
    let longest = format!("UPDATE listings SET longest_claim_minutes = {LONGEST_CLAIM}");
    conn.batch_execute(&longest).expect("a longest claim");
}

/// The statements that make the bookings and lines counted by `rows`. The engine makes them itself: a row at a time
/// over the wire would take minutes.
fn inserts(
    sqlite: bool,
    first_day: Instant,
    listings: usize,
    rows: std::ops::Range<usize>,
) -> [String; 2] {
    let moment = |minutes: &str| {
        let micros = first_day.timestamp_micros();
        if sqlite {
            format!("{micros} + ({minutes}) * 60000000")
        } else {
            format!(
                "TIMESTAMPTZ 'epoch' + ({micros} + ({minutes}) * 60000000) * INTERVAL '1 microsecond'"
            )
        }
    };
    let yes = if sqlite { "1" } else { "true" };
    let (from, to) = (rows.start, rows.end);
    // The higher bits of a linear congruential generator, one draw a row.
    let drawn = format!("((i * 1103515245 + {SEED}) % 2147483648 / 65536)");
    let counted = format!(
        "WITH RECURSIVE n(i) AS (SELECT CAST({from} AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i + 1 < {to}), \
         c AS (SELECT i, i % {CREWS} + 1 AS crew, i % {listings} + 1 AS listing, \
         i / {listings} * 1440 + 480 + {drawn} % 2 * 360 + {drawn} / 2 % 4 * 30 AS began, \
         120 + {drawn} / 8 % 4 * 60 AS took FROM n)"
    );
    let (start, end) = (moment("began"), moment("began + took"));
    let free_again = moment("began + took + 60");
    let owner = CREWS + 1;
    [
        format!(
            "{counted} INSERT INTO bookings (id, reference, company_id, production_id, booked_by, title, note, together, \
             version, sequence, created_at, changed_at) \
             SELECT i + 1, 'BK-' || i, crew, crew, crew, '', '', {yes}, 1, 0, {start}, {start} FROM c"
        ),
        format!(
            "{counted} INSERT INTO lines (id, booking_id, position, listing_id, owner_id, company_id, production_id, units, \
             starts_at, ends_at, claim_starts_at, claim_ends_at, state, live, price, reason) \
             SELECT i + 1, i + 1, 0, listing, {owner}, crew, crew, 1, {start}, {end}, {start}, {free_again}, \
             'confirmed', {yes}, '{PRICE}', '' FROM c"
        ),
    ]
}
