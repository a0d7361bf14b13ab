//! Why a file cannot be read, in both languages.

use crate::domain::people::Language;
use crate::inventory::read::{LONGEST_CELL, MOST_COLUMNS, MOST_RECORDS, Unreadable};

/// Why a file cannot be read, and what to do.
pub fn unreadable(why: &Unreadable, language: Language) -> String {
    let (zh, en) = match why {
        Unreadable::Empty => (
            "文件里没有内容。请选择有表格的文件。".to_owned(),
            "There is nothing in the file. Choose one with a table in it.".to_owned(),
        ),
        Unreadable::TooLarge(megabytes) => (
            format!("文件超过 {megabytes} MB。请拆成几个文件。"),
            format!("The file is larger than {megabytes} MB. Split it into several."),
        ),
        Unreadable::OldWorkbook => (
            "这是旧版 Excel（.xls）或带密码的工作簿。请另存为不带密码的 .xlsx 或 CSV。".to_owned(),
            "This is a workbook of old Excel (.xls) or one with a password. Save it as .xlsx without a password, or as CSV.".to_owned(),
        ),
        Unreadable::Markup => (
            "这是网页，不是表格（后缀不能说明内容）。请用表格软件打开并另存为 .xlsx 或 CSV。".to_owned(),
            "This is a web page and not a table, whatever its name. Open it in a spreadsheet and save it as .xlsx or CSV.".to_owned(),
        ),
        Unreadable::NotATable => (
            "这不是表格文件。请上传 .xlsx 或 CSV。".to_owned(),
            "This is not a table. Send an .xlsx or a CSV.".to_owned(),
        ),
        Unreadable::NotAZip => (
            "这不是 ZIP 文件。请把照片按编号命名，打包成 ZIP 再上传。".to_owned(),
            "This is not a ZIP. Name the photos by their listings' codes and pack them into one.".to_owned(),
        ),
        Unreadable::Damaged(what) => (
            format!("工作簿已损坏（{what}）。请用表格软件打开并重新另存为 .xlsx。"),
            format!("The workbook is damaged ({what}). Open it in a spreadsheet and save it as .xlsx again."),
        ),
        Unreadable::Bomb => (
            "文件解压后过大，未予读取。请只保留清单所在的工作表，或另存为 CSV。".to_owned(),
            "The file unpacks to too much and was not read. Keep only the sheet with the inventory, or save it as CSV.".to_owned(),
        ),
        Unreadable::TooManyColumns(line) => (
            format!("第 {line} 行超过 {MOST_COLUMNS} 列。请删去多余的列。"),
            format!("Line {line} has more than {MOST_COLUMNS} columns. Take out those that are not needed."),
        ),
        Unreadable::TooManyRecords => (
            format!("超过 {MOST_RECORDS} 行。请拆成几个文件。"),
            format!("There are more than {MOST_RECORDS} rows. Split the file."),
        ),
        Unreadable::TooMuchInside => (
            "内容过多。请拆成几个文件，并删去不需要的列。".to_owned(),
            "There is too much in it. Split the file, and take out columns that are not needed.".to_owned(),
        ),
        Unreadable::CellTooLong(line) => {
            let kilobytes = LONGEST_CELL / 1024;
            (
                format!("第 {line} 行有一个单元格超过 {kilobytes} KB，可能是引号没有成对。请检查这一行。"),
                format!("A cell in line {line} has more than {kilobytes} kB; a quotation mark may not be closed. Check this line."),
            )
        }
        Unreadable::Encoding => (
            "无法识别文字编码。请另存为“CSV UTF-8”或 .xlsx。".to_owned(),
            "The encoding of its text cannot be told. Save it as “CSV UTF-8” or .xlsx.".to_owned(),
        ),
        Unreadable::OpenQuote(line) => (
            format!("第 {line} 行的引号没有成对，后面的行都被当成了一个单元格。请补上或删去这个引号。"),
            format!("A quotation mark in line {line} is never closed, so what follows would be one cell. Close it or take it out."),
        ),
    };
    match language {
        Language::Zh => zh,
        Language::En => en,
    }
}
