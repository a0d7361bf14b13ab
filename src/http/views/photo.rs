//! Photos → JSON.

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::photo::Photo;
use crate::inventory::picture::Size;

/// A photo of a listing.
#[derive(Debug, Serialize, ToSchema)]
pub struct PhotoOut {
    /// Its identifier.
    pub id: String,
    /// What can be seen; empty is no more than the listing's name.
    pub alt: String,
    /// Width of its largest size, in pixels.
    pub width: u32,
    /// Height of its largest size.
    pub height: u32,
    /// Address of its picture for cards, at most 320 pixels wide and high.
    pub small: String,
    /// The same at most 960 pixels.
    pub middle: String,
    /// The same at most 2000 pixels.
    pub large: String,
}

impl From<Photo> for PhotoOut {
    fn from(photo: Photo) -> Self {
        let address = |size: Size| format!("/api/v1/pictures/{}/{size}", photo.hash);
        Self {
            small: address(Size::Small),
            middle: address(Size::Middle),
            large: address(Size::Large),
            id: photo.id.to_string(),
            width: photo.width,
            height: photo.height,
            alt: photo.alt,
        }
    }
}
