//! The outbox's way out: claim letters that are due, put them into words, hand them to the post, note how
//! it went. A crash anywhere loses nothing: at worst a letter is handed over again under the same
//! Message-ID.

use std::time::Duration;

use chrono::TimeDelta;
use futures_util::stream::{self, StreamExt};
use tokio::time::timeout;

use crate::app::{App, LONGEST_TRY};
use crate::domain::ids::LetterId;
use crate::domain::notice::Notice;
use crate::domain::span::Instant;
use crate::mail::letters as words;
use crate::mail::post::{Envelope, PostFault};
use crate::store::letters::{self, Letter};
use crate::store::{StoreError, WriteError};

/// How many letters one claim takes.
const CLAIM: i64 = 16;
/// How many are with the post at once. Letters of one booking never are: a claim takes the first only.
const AT_ONCE: usize = 4;
/// A letter that has left is marked so within this.
const NOTED_WITHIN: Duration = Duration::from_millis(250);
/// After this a claim lapses: the process that made it has died. Longer than any try at a letter, and no try begins
/// that might outlast it: a letter two processes have in hand would go twice.
const CLAIM_LASTS: TimeDelta = TimeDelta::seconds(90);
/// Pauses between tries of a letter that the server puts off; after the last it is given up (RFC 5321,
/// section 4.5.4.1, asks for four to five days; ours are about bookings, two are enough).
const PAUSES_MINUTES: [i64; 10] = [1, 5, 15, 30, 60, 120, 240, 480, 720, 1_200];

/// How a round went.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sent {
    /// Letters the next server has.
    pub letters: usize,
    /// Whether the post could not be reached; the rest waits.
    pub post_is_down: bool,
}

/// Sends what is due, until nothing is, the post is down, or this process is asked to stop.
pub async fn send_due(app: &App) -> Result<Sent, StoreError> {
    let mut sent = Sent::default();
    while !app.drain.has_begun() {
        let now = app.clock.now();
        let claimed = app
            .store
            .write(move |conn| letters::claim_due(conn, now, now + CLAIM_LASTS, CLAIM))
            .await?;
        if claimed.is_empty() {
            return Ok(sent);
        }
        let round = send_round(app, claimed, now).await?;
        sent.letters += round.letters;
        if round.post_is_down {
            return Ok(Sent {
                post_is_down: true,
                ..sent
            });
        }
    }
    Ok(sent)
}

/// Whether there is time enough for one more try of what was claimed then.
fn may_begin(app: &App, claimed_at: Instant) -> bool {
    let longest = TimeDelta::from_std(LONGEST_TRY).unwrap_or(CLAIM_LASTS);
    !app.drain.has_begun() && app.clock.now() + longest < claimed_at + CLAIM_LASTS
}

/// Tries each letter of a claim once, as far as there is time; gives the others back.
async fn send_round(
    app: &App,
    claimed: Vec<Letter>,
    claimed_at: Instant,
) -> Result<Sent, StoreError> {
    let mut tries = stream::iter(claimed)
        .map(|letter| async move {
            if may_begin(app, claimed_at) {
                send_one(app, letter).await
            } else {
                Ok(Outcome::NotBegun(letter.id))
            }
        })
        .buffer_unordered(AT_ONCE);
    let mut letters = 0;
    let mut unreached = Vec::new();
    let mut not_begun: Vec<LetterId> = Vec::new();
    let mut sent = Sending::default();
    let mut failed = None;
    loop {
        match timeout(NOTED_WITHIN, tries.next()).await {
            Ok(Some(Ok(Outcome::Sent(letter)))) => {
                letters += 1;
                sent.keep(app, *letter).await?;
            }
            Ok(Some(Ok(Outcome::NotThisOne))) => {}
            Ok(Some(Ok(Outcome::NotBegun(letter)))) => not_begun.push(letter),
            Ok(Some(Ok(Outcome::Unreached(letter, why)))) => unreached.push((letter, why)),
            // What has left is noted all the same.
            Ok(Some(Err(error))) => failed = Some(error),
            Ok(None) => break,
            // The post takes its time with one; the others are not kept unmarked meanwhile.
            Err(_) => sent.note(app).await?,
        }
    }
    sent.note(app).await?;
    if !not_begun.is_empty() {
        note(app, move |conn| letters::give_back(conn, &not_begun)).await?;
    }
    if let Some(error) = failed {
        return Err(error);
    }
    // A post that took others is not down: a letter at which the server cuts the line is that letter's
    // own trouble, and must not keep the rest back for ever.
    let post_is_down = letters == 0 && !unreached.is_empty();
    for (letter, why) in unreached {
        let now = app.clock.now();
        if post_is_down {
            give_back(app, &letter, &why).await?;
        } else {
            put_off(app, &letter, now, &why).await?;
        }
    }
    Ok(Sent {
        letters,
        post_is_down,
    })
}

/// Letters that have left and are not marked yet. Marked one by one they would take as many writes as bookings do; a
/// process that dies meanwhile has those of its last moments sent again, under the same Message-ID.
#[derive(Default)]
struct Sending {
    left: Vec<Letter>,
    since: Option<tokio::time::Instant>,
}

impl Sending {
    async fn keep(&mut self, app: &App, letter: Letter) -> Result<(), StoreError> {
        self.left.push(letter);
        let since = *self.since.get_or_insert_with(tokio::time::Instant::now);
        if since.elapsed() >= NOTED_WITHIN {
            self.note(app).await?;
        }
        Ok(())
    }

    async fn note(&mut self, app: &App) -> Result<(), StoreError> {
        self.since = None;
        let left = std::mem::take(&mut self.left);
        if left.is_empty() {
            return Ok(());
        }
        let now = app.clock.now();
        note(app, move |conn| letters::mark_sent(conn, &left, now)).await
    }
}

enum Outcome {
    Sent(Box<Letter>),
    NotThisOne,
    NotBegun(LetterId),
    Unreached(Box<Letter>, String),
}

async fn send_one(app: &App, letter: Letter) -> Result<Outcome, StoreError> {
    let now = app.clock.now();
    let Some(notice) = letter.notice.clone() else {
        return give_up(app, &letter, now, "it no longer knows what it says").await;
    };
    let tried = hand_over(app, &letter, &notice).await;
    let outcome = match &tried {
        Ok(()) => "sent",
        Err(PostFault::Refused(_)) => "refused",
        Err(PostFault::Later(_)) => "put_off",
        Err(PostFault::Unreachable(_)) => "unreachable",
    };
    app.metrics.letter(outcome);
    let request = letter.request.as_deref().unwrap_or("none");
    tracing::info!(letter = %letter.id, request, outcome, "a letter was tried");
    match tried {
        Ok(()) => Ok(Outcome::Sent(Box::new(letter))),
        Err(PostFault::Refused(why)) => give_up(app, &letter, now, &why).await,
        Err(PostFault::Later(why)) => put_off(app, &letter, now, &why).await,
        Err(PostFault::Unreachable(why)) => Ok(Outcome::Unreached(Box::new(letter), why)),
    }
}

/// Back to the outbox as it was: the post was down, which says nothing of the letter.
async fn give_back(app: &App, letter: &Letter, why: &str) -> Result<(), StoreError> {
    tracing::warn!(%why, "the post is down, letters wait");
    let (id, attempts, due, why) = (
        letter.id,
        letter.attempts,
        letter.next_try_at,
        why.to_owned(),
    );
    note(app, move |conn| {
        letters::try_later(conn, id, attempts, due, &why)
    })
    .await
}

async fn hand_over(app: &App, letter: &Letter, notice: &Notice) -> Result<(), PostFault> {
    let written = words::write(notice, &letter.recipient, &app.identity);
    let id = app.message_id(letter.id);
    let envelope = Envelope {
        from: &app.identity,
        to: &letter.recipient,
        message_id: &id,
        date: letter.written_at,
    };
    app.post.send(&written, &envelope).await
}

async fn put_off(
    app: &App,
    letter: &Letter,
    now: Instant,
    why: &str,
) -> Result<Outcome, StoreError> {
    let tried = usize::try_from(letter.attempts).unwrap_or(usize::MAX);
    let Some(pause) = PAUSES_MINUTES.get(tried) else {
        return give_up(app, letter, now, why).await;
    };
    let next = now + TimeDelta::minutes(*pause);
    let (id, attempts, why) = (letter.id, letter.attempts + 1, why.to_owned());
    note(app, move |conn| {
        letters::try_later(conn, id, attempts, next, &why)
    })
    .await?;
    Ok(Outcome::NotThisOne)
}

async fn give_up(
    app: &App,
    letter: &Letter,
    now: Instant,
    why: &str,
) -> Result<Outcome, StoreError> {
    tracing::warn!(letter = %letter.id, "a letter was given up; a manager can have it sent again");
    let (id, attempts, why) = (letter.id, letter.attempts + 1, why.to_owned());
    note(app, move |conn| {
        letters::give_up(conn, id, attempts, now, &why)
    })
    .await?;
    Ok(Outcome::NotThisOne)
}

async fn note<E: WriteError>(
    app: &App,
    write: impl Fn(&mut crate::store::Conn) -> Result<(), E> + Send + Sync + 'static,
) -> Result<(), E> {
    app.store.write(write).await
}
