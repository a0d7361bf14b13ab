//! What a calendar feed shows, as data: `calendar` turns it into iCalendar.

use super::booking::LineState;
use super::ids::LineId;
use super::people::Names;
use super::span::{Instant, Span};

words! {
    /// Whose bookings a feed shows, as far as its member may see them.
    FeedScope {
        /// Those its member made.
        Member = "member",
        /// Those of its member's company.
        Company = "company",
        /// What is taken of one listing.
        Listing = "listing",
    }
}

/// One line of a booking as a subscribed calendar shows it, with no more than its reader may know.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct FeedEntry {
    /// The line: the entry's stable UID comes from it.
    pub line: LineId,
    /// The booking's reference, if the reader may know.
    pub reference: Option<String>,
    /// The listing's code.
    pub code: String,
    /// The listing's names.
    pub listing: Names,
    /// Where it is.
    pub site: Names,
    /// How many units.
    pub units: u32,
    /// When.
    pub span: Span,
    /// Where the line is in its life.
    pub state: LineState,
    /// The drama, if the reader may know.
    pub production: Option<String>,
    /// The crew's company, if the reader may know.
    pub company: Option<Names>,
    /// Revision of the entry.
    pub sequence: i32,
    /// When the line last changed.
    pub changed_at: Instant,
}
