//! The lines of a basket, and what they name.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Faults;
use crate::actions::quote::LineRequest;
use crate::actions::{FieldFault, OrNotFound, Outcome, Refused};
use crate::domain::ids::ListingId;
use crate::domain::listing::MOST_UNITS;
use crate::domain::span::Span;
use crate::store::{Conn, StoreError, listings};

/// The most lines of one booking.
pub const MOST_LINES: usize = 100;

/// One line of a basket.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LineIn {
    /// Only in a change: the line it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Id or code of a listing.
    pub listing: String,
    /// How many units; 1 when absent.
    #[serde(default = "one")]
    pub units: i64,
    /// First moment, RFC 3339.
    pub start: String,
    /// First moment after, RFC 3339.
    pub end: String,
}

fn one() -> i64 {
    1
}

/// A line that is right in itself; its listing is looked up in the transaction.
#[derive(Debug, Clone)]
pub struct ReadLine {
    listing: ListingName,
    units: u32,
    span: Span,
}

impl ReadLine {
    /// When it is wanted.
    pub fn span(&self) -> Span {
        self.span
    }
}

#[derive(Debug, Clone)]
enum ListingName {
    Id(ListingId),
    Code(String),
}

/// The lines of a basket, or everything that is wrong with them.
pub fn read_lines(faults: &mut Faults, lines: &[LineIn]) -> Vec<ReadLine> {
    if lines.is_empty() {
        faults.0.push(FieldFault::new("lines", "required"));
    }
    if lines.len() > MOST_LINES {
        faults
            .0
            .push(FieldFault::with_limit("lines", "too_many", MOST_LINES));
        return Vec::new();
    }
    let read = |(place, line): (usize, &LineIn)| {
        let at = format!("lines[{place}].");
        let units = u32::try_from(line.units)
            .ok()
            .filter(|units| (1..=MOST_UNITS).contains(units));
        if units.is_none() {
            faults.0.push(FieldFault::with_limit(
                format!("{at}units"),
                "out_of_range",
                format!("1–{MOST_UNITS}"),
            ));
        }
        let span = faults.span(&at, &line.start, &line.end);
        Some(ReadLine {
            listing: listing_name(&line.listing),
            units: units?,
            span: span?,
        })
    };
    lines.iter().enumerate().filter_map(read).collect()
}

fn listing_name(text: &str) -> ListingName {
    text.parse()
        .map_or_else(|_| ListingName::Code(text.to_owned()), ListingName::Id)
}

/// Finds the listings of lines; every unknown one is named.
pub fn find_listings(conn: &mut Conn, lines: &[ReadLine]) -> Outcome<Vec<LineRequest>> {
    let mut requests = Vec::with_capacity(lines.len());
    let mut unknown = Vec::new();
    for (place, line) in lines.iter().enumerate() {
        match find_listing(conn, &line.listing)? {
            Some(listing) => requests.push(LineRequest {
                listing,
                units: line.units,
                span: line.span,
            }),
            None => unknown.push(FieldFault::new(
                format!("lines[{place}].listing"),
                "unknown_listing",
            )),
        }
    }
    if unknown.is_empty() {
        Ok(requests)
    } else {
        Err(Refused::Invalid(unknown))
    }
}

fn find_listing(conn: &mut Conn, name: &ListingName) -> Result<Option<ListingId>, StoreError> {
    match name {
        ListingName::Code(code) => {
            Ok(listings::find_by_code(conn, code)?.map(|listing| listing.id))
        }
        // Whether there is one shows when its row is taken; asking twice would cost a round trip.
        ListingName::Id(id) => Ok(Some(*id)),
    }
}

/// The listing a path names by id or code.
pub fn listing_of_path(conn: &mut Conn, text: &str) -> Outcome<ListingId> {
    find_listing(conn, &listing_name(text))?
        .ok_or(StoreError::Missing)
        .or_not_found("listing")
}

/// The listing a field names by id or code.
pub fn listing_of_field(conn: &mut Conn, field: &str, text: &str) -> Outcome<ListingId> {
    let unknown = || Refused::Invalid(vec![FieldFault::new(field, "unknown_listing")]);
    find_listing(conn, &listing_name(text))?.ok_or_else(unknown)
}
