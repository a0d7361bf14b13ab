//! What became of a series, in words.

use chrono_tz::Tz;

use super::refusal;
use crate::actions::series::DateReport;
use crate::domain::people::Language;

/// How many dates cannot be had, and why the first of them cannot. The rest stands in `dates`.
pub fn refused(dates: &[DateReport], language: Language, zone: Tz) -> String {
    let refused = dates.iter().filter(|date| !date.refusals.is_empty());
    let (count, of) = (refused.clone().count(), dates.len());
    let first = refused
        .flat_map(|date| &date.refusals)
        .map(|one| refusal(one, language, zone))
        .next()
        .unwrap_or_default();
    let all = count == of;
    match (all, language) {
        (true, Language::Zh) => format!("{of} 个日期都不能预约。第一个原因：{first}"),
        (true, Language::En) => format!("None of the {of} dates can be had. The first: {first}"),
        (false, Language::Zh) => {
            format!("{of} 个日期中有 {count} 个不能预约，请跳过它们或另选时间。第一个原因：{first}")
        }
        (false, Language::En) => format!(
            "{count} of the {of} dates cannot be had; skip them, or choose other times. The first: {first}"
        ),
    }
}
