//! A picture as somebody sends it → the same picture as we keep it: turned upright, in three sizes, drawn
//! anew, so that nothing of the file but its pixels is left. What it claims to be is measured before
//! anything is unpacked.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::imageops::FilterType;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits, Rgb, RgbImage};
use sha2::{Digest, Sha256};

/// The largest file of a picture, in bytes.
pub const LARGEST_FILE: usize = 15 * 1024 * 1024;
/// The most pixels of a picture: what a telephone takes, and not what a bomb unpacks to.
pub const MOST_PIXELS: u64 = 50_000_000;
/// The most one picture unpacks to, in bytes.
const LARGEST_UNPACKED: u64 = 220 * 1024 * 1024;
/// Of the pictures that are kept: small enough for a phone's line, good enough to judge a costume by.
const QUALITY: u8 = 82;

words! {
    /// How large a picture is shown.
    Size {
        /// On a card.
        Small = "small",
        /// On a phone.
        Middle = "middle",
        /// On a desk.
        Large = "large",
    }
}

impl Size {
    /// The longest side, in pixels; what is smaller stays as it is.
    pub fn side(self) -> u32 {
        match self {
            Self::Small => 320,
            Self::Middle => 960,
            Self::Large => 2000,
        }
    }
}

/// A picture as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// SHA-256 of its largest size, in hexadecimal: the name it is kept by.
    pub hash: String,
    /// Width of its largest size.
    pub width: u32,
    /// Height of its largest size.
    pub height: u32,
    /// JPEG, small.
    pub small: Vec<u8>,
    /// JPEG, middle.
    pub middle: Vec<u8>,
    /// JPEG, large.
    pub large: Vec<u8>,
}

/// Why a file is no picture we keep.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoPicture {
    /// More than [`LARGEST_FILE`] bytes.
    TooLarge,
    /// Neither JPEG, PNG nor WebP, whatever its name says.
    OtherKind,
    /// More pixels than we unpack; as many as it claims.
    TooManyPixels(u64),
    /// It cannot be read to its end.
    Damaged,
}

/// Whether a file says of itself that it is a picture we keep: a look at its first bytes.
pub fn looks_like_one(bytes: &[u8]) -> Result<(), NoPicture> {
    decoder(bytes).map(drop)
}

/// Reads a picture. Takes as long as its pixels do: run it where that may be.
pub fn read(bytes: &[u8]) -> Result<Picture, NoPicture> {
    let mut decoder = decoder(bytes)?;
    let turn = decoder.orientation().map_err(|_| NoPicture::Damaged)?;
    let whole = DynamicImage::from_decoder(decoder).map_err(|_| NoPicture::Damaged)?;
    let mut large = shrunk(whole, Size::Large);
    large.apply_orientation(turn);
    let middle = shrunk(large.clone(), Size::Middle);
    let small = shrunk(middle.clone(), Size::Small);
    let drawn = jpeg(&large)?;
    Ok(Picture {
        hash: data_encoding::HEXLOWER.encode(&Sha256::digest(&drawn)),
        width: large.width(),
        height: large.height(),
        small: jpeg(&small)?,
        middle: jpeg(&middle)?,
        large: drawn,
    })
}

/// A decoder that has read the head of the file and nothing else yet.
fn decoder(bytes: &[u8]) -> Result<impl ImageDecoder + '_, NoPicture> {
    if bytes.len() > LARGEST_FILE {
        return Err(NoPicture::TooLarge);
    }
    let format = image::guess_format(bytes).map_err(|_| NoPicture::OtherKind)?;
    if !matches!(
        format,
        ImageFormat::Jpeg | ImageFormat::Png | ImageFormat::WebP
    ) {
        return Err(NoPicture::OtherKind);
    }
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut limits = Limits::default();
    limits.max_alloc = Some(LARGEST_UNPACKED);
    reader.limits(limits);
    let decoder = reader.into_decoder().map_err(|_| NoPicture::Damaged)?;
    let (width, height) = decoder.dimensions();
    let pixels = u64::from(width) * u64::from(height);
    if pixels > MOST_PIXELS || decoder.total_bytes() > LARGEST_UNPACKED {
        return Err(NoPicture::TooManyPixels(pixels));
    }
    Ok(decoder)
}

/// Within the size, and never larger than it was.
fn shrunk(picture: DynamicImage, size: Size) -> DynamicImage {
    let side = size.side();
    if picture.width() <= side && picture.height() <= side {
        return picture;
    }
    // From far larger, averaging whole blocks is as good and needs no second picture of fractions.
    if picture.width().max(picture.height()) > 2 * side {
        picture.thumbnail(side, side)
    } else {
        picture.resize(side, side, FilterType::CatmullRom)
    }
}

fn jpeg(picture: &DynamicImage) -> Result<Vec<u8>, NoPicture> {
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, QUALITY)
        .encode_image(&on_white(picture))
        .map_err(|_| NoPicture::Damaged)?;
    Ok(bytes)
}

/// What can be seen through is seen against white.
fn on_white(picture: &DynamicImage) -> RgbImage {
    if !picture.color().has_alpha() {
        return picture.to_rgb8();
    }
    let see_through = picture.to_rgba8();
    RgbImage::from_fn(see_through.width(), see_through.height(), |x, y| {
        let [red, green, blue, alpha] = see_through.get_pixel(x, y).0;
        Rgb([red, green, blue].map(|colour| over_white(colour, alpha)))
    })
}

fn over_white(colour: u8, alpha: u8) -> u8 {
    let mixed = u16::from(colour) * u16::from(alpha) + 255 * (255 - u16::from(alpha));
    u8::try_from(mixed / 255).unwrap_or(u8::MAX)
}
