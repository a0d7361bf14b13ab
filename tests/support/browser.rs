//! `Browser`: a real Chromium in which pages are opened, at two widths and in two languages. What a person
//! does on a page is in [`page`]; who is in the cluster behind it in [`super::make`].

mod axe;
mod driver;
mod page;
mod words;

use backlot::clock::Clock;
use backlot::domain::people::Language;
use fantoccini::error::CmdError;
use fantoccini::wd::WebDriverCompatibleCommand;
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use reqwest::{Method, Url};
use serde_json::{Value, json};

use super::app::{TestApp, monday_morning};
use super::database::{Database, Engine, missing};
use super::make::Town;
use super::patience;
pub(crate) use page::{Page, Role};

/// What the page is shown on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Device {
    /// A hand's width, under a thumb. Its owner's clock is on Los Angeles time: the pages must not care.
    Phone,
    /// A screen with a mouse.
    Desk,
}

/// One way to look at the pages. Light and dark are both looked at on the way.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Look {
    pub(crate) device: Device,
    pub(crate) language: Language,
}

const EVERY_LOOK: [Look; 4] = [
    Look {
        device: Device::Phone,
        language: Language::Zh,
    },
    Look {
        device: Device::Phone,
        language: Language::En,
    },
    Look {
        device: Device::Desk,
        language: Language::Zh,
    },
    Look {
        device: Device::Desk,
        language: Language::En,
    },
];

/// A cluster in which everyone reads the language of the look.
pub(crate) struct Stage {
    pub(crate) app: TestApp,
    pub(crate) town: Town,
}

impl Stage {
    async fn set(language: Language) -> Self {
        let database = Database::fresh(Engine::Sqlite).expect("SQLite is always there");
        let clock = Clock::fixed(monday_morning());
        let app = TestApp::with(database, clock, |config| config.demo = true).await;
        let town = Town::settle(&app).await;
        let everyone = [
            &town.crew,
            &town.rival,
            &town.owner,
            &town.manager,
            &town.viewer,
        ];
        for person in everyone {
            person.reads(language.as_str()).await;
        }
        Self { app, town }
    }
}

/// Walks the same steps in every look, each in a cluster of its own. `name` is the folder of its pictures.
pub(crate) fn walk(name: &str, steps: impl AsyncFn(&Page, &Stage)) {
    patience::run(async {
        let Some(browser) = Browser::open().await else {
            return;
        };
        for look in EVERY_LOOK {
            let stage = Stage::set(look.language).await;
            let page = browser.page(name, look, stage.app.url("")).await;
            steps(&page, &stage).await;
            page.leave().await;
            assert_eq!(stage.app.broken_promises().await, Vec::<String>::new());
        }
        browser.close().await;
    });
}

/// A Chromium with a fresh profile.
pub(crate) struct Browser(Client);

impl Browser {
    /// Opens one; `None` where Chromium is missing and may be.
    pub(crate) async fn open() -> Option<Self> {
        let Some(driver) = driver::driver() else {
            missing("Chromium and its driver (Debian packages `chromium` and `chromium-driver`)");
            return None;
        };
        let wishes = json!({
            "goog:loggingPrefs": { "browser": "ALL" },
            "goog:chromeOptions": { "args": [
                "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                "--disable-background-networking", "--disable-component-update", "--disable-sync",
                // Gives each element `computedRole` and `computedName`: what a screen reader is told.
                "--enable-blink-features=ComputedAccessibilityInfo",
            ] },
        });
        let Value::Object(wishes) = wishes else {
            return None;
        };
        let mut builder = ClientBuilder::new(HttpConnector::new());
        let session = builder.capabilities(wishes).connect(&driver.url).await;
        Some(Self(session.expect("a session with Chromium")))
    }

    /// A page nobody is signed in to, at the start of a walk.
    pub(crate) async fn page(&self, walk: &str, look: Look, base: String) -> Page {
        let (width, height) = match look.device {
            Device::Phone => (390, 844),
            Device::Desk => (1440, 900),
        };
        let is_phone = look.device == Device::Phone;
        let zone = if is_phone {
            "America/Los_Angeles"
        } else {
            "Asia/Shanghai"
        };
        let reader = format!("Backlot test {}", look.language.as_str());
        for (command, settings) in [
            ("Network.clearBrowserCookies", json!({})),
            (
                "Emulation.setDeviceMetricsOverride",
                json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": is_phone }),
            ),
            (
                "Emulation.setTouchEmulationEnabled",
                json!({ "enabled": is_phone, "maxTouchPoints": 1 }),
            ),
            (
                "Emulation.setTimezoneOverride",
                json!({ "timezoneId": zone }),
            ),
            (
                "Emulation.setUserAgentOverride",
                json!({ "userAgent": reader, "acceptLanguage": look.language.as_str() }),
            ),
        ] {
            let set = devtools(&self.0, command, settings).await;
            set.expect("Chromium takes its settings");
        }
        Page::new(self.0.clone(), walk, look, base).await
    }

    /// Ends it.
    pub(crate) async fn close(self) {
        self.0.close().await.expect("Chromium ends");
    }
}

/// A command that is not in the `WebDriver` standard: Chromium's own.
#[derive(Debug)]
struct Extra {
    path: &'static str,
    body: Value,
}

impl WebDriverCompatibleCommand for Extra {
    fn endpoint(
        &self,
        base_url: &Url,
        session_id: Option<&str>,
    ) -> Result<Url, <Url as std::str::FromStr>::Err> {
        let session = session_id.unwrap_or_default();
        base_url.join(&format!("session/{session}/{}", self.path))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        (Method::POST, Some(self.body.to_string()))
    }
}

/// Tells the browser what its developer tools could.
async fn devtools(client: &Client, command: &str, settings: Value) -> Result<Value, CmdError> {
    let body = json!({ "cmd": command, "params": settings });
    client
        .issue_cmd(Extra {
            path: "goog/cdp/execute",
            body,
        })
        .await
}

/// What the console has been told since it was last asked.
async fn console(client: &Client) -> Vec<Value> {
    let body = json!({ "type": "browser" });
    let said = client
        .issue_cmd(Extra {
            path: "se/log",
            body,
        })
        .await;
    let said = said.expect("the console's lines");
    said.as_array().cloned().unwrap_or_default()
}
