"""Reporting periods: the text a submitter writes (`2026-W36`) and the days it covers.

In: a kind and a text, or a kind and a day. Out: a `Period` with its first and last day.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta, timezone
from typing import Literal, get_args

# The whole country keeps UTC+5 since 1 March 2024, without summer time.
LOCAL_TIME = timezone(timedelta(hours=5))
PeriodKind = Literal["as_of", "school_year", "term", "quarter", "month", "week"]
PERIOD_KINDS: tuple[PeriodKind, ...] = get_args(PeriodKind)

# The school year of Kazakhstan turns on 1 September (orders on the school-year calendar).
_SCHOOL_YEAR_MONTH = 9
# The months a term is reported for, first and last. Its days differ from year to year and stand in the school
# calendar; every calendar so far keeps the lessons of a term inside these months. The summer has no term.
_TERM_MONTHS = {1: (9, 10), 2: (11, 12), 3: (1, 3), 4: (4, 5)}
# Once dashes are one dash and the words of a school year are gone; a day and a month as they are said, too.
_PATTERNS: dict[PeriodKind, str] = {
    "as_of": r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})"
    r"|(?P<said_day>[0-9]{1,2})\.(?P<said_month>[0-9]{1,2})\.(?P<said_year>[0-9]{4})",
    "school_year": r"(?P<year>[0-9]{4})-(?P<until>[0-9]{4}|[0-9]{2})",
    "term": r"(?P<year>[0-9]{4})-(?P<until>[0-9]{4}|[0-9]{2})[- ]?T(?P<number>[1-4])",
    "quarter": r"(?P<year>[0-9]{4})[- ]?Q(?P<number>[1-4])",
    "month": r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})|(?P<said_month>[0-9]{2})\.(?P<said_year>[0-9]{4})",
    "week": r"(?P<year>[0-9]{4})[- ]?W(?P<number>[0-9]{2})",
}
_DASH = re.compile(" ?[-‐‑‒–—―−/] ?")
_YEAR_WORDS = re.compile(r" ?(?:ОҚУ ЖЫЛЫ|УЧЕБНЫЙ ГОД|УЧ\. ?ГОД|SCHOOL YEAR) ?")
EXAMPLES: dict[PeriodKind, str] = {
    "as_of": "2026-07-17",
    "school_year": "2026-2027",
    "term": "2026-2027-T1",
    "quarter": "2026-Q3",
    "month": "2026-09",
    "week": "2026-W36",
}


class PeriodError(ValueError):
    """A text that names no period of its kind. Carries `kind`, `text` and an `example`."""

    def __init__(self, kind: PeriodKind, text: str) -> None:
        self.kind, self.text, self.example = kind, text, EXAMPLES[kind]
        super().__init__(f"{text!r} is not a {kind} period; write it like {self.example}")


@dataclass(frozen=True, order=True)
class Period:
    """One reporting period: `start` and `end` are its first and last day, both included."""

    kind: PeriodKind
    text: str
    start: date
    end: date

    @classmethod
    def parse(cls, kind: PeriodKind, text: str) -> Period:
        """The period that `text` names, whichever way people write it; its own `text` is always the one way.

        `2026/27`, `2026–27` and `2026-2027 оқу жылы` are the school year `2026-2027`, `2026-27-T1` is the term
        `2026-2027-T1`, `09.2026` the month `2026-09`. Raises PeriodError.
        """
        found = re.fullmatch(_PATTERNS[kind], _plainly(kind, text))
        if not found:
            raise PeriodError(kind, text)
        written = {name.removeprefix("said_"): int(part) for name, part in found.groupdict().items() if part}
        until = found.groupdict().get("until")
        if until and until != f"{written['year'] + 1:04d}"[-len(until) :]:
            raise PeriodError(kind, text)
        try:
            return cls.containing(kind, _first_day(kind, written))
        except (ValueError, OverflowError) as error:
            raise PeriodError(kind, text) from error

    @classmethod
    def containing(cls, kind: PeriodKind, day: date) -> Period:
        """The period of that kind in which `day` lies; for a day of the summer the term that follows."""
        if kind == "as_of":
            return cls(kind, day.isoformat(), day, day)
        if kind == "week":
            year, week, weekday = day.isocalendar()
            start = day - timedelta(days=weekday - 1)
            return cls(kind, f"{year:04d}-W{week:02d}", start, start + timedelta(days=6))
        if kind == "month":
            return cls(kind, f"{day.year:04d}-{day.month:02d}", day.replace(day=1), _month_end(day))
        if kind == "quarter":
            number = (day.month + 2) // 3
            start = date(day.year, 3 * number - 2, 1)
            return cls(kind, f"{day.year:04d}-Q{number}", start, _month_end(date(day.year, 3 * number, 1)))
        if kind == "term":
            return cls._term_containing(day)
        year = day.year if day.month >= _SCHOOL_YEAR_MONTH else day.year - 1
        return cls(kind, _school_year(year), date(year, 9, 1), date(year + 1, 8, 31))

    @classmethod
    def _term_containing(cls, day: date) -> Period:
        number = next((term for term, (_, last) in _TERM_MONTHS.items() if term > 2 and day.month <= last), 1)
        number = 2 if day.month > _TERM_MONTHS[1][1] else number
        first, last = _TERM_MONTHS[number]
        began = day.year if number < 3 else day.year - 1
        end = _month_end(date(day.year, last, 1))
        return cls("term", f"{_school_year(began)}-T{number}", date(day.year, first, 1), end)

    def next(self) -> Period:
        """The period of the same kind that begins the day after this one ends, after the summer for a term."""
        return Period.containing(self.kind, self.end + timedelta(days=1))

    def is_named(self, text: str) -> bool:
        """Whether a text names this period, whichever way it is written."""
        try:
            return Period.parse(self.kind, text) == self
        except PeriodError:
            return False

    def __contains__(self, day: date) -> bool:
        return self.start <= day <= self.end


def _school_year(began: int) -> str:
    """A school year as it is written everywhere, in the name of a term too."""
    return f"{began:04d}-{began + 1:04d}"


def periods(kind: PeriodKind, first: date, last: date) -> Iterator[Period]:
    """Every period of that kind that has a day from `first` to `last`, in order; none for `as_of`."""
    if kind == "as_of":
        return
    period = Period.containing(kind, first)
    while period.start <= last:
        yield period
        period = period.next()


def _plainly(kind: PeriodKind, text: str) -> str:
    """One kind of dash, capitals, no words beside a school year; the Cyrillic letter of a term as the Latin one."""
    plain = _DASH.sub("-", " ".join(text.split())).upper()
    if kind in ("school_year", "term"):
        plain = _YEAR_WORDS.sub(" ", plain).strip().replace("Т", "T")
    return plain


def _first_day(kind: PeriodKind, written: dict[str, int]) -> date:
    year = written["year"]
    if kind == "as_of":
        return date(year, written["month"], written["day"])
    if kind == "week":
        return date.fromisocalendar(year, written["number"], 1)
    if kind == "month":
        return date(year, written["month"], 1)
    if kind == "quarter":
        return date(year, 3 * written["number"] - 2, 1)
    if kind == "term":
        number = written["number"]
        return date(year if number < 3 else year + 1, _TERM_MONTHS[number][0], 1)
    return date(year, _SCHOOL_YEAR_MONTH, 1)


def _month_end(day: date) -> date:
    following = day.replace(day=28) + timedelta(days=4)
    return following - timedelta(days=following.day)
