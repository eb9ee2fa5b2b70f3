"""Times of day, and days with a time, as people write them → the value, or what stands in the way of reading it.

In: the text of a cell, cleaned, that is no plain `08:30` (or `2026-09-07 08:30`), and its column. Out: an `Odd`, or
None where the text is no time at all. Words stand in `ingest/words/written_time.yml`.

- Read: hours and minutes parted by a colon, point, comma, dash or words (`8.30`, `8-30`, `8 ч 30 мин`, `8 сағ.`),
  seconds, `2:15 PM`, and the part of a day that a spreadsheet keeps (`0.354166666666667`) where it is a whole second.
- Not read: hours and minutes that no clock shows (`24:61`), bare numbers (`8`, `8.3`, `830`: hours, minutes or a part
  of a day?), a range, letters in place of digits. Each is a finding, with the time where only one can be meant.
- A date-time has a day and a time. A day alone is not completed, a spreadsheet's count of days has two beginnings, and
  the time of another zone is not the one of Kazakhstan: all three are findings.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache

from ingest.read.cells.written.dates import SERIAL_BEGINS, SERIAL_BEGINS_ON_MAC, SERIALS, odd_date
from ingest.read.cells.written.odd_cell import Odd
from ingest.schema.forms.contract import FormField
from ingest.schema.texts.word_files import read_words
from ingest.schema.values.letters import digits_for_letters, plain_digits
from ingest.schema.values.moment import moment_words

_CLOCK = re.compile(r"(\d{1,2})(?: ?[:.,] ?|[-–—· ])(\d{2})(?:[:.](\d{2})(?:[.,](\d{1,9}))?)?")
_OF_HALF = re.compile(r"(?P<time>\d.{0,20}?) ?(?P<half>[apAP]\. ?[mM]\.?|[apAP][mM])")
_SPOKEN = re.compile(r"(\d{1,2}) ?([^\W\d]{1,8})\.?(?: ?(\d{1,2}) ?(?:([^\W\d]{1,8})\.?)?)?")
_PART_OF_DAY = re.compile(r"(\d?)[.,](\d+)(?:[eE]-(\d{1,2}))?")
_HOURS = re.compile(r"(\d{1,2})(?:[.,](\d))?")
_WITHOUT_MARK = re.compile(r"(\d{1,2})(\d{2})")
# The day on which a spreadsheet lets its count begin stands before a time that has no day.
_NO_DAY = re.compile(r"(?:1899-12-3[01]|1904-01-01)(?:[ T](\S{4,18}))?")
# The time at the end of a date-time, and where its zone is.
_TAIL = re.compile(
    r"(?<![ ,T])[ ,T]+(?P<time>\d{1,2}[:.]\d{2}(?:[:.]\d{2}(?:[.,]\d{1,9})?)?)"
    r"(?: ?(?P<half>[apAP]\. ?[mM]\.?|[apAP][mM]))?(?: ?(?P<zone>[zZ]|[+-]\d\d:?(?:\d\d)?))?$"
)
_TIME_FIRST = re.compile(r"(?P<time>\d{1,2}:\d{2}(?::\d{2})?)[ ,]+(?P<day>\d.*)")
_COUNT = re.compile(r"(\d{5})(?:[.,](\d{1,17}))?")
_HERE = timedelta(hours=5)
# Since that day all of the country has one time.
_ONE_ZONE_SINCE = datetime(2024, 3, 1)
_DAY = timedelta(days=1)
_SECONDS = 86_400
_NEAR = Decimal("0.05")
_FEWEST_DIGITS = 3
_HOURS_IN_DAY, _NOON, _IN_HOUR = 24, 12, 60


def odd_time(text: str, _: FormField) -> Odd | None:
    """What a text that is no plain time says; None where it says none."""
    plain = plain_digits(text)
    if found := _read(plain):
        return found
    mended = digits_for_letters(plain)
    meant = _read(mended) if mended != plain else None
    if meant is None:
        return None
    said = moment_words(meant.value) if isinstance(meant.value, time) else meant.suggestion
    return Odd(code="letters_for_digits", suggestion=said)


def odd_datetime(text: str, column: FormField) -> Odd | None:
    """What a text that is no plain date-time says; None where it says neither day nor time."""
    plain = plain_digits(text)
    if found := _COUNT.fullmatch(plain):
        return _counted(found)
    if first := _TIME_FIRST.fullmatch(plain):
        return _joined(odd_date(first["day"], column), _read(first["time"]), None)
    if tail := _TAIL.search(plain):
        day, clock = plain[: tail.start()], tail["time"] + (f" {tail['half']}" if tail["half"] else "")
        if tail["half"] and not re.match(r"\d{4}\D", day):
            return None  # who writes so may write the month first
        return _joined(odd_date(day, column), _read(clock), tail["zone"])
    return Odd(code="date_without_time") if odd_date(plain, column) else None


def _joined(day: Odd | None, clock: Odd | None, zone: str | None) -> Odd | None:
    """A day and a time that were read apart."""
    if day is None or clock is None:
        return None
    if not isinstance(clock.value, time):
        known = isinstance(day.value, date) and clock.suggestion
        return replace(clock, suggestion=f"{moment_words(day.value)} {clock.suggestion}" if known else None)  # type: ignore[arg-type]
    if not isinstance(day.value, date):
        said = f"{day.suggestion} {moment_words(clock.value)}" if day.suggestion else None
        return replace(day, suggestion=said)
    moment = datetime.combine(day.value, clock.value)
    return _here(moment, zone) if zone else Odd(value=moment)


def _here(moment: datetime, zone: str) -> Odd:
    """A moment whose zone is written: that of this country is read, another's is told in ours."""
    digits = re.sub(r"\D", "", zone)
    hours, minutes = int(digits[:2] or 0), int(digits[2:] or 0)
    ahead = timedelta(hours=hours, minutes=minutes) * (-1 if zone.startswith("-") else 1)
    if ahead == _HERE:
        return Odd(value=moment)
    is_told = _ONE_ZONE_SINCE <= moment <= datetime.max - 2 * _DAY
    said = moment_words((moment - ahead + _HERE).replace(microsecond=0)) if is_told else None
    return Odd(code="time_of_another_zone", suggestion=said)


def _counted(found: re.Match[str]) -> Odd | None:
    """A spreadsheet's count of days with its part of a day."""
    if int(found[1]) not in SERIALS:
        return None
    part = timedelta(seconds=round(Decimal(f"0.{found[2] or 0}") * _SECONDS))
    meant, other = (
        moment_words(datetime.combine(begins, time()) + timedelta(days=int(found[1])) + part)
        for begins in (SERIAL_BEGINS, SERIAL_BEGINS_ON_MAC)
    )
    return Odd(code="date_as_serial_number", suggestion=meant, params={"meant": meant, "other": other})


def _read(text: str) -> Odd | None:  # noqa: PLR0911 - one answer for each way to write
    if found := _NO_DAY.fullmatch(text):
        return _read(found[1] or "00:00")
    if found := _OF_HALF.fullmatch(text):
        return _of_half(found)
    if (found := _PART_OF_DAY.fullmatch(text)) and (part := _part_of_day(found)):
        return part
    if found := _CLOCK.fullmatch(text):
        return _shown(int(found[1]), int(found[2]), int(found[3] or 0), found[4])
    if found := _SPOKEN.fullmatch(text):
        return _spoken(found)
    if found := _HOURS.fullmatch(text):
        return _bare_hours(found)
    if found := _WITHOUT_MARK.fullmatch(text):
        meant = _shown(int(found[1]), int(found[2]))
        return _unclear(meant) if meant.value is not None else None
    return None


def _shown(hour: int, minute: int, second: int = 0, parts: str | None = None) -> Odd:
    """What a clock shows; a finding where none does."""
    if hour < _HOURS_IN_DAY and minute < _IN_HOUR and second < _IN_HOUR:
        read = datetime(2000, 1, 1, hour, minute, second)
        # A spreadsheet's part of a day is off by a few millionths of a second.
        read += timedelta(seconds=round(Decimal(f"0.{parts or 0}")))
        return Odd(value=read.time())
    is_midnight = (hour, minute, second) == (_HOURS_IN_DAY, 0, 0)
    return Odd(code="time_impossible", suggestion="00:00" if is_midnight else None)


def _of_half(found: re.Match[str]) -> Odd | None:
    """A time of the twelve-hour clock."""
    is_after_noon = found["half"][0] in "pP"
    read = _CLOCK.fullmatch(found["time"]) or _HOURS.fullmatch(found["time"])
    if read is None:
        return None
    hour = int(read[1])
    if read.re is _HOURS and read[2]:
        return None
    minute, second = (int(read[2]), int(read[3] or 0)) if read.re is _CLOCK else (0, 0)
    if not 1 <= hour <= _NOON:
        said = _shown(hour, minute, second)
        is_same = is_after_noon and isinstance(said.value, time) and hour > _NOON
        return Odd(code="time_impossible", suggestion=moment_words(said.value) if is_same else None)  # type: ignore[arg-type]
    return _shown(hour % _NOON + (_NOON if is_after_noon else 0), minute, second)


def _part_of_day(found: re.Match[str]) -> Odd | None:
    """The part of a day that a spreadsheet keeps; with two digits after the point it may be minutes as well."""
    whole, digits, smaller = found.groups()
    seconds = Decimal(f"{whole or 0}.{digits}").scaleb(-int(smaller or 0)) * _SECONDS
    if round(seconds) >= _SECONDS:
        return None
    meant = (datetime(2000, 1, 1) + timedelta(seconds=round(seconds))).time()
    is_exact = bool(smaller) or len(digits) >= _FEWEST_DIGITS
    if is_exact and abs(seconds - round(seconds)) <= _NEAR:
        return Odd(value=meant)
    if is_exact:
        minutes = (datetime(2000, 1, 1) + timedelta(minutes=round(seconds / _IN_HOUR))).time()
        return _unclear(Odd(value=minutes))
    other = _shown(0, int(digits.ljust(2, "0")))
    return _unclear(Odd(value=meant), other)


def _spoken(found: re.Match[str]) -> Odd | None:
    hour, hours, minute, minutes = found.groups()
    known_hours, known_minutes = _words()
    if hours.casefold() not in known_hours or (minutes and minutes.casefold() not in known_minutes):
        return None
    return _shown(int(hour), int(minute or 0))


@lru_cache(maxsize=1)
def _words() -> tuple[frozenset[str], frozenset[str]]:
    read = read_words("written_time")
    hours, minutes = (
        frozenset(word for words in read[unit].values() for word in words) for unit in ("hours", "minutes")
    )
    return hours, minutes


def _bare_hours(found: re.Match[str]) -> Odd | None:
    """`8` is an hour, or what is left of `8:00`; `8.3` what is left of `8.30`, or three tenths of an hour."""
    hour, tenth = int(found[1]), found[2]
    if tenth is None:
        whole = _shown(hour, 0)
        return _unclear(whole) if whole.value is not None else None
    left, parts = _shown(hour, int(tenth) * 10), _shown(hour, int(tenth) * 6)
    return _unclear(*(each for each in (left, parts) if each.value is not None))


def _unclear(*possible: Odd) -> Odd | None:
    """A number that is a time only by guess: suggested where one guess is left."""
    times = [moment_words(each.value) for each in possible if isinstance(each.value, time)]
    said = list(dict.fromkeys(times))
    if not said:
        return None
    return Odd(
        code="time_as_number",
        suggestion=said[0] if len(said) == 1 else None,
        params={"possible": " / ".join(said)},
    )
