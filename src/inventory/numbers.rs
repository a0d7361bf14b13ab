//! Text → whole numbers, in digits or Chinese, with the counters and units people write behind them.

use super::text::one_of;
use super::values::Misread;

/// Units of a length of time, in minutes.
pub(super) const MINUTES: &[(&str, u32)] = &[
    ("分钟", 1),
    ("分", 1),
    ("minutes", 1),
    ("minute", 1),
    ("mins", 1),
    ("min", 1),
    ("m", 1),
    ("个小时", 60),
    ("小时", 60),
    ("hours", 60),
    ("hour", 60),
    ("hrs", 60),
    ("hr", 60),
    ("h", 60),
    ("天", 1440),
    ("days", 1440),
    ("day", 1440),
    ("d", 1440),
];

/// Words for one of something, which may follow a number without changing it.
pub(super) const COUNTERS: &str = "台|个|件|套|盏|支|只|把|辆|间|张|块|条|部|架|组|双|顶|副|根|人|名|位|处|座|本|\
 箱|卷|瓶|匹|艘|棵|面|幅|枚|对|扇|栋|pcs|pc|units|unit|sets|set|ea|pieces|piece|\
 seats|seat";

/// How many there are.
pub(super) fn quantity(folded: &str) -> Result<u32, Misread> {
    let (number, rest) = split_number(folded);
    if number.is_empty() {
        let bare = COUNTERS
            .split('|')
            .find_map(|counter| folded.strip_suffix(counter));
        let spelled = chinese_number(bare.unwrap_or(folded)).or_else(|| chinese_number(folded));
        return spelled.ok_or_else(|| why_no_number(folded));
    }
    if !rest.is_empty() && !one_of(COUNTERS, rest) {
        return Err(why_no_number(folded));
    }
    whole(number)
}

/// Square metres.
pub(super) fn area(folded: &str) -> Result<u32, Misread> {
    const UNITS: &str = "㎡|平方米|平米|平方|平|m2|m²|sqm|sq m|square metres|square meters";
    let (number, rest) = split_number(folded);
    if number.is_empty() || !(rest.is_empty() || one_of(UNITS, rest)) {
        return Err(why_no_number(folded));
    }
    whole(number)
}

/// A whole number of something, in any of its units.
pub(super) fn with_unit(folded: &str, units: &[(&str, u32)]) -> Result<u32, Misread> {
    let (number, rest) = split_number(folded);
    if number.is_empty() {
        return Err(why_no_number(folded));
    }
    if rest.is_empty() {
        return whole(number);
    }
    let known = units.iter().find(|(unit, _)| *unit == rest);
    let (_, factor) = known.ok_or_else(|| why_no_number(folded))?;
    let tenths = scaled(number, 1).map_err(|misread| match misread.code {
        "too_many_decimals" => Misread::with("not_whole", folded),
        _ => misread,
    })?;
    let minutes = tenths.saturating_mul(i64::from(*factor));
    if minutes % 10 != 0 {
        return Err(Misread::with("not_whole", folded));
    }
    u32::try_from(minutes / 10).map_err(|_| Misread::with("too_large", folded))
}

/// The number a text begins with, and what follows it.
pub(super) fn split_number(folded: &str) -> (&str, &str) {
    let end = folded
        .find(|letter: char| !letter.is_ascii_digit() && !matches!(letter, '.' | ','))
        .unwrap_or(folded.len());
    let number = &folded[..end];
    if number.starts_with(|letter: char| letter.is_ascii_digit()) {
        (number, folded[end..].trim())
    } else {
        ("", folded)
    }
}

/// Why something is no number, as exactly as can be told.
pub(super) fn why_no_number(folded: &str) -> Misread {
    let has_digit = folded.contains(|letter: char| letter.is_ascii_digit());
    let code = if looks_like_date(folded) {
        "looks_like_date"
    } else if folded.starts_with('-') && has_digit {
        "negative"
    } else if has_digit && folded.contains(['-', '~', '至', '到']) {
        "range"
    } else if folded.starts_with(['约', '大']) || folded.ends_with(['余', '多', '+', '起']) {
        "about"
    } else if folded.contains(' ')
        && folded
            .chars()
            .all(|letter| letter.is_ascii_digit() || letter == ' ')
    {
        "ambiguous_separator"
    } else {
        "not_a_number"
    };
    Misread::with(code, folded)
}

const MONTHS: &str = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec";

/// Whether a spreadsheet, or somebody, made a date of it: "2026年1月2日", "1月2日", "2026-01-02", "2-jan".
fn looks_like_date(folded: &str) -> bool {
    let chinese = folded.contains('月')
        && (folded.contains('日') || folded.contains('号') || folded.contains('年'));
    let date = folded.split(' ').next().unwrap_or_default();
    let parts: Vec<&str> = date.split(['-', '/', '.']).collect();
    let all_digits = |parts: &[&str]| {
        parts.iter().all(|part| {
            (1..=4).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
        })
    };
    let numeric = parts.len() == 3 && all_digits(&parts);
    let named = parts.len() >= 2 && parts.iter().any(|part| one_of(MONTHS, part));
    chinese || numeric || named
}

/// A number without a fraction.
fn whole(number: &str) -> Result<u32, Misread> {
    let value = scaled(number, 0)?;
    u32::try_from(value).map_err(|_| Misread::with("too_large", number))
}

/// A number as that many decimal places of it, without a point: 12.5 to two places is 1250. A comma stands
/// between groups of three digits, or it is not understood: 1,20 is neither 120 nor 1.2.
pub(super) fn scaled(number: &str, places: usize) -> Result<i64, Misread> {
    let ambiguous = || Misread::with("ambiguous_separator", number);
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    if fraction.contains(['.', ',']) || (number.contains('.') && fraction.is_empty()) {
        return Err(ambiguous());
    }
    // 1.200 may be a thousand and two hundred where it was written.
    if fraction.len() == 3 && whole.len() <= 3 && !whole.starts_with('0') {
        return Err(ambiguous());
    }
    let groups: Vec<&str> = whole.split(',').collect();
    let grouped = groups.len() == 1
        || (1..=3).contains(&groups[0].len()) && groups[1..].iter().all(|group| group.len() == 3);
    if !grouped {
        return Err(ambiguous());
    }
    let (kept, beyond) = fraction.split_at_checked(places).unwrap_or((fraction, ""));
    if beyond.bytes().any(|byte| byte != b'0') {
        let code = if places == 0 {
            "not_whole"
        } else {
            "too_many_decimals"
        };
        return Err(Misread::with(code, number));
    }
    let digits = format!("{}{kept:0<places$}", groups.concat());
    digits
        .parse()
        .map_err(|_| Misread::with("too_large", number))
}

/// 十二, 两, 一百二十: numbers below ten thousand in Chinese.
fn chinese_number(text: &str) -> Option<u32> {
    let digit = |letter: char| match letter {
        '零' | '〇' => Some(0),
        '一' | '壹' => Some(1),
        '二' | '两' | '贰' => Some(2),
        '三' | '叁' => Some(3),
        '四' | '肆' => Some(4),
        '五' | '伍' => Some(5),
        '六' | '陆' => Some(6),
        '七' | '柒' => Some(7),
        '八' | '捌' => Some(8),
        '九' | '玖' => Some(9),
        _ => None,
    };
    let unit = |letter: char| match letter {
        '十' | '拾' => Some(10),
        '百' | '佰' => Some(100),
        '千' | '仟' => Some(1000),
        _ => None,
    };
    let mut sum = 0;
    let mut pending: Option<u32> = None;
    let mut last_unit = u32::MAX;
    for letter in text.chars() {
        if let Some(unit) = unit(letter) {
            if unit >= last_unit {
                return None;
            }
            sum += pending.take().unwrap_or(1) * unit;
            last_unit = unit;
        } else {
            let digit = digit(letter)?;
            // 一二 is no number; 一百零二 is.
            if pending.is_some_and(|before| before != 0) {
                return None;
            }
            pending = Some(digit);
        }
    }
    (!text.is_empty()).then(|| sum + pending.unwrap_or(0))
}
