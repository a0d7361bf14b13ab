//! The board's layout: pure, so its checks (`layout/checks.js`) run alone, in the browser it is made for.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::database::missing;

fn browser() -> Option<PathBuf> {
    let paths = std::env::var_os("PATH")?;
    std::env::split_paths(&paths)
        .map(|folder| folder.join("chromium"))
        .find(|file| file.exists())
}

#[test]
fn the_boards_layout_keeps_its_promises() {
    let Some(browser) = browser() else {
        return missing("Chromium (Debian package `chromium`)");
    };
    let project = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = tempfile::tempdir().expect("a folder");
    let page = folder.path().join("page.html");
    let parts = [
        ("static/js/board/layout.js", "layout.js"),
        ("tests/layout/checks.js", "checks.js"),
    ];
    for (from, to) in parts {
        std::fs::copy(project.join(from), folder.path().join(to)).expect(from);
    }
    let shell =
        "<!doctype html><body>nothing ran</body><script type=module src=checks.js></script>";
    std::fs::write(&page, shell).expect("a page");
    let ran = Command::new(browser)
        .args(["--headless", "--no-sandbox", "--disable-gpu"])
        .args(["--allow-file-access-from-files", "--dump-dom"])
        .arg(format!(
            "--user-data-dir={}",
            folder.path().join("profile").display()
        ))
        .arg(format!("file://{}", page.display()))
        .output()
        .expect("a browser");
    let said = String::from_utf8_lossy(&ran.stdout);
    assert!(said.contains("all kept"), "{said}");
}
