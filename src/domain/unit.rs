//! Units: the individuals of a listing, each with an asset code of its own.

use super::closure::Closure;
use super::ids::{ClosureId, ListingId, UnitId};
use super::span::Instant;

words! {
    /// What a unit looks like.
    Condition {
        /// As it should be.
        Good = "good",
        /// Marks of use; works.
        Worn = "worn",
        /// Works in part, or will not for long.
        Damaged = "damaged",
    }
}

/// One individual of a listing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// Its identifier.
    pub id: UnitId,
    /// What it is one of.
    pub listing: ListingId,
    /// Asset code, such as `A001`; unique in the cluster, and no listing's.
    pub code: String,
    /// Its maker's number; empty is not known.
    pub serial: String,
    /// What it looks like.
    pub condition: Condition,
    /// What its keeper should know.
    pub note: String,
    /// The closure that stands for its being out of service.
    pub closure: Option<ClosureId>,
}

/// Whether a unit is out of service now, by the closure that stands for it.
pub fn is_out(closure: Option<&Closure>, now: Instant) -> bool {
    closure.is_some_and(|closure| closure.span.start() <= now && now < closure.span.end())
}

/// The most units that are added at once.
pub const MOST_AT_ONCE: u32 = 500;

/// A run of codes: `A001` and the next ones, digits kept as wide as they are. `None` where the first has no
/// number at its end to go on from, and more than one is wanted.
pub fn run(first: &str, count: u32) -> Option<Vec<String>> {
    let letters = first.trim_end_matches(|letter: char| letter.is_ascii_digit());
    let digits = &first[letters.len()..];
    let Ok(number) = digits.parse::<u64>() else {
        return (count == 1).then(|| vec![first.to_owned()]);
    };
    let width = digits.len();
    let code = |more: u32| {
        Some(format!(
            "{letters}{:0width$}",
            number.checked_add(more.into())?
        ))
    };
    (0..count).map(code).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_goes_on_from_the_number_at_its_end() {
        let cases: [(&str, u32, Option<&[&str]>); 7] = [
            ("A001", 3, Some(&["A001", "A002", "A003"])),
            ("A9", 2, Some(&["A9", "A10"])),
            ("FX6-099", 2, Some(&["FX6-099", "FX6-100"])),
            ("7", 2, Some(&["7", "8"])),
            ("A", 1, Some(&["A"])),
            ("A", 2, None),
            ("A99999999999999999999999", 2, None),
        ];
        for (first, count, expected) in cases {
            let made = run(first, count);
            let made: Option<Vec<&str>> = made
                .as_ref()
                .map(|codes| codes.iter().map(String::as_str).collect());
            assert_eq!(made.as_deref(), expected, "{first} x{count}");
        }
    }
}
