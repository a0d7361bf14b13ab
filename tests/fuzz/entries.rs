//! Where bytes of strangers enter, one function each: it does with them what the program does, and panics where a
//! promise about them is broken. Fuzz targets call these and so does the suite (`tests/fuzzing.rs`).
//!
//! Backlot reads no calendars: what of iCalendar is read is the rule of a series ([`recurrence`]); what is written
//! must be read by others whatever the words in it are ([`letter`]).

use std::collections::HashMap;

use backlot::calendar::identity::Identity;
use backlot::calendar::write::feed;
use backlot::domain::ids::{BookingId, CompanyId, Id, ListingId};
use backlot::domain::money::Currency;
use backlot::domain::people::{Language, Names};
use backlot::domain::recurrence::{MOST_DATES, Recurrence};
use backlot::domain::span::Span;
use backlot::http::cursor::ListKey;
use backlot::inventory::columns::{self, Corrections};
use backlot::inventory::compare::{self, Verdict};
use backlot::inventory::entry;
use backlot::inventory::ground::{Directory, Ground};
use backlot::inventory::read;
use backlot::mail::read as mail;
use chrono::{DateTime, TimeDelta};
use chrono_tz::Tz;

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
