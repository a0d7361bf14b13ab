//! The text of a cell, before it means anything: widths folded, markup told, words of a list found.

/// Full-width letters, digits and punctuation as the narrow ones they stand for.
pub fn fold(text: &str) -> String {
    let narrow = |letter: char| match letter {
        '\u{3000}' | '\u{a0}' => ' ',
        '￥' => '¥',
        '。' | '．' => '.',
        '、' => ',',
        '−' | '—' | '–' | '―' => '-',
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(letter) - 0xfee0).unwrap_or(letter),
        other => other,
    };
    text.chars()
        .map(narrow)
        .collect::<String>()
        .trim()
        .to_owned()
}

/// Words that say that there is none.
pub(super) const NOTHING: &str = "无|-|--|---|/|n/a|na|none|null|nil|没有|暂无|空";

/// Whether a word is one of a list in which `|` stands between them.
pub(super) fn one_of(words: &str, word: &str) -> bool {
    words.split('|').any(|known| known == word)
}

/// Whether a cell with this text says that there is none.
pub fn means_nothing(text: &str) -> bool {
    one_of(NOTHING, &fold(text).to_lowercase())
}

/// Text as files keep it: without space around it or letters no file can hold.
pub fn tidy(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let kept: String = text
        .chars()
        .filter(|letter| !letter.is_control() || matches!(letter, '\n' | '\t'))
        .collect();
    kept.trim().to_owned()
}

/// Whether text holds a tag of HTML.
pub(super) fn has_markup(text: &str) -> bool {
    let begins_tag = |(at, _): (usize, &str)| {
        let next = text[at + 1..].chars().next();
        next.is_some_and(|next| next.is_ascii_alphabetic() || matches!(next, '/' | '!'))
    };
    text.contains('>') && text.match_indices('<').any(begins_tag)
}

/// A name by which something is found: its code or one of its names.
pub(super) fn key(name: &str) -> String {
    fold(name)
        .to_lowercase()
        .chars()
        .filter(|letter| !letter.is_whitespace())
        .collect()
}
