//! What only the browser's own tools can change: its colours while a page is open, and whether it has a network.

use serde_json::{Value, json};

use super::{Browser, Colours, driver, until};

impl Browser {
    /// Shows the page by day or by night from now on.
    pub(super) async fn colour(&self, colours: Colours) {
        let value = match colours {
            Colours::Light => "light",
            Colours::Dark => "dark",
        };
        let features = json!([{ "name": "prefers-color-scheme", "value": value }]);
        self.devtools(
            "Emulation.setEmulatedMedia",
            json!({ "features": features }),
        )
        .await;
        self.settled().await;
        // Colours glide from one to the other; only where they arrive is looked at.
        let arrive = "for (const one of document.getAnimations()) if (one instanceof CSSTransition) one.finish()";
        let arrived = self.client.execute(arrive, Vec::new()).await;
        arrived.expect("colours that have arrived");
    }

    /// Cuts the network, or gives it back.
    pub(crate) async fn cut_off(&self, offline: bool) {
        let network = json!({
            "offline": offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1,
        });
        self.devtools("Network.enable", json!({})).await;
        self.devtools("Network.emulateNetworkConditions", network)
            .await;
    }

    /// Forgets every file it has loaded and its worker, as if it had never been here.
    pub(crate) async fn forget_files(&self) {
        self.devtools("Network.clearBrowserCache", json!({})).await;
        let worker = json!({ "origin": self.base, "storageTypes": "service_workers" });
        self.devtools("Storage.clearDataForOrigin", worker).await;
    }

    /// Waits until the page's worker answers for it.
    pub(crate) async fn worker_watches(&self) {
        let watches = "return navigator.serviceWorker?.controller !== null";
        until("a worker that watches", || async {
            let answer = self.client.execute(watches, Vec::new()).await.ok()?;
            (answer == json!(true)).then_some(())
        })
        .await;
    }

    /// Makes sure that all complaints so far are about these, and that there are no others.
    pub(crate) async fn forgets_complaints_about(&self, expected: &[&str]) {
        let complaints = self.complaints().await;
        let others: Vec<_> = complaints
            .iter()
            .filter(|one| !expected.iter().any(|about| one.contains(about)))
            .collect();
        assert!(others.is_empty(), "{}: {others:#?}", self.story);
    }

    /// One command of the `DevTools` protocol.
    pub(crate) async fn devtools(&self, command: &str, parameters: Value) -> Value {
        let driver = driver().expect("it runs");
        let session = self.client.session_id().await.expect("a session");
        let session = session.expect("open");
        let url = format!("{}/session/{session}/goog/cdp/execute", driver.url);
        let body = json!({ "cmd": command, "params": parameters });
        let answer = reqwest::Client::new().post(url).json(&body).send().await;
        let answer = answer.expect("an answer").text().await.expect("text");
        let answer: Value = serde_json::from_str(&answer).expect("JSON");
        assert!(answer["value"]["error"].is_null(), "{command}: {answer}");
        answer["value"].clone()
    }
}
