//! Who listens, at which server, and when they heard of what.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use tokio::sync::mpsc;

use crate::support::make::{Person, Town};
use crate::support::process::Server;

/// How long after the last booking it must have been heard of.
const HEARD: Duration = Duration::from_secs(20);

/// A stream, and what it says, line by line, with the moment.
pub(super) struct Listener(mpsc::UnboundedReceiver<(Instant, String)>);

/// The crew and the owner, each at every server.
pub(super) async fn listen(servers: &[Server], town: &Town) -> Vec<Listener> {
    let mut listeners = Vec::new();
    for server in servers {
        for who in [&town.crew, &town.owner] {
            listeners.push(open(server, who).await);
        }
    }
    listeners
}

async fn open(server: &Server, who: &Person) -> Listener {
    let request = reqwest::Client::new()
        .get(server.url("/api/v1/events"))
        .bearer_auth(&who.token);
    let mut response = request.send().await.expect("an answer");
    assert_eq!(response.status().as_u16(), 200);
    let (said, heard) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        let mut rest = String::new();
        while let Ok(Some(chunk)) = response.chunk().await {
            let now = Instant::now();
            rest.push_str(&String::from_utf8_lossy(&chunk));
            while let Some((line, later)) = rest.split_once('\n') {
                if said.send((now, line.to_owned())).is_err() {
                    return;
                }
                rest = later.to_owned();
            }
        }
    });
    Listener(heard)
}

/// How long after its answer each listener heard of each booking. All hear of all.
pub(super) async fn delays(
    listeners: Vec<Listener>,
    booked: &[(String, Instant)],
) -> Vec<Duration> {
    let until = Instant::now() + HEARD;
    let mut delays = Vec::new();
    for mut listener in listeners {
        let mut heard: BTreeMap<String, Instant> = BTreeMap::new();
        let mut missing: BTreeSet<&String> =
            booked.iter().map(|(reference, _)| reference).collect();
        while !missing.is_empty() {
            let next = tokio::time::timeout_at(until.into(), listener.0.recv()).await;
            let Ok(Some((at, line))) = next else {
                panic!("a listener never heard of {missing:?}");
            };
            let Some(reference) = reference(&line) else {
                continue;
            };
            missing.remove(&reference);
            heard.entry(reference).or_insert(at);
        }
        let delay = |(reference, answered): &(String, Instant)| {
            heard[reference].saturating_duration_since(*answered)
        };
        delays.extend(booked.iter().map(delay));
    }
    delays
}

/// The booking a line of a stream tells of.
fn reference(line: &str) -> Option<String> {
    let told: serde_json::Value = serde_json::from_str(line.strip_prefix("data: ")?).ok()?;
    Some(told["reference"].as_str()?.to_owned())
}
