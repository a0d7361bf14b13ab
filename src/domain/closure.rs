//! Closures: when a listing, some of its units, or a whole site is not available.

use super::ids::{ClosureId, ListingId, SiteId};
use super::span::Span;

words! {
    /// Why it is not available.
    ClosureKind {
        /// Closed by its owner or the house: a build, a holiday, a rest day.
        Closed = "closed",
        /// Units in repair, lost or at the laundry.
        OutOfService = "out_of_service",
    }
}

/// What a closure closes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClosureScope {
    /// One listing.
    Listing(ListingId),
    /// Everything at a site.
    Site(SiteId),
}

/// A dated span when something is not available.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closure {
    /// Its identifier.
    pub id: ClosureId,
    /// What it closes.
    pub scope: ClosureScope,
    /// How many units it takes away; `None` is all of them.
    pub units: Option<u32>,
    /// When. An end of [`Span::far_future`] means until further notice.
    pub span: Span,
    /// Why, as a word.
    pub kind: ClosureKind,
    /// Why, for people.
    pub reason: String,
    /// The first of those it was made together with by one rule; `None` stands alone.
    pub series: Option<ClosureId>,
}
