//! What a page shows that has no name of its own: found by a selector, counted, asked about.

use fantoccini::Locator;
use fantoccini::elements::Element;
use serde_json::{Value, json};

use super::Browser;
use crate::support::patience::until;

impl Browser {
    /// What the town's listings are called in the language that is on.
    pub(crate) fn name_of(&self, code: &str) -> String {
        match self.look.language {
            "en" => format!("Set {code}"),
            _ => format!("{code}景"),
        }
    }

    /// The first thing of this kind, as soon as it is there.
    pub(crate) async fn mark(&self, selector: &str) -> Element {
        let what = format!("{selector} in {}", self.story);
        until(&what, || async {
            self.client.find(Locator::Css(selector)).await.ok()
        })
        .await
    }

    /// Waits until there are so many of this kind.
    pub(crate) async fn counts(&self, selector: &str, count: usize) {
        let what = format!("{count} × {selector} in {}", self.story);
        until(&what, || async {
            let found = self.client.find_all(Locator::Css(selector)).await.ok()?;
            (found.len() == count).then_some(())
        })
        .await;
    }

    /// Presses the first thing of this kind.
    pub(crate) async fn press_mark(&self, selector: &str) {
        let what = format!("to press {selector} in {}", self.story);
        until(&what, || async {
            let found = self.mark(selector).await;
            self.try_press(&found).await
        })
        .await;
        self.settled().await;
    }

    /// Goes by the Tab key alone to something of this kind, and presses it with Enter.
    pub(crate) async fn tab_to_mark(&self, selector: &str) {
        let there = "return document.activeElement.matches(arguments[0])";
        self.tab_until(selector, there, json!(selector)).await;
    }

    /// Presses a button of the first row that says this.
    pub(crate) async fn press_in_row(&self, row: &str, button: &str) {
        let script = "const [row, name] = arguments; \
            const rows = [...document.querySelectorAll('li, tr')].filter((one) => one.textContent.replace(/\\s+/g, ' ').includes(row)); \
            return rows.flatMap((one) => [...one.querySelectorAll('button')]) \
              .find((one) => (one.getAttribute('aria-label') ?? one.textContent).includes(name)) ?? null";
        let what = format!("“{button}” beside “{row}” in {}", self.story);
        until(&what, || async {
            let arguments = vec![json!(row), json!(button)];
            let found = self.client.execute(script, arguments).await.ok()?;
            let found = super::element(&self.client, &found)?;
            self.try_press(&found).await
        })
        .await;
        self.settled().await;
    }

    /// Ticks a box, or clears it.
    pub(crate) async fn tick(&self, label: &str) {
        let found = self.find("check", label).await;
        let pressed = self.try_press(&found).await;
        pressed.unwrap_or_else(|| panic!("“{label}” cannot be ticked in {}", self.story));
        self.settled().await;
    }

    /// What a script of one expression says of the page.
    pub(crate) async fn ask(&self, expression: &str) -> Value {
        let script = format!("return {expression}");
        let answer = self.client.execute(&script, Vec::new()).await;
        answer.unwrap_or_else(|failed| panic!("{expression}: {failed}"))
    }

    /// What a script says that calls back when it is done.
    pub(crate) async fn ask_at_leisure(&self, script: &str, about: Vec<Value>) -> Value {
        let answer = self.client.execute_async(script, about).await;
        answer.unwrap_or_else(|failed| panic!("{script}: {failed}"))
    }

    /// How wide the first thing of this kind is on the screen.
    pub(crate) async fn width_of(&self, selector: &str) -> f64 {
        self.mark(selector).await;
        let box_of =
            format!("document.querySelector(\"{selector}\").getBoundingClientRect().width");
        self.ask(&box_of).await.as_f64().expect("a width")
    }

    /// Drags one thing to another, and lets go some pixels right of its middle. What is drawn anew meanwhile is
    /// taken hold of again.
    pub(crate) async fn drag_marks(&self, (from, to): (&str, &str), right: f64) {
        let what = format!("to drag {from} in {}", self.story);
        until(&what, || async {
            let (from, to) = (self.mark(from).await, self.mark(to).await);
            self.try_drag(&from, &to, right).await.ok()
        })
        .await;
        self.settled().await;
    }

    /// Scrolls something by so many pixels to the right and down.
    pub(crate) async fn scroll(&self, selector: &str, (right, down): (f64, f64)) {
        let script = "document.querySelector(arguments[0]).scrollBy(arguments[1], arguments[2])";
        let arguments = vec![json!(selector), json!(right), json!(down)];
        let scrolled = self.client.execute(script, arguments).await;
        scrolled.expect("it scrolls");
        self.settled().await;
    }
}
