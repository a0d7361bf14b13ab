"""Reads iCalendar from stdin with python3-vobject and prints what it understood as JSON.

One of three independent readers; see parsers.rs. `validate` holds the object against the
library's own list of what must and what may be there once.
"""

import json
import sys

import vobject


def line(component, name):
    return getattr(component, name.lower().replace("-", "_"), None)


def text(component, name):
    found = line(component, name)
    return None if found is None else found.value


def param(component, name, key):
    found = line(component, name)
    return None if found is None else getattr(found, key.lower() + "_param", None)


def moment(event, name):
    value = text(event, name)
    if value is None:
        return None
    if value.tzinfo is None or value.utcoffset().total_seconds() != 0:
        raise ValueError(f"{name} is not UTC: {value!r}")
    return value.strftime("%Y-%m-%dT%H:%M:%SZ")


def read(event):
    return {
        "uid": text(event, "UID"),
        "sequence": int(text(event, "SEQUENCE")),
        "stamp": moment(event, "DTSTAMP"),
        "start": moment(event, "DTSTART"),
        "end": moment(event, "DTEND"),
        "summary": text(event, "SUMMARY"),
        "description": text(event, "DESCRIPTION"),
        "location": text(event, "LOCATION"),
        "status": text(event, "STATUS"),
        "url": text(event, "URL"),
        "organizer": text(event, "ORGANIZER"),
        "organizer_name": param(event, "ORGANIZER", "CN"),
        "attendee": text(event, "ATTENDEE"),
        "attendee_name": param(event, "ATTENDEE", "CN"),
        "partstat": param(event, "ATTENDEE", "PARTSTAT"),
        "rsvp": param(event, "ATTENDEE", "RSVP"),
    }


calendar = vobject.readOne(sys.stdin.buffer.read().decode("utf-8"))
calendar.validate(raiseException=True)
json.dump(
    {
        "method": text(calendar, "METHOD"),
        "name": text(calendar, "X-WR-CALNAME"),
        "events": [read(event) for event in calendar.contents.get("vevent", [])],
    },
    sys.stdout,
)
