//! The kinds of races there are.

use clap::ValueEnum;

use super::ground::{Round, Tally};
use super::{bookings, changes, holds, supply};

/// What meets what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub(crate) enum Kind {
    /// All book the last unit.
    LastUnit,
    /// All book some units of a pool.
    Pool,
    /// Baskets of the same listings in crossing order.
    Crossing,
    /// The last part of a kit, alone, in the kit, and beside it.
    Kits,
    /// Series whose dates cross.
    Series,
    /// One key, sent to every server.
    SameKey,
    /// Bookings moved into one slot, against each other and a new one.
    Changes,
    /// An extension, a change and bookings want the hours between two neighbours.
    Extension,
    /// A hand-over, a cancellation and bookings.
    HandOver,
    /// A request granted and called off, against requests.
    Requests,
    /// A hold confirmed as it lapses, against the next in line and bookings.
    Expiry,
    /// A hold challenged, confirmed and let go at once.
    Challenge,
    /// A closure against bookings.
    Closure,
    /// An import that leaves fewer units, against bookings.
    Import,
    /// A unit taken out of service, against bookings.
    Unit,
    /// A bulk change that retires two listings, against bookings of either.
    Bulk,
}

impl Kind {
    pub(super) fn all() -> Vec<Self> {
        Self::value_variants().to_vec()
    }

    /// As it is asked for on the command line.
    pub(super) fn name(self) -> String {
        let value = self.to_possible_value();
        value.map_or_else(String::new, |value| value.get_name().to_owned())
    }

    pub(super) async fn run(self, mut round: Round) -> Tally {
        let it = &mut round;
        match self {
            Self::LastUnit => bookings::last_unit(it).await,
            Self::Pool => bookings::pool(it).await,
            Self::Crossing => bookings::crossing(it).await,
            Self::Kits => bookings::kits(it).await,
            Self::Series => bookings::series(it).await,
            Self::SameKey => bookings::same_key(it).await,
            Self::Changes => changes::into_one_slot(it).await,
            Self::Extension => changes::extension(it).await,
            Self::HandOver => changes::hand_over(it).await,
            Self::Requests => changes::requests(it).await,
            Self::Expiry => holds::expiry(it).await,
            Self::Challenge => holds::challenge(it).await,
            Self::Closure => supply::closure(it).await,
            Self::Import => supply::import(it).await,
            Self::Unit => supply::unit(it).await,
            Self::Bulk => supply::bulk(it).await,
        }
        round.tally
    }
}
