//! Photos of a listing, without their bytes.

use super::ids::{ListingId, PhotoId};

/// The most photos of a listing.
pub const MOST_PHOTOS: usize = 20;
/// The longest text that says what a photo shows.
pub const LONGEST_ALT: usize = 300;

/// A picture as a listing shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Photo {
    /// Its identifier.
    pub id: PhotoId,
    /// What it shows.
    pub listing: ListingId,
    /// The name its picture is kept by.
    pub hash: String,
    /// Hash of the file it came from.
    pub source: String,
    /// Width of its largest size, in pixels.
    pub width: u32,
    /// Height of its largest size.
    pub height: u32,
    /// What can be seen, for who cannot see it; empty is no more than the name.
    pub alt: String,
}

/// The photos in another order: this one at `place`, counted from 0, the others as they were.
pub fn moved(photos: &mut Vec<Photo>, id: PhotoId, place: usize) {
    let Some(from) = photos.iter().position(|photo| photo.id == id) else {
        return;
    };
    let photo = photos.remove(from);
    photos.insert(place.min(photos.len()), photo);
}
