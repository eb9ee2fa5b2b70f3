"""Weeks and months that are missing from a row of them: a line is broken there and not drawn across.

In: rows whose codes are periods. Out: the same, with None where one is missing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta

from dashboards.reports.content import Row

_WEEK = re.compile(r"(\d{4})-W(\d\d)")
_MONTH = re.compile(r"(\d{4})-(\d\d)")
_MOST = 60
"""A longer gap is no gap but another row."""


def without_gaps_hidden(rows: Sequence[Row]) -> list[Row | None]:
    """The rows in their order, and nothing where the period between two of them is missing."""
    found: list[Row | None] = []
    before: int | None = None
    for row in rows:
        number = _number(row.code)
        if before is not None and number is not None and 1 < number - before <= _MOST:
            found.extend([None] * (number - before - 1))
        found.append(row)
        before = number
    return found


def _number(code: str) -> int | None:
    """A number that grows by one from a week to the next, or from a month; None for other codes."""
    if week := _WEEK.fullmatch(code):
        try:
            return (date.fromisocalendar(int(week[1]), int(week[2]), 1) - date.min) // timedelta(weeks=1)
        except ValueError:
            return None
    month = _MONTH.fullmatch(code)
    return int(month[1]) * 12 + int(month[2]) if month else None
