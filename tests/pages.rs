//! The pages' files: vendored ones byte for byte as locked, both languages alike, nothing from outside.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use data_encoding::BASE64;
use serde_json::Value;
use sha2::{Digest, Sha384};

use crate::support::app::TestApp;
use crate::support::patience;

fn project() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    std::fs::read_to_string(project().join(path)).expect(path)
}

fn files_under(folder: &str) -> Vec<PathBuf> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                walk(&path, found);
            } else {
                found.push(path);
            }
        }
    }
    let mut found = Vec::new();
    walk(&project().join(folder), &mut found);
    found.sort();
    found
}

fn with_ending(folder: &str, ending: &str) -> Vec<(String, String)> {
    files_under(folder)
        .into_iter()
        .filter(|path| path.extension().is_some_and(|found| found == ending))
        .map(|path| {
            let text = std::fs::read_to_string(&path).expect("text");
            (path.display().to_string(), text)
        })
        .collect()
}

/// The files of a lock with their hashes, after making sure that each file is what was locked.
fn locked_files(lock: &str) -> BTreeMap<String, String> {
    let lock: Value = serde_json::from_str(&read(lock)).expect("a lock");
    let mut locked = BTreeMap::new();
    for package in lock["packages"].as_array().expect("packages") {
        for field in ["name", "version", "licence", "tarball_integrity"] {
            assert!(package[field].is_string(), "{package}");
        }
        let licence = package["licence_file"].as_str().expect("a licence");
        assert!(read(licence).len() > 200, "{licence}");
        for file in package["files"].as_array().expect("files") {
            let path = file["path"].as_str().expect("a path").to_owned();
            locked.insert(path, file["integrity"].as_str().expect("a hash").to_owned());
        }
    }
    for (path, integrity) in &locked {
        let bytes = std::fs::read(project().join(path)).expect(path);
        let found = format!("sha384-{}", BASE64.encode(&Sha384::digest(&bytes)));
        assert_eq!(&found, integrity, "{path} is not what was locked");
    }
    locked
}

#[test]
fn vendored_files_are_those_of_the_lock() {
    let locked = locked_files("static/vendor/vendor.lock.json");
    let shell = read("static/index.html");
    for file in files_under("static/vendor") {
        let path = file
            .strip_prefix(project())
            .expect("ours")
            .display()
            .to_string();
        let is_note = path.contains("/licences/") || path.ends_with("vendor.lock.json");
        assert!(
            is_note || locked.contains_key(&path),
            "{path} is not in the lock"
        );
        if file.extension().is_some_and(|ending| ending == "mjs") {
            assert!(
                shell.contains(&locked[&path]),
                "{path} is not held by the import map"
            );
        }
    }
}

/// What only the tests use is held by a lock too, and never served.
#[test]
fn the_tests_own_files_are_those_of_their_lock() {
    let locked = locked_files("tests/browser/axe/lock.json");
    assert!(!locked.is_empty());
    assert!(locked.keys().all(|path| !path.starts_with("static/")));
}

#[test]
fn both_languages_have_the_same_words_to_fill_in() {
    let (chinese, english) = (words("zh-CN"), words("en"));
    assert!(chinese.len() > 300);
    let keys = |words: &BTreeMap<String, BTreeSet<String>>| -> BTreeSet<String> {
        words.keys().cloned().collect()
    };
    let missing: Vec<String> = keys(&english)
        .symmetric_difference(&keys(&chinese))
        .cloned()
        .collect();
    assert!(missing.is_empty(), "in one language only: {missing:?}");
    for (key, places) in &english {
        assert_eq!(places, &chinese[key], "{key} fills in other words");
    }
}

/// All words of a language, those of the first pages and the others', with the names each text fills in.
fn words(language: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut all = BTreeMap::new();
    for part in ["", "-more"] {
        let text = read(&format!("static/i18n/{language}{part}.json"));
        let read: Value = serde_json::from_str(&text).expect("JSON");
        let before = all.len();
        let of_part = read.as_object().expect("an object").len();
        flatten("", &read, &mut all);
        assert_eq!(all.len(), before + of_part, "a key stands in both files");
    }
    all
}

/// Keys with the names each text fills in.
fn flatten(key: &str, value: &Value, flat: &mut BTreeMap<String, BTreeSet<String>>) {
    match value {
        Value::String(text) => {
            let places = text
                .split('{')
                .skip(1)
                .filter_map(|rest| rest.split_once('}'));
            // `{n|one|many}` fills in a word that agrees with the number.
            let name = |place: &str| place.split('|').next().unwrap_or_default().to_owned();
            let names = places.map(|(place, _)| name(place)).collect();
            flat.insert(key.to_owned(), names);
        }
        Value::Object(fields) => {
            for (name, value) in fields {
                let inner = if key.is_empty() {
                    name.clone()
                } else {
                    format!("{key}.{name}")
                };
                flatten(&inner, value, flat);
            }
        }
        other => panic!("{key}: {other}"),
    }
}

#[test]
fn texts_live_in_the_language_files_and_every_file_says_what_it_is() {
    let is_chinese =
        |c: char| ('\u{3000}'..='\u{9fff}').contains(&c) || ('\u{ff00}'..='\u{ffef}').contains(&c);
    for (path, text) in with_ending("static/js", "js") {
        let found: String = text.chars().filter(|c| is_chinese(*c)).collect();
        assert!(found.is_empty(), "{path} has text of its own: {found}");
        assert!(text.starts_with("//"), "{path} does not say what it is");
    }
}

#[test]
fn every_key_the_pages_ask_for_is_there() {
    let known = words("en");
    for (path, text) in with_ending("static/js", "js") {
        for (at, _) in text.match_indices("t('") {
            let is_call = text[..at]
                .chars()
                .next_back()
                .is_none_or(|c| !c.is_alphanumeric() && c != '_');
            let key: String = text[at + 3..].chars().take_while(|c| *c != '\'').collect();
            assert!(
                !is_call || known.contains_key(&key),
                "{path} asks for {key}"
            );
        }
    }
}

/// One name too many in an import, and the browser runs nothing of the page.
#[test]
fn every_import_is_of_something_that_is_exported() {
    for (path, text) in with_ending("static/js", "js") {
        let folder = Path::new(&path).parent().expect("a folder").to_owned();
        for (names, from) in imports_of(&text) {
            if !from.starts_with('.') {
                continue;
            }
            let file = folder.join(&from);
            let exports = std::fs::read_to_string(&file)
                .unwrap_or_else(|_| panic!("{path} imports {from}, which is not there"));
            for name in names {
                assert!(
                    is_exported(&exports, &name),
                    "{path}: {from} exports no {name}"
                );
            }
        }
    }
}

/// `import { one, two as other } from './file.js'` → the names it has there, and the file.
fn imports_of(text: &str) -> Vec<(Vec<String>, String)> {
    let parts = text.split("import {").skip(1);
    let told = parts.filter_map(|part| {
        let (names, rest) = part.split_once("} from '")?;
        let (from, _) = rest.split_once('\'')?;
        let names = names
            .split(',')
            .filter_map(|name| name.split_whitespace().next());
        Some((names.map(str::to_owned).collect(), from.to_owned()))
    });
    told.collect()
}

fn is_exported(text: &str, name: &str) -> bool {
    let declared = ["const", "let", "function", "async function", "class"]
        .iter()
        .any(|word| {
            text.match_indices(&format!("export {word} {name}"))
                .any(|(at, found)| {
                    let next = text[at + found.len()..].chars().next();
                    next.is_none_or(|c| !c.is_alphanumeric() && c != '_')
                })
        });
    let mut lists = text.split("export {").skip(1);
    declared
        || lists.any(|list| {
            let names = list.split('}').next().unwrap_or_default();
            names
                .split(',')
                .any(|one| one.split_whitespace().last() == Some(name))
        })
}

/// A sentence nobody reads is a sentence nobody keeps right.
#[test]
fn every_key_is_asked_for() {
    let known = words("en");
    let scripts = with_ending("static/js", "js");
    let all: String = scripts.into_iter().map(|(_, text)| text).collect();
    let begun = beginnings_of_keys(&all);
    let is_asked_for = |key: &String| {
        all.contains(&format!("'{key}'")) || begun.iter().any(|start| key.starts_with(start))
    };
    let unused: Vec<&String> = known.keys().filter(|key| !is_asked_for(key)).collect();
    assert!(unused.is_empty(), "no page asks for {unused:?}");
}

/// How keys begin that end in a value: ``t(`state.${state}`)`` asks for all of `state.`.
fn beginnings_of_keys(text: &str) -> BTreeSet<String> {
    let parts = text.split("t(`").chain(text.split("tOr(`")).skip(1);
    let begun = parts.filter_map(|rest| rest.split_once("${").map(|(start, _)| start));
    // A part may be told how its keys begin: `words="board.zoom_"`.
    let told = text
        .split("words=\"")
        .skip(1)
        .filter_map(|rest| rest.split_once('"').map(|(start, _)| start))
        .filter(|start| start.ends_with(['_', '.']));
    let is_key = |start: &&str| {
        start.contains('.')
            && start
                .chars()
                .all(|c| c.is_alphanumeric() || "._-".contains(c))
    };
    begun
        .chain(told)
        .filter(is_key)
        .map(str::to_owned)
        .collect()
}

#[test]
fn nothing_comes_from_outside() {
    for folder in ["static/js", "static/css", "static/vendor"] {
        for file in files_under(folder) {
            let path = file.display().to_string();
            let Ok(text) = std::fs::read_to_string(&file) else {
                continue;
            };
            if path.contains("/licences/") || path.ends_with("lock.json") {
                continue;
            }
            for (at, _) in text.match_indices("://") {
                let around: String = text[at.saturating_sub(8)..].chars().take(60).collect();
                let is_name = around.contains("www.w3.org")
                    || file.extension().is_some_and(|ending| ending == "mjs");
                assert!(is_name, "{path} names an address: {around}");
            }
        }
    }
}

#[test]
fn the_shell_runs_only_what_is_ours() {
    patience::run(async {
        let app = TestApp::start().await;
        let shell = reqwest::get(app.url("/")).await.expect("the shell");
        let policy = shell.headers()["content-security-policy"]
            .to_str()
            .expect("text")
            .to_owned();
        assert!(policy.starts_with("default-src 'none'"), "{policy}");
        for open in ["unsafe-inline", "unsafe-eval", "http:", "https:", " *"] {
            assert!(!policy.contains(open), "{policy}");
        }
        let html = shell.text().await.expect("a page");
        let (_, map) = html
            .split_once("type=\"importmap\">")
            .expect("an import map");
        let map = map.split("</script>").next().expect("its end");
        let hash = BASE64.encode(&<sha2::Sha256 as Digest>::digest(map.as_bytes()));
        assert!(policy.contains(&format!("'sha256-{hash}'")), "{policy}");
        for file in html
            .split(['"', '\''])
            .filter(|part| part.starts_with("/static/"))
        {
            let found = reqwest::get(app.url(file)).await.expect(file);
            assert_eq!(found.status(), 200, "{file}");
            assert_eq!(found.headers()["x-content-type-options"], "nosniff");
        }
        let missing = reqwest::get(app.url("/static/../Cargo.toml"))
            .await
            .expect("an answer");
        assert!(!missing.text().await.expect("text").contains("[package]"));
    });
}
