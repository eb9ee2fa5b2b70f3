"""Two tables that stand side by side on a sheet, read as one because their rows are the same rows.

In: a table as it was found. Out: the blank column between two parts of it that do not belong together.
"""

from __future__ import annotations

from ingest.read.tables.table import Table

_FEWEST_NAMES = 2
"""Names on either side: of fewer, what stands there is a column with a gap beside it."""


def column_between(table: Table) -> int:
    """The 1-based blank column on both sides of which tables of their own seem to stand; 0 where there is none.

    They say the same name, or one ends above the other.
    """
    names = [name.strip().casefold() for name in table.names] if table.header else []
    for column in range(_FEWEST_NAMES, len(names) - _FEWEST_NAMES):
        left, right = ([name for name in part if name] for part in (names[:column], names[column + 1 :]))
        if names[column] or min(len(left), len(right)) < _FEWEST_NAMES or not _is_blank(table, column):
            continue
        if set(left) & set(right) or _height(table, 0, column) != _height(table, column + 1, len(names)):
            return column + 1
    return 0


def _is_blank(table: Table, column: int) -> bool:
    return not any(column < len(row.cells) and row.cells[column].strip() for row in table.body)


def _height(table: Table, begin: int, end: int) -> int:
    """The number of records down to the last with anything in these columns."""
    places = range(len(table.body), 0, -1)
    return next((place for place in places if any(map(str.strip, table.body[place - 1].cells[begin:end]))), 0)
