//! A crew books the last unit while its keeper takes it out of service: one of them has it.

use backlot::domain::policy::OwnRules;
use serde_json::json;

use super::{Arena, booking, line};
use crate::support::database::on_both_engines;

/// Rounds of one against one.
const ROUNDS: usize = 20;

on_both_engines! {
    async fn a_unit_is_booked_or_out_of_service_and_never_both(database: Database) {
        let arena = Arena::open(database).await;
        arena.town.listing(&arena.store, "LAST", 1, OwnRules::default()).await;
        let keeper = arena.client(&arena.town.owner, 0);
        let named = json!({ "first": "U1" });
        let named = keeper.post("/api/v1/listings/LAST/units", named).await.expect(201);
        let outage = format!("/api/v1/units/{}/outage", named[0]["id"].as_str().expect("an id"));
        for round in 0..ROUNDS {
            let (crew, keeper) = (arena.client(&arena.town.crew, round), arena.client(&arena.town.owner, round + 1));
            let wanted = line("LAST", 1, round);
            let out = json!({ "start": wanted["start"], "end": wanted["end"], "reason": "lens" });
            let order = booking(&json!(arena.town.crew.production), &[wanted]);
            let (order, out) = tokio::join!(crew.post("/api/v1/bookings", order), keeper.post(&outage, out));
            match (order.status.as_u16(), out.status.as_u16()) {
                (201, 409) => {
                    assert_eq!(out.problem(409), "closure_hits_bookings");
                }
                (409, 200) => {
                    assert_eq!(order.problem(409), "clash");
                    keeper.delete(&outage).await.expect(200);
                }
                other => panic!("round {round}: {other:?} {} {}", order.json, out.json),
            }
        }
        arena.settle_scores();
    }
}
