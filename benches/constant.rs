//! The baseline of everything that is asked over HTTP: axum, in a process of its own, answering bytes it had before
//! it was asked.

use std::net::{Ipv4Addr, SocketAddr};
use std::process::{Child, Command, Stdio};

use axum::body::Bytes;
use axum::extract::{Path, State};

use crate::clients::Client;
use crate::support::patience::until;

/// The longest constant.
const MOST_BYTES: usize = 64 * 1024 * 1024;

/// Serves until it is killed: `/3000` is three thousand bytes.
pub(crate) async fn serve(address: SocketAddr) {
    let all = Bytes::from(vec![b'x'; MOST_BYTES]);
    let answer = async |Path(length): Path<usize>, State(all): State<Bytes>| {
        all.slice(..length.min(MOST_BYTES))
    };
    let router = axum::Router::new()
        .route("/{length}", axum::routing::any(answer))
        .with_state(all);
    let listener = tokio::net::TcpListener::bind(address)
        .await
        .expect("a port");
    axum::serve(listener, router).await.expect("served");
}

/// A running server of constants; it ends with this value.
pub(crate) struct Constant {
    child: Child,
    pub(crate) address: SocketAddr,
}

impl Constant {
    pub(crate) async fn start() -> Self {
        let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let address = listener.local_addr().expect("an address");
        drop(listener);
        let program = std::env::current_exe().expect("this program");
        let child = Command::new(program)
            .args(["--constant", &address.to_string()])
            .stdin(Stdio::null())
            .spawn()
            .expect("it starts");
        let ready = || async { Client::connect(address, "").await.ok() };
        until("a constant", ready).await;
        Self { child, address }
    }
}

impl Drop for Constant {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}
