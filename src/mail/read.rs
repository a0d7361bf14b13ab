//! A message as it was sent → what its reader sees: the mailbox of a demo, and tests.
//! Not here: what a letter should say (see `letters`).

use mail_parser::{MessageParser, MimeHeaders, PartType};

/// A message taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SentLetter {
    /// One line.
    pub subject: String,
    /// All of it as plain text.
    pub text: String,
    /// The same as HTML.
    pub html: String,
    /// The calendar object it carries.
    pub calendar: Option<String>,
}

/// Takes a message apart; `None` if it is not one.
pub fn read(raw: &[u8]) -> Option<SentLetter> {
    let message = MessageParser::default().parse(raw)?;
    let calendar = message.parts.iter().find_map(|part| {
        let is_calendar = part.is_content_type("text", "calendar");
        match &part.body {
            PartType::Text(text) if is_calendar => Some(text.clone().into_owned()),
            _ => None,
        }
    });
    Some(SentLetter {
        subject: message.subject().unwrap_or_default().to_owned(),
        text: message.body_text(0).unwrap_or_default().into_owned(),
        html: message.body_html(0).unwrap_or_default().into_owned(),
        calendar,
    })
}
