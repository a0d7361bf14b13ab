//! Answers that tell how far they are, for who asks for `application/x-ndjson`: a JSON line `{"done", "of"}` each time
//! some more is done, and last `{"answer": …}` or `{"problem": …}`. Who asks for JSON gets the answer alone.

use std::convert::Infallible;
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use futures_util::stream::{self, StreamExt as _};
use serde_json::json;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::errors::{Problem, Reply, in_words};
use crate::actions::import::Progress;
use crate::app::App;
use crate::domain::people::Language;

const LINES: &str = "application/x-ndjson";

/// The JSON that some work answers with, told as the request asks for it. The work goes on to its end, whoever
/// listens.
pub(super) async fn answer<W>(
    app: &App,
    headers: &HeaderMap,
    language: Language,
    work: impl FnOnce(Progress) -> W,
) -> Reply<Response>
where
    W: Future<Output = Reply<String>> + Send + 'static,
{
    if !wants_lines(headers) {
        let text = work(Arc::new(|_, _| {})).await?;
        return Ok(([(header::CONTENT_TYPE, "application/json")], text).into_response());
    }
    // The last word counts: whoever reads slowly holds nobody up, and hears less often.
    let (tell, told) = watch::channel((0, 0));
    let progress: Progress = Arc::new(move |done, of| {
        tell.send_replace((done, of));
    });
    let listening = Listening {
        app: app.clone(),
        language,
        told,
        work: Some(tokio::spawn(work(progress))),
    };
    // Compression asks once more after the last line.
    let lines = stream::unfold(listening, |mut listening| async {
        let line = listening.next().await?;
        Some((Ok::<_, Infallible>(Bytes::from(line)), listening))
    })
    .fuse();
    let content_type = [(header::CONTENT_TYPE, LINES)];
    Ok((content_type, Body::from_stream(lines)).into_response())
}

fn wants_lines(headers: &HeaderMap) -> bool {
    let accepted = headers.get(header::ACCEPT);
    let accepted = accepted.and_then(|accepted| accepted.to_str().ok());
    accepted.is_some_and(|accepted| accepted.contains(LINES))
}

/// Who waits for some work.
struct Listening {
    app: App,
    language: Language,
    told: watch::Receiver<(usize, usize)>,
    work: Option<JoinHandle<Reply<String>>>,
}

impl Listening {
    /// The next line; `None` after the last.
    async fn next(&mut self) -> Option<String> {
        let work = self.work.as_mut()?;
        tokio::select! {
            biased;
            answer = work => {
                self.work = None;
                Some(self.last(answer.unwrap_or(Err(Problem::Panicked))))
            }
            Ok(()) = self.told.changed() => {
                let (done, of) = *self.told.borrow_and_update();
                Some(format!("{}\n", json!({ "done": done, "of": of })))
            }
        }
    }

    fn last(&self, answer: Reply<String>) -> String {
        match answer {
            // One line: between the words of JSON a line break is no more than a space.
            Ok(text) => format!("{{\"answer\":{}}}\n", text.replace('\n', " ")),
            Err(problem) => {
                let problem = in_words(&self.app, &problem, self.language);
                format!("{}\n", json!({ "problem": problem }))
            }
        }
    }
}
