//! The import rule of the house: which room may use which. What is not written down here is forbidden.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// A room, and the rooms of ours it may use.
const RULE: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("calendar", &["domain"]),
    ("store", &["domain"]),
    ("mail", &["domain", "calendar"]),
    ("inventory", &["domain"]),
    ("actions", &["domain", "store", "inventory"]),
    ("config", &[]),
    ("clock", &[]),
    ("drain", &[]),
    ("live", &["domain"]),
    ("metrics", &[]),
    ("ledger", &["domain"]),
    (
        "app",
        &[
            "config", "clock", "drain", "ledger", "live", "metrics", "store", "mail", "actions",
            "calendar", "domain",
        ],
    ),
    (
        "jobs",
        &[
            "app", "ledger", "live", "actions", "store", "mail", "calendar", "domain",
        ],
    ),
    (
        "http",
        &[
            "app",
            "live",
            "metrics",
            "actions",
            "store",
            "calendar",
            "inventory",
            "domain",
        ],
    ),
    (
        "cli",
        &[
            "app",
            "config",
            "clock",
            "http",
            "jobs",
            "actions",
            "store",
            "mail",
            "calendar",
            "inventory",
            "domain",
        ],
    ),
];

/// Words of other rooms' trades: crates a room must not know.
const FOREIGN: &[(&str, &[&str])] = &[
    (
        "domain",
        &[
            "diesel",
            "axum",
            "tokio",
            "lettre",
            "rand",
            "tracing",
            "std::fs",
            "std::net",
            "std::time",
        ],
    ),
    (
        "calendar",
        &[
            "diesel", "axum", "tokio", "lettre", "rand", "std::fs", "std::net",
        ],
    ),
    (
        "inventory",
        &[
            "diesel",
            "axum",
            "tokio",
            "lettre",
            "rand",
            "std::fs",
            "std::net",
            "std::time",
        ],
    ),
    ("actions", &["diesel", "axum", "tokio", "lettre"]),
    ("mail", &["diesel", "axum"]),
    ("jobs", &["diesel", "axum"]),
    // It does know lettre: whose reading of an e-mail address counts is whoever will write to it.
    ("http", &["diesel"]),
    ("store", &["axum", "lettre"]),
];

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    let entries = std::fs::read_dir(folder).expect("a folder");
    for path in entries.map(|entry| entry.expect("an entry").path()) {
        if path.ends_with("target") {
            // What a build of the fuzz targets leaves there is nobody's to read.
        } else if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
}

/// The room a file belongs to; `None` for `lib.rs` and `main.rs`, which see everything.
fn room(file: &Path) -> Option<String> {
    let inside = file.strip_prefix(source()).expect("one of ours");
    let first = inside.components().next()?.as_os_str().to_str()?;
    let name = first.trim_end_matches(".rs").to_owned();
    (!matches!(name.as_str(), "lib" | "main")).then_some(name)
}

/// Each line of code with its number: without comments, and without the tests at the end of a file.
fn code(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let before_tests = text.split("#[cfg(test)]").next().unwrap_or_default();
    let is_code = |(_, line): &(usize, &str)| !line.trim_start().starts_with("//");
    before_tests
        .lines()
        .enumerate()
        .map(|(place, line)| (place + 1, line))
        .filter(is_code)
}

/// The rooms a line of code names as `crate::room`.
fn named_rooms(line: &str) -> Vec<&str> {
    let mut rooms = Vec::new();
    for (at, _) in line.match_indices("crate::") {
        let rest = &line[at + "crate::".len()..];
        if let Some(list) = rest.strip_prefix('{') {
            let list = list.split('}').next().unwrap_or_default();
            let heads = list
                .split(',')
                .map(|part| part.trim().split("::").next().unwrap_or(""));
            rooms.extend(heads);
        } else {
            let end = rest
                .find(|c: char| !c.is_alphanumeric() && c != '_')
                .unwrap_or(rest.len());
            rooms.push(&rest[..end]);
        }
    }
    rooms
}

#[test]
fn rooms_use_only_the_rooms_the_rule_allows() {
    let mut found = Vec::new();
    files(&source(), &mut found);
    let mut broken = Vec::new();
    for file in found {
        let Some(room) = room(&file) else { continue };
        let allowed = RULE.iter().find(|(name, _)| *name == room);
        let (_, allowed) = allowed.unwrap_or_else(|| panic!("`{room}` is a room without a rule"));
        let text = std::fs::read_to_string(&file).expect("a file");
        for (number, line) in code(&text) {
            for used in named_rooms(line) {
                let known = RULE.iter().any(|(name, _)| *name == used);
                if known && used != room && !allowed.contains(&used) {
                    let file = file.display();
                    broken.push(format!(
                        "{file}:{number}: `{room}` may not use `{used}`: {}",
                        line.trim()
                    ));
                }
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn rooms_know_no_trade_but_their_own() {
    let mut found = Vec::new();
    files(&source(), &mut found);
    let mut broken = Vec::new();
    for file in found {
        let Some(room) = room(&file) else { continue };
        let Some((_, foreign)) = FOREIGN.iter().find(|(name, _)| *name == room) else {
            continue;
        };
        let text = std::fs::read_to_string(&file).expect("a file");
        for (number, line) in code(&text) {
            for word in *foreign {
                if line.contains(&format!("{word}::")) {
                    let file = file.display();
                    broken.push(format!("{file}:{number}: `{room}` may not know `{word}`"));
                }
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn the_rule_can_be_broken() {
    assert_eq!(named_rooms("use crate::store::listings;"), ["store"]);
    assert_eq!(named_rooms("use crate::{http, jobs};"), ["http", "jobs"]);
    assert_eq!(
        named_rooms("    crate::http::phrases::x(crate::app::y)"),
        ["http", "app"]
    );
}

/// A reader opens any file and learns what it is, and what it is not.
#[test]
fn every_file_says_what_it_is() {
    let mut found = Vec::new();
    files(&source(), &mut found);
    for beside in ["tests", "benches"] {
        files(
            &Path::new(env!("CARGO_MANIFEST_DIR")).join(beside),
            &mut found,
        );
    }
    let silent: BTreeSet<String> = found
        .iter()
        .filter(|file| {
            !std::fs::read_to_string(file)
                .expect("a file")
                .starts_with("//!")
        })
        .map(|file| file.display().to_string())
        .collect();
    assert!(silent.is_empty(), "{silent:#?}");
}
