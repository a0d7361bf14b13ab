//! `backlot demo`: a whole cluster in one command, on embedded SQLite, with nothing to set up.
//!
//! Everything is made through the same actions as in earnest, at made-up times around today: nothing in
//! a demo could not have happened.

mod bookings;
mod crowd;
mod inventory;
mod kits;
mod people;

use std::path::Path;
use std::process::ExitCode;

use anyhow::Context;

use crate::actions::Refused;
use crate::app::App;
use crate::clock::Clock;
use crate::config::{Config, Mail};

/// Which demo is wanted.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wish {
    /// The one that is there.
    pub(super) keep: bool,
    /// A crowded one.
    pub(super) crowd: bool,
}

pub(super) async fn demo(
    mut config: Config,
    folder: &Path,
    wish: Wish,
) -> anyhow::Result<ExitCode> {
    if !wish.keep {
        clear(folder)?;
    }
    std::fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
    config.demo = true;
    config.database_url = format!("sqlite://{}", folder.join("backlot.db").display());
    config.mail = Mail::Folder(folder.join("mail"));
    "郑州微短剧集聚区".clone_into(&mut config.cluster_name_zh);
    "Zhengzhou Micro-drama Cluster".clone_into(&mut config.cluster_name_en);
    let app = App::open(config, Clock::Real)?;
    if !wish.keep {
        println!("Building a demo cluster in {} …", folder.display());
        let built = build(&app, wish.crowd)
            .await
            .map_err(|refused| anyhow::anyhow!("building the demo: {refused:?}"))?;
        println!("{built}");
    }
    println!(
        "\nOpen {}/sign-in and enter as anyone with one click.",
        app.config.base_url
    );
    println!(
        "Letters: {0}/letters (and as files in {1}/mail). API: {0}/api/docs",
        app.config.base_url,
        folder.display()
    );
    println!("Stop with Ctrl-C.\n");
    super::serve::run(app).await
}

/// Removes what an earlier demo left, and nothing else.
fn clear(folder: &Path) -> anyhow::Result<()> {
    for name in ["backlot.db", "backlot.db-wal", "backlot.db-shm"] {
        let file = folder.join(name);
        if file.exists() {
            std::fs::remove_file(&file).with_context(|| format!("removing {}", file.display()))?;
        }
    }
    let mail = folder.join("mail");
    if mail.is_dir() {
        std::fs::remove_dir_all(&mail).with_context(|| format!("removing {}", mail.display()))?;
    }
    Ok(())
}

/// Fills an empty cluster; says what it made.
async fn build(app: &App, crowd: bool) -> Result<String, Refused> {
    let now = app.clock.now();
    let cluster = app.cluster.clone();
    let made = app
        .store
        .write(move |conn| {
            let people = people::settle(conn, now)?;
            let listings = inventory::publish(conn, &cluster, now)?;
            let kits = kits::publish(conn, &cluster, &listings, now)?;
            Ok::<_, Refused>((people, listings, kits))
        })
        .await?;
    let (people, listings, kits) = made;
    let booked = bookings::make(app, &people, &listings, now).await?
        + bookings::of_kits(app, &people, &kits, now).await?;
    let built = format!(
        "{} listings, {} of them kits, {} companies, {} members, {booked} bookings.",
        listings.len() + kits.len(),
        kits.len(),
        people.companies.len(),
        people.members.len(),
    );
    if !crowd {
        return Ok(built);
    }
    let more = crowd::fill(app, &people, listings, now).await?;
    Ok(format!("{built} {more}"))
}
