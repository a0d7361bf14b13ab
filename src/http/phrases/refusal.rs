//! Why a line is refused, as a sentence in both languages: what is in the way, exactly when, and what would be right.

use chrono_tz::Tz;

use super::times::{length_words, moment_words, span_words};
use crate::domain::conflict::Shortage;
use crate::domain::people::Language;
use crate::domain::policy::{OutsideHours, PolicyFault, SpanPart};
use crate::domain::price::PriceFault;
use crate::domain::quota::{OverQuota, Scope};
use crate::domain::refusal::{Clash, Reason, Refusal};

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
