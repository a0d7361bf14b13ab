//! A file of many listings taken in by the command line: how long, and how much memory it ever held.

use std::fmt::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use backlot::store::{Conn, Use, listings};

use crate::figures::{Figure, Figures};
use crate::process;
use crate::size::Size;
use crate::support::database::{Database, Engine};
use crate::support::patience::pause;
use crate::support::process::backlot;
use crate::world::{self, World};

/// How often the memory of the process is looked at.
const LOOK: Duration = Duration::from_millis(5);

pub(crate) async fn measure(engine: Engine, size: Size, figures: &mut Figures) {
    let rows = size.import();
    let database = Database::fresh(engine).expect("asked before");
    let folder = database.folder();
    let file = folder.path().join("listings.csv");
    std::fs::write(&file, csv(rows)).expect("room for a file");
    let bare = bare(engine, rows);
    World::settle(&database, 0, 0);
    for (what, preview) in [
        ("previewed", true),
        ("taken in", false),
        ("taken in again, nothing changed", false),
    ] {
        let (took, peak) = import(&database.url, &file, preview).await;
        let figure = Figure::new(engine, format!("import of {rows} rows, {what}"), took, "s")
            .against("bare insert", bare)
            .beside(format!("{peak:.0} MB of memory at most"));
        figures.add(figure);
    }
}

/// A file as an owner would keep it.
fn csv(rows: usize) -> String {
    let head = "code,kind,category,name_zh,name_en,quantity,day_rate_cny,deposit_cny,site,tags,description_zh,description_en\n";
    let mut text = head.to_owned();
    for listing in (0..rows).map(world::listing) {
        let rate = listing.rates.day.map_or(0, |rate| rate.minor / 100);
        writeln!(
            text,
            "{},{},{},{},{},{},{rate},500,HALL,{},{},\"{}\"",
            listing.code,
            listing.kind.as_str(),
            listing.category,
            listing.names.zh,
            listing.names.en,
            listing.quantity,
            listing.tags.join(";"),
            listing.descriptions.zh,
            listing.descriptions.en,
        )
        .expect("text grows");
    }
    text
}

/// Seconds that the plain inserts of as many listings take, in one transaction.
fn bare(engine: Engine, rows: usize) -> f64 {
    let database = Database::fresh(engine).expect("asked before");
    World::settle(&database, 0, 0);
    let all: Vec<_> = (0..rows).map(world::listing).collect();
    let mut conn = Conn::open(&database.address(), Use::Write).expect("a connection");
    let began = Instant::now();
    world::in_one_commit(&mut conn, |conn| {
        for some in all.chunks(1_000) {
            listings::insert_all(conn, some, world::now()).expect("listings");
        }
    });
    began.elapsed().as_secs_f64()
}

/// Seconds, and megabytes at most.
async fn import(database_url: &str, file: &Path, preview: bool) -> (f64, f64) {
    let mut command = backlot(database_url);
    command
        .arg("import")
        .arg(file)
        .args(["--json", "--owner", "C30"]);
    if preview {
        command.arg("--preview");
    }
    let began = Instant::now();
    let mut child = command
        .stdout(std::process::Stdio::null())
        .spawn()
        .expect("it starts");
    let mut peak = 0.0_f64;
    loop {
        peak = peak.max(process::peak_memory(child.id()));
        if let Some(status) = child.try_wait().expect("asked") {
            assert!(status.success(), "the import failed");
            return (began.elapsed().as_secs_f64(), peak);
        }
        pause(LOOK).await;
    }
}
