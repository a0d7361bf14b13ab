//! The words on the screen, from the files the pages read them from: tests name keys, never sentences.

use std::collections::BTreeMap;
use std::path::Path;

use backlot::domain::people::Language;

/// All words of a language.
pub(crate) struct Words(BTreeMap<String, String>);

impl Words {
    pub(super) fn of(language: Language) -> Self {
        let file = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("static/i18n")
            .join(format!("{}.json", language.as_str()));
        let text = std::fs::read_to_string(file).expect("the words");
        Self(serde_json::from_str(&text).expect("keys and sentences"))
    }

    /// A sentence with its places filled in: `{name}`, or `{n|one|many}` by number.
    #[track_caller]
    pub(super) fn say(&self, key: &str, places: &[(&str, &str)]) -> String {
        let Some(text) = self.0.get(key) else {
            panic!("the pages have no words `{key}`")
        };
        let mut said = String::new();
        let mut parts = text.split('{');
        said.push_str(parts.next().unwrap_or_default());
        for part in parts {
            let (place, rest) = part.split_once('}').expect("a place ends");
            said.push_str(&filled(place, places));
            said.push_str(rest);
        }
        said
    }
}

#[track_caller]
fn filled(place: &str, places: &[(&str, &str)]) -> String {
    let mut parts = place.split('|');
    let name = parts.next().unwrap_or_default();
    let known = places.iter().find(|(known, _)| *known == name);
    let Some((_, value)) = known else {
        panic!("nothing is given for `{{{place}}}`")
    };
    match (parts.next(), parts.next()) {
        (Some(one), Some(many)) => if *value == "1" { one } else { many }.to_owned(),
        _ => (*value).to_owned(),
    }
}
