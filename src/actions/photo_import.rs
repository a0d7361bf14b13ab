//! Photos out of a ZIP: which would be added to which listing, and which not and why. Each is added by
//! [`super::photos::add`]; a second time adds nothing.

use std::collections::{BTreeMap, BTreeSet};

use super::{FieldFault, Outcome};
use crate::domain::ids::ListingId;
use crate::domain::listing::Listing;
use crate::domain::people::Actor;
use crate::domain::photo::MOST_PHOTOS;
use crate::domain::rights::{Right, may};
use crate::inventory::compare::Verdict;
use crate::inventory::photo_zip::{Entry, code_of};
use crate::inventory::picture::NoPicture;
use crate::store::listings::{Filter, Visibility};
use crate::store::{Conn, listings, photos};

/// The most codes a name is held against.
const MOST_CODES: i64 = 200_000;

/// What would become of a file.
#[derive(Debug, Clone)]
pub struct Planned {
    /// The file.
    pub entry: Entry,
    /// The listing it is of, if its name tells one.
    pub listing: Option<(ListingId, String)>,
    /// `new`, `unchanged`, `refused` or `skipped`.
    pub verdict: Verdict,
    /// Why it is refused or skipped.
    pub fault: Option<FieldFault>,
}

/// What would become of each file. `None` is the house itself.
pub fn plan(conn: &mut Conn, by: Option<&Actor>, entries: Vec<Entry>) -> Outcome<Vec<Planned>> {
    let all = Filter {
        unpublished_of: Visibility::Everything,
        ..Filter::default()
    };
    let codes = listings::codes(conn, &all, None, MOST_CODES)?;
    let known: BTreeMap<String, String> = codes
        .into_iter()
        .map(|code| (code.to_lowercase(), code))
        .collect();
    let named: BTreeSet<&str> = entries
        .iter()
        .filter_map(|entry| code_of(&entry.name, &known))
        .collect();
    let named: Vec<String> = named.into_iter().map(str::to_owned).collect();
    let mut albums = BTreeMap::new();
    for listing in listings::find_by_codes(conn, &named)? {
        let album = Album::open(conn, by, listing)?;
        albums.insert(album.listing.code.clone(), album);
    }
    let planned = entries.into_iter().map(|entry| {
        let code = code_of(&entry.name, &known);
        match code.and_then(|code| albums.get_mut(code)) {
            Some(album) => album.plan(entry),
            None => of_nothing(entry),
        }
    });
    Ok(planned.collect())
}

/// The photos of a listing, with those that would come.
struct Album {
    listing: Listing,
    may_edit: bool,
    stored: BTreeSet<String>,
    seen: BTreeSet<String>,
    coming: usize,
}

impl Album {
    fn open(conn: &mut Conn, by: Option<&Actor>, listing: Listing) -> Outcome<Self> {
        let stored = photos::of_listing(conn, listing.id)?;
        Ok(Self {
            may_edit: by.is_none_or(|actor| may(actor, Right::Publish, listing.owner)),
            stored: stored.into_iter().map(|photo| photo.source).collect(),
            seen: BTreeSet::new(),
            coming: 0,
            listing,
        })
    }

    fn plan(&mut self, entry: Entry) -> Planned {
        let (verdict, fault) = self.verdict(&entry);
        if verdict == Verdict::New {
            self.coming += 1;
        }
        self.seen.insert(entry.source.clone());
        Planned {
            entry,
            listing: Some((self.listing.id, self.listing.code.clone())),
            verdict,
            fault,
        }
    }

    fn verdict(&self, entry: &Entry) -> (Verdict, Option<FieldFault>) {
        if !self.may_edit {
            let others = FieldFault::with_limit("file", "photo_of_others", &self.listing.code);
            return (Verdict::Refused, Some(others));
        }
        if let Some(why) = entry.fault {
            return (Verdict::Refused, Some(super::photos::fault(why)));
        }
        if self.seen.contains(&entry.source) {
            return (
                Verdict::Skipped,
                Some(FieldFault::new("file", "photo_twice")),
            );
        }
        if self.stored.contains(&entry.source) {
            return (Verdict::Unchanged, None);
        }
        if self.stored.len() + self.coming >= MOST_PHOTOS {
            let full = FieldFault::with_limit("file", "too_many_photos", MOST_PHOTOS);
            return (Verdict::Refused, Some(full));
        }
        (Verdict::New, None)
    }
}

/// A list or a note beside the photos is nobody's mistake; a photo nobody knows the listing of may be.
fn of_nothing(entry: Entry) -> Planned {
    let (verdict, fault) = match entry.fault {
        Some(why @ NoPicture::OtherKind) => (Verdict::Skipped, super::photos::fault(why)),
        _ => (
            Verdict::Refused,
            FieldFault::new("file", "photo_of_nothing"),
        ),
    };
    Planned {
        entry,
        listing: None,
        verdict,
        fault: Some(fault),
    }
}
