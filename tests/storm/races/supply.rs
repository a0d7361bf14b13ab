//! What there is becomes less, against bookings of it: what was promised first stands, and the other is refused.

use rand::RngExt;
use serde_json::json;

use super::ground::{Round, SHRINKS, granted, losers_read_why, path};
use crate::support::arena::{Asking, line};
use crate::support::client::Client;

pub(super) async fn closure(round: &mut Round) {
    let wanted = line("CLOSING", 1, round.slot);
    let owner = round.person(|arena| &arena.town.owner);
    let mut closure =
        json!({ "start": wanted["start"], "end": wanted["end"], "reason": "rebuilt" });
    closure["listing"] = json!("CLOSING");
    let closing = round.post(&owner, "/api/v1/closures", closure);
    let mut asking = vec![closing];
    asking.extend((0..round.count()).map(|place| round.book(place, std::slice::from_ref(&wanted))));
    let answers = round.race(asking).await;
    let stands = answers[0].status.is_success();
    round.one_against_many(stands);
    let expected = usize::from(!stands);
    assert_eq!(
        granted(&answers[1..]),
        expected,
        "bookings beside {}",
        answers[0].json
    );
    losers_read_why(&answers[1..]);
}

/// One unit less by a file, while all book one each: as many as there are have one. Then it is as it was.
pub(super) async fn import(round: &mut Round) {
    let owner = round.person(|arena| &arena.town.owner);
    let slot = [line("SHRINKS", 1, round.slot)];
    let fewer = upload(&owner, SHRINKS - 1);
    let mut asking = vec![fewer];
    asking.extend((0..round.count()).map(|place| round.book(place, &slot)));
    let answers = round.race(asking).await;
    let taken = answers[0].json["stored"]["changed"] == 1;
    round.one_against_many(taken);
    let there = usize::try_from(SHRINKS).expect("few") - usize::from(taken);
    let booked = granted(&answers[1..]);
    assert_eq!(
        booked,
        there.min(round.count()),
        "bookings beside {}",
        answers[0].json
    );
    losers_read_why(&answers[1..]);
    let manager = round.person(|arena| &arena.town.manager);
    for won in answers[1..].iter().filter(|answer| answer.status == 201) {
        let at = path(&won.json, "/cancellation");
        manager.post(&at, json!({})).await.expect(200);
    }
    upload(&owner, SHRINKS).await.expect(200);
}

fn upload(owner: &Client, quantity: u32) -> Asking {
    let owner = owner.clone();
    Box::pin(async move {
        let file = format!("code,quantity\nSHRINKS,{quantity}\n");
        owner
            .upload("/api/v1/imports", file.as_bytes(), json!({}))
            .await
    })
}

pub(super) async fn unit(round: &mut Round) {
    let keeper = round.person(|arena| &arena.town.owner);
    let outage = format!("/api/v1/units/{}/outage", round.ground.unit);
    let wanted = line("UNIT", 1, round.slot);
    let out = json!({ "start": wanted["start"], "end": wanted["end"], "reason": "lens" });
    let mut asking = vec![round.post(&keeper, &outage, out)];
    asking.extend((0..round.count()).map(|place| round.book(place, std::slice::from_ref(&wanted))));
    let answers = round.race(asking).await;
    let is_out = answers[0].status.is_success();
    round.one_against_many(is_out);
    assert_eq!(
        granted(&answers[1..]),
        usize::from(!is_out),
        "bookings beside {}",
        answers[0].json
    );
    losers_read_why(&answers[1..]);
    if is_out {
        keeper.delete(&outage).await.expect(200);
    }
}

/// Two listings are retired in one change while either is booked: both are, or none.
pub(super) async fn bulk(round: &mut Round) {
    let codes = ["A", "B"].map(|of| format!("OLD-{}-{of}", round.nth));
    for code in &codes {
        round.ground.arena.list(code, 1, None).await;
    }
    let owner = round.person(|arena| &arena.town.owner);
    let retire = json!({ "listings": codes, "change": { "state": "retired" } });
    let mut asking = vec![round.post(&owner, "/api/v1/listing-changes", retire)];
    let from = usize::from(round.rng.random::<bool>());
    let slot = round.slot;
    for place in 0..round.count() {
        let code = &codes[(from + place) % 2];
        asking.push(round.book(place, &[line(code, 1, slot)]));
    }
    let answers = round.race(asking).await;
    let booked = granted(&answers[1..]);
    let are_retired = answers[0].status.is_success();
    round.one_against_many(are_retired);
    let expected = if are_retired { 0..=0 } else { 1..=2 };
    assert!(
        expected.contains(&booked),
        "{booked} booked beside {}",
        answers[0].json
    );
}
