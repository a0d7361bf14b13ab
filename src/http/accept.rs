//! Connections: taken, bounded in number, closed when they only pretend to ask. What they ask is answered by the
//! router; nothing here knows of any.

use std::convert::Infallible;
use std::future::Future;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
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
use tokio::sync::Semaphore;
use tower::ServiceExt;

/// Open connections beyond which new ones wait in the system's queue. Each takes about 20 kB.
const MOST_CONNECTIONS: usize = 12_000;
/// Files that are not connections: the database's, letters, the log.
const OTHER_FILES: u64 = 200;
/// How long to wait when the system has no room for one more connection.
const NO_ROOM: Duration = Duration::from_millis(200);

/// How long the last answers may take once it is told to stop; a head that never ends does not keep it running.
const FAREWELL: Duration = Duration::from_mins(1);

/// Serves until `stop`; then takes no more connections, answers what is under way, and ends. A request's head may take
/// so long.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    longest_head: Duration,
    stop: impl Future<Output = ()>,
) {
    let seats = Arc::new(Semaphore::new(seats()));
    let open = GracefulShutdown::new();
    let mut stop = pin!(stop);
    loop {
        let taken = async {
            let seat = seats.clone().acquire_owned().await;
            (seat, listener.accept().await)
        };
        let (seat, accepted) = tokio::select! {
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
        let connection = open.watch(connection(stream, peer, router.clone(), longest_head));
        tokio::spawn(async move {
            // A client that goes away, or is too slow to ask: its own affair.
            connection.await.ok();
            drop(seat);
        });
    }
    drop(listener);
    tokio::time::timeout(FAREWELL, open.shutdown()).await.ok();
}

fn connection(
    stream: TcpStream,
    peer: SocketAddr,
    router: Router,
    longest_head: Duration,
) -> impl hyper_util::server::graceful::GracefulConnection<Error = hyper::Error> {
    // Answers are small and written at once: to wait for more to send costs a client 40 ms.
    stream.set_nodelay(true).ok();
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
        .serve_connection(TokioIo::new(stream), answer)
}

/// As many connections as there is room for. A process may usually open 1,024 files until it asks for more, and
/// one open page takes one.
fn seats() -> usize {
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
