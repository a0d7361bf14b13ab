//! Every other write that can claim units or take them away, against bookings: changes, requests, closures,
//! fewer units, and the same key sent many times.

use std::collections::BTreeSet;

use backlot::domain::policy::{Approval, OwnRules};
use reqwest::Method;
use serde_json::json;

use super::{Arena, all_at_once, booking, line, line_of, slot_start, winners};
use crate::support::database::on_both_engines;

on_both_engines! {
    /// Half the clients move a booking they have into the slot, half book it anew.
    async fn a_change_and_a_booking_want_the_same_slot(database: Database) {
        let arena = Arena::open(database).await;
        arena.town.listing(&arena.store, "WANTED", 1, OwnRules::default()).await;
        arena.town.listing(&arena.store, "ELSEWHERE", 50, OwnRules::default()).await;
        let clients = arena.clients(16);
        for round in 0..20 {
            let mut asking = Vec::new();
            for (place, (client, production)) in clients.iter().enumerate() {
                let wanted = line("WANTED", 1, round);
                let (client, production) = (client.clone(), production.clone());
                if place % 2 == 0 {
                    let asked = booking(&production, &[wanted]);
                    asking.push(tokio::spawn(async move {
                        client.post("/api/v1/bookings", asked).await
                    }));
                    continue;
                }
                let had = booking(&production, &[line("ELSEWHERE", 1, round)]);
                let had = client.post("/api/v1/bookings", had).await.expect(201);
                let path = format!("/api/v1/bookings/{}", had["id"].as_str().expect("an id"));
                asking.push(tokio::spawn(async move {
                    client.patch(&path, 1, json!({ "lines": [wanted] })).await
                }));
            }
            let mut won = 0;
            for answer in asking {
                let answer = answer.await.expect("an answer");
                match answer.status.as_u16() {
                    200 | 201 => won += 1,
                    409 => assert_eq!(answer.json["code"], "clash"),
                    status => panic!("{status}: {}", answer.json),
                }
            }
            assert_eq!(won, 1, "round {round}");
        }
        arena.settle_scores();
    }

    /// Two neighbours both take the free hour between them.
    async fn two_neighbours_grow_into_the_same_hours(database: Database) {
        let arena = Arena::open(database).await;
        arena.town.listing(&arena.store, "WANTED", 1, OwnRules::default()).await;
        let clients = arena.clients(2);
        for round in 0..30 {
            let (before, after) = (3 * round, 3 * round + 2);
            let mut growing = Vec::new();
            for ((client, production), (slot, grown)) in clients
                .iter()
                .zip([(before, line_of("WANTED", 1, before, 4)), (after, line_of("WANTED", 1, before + 1, 4))])
            {
                let asked = booking(production, &[line("WANTED", 1, slot)]);
                let had = client.post("/api/v1/bookings", asked).await.expect(201);
                let path = format!("/api/v1/bookings/{}", had["id"].as_str().expect("an id"));
                let mut grown = grown;
                grown["id"] = had["lines"][0]["id"].clone();
                growing.push((client.clone(), path, json!({ "lines": [grown] })));
            }
            let [one, other] = &growing[..] else { unreachable!("two neighbours") };
            let (one, other) = tokio::join!(
                one.0.patch(&one.1, 1, one.2.clone()),
                other.0.patch(&other.1, 1, other.2.clone()),
            );
            let mut statuses = [one.status.as_u16(), other.status.as_u16()];
            statuses.sort_unstable();
            assert_eq!(statuses, [200, 409], "round {round}: {} {}", one.json, other.json);
        }
        arena.settle_scores();
    }

    /// A request claims its units while it waits: it wins or loses like a booking.
    async fn requests_and_bookings_want_the_same_units(database: Database) {
        let arena = Arena::open(database).await;
        let rules = OwnRules { approval: Some(Approval::Owner), ..OwnRules::default() };
        arena.town.listing(&arena.store, "PALACE", 2, rules).await;
        let clients = arena.clients(32);
        for round in 0..20 {
            let answers = all_at_once(&clients, "/api/v1/bookings", |_, production| {
                booking(production, &[line("PALACE", 1, round)])
            })
            .await;
            assert_eq!(winners(&answers), 2, "round {round}");
            let won = answers.iter().find(|answer| answer.status == 201).expect("a winner");
            assert_eq!(won.json["state"], "requested");
            let id = won.json["id"].as_str().expect("an id");
            let path = format!("/api/v1/bookings/{id}/decision");
            let owner = arena.client(&arena.town.owner, round);
            let (granted, answers) = tokio::join!(
                owner.post(&path, json!({ "verdict": "decline" })),
                all_at_once(&clients, "/api/v1/bookings", |_, production| {
                    booking(production, &[line("PALACE", 1, round)])
                }),
            );
            granted.expect(200);
            assert!(winners(&answers) <= 1, "a decline frees one unit");
        }
        arena.settle_scores();
    }

    /// A closure and bookings: either the closure stands and nothing is booked, or it is refused.
    async fn a_closure_never_falls_on_a_promise(database: Database) {
        let arena = Arena::open(database).await;
        arena.town.listing(&arena.store, "WANTED", 1, OwnRules::default()).await;
        let clients = arena.clients(8);
        let owner = arena.client(&arena.town.owner, 1);
        let mut closed = BTreeSet::new();
        for round in 0..40 {
            let start = slot_start(round);
            let end = start + chrono::TimeDelta::hours(2);
            let closure = json!({
                "listing": "WANTED", "start": start.to_rfc3339(), "end": end.to_rfc3339(), "reason": "rebuilt",
            });
            let (closing, answers) = tokio::join!(
                owner.post("/api/v1/closures", closure),
                all_at_once(&clients, "/api/v1/bookings", |_, production| {
                    booking(production, &[line("WANTED", 1, round)])
                }),
            );
            let booked = winners(&answers);
            match closing.status.as_u16() {
                201 => assert_eq!(booked, 0, "round {round}"),
                409 => assert_eq!(booked, 1, "round {round}: {}", closing.json),
                status => panic!("{status}: {}", closing.json),
            }
            closed.insert(closing.status.as_u16());
        }
        assert_eq!(closed.len(), 2, "in all rounds the same one won: this is no race");
        arena.settle_scores();
    }

    /// Fewer units and bookings: what is left is enough for what was promised.
    async fn fewer_units_are_never_fewer_than_promised(database: Database) {
        let arena = Arena::open(database).await;
        arena.town.listing(&arena.store, "POOL", 4, OwnRules::default()).await;
        let clients = arena.clients(6);
        let owner = arena.client(&arena.town.owner, 1);
        let mut version = 1;
        for round in 0..40 {
            let (cut, answers) = tokio::join!(
                owner.patch("/api/v1/listings/POOL", version, json!({ "quantity": 3 })),
                all_at_once(&clients, "/api/v1/bookings", |_, production| {
                    booking(production, &[line("POOL", 1, round)])
                }),
            );
            let booked = winners(&answers);
            if cut.status == 200 {
                assert_eq!(booked, 3, "round {round}");
                let body = json!({ "quantity": 4 });
                let grown = owner.patch("/api/v1/listings/POOL", version + 1, body).await;
                grown.expect(200);
                version += 2;
            } else {
                assert_eq!(cut.problem(409), "closure_hits_bookings");
                assert_eq!(booked, 4, "round {round}");
                // From now on the cut is refused for this round's sake: free it again.
                for won in answers.iter().filter(|answer| answer.status == 201) {
                    let id = won.json["id"].as_str().expect("an id");
                    let path = format!("/api/v1/bookings/{id}/cancellation");
                    let manager = arena.client(&arena.town.manager, round);
                    manager.post(&path, json!({})).await.expect(200);
                }
            }
        }
        arena.settle_scores();
    }

    /// Two taps on a bad network: the same key books once, whichever server it reaches.
    async fn the_same_key_books_once(database: Database) {
        let arena = Arena::open(database).await;
        arena.town.listing(&arena.store, "POOL", 50, OwnRules::default()).await;
        let production = arena.town.crew.production;
        for round in 0..20 {
            let body = booking(&json!(production), &[line("POOL", 1, round)]);
            let key = format!("tap {round}");
            let mut tapping = Vec::new();
            for turn in 0..8 {
                let client = arena.client(&arena.town.crew, turn);
                let (body, key) = (body.clone(), key.clone());
                tapping.push(tokio::spawn(async move {
                    let headers = [("Idempotency-Key", key.as_str())];
                    client.send(Method::POST, "/api/v1/bookings", Some(body), &headers).await
                }));
            }
            let mut made = BTreeSet::new();
            for answer in tapping {
                let booked = answer.await.expect("an answer").expect(201);
                made.insert(booked["id"].as_str().expect("an id").to_owned());
            }
            assert_eq!(made.len(), 1, "round {round}");
        }
        arena.settle_scores();
    }

    /// The whole hall is closed while its sets are asked for: no set is promised in a closed hall.
    async fn a_closed_hall_holds_no_booking(database: Database) {
        let arena = Arena::open(database).await;
        for code in ["EAST", "WEST"] {
            arena.town.listing(&arena.store, code, 1, OwnRules::default()).await;
        }
        let clients = arena.clients(8);
        let manager = arena.client(&arena.town.manager, 1);
        let mut closed = BTreeSet::new();
        for round in 0..40 {
            let start = slot_start(round);
            let end = start + chrono::TimeDelta::hours(2);
            let closure = json!({
                "site": arena.town.site, "start": start.to_rfc3339(), "end": end.to_rfc3339(), "reason": "power",
            });
            let (closing, answers) = tokio::join!(
                manager.post("/api/v1/closures", closure),
                all_at_once(&clients, "/api/v1/bookings", |place, production| {
                    let code = if place % 2 == 0 { "EAST" } else { "WEST" };
                    booking(production, &[line(code, 1, round)])
                }),
            );
            let booked = winners(&answers);
            match closing.status.as_u16() {
                201 => assert_eq!(booked, 0, "round {round}"),
                409 => assert_eq!(booked, 2, "round {round}: {}", closing.json),
                status => panic!("{status}: {}", closing.json),
            }
            closed.insert(closing.status.as_u16());
        }
        assert_eq!(closed.len(), 2, "in all rounds the same one won: this is no race");
        arena.settle_scores();
    }

    /// A listing is retired while it is asked for: it goes without a promise, or it stays.
    async fn what_is_retired_has_no_booking_ahead(database: Database) {
        let arena = Arena::open(database).await;
        let clients = arena.clients(4);
        let owner = arena.client(&arena.town.owner, 1);
        for round in 0..30 {
            let code = format!("OLD-{round}");
            arena.town.listing(&arena.store, &code, 1, OwnRules::default()).await;
            let retirement = format!("/api/v1/listings/{code}/retirement");
            let (retired, answers) = tokio::join!(
                owner.post(&retirement, json!({})),
                all_at_once(&clients, "/api/v1/bookings", |_, production| {
                    booking(production, &[line(&code, 1, round)])
                }),
            );
            let booked = answers.iter().filter(|answer| answer.status == 201).count();
            match retired.status.as_u16() {
                200 => assert_eq!(booked, 0, "round {round}"),
                409 => assert_eq!(booked, 1, "round {round}: {}", retired.json),
                status => panic!("{status}: {}", retired.json),
            }
            for answer in answers.iter().filter(|answer| answer.status != 201) {
                let gone = answer.json["refusals"][0]["code"] == "not_published";
                let expected = if gone { (422, "refused") } else { (409, "clash") };
                let told = (answer.status.as_u16(), answer.json["code"].as_str().unwrap_or_default());
                assert_eq!(told, expected, "{}", answer.json);
            }
        }
        arena.settle_scores();
    }

    /// Two who read the same version: the first change stands, the second learns of it.
    async fn of_changes_on_one_version_one_stands(database: Database) {
        let arena = Arena::open(database).await;
        arena.town.listing(&arena.store, "POOL", 50, OwnRules::default()).await;
        let production = json!(arena.town.crew.production);
        for round in 0..20 {
            let client = arena.client(&arena.town.crew, round);
            let body = booking(&production, &[line("POOL", 1, round)]);
            let booked = client.post("/api/v1/bookings", body).await.expect(201);
            let path = format!("/api/v1/bookings/{}", booked["id"].as_str().expect("an id"));
            let changes = (0..6).map(|turn| {
                let (client, path) = (arena.client(&arena.town.crew, turn), path.clone());
                let mut line = line("POOL", 2 + u32::try_from(turn).expect("small"), round);
                line["id"] = booked["lines"][0]["id"].clone();
                tokio::spawn(async move { client.patch(&path, 1, json!({ "lines": [line] })).await })
            });
            let changes: Vec<_> = changes.collect();
            let mut stands = Vec::new();
            for change in changes {
                let change = change.await.expect("an answer");
                match change.status.as_u16() {
                    200 => stands.push(change.json),
                    412 => assert_eq!(change.json["version"], 2, "{}", change.json),
                    status => panic!("{status}: {}", change.json),
                }
            }
            assert_eq!(stands.len(), 1, "round {round}");
            assert_eq!(client.get(&path).await.expect(200), stands.remove(0));
        }
        arena.settle_scores();
    }
}
