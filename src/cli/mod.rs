//! What an operator types. Each command is a file; each prints what it did and, if it failed, one error
//! that says what to do.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command speaks to the person who typed it"
)]

mod backup;
mod check;
mod demo;
mod export;
mod import;
mod import_photos;
mod serve;

use std::fs::File;
use std::io::Read as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, bail};
use clap::{Parser, Subcommand};

use crate::actions::companies::NewCompany;
use crate::config::Config;
use crate::domain::people::{CompanyKind, Language, Names};
use crate::inventory::{Unreadable, words};
use crate::store::{Address, Conn, Use};

/// How long threads that still ask the database have, once all that was to be answered is.
const LAST_THREADS: Duration = Duration::from_secs(5);

/// The booking desk of a micro-drama production cluster.
#[derive(Debug, Parser)]
#[command(name = "backlot", version, about, arg_required_else_help = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the cluster the settings describe.
    Serve(Listen),
    /// Build a demo cluster in a folder and open it: inventory, companies, members, bookings, letters.
    Demo {
        #[command(flatten)]
        listen: Listen,
        /// Where the demo lives.
        #[arg(long, default_value = "demo")]
        folder: PathBuf,
        /// Open the demo that is there instead of building a new one.
        #[arg(long)]
        keep: bool,
        /// Fill a new demo up to a thousand listings and five thousand bookings more.
        #[arg(long, hide = true, conflicts_with = "keep")]
        crowd: bool,
    },
    /// Bring the database's schema up to date.
    Migrate,
    /// Check every promise of a database, also of one in use.
    Check,
    /// Copy the database to a new file, also of one in use.
    Backup {
        /// The file to write; it must not exist yet.
        file: PathBuf,
    },
    /// Take in listings from a CSV or XLSX file: all of it or nothing; a second time changes nothing.
    Import(import::Arguments),
    /// Take in photos from a ZIP, named by the codes of their listings; a second time adds nothing.
    ImportPhotos(import_photos::Arguments),
    /// Write every listing to a file, which `import` takes back.
    Export {
        /// The file to write; `.csv` or `.xlsx` says which.
        file: PathBuf,
    },
    /// Print every setting with its meaning and value.
    Config,
}

#[derive(Debug, clap::Args)]
struct Listen {
    /// Address and port to serve on, instead of `BACKLOT_LISTEN`.
    #[arg(long)]
    listen: Option<SocketAddr>,
}

/// Runs what the arguments say.
pub fn main() -> ExitCode {
    match run(Arguments::parse().command) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("backlot: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> anyhow::Result<ExitCode> {
    let mut config = settings()?;
    start_log(&config)?;
    match command {
        Command::Serve(listen) => {
            listen.apply(&mut config);
            to_its_end(serve::serve(config))
        }
        Command::Demo {
            listen,
            folder,
            keep,
            crowd,
        } => {
            listen.apply(&mut config);
            let wish = demo::Wish { keep, crowd };
            to_its_end(demo::demo(config, &folder, wish))
        }
        Command::Migrate => migrate(&config),
        Command::Check => runtime()?.block_on(check::check(config)),
        Command::Backup { file } => backup::backup(&config, &file),
        Command::Import(arguments) => runtime()?.block_on(import::import(config, arguments)),
        Command::ImportPhotos(arguments) => {
            runtime()?.block_on(import_photos::import_photos(config, arguments))
        }
        Command::Export { file } => runtime()?.block_on(export::export(config, &file)),
        Command::Config => {
            print_settings(&config);
            Ok(ExitCode::SUCCESS)
        }
    }
}

impl Listen {
    fn apply(&self, config: &mut Config) {
        if let Some(listen) = self.listen {
            if config.base_url == format!("http://{}", config.listen) {
                config.base_url = format!("http://{listen}");
            }
            config.listen = listen;
        }
    }
}

fn settings() -> anyhow::Result<Config> {
    match Config::from_environment() {
        Ok(config) => Ok(config),
        Err(faults) => bail!(
            "settings are wrong (`backlot config` explains each):\n  {}",
            faults.join("\n  ")
        ),
    }
}

fn start_log(config: &Config) -> anyhow::Result<()> {
    let filter = tracing_subscriber::EnvFilter::try_new(&config.log).context("BACKLOT_LOG")?;
    // A log that cannot be written (its disk is full) is no reason to fail a request.
    let log = tracing_subscriber::fmt()
        .log_internal_errors(false)
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    if config.log_json {
        log.json().init();
    } else {
        log.init();
    }
    Ok(())
}

/// Runs a server until it was told to stop. A thread that hangs in a database that does not answer ends with the
/// process: to wait for it would be to wait for ever.
fn to_its_end(server: impl Future<Output = anyhow::Result<ExitCode>>) -> anyhow::Result<ExitCode> {
    let runtime = runtime()?;
    let ended = runtime.block_on(server);
    runtime.shutdown_timeout(LAST_THREADS);
    ended
}

fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("starting the runtime")
}

fn address(config: &Config) -> anyhow::Result<Address> {
    config
        .database_url
        .parse()
        .map_err(|fault: String| anyhow::anyhow!("BACKLOT_DATABASE_URL: {fault}"))
}

/// The company that runs the place, where there is none yet.
fn house(config: &Config) -> NewCompany {
    NewCompany {
        code: "OPERATOR".to_owned(),
        kinds: vec![CompanyKind::Operator],
        names: Names {
            zh: config.cluster_name_zh.clone(),
            en: config.cluster_name_en.clone(),
        },
        shows_name: true,
    }
}

fn migrate(config: &Config) -> anyhow::Result<ExitCode> {
    let mut conn = Conn::open(&address(config)?, Use::Write)?;
    let ran = conn.migrate()?;
    match ran.as_slice() {
        [] => println!("The schema is up to date."),
        ran => println!("Ran {}.", ran.join(", ")),
    }
    Ok(ExitCode::SUCCESS)
}

fn print_settings(config: &Config) {
    println!(
        "# Set these in the environment, or without BACKLOT_ and in lower case in the TOML file"
    );
    println!("# that {} names.", crate::config::FILE);
    for (setting, value) in config.shown() {
        println!("\n# {}\n{} = {value:?}", setting.meaning, setting.name);
    }
}

/// What is in a file that somebody named. Never more than so many bytes of it are read, whatever it says of its size.
fn bytes_of(file: &Path, most: usize, language: Language) -> anyhow::Result<Vec<u8>> {
    let reading = || format!("reading {}", file.display());
    let opened = File::open(file).with_context(reading)?;
    let claimed = opened.metadata().with_context(reading)?.len();
    let mut bytes = Vec::new();
    if claimed <= most as u64 {
        let read = opened.take(most as u64 + 1).read_to_end(&mut bytes);
        read.with_context(reading)?;
    }
    if claimed > most as u64 || bytes.len() > most {
        let words = words::unreadable(&Unreadable::too_large(most), language);
        bail!("{}: {words}", file.display());
    }
    Ok(bytes)
}
