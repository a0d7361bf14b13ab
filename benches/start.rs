//! The process itself: how soon it serves, and the memory it holds, idle and after work.

use std::io::{BufRead, BufReader};
use std::process::Stdio;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::clients::{Ask, Client, storm};
use crate::figures::{Figure, Figures, Target};
use crate::process;
use crate::size::Size;
use crate::support::database::{Database, Engine};
use crate::support::patience::pause;
use crate::support::process::{Server, backlot};
use crate::world::{self, World};

/// Starts of which the middle one counts.
const STARTS: usize = 5;
/// Clients of the work.
const CLIENTS: usize = 16;

pub(crate) async fn measure(engine: Engine, size: Size, figures: &mut Figures) {
    let (listings, claims) = size.bookings();
    let database = Database::fresh(engine).expect("asked before");
    let world = Arc::new(World::settle(&database, listings, claims));
    let of = format!("{listings} listings, {claims} claims");
    let start = Figure::new(
        engine,
        format!("start until it serves, {of}"),
        start(&database),
        "ms",
    );
    figures.add(start);

    let mail = database.folder();
    let server = Server::start(&database.url, mail.path()).await;
    pause(Duration::from_secs(1)).await;
    let idle = process::memory(server.process_id());
    let figure = Figure::new(engine, format!("memory when idle, {of}"), idle, "MB");
    figures.add(figure.should(Target::AtMost(40.0)));
    work(&server, &world, size).await;
    let after = process::memory(server.process_id());
    let most = process::peak_memory(server.process_id());
    let figure = Figure::new(engine, format!("memory after work, {of}"), after, "MB");
    figures.add(
        figure
            .against("idle", idle)
            .beside(format!("{most:.0} MB at most")),
    );
}

/// Milliseconds from the command until it says that it serves.
fn start(database: &Database) -> f64 {
    let mut times: Vec<Duration> = (0..STARTS).map(|_| start_once(database)).collect();
    times.sort_unstable();
    times[STARTS / 2].as_secs_f64() * 1_000.0
}

fn start_once(database: &Database) -> Duration {
    let mut command = backlot(&database.url);
    let folder = database.folder();
    command.args(["serve", "--listen", "127.0.0.1:0"]);
    command.env("BACKLOT_MAIL_FOLDER", folder.path());
    let began = Instant::now();
    let mut child = command.stdout(Stdio::piped()).spawn().expect("it starts");
    let said = BufReader::new(child.stdout.take().expect("its words"));
    let mut lines = said.lines().map_while(Result::ok);
    lines
        .find(|line| line.contains("serves on"))
        .expect("it serves");
    let took = began.elapsed();
    child.kill().expect("killed");
    child.wait().expect("gone");
    took
}

/// Some of everything people do all day.
async fn work(server: &Server, world: &Arc<World>, size: Size) {
    let mut clients = Vec::new();
    for place in 0..CLIENTS {
        let client = Client::connect(server.address, &world::crew(place)).await;
        clients.push(client.expect("a connection"));
    }
    let world = Arc::clone(world);
    let book = move |place: usize| Ask::post("/api/v1/bookings", &world.booking(place, 3));
    storm(clients, size.time(), 201, book).await;
    for path in [
        "/api/v1/listings?limit=50&q=camera",
        "/api/v1/listings/facets",
        "/api/v1/availability?days=14&limit=50",
        "/api/v1/board?days=14&limit=200",
    ] {
        let client = Client::connect(server.address, world::MANAGER).await;
        let next = move |_| Ask::get(path);
        storm(vec![client.expect("a connection")], size.time(), 200, next).await;
    }
}
