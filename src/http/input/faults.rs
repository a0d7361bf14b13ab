//! What is wrong with the fields of a request, collected so that all of it is named at once.

use chrono::{DateTime, Utc};

use crate::actions::{FieldFault, Outcome, Refused};
use crate::domain::span::{Span, SpanFault};
use crate::http::errors::Problem;

/// The longest e-mail address (RFC 5321, section 4.5.3.1.3, less its brackets).
const LONGEST_EMAIL: usize = 254;

/// Collects faults field by field.
#[derive(Debug, Default)]
pub struct Faults(pub Vec<FieldFault>);

impl Faults {
    /// The value, or its fault under this field's name.
    pub fn take<T>(
        &mut self,
        field: impl Into<String>,
        value: Result<T, &'static str>,
    ) -> Option<T> {
        value
            .map_err(|code| self.0.push(FieldFault::new(field, code)))
            .ok()
    }

    /// An id out of text.
    pub fn id<T: std::str::FromStr>(&mut self, field: impl Into<String>, text: &str) -> Option<T> {
        self.take(field, text.parse().map_err(|_| "not_an_id"))
    }

    /// A moment out of text (RFC 3339, with its offset).
    pub fn moment(&mut self, field: impl Into<String>, text: &str) -> Option<DateTime<Utc>> {
        let parsed = DateTime::parse_from_rfc3339(text).map(|moment| moment.with_timezone(&Utc));
        self.take(field, parsed.map_err(|_| "not_a_moment"))
    }

    /// Text of at most `most` characters.
    pub fn text(&mut self, field: &str, text: String, most: usize) -> String {
        if text.chars().count() > most {
            self.0.push(FieldFault::with_limit(field, "too_long", most));
        }
        text
    }

    /// Text that must say something, of at most `most` characters.
    pub fn required(&mut self, field: &str, text: String, most: usize) -> String {
        if text.trim().is_empty() {
            self.0.push(FieldFault::new(field, "required"));
        }
        self.text(field, text, most)
    }

    /// One of an enum's words; `words` lists them for the message.
    pub fn word<T: std::str::FromStr>(
        &mut self,
        field: &str,
        text: &str,
        words: &str,
    ) -> Option<T> {
        let parsed = text.parse().ok();
        if parsed.is_none() {
            self.0
                .push(FieldFault::with_limit(field, "not_one_of", words));
        }
        parsed
    }

    /// An e-mail address, in lower case: nobody's mail server tells `Li@` from `li@`.
    pub fn email(&mut self, field: &str, text: &str) -> Option<String> {
        let address = text.trim().to_lowercase();
        if address.is_empty() {
            self.0.push(FieldFault::new(field, "required"));
            return None;
        }
        let is_one = address.len() <= LONGEST_EMAIL && address.parse::<lettre::Address>().is_ok();
        self.take(
            field,
            if is_one {
                Ok(address)
            } else {
                Err("not_an_email")
            },
        )
    }

    /// A span out of two moments; `at` is put before `start` and `end`.
    pub fn span(&mut self, at: &str, start: &str, end: &str) -> Option<Span> {
        let start_moment = self.moment(format!("{at}start"), start);
        let end_moment = self.moment(format!("{at}end"), end);
        let fault = match Span::new(start_moment?, end_moment?) {
            Ok(span) => return Some(span),
            Err(fault) => fault,
        };
        let (field, code) = match fault {
            SpanFault::Empty => ("end", "span_empty"),
            SpanFault::Inverted => ("end", "span_inverted"),
            SpanFault::StartNotWholeMinute => ("start", "not_whole_minute"),
            SpanFault::EndNotWholeMinute => ("end", "not_whole_minute"),
            SpanFault::OutOfRange => ("start", "year_out_of_range"),
        };
        self.0.push(FieldFault::new(format!("{at}{field}"), code));
        None
    }

    /// Nothing if there were no faults, else all of them.
    pub fn check(self) -> Outcome<()> {
        if self.0.is_empty() {
            Ok(())
        } else {
            Err(Refused::Invalid(self.0))
        }
    }
}

/// A problem of wrong fields.
pub fn invalid(faults: Vec<FieldFault>) -> Problem {
    Problem::Refused(Refused::Invalid(faults))
}
