//! Bookings a second over HTTP, each durable before it is answered, beside the engine alone.
//!
//! All are accepted: each is at a time of its own, of listings with a history. Letters wait meanwhile (no mail server
//! answers); a last figure lets them leave.

use std::sync::Arc;

use crate::bare;
use crate::clients::{Ask, Client, Load, storm};
use crate::figures::{Figure, Figures, Target};
use crate::process;
use crate::size::Size;
use crate::support::database::{Database, Engine};
use crate::support::process::Server;
use crate::world::{self, World};

/// A port on which no mail server listens.
const NO_MAIL_SERVER: &str = "9";

pub(crate) async fn measure(engine: Engine, size: Size, figures: &mut Figures) {
    let (listings, claims) = size.bookings();
    let database = Database::fresh(engine).expect("asked before");
    let world = Arc::new(World::settle(&database, listings, claims));
    for lines in [1, 3] {
        for clients in size.clients() {
            let run = Run {
                database: &database,
                world: &world,
                lines,
                clients: *clients,
                size,
            };
            let bookings = run.beside_the_engine_alone(engine).await;
            let bare = bookings.baseline.as_ref().expect("it has one").value;
            figures.add(bookings);
            figures.add(run.through_the_store(engine, bare).await);
        }
    }
    let run = Run {
        database: &database,
        world: &world,
        lines: 3,
        clients: *size.clients().last().expect("at least one"),
        size,
    };
    figures.add(run.with_letters(engine).await);
}

/// What is booked, by how many.
struct Run<'a> {
    database: &'a Database,
    world: &'a Arc<World>,
    lines: usize,
    clients: usize,
    size: Size,
}

impl Run<'_> {
    fn name(&self) -> String {
        let (listings, claims) = self.size.bookings();
        let plural = if self.lines == 1 { "line" } else { "lines" };
        format!(
            "bookings of {} {plural}, {} clients, {listings} listings, {claims} claims",
            self.lines, self.clients
        )
    }

    async fn beside_the_engine_alone(&self, engine: Engine) -> Figure {
        let server = self.server(true).await;
        let (load, busy) = self.book(&server).await;
        let shared = writes_in_a_commit(&server).await;
        drop(server);
        let bare =
            bare::bookings_a_second(self.database, self.world, self.clients, self.size.time());
        let least = match engine {
            Engine::Sqlite => 0.6,
            Engine::Postgres => 0.7,
        };
        let figure = Figure::new(engine, self.name(), load.per_second(), "/s")
            .against("bare engine", bare)
            .beside(format!(
                "p50 {:.1} ms, p99 {:.1} ms, {busy:.2} ms CPU each{}",
                load.p50(),
                load.p99(),
                shared.map_or_else(String::new, |writes| format!(", {writes:.0} in a commit"))
            ));
        // With fewer clients the engine alone waits for nobody, and the ratio says how long a round trip is.
        if self.clients >= 64 {
            figure.should(Target::RatioAtLeast(least))
        } else {
            figure
        }
    }

    /// The same rows through the store and nothing else: what lies between the two is HTTP, the rules and the words.
    async fn through_the_store(&self, engine: Engine, bare: f64) -> Figure {
        let time = self.size.time();
        let made = bare::through_the_store(self.database, self.world, self.clients, time).await;
        let what = format!("the store alone, {}", self.name());
        Figure::new(engine, what, made, "/s").against("bare engine", bare)
    }

    async fn with_letters(&self, engine: Engine) -> Figure {
        let server = self.server(true).await;
        let (without, _) = self.book(&server).await;
        drop(server);
        let server = self.server(false).await;
        let (with, _) = self.book(&server).await;
        Figure::new(
            engine,
            format!("{}, letters leave to a folder", self.name()),
            with.per_second(),
            "/s",
        )
        .against("letters wait", without.per_second())
        .beside(format!(
            "p50 {:.1} ms, p99 {:.1} ms",
            with.p50(),
            with.p99()
        ))
    }

    async fn server(&self, letters_wait: bool) -> Server {
        let folder = self.database.folder().keep();
        Server::start_with(&self.database.url, move |command| {
            command.env("BACKLOT_MAIL_FOLDER", folder);
            if letters_wait {
                command.env("BACKLOT_MAIL", "smtp");
                command.env("BACKLOT_SMTP_PORT", NO_MAIL_SERVER);
                command.env("BACKLOT_SMTP_SECURITY", "none");
            }
        })
        .await
    }

    /// The load, and milliseconds of processor the server took for each booking.
    async fn book(&self, server: &Server) -> (Load, f64) {
        let mut clients = Vec::new();
        for place in 0..self.clients {
            let client = Client::connect(server.address, &world::crew(place)).await;
            clients.push(client.expect("a connection"));
        }
        let (world, lines) = (Arc::clone(self.world), self.lines);
        let next = move |place| Ask::post("/api/v1/bookings", &world.booking(place, lines));
        let before = process::processor_time(server.process_id());
        let load = storm(clients, self.size.time(), 201, next).await;
        let busy = process::processor_time(server.process_id()) - before;
        let each = load.each(busy);
        (load, each)
    }
}

/// How many writes shared a commit since the server started; nothing on PostgreSQL.
async fn writes_in_a_commit(server: &Server) -> Option<f64> {
    let mut manager = Client::connect(server.address, world::MANAGER).await.ok()?;
    let told = manager.ask(Ask::get("/metrics")).await.body;
    let told = String::from_utf8_lossy(&told);
    let figure = |name: &str| {
        let line = told
            .lines()
            .find(|line| line.contains(name) && !line.starts_with('#'))?;
        line.rsplit(' ').next()?.parse::<f64>().ok()
    };
    let (commits, writes) = (
        figure("writes_in_a_commit_count")?,
        figure("writes_in_a_commit_sum")?,
    );
    (commits > 0.0).then_some(writes / commits)
}
