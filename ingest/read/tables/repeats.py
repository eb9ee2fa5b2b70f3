"""Rows of a table that say its header again or number its columns.

In: the header and the rows below. Out: the rows that are records, the others put aside with the reason why.
"""

from __future__ import annotations

from collections.abc import Sequence

from ingest.read.tables.between import aside_below_header
from ingest.read.tables.blocks import trimmed
from ingest.read.tables.column_numbering import numbers_columns
from ingest.read.tables.header_rows import ColumnKinds, header_depth, kinds_below
from ingest.read.tables.row_kinds import (
    says_total,
)
from ingest.read.tables.table import GridRow, SheetContents

_SURE_NUMBERING = 7
"""Columns numbered: of fewer, a row of numbers above numbers is a record as likely as not."""
_MOST_HEADER_ROWS = 5
_NEAR = 200
"""Rows below a header that tell what its columns hold."""
_SIGN = 2
"""Letters of a cell that names a class or a group."""


def said_once(rows: list[GridRow], contents: SheetContents) -> list[GridRow]:
    """The rows of a table whose header stands once, whatever often it was said from the top on.

    Above columns of numbers and dates the same names in several rows are one header of several rows.
    """
    for count in range(1, min(_MOST_HEADER_ROWS, len(rows) // 2) + 1):
        end = _end_of_repeats(rows, count)
        if end == count or rows[0].filled < 2:
            continue
        rest = [*rows[:count], *rows[end:]]
        if _is_typed([row.cells for row in rows[end:]]):
            continue
        if count in (aside_below_header(rest)[0], header_depth([row.cells for row in rest])):
            # Where nothing else is left, they may be the records.
            reason = "repeated_header" if end < len(rows) else "repeated_header_asked"
            contents.put_aside(reason, rows[count:end])
            return rest
    return rows


def _is_typed(rows: list[list[str]]) -> bool:
    """Whether a column holds numbers, dates or their like."""
    width = max(map(len, rows), default=0)
    return any(kinds_below(rows[:_NEAR], column).is_typed for column in range(width))


def _end_of_repeats(rows: Sequence[GridRow], count: int) -> int:
    """The place behind the last time that the first rows, so many, are said one after another."""
    heads, end = [as_heading(row) for row in rows[:count]], count
    while [as_heading(row) for row in rows[end : end + count]] == heads:
        end += count
    return end


def without_interruptions(
    header: list[GridRow], body: list[GridRow], contents: SheetContents, *, begins: bool = True
) -> list[GridRow]:
    """The body without rows that say the header again or number its columns. `begins`: it begins right below."""
    if not header:
        return body
    heads = [as_heading(row) for row in header]
    kept: list[GridRow] = []
    below_header = begins
    for place, row in enumerate(body):
        if as_heading(row) in heads:
            contents.put_aside("repeated_header", [row])
            below_header = True
            continue
        if below_header and numbers_columns(row.cells) and 2 * row.filled > len(trimmed(header[-1].cells)):
            if reason := _numbering(row, _records(body[place + 1 : place + 60])):
                contents.put_aside(reason, [row])
                continue
            contents.doubt("numbering_kept", [row])
        below_header = False
        kept.append(row)
    return kept


def _records(rows: Sequence[GridRow]) -> list[list[str]]:
    """The cells of those rows that are no totals and no captions at first sight: they tell what columns hold."""
    return [
        row.cells for row in rows if row.filled > 1 and not says_total(row.cells[row.first_filled].strip())
    ]


def as_heading(row: GridRow) -> list[str]:
    """A row as headings are compared: capitals and white space tell none apart."""
    return [" ".join(cell.split()).casefold() for cell in trimmed(row.cells)]


def _numbering(row: GridRow, below: list[list[str]]) -> str | None:
    """Why a row that numbers columns is aside: it cannot be a record, or it could be one, but would count up so many
    columns by chance; None where it is a record as likely as not."""
    filled = [column for column, cell in enumerate(row.cells) if cell.strip()]
    kinds = [kinds_below(below, column) for column in filled]
    signs = {
        column for column, kind in zip(filled, kinds, strict=True) if _is_of_signs(kind, row.cells[column])
    }
    if not below and len(filled) < _SURE_NUMBERING:
        return None
    could_be = all(
        column in signs or not kind.values or kind.fits(row.cells[column])
        for column, kind in zip(filled, kinds, strict=True)
    )
    if not could_be:
        return "numbering_row"
    is_bare = all(column in signs or row.cells[column].strip().isdecimal() for column in filled)
    return "numbering_row_asked" if len(filled) >= _SURE_NUMBERING or not is_bare else None


def _is_of_signs(kind: ColumnKinds, cell: str) -> bool:
    """Whether a letter stands in a column of such: `А` above `Б` and `В` names a class and numbers nothing."""
    return bool(kind.values) and not kind.is_typed and kind.length <= _SIGN and len(cell.strip()) <= _SIGN
