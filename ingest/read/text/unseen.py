"""Characters nobody sees, taken out of a text before it is cut into cells.

In: a decoded text, or the cells of a row. Out: the same without characters of Unicode's categories Cf (format: byte
order marks in the midst, soft hyphens, zero-width characters, marks of direction) and Cc (control: zeros, escapes),
and in which lines they stood. White space stays; so does a joiner where a script or a picture needs it, and a
control character that stands in nearly every line: it parts cells there.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from ingest.read.row_numbers import Runs
from ingest.schema.finding import Finding
from ingest.schema.letters import is_unseen

_JOINERS = "\u200c\u200d"
_SAMPLE, _NEARLY_ALL = 1 << 20, 0.9
_SHORT = 1 << 16


@dataclass(frozen=True)
class Cleaned:
    """`text` without unseen characters. `format_lines`, `control_lines`: 1-based lines in which one of the two kinds
    was, with how many there were."""

    text: str
    format_lines: Runs
    control_lines: Runs
    format_count: int = 0
    control_count: int = 0

    def findings(self, sheet: str | None = None) -> Iterator[Finding]:
        """What is to be said of it."""
        for code, lines, count in (
            ("unseen_characters", self.format_lines, self.format_count),
            ("control_characters", self.control_lines, self.control_count),
        ):
            if count:
                params = {"count": count, "lines": str(lines)}
                yield Finding(code, sheet, row=lines.first, params=params)


@lru_cache(maxsize=64)
def _pattern_of(marks: frozenset[str]) -> re.Pattern[str]:
    return re.compile(f"[{re.escape(''.join(sorted(marks)))}]")


def _marks_in(text: str) -> frozenset[str]:
    """The different unseen characters of a text."""
    if len(text) > _SHORT:
        from ingest.read.text.unseen_table import may_hold_unseen  # short texts need no numpy

        if not may_hold_unseen(text):
            return frozenset()
    return frozenset(filter(is_unseen, set(text)))


def without_unseen(text: str) -> Cleaned:
    """The text without what nobody sees."""
    marks = _marks_in(text)
    if not marks:
        return Cleaned(text, Runs(), Runs())
    found = {mark for mark in marks if _is_control(mark) and mark != "\0"}
    lines = [line for line in text[:_SAMPLE].splitlines() if line.strip()] if found else []
    parting = {
        mark for mark in found if sum(mark in line for line in lines) > max(1, _NEARLY_ALL * len(lines))
    }
    return _cleaned(text, marks, parting)


def without_unseen_in_cells(rows: Iterable[tuple[int, list[str]]]) -> Cleaned:
    """Rows of a sheet with their numbers, each list cleaned where it is; the `text` of the answer is empty."""
    said = _Count()
    for number, cells in rows:
        if said.looks_for(_marks_in("".join(cells))):
            cells[:] = [said.take(cell, number, ()) for cell in cells]
    return Cleaned("", said.format_lines, said.control_lines, said.format_count, said.control_count)


class _Count:
    """Takes unseen characters away and keeps account of them."""

    def __init__(self) -> None:
        self.format_lines, self.control_lines = Runs(), Runs()
        self.format_count = self.control_count = 0
        self._marks: re.Pattern[str] | None = None

    def looks_for(self, marks: frozenset[str]) -> bool:
        """From here on these are taken away; whether there are any."""
        self._marks = _pattern_of(marks) if marks else None
        return bool(marks)

    def take(self, text: str, number: int, kept: Container[str]) -> str:
        """The text of a line or cell without them."""
        pieces, done = [], 0
        for found in self._marks.finditer(text) if self._marks else ():
            mark, place = found[0], found.start()
            if mark in kept or (mark in _JOINERS and _joins(text, place)):
                continue
            pieces.append(text[done:place])
            done = place + 1
            if _is_control(mark):
                self.control_count += 1
                _add(self.control_lines, number)
            else:
                self.format_count += 1
                _add(self.format_lines, number)
        return "".join([*pieces, text[done:]])


def _cleaned(text: str, marks: frozenset[str], parting: set[str]) -> Cleaned:
    said = _Count()
    said.looks_for(marks)
    lines = re.split(r"(?<=\n)", text)
    for place, line in enumerate(lines):
        if not marks.isdisjoint(line):
            lines[place] = said.take(line, place + 1, parting)
    return Cleaned(
        "".join(lines), said.format_lines, said.control_lines, said.format_count, said.control_count
    )


def _add(lines: Runs, number: int) -> None:
    if not lines.ends_with(number):
        lines.add(number)


def _is_control(mark: str) -> bool:
    return unicodedata.category(mark) == "Cc"


def _joins(text: str, place: int) -> bool:
    """Whether a joiner stands behind a letter of a script that needs it, or a picture."""
    before = text[place - 1] if place else " "
    is_joining = unicodedata.bidirectional(before) in ("R", "AL") or "\u0900" <= before < "\u1100"
    return is_joining or unicodedata.category(before) in ("So", "Sk", "Mn", "Me")
