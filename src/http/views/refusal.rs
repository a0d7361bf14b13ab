//! Refusals → JSON, with what each reason knows beside its sentence.

use chrono_tz::Tz;
use serde_json::{Value, json};

use super::{Named, SpanOut};
use crate::domain::people::Language;
use crate::domain::policy::PolicyFault;
use crate::domain::price::PriceFault;
use crate::domain::refusal::{Clash, ClosedSpan, Holder, Reason, Refusal};
use crate::http::phrases;

/// One refusal.
pub fn refusal(refusal: &Refusal, language: Language, zone: Tz) -> Value {
    let (code, particulars) = told(&refusal.reason);
    let mut body = json!({
        "line": refusal.line,
        "listing": Named::new(refusal.listing.id, &refusal.listing.code, &refusal.listing.names),
        "code": code,
        "detail": phrases::refusal(refusal, language, zone),
    });
    if let (Some(body), Value::Object(particulars)) = (body.as_object_mut(), particulars) {
        body.extend(particulars);
    }
    body
}

/// The stable word for a reason.
pub fn code(reason: &Reason) -> &'static str {
    told(reason).0
}

/// The word for a reason, and what it knows.
fn told(reason: &Reason) -> (&'static str, Value) {
    match reason {
        Reason::Clash(clash) => ("clash", clash_particulars(clash)),
        Reason::Policy(fault) => policy(fault),
        Reason::OverQuota(over) => (
            "over_quota",
            json!({
                "whose": over.scope, "weekly_hours": over.weekly_hours, "used_minutes": over.used_minutes,
                "asked_minutes": over.asked_minutes, "week": over.week, "frees_at": over.frees_at,
            }),
        ),
        Reason::TooManyUnits { quantity } => ("too_many_units", json!({ "quantity": quantity })),
        Reason::NotPublished => ("not_published", json!({})),
        Reason::Price(PriceFault::NotOffered) => ("not_offered", json!({})),
        Reason::Price(PriceFault::TooLarge) => ("amount_too_large", json!({})),
    }
}

fn clash_particulars(clash: &Clash) -> Value {
    let shortages = clash.shortages.iter().map(|shortage| {
        json!({
            "start": shortage.span.start(),
            "end": shortage.span.end(),
            "short": shortage.short,
            "capacity": shortage.capacity,
            "used": shortage.used,
        })
    });
    json!({
        "shortages": shortages.collect::<Vec<_>>(),
        "holders": clash.holders.iter().map(holder).collect::<Vec<_>>(),
        "closures": clash.closures.iter().map(closed).collect::<Vec<_>>(),
        "queue_rank": clash.queue_rank,
    })
}

/// Who holds units, as far as the reader may know.
pub fn holder(holder: &Holder) -> Value {
    let company = holder
        .company
        .as_ref()
        .map(|(id, names)| json!({ "id": id, "name_zh": names.zh, "name_en": names.en }));
    json!({
        "start": holder.span.start(),
        "end": holder.span.end(),
        "units": holder.units,
        "company": company,
        "mine": holder.mine,
        "booking": holder.reference,
    })
}

fn closed(closed: &ClosedSpan) -> Value {
    json!({
        "start": closed.span.start(),
        "end": super::end_of(closed.span),
        "units": closed.units,
        "reason": closed.reason,
    })
}

fn policy(fault: &PolicyFault) -> (&'static str, Value) {
    match fault {
        PolicyFault::TooShort(minutes) => ("too_short", json!({ "minimum_minutes": minutes })),
        PolicyFault::TooLong(minutes) => ("too_long", json!({ "maximum_minutes": minutes })),
        PolicyFault::OffStep(minutes) => ("off_step", json!({ "step_minutes": minutes })),
        PolicyFault::InThePast => ("in_the_past", json!({})),
        PolicyFault::TooSoon(earliest) => ("too_soon", json!({ "earliest_start": earliest })),
        PolicyFault::TooFar(latest) => ("too_far", json!({ "latest_start": latest })),
        PolicyFault::NightBarred(_) => (
            "night_barred",
            json!({ "night": { "start": "22:00", "end": "06:00" } }),
        ),
        PolicyFault::OutsideHours(outside) => {
            let open: Vec<SpanOut> = outside.open.iter().map(|span| (*span).into()).collect();
            (
                "outside_hours",
                json!({ "which": outside.part, "open": open }),
            )
        }
    }
}
