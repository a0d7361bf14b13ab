//! Where the page is and what stands on it, for what has no name of its own: cells of a calendar, an address.

use fantoccini::elements::Element;

use super::{Browser, Window, handle};

impl Browser {
    /// Whether it is a phone's.
    pub(crate) fn is_phone(&self) -> bool {
        self.look.window == Window::Phone
    }

    /// The one in Chinese or the other in English, by the language that is on.
    pub(crate) fn either<'a>(&self, chinese: &'a str, english: &'a str) -> &'a str {
        if self.look.language == "zh-CN" {
            chinese
        } else {
            english
        }
    }

    /// What stands behind the path of the address.
    pub(crate) async fn query(&self) -> String {
        let address = self.client.current_url().await.expect("an address");
        address.query().unwrap_or_default().to_owned()
    }

    /// The browser's own back button.
    pub(crate) async fn back(&self) {
        self.client.back().await.expect("a page before");
        self.settled().await;
    }

    /// Goes somewhere and does not wait for a page of ours.
    pub(crate) async fn go_blindly(&self, path: &str) {
        let url = format!("{}{path}", self.base);
        self.client.goto(&url).await.expect("some page");
    }

    /// What is written in the first thing a selector finds.
    pub(crate) async fn text_at(&self, selector: &str) -> String {
        let found = self.mark(selector).await;
        found.text().await.expect("its text")
    }

    /// Where a link leads.
    pub(crate) async fn address_of(&self, name: &str) -> String {
        let link = self.find("link", name).await;
        let address = link.attr("href").await.expect("an answer");
        address.expect("an address")
    }

    /// Brings something into the middle of what is seen, as who wants to take hold of it would.
    pub(crate) async fn bring(&self, selector: &str) -> Element {
        let found = self.mark(selector).await;
        let into_view = "arguments[0].scrollIntoView({ block: 'center', behavior: 'instant' })";
        let arguments = vec![handle(&found)];
        let brought = self.client.execute(into_view, arguments).await;
        brought.expect("it is seen");
        found
    }

    /// Shows the page from its top.
    pub(crate) async fn scroll_up(&self) {
        let up = "scrollTo({ top: 0, behavior: 'instant' })";
        self.client.execute(up, Vec::new()).await.expect("the top");
    }
}
