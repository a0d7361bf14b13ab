//! Files: as a person gives them to a page, and as a page gives them to a person.

use std::path::Path;

use fantoccini::Locator;
use fantoccini::elements::Element;
use serde_json::json;

use super::Browser;
use crate::support::patience::until;

impl Browser {
    /// Gives a file to the page's one field that takes some.
    pub(crate) async fn give(&self, name: &str, bytes: &[u8]) {
        let field = self
            .client
            .wait()
            .for_element(Locator::Css("input[type=file]"));
        let field = field.await.expect("a field for files");
        self.put(&field, name, bytes).await;
    }

    /// Gives a file to the field with this label.
    pub(crate) async fn give_to(&self, label: &str, name: &str, bytes: &[u8]) {
        let field = self.find("field", label).await;
        self.put(&field, name, bytes).await;
    }

    async fn put(&self, field: &Element, name: &str, bytes: &[u8]) {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).expect("a file");
        let path = path.to_str().expect("text");
        field.send_keys(path).await.expect("a file that is taken");
        // A page may read it again later.
        self.given.borrow_mut().push(folder);
        self.settled().await;
    }

    /// Keeps what the page gives to keep in this folder.
    pub(crate) async fn keep_files_in(&self, folder: &Path) {
        let wanted = json!({ "behavior": "allow", "downloadPath": folder });
        self.devtools("Browser.setDownloadBehavior", wanted).await;
    }

    /// The file with this ending that was kept, as soon as it is there as a whole.
    pub(crate) async fn kept_like(&self, folder: &Path, ending: &str) -> Vec<u8> {
        let what = format!("a file .{ending} in {}", self.story);
        until(&what, || async {
            let files = std::fs::read_dir(folder).ok()?;
            let mut paths = files.flatten().map(|file| file.path());
            let path = paths.find(|path| path.extension().is_some_and(|found| found == ending))?;
            let bytes = std::fs::read(path).ok()?;
            (!bytes.is_empty()).then_some(bytes)
        })
        .await
    }
}
