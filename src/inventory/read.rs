//! Bytes → rows of text. What a file is, its content tells and not its name; everything is bounded, so that
//! no file, however it was made, takes more than the limits below. Not here: what a column means.

use csv::StringRecord;
use encoding_rs::{Encoding, GB18030, GBK, UTF_8};

use super::workbook;

/// The largest file, in bytes: 50,000 rows of a full inventory are half of it.
pub const LARGEST_FILE: usize = 32 * 1024 * 1024;
/// The most records of one file.
pub const MOST_RECORDS: usize = 100_000;
/// The most columns of a table.
pub const MOST_COLUMNS: usize = 256;
/// The most cells of a file, empty ones between others included.
pub const MOST_CELLS: usize = 6_000_000;
/// The longest text of one cell, in bytes: what a spreadsheet itself can hold.
pub const LONGEST_CELL: usize = 128 * 1024;
/// The most lines one record of a CSV may run over; more is a quotation mark that was never closed.
const MOST_LINES_OF_A_RECORD: u64 = 200;

/// One row of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Where it starts in the file: line of a CSV, row of a sheet, counted from 1.
    pub line: u64,
    /// Its cells, without the space around them.
    pub cells: StringRecord,
}

/// Cells of one column that are merged: only the first holds the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Merged {
    /// First row, counted from 1.
    pub first: u64,
    /// Last row.
    pub last: u64,
    /// Column, counted from 0.
    pub column: usize,
}

words! {
    /// What a file turned out to be.
    Format {
        /// Text with a separator.
        Csv = "csv",
        /// A workbook of Excel 2007 and later.
        Xlsx = "xlsx",
    }
}

/// A table as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// What the file is.
    pub format: Format,
    /// How its text is encoded, or the name of the sheet that was read.
    pub source: String,
    /// What separates the columns of a CSV.
    pub separator: Option<char>,
    /// Every row that is there.
    pub records: Vec<Record>,
    /// Cells that are merged downwards.
    pub merged: Vec<Merged>,
}

/// Why a file cannot be read at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unreadable {
    /// Nothing in it.
    Empty,
    /// More bytes than a file may have; how many megabytes those are.
    TooLarge(usize),
    /// A workbook of Excel 97–2003, or one with a password.
    OldWorkbook,
    /// A web page or other markup.
    Markup,
    /// Neither text nor a workbook.
    NotATable,
    /// No ZIP, where one of photos is wanted.
    NotAZip,
    /// A workbook that is damaged; what is.
    Damaged(String),
    /// It unpacks to more than it may.
    Bomb,
    /// More columns than [`MOST_COLUMNS`]; the line.
    TooManyColumns(u64),
    /// More records than [`MOST_RECORDS`].
    TooManyRecords,
    /// More cells, or more text in them, than may be.
    TooMuchInside,
    /// One cell holds more than [`LONGEST_CELL`]; the line.
    CellTooLong(u64),
    /// Text in no encoding that is known.
    Encoding,
    /// A quotation mark that is never closed; the line of its record.
    OpenQuote(u64),
}

impl Unreadable {
    /// That a file has more bytes than this.
    pub fn too_large(most: usize) -> Self {
        Self::TooLarge(most / 1024 / 1024)
    }
}

/// Reads a file.
pub fn read(bytes: &[u8]) -> Result<Table, Unreadable> {
    if bytes.len() > LARGEST_FILE {
        return Err(Unreadable::too_large(LARGEST_FILE));
    }
    match bytes {
        [b'P', b'K', 3, 4, ..] => return workbook::read(bytes),
        [0xD0, 0xCF, 0x11, 0xE0, ..] => return Err(Unreadable::OldWorkbook),
        [b'%', b'P', b'D', b'F', ..] => return Err(Unreadable::NotATable),
        _ => {}
    }
    let (text, encoding) = decode(bytes)?;
    if text.trim().is_empty() {
        return Err(Unreadable::Empty);
    }
    if text.trim_start().starts_with('<') {
        return Err(Unreadable::Markup);
    }
    let (text, first_line, told) = separator_line(&text);
    let separator = told.unwrap_or_else(|| guess_separator(text));
    let records = rows(text, separator, first_line)?;
    // A line that says how cells are separated, and none that has any.
    if records.is_empty() {
        return Err(Unreadable::Empty);
    }
    Ok(Table {
        format: Format::Csv,
        source: encoding.name().to_owned(),
        separator: Some(char::from(separator)),
        records,
        merged: Vec::new(),
    })
}

/// The text of a file. Without a mark at its head, what is valid UTF-8 is UTF-8; the rest is guessed at, and
/// for this cluster's language first.
fn decode(bytes: &[u8]) -> Result<(String, &'static Encoding), Unreadable> {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return decode_as(encoding, &bytes[mark..]);
    }
    if bytes.contains(&0) {
        return Err(Unreadable::NotATable);
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Ok((text.to_owned(), UTF_8));
    }
    let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    let guessed = detector.guess(Some(b"cn"), chardetng::Utf8Detection::Deny);
    // GB18030 holds all of GBK and the rarer characters of names besides.
    let guessed = if guessed == GBK { GB18030 } else { guessed };
    decode_as(guessed, bytes)
}

fn decode_as(
    encoding: &'static Encoding,
    bytes: &[u8],
) -> Result<(String, &'static Encoding), Unreadable> {
    let (text, broken) = encoding.decode_without_bom_handling(bytes);
    if broken {
        return Err(Unreadable::Encoding);
    }
    if text.contains('\0') {
        return Err(Unreadable::NotATable);
    }
    Ok((text.into_owned(), encoding))
}

/// Excel may tell the separator in a line of its own, `sep=;`. What follows it, its first line, the separator.
fn separator_line(text: &str) -> (&str, u64, Option<u8>) {
    let line = text.lines().next().unwrap_or_default();
    let told = line.strip_prefix("sep=").map(str::as_bytes);
    match told {
        Some(&[separator]) => {
            let rest = &text[line.len()..];
            let rest = rest.strip_prefix('\r').unwrap_or(rest);
            (rest.strip_prefix('\n').unwrap_or(rest), 2, Some(separator))
        }
        _ => (text, 1, None),
    }
}

/// Lines that are looked at to tell the separator.
const LINES_LOOKED_AT: usize = 30;

/// The separator with which the first lines have the most columns in the most lines alike.
fn guess_separator(text: &str) -> u8 {
    let count = |separator: u8| {
        let counts = text
            .lines()
            .filter(|line| !line.trim().is_empty())
            .take(LINES_LOOKED_AT)
            .map(|line| outside_quotes(line, separator));
        let counts: Vec<usize> = counts.collect();
        let most = counts.iter().copied().max().unwrap_or(0);
        let alike = counts.iter().filter(|count| **count == most).count();
        (if most == 0 { 0 } else { alike * most }, most)
    };
    // The comma first: among equals the last of `max_by_key` wins.
    [b'|', b'\t', b';', b',']
        .into_iter()
        .max_by_key(|separator| count(*separator))
        .unwrap_or(b',')
}

fn outside_quotes(line: &str, separator: u8) -> usize {
    let mut quoted = false;
    let mut count = 0;
    for byte in line.bytes() {
        if byte == b'"' {
            quoted = !quoted;
        } else if byte == separator && !quoted {
            count += 1;
        }
    }
    count
}

fn rows(text: &str, separator: u8, first_line: u64) -> Result<Vec<Record>, Unreadable> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(separator)
        .from_reader(text.as_bytes());
    let mut lines = Lines::new(text, first_line);
    let mut records = Vec::new();
    let mut room = Room::default();
    let mut cells = StringRecord::new();
    loop {
        let start = lines.skip_breaks(place(&reader));
        let more = reader
            .read_record(&mut cells)
            .map_err(|_| Unreadable::Encoding)?;
        if !more {
            return Ok(records);
        }
        let line = lines.at(start);
        let end = place(&reader);
        let inside = &text[start..end.max(start)];
        let runs_on = Lines::breaks(inside.as_bytes()) > MOST_LINES_OF_A_RECORD;
        let ends_open = end == text.len() && is_open(inside, separator);
        if runs_on || ends_open {
            return Err(Unreadable::OpenQuote(line));
        }
        let tidy: StringRecord = cells.iter().map(text_of_csv).collect();
        room.take(line, &tidy)?;
        records.push(Record { line, cells: tidy });
    }
}

/// How far the reader has come, in bytes.
fn place(reader: &csv::Reader<&[u8]>) -> usize {
    usize::try_from(reader.position().byte()).unwrap_or(usize::MAX)
}

/// Whether a record ends inside a quoted cell.
fn is_open(record: &str, separator: u8) -> bool {
    let mut quoted = false;
    let mut cell_begins = true;
    let mut bytes = record.bytes().peekable();
    while let Some(byte) = bytes.next() {
        match byte {
            // Doubled inside quotes, it is a quotation mark of the text.
            b'"' if quoted => quoted = bytes.next_if_eq(&b'"').is_some(),
            b'"' if cell_begins => quoted = true,
            _ => {}
        }
        cell_begins = !quoted && (byte == separator || matches!(byte, b'\r' | b'\n'));
    }
    quoted
}

/// Counts lines as an editor does, going forward only: `\n`, `\r\n` and a lone `\r` each end one.
struct Lines<'a> {
    text: &'a [u8],
    at: usize,
    line: u64,
}

impl<'a> Lines<'a> {
    fn new(text: &'a str, first_line: u64) -> Self {
        Self {
            text: text.as_bytes(),
            at: 0,
            line: first_line,
        }
    }

    /// Where the next record begins: empty lines before it are none.
    fn skip_breaks(&self, from: usize) -> usize {
        let rest = self.text.get(from..).unwrap_or_default();
        let breaks = rest
            .iter()
            .take_while(|byte| matches!(byte, b'\r' | b'\n'))
            .count();
        (from + breaks).min(self.text.len())
    }

    /// The line a place is in. Places are asked for in order.
    fn at(&mut self, place: usize) -> u64 {
        self.line += Self::breaks(&self.text[self.at.min(place)..place]);
        self.at = place;
        self.line
    }

    fn breaks(text: &[u8]) -> u64 {
        let ends = |place: usize| match text[place] {
            b'\n' => true,
            b'\r' => text.get(place + 1) != Some(&b'\n'),
            _ => false,
        };
        (0..text.len()).filter(|place| ends(*place)).count() as u64
    }
}

/// Counts what has been taken in, and says when it is too much.
#[derive(Default)]
pub(super) struct Room {
    records: usize,
    cells: usize,
    text: usize,
}

impl Room {
    /// Takes in a row.
    pub(super) fn take(&mut self, line: u64, cells: &StringRecord) -> Result<(), Unreadable> {
        if cells.len() > MOST_COLUMNS {
            return Err(Unreadable::TooManyColumns(line));
        }
        if cells.iter().any(|cell| cell.len() > LONGEST_CELL) {
            return Err(Unreadable::CellTooLong(line));
        }
        self.records += 1;
        self.cells += cells.len();
        self.text += cells.as_slice().len();
        if self.records > MOST_RECORDS {
            return Err(Unreadable::TooManyRecords);
        }
        // Text is decoded once and kept once: the limit of the file is that of its text, with room for
        // what two bytes of GBK become in UTF-8.
        if self.cells > MOST_CELLS || self.text > 2 * LARGEST_FILE {
            return Err(Unreadable::TooMuchInside);
        }
        Ok(())
    }
}

/// Letters with which a spreadsheet takes a cell of a CSV for a formula.
const FORMULA_STARTS: [char; 10] = ['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'];

/// Whether a spreadsheet would calculate this text, any apostrophes before it aside.
fn would_be_calculated(text: &str) -> bool {
    text.trim_start_matches('\'').starts_with(FORMULA_STARTS)
}

/// Text as a CSV for spreadsheets must hold it: an apostrophe before what would be calculated. The
/// opposite of [`text_of_csv`].
pub(super) fn text_for_csv(text: &str) -> std::borrow::Cow<'_, str> {
    if would_be_calculated(text) {
        format!("'{text}").into()
    } else {
        text.into()
    }
}

/// The text a cell of a CSV means: without the space around it, and without the apostrophe that keeps a
/// spreadsheet from calculating it.
fn text_of_csv(cell: &str) -> &str {
    let cell = cell.trim();
    match cell.strip_prefix('\'') {
        Some(text) if would_be_calculated(text) => text,
        _ => cell,
    }
}
