//! `storm`: the promises of the desk, proven for as long as one likes, on real processes and both engines.
//!
//! `cargo test --test storm -- races --rounds 10000 --clients 8 --servers 3 --engine both`
//! `cargo test --test storm -- crashes --kills 1000 --engine sqlite`
//! `cargo test --test storm -- fleet --servers 3 --seconds 60 --restarts 30`
//!
//! Without arguments it runs a short form of everything, as `cargo test` does. It ends with 1 when a promise was
//! broken, and says where: engine, seed and round.

#![expect(
    clippy::panic,
    clippy::print_stdout,
    reason = "it is a program that says what it saw, and a panic is how it says no"
)]

mod books;
mod crashes;
#[path = "../support/engines.rs"]
mod engines;
mod fleet;
mod letters;
mod races;
mod report;
#[expect(
    dead_code,
    unused_imports,
    unused_macros,
    reason = "the tests use the rest of it"
)]
#[path = "../support/mod.rs"]
mod support;

use std::process::ExitCode;

use clap::Parser;

/// The promises of the desk, proven for as long as one likes.
#[derive(Debug, Parser)]
#[command(name = "storm")]
enum Part {
    /// Who gets the last unit, when all ask at once.
    Races(races::Arguments),
    /// What is left when a server is killed, or the database.
    Crashes(crashes::Arguments),
    /// Several servers on one PostgreSQL.
    Fleet(fleet::Arguments),
}

impl Part {
    /// Whether every promise was kept.
    async fn run(self) -> bool {
        match self {
            Self::Races(arguments) => races::run(&arguments).await,
            Self::Crashes(arguments) => crashes::run(&arguments).await,
            Self::Fleet(arguments) => fleet::run(&arguments).await,
        }
    }

    fn named(name: &str) -> Self {
        Self::parse_from(["storm", name])
    }
}

const PARTS: [&str; 3] = ["races", "crashes", "fleet"];

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let parts = match words.first().map(String::as_str) {
        Some(word) if PARTS.contains(&word) || ["--help", "help"].contains(&word) => {
            vec![Part::parse()]
        }
        _ => asked_by_the_test_runner(&words),
    };
    // A promise that is broken is told with its round; where in this program it was seen is enough beside it.
    std::panic::set_hook(Box::new(|panic| {
        if let Some(place) = panic.location() {
            println!("seen at {place}");
        }
    }));
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime");
    for part in parts {
        if !runtime.block_on(part.run()) {
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

/// `cargo test` gives every test program the same words: a filter none of our parts is named by leaves them out.
fn asked_by_the_test_runner(words: &[String]) -> Vec<Part> {
    let is_filter = |word: &String| !word.starts_with('-');
    if words.iter().any(is_filter) || words.iter().any(|word| word == "--list") {
        return Vec::new();
    }
    PARTS.map(Part::named).into()
}
