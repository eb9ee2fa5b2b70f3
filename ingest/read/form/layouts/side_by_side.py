"""Tables side by side on one sheet: two classes beside each other, or the form's table beside another.

In: the first rows of a sheet, its columns below the header that was found, that header, and the contract. Out: the part
of the columns that each table takes which has the whole header of the form, each with its header, and the parts that
hold other tables. Where no part has the whole header, or others hold columns of their own, nothing is parted.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ingest.read.arrow import Column
from ingest.read.cells.columns.column_text import blank
from ingest.read.form.header.header_match import Header
from ingest.read.form.header.numbered_columns import with_numbered
from ingest.read.form.layouts.alternate_layout import find_any_header
from ingest.read.tables.multi_row_header import Cells
from ingest.schema.forms.contract import Contract, Severity
from ingest.schema.texts.finding import Finding, cell_address

_FEWEST_NAMES = 2
"""Names that a table beside has at least: of fewer, what stands there is a column with a gap beside it."""


@dataclass(frozen=True)
class Part:
    """Columns `begin` to before `end`, from 0, of one table, and its header, which counts columns from `begin`."""

    begin: int
    end: int
    header: Header

    def of(self, items: Sequence[Column]) -> list[Column]:
        """What of these belongs to the part."""
        return list(items[self.begin : self.end])


@dataclass(frozen=True)
class Parted:
    """`read`: tables of the form, from left to right; `left`: first and last column of other tables, from 0, and
    whether their header names columns of the form."""

    read: tuple[Part, ...]
    left: tuple[tuple[int, int, bool], ...]

    def findings(self, sheet: str | None, row: int, first_column: int) -> list[Finding]:
        """What is said of it. `row`: of the header; `first_column`: of the sheet, from 1, that columns begin with."""
        found = []
        if len(self.read) > 1:
            cell = cell_address(self.read[1].begin + first_column, row)
            named = ", ".join(_named(part.begin, part.end - 1, first_column) for part in self.read)
            params = {"count": len(self.read), "columns": named}
            found.append(Finding("tables_beside_read", sheet, cell, row, params=params))
        for begin, end, is_like in self.left:
            params = {"columns": _named(begin, end, first_column)}
            cell = cell_address(begin + first_column, row)
            asked: Severity | None = "query" if is_like else None
            found.append(
                Finding("table_beside_left_out", sheet, cell, row, params=params, severity_override=asked)
            )
        return found


def tables_beside(
    rows: Sequence[Cells], columns: Sequence[Column], header: Header, contract: Contract
) -> Parted | None:
    """The tables side by side; None where there is one. `rows`: those a header is looked for among; `columns`: the
    cells below the header."""
    if not (header.duplicates or len(header.unknown) >= _FEWEST_NAMES):
        return None
    for runs in (list(_between_blanks(columns, header)), list(_repeated(columns, header))):
        if len(runs) > 1 and (found := _parted(runs, rows, header, contract)):
            return found
    return None


def _parted(
    runs: Sequence[tuple[int, int]], rows: Sequence[Cells], header: Header, contract: Contract
) -> Parted | None:
    needed = {field.name for field in contract.fields if contract.needs(field)} - contract.layout.held_beside
    read: list[Part] = []
    others: list[tuple[int, int]] = []
    for begin, end in runs:
        own = [list(cells[begin:end]) for cells in rows]
        found = with_numbered(own, find_any_header(own, contract), contract)
        if found and needed and found.columns.keys() >= needed:
            read.append(Part(begin, end, found))
        else:
            others.append((begin, end))
    if not read or header.columns.keys() > {name for part in read for name in part.header.columns}:
        return None
    fields = {column for columns in header.duplicates.values() for column in columns} | {
        *header.columns.values()
    }
    left = []
    for begin, end in others:
        names = [
            column for column in range(begin, end) if column < len(header.cells) and header.cells[column]
        ]
        if len(names) >= _FEWEST_NAMES:
            left.append((begin, end - 1, bool(fields & set(names))))
    return Parted(tuple(read), tuple(left)) if len(read) > 1 or left else None


def _between_blanks(columns: Sequence[Column], header: Header) -> Iterator[tuple[int, int]]:
    """The runs of columns between blank ones: those that have neither a name nor a value."""
    begin: int | None = None
    for column, cells in enumerate(columns):
        is_named = any(column < len(level) and (level[column] or "").strip() for level in header.levels)
        if is_named or not all(blank(cells).to_pylist()):
            begin = column if begin is None else begin
        elif begin is not None:
            yield begin, column
            begin = None
    if begin is not None:
        yield begin, len(columns)


def _repeated(columns: Sequence[Column], header: Header) -> Iterator[tuple[int, int]]:
    """The runs of columns that each begin where all names of the header are said again."""
    places = [header.duplicates.get(name, [column]) for name, column in header.columns.items()]
    times = min(map(len, places))
    begins = [min(own[time] for own in places) for time in range(times)]
    ends = [max(own[time] for own in places) for time in range(times)]
    if times > 1 and all(end < begin for end, begin in zip(ends, begins[1:], strict=False)):
        edges = [0, *begins[1:], len(columns)]
        yield from pairwise(edges)


def _named(begin: int, end: int, first_column: int) -> str:
    first, last = (cell_address(column + first_column, 1)[:-1] for column in (begin, end))
    return f"{first}–{last}"
