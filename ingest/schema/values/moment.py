"""Days, times of day and moments as contracts, suites and codelists write them.

In: an ISO text: `2026-09-07`, `08:30`, `08:30:15`, `2026-09-07T08:30`. Out: the `date`, `time` or `datetime` it says;
and how people of the country write one.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time
from typing import Any

Moment = date | time | datetime

_ISO = (
    (re.compile(r"\d{4}-\d{2}-\d{2}"), date.fromisoformat),
    (re.compile(r"\d{2}:\d{2}(:\d{2})?"), time.fromisoformat),
    (re.compile(r"\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}(:\d{2})?"), datetime.fromisoformat),
)
_SQL = {date: "DATE", time: "TIME", datetime: "TIMESTAMP"}


def read_moment(text: str) -> Moment | None:
    """The day, time or moment that an ISO text says, None where it says none."""
    if not text.isascii():
        return None
    for pattern, reads in _ISO:
        if pattern.fullmatch(text):
            try:
                return reads(text)
            except ValueError:
                return None
    return None


def as_moment(value: Any) -> Any:
    """What a bound of a contract says: YAML reads days by itself, and leaves times as texts."""
    return (read_moment(value) or value) if isinstance(value, str) else value


def moment_words(moment: Moment) -> str:
    """As it is written in the country: `07.09.2026`, `08:30`, `07.09.2026 08:30`; seconds where there are any."""
    if isinstance(moment, time):
        return f"{moment:%H:%M:%S}" if moment.second else f"{moment:%H:%M}"
    day = f"{moment.day:02}.{moment.month:02}.{moment.year:04}"
    return f"{day} {moment_words(moment.time())}" if isinstance(moment, datetime) else day


def moment_sql(moment: Moment) -> str:
    """The SQL literal of one."""
    return f"{_SQL[type(moment)]} '{moment.isoformat()}'"
