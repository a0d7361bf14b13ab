"""Reads rules as JSON from stdin, prints the dates python3-dateutil gives them, as JSON.

An independent reading of RFC 5545 for recurrence.rs, on the wall clock: no zone is in it.
"""

import itertools
import json
import sys
from datetime import datetime

from dateutil.rrule import rrulestr


def dates(rule, begins, latest, most):
    start = datetime.fromisoformat(begins)
    end = datetime.fromisoformat(latest)
    found = itertools.takewhile(lambda date: date <= end, rrulestr(rule, dtstart=start))
    return [date.date().isoformat() for date in itertools.islice(found, most)]


json.dump([dates(**asked) for asked in json.load(sys.stdin)], sys.stdout)
