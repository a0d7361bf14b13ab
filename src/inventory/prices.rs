//! Text → prices, as people write them: an amount, its currency, and what it is for.

use super::columns::Field;
use super::numbers::{COUNTERS, scaled, split_number, why_no_number};
use super::text::one_of;
use super::values::{Misread, Value};
use crate::domain::money::Currency;

const NOT_OFFERED: &str =
    "面议|价格面议|议价|待议|询价|电询|电议|on request|negotiable|not offered";
const FREE: &str = "免费|免|free|不收费|免租|免押|免押金|不收|no charge";

/// For what a price is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Basis {
    /// As its column says.
    Untold,
    Day,
    Hour,
}

const OTHER_CURRENCIES: &[&str] = &[
    "$", "usd", "us$", "美元", "美金", "€", "eur", "欧元", "£", "gbp", "hk$", "hkd", "港币",
    "港元", "jpy", "日元", "twd", "nt$", "台币",
];
const OF_CNY: &[&str] = &[
    "人民币",
    "rmb",
    "cny",
    "cn¥",
    "¥",
    "元整",
    "元",
    "块钱",
    "块",
    "圆",
];
const A_DAY: &str = "天|日|day|d|24小时|24h";
const AN_HOUR: &str = "小时|时|hour|hr|h|钟头";
const OTHER_BASES: &str = "周|星期|月|年|半天|场|次|集|week|month|year|班|台班";

/// A price as people write one: `¥1,200/天`, `300元/小时`, `1.2万`, `免费`, `面议`.
pub(super) fn price(field: Field, folded: &str, currency: Currency) -> Result<Value, Misread> {
    if one_of(NOT_OFFERED, folded) {
        return Ok(Value::Nothing);
    }
    if one_of(FREE, folded) {
        return Ok(Value::Minor(0));
    }
    let mut text = folded;
    let before =
        strip_any(text, &["每天", "每日", "一天", "日租", "日租金"]).map(|rest| (rest, Basis::Day));
    let before =
        before.or_else(|| strip_any(text, &["每小时", "时租"]).map(|rest| (rest, Basis::Hour)));
    let mut basis = Basis::Untold;
    if let Some((rest, found)) = before {
        (text, basis) = (rest.trim_start_matches([':', ' ']), found);
    }
    text = strip_currency(text, currency)?;
    let (number, rest) = split_number(text);
    if number.is_empty() {
        return Err(why_no_number(folded));
    }
    let (places, rest) = match strip_any(rest, &["万", "w"]) {
        Some(rest) => (6, rest),
        None => strip_any(rest, &["千", "k"]).map_or((2, rest), |rest| (5, rest)),
    };
    let rest = strip_currency(rest.trim(), currency)?;
    let after = basis_of(rest.trim()).ok_or_else(|| why_no_price(folded, rest.trim()))?;
    let minor = scaled(number, places)?;
    match (basis, after) {
        (Basis::Untold, told) | (told, Basis::Untold) => on_basis(field, told, minor, folded),
        (one, other) if one == other => on_basis(field, one, minor, folded),
        _ => Err(Misread::with("wrong_basis", folded)),
    }
}

fn on_basis(field: Field, basis: Basis, minor: i64, folded: &str) -> Result<Value, Misread> {
    match (field, basis) {
        (Field::DayRate | Field::Deposit, Basis::Untold)
        | (Field::HourRate, Basis::Untold | Basis::Hour)
        | (Field::DayRate | Field::Rate, Basis::Day) => Ok(Value::Minor(minor)),
        (Field::Rate, Basis::Hour) => Ok(Value::MinorAnHour(minor)),
        (Field::Rate, Basis::Untold) => Err(Misread::with("no_basis", folded)),
        _ => Err(Misread::with("wrong_basis", folded)),
    }
}

/// What a price is for, by what follows it: nothing is told, or a day, or an hour, each of one unit.
/// `None` is something else.
fn basis_of(rest: &str) -> Option<Basis> {
    let per = rest.trim_start_matches(['/', ' ']);
    let per = ["每", "一", "per ", "a ", "an "]
        .iter()
        .find_map(|word| per.strip_prefix(word))
        .unwrap_or(per)
        .trim();
    let per = COUNTERS
        .split('|')
        .find_map(|counter| per.strip_prefix(counter)?.strip_prefix('/'))
        .unwrap_or(per);
    let unit = per.split('/').next().unwrap_or_default().trim();
    let counted = per
        .split('/')
        .skip(1)
        .all(|word| one_of(COUNTERS, word.trim()));
    if !counted {
        return None;
    }
    if unit.is_empty() || one_of(COUNTERS, unit) {
        return Some(Basis::Untold);
    }
    if one_of(A_DAY, unit) {
        return Some(Basis::Day);
    }
    one_of(AN_HOUR, unit).then_some(Basis::Hour)
}

fn why_no_price(folded: &str, rest: &str) -> Misread {
    let other = OTHER_BASES.split('|').any(|basis| rest.contains(basis));
    if other {
        return Misread::with("other_basis", folded);
    }
    why_no_number(folded)
}

/// Text without a mark of the cluster's own currency at its head; another currency's is refused.
fn strip_currency(text: &str, currency: Currency) -> Result<&str, Misread> {
    let code = currency.as_str().to_lowercase();
    let own: &[&str] = if currency == Currency::CNY {
        OF_CNY
    } else {
        &[]
    };
    if let Some(rest) = strip_any(text, own).or_else(|| text.strip_prefix(code.as_str())) {
        return Ok(rest.trim_start());
    }
    let others = OTHER_CURRENCIES.iter().chain(OF_CNY);
    for other in others {
        if text.starts_with(other) && *other != code {
            return Err(Misread::with("wrong_currency", currency.as_str()));
        }
    }
    Ok(text)
}

fn strip_any<'a>(text: &'a str, words: &[&str]) -> Option<&'a str> {
    words.iter().find_map(|word| text.strip_prefix(word))
}
