//! Rows of photos, and the bytes of pictures. Bytes are read nowhere but in [`bytes`].

use std::collections::BTreeMap;

use diesel::prelude::*;

use super::StoreError;
use super::columns::At;
use super::conn::Conn;
use super::schema::{photos, pictures};
use crate::domain::ids::{ListingId, MemberId, PhotoId};
use crate::domain::photo::{MOST_PHOTOS, Photo};
use crate::domain::span::Instant;

#[derive(Queryable, Selectable)]
#[diesel(table_name = photos)]
struct Row {
    id: PhotoId,
    listing_id: ListingId,
    hash: String,
    source: String,
    width: i32,
    height: i32,
    alt: String,
}

impl Row {
    fn photo(self) -> Photo {
        Photo {
            id: self.id,
            listing: self.listing_id,
            hash: self.hash,
            source: self.source,
            width: u32::try_from(self.width).unwrap_or(0),
            height: u32::try_from(self.height).unwrap_or(0),
            alt: self.alt,
        }
    }
}

/// The three sizes of a picture.
#[derive(Debug, Clone, Copy)]
pub struct Sizes<'a> {
    /// For cards.
    pub small: &'a [u8],
    /// For phones.
    pub middle: &'a [u8],
    /// For desks.
    pub large: &'a [u8],
}

/// Keeps a picture, or says of one that is kept already that it is wanted again.
pub fn keep(conn: &mut Conn, hash: &str, sizes: Sizes<'_>, now: Instant) -> Result<(), StoreError> {
    let wanted = diesel::update(pictures::table.find(hash))
        .set(pictures::wanted_at.eq(At(now)))
        .execute(conn)?;
    if wanted > 0 {
        return Ok(());
    }
    // Another server may do the same now: then it is a duplicate, and tried again.
    diesel::insert_into(pictures::table)
        .values((
            pictures::hash.eq(hash),
            pictures::small.eq(sizes.small),
            pictures::middle.eq(sizes.middle),
            pictures::large.eq(sizes.large),
            pictures::wanted_at.eq(At(now)),
        ))
        .execute(conn)?;
    Ok(())
}

/// Which bytes of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// For cards.
    Small,
    /// For phones.
    Middle,
    /// For desks.
    Large,
}

/// The bytes of a picture in one size.
pub fn bytes(conn: &mut Conn, hash: &str, which: Which) -> Result<Vec<u8>, StoreError> {
    let picture = pictures::table.find(hash);
    Ok(match which {
        Which::Small => picture.select(pictures::small).first(conn)?,
        Which::Middle => picture.select(pictures::middle).first(conn)?,
        Which::Large => picture.select(pictures::large).first(conn)?,
    })
}

/// Throws away pictures no listing has shown since `before`.
pub fn delete_unwanted(conn: &mut Conn, before: Instant) -> Result<usize, StoreError> {
    let shown = photos::table.select(photos::hash);
    let unwanted = pictures::table
        .filter(pictures::wanted_at.lt(At(before)))
        .filter(pictures::hash.ne_all(shown));
    Ok(diesel::delete(unwanted).execute(conn)?)
}

/// Adds a photo at a place nobody has.
pub fn insert(
    conn: &mut Conn,
    photo: &Photo,
    place: usize,
    by: Option<MemberId>,
    now: Instant,
) -> Result<(), StoreError> {
    diesel::insert_into(photos::table)
        .values((
            photos::id.eq(photo.id),
            photos::listing_id.eq(photo.listing),
            photos::hash.eq(&photo.hash),
            photos::source.eq(&photo.source),
            photos::place.eq(count(place)?),
            photos::width.eq(count(photo.width)?),
            photos::height.eq(count(photo.height)?),
            photos::alt.eq(&photo.alt),
            photos::created_by.eq(by),
            photos::created_at.eq(At(now)),
        ))
        .execute(conn)?;
    Ok(())
}

/// Stores the text and the place of a photo.
pub fn update(conn: &mut Conn, photo: &Photo, place: usize) -> Result<(), StoreError> {
    diesel::update(photos::table.find(photo.id))
        .set((photos::place.eq(count(place)?), photos::alt.eq(&photo.alt)))
        .execute(conn)?;
    Ok(())
}

/// Takes a photo away; its picture goes later, by itself.
pub fn delete(conn: &mut Conn, id: PhotoId) -> Result<(), StoreError> {
    diesel::delete(photos::table.find(id)).execute(conn)?;
    Ok(())
}

/// One photo.
pub fn find(conn: &mut Conn, id: PhotoId) -> Result<Photo, StoreError> {
    let row: Row = photos::table
        .find(id)
        .select(Row::as_select())
        .first(conn)?;
    Ok(row.photo())
}

/// The photos of a listing, in order; the first is its cover.
pub fn of_listing(conn: &mut Conn, listing: ListingId) -> Result<Vec<Photo>, StoreError> {
    let most = i64::try_from(MOST_PHOTOS).unwrap_or(i64::MAX);
    let rows: Vec<Row> = photos::table
        .filter(photos::listing_id.eq(listing))
        .order((photos::place, photos::id))
        .limit(most)
        .select(Row::as_select())
        .load(conn)?;
    Ok(rows.into_iter().map(Row::photo).collect())
}

/// The covers of listings that have one.
pub fn covers(
    conn: &mut Conn,
    listings: &[ListingId],
) -> Result<BTreeMap<ListingId, Photo>, StoreError> {
    let rows: Vec<Row> = photos::table
        .filter(photos::listing_id.eq_any(listings.to_vec()))
        .filter(photos::place.eq(0))
        .select(Row::as_select())
        .load(conn)?;
    let photos = rows.into_iter().map(Row::photo);
    Ok(photos.map(|photo| (photo.listing, photo)).collect())
}

/// The places of a listing's photos, for whoever checks them.
pub fn places(conn: &mut Conn, listing: ListingId) -> Result<Vec<i32>, StoreError> {
    Ok(photos::table
        .filter(photos::listing_id.eq(listing))
        .order(photos::place)
        .select(photos::place)
        .load(conn)?)
}

fn count<T: TryInto<i32>>(number: T) -> Result<i32, StoreError> {
    let too_many = |_| StoreError::Other("a count that does not fit".to_owned());
    number.try_into().map_err(too_many)
}
