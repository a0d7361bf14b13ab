//! What is wrong with a field, in both languages.

use crate::actions::FieldFault;
use crate::domain::people::Language;

/// What is wrong with a field, by the code of its fault: in Chinese, in English. `{limit}` is the figure or
/// word the fault carries.
const FAULTS: &[(&str, &str, &str)] = &[
    (
        "dates_overlap",
        "前一次停用还没有结束，下一次就开始了：请缩短每次的时段，或隔得更久",
        "begins its next date before the one before is over; make each shorter, or repeat less often",
    ),
    (
        "repeats_without_end",
        "重复停用时，每次都要有结束时间",
        "needs the end of its first date: one that lasts until further notice cannot repeat",
    ),
    ("required", "必填", "is required"),
    (
        "too_long",
        "最多 {limit} 个字符",
        "may have {limit} characters at most",
    ),
    ("too_many", "最多 {limit} 个", "may have {limit} at most"),
    (
        "length",
        "长度应为 {limit}",
        "must have a length of {limit}",
    ),
    ("out_of_range", "应在 {limit} 之间", "must be in {limit}"),
    (
        "wrong_type",
        "类型不对：{limit}",
        "has the wrong type: {limit}",
    ),
    ("not_an_id", "不是有效的编号", "is not an id"),
    (
        "not_a_moment",
        "应为带时区的时间，如 2026-11-24T14:00:00+08:00",
        "must be a time with its offset, such as 2026-11-24T14:00:00+08:00",
    ),
    (
        "not_a_date",
        "应为日期，如 2026-11-24",
        "must be a date such as 2026-11-24",
    ),
    ("not_whole_minute", "应为整分钟", "must be a whole minute"),
    (
        "span_empty",
        "结束不能等于开始",
        "must be after the start, not the same",
    ),
    (
        "span_inverted",
        "结束必须晚于开始",
        "must be after the start",
    ),
    (
        "year_out_of_range",
        "年份应在 1970–9999",
        "must have a year in 1970–9999",
    ),
    ("unknown_listing", "没有这个条目", "is not a listing"),
    ("unknown", "不存在 {limit}", "does not exist {limit}"),
    (
        "nul_character",
        "含有空字符（U+0000）",
        "contains the character U+0000",
    ),
    (
        "not_a_live_line",
        "不是该预约的有效明细",
        "is not a live line of this booking, or stands twice",
    ),
    (
        "not_a_version",
        "应为版本号，如 \"3\"",
        "must be a version such as \"3\"",
    ),
    (
        "fewer_than_named",
        "有 {limit} 件已有资产编号，不能更少；请先移除单件",
        "cannot be lower: {limit} units have asset codes; take some off the books first",
    ),
    (
        "no_number_at_the_end",
        "末尾要有数字才能接着编号，如 A001",
        "needs a number at its end to go on from, such as A001",
    ),
    ("taken", "已被使用：{limit}", "is in use already: {limit}"),
    (
        "picture_too_large",
        "照片超过 {limit} MB，请缩小后再传",
        "is a picture of more than {limit} MB; send a smaller one",
    ),
    (
        "not_a_picture",
        "不是 JPEG、PNG 或 WebP 图片（后缀不能说明内容）",
        "is not a JPEG, PNG or WebP picture, whatever its name",
    ),
    (
        "too_many_pixels",
        "图片超过 {limit} 百万像素，请缩小后再传",
        "has more than {limit} million pixels; send a smaller one",
    ),
    (
        "damaged_picture",
        "图片已损坏，无法读完；请重新导出",
        "is damaged and cannot be read to its end; save it again",
    ),
    (
        "too_many_photos",
        "每个条目最多 {limit} 张照片；请先删掉一张",
        "would be one too many: a listing has {limit} photos at most; take one away first",
    ),
    (
        "photo_of_nothing",
        "文件名里没有已知的条目编号；请改成“编号.jpg”或“编号-2.jpg”",
        "names no listing that is known; call it CODE.jpg or CODE-2.jpg",
    ),
    (
        "photo_of_others",
        "{limit} 不是您的条目",
        "is of {limit}, which is not yours to edit",
    ),
    (
        "photo_twice",
        "同一文件出现两次",
        "is the same file once more",
    ),
    ("not_an_email", "不是有效的邮箱", "is not an e-mail address"),
    (
        "not_one_of",
        "应为其中之一：{limit}",
        "must be one of {limit}",
    ),
    (
        "window_too_long",
        "最长 {limit}",
        "may span {limit} at most",
    ),
    ("wrong_password", "密码不对", "is not the present password"),
    ("wrong_currency", "币种应为 {limit}", "must be in {limit}"),
    (
        "code",
        "只能用字母、数字、连字符和点",
        "may have letters, digits, hyphens and dots only",
    ),
    (
        "impossible_rule",
        "超出范围，或与其他规则矛盾",
        "is out of bounds or contradicts another rule",
    ),
    (
        "date_twice",
        "日期重复：{limit}",
        "has the same date twice: {limit}",
    ),
    (
        "not_of_a_site",
        "整个园区停用时不能填数量",
        "is for a listing, not for a whole site",
    ),
    (
        "not_of_this_scope",
        "只有条目日历才填条目",
        "is only for a listing's feed",
    ),
    (
        "cannot_be_imported",
        "这些行不能导入，请先修正或去掉：{limit}",
        "names lines that cannot be taken; mend them or leave them out: {limit}",
    ),
    (
        "cannot_be_changed",
        "这些条目不能这样改，请先处理或去掉：{limit}",
        "has some that cannot be changed like this; mend them or leave them out: {limit}",
    ),
    (
        "too_many_parts",
        "把套装拆成部件后最多 {limit} 条",
        "may come to {limit} lines at most, the parts of kits counted one by one",
    ),
    (
        "kit_in_place_of_a_line",
        "套装由多条明细组成，请作为新的一条添加",
        "is a kit, which is several lines; add it as a new line",
    ),
    (
        "kit_among_others",
        "套装不能与其他条目互为替代，请单独成行",
        "has a kit among others of which any would do; give the kit a line of its own",
    ),
    (
        "retired_part",
        "已下架，请换一个",
        "is retired; choose another",
    ),
    (
        "named_twice",
        "重复了，请合并数量",
        "stands there twice; add the quantities up",
    ),
    (
        "part_of_itself",
        "会让套装包含自己，请去掉",
        "would make the kit a part of itself; leave it out",
    ),
    (
        "too_deep",
        "套装最多嵌套 {limit} 层",
        "may be kits in kits {limit} deep at most",
    ),
    (
        "has_units",
        "该条目有 {limit} 个已编号单件，请先移除，或另建条目作套装",
        "cannot be given to a listing with {limit} named units; remove these first, or make the kit a listing of its own",
    ),
    (
        "unpublished_parts",
        "这些部件尚未发布：{limit}，请先发布",
        "has parts that are not published: {limit}; publish them first",
    ),
    (
        "part_of_kits",
        "是已发布套装的部件：{limit}，请先从套装中取出，或先下架套装",
        "cannot be retired while it is a part of published kits: {limit}; take it out of them first, or retire them",
    ),
    (
        "kit_has_no_rates",
        "套装按部件合计收费，没有自己的价格和押金；请修改部件的价格",
        "cannot be set on a kit, which costs what its parts cost together; change the rates of the parts",
    ),
    (
        "kit_has_no_units",
        "套装没有自己的单件，请加到部件上",
        "cannot be added to a kit, which has no units of its own; add them to its parts",
    ),
    (
        "kit_has_no_closures",
        "套装不能停用，请停用其部件",
        "is a kit, which has nothing of its own to close; close its parts",
    ),
    ("in_the_past", "已经过去", "has passed already"),
    (
        "one_of_two",
        "请填写其中一项：{limit}",
        "give exactly one of {limit}",
    ),
    (
        "of_another_company",
        "属于另一家企业",
        "belongs to another company",
    ),
    ("rule_too_long", "重复规则过长", "is longer than any rule"),
    (
        "rule_unreadable",
        "重复规则中无法识别“{limit}”，例如 FREQ=WEEKLY;BYDAY=MO,WE;COUNT=8",
        "has a part that is none of a rule: {limit}; a rule is such as FREQ=WEEKLY;BYDAY=MO,WE;COUNT=8",
    ),
    (
        "rule_twice",
        "重复规则中 {limit} 出现了两次",
        "has {limit} twice",
    ),
    (
        "rule_no_frequency",
        "重复规则缺少 FREQ（DAILY、WEEKLY、MONTHLY 或 YEARLY）",
        "lacks its FREQ: DAILY, WEEKLY, MONTHLY or YEARLY",
    ),
    (
        "rule_not_by_days",
        "只能按天重复，时刻由明细决定：请去掉 {limit}",
        "repeats by days only, the lines say at what time; leave out {limit}",
    ),
    (
        "rule_contradiction",
        "重复规则中 {limit} 不能与其余部分同时使用",
        "has {limit} together with something it cannot stand with",
    ),
    (
        "rule_endless",
        "请写明何时结束：COUNT（次数）或 UNTIL（日期）",
        "must end: say how often with COUNT, or until when with UNTIL",
    ),
    (
        "rule_no_dates",
        "按此规则没有任何日期",
        "gives no date at all",
    ),
    (
        "rule_too_many_dates",
        "最多 {limit} 个日期，请提前结束",
        "gives more than {limit} dates; let it end sooner",
    ),
    (
        "rule_too_far",
        "日期不能超过 {limit} 年以后",
        "has dates more than {limit} years ahead; let it end sooner",
    ),
    (
        "series_too_large",
        "日期数 × 明细数最多 {limit}，请减少日期或明细",
        "comes to more than {limit} lines (dates × lines); take fewer of either",
    ),
    (
        "series_on_hold",
        "系列不能预留：每个日期会各自到期。请直接预约，或单独预留某一天",
        "cannot go with a hold: each date would lapse by itself. Book it, or hold single dates",
    ),
    (
        "nothing_left_of_a_date",
        "这样改会使某个日期没有剩余时间",
        "would leave nothing of one of the dates",
    ),
    (
        "not_with_lines",
        "选择明细时只能针对这一个日期",
        "goes with whole dates only; leave out the lines, or the scope",
    ),
    (
        "slug",
        "只能用小写字母、数字、连字符和下划线",
        "may have lower-case letters, digits, hyphens and underscores only",
    ),
];

/// One wrong field.
pub fn fault(fault: &FieldFault, language: Language) -> String {
    let known = FAULTS.iter().find(|(code, _, _)| *code == fault.code);
    let words = known.map_or(fault.code, |(_, zh, en)| language.pick(zh, en));
    words.replace("{limit}", &fault.limit)
}
