//! Three readers of iCalendar that know nothing of the crate we write it with: `calcard` (Rust),
//! `icalendar` and `vobject` (Python, Debian packages). Each gives the same [`Calendar`] or fails.

use std::io::Write;
use std::process::{Command, Stdio};

use calcard::icalendar::{
    ICalendar, ICalendarComponent, ICalendarComponentType, ICalendarParameterName,
    ICalendarProperty,
};
use chrono::DateTime;
use serde::Deserialize;

/// The Debian interpreter: the packages are installed for it and for no other.
pub(crate) const PYTHON: &str = "/usr/bin/python3";

/// What a reader understood.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Calendar {
    pub(crate) method: Option<String>,
    pub(crate) name: Option<String>,
    pub(crate) events: Vec<Event>,
}

/// What a reader understood of an entry; moments are UTC in RFC 3339.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Event {
    pub(crate) uid: Option<String>,
    pub(crate) sequence: i64,
    pub(crate) stamp: Option<String>,
    pub(crate) start: Option<String>,
    pub(crate) end: Option<String>,
    pub(crate) summary: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) location: Option<String>,
    pub(crate) status: Option<String>,
    pub(crate) url: Option<String>,
    pub(crate) organizer: Option<String>,
    pub(crate) organizer_name: Option<String>,
    pub(crate) attendee: Option<String>,
    pub(crate) attendee_name: Option<String>,
    pub(crate) partstat: Option<String>,
    pub(crate) rsvp: Option<String>,
}

/// What all three understood; fails where they differ, and if a reader is missing.
pub(crate) fn read_by_all(text: &str) -> Calendar {
    let by_calcard = read_by_calcard(text);
    let by_icalendar = read_by_python("icalendar", include_str!("parsers/read_icalendar.py"), text);
    let by_vobject = read_by_vobject(text);
    assert_eq!(
        by_calcard, by_icalendar,
        "calcard and Python's icalendar differ"
    );
    assert_eq!(
        by_calcard, by_vobject,
        "calcard and Python's vobject differ"
    );
    by_calcard
}

/// What Python's `vobject` understood.
pub(crate) fn read_by_vobject(text: &str) -> Calendar {
    read_by_python("vobject", include_str!("parsers/read_vobject.py"), text)
}

fn read_by_python(module: &str, script: &str, text: &str) -> Calendar {
    let answer = run_python(module, script, text);
    serde_json::from_slice(&answer).expect("the script prints JSON")
}

/// What a script of ours answers to questions, both in JSON.
pub(crate) fn ask_python<T: serde::de::DeserializeOwned>(
    module: &str,
    script: &str,
    questions: &[serde_json::Value],
) -> T {
    let questions = serde_json::to_string(questions).expect("questions");
    let answer = run_python(module, script, &questions);
    serde_json::from_slice(&answer).expect("the script prints JSON")
}

fn run_python(module: &str, script: &str, text: &str) -> Vec<u8> {
    require(module);
    let mut reader = Command::new(PYTHON)
        .args(["-c", script])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("python was there a moment ago");
    let mut stdin = reader.stdin.take().expect("a pipe was asked for");
    stdin
        .write_all(text.as_bytes())
        .expect("the script reads all of it");
    drop(stdin);
    let output = reader.wait_with_output().expect("the script ends");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "{module} refuses:\n{errors}\n{text}"
    );
    output.stdout
}

/// Fails with the cure if a Python module is missing: a test that needs it never passes without.
pub(crate) fn require(module: &str) {
    let output = Command::new(PYTHON)
        .args(["-c", &format!("import {module}")])
        .output();
    let there = output.is_ok_and(|output| output.status.success());
    assert!(
        there,
        "this test needs the Python module `{module}` for {PYTHON}: \
         run `apt-get install python3-{module}` (`tests/run` does it where it may)"
    );
}

/// What `calcard` understood.
pub(crate) fn read_by_calcard(text: &str) -> Calendar {
    let calendar =
        ICalendar::parse(text).unwrap_or_else(|entry| panic_with(text, &format!("{entry:?}")));
    let whole = calendar.components.first().expect("a VCALENDAR");
    let events = calendar
        .components
        .iter()
        .filter(|component| component.component_type == ICalendarComponentType::VEvent);
    Calendar {
        method: value(whole, &ICalendarProperty::Method),
        name: value(whole, &ICalendarProperty::Other("X-WR-CALNAME".to_owned())),
        events: events.map(event).collect(),
    }
}

#[expect(clippy::panic, reason = "a test's way to fail")]
fn panic_with(text: &str, why: &str) -> ! {
    panic!("calcard refuses: {why}\n{text}")
}

fn event(component: &ICalendarComponent) -> Event {
    use ICalendarParameterName as Parameter;
    use ICalendarProperty as Property;
    let text = |property: Property| value(component, &property);
    let moment = |property: Property| moment(component, &property);
    let parameter = |property: Property, name: Parameter| {
        let entry = component.property(&property)?;
        let value = entry.parameter(&name)?;
        value
            .as_text()
            .map(str::to_owned)
            .or_else(|| value.as_bool().map(upper))
    };
    Event {
        uid: text(Property::Uid),
        sequence: text(Property::Sequence)
            .and_then(|n| n.parse().ok())
            .expect("a SEQUENCE"),
        stamp: moment(Property::Dtstamp),
        start: moment(Property::Dtstart),
        end: moment(Property::Dtend),
        summary: text(Property::Summary),
        description: text(Property::Description),
        location: text(Property::Location),
        status: text(Property::Status),
        url: text(Property::Url),
        organizer: text(Property::Organizer),
        organizer_name: parameter(Property::Organizer, Parameter::Cn),
        attendee: text(Property::Attendee),
        attendee_name: parameter(Property::Attendee, Parameter::Cn),
        partstat: parameter(Property::Attendee, Parameter::Partstat),
        rsvp: parameter(Property::Attendee, Parameter::Rsvp),
    }
}

fn upper(yes: bool) -> String {
    if yes {
        "TRUE".to_owned()
    } else {
        "FALSE".to_owned()
    }
}

fn value(component: &ICalendarComponent, property: &ICalendarProperty) -> Option<String> {
    let value = component.property(property)?.values.first()?;
    value
        .as_text()
        .map(str::to_owned)
        .or_else(|| value.as_integer().map(|n| n.to_string()))
}

fn moment(component: &ICalendarComponent, property: &ICalendarProperty) -> Option<String> {
    let value = component
        .property(property)?
        .values
        .first()?
        .as_partial_date_time()?;
    assert_eq!(
        (value.tz_hour, value.tz_minute),
        (Some(0), Some(0)),
        "not UTC: {value:?}"
    );
    let moment = DateTime::from_timestamp(value.to_timestamp()?, 0)?;
    Some(moment.format("%Y-%m-%dT%H:%M:%SZ").to_string())
}
