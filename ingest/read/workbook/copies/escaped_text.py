"""Characters that Excel's open format writes by their number: `_x0410_` is «А», `_x005F_x0410_` is that very text.

In: cells as a library gives them, or a part of the workbook. Out: whether a cell may hold such a number, and the
part with the characters themselves. The libraries know the first 256 alone, and what they made of a text does not
tell any more whether it was written by numbers: so the parts are mended, not the cells. Other kinds of workbook have
no such writing: there `_x0410_` is what somebody typed.
"""

from __future__ import annotations

import re

from ingest.read.arrow import Column, pc
from ingest.read.cells.columns.column_text import holds_any

_SHOWN = re.compile(r"_x[0-9A-Fa-f]{4}_")
# A low line written by its number keeps what follows from being one.
_NUMBERED = re.compile(rb"(?<!_x005[Ff])_x(?!005[Ff])([0-9A-Fa-f]{4})_(?:_x([Dd][C-Fc-f][0-9A-Fa-f]{2})_)?")
_HIGH, _LOW = range(0xD800, 0xDC00), range(0xDC00, 0xE000)
_NO_CHARACTER = 0xFFFD


class EscapedTextError(Exception):
    """A cell shows a character by its number: the workbook is to be read from a mended copy."""


def shows_numbers(text: str) -> bool:
    """Whether a cell's text holds what may be a character's number."""
    return "_x" in text and bool(_SHOWN.search(text))


def column_shows_numbers(column: Column) -> bool:
    """Whether any cell of a column does."""
    return holds_any(column, "_") and bool(pc.any(pc.match_substring_regex(column, _SHOWN.pattern)).as_py())


def with_characters(part: bytes) -> bytes:
    """A part in XML with the characters in place of their numbers; those that no cell shows are left out."""
    return _NUMBERED.sub(_character, part) if b"_x" in part else part


def _character(found: re.Match[bytes]) -> bytes:
    number, second = int(found[1], 16), int(found[2], 16) if found[2] else 0
    if number in _HIGH and second in _LOW:
        return b"&#%d;" % (0x10000 + (number - 0xD800) * 0x400 + second - 0xDC00)
    # The second was looked at as the other half of this one alone.
    behind = b"&#%d;" % _whole(second) if second else b""
    if number < 32 and number not in (9, 10, 13):
        return behind
    return b"&#%d;%s" % (_whole(number), behind)


def _whole(number: int) -> int:
    return _NO_CHARACTER if number in _HIGH or number in _LOW or number in (0xFFFE, 0xFFFF) else number
