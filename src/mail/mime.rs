//! A letter in its envelope: the MIME message, built with lettre. Same letter and envelope, same
//! bytes: a letter sent again after a lost answer is the same letter, so it can be told as such.

use std::panic::catch_unwind;

use lettre::Address;
use lettre::message::header::{
    ContentTransferEncoding, ContentType, Header, HeaderName, HeaderValue,
};
use lettre::message::{Attachment, Body, Mailbox, Message, MultiPart, SinglePart};

use super::letters::{CalendarPart, Letter};
use super::post::{Envelope, PostFault};

/// A message and whom to hand it to.
#[derive(Debug, Clone)]
pub(super) struct Parcel {
    pub(super) from: Address,
    pub(super) to: Address,
    pub(super) raw: Vec<u8>,
}

/// Packs a letter. One that cannot be packed for a fault of ours (no mail has a date before 1970 or after 9999) never can.
pub(super) fn pack(letter: &Letter, envelope: &Envelope<'_>) -> Result<Parcel, PostFault> {
    let ours = |_| PostFault::Refused("it cannot be put into an envelope".to_owned());
    catch_unwind(|| packed(letter, envelope))
        .map_err(ours)
        .flatten()
}

fn packed(letter: &Letter, envelope: &Envelope<'_>) -> Result<Parcel, PostFault> {
    let language = envelope.to.language;
    let from = mailbox(
        envelope.from.names.in_language(language),
        &envelope.from.sender,
    )
    .map_err(|error| PostFault::Unreachable(format!("the cluster's own address: {error}")))?;
    let to = mailbox(&envelope.to.name, &envelope.to.email)
        .map_err(|error| PostFault::Refused(format!("the recipient's address: {error}")))?;
    let message = Message::builder()
        .message_id(Some(one_line(envelope.message_id)))
        .date(envelope.date.into())
        .from(from.clone())
        .to(to.clone())
        .subject(one_line(&letter.subject))
        .header(AutoSubmitted)
        .multipart(parts(letter, &boundary_seed(envelope.message_id)))
        .map_err(|error| PostFault::Refused(error.to_string()))?;
    Ok(Parcel {
        from: from.email,
        to: to.email,
        raw: message.formatted(),
    })
}

/// ```text
/// mixed
/// ├─ alternative
/// │  ├─ text/plain
/// │  ├─ text/html
/// │  └─ text/calendar; method=…    last, so the richest alternative to who can read it
/// └─ application/ics; invite.ics   the same object as a file
/// ```
/// Gmail and Outlook make an event of the alternative and need its `method` to equal the object's;
/// Apple's Mail and clients that know no invitations offer the file; Thunderbird takes either. It
/// is what Google's own invitations look like, hence what every client is tried against.
fn parts(letter: &Letter, seed: &str) -> MultiPart {
    let words = MultiPart::alternative()
        .boundary(format!("=_alternative_{seed}"))
        .singlepart(text_part(ContentType::TEXT_PLAIN, &letter.text))
        .singlepart(text_part(ContentType::TEXT_HTML, &letter.html));
    let Some(calendar) = &letter.calendar else {
        return words;
    };
    MultiPart::mixed()
        .boundary(format!("=_mixed_{seed}"))
        .multipart(words.singlepart(calendar_part(calendar)))
        .singlepart(calendar_file(calendar))
}

fn calendar_part(calendar: &CalendarPart) -> SinglePart {
    let method = calendar.method.as_str();
    let content_type = format!("text/calendar; charset=utf-8; method={method}; component=VEVENT");
    text_part(
        ContentType::parse(&content_type).expect("a MIME type of ours"),
        &calendar.text,
    )
}

fn calendar_file(calendar: &CalendarPart) -> SinglePart {
    let content_type =
        ContentType::parse("application/ics; name=\"invite.ics\"").expect("a MIME type of ours");
    Attachment::new("invite.ics".to_owned()).body(calendar.text.clone().into_bytes(), content_type)
}

/// Never sent as it is: in quoted-printable and base64 no line can begin like our boundaries, and
/// no server on the way has a reason to change a byte. Chinese is much shorter in base64.
fn text_part(content_type: ContentType, text: &str) -> SinglePart {
    let encoding = if text.is_ascii() {
        ContentTransferEncoding::QuotedPrintable
    } else {
        ContentTransferEncoding::Base64
    };
    let body = Body::new_with_encoding(text.to_owned(), encoding).expect("both hold any text");
    SinglePart::builder().header(content_type).body(body)
}

fn mailbox(name: &str, address: &str) -> Result<Mailbox, lettre::address::AddressError> {
    let name = one_line(name);
    Ok(Mailbox::new(
        (!name.is_empty()).then_some(name),
        address.parse()?,
    ))
}

/// Boundaries come from the message's id, not from chance.
fn boundary_seed(message_id: &str) -> String {
    message_id
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .take(40)
        .collect()
}

/// A header's value has no line ends: what comes after one would be a header of someone else's.
fn one_line(text: &str) -> String {
    let visible: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    visible.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// `Auto-Submitted: auto-generated` (RFC 3834): holiday replies are not sent to machines.
#[derive(Clone, Copy)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}
