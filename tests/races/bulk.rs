//! Many listings changed at once, by a bulk change or by a file, while they are booked.

use backlot::domain::policy::OwnRules;
use serde_json::{Value, json};

use super::{Arena, all_at_once, booking, line, winners};
use crate::support::database::on_both_engines;

const CHANGES: &str = "/api/v1/listing-changes";
/// Rounds of one change against several bookings.
const ROUNDS: usize = 15;

/// What the lines of a booking cost each.
fn totals(booking: &Value) -> Vec<i64> {
    let lines = booking["lines"].as_array().expect("lines").iter();
    let total = |line: &Value| {
        line["price"]["total"]["amount"]
            .as_i64()
            .expect("an amount")
    };
    lines.map(total).collect()
}

on_both_engines! {
    /// Two listings get dearer together: a booking of both has both old prices or both new ones.
    async fn a_booking_has_all_prices_of_before_or_all_of_after(database: Database) {
        let arena = Arena::open(database).await;
        for code in ["CAM", "LENS"] {
            arena.town.listing(&arena.store, code, 1_000, OwnRules::default()).await;
        }
        let clients = arena.clients(8);
        let owner = arena.client(&arena.town.owner, 1);
        let mut seen = std::collections::BTreeSet::new();
        for round in 0..ROUNDS {
            let percent = if round % 2 == 0 { 100 } else { -50 };
            let change = json!({ "rates": { "percent": percent, "round_to": 100 } });
            let dearer = json!({ "listings": ["CAM", "LENS"], "change": change });
            let (changed, answers) = tokio::join!(
                owner.post(CHANGES, dearer),
                all_at_once(&clients, "/api/v1/bookings", |_, production| {
                    booking(production, &[line("CAM", 1, round), line("LENS", 1, round)])
                }),
            );
            assert_eq!(changed.expect(200)["changed"], 2);
            assert_eq!(winners(&answers), 8, "round {round}");
            for answer in answers {
                let totals = totals(&answer.json);
                assert_eq!(totals[0], totals[1], "round {round}: {}", answer.json);
                assert!([60_000, 120_000].contains(&totals[0]), "round {round}: {totals:?}");
                seen.insert(totals[0]);
            }
        }
        assert_eq!(seen.len(), 2, "in all rounds the same one came first: this is no race");
        arena.settle_scores();
    }

    /// Three listings are retired together while the middle one is asked for: all go, or none.
    async fn what_is_retired_together_goes_without_a_promise_or_stays(database: Database) {
        let arena = Arena::open(database).await;
        let clients = arena.clients(3);
        let owner = arena.client(&arena.town.owner, 1);
        for round in 0..ROUNDS {
            let codes: Vec<String> = ["A", "B", "C"].iter().map(|code| format!("{code}{round}")).collect();
            for code in &codes {
                arena.town.listing(&arena.store, code, 1, OwnRules::default()).await;
            }
            let (retired, answers) = tokio::join!(
                owner.post(CHANGES, json!({ "listings": codes, "change": { "state": "retired" } })),
                all_at_once(&clients, "/api/v1/bookings", |_, production| {
                    booking(production, &[line(&codes[1], 1, round)])
                }),
            );
            let booked = answers.iter().filter(|answer| answer.status == 201).count();
            let gone = match retired.status.as_u16() {
                200 => {
                    assert_eq!(booked, 0, "round {round}");
                    "retired"
                }
                422 => {
                    assert_eq!(booked, 1, "round {round}: {}", retired.json);
                    assert_eq!(retired.json["errors"][0]["code"], "cannot_be_changed");
                    "published"
                }
                status => panic!("{status}: {}", retired.json),
            };
            for code in &codes {
                let shown = owner.get(&format!("/api/v1/listings/{code}")).await.expect(200);
                assert_eq!(shown["state"], gone, "round {round}: {code}");
            }
        }
        arena.settle_scores();
    }

    /// A file lowers a count while it is booked: what is left is enough for what was promised.
    async fn a_file_never_takes_away_what_is_promised(database: Database) {
        let arena = Arena::open(database).await;
        let clients = arena.clients(6);
        let owner = arena.client(&arena.town.owner, 1);
        for round in 0..ROUNDS {
            let code = format!("POOL{round}");
            arena.town.listing(&arena.store, &code, 4, OwnRules::default()).await;
            let file = format!("code,quantity\n{code},2\n");
            let (taken, answers) = tokio::join!(
                owner.upload("/api/v1/imports", file.as_bytes(), json!({})),
                all_at_once(&clients, "/api/v1/bookings", |_, production| {
                    booking(production, &[line(&code, 1, round)])
                }),
            );
            let booked = winners(&answers);
            let taken = taken.expect(200);
            if taken["stored"]["changed"] == 1 {
                assert_eq!(booked, 2, "round {round}");
            } else {
                assert_eq!((booked, &taken["totals"]["refused"]), (4, &json!(1)), "round {round}");
            }
        }
        arena.settle_scores();
    }
}
