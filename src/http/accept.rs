//! Connections: taken, bounded in number, closed when they only pretend to ask or to listen. What they ask is
//! answered by the router; nothing here knows of any.

use std::convert::Infallible;
use std::future::Future;
use std::net::SocketAddr;
use std::pin::pin;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio_io_timeout::TimeoutStream;
use tower::ServiceExt;

use super::seats::Seats;
use crate::app::App;

/// Open connections beyond which new ones wait in the system's queue. Each takes about 20 kB.
const MOST_CONNECTIONS: usize = 12_000;
/// Files that are not connections: the database's, letters, the log.
const OTHER_FILES: u64 = 200;
/// How long to wait when the system has no room for one more connection.
const NO_ROOM: Duration = Duration::from_millis(200);

/// Serves until `stop`; then takes no more connections, answers what is under way, and ends. The last answers have
/// their time too: a head that never ends does not keep it running.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    app: &App,
    stop: impl Future<Output = ()>,
) {
    let config = &app.config;
    let of_address = if config.behind_proxy {
        0
    } else {
        config.seats_per_address
    };
    let seats = Seats::new(room(), of_address);
    let open = GracefulShutdown::new();
    let mut stop = pin!(stop);
    loop {
        let taken = async {
            let room = seats.room().await;
            (room, listener.accept().await)
        };
        let (room, accepted) = tokio::select! {
            taken = taken => taken,
            () = &mut stop => break,
        };
        let Ok((stream, peer)) = accepted else {
            // Too many open files, or a client that was gone before it was met.
            tokio::time::timeout(NO_ROOM, std::future::pending::<()>())
                .await
                .ok();
            continue;
        };
        let Some(seat) = room.and_then(|room| seats.take(room, peer.ip())) else {
            tracing::debug!(%peer, "an address has as many connections as it may");
            continue;
        };
        let (head, unread) = (config.patience.head, config.patience.unread);
        let connection = connection(stream, peer, router.clone(), head, unread);
        let connection = open.watch(connection);
        tokio::spawn(async move {
            // A client that goes away, or is too slow to ask: its own affair.
            connection.await.ok();
            drop(seat);
        });
    }
    drop(listener);
    let answered = tokio::time::timeout(config.farewell, open.shutdown()).await;
    if answered.is_err() {
        tracing::warn!("the last answers took too long and were cut off");
    }
}

fn connection(
    stream: TcpStream,
    peer: SocketAddr,
    router: Router,
    longest_head: Duration,
    longest_unread: Duration,
) -> impl hyper_util::server::graceful::GracefulConnection<Error = hyper::Error> {
    // Answers are small and written at once: to wait for more to send costs a client 40 ms.
    stream.set_nodelay(true).ok();
    // Who asks and does not listen would keep the answer, and the seat, for ever.
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(longest_unread));
    let answer = service_fn(move |request: Request<Incoming>| {
        let router = router.clone();
        async move {
            let mut request = request.map(Body::new);
            request.extensions_mut().insert(ConnectInfo(peer));
            Ok::<_, Infallible>(
                router
                    .oneshot(request)
                    .await
                    .unwrap_or_else(|never| match never {}),
            )
        }
    });
    http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(longest_head)
        .serve_connection(TokioIo::new(Box::pin(stream)), answer)
}

/// How many connections there is room for. A process may usually open 1,024 files until it asks for more, and
/// one open page takes one.
fn room() -> usize {
    let files = allow_files(u64::try_from(MOST_CONNECTIONS).unwrap_or(u64::MAX) + OTHER_FILES);
    let room = files.saturating_sub(OTHER_FILES).max(64);
    usize::try_from(room)
        .unwrap_or(MOST_CONNECTIONS)
        .min(MOST_CONNECTIONS)
}

/// Asks the system for so many open files; says how many it allows.
fn allow_files(wanted: u64) -> u64 {
    use rustix::process::{Resource, getrlimit, setrlimit};
    let mut limit = getrlimit(Resource::Nofile);
    let now = limit.current.unwrap_or(u64::MAX);
    let most = limit.maximum.unwrap_or(u64::MAX);
    let asked = wanted.min(most);
    if asked <= now {
        return now;
    }
    limit.current = Some(asked);
    setrlimit(Resource::Nofile, limit).map_or(now, |()| asked)
}
