//! What people read about an import, in both languages: why a row is refused and what to do about it, why a
//! file cannot be read, and what each column takes.

use super::columns::Field;
use super::compare::Compared;
use super::entry::Issue;
use super::read::{LARGEST_FILE, LONGEST_CELL, MOST_COLUMNS, MOST_RECORDS, Unreadable};
use crate::domain::people::Language;

/// Code, reason and remedy in Chinese, reason and remedy in English. `{detail}` is the word or figure of the
/// issue.
type Told = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
);

const ISSUES: &[Told] = &[
    (
        "missing",
        "没有填写",
        "请填写；合并单元格只有第一行有内容，请逐行填写",
        "is empty",
        "fill it in; of merged cells only the first holds the text, so fill in each row",
    ),
    (
        "missing_kind",
        "没有类型，也无法从类别得知",
        "填写 equipment、prop、scene、facility 或 service（器材、道具、场景、设施、服务）",
        "is empty, and the category does not tell it",
        "write equipment, prop, scene, facility or service",
    ),
    (
        "missing_site",
        "没有写在哪个园区",
        "填写其中之一：{detail}，或在导入时选定园区",
        "does not say at which site it is",
        "write one of {detail}, or choose a site for the import",
    ),
    (
        "fewer_than_named",
        "有 {detail} 件已有资产编号，不能更少",
        "先在条目页移除单件，或保留数量",
        "would be fewer than the {detail} units that have asset codes",
        "take units off the books on the listing's page first, or leave the quantity",
    ),
    (
        "not_a_number",
        "“{detail}”不是数字",
        "只写数字，如 12",
        "“{detail}” is not a number",
        "write digits only, such as 12",
    ),
    (
        "ambiguous_separator",
        "“{detail}”的分隔符有两种读法",
        "去掉千位分隔符，小数点用“.”，如 1200 或 1.2",
        "“{detail}” can be read in two ways",
        "leave out separators of thousands and use a point for decimals, such as 1200 or 1.2",
    ),
    (
        "not_whole",
        "“{detail}”不是整数",
        "填写整数",
        "“{detail}” is not whole",
        "write a whole number",
    ),
    (
        "negative",
        "“{detail}”是负数",
        "填写 0 或更大的数",
        "“{detail}” is negative",
        "write 0 or more",
    ),
    (
        "range",
        "“{detail}”是一个范围",
        "填写一个确定的数",
        "“{detail}” is a range",
        "write one figure",
    ),
    (
        "about",
        "“{detail}”只是约数",
        "填写确定的数",
        "“{detail}” is only about right",
        "write the exact figure",
    ),
    (
        "too_large",
        "“{detail}”过大",
        "请核对",
        "“{detail}” is too large",
        "check it",
    ),
    (
        "looks_like_date",
        "“{detail}”看起来是日期，可能被表格软件自动转换",
        "把单元格格式改为文本或数字后重新填写",
        "“{detail}” looks like a date; the spreadsheet may have made it one",
        "format the cell as text or number and write it again",
    ),
    (
        "too_many_decimals",
        "“{detail}”超过两位小数",
        "精确到分，如 12.50",
        "“{detail}” has more than two decimals",
        "write it to the cent, such as 12.50",
    ),
    (
        "wrong_currency",
        "币种不对",
        "以 {detail} 计价",
        "is in another currency",
        "give it in {detail}",
    ),
    (
        "wrong_basis",
        "“{detail}”的计价单位与该列不符",
        "按天的价格写在日租列，按小时的写在时租列",
        "“{detail}” is for another time than its column",
        "put prices of a day under the day rate, of an hour under the hour rate",
    ),
    (
        "other_basis",
        "“{detail}”不是按天或按小时计价",
        "折算为日租或时租",
        "“{detail}” is neither for a day nor for an hour",
        "convert it to a day or an hour",
    ),
    (
        "no_basis",
        "“{detail}”没有写按天还是按小时",
        "写成 300/天 或 300/小时",
        "“{detail}” does not say for a day or for an hour",
        "write 300/day or 300/hour",
    ),
    (
        "formula_error",
        "单元格里的公式出错：{detail}",
        "在表格中修正公式，或直接填写数值",
        "the cell's formula failed: {detail}",
        "mend the formula in the spreadsheet, or write the value itself",
    ),
    (
        "formula",
        "“{detail}”是公式，不是文字",
        "直接填写文字；确要以等号开头，请在前面加一个单引号 '",
        "“{detail}” is a formula and not text",
        "write the text itself; if it must begin with an equals sign, put an apostrophe ' before it",
    ),
    (
        "markup",
        "含有网页标记",
        "只保留文字，去掉尖括号里的标记",
        "holds the markup of a web page",
        "keep the text and take out what stands in angle brackets",
    ),
    (
        "unknown_kind",
        "没有“{detail}”这种类型",
        "填写 equipment、prop、scene、facility 或 service（器材、道具、场景、设施、服务）",
        "“{detail}” is no kind",
        "write equipment, prop, scene, facility or service",
    ),
    (
        "unknown_state",
        "没有“{detail}”这种状态",
        "填写 draft、published 或 retired（草稿、已发布、已下架）",
        "“{detail}” is no state",
        "write draft, published or retired",
    ),
    (
        "unknown_hours",
        "没有“{detail}”这种规则",
        "填写 ends、span 或 none",
        "“{detail}” is no such rule",
        "write ends, span or none",
    ),
    (
        "not_yes_or_no",
        "“{detail}”不是“是”或“否”",
        "填写 是 或 否",
        "“{detail}” is neither yes nor no",
        "write yes or no",
    ),
    (
        "unknown_site",
        "没有这个园区",
        "请核对名称或编号，或先新建该园区。已有：{detail}",
        "there is no such site",
        "check its name or code, or add the site first. There are {detail}",
    ),
    (
        "ambiguous_site",
        "有几个园区叫“{detail}”",
        "改写园区编号",
        "several sites are called “{detail}”",
        "write the code of the site",
    ),
    (
        "unknown_owner",
        "没有企业“{detail}”",
        "请核对名称或编号，或先新建该企业",
        "there is no company “{detail}”",
        "check its name or code, or add the company first",
    ),
    (
        "ambiguous_owner",
        "有几家企业叫“{detail}”",
        "改写企业编号",
        "several companies are called “{detail}”",
        "write the code of the company",
    ),
    (
        "not_yours",
        "属于其他企业",
        "换一个编号，或请集聚区管理者导入",
        "belongs to another company",
        "take another code, or ask the cluster's manager to import it",
    ),
    (
        "others_listing",
        "属于其他企业",
        "请该企业或集聚区管理者修改",
        "belongs to another company",
        "ask that company, or the cluster's manager",
    ),
    (
        "code_twice",
        "编号在第 {detail} 行已经出现，内容不同",
        "删去其中一行，或换一个编号",
        "its code stands in line {detail} already, with other contents",
        "remove one of the two, or give it another code",
    ),
    (
        "too_many_cells",
        "单元格比表头多（{detail}）",
        "内容里的分隔符可能没有加引号，请检查这一行",
        "it has more cells than the header ({detail})",
        "a separator inside a text may stand without quotes; check this row",
    ),
    (
        "hits_bookings",
        "会影响已有预约：{detail}",
        "先与剧组改期或取消这些预约，或保留足够的数量",
        "would break these bookings: {detail}",
        "move or cancel them with the crews first, or keep enough units",
    ),
    (
        "incomplete",
        "发布需要数量和至少一种价格",
        "填写数量和价格，或把状态改为 draft",
        "to be published it needs a quantity and a rate",
        "fill in both, or make its state draft",
    ),
    (
        "part_of_kits",
        "是已发布套装的部件：{detail}",
        "先从套装中取出，或先下架套装",
        "is a part of published kits: {detail}",
        "take it out of them first, or retire them",
    ),
    (
        "part_unreadable",
        "“{detail}”不是“部件编号×数量”",
        "按 FX6×1; TRIPOD×2 的形式填写",
        "“{detail}” is not a code × how many",
        "write it such as FX6×1; TRIPOD×2",
    ),
    (
        "part_quantity",
        "“{detail}”的数量不是 1–999 的整数",
        "在 × 后填写 1 到 999",
        "“{detail}” has a quantity that is no whole number from 1 to 999",
        "write 1 to 999 after the ×",
    ),
    (
        "part_twice",
        "部件 {detail} 出现了两次",
        "合并为一项，数量相加",
        "names the part {detail} twice",
        "write it once, with both quantities together",
    ),
    (
        "unknown_part",
        "没有编号为 {detail} 的部件，或它所在的行被拒绝",
        "请核对编号，或在同一个文件里改好那一行",
        "there is no part {detail}, or its own row is refused",
        "check the code, or mend its row in the same file",
    ),
    (
        "retired_part",
        "部件 {detail} 已下架",
        "换一个部件，或先重新发布它",
        "its part {detail} is retired",
        "take another part, or publish it again first",
    ),
    (
        "unpublished_part",
        "部件 {detail} 还是草稿，套装不能发布",
        "先发布部件，或把套装的状态写成 draft",
        "cannot be published while its part {detail} is a draft",
        "publish the part too, or make the state of the kit draft",
    ),
    (
        "part_of_itself",
        "套装经由部件包含了自己",
        "去掉绕回来的部件",
        "is a part of itself, by way of its parts",
        "leave out the part that leads back to it",
    ),
    (
        "too_deep",
        "套装嵌套超过 {detail} 层",
        "直接写部件，少套几层",
        "has more than {detail} kits in each other",
        "name the parts themselves instead of kits of kits",
    ),
    (
        "too_many_parts",
        "套装的不同部件超过 {detail} 种",
        "拆成几个套装",
        "has more than {detail} different parts",
        "make several kits of it",
    ),
    (
        "has_units",
        "有 {detail} 件已有资产编号的单件，不能成为套装",
        "先在条目页移除单件，或另建一个套装",
        "has {detail} units with asset codes, and a kit has none of its own",
        "take the units off the books first, or make the kit another listing",
    ),
    (
        "kit_has_no_rates",
        "套装没有自己的价格，按部件合计",
        "清空这一行的价格和押金",
        "is of a kit, which costs what its parts cost",
        "leave the rates and the deposit of this row empty",
    ),
    ("required", "没有填写", "请填写", "is empty", "fill it in"),
    (
        "too_long",
        "超过 {detail} 个字符",
        "请缩短",
        "has more than {detail} characters",
        "shorten it",
    ),
    (
        "too_many",
        "超过 {detail} 个",
        "请减少",
        "has more than {detail}",
        "take some out",
    ),
    (
        "out_of_range",
        "不在 {detail} 之间",
        "请核对",
        "is not in {detail}",
        "check it",
    ),
    (
        "code",
        "编号只能用字母、数字、连字符和点",
        "如 SC-MOD-060",
        "may have letters, digits, hyphens and dots only",
        "write it like SC-MOD-060",
    ),
    (
        "slug",
        "只能用小写字母、数字、连字符和下划线",
        "如 full-frame",
        "may have lower-case letters, digits, hyphens and underscores only",
        "write it like full-frame",
    ),
    (
        "impossible_rule",
        "超出范围，或与其他规则矛盾",
        "请核对这条规则",
        "is out of bounds or contradicts another rule",
        "check this rule",
    ),
    // What was made of a row that is taken.
    (
        "name_copied",
        "只有一种语言的名称，两种语言都用它",
        "之后可补充翻译",
        "has a name in one language only; it stands for both",
        "add the translation when you have it",
    ),
    (
        "kind_of_category",
        "类型由类别得知：{detail}",
        "如不对，请填写类型列",
        "its kind is told by its category: {detail}",
        "fill in the kind if that is wrong",
    ),
    (
        "category_assumed",
        "没有类别，归入 other",
        "可填写类别列",
        "has no category; it is put under other",
        "fill in the category to find it by",
    ),
    (
        "stays_draft",
        "没有价格或数量为 0，先存为草稿",
        "补充后再发布",
        "has no rate or no units; it stays a draft",
        "complete it, then publish it",
    ),
    (
        "new_site",
        "将新建园区“{detail}”",
        "之后可补充名称和开放时间",
        "the site “{detail}” will be added",
        "give it its names and opening hours afterwards",
    ),
    // Why a row is passed over.
    (
        "above_the_table",
        "在表头之前",
        "无需处理",
        "stands above the table",
        "nothing to do",
    ),
    ("empty", "空行", "无需处理", "is empty", "nothing to do"),
    (
        "heading",
        "是小标题",
        "无需处理",
        "is a heading",
        "nothing to do",
    ),
    (
        "total",
        "是合计行",
        "无需处理",
        "is a total",
        "nothing to do",
    ),
    (
        "header_again",
        "重复的表头",
        "无需处理",
        "is the header once more",
        "nothing to do",
    ),
    (
        "repeated",
        "与前面一行完全相同",
        "无需处理",
        "is the same as a row before",
        "nothing to do",
    ),
    (
        "example",
        "模板里的示例",
        "无需处理",
        "is an example of the template",
        "nothing to do",
    ),
];

fn told(issue: &Issue) -> Option<&'static Told> {
    ISSUES.iter().find(|(code, ..)| *code == issue.code)
}

/// Why, in the reader's language.
pub fn reason(issue: &Issue, language: Language) -> String {
    let words = told(issue).map_or(issue.code, |(_, zh, _, en, _)| language.pick(zh, en));
    words.replace("{detail}", &issue.detail)
}

/// What to do about it.
pub fn remedy(issue: &Issue, language: Language) -> String {
    let words = told(issue).map_or("", |(_, _, zh, _, en)| language.pick(zh, en));
    words.replace("{detail}", &issue.detail)
}

/// All there is to say of a record, in one line.
pub fn problems(compared: &Compared, language: Language) -> String {
    let sentence = |issue: &Issue| {
        let field = if issue.field.is_empty() {
            String::new()
        } else {
            format!("{}: ", issue.field)
        };
        let (reason, remedy) = (reason(issue, language), remedy(issue, language));
        format!("{field}{reason}{}{remedy}", language.pick("。", ". "))
    };
    let sentences: Vec<String> = compared.issues.iter().map(sentence).collect();
    sentences.join(language.pick("；", "; "))
}

/// What stands over the column that says what is wrong with a row.
pub fn problem_title(language: Language) -> &'static str {
    language.pick("问题（导入时忽略）", "problem (ignored by an import)")
}

/// Why a file cannot be read, and what to do.
pub fn unreadable(why: &Unreadable, language: Language) -> String {
    let megabytes = LARGEST_FILE / 1024 / 1024;
    let (zh, en) = match why {
        Unreadable::Empty => (
            "文件里没有内容。请选择有表格的文件。".to_owned(),
            "There is nothing in the file. Choose one with a table in it.".to_owned(),
        ),
        Unreadable::TooLarge => (
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
        Field::Parts => (
            "套装的组成：部件编号×数量，用分号隔开，如 FX6×1; TRIPOD×2。部件可以在同一个文件里新增；套装不填价格和押金。",
            "Of a kit: codes of its parts × how many, between semicolons, such as FX6×1; TRIPOD×2. Parts may come new in the same file. A kit has no rates and no deposit of its own.",
        ),
    };
    language.pick(zh, en)
}

/// Codes that have words, for tests.
pub fn known_codes() -> impl Iterator<Item = &'static str> {
    ISSUES.iter().map(|(code, ..)| *code)
}
