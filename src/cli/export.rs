//! `backlot export FILE`: every listing, as CSV or XLSX.

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, bail};

use crate::actions::Refused;
use crate::actions::export::{self, Wanted};
use crate::app::App;
use crate::clock::Clock;
use crate::config::Config;
use crate::domain::people::Language;
use crate::inventory::read::Format;
use crate::store::listings::{Filter, Visibility};

pub(super) async fn export(config: Config, file: &Path) -> anyhow::Result<ExitCode> {
    let format = match file.extension().and_then(|ending| ending.to_str()) {
        Some("csv") => Format::Csv,
        Some("xlsx") => Format::Xlsx,
        _ => bail!("{}: the name must end in .csv or .xlsx", file.display()),
    };
    let app = App::open(config, Clock::Real)?;
    let cluster = app.cluster.clone();
    let now = app.clock.now();
    let wanted = Wanted {
        filter: Filter {
            unpublished_of: Visibility::Everything,
            ..Filter::default()
        },
        free: None,
        format,
        language: Language::En,
    };
    let written = app
        .store
        .read(move |conn| export::listings(conn, &cluster, &wanted, now));
    let exported = written
        .await
        .map_err(|refused: Refused| anyhow::anyhow!("exporting: {refused:?}"))?;
    std::fs::write(file, exported.bytes).with_context(|| format!("writing {}", file.display()))?;
    println!("Wrote {} listings to {}.", exported.count, file.display());
    Ok(ExitCode::SUCCESS)
}
