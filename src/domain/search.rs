//! Search: what a person's words find, and in which order. The engines find what contains a word; here is how
//! words are written and what stands first. What a slip of the finger may have meant: [`super::slips`].

use pinyin::ToPinyin;

use super::listing::Listing;

/// Text as it is compared: small letters, and those of Chinese keyboards (Ａ１　) as they are in ASCII.
pub fn folded(text: &str) -> String {
    // Half of all text, and a tenth of the time.
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let narrow = |letter: char| match letter {
        '\u{3000}' => ' ',
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(letter) - 0xfee0).unwrap_or(letter),
        other => other,
    };
    text.chars().map(narrow).collect::<String>().to_lowercase()
}

/// 病房 as `bingfang`; what is not Chinese stays as it is.
pub fn syllables(text: &str) -> String {
    spelled(text, pinyin::Pinyin::plain)
}

/// 病房 as `bf`.
pub fn initials(text: &str) -> String {
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

/// All that is looked into, in one text.
pub fn text_of(listing: &Listing) -> String {
    let name = listing.names.zh.as_str();
    let (syllables, initials) = (syllables(name), initials(name));
    let tags = listing.tags.join(" ");
    let parts = [
        listing.code.as_str(),
        name,
        &listing.names.en,
        &syllables,
        &initials,
        &listing.category,
        &tags,
        &listing.alike,
        &listing.descriptions.zh,
        &listing.descriptions.en,
    ];
    folded(&parts.join("\n"))
}

/// What is asked of a listing to say how well it fits.
#[derive(Debug, Clone, Copy)]
pub struct Sought<'a> {
    /// Its code.
    pub code: &'a str,
    /// In Chinese.
    pub name_zh: &'a str,
    /// In English.
    pub name_en: &'a str,
    /// A slug.
    pub category: &'a str,
    /// Slugs, with spaces between.
    pub tags: &'a str,
}

impl<'a> Sought<'a> {
    /// What is asked of a listing.
    pub fn of(listing: &'a Listing, tags: &'a str) -> Self {
        Self {
            code: &listing.code,
            name_zh: &listing.names.zh,
            name_en: &listing.names.en,
            category: &listing.category,
            tags,
        }
    }
}

/// How far from what the words say; 0 is exactly that. The words are folded, and the listing contains them all.
pub fn distance(words: &[String], sought: Sought<'_>) -> u32 {
    let (code, zh, en) = (
        folded(sought.code),
        folded(sought.name_zh),
        folded(sought.name_en),
    );
    let of_word = |word: &String| {
        let word = word.as_str();
        let begins_a_word = || en.split(is_gap).any(|part| part.starts_with(word));
        match () {
            () if code == word => 0,
            () if zh == word || en == word => 1,
            () if code.starts_with(word) => 2,
            () if zh.starts_with(word) || en.starts_with(word) => 3,
            () if zh.contains(word) || begins_a_word() => 4,
            () if word.is_ascii() && initials(&zh).starts_with(word) => 5,
            () if word.is_ascii() && syllables(&zh).starts_with(word) => 5,
            () if en.contains(word) || code.contains(word) => 6,
            () if sought.tags.split(' ').any(|tag| tag == word) || sought.category == word => 6,
            () if word.is_ascii()
                && (initials(&zh).contains(word) || syllables(&zh).contains(word)) =>
            {
                7
            }
            () if sought.tags.contains(word) || sought.category.contains(word) => 8,
            () => 9,
        }
    };
    words.iter().map(of_word).sum()
}

pub(super) fn is_gap(letter: char) -> bool {
    !letter.is_alphanumeric()
}

#[cfg(test)]
mod tests {
    use super::*;

    const CAMERA: Sought<'_> = Sought {
        code: "EQ-CAM-007",
        name_zh: "索尼电影机",
        name_en: "Sony FX6 Cinema Camera",
        category: "camera",
        tags: "full-frame 4k",
    };

    fn words(text: &str) -> Vec<String> {
        text.split(' ').map(folded).collect()
    }

    #[test]
    fn the_nearer_the_words_the_further_ahead() {
        let order = [
            "EQ-CAM-007",
            "索尼电影机",
            "eq-cam",
            "索尼",
            "sony",
            "fx6",
            "sndyj",
            "suoni",
            "4k",
            "dyj",
            "frame",
            "battery",
        ];
        let distances: Vec<u32> = order
            .iter()
            .map(|text| distance(&words(text), CAMERA))
            .collect();
        assert!(distances.is_sorted(), "{distances:?}");
        assert_eq!((distances[0], distances.last()), (0, Some(&9)));
    }

    #[test]
    fn wide_letters_are_letters() {
        assert_eq!(folded("ＦＸ６　Ａ"), "fx6 a");
        assert_eq!(syllables("病房3"), "bingfang3");
        assert_eq!(initials("病房3"), "bf3");
    }
}
