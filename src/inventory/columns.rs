//! Which column means what: the words by which spreadsheets call their columns, in both languages, and the
//! mapping that comes of them. Whoever imports may correct it.

use std::collections::BTreeMap;

use super::read::Record;
use super::text::fold;
use crate::domain::money::Currency;
use crate::domain::people::Language;

words! {
    /// What a column may hold. The words are those of templates and exports, less the currency.
    Field {
        /// Short code, unique in the cluster.
        Code = "code",
        /// Kind of a listing.
        Kind = "kind",
        /// Finer than the kind.
        Category = "category",
        /// Name in Chinese.
        NameZh = "name_zh",
        /// Name in English.
        NameEn = "name_en",
        /// How many like units there are.
        Quantity = "quantity",
        /// Price of a day.
        DayRate = "day_rate",
        /// Price of an hour.
        HourRate = "hour_rate",
        /// Price of a day or an hour, as each cell says.
        Rate = "rate",
        /// Held until the return.
        Deposit = "deposit",
        /// Where it is: code or name of a site.
        Site = "site",
        /// Whose it is: code or name of a company.
        Owner = "owner",
        /// Floor area of a set.
        AreaSqm = "area_sqm",
        /// Slugs.
        Tags = "tags",
        /// With what it does in each other's place: a slug.
        Alike = "alike",
        /// Draft, published, retired.
        State = "state",
        /// Shortest booking.
        MinimumMinutes = "minimum_minutes",
        /// Longest booking.
        MaximumMinutes = "maximum_minutes",
        /// Steps of start and length.
        StepMinutes = "step_minutes",
        /// Lead time.
        LeadMinutes = "lead_minutes",
        /// How far ahead.
        HorizonDays = "horizon_days",
        /// Taken before each booking.
        SetupMinutes = "setup_minutes",
        /// Taken after each booking.
        TurnaroundMinutes = "turnaround_minutes",
        /// Hours of a day's rate.
        DayHours = "day_hours",
        /// Whether nights may be booked.
        NightAllowed = "night_allowed",
        /// What must fall inside opening hours.
        HoursApply = "hours_apply",
        /// Who says yes.
        Approval = "approval",
        /// Description in Chinese.
        DescriptionZh = "description_zh",
        /// Description in English.
        DescriptionEn = "description_en",
        /// Of a kit: what it is made of, by codes.
        Parts = "parts",
    }
}

impl Field {
    /// Whether it holds an amount of the cluster's currency.
    pub fn is_money(self) -> bool {
        matches!(
            self,
            Self::DayRate | Self::HourRate | Self::Rate | Self::Deposit
        )
    }

    /// Its name in files and JSON: amounts carry their currency.
    pub fn key(self, currency: Currency) -> String {
        if self.is_money() {
            format!("{self}_{}", currency.as_str().to_lowercase())
        } else {
            self.as_str().to_owned()
        }
    }

    /// The fields of templates and exports, in their order.
    pub fn written() -> impl Iterator<Item = Self> {
        Self::ALL
            .iter()
            .copied()
            .filter(|field| *field != Self::Rate)
    }
}

/// What stands over a field in files for this reader. In English it is the field's own name.
pub fn title(field: Field, language: Language, currency: Currency) -> String {
    let zh = match field {
        Field::Code => "编号",
        Field::Kind => "类型",
        Field::Category => "类别",
        Field::NameZh => "中文名",
        Field::NameEn => "英文名",
        Field::Quantity => "数量",
        Field::DayRate => "日租金",
        Field::HourRate => "时租金",
        Field::Rate => "租金",
        Field::Deposit => "押金",
        Field::Site => "园区",
        Field::Owner => "业主",
        Field::AreaSqm => "面积（㎡）",
        Field::Tags => "标签",
        Field::Alike => "可互换组",
        Field::State => "状态",
        Field::MinimumMinutes => "最短（分钟）",
        Field::MaximumMinutes => "最长（分钟）",
        Field::StepMinutes => "步长（分钟）",
        Field::LeadMinutes => "提前（分钟）",
        Field::HorizonDays => "可预约天数",
        Field::SetupMinutes => "准备（分钟）",
        Field::TurnaroundMinutes => "周转（分钟）",
        Field::DayHours => "每日小时数",
        Field::NightAllowed => "夜间可用",
        Field::HoursApply => "开放时间规则",
        Field::Approval => "审批",
        Field::DescriptionZh => "中文描述",
        Field::DescriptionEn => "英文描述",
        Field::Parts => "组成",
    };
    match language {
        Language::En => field.key(currency),
        Language::Zh if field.is_money() => format!("{zh}（{}）", currency.as_str()),
        Language::Zh => zh.to_owned(),
    }
}

/// Other words for the fields, as [`plain`] leaves them, with a space between.
const SYNONYMS: &[(Field, &str)] = &[
    (
        Field::Code,
        "编号 编码 代码 资产编号 资产编码 资产代码 设备编号 器材编号 道具编号 场景编号 \
         物品编号 条目编号 条目编码 货号 assetcode assetno assetnumber assettag \
         itemcode itemno listingcode sku no",
    ),
    (
        Field::Kind,
        "类型 大类 资源类型 资源类别 种类 品类 条目类型 type resourcetype",
    ),
    (
        Field::Category,
        "类别 分类 小类 子类 细分类别 子类别 二级分类 subcategory class group",
    ),
    (
        Field::NameZh,
        "名称 中文名 中文名称 品名 设备名称 器材名称 道具名称 场景名称 物品名称 \
         资产名称 资源名称 条目名称 服务名称 名字 name namecn chinesename namechinese \
         itemname item title",
    ),
    (
        Field::NameEn,
        "英文名 英文名称 英文 外文名称 englishname nameenglish",
    ),
    (
        Field::Quantity,
        "数量 总数 总量 件数 台数 套数 库存 库存数量 可用数量 总数量 qty count units \
         stock amount total howmany quantityavailable",
    ),
    (
        Field::DayRate,
        "日租 日租金 日价 日租价 每日租金 每天租金 天租金 日单价 每日价格 日费用 \
         租金每天 租金元天 元天 dayrate dailyrate rateperday priceperday dailyprice \
         perday dayprice",
    ),
    (
        Field::HourRate,
        "时租 时租金 小时租金 小时价 时价 每小时租金 小时单价 每小时价格 元小时 \
         hourrate hourlyrate rateperhour priceperhour hourlyprice perhour hourprice",
    ),
    (
        Field::Rate,
        "租金 价格 单价 租价 报价 收费 收费标准 费用 租赁价格 price rental rent fee \
         cost",
    ),
    (
        Field::Deposit,
        "押金 保证金 押金金额 单件押金 bond securitydeposit depositperunit",
    ),
    (
        Field::Site,
        "地点 园区 库房 仓库 位置 所在地 所在园区 所在位置 存放地点 存放位置 存放处 \
         场地 区域 站点 location warehouse place store sitename",
    ),
    (
        Field::Owner,
        "业主 所属企业 所属公司 所属单位 归属 产权方 权属单位 供应商 企业 公司 提供方 \
         company vendor supplier ownercompany ownedby",
    ),
    (
        Field::AreaSqm,
        "面积 建筑面积 场景面积 使用面积 area floorarea sqm size",
    ),
    (Field::Tags, "标签 关键词 关键字 特性 tag keywords labels"),
    (
        Field::Alike,
        "可互换组 互换组 可替换组 替换组 同类组 等同组 equivalents equivalentgroup \
         interchangeable substitutes",
    ),
    (Field::State, "状态 上架状态 发布状态 status"),
    (
        Field::MinimumMinutes,
        "最短 最短分钟 最短时长 最短预约 起租时长 minimum",
    ),
    (
        Field::MaximumMinutes,
        "最长 最长分钟 最长时长 最长预约 maximum",
    ),
    (Field::StepMinutes, "步长 步长分钟 时间步长 step"),
    (
        Field::LeadMinutes,
        "提前 提前量 提前预约 提前分钟 leadtime lead",
    ),
    (Field::HorizonDays, "可预约天数 预约期 开放天数 horizon"),
    (
        Field::SetupMinutes,
        "准备 准备时间 准备分钟 布置时间 setup setuptime",
    ),
    (
        Field::TurnaroundMinutes,
        "周转 周转时间 周转分钟 缓冲 缓冲时间 缓冲分钟 整备时间 整理时间 turnaround \
         turnaroundtime buffer buffertime",
    ),
    (
        Field::DayHours,
        "每日小时数 一天小时数 日小时 台班小时 hoursperday",
    ),
    (
        Field::NightAllowed,
        "夜间 夜间可用 可夜间使用 允许夜间 夜戏 night nights",
    ),
    (
        Field::HoursApply,
        "开放时间规则 开放时间 营业时间规则 openinghoursapply",
    ),
    (
        Field::Approval,
        "审批 审批方式 是否审批 需要审批 是否需审批 approvalneeded confirmation",
    ),
    (
        Field::DescriptionZh,
        "描述 中文描述 说明 中文说明 简介 介绍 规格 配置 description details",
    ),
    (
        Field::DescriptionEn,
        "英文描述 英文说明 英文简介 englishdescription",
    ),
    (
        Field::Parts,
        "组成 套装明细 套装组成 套装内容 组成明细 部件 部件明细 kitparts kitcontents components",
    ),
];

/// Words in a column's brackets that make its figures something else than they look.
const SCALES: &[&str] = &[
    "万", "千", "小时", "hour", "usd", "美元", "eur", "hkd", "周", "week", "month",
];

/// A column of the file and what is taken from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// What stands over it.
    pub header: String,
    /// What it holds; `None` is left out.
    pub field: Option<Field>,
}

/// What somebody says the columns mean, by what stands over them; `None` leaves one out.
pub type Corrections = BTreeMap<String, Option<Field>>;

/// Rows from the top among which the header is looked for.
const ROWS_LOOKED_AT: usize = 30;
/// Known columns that make a row a header.
const FEWEST_KNOWN: usize = 2;

/// The place of the row that names the columns: the one with the most known names.
pub fn find_header(records: &[Record], corrections: &Corrections, currency: Currency) -> usize {
    let known = |record: &Record| {
        let columns = columns_of(record, corrections, currency);
        columns
            .iter()
            .filter(|column| column.field.is_some())
            .count()
    };
    let mut best = (0, FEWEST_KNOWN - 1);
    for (place, record) in records.iter().take(ROWS_LOOKED_AT).enumerate() {
        let count = known(record);
        if count > best.1 {
            best = (place, count);
        }
    }
    best.0
}

/// What the columns of a header hold. A field is taken from one column only: the one that is corrected to
/// it, else the first that is called so.
pub fn columns_of(header: &Record, corrections: &Corrections, currency: Currency) -> Vec<Column> {
    let corrected: Vec<Option<Field>> = corrections.values().copied().collect();
    let mut taken = Vec::new();
    let column = |header: &str| {
        let field = match corrections.get(header) {
            Some(field) => *field,
            None => {
                field_called(header, currency).filter(|field| !corrected.contains(&Some(*field)))
            }
        };
        let field = field.filter(|field| !taken.contains(field));
        taken.extend(field);
        Column {
            header: header.to_owned(),
            field,
        }
    };
    header.cells.iter().map(column).collect()
}

/// The field a header calls by one of its names.
fn field_called(header: &str, currency: Currency) -> Option<Field> {
    let folded = fold(header).to_lowercase();
    let (name, brackets) = match folded.split_once(['(', '[', '【', '<']) {
        Some((name, brackets)) => (name, brackets),
        None => (folded.as_str(), ""),
    };
    let name = plain(name);
    let per_hour = ["小时", "/h", "hour"]
        .iter()
        .any(|word| brackets.contains(word));
    let per_day = ["天", "日", "day"]
        .iter()
        .any(|word| brackets.contains(word));
    let suffix = currency.as_str().to_lowercase();
    let bare = name.strip_suffix(&suffix).filter(|bare| !bare.is_empty());
    let field = named(&name).or_else(|| bare.and_then(named).filter(|field| field.is_money()))?;
    match field {
        Field::Rate | Field::HourRate if per_hour => Some(Field::HourRate),
        Field::Rate if per_day => Some(Field::DayRate),
        _ if is_scaled(brackets, &suffix) => None,
        field => Some(field),
    }
}

/// Whether brackets say that figures are meant in another unit, or in another currency.
fn is_scaled(brackets: &str, own_currency: &str) -> bool {
    let scale = |scale: &&&str| brackets.contains(**scale) && **scale != own_currency;
    SCALES.iter().any(|word| scale(&word))
}

fn named(name: &str) -> Option<Field> {
    let own = Field::ALL
        .iter()
        .find(|field| plain(field.as_str()) == name);
    let other = || {
        SYNONYMS
            .iter()
            .find(|(_, names)| names.split(' ').any(|other| other == name))
    };
    own.copied().or_else(|| other().map(|(field, _)| *field))
}

/// A name without what people put between and after its words.
fn plain(name: &str) -> String {
    name.chars()
        .filter(|letter| letter.is_alphanumeric())
        .collect()
}
