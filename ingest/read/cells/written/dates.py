"""Dates as people write them → the day, or what stands in the way of reading it.

In: the text of a cell, cleaned, that is no plain `2026-09-01` or `01.09.2026`, and its column. Out: an `Odd`, or
None where the text is no date at all. Words of dates stand in `ingest/words/written_date.yml`.

- Read: day, month and year in any order that only one day fits: a month by its name in Kazakh, Russian or
  English or by a Roman numeral, a year of four digits, any marks between, a time of day, the day of the week if it
  is right, eight digits without marks.
- Not read: a year of two digits (a person's century is not for us to guess), a thirteenth month (day and month
  were swapped), a bare number (a spreadsheet's count of days has two beginnings), letters in place of digits. Each
  is a finding with the date that was probably meant.
- Not read either: an evening in the time of Greenwich or another zone (`2026-08-31T19:00:00Z` is the midnight of 1
  September), a time that no clock shows, and a time with AM or PM, since who writes so may write the month first.
- `03.04.2026` and `03/04/2026` are the 3rd of April: the country writes the day first.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from ingest.read.cells.written.odd_cell import Odd
from ingest.schema.forms.contract import FormField
from ingest.schema.texts.word_files import read_words
from ingest.schema.values.letters import digits_for_letters, folded_text, plain_digits, without_kazakh_letters

_WORDS = "written_date"
# No clock shows 24:00 or 25:61: with such a time behind it, nobody knows which day is meant.
_TIME = re.compile(
    r"(?<![ ,T])[ ,T]+([01]?\d|2[0-3]):([0-5]\d)(:[0-5]\d([.,]\d+)?)?( ?Z| ?([+-])(0\d|1[0-4]):?([0-5]\d))?$"
)
# Minutes that the clocks of Kazakhstan are ahead of Greenwich: five or six hours, until 2004 seven in many summers.
_AHEAD, _MOST_AHEAD, _LEAST_AHEAD = 360, 420, 300
_LAST_YEAR_OF_SUMMER_TIME = 2004
_DAY = 1440
_PARTS = re.compile(r"\d+|[^\W\d_]+|[^\w ]|_")
_MARKS = frozenset(".,-‐‑‒–—―−－/\\_．，／:;()«»\"'“”„’")
_DASHED = re.compile(r"(?<!\d)\d\d([-‐‑‒–—―−－])\d\d\1\d\d(?!\d)")
_EIGHT_DIGITS = re.compile(r"(\d{8})(\.0+)?")
# The count of days that a spreadsheet keeps, in the order of years that a report can speak of: 1927 to 2099.
_SERIAL = re.compile(r"(\d{5})([.,]\d+)?")
SERIALS = range(10_000, 73_051)
SERIAL_BEGINS, SERIAL_BEGINS_ON_MAC = date(1899, 12, 30), date(1904, 1, 1)
_CENTURIES = (1900, 2000)
# No report speaks of a later one.
_LAST_YEAR = 2049
_SHORT, _LONG = 2, 4
_LEAP = 2000
_MONTHS_IN_YEAR = 12


@dataclass(frozen=True)
class _Words:
    """Folded word → what it says. `plain`: words that say nothing more about the day."""

    months: Mapping[str, int]
    weekdays: Mapping[str, int]
    plain: frozenset[str]


@dataclass
class _Parts:
    """What a text is made of: its numbers as written, in order, and what its words say."""

    numbers: list[str]
    months: set[int]
    weekdays: set[int]


@lru_cache(maxsize=1)
def _words() -> _Words:
    read = read_words(_WORDS)
    months = {
        word: month for month, said in read["months"].items() for words in said.values() for word in words
    }
    weekdays = {word: day for day, words in read["weekdays"].items() for word in words}
    return _Words(
        _folded(months), _folded(weekdays), frozenset(_folded(dict.fromkeys(read["year"] + read["ordinals"])))
    )


def _folded(words: Mapping[str, Any]) -> dict[str, Any]:
    """Each word as it is looked up: also without Kazakh letters. Raises ValueError when a word means two things."""
    folded: dict[str, Any] = {}
    for word, meaning in words.items():
        for written in {folded_text(word), without_kazakh_letters(folded_text(word))}:
            if folded.setdefault(written, meaning) != meaning:
                raise ValueError(f"{_WORDS}: {word!r} has two meanings")
    return folded


def odd_date(text: str, column: FormField) -> Odd | None:
    """What a text that is no plain date says; None where it says no day."""
    plain = plain_digits(text)
    if found := _counted(plain, column) or _read(plain, column):
        return found
    mended = digits_for_letters(plain)
    meant = _read(mended, column) if mended != plain else None
    if meant is None:
        return None
    day = _written(meant.value) if isinstance(meant.value, date) else meant.suggestion
    return Odd(code="letters_for_digits", suggestion=day)


def _counted(text: str, column: FormField) -> Odd | None:
    """A bare number that a spreadsheet would show as a date: the date it means, and on a Mac meant once."""
    found = _SERIAL.fullmatch(text)
    if not found or int(found[1]) not in SERIALS:
        return None
    days = timedelta(days=int(found[1]))
    meant, on_mac = SERIAL_BEGINS + days, SERIAL_BEGINS_ON_MAC + days
    if not _within(meant, column) and _within(on_mac, column):
        meant, on_mac = on_mac, meant
    params = {"meant": _written(meant), "other": _written(on_mac)}
    return Odd(code="date_as_serial_number", suggestion=_written(meant), params=params)


def _read(text: str, column: FormField) -> Odd | None:
    if found := _EIGHT_DIGITS.fullmatch(text):
        return _without_marks(found[1])
    if (found := _TIME.search(text)) and found[5]:
        return _of_another_zone(text[: found.start()], found, column)
    parts = _parts(_TIME.sub("", text))
    order = _order(parts) if parts else None
    if parts is None or order is None:
        return None
    year, month, day = order
    if len(year) == _SHORT:
        return _of_two_digits(_short_readings(text, order), column)
    if found_day := _day(int(year), int(month), int(day)):
        is_right = not parts.weekdays or parts.weekdays == {found_day.isoweekday()}
        return Odd(value=found_day) if is_right else None
    swapped = _day(int(year), int(day), int(month)) if int(month) > _MONTHS_IN_YEAR else None
    return Odd(code="day_and_month_swapped", suggestion=_written(swapped)) if swapped else None


def _of_another_zone(text: str, time: re.Match[str], column: FormField) -> Odd | None:
    """A day with a time of Greenwich or another zone: a finding where the next day has begun here by then.

    A program wrote the midnight of the next day so.
    """
    read = _read(text, column)
    if read is None or not isinstance(read.value, date):
        return read
    zone = (int(time[7]) * 60 + int(time[8])) * (-1 if time[6] == "-" else 1) if time[6] else 0
    if zone >= _LEAST_AHEAD:  # of this country, or of one where the day begins earlier
        return read
    minutes = int(time[1]) * 60 + int(time[2]) - zone
    is_old = read.value.year <= _LAST_YEAR_OF_SUMMER_TIME
    is_midnight = is_old and (minutes + _MOST_AHEAD) % _DAY == 0
    days = (minutes + (_MOST_AHEAD if is_midnight else _AHEAD)) // _DAY
    if not days:
        return read
    try:
        meant = _written(read.value + timedelta(days=days))
    except OverflowError:
        return None
    return Odd(code="day_in_universal_time", suggestion=meant, params={"meant": meant})


def _without_marks(digits: str) -> Odd | None:
    """Eight digits. A year of this time or the last ends in no month, so one order at most fits."""
    for year, month, day in ((digits[:4], digits[4:6], digits[6:]), (digits[4:], digits[2:4], digits[:2])):
        found = _day(int(year), int(month), int(day))
        if found and found.year // 100 * 100 in _CENTURIES:
            return Odd(value=found)
    return None


def _parts(text: str) -> _Parts | None:
    """The numbers and words of a text; None where something in it belongs to no date."""
    parts = _Parts([], set(), set())
    for part in _PARTS.findall(text):
        if part[0].isdecimal():
            parts.numbers.append(part)
            continue
        said = _said(part)
        if said is None:
            return None
        kind, number = said
        if kind == "month":
            parts.months.add(number)
        elif kind == "weekday":
            parts.weekdays.add(number)
    return parts


@lru_cache(maxsize=4096)
def _said(part: str) -> tuple[str, int] | None:
    """What a word or mark says, as `month` or `weekday` with its number, or `nothing`; None where it is unknown."""
    known, word = _words(), folded_text(part)
    if word in known.months:
        return "month", known.months[word]
    if word in known.weekdays:
        return "weekday", known.weekdays[word]
    return ("nothing", 0) if part in _MARKS or word in known.plain else None


def _order(parts: _Parts) -> tuple[str, str, str] | None:
    """Year, month and day as written; None where the numbers do not show which is which."""
    numbers = list(parts.numbers)
    if len(parts.months) == 1:
        # Between the two numbers, so that the rest reads like a date in digits.
        numbers.insert(1, f"{parts.months.copy().pop():02}")
    if len(numbers) != 3 or len(parts.months) > 1 or len(parts.weekdays) > 1:
        return None
    widths = [len(number) for number in numbers]
    if widths[0] == _LONG and max(widths[1:]) <= _SHORT:
        return numbers[0], numbers[1], numbers[2]
    if widths[2] in (_SHORT, _LONG) and max(widths[:2]) <= _SHORT:
        return numbers[2], numbers[1], numbers[0]
    return None


def _short_readings(text: str, order: tuple[str, str, str]) -> list[tuple[int, int, int]]:
    """Year, month and day in every order that three numbers of two digits may stand in: the usual one first; between
    dashes programs put the year first; day and month change places only where no other order makes a day."""
    year, month, day = map(int, order)
    readings = [(year, month, day)]
    if _DASHED.search(text):
        readings.append((day, month, year))
    possible = [(a, b, c) for a, b, c in readings if 1 <= b <= _MONTHS_IN_YEAR and _day(_LEAP, b, c)]
    return possible or [(year, day, month)]


def _of_two_digits(readings: list[tuple[int, int, int]], column: FormField) -> Odd | None:
    """A year without its century: suggested where the column's own bounds leave one day.

    A column without a lower bound speaks of the reporting period, so of this century.
    """
    days: list[date] = []
    for year, month, day in readings:
        found = [each for century in _CENTURIES if (each := _day(century + year, month, day))]
        found = [each for each in found if each.year <= _LAST_YEAR and _within(each, column)]
        days += [
            each for each in (found[-1:] if column.constraints.minimum is None else found) if each not in days
        ]
    if not days:
        return None
    possible = [_written(found) for found in days]
    suggestion = possible[0] if len(possible) == 1 else None
    return Odd(code="year_of_two_digits", suggestion=suggestion, params={"possible": " / ".join(possible)})


def _within(day: date, column: FormField) -> bool:
    lowest, highest = (
        bound.date() if isinstance(bound, datetime) else bound
        for bound in (column.constraints.minimum, column.constraints.maximum)
    )
    return not (isinstance(lowest, date) and day < lowest) and not (
        isinstance(highest, date) and day > highest
    )


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _written(day: date) -> str:
    return f"{day.day:02}.{day.month:02}.{day.year:04}"
