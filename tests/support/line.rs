//! `Line`: a connection without a client that would do well by itself: for whoever is slow, silent or deaf.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::{TcpSocket, TcpStream};

/// A line to a server.
pub(crate) struct Line(TcpStream);

impl Line {
    pub(crate) async fn dial(address: SocketAddr) -> Self {
        Self(TcpStream::connect(address).await.expect("a line"))
    }

    /// From another house, by somebody who takes little at a time.
    pub(crate) async fn dial_from_elsewhere(address: SocketAddr) -> Self {
        let socket = TcpSocket::new_v4().expect("a socket");
        socket.set_recv_buffer_size(4_096).expect("so little");
        let elsewhere = ([127, 0, 0, 2], 0).into();
        socket.bind(elsewhere).expect("all of 127 is this machine");
        Self(socket.connect(address).await.expect("a line"))
    }

    /// Says all of it; fails where the line is cut.
    pub(crate) async fn say(&self, text: &str) -> std::io::Result<()> {
        let mut rest = text.as_bytes();
        while !rest.is_empty() {
            self.0.writable().await?;
            match self.0.try_write(rest) {
                Ok(length) => rest = &rest[length..],
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// The next that is heard; nothing where the line is cut.
    pub(crate) async fn hear(&self) -> String {
        let mut piece = vec![0; 16 * 1024];
        loop {
            self.0.readable().await.expect("a line");
            match self.0.try_read(&mut piece) {
                Ok(length) => return String::from_utf8_lossy(&piece[..length]).into_owned(),
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                Err(_) => return String::new(),
            }
        }
    }

    /// All that is heard until the line is cut; `None` where it is not, within so long.
    pub(crate) async fn hear_out(&self, longest: Duration) -> Option<String> {
        let all = async {
            let mut said = String::new();
            loop {
                let piece = self.hear().await;
                if piece.is_empty() {
                    return said;
                }
                said.push_str(&piece);
            }
        };
        tokio::time::timeout(longest, all).await.ok()
    }
}
