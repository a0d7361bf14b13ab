//! Photos of a listing: added, put in order, described, taken away. Their files were read before, where that
//! takes nobody's time.

use super::checks::{Checks, none_of};
use super::listings::{lock_own, may_see};
use super::{FieldFault, OrNotFound, Outcome, Refused};
use crate::domain::ids::{ListingId, PhotoId};
use crate::domain::people::Actor;
use crate::domain::photo::{LONGEST_ALT, MOST_PHOTOS, Photo, moved};
use crate::domain::span::Instant;
use crate::inventory::picture::{LARGEST_FILE, MOST_PIXELS, NoPicture, Picture};
use crate::store::photos::{self, Sizes};
use crate::store::{Conn, audit, fresh_id, listings};

/// A photo as it is added.
#[derive(Debug, Clone)]
pub struct NewPhoto {
    /// What was made of the file.
    pub picture: Picture,
    /// Hash of the file.
    pub source: String,
    /// What can be seen.
    pub alt: String,
}

/// Adds a photo behind those there are. One that is there already, from the same file, is not added again.
/// `None` is the house itself.
pub fn add(
    conn: &mut Conn,
    by: Option<&Actor>,
    listing: ListingId,
    new: &NewPhoto,
    now: Instant,
) -> Outcome<Photo> {
    lock_own(conn, by, listing)?;
    none_of(alt_faults(&new.alt))?;
    let there = photos::of_listing(conn, listing)?;
    if let Some(known) = there.iter().find(|photo| photo.source == new.source) {
        return Ok(known.clone());
    }
    if there.len() >= MOST_PHOTOS {
        let full = FieldFault::with_limit("file", "too_many_photos", MOST_PHOTOS);
        return Err(Refused::Invalid(vec![full]));
    }
    let Picture {
        hash,
        width,
        height,
        small,
        middle,
        large,
    } = &new.picture;
    let sizes = Sizes {
        small,
        middle,
        large,
    };
    photos::keep(conn, hash, sizes, now)?;
    let photo = Photo {
        id: fresh_id(now),
        listing,
        hash: hash.clone(),
        source: new.source.clone(),
        width: *width,
        height: *height,
        alt: new.alt.clone(),
    };
    let by = by.map(|actor| actor.member);
    photos::insert(conn, &photo, there.len(), by, now)?;
    let detail = serde_json::json!({ "after": { "photo": photo.id, "alt": photo.alt } });
    audit::put(conn, listing, "listing.photo_added", by, &detail, now)?;
    Ok(photo)
}

/// A change of a photo; what is absent stays.
#[derive(Debug, Clone, Default)]
pub struct PhotoChange {
    /// What can be seen.
    pub alt: Option<String>,
    /// Where it stands, counted from 0; 0 is the cover.
    pub place: Option<usize>,
}

/// Describes a photo anew, or puts it somewhere else.
pub fn change(
    conn: &mut Conn,
    actor: &Actor,
    id: PhotoId,
    change: &PhotoChange,
    now: Instant,
) -> Outcome<Photo> {
    let listing = photos::find(conn, id).or_not_found("photo")?.listing;
    lock_own(conn, Some(actor), listing)?;
    if let Some(alt) = &change.alt {
        none_of(alt_faults(alt))?;
    }
    let mut there = photos::of_listing(conn, listing)?;
    let before = of(&there, id)?;
    if let Some(place) = change.place {
        moved(&mut there, id, place);
    }
    for (place, photo) in there.iter_mut().enumerate() {
        if let Some(alt) = change.alt.as_ref().filter(|_| photo.id == id) {
            photo.alt.clone_from(alt);
        }
        photos::update(conn, photo, place)?;
    }
    let after = of(&there, id)?;
    let detail = serde_json::json!({ "before": told(&before), "after": told(&after) });
    let by = Some(actor.member);
    audit::put(conn, listing, "listing.photo_changed", by, &detail, now)?;
    Ok(after.1)
}

/// Takes a photo away.
pub fn remove(conn: &mut Conn, actor: &Actor, id: PhotoId, now: Instant) -> Outcome<()> {
    let listing = photos::find(conn, id).or_not_found("photo")?.listing;
    lock_own(conn, Some(actor), listing)?;
    let mut there = photos::of_listing(conn, listing)?;
    let gone = of(&there, id)?;
    photos::delete(conn, id)?;
    there.retain(|photo| photo.id != id);
    for (place, photo) in there.iter().enumerate().skip(gone.0) {
        photos::update(conn, photo, place)?;
    }
    let detail = serde_json::json!({ "before": told(&gone) });
    let by = Some(actor.member);
    Ok(audit::put(
        conn,
        listing,
        "listing.photo_removed",
        by,
        &detail,
        now,
    )?)
}

/// The photos of a listing the actor may see, in order.
pub fn of_listing(conn: &mut Conn, actor: &Actor, listing: ListingId) -> Outcome<Vec<Photo>> {
    let found = listings::find(conn, listing).or_not_found("listing")?;
    may_see(actor, &found)?;
    Ok(photos::of_listing(conn, listing)?)
}

/// A photo with its place; under lock it cannot have gone, unless it went before.
fn of(photos: &[Photo], id: PhotoId) -> Outcome<(usize, Photo)> {
    let mut placed = photos.iter().enumerate();
    let found = placed.find(|(_, photo)| photo.id == id);
    found
        .map(|(place, photo)| (place, photo.clone()))
        .ok_or(Refused::NotFound("photo"))
}

fn told((place, photo): &(usize, Photo)) -> serde_json::Value {
    serde_json::json!({ "photo": photo.id, "place": place, "alt": photo.alt })
}

/// Why a file is no photo.
pub fn fault(why: NoPicture) -> FieldFault {
    match why {
        NoPicture::TooLarge => {
            let megabytes = LARGEST_FILE / 1024 / 1024;
            FieldFault::with_limit("file", "picture_too_large", megabytes)
        }
        NoPicture::OtherKind => FieldFault::new("file", "not_a_picture"),
        NoPicture::TooManyPixels(_) => {
            FieldFault::with_limit("file", "too_many_pixels", MOST_PIXELS / 1_000_000)
        }
        NoPicture::Damaged => FieldFault::new("file", "damaged_picture"),
    }
}

fn alt_faults(alt: &str) -> Vec<FieldFault> {
    let mut checks = Checks::default();
    checks.text("alt", alt, LONGEST_ALT);
    checks.faults()
}
