//! What a letter and a calendar entry say beside the time of a line that runs late, or that has to wait.

use chrono::TimeDelta;

use super::times::LocalTimes;
use crate::domain::notice::NoticeLine;
use crate::domain::people::Language;

/// Empty for a line that begins and ends in time.
pub fn late_words(line: &NoticeLine, language: Language, times: LocalTimes) -> String {
    let delayed = line.delay_minutes.map(|minutes| {
        let begins = times.moment(line.start + TimeDelta::minutes(minutes));
        match language {
            Language::Zh => format!("（推迟 {minutes} 分钟，{begins} 开始）"),
            Language::En => format!(" (starts later by {minutes} min, {begins})"),
        }
    });
    let late = line.late_until.map(|until| match language {
        Language::Zh => format!("（超时，到 {}）", times.moment(until)),
        Language::En => format!(" (runs late, until {})", times.moment(until)),
    });
    [delayed, late].into_iter().flatten().collect()
}
