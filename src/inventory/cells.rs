//! A listing, field by field: as a cell of a file, and set from the value of one.

use super::columns::Field;
use super::ground::Ground;
use super::parts;
use super::text::{means_nothing, tidy};
use super::values::Value;
use crate::domain::listing::Listing;
use crate::domain::money::{Currency, Money};

/// Sets what a value says outright. Blank leaves what is there.
pub(super) fn set(field: Field, value: &Value, listing: &mut Listing, currency: Currency) {
    let rules = &mut listing.own_rules;
    let money = |minor: i64| Money { minor, currency };
    match (field, value) {
        (_, Value::Blank) => {}
        (Field::Code, Value::Text(code)) => listing.code.clone_from(code),
        (Field::Kind, Value::Kind(kind)) => listing.kind = *kind,
        (Field::Tags, Value::Slugs(tags)) => listing.tags.clone_from(tags),
        (Field::Tags, Value::Nothing) => listing.tags.clear(),
        (Field::Alike, Value::Text(alike)) => listing.alike.clone_from(alike),
        (Field::Alike, Value::Nothing) => listing.alike.clear(),
        (Field::DayRate, Value::Minor(minor)) => listing.rates.day = Some(money(*minor)),
        (Field::DayRate, Value::Nothing) => listing.rates.day = None,
        (Field::HourRate, Value::Minor(minor)) => listing.rates.hour = Some(money(*minor)),
        (Field::HourRate, Value::Nothing) => listing.rates.hour = None,
        (Field::Deposit, Value::Minor(minor)) => listing.rates.deposit = money(*minor),
        (Field::Deposit, Value::Nothing) => listing.rates.deposit = money(0),
        (Field::AreaSqm, value) => listing.area_sqm = count(value),
        (Field::MinimumMinutes, value) => rules.minimum_minutes = count(value),
        (Field::MaximumMinutes, value) => rules.maximum_minutes = count(value),
        (Field::StepMinutes, value) => rules.step_minutes = count(value),
        (Field::LeadMinutes, value) => rules.lead_minutes = count(value),
        (Field::HorizonDays, value) => rules.horizon_days = count(value),
        (Field::SetupMinutes, value) => rules.setup_minutes = count(value),
        (Field::TurnaroundMinutes, value) => rules.turnaround_minutes = count(value),
        (Field::DayHours, value) => rules.day_hours = count(value),
        (Field::NightAllowed, Value::Flag(allowed)) => rules.night_allowed = Some(*allowed),
        (Field::HoursApply, Value::Hours(apply)) => rules.hours_apply = Some(*apply),
        (Field::HoursApply, Value::Nothing) => rules.hours_apply = None,
        (Field::Approval, Value::Approval(approval)) => rules.approval = Some(*approval),
        // Names, places, category, quantity and state are settled where they can be refused.
        _ => {}
    }
}

fn count(value: &Value) -> Option<u32> {
    match value {
        Value::Count(count) => Some(*count),
        _ => None,
    }
}

/// A value of a listing as files hold it.
pub fn cell(field: Field, listing: &Listing, ground: &Ground) -> String {
    let rules = &listing.own_rules;
    let number = |number: Option<u32>| number.map(|number| number.to_string()).unwrap_or_default();
    match field {
        Field::Code => listing.code.clone(),
        Field::Kind => listing.kind.to_string(),
        Field::Category => listing.category.clone(),
        Field::NameZh => tidy(&listing.names.zh),
        Field::NameEn => tidy(&listing.names.en),
        Field::Quantity => listing.quantity.to_string(),
        Field::DayRate | Field::Rate => listing.rates.day.map(figure).unwrap_or_default(),
        Field::HourRate => listing.rates.hour.map(figure).unwrap_or_default(),
        Field::Deposit => figure(listing.rates.deposit),
        Field::Site => ground.sites.code(listing.site).to_owned(),
        Field::Owner => ground.owners.code(listing.owner).to_owned(),
        Field::AreaSqm => number(listing.area_sqm),
        Field::Tags => tags(&listing.tags),
        Field::Alike => tags(std::slice::from_ref(&listing.alike)),
        Field::State => listing.state.to_string(),
        Field::MinimumMinutes => number(rules.minimum_minutes),
        Field::MaximumMinutes => number(rules.maximum_minutes),
        Field::StepMinutes => number(rules.step_minutes),
        Field::LeadMinutes => number(rules.lead_minutes),
        Field::HorizonDays => number(rules.horizon_days),
        Field::SetupMinutes => number(rules.setup_minutes),
        Field::TurnaroundMinutes => number(rules.turnaround_minutes),
        Field::DayHours => number(rules.day_hours),
        Field::NightAllowed => rules
            .night_allowed
            .map(|allowed| if allowed { "yes" } else { "no" })
            .unwrap_or_default()
            .to_owned(),
        Field::HoursApply => rules
            .hours_apply
            .map(|apply| apply.to_string())
            .unwrap_or_default(),
        Field::Approval => rules
            .approval
            .map(|approval| approval.to_string())
            .unwrap_or_default(),
        Field::DescriptionZh => tidy(&listing.descriptions.zh),
        Field::DescriptionEn => tidy(&listing.descriptions.en),
        Field::Parts => parts::write(ground.parts_of(listing.id)),
    }
}

/// Tags in one cell. A tag that reads as "none" is told from none by the separator after it.
fn tags(tags: &[String]) -> String {
    let joined = tags.join(";");
    if !joined.is_empty() && means_nothing(&joined) {
        format!("{joined};")
    } else {
        joined
    }
}

/// An amount as a figure of whole units, with its cents where there are any.
pub fn figure(money: Money) -> String {
    match money.minor % 100 {
        0 => (money.minor / 100).to_string(),
        cents => format!("{}.{cents:02}", money.minor / 100),
    }
}
