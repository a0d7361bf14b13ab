//! What is free in a window, of everything; the days of one listing; a day of the board. The history behind must not
//! matter.

use std::collections::BTreeMap;
use std::time::Duration;

use backlot::actions::taken::taken_in;
use backlot::domain::span::Span;
use backlot::store::{Conn, Use};

use crate::constant::Constant;
use crate::figures::{Figure, Figures, Target};
use crate::looks::Look;
use crate::size::Size;
use crate::support::database::{Database, Engine};
use crate::support::process::Server;
use crate::world::{self, World};

/// Times the plain look-up is made.
const LOOKS: usize = 50;

pub(crate) async fn measure(engine: Engine, size: Size, figures: &mut Figures) {
    let constant = Constant::start().await;
    let (mut shortest, mut shortest_board) = (BTreeMap::new(), BTreeMap::new());
    for (listings, claims) in size.free() {
        let database = Database::fresh(engine).expect("asked before");
        let world = World::settle(&database, *listings, *claims);
        let mail = database.folder();
        let server = Server::start(&database.url, mail.path()).await;
        let token = world::crew(0);
        let look = Look {
            engine,
            size,
            server: &server,
            constant: &constant,
            token: &token,
        };
        let of = format!("of {listings} listings, {claims} claims");
        let (from, to) = (world.at(3, 9), world.at(3, 13));
        let day = Span::new(from, to).expect("four hours");
        let window = format!("free_from={}&free_to={}", in_url(from), in_url(to));
        let (taken, quickest) = taken(engine, &database, day, &of);
        let longer = shortest
            .get(listings)
            .map(|least| beside(*least, &quickest));
        shortest.entry(*listings).or_insert(quickest.value);
        figures.add(taken);
        if let Some(longer) = longer {
            figures.add(longer);
        }
        let page = format!("/api/v1/listings?limit=50&{window}");
        figures.add(
            look.at(format!("a page of what is free in 4 h, {of}"), &page)
                .await,
        );
        let counts = format!("/api/v1/listings/facets?{window}");
        figures.add(
            look.at(format!("counts of what is free in 4 h, {of}"), &counts)
                .await,
        );
        let days = "/api/v1/availability?days=14&limit=50";
        figures.add(look.at(format!("14 days of 50 listings, {of}"), days).await);
        let (from, to) = (in_url(world.at(-7, 0)), in_url(world.at(7, 0)));
        let one = format!(
            "/api/v1/listings/{}/availability?from={from}&to={to}",
            world::code(7)
        );
        figures.add(look.at(format!("14 days of one listing, {of}"), &one).await);
        let look = Look {
            token: world::MANAGER,
            ..look
        };
        let day = format!("a day of the board, 200 {of}");
        let board = look.at(day, "/api/v1/board?days=1&limit=200").await;
        let longer = shortest_board
            .get(listings)
            .map(|least| beside(*least, &board));
        shortest_board.entry(*listings).or_insert(board.value);
        figures.add(board);
        if let Some(longer) = longer {
            figures.add(longer);
        }
    }
}

/// All that is taken in a window, asked of the house itself without HTTP: at the median, and at the quickest of all looks,
/// since whatever else the machine does only adds to it.
fn taken(engine: Engine, database: &Database, span: Span, of: &str) -> (Figure, Figure) {
    let mut conn = Conn::open(&database.address(), Use::Read).expect("a connection");
    let mut times = Vec::new();
    let mut found = 0;
    for _ in 0..LOOKS {
        let began = std::time::Instant::now();
        let taken = taken_in(&mut conn, span, 1, span.start());
        found = taken.expect("an answer").len();
        times.push(began.elapsed());
    }
    times.sort_unstable();
    let figure = |which: &str, time: Duration| {
        let what = format!("what is taken in 4 h, {of}, without HTTP{which}");
        Figure::new(engine, what, time.as_secs_f64() * 1_000.0, "ms")
    };
    let middle = figure("", times[LOOKS / 2]).should(Target::AtMost(5.0));
    (
        middle.beside(format!("{found} taken")),
        figure(", the quickest look", times[0]),
    )
}

/// The same beside the shortest history of as many listings.
fn beside(least: f64, longer: &Figure) -> Figure {
    Figure {
        target: Some(Target::RatioAtMost(1.2)),
        beside: String::new(),
        ..longer.clone().against("shortest history", least)
    }
}

/// A moment as a URL holds it.
fn in_url(moment: backlot::domain::span::Instant) -> String {
    moment.format("%Y-%m-%dT%H:%M:%SZ").to_string()
}
