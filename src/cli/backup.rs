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
    // Under another name until it is whole: a backup that was interrupted must not look like one.
    let mut unfinished = file.as_os_str().to_owned();
    unfinished.push(".part");
    let unfinished = Path::new(&unfinished);
    if unfinished.exists() {
        std::fs::remove_file(unfinished)?;
    }
    let writing = || format!("writing {}", file.display());
    conn.copy_into(&unfinished.to_string_lossy())
        .with_context(writing)?;
    std::fs::File::open(unfinished)?.sync_all()?;
    std::fs::rename(unfinished, file).with_context(writing)?;
    let size = std::fs::metadata(file)?.len();
    println!("Wrote {} ({size} bytes).", file.display());
    Ok(ExitCode::SUCCESS)
}
