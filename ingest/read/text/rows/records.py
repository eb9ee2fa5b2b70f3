"""Lines of a csv → records, also where its quotes are not as they should be.

In: lines with their ends, a delimiter. Out: every record, cells as written; none is lost. A record whose
quotes cannot be followed is taken line by line, cut at each delimiter, and says so.
"""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

# A quote left open swallows the rest of the file: a record longer than this is not believed.
_MOST_LINES = 200
_MOST_CHARACTERS = 100_000


class _TooLongError(Exception):
    """A record that goes on for longer than any cell is."""


@dataclass(frozen=True)
class Record:
    """`stray_quote`: its quotes could not be followed. `consumed`: characters of the text up to its end."""

    cells: list[str]
    stray_quote: bool
    consumed: int


class _Lines:
    """The lines, with those given back first; remembers what the present record took."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self._again: deque[str] = deque()
        self.taken: list[str] = []
        self._length = 0

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        if len(self.taken) >= _MOST_LINES or self._length > _MOST_CHARACTERS:
            raise _TooLongError
        line = self._again.popleft() if self._again else next(self._lines)
        self.taken.append(line)
        self._length += len(line)
        return line

    def begin(self) -> None:
        self.taken.clear()
        self._length = 0

    def give_back(self, lines: list[str]) -> None:
        self._again.extendleft(reversed(lines))


def records(lines: Iterator[str], delimiter: str) -> Iterator[Record]:
    """Every record. `lines` end as in the file (opened with newline="")."""
    feed = _Lines(lines)
    reader = csv.reader(feed, delimiter=delimiter, strict=True)
    consumed = 0
    while True:
        feed.begin()
        try:
            cells, stray = next(reader), False
        except StopIteration:
            return
        except (csv.Error, _TooLongError):
            first, *rest = feed.taken
            feed.give_back(rest)
            feed.taken = [first]
            cells, stray = _literal(first, delimiter), True
            reader = csv.reader(feed, delimiter=delimiter, strict=True)
        consumed += sum(map(len, feed.taken))
        yield Record(cells, stray, consumed)


def _literal(line: str, delimiter: str) -> list[str]:
    """A line cut at every delimiter; quotes that enclose a whole cell are taken off."""
    return [_bare(cell) for cell in line.rstrip("\r\n").split(delimiter)]


def _bare(cell: str) -> str:
    trimmed = cell.strip()
    is_enclosed = len(trimmed) > 1 and trimmed[0] == trimmed[-1] == '"'
    return trimmed[1:-1].replace('""', '"') if is_enclosed else cell
