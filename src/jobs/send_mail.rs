//! The outbox's way out: claim letters that are due, put them into words, hand them to the post, note how
//! it went. A crash anywhere loses nothing: at worst a letter is handed over again under the same
//! Message-ID.

use std::mem::take;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use chrono::TimeDelta;
use futures_util::FutureExt;
use futures_util::stream::{self, StreamExt};
use tokio::time::timeout;

use crate::app::{App, LONGEST_TRY};
use crate::calendar::identity::Identity;
use crate::domain::ids::LetterId;
use crate::domain::notice::Notice;
use crate::domain::span::Instant;
use crate::mail::letters as words;
use crate::mail::post::{Envelope, PostFault};
use crate::store::letters::{self, Letter};
use crate::store::{Conn, StoreError, WriteError};

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
/// The last of them: a letter that waits for longer was put off by a clock that has been set back since.
const LONGEST_PAUSE: TimeDelta = TimeDelta::minutes(PAUSES_MINUTES[PAUSES_MINUTES.len() - 1]);

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
        let claimed = claim(app, now).await?;
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

/// What is due; where nothing is, what would be if the clock had not been set back.
async fn claim(app: &App, now: Instant) -> Result<Vec<Letter>, StoreError> {
    let until = now + CLAIM_LASTS;
    // The clocks of two servers are never quite the same: what is a little ahead stays as it is.
    let latest = until + LONGEST_PAUSE;
    let claim = move |conn: &mut Conn| {
        let due = letters::claim_due(conn, now, until, CLAIM)?;
        if due.is_empty() && letters::bring_forward(conn, now, until, latest)? {
            return letters::claim_due(conn, now, until, CLAIM);
        }
        Ok(due)
    };
    app.store.write(claim).await
}

/// Whether there is time enough for one more try of what was claimed then.
fn may_begin(app: &App, claimed_at: Instant) -> bool {
    let longest = TimeDelta::from_std(LONGEST_TRY).unwrap_or(CLAIM_LASTS);
    !app.drain.has_begun() && app.clock.now() + longest < claimed_at + CLAIM_LASTS
}

/// Tries each letter of a claim once, as far as there is time; gives the others back. Where the store fails nothing more
/// is begun; what is under way comes to its end all the same, for a letter dropped in mid-conversation may go twice.
async fn send_round(
    app: &App,
    claimed: Vec<Letter>,
    claimed_at: Instant,
) -> Result<Sent, StoreError> {
    let store_fails = AtomicBool::new(false);
    let mut tries = stream::iter(claimed)
        .map(|letter| async {
            if may_begin(app, claimed_at) && !store_fails.load(Ordering::Relaxed) {
                send_one(app, letter).await
            } else {
                Ok(Outcome::NotBegun(letter.id))
            }
        })
        .buffer_unordered(AT_ONCE);
    let mut round = Round::default();
    loop {
        match timeout(NOTED_WITHIN, tries.next()).await {
            Ok(Some(outcome)) => round.take(app, outcome).await,
            Ok(None) => break,
            // The post takes its time with one; the others are not kept unmarked meanwhile.
            Err(_) => round.mark_sent(app).await,
        }
        store_fails.store(round.failed.is_some(), Ordering::Relaxed);
    }
    round.end(app).await
}

/// What came of the letters of a claim.
#[derive(Default)]
struct Round {
    letters: usize,
    sent: Sending,
    not_begun: Vec<LetterId>,
    unreached: Vec<(Letter, String)>,
    /// What the store first ran into.
    failed: Option<StoreError>,
}

impl Round {
    async fn take(&mut self, app: &App, outcome: Result<Outcome, StoreError>) {
        match outcome {
            Ok(Outcome::Sent(letter)) => {
                self.letters += 1;
                if self.sent.keep(*letter) {
                    self.mark_sent(app).await;
                }
            }
            Ok(Outcome::NotThisOne) => {}
            Ok(Outcome::NotBegun(letter)) => self.not_begun.push(letter),
            Ok(Outcome::Unreached(letter, why)) => self.unreached.push((*letter, why)),
            Err(error) => self.note(Err(error)),
        }
    }

    /// A store that has failed is not asked again before the end: each try may take seconds, and letters are under way.
    async fn mark_sent(&mut self, app: &App) {
        if self.failed.is_none() {
            let marked = self.sent.mark(app).await;
            self.note(marked);
        }
    }

    /// Everything that can be is brought to its end before a fault of the store is told.
    async fn end(mut self, app: &App) -> Result<Sent, StoreError> {
        let marked = self.sent.mark(app).await;
        self.note(marked);
        let (not_begun, unreached) = (take(&mut self.not_begun), take(&mut self.unreached));
        // A post that took others is not down: a letter at which the server cuts the line is that letter's
        // own trouble, and must not keep the rest back for ever.
        let post_is_down = self.letters == 0 && !unreached.is_empty();
        let (as_they_were, put_off_now) = if post_is_down {
            (unreached, Vec::new())
        } else {
            (Vec::new(), unreached)
        };
        let given_back = give_back(app, not_begun, as_they_were).await;
        self.note(given_back);
        for (letter, why) in put_off_now {
            let later = put_off(app, &letter, app.clock.now(), &why).await;
            self.note(later.map(drop));
        }
        let sent = Sent {
            letters: self.letters,
            post_is_down,
        };
        self.failed.map_or(Ok(sent), Err)
    }

    fn note(&mut self, done: Result<(), StoreError>) {
        if let Err(error) = done {
            self.failed.get_or_insert(error);
        }
    }
}

/// Letters that have left and are not marked yet. Marked one by one they would take as many writes as bookings do; a
/// process that dies meanwhile has those of its last moments sent again, under the same Message-ID.
#[derive(Default)]
struct Sending {
    left: Vec<Letter>,
    since: Option<tokio::time::Instant>,
}

impl Sending {
    /// Says whether it is time to mark them.
    fn keep(&mut self, letter: Letter) -> bool {
        self.left.push(letter);
        let since = *self.since.get_or_insert_with(tokio::time::Instant::now);
        since.elapsed() >= NOTED_WITHIN
    }

    /// What could not be marked is kept, for another try.
    async fn mark(&mut self, app: &App) -> Result<(), StoreError> {
        self.since = None;
        if self.left.is_empty() {
            return Ok(());
        }
        let (left, now) = (Arc::new(take(&mut self.left)), app.clock.now());
        let marking = Arc::clone(&left);
        let marked = note(app, move |conn| letters::mark_sent(conn, &marking, now)).await;
        if marked.is_err() {
            self.left = Arc::unwrap_or_clone(left);
        }
        marked
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
    let tried = try_once(app, &letter).await;
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

/// Whatever goes wrong is this letter's trouble: also what this server is too old to read, while another may already be
/// newer; and a panic on the way out, which another letter need not meet.
async fn try_once(app: &App, letter: &Letter) -> Result<(), PostFault> {
    let Some(notice) = &letter.notice else {
        let unread = "this server cannot read what it says; a newer one may";
        return Err(PostFault::Later(unread.to_owned()));
    };
    let tried = AssertUnwindSafe(hand_over(app, letter, notice)).catch_unwind();
    tried.await.unwrap_or_else(|_| {
        tracing::error!(letter = %letter.id, "the post panicked over a letter");
        let ours = "a fault of this server, see its log";
        Err(PostFault::Later(ours.to_owned()))
    })
}

/// Back to the outbox as they were: what was not begun, and what met a post that was down, which says nothing of the
/// letter.
async fn give_back(
    app: &App,
    not_begun: Vec<LetterId>,
    unreached: Vec<(Letter, String)>,
) -> Result<(), StoreError> {
    if let Some((_, why)) = unreached.first() {
        tracing::warn!(%why, "the post is down, letters wait");
    }
    if not_begun.is_empty() && unreached.is_empty() {
        return Ok(());
    }
    note(app, move |conn| {
        letters::give_back(conn, &not_begun)?;
        for (letter, why) in &unreached {
            letters::try_later(conn, letter.id, letter.attempts, letter.next_try_at, why)?;
        }
        Ok(())
    })
    .await
}

async fn hand_over(app: &App, letter: &Letter, notice: &Notice) -> Result<(), PostFault> {
    let written = in_words(letter, notice, &app.identity)?;
    let id = app.message_id(letter.id);
    let envelope = Envelope {
        from: &app.identity,
        to: &letter.recipient,
        message_id: &id,
        date: letter.written_at,
    };
    app.post.send(&written, &envelope).await
}

/// The words come from what the letter says and nothing else: where they panic once, they always will.
fn in_words(
    letter: &Letter,
    notice: &Notice,
    identity: &Identity,
) -> Result<words::Letter, PostFault> {
    let written = catch_unwind(|| words::write(notice, &letter.recipient, identity));
    written.map_err(|_| {
        tracing::error!(letter = %letter.id, "a letter cannot be put into words");
        PostFault::Refused("it cannot be put into words".to_owned())
    })
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
    write: impl Fn(&mut Conn) -> Result<(), E> + Send + Sync + 'static,
) -> Result<(), E> {
    app.store.write(write).await
}
