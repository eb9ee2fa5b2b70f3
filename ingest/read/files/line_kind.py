"""What a text is by the look of its lines: a calendar, a dump of a database, the text of a program, a journal …

In: the beginning of a text. Out: the name of what it is (`ingest/words/file_kind.yml`), None for what may be a table.
The kinds are data: `text_kinds.toml` beside this module, which anyone can extend.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

_KINDS = Path(__file__).with_name("text_kinds.toml")
_MOST_LINES, _LONGEST = 200, 300
_ENDS = re.compile(r"\r\n|\r|\n")
_NEARLY_ALL = 0.9
_COLUMNS = 3
# A letter of UTF-8 cut in two at the end of what was looked at.
_CUT_OFF = 3


@dataclass(frozen=True)
class TextKind:
    """One entry of the list; the meaning of its keys stands there."""

    kind: str
    aside: str = ""
    first: str = ""
    holds: Sequence[str] = ()
    lines: str = ""
    share: float = _NEARLY_ALL
    least: int = 2

    def is_met_by(self, lines: Sequence[str]) -> bool:
        """Whether the lines are all it asks for."""
        if len(lines) < self.least:
            return False
        if self.first and not _looks_like(self.first)(self._first_of(lines)):
            return False
        if not all(any(map(_looks_like(expression), lines)) for expression in self.holds):
            return False
        return not self.lines or self._are_alike(lines)

    def _first_of(self, lines: Sequence[str]) -> str:
        """The first line that counts; empty where none does."""
        if not self.aside:
            return lines[0]
        is_aside = _looks_like(self.aside)
        return next((line for line in lines if not is_aside(line)), "")

    def _are_alike(self, lines: Sequence[str]) -> bool:
        looks, left = _looks_like(self.lines), (1 - self.share) * len(lines)
        for line in lines:
            if not looks(line):
                left -= 1
                if left < 0:  # most texts are none of these: their first lines say so
                    return False
        return True


@lru_cache(maxsize=1)
def text_kinds() -> tuple[TextKind, ...]:
    """The entries of the list, in its order."""
    read = tomllib.loads(_KINDS.read_text(encoding="utf-8"))
    return tuple(TextKind(**entry) for entry in read["entry"])


def line_kind(start: bytes, *, is_whole: bool) -> str | None:
    """What a text is that begins so; `is_whole`: nothing follows."""
    lines = _lines(start, is_whole=is_whole)
    is_parted = _is_parted(lines)
    entries = (entry for entry in text_kinds() if entry.first or not is_parted)
    return next((entry.kind for entry in entries if entry.is_met_by(lines)), None)


def _lines(start: bytes, *, is_whole: bool) -> list[str]:
    try:
        text = start.decode("utf-8")
    except UnicodeDecodeError as error:
        is_cut = not is_whole and error.start >= len(start) - _CUT_OFF
        text = start[: error.start].decode("utf-8") if is_cut else start.decode("cp1251", "replace")
    found = _ENDS.split(text)
    if not is_whole:
        found = found[:-1] or found
    return [line[:_LONGEST] for line in found if line.strip()][:_MOST_LINES]


def _is_parted(lines: Sequence[str]) -> bool:
    """Whether one delimiter parts nearly all lines into equally many columns."""
    for sign in ";\t|,":
        ((count, times),) = Counter(line.count(sign) for line in lines).most_common(1) or ((0, 0),)
        if count + 1 >= _COLUMNS and times >= _NEARLY_ALL * len(lines):
            return True
    return False


@lru_cache(maxsize=256)
def _looks_like(expression: str) -> Callable[[str], object]:
    """Whether a line begins so."""
    return re.compile(expression, re.IGNORECASE).match
