"""Reads iCalendar from stdin with python3-icalendar and prints what it understood as JSON.

One of three independent readers; see parsers.rs. Nothing is corrected here: what the library
refuses must fail the test.
"""

import json
import sys
from datetime import timezone

import icalendar


def moment(event, name):
    if name not in event:
        return None
    value = event.decoded(name)
    if value.tzinfo is None or value.utcoffset().total_seconds() != 0:
        raise ValueError(f"{name} is not UTC: {value!r}")
    return value.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def text(component, name):
    return None if name not in component else str(component[name])


def params(event, name):
    return {} if name not in event else {k: str(v) for k, v in event[name].params.items()}


def read(event):
    return {
        "uid": text(event, "UID"),
        "sequence": int(event["SEQUENCE"]),
        "stamp": moment(event, "DTSTAMP"),
        "start": moment(event, "DTSTART"),
        "end": moment(event, "DTEND"),
        "summary": text(event, "SUMMARY"),
        "description": text(event, "DESCRIPTION"),
        "location": text(event, "LOCATION"),
        "status": text(event, "STATUS"),
        "url": text(event, "URL"),
        "organizer": text(event, "ORGANIZER"),
        "organizer_name": params(event, "ORGANIZER").get("CN"),
        "attendee": text(event, "ATTENDEE"),
        "attendee_name": params(event, "ATTENDEE").get("CN"),
        "partstat": params(event, "ATTENDEE").get("PARTSTAT"),
        "rsvp": params(event, "ATTENDEE").get("RSVP"),
    }


calendar = icalendar.Calendar.from_ical(sys.stdin.buffer.read().decode("utf-8"))
events = [component for component in calendar.walk("VEVENT")]
for event in events:
    if event.errors:
        raise ValueError(event.errors)
json.dump(
    {
        "method": text(calendar, "METHOD"),
        "name": text(calendar, "X-WR-CALNAME"),
        "events": [read(event) for event in events],
    },
    sys.stdout,
)
