//! A ZIP of photos → which photo is of which listing, told by the names: `EQ-CAM-007.jpg`,
//! `EQ-CAM-007-2.jpg`, `EQ-CAM-007 (2).jpg`, or `EQ-CAM-007/anything.jpg`. Entries are counted and measured
//! while they are unpacked; what they claim is not believed.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use sha2::{Digest, Sha256};
use zip::ZipArchive;

use super::Unreadable;
use super::picture::{self, LARGEST_FILE, NoPicture};

/// The largest ZIP that is sent over the wire, in bytes.
pub const LARGEST_ZIP: usize = 64 * 1024 * 1024;
/// The most entries of a ZIP, folders included.
pub const MOST_ENTRIES: usize = 5_000;
/// The most all entries together unpack to, in bytes. Photos hardly shrink: ten times their ZIP is no ZIP of photos.
const LARGEST_UNPACKED: u64 = 10 * LARGEST_ZIP as u64;

/// One file of a ZIP, looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its name, with its folders.
    pub name: String,
    /// Where it stands in the ZIP.
    pub place: usize,
    /// SHA-256 of its bytes, in hexadecimal.
    pub source: String,
    /// Why it is no picture, if it is none.
    pub fault: Option<NoPicture>,
}

/// The files of a ZIP, in order of their names, so that the first of a listing is its cover. Everything is
/// unpacked once, and nothing of it kept.
pub fn look(bytes: &[u8]) -> Result<Vec<Entry>, Unreadable> {
    let mut archive = open(bytes)?;
    let mut left = LARGEST_UNPACKED;
    let mut entries = Vec::new();
    for place in 0..archive.len() {
        let file = archive.by_index_raw(place).map_err(damaged)?;
        let name = String::from_utf8_lossy(file.name_raw()).into_owned();
        let is_wanted = file.is_file() && !is_hidden(&name);
        drop(file);
        if is_wanted {
            let photo = unpacked(&mut archive, place)?;
            let size = u64::try_from(photo.len()).unwrap_or(u64::MAX);
            left = left.checked_sub(size).ok_or(Unreadable::Bomb)?;
            entries.push(Entry {
                name,
                place,
                source: data_encoding::HEXLOWER.encode(&Sha256::digest(&photo)),
                fault: picture::looks_like_one(&photo).err(),
            });
        }
    }
    entries.sort_by_cached_key(|entry| order(&entry.name));
    Ok(entries)
}

/// The bytes of one file.
pub fn bytes_of(bytes: &[u8], place: usize) -> Result<Vec<u8>, Unreadable> {
    unpacked(&mut open(bytes)?, place)
}

type Archive<'a> = ZipArchive<Cursor<&'a [u8]>>;

fn open(bytes: &[u8]) -> Result<Archive<'_>, Unreadable> {
    if bytes.is_empty() {
        return Err(Unreadable::Empty);
    }
    if !bytes.starts_with(b"PK") {
        return Err(Unreadable::NotAZip);
    }
    let archive = ZipArchive::new(Cursor::new(bytes)).map_err(damaged)?;
    if archive.len() > MOST_ENTRIES {
        return Err(Unreadable::Bomb);
    }
    Ok(archive)
}

/// At most one byte more than a picture may have: then it is none, however much there is.
fn unpacked(archive: &mut Archive<'_>, place: usize) -> Result<Vec<u8>, Unreadable> {
    let file = archive.by_index(place).map_err(damaged)?;
    let mut bytes = Vec::new();
    file.take(LARGEST_FILE as u64 + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| Unreadable::Damaged(error.to_string()))?;
    Ok(bytes)
}

#[expect(clippy::needless_pass_by_value, reason = "as `map_err` hands it over")]
fn damaged(error: zip::result::ZipError) -> Unreadable {
    Unreadable::Damaged(error.to_string())
}

/// What packing programs and file systems leave beside the photos.
fn is_hidden(name: &str) -> bool {
    let mut parts = name.split(['/', '\\']);
    parts.any(|part| {
        part.starts_with('.') || part == "__MACOSX" || part.eq_ignore_ascii_case("thumbs.db")
    })
}

/// `A` before `A-2`, and that before `A-10`: digits by what they count.
fn order(name: &str) -> Vec<(String, u64)> {
    let mut parts = Vec::new();
    let mut rest = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    while !rest.is_empty() {
        let words = rest
            .find(|c: char| c.is_ascii_digit())
            .unwrap_or(rest.len());
        let (text, after) = rest.split_at(words);
        let digits = after
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(after.len());
        let (number, after) = after.split_at(digits);
        let text = text.trim_matches(['-', '_', '(', ')', ' ']).to_lowercase();
        parts.push((text, number.parse().unwrap_or(0)));
        rest = after;
    }
    parts
}

/// The code a name stands for, of those there are by their lower case: the file's without its ending, or
/// without the number of the photo too, or else the folder's.
pub fn code_of<'a>(name: &str, known: &'a BTreeMap<String, String>) -> Option<&'a str> {
    let parts: Vec<&str> = name.split(['/', '\\']).map(str::trim).collect();
    let (file, folders) = parts.split_last()?;
    let stem = file.rsplit_once('.').map_or(*file, |(stem, _)| stem).trim();
    let numbered = stem
        .trim_end_matches(')')
        .trim_end_matches(|c: char| c.is_ascii_digit());
    let unnumbered = numbered.trim_end_matches(['-', '_', '(', ' ']);
    let candidates = [stem, unnumbered].into_iter();
    let mut candidates = candidates.chain(folders.iter().rev().copied());
    candidates.find_map(|candidate| known.get(&candidate.to_lowercase()).map(String::as_str))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_tells_the_code_and_the_longest_counts() {
        let known =
            ["EQ-CAM", "EQ-CAM-007", "A.1"].map(|code| (code.to_lowercase(), code.to_owned()));
        let known = known.into();
        let cases = [
            ("EQ-CAM-007.jpg", Some("EQ-CAM-007")),
            ("eq-cam-007-2.JPG", Some("EQ-CAM-007")),
            ("EQ-CAM-007 (3).png", Some("EQ-CAM-007")),
            ("EQ-CAM-007_12.webp", Some("EQ-CAM-007")),
            ("photos/EQ-CAM-007/front.jpg", Some("EQ-CAM-007")),
            ("EQ-CAM-008.jpg", Some("EQ-CAM")),
            ("A.1.jpg", Some("A.1")),
            ("EQ-LENS.jpg", None),
            ("", None),
        ];
        for (name, code) in cases {
            assert_eq!(code_of(name, &known), code, "{name}");
        }
    }

    #[test]
    fn the_photo_without_a_number_comes_first_and_ten_after_two() {
        let mut names = vec!["A-10.jpg", "A-2.jpg", "A.jpg", "B.jpg", "A (1).jpg"];
        names.sort_by_cached_key(|name| order(name));
        assert_eq!(
            names,
            ["A.jpg", "A (1).jpg", "A-2.jpg", "A-10.jpg", "B.jpg"]
        );
    }
}
