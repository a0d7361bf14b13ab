//! The API's own description: valid by the official schema of OpenAPI 3.1, and true of what is answered.

use serde_json::Value;

use crate::support::app::TestApp;
use crate::support::client::Client;
use crate::support::make::Town;
use crate::support::patience;

/// Published by the OpenAPI Initiative as `https://spec.openapis.org/oas/3.1/schema/2022-10-07`
/// (Apache-2.0).
const SCHEMA: &str = include_str!("openapi/oas-3.1-schema-2022-10-07.json");

fn document() -> Value {
    serde_json::to_value(backlot::http::routes::document()).expect("a document")
}

#[test]
fn the_document_is_valid_openapi_3_1() {
    let schema: Value = serde_json::from_str(SCHEMA).expect("the schema");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let document = document();
    let faults: Vec<String> = validator
        .iter_errors(&document)
        .map(|fault| format!("{}: {fault}", fault.instance_path))
        .collect();
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn every_reference_leads_somewhere_and_every_operation_has_its_own_name() {
    let document = document();
    let mut references = Vec::new();
    collect_references(&document, &mut references);
    assert!(references.len() > 100, "{}", references.len());
    for reference in references {
        let pointer = reference.trim_start_matches('#');
        assert!(document.pointer(pointer).is_some(), "{reference}");
    }
    let mut names: Vec<&str> = Vec::new();
    for methods in document["paths"].as_object().expect("paths").values() {
        for operation in methods.as_object().expect("methods").values() {
            assert!(operation["summary"].is_string(), "{operation}");
            names.push(operation["operationId"].as_str().expect("an operation id"));
        }
    }
    let count = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), count, "an operation id stands twice");
}

fn collect_references(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                match value {
                    Value::String(text) if name == "$ref" => found.push(text.clone()),
                    value => collect_references(value, found),
                }
            }
        }
        Value::Array(items) => items
            .iter()
            .for_each(|item| collect_references(item, found)),
        _ => {}
    }
}

/// What is answered has the shape the document says, field by field.
#[test]
fn answers_are_as_described() {
    patience::run(async {
        let app = TestApp::start().await;
        let town = Town::settle(&app).await;
        town.set(&app, "A01").await;
        let booked = town.crew.book(&["A01 tue 09:00-12:00"]).await.expect(201);
        let quote = town.crew.basket(&["A01 wed 09:00-12:00"]);
        let quoted = town.crew.client.post("/api/v1/quotes", quote).await;
        let get = async |path: &str| town.manager.client.get(path).await.expect(200);
        let window = "from=2030-01-07T00:00:00Z&to=2030-01-09T00:00:00Z";
        let answers = [
            ("BookingOut", booked),
            ("QuoteOut", quoted.expect(200)),
            ("ListingOut", get("/api/v1/listings/A01").await),
            ("ClusterOut", get("/api/v1/cluster").await),
            ("MeOut", get("/api/v1/me").await),
            ("MatrixOut", get("/api/v1/availability").await),
            (
                "AvailabilityOut",
                get(&format!("/api/v1/listings/A01/availability?{window}")).await,
            ),
            ("SiteOut", get("/api/v1/sites").await["items"][0].clone()),
            (
                "CompanyOut",
                get("/api/v1/companies").await["items"][0].clone(),
            ),
            (
                "MemberOut",
                get("/api/v1/members").await["items"][0].clone(),
            ),
            (
                "ProductionOut",
                get("/api/v1/productions").await["items"][0].clone(),
            ),
            (
                "LetterOut",
                get("/api/v1/letters").await["items"][0].clone(),
            ),
            ("EntryOut", get("/api/v1/audit").await["items"][0].clone()),
        ];
        let document = document();
        for (name, answer) in answers {
            let schema = serde_json::json!({
                "$schema": "https://json-schema.org/draft/2020-12/schema",
                "$ref": format!("#/components/schemas/{name}"),
                "components": document["components"],
            });
            let validator = jsonschema::validator_for(&schema).expect("a schema");
            let faults: Vec<String> = validator
                .iter_errors(&answer)
                .map(|fault| format!("{}: {fault}", fault.instance_path))
                .collect();
            assert!(faults.is_empty(), "{name}: {faults:#?}\n{answer:#}");
            let described = &document["components"]["schemas"][name]["properties"];
            for field in answer.as_object().expect("an object").keys() {
                assert!(
                    !described[field].is_null(),
                    "{name}.{field} is not described"
                );
            }
        }
    });
}

#[test]
fn docs_are_readable_and_bring_nothing_from_outside() {
    patience::run(async {
        let app = TestApp::start().await;
        let page = reqwest::get(app.url("/api/docs")).await.expect("docs");
        let policy = page.headers()["content-security-policy"].clone();
        assert!(!policy.to_str().expect("text").contains("script-src"));
        let html = page.text().await.expect("a page");
        for told in [
            "create_booking",
            "Idempotency-Key",
            "application/problem+json",
        ] {
            assert!(html.contains(told), "{told}");
        }
        assert!(!html.contains("<script"));
        for outside in ["src=\"http", "href=\"http", "//cdn"] {
            assert!(!html.contains(outside), "{outside}");
        }
        let served = Client::stranger(app.url("")).get("/api/openapi.json").await;
        assert_eq!(served.expect(200), document());
    });
}
