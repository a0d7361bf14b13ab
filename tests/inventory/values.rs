//! Cells, one by one: what they say, or the code of the words that refuse them.

use backlot::domain::money::Currency;
use backlot::inventory::columns::Field;
use backlot::inventory::values::{Value, read};

fn said(field: Field, text: &str) -> String {
    match read(field, text, Currency::CNY) {
        Err(misread) => format!("! {}", misread.code),
        Ok(Value::Blank) => String::new(),
        Ok(Value::Nothing) => "none".to_owned(),
        Ok(Value::Text(text)) => text,
        Ok(Value::Slugs(slugs)) => slugs.join(" "),
        Ok(Value::Count(count)) => count.to_string(),
        Ok(Value::Minor(minor)) => minor.to_string(),
        Ok(Value::MinorAnHour(minor)) => format!("{minor} an hour"),
        Ok(Value::Flag(flag)) => flag.to_string(),
        Ok(Value::Kind(kind)) => kind.to_string(),
        Ok(Value::State(state)) => state.to_string(),
        Ok(Value::Hours(apply)) => apply.to_string(),
        Ok(Value::Approval(approval)) => approval.to_string(),
        Ok(Value::Parts(parts)) => backlot::inventory::parts::write(&parts),
    }
}

#[track_caller]
fn check(field: Field, cases: &[(&str, &str)]) {
    let wrong: Vec<String> = cases
        .iter()
        .filter(|(text, expected)| said(field, text) != *expected)
        .map(|(text, expected)| format!("{text:?}: {:?}, not {expected:?}", said(field, text)))
        .collect();
    assert!(wrong.is_empty(), "{field}:\n{}", wrong.join("\n"));
}

#[test]
fn quantities() {
    let cases = [
        ("12", "12"),
        ("１２", "12"),
        (" 7 ", "7"),
        ("0", "0"),
        ("007", "7"),
        ("3台", "3"),
        ("3 套", "3"),
        ("12 pcs", "12"),
        ("1,200", "1200"),
        ("１，２００件", "1200"),
        ("12,345,678", "12345678"),
        ("3.0", "3"),
        ("十", "10"),
        ("两台", "2"),
        ("十二", "12"),
        ("一百二十", "120"),
        ("二十套", "20"),
        // Never 0, never 1.
        ("", ""),
        ("  ", ""),
        ("\u{3000}", ""),
        ("-", "none"),
        ("无", "none"),
        ("/", "none"),
        ("N/A", "none"),
        // Never 120.
        ("1,20", "! ambiguous_separator"),
        ("１，２０", "! ambiguous_separator"),
        ("1,2,3", "! ambiguous_separator"),
        ("12,34", "! ambiguous_separator"),
        ("1.200", "! ambiguous_separator"),
        ("1.200,50", "! ambiguous_separator"),
        ("1 200", "! ambiguous_separator"),
        ("1.", "! ambiguous_separator"),
        ("1,,200", "! ambiguous_separator"),
        ("3.5", "! not_whole"),
        ("-1", "! negative"),
        ("－1", "! negative"),
        ("2-3", "! range"),
        ("2~3台", "! range"),
        ("10至12", "! range"),
        ("约10", "! about"),
        ("10+", "! about"),
        ("10余", "! about"),
        ("若干", "! not_a_number"),
        ("3台（含备机1台）", "! not_a_number"),
        ("1e3", "! not_a_number"),
        ("一二", "! not_a_number"),
        ("2026-01-02", "! looks_like_date"),
        ("2026年1月2日", "! looks_like_date"),
        ("1月2日", "! looks_like_date"),
        ("2-Jan", "! looks_like_date"),
        ("2026/1/2", "! looks_like_date"),
        ("#REF!", "! formula_error"),
        ("99999999999", "! too_large"),
    ];
    check(Field::Quantity, &cases);
}

#[test]
fn prices() {
    let cases = [
        ("1200", "120000"),
        ("¥1,200/天", "120000"),
        ("￥1，200／天", "120000"),
        ("1200元", "120000"),
        ("1,200.50", "120050"),
        ("12.5", "1250"),
        ("RMB 300", "30000"),
        ("CNY300", "30000"),
        ("300元/日", "30000"),
        ("300 元 / 天", "30000"),
        ("每天300元", "30000"),
        ("300元每天", "30000"),
        ("300/day", "30000"),
        ("300 per day", "30000"),
        ("1.2万", "1200000"),
        ("2千元", "200000"),
        ("1.5k/天", "150000"),
        ("300元/天/台", "30000"),
        ("0", "0"),
        ("免费", "0"),
        ("free", "0"),
        ("面议", "none"),
        ("无", "none"),
        ("", ""),
        ("300元/小时", "! wrong_basis"),
        ("300/周", "! other_basis"),
        ("300元/半天", "! other_basis"),
        ("$300", "! wrong_currency"),
        ("300美元", "! wrong_currency"),
        ("USD 300", "! wrong_currency"),
        ("1,20", "! ambiguous_separator"),
        ("12.345", "! ambiguous_separator"),
        ("0.125", "! too_many_decimals"),
        ("1000-2000", "! range"),
        ("1000起", "! about"),
        ("-5", "! negative"),
        ("abc", "! not_a_number"),
        ("99999999999999999999", "! too_large"),
    ];
    check(Field::DayRate, &cases);
    check(
        Field::HourRate,
        &[
            ("300元/小时", "30000"),
            ("300/h", "30000"),
            ("每小时80", "8000"),
            ("300/天", "! wrong_basis"),
        ],
    );
    check(
        Field::Rate,
        &[
            ("300元/小时", "30000 an hour"),
            ("¥1,200/天", "120000"),
            ("1200", "! no_basis"),
        ],
    );
    check(
        Field::Deposit,
        &[
            ("５０００", "500000"),
            ("免押", "0"),
            ("无", "none"),
            ("5000/台", "500000"),
            ("5000/天", "! wrong_basis"),
        ],
    );
}

#[test]
#[expect(clippy::too_many_lines, reason = "one table of what cells say")]
fn kinds_words_and_units() {
    check(
        Field::Kind,
        &[
            ("器材", "equipment"),
            ("设备", "equipment"),
            ("Prop", "prop"),
            ("服装", "prop"),
            ("场景", "scene"),
            ("设施", "facility"),
            ("服务", "service"),
            ("飞船", "! unknown_kind"),
        ],
    );
    check(
        Field::Category,
        &[
            ("摄影机", "camera"),
            ("camera", "camera"),
            ("Hand Prop", "hand_prop"),
            ("无", ""),
        ],
    );
    check(
        Field::Tags,
        &[
            ("Full Frame；e-mount、4K", "full-frame e-mount 4k"),
            ("a;a", "a"),
            ("none;", "none"),
            ("无", "none"),
        ],
    );
    check(
        Field::NightAllowed,
        &[
            ("是", "true"),
            ("否", "false"),
            ("可", "true"),
            ("YES", "true"),
            ("×", "false"),
            ("也许", "! not_yes_or_no"),
            ("", ""),
        ],
    );
    check(
        Field::Approval,
        &[
            ("owner", "owner"),
            ("需要", "owner"),
            ("是", "owner"),
            ("instant", "instant"),
            ("无需审批", "instant"),
            ("?", "! not_yes_or_no"),
        ],
    );
    check(
        Field::HoursApply,
        &[
            ("none", "none"),
            ("ends", "ends"),
            ("全程", "span"),
            ("无", "none"),
        ],
    );
    check(
        Field::State,
        &[
            ("已发布", "published"),
            ("草稿", "draft"),
            ("报废", "retired"),
            ("新", "! unknown_state"),
        ],
    );
    check(
        Field::TurnaroundMinutes,
        &[
            ("120", "120"),
            ("2小时", "120"),
            ("1.5小时", "90"),
            ("30 min", "30"),
            ("1天", "1440"),
            ("0.33h", "! not_whole"),
            ("半小时", "! not_a_number"),
        ],
    );
    check(
        Field::AreaSqm,
        &[
            ("120㎡", "120"),
            ("120 平方米", "120"),
            ("120.5", "! not_whole"),
        ],
    );
    check(
        Field::Code,
        &[
            ("ＥＱ－００１", "EQ-001"),
            ("NA", "NA"),
            ("-", ""),
            ("", ""),
        ],
    );
    check(Field::NameZh, &[(" 灯 ", "灯"), ("无", ""), ("---", "")]);
}
