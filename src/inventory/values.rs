//! Text → value: prices, quantities, yes and no, kinds, as people write them in either language. What can be
//! read in two ways is refused with words, never guessed.

use super::columns::Field;
use super::parts::{self, NamedPart};
use super::text::{NOTHING, fold, one_of};
use super::{numbers, prices, vocabulary};
use crate::domain::listing::{Kind, ListingState};
use crate::domain::money::Currency;
use crate::domain::policy::{Approval, HoursApply};

/// What a cell says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Nothing: what is there stays, and a new listing has none.
    Blank,
    /// That there is none: "无", "-", "n/a"; for a price, that it is not offered.
    Nothing,
    /// Words as they are.
    Text(String),
    /// A list of slugs.
    Slugs(Vec<String>),
    /// A whole number.
    Count(u32),
    /// An amount in minor units.
    Minor(i64),
    /// An amount for an hour, from a column that holds both.
    MinorAnHour(i64),
    /// Yes or no.
    Flag(bool),
    /// A kind.
    Kind(Kind),
    /// A state.
    State(ListingState),
    /// What must fall inside opening hours.
    Hours(HoursApply),
    /// Who says yes.
    Approval(Approval),
    /// What a kit is made of.
    Parts(Vec<NamedPart>),
}

/// Why a cell cannot be read: a stable word, and what the sentence about it needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misread {
    /// Stable word; [`super::words`] says it to people.
    pub code: &'static str,
    /// A word or figure of the sentence.
    pub detail: String,
}

impl Misread {
    pub(super) fn with(code: &'static str, detail: impl Into<String>) -> Self {
        Self {
            code,
            detail: detail.into(),
        }
    }
}

/// What a cell of a column says.
pub fn read(field: Field, text: &str, currency: Currency) -> Result<Value, Misread> {
    let folded = fold(text).to_lowercase();
    if folded.is_empty() {
        return Ok(Value::Blank);
    }
    if one_of(ERRORS, &folded) {
        return Err(Misread::with("formula_error", text));
    }
    let nothing = one_of(NOTHING, &folded);
    let says_something = folded.contains(char::is_alphanumeric);
    match field {
        // A dash under "code" is none; `NA` may be one.
        Field::Code if says_something => Ok(Value::Text(fold(text))),
        Field::Site | Field::Owner if says_something => Ok(Value::Text(text.trim().to_owned())),
        Field::Code | Field::Site | Field::Owner => Ok(Value::Blank),
        Field::NameZh | Field::NameEn | Field::Category if nothing || !says_something => {
            Ok(Value::Blank)
        }
        Field::NameZh | Field::NameEn | Field::DescriptionZh | Field::DescriptionEn => {
            Ok(Value::Text(text.trim().to_owned()))
        }
        Field::NightAllowed => vocabulary::flag(&folded).map(Value::Flag),
        Field::Approval => vocabulary::approval(&folded).map(Value::Approval),
        Field::HoursApply if !nothing || folded == HoursApply::None.as_str() => {
            vocabulary::word(&folded, vocabulary::HOURS, "unknown_hours").map(Value::Hours)
        }
        _ if nothing => Ok(Value::Nothing),
        Field::HoursApply => Ok(Value::Nothing),
        Field::Category => Ok(Value::Text(vocabulary::category(&folded))),
        Field::Parts => parts::read(text).map(Value::Parts),
        Field::Tags => Ok(Value::Slugs(vocabulary::slugs(&folded))),
        Field::Alike => match vocabulary::slugs(&folded).as_slice() {
            [alike] => Ok(Value::Text(alike.clone())),
            _ => Err(Misread::with("one_group", text)),
        },
        Field::Kind => {
            vocabulary::word(&folded, vocabulary::KINDS, "unknown_kind").map(Value::Kind)
        }
        Field::State => {
            vocabulary::word(&folded, vocabulary::STATES, "unknown_state").map(Value::State)
        }
        Field::Quantity => numbers::quantity(&folded).map(Value::Count),
        Field::AreaSqm => numbers::area(&folded).map(Value::Count),
        Field::HorizonDays => {
            numbers::with_unit(&folded, &[("天", 1), ("日", 1), ("days", 1), ("day", 1)])
                .map(Value::Count)
        }
        Field::DayHours => {
            numbers::with_unit(&folded, &[("小时", 1), ("hours", 1), ("hour", 1), ("h", 1)])
                .map(Value::Count)
        }
        Field::MinimumMinutes
        | Field::MaximumMinutes
        | Field::StepMinutes
        | Field::LeadMinutes
        | Field::SetupMinutes
        | Field::TurnaroundMinutes => {
            numbers::with_unit(&folded, numbers::MINUTES).map(Value::Count)
        }
        Field::DayRate | Field::HourRate | Field::Rate | Field::Deposit => {
            prices::price(field, &folded, currency)
        }
    }
}

/// What spreadsheets show where a formula failed.
const ERRORS: &str = "#div/0!|#n/a|#name?|#null!|#num!|#ref!|#value!|#getting_data|#spill!|#calc!";
