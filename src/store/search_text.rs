//! What the search box looks into: names, code, category, tags, descriptions, and how Chinese names are
//! typed on a keyboard.

use pinyin::ToPinyin;

use crate::domain::listing::Listing;

/// All of it in one text, in small letters.
pub(super) fn search_text(listing: &Listing) -> String {
    let name = listing.names.zh.as_str();
    let tags = listing.tags.join(" ");
    let (syllables, initials) = (syllables(name), initials(name));
    let parts = [
        listing.code.as_str(),
        name,
        &listing.names.en,
        &syllables,
        &initials,
        &listing.category,
        &tags,
        &listing.descriptions.zh,
        &listing.descriptions.en,
    ];
    parts.join("\n").to_lowercase()
}

/// 病房 as `bingfang`; what is not Chinese stays as it is.
fn syllables(text: &str) -> String {
    spelled(text, pinyin::Pinyin::plain)
}

/// 病房 as `bf`.
fn initials(text: &str) -> String {
    spelled(text, pinyin::Pinyin::first_letter)
}

fn spelled(text: &str, spell: impl Fn(pinyin::Pinyin) -> &'static str) -> String {
    let mut spelled = String::with_capacity(text.len());
    for (letter, syllable) in text.chars().zip(text.to_pinyin()) {
        match syllable {
            Some(syllable) => spelled.push_str(spell(syllable)),
            None => spelled.push(letter),
        }
    }
    spelled
}
