//! One person looks at one page, again and again: how long an answer takes, beside axum answering as many bytes it
//! had before.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::clients::{Ask, Client, Load, storm};
use crate::constant::Constant;
use crate::figures::Figure;
use crate::process;
use crate::size::Size;
use crate::support::database::Engine;
use crate::support::process::Server;

/// A page that is looked at.
pub(crate) struct Look<'a> {
    pub(crate) engine: Engine,
    pub(crate) size: Size,
    pub(crate) server: &'a Server,
    pub(crate) constant: &'a Constant,
    pub(crate) token: &'a str,
}

impl Look<'_> {
    /// Milliseconds until the answer is there, at the median.
    pub(crate) async fn at(&self, what: impl Into<String>, path: &str) -> Figure {
        self.through(what, &[Ask::get(path)], 200).await
    }

    /// Milliseconds until all these answers are there, one after the other. What is one page is taken at the median.
    pub(crate) async fn through(
        &self,
        what: impl Into<String>,
        pages: &[Ask],
        expected: u16,
    ) -> Figure {
        let mut client = self.client().await;
        let mut bytes = 0;
        for page in pages {
            bytes += client.ask(page.clone()).await.body.len();
        }
        let before = process::processor_time(self.server.process_id());
        let load = self.again_and_again(client, pages.to_vec(), expected).await;
        let busy = process::processor_time(self.server.process_id()) - before;
        let count = pages.len();
        let client = Client::connect(self.constant.address, "").await;
        let same = vec![Ask::get(format!("/{}", bytes / count)); count];
        let constant = self
            .again_and_again(client.expect("a connection"), same, 200)
            .await;
        let pages = f64::from(u32::try_from(count).expect("few"));
        let time = |load: &Load| match count {
            1 => load.p50(),
            _ => pages * 1_000.0 / load.per_second(),
        };
        let processor = load.each(busy) * pages;
        let figure = Figure {
            processor: Some(processor),
            ..Figure::new(self.engine, what, time(&load), "ms")
        };
        figure.against("constant", time(&constant)).beside(format!(
            "p99 {:.2} ms, {:.2} ms CPU, {:.1} kB",
            load.p99(),
            processor,
            kilobytes(bytes)
        ))
    }

    /// Somebody with the token of whoever looks.
    pub(crate) async fn client(&self) -> Client {
        let client = Client::connect(self.server.address, self.token).await;
        client.expect("a connection")
    }

    async fn again_and_again(&self, client: Client, pages: Vec<Ask>, expected: u16) -> Load {
        let turn = Arc::new(AtomicUsize::new(0));
        let next = move |_| pages[turn.fetch_add(1, Ordering::Relaxed) % pages.len()].clone();
        storm(vec![client], self.size.look_time(), expected, next).await
    }
}

fn kilobytes(bytes: usize) -> f64 {
    f64::from(u32::try_from(bytes).unwrap_or(u32::MAX)) / 1_000.0
}
