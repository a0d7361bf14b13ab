//! What hands do beside pressing: a mouse that drags, a thumb that rests and sweeps, keys without a field.

use std::time::Duration;

use fantoccini::actions::{
    InputSource, MOUSE_BUTTON_LEFT, MouseActions, PointerAction, TouchActions,
};
use fantoccini::elements::Element;
use fantoccini::error::CmdError;

use serde_json::json;

use super::{Browser, Window, until};

/// How long a thumb rests before it takes hold: longer than the pages ask for.
const REST: Duration = Duration::from_millis(600);
/// How long each stretch of a movement takes.
const STRETCH: Duration = Duration::from_millis(120);

impl Browser {
    /// Moves from the middle of one thing to the middle of another, held down: a mouse at a desk, a thumb that
    /// rests first on a phone.
    pub(crate) async fn drag(&self, from: &Element, to: &Element) {
        self.drag_beside(from, to, 0.0).await;
    }

    /// The same, and lets go some pixels right (or left, if negative) of the middle of the other.
    pub(crate) async fn drag_beside(&self, from: &Element, to: &Element, right: f64) {
        let moved = self.try_drag(from, to, right).await;
        moved.expect("a movement");
        self.settled().await;
    }

    /// The same, if both are still there.
    pub(super) async fn try_drag(
        &self,
        from: &Element,
        to: &Element,
        right: f64,
    ) -> Result<(), CmdError> {
        let at = |element: &Element, right: f64| PointerAction::MoveToElement {
            element: element.clone(),
            duration: Some(STRETCH),
            x: right,
            y: 0.0,
        };
        let button = MOUSE_BUTTON_LEFT;
        let rest = match self.look.window {
            Window::Phone => REST,
            Window::Desk => Duration::ZERO,
        };
        let steps = [
            at(from, 0.0),
            PointerAction::Down { button },
            PointerAction::Pause { duration: rest },
            // A movement is told by its first pixels.
            at(from, 6.0),
            at(to, right),
            PointerAction::Pause { duration: STRETCH },
            PointerAction::Up { button },
        ];
        match self.look.window {
            Window::Phone => {
                let thumb = TouchActions::new("thumb".to_owned());
                let thumb = steps.into_iter().fold(thumb, TouchActions::then);
                self.client.perform_actions(thumb).await
            }
            Window::Desk => {
                let mouse = MouseActions::new("mouse".to_owned());
                let mouse = steps.into_iter().fold(mouse, MouseActions::then);
                self.client.perform_actions(mouse).await
            }
        }
    }

    /// Types keys to whatever has the focus now.
    pub(crate) async fn keys(&self, keys: &str) {
        let focused = self.client.active_element().await.expect("a focus");
        focused.send_keys(keys).await.expect("it takes keys");
        self.settled().await;
    }

    /// Types keys to a field as soon as the page has given it the focus.
    pub(crate) async fn keys_into(&self, label: &str, keys: &str) {
        let what = format!("the focus in “{label}” in {}", self.story);
        until(&what, || async {
            let field = self.find("field", label).await;
            let question = "return document.activeElement === arguments[0]";
            let arguments = vec![super::handle(&field)];
            let has_it = self.client.execute(question, arguments).await.ok()?;
            (has_it == json!(true)).then_some(())
        })
        .await;
        self.keys(keys).await;
    }

    /// Puts the focus on something, as the Tab key would.
    pub(crate) async fn focus(&self, element: &Element) {
        let focus = "arguments[0].focus()";
        let arguments = vec![super::handle(element)];
        self.client
            .execute(focus, arguments)
            .await
            .expect("a focus");
    }
}
