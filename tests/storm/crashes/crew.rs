//! A crew that books, moves and calls off until its server dies, and writes down what it was answered.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use chrono::{TimeDelta, Utc};
use rand::RngExt;
use rand::rngs::StdRng;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::client::{Answer, Client};
use crate::support::patience::{AT_ONCE, pause, until_within};

/// Lines of each booking: half a booking would show.
pub(super) const LINES: usize = 3;
/// Slots of two hours, in turn: enough that no slot grows crowded, few enough to stay within the horizon.
const SLOTS: i64 = 1_500;

/// A crew with its log.
pub(super) struct Crew {
    client: Client,
    production: Value,
    rng: StdRng,
    /// What tells its bookings from those of others.
    name: String,
    asked: u64,
    pub(super) log: Vec<Entry>,
    /// What it asked for and has no answer to.
    open: Option<Ask>,
    pub(super) asked_again: usize,
    pub(super) told_to_wait: usize,
    pub(super) acknowledged: usize,
}

/// A booking as it was last answered.
pub(super) struct Entry {
    pub(super) path: String,
    pub(super) reference: String,
    pub(super) title: String,
    pub(super) answered: Value,
    /// First words of the letters it owes, in order.
    pub(super) owes: Vec<&'static str>,
    /// Whether it was compared since.
    pub(super) compared: bool,
}

/// Something asked for, the same at every try.
struct Ask {
    what: What,
    method: Method,
    path: String,
    body: Value,
    key: String,
    version: String,
}

#[derive(Clone, Copy)]
enum What {
    Book,
    /// The booking at this place of the log is moved.
    Move(usize),
    /// It is called off.
    CallOff(usize),
}

impl Crew {
    pub(super) fn new(client: Client, production: Value, name: String, rng: StdRng) -> Self {
        Self {
            client,
            production,
            rng,
            name,
            asked: 0,
            log: Vec::new(),
            open: None,
            asked_again: 0,
            told_to_wait: 0,
            acknowledged: 0,
        }
    }

    /// From now on it asks this server.
    pub(super) fn goes_to(&mut self, base: &str) {
        self.client = self.client.at(base);
    }

    /// Asks and asks until it is told to stop or its server is gone.
    pub(super) async fn storm(mut self, stop: Arc<AtomicBool>) -> Self {
        while !stop.load(Ordering::Relaxed) && self.step().await {}
        self
    }

    /// Asks again for what it had no answer to.
    pub(super) async fn finish(&mut self) {
        if self.open.is_none() {
            return;
        }
        self.asked_again += 1;
        let crew = tokio::sync::Mutex::new(self);
        until_within(AT_ONCE, "an answer at last", || async {
            let mut crew = crew.lock().await;
            assert!(crew.step().await, "the server is there");
            crew.open.is_none().then_some(())
        })
        .await;
    }

    /// Asks once; says whether the server is still there.
    async fn step(&mut self) -> bool {
        let ask = match self.open.take() {
            Some(ask) => ask,
            None => self.draw(),
        };
        let mut headers = vec![("Idempotency-Key", ask.key.as_str())];
        if !ask.version.is_empty() {
            headers.push(("If-Match", &ask.version));
        }
        let body = Some(ask.body.clone());
        let answer = self
            .client
            .try_send(ask.method.clone(), &ask.path, body, &headers)
            .await;
        match answer {
            Err(_) => {
                self.open = Some(ask);
                false
            }
            Ok(answer) if answer.status == 503 => {
                let later = answer.headers.get("Retry-After");
                assert!(later.is_some(), "503 without Retry-After: {}", answer.json);
                self.told_to_wait += 1;
                self.open = Some(ask);
                pause(Duration::from_millis(30)).await;
                true
            }
            Ok(answer) => {
                self.write_down(&ask, answer);
                true
            }
        }
    }

    fn draw(&mut self) -> Ask {
        self.asked += 1;
        let key = format!("{} {}", self.name, self.asked);
        let place = (!self.log.is_empty()).then(|| self.rng.random_range(0..self.log.len()));
        let what = match (self.rng.random_range(0..5), place) {
            (0, Some(place)) if self.log[place].owes == ["Confirmed"] => What::Move(place),
            (1, Some(place)) if self.log[place].owes.last() != Some(&"Cancelled") => {
                What::CallOff(place)
            }
            _ => What::Book,
        };
        match what {
            What::Book => self.booking(key),
            What::Move(place) => self.change(place, key),
            What::CallOff(place) => Ask {
                what,
                method: Method::POST,
                path: format!("{}/cancellation", self.log[place].path),
                body: json!({}),
                key,
                version: String::new(),
            },
        }
    }

    fn booking(&mut self, key: String) -> Ask {
        let (start, end) = self.slot();
        let line =
            |place| json!({ "listing": format!("CROWD-{place}"), "start": start, "end": end });
        let lines: Vec<Value> = (0..LINES).map(line).collect();
        Ask {
            what: What::Book,
            method: Method::POST,
            path: "/api/v1/bookings".to_owned(),
            body: json!({ "production": self.production, "title": key, "lines": lines }),
            key,
            version: String::new(),
        }
    }

    fn change(&mut self, place: usize, key: String) -> Ask {
        let (start, end) = self.slot();
        let entry = &self.log[place];
        let lines = entry.answered["lines"].as_array().expect("lines").iter();
        let moved = |line: &Value| json!({ "id": line["id"], "listing": line["listing"], "units": 2, "start": start, "end": end });
        Ask {
            what: What::Move(place),
            method: Method::PATCH,
            path: entry.path.clone(),
            body: json!({ "lines": lines.map(moved).collect::<Vec<_>>() }),
            key,
            version: "\"1\"".to_owned(),
        }
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "the servers ask the real clock too"
    )]
    fn slot(&mut self) -> (String, String) {
        let day = (Utc::now() + TimeDelta::days(2)).date_naive();
        let midnight = day.and_hms_opt(0, 0, 0).expect("midnight").and_utc();
        let start = midnight + TimeDelta::hours(2 * self.rng.random_range(0..SLOTS));
        (
            start.to_rfc3339(),
            (start + TimeDelta::hours(2)).to_rfc3339(),
        )
    }

    fn write_down(&mut self, ask: &Ask, answer: Answer) {
        let expected = match ask.what {
            What::Book => 201,
            What::Move(_) | What::CallOff(_) => 200,
        };
        let answered = answer.expect(expected);
        self.acknowledged += 1;
        let essence = essence(&answered);
        match ask.what {
            What::Book => self.log.push(Entry {
                path: format!(
                    "/api/v1/bookings/{}",
                    answered["id"].as_str().expect("an id")
                ),
                reference: answered["reference"].as_str().expect("words").to_owned(),
                title: ask.key.clone(),
                answered: essence,
                owes: vec!["Confirmed"],
                compared: false,
            }),
            What::Move(place) => self.revise(place, essence, "Changed"),
            What::CallOff(place) => self.revise(place, essence, "Cancelled"),
        }
    }

    fn revise(&mut self, place: usize, answered: Value, owes: &'static str) {
        let entry = &mut self.log[place];
        entry.answered = answered;
        entry.owes.push(owes);
        entry.compared = false;
    }
}

/// What of a booking must not be lost: not what depends on when it is asked.
pub(super) fn essence(booking: &Value) -> Value {
    let lines = booking["lines"].as_array().expect("lines").iter();
    let line = |line: &Value| {
        json!({
            "id": line["id"], "listing": line["listing"]["code"], "units": line["units"], "start": line["start"],
            "end": line["end"], "state": line["state"], "price": line["price"],
        })
    };
    json!({
        "id": booking["id"], "reference": booking["reference"], "title": booking["title"], "state": booking["state"],
        "version": booking["version"], "lines": lines.map(line).collect::<Vec<_>>(),
    })
}
