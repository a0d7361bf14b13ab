//! Lengths, moments and spans as sentences name them.

use chrono_tz::Tz;

use crate::domain::people::Language;
use crate::domain::span::{Instant, Span};

/// A length of time.
pub(super) fn length_words(minutes: u32, language: Language) -> String {
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

/// A moment of the zone.
pub(super) fn moment_words(moment: Instant, zone: Tz) -> String {
    moment
        .with_timezone(&zone)
        .format("%m-%d %H:%M")
        .to_string()
}

/// A span of the zone; its end without the day where it is the same.
pub(super) fn span_words(span: Span, zone: Tz) -> String {
    let (start, end) = (
        span.start().with_timezone(&zone),
        span.end().with_timezone(&zone),
    );
    let same_day = start.date_naive() == end.date_naive();
    let end = end.format(if same_day { "%H:%M" } else { "%m-%d %H:%M" });
    format!("{}–{end}", start.format("%m-%d %H:%M"))
}
