//! `desk`: how fast the desk is, and how much it takes. Each figure is measured on the real program over real
//! HTTP, and stands beside a baseline taken in the same run on the same machine: the ratio is what travels.
//!
//! `cargo bench --bench desk -- [bookings] [free] … [--size small|medium|large] [--engine sqlite] [--json FILE]`
//!
//! What is measured is made in [`world`] from a seed; who asks is [`clients`]; each family of figures is a file.

mod bare;
mod board;
mod bookings;
mod clients;
mod constant;
#[path = "../tests/support/engines.rs"]
mod engines;
mod figures;
mod free;
mod imports;
mod letters;
mod looks;
mod openings;
mod pages;
mod process;
mod rows;
mod search;
mod simulate;
mod size;
mod start;
#[expect(
    dead_code,
    unused_imports,
    unused_macros,
    clippy::panic,
    reason = "the tests use the rest of it"
)]
#[path = "../tests/support/mod.rs"]
mod support;
mod world;

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Parser, ValueEnum};

use engines::Engines;
use figures::Figures;
use size::Size;
use support::database::{Database, Engine};

/// How fast the desk is, and how much it takes, beside baselines of the same run.
#[derive(Debug, Parser)]
#[command(name = "desk")]
struct Arguments {
    /// What is measured; everything when absent.
    what: Vec<Family>,
    /// How much data there is and how long it is measured.
    #[arg(long, default_value = "medium")]
    size: Size,
    /// On which database.
    #[arg(long, default_value = "both")]
    engine: Engines,
    /// A file for the figures as JSON.
    #[arg(long)]
    json: Option<PathBuf>,
    /// Cargo says this to every bench program.
    #[arg(long, hide = true)]
    bench: bool,
    /// Be the server that answers a constant, at this address: the baseline of what HTTP itself takes.
    #[arg(long, hide = true)]
    constant: Option<SocketAddr>,
}

/// A family of figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Family {
    /// Bookings a second.
    Bookings,
    /// What is free in a window, and one listing's days.
    Free,
    /// The catalogue by words.
    Search,
    /// The board, calendar feeds, exports.
    Pages,
    /// When all of a basket fits.
    Openings,
    /// A large file taken in.
    Imports,
    /// Letters to a mail server.
    Letters,
    /// How soon it serves, and what memory it holds.
    Start,
    /// A year of a base, and of a province.
    Simulate,
    /// The board in a browser.
    Board,
}

fn main() {
    let arguments = Arguments::parse();
    // Who asks must not take more of the machine than it needs: one thread.
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .expect("a runtime");
    match arguments.constant {
        Some(address) => runtime.block_on(constant::serve(address)),
        None => runtime.block_on(measure(arguments)),
    }
}

async fn measure(arguments: Arguments) {
    let mut figures = Figures::default();
    let families = if arguments.what.is_empty() {
        // The board has walks of its own among the tests.
        let all = Family::value_variants().iter().copied();
        all.filter(|family| arguments.size != Size::Tiny || *family != Family::Board)
            .collect()
    } else {
        arguments.what
    };
    for family in families {
        for engine in arguments.engine.all() {
            family.measure(*engine, arguments.size, &mut figures).await;
        }
    }
    figures.print();
    if let Some(file) = arguments.json {
        std::fs::write(file, figures.json()).expect("room for the figures");
    }
}

impl Family {
    async fn measure(self, engine: Engine, size: Size, figures: &mut Figures) {
        // Says what it leaves out, where PostgreSQL is missing.
        if Database::fresh(engine).is_none() {
            return;
        }
        match self {
            Self::Bookings => bookings::measure(engine, size, figures).await,
            Self::Free => free::measure(engine, size, figures).await,
            Self::Search => search::measure(engine, size, figures).await,
            Self::Pages => pages::measure(engine, size, figures).await,
            Self::Openings => openings::measure(engine, size, figures).await,
            Self::Imports => imports::measure(engine, size, figures).await,
            Self::Letters => letters::measure(engine, size, figures).await,
            Self::Start => start::measure(engine, size, figures).await,
            Self::Simulate => simulate::measure(engine, size, figures).await,
            Self::Board => board::measure(engine, figures).await,
        }
    }
}
