//! One change made to many listings at once: prices by a percentage, turnaround, site, tags, state.
//!
//! Not here: who may make it, and whether what is promised of each listing is kept.

use super::ids::SiteId;
use super::listing::{Listing, ListingState};
use super::money::Money;

/// The lowest percentage: nine tenths off.
pub const LOWEST_PERCENT: i32 = -90;
/// The highest percentage: six times as much.
pub const HIGHEST_PERCENT: i32 = 500;

/// Rates by so much more or less.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateChange {
    /// +5 is five in a hundred more.
    pub percent: i32,
    /// What a new rate is a multiple of, in minor units: 100 is whole yuan. At least 1.
    pub round_to_minor: i64,
}

impl RateChange {
    /// The new rate: the nearest multiple, the higher one from the middle on. What costs something goes on
    /// costing something: 0 would mean free. What is free stays free.
    pub fn of(self, rate: Money) -> Money {
        if rate.minor == 0 {
            return rate;
        }
        let step = i128::from(self.round_to_minor.max(1));
        let hundredths = i128::from(rate.minor) * i128::from(100 + self.percent);
        let steps = (2 * hundredths + 100 * step).div_euclid(200 * step);
        let minor = i64::try_from(steps.max(1) * step).unwrap_or(i64::MAX);
        Money { minor, ..rate }
    }
}

/// The change; what is absent stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BulkChange {
    /// Day and hour rates; deposits stay.
    pub rates: Option<RateChange>,
    /// Minutes after each booking; the inner `None` inherits the kind's.
    pub turnaround_minutes: Option<Option<u32>>,
    /// Another site.
    pub site: Option<SiteId>,
    /// Tags it has from now on.
    pub add_tags: Vec<String>,
    /// Tags it has no more.
    pub remove_tags: Vec<String>,
    /// Published, or retired.
    pub state: Option<ListingState>,
}

impl BulkChange {
    /// Whether it asks for nothing at all.
    pub fn is_nothing(&self) -> bool {
        *self == Self::default()
    }

    /// The listing as it would be.
    pub fn applied(&self, listing: &Listing) -> Listing {
        let mut changed = listing.clone();
        if let Some(change) = self.rates {
            changed.rates.day = changed.rates.day.map(|rate| change.of(rate));
            changed.rates.hour = changed.rates.hour.map(|rate| change.of(rate));
        }
        if let Some(minutes) = self.turnaround_minutes {
            changed.own_rules.turnaround_minutes = minutes;
        }
        changed.site = self.site.unwrap_or(changed.site);
        changed.tags.retain(|tag| !self.remove_tags.contains(tag));
        for tag in &self.add_tags {
            if !changed.tags.contains(tag) {
                changed.tags.push(tag.clone());
            }
        }
        changed.state = self.state.unwrap_or(changed.state);
        changed
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::money::Currency;

    fn new_rate(minor: i64, percent: i32, round_to_minor: i64) -> i64 {
        let currency = Currency::CNY;
        let change = RateChange {
            percent,
            round_to_minor,
        };
        change.of(Money { minor, currency }).minor
    }

    #[test]
    fn a_new_rate_is_the_nearest_multiple() {
        let cases = [
            // minor, percent, multiple of, new
            (45_000, 5, 100, 47_300), // 472.50: the middle goes up
            (45_000, 5, 1, 47_250),
            (45_000, 5, 1_000, 47_000),
            (45_000, -5, 100, 42_800), // 427.50
            (99_999, 0, 100, 100_000),
            (120, -90, 100, 100), // 0.12: never free by rounding
            (0, 50, 100, 0),      // and free stays free
            (1, 500, 1, 6),
        ];
        for (minor, percent, multiple, expected) in cases {
            assert_eq!(
                new_rate(minor, percent, multiple),
                expected,
                "{minor} {percent:+}% to {multiple}"
            );
        }
    }

    #[test]
    fn the_largest_rate_does_not_wrap() {
        assert_eq!(new_rate(i64::MAX, 500, 1), i64::MAX);
    }
}
