"""School days: which weeks ask for attendance at all.

In: segments of the school calendar (terms, breaks, public holidays) as plain values. Out: whether a day or a
period holds a day on which schools teach.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from ingest.schema.values.period import Period

_SUNDAY = 7
_HIGHEST = 12


@dataclass(frozen=True)
class Segment:
    """One row of the school calendar; both days included. Grades are given where it holds for some only."""

    segment: Literal["term", "break", "holiday"] | str
    start_date: date
    end_date: date
    grade_from: int | None = None
    grade_to: int | None = None


@dataclass(frozen=True)
class SchoolCalendar:
    """The segments of any number of school years. Without any, every day but Sunday counts as a school day.

    Schools decide themselves between five and six days, so Saturday may be one. A break of some grades only
    leaves the day a school day.
    """

    segments: tuple[Segment, ...] = ()

    @classmethod
    def of(cls, segments: Iterable[Segment]) -> SchoolCalendar:
        """The calendar made of these segments."""
        return cls(tuple(segments))

    def is_school_day(self, day: date, grade: int | None = None) -> bool:
        """Whether any school may teach on that day; with `grade`, whether that grade may be taught."""
        if day.isoweekday() == _SUNDAY:
            return False
        covering = {part.segment for part in self.segments if _covers(part, day, grade)}
        if covering & {"break", "holiday"}:
            return False
        return "term" in covering or not self._knows_terms_of(day)

    def has_school_day(self, period: Period) -> bool:
        """Whether the period holds at least one day on which any school may teach."""
        return any(self.is_school_day(day) for day in _days(period))

    def _knows_terms_of(self, day: date) -> bool:
        year = Period.containing("school_year", day)
        return any(part.segment == "term" and part.start_date in year for part in self.segments)


def _covers(part: Segment, day: date, grade: int | None) -> bool:
    if not part.start_date <= day <= part.end_date:
        return False
    if part.grade_from is None and part.grade_to is None:
        return True
    return grade is not None and (part.grade_from or 0) <= grade <= (
        _HIGHEST if part.grade_to is None else part.grade_to
    )


def _days(period: Period) -> Iterator[date]:
    day = period.start
    while day <= period.end:
        yield day
        day += timedelta(days=1)
