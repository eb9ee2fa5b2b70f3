"""Two tables that stand side by side on a sheet, read as one because their rows are the same rows.

In: a table as it was found. Out: the blank column between two parts of it that do not belong together. No cell is
looked at twice, whatever the number of columns.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

from ingest.read.tables.table import Table

_FEWEST_NAMES = 2
"""Names on either side: of fewer, what stands there is a column with a gap beside it."""


def column_between(table: Table) -> int:
    """The 1-based blank column on both sides of which tables of their own seem to stand; 0 where there is none.

    They say the same name, or one ends above the other.
    """
    names = [name.strip().casefold() for name in table.names] if table.header else []
    width = len(names)
    unnamed = [column for column in range(_FEWEST_NAMES, width - _FEWEST_NAMES) if not names[column]]
    if not unnamed:
        return 0
    heights = _heights(table, width)
    up_to = list(accumulate(map(bool, names)))
    left = list(accumulate(heights, max))
    right = list(accumulate(reversed(heights), max))[::-1]
    said_twice = _between_same_names(names)
    for column in unnamed:
        before, behind = up_to[column], up_to[-1] - up_to[column]
        if heights[column] or min(before, behind) < _FEWEST_NAMES:
            continue
        if said_twice[column] or left[column - 1] != right[column + 1]:
            return column + 1
    return 0


def _heights(table: Table, width: int) -> list[int]:
    """Of each column, the number of records down to the last with anything in it."""
    found = [0] * width
    open_columns = list(range(width))
    for place in range(len(table.body), 0, -1):
        if not open_columns:
            break
        cells = table.body[place - 1].cells
        ended = [column for column in open_columns if column < len(cells) and cells[column].strip()]
        if ended:
            for column in ended:
                found[column] = place
            open_columns = [column for column in open_columns if not found[column]]
    return found


def _between_same_names(names: Sequence[str]) -> list[int]:
    """Of each column, how many names stand on either side of it."""
    steps = [0] * (len(names) + 1)
    first: dict[str, int] = {}
    last: dict[str, int] = {}
    for column, name in enumerate(names):
        if name:
            first.setdefault(name, column)
            last[name] = column
    for name, begin in first.items():
        if last[name] > begin:
            steps[begin + 1] += 1
            steps[last[name]] -= 1
    return list(accumulate(steps))[:-1]
