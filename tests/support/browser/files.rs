//! Files as a person gives them to a page.

use fantoccini::Locator;

use super::Browser;

impl Browser {
    /// Gives a file to the page's one field that takes some.
    pub(crate) async fn give(&self, name: &str, bytes: &[u8]) {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).expect("a file");
        let field = self
            .client
            .wait()
            .for_element(Locator::Css("input[type=file]"));
        let field = field.await.expect("a field for files");
        let path = path.to_str().expect("text");
        field.send_keys(path).await.expect("a file that is taken");
        self.settled().await;
    }
}
