//! Bookings against bookings.

use std::collections::BTreeSet;

use rand::RngExt;
use rand::seq::SliceRandom;
use serde_json::{Value, json};

use super::ground::{POOL, Round, granted, losers_read_why, text};
use crate::support::arena::{Asking, line};

pub(super) async fn last_unit(round: &mut Round) {
    let lines = [line("LAST", 1, round.slot)];
    let asking = (0..round.count()).map(|place| round.book(place, &lines));
    let asking = asking.collect();
    let answers = round.race(asking).await;
    assert_eq!(granted(&answers), 1, "winners of one unit");
    losers_read_why(&answers);
}

pub(super) async fn pool(round: &mut Round) {
    let units = round.rng.random_range(1..=4);
    let lines = [line("POOL", units, round.slot)];
    let asking = (0..round.count()).map(|place| round.book(place, &lines));
    let asking = asking.collect();
    let answers = round.race(asking).await;
    let fit = usize::try_from(POOL / units).expect("few");
    let expected = fit.min(round.count());
    assert_eq!(
        granted(&answers),
        expected,
        "winners of {units} of {POOL} units each"
    );
    losers_read_why(&answers);
}

/// Nobody is shown a deadlock, and one whole basket wins.
pub(super) async fn crossing(round: &mut Round) {
    let mut asking = Vec::new();
    for place in 0..round.count() {
        let mut lines = ["EAST", "WEST", "NORTH"].map(|code| line(code, 1, round.slot));
        lines.shuffle(&mut round.rng);
        asking.push(round.book(place, &lines));
    }
    let answers = round.race(asking).await;
    assert_eq!(granted(&answers), 1, "whole baskets");
    losers_read_why(&answers);
}

pub(super) async fn kits(round: &mut Round) {
    let mut asking = Vec::new();
    for place in 0..round.count() {
        let codes = match round.rng.random_range(0..4) {
            0 => vec!["TRIPOD"],
            1 => vec!["CAM"],
            2 => vec!["FX6", "CAM"],
            _ => vec!["TRIPOD", "FX6"],
        };
        let lines: Vec<Value> = codes.iter().map(|code| line(code, 1, round.slot)).collect();
        asking.push(round.book(place, &lines));
    }
    let answers = round.race(asking).await;
    assert_eq!(granted(&answers), 1, "holders of one tripod");
    losers_read_why(&answers);
}

/// Five days each, beginning a day after the one before: every date goes to one crew, and in rounds that skip what
/// clashes every date has somebody.
pub(super) async fn series(round: &mut Round) {
    let skips = round.nth % 2 == 1;
    let on_clash = if skips { "skip" } else { "refuse" };
    // Twelve slots make a day; a fortnight of them is enough for eight days.
    let first = round.nth % 12 + round.nth / 12 * 12 * 14;
    let mut asking = Vec::new();
    for place in 0..round.count() {
        let slot = first + 12 * (place % 4);
        let mut lines = ["DAYS-E", "DAYS-W"].map(|code| line(code, 1, slot));
        lines.shuffle(&mut round.rng);
        let (client, production) = round.client(place);
        let body = json!({
            "production": production, "lines": lines,
            "recurrence": { "rule": "FREQ=DAILY;COUNT=5", "on_clash": on_clash },
        });
        asking.push(round.post(&client, "/api/v1/bookings", body));
    }
    let answers = round.race(asking).await;
    let won = answers.iter().filter(|answer| answer.status == 201);
    let dates = won.flat_map(|answer| answer.json["dates"].as_array().into_iter().flatten());
    let booked = dates.filter(|date| date["booking"].is_string());
    let booked: Vec<String> = booked.map(|date| text(&date["start"])).collect();
    let once: BTreeSet<&String> = booked.iter().collect();
    assert_eq!(once.len(), booked.len(), "a date was promised twice");
    let all = 4 + round.count().min(4);
    let expected = if skips { all..=all } else { 5..=all };
    assert!(
        expected.contains(&booked.len()),
        "{} dates have somebody, expected {expected:?}",
        booked.len()
    );
}

/// Two taps on a bad network, many times over: one booking, and everyone is shown the same.
pub(super) async fn same_key(round: &mut Round) {
    let (_, production) = round.client(0);
    let body = json!({ "production": production, "lines": [line("ELSEWHERE", 1, round.slot)] });
    let key = format!("tap {}", round.rng.random::<u64>());
    let crew = &round.ground.arena.town.crew;
    let asking = (0..round.count()).map(|turn| {
        let client = round.ground.arena.client(crew, turn);
        let (body, key) = (body.clone(), key.clone());
        let asking: Asking = Box::pin(async move {
            let headers = [("Idempotency-Key", key.as_str())];
            let post = reqwest::Method::POST;
            client
                .send(post, "/api/v1/bookings", Some(body), &headers)
                .await
        });
        asking
    });
    let asking = asking.collect();
    let answers = round.race(asking).await;
    let made: BTreeSet<String> = answers
        .iter()
        .map(|answer| text(&answer.json["id"]))
        .collect();
    assert_eq!(made.len(), 1, "bookings of one key");
}
