//! Rules by which something repeats, as they are sent, and what is wrong with them in words.

use chrono::NaiveDate;

use super::input::Faults;
use crate::actions::FieldFault;
use crate::domain::recurrence::{MOST_DATES, MOST_YEARS, RecurrenceFault};

/// The local days that are left out.
pub(super) fn read_except(faults: &mut Faults, sent: &[String]) -> Option<Vec<NaiveDate>> {
    if sent.len() > MOST_DATES {
        let fault = FieldFault::with_limit("recurrence.except", "too_many", MOST_DATES);
        faults.0.push(fault);
        return None;
    }
    let day = |(place, text): (usize, &String)| {
        let field = format!("recurrence.except[{place}]");
        faults.take(field, text.parse().map_err(|_| "not_a_date"))
    };
    let days: Vec<Option<NaiveDate>> = sent.iter().enumerate().map(day).collect();
    days.into_iter().collect()
}

/// What is wrong with a rule.
pub(super) fn rule_fault(fault: RecurrenceFault) -> FieldFault {
    let (code, limit) = match fault {
        RecurrenceFault::TooLong => ("rule_too_long", String::new()),
        RecurrenceFault::Unreadable(part) => ("rule_unreadable", part),
        RecurrenceFault::Twice(part) => ("rule_twice", part),
        RecurrenceFault::NoFrequency => ("rule_no_frequency", String::new()),
        RecurrenceFault::NotByDays(part) => ("rule_not_by_days", part),
        RecurrenceFault::Contradiction(part) => ("rule_contradiction", part),
        RecurrenceFault::Endless => ("rule_endless", String::new()),
        RecurrenceFault::NoDates => ("rule_no_dates", String::new()),
        RecurrenceFault::TooManyDates => ("rule_too_many_dates", MOST_DATES.to_string()),
        RecurrenceFault::TooFar => ("rule_too_far", MOST_YEARS.to_string()),
    };
    FieldFault::with_limit("recurrence.rule", code, limit)
}
