"""A table on its way into a file: what stands above it, its columns with their formats, its rows.

Values are rounded as the page shows them: a file says no more than its reader has seen.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

TEXT, NUMBER, SHARE, DAY, MOMENT = "text", "number", "share", "day", "moment"
_FORMAT = re.compile(r"^(?P<signed>\+)?(?P<grouped>,)?(?:\.(?P<places>\d+))?(?P<trimmed>~)?(?P<kind>[%fd])$")
_WRITES_A_FORMULA = re.compile(r"^\s*[=+\-@\t\r＝＋－＠]")


@dataclass(frozen=True)
class Column:
    """One column. `places`: decimals shown (of the percent, where it is a share), None where nothing says how many;
    `trimmed`: without zeros at the end, for shares and counts in one column; `signed`: a plus before what grew."""

    label: str
    kind: str = TEXT
    places: int | None = None
    grouped: bool = False
    trimmed: bool = False
    signed: bool = False


@dataclass(frozen=True)
class Table:
    """What goes into a file. `facts`: what the figures rest on, label and words; `constants`: those of them that each
    row of a csv repeats; `total`: a last row, of the same columns; `language`: kk or ru."""

    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Any]]
    language: str = "kk"
    facts: Sequence[tuple[str, str]] = ()
    constants: Sequence[tuple[str, str]] = ()
    total: Sequence[Any] | None = None
    period: str = ""
    publication: int | None = None
    as_of: datetime | None = None
    warnings: Sequence[str] = field(default_factory=tuple)


def numeric_column(label: str, d3: str | None) -> Column:
    """A column of numbers as a format of d3 (`.1%`, `,.0f`, `+,.1~f`, `d`) shows them; others leave them."""
    match = _FORMAT.match(d3 or "")
    if not match:
        return Column(label, NUMBER)
    kind = SHARE if match["kind"] == "%" else NUMBER
    places = 0 if match["kind"] == "d" else int(match["places"]) if match["places"] else None
    return Column(label, kind, places, *(bool(match[each]) for each in ("grouped", "trimmed", "signed")))


def rounded(value: Any, column: Column) -> Decimal | int | float | None:
    """A number as its page shows it; a share stays a share (0.427), rounded where its percent is (42.7 %)."""
    if value is None or isinstance(value, bool):
        return None if value is None else int(value)
    if column.places is None:
        return value if isinstance(value, int | float | Decimal) else None
    try:
        exact = value if isinstance(value, Decimal) else Decimal(value)
        shift = 2 if column.kind == SHARE else 0
        # Pages multiply first, in doubles, and round what comes out.
        shown = exact if shift == 0 else Decimal(float(value) * 100)
        step = Decimal(1).scaleb(-column.places)
        found = shown.quantize(step, ROUND_HALF_UP).scaleb(-shift)
    except (InvalidOperation, TypeError, ValueError, OverflowError):
        return None
    if column.trimmed and found == found.to_integral_value():
        found = found.quantize(Decimal(1))
    return found + 0 if found else abs(found)  # no minus before nothing


def whole_minute(value: datetime) -> datetime:
    """A moment without what follows its minute: 23:59:59.999999 is still that day."""
    return value.replace(second=0, microsecond=0, tzinfo=None)


def is_day(value: Any) -> bool:
    """Whether a value is a day, or a moment at which one begins."""
    if isinstance(value, datetime):
        return (value.hour, value.minute, value.second, value.microsecond) == (0, 0, 0, 0)
    return isinstance(value, date)


def is_formula(text: str) -> bool:
    """Whether a spreadsheet would compute what is only written there."""
    return bool(_WRITES_A_FORMULA.match(text))
