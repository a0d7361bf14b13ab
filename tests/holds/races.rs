//! Many crews at once on a set and on a pool: one promise each, ranks without gaps, everyone promoted once.

use backlot::jobs::expire_holds;
use chrono::TimeDelta;
use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::support::app::TestApp;
use crate::support::client::Answer;
use crate::support::database::{Engine, on_both_engines};
use crate::support::make::{Person, Town};

const CREWS: usize = 64;

fn crew(town: &Town, place: usize) -> &Person {
    [&town.crew, &town.rival, &town.owner, &town.manager][place % 4]
}

async fn hold(who: &Person, line: &str) -> Value {
    let mut body = who.basket(&[line]);
    body["hold"] = json!(true);
    who.client.post("/api/v1/bookings", body).await.expect(201)
}

fn path(booking: &Value) -> String {
    let id = booking["id"].as_str().expect("an id");
    format!("/api/v1/bookings/{id}")
}

async fn act(who: &Person, booking: &Value, verb: &str) -> Answer {
    let at = format!("{}/{verb}", path(booking));
    who.client.post(&at, json!({})).await
}

async fn sees(town: &Town, booking: &Value) -> Value {
    let found = town.manager.client.get(&path(booking)).await;
    found.expect(200)["lines"][0].clone()
}

/// Every promise is kept, and every letter that was owed has left.
async fn sound(app: &TestApp) {
    app.letters().await;
    assert_eq!(app.broken_promises().await, Vec::<String>::new());
}

async fn count(town: &Town, bookings: &[Value], state: &str) -> usize {
    let mut found = 0;
    for booking in bookings {
        found += usize::from(sees(town, booking).await["state"] == state);
    }
    found
}

async fn settle(database: crate::support::database::Database) -> (TestApp, Town) {
    use crate::support::app::monday_morning;
    use backlot::clock::Clock;
    let many = |config: &mut backlot::config::Config| config.most_holds = 1_000;
    let app = TestApp::with(database, Clock::fixed(monday_morning()), many).await;
    let town = Town::settle(&app).await;
    (app, town)
}

on_both_engines! {
    /// 64 crews hold one set at once: one is first, the others stand in line without a gap. Then everyone
    /// confirms, challenges, lets go and lapses at once, and nothing is promised twice.
    async fn sixty_four_crews_hold_one_set(database: Database) {
        let (app, town) = settle(database).await;
        town.set(&app, "A01").await;
        let tries = (0..CREWS).map(|place| hold(crew(&town, place), "A01 wed 09:00-12:00"));
        let bookings = join_all(tries).await;
        let mut ranks = Vec::new();
        for booking in &bookings {
            ranks.push(sees(&town, booking).await["hold"]["rank"].as_u64().expect("a rank"));
        }
        ranks.sort_unstable();
        let whole: Vec<u64> = (1..=u64::try_from(CREWS).expect("small")).collect();
        assert_eq!(ranks, whole);

        for round in 0..3 {
            // The first lets go while everyone else challenges whoever holds.
            let held = async {
                for (place, booking) in bookings.iter().enumerate() {
                    if sees(&town, booking).await["state"] == "held" {
                        return place;
                    }
                }
                panic!("nobody holds the set");
            };
            let first = held.await;
            let acts = bookings.iter().enumerate().map(|(place, booking)| {
                let verb = if place == first { "cancellation" } else { "challenge" };
                act(crew(&town, place), booking, verb)
            });
            let answers = join_all(acts).await;
            assert!(answers.iter().all(|answer| answer.status.as_u16() < 500));
            assert_eq!(answers[first].status, 200);
            assert_eq!(count(&town, &bookings, "held").await, 1, "round {round}");
            sound(&app).await;
        }
        // Everyone confirms in the second in which the first's clock runs out.
        app.app.clock.advance(TimeDelta::hours(24));
        let confirm = bookings.iter().enumerate().map(|(place, booking)| {
            act(crew(&town, place), booking, "confirmation")
        });
        let (answers, _) = tokio::join!(join_all(confirm), expire_holds::expire(&app.app));
        assert!(answers.iter().all(|answer| answer.status.as_u16() < 500));
        let won = answers.iter().filter(|answer| answer.status == 200).count();
        assert_eq!(won, count(&town, &bookings, "confirmed").await);
        assert!(won <= 1, "{won} confirmed");
        assert_eq!(won + count(&town, &bookings, "held").await, 1, "it is somebody's");
        sound(&app).await;
    }

    /// A pool of ten, asked for three at a time by 64 crews: three hold, the rest wait; as they let go all
    /// at once, those in line move up and never more than ten are claimed.
    async fn a_pool_moves_up_as_crews_let_go(database: Database) {
        let (app, town) = settle(database).await;
        town.pool(&app, "POOL", 10).await;
        let tries = (0..CREWS).map(|place| hold(crew(&town, place), "POOL x3 wed 09:00-12:00"));
        let bookings = join_all(tries).await;
        assert_eq!(count(&town, &bookings, "held").await, 3);
        let mut open = bookings;
        while open.len() > 8 {
            let rest = open.split_off(16.min(open.len() - 4));
            let let_go = open.iter().map(|booking| {
                act(&town.manager, booking, "cancellation")
            });
            for answer in join_all(let_go).await {
                answer.expect(200);
            }
            open = rest;
            let expected = open.len().min(3);
            assert_eq!(count(&town, &open, "held").await, expected, "{} left", open.len());
            sound(&app).await;
        }
    }

    /// Crossing baskets let go and held at once: no write waits for another in a ring.
    async fn crossing_baskets_promote_each_other(database: Database) {
        let (app, town) = settle(database).await;
        for code in ["A01", "A02", "A03"] {
            town.set(&app, code).await;
        }
        let forth = ["A01 wed 09:00-12:00", "A02 wed 09:00-12:00", "A03 wed 09:00-12:00"];
        let back = ["A03 wed 09:00-12:00", "A02 wed 09:00-12:00", "A01 wed 09:00-12:00"];
        let held = async |who: &Person, lines: &[&str]| {
            let mut body = who.basket(lines);
            body["hold"] = json!(true);
            who.client.post("/api/v1/bookings", body).await.expect(201)
        };
        let mut bookings = Vec::new();
        for place in 0..16 {
            let lines = if place % 2 == 0 { forth } else { back };
            bookings.push(held(crew(&town, place), &lines).await);
        }
        let let_go = bookings.iter().take(15).map(|booking| {
            act(&town.manager, booking, "cancellation")
        });
        for answer in join_all(let_go).await {
            answer.expect(200);
        }
        let last = town.manager.client.get(&path(&bookings[15])).await.expect(200);
        for line in last["lines"].as_array().expect("lines") {
            assert_eq!(line["state"], "held");
        }
        sound(&app).await;
    }

    /// Two servers look at what is due at once: each lapse, promotion and warning happens once.
    async fn two_servers_settle_what_is_due_once(database: Database) {
        let (app, town) = settle(database).await;
        for code in ["A01", "A02", "A03", "A04"] {
            town.set(&app, code).await;
        }
        let mut bookings = Vec::new();
        for code in ["A01", "A02", "A03", "A04"] {
            for place in 0..3 {
                bookings.push(hold(crew(&town, place), &format!("{code} wed 09:00-12:00")).await);
            }
        }
        // One server is all there is on the embedded engine; its job and itself then.
        let other = match app.database.engine {
            Engine::Postgres => backlot::app::App::open((*app.app.config).clone(), app.app.clock.clone())
                .expect("a second server"),
            Engine::Sqlite => app.app.clone(),
        };
        for hours in [22, 2] {
            app.app.clock.advance(TimeDelta::hours(hours));
            tokio::join!(expire_holds::expire(&app.app), expire_holds::expire(&other));
        }
        assert_eq!(count(&town, &bookings, "expired").await, 4);
        assert_eq!(count(&town, &bookings, "held").await, 4);
        for booking in &bookings {
            let letters = town.manager.client.get(&format!("{}/letters", path(booking))).await.expect(200);
            let mut kinds: Vec<String> = letters["items"].as_array().expect("letters").iter()
                .map(|one| one["kind"].to_string()).collect();
            let all = kinds.len();
            kinds.sort_unstable();
            kinds.dedup();
            assert_eq!(kinds.len(), all, "each once: {kinds:?}");
        }
        sound(&app).await;
    }

    /// Crews do everything at once, on a set and two pools, while the clock runs: no promise breaks and
    /// nobody waits for what is free.
    async fn crews_do_everything_at_once(database: Database) {
        let (app, town) = settle(database).await;
        town.set(&app, "A01").await;
        town.palace(&app, "A02").await;
        town.pool(&app, "POOL", 5).await;
        let crews = (0..8).map(|seed| live_through(&app, &town, seed));
        join_all(crews).await;
        sound(&app).await;
    }
}

/// One crew's life: sixty things it does, by chance but the same each time.
async fn live_through(app: &TestApp, town: &Town, seed: usize) {
    use rand::rngs::StdRng;
    use rand::seq::IndexedRandom;
    use rand::{RngExt, SeedableRng};
    let mut rng = StdRng::seed_from_u64(u64::try_from(seed).expect("small"));
    let who = crew(town, seed);
    let mut own: Vec<Value> = Vec::new();
    for _ in 0..60 {
        let chosen = own.choose(&mut rng).cloned();
        let answer = match (rng.random_range(0..10), chosen) {
            (0, Some(booking)) => act(who, &booking, "confirmation").await,
            (1, Some(booking)) => act(who, &booking, "cancellation").await,
            (2, Some(booking)) => act(who, &booking, "challenge").await,
            (3, Some(booking)) => {
                let decision =
                    json!({ "verdict": if rng.random_bool(0.5) { "grant" } else { "decline" } });
                let at = format!("{}/decision", path(&booking));
                town.manager.client.post(&at, decision).await
            }
            (4, _) => {
                app.app
                    .clock
                    .advance(TimeDelta::minutes(rng.random_range(1..20)));
                expire_holds::expire(&app.app).await;
                continue;
            }
            _ => {
                let from = rng.random_range(8..18);
                let to = from + rng.random_range(2..5);
                let code = ["A01", "A02", "POOL", "POOL x2", "POOL x3"]
                    .choose(&mut rng)
                    .expect("one");
                let day = ["thu", "fri"].choose(&mut rng).expect("one");
                let mut body = who.basket(&[&format!("{code} {day} {from:02}:00-{to:02}:00")]);
                body["hold"] = json!(rng.random_bool(0.7));
                who.client.post("/api/v1/bookings", body).await
            }
        };
        assert!(answer.status.as_u16() < 500, "{}", answer.json);
        if answer.status == 201 {
            own.push(answer.json);
        }
    }
}
