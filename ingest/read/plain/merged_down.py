"""Cells merged downwards among the records of a sheet → their text in every record they cover.

In: a table, and the ranges merged on its sheet. Out: the columns filled, with the rows that got a text; the records are
filled where they are. As in a form, a cell that begins above the records fills none, and one that reaches into blank
rows makes no records.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ingest.read.row_numbers import Runs
from ingest.read.tables.table import Table

if TYPE_CHECKING:  # a text has no merged cells, and is read without what looks for them
    from ingest.read.workbook.beside.hidden_content import Range

_MOST_CELLS = 1 << 22
"""Ranges of a sound workbook do not overlap; of others no more is looked at."""


@dataclass
class FilledColumn:
    """`first`: the row of the first merged cell; `rows`: those that got its text or that of another."""

    first: int
    rows: Runs = field(default_factory=Runs)


def fill_down(table: Table, merged: Sequence[Range]) -> dict[int, FilledColumn]:
    """Fill the records; column, from 1 → what was filled. `merged`: first row and column, last row and column."""
    below = {(top, left): (bottom, right) for top, left, bottom, right in merged if bottom > top}
    found: dict[int, FilledColumn] = {}
    rows = {row.number: row for row in table.body} if below else {}
    looked_at = 0
    for (top, left), (bottom, right) in sorted(below.items()):
        begin = rows.get(top)
        text = begin.cells[left - 1] if begin and left <= len(begin.cells) else ""
        if not text.strip():
            continue
        numbers = range(top + 1, min(bottom, table.body[-1].number) + 1)
        looked_at += len(numbers)
        if looked_at > _MOST_CELLS:
            break
        for number in numbers:
            if (row := rows.get(number)) is None:
                continue
            for column in range(left, min(right, max(left, len(row.cells))) + 1):
                row.cells.extend([""] * (column - len(row.cells)))
                if not row.cells[column - 1].strip():
                    row.cells[column - 1] = text
                    found.setdefault(column, FilledColumn(top)).rows.add(number)
    return found
