//! What everybody does with several days at once: book them by a rule, then move, call off or decide them together.

use backlot::domain::ids::BookingId;
use chrono::TimeDelta;
use rand::RngExt;
use rand::rngs::StdRng;
use serde_json::{Value, json};

use super::{Cluster, line_in, open, shift};

impl Cluster {
    /// Books two to four days by a rule.
    pub(super) async fn repeat(&self, chance: &mut StdRng) -> (usize, Value) {
        let crew = chance.random_range(0..4);
        let person = self.person(crew);
        let days = chance.random_range(2..5);
        let on_clash = ["skip", "skip", "refuse", "queue"][chance.random_range(0..4)];
        let lines: Vec<Value> = self.basket(chance).iter().map(line_in).collect();
        let body = json!({
            "production": person.production, "lines": lines,
            "recurrence": { "rule": format!("FREQ=DAILY;COUNT={days}"), "on_clash": on_clash },
        });
        let answer = person.client.post("/api/v1/bookings", body).await;
        let answer = self.allow("repeat", answer, &[201, 409, 422]);
        self.remember_all(crew, &answer).await;
        (crew, answer.json)
    }

    /// Moves, calls off or decides what was booked by a rule, from some date on or all of it.
    pub(super) async fn act_on_series(&self, chance: &mut StdRng) {
        let Some((id, crew, version, lines)) = self.some_booking(chance, "confirmed") else {
            return;
        };
        let path = format!("/api/v1/bookings/{id}");
        let client = &self.person(crew).client;
        let series = client.get(&path).await.json["series"]["id"].clone();
        let Some(series) = series.as_str() else {
            return;
        };
        let of_series = client.get(&format!("/api/v1/series/{series}")).await.json;
        open(&self.journal)
            .touched
            .extend(ids(&of_series["bookings"], "id"));
        let scope = if chance.random_ratio(1, 2) {
            "all"
        } else {
            "following"
        };
        let answer = match chance.random_range(0..4) {
            0 => {
                let body = json!({ "scope": scope });
                let answer = client.post(&format!("{path}/cancellation"), body).await;
                self.allow("call off a series", answer, &[200, 409])
            }
            1 => {
                let body = json!({ "scope": scope, "verdict": "grant" });
                let owner = &self.town.owner.client;
                let answer = owner.post(&format!("{path}/decision"), body).await;
                self.allow("decide a series", answer, &[200, 409])
            }
            _ => {
                let wanted = moved(chance, &lines);
                let body = json!({ "scope": scope, "lines": wanted });
                let answer = client.patch(&path, version, body).await;
                self.allow("move a series", answer, &[200, 409, 412, 422])
            }
        };
        self.remember(crew, &answer);
    }
}

/// The open lines, all of them earlier or later by the same.
fn moved(chance: &mut StdRng, lines: &Value) -> Vec<Value> {
    let by = TimeDelta::minutes(30 * chance.random_range(-6..7));
    let lines = lines.as_array().into_iter().flatten();
    let open = lines.filter(|line| {
        let state = line["state"].as_str().unwrap_or_default();
        ["requested", "confirmed"].contains(&state)
    });
    open.map(|line| {
        let mut wanted = json!({ "id": line["id"], "listing": line["listing"]["id"],
            "units": line["units"], "start": line["start"], "end": line["end"] });
        shift(&mut wanted, "start", by);
        shift(&mut wanted, "end", by);
        wanted
    })
    .collect()
}

/// The ids of bookings in a list.
pub(super) fn ids(list: &Value, field: &str) -> Vec<BookingId> {
    let items = list.as_array().into_iter().flatten();
    items
        .filter_map(|one| one[field].as_str()?.parse().ok())
        .collect()
}
