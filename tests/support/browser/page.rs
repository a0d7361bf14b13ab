//! `Page`: what a person sees and does. Things are found by their role and name, as the browser tells them
//! to a screen reader, and the names are keys of static/i18n. Not here: what a page should do.

use std::cell::{Cell, RefCell};
use std::path::{Path, PathBuf};

use fantoccini::actions::{
    InputSource, MOUSE_BUTTON_LEFT, MouseActions, PointerAction, TouchActions,
};
use fantoccini::elements::{Element, ElementRef};
use fantoccini::key::Key;
use fantoccini::{Client, Locator};
use serde_json::{Value, json};

use super::words::Words;
use super::{Device, Look, axe, console, devtools};
use crate::support::make::Person;
use crate::support::patience::until;

const FIND: &str = include_str!("find.js");
const READ: &str = include_str!("read.js");
const REACH: &str = include_str!("reach.js");
const SETTLED: &str = include_str!("settled.js");
/// The key under which `WebDriver` hands over an element.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// What kind of thing is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// Whatever does something when pressed.
    Pressable,
    /// Whatever can be filled in.
    Field,
    Heading,
    Dialog,
    Group,
    /// A part of the page with a name of its own.
    Region,
}

impl Role {
    fn names(self) -> &'static [&'static str] {
        match self {
            Self::Pressable => &[
                "button", "link", "checkbox", "radio", "switch", "tab", "option", "menuitem",
            ],
            Self::Field => &[
                "textbox",
                "searchbox",
                "combobox",
                "spinbutton",
                "Date",
                "checkbox",
                "listbox",
            ],
            Self::Heading => &["heading"],
            Self::Dialog => &["dialog"],
            Self::Group => &["group", "radiogroup"],
            Self::Region => &[
                "region",
                "navigation",
                "complementary",
                "document",
                "form",
                "list",
                "table",
                "grid",
            ],
        }
    }
}

/// An open page.
pub(crate) struct Page {
    pub(crate) look: Look,
    client: Client,
    base: String,
    words: Words,
    /// Where its pictures go.
    pictures: PathBuf,
    taken: Cell<u32>,
    /// Parts of lines the console may be told: what a test provokes.
    expected: RefCell<Vec<String>>,
}

impl Page {
    pub(super) async fn new(client: Client, walk: &str, look: Look, base: String) -> Self {
        let device = match look.device {
            Device::Phone => "phone",
            Device::Desk => "desk",
        };
        let pictures = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("tests/screens")
            .join(walk)
            .join(format!("{device}-{}", look.language.as_str()));
        if pictures.exists() {
            std::fs::remove_dir_all(&pictures).expect("old pictures go");
        }
        std::fs::create_dir_all(&pictures).expect("a folder for pictures");
        let page = Self {
            look,
            client,
            base,
            words: Words::of(look.language),
            pictures,
            taken: Cell::new(0),
            expected: RefCell::default(),
        };
        page.lit("light").await;
        page
    }

    /// The words of a key.
    #[track_caller]
    pub(crate) fn say(&self, key: &str) -> String {
        self.words.say(key, &[])
    }

    /// The words of a key whose places are filled in.
    #[track_caller]
    pub(crate) fn say_with(&self, key: &str, places: &[(&str, &str)]) -> String {
        self.words.say(key, places)
    }

    /// One of two texts, for what is not on the pages but in the cluster.
    pub(crate) fn either<'a>(&self, zh: &'a str, en: &'a str) -> &'a str {
        self.look.language.pick(zh, en)
    }

    /// What a listing of the town is called ([`crate::support::make`]).
    pub(crate) fn called(&self, code: &str) -> String {
        let (zh, en) = (format!("{code}景"), format!("Set {code}"));
        self.either(&zh, &en).to_owned()
    }

    /// The browser has this member's session from now on.
    pub(crate) async fn is(&self, app: &crate::support::app::TestApp, who: &Person) {
        let cookie = crate::support::make::session_cookie(app, who).await;
        let (name, value) = cookie.split_once('=').expect("a pair");
        let cookie = json!({ "url": self.base, "name": name, "value": value, "httpOnly": true });
        let set = devtools(&self.client, "Network.setCookie", cookie).await;
        set.expect("a cookie is set");
    }

    /// Opens an address of ours, as by typing it in.
    pub(crate) async fn open(&self, path: &str) {
        self.open_plain(path).await;
        self.settled().await;
    }

    /// The same for what is not one of the app's pages.
    pub(crate) async fn open_plain(&self, path: &str) {
        let gone = self.client.goto(&format!("{}{path}", self.base)).await;
        gone.expect("an address opens");
    }

    /// Waits until the page waits for nothing.
    pub(crate) async fn settled(&self) {
        until("a page that waits for nothing", || async {
            // A page that is just left takes the question with it.
            self.client.execute_async(SETTLED, vec![]).await.ok()
        })
        .await;
    }

    /// Where it is, without the query.
    pub(crate) async fn path(&self) -> String {
        let url = self.client.current_url().await.expect("an address");
        url.path().to_owned()
    }

    /// Waits until it is somewhere.
    pub(crate) async fn arrives(&self, path: &str) {
        until(&format!("arriving at {path}"), || async {
            self.path().await.starts_with(path).then_some(())
        })
        .await;
        self.settled().await;
    }

    /// Presses what has these words: with a mouse at the desk, with a thumb on a phone.
    pub(crate) async fn press(&self, key: &str) {
        self.press_named(&self.say(key)).await;
    }

    /// Presses what has this name.
    pub(crate) async fn press_named(&self, name: &str) {
        self.touch(&self.find(Role::Pressable, name, false).await)
            .await;
    }

    /// Presses the first thing that has this in its name.
    pub(crate) async fn press_with(&self, part: &str) {
        self.touch(&self.find(Role::Pressable, part, true).await)
            .await;
    }

    /// Presses the first thing inside something.
    pub(crate) async fn press_first_in(&self, role: Role, key: &str) {
        let around = self.find(role, &self.say(key), false).await;
        let button = around.find(Locator::Css("button, a[href]")).await;
        self.touch(&button.expect("something to press")).await;
    }

    /// Fills in a field, as by typing.
    pub(crate) async fn fill(&self, key: &str, text: &str) {
        let field = self.find(Role::Field, &self.say(key), false).await;
        field.clear().await.expect("a field is emptied");
        field.send_keys(text).await.expect("a field takes keys");
        self.settled().await;
    }

    /// Chooses from a list by the value behind it.
    pub(crate) async fn choose(&self, name: &str, value: &str) {
        let field = self.find(Role::Field, name, false).await;
        let chosen = field.select_by_value(value).await;
        chosen.expect("a list has what is chosen");
        self.settled().await;
    }

    /// Sets a date: pickers are the browser's own, so the day is put in as they would.
    pub(crate) async fn set_day(&self, name: &str, day: &str) {
        let field = self.find(Role::Field, name, false).await;
        let put = "const [field, day] = arguments; \
            Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(field, day); \
            for (const told of ['input', 'change']) field.dispatchEvent(new Event(told, { bubbles: true }));";
        let done = self.client.execute(put, vec![json!(field), json!(day)]);
        done.await.expect("a day is put in");
        self.settled().await;
    }

    /// Presses a key where the focus is.
    pub(crate) async fn key(&self, key: Key) {
        self.keys(&String::from(char::from(key))).await;
    }

    /// Types where the focus is.
    pub(crate) async fn keys(&self, text: &str) {
        let focused = self.client.active_element().await.expect("a focus");
        focused.send_keys(text).await.expect("it takes keys");
        self.settled().await;
    }

    /// Sees something with this role and words.
    pub(crate) async fn sees(&self, role: Role, key: &str) -> Element {
        self.find(role, &self.say(key), false).await
    }

    /// Sees something with this role and a name of its own.
    pub(crate) async fn sees_named(&self, role: Role, part: &str) -> Element {
        self.find(role, part, true).await
    }

    /// Reads this somewhere on the page.
    pub(crate) async fn reads(&self, text: &str) {
        let read = self.ask_patiently(READ, vec![json!(text)]).await;
        if read != json!(true) {
            self.picture("unread").await;
            panic!("{:?}: \"{text}\" is not to be read in: {read}", self.look)
        }
    }

    /// All words inside a thing, those of a letter's shadow tree too.
    pub(crate) async fn words_in(&self, thing: &Element) -> String {
        let read = "const [thing] = arguments; return (thing.shadowRoot ?? thing).textContent;";
        let text = self.client.execute(read, vec![json!(thing)]).await;
        text.expect("words").as_str().unwrap_or_default().to_owned()
    }

    /// What the page would answer to a script; for what no person sees.
    pub(crate) async fn ask(&self, script: &str) -> Value {
        self.client
            .execute(script, vec![])
            .await
            .expect("an answer")
    }

    /// Lets the console be told of something the test provokes, by a part of the line.
    pub(crate) fn expects(&self, part: &str) {
        self.expected.borrow_mut().push(part.to_owned());
    }

    /// Takes a picture, and makes sure that everyone can use what is on it, in the light and in the dark.
    pub(crate) async fn look_at(&self, step: &str) {
        self.settled_or_plain().await;
        self.stays_within_the_house().await;
        let number = self.taken.get() + 1;
        self.taken.set(number);
        let mut faults = Vec::new();
        for (light, rules) in [
            ("light", axe::all_rules()),
            ("dark", axe::rules_of_colour()),
        ] {
            self.lit(light).await;
            self.picture(&format!("{number:02}-{step}-{light}")).await;
            let found = axe::faults(&self.client, rules).await;
            faults.extend(found.iter().map(|fault| format!("{light}: {fault}")));
        }
        self.lit("light").await;
        let (look, path) = (self.look, self.path().await);
        assert!(
            faults.is_empty(),
            "not everyone can use \"{step}\" ({path}, {look:?}):\n{}",
            faults.join("\n")
        );
    }

    /// The end of a walk: nothing went wrong on the way that no person saw.
    pub(crate) async fn leave(self) {
        let lines = console(&self.client).await;
        let expected = self.expected.borrow();
        let is_bad = |line: &&Value| line["level"] == "SEVERE";
        let is_expected = |text: &str| {
            // Who is not signed in asks who it is, and is told so.
            (text.contains("/api/v1/me ") && text.contains("401"))
                || expected.iter().any(|part| text.contains(part.as_str()))
        };
        let bad: Vec<&str> = lines
            .iter()
            .filter(is_bad)
            .filter_map(|line| line["message"].as_str())
            .filter(|text| !is_expected(text))
            .collect();
        assert!(
            bad.is_empty(),
            "the console was told ({:?}):\n{}",
            self.look,
            bad.join("\n")
        );
    }

    async fn settled_or_plain(&self) {
        if !self.path().await.starts_with("/api/") {
            self.settled().await;
        }
    }

    /// No file comes from anywhere else.
    async fn stays_within_the_house(&self) {
        let outside = "return performance.getEntriesByType('resource').map((one) => one.name) \
            .filter((name) => !name.startsWith(location.origin) && !name.startsWith('data:') \
            && !name.startsWith('blob:'))";
        assert_eq!(self.ask(outside).await, json!([]), "asked of other servers");
    }

    async fn lit(&self, scheme: &str) {
        let settings = json!({ "features": [
            { "name": "prefers-color-scheme", "value": scheme },
            { "name": "prefers-reduced-motion", "value": "reduce" },
        ] });
        let set = devtools(&self.client, "Emulation.setEmulatedMedia", settings).await;
        set.expect("Chromium takes its settings");
    }

    async fn picture(&self, name: &str) {
        let picture = self.client.screenshot().await.expect("a picture");
        let file = self.pictures.join(format!("{name}.png"));
        std::fs::write(file, picture).expect("a picture is kept");
    }

    async fn find(&self, role: Role, name: &str, in_part: bool) -> Element {
        let wishes = vec![json!(role.names()), json!(name), json!(in_part)];
        let found = self.ask_patiently(FIND, wishes).await;
        if let Some(id) = found["element"][ELEMENT].as_str() {
            return Element::from_element_id(self.client.clone(), ElementRef::from(id.to_owned()));
        }
        self.picture("lost").await;
        let path = self.path().await;
        let there = found["there"].as_array().cloned().unwrap_or_default();
        let there: Vec<&str> = there.iter().filter_map(Value::as_str).collect();
        panic!(
            "{path} ({:?}): no single {role:?} \"{name}\" but {}; there are:\n{}",
            self.look,
            found["count"],
            there.join("\n")
        );
    }

    /// A question that waits for its answer. A page that is just left takes it along: then the next is asked.
    async fn ask_patiently(&self, script: &str, arguments: Vec<Value>) -> Value {
        for _ in 0..3 {
            let asked = self.client.execute_async(script, arguments.clone()).await;
            if let Ok(answer) = asked {
                return answer;
            }
        }
        Value::Null
    }

    /// One press at the middle of a thing, which nothing may lie over.
    async fn touch(&self, thing: &Element) {
        let place = self.client.execute_async(REACH, vec![json!(thing)]).await;
        let place = place.expect("a place");
        let (Some(x), Some(y)) = (place["x"].as_f64(), place["y"].as_f64()) else {
            self.picture("covered").await;
            panic!("{:?}: it cannot be pressed: {place}", self.look)
        };
        let duration = None;
        let (there, down, up) = (
            PointerAction::MoveTo { duration, x, y },
            PointerAction::Down {
                button: MOUSE_BUTTON_LEFT,
            },
            PointerAction::Up {
                button: MOUSE_BUTTON_LEFT,
            },
        );
        let pressed = match self.look.device {
            Device::Phone => {
                let thumb = TouchActions::new("thumb".into());
                let pressed = thumb.then(there).then(down).then(up);
                self.client.perform_actions(pressed).await
            }
            Device::Desk => {
                let mouse = MouseActions::new("mouse".into());
                let pressed = mouse.then(there).then(down).then(up);
                self.client.perform_actions(pressed).await
            }
        };
        pressed.expect("it is pressed");
        if !self.path().await.starts_with("/api/") {
            self.settled().await;
        }
    }
}
