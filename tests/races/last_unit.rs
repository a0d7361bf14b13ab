//! The same slot, asked for by 64 clients: the last unit, a pool, and baskets that cross.

use backlot::domain::policy::OwnRules;
use chrono::SecondsFormat::Secs;
use serde_json::json;

use super::{Arena, all_at_once, booking, line, slot_start, winners};
use crate::support::client::Answer;
use crate::support::database::on_both_engines;

/// Clients that ask at once.
const CLIENTS: usize = 64;

/// Every loser reads when exactly how many units are missing.
#[track_caller]
fn losers_read(answers: &[Answer], slot: usize, short: u32, capacity: u32, used: u32) {
    let utc = |slot| slot_start(slot).to_utc().to_rfc3339_opts(Secs, true);
    let expected = json!([{
        "start": utc(slot), "end": utc(slot + 1), "short": short, "capacity": capacity, "used": used,
    }]);
    for loser in answers.iter().filter(|answer| answer.status == 409) {
        assert_eq!(
            loser.json["refusals"][0]["shortages"], expected,
            "{}",
            loser.json
        );
    }
}

on_both_engines! {
    /// 200 rounds for the last unit: one winner each, the others read what is in the way.
    async fn one_wins_the_last_unit(database: Database) {
        let arena = Arena::open(database).await;
        arena.town.listing(&arena.store, "LAST", 1, OwnRules::default()).await;
        let clients = arena.clients(CLIENTS);
        for round in 0..200 {
            let answers = all_at_once(&clients, "/api/v1/bookings", |_, production| {
                booking(production, &[line("LAST", 1, round)])
            })
            .await;
            assert_eq!(winners(&answers), 1, "round {round}");
            losers_read(&answers, round, 1, 1, 1);
        }
        arena.settle_scores();
    }

    /// Ten units asked for three at a time: three winners, one unit left.
    async fn three_share_a_pool_of_ten(database: Database) {
        let arena = Arena::open(database).await;
        arena.town.listing(&arena.store, "POOL", 10, OwnRules::default()).await;
        let clients = arena.clients(CLIENTS);
        for round in 0..30 {
            let answers = all_at_once(&clients, "/api/v1/bookings", |_, production| {
                booking(production, &[line("POOL", 3, round)])
            })
            .await;
            assert_eq!(winners(&answers), 3, "round {round}");
            losers_read(&answers, round, 2, 10, 9);
        }
        arena.settle_scores();
    }

    /// A then B against B then A: one whole basket wins, nobody is shown a deadlock.
    async fn crossing_baskets_never_lock_each_other_out(database: Database) {
        let arena = Arena::open(database).await;
        for code in ["EAST", "WEST"] {
            arena.town.listing(&arena.store, code, 1, OwnRules::default()).await;
        }
        let clients = arena.clients(CLIENTS);
        for round in 0..30 {
            let answers = all_at_once(&clients, "/api/v1/bookings", |place, production| {
                let mut lines = [line("EAST", 1, round), line("WEST", 1, round)];
                if place % 2 == 1 {
                    lines.reverse();
                }
                booking(production, &lines)
            })
            .await;
            assert_eq!(winners(&answers), 1, "round {round}");
        }
        arena.settle_scores();
    }

    /// Eight pools of four, and each basket takes one of each in an order of its own: four whole baskets.
    async fn long_baskets_in_any_order_are_whole_or_nothing(database: Database) {
        let arena = Arena::open(database).await;
        let pools: Vec<String> = (0..8).map(|place| format!("POOL-{place}")).collect();
        for pool in &pools {
            arena.town.listing(&arena.store, pool, 4, OwnRules::default()).await;
        }
        let clients = arena.clients(16);
        for round in 0..15 {
            let answers = all_at_once(&clients, "/api/v1/bookings", |place, production| {
                let mut lines: Vec<_> = pools.iter().map(|pool| line(pool, 1, round)).collect();
                lines.rotate_left(place % pools.len());
                if place % 3 == 0 {
                    lines.reverse();
                }
                booking(production, &lines)
            })
            .await;
            assert_eq!(winners(&answers), 4, "round {round}");
        }
        arena.settle_scores();
    }
}
