//! `Checks`: what is right in itself (lengths, codes, slugs), asked by the actions whoever calls them.
//! Collects every fault instead of stopping at the first. Not here: JSON (see `http/input.rs`).

use super::{FieldFault, Outcome, Refused};
use crate::domain::people::Names;

/// The longest name of a person, company, site, listing or drama.
pub const LONGEST_NAME: usize = 200;
/// The longest code or slug.
pub const LONGEST_CODE: usize = 40;
/// The longest description, note or reason.
pub const LONGEST_TEXT: usize = 4_000;

/// Faults found so far.
#[derive(Debug, Default)]
pub struct Checks(Vec<FieldFault>);

impl Checks {
    /// Text of at most `most` characters.
    pub fn text(&mut self, field: &str, text: &str, most: usize) {
        if text.chars().count() > most {
            self.0.push(FieldFault::with_limit(field, "too_long", most));
        }
    }

    /// Text that must say something, of at most `most` characters.
    pub fn required(&mut self, field: &str, text: &str, most: usize) {
        if text.trim().is_empty() {
            self.0.push(FieldFault::new(field, "required"));
        }
        self.text(field, text, most);
    }

    /// A name in both languages.
    pub fn names(&mut self, names: &Names) {
        self.required("name_zh", &names.zh, LONGEST_NAME);
        self.required("name_en", &names.en, LONGEST_NAME);
    }

    /// A short code for labels and addresses. Without `_` it can never look like an id.
    pub fn code(&mut self, field: &str, code: &str) {
        self.required(field, code, LONGEST_CODE);
        let fits = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '.');
        self.when(!code.chars().all(fits), FieldFault::new(field, "code"));
    }

    /// A lower-case slug.
    pub fn slug(&mut self, field: &str, slug: &str) {
        self.required(field, slug, LONGEST_CODE);
        let fits = |letter: char| matches!(letter, 'a'..='z' | '0'..='9' | '-' | '_');
        self.when(!slug.chars().all(fits), FieldFault::new(field, "slug"));
    }

    /// A fault, where there is one.
    pub fn when(&mut self, wrong: bool, fault: FieldFault) {
        if wrong {
            self.0.push(fault);
        }
    }

    /// All of them.
    pub fn faults(self) -> Vec<FieldFault> {
        self.0
    }
}

/// Goes on only if nothing is wrong.
pub fn none_of(faults: Vec<FieldFault>) -> Outcome<()> {
    if faults.is_empty() {
        Ok(())
    } else {
        Err(Refused::Invalid(faults))
    }
}
