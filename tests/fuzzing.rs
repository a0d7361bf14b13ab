//! The short form of the fuzz targets (`tests/fuzz`), which need a nightly compiler: the same functions, with their
//! seeds, with the seeds bitten, and with bytes at random; the same bytes every time.
//!
//! `BACKLOT_BITES=1000000 cargo test --release --test backlot -- fuzzing` goes on for long.

#[path = "fuzz/entries.rs"]
mod entries;

use std::path::Path;

use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};

const SEED: u64 = 20_261_126;
/// Tries beside the seeds, when nothing else is asked for.
const BITES: u64 = 400;
/// Longer than what says anything.
const LONGEST_NOISE: usize = 200;

fn bites() -> u64 {
    let asked = std::env::var_os("BACKLOT_BITES");
    let asked = asked.and_then(|count| count.to_str()?.parse().ok());
    asked.unwrap_or(BITES)
}

/// The seeds of a target, in the order of their names.
fn seeds(target: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/seeds");
    let files = std::fs::read_dir(folder.join(target)).expect("seeds");
    let mut paths: Vec<_> = files.map(|file| file.expect("a file").path()).collect();
    paths.sort();
    let seeds = paths.iter().map(|path| std::fs::read(path).expect("bytes"));
    seeds.collect()
}

/// A piece of one seed in the place of a piece of another, then a few bytes other than they were.
fn bitten(seeds: &[Vec<u8>], rng: &mut StdRng) -> Vec<u8> {
    let piece = |of: &[u8], rng: &mut StdRng| {
        let from = rng.random_range(0..=of.len());
        from..rng.random_range(from..=of.len())
    };
    let mut bytes = seeds.choose(rng).expect("there are some").clone();
    let other = seeds.choose(rng).expect("there are some");
    let (gone, put) = (piece(&bytes, rng), piece(other, rng));
    bytes.splice(gone, other[put].iter().copied());
    for _ in 0..rng.random_range(0..4) {
        let place = rng.random_range(0..bytes.len().max(1));
        if let Some(byte) = bytes.get_mut(place) {
            *byte = rng.random();
        }
    }
    bytes
}

fn chew(target: &str, entry: impl Fn(&[u8])) {
    let seeds = seeds(target);
    assert!(!seeds.is_empty());
    for seed in &seeds {
        entry(seed);
    }
    let mut rng = StdRng::seed_from_u64(SEED);
    for _ in 0..bites() {
        entry(&bitten(&seeds, &mut rng));
        let mut noise = vec![0; rng.random_range(0..LONGEST_NOISE)];
        rng.fill(&mut noise[..]);
        entry(&noise);
    }
}

#[test]
fn importer() {
    chew("importer", entries::importer);
}

#[test]
fn recurrence() {
    chew("recurrence", entries::recurrence);
}

#[test]
fn letter() {
    chew("letter", entries::letter);
}

#[test]
fn places() {
    chew("places", entries::places);
}

#[test]
fn basket() {
    chew("basket", entries::basket);
}

#[test]
fn secrets() {
    chew("secrets", entries::secrets);
}
