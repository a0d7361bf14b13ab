//! Why a line of a booking is refused: enough to say who, when, how many, and what would be right.

use super::conflict::Shortage;
use super::ids::{CompanyId, ListingId};
use super::listing::Listing;
use super::people::Names;
use super::policy::PolicyFault;
use super::price::PriceFault;
use super::quota::OverQuota;
use super::span::Span;

/// What a refusal says of the listing it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListingName {
    /// Its identifier.
    pub id: ListingId,
    /// Its short code.
    pub code: String,
    /// Its names.
    pub names: Names,
}

impl ListingName {
    /// A listing's.
    pub fn of(listing: &Listing) -> Self {
        Self {
            id: listing.id,
            code: listing.code.clone(),
            names: listing.names.clone(),
        }
    }
}

/// Someone who holds units in the way, as far as the reader may know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// When, turnaround included, cut to the span that was asked for.
    pub span: Span,
    /// How many units.
    pub units: u32,
    /// Whose, if the company shows its name or is the reader's own.
    pub company: Option<(CompanyId, Names)>,
    /// Whether it is the reader's own company.
    pub mine: bool,
    /// The booking's reference, for its own company and managers.
    pub reference: Option<String>,
}

/// A closure in the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClosedSpan {
    /// When, cut to the span that was asked for.
    pub span: Span,
    /// How many units; `None` is all.
    pub units: Option<u32>,
    /// Why.
    pub reason: String,
}

/// What is in the way of a claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clash {
    /// Exactly when, and how many units are short.
    pub shortages: Vec<Shortage>,
    /// Who holds units then.
    pub holders: Vec<Holder>,
    /// What is closed then.
    pub closures: Vec<ClosedSpan>,
    /// Whether only holds are in the way: what would fit if they went can wait in line for it.
    pub only_holds: bool,
    /// The rank it would have in line.
    pub queue_rank: Option<u32>,
}

/// One reason against a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// Not enough units then.
    Clash(Clash),
    /// Against the listing's rules.
    Policy(PolicyFault),
    /// Beyond what one company may have in a week.
    OverQuota(OverQuota),
    /// More units than the listing has at all.
    TooManyUnits {
        /// What it has.
        quantity: u32,
    },
    /// A draft, or retired.
    NotPublished,
    /// No price can be named.
    Price(PriceFault),
}

/// One reason against one line of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Which line, counted from 0 as it was sent.
    pub line: usize,
    /// What it asked for.
    pub listing: ListingName,
    /// How many units of it.
    pub units: u32,
    /// When.
    pub span: Span,
    /// Why not.
    pub reason: Reason,
    /// The kit it is a part of, if it was asked for with one.
    pub kit: Option<ListingName>,
}

impl Refusal {
    /// Whether someone or something is in the way (and not only a rule).
    pub fn is_clash(&self) -> bool {
        matches!(self.reason, Reason::Clash(_))
    }
}
