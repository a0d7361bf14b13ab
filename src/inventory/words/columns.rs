//! What each column of a file takes, in both languages.

use crate::domain::people::Language;
use crate::inventory::columns::Field;

/// What a column takes.
pub fn about(field: Field, language: Language) -> &'static str {
    let (zh, en) = match field {
        Field::Code => (
            "必填。集聚区内唯一，字母、数字、连字符和点；再次导入时按它对应已有条目。",
            "Needed. Unique in the cluster: letters, digits, hyphens, dots. An import finds what is there by it.",
        ),
        Field::Kind => (
            "equipment 器材、prop 道具服装、scene 场景、facility 设施、service 服务。",
            "equipment, prop, scene, facility or service.",
        ),
        Field::Category => (
            "更细的类别，如 camera 或“摄影机”。",
            "Finer than the kind, such as camera.",
        ),
        Field::NameZh => (
            "必填其一。只有一种语言时两种语言都用它。",
            "One of both names is needed; alone it stands for both.",
        ),
        Field::NameEn => ("英文名。", "In English."),
        Field::Quantity => (
            "必填。同样的有几件。空着不会当作 0 或 1，而是退回。",
            "Needed. How many like units there are. Empty is neither 0 nor 1 but refused.",
        ),
        Field::DayRate | Field::HourRate | Field::Rate => (
            "如 450、¥1,200/天；0 是免费；“无”是不按此计价；空着则保持原样。",
            "Such as 450 or ¥1,200/day; 0 is free; none is not offered; empty leaves what is there.",
        ),
        Field::Deposit => ("每件押金。", "Held until the return, for each unit."),
        Field::Site => ("园区的编号或名称。", "Code or name of a site."),
        Field::Owner => (
            "企业的编号或名称；空着是您自己的企业。",
            "Code or name of a company; empty is your own.",
        ),
        Field::AreaSqm => (
            "场景面积，平方米。",
            "Floor area of a set in square metres.",
        ),
        Field::Tags => (
            "小写字母的标签，用分号隔开。",
            "Lower-case tags, separated by semicolons.",
        ),
        Field::State => (
            "draft 草稿、published 已发布、retired 已下架；空着时完整的条目直接发布。",
            "draft, published or retired; empty publishes what is complete.",
        ),
        Field::MinimumMinutes => ("最短预约，分钟。", "Shortest booking in minutes."),
        Field::MaximumMinutes => ("最长预约，分钟。", "Longest booking in minutes."),
        Field::StepMinutes => (
            "开始和时长的步长，分钟。",
            "Steps of start and length in minutes.",
        ),
        Field::LeadMinutes => (
            "至少提前多少分钟预约。",
            "How many minutes ahead it must be booked.",
        ),
        Field::HorizonDays => (
            "最多可提前多少天预约。",
            "How many days ahead it may be booked.",
        ),
        Field::SetupMinutes => (
            "每次使用前的准备，分钟。",
            "Set-up before each use in minutes.",
        ),
        Field::TurnaroundMinutes => (
            "每次使用后的周转，分钟。",
            "Turnaround after each use in minutes.",
        ),
        Field::DayHours => (
            "一天的租金包含多少小时。",
            "Hours that a day's rate pays for.",
        ),
        Field::NightAllowed => (
            "22:00–06:00 可否使用：是或否。",
            "Whether 22:00–06:00 may be booked: yes or no.",
        ),
        Field::HoursApply => (
            "开放时间管什么：ends 领取和归还、span 全程、none 不限。",
            "What must fall inside opening hours: ends, span or none.",
        ),
        Field::Approval => ("instant 即时确认、owner 业主审批。", "instant or owner."),
        Field::DescriptionZh => ("中文描述。", "In Chinese."),
        Field::DescriptionEn => ("英文描述。", "In English."),
        Field::Alike => (
            "可互换组：填写同一个词的条目可以互相替代，如 key-light-600w。只用小写字母、数字、- 和 _；留空则按类别和标签判断。",
            "Listings with the same word here do in each other's place, such as key-light-600w. Small letters, digits, - and _; left empty, category and tags tell.",
        ),
        Field::Parts => (
            "套装的组成：部件编号×数量，用分号隔开，如 FX6×1; TRIPOD×2。部件可以在同一个文件里新增；套装不填价格和押金。",
            "Of a kit: codes of its parts × how many, between semicolons, such as FX6×1; TRIPOD×2. Parts may come new in the same file. A kit has no rates and no deposit of its own.",
        ),
    };
    language.pick(zh, en)
}
