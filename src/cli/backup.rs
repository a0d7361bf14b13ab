//! `backlot backup FILE`: a consistent copy of a database in use.

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, bail};

use crate::config::Config;
use crate::store::{Address, Conn, Use};

/// Copying the file by hand loses what is still in its `-wal`; the engine's own copy does not.
pub(super) fn backup(config: &Config, file: &Path) -> anyhow::Result<ExitCode> {
    let address = super::address(config)?;
    if matches!(address, Address::Postgres(_)) {
        bail!(
            "PostgreSQL has its own tool for this, which copies a database in use: \
             pg_dump --format=custom --file={} \"$BACKLOT_DATABASE_URL\"",
            file.display()
        );
    }
    if file.exists() {
        bail!("{} exists; choose a new name", file.display());
    }
    let mut conn = Conn::open(&address, Use::Write)?;
    conn.copy_into(&file.to_string_lossy())
        .with_context(|| format!("writing {}", file.display()))?;
    let size = std::fs::metadata(file)?.len();
    println!("Wrote {} ({size} bytes).", file.display());
    Ok(ExitCode::SUCCESS)
}
