//! `backlot serve`: the real thing. The first start makes the first manager and prints a way in.

use std::process::ExitCode;

use anyhow::Context;
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;

use crate::actions::{self, Refused};
use crate::app::App;
use crate::clock::Clock;
use crate::config::Config;
use crate::domain::people::Role;
use crate::store::slow::log_slow_queries;
use crate::store::{Address, companies, letters, members};
use crate::{http, jobs};

pub(super) async fn serve(config: Config) -> anyhow::Result<ExitCode> {
    log_slow_queries(config.slow_query)?;
    let app = App::open(config, Clock::Real)?;
    if let Some(path) = first_manager(&app).await? {
        println!("This cluster is new. Sign in as its manager, once, within 15 minutes:");
        println!("  {}{path}", app.config.base_url);
    }
    run(app).await
}

/// Serves until the process is told to stop: then nothing new is taken, what is under way is answered.
pub(super) async fn run(app: App) -> anyhow::Result<ExitCode> {
    let stop = Stop::listen().context("listening for signals")?;
    if matches!(app.store.address(), Address::Sqlite(_)) {
        app.store.write(letters::release_claims).await?;
    }
    let listener = TcpListener::bind(app.config.listen)
        .await
        .with_context(|| format!("listening on {}", app.config.listen))?;
    tracing::info!(address = %listener.local_addr()?, "serving");
    println!("Backlot serves on {}", app.config.base_url);
    let (no_more, stopped) = watch::channel(false);
    let work = tokio::spawn(jobs::run(app.clone(), stopped));
    http::accept::serve(listener, http::router(&app), &app, async {
        stop.told().await;
        leave(&app).await;
    })
    .await;
    no_more.send(true).ok();
    // What hangs in a database that does not answer is left as it is: that is as after a power cut, and loses nothing.
    if let Ok(ended) = tokio::time::timeout(app.config.farewell, work).await {
        ended.context("the jobs")?;
    } else {
        tracing::warn!("the jobs took too long and were cut off");
    }
    close(app).await;
    Ok(ExitCode::SUCCESS)
}

/// Lets whoever sends requests here learn that they should go elsewhere, and goes on answering meanwhile.
#[expect(
    clippy::disallowed_methods,
    reason = "the one wait of a server, at its end"
)]
async fn leave(app: &App) {
    app.drain.begin();
    tokio::time::sleep(app.config.drain).await;
    app.live.close();
}

/// Closes the database. Whoever closes SQLite last brings its log home: that too has its time, on a disk that hangs.
async fn close(app: App) {
    let longest = app.config.farewell;
    let closed = tokio::task::spawn_blocking(move || drop(app));
    tokio::time::timeout(longest, closed).await.ok();
}

/// What tells a server to stop. It is listened for before the server says that it serves: until then a signal ends the
/// process on the spot.
struct Stop {
    terminate: Signal,
    interrupt: Signal,
}

impl Stop {
    fn listen() -> std::io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    async fn told(mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
        tracing::info!("stopping: answering what is under way");
    }
}

/// The way in for the first manager, if there is none yet.
async fn first_manager(app: &App) -> anyhow::Result<Option<String>> {
    let now = app.clock.now();
    let config = app.config.clone();
    let made = app.store.write(move |conn| {
        if members::any_with_role(conn, Role::Manager)? {
            return Ok(None);
        }
        let house = super::house(&config);
        let company = match companies::find_by_code(conn, &house.code)? {
            Some(company) => company,
            None => actions::companies::create(conn, None, house, now)?,
        };
        let manager = actions::members::NewMember {
            company: company.id,
            email: config.manager_email.to_lowercase(),
            name: "Manager".to_owned(),
            language: config
                .language
                .parse()
                .unwrap_or(crate::domain::people::Language::Zh),
            role: Role::Manager,
        };
        let manager = actions::members::add(conn, manager, now)?;
        let letter = actions::sign_in::request(conn, &manager, None, now)?;
        Ok(Some(letter.path))
    });
    made.await
        .map_err(|refused: Refused| anyhow::anyhow!("making the first manager: {refused:?}"))
}
