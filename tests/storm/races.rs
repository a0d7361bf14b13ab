//! Races: in each round clients ask at once for what not all can have, and the outcome a user cares about is held
//! against the answers. After so many rounds the whole books are, by `backlot check` and by [`books`].

mod bookings;
mod changes;
mod ground;
mod holds;
mod kind;
mod supply;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;

use super::report::{self, Progress};
use crate::engines::Engines;
use crate::support::database::{Database, Engine};
use ground::{Ground, Round, Tally};
use kind::Kind;

/// Rounds on one database: then a fresh one, so that `check` never grows with what happened before.
const ROUNDS_ON_ONE: usize = 400;
/// Rounds of a kind on one database: their slots lie one after the other, and no crew books half a year ahead.
const OF_A_KIND_ON_ONE: usize = 100;
/// Rounds between two looks at the whole books.
const ROUNDS_BETWEEN_CHECKS: usize = 100;
/// A round that takes longer hangs.
const LONGEST_ROUND: Duration = Duration::from_mins(1);

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// How many rounds on each engine.
    #[arg(long, default_value_t = 32)]
    rounds: usize,
    /// How many clients ask at once.
    #[arg(long, default_value_t = 8)]
    clients: usize,
    /// How many servers share a PostgreSQL; a file of SQLite has one.
    #[arg(long, default_value_t = 3)]
    servers: usize,
    /// On which database.
    #[arg(long, default_value = "both")]
    engine: Engines,
    /// Only this kind of race; all in turn when absent.
    #[arg(long)]
    kind: Option<Kind>,
    /// From what who asks for how much, in which order, and when is drawn.
    #[arg(long, default_value_t = 20_261_126)]
    seed: u64,
}

/// Whether every promise was kept.
pub(crate) async fn run(arguments: &Arguments) -> bool {
    for engine in arguments.engine.all() {
        if !run_on(*engine, arguments).await {
            return false;
        }
    }
    true
}

async fn run_on(engine: Engine, arguments: &Arguments) -> bool {
    let kinds = arguments.kind.map_or_else(Kind::all, |kind| vec![kind]);
    let mut progress = Progress::begin();
    let mut tallies: BTreeMap<Kind, Tally> = BTreeMap::new();
    let mut round = 0;
    while round < arguments.rounds {
        let Some(database) = Database::fresh(engine) else {
            return true;
        };
        let ground = Ground::open(database, arguments.clients, arguments.servers).await;
        let ground = Arc::new(ground);
        let rounds_on_one = ROUNDS_ON_ONE.min(OF_A_KIND_ON_ONE * kinds.len());
        for on_this in 0..rounds_on_one.min(arguments.rounds - round) {
            let kind = kinds[round % kinds.len()];
            let at = format!("round {round} ({kind:?}), seed {}", arguments.seed);
            let nth = on_this / kinds.len();
            let seed = arguments.seed ^ (u64::try_from(round).expect("few") << 32);
            match one(kind, Round::new(Arc::clone(&ground), nth, seed)).await {
                Ok(of_round) => tallies.entry(kind).or_default().add(of_round),
                Err(how) => {
                    report::broken(engine, &at, &how);
                    return false;
                }
            }
            round += 1;
            let is_last = on_this + 1 == rounds_on_one || round == arguments.rounds;
            if (is_last || round.is_multiple_of(ROUNDS_BETWEEN_CHECKS))
                && let Err(how) = ground.check().await
            {
                report::broken(engine, &at, &how);
                return false;
            }
            progress.note(|| sum(&tallies).to_string());
        }
        if round == arguments.rounds
            && let Err(how) = ground.check_can_say_no().await
        {
            report::broken(engine, "after the last round", &how);
            return false;
        }
    }
    for (kind, tally) in &tallies {
        println!("  {:10} {tally}", kind.name());
    }
    println!(
        "races  {:10} {}, all clean, {} clients, {} server(s), {:.0} s",
        report::name(engine),
        sum(&tallies),
        arguments.clients,
        servers(engine, arguments.servers),
        progress.seconds(),
    );
    true
}

fn sum(tallies: &BTreeMap<Kind, Tally>) -> Tally {
    let mut sum = Tally::default();
    for tally in tallies.values() {
        sum.add(*tally);
    }
    sum
}

fn servers(engine: Engine, asked: usize) -> usize {
    match engine {
        Engine::Sqlite => 1,
        Engine::Postgres => asked,
    }
}

/// One round; what went against a promise, in words.
async fn one(kind: Kind, round: Round) -> Result<Tally, String> {
    let running = tokio::spawn(kind.run(round));
    match tokio::time::timeout(LONGEST_ROUND, running).await {
        Err(_) => Err(format!("no end after {LONGEST_ROUND:?}")),
        Ok(Ok(tally)) => Ok(tally),
        Ok(Err(panicked)) => Err(report::words(&*panicked.into_panic())),
    }
}
