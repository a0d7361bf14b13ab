//! The other time a repair offers is the nearest there is: held against asking for every nearer one in turn.

use chrono::{DateTime, FixedOffset, TimeDelta};
use serde_json::{Value, json};

use super::in_town;
use super::repairs::{Dice, furnish, kinds};
use crate::support::make::Person;

/// Refused lines whose offered time is looked at.
const LOOKED_AT: usize = 12;
/// Minutes between two starts of every listing of the town.
const STEP: i64 = 30;

fn start_of(body: &Value) -> DateTime<FixedOffset> {
    moment(&body["lines"][0]["start"])
}

fn moment(text: &Value) -> DateTime<FixedOffset> {
    DateTime::parse_from_rfc3339(text.as_str().expect("text")).expect("a moment")
}

fn moved(body: &Value, minutes: i64) -> Value {
    let mut moved = body.clone();
    for end in ["start", "end"] {
        let time = moment(&body["lines"][0][end]) + TimeDelta::minutes(minutes);
        moved["lines"][0][end] = json!(time.to_rfc3339());
    }
    moved
}

async fn would_do(who: &Person, body: Value) -> bool {
    let quote = who.client.post("/api/v1/quotes", body).await;
    quote.status == 200 && quote.json["bookable"] == true
}

/// The first other time that is offered for the one line of a basket, if it was refused.
fn offered(answer: &Value) -> Option<&Value> {
    answer["repairs"].as_array()?;
    let place = kinds(answer)
        .iter()
        .position(|kind| *kind == "shift_line")?;
    Some(&answer["repairs"][place]["body"])
}

#[test]
fn no_nearer_time_would_have_done() {
    in_town(|app, town| async {
        furnish(&app, &town).await;
        let mut dice = Dice(20_301_126);
        let (mut seen, mut farthest) = (0, 0);
        for _ in 0..400 {
            let line = dice.line();
            let body = town.crew.basket(&[&line]);
            let asked = town
                .crew
                .client
                .post("/api/v1/bookings", body.clone())
                .await;
            // A start off the step is put on it first: another repair, and another distance.
            let Some(other) = offered(&asked.json).filter(|_| !line.contains(":10-")) else {
                continue;
            };
            let minutes = (start_of(other) - start_of(&body)).num_minutes().abs();
            assert!(minutes > 0 && minutes % STEP == 0, "{line}: {other}");
            for nearer in (STEP..minutes).step_by(30) {
                for by in [-nearer, nearer] {
                    let nearer = moved(&body, by);
                    assert!(!would_do(&town.crew, nearer).await, "{line}: {by} minutes");
                }
            }
            assert!(would_do(&town.crew, other.clone()).await, "{line}: {other}");
            seen += 1;
            farthest = farthest.max(minutes);
            if seen == LOOKED_AT {
                break;
            }
        }
        assert_eq!(seen, LOOKED_AT);
        assert!(
            farthest >= 3 * STEP,
            "some were hard to find: {farthest} minutes"
        );
        (app, town)
    });
}
