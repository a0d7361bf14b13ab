//! The letters that came, held against those that were owed: each came, under one Message-ID, in order; what came
//! again was the same to the byte.

use std::collections::BTreeMap;

use backlot::mail::read;

use crate::support::smtp::ReceivedLetter;

/// How many came, and how many of them once more.
pub(crate) struct Came {
    pub(crate) letters: usize,
    pub(crate) twice: usize,
}

/// Holds the letters that came against those that are owed: of each reference the first words of their subjects, in
/// order.
pub(crate) fn compare<'a>(
    owed: impl Iterator<Item = (&'a str, &'a [&'static str])>,
    came: &[ReceivedLetter],
) -> Came {
    let mut firsts: BTreeMap<String, &ReceivedLetter> = BTreeMap::new();
    let mut told: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut twice = 0;
    for letter in came {
        let id = letter.header("Message-ID").expect("a Message-ID");
        let Some((reference, word)) = about(letter) else {
            continue;
        };
        if let Some(first) = firsts.get(&id) {
            assert_eq!(*first, letter, "two letters under {id}");
            twice += 1;
            continue;
        }
        firsts.insert(id, letter);
        told.entry(reference).or_default().push(word);
    }
    let mut letters = 0;
    for (reference, owes) in owed {
        let told = told.remove(reference).unwrap_or_default();
        assert_eq!(told, owes, "letters of {reference}");
        letters += told.len();
    }
    assert!(told.is_empty(), "letters of nobody's bookings: {told:?}");
    Came { letters, twice }
}

/// Reference and first word of a letter; `None` for one that is about no booking.
fn about(letter: &ReceivedLetter) -> Option<(String, String)> {
    let subject = read::read(letter.raw.as_bytes())
        .expect("a message")
        .subject;
    let at = subject.find("BK-")?;
    let reference = subject[at..].chars().take(9).collect();
    let word = subject.split([' ', ':']).next().unwrap_or_default();
    Some((reference, word.to_owned()))
}
