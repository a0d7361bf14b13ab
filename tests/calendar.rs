//! What calendars we write, read back by three readers that know nothing of ours.

use backlot::calendar::write::{Method, feed, invitation};
use backlot::domain::booking::LineState;
use backlot::domain::feed::FeedEntry;
use backlot::domain::ids::{Id, LineId};
use backlot::domain::notice::{BookingNotice, NoticeLine, Recipient};
use backlot::domain::people::Language;
use backlot::domain::span::Span;
use proptest::prelude::*;

use crate::letters::{at, booking, identity, names, reader};
use crate::support::parsers::{Event, read_by_all, read_by_calcard, read_by_vobject};

fn only_event(text: &str) -> Event {
    let mut calendar = read_by_all(text);
    assert_eq!(calendar.events.len(), 1, "{text}");
    calendar.events.remove(0)
}

fn request(booking: &BookingNotice, language: Language) -> String {
    invitation(booking, &identity(), &reader(language), Method::Request).expect("it has lines")
}

/// RFC 5545, section 3.1: 75 octets a line, each ended by CR LF.
fn check_lines(text: &str) {
    assert!(text.ends_with("\r\n"));
    for line in text.trim_end_matches("\r\n").split("\r\n") {
        assert!(line.len() <= 75, "{} octets: {line}", line.len());
        assert!(!line.contains(['\r', '\n']), "{line:?}");
    }
}

#[test]
fn a_request_says_the_same_to_all() {
    let text = request(
        &booking(LineState::Confirmed, LineState::Confirmed),
        Language::En,
    );
    check_lines(&text);
    assert_eq!(read_by_all(&text).method.as_deref(), Some("REQUEST"));
    let event = only_event(&text);
    assert_eq!(event.uid.as_deref(), Some("bkg_000000000001a@backlot"));
    assert_eq!(event.sequence, 3);
    assert_eq!(event.stamp.as_deref(), Some("2030-01-05T02:30:00Z"));
    assert_eq!(
        event.start.as_deref(),
        Some("2030-01-07T11:00:00Z"),
        "the lamps come first"
    );
    assert_eq!(
        event.end.as_deref(),
        Some("2030-01-08T16:00:00Z"),
        "and leave last"
    );
    assert_eq!(event.status.as_deref(), Some("CONFIRMED"));
    assert_eq!(
        event.summary.as_deref(),
        Some("逆袭之路 第 12–18 集夜戏 · BK-7F3K2Q")
    );
    assert_eq!(event.location.as_deref(), Some("Hall 1, Gear store"));
    assert_eq!(
        event.url.as_deref(),
        Some("https://desk.example/bookings/BK-7F3K2Q")
    );
    assert_eq!(event.organizer.as_deref(), Some("mailto:desk@desk.example"));
    assert_eq!(event.organizer_name.as_deref(), Some("Hengling Drama Park"));
    assert_eq!(event.attendee.as_deref(), Some("mailto:lin@crew.example"));
    assert_eq!(event.attendee_name.as_deref(), Some("Lin Xiaoyu"));
    assert_eq!(event.partstat.as_deref(), Some("ACCEPTED"));
    assert_eq!(event.rsvp.as_deref(), Some("FALSE"));
    let description = event.description.expect("a description");
    let ward = "Hospital ward A (SET-003) × 1\n\
                Monday 7 January 2030, 22:00 – 06:00 the next day (Tuesday 8 January, over midnight)\n\
                Hall 1";
    assert!(description.contains(ward), "{description}");
    assert!(
        description.contains("Asia/Shanghai (UTC+08:00)"),
        "{description}"
    );
}

#[test]
fn what_waits_is_tentative_and_what_is_over_does_not_count() {
    let text = request(
        &booking(LineState::Requested, LineState::Cancelled),
        Language::Zh,
    );
    let event = only_event(&text);
    assert_eq!(event.status.as_deref(), Some("TENTATIVE"));
    assert_eq!(event.start.as_deref(), Some("2030-01-07T14:00:00Z"));
    assert_eq!(event.end.as_deref(), Some("2030-01-07T22:00:00Z"));
    assert_eq!(event.location.as_deref(), Some("1 号棚"));
    let description = event.description.expect("a description");
    assert!(!description.contains("主灯"), "{description}");
    assert!(
        description.contains("医院病房 A（SET-003）× 1（待批准）"),
        "{description}"
    );
}

#[test]
fn a_cancellation_names_the_same_event_with_a_higher_sequence() {
    let confirmed = booking(LineState::Confirmed, LineState::Confirmed);
    let entered = only_event(&request(&confirmed, Language::Zh));
    let cancelled = BookingNotice {
        sequence: 4,
        ..booking(LineState::Cancelled, LineState::Cancelled)
    };
    let text = invitation(
        &cancelled,
        &identity(),
        &reader(Language::Zh),
        Method::Cancel,
    );
    let text = text.expect("it has lines");
    check_lines(&text);
    let calendar = read_by_all(&text);
    assert_eq!(calendar.method.as_deref(), Some("CANCEL"));
    let event = &calendar.events[0];
    assert_eq!(event.uid, entered.uid);
    assert!(event.sequence > entered.sequence);
    assert_eq!(event.status.as_deref(), Some("CANCELLED"));
    assert_eq!(
        event.organizer, entered.organizer,
        "only the organizer may cancel"
    );
    assert_eq!(event.attendee, entered.attendee);
}

#[test]
fn punctuation_and_line_ends_come_back_as_they_went() {
    let mut awkward = booking(LineState::Confirmed, LineState::Confirmed);
    awkward.title = "EP1; EP2, EP3: \"night\"\r\nDTSTART:19700101T000000Z".to_owned();
    awkward.note = "first; line\nsecond, line\r\nthird\u{2028}\u{85}\u{b}\0, end".to_owned();
    let text = request(&awkward, Language::En);
    check_lines(&text);
    let event = only_event(&text);
    let title = "EP1; EP2, EP3: \"night\" DTSTART:19700101T000000Z";
    assert_eq!(event.summary, Some(format!("逆袭之路 {title} · BK-7F3K2Q")));
    assert_eq!(event.start.as_deref(), Some("2030-01-07T11:00:00Z"));
    let description = event.description.expect("a description");
    assert!(
        description.contains("first; line\nsecond, line\nthird, end"),
        "{description:?}"
    );
}

/// Without Python's `icalendar`: the version Debian ships reads `\\n` (a backslash and an n) as a
/// backslash and a line end.
#[test]
fn backslashes_come_back_as_they_went() {
    let mut awkward = booking(LineState::Confirmed, LineState::Confirmed);
    awkward.title = r"C:\new\, \; \\ \n".to_owned();
    let text = request(&awkward, Language::Zh);
    check_lines(&text);
    let summary = Some(format!("《逆袭之路》{} · BK-7F3K2Q", awkward.title));
    assert_eq!(read_by_calcard(&text).events[0].summary, summary);
    assert_eq!(read_by_vobject(&text).events[0].summary, summary);
}

#[test]
fn a_name_cannot_leave_its_parameter() {
    let name = "\"Lin\"; ROLE=CHAIR:mailto:x@y.example,\r\nX-EVIL:1".to_owned();
    let to = Recipient {
        name,
        ..reader(Language::En)
    };
    let confirmed = booking(LineState::Confirmed, LineState::Confirmed);
    let text = invitation(&confirmed, &identity(), &to, Method::Request).expect("it has lines");
    check_lines(&text);
    let event = only_event(&text);
    assert_eq!(event.attendee.as_deref(), Some("mailto:lin@crew.example"));
    assert_eq!(
        event.attendee_name.as_deref(),
        Some("'Lin'; ROLE=CHAIR:mailto:x@y.example, X-EVIL:1")
    );
}

/// Every length for a while, so that the last piece of a folded line has every length too: one in 74
/// of these comes out of the crate with a line of 76 octets.
#[test]
fn lines_of_any_length_are_folded_between_characters() {
    for length in 1..230 {
        let mut long = booking(LineState::Confirmed, LineState::Confirmed);
        long.title = "夜".repeat(length / 3) + &"a".repeat(length % 3);
        let text = request(&long, Language::Zh);
        check_lines(&text);
        let summary = format!("SUMMARY:《逆袭之路》{} · BK-7F3K2Q\r\n", long.title);
        assert!(text.replace("\r\n ", "").contains(&summary), "{text}");
    }
}

#[test]
fn a_very_long_title_is_read_whole() {
    let mut longest = booking(LineState::Confirmed, LineState::Confirmed);
    longest.title = "很长的标题，".repeat(200);
    let event = only_event(&request(&longest, Language::Zh));
    let summary = format!("《逆袭之路》{} · BK-7F3K2Q", longest.title);
    assert_eq!(event.summary, Some(summary));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn no_title_breaks_a_calendar(title in "\\PC{0,60}", note in any::<String>()) {
        let typed = BookingNotice { title, note, ..booking(LineState::Confirmed, LineState::Confirmed) };
        let text = request(&typed, Language::Zh);
        check_lines(&text);
        prop_assert_eq!(text.matches("\r\nSUMMARY:").count(), 1);
        let read = calcard::icalendar::ICalendar::parse(&text);
        prop_assert!(read.is_ok(), "{:?}", read);
    }
}

fn entry(line: i64, state: LineState) -> FeedEntry {
    let span = Span::new(at("2030-01-07T14:00:00Z"), at("2030-01-07T22:00:00Z")).expect("a span");
    FeedEntry {
        line: LineId::from_raw(line),
        reference: Some("BK-7F3K2Q".to_owned()),
        code: "SET-003".to_owned(),
        listing: names("医院病房 A", "Hospital ward A"),
        site: names("1 号棚", "Hall 1"),
        units: 2,
        span,
        state,
        production: Some("逆袭之路".to_owned()),
        company: Some(names("星火影视", "Spark Pictures")),
        sequence: 5,
        changed_at: at("2030-01-05T02:30:00Z"),
    }
}

#[test]
fn a_feed_lists_what_stands() {
    let entries: Vec<FeedEntry> = (1..)
        .zip(LineState::ALL)
        .map(|(line, state)| entry(line, *state))
        .collect();
    let text = feed(
        "横岭, 1 号棚; 全部\n排期",
        Language::Zh,
        &identity(),
        &entries,
    );
    check_lines(&text);
    let calendar = read_by_all(&text);
    assert_eq!(calendar.method, None, "nobody is invited by a feed");
    assert_eq!(calendar.name.as_deref(), Some("横岭, 1 号棚; 全部 排期"));
    let statuses: Vec<_> = calendar
        .events
        .iter()
        .filter_map(|event| event.status.as_deref())
        .collect();
    assert_eq!(
        statuses,
        [
            "TENTATIVE",
            "TENTATIVE",
            "CONFIRMED",
            "CONFIRMED",
            "CONFIRMED"
        ]
    );
    let event = &calendar.events[0];
    assert_eq!(event.uid.as_deref(), Some("lin_0000000000001@backlot"));
    assert_eq!(event.sequence, 5);
    assert_eq!(event.stamp.as_deref(), Some("2030-01-05T02:30:00Z"));
    assert_eq!(event.start.as_deref(), Some("2030-01-07T14:00:00Z"));
    assert_eq!(event.end.as_deref(), Some("2030-01-07T22:00:00Z"));
    assert_eq!(
        event.summary.as_deref(),
        Some("医院病房 A × 2 ·《逆袭之路》")
    );
    assert_eq!(event.attendee, None);
}

#[test]
fn a_feed_hides_what_is_not_given_and_is_the_same_each_time() {
    let hidden = FeedEntry {
        production: None,
        company: None,
        ..entry(1, LineState::Confirmed)
    };
    let text = feed(
        "Ward",
        Language::En,
        &identity(),
        std::slice::from_ref(&hidden),
    );
    let event = only_event(&text);
    assert_eq!(event.summary.as_deref(), Some("Hospital ward A × 2"));
    assert!(
        !text.contains("逆袭之路") && !text.contains("Spark"),
        "{text}"
    );
    assert_eq!(text, feed("Ward", Language::En, &identity(), &[hidden]));
    insta::assert_snapshot!("feed", text.replace("\r\n", "\n"));
}

#[test]
fn an_empty_feed_is_still_a_calendar() {
    let text = feed("Nothing yet", Language::En, &identity(), &[]);
    check_lines(&text);
    assert!(
        text.contains("REFRESH-INTERVAL;VALUE=DURATION:PT900S\r\n"),
        "{text}"
    );
    assert!(text.contains("NAME;VALUE=TEXT:Nothing yet\r\n"), "{text}");
    assert_eq!(read_by_all(&text).events, []);
}

#[test]
fn a_notice_without_lines_makes_no_event() {
    let lines: Vec<NoticeLine> = Vec::new();
    let empty = BookingNotice {
        lines,
        ..booking(LineState::Confirmed, LineState::Confirmed)
    };
    assert_eq!(
        invitation(&empty, &identity(), &reader(Language::Zh), Method::Request),
        None
    );
}
