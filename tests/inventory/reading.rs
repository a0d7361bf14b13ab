//! Files → records: encodings, separators, headers, and every line accounted for.

use backlot::domain::ids::{Id, SiteId};
use backlot::domain::money::Currency;
use backlot::domain::people::Language;
use backlot::inventory::columns::{self, Corrections, Field, title};
use backlot::inventory::ground::Ground;
use backlot::inventory::read::{self, Record, Unreadable};
use backlot::inventory::words;

use super::{compared, ground, in_short, of_text};

/// The words over the columns, and a row that is right.
const TABLE: &str = "编号,类型,类别,名称,数量,日租金（元）,押金,地点\nEQ-1,器材,灯光,\"爱图仕 600D, 双机\",12,¥450/天,6000,器材中心\n";

#[test]
fn encodings_are_told_apart() {
    let (gb18030, _, _) = encoding_rs::GB18030.encode(TABLE);
    let utf16: Vec<u8> = [0xFF, 0xFE]
        .into_iter()
        .chain(TABLE.encode_utf16().flat_map(u16::to_le_bytes))
        .collect();
    let marked = format!("\u{feff}{TABLE}");
    let files: [(&[u8], &str); 4] = [
        (TABLE.as_bytes(), "UTF-8"),
        (marked.as_bytes(), "UTF-8"),
        (&gb18030, "gb18030"),
        (&utf16, "UTF-16LE"),
    ];
    for (bytes, encoding) in files {
        let table = read::read(bytes).expect(encoding);
        assert_eq!(table.source, encoding);
        assert_eq!(&table.records[0].cells[3], "名称", "{encoding}");
        assert_eq!(
            &table.records[1].cells[3], "爱图仕 600D, 双机",
            "{encoding}"
        );
    }
    // A few rare characters must not make another language of a short list.
    let short = "编号,名称,数量\nA-1,镕基牌灯,1\n";
    let (bytes, _, _) = encoding_rs::GBK.encode(short);
    let table = read::read(&bytes).expect("GBK");
    assert_eq!(&table.records[1].cells[1], "镕基牌灯");
}

#[test]
fn separators_and_line_ends_are_told_apart() {
    for separator in [",", ";", "\t", "|"] {
        for end in ["\n", "\r\n", "\r"] {
            let text = ["code,name,quantity", "A-1,One,1", "", "A-2,Two,2", ""].join(end);
            let text = text.replace(',', separator);
            let table = read::read(text.as_bytes()).expect("a table");
            let lines: Vec<u64> = table.records.iter().map(|record| record.line).collect();
            assert_eq!(lines, [1, 2, 4], "{separator:?} {end:?}");
            assert_eq!(&table.records[2].cells[1], "Two", "{separator:?} {end:?}");
        }
    }
    let told = read::read("sep=;\r\ncode;name\r\nA;1,5\r\n".as_bytes()).expect("a table");
    assert_eq!(told.records[1].line, 3);
    assert_eq!(&told.records[1].cells[1], "1,5");
}

#[test]
fn a_record_is_where_it_starts_even_after_cells_of_many_lines() {
    let text = "code,name,quantity\nA-1,\"two\nlines\",1\n\n\nA-2,\"three\r\nmore\r\nlines\",2\r\nA-3,x,3\n";
    let lines: Vec<u64> = of_text(text).iter().map(|record| record.line).collect();
    assert_eq!(lines, [2, 6, 9]);
}

#[test]
fn headers_are_found_by_many_names() {
    let cases = [
        ("资产编号", Some(Field::Code)),
        ("编号：", Some(Field::Code)),
        ("Asset Code", Some(Field::Code)),
        ("设备名称", Some(Field::NameZh)),
        ("Name", Some(Field::NameZh)),
        ("英文名称", Some(Field::NameEn)),
        ("数量(台)", Some(Field::Quantity)),
        ("Qty.", Some(Field::Quantity)),
        ("日租金（元/天）", Some(Field::DayRate)),
        ("day_rate_cny", Some(Field::DayRate)),
        ("租金(元/小时)", Some(Field::HourRate)),
        ("价格（元/天）", Some(Field::DayRate)),
        ("价格", Some(Field::Rate)),
        ("押金 （元）", Some(Field::Deposit)),
        ("存放位置", Some(Field::Site)),
        ("周转（分钟）", Some(Field::TurnaroundMinutes)),
        // What stands under these is not what it looks like.
        ("日租金（万元）", None),
        ("周转（小时）", None),
        ("day_rate_usd", None),
        ("备注", None),
        ("", None),
    ];
    for (header, expected) in cases {
        let record = Record {
            line: 1,
            cells: vec![header].into(),
        };
        let columns = columns::columns_of(&record, &Corrections::new(), Currency::CNY);
        assert_eq!(columns[0].field, expected, "{header}");
    }
}

#[test]
fn what_we_write_over_columns_we_read() {
    for language in [Language::Zh, Language::En] {
        for field in Field::written() {
            let record = Record {
                line: 1,
                cells: vec![title(field, language, Currency::CNY)].into(),
            };
            let columns = columns::columns_of(&record, &Corrections::new(), Currency::CNY);
            assert_eq!(columns[0].field, Some(field), "{}", columns[0].header);
        }
    }
}

#[test]
fn a_mapping_can_be_corrected() {
    let record = Record {
        line: 1,
        cells: vec!["编号", "名称", "台数", "总数"].into(),
    };
    let plain = columns::columns_of(&record, &Corrections::new(), Currency::CNY);
    let fields: Vec<_> = plain.iter().map(|column| column.field).collect();
    assert_eq!(
        fields,
        [
            Some(Field::Code),
            Some(Field::NameZh),
            Some(Field::Quantity),
            None
        ]
    );
    let corrections = Corrections::from([
        ("总数".to_owned(), Some(Field::Quantity)),
        ("名称".to_owned(), None),
    ]);
    let corrected = columns::columns_of(&record, &corrections, Currency::CNY);
    let fields: Vec<_> = corrected.iter().map(|column| column.field).collect();
    assert_eq!(
        fields,
        [Some(Field::Code), None, None, Some(Field::Quantity)]
    );
}

/// The kind of sheet that really comes: a title, headings, sums, holes, and figures as people write them.
#[test]
fn every_line_of_a_dirty_sheet_is_accounted_for() {
    let text = "\
某某公司器材清单 2026
,,,,,,,
编号,类型,类别,名称,数量,日租（元）,押金,地点
灯光类
D-001,器材,灯光,爱图仕 600D,,450,6000,器材中心
D-002,器材,灯光,爱图仕 300D,\"1,20\",\"¥1,200/天\",５０００,A区现代馆
D-003,设备,灯光,南光,１２台,300元/小时,免押金,器材中心
D-004,设备,灯光,南光 2,两台,1.2万,无,器材中心
D-001,器材,灯光,爱图仕 600D,3,1,1,GEAR
D-004,设备,灯光,南光 2,两台,1.2万,无,器材中心
编号,类型,类别,名称,数量,日租（元）,押金,地点
D-005,飞船,灯光,=1+1,3,$12,1,火星
D-006,道具,手持道具,<b>x</b>,十二,12,\"1,200.50\",Hall A
D-007,道具,手持道具,扇,5,面议,0,Hall A,多余
D-008,,车辆,奔驰,2,,0,Hall A
合计,,,,29,,,
,,,,,,,
EXAMPLE-1,器材,灯光,x,1,1,1,GEAR
";
    let short: Vec<String> = of_text(text).iter().map(in_short).collect();
    let expected = [
        "1 skipped above_the_table",
        "2 skipped above_the_table",
        "4 skipped heading",
        "5 refused quantity:missing",
        "6 refused quantity:ambiguous_separator",
        "7 refused day_rate_cny:wrong_basis",
        "8 new name_en:name_copied",
        "9 refused code:code_twice",
        "10 skipped repeated",
        "11 skipped header_again",
        "12 refused kind:unknown_kind day_rate_cny:wrong_currency site:unknown_site name_zh:formula",
        "13 refused name_zh:markup",
        "14 refused too_many_cells",
        "15 new name_en:name_copied kind:kind_of_category state:stays_draft",
        "16 skipped total",
        "17 skipped empty",
        "18 skipped example",
    ];
    assert_eq!(short, expected);
}

/// A merged cell says of every row it spans where it belongs; a merged figure says nothing certain of the later rows.
#[test]
fn cells_merged_downwards_are_read_where_that_is_certain() {
    let mut workbook = rust_xlsxwriter::Workbook::new();
    let sheet = workbook.add_worksheet();
    let plain = rust_xlsxwriter::Format::new();
    let head = [
        "code",
        "kind",
        "category",
        "name",
        "quantity",
        "day_rate_cny",
    ];
    for (column, title) in (0..).zip(head) {
        sheet.write_string(0, column, title).expect("written");
    }
    for row in 1..=3 {
        let code = format!("A-{row}");
        sheet.write_string(row, 0, &code).expect("written");
        sheet.write_string(row, 3, "扇").expect("written");
        sheet.write_number(row, 5, 12).expect("written");
    }
    sheet.write_number(3, 4, 7).expect("written");
    for (column, last, text) in [(1, 3, "道具"), (2, 3, "手持道具"), (4, 2, "5")] {
        let merged = sheet.merge_range(1, column, last, column, text, &plain);
        merged.expect("merged");
    }
    let file = workbook.save_to_buffer().expect("a file");
    let table = read::read(&file).expect("a table");
    let ground = Ground {
        site: Some(SiteId::from_raw(1)),
        ..ground()
    };
    let told: Vec<String> = compared(&table, &[], &ground)
        .iter()
        .map(in_short)
        .collect();
    let expected = [
        "2 new name_en:name_copied",
        "3 refused quantity:missing",
        "4 new name_en:name_copied",
    ];
    assert_eq!(told, expected);
}

#[test]
fn an_owner_touches_nothing_of_others() {
    let ground = Ground {
        only_owner: Some(backlot::domain::ids::Id::from_raw(1)),
        ..ground()
    };
    let text =
        "code,kind,name,quantity,site,owner\nA-1,prop,One,1,GEAR,别家\nA-2,prop,Two,1,GEAR,\n";
    let table = read::read(text.as_bytes()).expect("a table");
    let short: Vec<String> = super::compared(&table, &[], &ground)
        .iter()
        .map(in_short)
        .collect();
    assert_eq!(short[0], "2 refused owner:not_yours");
    assert!(short[1].starts_with("3 new"), "{short:?}");
}

#[test]
fn what_is_no_table_is_told_by_its_content() {
    let cases: [(&[u8], Unreadable); 9] = [
        (b"", Unreadable::Empty),
        (b"\xEF\xBB\xBF \r\n", Unreadable::Empty),
        (b"sep=;\r\n", Unreadable::Empty),
        (b"%PDF-1.7", Unreadable::NotATable),
        (b"\x89PNG\r\n\x1a\n\0\0", Unreadable::NotATable),
        (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", Unreadable::OldWorkbook),
        (
            b"<html><table><tr><td>code</td></tr></table>",
            Unreadable::Markup,
        ),
        (
            b"code,name\nA,\"never closed\nB,c\n",
            Unreadable::OpenQuote(2),
        ),
        (
            b"code,name\nA,5\" screen\nB,c\xFF\xFF\xFE\n",
            Unreadable::Encoding,
        ),
    ];
    for (bytes, expected) in cases {
        let found = read::read(bytes).expect_err("no table");
        assert_eq!(found, expected);
        for language in [Language::Zh, Language::En] {
            assert!(words::unreadable(&found, language).len() > 20);
        }
    }
    let inches = read::read(b"code,name\nA,5\" screen\nB,\"a \"\"b\"\"\"\n").expect("a table");
    assert_eq!(&inches.records[1].cells[1], "5\" screen");
    assert_eq!(&inches.records[2].cells[1], "a \"b\"");
}

/// Every code that can be told has words in both languages.
#[test]
fn every_issue_has_words() {
    let source = concat!(
        include_str!("../../src/inventory/entry.rs"),
        include_str!("../../src/inventory/wanted.rs"),
        include_str!("../../src/inventory/values.rs"),
        include_str!("../../src/inventory/numbers.rs"),
        include_str!("../../src/inventory/prices.rs"),
        include_str!("../../src/inventory/vocabulary.rs")
    );
    let known: Vec<&str> = words::known_codes().collect();
    let told = [
        "Misread::with(\"",
        "refuse(Field::",
        "note(Field::",
        "Some(\"",
    ];
    let mut seen = 0;
    for line in source
        .lines()
        .filter(|line| told.iter().any(|told| line.contains(told)))
    {
        for word in line.split('"').skip(1).step_by(2) {
            let is_code = word.contains('_')
                && word
                    .bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte == b'_');
            if is_code {
                assert!(known.contains(&word), "{word} has no words");
                seen += 1;
            }
        }
    }
    assert!(seen > 15, "the codes are found in the source");
}
