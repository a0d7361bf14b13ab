//! Crashes: in the middle of a storm a server is killed, or PostgreSQL is, with all of its processes. What was
//! answered must be there, whole; what was not answered is asked for again under its key and done once; every letter
//! that is owed leaves, under one Message-ID, in order; and `backlot check` finds nothing, each time.

mod crew;
mod stage;

use std::ops::AddAssign;

use clap::Args;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use super::report::{self, Progress};
use crate::engines::Engines;
use crate::support::database::{Database, Engine};
use stage::Stage;

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// How often a server is killed, on each engine.
    #[arg(long, default_value_t = 2)]
    kills: usize,
    /// How often PostgreSQL is killed.
    #[arg(long, default_value_t = 1)]
    database_kills: usize,
    /// On which database.
    #[arg(long, default_value = "both")]
    engine: Engines,
    /// How many clients are at it.
    #[arg(long, default_value_t = 8)]
    clients: usize,
    /// Deaths in one cluster: then a fresh one, so that `check` never grows with what happened before.
    #[arg(long, default_value_t = 25)]
    kills_in_one: usize,
    /// From what the moments of death and what is asked are drawn.
    #[arg(long, default_value_t = 20_261_126)]
    seed: u64,
}

/// Who dies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Victim {
    Server,
    Database,
}

/// What was seen.
#[derive(Debug, Clone, Copy, Default)]
struct Seen {
    /// Answers that were promises.
    acknowledged: usize,
    /// Requests whose answer was lost: asked for again.
    asked_again: usize,
    /// Answers that asked to come back later.
    told_to_wait: usize,
    /// Letters that were owed, and arrived.
    letters: usize,
    /// Letters that arrived once more.
    twice: usize,
}

impl AddAssign for Seen {
    fn add_assign(&mut self, other: Self) {
        self.acknowledged += other.acknowledged;
        self.asked_again += other.asked_again;
        self.told_to_wait += other.told_to_wait;
        self.letters += other.letters;
        self.twice += other.twice;
    }
}

/// Whether every promise was kept.
pub(crate) async fn run(arguments: &Arguments) -> bool {
    for engine in arguments.engine.all() {
        if !run_on(*engine, Victim::Server, arguments.kills, arguments).await {
            return false;
        }
    }
    arguments.engine == Engines::Sqlite
        || run_on(
            Engine::Postgres,
            Victim::Database,
            arguments.database_kills,
            arguments,
        )
        .await
}

async fn run_on(engine: Engine, victim: Victim, kills: usize, arguments: &Arguments) -> bool {
    let mut progress = Progress::begin();
    let mut seen = Seen::default();
    let mut rng = StdRng::seed_from_u64(arguments.seed);
    let mut death = 0;
    while death < kills {
        let Some(database) = Database::fresh(engine) else {
            return true;
        };
        let deaths = arguments.kills_in_one.min(kills - death);
        let (clients, seed) = (arguments.clients, rng.random());
        let at = format!(
            "{victim:?} deaths {death} to {}, seed {}",
            death + deaths - 1,
            arguments.seed
        );
        match report::caught(one_cluster(database, victim, deaths, clients, seed)).await {
            Ok(of_cluster) => seen += of_cluster,
            Err(how) => {
                report::broken(engine, &at, &how);
                return false;
            }
        }
        death += deaths;
        progress.note(|| format!("{death} deaths, {seen:?}"));
    }
    if kills > 0 {
        say(engine, victim, kills, seen, progress.seconds());
    }
    true
}

fn say(engine: Engine, victim: Victim, kills: usize, seen: Seen, seconds: f64) {
    let who = match victim {
        Victim::Server => "deaths of a server",
        Victim::Database => "deaths of the database",
    };
    let Seen {
        acknowledged,
        asked_again,
        told_to_wait,
        letters,
        twice,
    } = seen;
    println!(
        "crashes {:10} {kills} {who}: {acknowledged} answers kept, {asked_again} without an answer done once, \
         {told_to_wait} told to come back; {letters} letters, none lost, {twice} of them handed over again under \
         the same Message-ID; {seconds:.0} s",
        report::name(engine),
    );
}

/// Storms and deaths on one cluster, and what was left in the end.
async fn one_cluster(
    database: Database,
    victim: Victim,
    deaths: usize,
    clients: usize,
    seed: u64,
) -> Seen {
    let mut stage = Stage::set(database, clients, seed).await;
    for _ in 0..deaths {
        match victim {
            Victim::Server => stage.lose_a_server().await,
            Victim::Database => stage.lose_the_database().await,
        }
        stage.compare_what_is_new().await;
    }
    stage.compare_everything().await
}
