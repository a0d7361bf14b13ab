//! How much a workbook unpacks to, and what it claims that its reader would believe: looked at before anything is read.

use std::io::{Cursor, Read};

use zip::ZipArchive;

use crate::inventory::Unreadable;

/// The most parts of a workbook.
const MOST_PARTS: usize = 2_000;
/// The most all parts together unpack to, in bytes.
const LARGEST_UNPACKED: u64 = 256 * 1024 * 1024;
/// The most the list of shared texts unpacks to, in bytes: all of it is kept.
const LARGEST_TEXTS: u64 = 96 * 1024 * 1024;

/// Unpacks everything once, keeping nothing, to see how much it is: what a part claims of its own size
/// is not believed.
pub(super) fn measure(bytes: &[u8]) -> Result<(), Unreadable> {
    let damaged = |error: zip::result::ZipError| Unreadable::Damaged(error.to_string());
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(damaged)?;
    if archive.len() > MOST_PARTS {
        return Err(Unreadable::Bomb);
    }
    if archive.index_for_name("[Content_Types].xml").is_none() {
        return Err(Unreadable::NotATable);
    }
    let mut left = LARGEST_UNPACKED;
    for place in 0..archive.len() {
        let mut part = archive.by_index(place).map_err(damaged)?;
        let name = part.name().map_err(damaged)?.to_ascii_lowercase();
        let texts = name.ends_with("sharedstrings.xml");
        let most = if texts { left.min(LARGEST_TEXTS) } else { left };
        let mut claims = texts.then(Claims::default);
        let mut places = name.contains("worksheets/").then(Places::default);
        let mut size = 0;
        let mut piece = vec![0_u8; 64 * 1024];
        loop {
            let read = part
                .read(&mut piece)
                .map_err(|error| Unreadable::Damaged(error.to_string()))?;
            if read == 0 {
                break;
            }
            size += read as u64;
            if size > most {
                return Err(Unreadable::Bomb);
            }
            if let Some(claims) = &mut claims {
                claims.look(&piece[..read])?;
            }
            if let Some(places) = &mut places {
                places.look(&piece[..read])?;
            }
        }
        if claims.is_some_and(|claims| claims.most > size) {
            return Err(Unreadable::Bomb);
        }
        left -= size;
    }
    Ok(())
}

/// How many texts a list claims to hold (`uniqueCount`). The reader makes room for all of them before it has
/// seen one, so a claim of more texts than the list has bytes must not get that far.
#[derive(Default)]
struct Claims {
    most: u64,
    head: Vec<u8>,
}

/// The name of the claim; in UTF-8, in which every spreadsheet writes.
const CLAIM: &[u8] = b"uniqueCount";
/// Enough to hold a claim that two pieces share.
const LONGEST_CLAIM: usize = 64;

impl Claims {
    fn look(&mut self, piece: &[u8]) -> Result<(), Unreadable> {
        let first = self.head.is_empty();
        self.head.extend_from_slice(piece);
        if first && !is_utf8_xml(&self.head) {
            return Err(Unreadable::Damaged("encoding".to_owned()));
        }
        let claims = self
            .head
            .windows(CLAIM.len())
            .enumerate()
            .filter(|(_, window)| *window == CLAIM)
            .map(|(at, _)| claimed(&self.head[at + CLAIM.len()..]));
        self.most = claims.max().unwrap_or(0).max(self.most);
        let keep_from = self.head.len().saturating_sub(LONGEST_CLAIM);
        self.head.drain(..keep_from);
        Ok(())
    }
}

/// The figure after `uniqueCount`, however many blanks stand around its equals sign.
fn claimed(after: &[u8]) -> u64 {
    let digits = after
        .iter()
        .skip_while(|byte| {
            matches!(
                byte,
                b' ' | b'\t' | b'\r' | b'\n' | b'=' | b'"' | b'\'' | b'+'
            )
        })
        .take_while(|byte| byte.is_ascii_digit());
    digits.fold(0_u64, |sum, digit| {
        sum.saturating_mul(10)
            .saturating_add(u64::from(digit - b'0'))
    })
}

/// Whether the head of a part is XML in UTF-8: another encoding could hide what is looked for.
fn is_utf8_xml(head: &[u8]) -> bool {
    let head = head.strip_prefix(&[0xEF, 0xBB, 0xBF]).unwrap_or(head);
    let declared = head.split(|byte| *byte == b'>').next().unwrap_or_default();
    let declared = String::from_utf8_lossy(declared).to_ascii_lowercase();
    let named = declared.split_once("encoding").map(|(_, named)| named);
    head.first() == Some(&b'<')
        && head.get(1) != Some(&0)
        && named.is_none_or(|named| named.contains("utf-8") || named.contains("utf8"))
}

/// Places of cells beyond any sheet. The reader counts on without looking whether it still can: in some builds row
/// 4294967298 is the second, in others there is an end to the program.
#[derive(Default)]
struct Places {
    head: Vec<u8>,
}

/// Digits of the last row of a sheet, 1048576.
const MOST_DIGITS: usize = 7;
/// Letters of its last column, XFD.
const MOST_LETTERS: usize = 3;
/// Enough to hold a place that two pieces share, with its name.
const LONGEST_PLACE: usize = 64;

impl Places {
    fn look(&mut self, piece: &[u8]) -> Result<(), Unreadable> {
        self.head.extend_from_slice(piece);
        let is_beyond = self.head.contains(&b'=') && names_one_beyond(&self.head);
        let keep_from = self.head.len().saturating_sub(LONGEST_PLACE);
        self.head.drain(..keep_from);
        if is_beyond {
            return Err(Unreadable::Damaged("a cell beyond any sheet".to_owned()));
        }
        Ok(())
    }
}

/// Whether an attribute `r` or `ref` holds a place with more letters or digits than a sheet has.
fn names_one_beyond(text: &[u8]) -> bool {
    let mut signs = text.iter().enumerate().filter(|(_, byte)| **byte == b'=');
    signs.any(|(at, _)| {
        let name = text[..at].trim_ascii_end();
        let letters = name
            .iter()
            .rev()
            .take_while(|byte| byte.is_ascii_alphabetic());
        let (before, name) = name.split_at(name.len() - letters.take(LONGEST_PLACE).count());
        // `xmlns:r` is another name.
        let is_whole = before.last().is_some_and(u8::is_ascii_whitespace);
        let value = text[at + 1..].trim_ascii_start();
        is_whole && matches!(name, b"r" | b"ref") && is_beyond(value)
    })
}

fn is_beyond(quoted: &[u8]) -> bool {
    let Some((quote, value)) = quoted.split_first() else {
        return false;
    };
    let value = value
        .iter()
        .take_while(|byte| *byte != quote)
        .take(LONGEST_PLACE);
    let value: Vec<u8> = value.copied().collect();
    value
        .split(|byte| matches!(byte, b':' | b' '))
        .any(|place| {
            let count = |is: fn(&u8) -> bool| place.iter().filter(|byte| is(byte)).count();
            count(u8::is_ascii_digit) > MOST_DIGITS || count(u8::is_ascii_alphabetic) > MOST_LETTERS
        })
}
