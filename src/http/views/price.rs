//! Prices → JSON, and in words.

use serde::Serialize;
use utoipa::ToSchema;

use super::MoneyOut;
use crate::domain::people::Language;
use crate::domain::price::{Basis, Price, PricePart};

/// How a price came about.
#[derive(Debug, Serialize, ToSchema)]
pub struct PriceOut {
    /// What is paid.
    pub total: MoneyOut,
    /// What is held until the return.
    pub deposit: MoneyOut,
    /// `hour`, `day`, `mixed` or `free`.
    pub basis: String,
    /// Its factors.
    pub parts: Vec<PricePartOut>,
    /// In words: `2 × 1 day × ¥450.00`.
    pub detail: String,
}

/// One factor of a price.
#[derive(Debug, Serialize, ToSchema)]
pub struct PricePartOut {
    /// `hour` or `day`.
    pub basis: String,
    /// Days, or hours in halves.
    pub quantity: f64,
    /// Units it is for.
    pub units: u32,
    /// For one day or hour of one unit.
    pub rate: MoneyOut,
    /// What it comes to.
    pub amount: MoneyOut,
}

/// A price.
pub fn price(price: &Price, language: Language) -> PriceOut {
    let words = price
        .parts
        .iter()
        .map(|part| part_words(part, language))
        .collect::<Vec<_>>();
    PriceOut {
        total: price.total.into(),
        deposit: price.deposit.into(),
        basis: price.basis.as_str().to_owned(),
        parts: price.parts.iter().map(part).collect(),
        detail: if price.basis == Basis::Free {
            language.pick("免费", "free").to_owned()
        } else {
            words.join(" + ")
        },
    }
}

fn part(part: &PricePart) -> PricePartOut {
    PricePartOut {
        basis: part.basis.as_str().to_owned(),
        quantity: quantity(part),
        units: part.units,
        rate: part.rate.into(),
        amount: part.amount.into(),
    }
}

/// Hours are counted in halves.
fn quantity(part: &PricePart) -> f64 {
    let count = f64::from(i32::try_from(part.count).unwrap_or(i32::MAX));
    if part.basis == Basis::Hour {
        count / 2.0
    } else {
        count
    }
}

fn part_words(part: &PricePart, language: Language) -> String {
    let unit = match part.basis {
        Basis::Hour => language.pick("小时", "h"),
        Basis::Day | Basis::Mixed | Basis::Free => language.pick("天", "d"),
    };
    format!("{} × {} {unit} × {}", part.units, quantity(part), part.rate)
}
