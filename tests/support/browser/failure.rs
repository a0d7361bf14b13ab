//! What was on the screen when a walk failed: a picture beside the others.

use std::collections::BTreeMap;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use fantoccini::Client;
use serde_json::Value;

use super::driver;
use crate::support::patience;

/// The browser of each walk, with the driver's name of it: a browser that nobody holds is closed at once.
static OPEN: Mutex<BTreeMap<String, (String, Client)>> = Mutex::new(BTreeMap::new());

pub(super) fn remember(story: &str, session: &str, client: &Client) {
    let mut open = OPEN.lock().unwrap_or_else(PoisonError::into_inner);
    open.insert(story.to_owned(), (session.to_owned(), client.clone()));
}

/// Runs a walk; when it fails, keeps a picture of what it saw last.
pub(crate) fn seen(story: &str, walk: impl Future<Output = ()>) {
    let walked = catch_unwind(AssertUnwindSafe(|| patience::run(walk)));
    if let Err(failed) = walked {
        patience::run(picture(story));
        resume_unwind(failed);
    }
}

/// Whatever goes wrong here is less than what went wrong before.
async fn picture(story: &str) -> Option<()> {
    let session = OPEN.lock().ok()?.get(story)?.0.clone();
    let url = format!("{}/session/{session}/screenshot", driver()?.url);
    let answer = reqwest::get(url).await.ok()?.text().await.ok()?;
    let answer: Value = serde_json::from_str(&answer).ok()?;
    let picture = data_encoding::BASE64.decode(answer["value"].as_str()?.as_bytes());
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/screens");
    std::fs::write(folder.join(format!("{story}-failed.png")), picture.ok()?).ok()
}
