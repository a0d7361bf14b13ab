//! Bookings → iCalendar: the invitation a letter carries (RFC 5545, 5546, 6047) and the feed a
//! calendar subscribes to. Times are UTC, so no time zone has to be described and none can be wrong.
//!
//! Everything that varies is handed in, the stamps too: the same bookings give the same bytes.

use std::hash::{DefaultHasher, Hash, Hasher};

use chrono::TimeDelta;
use icalendar::{
    Attendee, CUType, Calendar, Component, Event, EventLike, EventStatus, PartStat, Property, Role,
};

use super::identity::Identity;
use super::late::late_words;
use super::times::LocalTimes;
use crate::domain::booking::LineState;
use crate::domain::feed::FeedEntry;
use crate::domain::notice::{BookingNotice, NoticeLine, Recipient};
use crate::domain::people::{Language, Names};

const PRODID: &str = "-//Backlot//Booking desk//EN";

/// How often a subscribed calendar should look again. Lead time on a set is hours, not days.
const REFRESH: TimeDelta = TimeDelta::minutes(15);

/// Octets of a line, by RFC 5545, section 3.1.
const LINE_OCTETS: usize = 75;

/// What the receiving calendar is asked to do (RFC 5546).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Have a look: for whoever takes the file along, invited or not.
    Publish,
    /// Put it in, or bring it up to date.
    Request,
    /// Take it out.
    Cancel,
}

impl Method {
    /// The word in `METHOD` and in the MIME type.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Publish => "PUBLISH",
            Self::Request => "REQUEST",
            Self::Cancel => "CANCEL",
        }
    }
}

/// The calendar object of a letter: one entry for the whole booking, from the first start to the
/// last end of its live lines (of all lines once none is live). `None` if there is no line.
pub fn invitation(
    booking: &BookingNotice,
    identity: &Identity,
    attendee: &Recipient,
    method: Method,
) -> Option<String> {
    let mut event = booking_event(booking, identity, attendee.language, method)?;
    event.attendee(reader(attendee));
    Some(with_method(method, event))
}

/// The same entry as a file to take along: under the same UID, so that a calendar which has it from a
/// letter does not show it twice. It names no attendee (RFC 5546, section 3.2.1).
pub fn publication(
    booking: &BookingNotice,
    identity: &Identity,
    language: Language,
) -> Option<String> {
    let event = booking_event(booking, identity, language, Method::Publish)?;
    Some(with_method(Method::Publish, event))
}

/// The entries of several bookings as a file to take along: each under its own UID, so that what a letter
/// says later of one of them finds its entry (RFC 5546, section 3.2.1, lets `PUBLISH` have several).
pub fn publication_of_all<'a>(
    bookings: impl Iterator<Item = &'a BookingNotice>,
    identity: &Identity,
    language: Language,
) -> Option<String> {
    let mut calendar = calendar();
    calendar.append_property(("METHOD", Method::Publish.as_str()));
    let mut any = false;
    for booking in bookings {
        if let Some(event) = booking_event(booking, identity, language, Method::Publish) {
            calendar.push(event);
            any = true;
        }
    }
    any.then(|| within_75_octets(&calendar.to_string()))
}

fn with_method(method: Method, event: Event) -> String {
    let mut calendar = calendar();
    calendar
        .append_property(("METHOD", method.as_str()))
        .push(event);
    within_75_octets(&calendar.to_string())
}

fn booking_event(
    booking: &BookingNotice,
    identity: &Identity,
    language: Language,
    method: Method,
) -> Option<Event> {
    let lines = told(booking);
    let start = lines.iter().map(|line| line.start).min()?;
    let end = lines.iter().map(|line| line.end).max()?;
    let times = LocalTimes::new(identity.zone, language, start);

    let mut event = Event::with_uid(&format!("{}@backlot", booking.booking));
    event
        .timestamp(booking.at)
        .sequence(sequence(booking.sequence))
        .starts(start)
        .ends(end)
        .summary(&one_line(&booking_summary(booking, language)))
        .description(&plain(&booking_description(
            booking, &lines, identity, language, times,
        )))
        .location(&one_line(&places(&lines, language)))
        .url(&identity.booking_link(&booking.reference))
        .append_property(organizer(identity, language))
        .status(booking_status(&lines, method));
    Some(event.done())
}

/// A calendar to subscribe to: one entry per line that stands. It carries no `METHOD`, because
/// nobody is invited by it.
pub fn feed(name: &str, language: Language, identity: &Identity, entries: &[FeedEntry]) -> String {
    let mut text = feed_beginning(name, identity);
    text.push_str(&feed_entries(language, identity, entries));
    text.push_str(FEED_END);
    text
}

/// What stands before the entries of a feed.
pub fn feed_beginning(name: &str, identity: &Identity) -> String {
    let name = one_line(name);
    let mut calendar = calendar();
    // Without VALUE the crate does not know that NAME (RFC 7986) is text and would not escape it.
    calendar.append_property(Property::new("NAME", &name).add_parameter("VALUE", "TEXT"));
    calendar.append_property(("X-WR-CALNAME", name.as_str()));
    calendar.timezone(identity.zone.name()).ttl(&REFRESH);
    let mut text = within_75_octets(&calendar.to_string());
    text.truncate(text.len() - FEED_END.len());
    text
}

/// The entries of a feed, without what stands before and after them.
pub fn feed_entries(language: Language, identity: &Identity, entries: &[FeedEntry]) -> String {
    let mut text = String::new();
    for entry in entries {
        if let Some(status) = entry_status(entry.state) {
            let event = feed_event(entry, status, language, identity);
            text.push_str(&within_75_octets(&event.to_string()));
        }
    }
    text
}

/// What stands after the entries of a feed.
pub const FEED_END: &str = "END:VCALENDAR\r\n";

/// One more whenever [`feed`] writes something else of the same entries, so that no calendar takes what it has for
/// the same.
const FEED_VERSION: u32 = 1;

/// Another number wherever [`feed`] would write another text: made of what it is given, without writing it.
pub fn feed_tag(name: &str, language: Language, identity: &Identity, entries: &[FeedEntry]) -> u64 {
    let mut hasher = DefaultHasher::new();
    (FEED_VERSION, name, language, identity, entries).hash(&mut hasher);
    hasher.finish()
}

fn calendar() -> Calendar {
    let mut calendar = Calendar::empty();
    calendar.append_property(("VERSION", "2.0"));
    calendar.append_property(("PRODID", PRODID));
    calendar.append_property(("CALSCALE", "GREGORIAN"));
    calendar
}

/// The lines the entry stands for.
fn told(booking: &BookingNotice) -> Vec<&NoticeLine> {
    let any_live = booking.lines.iter().any(|line| line.state.is_live());
    booking
        .lines
        .iter()
        .filter(|line| !any_live || line.state.is_live())
        .collect()
}

fn booking_summary(booking: &BookingNotice, language: Language) -> String {
    let (production, title) = (&booking.production, booking.title.trim());
    let what = match language {
        Language::Zh => format!("《{production}》{title}"),
        Language::En => format!("{production} {title}"),
    };
    format!("{} · {}", what.trim_end(), booking.reference)
}

fn booking_description(
    booking: &BookingNotice,
    lines: &[&NoticeLine],
    identity: &Identity,
    language: Language,
    times: LocalTimes,
) -> String {
    let mut paragraphs: Vec<String> = lines
        .iter()
        .map(|line| describe_line(line, language, times))
        .collect();
    if !booking.note.trim().is_empty() {
        paragraphs.push(booking.note.trim().to_owned());
    }
    let zone_label = language.pick("时间均为", "Times are those of");
    paragraphs.push(format!("{zone_label} {}", times.zone_name()));
    paragraphs.push(identity.booking_link(&booking.reference));
    paragraphs.join("\n\n")
}

fn describe_line(line: &NoticeLine, language: Language, times: LocalTimes) -> String {
    let what = name_code_units(&line.names, &line.code, line.units, language);
    let waiting = match line.state {
        LineState::Requested => language.pick("（待批准）", " (waiting for approval)"),
        LineState::Held => language.pick("（预留）", " (on hold)"),
        LineState::Queued
        | LineState::Confirmed
        | LineState::Out
        | LineState::Returned
        | LineState::Declined
        | LineState::Cancelled
        | LineState::Expired
        | LineState::NoShow => "",
    };
    format!(
        "{what}{waiting}\n{}{}\n{}",
        times.span(line.start, line.end),
        late_words(line, language, times),
        line.site.in_language(language)
    )
}

fn name_code_units(names: &Names, code: &str, units: u32, language: Language) -> String {
    let name = names.in_language(language);
    match language {
        Language::Zh => format!("{name}（{code}）× {units}"),
        Language::En => format!("{name} ({code}) × {units}"),
    }
}

fn places(lines: &[&NoticeLine], language: Language) -> String {
    let mut places: Vec<&str> = Vec::new();
    for line in lines {
        let place = line.site.in_language(language);
        if !places.contains(&place) {
            places.push(place);
        }
    }
    places.join(language.pick("、", ", "))
}

fn organizer(identity: &Identity, language: Language) -> Property {
    Property::new("ORGANIZER", mail_address(&identity.sender))
        .add_parameter("CN", &parameter(identity.names.in_language(language)))
        .done()
}

/// The reader asked for the booking and nobody waits for an answer. `ACCEPTED` lets Gmail and Apple
/// Calendar enter it as settled, `RSVP=FALSE` keeps Outlook from sending replies to an address that
/// reads none.
fn reader(recipient: &Recipient) -> Attendee {
    Attendee::new(mail_address(&recipient.email))
        .cn(parameter(&recipient.name))
        .cutype(CUType::Individual)
        .role(Role::ReqParticipant)
        .partstat(PartStat::Accepted)
        .rsvp(false)
}

fn booking_status(lines: &[&NoticeLine], method: Method) -> EventStatus {
    let waits = |line: &&NoticeLine| matches!(line.state, LineState::Held | LineState::Requested);
    let stands = |line: &&NoticeLine| entry_status(line.state).is_some();
    match method {
        Method::Cancel => EventStatus::Cancelled,
        Method::Publish if !lines.iter().any(stands) => EventStatus::Cancelled,
        Method::Publish | Method::Request if lines.iter().any(waits) => EventStatus::Tentative,
        Method::Publish | Method::Request => EventStatus::Confirmed,
    }
}

/// The status of a line in a feed; `None` where the line is not listed.
fn entry_status(state: LineState) -> Option<EventStatus> {
    match state {
        LineState::Held | LineState::Requested => Some(EventStatus::Tentative),
        // What was brought back did take place: it stays where the calendar is scrolled back to it.
        LineState::Confirmed | LineState::Out | LineState::Returned => Some(EventStatus::Confirmed),
        // What waits in line has no time yet.
        LineState::Queued
        | LineState::Declined
        | LineState::Cancelled
        | LineState::Expired
        | LineState::NoShow => None,
    }
}

fn feed_event(
    entry: &FeedEntry,
    status: EventStatus,
    language: Language,
    identity: &Identity,
) -> Event {
    let times = LocalTimes::new(identity.zone, language, entry.span.start());
    let mut event = Event::with_uid(&format!("{}@backlot", entry.line));
    event
        .timestamp(entry.changed_at)
        .last_modified(entry.changed_at)
        .sequence(sequence(entry.sequence))
        .starts(entry.span.start())
        .ends(entry.span.end())
        .summary(&one_line(&entry_summary(entry, language)))
        .description(&plain(&entry_description(entry, language, times, identity)))
        .location(&one_line(entry.site.in_language(language)))
        .url(&entry_link(entry, identity))
        .status(status)
        .done()
}

/// The booking's page; the listing's for readers who may not see the booking.
fn entry_link(entry: &FeedEntry, identity: &Identity) -> String {
    match &entry.reference {
        Some(reference) => identity.booking_link(reference),
        None => identity.link(&format!("/listings/{}", entry.code)),
    }
}

fn entry_summary(entry: &FeedEntry, language: Language) -> String {
    let name = entry.listing.in_language(language);
    let units = if entry.units == 1 {
        String::new()
    } else {
        format!(" × {}", entry.units)
    };
    match (&entry.production, language) {
        (None, _) => format!("{name}{units}"),
        (Some(production), Language::Zh) => format!("{name}{units} ·《{production}》"),
        (Some(production), Language::En) => format!("{name}{units} · {production}"),
    }
}

fn entry_description(
    entry: &FeedEntry,
    language: Language,
    times: LocalTimes,
    identity: &Identity,
) -> String {
    let mut rows = vec![
        name_code_units(&entry.listing, &entry.code, entry.units, language),
        times.span(entry.span.start(), entry.span.end()),
        times.zone_name(),
    ];
    rows.extend(
        entry
            .company
            .as_ref()
            .map(|company| company.in_language(language).to_owned()),
    );
    rows.push(entry_link(entry, identity));
    rows.join("\n")
}

fn sequence(sequence: i32) -> u32 {
    u32::try_from(sequence).unwrap_or(0)
}

/// A text without what neither a calendar nor its readers can hold: control characters but line
/// feed, and the line ends of Unicode, at which some parsers cut a line in two.
fn plain(text: &str) -> String {
    let kept = |c: &char| *c == '\n' || !(c.is_control() || matches!(c, '\u{2028}' | '\u{2029}'));
    text.chars().filter(kept).collect()
}

fn one_line(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    plain(&words.join(" "))
}

/// A parameter's value has no escape for the quotation mark (RFC 5545, section 3.2).
fn parameter(text: &str) -> String {
    one_line(text).replace('"', "'")
}

fn mail_address(address: &str) -> String {
    let bare: String = plain(address).split_whitespace().collect();
    format!("mailto:{bare}")
}

/// The crate folds for us, but does not count the space that opens a continuation when it writes the
/// last piece of a line: that piece can have 76 octets. Here it is folded once more.
fn within_75_octets(calendar: &str) -> String {
    let mut folded = String::with_capacity(calendar.len());
    for line in calendar.split_inclusive("\r\n") {
        let text = line.trim_end_matches("\r\n");
        let cut = text.floor_char_boundary(LINE_OCTETS);
        folded.push_str(&text[..cut]);
        if cut < text.len() {
            folded.push_str("\r\n ");
        }
        folded.push_str(&text[cut..]);
        folded.push_str("\r\n");
    }
    folded
}
