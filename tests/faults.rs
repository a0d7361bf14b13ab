//! What goes wrong outside the program, and what it then does. Always: nothing acknowledged is lost, nothing hangs,
//! whoever asks is told in words and when to come back, and it goes on by itself once the fault is over.
//!
//! | fault | what happens | shown by |
//! |---|---|---|
//! | disk full | writes 503 `unwritable`, `Retry-After: 30`; reads go on; `/readyz` 503 | `storage::a_full_disk…` |
//! | the system refuses to write | the same | `storage::a_disk_that_fails…` |
//! | database read-only | the same | `storage::a_read_only_database…` |
//! | another holds the lock for long | 503 `busy`, `Retry-After: 1`, within 20 s; reads go on | `storage::who_waits_for_a_lock…` |
//! | the disk is slow, or hangs | writes 503 `took_too_long`, `Retry-After: 5`, within 30 s, or as soon as it writes; reads go on; SIGTERM still ends the server | `slow_disk` |
//! | every connection is taken | 503 `busy`, `Retry-After: 1`, within 8 s | `storage::with_every_connection_taken…` |
//! | PostgreSQL gone in a commit | 503 `outcome_unknown`, `Retry-After: 5`: look, or ask again with the same key | `connections::a_commit_that_is_not_answered…` |
//! | a server halted with rows in hand | PostgreSQL takes them back after 30 s; others hear `busy` meanwhile | `connections::a_halted_server…` |
//! | who asked hangs up | its query keeps its connection to the end; no more are opened | `connections::who_hangs_up…` |
//! | PostgreSQL gone | 503 `busy`, `Retry-After: 1`; `/readyz` 503 | `storage::a_database_that_goes…` |
//! | mail server refuses (4xx, 5xx) | that letter waits longer each time, or is given up and told to a manager | `outbox`, `mail::faults_say_whose_they_are` |
//! | mail server down, silent, or closing its door | every letter waits, none is counted as tried; bookings notice nothing | `outbox::nobody_who_books_waits_for_the_post`, `mail::silence_ends_with_the_time` |
//! | mail server drops the line in a letter | it is sent again under the same Message-ID | `outbox::a_letter_handed_over_twice_is_one_letter` |
//! | one recipient of several is rejected | a letter has one reader: the others have theirs | `outbox::a_full_mailbox_holds_back_its_own_letters_only` |
//! | a letter cannot be put into words | it is given up and told to a manager; the others leave | `outbox::a_letter_that_cannot_be_written…` |
//! | a letter only a newer server can read | it waits for that one, and is given up after the last pause | `outbox::a_letter_of_a_newer_server…` |
//! | the database refuses while letters are under way | they reach their end, the others are given back | `outbox::letters_under_way…` |
//! | a job panics | that round is over, the next one comes | `clock::jobs_go_on_after_a_panic` |
//! | the clock jumps | nothing is promised twice, letters keep their order and leave, jobs go on | `clock`, `outbox::a_clock_set_back…` |

mod clock;
mod connections;
mod slow_disk;
mod storage;

use serde_json::Value;

use crate::support::client::Answer;

/// The answer of a desk that cannot do it now: which problem, told in words, and when to come back.
#[track_caller]
fn told_to_come_back(answer: Answer, code: &str, seconds: &str) {
    assert_eq!(answer.headers["retry-after"], seconds, "{}", answer.json);
    assert_eq!(answer.headers["content-type"], "application/problem+json");
    let problem = answer.expect(503);
    assert_eq!(problem["code"], code, "{problem}");
    let words = |field: &str| problem[field].as_str().is_some_and(|text| text.len() > 3);
    assert!(words("title") && words("detail"), "{problem}");
    assert!(!says_too_much(&problem), "{problem}");
}

/// Whether a client is told what only the log should say.
fn says_too_much(problem: &Value) -> bool {
    let text = problem.to_string().to_lowercase();
    let inside = ["sqlite", "postgres", "pragma", "transaction", "i/o", "sql"];
    inside.iter().any(|word| text.contains(word))
}
