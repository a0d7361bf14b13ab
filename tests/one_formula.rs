//! There is one formula and one write path: lines are stored in one place, by actions that ask the formula or
//! claim nothing new; and whatever way somebody tries to have what is taken, the answer is no.

use std::path::{Path, PathBuf};

use backlot::domain::policy::OwnRules;
use serde_json::{Value, json};

use crate::support::app::TestApp;
use crate::support::client::Answer;
use crate::support::database::on_both_engines;
use crate::support::make::{Town, line_in, moment};

/// Who stores bookings, and what each asks while it has the rows of the listings. To add a way to claim units is to
/// add a line here.
const CLAIMS: &[(&str, &[&str])] = &[
    ("book.rs", &["holds::enter_whole(", "= assess("]),
    ("change.rs", &["holds::enter_with(", "assess_lines("]),
    (
        "handover.rs",
        &["holds::enter_with(", "conflict::shortages("],
    ),
    ("holds.rs", &["Ground::lock(", "hold::turns("]),
    ("overrun.rs", &["holds::enter_with(", "lasting(conn"]),
    ("series/book.rs", &["holds::enter_whole(", "weigh_dates("]),
    ("series/change.rs", &["enter(", "weigh_and_explain("]),
];

/// Who stores bookings without claiming more than they have.
const CLAIM_NOTHING_NEW: &[&str] = &[
    "cancel.rs",
    "challenge.rs",
    "confirm.rs",
    "decide.rs",
    "series/cancel.rs",
    "series/decide.rs",
];

/// Words of those who make a line, or make it larger.
const CLAIMING: &[&str] = &[
    "Line {",
    ".lines.push",
    ".lines = ",
    ".span = ",
    ".claim = ",
    ".units = ",
    ".listing = ",
    "put_line",
];

/// Who may ask for a profile itself: to show it, to search it, or to say what a claim would lack.
const SWEEPERS: &[&str] = &[
    "actions/availability.rs",
    "actions/claims.rs",
    "actions/repairs/line.rs",
    "actions/taken.rs",
    "domain/conflict.rs",
    "domain/openings/busy.rs",
    "domain/profile.rs",
];

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// Every file of the house with its code: without comments, and without the tests at its end.
fn files() -> Vec<(String, String)> {
    let mut folders = vec![source()];
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            if path.extension().is_none_or(|ending| ending != "rs") {
                continue;
            }
            let text = std::fs::read_to_string(&path).expect("a file");
            let code = text.split("#[cfg(test)]").next().unwrap_or_default();
            let is_code = |line: &&str| !line.trim_start().starts_with("//");
            let code: Vec<&str> = code.lines().filter(is_code).collect();
            let name = path.strip_prefix(source()).expect("one of ours");
            found.push((name.display().to_string(), code.join("\n")));
        }
    }
    found.sort();
    found
}

/// The files in which any of these words stands.
fn with<'a>(files: &'a [(String, String)], words: &[&str]) -> Vec<&'a str> {
    let has = |(_, code): &&(String, String)| words.iter().any(|word| code.contains(word));
    files
        .iter()
        .filter(has)
        .map(|(name, _)| name.as_str())
        .collect()
}

#[test]
fn lines_are_stored_in_one_place() {
    let writes = [
        "insert_into(lines::",
        "update(lines::",
        "delete(lines::",
        "insert_rows!(conn, lines::",
        "INTO lines",
        "UPDATE lines",
    ];
    assert_eq!(with(&files(), &writes), ["store/bookings.rs"]);
}

#[test]
fn whoever_stores_a_booking_asks_the_formula_or_claims_nothing_new() {
    let files = files();
    let stores = [
        "bookings::insert(",
        "bookings::insert_all(",
        "bookings::update(",
    ];
    let mut known: Vec<String> = CLAIMS
        .iter()
        .map(|(name, _)| *name)
        .chain(CLAIM_NOTHING_NEW.iter().copied())
        .map(|name| format!("actions/{name}"))
        .collect();
    known.sort();
    assert_eq!(
        with(&files, &stores),
        known,
        "a way to store bookings nobody thought of"
    );
    let code_of = |name: &str| {
        let found = files
            .iter()
            .find(|(file, _)| *file == format!("actions/{name}"));
        &found.expect("a file").1
    };
    for (name, questions) in CLAIMS {
        for question in *questions {
            assert!(
                code_of(name).contains(question),
                "{name} does not ask {question}"
            );
        }
    }
    for name in CLAIM_NOTHING_NEW {
        for word in CLAIMING {
            assert!(!code_of(name).contains(word), "{name} makes claims: {word}");
        }
    }
}

#[test]
fn units_in_use_are_counted_in_one_place() {
    let files = files();
    assert_eq!(
        with(&files, &["Profile::sweep("]),
        SWEEPERS[..SWEEPERS.len() - 1]
    );
    let sweeps = files
        .iter()
        .map(|(_, code)| code.matches("fn sweep(").count());
    assert_eq!(sweeps.sum::<usize>(), 1, "there is one sweep");
    // What is left is the one minus the other, and nobody else takes one from the other.
    let left = [
        ".capacity - ",
        "capacity.saturating_sub(",
        ".quantity - ",
        "- self.used",
        "- used",
    ];
    let told = ["domain/profile.rs", "http/phrases/refusal.rs"];
    assert_eq!(
        with(&files, &left),
        told,
        "only a sentence does it beside the profile"
    );
}

/// One way to have `TAKEN` when it is taken.
struct Attempt {
    what: &'static str,
    answer: Answer,
}

/// What the answer is where it is not that others have it then.
const OTHER_WORDS: &[(&str, &str)] = &[
    ("run late before it begins", "state_conflict"),
    ("confirm in line", "state_conflict"),
    ("close", "closure_hits_bookings"),
    ("retire", "closure_hits_bookings"),
];

on_both_engines! {
    /// `TAKEN` is the rival's on Tuesday from ten to twelve, and it cleans for half an hour; the crew has the hours
    /// before and after, another set, and a place in line.
    async fn whatever_way_it_is_tried_what_is_taken_is_not_had(database: Database) {
        let app = TestApp::on(database).await;
        let town = Town::settle(&app).await;
        let cleaned = OwnRules { turnaround_minutes: Some(30), ..OwnRules::default() };
        town.listing(&app.app.store, "TAKEN", 1, cleaned).await;
        town.set(&app, "OTHER").await;
        town.kit("KIT", &[("TAKEN", 1), ("OTHER", 1)]).await;
        let crew = &town.crew.client;
        let second = json!({ "title": "The second one" });
        let second = crew.post("/api/v1/productions", second).await.expect(201)["id"].clone();
        let before = town.crew.book(&["TAKEN tue 07:30-09:30"]).await.expect(201);
        let other = town.crew.book(&["OTHER tue 13:00-15:00"]).await.expect(201);
        let mut series = town.crew.basket(&["OTHER mon 16:00-18:00"]);
        series["recurrence"] = json!({ "rule": "FREQ=DAILY;COUNT=2" });
        let series = crew.post("/api/v1/bookings", series).await.expect(201);
        let taken = town.rival.book(&["TAKEN tue 10:00-12:00"]).await.expect(201);
        let mut waits = town.rival.basket(&["TAKEN wed 10:00-12:00"]);
        waits["hold"] = json!(true);
        town.rival.client.post("/api/v1/bookings", waits.clone()).await.expect(201);
        waits["production"] = json!(town.crew.production);
        let waits = crew.post("/api/v1/bookings", waits).await.expect(201);
        // Without a pause behind the line before: what a hand-over would take from it.
        let follows = town.crew.book(&["TAKEN thu 08:00-10:00", "TAKEN thu 10:00-12:00"]).await.expect(201);
        let half = town.crew.book(&["TAKEN thu 12:00-14:00"]).await.expect(201);

        let path = |booking: &Value, verb: &str| {
            format!("/api/v1/bookings/{}{verb}", booking["id"].as_str().expect("an id"))
        };
        let line = |booking: &Value, text: &str| {
            let mut line = line_in(text);
            line["id"] = booking["lines"][0]["id"].clone();
            json!({ "lines": [line] })
        };
        let book = |lines: &[&str]| crew.post("/api/v1/bookings", town.crew.basket(lines));
        let mut daily = town.crew.basket(&["TAKEN mon 11:00-13:00"]);
        daily["recurrence"] = json!({ "rule": "FREQ=DAILY;COUNT=2" });
        let mut all = line(&series, "TAKEN mon 10:00-12:00");
        all["scope"] = json!("all");
        let hold = |hold: &str| {
            let mut basket = town.crew.basket(&[hold]);
            basket["hold"] = json!(true);
            basket
        };
        let owner = &town.owner.client;
        let shut = json!({ "listing": "TAKEN", "start": moment("tue", "11:00", 0), "end": moment("tue", "12:00", 0), "reason": "x" });
        let late = json!({ "minutes": 60 });
        let attempts = [
            Attempt { what: "book", answer: book(&["TAKEN tue 11:00-13:00"]).await },
            Attempt { what: "book beside its own", answer: book(&["OTHER wed 08:00-10:00", "TAKEN tue 09:00-11:00"]).await },
            Attempt { what: "book the same twice", answer: book(&["TAKEN fri 08:00-10:00", "TAKEN fri 09:00-11:00"]).await },
            Attempt { what: "book into the cleaning", answer: book(&["TAKEN tue 12:00-14:00"]).await },
            Attempt { what: "book as part of a kit", answer: book(&["KIT tue 10:30-12:30"]).await },
            Attempt { what: "hold what is booked", answer: crew.post("/api/v1/bookings", hold("TAKEN tue 11:00-13:00")).await },
            Attempt { what: "book by a rule", answer: crew.post("/api/v1/bookings", daily).await },
            Attempt { what: "move", answer: crew.patch(&path(&before, ""), 1, line(&before, "TAKEN tue 11:00-13:00")).await },
            Attempt { what: "exchange", answer: crew.patch(&path(&other, ""), 1, line(&other, "TAKEN tue 10:00-12:00")).await },
            Attempt { what: "add", answer: crew.patch(&path(&other, ""), 1, json!({ "lines": [line_in("TAKEN tue 10:00-12:00")] })).await },
            Attempt { what: "move a series", answer: crew.patch(&path(&series, ""), 1, all).await },
            Attempt { what: "extend", answer: crew.post(&path(&before, "/extension"), json!({ "minutes": 60 })).await },
            Attempt { what: "run late before it begins", answer: crew.post(&path(&before, "/overrun"), late).await },
            Attempt { what: "confirm in line", answer: crew.post(&path(&waits, "/confirmation"), json!({})).await },
            Attempt { what: "hand over without a pause", answer: crew.post(&path(&half, "/handover"), json!({ "production": second })).await },
            Attempt { what: "close", answer: owner.post("/api/v1/closures", shut).await },
            Attempt { what: "retire", answer: owner.post("/api/v1/listings/TAKEN/retirement", json!({})).await },
        ];
        for Attempt { what, answer } in attempts {
            let other = OTHER_WORDS.iter().find(|(known, _)| *known == what);
            let code = other.map_or("clash", |(_, code)| code);
            assert_eq!(answer.json["code"], code, "{what}: {:#}", answer.json);
        }
        for (booking, version) in [(&before, 1), (&other, 1), (&taken, 1), (&waits, 1), (&follows, 1)] {
            let seen = town.manager.client.get(&path(booking, "")).await.expect(200);
            assert_eq!(seen["version"], version, "nothing of it was changed");
        }
        assert_eq!(app.broken_promises().await, Vec::<String>::new());
    }
}
