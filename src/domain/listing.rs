//! What can be booked.

use super::ids::{CompanyId, ListingId, SiteId};
use super::people::Names;
use super::policy::{OwnRules, Policy};
use super::price::Rates;

words! {
    /// The kind of a listing; rules have their defaults by it.
    Kind {
        /// Cameras, lights, sound, grip.
        Equipment = "equipment",
        /// Props, costumes, vehicles, consumables.
        Prop = "prop",
        /// Sets, stages, exteriors, passes.
        Scene = "scene",
        /// Rooms, bays, desks, parking.
        Facility = "facility",
        /// People and appointments.
        Service = "service",
    }
}

words! {
    /// Where a listing is in its life.
    ListingState {
        /// Seen by its owner and managers only.
        Draft = "draft",
        /// Seen and booked by everyone.
        Published = "published",
        /// Booked no more; its history stays.
        Retired = "retired",
    }
}

/// The most units a listing may have.
pub const MOST_UNITS: u32 = 1_000_000;

/// Something that can be booked.
#[derive(Debug, Clone, PartialEq)]
pub struct Listing {
    /// Its identifier.
    pub id: ListingId,
    /// Short code, such as `EQ-CAM-007`; unique in the cluster.
    pub code: String,
    /// Its kind.
    pub kind: Kind,
    /// Finer than the kind, such as `camera`.
    pub category: String,
    /// Its names.
    pub names: Names,
    /// Its descriptions.
    pub descriptions: Names,
    /// Lower-case slugs.
    pub tags: Vec<String>,
    /// A slug: listings with the same one do in each other's place, as their keepers say. Empty is nothing said.
    pub alike: String,
    /// Where it is.
    pub site: SiteId,
    /// Whose it is.
    pub owner: CompanyId,
    /// Where it is in its life.
    pub state: ListingState,
    /// How many like units there are, 0 to [`MOST_UNITS`].
    pub quantity: u32,
    /// Floor area of a set.
    pub area_sqm: Option<u32>,
    /// What it costs.
    pub rates: Rates,
    /// The rules it sets itself; the rest come from its kind.
    pub own_rules: OwnRules,
    /// How many parts it is made of; with any it is a kit (see [`super::kit`]), and quantity, rates and rules are
    /// those of its parts.
    pub parts: u32,
    /// Grows with each edit.
    pub version: i64,
}

/// What the formula of availability asks of a listing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stock {
    /// Of which.
    pub listing: ListingId,
    /// Where it is.
    pub site: SiteId,
    /// Where it is in its life.
    pub state: ListingState,
    /// How many there are.
    pub quantity: u32,
    /// The rules that count for it.
    pub policy: Policy,
}

impl Listing {
    /// The rules that count: its own, else its kind's.
    pub fn policy(&self) -> Policy {
        Policy::of_kind(self.kind).with(&self.own_rules)
    }

    /// Whether it is made of other listings.
    pub fn is_kit(&self) -> bool {
        self.parts > 0
    }

    /// Whether it has a rate or a deposit of its own.
    pub fn is_priced(&self) -> bool {
        let rates = &self.rates;
        rates.day.is_some() || rates.hour.is_some() || rates.deposit.minor != 0
    }

    /// Whether there is enough of it to be booked.
    pub fn is_complete(&self) -> bool {
        let has_rate = self.rates.day.is_some() || self.rates.hour.is_some();
        self.is_kit() || self.quantity > 0 && has_rate
    }
}
