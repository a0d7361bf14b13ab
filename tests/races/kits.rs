//! Kits against their parts, and edits of kits against each other.

use backlot::domain::policy::OwnRules;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::{Arena, all_at_once, booking, line, winners};
use crate::support::database::on_both_engines;

/// Drafts a listing without rates.
async fn draft(arena: &Arena, code: &str) {
    let owner = arena.client(&arena.town.owner, 0);
    let draft = json!({
        "code": code, "kind": "equipment", "category": "camera", "name_zh": code, "name_en": code,
        "site": arena.town.site, "quantity": 0,
    });
    owner.post("/api/v1/listings", draft).await.expect(201);
}

fn parts(of: &[(&str, u32)]) -> Value {
    let part =
        |(listing, quantity): &(&str, u32)| json!({ "listing": listing, "quantity": quantity });
    json!({ "parts": of.iter().map(part).collect::<Vec<_>>() })
}

on_both_engines! {
    /// The last tripod, asked for alone, through a kit, and through a kit beside another line.
    async fn the_last_part_goes_once_however_it_is_asked_for(database: Database) {
        let arena = Arena::open(database).await;
        for (code, quantity) in [("AAA", 64), ("FX6", 64), ("TRIPOD", 1), ("ZZZ", 64)] {
            arena.town.listing(&arena.store, code, quantity, OwnRules::default()).await;
        }
        arena.town.kit("CAM", &[("FX6", 1), ("TRIPOD", 1)]).await;
        arena.town.kit("UNIT", &[("ZZZ", 1), ("CAM", 1), ("AAA", 1)]).await;
        let clients = arena.clients(24);
        for round in 0..25 {
            let answers = all_at_once(&clients, "/api/v1/bookings", |place, production| {
                let lines = match place % 4 {
                    0 => vec![line("TRIPOD", 1, round)],
                    1 => vec![line("CAM", 1, round)],
                    2 => vec![line("ZZZ", 1, round), line("UNIT", 1, round), line("AAA", 1, round)],
                    _ => vec![line("ZZZ", 1, round), line("TRIPOD", 1, round), line("FX6", 1, round)],
                };
                booking(production, &lines)
            })
            .await;
            assert_eq!(winners(&answers), 1, "round {round}");
        }
        arena.settle_scores();
    }

    /// A kit is edited while it is booked: each booking has its parts as they were before or after.
    async fn a_kit_is_edited_while_it_is_booked(database: Database) {
        let arena = Arena::open(database).await;
        for code in ["OLD", "NEW"] {
            arena.town.listing(&arena.store, code, 1_000, OwnRules::default()).await;
        }
        arena.town.kit("CAM", &[("OLD", 1)]).await;
        let clients = arena.clients(16);
        let owner = arena.client(&arena.town.owner, 1);
        for round in 0..20 {
            let code = if round % 2 == 0 { "NEW" } else { "OLD" };
            let version = format!("\"{}\"", 3 + round);
            let headers = [("If-Match", version.as_str())];
            let edit = owner.send(Method::PUT, "/api/v1/listings/CAM/parts", Some(parts(&[(code, 2)])), &headers);
            let book = all_at_once(&clients, "/api/v1/bookings", |_, production| {
                booking(production, &[line("CAM", 1, round)])
            });
            let (edited, answers) = tokio::join!(edit, book);
            edited.expect(200);
            for answer in answers {
                assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.json);
                let lines = answer.json["lines"].as_array().expect("lines");
                assert_eq!(lines.len(), 1, "the old parts or the new: {}", answer.json);
            }
        }
        arena.settle_scores();
    }

    /// Edits that would close a ring together: one of them is refused, every time.
    async fn two_edits_never_close_a_ring(database: Database) {
        let arena = Arena::open(database).await;
        arena.town.listing(&arena.store, "LEAF", 1, OwnRules::default()).await;
        for round in 0..25 {
            let codes: Vec<String> = ["A", "B", "C"].iter().map(|kit| format!("{kit}{round}")).collect();
            for code in &codes {
                draft(&arena, code).await;
            }
            let gate = std::sync::Arc::new(tokio::sync::Barrier::new(3));
            let mut asking = Vec::new();
            for place in 0..3 {
                let (gate, client) = (gate.clone(), arena.client(&arena.town.owner, place));
                let path = format!("/api/v1/listings/{}/parts", codes[place]);
                let body = parts(&[("LEAF", 1), (codes[(place + 1) % 3].as_str(), 1)]);
                asking.push(tokio::spawn(async move {
                    gate.wait().await;
                    client.send(Method::PUT, &path, Some(body), &[("If-Match", "\"1\"")]).await
                }));
            }
            let mut refused = 0;
            for answer in asking {
                let answer = answer.await.expect("an answer");
                if answer.status == StatusCode::UNPROCESSABLE_ENTITY {
                    assert_eq!(answer.json["errors"][0]["code"], "part_of_itself", "{}", answer.json);
                    refused += 1;
                } else {
                    assert_eq!(answer.status, StatusCode::OK, "{}", answer.json);
                }
            }
            assert_eq!(refused, 1, "round {round}: who comes last would close the ring");
        }
        arena.settle_scores();
    }
}
