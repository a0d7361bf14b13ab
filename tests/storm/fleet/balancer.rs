//! What stands before several servers, and no more than that: it looks whether each is ready, sends every request to
//! one that was, and on a connection that is refused to the next. A request that was taken must be answered.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use reqwest::Method;
use serde_json::Value;

use crate::support::client::Client;
use crate::support::patience::pause;

/// Between two looks whether a server is ready.
const LOOK: Duration = Duration::from_millis(100);

pub(super) struct Balancer {
    /// Where servers are, and whether each was ready at the last look.
    servers: Mutex<Vec<(SocketAddr, bool)>>,
    turn: AtomicUsize,
    sent_on: AtomicUsize,
}

impl Balancer {
    pub(super) fn before(servers: impl Iterator<Item = SocketAddr>) -> Arc<Self> {
        Arc::new(Self {
            servers: Mutex::new(servers.map(|address| (address, true)).collect()),
            turn: AtomicUsize::new(0),
            sent_on: AtomicUsize::new(0),
        })
    }

    fn servers(&self) -> std::sync::MutexGuard<'_, Vec<(SocketAddr, bool)>> {
        self.servers.lock().expect("nobody panics holding it")
    }

    /// A server takes the place of another.
    pub(super) fn put(&self, place: usize, address: SocketAddr) {
        self.servers()[place] = (address, true);
    }

    /// A server that is about to go: it stays until it is seen not to be ready.
    pub(super) fn also(&self, address: SocketAddr) {
        self.servers().push((address, true));
    }

    pub(super) fn sent_on(&self) -> usize {
        self.sent_on.load(Ordering::Relaxed)
    }

    /// The ready ones, beginning with the next in turn.
    fn choose(&self) -> Vec<SocketAddr> {
        let servers = self.servers();
        let ready = servers.iter().filter(|(_, ready)| *ready);
        let mut ready: Vec<SocketAddr> = ready.map(|(address, _)| *address).collect();
        let turn = self.turn.fetch_add(1, Ordering::Relaxed) % ready.len().max(1);
        ready.rotate_left(turn);
        ready
    }
}

/// Looks again and again, until it is ended.
pub(super) async fn look(balancer: Arc<Balancer>) {
    let http = reqwest::Client::new();
    loop {
        let all: Vec<SocketAddr> = balancer.servers().iter().map(|(at, _)| *at).collect();
        for address in all {
            let look = http
                .get(format!("http://{address}/readyz"))
                .timeout(LOOK * 10);
            let ready = look
                .send()
                .await
                .is_ok_and(|answer| answer.status().is_success());
            let mut servers = balancer.servers();
            if let Some(server) = servers.iter_mut().find(|(at, _)| *at == address) {
                server.1 = ready;
            }
        }
        pause(LOOK).await;
    }
}

/// Books through the balancer until it is told to stop; the references.
pub(super) async fn book_on(
    balancer: Arc<Balancer>,
    token: String,
    order: Value,
    stop: Arc<AtomicBool>,
) -> Vec<String> {
    let client = Client::member("", &token);
    let mut booked = Vec::new();
    while !stop.load(Ordering::Relaxed) {
        booked.push(book(&balancer, &client, &order).await);
    }
    booked
}

async fn book(balancer: &Balancer, client: &Client, order: &Value) -> String {
    for server in balancer.choose() {
        let at_server = client.at(format!("http://{server}"));
        let asked = at_server.try_send(Method::POST, "/api/v1/bookings", Some(order.clone()), &[]);
        match asked.await {
            Ok(answer) => {
                let booked = answer.expect(201);
                return booked["reference"].as_str().expect("words").to_owned();
            }
            Err(error) if error.is_connect() => {
                balancer.sent_on.fetch_add(1, Ordering::Relaxed);
            }
            Err(error) => panic!("a request was taken and not answered: {error:?}"),
        }
    }
    panic!("no server takes requests");
}
