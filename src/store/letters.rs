//! Rows of the outbox: letters owed, in the transaction that owes them.

use std::collections::BTreeMap;

use diesel::prelude::*;

use super::columns::At;
use super::conn::{Conn, insert_rows};
use super::schema::{letters, letters_about};
use super::{StoreError, page};
use crate::domain::ids::{BookingId, LetterId};
use crate::domain::notice::{LetterState, Notice, Recipient};
use crate::domain::people::Language;
use crate::domain::span::Instant;

/// A letter of the outbox.
#[derive(Debug, Clone)]
pub struct Letter {
    /// Its identifier; the Message-ID is made of it, so a second try carries the same.
    pub id: LetterId,
    /// The booking it is about.
    pub booking: Option<BookingId>,
    /// Who it goes to.
    pub recipient: Recipient,
    /// What it says. `None` once a letter with a secret in it has been sent; and where a newer server owes it, in
    /// words this one does not know yet.
    pub notice: Option<Notice>,
    /// What kind it is, in a word. A newer server may have more of them, and must not keep this one from the others.
    pub kind: String,
    /// How often it was tried.
    pub attempts: i32,
    /// When it is tried next.
    pub next_try_at: Instant,
    /// What the last try ran into.
    pub last_error: String,
    /// When it was owed.
    pub written_at: Instant,
    /// When it was sent.
    pub sent_at: Option<Instant>,
    /// When it was given up.
    pub given_up_at: Option<Instant>,
    /// The request it was owed by.
    pub request: Option<String>,
}

impl Letter {
    /// Where it is in its life.
    pub fn state(&self) -> LetterState {
        match (self.sent_at, self.given_up_at) {
            (Some(_), _) => LetterState::Sent,
            (None, Some(_)) => LetterState::GivenUp,
            (None, None) => LetterState::Waiting,
        }
    }
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = letters)]
#[diesel(treat_none_as_default_value = false)]
struct Row {
    id: LetterId,
    kind: String,
    booking_id: Option<BookingId>,
    email: String,
    name: String,
    language: Language,
    notice: String,
    attempts: i32,
    next_try_at: At,
    last_error: String,
    written_at: At,
    sent_at: Option<At>,
    given_up_at: Option<At>,
    request_id: Option<String>,
}

impl Row {
    fn letter(self) -> Letter {
        Letter {
            id: self.id,
            booking: self.booking_id,
            recipient: Recipient {
                email: self.email,
                name: self.name,
                language: self.language,
            },
            notice: serde_json::from_str(&self.notice).ok(),
            kind: self.kind,
            attempts: self.attempts,
            next_try_at: self.next_try_at.0,
            last_error: self.last_error,
            written_at: self.written_at.0,
            sent_at: self.sent_at.map(|at| at.0),
            given_up_at: self.given_up_at.map(|at| at.0),
            request: self.request_id,
        }
    }
}

/// What replaces a secret notice once it is sent.
const NOTHING: &str = "null";

/// Puts letters into the outbox, in the transaction that owes them, in this order.
pub fn put(conn: &mut Conn, owed: &[(Recipient, Notice)], now: Instant) -> Result<(), StoreError> {
    if owed.is_empty() {
        return Ok(());
    }
    let rows: Result<Vec<Row>, StoreError> = owed
        .iter()
        .map(|(to, notice)| row(to, notice, now))
        .collect();
    let rows = rows?;
    let about = about(&rows, owed);
    insert_rows!(conn, letters::table, rows)?;
    if about.is_empty() {
        return Ok(());
    }
    insert_rows!(conn, letters_about::table, about)?;
    Ok(())
}

#[derive(Insertable)]
#[diesel(table_name = letters_about)]
#[diesel(treat_none_as_default_value = false)]
struct AboutRow {
    booking_id: BookingId,
    letter_id: LetterId,
}

/// The further bookings these letters tell of: the dates of a series after the first.
fn about(rows: &[Row], owed: &[(Recipient, Notice)]) -> Vec<AboutRow> {
    let mut about = Vec::new();
    for (row, (_, notice)) in rows.iter().zip(owed) {
        let dates = notice
            .booking()
            .into_iter()
            .flat_map(|booking| &booking.dates);
        about.extend(dates.map(|date| AboutRow {
            booking_id: date.booking,
            letter_id: row.id,
        }));
    }
    about
}

fn row(to: &Recipient, notice: &Notice, now: Instant) -> Result<Row, StoreError> {
    Ok(Row {
        id: super::fresh_id(now),
        kind: notice.kind().as_str().to_owned(),
        booking_id: notice.booking().map(|booking| booking.booking),
        email: to.email.clone(),
        name: to.name.clone(),
        language: to.language,
        notice: serde_json::to_string(notice)
            .map_err(|error| StoreError::Other(error.to_string()))?,
        attempts: 0,
        next_try_at: now.into(),
        last_error: String::new(),
        written_at: now.into(),
        sent_at: None,
        given_up_at: None,
        request_id: super::cause::of_this_write(),
    })
}

/// Takes up to `limit` letters that are due, for this process, until `until`.
///
/// A letter waits for an earlier one of its booking, unless that one goes to somebody else and waits
/// out a refusal: a full mailbox of the owner must not keep the crew's letter back. The letter of a series is one
/// of each of its dates.
///
/// A claim that lasts longer than twice as long as this one will is none any more: the clock was set back since. Not
/// at once, for the clocks of two servers are never quite the same.
pub fn claim_due(
    conn: &mut Conn,
    now: Instant,
    until: Instant,
    limit: i64,
) -> Result<Vec<Letter>, StoreError> {
    let longest_claim = until + (until - now);
    let earlier = diesel::alias!(letters as earlier);
    let blocked = earlier
        .filter(earlier.field(letters::booking_id).eq(letters::booking_id))
        .filter(earlier.field(letters::id).lt(letters::id))
        .filter(earlier.field(letters::sent_at).is_null())
        .filter(earlier.field(letters::given_up_at).is_null())
        .filter(
            earlier
                .field(letters::email)
                .eq(letters::email)
                .or(earlier.field(letters::next_try_at).le(At(now))),
        );
    let series = diesel::alias!(letters as earlier_of_series);
    let blocked_by_series = letters_about::table
        .inner_join(series.on(series.field(letters::id).eq(letters_about::letter_id)))
        .filter(letters_about::booking_id.nullable().eq(letters::booking_id))
        .filter(series.field(letters::id).lt(letters::id))
        .filter(series.field(letters::sent_at).is_null())
        .filter(series.field(letters::given_up_at).is_null())
        .filter(
            series
                .field(letters::email)
                .eq(letters::email)
                .or(series.field(letters::next_try_at).le(At(now))),
        );
    let date = diesel::alias!(letters as earlier_of_date);
    let blocked_by_date = letters_about::table
        .inner_join(
            date.on(date
                .field(letters::booking_id)
                .eq(letters_about::booking_id.nullable())),
        )
        .filter(letters_about::letter_id.eq(letters::id))
        .filter(date.field(letters::id).lt(letters::id))
        .filter(date.field(letters::sent_at).is_null())
        .filter(date.field(letters::given_up_at).is_null())
        .filter(
            date.field(letters::email)
                .eq(letters::email)
                .or(date.field(letters::next_try_at).le(At(now))),
        );
    let due = letters::table
        .filter(letters::sent_at.is_null())
        .filter(letters::given_up_at.is_null())
        .filter(letters::next_try_at.le(At(now)))
        .filter(
            letters::claimed_until
                .is_null()
                .or(letters::claimed_until.le(At(now)))
                .or(letters::claimed_until.gt(At(longest_claim))),
        )
        .filter(diesel::dsl::not(diesel::dsl::exists(blocked)))
        .filter(diesel::dsl::not(diesel::dsl::exists(blocked_by_series)))
        .filter(diesel::dsl::not(diesel::dsl::exists(blocked_by_date)))
        // As the index has them, so that a look at a hundred thousand that wait ends with the first few.
        .order((letters::next_try_at, letters::id))
        .limit(page(limit))
        .select(letters::id);
    // On PostgreSQL another process may be at the same rows: each takes what the other left.
    let ids: Vec<LetterId> = match conn {
        Conn::Postgres(postgres) => due.for_no_key_update().skip_locked().load(postgres)?,
        Conn::Sqlite(sqlite) => due.load(sqlite)?,
    };
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let claimed = || letters::table.filter(letters::id.eq_any(ids.clone()));
    diesel::update(claimed())
        .set(letters::claimed_until.eq(At(until)))
        .execute(conn)?;
    let rows: Vec<Row> = claimed()
        .order(letters::id)
        .select(Row::as_select())
        .load(conn)?;
    Ok(rows.into_iter().map(Row::letter).collect())
}

/// Makes due what waits for a moment it cannot have been given: the clock was set back since. What was never tried waits
/// until `latest_untried` at most, what was put off until `latest`. Says whether there was any.
///
/// An update of its own and not an "or" in [`claim_due`], where it would keep SQLite from the index of what waits.
pub fn bring_forward(
    conn: &mut Conn,
    now: Instant,
    latest_untried: Instant,
    latest: Instant,
) -> Result<bool, StoreError> {
    let beyond = letters::table
        .filter(letters::sent_at.is_null())
        .filter(letters::given_up_at.is_null())
        .filter(letters::next_try_at.gt(At(latest_untried)))
        .filter(
            letters::attempts
                .eq(0)
                .or(letters::next_try_at.gt(At(latest))),
        );
    let rows = diesel::update(beyond)
        .set(letters::next_try_at.eq(At(now)))
        .execute(conn)?;
    Ok(rows > 0)
}

/// Marks letters sent. One with a secret in it forgets what it said.
pub fn mark_sent(conn: &mut Conn, sent: &[Letter], now: Instant) -> Result<(), StoreError> {
    let mut by_attempts: BTreeMap<i32, Vec<LetterId>> = BTreeMap::new();
    for letter in sent {
        by_attempts
            .entry(letter.attempts + 1)
            .or_default()
            .push(letter.id);
    }
    for (attempts, ids) in by_attempts {
        diesel::update(letters::table.filter(letters::id.eq_any(ids)))
            .set((
                letters::sent_at.eq(At(now)),
                letters::claimed_until.eq(None::<At>),
                letters::attempts.eq(attempts),
                letters::last_error.eq(""),
            ))
            .execute(conn)?;
    }
    let secret = sent.iter().filter(|letter| letter.booking.is_none());
    let secret: Vec<LetterId> = secret.map(|letter| letter.id).collect();
    if !secret.is_empty() {
        diesel::update(letters::table.filter(letters::id.eq_any(secret)))
            .set(letters::notice.eq(NOTHING))
            .execute(conn)?;
    }
    Ok(())
}

/// Gives a letter back, to be tried again at `next_try_at`; `attempts` counts only its own refusals.
pub fn try_later(
    conn: &mut Conn,
    id: LetterId,
    attempts: i32,
    next_try_at: Instant,
    error: &str,
) -> Result<(), StoreError> {
    diesel::update(letters::table.find(id))
        .set((
            letters::attempts.eq(attempts),
            letters::next_try_at.eq(At(next_try_at)),
            letters::claimed_until.eq(None::<At>),
            letters::last_error.eq(error),
        ))
        .execute(conn)?;
    Ok(())
}

/// Gives back letters that were claimed and never tried.
pub fn give_back(conn: &mut Conn, ids: &[LetterId]) -> Result<(), StoreError> {
    diesel::update(letters::table.filter(letters::id.eq_any(ids)))
        .set(letters::claimed_until.eq(None::<At>))
        .execute(conn)?;
    Ok(())
}

/// Gives a letter up.
pub fn give_up(
    conn: &mut Conn,
    id: LetterId,
    attempts: i32,
    now: Instant,
    error: &str,
) -> Result<(), StoreError> {
    diesel::update(letters::table.find(id))
        .set((
            letters::attempts.eq(attempts),
            letters::given_up_at.eq(At(now)),
            letters::claimed_until.eq(None::<At>),
            letters::last_error.eq(error),
        ))
        .execute(conn)?;
    Ok(())
}

/// Puts a letter that was given up back to waiting; says whether it was one.
pub fn resend(conn: &mut Conn, id: LetterId, now: Instant) -> Result<bool, StoreError> {
    let given_up = letters::table
        .find(id)
        .filter(letters::given_up_at.is_not_null());
    let rows = diesel::update(given_up)
        .set((
            letters::given_up_at.eq(None::<At>),
            letters::next_try_at.eq(At(now)),
            letters::attempts.eq(0),
        ))
        .execute(conn)?;
    Ok(rows == 1)
}

/// One letter.
pub fn find(conn: &mut Conn, id: LetterId) -> Result<Letter, StoreError> {
    let row: Row = letters::table
        .find(id)
        .select(Row::as_select())
        .first(conn)?;
    Ok(row.letter())
}

/// A page of letters, newest first.
pub fn list(
    conn: &mut Conn,
    state: Option<LetterState>,
    before: Option<LetterId>,
    limit: i64,
) -> Result<Vec<Letter>, StoreError> {
    let mut query = letters::table
        .order(letters::id.desc())
        .limit(page(limit))
        .select(Row::as_select())
        .into_boxed();
    query = match state {
        None => query,
        Some(LetterState::Sent) => query.filter(letters::sent_at.is_not_null()),
        Some(LetterState::GivenUp) => query.filter(letters::given_up_at.is_not_null()),
        Some(LetterState::Waiting) => query
            .filter(letters::sent_at.is_null())
            .filter(letters::given_up_at.is_null()),
    };
    if let Some(before) = before {
        query = query.filter(letters::id.lt(before));
    }
    let rows: Vec<Row> = query.load(conn)?;
    Ok(rows.into_iter().map(Row::letter).collect())
}

/// The letters of a booking, oldest first; those of its series that tell of it too.
pub fn of_booking(
    conn: &mut Conn,
    booking: BookingId,
    limit: i64,
) -> Result<Vec<Letter>, StoreError> {
    let of_series = letters_about::table
        .filter(letters_about::booking_id.eq(booking))
        .select(letters_about::letter_id);
    let rows: Vec<Row> = letters::table
        .filter(
            letters::booking_id
                .eq(booking)
                .or(letters::id.eq_any(of_series)),
        )
        .order(letters::id)
        .limit(page(limit))
        .select(Row::as_select())
        .load(conn)?;
    Ok(rows.into_iter().map(Row::letter).collect())
}

/// How many letters wait, and since when the oldest does.
pub fn backlog(conn: &mut Conn) -> Result<(i64, Option<Instant>), StoreError> {
    let waiting = || {
        letters::table
            .filter(letters::sent_at.is_null())
            .filter(letters::given_up_at.is_null())
    };
    let count: i64 = waiting().count().get_result(conn)?;
    let oldest: Option<At> = waiting()
        .order(letters::id)
        .select(letters::written_at)
        .first(conn)
        .optional()?;
    Ok((count, oldest.map(|at| at.0)))
}

/// Lets go of claims a process that died left behind. Only where no other process can be at work: on
/// SQLite at the start.
pub fn release_claims(conn: &mut Conn) -> Result<(), StoreError> {
    diesel::update(letters::table.filter(letters::claimed_until.is_not_null()))
        .set(letters::claimed_until.eq(None::<At>))
        .execute(conn)?;
    Ok(())
}
