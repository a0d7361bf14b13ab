//! Text → value: prices, quantities, yes and no, kinds, as people write them in either language. What can be
//! read in two ways is refused with words, never guessed.

use super::columns::Field;
use crate::domain::listing::{Kind, ListingState};
use crate::domain::money::Currency;
use crate::domain::policy::{Approval, HoursApply};

/// What a cell says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Nothing: what is there stays, and a new listing has none.
    Blank,
    /// That there is none: "无", "-", "n/a"; for a price, that it is not offered.
    Nothing,
    /// Words as they are.
    Text(String),
    /// A list of slugs.
    Slugs(Vec<String>),
    /// A whole number.
    Count(u32),
    /// An amount in minor units.
    Minor(i64),
    /// An amount for an hour, from a column that holds both.
    MinorAnHour(i64),
    /// Yes or no.
    Flag(bool),
    /// A kind.
    Kind(Kind),
    /// A state.
    State(ListingState),
    /// What must fall inside opening hours.
    Hours(HoursApply),
    /// Who says yes.
    Approval(Approval),
}

/// Why a cell cannot be read: a stable word, and what the sentence about it needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misread {
    /// Stable word; [`super::words`] says it to people.
    pub code: &'static str,
    /// A word or figure of the sentence.
    pub detail: String,
}

impl Misread {
    fn with(code: &'static str, detail: impl Into<String>) -> Self {
        Self {
            code,
            detail: detail.into(),
        }
    }
}

/// Full-width letters, digits and punctuation as the narrow ones they stand for.
pub fn fold(text: &str) -> String {
    let narrow = |letter: char| match letter {
        '\u{3000}' | '\u{a0}' => ' ',
        '￥' => '¥',
        '。' | '．' => '.',
        '、' => ',',
        '−' | '—' | '–' | '―' => '-',
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(letter) - 0xfee0).unwrap_or(letter),
        other => other,
    };
    text.chars()
        .map(narrow)
        .collect::<String>()
        .trim()
        .to_owned()
}

const NOTHING: &str = "无|-|--|---|/|n/a|na|none|null|nil|没有|暂无|空";
const NOT_OFFERED: &str =
    "面议|价格面议|议价|待议|询价|电询|电议|on request|negotiable|not offered";
const FREE: &str = "免费|免|free|不收费|免租|免押|免押金|不收|no charge";

/// Whether a word is one of a list in which `|` stands between them.
fn one_of(words: &str, word: &str) -> bool {
    words.split('|').any(|known| known == word)
}

/// Whether a cell with this text says that there is none.
pub fn means_nothing(text: &str) -> bool {
    NOTHING.contains(&fold(text).to_lowercase().as_str())
}

/// What a cell of a column says.
pub fn read(field: Field, text: &str, currency: Currency) -> Result<Value, Misread> {
    let folded = fold(text).to_lowercase();
    if folded.is_empty() {
        return Ok(Value::Blank);
    }
    if one_of(ERRORS, &folded) {
        return Err(Misread::with("formula_error", text));
    }
    let nothing = one_of(NOTHING, &folded);
    let says_something = folded.contains(char::is_alphanumeric);
    match field {
        // A dash under "code" is none; `NA` may be one.
        Field::Code if says_something => Ok(Value::Text(fold(text))),
        Field::Site | Field::Owner if says_something => Ok(Value::Text(text.trim().to_owned())),
        Field::Code | Field::Site | Field::Owner => Ok(Value::Blank),
        Field::NameZh | Field::NameEn | Field::Category if nothing || !says_something => {
            Ok(Value::Blank)
        }
        Field::NameZh | Field::NameEn | Field::DescriptionZh | Field::DescriptionEn => {
            Ok(Value::Text(text.trim().to_owned()))
        }
        Field::NightAllowed => flag(&folded).map(Value::Flag),
        Field::Approval => approval(&folded).map(Value::Approval),
        Field::HoursApply if !nothing || folded == HoursApply::None.as_str() => {
            word(&folded, HOURS, "unknown_hours").map(Value::Hours)
        }
        _ if nothing => Ok(Value::Nothing),
        Field::HoursApply => Ok(Value::Nothing),
        Field::Category => Ok(Value::Text(category(&folded))),
        Field::Tags => Ok(Value::Slugs(slugs(&folded))),
        Field::Kind => word(&folded, KINDS, "unknown_kind").map(Value::Kind),
        Field::State => word(&folded, STATES, "unknown_state").map(Value::State),
        Field::Quantity => quantity(&folded).map(Value::Count),
        Field::AreaSqm => area(&folded).map(Value::Count),
        Field::HorizonDays => {
            with_unit(&folded, &[("天", 1), ("日", 1), ("days", 1), ("day", 1)]).map(Value::Count)
        }
        Field::DayHours => with_unit(&folded, &[("小时", 1), ("hours", 1), ("hour", 1), ("h", 1)])
            .map(Value::Count),
        Field::MinimumMinutes
        | Field::MaximumMinutes
        | Field::StepMinutes
        | Field::LeadMinutes
        | Field::SetupMinutes
        | Field::TurnaroundMinutes => with_unit(&folded, MINUTES).map(Value::Count),
        Field::DayRate | Field::HourRate | Field::Rate | Field::Deposit => {
            price(field, &folded, currency)
        }
    }
}

/// What spreadsheets show where a formula failed.
const ERRORS: &str = "#div/0!|#n/a|#name?|#null!|#num!|#ref!|#value!|#getting_data|#spill!|#calc!";

const MINUTES: &[(&str, u32)] = &[
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

const KINDS: &[(Kind, &str)] = &[
    (
        Kind::Equipment,
        "equipment|gear|器材|设备|摄影器材|拍摄器材|影视器材|拍摄设备",
    ),
    (
        Kind::Prop,
        "prop|props|道具|服装|服化道|服装道具|服道|costume|costumes|车辆",
    ),
    (
        Kind::Scene,
        "scene|set|sets|location|场景|场地|景|棚景|外景|影棚",
    ),
    (
        Kind::Facility,
        "facility|facilities|room|设施|公共设施|配套设施|房间",
    ),
    (Kind::Service, "service|services|服务|一站式服务|人员"),
];

const STATES: &[(ListingState, &str)] = &[
    (ListingState::Draft, "draft|草稿|未发布"),
    (
        ListingState::Published,
        "published|已发布|发布|上架|已上架|在用|可用|active|available",
    ),
    (
        ListingState::Retired,
        "retired|已下架|下架|停用|报废|已报废",
    ),
];

const HOURS: &[(HoursApply, &str)] = &[
    (HoursApply::Ends, "ends|领取和归还|取还"),
    (HoursApply::Span, "span|全程"),
    (HoursApply::None, "none|不限|全天|24小时"),
];

/// Categories by their Chinese names, with the kind each belongs to.
const CATEGORIES: &[(&str, Kind, &str)] = &[
    ("camera", Kind::Equipment, "摄影机|摄像机|相机"),
    ("lens", Kind::Equipment, "镜头"),
    ("lighting", Kind::Equipment, "灯光|灯具"),
    ("grip", Kind::Equipment, "器械附件|附件"),
    ("support", Kind::Equipment, "支撑与稳定|稳定器|三脚架"),
    ("monitoring", Kind::Equipment, "监看图传|监视器|图传"),
    ("sound", Kind::Equipment, "录音|声音"),
    ("dit", Kind::Equipment, "数据管理"),
    ("power", Kind::Equipment, "供电|电源"),
    ("production", Kind::Equipment, "现场用具"),
    ("drone", Kind::Equipment, "航拍|无人机"),
    ("effects", Kind::Equipment, "特效"),
    ("consumable", Kind::Prop, "耗材"),
    ("costume_ancient", Kind::Prop, "古装"),
    ("costume_modern", Kind::Prop, "现代服装"),
    ("costume_republican", Kind::Prop, "民国服装"),
    ("costume_rural", Kind::Prop, "乡村服装"),
    ("hand_prop", Kind::Prop, "手持道具"),
    ("set_dressing", Kind::Prop, "陈设|陈设道具"),
    ("vehicle", Kind::Prop, "车辆"),
    ("ancient", Kind::Scene, "古装景|古装场景"),
    ("modern_interior", Kind::Scene, "现代内景"),
    ("pass", Kind::Scene, "通票"),
    ("republican", Kind::Scene, "民国景"),
    ("rural", Kind::Scene, "乡村景"),
    ("stage", Kind::Scene, "影棚|摄影棚"),
    ("facility", Kind::Facility, "公共设施|设施"),
    ("service", Kind::Service, "一站式服务|服务"),
];

/// The slug of a category that is written as a name; other text as it is, in the manner of a slug.
fn category(folded: &str) -> String {
    let known = CATEGORIES
        .iter()
        .find(|(_, _, names)| one_of(names, folded));
    known.map_or_else(
        || folded.replace([' ', '-'], "_"),
        |(slug, _, _)| (*slug).to_owned(),
    )
}

/// The kind a category belongs to, where it is a known one.
pub fn kind_of_category(slug: &str) -> Option<Kind> {
    let known = CATEGORIES.iter().find(|(known, _, _)| *known == slug);
    known.map(|(_, kind, _)| *kind)
}

fn slugs(folded: &str) -> Vec<String> {
    let mut tags: Vec<String> = Vec::new();
    for tag in folded.split([';', ',', '|', '\n']) {
        let tag = tag.trim().replace(' ', "-");
        if !tag.is_empty() && !tags.contains(&tag) {
            tags.push(tag);
        }
    }
    tags
}

fn word<T: Copy>(folded: &str, words: &[(T, &str)], code: &'static str) -> Result<T, Misread> {
    let known = words.iter().find(|(_, words)| one_of(words, folded));
    known
        .map(|(value, _)| *value)
        .ok_or_else(|| Misread::with(code, folded))
}

fn flag(folded: &str) -> Result<bool, Misread> {
    const YES: &str = "是|有|可|可以|允许|支持|对|√|✓|✔|yes|y|true|1|on";
    const NO: &str = "否|无|不可|不可以|不允许|不支持|禁止|错|×|x|✗|no|n|false|0|off";
    if one_of(YES, folded) {
        return Ok(true);
    }
    if one_of(NO, folded) {
        return Ok(false);
    }
    Err(Misread::with("not_yes_or_no", folded))
}

fn approval(folded: &str) -> Result<Approval, Misread> {
    const OWNER: &str = "owner|业主审批|需审批|需要审批|审批|人工审批|需要|需";
    const INSTANT: &str = "instant|即时确认|自动确认|免审批|无需审批|直接确认|不需要|无需";
    if one_of(OWNER, folded) {
        return Ok(Approval::Owner);
    }
    if one_of(INSTANT, folded) {
        return Ok(Approval::Instant);
    }
    match flag(folded) {
        Ok(true) => Ok(Approval::Owner),
        Ok(false) => Ok(Approval::Instant),
        Err(misread) => Err(misread),
    }
}

/// Words for one of something, which may follow a number without changing it.
const COUNTERS: &str = "台|个|件|套|盏|支|只|把|辆|间|张|块|条|部|架|组|双|顶|副|根|人|名|位|处|座|本|\
 箱|卷|瓶|匹|艘|棵|面|幅|枚|对|扇|栋|pcs|pc|units|unit|sets|set|ea|pieces|piece|\
 seats|seat";

/// How many there are.
fn quantity(folded: &str) -> Result<u32, Misread> {
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
fn area(folded: &str) -> Result<u32, Misread> {
    const UNITS: &str = "㎡|平方米|平米|平方|平|m2|m²|sqm|sq m|square metres|square meters";
    let (number, rest) = split_number(folded);
    if number.is_empty() || !(rest.is_empty() || one_of(UNITS, rest)) {
        return Err(why_no_number(folded));
    }
    whole(number)
}

/// A whole number of something, in any of its units.
fn with_unit(folded: &str, units: &[(&str, u32)]) -> Result<u32, Misread> {
    let (number, rest) = split_number(folded);
    if number.is_empty() {
        return Err(why_no_number(folded));
    }
    if rest.is_empty() {
        return whole(number);
    }
    let known = units.iter().find(|(unit, _)| *unit == rest);
    let (_, factor) = known.ok_or_else(|| why_no_number(folded))?;
    let tenths = scaled(number, 1)?;
    let minutes = tenths.saturating_mul(i64::from(*factor));
    if minutes % 10 != 0 {
        return Err(Misread::with("not_whole", folded));
    }
    u32::try_from(minutes / 10).map_err(|_| Misread::with("too_large", folded))
}

/// The number a text begins with, and what follows it.
fn split_number(folded: &str) -> (&str, &str) {
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
fn why_no_number(folded: &str) -> Misread {
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
    const MONTHS: &str = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec";
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
fn scaled(number: &str, places: usize) -> Result<i64, Misread> {
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

/// For what a price is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Basis {
    Day,
    Hour,
}

const OTHER_CURRENCIES: &[&str] = &[
    "$", "usd", "us$", "美元", "美金", "€", "eur", "欧元", "£", "gbp", "hk$", "hkd", "港币",
    "港元", "jpy", "日元", "twd", "nt$", "台币",
];
const OF_CNY: &[&str] = &[
    "人民币",
    "rmb",
    "cny",
    "cn¥",
    "¥",
    "元整",
    "元",
    "块钱",
    "块",
    "圆",
];
const A_DAY: &str = "天|日|day|d|24小时|24h";
const AN_HOUR: &str = "小时|时|hour|hr|h|钟头";
const OTHER_BASES: &str = "周|星期|月|年|半天|场|次|集|week|month|year|班|台班";

/// A price as people write one: `¥1,200/天`, `300元/小时`, `1.2万`, `免费`, `面议`.
fn price(field: Field, folded: &str, currency: Currency) -> Result<Value, Misread> {
    if one_of(NOT_OFFERED, folded) {
        return Ok(Value::Nothing);
    }
    if one_of(FREE, folded) {
        return Ok(Value::Minor(0));
    }
    let mut text = folded;
    let before =
        strip_any(text, &["每天", "每日", "一天", "日租", "日租金"]).map(|rest| (rest, Basis::Day));
    let before =
        before.or_else(|| strip_any(text, &["每小时", "时租"]).map(|rest| (rest, Basis::Hour)));
    let mut basis = None;
    if let Some((rest, found)) = before {
        (text, basis) = (rest.trim_start_matches([':', ' ']), Some(found));
    }
    text = strip_currency(text, currency)?;
    let (number, rest) = split_number(text);
    if number.is_empty() {
        return Err(why_no_number(folded));
    }
    let (places, rest) = match strip_any(rest, &["万", "w"]) {
        Some(rest) => (6, rest),
        None => strip_any(rest, &["千", "k"]).map_or((2, rest), |rest| (5, rest)),
    };
    let rest = strip_currency(rest.trim(), currency)?;
    let after = basis_of(rest.trim()).ok_or_else(|| why_no_price(folded, rest.trim()))?;
    let minor = scaled(number, places)?;
    match (basis, after) {
        (Some(one), Some(other)) if one != other => Err(Misread::with("wrong_basis", folded)),
        (one, other) => on_basis(field, one.or(other), minor, folded),
    }
}

fn on_basis(
    field: Field,
    basis: Option<Basis>,
    minor: i64,
    folded: &str,
) -> Result<Value, Misread> {
    match (field, basis) {
        (Field::DayRate | Field::Deposit, None)
        | (Field::HourRate, None | Some(Basis::Hour))
        | (Field::DayRate | Field::Rate, Some(Basis::Day)) => Ok(Value::Minor(minor)),
        (Field::Rate, Some(Basis::Hour)) => Ok(Value::MinorAnHour(minor)),
        (Field::Rate, None) => Err(Misread::with("no_basis", folded)),
        _ => Err(Misread::with("wrong_basis", folded)),
    }
}

/// What a price is for, by what follows it: nothing is told, or a day, or an hour, each of one unit.
/// `None` is something else.
fn basis_of(rest: &str) -> Option<Option<Basis>> {
    let per = rest.trim_start_matches(['/', ' ']);
    let per = ["每", "一", "per ", "a ", "an "]
        .iter()
        .find_map(|word| per.strip_prefix(word))
        .unwrap_or(per)
        .trim();
    let per = COUNTERS
        .split('|')
        .find_map(|counter| per.strip_prefix(counter)?.strip_prefix('/'))
        .unwrap_or(per);
    let unit = per.split('/').next().unwrap_or_default().trim();
    let counted = per
        .split('/')
        .skip(1)
        .all(|word| one_of(COUNTERS, word.trim()));
    if !counted {
        return None;
    }
    if unit.is_empty() || one_of(COUNTERS, unit) {
        return Some(None);
    }
    if one_of(A_DAY, unit) {
        return Some(Some(Basis::Day));
    }
    one_of(AN_HOUR, unit).then_some(Some(Basis::Hour))
}

fn why_no_price(folded: &str, rest: &str) -> Misread {
    let other = OTHER_BASES.split('|').any(|basis| rest.contains(basis));
    if other {
        return Misread::with("other_basis", folded);
    }
    why_no_number(folded)
}

/// Text without a mark of the cluster's own currency at its head; another currency's is refused.
fn strip_currency(text: &str, currency: Currency) -> Result<&str, Misread> {
    let code = currency.as_str().to_lowercase();
    let own: &[&str] = if currency == Currency::CNY {
        OF_CNY
    } else {
        &[]
    };
    if let Some(rest) = strip_any(text, own).or_else(|| text.strip_prefix(code.as_str())) {
        return Ok(rest.trim_start());
    }
    let others = OTHER_CURRENCIES.iter().chain(OF_CNY);
    for other in others {
        if text.starts_with(other) && *other != code {
            return Err(Misread::with("wrong_currency", currency.as_str()));
        }
    }
    Ok(text)
}

fn strip_any<'a>(text: &'a str, words: &[&str]) -> Option<&'a str> {
    words.iter().find_map(|word| text.strip_prefix(word))
}
