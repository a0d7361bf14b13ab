//! The words of errors and refusals in both languages: what went wrong, and what to do about it.

mod faults;
mod refusal;
mod repair;
pub mod series;
mod times;

use crate::domain::demand::{Instead, Why};
use crate::domain::people::{Language, Role};

pub use self::faults::fault;
pub use self::refusal::refusal;
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
        "no_room_for_streams" => ("实时连接已满", "No room for live connections"),
        "busy" => ("系统繁忙", "Busy"),
        "unwritable" => ("暂时无法保存", "Nothing can be stored"),
        "took_too_long" => ("处理超时", "It took too long"),
        "outcome_unknown" => ("结果未知", "It may be done or not"),
        "body_too_slow" => ("上传中断", "The request did not arrive"),
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
        "no_room_for_streams" => (
            "实时更新的页面已达上限，请稍后再试；其余页面仍可刷新查看。",
            "As many pages are kept up to date as there is room for; reload to see what is new.",
        ),
        "unwritable" => (
            "数据库暂时不接受写入，什么都没有改动；仍可查看。请稍后再试，并告知管理员。",
            "The database takes no writes; nothing was changed, and what is there can be read. Tell the operator, and try again later.",
        ),
        "took_too_long" | "outcome_unknown" => (
            "请先查看是否已经完成，再决定是否重试；带同一 Idempotency-Key 重试是安全的。",
            "It may be done or not: look before you try again. With the same Idempotency-Key it is safe to.",
        ),
        "body_too_slow" => (
            "内容传到一半停住了，什么都没有改动。请在网络好时再试。",
            "It stopped half way, and nothing was changed. Try again where the network is better.",
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
