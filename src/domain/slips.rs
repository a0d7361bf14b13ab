//! Slips of the finger: what a word that no listing contains may have meant. It is held against the words that all
//! listings together have, which are far fewer than their texts; here is which words those are, and how near two
//! words must be. Latin letters only: another digit is another thing, another Chinese character too.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

use super::search::{Sought, folded, is_gap, syllables};

/// The shortest word that may have a slip in it: of three letters any is a slip of any other.
const SHORTEST: usize = 4;
/// The longest; nobody means a word of more letters by another.
const LONGEST: usize = 40;
/// The most words one word is taken to have meant: the nearest.
const MOST_NEAR: usize = 12;

/// How many slips a word may have.
fn most_slips(word: &str) -> usize {
    match letters(word) {
        0..SHORTEST => 0,
        SHORTEST..8 => 1,
        _ => 2,
    }
}

/// Whether a slip in it could be told from another word.
fn can_slip(word: &str) -> bool {
    word.len() <= LONGEST
        && letters(word) >= SHORTEST
        && word.bytes().all(|letter| letter.is_ascii_alphanumeric())
}

/// How many letters a slip may fall on.
fn letters(word: &str) -> usize {
    let letters = word.bytes().filter(u8::is_ascii_alphabetic);
    letters.count()
}

/// The words of a listing that may be meant by a word with a slip: of its code, names, pinyin, category and tags.
pub fn words_of(sought: Sought<'_>) -> BTreeSet<String> {
    let spelled = syllables(&folded(sought.name_zh));
    whole(sought)
        .split(is_gap)
        .chain(spelled.split(is_gap))
        .filter(|word| can_slip(word))
        .map(str::to_owned)
        .collect()
}

fn whole(sought: Sought<'_>) -> String {
    let parts = [
        sought.code,
        sought.name_zh,
        sought.name_en,
        sought.category,
        sought.tags,
    ];
    folded(&parts.join(" "))
}

/// How long the words are that may be meant by these; `None` where none of them could have a slip.
pub fn lengths(words: &[String]) -> Option<RangeInclusive<usize>> {
    let words = words.iter().filter(|word| can_slip(word));
    let lengths = words.map(|word| (word.len() - most_slips(word), word.len() + most_slips(word)));
    let shortest = lengths.clone().map(|(shortest, _)| shortest).min()?;
    let longest = lengths.map(|(_, longest)| longest).max()?;
    Some(shortest..=longest)
}

/// Words as they may have been meant.
#[derive(Debug)]
pub struct Meant<'a> {
    words: &'a [String],
    /// To each word the known ones near it, with how many slips lie between.
    near: Vec<BTreeMap<String, usize>>,
}

impl<'a> Meant<'a> {
    /// `None` where no word is near one that is known.
    pub fn among(words: &'a [String], known: &[String]) -> Option<Self> {
        let near: Vec<_> = words.iter().map(|word| nearest(word, known)).collect();
        let is_any = near.iter().any(|near| !near.is_empty());
        is_any.then_some(Self { words, near })
    }

    /// To each word all it may be read as, itself first. What is meant contains one reading of each.
    pub fn readings(&self) -> Vec<Vec<String>> {
        let readings = self.words.iter().zip(&self.near).map(|(word, near)| {
            let near = near.keys().filter(|near| !near.contains(word.as_str()));
            std::iter::once(word).chain(near).cloned().collect()
        });
        readings.collect()
    }

    /// The slips it takes for all words to be those of a listing; `None` where they are not meant by it.
    pub fn slips(&self, sought: Sought<'_>) -> Option<usize> {
        let (whole, known) = (whole(sought), words_of(sought));
        let mut all = 0;
        for (word, near) in self.words.iter().zip(&self.near) {
            if whole.contains(word.as_str()) {
                continue;
            }
            all += known.iter().filter_map(|known| near.get(known)).min()?;
        }
        Some(all)
    }
}

fn nearest(word: &str, known: &[String]) -> BTreeMap<String, usize> {
    if !can_slip(word) {
        return BTreeMap::new();
    }
    let seen = Letters::of(word);
    let mut near: Vec<(usize, &String)> = known
        .iter()
        .filter(|known| seen.may_be(&Letters::of(known), most_slips(word)))
        .filter_map(|known| Some((slips_between(word, known)?, known)))
        .collect();
    near.sort_unstable();
    near.truncate(MOST_NEAR);
    let near = near.into_iter();
    near.map(|(slips, known)| (known.clone(), slips)).collect()
}

fn slips_between(word: &str, known: &str) -> Option<usize> {
    let digits = |text: &str| -> Vec<u8> {
        let digits = text.bytes().filter(u8::is_ascii_digit);
        digits.collect()
    };
    if digits(word) != digits(known) {
        return None;
    }
    let slips = strsim::osa_distance(word, known);
    (slips <= most_slips(word)).then_some(slips)
}

/// Which letters a word has: a glance that tells most words apart before they are compared.
struct Letters {
    set: u32,
    count: usize,
}

impl Letters {
    fn of(word: &str) -> Self {
        let letters = word.bytes().filter(u8::is_ascii_lowercase);
        Self {
            set: letters.fold(0, |set, letter| set | 1 << (letter - b'a')),
            count: word.len(),
        }
    }

    /// Whether so few slips could lie between: one slip brings one letter at most and takes one at most.
    fn may_be(&self, other: &Self, slips: usize) -> bool {
        let gone = (self.set & !other.set).count_ones() as usize;
        let come = (other.set & !self.set).count_ones() as usize;
        self.count.abs_diff(other.count) <= slips && gone <= slips && come <= slips
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CAMERA: Sought<'_> = Sought {
        code: "EQ-CAM-007",
        name_zh: "索尼电影机",
        name_en: "Sony FX6 Cinema Camera cage2000 L00001",
        category: "camera",
        tags: "full-frame 4k",
    };

    fn words(text: &str) -> Vec<String> {
        text.split(' ').map(folded).collect()
    }

    #[test]
    fn slips_are_told_from_other_words() {
        let known: Vec<String> = words_of(CAMERA).into_iter().collect();
        let meant = |text: &str| {
            let words = words(text);
            Meant::among(&words, &known).and_then(|meant| meant.slips(CAMERA))
        };
        let cases = [
            ("sonny", Some(1)),
            ("snoy", Some(1)),
            ("camrea", Some(1)),
            ("cinmea camera", Some(1)),
            ("suonidianyinji", Some(1)),
            ("cammerra", Some(2)),
            ("canon", None),
            ("fx9", None),
            ("sonny canon", None),
            ("caeg2000", Some(1)),
            ("cage2001", None),
            ("m00001", None),
            ("sonny 007", Some(1)),
            ("sonny 008", None),
        ];
        for (text, slips) in cases {
            assert_eq!(meant(text), slips, "{text}");
        }
    }

    #[test]
    fn only_words_of_letters_are_kept() {
        let known: Vec<String> = words_of(CAMERA).into_iter().collect();
        assert_eq!(
            known,
            [
                "cage2000",
                "camera",
                "cinema",
                "frame",
                "full",
                "sony",
                "suonidianyingji"
            ]
        );
    }

    #[test]
    fn words_are_as_long_as_they_may_be_meant() {
        let cases = [
            ("fx6", None),
            ("病房 20031", None),
            ("sony", Some(3..=5)),
            ("sony fx6 microphone", Some(3..=12)),
        ];
        for (text, expected) in cases {
            assert_eq!(lengths(&words(text)), expected, "{text}");
        }
    }

    /// The glance never passes over what the comparison would find.
    #[test]
    fn a_glance_at_the_letters_only_saves_time() {
        let known = words(
            "camera cameras camrea carema kamera camera2 sony sonny snoy abcd abdc zzzz lights light",
        );
        for word in &known {
            for other in &known {
                let near = slips_between(word, other).is_some();
                let may = Letters::of(word).may_be(&Letters::of(other), most_slips(word));
                assert!(may || !near, "{word} {other}");
            }
        }
    }
}
