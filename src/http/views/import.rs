//! What an import would do → JSON, for pages, scripts and `backlot import --json` alike.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json, json};

use crate::actions::import::{Preview, Upload};
use crate::domain::money::{Currency, Money};
use crate::domain::people::Language;
use crate::inventory::cells::figure;
use crate::inventory::columns::{Column, Field};
use crate::inventory::compare::{Compared, Verdict};
use crate::inventory::entry::Issue;
use crate::inventory::parts;
use crate::inventory::values::Value;
use crate::inventory::words;

/// Fields that are told of every record, also where the file has no such column.
const ALWAYS: [Field; 4] = [
    Field::NameZh,
    Field::Quantity,
    Field::DayRate,
    Field::Deposit,
];

/// One record.
pub fn record(compared: &Compared, currency: Currency, language: Language) -> Json {
    let mut values = Map::new();
    if compared.verdict != Verdict::Skipped {
        values.extend(ALWAYS.map(|field| (field.key(currency), Json::Null)));
    }
    for (field, value) in &compared.values {
        values.insert(field.key(currency), of_value(value, currency));
    }
    let issues: Vec<Json> = compared
        .issues
        .iter()
        .map(|one| issue(one, language))
        .collect();
    let changes: Vec<Json> = compared
        .changes
        .iter()
        .map(|change| json!({ "field": change.field.key(currency), "before": change.before, "after": change.after }))
        .collect();
    json!({
        "line": compared.line,
        "verdict": compared.verdict,
        "code": compared.code,
        "issues": issues,
        "values": values,
        "changes": changes,
    })
}

fn issue(issue: &Issue, language: Language) -> Json {
    json!({
        "field": issue.field,
        "code": issue.code,
        "reason": words::reason(issue, language),
        "remedy": words::remedy(issue, language),
    })
}

fn of_value(value: &Value, currency: Currency) -> Json {
    match value {
        Value::Blank | Value::Nothing => Json::Null,
        Value::Text(text) => json!(text),
        Value::Slugs(slugs) => json!(slugs),
        Value::Count(count) => json!(count),
        Value::Minor(minor) | Value::MinorAnHour(minor) => amount(Money {
            minor: *minor,
            currency,
        }),
        Value::Flag(flag) => json!(flag),
        Value::Kind(kind) => json!(kind),
        Value::State(state) => json!(state),
        Value::Hours(apply) => json!(apply),
        Value::Approval(approval) => json!(approval),
        Value::Parts(parts) => json!(parts::write(parts)),
    }
}

/// An amount in whole units as a figure, as the file has it: written as text and read as a number, so that
/// nothing is calculated with it.
fn amount(money: Money) -> Json {
    serde_json::from_str(&figure(money)).unwrap_or(Json::Null)
}

/// All of a preview. Written record by record: of 50,000 of them there are never two copies.
pub fn preview(
    upload: &Upload,
    preview: &Preview,
    currency: Currency,
    language: Language,
) -> String {
    let table = &upload.table;
    let columns: Vec<Json> = upload
        .columns
        .iter()
        .map(|one| column(one, currency))
        .collect();
    let sites: Vec<&str> = preview
        .new_sites
        .iter()
        .map(|site| site.names.in_language(language))
        .collect();
    let file = json!({
        "format": table.format, "source": table.source, "separator": table.separator,
        "header_line": table.records.get(upload.header).map(|record| record.line),
    });
    let mut text = format!(
        "{{\"file\":{file},\"columns\":{},\"new_sites\":{},\"totals\":{},\"seen\":{},\"records\":[",
        json!(columns),
        json!(sites),
        totals(&preview.totals()),
        json!(preview.seen),
    );
    for (place, compared) in preview.records.iter().enumerate() {
        if place > 0 {
            text.push(',');
        }
        text.push_str(&record(compared, currency, language).to_string());
    }
    text.push_str("]}");
    text
}

/// How many records have each verdict, and how many there are.
pub fn totals(totals: &BTreeMap<Verdict, usize>) -> Json {
    let mut all: Map<String, Json> = totals
        .iter()
        .map(|(verdict, count)| (verdict.to_string(), json!(count)))
        .collect();
    all.insert("records".to_owned(), json!(totals.values().sum::<usize>()));
    Json::Object(all)
}

/// A column of the file and what is taken from it.
fn column(column: &Column, currency: Currency) -> Json {
    let field = column.field.map(|field| field.key(currency));
    json!({ "header": column.header, "field": field })
}
