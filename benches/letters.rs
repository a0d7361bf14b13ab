//! Letters: how many leave in a minute to a real mail server, and whether a slow one holds up bookings.

use std::sync::Arc;
use std::time::{Duration, Instant};

use lettre::Transport;
use lettre::address::Envelope;
use lettre::transport::smtp::SmtpTransport;
use serde_json::json;

use crate::clients::{Ask, Client, Load, storm};
use crate::figures::{Figure, Figures, Target};
use crate::size::Size;
use crate::support::database::{Database, Engine};
use crate::support::process::Server;
use crate::support::smtp::{ReceivedLetter, SmtpServer};
use crate::world::{self, World};

/// Letters a server has with the post at once.
const AT_ONCE: usize = 4;
/// What a slow mail server takes for a letter, in seconds.
const SLOW: u32 = 2;
/// Clients that book meanwhile.
const CLIENTS: usize = 8;

pub(crate) async fn measure(engine: Engine, size: Size, figures: &mut Figures) {
    let (listings, claims) = size.bookings();
    let database = Database::fresh(engine).expect("asked before");
    let world = Arc::new(World::settle(&database, listings, claims));
    figures.add(drain(engine, size, &database, &world).await);

    // There and back, so that a machine that gets slower meanwhile slows both.
    let mut loads = Vec::new();
    for seconds in [0, SLOW, SLOW, 0] {
        loads.push(book_beside(&database, &world, size, seconds).await);
    }
    let (quick, slow) = ([&loads[0], &loads[3]], [&loads[1], &loads[2]]);
    let what = format!("bookings of 3 lines, {CLIENTS} clients, a mail server that takes {SLOW} s");
    let figure = Figure::new(engine, what, per_second(slow), "/s")
        .against("a quick one", per_second(quick))
        .should(Target::RatioAtLeast(0.9))
        .beside(format!(
            "p99 {:.1} ms, else {:.1} ms",
            p99(slow),
            p99(quick)
        ));
    figures.add(figure);
}

fn per_second([one, other]: [&Load; 2]) -> f64 {
    f64::midpoint(one.per_second(), other.per_second())
}

fn p99([one, other]: [&Load; 2]) -> f64 {
    one.p99().max(other.p99())
}

/// Books while the post is down, then lets all letters leave.
async fn drain(engine: Engine, size: Size, database: &Database, world: &World) -> Figure {
    let count = size.letters();
    let mut post = SmtpServer::start();
    let address = post.address();
    post.stop();
    let server = server(database, &post).await;
    let mut crew = Client::connect(server.address, &world::crew(0))
        .await
        .expect("a connection");
    for _ in 0..count {
        let answer = crew
            .ask(Ask::post("/api/v1/bookings", &world.booking(0, 3)))
            .await;
        assert_eq!(answer.status, 201);
    }
    // Killed, it would leave letters claimed for a while.
    server.terminate().await;
    post.restart();
    assert_eq!(post.address(), address, "the same port again");
    let began = Instant::now();
    let server = self::server(database, &post).await;
    let letters = post.wait_for(count);
    let took = began.elapsed();
    drop(server);
    let alone = hand_over(&post, &letters);
    Figure::new(
        engine,
        format!("letters a minute, of {count} that waited"),
        a_minute(count, took),
        "/min",
    )
    .against("lettre alone", a_minute(count, alone))
}

/// How long the same letters take with the same number at once, and nothing else to do.
fn hand_over(post: &SmtpServer, letters: &[ReceivedLetter]) -> Duration {
    let port = post.address().port();
    let began = Instant::now();
    let hand_over = |some: &[ReceivedLetter]| {
        let transport = SmtpTransport::builder_dangerous("127.0.0.1")
            .port(port)
            .build();
        for letter in some {
            let to = letter.to.iter().map(|to| to.parse().expect("an address"));
            let from = letter.from.parse().expect("an address");
            let envelope = Envelope::new(Some(from), to.collect()).expect("an envelope");
            transport
                .send_raw(&envelope, letter.raw.as_bytes())
                .expect("taken");
        }
    };
    std::thread::scope(|scope| {
        for some in letters.chunks(letters.len().div_ceil(AT_ONCE)) {
            scope.spawn(move || hand_over(some));
        }
    });
    began.elapsed()
}

fn a_minute(count: usize, took: Duration) -> f64 {
    f64::from(u32::try_from(count).expect("few enough")) * 60.0 / took.as_secs_f64()
}

/// A storm of bookings while the letters they owe leave.
async fn book_beside(database: &Database, world: &Arc<World>, size: Size, seconds: u32) -> Load {
    let mut post = SmtpServer::start();
    post.order(&json!({ "takes": seconds }));
    let server = server(database, &post).await;
    let mut clients = Vec::new();
    for place in 0..CLIENTS {
        let client = Client::connect(server.address, &world::crew(place)).await;
        clients.push(client.expect("a connection"));
    }
    let world = Arc::clone(world);
    let next = move |place: usize| Ask::post("/api/v1/bookings", &world.booking(place, 3));
    storm(clients, size.time(), 201, next).await
}

async fn server(database: &Database, post: &SmtpServer) -> Server {
    let port = post.address().port().to_string();
    Server::start_with(&database.url, move |command| {
        command.env("BACKLOT_MAIL", "smtp");
        command.env("BACKLOT_SMTP_HOST", "127.0.0.1");
        command.env("BACKLOT_SMTP_PORT", port);
        command.env("BACKLOT_SMTP_SECURITY", "none");
    })
    .await
}
