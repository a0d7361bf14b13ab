//! What people read about an import, in both languages: why a row is refused and what to do about it, why a
//! file cannot be read, and what each column takes.

mod columns;
mod files;
mod issues;

pub use self::columns::about;
pub use self::files::unreadable;
use self::issues::{ISSUES, Told};
use super::compare::Compared;
use super::entry::Issue;
use crate::domain::people::Language;

fn told(issue: &Issue) -> Option<&'static Told> {
    ISSUES.iter().find(|(code, ..)| *code == issue.code)
}

/// Why, in the reader's language.
pub fn reason(issue: &Issue, language: Language) -> String {
    let words = told(issue).map_or(issue.code, |(_, zh, _, en, _)| language.pick(zh, en));
    words.replace("{detail}", &issue.detail)
}

/// What to do about it.
pub fn remedy(issue: &Issue, language: Language) -> String {
    let words = told(issue).map_or("", |(_, _, zh, _, en)| language.pick(zh, en));
    words.replace("{detail}", &issue.detail)
}

/// All there is to say of a record, in one line.
pub fn problems(compared: &Compared, language: Language) -> String {
    let sentence = |issue: &Issue| {
        let field = if issue.field.is_empty() {
            String::new()
        } else {
            format!("{}: ", issue.field)
        };
        let (reason, remedy) = (reason(issue, language), remedy(issue, language));
        format!("{field}{reason}{}{remedy}", language.pick("。", ". "))
    };
    let sentences: Vec<String> = compared.issues.iter().map(sentence).collect();
    sentences.join(language.pick("；", "; "))
}

/// What stands over the column that says what is wrong with a row.
pub fn problem_title(language: Language) -> &'static str {
    language.pick("问题（导入时忽略）", "problem (ignored by an import)")
}

/// Codes that have words, for tests.
pub fn known_codes() -> impl Iterator<Item = &'static str> {
    ISSUES.iter().map(|(code, ..)| *code)
}
