//! On which databases a program of ours is asked to run. Not for tests: they are made for both.

use clap::ValueEnum;

use crate::support::database::Engine;

/// On which database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Engines {
    Sqlite,
    Postgres,
    Both,
}

impl Engines {
    pub(crate) fn all(self) -> &'static [Engine] {
        match self {
            Self::Sqlite => &[Engine::Sqlite],
            Self::Postgres => &[Engine::Postgres],
            Self::Both => &[Engine::Sqlite, Engine::Postgres],
        }
    }
}
