//! The same slot, asked for by 64 clients: the last unit, a pool, and baskets that cross.

use backlot::domain::policy::OwnRules;

use super::{Arena, all_at_once, booking, line, winners};
use crate::support::database::on_both_engines;

/// Clients that ask at once.
const CLIENTS: usize = 64;

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
            let short = answers.iter().find(|answer| answer.status == 409).expect("a loser");
            assert_eq!(short.json["refusals"][0]["shortages"][0]["short"], 2);
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
}
