//! The words of errors and refusals in both languages: what went wrong, and what to do about it.

mod repair;
pub mod series;

use chrono_tz::Tz;

use crate::actions::FieldFault;
use crate::domain::conflict::Shortage;
use crate::domain::demand::{Instead, Why};
use crate::domain::people::{Language, Role};
use crate::domain::policy::{OutsideHours, PolicyFault, SpanPart};
use crate::domain::price::PriceFault;
use crate::domain::quota::{OverQuota, Scope};
use crate::domain::refusal::{Clash, Reason, Refusal};
use crate::domain::span::{Instant, Span};

pub use self::repair::{extension, obstacle, repair};

/// The title of a problem.
pub fn title(code: &str, language: Language) -> &'static str {
    let (zh, en) = match code {
        "clash" => ("时段冲突", "Clash"),
        "refused" => ("不符合预约规则", "Against the booking rules"),
        "invalid_input" => ("填写有误", "Something is filled in wrong"),
        "malformed_json" => ("不是有效的 JSON", "Not valid JSON"),
        "wrong_content_type" => ("内容类型不对", "Wrong content type"),
        "body_too_large" => ("内容过大", "Too large"),
        "not_signed_in" => ("请先登录", "Please sign in"),
        "sign_in_failed" => ("登录未成功", "Sign-in failed"),
        "forbidden" => ("没有权限", "Not allowed"),
        "cross_site" => ("跨站请求被拒绝", "Request from another site"),
        "not_found" => ("没有找到", "Not found"),
        "method_not_allowed" => ("不支持该方法", "Method not allowed"),
        "state_conflict" => ("当前状态不允许", "Not possible in this state"),
        "precondition_required" => ("缺少版本号", "Version missing"),
        "version_stale" => ("已被他人修改", "Changed meanwhile"),
        "idempotency_key_reused" => ("幂等键已被使用", "Idempotency key used before"),
        "duplicate" => ("已经存在", "Exists already"),
        "too_many_requests" => ("请求过于频繁", "Too many requests"),
        "too_many_streams" => ("实时连接过多", "Too many live connections"),
        "busy" => ("系统繁忙", "Busy"),
        "closure_hits_bookings" => ("会影响已有预约", "Bookings would be hit"),
        "unreadable_file" => ("文件无法读取", "The file cannot be read"),
        "too_many_holds" => ("预留过多", "Too many holds"),
        "invalid_cursor" => ("翻页标记无效", "Invalid cursor"),
        _ => ("内部错误", "Internal error"),
    };
    language.pick(zh, en)
}

/// What to do about a problem that needs no figures.
pub fn detail(code: &str, language: Language) -> &'static str {
    let (zh, en) = match code {
        "wrong_content_type" => (
            "请以 Content-Type: application/json 发送。",
            "Send the body with Content-Type: application/json.",
        ),
        "body_too_large" => (
            "请求体最多 256 KB，请拆分后再发。",
            "A body may have 256 kB at most; send less at once.",
        ),
        "not_signed_in" => (
            "请登录，或在 Authorization 中带上访问令牌。",
            "Sign in, or send an access token in Authorization.",
        ),
        "sign_in_failed" => (
            "链接、验证码或密码不对，或已过期。请重新获取登录邮件。",
            "The link, code or password is wrong or too old. Ask for a new sign-in letter.",
        ),
        "forbidden" => (
            "您的角色不能这样做，请联系本单位管理者。",
            "Your role does not allow this; ask your manager.",
        ),
        "cross_site" => ("请从本站页面操作。", "Use the pages of this site."),
        "not_found" => (
            "地址不存在或已失效，请检查。",
            "There is nothing at this address; check it.",
        ),
        "method_not_allowed" => (
            "该地址不支持此方法，参见 /api/docs。",
            "This address does not take that method; see /api/docs.",
        ),
        "precondition_required" => (
            "请在 If-Match 中带上您看到的版本号。",
            "Send the version you saw in If-Match.",
        ),
        "version_stale" => ("请重新载入后再改。", "Load it again, then change it."),
        "idempotency_key_reused" => (
            "该 Idempotency-Key 已用于另一请求，请换一个。",
            "This Idempotency-Key was used for another request; take a new one.",
        ),
        "too_many_streams" => (
            "您打开的页面过多，请关闭一些后再试；其余页面仍可刷新查看。",
            "You have as many pages open as can be kept up to date; close one, or reload to see what is new.",
        ),
        "busy" => (
            "请稍等片刻再试，什么都没有改动。",
            "Nothing was changed. Try again in a moment.",
        ),
        "invalid_cursor" => ("请从第一页重新开始。", "Begin again at the first page."),
        _ => (
            "出错了，我们已记录。请稍后再试。",
            "Something failed on our side and was logged. Try again later.",
        ),
    };
    language.pick(zh, en)
}

/// JSON that breaks somewhere.
pub fn malformed_json(place: &str, language: Language) -> String {
    match language {
        Language::Zh => format!("第 {place}（行:列）处无法解析。"),
        Language::En => format!("It breaks at {place} (line:column)."),
    }
}

/// No such thing.
pub fn not_found(noun: &str, language: Language) -> String {
    let zh = match noun {
        "listing" => "条目",
        "booking" => "预约",
        "series" => "系列",
        "production" => "剧目",
        "member" => "成员",
        "company" => "企业",
        "site" => "园区",
        "photo" => "照片",
        "unit" => "单件",
        "closure" => "停用",
        "invitation" => "邀请",
        "letter" => "邮件",
        "feed" => "日历订阅",
        "token" => "访问令牌",
        _ => "内容",
    };
    match language {
        Language::Zh => format!("没有找到该{zh}，或您无权查看。"),
        Language::En => format!("There is no such {noun}, or you may not see it."),
    }
}

/// Not possible in this state.
pub fn state(state: &str, language: Language) -> &'static str {
    let (zh, en) = match state {
        "not_waiting" => (
            "这些明细没有在等待您的审批，请刷新。",
            "These lines are not waiting for your decision; reload.",
        ),
        "already_over" => (
            "该预约已经结束或取消。",
            "This booking is over or cancelled already.",
        ),
        "end_has_changed" => (
            "结束时间已被改动，请刷新后再延长。",
            "Its end is another by now; reload, then extend it.",
        ),
        "not_under_way" => (
            "只有正在进行的明细才能报超时；尚未开始的请改时间。",
            "Only what is under way runs late; change the time of what has not begun.",
        ),
        "not_on_hold" => (
            "这里已没有可确认的预留：可能已确认、已放弃或已失效。请刷新；如仍需要，请重新预约。",
            "Nothing of this is on hold any more: it was confirmed, let go or has lapsed. Reload; if you still need it, book again.",
        ),
        "already_out_of_service" => (
            "该单件已停用，请刷新。",
            "This unit is out of service already; reload.",
        ),
        "in_service" => (
            "该单件正在使用中，请刷新。",
            "This unit is in service; reload.",
        ),
        "not_a_series" => (
            "该预约不属于任何系列，只能单独操作。",
            "This booking is of no series; leave the scope out.",
        ),
        "still_in_line" => (
            "还没有轮到您。轮到时我们会写信；若已准备确认，可以质询前面的预留。",
            "It is not your turn yet. We write when it is; if you are ready now, challenge the hold before you.",
        ),
        "in_line_in_part" => (
            "这份预约要么全要要么不要，但部分条目还在排队。请等轮到，或放弃排队的条目，或逐条确认已预留的条目。",
            "This booking goes all together, and part of it is still in line. Wait for its turn, leave the line, or confirm the held lines by name.",
        ),
        "not_in_line" => (
            "该预约没有条目在排队，无需质询。请刷新。",
            "Nothing of this booking is in line, so there is nothing to challenge; reload.",
        ),
        "not_only_holds" => (
            "前面不只是别家的预留，质询也无法腾出。请换个时段，或继续排队。",
            "More than other crews' holds is before you, so a challenge would not free it. Choose another time, or stay in line.",
        ),
        "already_challenged" => (
            "前面的预留已被质询，时限正在计时。请等结果。",
            "The hold before you is challenged already and its clock is running; wait for the outcome.",
        ),
        "already_published" => ("该条目已发布。", "This listing is published already."),
        "already_retired" => ("该条目已下架。", "This listing is retired already."),
        "incomplete" => (
            "发布前请填写名称、数量和至少一种价格。",
            "Give it names, a quantity and at least one rate before you publish it.",
        ),
        "import_stale" => (
            "预览之后清单或条目有了变化，请重新预览。什么都没有改动。",
            "Something changed since the preview. Nothing was stored; preview the file again.",
        ),
        "bulk_stale" => (
            "预览之后条目有了变化，请重新预览。什么都没有改动。",
            "A listing changed since the preview. Nothing was stored; preview the change again.",
        ),
        "not_given_up" => (
            "只有已放弃的邮件可以重发。",
            "Only a letter that was given up can be sent again.",
        ),
        "already_accepted" => ("该邀请已被接受。", "This invitation was taken up already."),
        "too_many_tokens" => (
            "访问令牌已达上限，请先撤销不用的。",
            "You have as many access tokens as one may have; revoke one first.",
        ),
        "too_many_feeds" => (
            "日历订阅已达上限，请先撤销不用的。",
            "You have as many calendar feeds as one may have; revoke one first.",
        ),
        "too_many_invitations" => (
            "待接受的邀请已达上限，请先撤回不用的。",
            "There are as many open invitations as a company may have; withdraw one first.",
        ),
        "last_manager" => ("至少要保留一位管理者。", "There must be one manager left."),
        _ => (
            "当前状态不允许，请刷新。",
            "Not possible in its present state; reload.",
        ),
    };
    language.pick(zh, en)
}

/// Another one has this already.
pub fn duplicate(field: &str, language: Language) -> String {
    let (zh, en) = match field {
        "email" => ("邮箱", "e-mail address"),
        _ => ("编号", "code"),
    };
    match language {
        Language::Zh => format!("这个{zh}已被使用，请换一个。"),
        Language::En => format!("This {en} is taken; choose another."),
    }
}

/// Bookings in the way of a closure or retirement.
pub fn hits_bookings(references: &[String], language: Language) -> String {
    let list = references.join(", ");
    match language {
        Language::Zh => format!("会影响这些已有预约：{list}。请先与剧组改期或取消。"),
        Language::En => format!(
            "These bookings would be hit: {list}. Move or cancel them with the crews first."
        ),
    }
}

/// More holds than a company may have.
pub fn too_many_holds(most: u32, language: Language) -> String {
    match language {
        Language::Zh => {
            format!("一家单位最多同时预留或排队 {most} 条。请先确认或放弃一些，或直接预约。")
        }
        Language::En => format!(
            "A company may have {most} lines on hold or in line at once. Confirm or let go of some first, or book outright."
        ),
    }
}

/// Asked too often.
pub fn too_often(seconds: u32, language: Language) -> String {
    match language {
        Language::Zh => format!("请在 {seconds} 秒后再试。"),
        Language::En => format!("Try again in {seconds} seconds."),
    }
}

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

/// What a member of a role may try in a demo.
pub fn about_role(role: Role, language: Language) -> &'static str {
    let (zh, en) = match role {
        Role::Viewer => (
            "只看不约：浏览目录与排期。",
            "Looks, books nothing: the catalogue and what is free.",
        ),
        Role::Booker => (
            "为剧组预约设备、场景与服务。",
            "Books gear, sets and services for the crew.",
        ),
        Role::Publisher => (
            "发布本单位的条目，并审批预约请求。",
            "Publishes the company's listings and decides what is asked of them.",
        ),
        Role::Manager => (
            "管理整个集聚区：企业、园区、停用与邮件。",
            "Runs the cluster: companies, sites, closures and letters.",
        ),
    };
    language.pick(zh, en)
}

/// A refusal as one sentence: what is in the way, exactly when, and what would be right.
pub fn refusal(refusal: &Refusal, language: Language, zone: Tz) -> String {
    let name = refusal.listing.names.in_language(language);
    let reason = match &refusal.reason {
        Reason::Clash(clash) => clash_words(clash, language, zone),
        Reason::Policy(fault) => policy_words(fault, language, zone),
        Reason::OverQuota(over) => quota_words(over, language, zone),
        Reason::TooManyUnits { quantity } => match language {
            Language::Zh => format!("一共只有 {quantity} 件，请减少数量。"),
            Language::En => format!("there are {quantity} in all; ask for fewer."),
        },
        Reason::NotPublished => language
            .pick("目前不开放预约。", "cannot be booked at present.")
            .to_owned(),
        Reason::Price(PriceFault::NotOffered) => language
            .pick("没有报价，请联系业主。", "has no rate; ask its owner.")
            .to_owned(),
        Reason::Price(PriceFault::TooLarge) => language
            .pick(
                "金额过大，请拆分预约。",
                "comes to a sum that is too large; split the booking.",
            )
            .to_owned(),
    };
    let kit = refusal
        .kit
        .as_ref()
        .map(|kit| kit.names.in_language(language));
    match (kit, language) {
        (None, Language::Zh) => format!("{name}：{reason}"),
        (None, Language::En) => format!("{name}: {reason}"),
        (Some(kit), Language::Zh) => format!("套装“{kit}”中的{name}：{reason}"),
        (Some(kit), Language::En) => format!("{name} of the kit “{kit}”: {reason}"),
    }
}

fn clash_words(clash: &Clash, language: Language, zone: Tz) -> String {
    let shortage = clash.shortages.iter().map(|shortage| {
        let when = span_words(shortage.span, zone);
        match language {
            Language::Zh => format!(
                "{when} 缺 {} 件（共 {}，已占 {}）",
                shortage.short, shortage.capacity, shortage.used
            ),
            Language::En => {
                format!(
                    "{} short {when} ({} in all, {} taken)",
                    shortage.short, shortage.capacity, shortage.used
                )
            }
        }
    });
    let shortage = shortage
        .take(3)
        .collect::<Vec<_>>()
        .join(language.pick("；", "; "));
    let mut names: Vec<&str> = clash
        .holders
        .iter()
        .filter_map(|holder| {
            holder
                .company
                .as_ref()
                .map(|(_, names)| names.in_language(language))
        })
        .collect();
    names.sort_unstable();
    names.dedup();
    let who = match (names.is_empty(), language) {
        (true, _) => String::new(),
        (false, Language::Zh) => format!("，占用方：{}", names.join("、")),
        (false, Language::En) => format!(", held by {}", names.join(", ")),
    };
    let Some(last) = clash.shortages.last() else {
        return format!("{shortage}{who}");
    };
    let from = moment_words(last.span.end(), zone);
    let left = |shortage: &Shortage| shortage.capacity.saturating_sub(shortage.used);
    let fewer = clash.shortages.iter().map(left).min().unwrap_or(0);
    let queue = match (clash.queue_rank, language) {
        (None, _) => String::new(),
        (Some(rank), Language::Zh) => format!("前面只是预留，您也可以排队（第 {rank} 顺位）。"),
        (Some(rank), Language::En) => {
            format!(" Only holds are in the way: you could wait in line, at rank {rank}.")
        }
    };
    let way_out = match (fewer, language) {
        (0, Language::Zh) => format!("{shortage}{who}。可改到 {from} 之后。"),
        (0, Language::En) => format!("{shortage}{who}. Try from {from} on."),
        (_, Language::Zh) => format!("{shortage}{who}。可改到 {from} 之后，或只订 {fewer} 件。"),
        (_, Language::En) => format!("{shortage}{who}. Try from {from} on, or {fewer} now."),
    };
    way_out + &queue
}

/// The figure, what is left of it, and when there is a new one.
fn quota_words(over: &OverQuota, language: Language, zone: Tz) -> String {
    let hours = |minutes: i64| format!("{}.{}", minutes / 60, minutes % 60 * 10 / 60);
    let (used, asked) = (hours(over.used_minutes), hours(over.asked_minutes));
    let (most, from) = (over.weekly_hours, moment_words(over.frees_at, zone));
    match (language, over.scope) {
        (Language::Zh, Scope::Listing) => format!(
            "每家单位每周最多使用 {most} 小时，本周已用 {used} 小时，此次需要 {asked} 小时。{from} 起重新计算。"
        ),
        (Language::Zh, Scope::Company) => format!(
            "本单位每周最多预约 {most} 小时，本周已用 {used} 小时，此次需要 {asked} 小时。{from} 起重新计算。"
        ),
        (Language::En, Scope::Listing) => format!(
            "each company may have {most} hours of it a week; yours has {used} and this asks for {asked} more. A new week begins {from}."
        ),
        (Language::En, Scope::Company) => format!(
            "your company may book {most} hours a week in all; it has {used} and this asks for {asked} more. A new week begins {from}."
        ),
    }
}

fn policy_words(fault: &PolicyFault, language: Language, zone: Tz) -> String {
    let (zh, en) = match fault {
        PolicyFault::TooShort(minutes) => (
            format!("至少预约 {}。", length_words(*minutes, Language::Zh)),
            format!(
                "is booked for {} at least.",
                length_words(*minutes, Language::En)
            ),
        ),
        PolicyFault::TooLong(minutes) => (
            format!("最长预约 {}。", length_words(*minutes, Language::Zh)),
            format!(
                "is booked for {} at most.",
                length_words(*minutes, Language::En)
            ),
        ),
        PolicyFault::OffStep(minutes) => (
            format!("开始时间和时长须为 {minutes} 分钟的整数倍。"),
            format!("starts and lasts in steps of {minutes} minutes."),
        ),
        PolicyFault::InThePast => (
            "开始时间已过，请选择之后的时间。".to_owned(),
            "this time has passed; choose a later one.".to_owned(),
        ),
        PolicyFault::TooSoon(earliest) => {
            let from = moment_words(*earliest, zone);
            (
                format!("需提前预约，最早 {from}。"),
                format!("must be booked ahead; the earliest start is {from}."),
            )
        }
        PolicyFault::TooFar(latest) => {
            let until = moment_words(*latest, zone);
            (
                format!("尚未开放预约，最晚 {until}。"),
                format!("cannot be booked that far ahead; the latest start is {until}."),
            )
        }
        PolicyFault::NightBarred(_) => (
            "22:00–06:00 不可预约，请避开夜间。".to_owned(),
            "is barred at night (22:00–06:00); choose daytime.".to_owned(),
        ),
        PolicyFault::OutsideHours(outside) => outside_words(outside, zone),
    };
    match language {
        Language::Zh => zh,
        Language::En => en,
    }
}

fn outside_words(outside: &OutsideHours, zone: Tz) -> (String, String) {
    let open = outside
        .open
        .iter()
        .map(|span| span_words(*span, zone))
        .collect::<Vec<_>>();
    let (zh_part, en_part) = match outside.part {
        SpanPart::Start => ("领取时间", "the pick-up"),
        SpanPart::End => ("归还时间", "the return"),
        SpanPart::Span => ("时段", "the time"),
    };
    if open.is_empty() {
        return (
            format!("{zh_part}不在开放时间内，当天不开放。"),
            format!("{en_part} is outside opening hours; closed that day."),
        );
    }
    let open = open.join(", ");
    (
        format!("{zh_part}不在开放时间内，当天开放：{open}。"),
        format!("{en_part} is outside opening hours; open {open} that day."),
    )
}

fn length_words(minutes: u32, language: Language) -> String {
    let (hours, rest) = (minutes / 60, minutes % 60);
    match (hours, rest, language) {
        (0, rest, Language::Zh) => format!("{rest} 分钟"),
        (0, rest, Language::En) => format!("{rest} minutes"),
        (hours, 0, Language::Zh) if hours % 24 == 0 => format!("{} 天", hours / 24),
        (hours, 0, Language::En) if hours % 24 == 0 => format!("{} days", hours / 24),
        (hours, 0, Language::Zh) => format!("{hours} 小时"),
        (1, 0, Language::En) => "1 hour".to_owned(),
        (hours, 0, Language::En) => format!("{hours} hours"),
        (hours, rest, Language::Zh) => format!("{hours} 小时 {rest} 分钟"),
        (hours, rest, Language::En) => format!("{hours} h {rest} min"),
    }
}

fn moment_words(moment: Instant, zone: Tz) -> String {
    moment
        .with_timezone(&zone)
        .format("%m-%d %H:%M")
        .to_string()
}

fn span_words(span: Span, zone: Tz) -> String {
    let (start, end) = (
        span.start().with_timezone(&zone),
        span.end().with_timezone(&zone),
    );
    let same_day = start.date_naive() == end.date_naive();
    let end = end.format(if same_day { "%H:%M" } else { "%m-%d %H:%M" });
    format!("{}–{end}", start.format("%m-%d %H:%M"))
}

/// Why a wish was not granted, for a file.
pub fn why(why: Why, language: Language) -> &'static str {
    let (zh, en) = match why {
        Why::Taken => ("已被占用", "taken"),
        Why::Held => ("被他人预留", "held by others"),
        Why::Closed => ("停用", "closed"),
        Why::TooFew => ("数量不足", "too few of it"),
        Why::Night => ("夜间不可用", "not at night"),
        Why::Hours => ("开放时间以外", "outside opening hours"),
        Why::Notice => ("提前量不足", "too short notice"),
        Why::Ahead => ("超出可预约期", "too far ahead"),
        Why::Length => ("时长不符", "length not offered"),
        Why::Withdrawn => ("不开放预约", "not offered"),
        Why::Declined => ("业主未同意", "declined by the owner"),
    };
    language.pick(zh, en)
}

/// What was had in the end, for a file.
pub fn instead(instead: Instead, language: Language) -> &'static str {
    let (zh, en) = match instead {
        Instead::AsAsked => ("后来如愿", "as asked, later"),
        Instead::InLine => ("排队等候", "a place in line"),
        Instead::Fewer => ("减少数量", "fewer"),
        Instead::OtherTime => ("改了时间", "another time"),
        Instead::OtherListing => ("换了同类", "another of its category"),
    };
    language.pick(zh, en)
}
