//! `Browser`: a real Chromium, driven the way a person does it: things are found by their role and name, in
//! the language that is on. Nothing sleeps: a page says on `<html data-ready>` that it has loaded.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

use fantoccini::elements::Element;
use fantoccini::key::Key;
use fantoccini::{Client, ClientBuilder, Locator};
use serde_json::{Value, json};

mod axe;
mod devtools;
pub(crate) mod failure;
mod files;
mod hands;
mod marks;
mod places;
mod print;

use super::database::missing;
use super::patience::until;

const FIND: &str = include_str!("../browser/find.js");

/// Holds the driver, and everything it starts, in a process group that ends when the pipe from this process
/// does, however this process ends. Argument: the driver.
const KEEPER: &str = r#"
trap '' INT TERM HUP
TZ=America/New_York "$1" --port=0 &
cat >/dev/null
kill -TERM 0
sleep 1
kill -KILL 0
"#;

/// More things to stop at than any page has before what a walk looks for.
const MOST_TABS: usize = 80;

/// A running chromedriver.
struct Driver {
    url: String,
    /// Holds the pipe whose end stops it.
    _keeper: Child,
}

/// The driver of this test run; `None` where the browser is not installed. Its clock hangs in New York: the
/// pages must not look at it.
fn driver() -> Option<&'static Driver> {
    static DRIVER: OnceLock<Option<Driver>> = OnceLock::new();
    DRIVER
        .get_or_init(|| {
            let installed = |path: &&str| Path::new(path).exists();
            let program = ["/usr/bin/chromedriver"].into_iter().find(installed)?;
            let mut keeper = Command::new("sh")
                .args(["-c", KEEPER, "keeper", program])
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .stderr(Stdio::null())
                .process_group(0)
                .spawn()
                .expect("a shell");
            let mut lines = BufReader::new(keeper.stdout.take().expect("its words")).lines();
            let port = lines
                .by_ref()
                .map_while(Result::ok)
                .find_map(|line| {
                    line.split("successfully on port ")
                        .nth(1)
                        .map(str::to_owned)
                })
                .expect("the driver says its port");
            std::thread::spawn(move || lines.map_while(Result::ok).for_each(drop));
            let port = port.trim_end_matches('.');
            Some(Driver {
                url: format!("http://127.0.0.1:{port}"),
                _keeper: keeper,
            })
        })
        .as_ref()
}

/// At what the browser looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Window {
    /// 390 × 844, a thumb.
    Phone,
    /// 1440 × 900, a mouse.
    Desk,
}

/// In which colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Colours {
    /// By day.
    Light,
    /// By night.
    Dark,
}

/// How a browser is opened.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Look {
    pub(crate) window: Window,
    pub(crate) language: &'static str,
    pub(crate) colours: Colours,
}

/// Both windows, both languages, light and dark, in two looks.
pub(crate) const LOOKS: [Look; 2] = [
    Look {
        window: Window::Phone,
        language: "zh-CN",
        colours: Colours::Light,
    },
    Look {
        window: Window::Desk,
        language: "en",
        colours: Colours::Dark,
    },
];

/// A browser with one page open.
pub(crate) struct Browser {
    client: Client,
    base: String,
    look: Look,
    words: BTreeMap<String, String>,
    story: String,
    shots: std::cell::Cell<usize>,
    /// Folders of the files the page was given.
    given: std::cell::RefCell<Vec<tempfile::TempDir>>,
}

impl Browser {
    /// Opens a browser that looks at a server; `None` where there is none and none is needed.
    pub(crate) async fn open(base: String, look: Look, story: &str) -> Option<Self> {
        let Some(driver) = driver() else {
            missing("Chromium (Debian packages `chromium` and `chromium-driver`)");
            return None;
        };
        let connector = hyper_util::client::legacy::connect::HttpConnector::new();
        let mut builder = ClientBuilder::new(connector);
        let Value::Object(capabilities) = capabilities(look) else {
            return None;
        };
        builder.capabilities(capabilities.into_iter().collect());
        let client = builder.connect(&driver.url).await.expect("a browser");
        let session = client.session_id().await.expect("a session");
        failure::remember(story, &session.expect("open"), &client);
        if look.window == Window::Desk {
            client.set_window_size(1440, 900).await.expect("a window");
        }
        Some(Self {
            client,
            base,
            look,
            words: words(look.language),
            story: story.to_owned(),
            shots: std::cell::Cell::new(0),
            given: std::cell::RefCell::default(),
        })
    }

    /// What the pages say in the language that is on: `{name}` is filled in, `{n|one|many}` agrees.
    #[track_caller]
    pub(crate) fn says(&self, key: &str, values: &[(&str, &str)]) -> String {
        let mut text = self.words.get(key).expect(key).clone();
        for (name, value) in values {
            text = text.replace(&format!("{{{name}}}"), value);
            while let Some((before, rest)) = text.split_once(&format!("{{{name}|")) {
                let (forms, after) = rest.split_once('}').expect("its end");
                let (one, many) = forms.split_once('|').expect("two forms");
                let form = if *value == "1" { one } else { many };
                text = format!("{before}{form}{after}");
            }
        }
        assert!(!text.contains('{'), "{key} has more to fill in: {text}");
        text
    }

    /// Goes to a page and waits until it has loaded.
    pub(crate) async fn visit(&self, path: &str) {
        let url = format!("{}{path}", self.base);
        self.client.goto(&url).await.expect("a page");
        self.settled().await;
    }

    /// Waits until nothing is being loaded any more.
    pub(crate) async fn settled(&self) {
        let ready = "return document.documentElement.dataset.ready === location.pathname";
        until("a page that has loaded", || async {
            let ready = self.client.execute(ready, Vec::new()).await.ok()?;
            (ready == json!(true)).then_some(())
        })
        .await;
    }

    /// The thing with this name, as soon as it is there.
    pub(crate) async fn find(&self, roles: &str, name: &str) -> Element {
        let what = format!("{roles} “{name}” in {}", self.story);
        until(&what, || async {
            let arguments = vec![json!(roles), json!(name), json!(false)];
            let found = self.client.execute(FIND, arguments).await.ok()?;
            element(&self.client, &found)
        })
        .await
    }

    /// Whether there is such a thing now.
    pub(crate) async fn has(&self, roles: &str, name: &str) -> bool {
        let arguments = vec![json!(roles), json!(name), json!(false)];
        let found = self.client.execute(FIND, arguments).await;
        !found.expect("an answer").is_null()
    }

    /// Presses a button or follows a link: with a thumb on a phone, a mouse at a desk.
    pub(crate) async fn press(&self, name: &str) {
        let what = format!("to press “{name}” in {}", self.story);
        until(&what, || async {
            // What moves away under the finger is looked for and pressed again.
            let found = self.find("button link", name).await;
            self.try_press(&found).await
        })
        .await;
        self.settled().await;
    }

    /// Presses the first button inside of what has this name.
    pub(crate) async fn press_inside(&self, name: &str) {
        let what = format!("to press inside “{name}” in {}", self.story);
        until(&what, || async {
            let around = self.find("any", name).await;
            let button = around.find(Locator::Css("button")).await.ok()?;
            self.try_press(&button).await
        })
        .await;
        self.settled().await;
    }

    /// Goes to a button by the Tab key alone, and presses it with Enter.
    pub(crate) async fn tab_to(&self, name: &str) {
        let button = self.find("button", name).await;
        let there = "return document.activeElement === arguments[0]";
        self.tab_until(name, there, handle(&button)).await;
    }

    /// Goes to a link by the Tab key alone, and follows it with Enter.
    pub(crate) async fn tab_to_link(&self, name: &str) {
        let link = self.find("link", name).await;
        let there = "return document.activeElement === arguments[0]";
        self.tab_until(name, there, handle(&link)).await;
    }

    /// Presses Tab until the page says that what was meant has the focus, then Enter.
    async fn tab_until(&self, name: &str, question: &str, about: Value) {
        let asked = format!(
            "return [document.activeElement, (function () {{ {question} }}).apply(null, arguments)]"
        );
        for _ in 0..MOST_TABS {
            let answer = self.client.execute(&asked, vec![about.clone()]).await;
            let answer = answer.expect("a focus");
            let focused = element(&self.client, &answer[0]).expect("a focus");
            let is_there = answer[1] == json!(true);
            let key = if is_there { Key::Enter } else { Key::Tab };
            // What is drawn anew just now is pressed again in the next round.
            let typed = focused.send_keys(&char::from(key).to_string()).await;
            if is_there && typed.is_ok() {
                return self.settled().await;
            }
        }
        panic!("“{name}” cannot be reached by keyboard in {}", self.story);
    }

    /// `None` if it could not be pressed where it is now.
    async fn try_press(&self, element: &Element) -> Option<()> {
        let into_view = "arguments[0].scrollIntoView({ block: 'center' })";
        let arguments = vec![handle(element)];
        self.client.execute(into_view, arguments).await.ok()?;
        element.click().await.ok()
    }

    /// The same for what a key of the language files names.
    pub(crate) async fn press_key(&self, key: &str) {
        self.press(&self.says(key, &[])).await;
    }

    /// Fills a field in.
    pub(crate) async fn fill(&self, label: &str, text: &str) {
        let field = self.find("field", label).await;
        field.clear().await.expect("an empty field");
        field.send_keys(text).await.expect("a filled field");
    }

    /// Sets a field whose value is not typed letter by letter: a date, a choice.
    pub(crate) async fn set(&self, label: &str, value: &str) {
        let field = self.find("field", label).await;
        let set = "const [field, value] = arguments; \
                   const proto = Object.getPrototypeOf(field); \
                   Object.getOwnPropertyDescriptor(proto, 'value').set.call(field, value); \
                   field.dispatchEvent(new Event('input', { bubbles: true })); \
                   field.dispatchEvent(new Event('change', { bubbles: true }));";
        self.client
            .execute(set, vec![handle(&field), json!(value)])
            .await
            .expect("a field that is set");
        self.settled().await;
    }

    /// Waits until the page says this.
    pub(crate) async fn sees(&self, text: &str) {
        let what = format!("“{text}” in {}", self.story);
        let shown = "return document.body.innerText.replace(/\\s+/g, ' ').includes(arguments[0])";
        until(&what, || async {
            let shown = self.client.execute(shown, vec![json!(text)]).await.ok()?;
            (shown == json!(true)).then_some(())
        })
        .await;
    }

    /// The path of the page.
    pub(crate) async fn path(&self) -> String {
        self.client
            .current_url()
            .await
            .expect("an address")
            .path()
            .to_owned()
    }

    /// Keeps a picture of what is seen, in these colours.
    async fn picture(&self, colours: Colours) {
        let count = self.shots.get() + 1;
        self.shots.set(count);
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/screens");
        std::fs::create_dir_all(&folder).expect("a folder");
        let look = format!(
            "{:?}-{}-{:?}",
            self.look.window, self.look.language, colours
        );
        let name = format!("{}-{count:02}-{}.png", self.story, look.to_lowercase());
        let picture = self.client.screenshot().await.expect("a picture");
        std::fs::write(folder.join(name), picture).expect("a file");
    }

    /// Ends the browser; fails if the pages complained meanwhile.
    pub(crate) async fn close(self) {
        let complaints = self.complaints().await;
        self.client.clone().close().await.ok();
        assert!(complaints.is_empty(), "{}: {complaints:#?}", self.story);
    }

    /// What the browser's console says went wrong. An answer of 4xx is a page's to handle, and none of these.
    async fn complaints(&self) -> Vec<String> {
        let driver = driver().expect("it runs");
        let session = self.client.session_id().await.expect("a session");
        let url = format!("{}/session/{}/se/log", driver.url, session.expect("open"));
        let answer = reqwest::Client::new()
            .post(url)
            .json(&json!({ "type": "browser" }))
            .send()
            .await
            .expect("a log");
        let log: Value = serde_json::from_str(&answer.text().await.expect("text")).expect("JSON");
        let entries = log["value"].as_array().cloned().unwrap_or_default();
        let is_bad = |entry: &&Value| {
            let message = entry["message"].as_str().unwrap_or_default();
            let refused = message.contains("the server responded with a status of 4");
            entry["level"] == "SEVERE" && !refused
        };
        entries
            .iter()
            .filter(is_bad)
            .map(ToString::to_string)
            .collect()
    }
}

/// The name under which `WebDriver` hands an element to a script and back (W3C `WebDriver`, section 12.2).
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

fn element(client: &Client, found: &Value) -> Option<Element> {
    let id = found[ELEMENT].as_str()?.to_owned();
    Some(Element::from_element_id(client.clone(), id.into()))
}

fn handle(element: &Element) -> Value {
    json!({ ELEMENT: element.element_id().to_string() })
}

fn capabilities(look: Look) -> Value {
    let scheme = match look.colours {
        Colours::Light => 1,
        Colours::Dark => 0,
    };
    let arguments = [
        "--headless=new".to_owned(),
        "--no-sandbox".to_owned(),
        "--disable-gpu".to_owned(),
        "--disable-quic".to_owned(),
        "--no-first-run".to_owned(),
        "--disable-dev-shm-usage".to_owned(),
        "--disable-background-networking".to_owned(),
        "--disable-component-update".to_owned(),
        "--disable-sync".to_owned(),
        "--hide-scrollbars".to_owned(),
        format!("--blink-settings=preferredColorScheme={scheme}"),
        format!("--accept-lang={}", look.language),
    ];
    let mut options = json!({
        "args": arguments,
        "prefs": { "intl.accept_languages": look.language },
    });
    if look.window == Window::Phone {
        let phone = json!({ "width": 390, "height": 844, "pixelRatio": 1.0, "touch": true, "mobile": true });
        options["mobileEmulation"] = json!({ "deviceMetrics": phone });
    }
    json!({
        "browserName": "chrome",
        "goog:chromeOptions": options,
        "goog:loggingPrefs": { "browser": "ALL" },
    })
}

/// Every text of a language, by its key: those of the first pages, and the others'.
fn words(language: &str) -> BTreeMap<String, String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("static/i18n");
    let mut all = BTreeMap::new();
    for part in ["", "-more"] {
        let file = folder.join(format!("{language}{part}.json"));
        let text = std::fs::read_to_string(file).expect("a language");
        let words: BTreeMap<String, String> = serde_json::from_str(&text).expect("keys and texts");
        all.extend(words);
    }
    all
}
