//! `TestApp`: the real router on a real port, a fresh database, a clock that stands still, letters kept in
//! memory. Not here: who is signed in ([`super::client`]) and what is in the cluster ([`super::make`]).

use std::net::SocketAddr;

use backlot::app::App;
use backlot::clock::Clock;
use backlot::config::Config;
use backlot::domain::span::Instant;
use backlot::jobs::send_mail;
use backlot::mail::post::{KeptLetter, Post};

use super::database::{Database, Engine};

/// A running server.
pub(crate) struct TestApp {
    pub(crate) app: App,
    pub(crate) address: SocketAddr,
    /// Kept so that it lives as long as the server.
    pub(crate) database: Database,
    server: tokio::task::JoinHandle<()>,
}

/// Monday 7 January 2030, 08:00 in Shanghai: where the clock of every test stands.
pub(crate) fn monday_morning() -> Instant {
    "2030-01-07T00:00:00Z".parse().expect("a moment")
}

impl TestApp {
    /// On SQLite, at the time where tests stand.
    pub(crate) async fn start() -> Self {
        Self::on(Database::fresh(Engine::Sqlite).expect("SQLite is always there")).await
    }

    /// On a database of either engine.
    pub(crate) async fn on(database: Database) -> Self {
        Self::with(database, Clock::fixed(monday_morning()), |_| {}).await
    }

    /// With a clock and settings of one's own.
    pub(crate) async fn with(
        database: Database,
        clock: Clock,
        adjust: impl FnOnce(&mut Config),
    ) -> Self {
        let url = database.url.clone();
        let value_of = move |name: &str| (name == "BACKLOT_DATABASE_URL").then(|| url.clone());
        let mut config = Config::from_values(value_of).expect("settings");
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a port");
        let address = listener.local_addr().expect("an address");
        config.base_url = format!("http://{address}");
        config.listen = address;
        // Tests ask more often than anybody may.
        config.requests_per_second = 0;
        // And all of them come from one address.
        config.seats_per_address = 0;
        adjust(&mut config);
        let keeps_letters = matches!(config.mail, backlot::config::Mail::Folder(_));
        let mut app = App::open(config, clock).expect("an app");
        if keeps_letters {
            app.post = Post::memory();
        }
        let router = backlot::http::router(&app);
        let serving = app.clone();
        let server = tokio::spawn(async move {
            backlot::http::accept::serve(listener, router, &serving, std::future::pending()).await;
        });
        Self {
            app,
            address,
            database,
            server,
        }
    }

    /// Address of a path.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Sends what is due and gives all letters sent so far.
    pub(crate) async fn letters(&self) -> Vec<KeptLetter> {
        send_mail::send_due(&self.app)
            .await
            .expect("the outbox is read");
        self.app.post.kept()
    }

    /// Every broken promise of the database: none, ever.
    pub(crate) async fn broken_promises(&self) -> Vec<String> {
        let now = self.app.clock.now();
        let found = self.app.store.read(move |conn| {
            let mut faults = backlot::actions::integrity::of_everything(conn, now)?;
            for id in backlot::store::integrity::listing_ids(conn, None, 1_000)? {
                faults.extend(backlot::actions::integrity::of_listing(conn, id, now)?);
            }
            Ok::<_, backlot::actions::Refused>(faults)
        });
        found
            .await
            .expect("checked")
            .into_iter()
            .map(|fault| fault.0)
            .collect()
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        self.server.abort();
    }
}
