//! A model-based test: crews, owners and managers do everything at once, for thousands of steps, while the clock
//! moves and the jobs run; after each stretch a model that knows nothing of the house's formulas looks whether
//! every promise was kept.
//!
//! An episode is a fresh cluster and a seed. Odd stretches are quiet: one step at a time, and the model says
//! beforehand what the answer must be. Even stretches are storms: [`AT_ONCE`] people step at once. The seed
//! settles what everybody wants; in a storm it does not settle who comes first.
//!
//! The suite runs a short form. The long form, on both engines:
//! `BACKLOT_MODEL_STEPS=100000 cargo test --test backlot -- model:: --nocapture`; `BACKLOT_MODEL_SEED=…` runs
//! other episodes, or one of them again.

mod crews;
mod truth;

use std::sync::Arc;
use std::time::Instant;

use rand::SeedableRng;
use rand::rngs::StdRng;

use self::crews::Cluster;
use self::truth::{Memory, Picture};
use crate::support::database::{Database, Engine};
use crate::support::patience;

/// Steps of the short form.
const SHORT: u64 = 700;
/// Steps of one episode at most.
const EPISODE: u64 = 1_000;
/// Steps between two looks.
const STRETCH: u64 = 70;
/// People who step at once in a storm.
const AT_ONCE: u64 = 7;
/// The first episode's seed, unless another is wanted.
const SEED: u64 = 20_300_107;

fn wanted(name: &str, otherwise: u64) -> u64 {
    let given = std::env::var_os(name);
    let read = given.map(|text| text.to_str().and_then(|text| text.parse().ok()));
    read.map_or(otherwise, |figure| figure.expect("a whole number"))
}

#[expect(
    clippy::print_stdout,
    reason = "whoever runs the long form wants to see how far it is, and which seed to run again"
)]
fn run(engine: Engine) {
    let steps = wanted("BACKLOT_MODEL_STEPS", SHORT);
    let first = wanted("BACKLOT_MODEL_SEED", SEED);
    let began = Instant::now();
    let mut done = 0;
    for seed in first.. {
        if done >= steps {
            break;
        }
        let Some(database) = Database::fresh(engine) else {
            return;
        };
        let length = EPISODE.min(steps - done);
        println!("model on {engine:?}: seed {seed}, {length} steps");
        let tally = patience::run(episode(database, seed, length));
        done += length;
        println!(
            "  kept every promise; {tally}; {done} steps in {:.0?}",
            began.elapsed()
        );
    }
}

/// One cluster from its first day on. What everybody did, counted.
async fn episode(database: Database, seed: u64, length: u64) -> String {
    let cluster = Arc::new(Cluster::settle(database, seed).await);
    let mut memory = Memory::default();
    for stretch in 0..length.div_ceil(STRETCH) {
        let steps = STRETCH.min(length - stretch * STRETCH);
        if stretch % 2 == 0 {
            storm(&cluster, seed, stretch, steps).await;
        } else {
            let mut chance = dice(seed, stretch, 0);
            for _ in 0..steps {
                cluster.step_alone(&mut chance).await;
            }
        }
        cluster.settle_due().await;
        let picture = Picture::take(&cluster.app).await;
        let place = format!("seed {seed}, stretch {stretch}");
        picture.keeps_every_promise(&place);
        memory.compare(&picture, &cluster.journal(), &place);
        let broken = cluster.app.broken_promises().await;
        assert!(broken.is_empty(), "{place}: {broken:#?}");
    }
    cluster.tally()
}

async fn storm(cluster: &Arc<Cluster>, seed: u64, stretch: u64, steps: u64) {
    let mut everybody = tokio::task::JoinSet::new();
    for person in 0..AT_ONCE {
        let cluster = Arc::clone(cluster);
        let mut chance = dice(seed, stretch, person + 1);
        everybody.spawn(async move {
            for _ in 0..steps / AT_ONCE {
                cluster.step(&mut chance).await;
            }
        });
    }
    while let Some(ended) = everybody.join_next().await {
        ended.expect("a step that was answered as it may be");
    }
}

fn dice(seed: u64, stretch: u64, person: u64) -> StdRng {
    StdRng::seed_from_u64(seed.wrapping_mul(1_000_003) ^ (stretch << 8) ^ person)
}

#[test]
fn sqlite() {
    run(Engine::Sqlite);
}

#[test]
fn postgres() {
    run(Engine::Postgres);
}
