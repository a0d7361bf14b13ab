//! Where bytes of strangers enter, one function each: it does with them what the program does, and panics where a
//! promise about them is broken. Fuzz targets call these and so does the suite (`tests/fuzzing.rs`).
//!
//! Backlot reads no calendars: what of iCalendar is read is the rule of a series ([`recurrence`]); what is written
//! must be read by others whatever the words in it are ([`letter`]).

use std::collections::{BTreeSet, HashMap};

use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, HeaderValue, header};
use backlot::actions::Refused;
use backlot::actions::secrets::hash_token;
use backlot::calendar::identity::Identity;
use backlot::calendar::write::feed;
use backlot::domain::ids::{BookingId, CompanyId, Id, ListingId};
use backlot::domain::money::Currency;
use backlot::domain::people::{Language, Names};
use backlot::domain::recurrence::{MOST_DATES, Recurrence};
use backlot::domain::span::Span;
use backlot::http::bookings::BookingIn;
use backlot::http::cursor::ListKey;
use backlot::http::errors::Problem;
use backlot::http::feeds::secret_of_file;
use backlot::http::guard::{COOKIE, Secret};
use backlot::http::input::{Body, Faults, KeyedBody, LineIn, MOST_LINES, read_lines};
use backlot::http::quotes::QuoteIn;
use backlot::inventory::columns::{self, Corrections};
use backlot::inventory::compare::{self, Verdict};
use backlot::inventory::entry;
use backlot::inventory::ground::{Directory, Ground};
use backlot::inventory::read;
use backlot::mail::read as mail;
use chrono::{DateTime, TimeDelta};
use chrono_tz::Tz;
use futures_util::FutureExt;

/// A file of listings: CSV in any encoding, or XLSX. It is refused with words, or each of its records is told of
/// once, in order, with what would become of it and why.
pub(super) fn importer(bytes: &[u8]) {
    let Ok(table) = read::read(bytes) else {
        return;
    };
    let corrections = Corrections::new();
    let header = columns::find_header(&table.records, &corrections, Currency::CNY);
    let columns = table.records.get(header).map_or_else(Vec::new, |record| {
        columns::columns_of(record, &corrections, Currency::CNY)
    });
    let entries = entry::entries(
        &table.records,
        header,
        &columns,
        &table.merged,
        Currency::CNY,
    );
    let ground = ground();
    let told: Vec<_> = entries
        .into_iter()
        .map(|entry| compare::compare(entry, None, &ground))
        .collect();
    let lines = table.records.iter().map(|record| record.line);
    let but_header = lines.enumerate().filter(|(place, _)| *place != header);
    let expected: Vec<u64> = but_header.map(|(_, line)| line).collect();
    let got: Vec<u64> = told.iter().map(|row| row.line).collect();
    assert_eq!(got, expected, "each record once, in order");
    for row in told {
        let right = match row.verdict {
            Verdict::New => row.wanted.is_some(),
            Verdict::Refused | Verdict::Skipped => !row.issues.is_empty() && row.wanted.is_none(),
            Verdict::Changed | Verdict::Unchanged => false,
        };
        assert!(right, "line {} is {}", row.line, row.verdict);
    }
}

fn ground() -> Ground {
    let names = |zh: &str, en: &str| Names {
        zh: zh.to_owned(),
        en: en.to_owned(),
    };
    let owner = names("灯光公司", "Lights");
    let owners = [(CompanyId::from_raw(1), "CO-1", &owner)];
    Ground {
        currency: Currency::CNY,
        sites: Directory::of(std::iter::empty()),
        owners: Directory::of(owners.into_iter()),
        only_owner: None,
        owner: CompanyId::from_raw(1),
        site: None,
        publish: true,
        made: HashMap::new(),
    }
}

/// The rule of a series, after four bytes that say when the first is, how long, and where. It is refused, or gives
/// dates: few, in order, none empty.
pub(super) fn recurrence(bytes: &[u8]) {
    const ZONES: [Tz; 4] = [
        Tz::Asia__Shanghai,
        Tz::America__New_York,
        Tz::Australia__Lord_Howe,
        Tz::UTC,
    ];
    let Some((head, text)) = bytes.split_first_chunk::<4>() else {
        return;
    };
    let Ok(text) = std::str::from_utf8(text) else {
        return;
    };
    let Ok(rule) = Recurrence::parse(text, &[]) else {
        return;
    };
    let epoch = DateTime::from_timestamp(1_760_000_400 / 60 * 60, 0).unwrap_or_default();
    let hours = i64::from(u16::from_le_bytes([head[0], head[1]]));
    let start = epoch + TimeDelta::hours(hours);
    let minutes = i64::from(head[2]) * 15 + 15;
    let Ok(first) = Span::new(start, start + TimeDelta::minutes(minutes)) else {
        return;
    };
    let zone = ZONES[usize::from(head[3]) % ZONES.len()];
    let Ok(spans) = rule.spans(first, zone) else {
        return;
    };
    assert!((1..=MOST_DATES).contains(&spans.len()), "{}", spans.len());
    let in_order = spans
        .windows(2)
        .all(|pair| pair[0].start() < pair[1].start());
    assert!(in_order, "{text}: {spans:?}");
    assert!(spans.iter().all(|span| span.start() < span.end()));
}

/// A message as the mailbox of a demo opens it; and the same bytes as the name of a calendar, which others must be
/// able to read, name and all.
pub(super) fn letter(bytes: &[u8]) {
    let _ = mail::read(bytes);
    let name = String::from_utf8_lossy(bytes);
    // Names are one line of letters: the doors let nothing else in.
    let name: String = name.chars().filter(|letter| !letter.is_control()).collect();
    let identity = Identity {
        names: Names {
            zh: name.clone(),
            en: name.clone(),
        },
        base_url: "https://desk.example".to_owned(),
        sender: "desk@desk.example".to_owned(),
        zone: Tz::Asia__Shanghai,
    };
    let text = feed(&name, Language::En, &identity, &[]);
    let read = calcard::icalendar::ICalendar::parse(&text);
    assert!(read.is_ok(), "{read:?}\n{text}");
    let long = text.split("\r\n").find(|line| line.len() > 75);
    assert_eq!(long, None, "no line is longer than RFC 5545 has it");
}

/// What stands in addresses: cursors and ids. What was given out comes back; everything else is refused.
pub(super) fn places(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    let (list, place) = text.split_once('\n').unwrap_or((text, text));
    let key = ListKey::new("mem_1", list);
    if let Ok(forged) = key.place(place) {
        assert_eq!(key.cursor(&forged), place, "only what we would give out");
    }
    let given = key.cursor(place);
    assert_eq!(key.place(&given).ok().as_deref(), Some(place));
    let other = ListKey::new("mem_2", list);
    assert!(
        other.place(&given).is_err(),
        "it is good for its reader only"
    );
    if let Ok(id) = place.parse::<ListingId>() {
        assert_eq!(id.to_string(), place.to_ascii_lowercase());
        assert!(
            place.parse::<BookingId>().is_err(),
            "a listing is no booking"
        );
    }
}

/// The body of a booking. It is refused as what the sender got wrong, or read; then it can be quoted as it is, and
/// each of its lines is right in itself or has a fault that names it.
pub(super) fn basket(bytes: &[u8]) {
    let booking = match sent::<KeyedBody<BookingIn>>(bytes) {
        Ok(body) => body.value,
        Err(problem) => {
            let is_senders = matches!(
                problem,
                Problem::Refused(Refused::Invalid(_))
                    | Problem::MalformedJson(_)
                    | Problem::BodyTooLarge
            );
            assert!(is_senders, "{problem:?}");
            return;
        }
    };
    let quoted = sent::<Body<QuoteIn>>(bytes);
    let Body(quote) = quoted.expect("what can be booked can be quoted");
    assert_eq!(quote.lines.len(), booking.lines.len());
    lines(&booking.lines);
}

/// What an extractor makes of these bytes, sent as JSON.
fn sent<T: FromRequest<(), Rejection = Problem>>(bytes: &[u8]) -> Result<T, Problem> {
    let request = Request::post("/api/v1/bookings")
        .header(header::CONTENT_TYPE, "application/json")
        .body(axum::body::Body::from(bytes.to_vec()))
        .expect("a request");
    let read = T::from_request(request, &()).now_or_never();
    read.expect("all of it is there: nothing to wait for")
}

fn lines(lines: &[LineIn]) {
    let mut faults = Faults::default();
    let read = read_lines(&mut faults, lines);
    let named: BTreeSet<&str> = faults.0.iter().map(|fault| fault.field.as_str()).collect();
    if lines.is_empty() || lines.len() > MOST_LINES {
        assert!(named.contains("lines"));
        return;
    }
    let is_wrong = |place: &usize| {
        let at = format!("lines[{place}].");
        named.iter().any(|field| field.starts_with(&at))
    };
    let wrong = (0..lines.len()).filter(is_wrong).count();
    assert_eq!(read.len() + wrong, lines.len(), "read or named, each");
    let in_order = |span: Span| span.start() < span.end();
    assert!(read.iter().all(|line| in_order(line.span())));
}

/// What says who asks: a token in a header, a session among cookies, a secret in the name of a feed's file. Whatever a
/// stranger sends is a secret nobody has, or none; one that was given out is found beside it.
pub(super) fn secrets(bytes: &[u8]) {
    let given = hash_token(&String::from_utf8_lossy(bytes));
    let text = String::from_utf8_lossy(bytes);
    if let Some(secret) = secret_of_file(&text) {
        assert_eq!(format!("{secret}.ics"), text);
    }
    assert_eq!(
        secret_of_file(&format!("{given}.ics")),
        Some(given.as_str())
    );
    let Ok(noise) = HeaderValue::from_bytes(bytes) else {
        return;
    };
    let asked_with = |name, value: HeaderValue| Secret::of(&HeaderMap::from_iter([(name, value)]));
    match asked_with(header::AUTHORIZATION, noise.clone()) {
        Some(Secret::Bearer(hash)) => {
            let sent = noise.to_str().expect("it was read");
            let token = sent.strip_prefix("Bearer ").expect("a token is sent so");
            assert_eq!(hash, hash_token(token.trim()));
        }
        Some(Secret::Cookie(_)) => panic!("no cookie was sent"),
        None => {}
    }
    let bearer = HeaderValue::from_str(&format!("Bearer {given}")).expect("hexadecimal");
    let found = asked_with(header::AUTHORIZATION, bearer);
    assert!(matches!(found, Some(Secret::Bearer(hash)) if hash == hash_token(&given)));
    match asked_with(header::COOKIE, noise.clone()) {
        Some(Secret::Cookie(_)) => {}
        Some(Secret::Bearer(_)) => panic!("no token was sent"),
        None => beside_others(&noise, &given),
    }
}

/// The cookie of a session stands among those of others, before or after them, in one header or in several.
fn beside_others(others: &HeaderValue, given: &str) {
    let own = HeaderValue::from_str(&format!("{COOKIE}={given}")).expect("hexadecimal");
    let mut tried = vec![vec![others.clone(), own.clone()], vec![own, others.clone()]];
    if let Ok(others) = others.to_str() {
        let one = HeaderValue::from_str(&format!("{others}; {COOKIE}={given}"));
        tried.push(vec![one.expect("as it was, and more")]);
    }
    for cookies in tried {
        let headers = cookies.into_iter().map(|value| (header::COOKIE, value));
        let mut sent = HeaderMap::new();
        for (name, value) in headers {
            sent.append(name, value);
        }
        let found = Secret::of(&sent);
        assert!(matches!(found, Some(Secret::Cookie(hash)) if hash == hash_token(given)));
    }
}
