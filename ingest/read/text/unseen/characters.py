"""Characters nobody sees, taken out of a text before it is cut into cells.

In: a decoded text, or the cells of a row. Out: the same without characters of Unicode's categories Cf (format: byte
order marks in the midst, soft hyphens, zero-width characters, marks of direction) and Cc (control: zeros, escapes) and
without what Unicode calls ignorable (selectors of variants, fillers), and in which lines they stood; what breaks a line
unseen (categories Zl and Zp, vertical tabs, form feeds, separators of records) becomes a space. White space stays; so
does what a script or a picture needs (`meaning`), and a control character that stands in nearly every line or in place
of their ends: it parts cells or records there.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from ingest.read.row_numbers import Runs
from ingest.read.text.unseen.joined_files import MARK, with_ends_between
from ingest.read.text.unseen.meaning import has_meaning
from ingest.schema.texts.finding import Finding
from ingest.schema.values.letters import breaks_lines, is_unseen

_BREAKS = "breaks_in_cells"
_SAMPLE, _NEARLY_ALL = 1 << 20, 0.9
_SHORT = 1 << 16


@dataclass(frozen=True)
class Cleaned:
    """`text` without unseen characters. `lines`: code of the finding → 1-based lines in which characters of its kind
    were; `counts`: how many there were."""

    text: str
    lines: Mapping[str, Runs] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)

    def findings(self, sheet: str | None = None) -> Iterator[Finding]:
        """What is to be said of it."""
        for code, count in self.counts.items():
            params = {"count": count, "lines": str(self.lines[code])}
            yield Finding(code, sheet, row=self.lines[code].first, params=params)


@lru_cache(maxsize=64)
def _pattern_of(marks: frozenset[str]) -> re.Pattern[str]:
    return re.compile(f"[{re.escape(''.join(sorted(marks)))}]")


def _marks_in(text: str) -> frozenset[str]:
    """The different unseen characters of a text."""
    if len(text) > _SHORT:
        from ingest.read.text.unseen.in_text import may_hold_unseen  # short texts need no numpy

        if not may_hold_unseen(text):
            return frozenset()
    return frozenset(mark for mark in set(text) if is_unseen(mark) or breaks_lines(mark))


def without_unseen(text: str) -> Cleaned:
    """The text without what nobody sees; where a mark tells that another file begins, a line ends."""
    marks = _marks_in(text)
    if not marks:
        return Cleaned(text)
    if MARK in marks:
        text = with_ends_between(text)
    sample = text[:_SAMPLE]
    return _cleaned(text, marks, {mark for mark in marks if _may_part(mark) and _parts(sample, mark)})


def _may_part(mark: str) -> bool:
    return (_is_control(mark) and mark != "\0") or breaks_lines(mark)


def _parts(text: str, mark: str) -> bool:
    """Whether a control character parts the cells of nearly every line, or the records of a text without lines."""
    lines = [line for line in re.split(r"\r\n|\r|\n", text) if line.strip()]
    if len(lines) < 2:
        return text.count(mark) > 1
    return sum(mark in line for line in lines) > max(1, _NEARLY_ALL * len(lines))


def without_unseen_in_cells(rows: Iterable[tuple[int, list[str]]]) -> Cleaned:
    """Rows of a sheet with their numbers, each list cleaned where it is; the `text` of the answer is empty."""
    said = _Count()
    for number, cells in rows:
        if said.looks_for(_marks_in("".join(cells))):
            cells[:] = [said.take(cell, number, ()) for cell in cells]
    return Cleaned("", said.lines, said.counts)


class _Count:
    """Takes unseen characters away and keeps account of them."""

    def __init__(self) -> None:
        self.lines: dict[str, Runs] = {}
        self.counts: dict[str, int] = {}
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
            if mark in kept or has_meaning(text, place):
                continue
            code = _code_of(mark)
            pieces += [text[done:place], " "] if code == _BREAKS else [text[done:place]]
            done = place + 1
            self.counts[code] = self.counts.get(code, 0) + 1
            lines = self.lines.setdefault(code, Runs())
            if not lines.ends_with(number):
                lines.add(number)
        return "".join([*pieces, text[done:]])


def _cleaned(text: str, marks: frozenset[str], parting: set[str]) -> Cleaned:
    said = _Count()
    said.looks_for(marks)
    lines = re.split(r"(?<=\n)", text)
    for place, line in enumerate(lines):
        if not marks.isdisjoint(line):
            lines[place] = said.take(line, place + 1, parting)
    return Cleaned("".join(lines), said.lines, said.counts)


@lru_cache(maxsize=1 << 10)
def _code_of(mark: str) -> str:
    """The finding on characters of this kind."""
    if breaks_lines(mark):
        return _BREAKS
    return "control_characters" if _is_control(mark) else "unseen_characters"


def _is_control(mark: str) -> bool:
    return unicodedata.category(mark) == "Cc"
