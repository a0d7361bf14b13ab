//! Two crews book series that cross: whoever loses a date loses all of it, or that date, as asked; nobody is
//! promised what the other has, and nobody is shown a deadlock.

use backlot::domain::policy::OwnRules;
use serde_json::{Value, json};

use super::{Arena, all_at_once, line};
use crate::support::client::Answer;
use crate::support::database::on_both_engines;

/// Each round is about slots of its own; the two hours of a slot come back every day of a series.
const ROUNDS: usize = 12;
const CLIENTS: usize = 8;

fn series(production: &Value, lines: &[Value], on_clash: &str) -> Value {
    let rule = "FREQ=DAILY;COUNT=5";
    json!({
        "production": production, "lines": lines,
        "recurrence": { "rule": rule, "on_clash": on_clash },
    })
}

/// The moments at which a date of an answer was booked.
fn booked(answers: &[Answer]) -> Vec<&str> {
    let dates = answers
        .iter()
        .filter(|answer| answer.status == 201)
        .flat_map(|answer| answer.json["dates"].as_array().into_iter().flatten());
    dates
        .filter(|date| date["booking"].is_string())
        .filter_map(|date| date["start"].as_str())
        .collect()
}

on_both_engines! {
    /// Listings in either order, dates that overlap by one day: every date goes to one crew.
    async fn crossing_series_never_share_a_date(database: Database) {
        let arena = Arena::open(database).await;
        for code in ["EAST", "WEST"] {
            let rules = OwnRules { night_allowed: Some(true), ..OwnRules::default() };
            arena.town.listing(&arena.store, code, 1, rules).await;
        }
        let clients = arena.clients(CLIENTS);
        for round in 0..ROUNDS {
            let on_clash = if round % 2 == 0 { "refuse" } else { "skip" };
            // Twelve slots make a day: each client begins a day after the one before, so all cross.
            let hour = round % 12;
            let week = round / 12 * 12 * 14;
            let answers = all_at_once(&clients, "/api/v1/bookings", |place, production| {
                let slot = week + hour + 12 * (place % 4);
                let mut lines = [line("EAST", 1, slot), line("WEST", 1, slot)];
                if place % 2 == 1 {
                    lines.reverse();
                }
                series(production, &lines, on_clash)
            })
            .await;
            for answer in &answers {
                assert!(matches!(answer.status.as_u16(), 201 | 409), "{}", answer.json);
            }
            let mut dates = booked(&answers);
            dates.sort_unstable();
            let count = dates.len();
            dates.dedup();
            assert_eq!(count, dates.len(), "round {round}: a date was promised twice");
            assert!(count >= 5, "round {round}: somebody wins");
            if on_clash == "skip" {
                assert_eq!(count, 8, "round {round}: every date has somebody");
            }
        }
        arena.settle_scores();
    }
}
