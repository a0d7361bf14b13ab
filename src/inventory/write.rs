//! Listings → files: exports, the template, and the rows that were refused, to be mended and sent again. What
//! is written here, [`super::read`] reads back to the same.

use std::collections::HashMap;

use rust_xlsxwriter::{Format as Style, Workbook, Worksheet, XlsxError};

use super::cells::cell;
use super::columns::{Field, title};
use super::ground::Ground;
use super::parts::{self, NamedPart};
use super::read::{Format, text_for_csv};
use super::words;
use crate::domain::ids::ListingId;
use crate::domain::listing::Listing;
use crate::domain::people::Language;

/// Tells a spreadsheet that a CSV is UTF-8; without it Chinese becomes nonsense.
const MARK: &[u8] = "\u{feff}".as_bytes();

/// A table being written.
pub struct Writing {
    kind: Kind,
}

enum Kind {
    Csv(Box<csv::Writer<Vec<u8>>>),
    Xlsx { workbook: Box<Workbook>, row: u32 },
}

/// A file that could not be written; for the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotWritten(pub String);

impl From<csv::Error> for NotWritten {
    fn from(error: csv::Error) -> Self {
        Self(error.to_string())
    }
}

impl From<XlsxError> for NotWritten {
    fn from(error: XlsxError) -> Self {
        Self(error.to_string())
    }
}

impl Writing {
    /// Begins a table with the row that names its columns.
    pub fn begin(format: Format, titles: &[String]) -> Result<Self, NotWritten> {
        let kind = match format {
            Format::Csv => {
                let mut builder = csv::WriterBuilder::new();
                builder.terminator(csv::Terminator::CRLF).flexible(true);
                Kind::Csv(Box::new(builder.from_writer(MARK.to_vec())))
            }
            Format::Xlsx => {
                let mut workbook = Box::new(Workbook::new());
                let sheet = workbook.add_worksheet();
                sheet.set_freeze_panes(1, 1)?;
                dress(sheet, titles)?;
                Kind::Xlsx { workbook, row: 0 }
            }
        };
        let mut writing = Self { kind };
        writing.add(titles.iter().map(|title| (title.as_str(), false)))?;
        Ok(writing)
    }

    /// Adds a row: each cell with whether it is a figure to calculate with.
    pub fn add<'a>(
        &mut self,
        cells: impl Iterator<Item = (&'a str, bool)>,
    ) -> Result<(), NotWritten> {
        match &mut self.kind {
            Kind::Csv(writer) => {
                for (text, _) in cells {
                    writer.write_field(text_for_csv(text).as_bytes())?;
                }
                writer.write_record(None::<&[u8]>)?;
            }
            Kind::Xlsx { workbook, row } => {
                let sheet = workbook.worksheet_from_index(0)?;
                for (column, (text, is_figure)) in (0..).zip(cells) {
                    match text.parse::<f64>() {
                        Ok(figure) if is_figure => sheet.write_number(*row, column, figure)?,
                        _ => sheet.write_string(*row, column, text)?,
                    };
                }
                *row += 1;
            }
        }
        Ok(())
    }

    /// The file.
    pub fn finish(self) -> Result<Vec<u8>, NotWritten> {
        match self.kind {
            Kind::Csv(writer) => writer
                .into_inner()
                .map_err(|error| NotWritten(error.to_string())),
            Kind::Xlsx { mut workbook, .. } => Ok(workbook.save_to_buffer()?),
        }
    }
}

/// Columns wide enough to read, and the first row as what it is.
fn dress(sheet: &mut Worksheet, titles: &[String]) -> Result<(), NotWritten> {
    sheet.set_row_format(0, &Style::new().set_bold())?;
    for (column, title) in (0..).zip(titles) {
        // A Chinese letter is about two wide.
        let width: u32 = title
            .chars()
            .map(|letter| if letter.is_ascii() { 1 } else { 2 })
            .sum();
        sheet.set_column_width(column, width.max(12) + 2)?;
    }
    Ok(())
}

fn is_figure(field: Field) -> bool {
    field.is_money()
        || matches!(
            field,
            Field::Quantity | Field::AreaSqm | Field::DayHours | Field::HorizonDays
        )
        || field.as_str().ends_with("_minutes")
}

/// An export of listings.
pub struct Export<'a> {
    writing: Writing,
    ground: &'a Ground,
    made: HashMap<ListingId, Vec<NamedPart>>,
}

impl<'a> Export<'a> {
    /// Begins one.
    pub fn begin(
        format: Format,
        language: Language,
        ground: &'a Ground,
    ) -> Result<Self, NotWritten> {
        let writing = Writing::begin(format, &titles(language, ground))?;
        Ok(Self {
            writing,
            ground,
            made: HashMap::new(),
        })
    }

    /// What the kits among the next listings are made of.
    pub fn made_of(&mut self, made: HashMap<ListingId, Vec<NamedPart>>) {
        self.made = made;
    }

    /// Adds a listing.
    pub fn add(&mut self, listing: &Listing) -> Result<(), NotWritten> {
        let made = self.made.get(&listing.id).map_or(&[][..], Vec::as_slice);
        let text = |field| match field {
            Field::Parts => parts::write(made),
            field => cell(field, listing, self.ground),
        };
        let cells: Vec<(String, bool)> = Field::written()
            .map(|field| (text(field), is_figure(field)))
            .collect();
        self.writing
            .add(cells.iter().map(|(text, figure)| (text.as_str(), *figure)))
    }

    /// The file.
    pub fn finish(self) -> Result<Vec<u8>, NotWritten> {
        self.writing.finish()
    }
}

fn titles(language: Language, ground: &Ground) -> Vec<String> {
    Field::written()
        .map(|field| title(field, language, ground.currency))
        .collect()
}

/// A table to fill in, with examples. `site` is one that exists.
pub fn template(
    format: Format,
    language: Language,
    ground: &Ground,
    site: &str,
) -> Result<Vec<u8>, NotWritten> {
    let mut writing = Writing::begin(format, &titles(language, ground))?;
    for example in EXAMPLES {
        let value = |field: Field| match field {
            Field::Site => site,
            field => {
                let told = example.iter().find(|(known, _)| *known == field);
                told.map_or("", |(_, text)| *text)
            }
        };
        writing.add(Field::written().map(|field| (value(field), is_figure(field))))?;
    }
    if let Kind::Xlsx { workbook, .. } = &mut writing.kind {
        explain(workbook.add_worksheet(), language, ground)?;
    }
    writing.finish()
}

/// A second sheet that says what each column takes.
fn explain(sheet: &mut Worksheet, language: Language, ground: &Ground) -> Result<(), NotWritten> {
    sheet.set_name(language.pick("说明", "Notes"))?;
    sheet.set_column_width(0, 24)?;
    sheet.set_column_width(1, 90)?;
    for (row, field) in (0..).zip(Field::written()) {
        sheet.write_string(row, 0, title(field, language, ground.currency))?;
        sheet.write_string(row, 1, words::about(field, language))?;
    }
    Ok(())
}

/// Rows of the template; their codes begin with `EXAMPLE-`, which an import passes over.
const EXAMPLES: [&[(Field, &str)]; 4] = [
    &[
        (Field::Code, "EXAMPLE-1"),
        (Field::Kind, "equipment"),
        (Field::Category, "camera"),
        (Field::NameZh, "索尼 FX6 全画幅电影机"),
        (Field::NameEn, "Sony FX6"),
        (Field::Quantity, "8"),
        (Field::DayRate, "450"),
        (Field::Deposit, "6000"),
        (Field::Tags, "full-frame;e-mount"),
        (Field::TurnaroundMinutes, "120"),
        (Field::DescriptionZh, "含两块电池、竖拍兔笼"),
        (
            Field::DescriptionEn,
            "Two batteries and a vertical cage included",
        ),
    ],
    &[
        (Field::Code, "EXAMPLE-2"),
        (Field::Kind, "scene"),
        (Field::Category, "modern_interior"),
        (Field::NameZh, "总裁办公室"),
        (Field::NameEn, "CEO office"),
        (Field::Quantity, "1"),
        (Field::DayRate, "3000"),
        (Field::HourRate, "300"),
        (Field::Deposit, "5000"),
        (Field::AreaSqm, "120"),
        (Field::NightAllowed, "yes"),
        (Field::Approval, "owner"),
    ],
    &[
        (Field::Code, "EXAMPLE-3"),
        (Field::Kind, "prop"),
        (Field::Category, "hand_prop"),
        (Field::NameZh, "仿真手提箱"),
        (Field::NameEn, "Replica briefcase"),
        (Field::Quantity, "20"),
        (Field::DayRate, "15"),
        (Field::Deposit, "0"),
    ],
    &[
        (Field::Code, "EXAMPLE-4"),
        (Field::Kind, "equipment"),
        (Field::Category, "camera"),
        (Field::NameZh, "双机拍摄套装"),
        (Field::NameEn, "Two-camera kit"),
        (Field::Quantity, "1"),
        (Field::Parts, "EXAMPLE-1×2; EXAMPLE-3×1"),
    ],
];

/// Rows as they stood in the file, each with what is wrong with it: mended, the file can be sent again.
pub fn to_mend<'a>(
    headers: impl Iterator<Item = &'a str>,
    rows: impl Iterator<Item = (&'a csv::StringRecord, String)>,
    language: Language,
) -> Result<Vec<u8>, NotWritten> {
    let mut titles: Vec<String> = headers.map(str::to_owned).collect();
    let width = titles.len();
    titles.push(words::problem_title(language).to_owned());
    let mut writing = Writing::begin(Format::Csv, &titles)?;
    for (cells, problem) in rows {
        let padded = (0..width).map(|place| (cells.get(place).unwrap_or_default(), false));
        writing.add(padded.chain(std::iter::once((problem.as_str(), false))))?;
    }
    writing.finish()
}
