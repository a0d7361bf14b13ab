//! Kits: made of other listings, booked as their parts, all or nothing. Here is what both halves set up.

mod booked;
mod made;

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::app::TestApp;
use crate::support::client::Answer;
use crate::support::make::{Person, Town};

/// `"FX6 x2, TRIPOD x3"` as the parts of a kit.
fn parts(text: &str) -> Value {
    let part = |part: &str| {
        let (listing, quantity) = part.split_once(" x").expect("listing xN");
        json!({ "listing": listing, "quantity": quantity.parse::<i64>().expect("a number") })
    };
    json!({ "parts": text.split(", ").filter(|one| !one.is_empty()).map(part).collect::<Vec<_>>() })
}

/// Says what a listing is made of, on the version it has.
async fn put(who: &Person, code: &str, made_of: &str) -> Answer {
    let path = format!("/api/v1/listings/{code}/parts");
    let seen = who.client.get(&path).await;
    let version = format!("\"{}\"", seen.json["version"]);
    let headers = [("If-Match", version.as_str())];
    let body = Some(parts(made_of));
    who.client.send(Method::PUT, &path, body, &headers).await
}

/// Two cameras, three tripods and a lamp; `CAM` is a camera and a tripod.
async fn camera_package(app: &TestApp, town: &Town) {
    town.pool(app, "FX6", 2).await;
    town.pool(app, "TRIPOD", 3).await;
    town.pool(app, "LAMP", 9).await;
    town.kit("CAM", &[("FX6", 1), ("TRIPOD", 1)]).await;
}

/// The lines of a booking as `FX6 x1 of CAM`.
fn told(booking: &Value) -> Vec<String> {
    let line = |line: &Value| {
        let code = line["listing"]["code"].as_str().unwrap_or_default();
        let kit = line["kit"]["code"].as_str();
        let of = kit.map_or(String::new(), |kit| format!(" of {kit}"));
        format!("{code} x{}{of}", line["units"])
    };
    let lines = booking["lines"].as_array().expect("lines");
    lines.iter().map(line).collect()
}
