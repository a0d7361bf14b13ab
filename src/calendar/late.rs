//! What a letter and a calendar entry say beside the time of a line that runs late, or that has to wait.

use chrono::TimeDelta;

use super::times::LocalTimes;
use crate::domain::notice::NoticeLine;
use crate::domain::people::Language;

/// Empty for a line that begins and ends in time.
pub fn late_words(line: &NoticeLine, language: Language, times: LocalTimes) -> String {
    let mut words = String::new();
    if let Some(minutes) = line.delay_minutes {
        let begins = times.moment(line.start + TimeDelta::minutes(minutes));
        words += &match language {
            Language::Zh => format!("（推迟 {minutes} 分钟，{begins} 开始）"),
            Language::En => format!(" (starts later by {minutes} min, {begins})"),
        };
    }
    if let Some(until) = line.late_until {
        let until = times.moment(until);
        words += &match language {
            Language::Zh => format!("（超时，到 {until}）"),
            Language::En => format!(" (runs late, until {until})"),
        };
    }
    words
}
