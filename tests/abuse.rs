//! Whoever means harm, or is only clumsy: keeps lines open, sends a byte now and then, sends more than anybody needs.
//! Each is told to stop or is cut off, and everybody else is served meanwhile. How often one may ask: `limits`.

use std::time::{Duration, Instant};

use backlot::clock::Clock;
use backlot::domain::ids::CompanyId;
use backlot::domain::people::{Language, Member, Role};
use backlot::store::sessions::AccessToken;
use backlot::store::{StoreError, fresh_id, members, sessions};
use serde_json::json;

use crate::support::app::{TestApp, monday_morning};
use crate::support::database::{Database, Engine};
use crate::support::line::Line;
use crate::support::make::Town;
use crate::support::patience::{self, pause};

/// How long the server of these tests waits; the real one is more patient.
const PATIENCE: Duration = Duration::from_secs(2);
/// Within this it has cut a line, on a busy machine too.
const CUT: Duration = Duration::from_secs(20);

async fn impatient_app() -> TestApp {
    let database = Database::fresh(Engine::Sqlite).expect("SQLite is always there");
    TestApp::with(database, Clock::fixed(monday_morning()), |config| {
        config.patience.head = PATIENCE;
        config.patience.silence = PATIENCE;
        config.patience.unread = PATIENCE;
    })
    .await
}

/// Heads that drip, a hundred at once. They are cut off in time, and somebody else is served at once meanwhile.
#[test]
fn heads_that_never_end_are_cut_off() {
    patience::run(async {
        let app = impatient_app().await;
        let town = Town::settle(&app).await;
        let began = Instant::now();
        let mut dripping = Vec::new();
        for _ in 0..100 {
            let line = Line::dial(app.address).await;
            line.say("GET /api/v1/me HTTP/1.1\r\nHost: desk\r\n")
                .await
                .expect("taken");
            dripping.push(tokio::spawn(async move {
                // One more header every now and then, as such tools do.
                for _ in 0..60 {
                    if line.say("X-A: b\r\n").await.is_err() {
                        return Some(String::new());
                    }
                    if let Some(said) = line.hear_out(Duration::from_millis(500)).await {
                        return Some(said);
                    }
                }
                None
            }));
        }
        let served = Instant::now();
        town.crew.client.get("/api/v1/me").await.expect(200);
        assert!(served.elapsed() < Duration::from_secs(5));
        for line in dripping {
            line.await.expect("no panic").expect("it is cut off");
        }
        assert!(began.elapsed() < CUT, "{:?}", began.elapsed());
    });
}

/// A body that stops half way is told so and cut off; one that is slow but comes is taken.
#[test]
fn a_body_that_falls_silent_is_told_so_and_one_that_is_slow_is_taken() {
    patience::run(async {
        let app = impatient_app().await;
        let town = Town::settle(&app).await;
        town.set(&app, "A01").await;
        let body = town.crew.basket(&["A01 tue 09:00-12:00"]).to_string();
        let head = format!(
            "POST /api/v1/bookings HTTP/1.1\r\nHost: desk\r\nAuthorization: Bearer {}\r\nAccept-Language: en\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
            town.crew.token,
            body.len()
        );
        let (first, second) = body.split_at(body.len() / 2);
        let silent = Line::dial(app.address).await;
        silent.say(&head).await.expect("taken");
        silent.say(first).await.expect("taken");
        let began = Instant::now();
        let said = silent.hear_out(CUT).await.expect("an end");
        assert!(said.starts_with("HTTP/1.1 408"), "{said}");
        assert!(
            said.contains("body_too_slow") && said.contains("nothing was changed"),
            "{said}"
        );
        assert!(began.elapsed() >= PATIENCE, "not in a hurry");

        let slow = Line::dial(app.address).await;
        slow.say(&head).await.expect("taken");
        slow.say(first).await.expect("taken");
        let (third, fourth) = second.split_at(second.len() / 2);
        for piece in [third, fourth] {
            pause(PATIENCE / 2).await;
            slow.say(piece).await.expect("taken");
        }
        let said = slow.hear_out(CUT).await.expect("an end");
        assert!(said.starts_with("HTTP/1.1 201"), "{said}");
    });
}

/// Bodies and heads beyond what anybody needs.
#[test]
fn what_is_too_large_is_refused_with_words() {
    patience::run(async {
        let app = TestApp::start().await;
        let town = Town::settle(&app).await;
        let note = "a".repeat(backlot::http::LARGEST_BODY + 1);
        let body = json!({ "production": town.crew.production, "note": note, "lines": [] });
        let answer = town.crew.client.post("/api/v1/bookings", body).await;
        assert_eq!(answer.problem(413), "body_too_large");
        let line = Line::dial(app.address).await;
        line.say("GET / HTTP/1.1\r\nHost: desk\r\n")
            .await
            .expect("taken");
        let header = format!("X-A: {}\r\n", "a".repeat(1_000));
        for _ in 0..1_000 {
            if line.say(&header).await.is_err() {
                break;
            }
        }
        let said = line.hear_out(CUT).await.expect("an end");
        assert!(
            said.is_empty() || said.starts_with("HTTP/1.1 431"),
            "{said}"
        );
        town.crew.client.get("/api/v1/me").await.expect(200);
    });
}

const HEALTH: &str = "GET /healthz HTTP/1.1\r\nHost: desk\r\n\r\n";

/// Says something over a new line from elsewhere, and gives the line where there is an answer.
async fn served_elsewhere(app: &TestApp) -> Option<Line> {
    let line = Line::dial_from_elsewhere(app.address).await;
    line.say(HEALTH).await.ok()?;
    line.hear()
        .await
        .starts_with("HTTP/1.1 200")
        .then_some(line)
}

/// One address cannot hold every seat: it has its share, and others are served. What it gives back it may have again.
#[test]
fn one_address_cannot_hold_every_seat() {
    const SEATS: usize = 20;
    patience::run(async {
        let database = Database::fresh(Engine::Sqlite).expect("SQLite is always there");
        let app = TestApp::with(database, Clock::fixed(monday_morning()), |config| {
            config.seats_per_address = SEATS;
        })
        .await;
        let town = Town::settle(&app).await;
        let mut held = Vec::new();
        for _ in 0..SEATS {
            held.push(served_elsewhere(&app).await.expect("its share"));
        }
        assert!(served_elsewhere(&app).await.is_none(), "and no more");
        town.crew.client.get("/api/v1/me").await.expect(200);
        held.pop();
        patience::until("a seat that was given back", || served_elsewhere(&app)).await;
    });
}

/// Who asks and does not listen: what cannot be sent is not kept for ever.
#[test]
fn an_answer_that_nobody_takes_is_given_up() {
    patience::run(async {
        let app = impatient_app().await;
        let town = Town::settle(&app).await;
        let deaf = Line::dial_from_elsewhere(app.address).await;
        // More than the system keeps on the way.
        let asked = "GET /api/openapi.json HTTP/1.1\r\nHost: desk\r\n\r\n".repeat(200);
        deaf.say(&asked).await.expect("taken");
        assert!(deaf.hear().await.starts_with("HTTP/1.1 200"));
        patience::until("the end of the line", || async {
            // Says nothing that is heard; fails once the line is gone.
            deaf.say("\r\n").await.is_err().then_some(())
        })
        .await;
        town.crew.client.get("/api/v1/me").await.expect(200);
    });
}

/// Members enough to fill the house with streams, eight each.
async fn crowd(app: &TestApp, company: CompanyId, count: usize) -> Vec<String> {
    let now = monday_morning();
    let tokens: Vec<String> = (0..count)
        .map(|place| format!("bl_crowd_{place:05}"))
        .collect();
    for chunk in tokens.chunks(200) {
        let chunk = chunk.to_vec();
        let stored = app.app.store.write(move |conn| {
            for token in &chunk {
                let member = Member {
                    id: fresh_id(now),
                    company,
                    email: format!("{token}@example.com"),
                    name: token.clone(),
                    language: Language::En,
                    role: Role::Viewer,
                    active: true,
                };
                members::insert(conn, &member, now)?;
                let row = AccessToken {
                    id: fresh_id(now),
                    member_id: member.id,
                    name: "test".into(),
                    secret_hash: backlot::actions::secrets::hash_token(token),
                    created_at: now.into(),
                };
                sessions::insert_token(conn, row)?;
            }
            Ok::<_, StoreError>(())
        });
        stored.await.expect("members");
    }
    tokens
}

/// How many streams are asked for: some more than there is room for. `BACKLOT_STREAMS=10000` for as many as a whole
/// province has open.
fn streams_wanted() -> usize {
    let asked = std::env::var_os("BACKLOT_STREAMS");
    let asked = asked.and_then(|count| count.to_str()?.parse().ok());
    asked.unwrap_or(2_200)
}

/// Streams beyond what the house has room for are refused with words; those there are go on, and so does everything
/// else.
#[test]
fn a_flood_of_streams_is_bounded() {
    const ROOM: usize = 2_000;
    const EACH: usize = 8;
    patience::run(async {
        let app = TestApp::start().await;
        let town = Town::settle(&app).await;
        let wanted = streams_wanted();
        let tokens = crowd(&app, town.crew.member.company, wanted / EACH + 1).await;
        let memory_before = memory_kilobytes();
        let (mut open, mut refused) = (Vec::new(), 0);
        for place in 0..wanted {
            let line = Line::dial(app.address).await;
            let token = &tokens[place / EACH];
            let head = format!(
                "GET /api/v1/events HTTP/1.1\r\nHost: desk\r\nAuthorization: Bearer {token}\r\nAccept-Language: en\r\n\r\n"
            );
            line.say(&head).await.expect("taken");
            let said = line.hear().await;
            if said.starts_with("HTTP/1.1 200") {
                open.push(line);
                continue;
            }
            assert!(said.starts_with("HTTP/1.1 503"), "{said}");
            assert!(said.to_lowercase().contains("retry-after: 60"), "{said}");
            assert!(said.contains("no_room_for_streams"), "{said}");
            refused += 1;
        }
        assert_eq!(
            (open.len(), refused),
            (ROOM.min(wanted), wanted.saturating_sub(ROOM))
        );
        // Both ends are in this process: what a stream takes is less than this.
        let each = memory_kilobytes().saturating_sub(memory_before) / ROOM;
        assert!(each < 100, "{each} kB a stream, both ends");
        let began = Instant::now();
        town.crew.client.get("/api/v1/me").await.expect(200);
        assert!(began.elapsed() < Duration::from_secs(2));
        drop(open);
        patience::until("the seats are given back", || async {
            (app.app.live.listeners() == 0).then_some(())
        })
        .await;
    });
}

/// What this process has in memory.
fn memory_kilobytes() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux");
    let line = status.lines().find(|line| line.starts_with("VmRSS:"));
    let figure = line.and_then(|line| line.split_whitespace().nth(1));
    figure
        .and_then(|figure| figure.parse().ok())
        .expect("a figure")
}
