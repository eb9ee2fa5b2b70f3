"""A header over two or three rows → one text for each column.

In: the rows of a header from its top to its bottom. Out: for each column the ways its name may be written: what
stands at the bottom, both levels together, what stands above. A cell merged across leaves blank cells to its
right, one merged down leaves them below, in every format alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ingest.read.cells.cell_shape import kind

Cells = Sequence[str | None]

MOST_ROWS = 3
YEAR = re.compile(r"(19|20)\d\d([-/]\d\d(\d\d)?)?")
_VALUES = frozenset({"number", "date", "time", "address"})


def may_head(cells: Cells) -> bool:
    """Whether a row can be one of several that name columns: it holds words and no value."""
    filled = [cell for cell in cells if cell and cell.strip()]
    return bool(filled) and not any(kind(cell) in _VALUES for cell in filled)


def may_head_groups(cells: Cells) -> bool:
    """The same, years counting as words: they stand below groups."""
    return may_head([cell for cell in cells if not (cell and YEAR.fullmatch(cell.strip()))] or ["year"])


def windows(best: int, rows: Sequence[Cells]) -> Iterator[tuple[int, int]]:
    """First and last row of every header of several rows that the row `best` may be part of."""
    for depth in range(2, MOST_ROWS + 1):
        for top in range(max(0, best - depth + 1), best + 1):
            bottom = top + depth - 1
            if bottom < len(rows) and all(may_head_groups(rows[place]) for place in range(top, bottom + 1)):
                yield top, bottom


def ways(levels: Sequence[Cells], column: int) -> Iterator[str]:
    """How a column may be named, the likeliest first. One merged down has nothing below it."""
    parts = [_spread(cells, column) for cells in levels[:-1]] + [_cell(levels[-1], column)]
    own = [_cell(cells, column) for cells in levels]
    lowest = next((place for place in range(len(own) - 1, -1, -1) if own[place]), None)
    if lowest is None:
        return
    # What several levels say together goes before the lowest alone, which may be the whole name of another column.
    for top in range(lowest):
        yield joined(parts[top : lowest + 1])
    # A level between may be a title of a few columns, and no part of their names.
    for top in range(1, lowest):
        yield joined([*parts[:top], parts[lowest]])
    yield own[lowest]
    if lowest and own[lowest - 1]:
        yield own[lowest - 1]


def name_of(levels: Sequence[Cells], column: int) -> str:
    """The whole name of a column, for a person."""
    if not any(_cell(cells, column) for cells in levels):
        return ""
    return joined([*(_spread(cells, column) for cells in levels[:-1]), _cell(levels[-1], column)])


def joined(parts: Sequence[str]) -> str:
    """The levels from the top, each said once."""
    return " ".join(dict.fromkeys(part for part in parts if part))


def _cell(cells: Cells, column: int) -> str:
    return (cells[column] or "").strip() if column < len(cells) else ""


def _spread(cells: Cells, column: int) -> str:
    """The text of a cell, or of the one to its left that it was merged with."""
    while column >= 0:
        if text := _cell(cells, column):
            return text
        column -= 1
    return ""
