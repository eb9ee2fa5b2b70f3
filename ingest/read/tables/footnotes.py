"""Rows at the end of a table that are no record of it: footnotes, signatures, words on the whole.

In: the last row of a table, the table. Out: whether it stands below the data and not in it.
"""

from __future__ import annotations

from ingest.read.tables.header_rows import kinds_below
from ingest.read.tables.row_kinds import (
    is_whole_note,
    says_note,
    says_signature,
)
from ingest.read.tables.table import GridRow, Table


def is_footnote(row: GridRow, table: Table) -> bool:  # noqa: PLR0911 - one answer for each case
    """Whether the last row of a table stands below its data."""
    few = row.filled <= 2 or len(row.cells) < table.width
    if table.width > 1 and few and says_note(row.cells[row.first_filled]):
        return not _could_be_record(row, table)
    if table.width > 2 and 2 * row.filled <= table.width and says_signature(row.cells):
        return True
    below = [other.cells for other in table.body[:-1]]
    if row.is_prose and row.filled == len(row.cells) < table.width and _breaks(row, below):
        return True
    if row.filled != 1 or table.width < 2:
        return False
    column = row.first_filled
    left = min((other.first_filled for other in table.body[:-1]), default=0)
    others = [other for other in table.body[:-1] if other.filled > 1]
    if not others or len(others) < (len(table.body) - 1) / 2:
        return False
    kinds = kinds_below([other.cells for other in others], column)
    if column > left and len(row.cells) >= table.width and not kinds.is_typed:
        return False
    if table.width == 2 and len(row.cells) == 2:
        return row.cells[column].lstrip().startswith(("*", "¹", "²"))
    return not kinds.fits(row.cells[column])


def _could_be_record(row: GridRow, table: Table) -> bool:
    """Whether a row that speaks as a note does is a record all the same: it has all its cells, one at least is a value
    of its typed column, or none of its columns is typed and all of them are filled."""
    first = row.cells[row.first_filled]
    if len(row.cells) < table.width or row.filled < 2 or is_whole_note(first.strip()):
        return False
    above = [other.cells for other in table.body[:-1] if other.filled > 1]
    kinds = [(kinds_below(above, column), cell) for column, cell in enumerate(row.cells) if cell.strip()]
    typed = [kind.fits(cell) for kind, cell in kinds if kind.is_typed]
    return any(typed) or (not typed and row.filled == table.width)


def _breaks(row: GridRow, above: list[list[str]]) -> bool:
    """Whether no cell of a row could be one more of its column, some columns being typed."""
    kinds = [kinds_below(above, column) for column in range(len(row.cells))]
    longest = max((len(cell) for cells in above for cell in cells[: len(row.cells)]), default=0)
    is_long = len(row.cells[0]) > longest or max(map(len, row.cells)) > longest
    return is_long and not any(kind.fits(cell) for kind, cell in zip(kinds, row.cells, strict=True))
