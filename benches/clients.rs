//! Who asks: a connection each, one request after the other, over and over; and how long the answers took.
//!
//! It is hyper and nothing above it: what the asking takes of the machine is lost to the server beside it.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use axum::body::{Body, Bytes, to_bytes};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::{Method, Request, StatusCode, header};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpStream;

/// The longest answer that is read as a whole.
const MOST_BYTES: usize = 256 * 1024 * 1024;

/// A connection of somebody.
pub(crate) struct Client {
    connection: SendRequest<Body>,
    address: SocketAddr,
    authorization: String,
}

/// What is asked.
#[derive(Debug, Clone)]
pub(crate) struct Ask {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) body: Bytes,
    /// The tag of what the asker has already, or nothing.
    pub(crate) known: String,
}

/// An answer.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) tag: String,
    pub(crate) body: Bytes,
}

impl Ask {
    pub(crate) fn get(path: impl Into<String>) -> Self {
        Self {
            method: Method::GET,
            path: path.into(),
            body: Bytes::new(),
            known: String::new(),
        }
    }

    pub(crate) fn post(path: impl Into<String>, body: &Value) -> Self {
        Self {
            method: Method::POST,
            path: path.into(),
            body: body.to_string().into(),
            known: String::new(),
        }
    }
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("JSON")
    }
}

impl Client {
    /// The member behind a token.
    pub(crate) async fn connect(address: SocketAddr, token: &str) -> std::io::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let (connection, work) = handshake(TokioIo::new(stream))
            .await
            .map_err(std::io::Error::other)?;
        tokio::spawn(work);
        Ok(Self {
            connection,
            address,
            authorization: format!("Bearer {token}"),
        })
    }

    /// Asks, and reads the whole answer.
    pub(crate) async fn ask(&mut self, ask: Ask) -> Answer {
        let request = Request::builder()
            .method(ask.method)
            .uri(ask.path)
            .header(header::HOST, self.address.to_string())
            .header(header::AUTHORIZATION, &self.authorization)
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::IF_NONE_MATCH, ask.known)
            .body(Body::from(ask.body))
            .expect("a request");
        self.connection
            .ready()
            .await
            .expect("a connection that stays");
        let answer = self.connection.send_request(request).await;
        let (head, body) = answer.expect("an answer").into_parts();
        let body = to_bytes(Body::new(body), MOST_BYTES).await.expect("a body");
        let tag = head
            .headers
            .get(header::ETAG)
            .and_then(|tag| tag.to_str().ok());
        Answer {
            status: head.status,
            tag: tag.unwrap_or_default().to_owned(),
            body,
        }
    }
}

/// How a number of clients fared.
pub(crate) struct Load {
    took: Duration,
    /// With those of the warming up.
    asked: u32,
    /// From the quickest to the slowest.
    times: Vec<Duration>,
}

impl Load {
    #[expect(
        clippy::cast_precision_loss,
        reason = "a count of what fits into seconds"
    )]
    pub(crate) fn per_second(&self) -> f64 {
        self.times.len() as f64 / self.took.as_secs_f64()
    }

    /// What of something comes to each answer, those of the warming up included.
    pub(crate) fn each(&self, something: f64) -> f64 {
        something / f64::from(self.asked)
    }

    /// How long the middle one took, in milliseconds.
    pub(crate) fn p50(&self) -> f64 {
        self.percentile(50)
    }

    /// How long all but the slowest hundredth took at most, in milliseconds.
    pub(crate) fn p99(&self) -> f64 {
        self.percentile(99)
    }

    fn percentile(&self, percent: usize) -> f64 {
        let place = self.times.len().saturating_sub(1) * percent / 100;
        let time = self.times.get(place).copied().unwrap_or_default();
        time.as_secs_f64() * 1_000.0
    }
}

/// Lets every client ask, again and again, for so long; the first tenth is warming up and not counted. Each asks once at least. Every answer
/// must have the status `expected`.
pub(crate) async fn storm(
    clients: Vec<Client>,
    time: Duration,
    expected: u16,
    next: impl Fn(usize) -> Ask + Clone + Send + Sync + 'static,
) -> Load {
    let counts_from = Instant::now() + time / 10;
    let until = counts_from + time;
    let mut tasks = Vec::new();
    for (place, mut client) in clients.into_iter().enumerate() {
        let next = next.clone();
        tasks.push(tokio::spawn(async move {
            let (mut times, mut count) = (Vec::new(), 0);
            while Instant::now() < until || times.is_empty() {
                let ask = next(place);
                let asked = Instant::now();
                let answer = client.ask(ask).await;
                let answered = Instant::now();
                let said = String::from_utf8_lossy(&answer.body);
                assert_eq!(answer.status.as_u16(), expected, "{said}");
                count += 1;
                if asked >= counts_from {
                    times.push(answered - asked);
                }
            }
            (times, count)
        }));
    }
    let (mut times, mut asked) = (Vec::new(), 0);
    for task in tasks {
        let (of_one, count) = task.await.expect("it asked to the end");
        times.extend(of_one);
        asked += count;
    }
    let took = counts_from.elapsed();
    times.sort_unstable();
    Load { took, asked, times }
}
