//! `Effect`: something that is to be taken away from what may be booked, before it is. What it would come to is
//! asked of the one formula with the effect supposed: as closures that are not there yet, or as other hours.

use serde::{Deserialize, Serialize};

use super::closure::{Closure, ClosureKind, ClosureScope};
use super::hours::OpeningHours;
use super::ids::{ClosureId, Id, ListingId, SiteId};
use super::span::{Instant, Span};

/// What is to be taken away.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Effect {
    /// A listing, or some of its units, for a while.
    Closure {
        /// Which.
        listing: ListingId,
        /// How many units; `None` is all of them.
        units: Option<u32>,
        /// First moment.
        start: Instant,
        /// First moment after.
        end: Instant,
    },
    /// Everything at a site, for a while.
    SiteClosure {
        /// Which.
        site: SiteId,
        /// First moment.
        start: Instant,
        /// First moment after.
        end: Instant,
    },
    /// A listing for good.
    Retirement {
        /// Which.
        listing: ListingId,
    },
    /// Units of a listing for good.
    Quantity {
        /// Which.
        listing: ListingId,
        /// How many are left.
        quantity: u32,
    },
    /// Opening hours of a site.
    Hours {
        /// Which.
        site: SiteId,
        /// The new ones; `None` is always open.
        hours: Option<OpeningHours>,
    },
}

impl Effect {
    /// What it is about.
    pub fn scope(&self) -> ClosureScope {
        match self {
            Self::Closure { listing, .. }
            | Self::Retirement { listing }
            | Self::Quantity { listing, .. } => ClosureScope::Listing(*listing),
            Self::SiteClosure { site, .. } | Self::Hours { site, .. } => ClosureScope::Site(*site),
        }
    }

    /// When it would count.
    pub fn span(&self, from_now_on: Span) -> Option<Span> {
        match self {
            Self::Closure { start, end, .. } | Self::SiteClosure { start, end, .. } => {
                Span::new(*start, *end).ok()?.clip(from_now_on)
            }
            Self::Retirement { .. } | Self::Quantity { .. } | Self::Hours { .. } => {
                Some(from_now_on)
            }
        }
    }

    /// The same as a closure of a listing with so many units; `None` where it takes none away.
    pub fn as_closure(&self, quantity: u32, from_now_on: Span) -> Option<Closure> {
        let units = match self {
            Self::Closure { units, .. } => *units,
            Self::Quantity { quantity: left, .. } => {
                Some(quantity.checked_sub(*left).filter(|units| *units > 0)?)
            }
            Self::SiteClosure { .. } | Self::Retirement { .. } => None,
            Self::Hours { .. } => return None,
        };
        Some(Closure {
            id: ClosureId::from_raw(0),
            scope: self.scope(),
            units,
            span: self.span(from_now_on)?,
            kind: ClosureKind::Closed,
            reason: String::new(),
        })
    }
}

/// What is not so, but would be.
#[derive(Debug, Clone, Default)]
pub struct Supposed {
    /// Closures beside those that are there.
    pub closures: Vec<Closure>,
    /// Other hours of a site.
    pub hours: Option<(SiteId, Option<OpeningHours>)>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now_on() -> Span {
        let now = "2030-01-07T00:00:00Z".parse().expect("a moment");
        Span::new(now, Span::far_future()).expect("a span")
    }

    #[test]
    fn only_units_that_are_there_can_be_taken_away() {
        let left = |quantity| Effect::Quantity {
            listing: ListingId::from_raw(1),
            quantity,
        };
        let taken = |quantity| {
            let closure = left(quantity).as_closure(5, now_on());
            closure.and_then(|closure| closure.units)
        };
        assert_eq!((taken(3), taken(0)), (Some(2), Some(5)));
        assert_eq!((taken(5), taken(8)), (None, None));
    }

    #[test]
    fn what_is_over_takes_nothing() {
        let past = Effect::SiteClosure {
            site: SiteId::from_raw(1),
            start: "2030-01-05T00:00:00Z".parse().expect("a moment"),
            end: "2030-01-07T00:00:00Z".parse().expect("a moment"),
        };
        assert_eq!(past.as_closure(1, now_on()), None);
    }
}
