//! Files made to hurt: each is refused with words, soon, and within a fixed amount of memory.

use std::io::{Cursor, Write};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use backlot::inventory::read::{self, Unreadable};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// Longer than any of these takes, also unoptimised on a busy machine.
const LONGEST: Duration = Duration::from_mins(1);
/// What the whole program may reserve while it reads such a file, in kilobytes.
const MOST_MEMORY_KB: u32 = 1_500_000;

const WORKBOOK: &str = r#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>"#;
const RELATIONS: &str = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#;
const PACKAGE: &str = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;

/// A workbook whose sheet and shared texts are written piece by piece.
fn workbook(
    sheet: impl Fn(&mut dyn Write) -> std::io::Result<()>,
    texts: impl Fn(&mut dyn Write) -> std::io::Result<()>,
) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(1));
    let parts = [
        ("[Content_Types].xml", "<Types/>"),
        ("_rels/.rels", PACKAGE),
        ("xl/workbook.xml", WORKBOOK),
        ("xl/_rels/workbook.xml.rels", RELATIONS),
    ];
    for (name, text) in parts {
        archive.start_file(name, options).expect("a part");
        archive.write_all(text.as_bytes()).expect("written");
    }
    archive
        .start_file("xl/sharedStrings.xml", options)
        .expect("a part");
    texts(&mut archive).expect("written");
    archive
        .start_file("xl/worksheets/sheet1.xml", options)
        .expect("a part");
    sheet(&mut archive).expect("written");
    archive.finish().expect("a file").into_inner()
}

fn no_texts(out: &mut dyn Write) -> std::io::Result<()> {
    out.write_all(b"<sst></sst>")
}

fn one_row(out: &mut dyn Write, cells: &str) -> std::io::Result<()> {
    write!(
        out,
        "<worksheet><sheetData><row r=\"1\">{cells}</row></sheetData></worksheet>"
    )
}

/// Reads it, and says how long that took.
fn refused(bytes: &[u8]) -> Unreadable {
    let began = Instant::now();
    let why = read::read(bytes).expect_err("refused");
    assert!(
        began.elapsed() < LONGEST,
        "{why:?} took {:?}",
        began.elapsed()
    );
    why
}

#[test]
fn a_zip_bomb_is_not_unpacked() {
    let mut bomb = workbook(
        |out| {
            out.write_all(b"<worksheet><sheetData>")?;
            let piece = vec![b' '; 1024 * 1024];
            (0..300).try_for_each(|_| out.write_all(&piece))
        },
        no_texts,
    );
    assert!(bomb.len() < 4 * 1024 * 1024);
    assert_eq!(refused(&bomb), Unreadable::Bomb);
    // Half of it is no workbook at all.
    bomb.truncate(bomb.len() / 2);
    assert!(matches!(refused(&bomb), Unreadable::Damaged(_)));
}

/// Found by chewing: rows and columns with more digits than the reader counts.
#[test]
fn places_beyond_any_sheet_are_damage() {
    for place in ["A99999999999", "A4294967298", "ZZZZZZZZZZ1"] {
        let cell = format!("<c r=\"{place}\"><v>1</v></c>");
        let file = workbook(|out| one_row(out, &cell), no_texts);
        assert!(matches!(refused(&file), Unreadable::Damaged(_)), "{place}");
    }
}

#[test]
fn claims_of_endless_texts_are_not_believed() {
    for claim in [
        "uniqueCount=\"999999999999999999\"",
        "uniqueCount = '4000000000'",
    ] {
        let file = workbook(
            |out| one_row(out, "<c r=\"A1\" t=\"s\"><v>0</v></c>"),
            move |out| write!(out, "<sst {claim}><si><t>x</t></si></sst>"),
        );
        assert_eq!(refused(&file), Unreadable::Bomb);
    }
    let hidden = workbook(
        |out| one_row(out, ""),
        |out| {
            let text = "<?xml version=\"1.0\" encoding=\"UTF-16\"?><sst uniqueCount=\"999999999999\"></sst>";
            let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
            out.write_all(&[0xFF, 0xFE])?;
            out.write_all(&bytes)
        },
    );
    assert!(matches!(refused(&hidden), Unreadable::Damaged(_)));
}

/// A workbook of so many rows that all show one text of so many letters: little to unpack, endless to keep.
fn one_text_repeated(rows: usize, letters: usize) -> Vec<u8> {
    workbook(
        |out| {
            out.write_all(b"<worksheet><sheetData>")?;
            for row in 1..=rows {
                write!(
                    out,
                    "<row r=\"{row}\"><c r=\"A{row}\" t=\"s\"><v>0</v></c></row>"
                )?;
            }
            out.write_all(b"</sheetData></worksheet>")
        },
        |out| {
            out.write_all(b"<sst><si><t>")?;
            out.write_all(&vec![b'x'; letters])?;
            out.write_all(b"</t></si></sst>")
        },
    )
}

#[test]
fn a_text_repeated_without_end_is_too_much() {
    let file = one_text_repeated(20_000, 30_000);
    assert_eq!(refused(&file), Unreadable::TooMuchInside);
}

#[test]
fn sheets_without_end_are_cut_short() {
    let wide = workbook(|out| one_row(out, "<c r=\"XFD1\"><v>1</v></c>"), no_texts);
    assert_eq!(refused(&wide), Unreadable::TooManyColumns(1));
    let text = format!("code,name\n{}\n", ",".repeat(1_000_000));
    assert_eq!(refused(text.as_bytes()), Unreadable::TooManyColumns(2));
    let long = "A,b\n".repeat(read::MOST_RECORDS + 1);
    assert_eq!(refused(long.as_bytes()), Unreadable::TooManyRecords);
    let cell = format!("code,name\nA,{}\n", "x".repeat(read::LONGEST_CELL + 1));
    assert_eq!(refused(cell.as_bytes()), Unreadable::CellTooLong(2));
    assert_eq!(
        refused(&vec![b'a'; read::LARGEST_FILE + 1]),
        Unreadable::TooLarge(32)
    );
}

/// A million rows of nothing but format, and one that says something in the last: that is one record.
#[test]
fn a_sparse_sheet_is_as_small_as_what_it_says() {
    let file = workbook(
        |out| {
            out.write_all(b"<worksheet><dimension ref=\"A1:XFD1048576\"/><sheetData>")?;
            out.write_all(b"<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>code</t></is></c><c r=\"B1\" t=\"inlineStr\"><is><t>name</t></is></c></row>")?;
            for row in 2..1_000_000 {
                write!(out, "<row r=\"{row}\"><c r=\"A{row}\" s=\"1\"/></row>")?;
            }
            out.write_all(b"<row r=\"1048576\"><c r=\"A1048576\" t=\"e\"><v>#REF!</v></c></row></sheetData></worksheet>")
        },
        no_texts,
    );
    let began = Instant::now();
    let table = read::read(&file).expect("a table");
    assert!(began.elapsed() < LONGEST);
    let lines: Vec<u64> = table.records.iter().map(|record| record.line).collect();
    assert_eq!(lines, [1, 1_048_576]);
    assert_eq!(&table.records[1].cells[0], "#REF!");
}

#[test]
fn what_only_calls_itself_a_workbook_is_told_so() {
    assert!(matches!(
        refused(b"PK\x03\x04rubbish"),
        Unreadable::Damaged(_)
    ));
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    archive
        .start_file("photo.jpg", SimpleFileOptions::default())
        .expect("a part");
    archive.write_all(b"jpeg").expect("written");
    let photos = archive.finish().expect("a file").into_inner();
    assert_eq!(refused(&photos), Unreadable::NotATable);
}

/// The program itself, held to a fixed amount of memory, says what is wrong and goes on living: whatever a file is
/// called, whatever it claims.
#[test]
fn the_program_stays_within_its_memory() {
    let folder = tempfile::tempdir().expect("a folder");
    let bomb = workbook(
        |out| {
            out.write_all(b"<worksheet><sheetData>")?;
            let piece = vec![b' '; 1024 * 1024];
            (0..300).try_for_each(|_| out.write_all(&piece))
        },
        no_texts,
    );
    let wide = workbook(
        |out| {
            out.write_all(b"<worksheet><sheetData><row r=\"1\">")?;
            (0..1_000_000).try_for_each(|_| out.write_all(b"<c><v>1</v></c>"))?;
            out.write_all(b"</row></sheetData></worksheet>")
        },
        no_texts,
    );
    let text_wide = format!("code,name\n{}\n", ",".repeat(1_000_000));
    let cases: [(&str, &[u8], &str); 8] = [
        (
            "repeated.csv",
            &one_text_repeated(90_000, 100_000),
            "内容过多",
        ),
        ("bomb.csv", &bomb, "解压后过大"),
        ("wide.xlsx", &wide, "列"),
        ("wide.csv", text_wide.as_bytes(), "列"),
        (
            "page.xlsx",
            b"<html><table><tr><td>code</td></tr></table></html>",
            "网页",
        ),
        ("old.csv", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", ".xls"),
        ("picture.xlsx", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "不是表格"),
        ("none.csv", b" \n", "没有内容"),
    ];
    for (name, bytes, words) in cases {
        let file = folder.path().join(name);
        std::fs::write(&file, bytes).expect("written");
        let said = refused_by_program("import", &file);
        assert!(said.contains(words), "{name}: {said}");
    }
}

/// Two gigabytes that take no room on the disk: told from their size, and not read.
#[test]
fn two_gigabytes_of_nothing_are_not_read() {
    let folder = tempfile::tempdir().expect("a folder");
    for (command, name, most) in [
        ("import", "sparse.csv", "32 MB"),
        ("import", "sparse.xlsx", "32 MB"),
        ("import-photos", "sparse.zip", "640 MB"),
    ] {
        let file = folder.path().join(name);
        let sparse = std::fs::File::create(&file).expect("a file");
        sparse
            .set_len(2 * 1024 * 1024 * 1024)
            .expect("as long as that");
        let began = Instant::now();
        let said = refused_by_program(command, &file);
        assert!(said.contains(most), "{name}: {said}");
        assert!(began.elapsed() < LONGEST / 2, "{name}");
    }
    let endless = refused_by_program("import", Path::new("/dev/zero"));
    assert!(endless.contains("32 MB"), "{endless}");
}

/// Formulas and markup in cells are no values: each row says so, and nothing is calculated or shown as it stands.
#[test]
fn formulas_and_markup_in_cells_are_refused_row_by_row() {
    let file = "code,kind,category,name,quantity,day_rate_cny,site\n\
                A-1,prop,hand_prop,\"=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\",1,1,GEAR\n\
                A-2,prop,hand_prop,<img src=x onerror=alert(1)>,1,1,GEAR\n\
                A-3,prop,hand_prop,fan,=2+2,1,GEAR\n\
                A-4,prop,hand_prop,fan,1,=cmd|' /C calc'!A0,GEAR\n\
                A-5,prop,hand_prop,fan,1,1,GEAR\n";
    let told: Vec<String> = super::of_text(file).iter().map(super::in_short).collect();
    let expected = [
        "2 refused name_zh:formula",
        "3 refused name_zh:markup",
        "4 refused quantity:not_a_number",
        "5 refused day_rate_cny:not_a_number",
        "6 new name_en:name_copied",
    ];
    assert_eq!(told, expected);
}

fn refused_by_program(command: &str, file: &Path) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let script = format!("ulimit -v {MOST_MEMORY_KB}; exec \"$0\" {command} --preview \"$1\"");
    let output = Command::new("sh")
        .args(["-c", &script, env!("CARGO_BIN_EXE_backlot")])
        .arg(file)
        .env_clear()
        .env(
            "BACKLOT_DATABASE_URL",
            format!("sqlite://{}", folder.path().join("b.db").display()),
        )
        .output()
        .expect("it runs");
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    String::from_utf8_lossy(&output.stderr).into_owned()
}
