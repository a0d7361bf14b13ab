//! Workbooks (XLSX) → rows of text. A workbook is a ZIP of XML: a few kilobytes can claim gigabytes, so what
//! it unpacks to is measured before anything is believed, and cells are taken one by one.

mod measure;

use std::io::Cursor;

use calamine::{CellErrorType, DataRef, ExcelDateTime, Reader, SheetVisible, Xlsx, XlsxError};
use csv::StringRecord;

use self::measure::measure;
use super::read::{Format, MOST_COLUMNS, MOST_RECORDS, Merged, Record, Room, Table, Unreadable};

/// The most merged spans that are looked at.
const MOST_MERGED: usize = 20_000;

/// Reads the first visible sheet. The reader of workbooks counts on without looking whether it still can (a cell of
/// row 99999999999): what makes it give up is a damaged workbook, and no more.
pub(super) fn read(bytes: &[u8]) -> Result<Table, Unreadable> {
    measure(bytes)?;
    let gave_up = |_| Err(Unreadable::Damaged("a figure beyond any sheet".to_owned()));
    std::panic::catch_unwind(|| table(bytes)).unwrap_or_else(gave_up)
}

fn table(bytes: &[u8]) -> Result<Table, Unreadable> {
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(why)?;
    let sheet = first_sheet(&workbook).ok_or(Unreadable::Empty)?;
    let records = rows(&mut workbook, &sheet)?;
    let merged = merged(&mut workbook, &sheet);
    Ok(Table {
        format: Format::Xlsx,
        source: sheet,
        separator: None,
        records,
        merged,
    })
}

fn why(error: XlsxError) -> Unreadable {
    match error {
        XlsxError::Password => Unreadable::OldWorkbook,
        XlsxError::FileNotFound(_) | XlsxError::RelationshipNotFound => Unreadable::NotATable,
        other => Unreadable::Damaged(other.to_string()),
    }
}

fn first_sheet(workbook: &Xlsx<Cursor<&[u8]>>) -> Option<String> {
    let sheets = &workbook.sheets_metadata();
    let visible = sheets
        .iter()
        .find(|sheet| sheet.visible == SheetVisible::Visible);
    visible.or(sheets.first()).map(|sheet| sheet.name.clone())
}

/// Rows in which something stands. A sheet may have a million rows of nothing but format: those are none.
fn rows(workbook: &mut Xlsx<Cursor<&[u8]>>, sheet: &str) -> Result<Vec<Record>, Unreadable> {
    let mut reader = workbook.worksheet_cells_reader(sheet).map_err(why)?;
    let mut records: Vec<Record> = Vec::new();
    let mut room = Room::default();
    let mut row: Option<(u32, Vec<String>)> = None;
    while let Some(cell) = reader.next_cell().map_err(why)? {
        let (at, column) = cell.get_position();
        let text = text(cell.get_value());
        if text.is_empty() {
            continue;
        }
        let column = usize::try_from(column).unwrap_or(usize::MAX);
        if column >= MOST_COLUMNS {
            return Err(Unreadable::TooManyColumns(u64::from(at) + 1));
        }
        let same_row = row.as_ref().is_some_and(|(known, _)| *known == at);
        if !same_row {
            finish(row.take(), &mut records, &mut room)?;
        }
        let (_, cells) = row.get_or_insert((at, Vec::new()));
        if cells.len() <= column {
            cells.resize(column + 1, String::new());
        }
        cells[column] = text;
    }
    finish(row, &mut records, &mut room)?;
    Ok(records)
}

fn finish(
    row: Option<(u32, Vec<String>)>,
    records: &mut Vec<Record>,
    room: &mut Room,
) -> Result<(), Unreadable> {
    let Some((at, cells)) = row else {
        return Ok(());
    };
    let line = u64::from(at) + 1;
    if records.last().is_some_and(|last| last.line >= line) {
        return Err(Unreadable::Damaged(format!("row {line} stands twice")));
    }
    let cells = StringRecord::from(cells);
    room.take(line, &cells)?;
    records.push(Record { line, cells });
    Ok(())
}

/// A cell as text, as somebody would have typed it.
fn text(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Empty => String::new(),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
            text.trim().to_owned()
        }
        DataRef::SharedString(text) => text.trim().to_owned(),
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => figure(*number),
        DataRef::Bool(true) => "TRUE".to_owned(),
        DataRef::Bool(false) => "FALSE".to_owned(),
        DataRef::DateTime(moment) => date(*moment),
        DataRef::Error(error) => error_text(error).to_owned(),
    }
}

/// A number without what binary fractions add to it: 1200.1 and not 1200.0999999999999.
fn figure(number: f64) -> String {
    let text = format!("{number:.6}");
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text
    }
}

fn date(moment: ExcelDateTime) -> String {
    let (year, month, day, hour, minute, _, _) = moment.to_ymd_hms_milli();
    match (hour, minute) {
        (0, 0) => format!("{year:04}-{month:02}-{day:02}"),
        _ => format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}"),
    }
}

fn error_text(error: &CellErrorType) -> &'static str {
    match error {
        CellErrorType::Div0 => "#DIV/0!",
        CellErrorType::NA => "#N/A",
        CellErrorType::Name => "#NAME?",
        CellErrorType::Null => "#NULL!",
        CellErrorType::Num => "#NUM!",
        CellErrorType::Ref => "#REF!",
        CellErrorType::Value => "#VALUE!",
        CellErrorType::GettingData => "#GETTING_DATA",
    }
}

/// Spans merged downwards. A sheet that cannot say has none.
fn merged(workbook: &mut Xlsx<Cursor<&[u8]>>, sheet: &str) -> Vec<Merged> {
    let spans = workbook.merge_cells_by_sheet_name(sheet).ok();
    let downwards = spans.into_iter().flatten().filter_map(|span| {
        let (first, last) = (u64::from(span.start.0) + 1, u64::from(span.end.0) + 1);
        let column = usize::try_from(span.start.1).ok()?;
        (first < last).then_some(Merged {
            first,
            last: last.min(first + MOST_RECORDS as u64),
            column,
        })
    });
    downwards.take(MOST_MERGED).collect()
}
