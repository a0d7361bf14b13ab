//! `backlot import-photos FILE`: photos out of a ZIP, named by the codes of their listings.

use std::path::PathBuf;
use std::process::ExitCode;

use axum::body::Bytes;
use indicatif::{ProgressBar, ProgressStyle};

use crate::actions::Refused;
use crate::app::App;
use crate::clock::Clock;
use crate::config::Config;
use crate::domain::people::Language;
use crate::http::errors::Problem;
use crate::http::photo_zips::{self, Taken};
use crate::http::phrases;
use crate::inventory::compare::Verdict;
use crate::inventory::photo_zip::LARGEST_ZIP;
use crate::inventory::words;

/// The largest ZIP, in bytes: more than is sent over the wire, and no more than it may unpack to.
const LARGEST_HERE: usize = 10 * LARGEST_ZIP;

/// What is asked for.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// A ZIP of `CODE.jpg`, `CODE-2.jpg` or `CODE/any.jpg`.
    file: PathBuf,
    /// Show what would happen, and store nothing.
    #[arg(long)]
    preview: bool,
    /// Print every file as JSON instead of a table.
    #[arg(long)]
    json: bool,
}

pub(super) async fn import_photos(
    config: Config,
    arguments: Arguments,
) -> anyhow::Result<ExitCode> {
    let app = App::open(config, Clock::Real)?;
    let language = app.cluster.language;
    let name = arguments.file.display().to_string();
    let zip = Bytes::from(super::bytes_of(&arguments.file, LARGEST_HERE, language)?);
    let planned = photo_zips::plan(&app, None, zip.clone()).await;
    let mut planned = planned.map_err(|problem| told(&problem, &name, language))?;
    let coming = planned.iter().filter(|one| one.verdict == Verdict::New);
    let mut taken = Taken {
        stored: 0,
        left: coming.count(),
    };
    if !arguments.preview {
        let bar = ProgressBar::new(taken.left as u64);
        bar.set_style(ProgressStyle::with_template("{bar:40} {pos}/{len} {eta}")?);
        let moving = |done: usize| bar.set_position(done as u64);
        let took = photo_zips::take(&app, None, &zip, &mut planned, None, moving).await;
        taken = took.map_err(|problem| told(&problem, &name, language))?;
        bar.finish_and_clear();
    }
    if arguments.json {
        let mut told = photo_zips::view(&planned, language);
        told["stored"] = taken.stored.into();
        told["left"] = taken.left.into();
        println!("{told}");
        return Ok(ExitCode::SUCCESS);
    }
    for one in &planned {
        let code = one.listing.as_ref().map_or("-", |(_, code)| code);
        let why = one.fault.as_ref();
        let why = why.map(|fault| phrases::fault(fault, language));
        let (verdict, file) = (one.verdict.as_str(), &one.entry.name);
        println!(
            "{verdict:<9}  {code:<16}  {file}  {}",
            why.unwrap_or_default()
        );
    }
    if arguments.preview {
        let coming = taken.left;
        println!("{coming} would be added. Nothing was stored; without --preview it is.");
    } else {
        println!("Added {} photos.", taken.stored);
    }
    Ok(ExitCode::SUCCESS)
}

fn told(problem: &Problem, file: &str, language: Language) -> anyhow::Error {
    match problem {
        Problem::Refused(Refused::Unreadable(why)) => {
            anyhow::anyhow!("{file}: {}", words::unreadable(why, language))
        }
        other => anyhow::anyhow!("importing photos: {other:?}"),
    }
}
