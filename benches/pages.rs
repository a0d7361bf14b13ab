//! Pages that show much at once: the board by day and week, a calendar feed of a thousand entries, an export of
//! everything.

use std::time::Instant;

use serde_json::json;

use crate::clients::{Ask, Client};
use crate::constant::Constant;
use crate::figures::{Figure, Figures, Target};
use crate::looks::Look;
use crate::process;
use crate::size::Size;
use crate::support::database::{Database, Engine};
use crate::support::process::Server;
use crate::world::{self, World};

/// The longest page of the board.
const PAGE: usize = 200;
/// Days of the history that a feed still shows, and those of it that lie ahead: an entry each.
const IN_HISTORY: usize = 30 + 7;

pub(crate) async fn measure(engine: Engine, size: Size, figures: &mut Figures) {
    let constant = Constant::start().await;
    let (listings, claims) = size.bookings();
    let database = Database::fresh(engine).expect("asked before");
    let world = World::settle(&database, listings, claims);
    let mail = database.folder();
    let server = Server::start(&database.url, mail.path()).await;
    let look = Look {
        engine,
        size,
        server: &server,
        constant: &constant,
        token: world::MANAGER,
    };
    board(&look, listings, figures).await;
    feed(&look, &world, figures).await;
    let listings = format!("an export of {listings} listings as");
    let year_of_all = "a year of everything as iCalendar";
    for (what, path) in [
        (format!("{listings} CSV"), "/api/v1/listings/export.csv"),
        (format!("{listings} XLSX"), "/api/v1/listings/export.xlsx"),
        (
            format!("{year_of_all}, {claims} claims of which some are older"),
            &*year(&world),
        ),
    ] {
        let (time, memory) = export(&look, what, path).await;
        figures.add(time);
        figures.add(memory);
    }
}

/// The calendar of everything, from a year before the last claim of the history on.
fn year(world: &World) -> String {
    let from = world.at(-358, 12).format("%Y-%m-%d");
    format!("/api/v1/calendar.ics?from={from}&days=366")
}

async fn board(look: &Look<'_>, listings: usize, figures: &mut Figures) {
    let mut client = look.client().await;
    for (name, days) in [("day", 1), ("week", 7)] {
        let first = format!("/api/v1/board?limit={PAGE}&days={days}");
        let page = look
            .at(format!("board, a {name} of {PAGE} listings"), &first)
            .await;
        figures.add(match days {
            1 => page.should(Target::ProcessorAtMost(3.0)),
            _ => page,
        });
        let mut pages = vec![Ask::get(&first)];
        let told = client.ask(pages[0].clone()).await.json();
        let cursors = told["next_cursors"].as_array().cloned().unwrap_or_default();
        if cursors.is_empty() {
            continue;
        }
        for cursor in cursors {
            let cursor = cursor.as_str().expect("text").to_owned();
            pages.push(Ask::get(format!("{first}&cursor={cursor}")));
        }
        let what = format!(
            "board, a {name} of {listings} listings, {} pages",
            pages.len()
        );
        figures.add(look.through(what, &pages, 200).await);
    }
}

/// Books the entries a feed lacks, one by one, and reads it.
async fn feed(look: &Look<'_>, world: &World, figures: &mut Figures) {
    let mut client = look.client().await;
    let mut crew = Client::connect(look.server.address, &world::crew(0))
        .await
        .expect("a connection");
    for _ in 0..look.size.entries() - IN_HISTORY.min(world.days()) {
        let booking = world.booking_of_the_first(0);
        let answer = crew.ask(Ask::post("/api/v1/bookings", &booking)).await;
        assert_eq!(answer.status, 201);
    }
    let wish = json!({ "scope": "listing", "listing": world::code(0) });
    let made = client.ask(Ask::post("/api/v1/feeds", &wish)).await.json();
    let url = made["url"].as_str().expect("a URL");
    let path = &url[url.find("/feeds/").expect("its path")..];
    let read = client.ask(Ask::get(path)).await;
    let entries = String::from_utf8_lossy(&read.body)
        .matches("BEGIN:VEVENT")
        .count();
    let what = format!("a feed of {entries} entries");
    let figure = look.at(what, path).await;
    figures.add(figure.should(Target::AtMost(20.0)));
    let known = Ask {
        known: read.tag,
        ..Ask::get(path)
    };
    let what = format!("a feed of {entries} entries, unchanged");
    figures.add(look.through(what, &[known], 304).await);
}

/// A file of everything: how long, and how much more memory the server ever held meanwhile.
async fn export(look: &Look<'_>, what: String, path: &str) -> (Figure, Figure) {
    let mut client = look.client().await;
    let server = look.server.process_id();
    let before = process::memory(server);
    process::forget_peak(server);
    let began = Instant::now();
    let answer = client.ask(Ask::get(path)).await;
    let took = began.elapsed().as_secs_f64() * 1_000.0;
    assert_eq!(answer.status, 200);
    let more = process::peak_memory(server) - before;
    let mut client = Client::connect(look.constant.address, "")
        .await
        .expect("a connection");
    let began = Instant::now();
    client
        .ask(Ask::get(format!("/{}", answer.body.len())))
        .await;
    let constant = began.elapsed().as_secs_f64() * 1_000.0;
    let megabytes = f64::from(u32::try_from(answer.body.len()).unwrap_or(u32::MAX)) / 1_000_000.0;
    let memory = format!("memory meanwhile, {what}");
    (
        Figure::new(look.engine, what, took, "ms")
            .against("constant", constant)
            .beside(format!("{megabytes:.1} MB")),
        Figure::new(look.engine, memory, more, "MB").should(Target::AtMost(50.0)),
    )
}
