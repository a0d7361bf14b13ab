//! Real files, chewed: bytes fall out, are doubled, swapped, and replaced by what breaks tables. Nothing panics, and
//! of what still is a table every record is accounted for.
//!
//! `BACKLOT_CHEWS=100000 cargo test --release --test backlot -- chewing` goes on for long.

use std::io::{Cursor, Read, Write};

use backlot::domain::ids::{Id, ListingId};
use backlot::domain::listing::Listing;
use backlot::domain::money::Currency;
use backlot::domain::people::Language;
use backlot::inventory::columns::{self, Corrections};
use backlot::inventory::compare::Verdict;
use backlot::inventory::read::{self, Format};
use backlot::inventory::write::Export;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use super::{compared, ground};

/// The same bites every time.
const SEED: u64 = 20_261_126;
/// Bites at each kind of file, when nothing else is asked for.
const CHEWS: u64 = 120;
/// Rows of the inventory that are chewed: enough for every kind of column, few enough to be quick.
const ROWS: usize = 40;
/// What breaks tables.
const CRUMBS: [&[u8]; 18] = [
    b"\"",
    b"\"\"",
    b",",
    b";",
    b"\t",
    b"\r",
    b"\r\n",
    b"\n\n",
    b"\0",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"sep=|\n",
    b"=1+1",
    "１，２".as_bytes(),
    "¥1,20/天".as_bytes(),
    b"99999999999999999999",
    b"-1",
    b"</c><row><c r=\"XFD1048576\"><v>1</v>",
];

/// The head of the demo's inventory.
fn inventory() -> String {
    let whole = include_str!("../../src/cli/demo/inventory.csv");
    let lines: Vec<&str> = whole.lines().take(ROWS).collect();
    lines.join("\n")
}

/// The same as a workbook of ours.
fn workbook() -> Vec<u8> {
    let ground = ground();
    let mut export = Export::begin(Format::Xlsx, Language::Zh, &ground).expect("begun");
    for listing in there() {
        export.add(&listing).expect("added");
    }
    export.finish().expect("a file")
}

/// The listings of the inventory, as if they had been taken.
fn there() -> Vec<Listing> {
    let table = read::read(inventory().as_bytes()).expect("a table");
    let wanted = compared(&table, &[], &ground());
    let wanted = wanted.into_iter().filter_map(|row| row.wanted);
    let there: Vec<Listing> = (1..)
        .zip(wanted)
        .map(|(id, listing)| Listing {
            id: ListingId::from_raw(id),
            ..listing
        })
        .collect();
    assert!(there.len() > 10, "most of it is right");
    there
}

fn chews() -> u64 {
    let asked = std::env::var_os("BACKLOT_CHEWS");
    let asked = asked.and_then(|count| count.to_str()?.parse().ok());
    asked.unwrap_or(CHEWS)
}

/// A few bites.
fn chew(bytes: &mut Vec<u8>, rng: &mut StdRng) {
    for _ in 0..rng.random_range(1..=8) {
        let from = rng.random_range(0..=bytes.len());
        let to = (from + rng.random_range(0..40)).min(bytes.len());
        match rng.random_range(0..6) {
            0 => drop(bytes.drain(from..to)),
            1 => {
                let again = bytes[from..to].to_vec();
                let at = rng.random_range(0..=bytes.len());
                bytes.splice(at..at, again);
            }
            2 => bytes.truncate(from.max(1)),
            3 => bytes[from..to]
                .iter_mut()
                .for_each(|byte| *byte = rng.random()),
            4 => bytes[from..to].reverse(),
            _ => {
                let crumb = CRUMBS.choose(rng).expect("there are some");
                bytes.splice(from..from, crumb.iter().copied());
            }
        }
    }
}

/// A file is refused with words, or each of its records is told of once, in order, and why it is refused; beside
/// nothing, and beside the inventory itself.
fn is_accounted_for(bytes: &[u8], there: &[Listing], what: &str) -> bool {
    told_of(bytes, &[], what) && told_of(bytes, there, what)
}

fn told_of(bytes: &[u8], there: &[Listing], what: &str) -> bool {
    let Ok(table) = read::read(bytes) else {
        return false;
    };
    let header = columns::find_header(&table.records, &Corrections::new(), Currency::CNY);
    let told = compared(&table, there, &ground());
    let lines = table.records.iter().map(|record| record.line);
    let but_header = lines.enumerate().filter(|(place, _)| *place != header);
    let expected: Vec<u64> = but_header.map(|(_, line)| line).collect();
    let got: Vec<u64> = told.iter().map(|row| row.line).collect();
    assert_eq!(got, expected, "{what}: each record once, in order");
    assert!(
        expected.is_sorted_by(|one, next| one < next),
        "{what}: lines grow"
    );
    for row in told {
        let says_why = !row.issues.is_empty();
        let is_there = there.iter().any(|one| Some(&one.code) == row.code.as_ref());
        let changes = !row.changes.is_empty();
        let right = match row.verdict {
            Verdict::New => row.wanted.is_some() && !is_there,
            Verdict::Refused | Verdict::Skipped => says_why && row.wanted.is_none(),
            Verdict::Changed => row.wanted.is_some() && is_there && changes,
            Verdict::Unchanged => row.wanted.is_none() && is_there && !changes,
        };
        assert!(right, "{what}: line {} is {}", row.line, row.verdict);
    }
    true
}

/// Chews a file again and again; one in so many of what is left must still be a table, or little was tried.
fn chewed(
    name: &str,
    one_in: u64,
    file: &[u8],
    mut bite: impl FnMut(&[u8], &mut StdRng) -> Vec<u8>,
) {
    let there = there();
    assert!(is_accounted_for(file, &there, name), "it is a table before");
    let mut tables = 0_u64;
    for round in 0..chews() {
        let mut rng = StdRng::seed_from_u64(SEED + round);
        let bytes = bite(file, &mut rng);
        let what = format!("{name}, bite {round}");
        tables += u64::from(is_accounted_for(&bytes, &there, &what));
    }
    assert!(
        tables >= chews() / one_in,
        "{name}: only {tables} were tables"
    );
}

fn at_random(file: &[u8], rng: &mut StdRng) -> Vec<u8> {
    let mut bytes = file.to_vec();
    chew(&mut bytes, rng);
    bytes
}

#[test]
fn text_in_any_encoding_is_accounted_for() {
    let text = inventory();
    chewed("UTF-8", 6, text.as_bytes(), at_random);
    let (gb18030, _, _) = encoding_rs::GB18030.encode(&text);
    chewed("GB18030", 40, &gb18030, at_random);
    let utf16: Vec<u8> = [0xFF, 0xFE]
        .into_iter()
        .chain(text.encode_utf16().flat_map(u16::to_le_bytes))
        .collect();
    chewed("UTF-16", 40, &utf16, at_random);
    chewed(
        "semicolons",
        6,
        text.replace(',', ";").as_bytes(),
        at_random,
    );
}

/// The parts of a workbook in their order.
fn parts(file: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut archive = ZipArchive::new(Cursor::new(file)).expect("a workbook is an archive");
    let mut parts = Vec::new();
    for place in 0..archive.len() {
        let mut part = archive.by_index(place).expect("a part");
        let mut bytes = Vec::new();
        part.read_to_end(&mut bytes).expect("its bytes");
        parts.push((part.name().expect("a name").into_owned(), bytes));
    }
    parts
}

fn packed(parts: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        archive
            .start_file(name.as_str(), SimpleFileOptions::default())
            .expect("a part");
        archive.write_all(bytes).expect("written");
    }
    archive.finish().expect("a file").into_inner()
}

#[test]
fn a_workbook_is_accounted_for_outside_and_inside() {
    let file = workbook();
    for round in 0..chews() {
        let mut rng = StdRng::seed_from_u64(SEED + round);
        is_accounted_for(
            &at_random(&file, &mut rng),
            &[],
            &format!("archive, bite {round}"),
        );
    }
    let whole = parts(&file);
    let sheets = ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"];
    // Inside, where an archive's own checks do not help: the sheet and its texts.
    let eaten = |rng: &mut StdRng, eat: fn(&mut Vec<u8>, &mut StdRng)| {
        let mut parts = whole.clone();
        let eaten = sheets.choose(rng).expect("there are some");
        for (_, bytes) in parts.iter_mut().filter(|(name, _)| name == eaten) {
            eat(bytes, rng);
        }
        packed(&parts)
    };
    chewed("parts", 100, &file, |_, rng| eaten(rng, chew));
    chewed("cells", 3, &file, |_, rng| eaten(rng, nibble));
}

/// What cells and attributes hold when somebody meant harm, without a mark that ends the XML.
const MORSELS: [&str; 10] = [
    "",
    "=1+1",
    "1,20",
    "-1",
    "1e309",
    "NaN",
    "99999999999999999999",
    "&lt;b&gt;",
    "３００元/小时",
    "\n\t ",
];

/// A few bites at what stands between the marks of XML: the workbook stays whole, its cells do not.
fn nibble(bytes: &mut Vec<u8>, rng: &mut StdRng) {
    for _ in 0..rng.random_range(1..=4) {
        let from = rng.random_range(0..bytes.len());
        let Some(begin) = bytes[from..].iter().position(|byte| *byte == b'>') else {
            continue;
        };
        let begin = from + begin + 1;
        let Some(length) = bytes[begin..].iter().position(|byte| *byte == b'<') else {
            continue;
        };
        let morsel = MORSELS.choose(rng).expect("there are some");
        bytes.splice(begin..begin + length, morsel.bytes());
    }
}
