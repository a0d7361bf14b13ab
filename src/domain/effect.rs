//! `Effect`: something that is to be taken away from what may be booked, before it is. What it would come to is
//! asked of the one formula with the effect supposed: as closures that are not there yet, or as other hours.

use serde::{Deserialize, Serialize};

use super::closure::{Closure, ClosureKind, ClosureScope};
use super::hours::OpeningHours;
use super::ids::{ClosureId, Id, ListingId, SiteId};
use super::span::{Instant, Span};

/// When something is to be closed: a date, and those it repeats on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dates {
    /// First moment of the first date.
    pub start: Instant,
    /// First moment after it.
    pub end: Instant,
    /// The other dates.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub later: Vec<(Instant, Instant)>,
}

impl Dates {
    /// These, in their order; `None` is none.
    pub fn of(spans: &[Span]) -> Option<Self> {
        let (first, later) = spans.split_first()?;
        Some(Self {
            start: first.start(),
            end: first.end(),
            later: later
                .iter()
                .map(|span| (span.start(), span.end()))
                .collect(),
        })
    }

    /// All of them, in their order.
    pub fn spans(&self) -> Vec<Span> {
        let first = (self.start, self.end);
        let all = std::iter::once(first).chain(self.later.iter().copied());
        all.filter_map(|(start, end)| Span::new(start, end).ok())
            .collect()
    }
}

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
        /// When.
        #[serde(flatten)]
        dates: Dates,
    },
    /// Everything at a site, for a while.
    SiteClosure {
        /// Which.
        site: SiteId,
        /// When.
        #[serde(flatten)]
        dates: Dates,
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

    /// When it would count, date by date.
    pub fn spans(&self, from_now_on: Span) -> Vec<Span> {
        match self {
            Self::Closure { dates, .. } | Self::SiteClosure { dates, .. } => {
                let ahead = |span: Span| span.clip(from_now_on);
                dates.spans().into_iter().filter_map(ahead).collect()
            }
            Self::Retirement { .. } | Self::Quantity { .. } | Self::Hours { .. } => {
                vec![from_now_on]
            }
        }
    }

    /// The same as closures of a listing with so many units; none where it takes none away.
    pub fn as_closures(&self, quantity: u32, from_now_on: Span) -> Vec<Closure> {
        let units = match self {
            Self::Closure { units, .. } => *units,
            Self::Quantity { quantity: left, .. } if *left < quantity => Some(quantity - left),
            Self::SiteClosure { .. } | Self::Retirement { .. } => None,
            Self::Quantity { .. } | Self::Hours { .. } => return Vec::new(),
        };
        let closure = |span| Closure {
            id: ClosureId::from_raw(0),
            scope: self.scope(),
            units,
            span,
            kind: ClosureKind::Closed,
            reason: String::new(),
            series: None,
        };
        self.spans(from_now_on).into_iter().map(closure).collect()
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
            let closures = left(quantity).as_closures(5, now_on());
            closures.first().and_then(|closure| closure.units)
        };
        assert_eq!((taken(3), taken(0)), (Some(2), Some(5)));
        assert_eq!((taken(5), taken(8)), (None, None));
    }

    #[test]
    fn what_is_over_takes_nothing() {
        let past = Effect::SiteClosure {
            site: SiteId::from_raw(1),
            dates: Dates {
                start: "2030-01-05T00:00:00Z".parse().expect("a moment"),
                end: "2030-01-07T00:00:00Z".parse().expect("a moment"),
                later: Vec::new(),
            },
        };
        assert_eq!(past.as_closures(1, now_on()), []);
    }

    #[test]
    fn what_was_kept_of_one_date_is_read_as_before() {
        let kept = r#"{"kind":"closure","listing":"LISTING","units":null,"start":"2030-01-08T00:00:00Z","end":"2030-01-09T00:00:00Z"}"#;
        let kept = kept.replace("LISTING", &ListingId::from_raw(1).to_string());
        let read: Effect = serde_json::from_str(&kept).expect("as it was written");
        assert_eq!(read.as_closures(1, now_on()).len(), 1);
        assert_eq!(serde_json::to_string(&read).expect("text"), kept);
    }
}
