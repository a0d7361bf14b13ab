//! Holds: confirmed as they lapse, challenged as they are let go. A hold lasts an hour at least, and no clock of a
//! process can be moved: its end is moved to a moment from now instead, which is all the desk knows of the time.

use std::collections::BTreeSet;
use std::time::Duration;

use backlot::domain::ids::BookingId;
use backlot::store::StoreError;
use backlot::store::columns::At;
use backlot::store::schema::lines;
use chrono::{TimeDelta, Utc};
use diesel::prelude::*;
use rand::RngExt;
use serde_json::{Value, json};

use super::ground::{Round, granted, path, text};
use crate::support::arena::{Asking, line};
use crate::support::patience::pause;

/// A hold's end is this far away when all are let go.
const SOON: TimeDelta = TimeDelta::milliseconds(40);

/// The first hold is confirmed, twice, in the moment in which it lapses; the next in line confirms, others book and
/// hold. One has it, and whoever was told so is who has it.
pub(super) async fn expiry(round: &mut Round) {
    let first = hold(round, 0).await;
    let second = hold(round, 2).await;
    assert_eq!(second["lines"][0]["state"], "queued", "{second}");
    lapses_soon(round, &first).await;
    let (one, _) = round.client(0);
    let (other, _) = round.client(2);
    let mut asking = vec![
        round.post(&one, &path(&first, "/confirmation"), json!({})),
        round.post(&one, &path(&first, "/confirmation"), json!({})),
        round.post(&other, &path(&second, "/confirmation"), json!({})),
    ];
    for place in 3..round.count().max(5) {
        let asked = order(round, place, place % 2 == 0);
        asking.push(asked);
    }
    // Some well before the end of the hold, some in that very moment, some after it.
    let asking = asking.into_iter().map(|ask| {
        let wait = Duration::from_millis(round.rng.random_range(0..80));
        let later: Asking = Box::pin(async move {
            pause(wait).await;
            ask.await
        });
        later
    });
    let asking = asking.collect();
    let answers = round.race(asking).await;
    let confirmed = answers[..3].iter().filter(|answer| answer.status == 200);
    let first_has_it = answers[..2].iter().any(|answer| answer.status == 200);
    round.one_against_many(first_has_it);
    let mut told: BTreeSet<String> = confirmed.map(|answer| text(&answer.json["id"])).collect();
    let placed = answers[3..].iter().filter(|answer| answer.status == 201);
    let placed: Vec<Value> = placed.map(|answer| answer.json.clone()).collect();
    let outright = placed.iter().filter(|one| one["state"] == "confirmed");
    told.extend(outright.map(|one| text(&one["id"])));
    assert!(told.len() <= 1, "promised to {told:?}");

    // The clock has run out by now, and whoever comes settles what is due.
    pause(Duration::from_millis(100)).await;
    let last = order(round, 0, true).await;
    let mut all = vec![first, second];
    all.extend(placed);
    all.extend((last.status == 201).then_some(last.json));
    let stands = standing(round, &all).await;
    let confirmed = stands.iter().filter(|(_, state)| state == "confirmed");
    let confirmed: BTreeSet<String> = confirmed.map(|(id, _)| id.clone()).collect();
    assert_eq!(
        confirmed, told,
        "who was told it is theirs has it: {stands:?}"
    );
    let held = stands.iter().filter(|(_, state)| state == "held").count();
    assert_eq!(
        confirmed.len() + held,
        1,
        "it is somebody's, and of one only: {stands:?}"
    );
}

/// A hold is challenged by the next in line, confirmed and let go at once.
pub(super) async fn challenge(round: &mut Round) {
    // The first slot is the other race's.
    round.slot += 2;
    let first = hold(round, 0).await;
    let second = hold(round, 2).await;
    let (one, _) = round.client(0);
    let (other, _) = round.client(2);
    let mut asking = vec![
        round.post(&one, &path(&first, "/confirmation"), json!({})),
        round.post(&one, &path(&first, "/cancellation"), json!({})),
        round.post(&other, &path(&second, "/challenge"), json!({})),
        round.post(&other, &path(&second, "/confirmation"), json!({})),
    ];
    for place in 4..round.count().max(6) {
        let asked = order(round, place, place % 2 == 0);
        asking.push(asked);
    }
    let answers = round.race(asking).await;
    assert!(granted(&answers[..2]) >= 1, "it was confirmed or let go");
    let placed = answers[4..].iter().filter(|answer| answer.status == 201);
    let mut all: Vec<Value> = placed.map(|answer| answer.json.clone()).collect();
    all.extend([first, second]);
    let stands = standing(round, &all).await;
    let claimed = stands
        .iter()
        .filter(|(_, state)| state == "held" || state == "confirmed");
    assert_eq!(
        claimed.count(),
        1,
        "it is somebody's, and of one only: {stands:?}"
    );
}

async fn hold(round: &mut Round, place: usize) -> Value {
    order(round, place, true).await.expect(201)
}

/// A hold, or a booking outright.
fn order(round: &mut Round, place: usize, holds: bool) -> Asking {
    let (client, production) = round.client(place);
    let lines = [line("HELD", 1, round.slot)];
    let body = json!({ "production": production, "lines": lines, "hold": holds });
    round.post(&client, "/api/v1/bookings", body)
}

/// Id and state of each as a manager sees them.
async fn standing(round: &Round, all: &[Value]) -> Vec<(String, String)> {
    let manager = round.person(|arena| &arena.town.manager);
    let mut stands = Vec::new();
    for booking in all {
        let now = manager.get(&path(booking, "")).await.expect(200);
        stands.push((text(&booking["id"]), text(&now["lines"][0]["state"])));
    }
    stands
}

#[expect(
    clippy::disallowed_methods,
    reason = "the servers ask the real clock too"
)]
async fn lapses_soon(round: &Round, booking: &Value) {
    let id: BookingId = text(&booking["id"]).parse().expect("an id");
    let end = Utc::now() + SOON;
    let moved = round.ground.arena.store.write(move |conn| {
        diesel::update(lines::table.filter(lines::booking_id.eq(id)))
            .set(lines::expires_at.eq(Some(At(end))))
            .execute(conn)
            .map_err(StoreError::from)
    });
    assert_eq!(moved.await.expect("written"), 1);
}
