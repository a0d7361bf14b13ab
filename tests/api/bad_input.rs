//! Everything a client can get wrong in a booking: a 4xx with a stable code and the field by its name,
//! never a 5xx, and nothing stored.

use serde_json::{Value, json};

use super::faults;
use crate::support::app::TestApp;
use crate::support::client::Answer;
use crate::support::database::on_both_engines;
use crate::support::make::Town;

/// What was sent, and field and code it must be answered with.
type Case = (&'static str, Value, &'static str, &'static str);

/// The basket with another value at a JSON pointer.
fn with(basket: &Value, pointer: &str, value: Value) -> Value {
    let mut basket = basket.clone();
    let (parent, field) = pointer.rsplit_once('/').expect("a pointer");
    let parent = basket.pointer_mut(parent).expect("a parent");
    parent[field] = value;
    basket
}

/// Faults of fields: 422 `invalid_input`.
fn wrong_fields(basket: &Value) -> Vec<Case> {
    let parts = [wrong_headings, wrong_lines, wrong_times, wrong_units];
    parts.iter().flat_map(|part| part(basket)).collect()
}

fn wrong_headings(basket: &Value) -> Vec<Case> {
    let with = |field: &str, value: Value| with(basket, &format!("/{field}"), value);
    let drama = |id: &str| with("production", json!(id));
    let long = |count: usize| json!("长".repeat(count));
    vec![
        (
            "no production",
            with("production", json!(null)),
            "production",
            "wrong_type",
        ),
        (
            "a drama that is none",
            drama("Love"),
            "production",
            "not_an_id",
        ),
        (
            "a listing as a drama",
            drama("lst_0000000000001"),
            "production",
            "not_an_id",
        ),
        (
            "an unknown drama",
            drama("prd_0000000000001"),
            "production",
            "unknown",
        ),
        (
            "a long title",
            with("title", long(201)),
            "title",
            "too_long",
        ),
        ("a long note", with("note", long(2_001)), "note", "too_long"),
        (
            "together as text",
            with("together", json!("yes")),
            "together",
            "wrong_type",
        ),
        (
            "a title with NUL",
            with("title", json!("a\u{0}b")),
            "body",
            "nul_character",
        ),
        (
            "a misspelt field",
            with("titel", json!("a")),
            "titel",
            "wrong_type",
        ),
        ("no object", json!(7), "body", "wrong_type"),
    ]
}

fn wrong_lines(basket: &Value) -> Vec<Case> {
    let first = |value: Value| with(basket, "/lines/0/listing", value);
    let lines = |count: usize| {
        let line = basket["lines"][0].clone();
        with(basket, "/lines", vec![line; count].into())
    };
    let listing = "lines[0].listing";
    let misspelt = with(basket, "/lines/0/unitz", json!(2));
    vec![
        ("no lines", lines(0), "lines", "required"),
        ("101 lines", lines(101), "lines", "too_many"),
        (
            "lines as text",
            with(basket, "/lines", json!("A01")),
            "lines",
            "wrong_type",
        ),
        (
            "a misspelt field of a line",
            misspelt,
            "lines[0].unitz",
            "wrong_type",
        ),
        ("no listing", first(json!(null)), listing, "wrong_type"),
        (
            "unknown code",
            first(json!("NOBODYS")),
            listing,
            "unknown_listing",
        ),
        (
            "unknown id",
            first(json!("lst_0000000000001")),
            listing,
            "unknown_listing",
        ),
        (
            "a code with NUL",
            first(json!("A\u{0}01")),
            "body",
            "nul_character",
        ),
    ]
}

fn wrong_times(basket: &Value) -> Vec<Case> {
    let start = |text: &str| with(basket, "/lines/0/start", json!(text));
    let end = |text: &str| with(basket, "/lines/0/end", json!(text));
    let number = with(basket, "/lines/0/start", json!(1_893_456_000));
    let (starts, ends) = ("lines[0].start", "lines[0].end");
    vec![
        (
            "empty span",
            end("2030-01-08T09:00:00+08:00"),
            ends,
            "span_empty",
        ),
        (
            "inverted span",
            end("2030-01-08T08:00:00+08:00"),
            ends,
            "span_inverted",
        ),
        (
            "seconds",
            start("2030-01-08T09:00:30+08:00"),
            starts,
            "not_whole_minute",
        ),
        (
            "part of a second",
            end("2030-01-08T12:00:00.5+08:00"),
            ends,
            "not_whole_minute",
        ),
        (
            "a leap second",
            end("2030-06-30T23:59:60Z"),
            ends,
            "not_whole_minute",
        ),
        (
            "no offset",
            start("2030-01-08T09:00:00"),
            starts,
            "not_a_moment",
        ),
        ("words", start("tomorrow"), starts, "not_a_moment"),
        (
            "no such day",
            start("2030-02-30T09:00:00Z"),
            starts,
            "not_a_moment",
        ),
        ("a number", number, starts, "wrong_type"),
        (
            "year 1",
            start("0001-01-01T00:00:00Z"),
            starts,
            "year_out_of_range",
        ),
    ]
}

fn wrong_units(basket: &Value) -> Vec<Case> {
    let units = |value: Value| with(basket, "/lines/0/units", value);
    let field = "lines[0].units";
    vec![
        ("no units", units(json!(0)), field, "out_of_range"),
        ("less than none", units(json!(-1)), field, "out_of_range"),
        (
            "10^9 units",
            units(json!(1_000_000_000)),
            field,
            "out_of_range",
        ),
        (
            "2^63 units",
            units(json!(9_223_372_036_854_775_808_u64)),
            field,
            "wrong_type",
        ),
        ("half a unit", units(json!(1.5)), field, "wrong_type"),
        ("units as text", units(json!("2")), field, "wrong_type"),
    ]
}

/// Spans and units the rules are against: 422 `refused`, with the reason.
fn against_the_rules(basket: &Value) -> Vec<(&'static str, Value, &'static str)> {
    let span = |start: &str, end: &str| {
        let basket = with(basket, "/lines/0/start", json!(start));
        with(&basket, "/lines/0/end", json!(end))
    };
    vec![
        (
            "long ago",
            span("1971-01-08T09:00:00Z", "1971-01-08T12:00:00Z"),
            "in_the_past",
        ),
        (
            "years ahead",
            span("2035-01-08T09:00:00Z", "2035-01-08T12:00:00Z"),
            "too_far",
        ),
        (
            "a minute",
            span("2030-01-08T09:00:00Z", "2030-01-08T09:01:00Z"),
            "too_short",
        ),
        (
            "years long",
            span("2030-01-08T09:00:00Z", "2039-01-08T09:00:00Z"),
            "too_long",
        ),
        (
            "off the step",
            span("2030-01-08T09:07:00Z", "2030-01-08T12:07:00Z"),
            "off_step",
        ),
        (
            "a million units",
            with(basket, "/lines/0/units", json!(1_000_000)),
            "too_many_units",
        ),
    ]
}

/// Bytes that are no basket at all: content type, bytes, status and code.
fn no_baskets(basket: &Value) -> Vec<(&'static str, &'static str, Vec<u8>, u16, &'static str)> {
    let json = "application/json";
    let good = basket.to_string();
    let nested = "[".repeat(200_000).into_bytes();
    vec![
        ("nothing", json, Vec::new(), 400, "malformed_json"),
        (
            "half of it",
            json,
            good.as_bytes()[..40].to_vec(),
            400,
            "malformed_json",
        ),
        (
            "something after it",
            json,
            format!("{good} {{}}").into_bytes(),
            400,
            "malformed_json",
        ),
        (
            "no UTF-8",
            json,
            b"{\"production\": \"\xff\xfe\"}".to_vec(),
            400,
            "malformed_json",
        ),
        ("deep brackets", json, nested, 422, "invalid_input"),
        ("5 MB", json, vec![b' '; 5_000_000], 413, "body_too_large"),
        (
            "a form",
            "application/x-www-form-urlencoded",
            good.clone().into_bytes(),
            415,
            "wrong_content_type",
        ),
        (
            "plain text",
            "text/plain",
            good.into_bytes(),
            415,
            "wrong_content_type",
        ),
    ]
}

#[track_caller]
fn check_code(label: &str, answer: Answer, status: u16, code: &str) -> Value {
    assert_eq!(answer.status.as_u16(), status, "{label}: {}", answer.json);
    assert_eq!(
        answer.headers["content-type"], "application/problem+json",
        "{label}"
    );
    let problem = answer.json;
    assert_eq!(problem["code"], code, "{label}: {problem}");
    assert!(
        problem["detail"]
            .as_str()
            .is_some_and(|words| !words.is_empty()),
        "{label}: {problem}"
    );
    problem
}

on_both_engines! {
    async fn whatever_is_wrong_is_named_and_nothing_is_stored(database: Database) {
        let app = TestApp::on(database).await;
        let town = Town::settle(&app).await;
        town.set(&app, "A01").await;
        let crew = &town.crew.client;
        let path = "/api/v1/bookings";
        let basket = town.crew.basket(&["A01 tue 09:00-12:00"]);
        for (label, body, field, code) in wrong_fields(&basket) {
            let problem = check_code(label, crew.post(path, body).await, 422, "invalid_input");
            let named = (field.to_owned(), code.to_owned());
            assert!(faults(&problem).contains(&named), "{label}: {problem}");
            let message = problem["errors"][0]["message"].as_str().expect("words");
            assert_ne!(message, code, "{label}: every code has words");
        }
        for (label, body, reason) in against_the_rules(&basket) {
            let problem = check_code(label, crew.post(path, body).await, 422, "refused");
            let reasons = problem["refusals"].as_array().expect("refusals");
            assert!(reasons.iter().any(|one| one["code"] == reason), "{label}: {problem}");
        }
        for (label, content_type, bytes, status, code) in no_baskets(&basket) {
            let answer = crew.send_raw(path, content_type, bytes).await;
            check_code(label, answer, status, code);
        }
        let mut theirs = basket.clone();
        theirs["production"] = json!(town.rival.production);
        let theirs = check_code("a rival's drama", crew.post(path, theirs).await, 422, "invalid_input");
        assert_eq!(faults(&theirs), [("production".to_owned(), "unknown".to_owned())]);
        let long_key = [("Idempotency-Key", &*"k".repeat(201))];
        let answer = crew.send(reqwest::Method::POST, path, Some(basket.clone()), &long_key).await;
        check_code("a long key", answer, 422, "invalid_input");
        for path in ["/api/v1/bookings/%00", "/api/v1/bookings/%FF", "/api/v1/bookings/BK-%F0%9F%8E%AC"] {
            check_code(path, crew.get(path).await, 404, "not_found");
        }
        for query in ["limit=0", "limit=201", "limit=ten", "scope=%00", "when=soon"] {
            let answer = crew.get(&format!("{path}?{query}")).await;
            check_code(query, answer, 422, "invalid_input");
        }

        let stored = town.manager.client.get("/api/v1/bookings?scope=all").await.expect(200);
        assert_eq!(stored["items"], json!([]));
        let owed = town.manager.client.get("/api/v1/letters").await.expect(200);
        assert_eq!(owed["items"], json!([]));
        crew.post(path, basket).await.expect(201);
        assert_eq!(app.broken_promises().await, Vec::<String>::new());
    }
}
