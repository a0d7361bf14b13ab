//! Pictures as telephones, scanners and mischief makers send them.

use std::io::{Cursor, Write as _};

use image::{ImageFormat, Rgb, RgbImage};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// A picture, red on its left half and blue on its right.
pub(crate) fn half_red(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
    let colour = |x: u32| {
        if x < width / 2 {
            Rgb([220, 20, 20])
        } else {
            Rgb([20, 20, 220])
        }
    };
    let drawn = RgbImage::from_fn(width, height, |x, _| colour(x));
    let mut bytes = Cursor::new(Vec::new());
    drawn.write_to(&mut bytes, format).expect("a picture");
    bytes.into_inner()
}

/// Where a telephone says a picture was taken.
pub(crate) const PLACE: &str = "GPS 39.9042 N 116.4074 E";

/// A JPEG that is to be turned a quarter to the right, and says where it was taken.
pub(crate) fn turned(jpeg: &[u8]) -> Vec<u8> {
    let mut exif = b"Exif\0\0MM\0\x2a\0\0\0\x08".to_vec();
    // Two entries: Orientation (SHORT, 6), and ImageDescription (ASCII) behind the directory.
    exif.extend(b"\0\x02\x01\x0e\0\x02");
    exif.extend(u32::try_from(PLACE.len()).expect("small").to_be_bytes());
    exif.extend(38_u32.to_be_bytes());
    exif.extend(b"\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0");
    exif.extend(PLACE.bytes());
    let length = u16::try_from(exif.len() + 2).expect("small");
    let mut bytes = jpeg[..2].to_vec();
    bytes.extend(b"\xff\xe1");
    bytes.extend(length.to_be_bytes());
    bytes.extend(exif);
    bytes.extend(&jpeg[2..]);
    bytes
}

/// A PNG that claims this size and has next to nothing inside.
pub(crate) fn bomb(width: u32, height: u32) -> Vec<u8> {
    let mut head = b"IHDR".to_vec();
    head.extend(width.to_be_bytes());
    head.extend(height.to_be_bytes());
    head.extend(b"\x08\x02\0\0\0");
    let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\x0d".to_vec();
    bytes.extend(&head);
    bytes.extend(crc(&head).to_be_bytes());
    let data = b"IDAT\x78\x9c\x03\0\0\0\0\x01";
    bytes.extend(b"\0\0\0\x08");
    bytes.extend(data);
    bytes.extend(crc(data).to_be_bytes());
    bytes.extend(b"\0\0\0\0IEND\xae\x42\x60\x82");
    bytes
}

/// CRC-32 as PNG has it.
fn crc(bytes: &[u8]) -> u32 {
    let step = |sum: u32, byte: &u8| {
        let turn = |sum: u32, _: u32| {
            if sum & 1 == 1 {
                (sum >> 1) ^ 0xedb8_8320
            } else {
                sum >> 1
            }
        };
        (0..8).fold(sum ^ u32::from(*byte), turn)
    };
    !bytes.iter().fold(u32::MAX, step)
}

/// A ZIP of these files.
pub(crate) fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        let options = SimpleFileOptions::default();
        archive.start_file(*name, options).expect("a file");
        archive.write_all(bytes).expect("written");
    }
    archive.finish().expect("a ZIP").into_inner()
}

/// A grey picture of a kind the server does not take; whatever can draw it sends it as another.
pub(crate) fn bitmap(width: u32, height: u32) -> Vec<u8> {
    let row = (width * 3).next_multiple_of(4);
    let (head, size) = (54, row * height);
    let mut bytes = b"BM".to_vec();
    for word in [
        head + size,
        0,
        head,
        40,
        width,
        height,
        0x0018_0001,
        0,
        size,
        0,
        0,
        0,
        0,
    ] {
        bytes.extend(word.to_le_bytes());
    }
    bytes.resize((head + size) as usize, 0x99);
    bytes
}
