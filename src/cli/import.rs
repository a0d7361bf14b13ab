//! `backlot import FILE`: what a file would change, or its taking.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, bail};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;

use crate::actions::Refused;
use crate::actions::import::{self, Choice, Import, Preview, Progress, Upload, Wishes};
use crate::app::App;
use crate::clock::Clock;
use crate::config::Config;
use crate::domain::people::Language;
use crate::http::views::import as views;
use crate::inventory::columns::{Corrections, Field};
use crate::inventory::compare::{Compared, Verdict};
use crate::inventory::read::{self, LARGEST_FILE};
use crate::inventory::{words, write};

/// What is asked for.
#[derive(Debug, clap::Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag somebody types"
)]
pub(super) struct Arguments {
    /// A CSV or XLSX file; its content counts, not its name.
    file: PathBuf,
    /// Show what would happen, and store nothing.
    #[arg(long)]
    preview: bool,
    /// Print every record as JSON instead of a table.
    #[arg(long)]
    json: bool,
    /// Code or name of the company that new listings belong to; the operator when absent.
    #[arg(long)]
    owner: Option<String>,
    /// Code or name of the site of new listings that name none.
    #[arg(long)]
    site: Option<String>,
    /// Add sites that are not there yet; a cluster without any gets them anyway.
    #[arg(long)]
    make_sites: bool,
    /// Leave new listings drafts.
    #[arg(long)]
    drafts: bool,
    /// What a column means, as `HEADER=FIELD`; `HEADER=` leaves it out.
    #[arg(long, value_name = "HEADER=FIELD", value_parser = correction)]
    map: Vec<(String, Option<Field>)>,
    /// Write the refused rows, with what is wrong with each, to this CSV.
    #[arg(long)]
    refused: Option<PathBuf>,
}

fn correction(text: &str) -> Result<(String, Option<Field>), String> {
    let (header, field) = text
        .rsplit_once('=')
        .ok_or("expected HEADER=FIELD, such as 台数=quantity")?;
    if field.is_empty() {
        return Ok((header.to_owned(), None));
    }
    let known = || {
        let all: Vec<&str> = Field::ALL.iter().map(|field| field.as_str()).collect();
        format!("no such field; there are {}", all.join(", "))
    };
    let field = field.parse().map_err(|_| known())?;
    Ok((header.to_owned(), Some(field)))
}

/// The most rows of one verdict that the table shows.
const MOST_SHOWN: usize = 200;

pub(super) async fn import(config: Config, arguments: Arguments) -> anyhow::Result<ExitCode> {
    let house = super::house(&config);
    let app = App::open(config, Clock::Real)?;
    let language = app.cluster.language;
    let bytes = super::bytes_of(&arguments.file, LARGEST_FILE, language)?;
    let corrections: Corrections = arguments.map.iter().cloned().collect();
    let table = match read::read(&bytes) {
        Ok(table) => table,
        Err(why) => bail!(
            "{}: {}",
            arguments.file.display(),
            words::unreadable(&why, language)
        ),
    };
    let upload = Upload::of(table, &corrections, &app.cluster);
    let wishes = Wishes {
        house: Some(house),
        owner: arguments.owner.clone(),
        site: arguments.site.clone(),
        make_sites: arguments.make_sites,
        keep_drafts: arguments.drafts,
    };
    let bar = bar(&upload)?;
    let (preview, taken) = run(&app, &arguments, &upload, wishes, &bar)
        .await
        .map_err(|refused| told(refused, language))?;
    bar.finish_and_clear();
    if let Some(file) = &arguments.refused {
        write_refused(file, &upload, &preview, language)?;
    }
    if arguments.json {
        print_json(&app, &preview, taken)?;
    } else {
        print_table(&upload, &preview, taken, language);
    }
    Ok(ExitCode::SUCCESS)
}

/// How many were made and changed; `None` of a preview.
type Stored = Option<(usize, usize)>;

async fn run(
    app: &App,
    arguments: &Arguments,
    upload: &Upload,
    wishes: Wishes,
    bar: &ProgressBar,
) -> Result<(Preview, Stored), Refused> {
    let (cluster, upload, now) = (app.cluster.clone(), upload.clone(), app.clock.now());
    let moving = bar.clone();
    let told: Progress = Arc::new(move |done, of| {
        moving.set_length(of as u64);
        moving.set_position(done as u64);
    });
    let look = move |conn: &mut crate::store::Conn, take: bool| {
        let import = Import {
            cluster: &cluster,
            by: None,
            upload: &upload,
            wishes: &wishes,
            now,
            told: &told,
        };
        if !take {
            return Ok((import::preview(conn, &import)?, None));
        }
        let taken = import::apply(conn, &import, &Choice::default())?;
        Ok((taken.preview, Some((taken.made.len(), taken.changed))))
    };
    if arguments.preview {
        app.store.read(move |conn| look(conn, false)).await
    } else {
        app.store.write(move |conn| look(conn, true)).await
    }
}

fn bar(upload: &Upload) -> anyhow::Result<ProgressBar> {
    let style = ProgressStyle::with_template("{bar:40} {percent:>3} % {eta}")?;
    Ok(ProgressBar::new(upload.table.records.len() as u64).with_style(style))
}

fn told(refused: Refused, language: Language) -> anyhow::Error {
    match refused {
        Refused::HitsBookings(references) => anyhow::anyhow!(
            "{}",
            crate::http::phrases::hits_bookings(&references, language)
        ),
        Refused::Invalid(faults) => {
            let fault = |fault: &crate::actions::FieldFault| {
                format!(
                    "{} {}",
                    fault.field,
                    crate::http::phrases::fault(fault, language)
                )
            };
            anyhow::anyhow!(
                "{}",
                faults.iter().map(fault).collect::<Vec<_>>().join("; ")
            )
        }
        other => anyhow::anyhow!("importing: {other:?}"),
    }
}

/// Written record by record: of 50,000 of them there are never two copies.
fn print_json(app: &App, preview: &Preview, stored: Stored) -> anyhow::Result<()> {
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    write!(out, "{{\"records\":[")?;
    for (place, record) in preview.records.iter().enumerate() {
        let comma = if place > 0 { ",\n" } else { "\n" };
        let record = views::record(record, app.cluster.currency, app.cluster.language);
        write!(out, "{comma}{record}")?;
    }
    write!(out, "],\n\"totals\":{}", views::totals(&preview.totals()))?;
    if let Some((made, changed)) = stored {
        write!(
            out,
            ",\n\"stored\":{}",
            json!({ "new": made, "changed": changed })
        )?;
    }
    writeln!(out, "}}")?;
    out.flush()?;
    Ok(())
}

fn print_table(upload: &Upload, preview: &Preview, stored: Stored, language: Language) {
    for verdict in [
        Verdict::New,
        Verdict::Changed,
        Verdict::Skipped,
        Verdict::Refused,
    ] {
        let of_verdict = preview
            .records
            .iter()
            .filter(|record| record.verdict == verdict);
        let count = of_verdict.clone().count();
        for record in of_verdict.take(MOST_SHOWN) {
            println!(
                "{:>7}  {:<9}  {:<16}  {}",
                record.line,
                record.verdict.as_str(),
                record.code.as_deref().unwrap_or("-"),
                about(record, language)
            );
        }
        if count > MOST_SHOWN {
            println!(
                "         … and {} more {verdict}; --json shows all",
                count - MOST_SHOWN
            );
        }
    }
    let left_out = upload
        .columns
        .iter()
        .filter(|column| column.field.is_none());
    let left_out: Vec<&str> = left_out
        .map(|column| column.header.as_str())
        .filter(|header| !header.is_empty())
        .collect();
    if !left_out.is_empty() {
        println!(
            "Columns left out: {}. (--map HEADER=FIELD takes one in.)",
            left_out.join(", ")
        );
    }
    let totals: Vec<String> = preview
        .totals()
        .iter()
        .map(|(verdict, count)| format!("{count} {verdict}"))
        .collect();
    println!("{} records: {}.", preview.records.len(), totals.join(", "));
    match stored {
        Some((made, changed)) => println!("Stored {made} new and {changed} changed listings."),
        None => println!("Nothing was stored; without --preview it is."),
    }
}

fn about(record: &Compared, language: Language) -> String {
    let changes = record
        .changes
        .iter()
        .map(|change| format!("{}: {} → {}", change.field, change.before, change.after));
    let mut parts: Vec<String> = changes.collect();
    if !record.issues.is_empty() {
        parts.push(words::problems(record, language));
    }
    if parts.is_empty() {
        let name = record
            .wanted
            .as_ref()
            .map(|wanted| wanted.names.in_language(language));
        parts.extend(name.map(str::to_owned));
    }
    parts.join("; ")
}

fn write_refused(
    file: &Path,
    upload: &Upload,
    preview: &Preview,
    language: Language,
) -> anyhow::Result<()> {
    let bytes = upload
        .refused_rows(&preview.records, language)
        .map_err(|write::NotWritten(why)| anyhow::anyhow!(why))?;
    std::fs::write(file, bytes).with_context(|| format!("writing {}", file.display()))
}
