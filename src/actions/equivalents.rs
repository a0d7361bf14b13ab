//! Equivalents: which published listings would do in the place of another.

use std::cmp::Reverse;

use super::Outcome;
use crate::domain::ids::SiteId;
use crate::domain::listing::{Kind, Listing};
use crate::store::listings::{self, Filter};
use crate::store::{Conn, LONGEST_PAGE};

/// The most equivalents one line has.
pub const MOST_EQUIVALENTS: usize = 100;

/// Any listing of a kind, narrowed further.
#[derive(Debug, Clone)]
pub struct AnyOf {
    /// Of this kind.
    pub kind: Kind,
    /// Of this category.
    pub category: Option<String>,
    /// With all of these tags.
    pub tags: Vec<String>,
    /// At this site.
    pub site: Option<SiteId>,
}

/// What is published and would do, by code.
pub fn any_of(conn: &mut Conn, any: &AnyOf) -> Outcome<Vec<Listing>> {
    let filter = Filter {
        kind: Some(any.kind),
        category: any.category.clone(),
        site: any.site,
        tag: any.tags.first().cloned(),
        without_kits: true,
        ..Filter::default()
    };
    let mut found = listings::list(conn, &filter, None, LONGEST_PAGE)?;
    found.retain(|listing| any.tags.iter().all(|tag| listing.tags.contains(tag)));
    found.truncate(MOST_EQUIVALENTS);
    Ok(found)
}

/// What is published and does in the place of this listing: what is in its group, where its keeper put it in one; else
/// what is of its kind and category, and has a tag of its own where it has any. The most alike first, then those of
/// its owner, then by code. Nothing is like a kit.
pub fn like(conn: &mut Conn, listing: &Listing) -> Outcome<Vec<Listing>> {
    if listing.is_kit() {
        return Ok(Vec::new());
    }
    let filter = if listing.alike.is_empty() {
        Filter {
            kind: Some(listing.kind),
            category: Some(listing.category.clone()),
            without_kits: true,
            ..Filter::default()
        }
    } else {
        Filter {
            alike: Some(listing.alike.clone()),
            without_kits: true,
            ..Filter::default()
        }
    };
    let mut found = listings::list(conn, &filter, None, LONGEST_PAGE)?;
    found.retain(|other| other.id != listing.id && is_like(listing, other));
    found.sort_by_key(|other| {
        (
            Reverse(common_tags(listing, other)),
            other.owner != listing.owner,
        )
    });
    found.truncate(MOST_EQUIVALENTS);
    Ok(found)
}

fn is_like(listing: &Listing, other: &Listing) -> bool {
    !listing.alike.is_empty() || listing.tags.is_empty() || common_tags(listing, other) > 0
}

fn common_tags(listing: &Listing, other: &Listing) -> usize {
    let shared = listing.tags.iter().filter(|tag| other.tags.contains(tag));
    shared.count()
}
