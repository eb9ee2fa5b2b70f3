"""A text of any size → its rows, a batch at a time.

In: the text of a file. Out: `Cut`: the dialect it is written in, and its rows, each line of the text in exactly
one. Only one batch is held at a time, so that a large text needs little more memory than itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from ingest.read.dialect import find_dialect
from ingest.read.remarks import Remarks, shown
from ingest.read.split import MOST_LINES, Dialect, Pattern, Row, mended, pattern_of, physical_lines, split

_SEPARATOR_LINE = re.compile(r"sep=(.|\\t)[ \t]*\r?\n?", re.IGNORECASE)


@dataclass(frozen=True)
class Cut:
    """How a text is cut. `stated`: its first line, where that states the delimiter and is no row of a table."""

    dialect: Dialect
    stated: str = ""

    def batches(self, text: str, size: int) -> Iterator[list[Row]]:
        """The rows of the text, about `size` characters of it at a time. Line numbers count within a batch."""
        if self.stated:
            yield [Row(1, 1, [self.stated.rstrip("\r\n")])]
        pattern: Pattern | None = None
        waiting: list[str] = []
        begin = len(self.stated)
        while begin < len(text):
            end = _end_of_lines(text, begin, size)
            lines = waiting + physical_lines(text[begin:end])
            rows = split(lines, self.dialect)
            begin = end
            if begin < len(text):
                # A row sees at most so many lines: those before the last have seen all of theirs.
                while rows and rows[-1].line > len(lines) - MOST_LINES:
                    rows.pop()
            taken = rows[-1].line - 1 + rows[-1].lines if rows else 0
            waiting = lines[taken:]
            begins = pattern is None
            pattern = pattern or pattern_of(rows)
            yield mended(rows, lines, self.dialect, pattern, begins=begins) if pattern else rows


def cut_of(text: str, remarks: Remarks) -> Cut:
    """How the text is cut; says so where that is uncertain."""
    stated = _SEPARATOR_LINE.match(text)
    if stated:
        # Excel's own first line; it binds Excel, so it is believed.
        delimiter = stated[1].replace("\\t", "\t")
        found = find_dialect(text[stated.end() : stated.end() + _LOOKED_AT]).dialect
        return Cut(replace(found, delimiter=delimiter), stated[0])
    choice = find_dialect(text)
    if not choice.sure:
        remarks.say("delimiter_unsure", delimiter=shown(choice.dialect.delimiter))
    return Cut(choice.dialect)


_LOOKED_AT = 1 << 20


def _end_of_lines(text: str, begin: int, size: int) -> int:
    """Where the last line ends that begins within `size` characters from `begin`."""
    if len(text) - begin <= size:
        return len(text)
    for mark in ("\n", "\r"):
        end = text.rfind(mark, begin, begin + size) + 1
        if end:
            return end + (mark == "\r" and text.startswith("\n", end))
    following = (text.find(mark, begin + size) + 1 for mark in ("\n", "\r"))
    return min((end for end in following if end), default=len(text))
