//! What would work instead, and what stands in the way of an opening, as sentences in both languages.

use chrono_tz::Tz;

use super::times::{length_words, span_words};
use crate::domain::openings::Obstacle;
use crate::domain::people::Language;
use crate::domain::repair::{Repair, RepairKind, RepairedPart, RepairedSeries};

/// How far an extension that is refused could go, and by how much it goes too far.
pub fn extension(overlap_minutes: i64, possible_minutes: i64, language: Language) -> String {
    let length = |minutes: i64| length_words(u32::try_from(minutes).unwrap_or(0), language);
    let (over, most) = (length(overlap_minutes), length(possible_minutes));
    match (overlap_minutes > 0, possible_minutes > 0, language) {
        (true, true, Language::Zh) => format!("与下一档重叠 {over}，最多可延长 {most}。"),
        (true, true, Language::En) => {
            format!("It reaches {over} into the next booking; {most} more would fit.")
        }
        (true, false, Language::Zh) => format!("与下一档重叠 {over}，不能延长；请与对方商量。"),
        (true, false, Language::En) => {
            format!("It reaches {over} into the next booking; talk to them before you go on.")
        }
        (false, true, Language::Zh) => format!("最多可延长 {most}。"),
        (false, true, Language::En) => format!("{most} more would be allowed."),
        (false, false, Language::Zh) => "按规则不能再延长。".to_owned(),
        (false, false, Language::En) => "Its rules allow no more time.".to_owned(),
    }
}

/// A repair as one sentence.
pub fn repair(repair: &Repair, language: Language, zone: Tz) -> String {
    if let Some(series) = repair.series
        && let Some(words) = of_dates(repair, series, language, zone)
    {
        return words;
    }
    let Some(part) = repair.parts.first() else {
        return String::new();
    };
    let (name, when) = (
        part.listing.names.in_language(language),
        span_words(part.span, zone),
    );
    let units = part.units;
    let each = || {
        let parts = repair
            .parts
            .iter()
            .map(|part| part_words(part, language, zone));
        parts.collect::<Vec<_>>().join(language.pick("；", "; "))
    };
    match (repair.kind, language) {
        (RepairKind::All, Language::Zh) => format!("一次全部解决：{}", each()),
        (RepairKind::All, Language::En) => format!("Mend everything at once: {}", each()),
        (RepairKind::Fit, Language::Zh) => format!("{name} 改为 {when}"),
        (RepairKind::Fit, Language::En) => format!("{name}: make it {when}"),
        (RepairKind::Equivalent, Language::Zh) => format!("同一时段改用 {name}"),
        (RepairKind::Equivalent, Language::En) => format!("Take {name}, free at the same time"),
        (RepairKind::OtherOwner, Language::Zh) => format!("同一时段改用另一家的 {name}"),
        (RepairKind::OtherOwner, Language::En) => {
            format!("Take {name} of another owner, free at the same time")
        }
        (RepairKind::ExchangePart, Language::Zh) => {
            format!("用 {name} 代替被占用的部件，其余照套装")
        }
        (RepairKind::ExchangePart, Language::En) => {
            format!("Take {name} for the part that is taken, and the rest of the kit as it is")
        }
        (RepairKind::Split, Language::Zh) => format!("分开订：{}", each()),
        (RepairKind::Split, Language::En) => format!("Take some of each: {}", each()),
        (RepairKind::ShiftLine, Language::Zh) => format!("{name} 改到 {when}"),
        (RepairKind::ShiftLine, Language::En) => format!("Move {name} to {when}"),
        (RepairKind::ShiftBasket, Language::Zh) => format!("全部一起改期：{}", each()),
        (RepairKind::ShiftBasket, Language::En) => format!("Move everything: {}", each()),
        (RepairKind::ShiftDates, Language::Zh) => format!("所有日期一起改时间：{}", each()),
        (RepairKind::ShiftDates, Language::En) => format!("Move every date: {}", each()),
        // These two say nothing of a single line: see `of_dates`.
        (RepairKind::SkipDates | RepairKind::QueueDates, _) => each(),
        (RepairKind::Shorter, Language::Zh) => format!("{name} 缩短为 {when}"),
        (RepairKind::Shorter, Language::En) => format!("Shorten {name} to {when}"),
        (RepairKind::Fewer, Language::Zh) => format!("{name} 只订 {units} 件"),
        (RepairKind::Fewer, Language::En) => format!("Book {units} of {name}"),
        (RepairKind::Queue, Language::Zh) => format!("排队等候：{}", each()),
        (RepairKind::Queue, Language::En) => format!("Wait in line for {}", each()),
    }
}

/// A repair of a series as one sentence; `None` where it is said like that of any basket.
fn of_dates(
    repair: &Repair,
    series: RepairedSeries,
    language: Language,
    zone: Tz,
) -> Option<String> {
    let RepairedSeries {
        had, of, waiting, ..
    } = series;
    let name = || {
        repair
            .parts
            .first()
            .map(|part| part.listing.names.in_language(language))
    };
    let first = || repair.parts.first().map(|part| span_words(part.span, zone));
    Some(match (repair.kind, language) {
        (RepairKind::SkipDates, Language::Zh) => {
            format!("跳过不能预约的日期，预约 {of} 个中的 {had} 个")
        }
        (RepairKind::SkipDates, Language::En) => {
            format!("Book {had} of the {of} dates, without those that cannot be had")
        }
        (RepairKind::QueueDates, Language::Zh) => {
            format!(
                "有冲突的 {waiting} 个日期排队等候，其余 {} 个直接预约",
                had - waiting
            )
        }
        (RepairKind::QueueDates, Language::En) => format!(
            "Wait in line for the dates that clash ({waiting}), and book the others ({})",
            had - waiting
        ),
        (RepairKind::Equivalent, Language::Zh) => {
            format!("{of} 个日期都改用 {}", name()?)
        }
        (RepairKind::Equivalent, Language::En) => {
            format!("Take {}, free on all {of} dates", name()?)
        }
        (RepairKind::OtherOwner, Language::Zh) => {
            format!("{of} 个日期都改用另一家的 {}", name()?)
        }
        (RepairKind::OtherOwner, Language::En) => {
            format!("Take {} of another owner, free on all {of} dates", name()?)
        }
        (RepairKind::ShiftDates, Language::Zh) if repair.parts.len() == 1 => {
            format!("{of} 个日期一起改时间，从 {} 开始", first()?)
        }
        (RepairKind::ShiftDates, Language::En) if repair.parts.len() == 1 => {
            format!("Move all {of} dates, the first to {}", first()?)
        }
        _ => return None,
    })
}

fn part_words(part: &RepairedPart, language: Language, zone: Tz) -> String {
    let (name, when) = (
        part.listing.names.in_language(language),
        span_words(part.span, zone),
    );
    format!("{name} × {} {when}", part.units)
}

/// What keeps a line of a basket from a start.
pub fn obstacle(obstacle: Obstacle, language: Language) -> &'static str {
    let (zh, en) = match obstacle {
        Obstacle::Taken => ("数量不足，已被占用或停用", "not enough units free"),
        Obstacle::Rules => (
            "不符合预约规则（开放时间、夜间、提前量等）",
            "against its booking rules (hours, night, notice)",
        ),
        Obstacle::OverQuota => (
            "超过本周可用时长",
            "over what your company may have that week",
        ),
        Obstacle::Together => (
            "与篮中其他明细互相占用",
            "does not fit beside the other lines of the basket",
        ),
        Obstacle::CrewBusy => ("剧组当时在别处拍摄", "the crew shoots elsewhere then"),
        Obstacle::Nothing => (
            "没有符合条件的条目，请放宽条件",
            "nothing of the kind is published; ask for less",
        ),
    };
    language.pick(zh, en)
}
