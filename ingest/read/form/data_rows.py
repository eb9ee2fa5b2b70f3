"""The rows below a header → data rows, and rows that are not data.

In: the columns of a sheet or csv below its header, as text. Out: the located table, and how many rows were
set aside, each kind with a note that says which: blank rows, column numbers, repeated headers, totals at the
end.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ingest.read.arrow import Column, Mask, Numbers, pa, pc
from ingest.read.cells.column_text import blank
from ingest.read.form.alternate_layout import constants_of, texts_of
from ingest.read.form.header_match import Header, folded
from ingest.read.reading import LocatedTable
from ingest.read.tables.multi_row_header import Cells
from ingest.schema.contract import Contract
from ingest.schema.finding import Finding, cell_address

# Words a totals row begins with, in the three languages.
_TOTALS = ("барлығы", "жиыны", "жиынтығы", "қорытынды", "итого", "всего", "total")


@dataclass(frozen=True)
class Body:
    """What stands below one header. `header_row`: 1-based; `cells`: the header as written; `columns`: every
    column of the sheet, left to right, as strings of equal length; row i of them is row `header_row + 1 + i`.
    `first_column`: 1-based column of the sheet that `columns` begin with."""

    sheet: str | None
    header: Header
    header_row: int
    cells: Cells
    columns: Sequence[Column]
    first_column: int = 1

    @property
    def height(self) -> int:
        return len(self.columns[0]) if self.columns else 0

    def row(self, index: int) -> list[str]:
        """One row's cells as written, blank ones empty."""
        return [column[index].as_py() or "" for column in self.columns]

    def finding(self, code: str, index: int, column: int = 0, **params: object) -> Finding:
        """A finding on a row (0-based below the header), by default on its first filled cell."""
        cells = self.row(index)
        row = self.header_row + 1 + index
        address = cell_address(column + self.first_column, row)
        return Finding(code, sheet=self.sheet, cell=address, row=row, value=cells[column], params=params)


def cut(body: Body, contract: Contract) -> tuple[LocatedTable, int, list[Finding]]:
    """The data rows, the number of rows up to the last with content that are not data, the notes on those."""
    keep = ~_blank_rows(body, contract)
    end = int(np.flatnonzero(keep)[-1]) + 1 if keep.any() else 0
    findings: list[Finding] = []
    for index in (*_numbering(body, keep), *_repeated(body, keep)):
        keep[index] = False
        findings.append(_note(body, index))
    for index in _totals(body, keep, contract):
        keep[index] = False
        findings.append(body.finding("totals_row", index, _first_filled(body.row(index))))
    findings += _unnamed(body, keep)
    numbers = np.flatnonzero(keep)
    text = _text(body, numbers)
    place = {field: column + body.first_column for field, column in body.header.columns.items()}
    if body.header.layout:
        # What no cell holds is said at the first column.
        place = dict.fromkeys(body.header.layout.constants, body.first_column) | place
    return LocatedTable(body.sheet, place, body.header_row, text), end - len(numbers), findings


def _text(body: Body, numbers: Numbers) -> pa.Table:
    columns = {field: body.columns[column] for field, column in body.header.columns.items()}
    table = pa.table(columns) if columns else pa.table({})
    if len(numbers) != body.height:
        # Most files lose a few rows at the end only: a slice copies nothing.
        whole = len(numbers) == 0 or numbers[-1] == len(numbers) - 1
        table = table.slice(0, len(numbers)) if whole else table.take(pa.array(numbers))
    if layout := body.header.layout:
        texts = {name: texts_of(layout, name, table.column(name)) for name in table.column_names}
        table = pa.table(constants_of(layout, len(numbers)) | texts)
    return table.append_column("_row", pa.array((numbers + body.header_row + 1).astype(np.int32)))


def _blank_rows(body: Body, contract: Contract) -> Mask:
    """Where every cell is blank, also those under no header. Columns most surely filled go first."""
    columns = body.header.columns
    first = [columns[name] for name in contract.primary_key if name in columns]
    order = first + [column for column in range(len(body.columns)) if column not in first]
    candidates = np.arange(body.height)
    for column in order:
        if not len(candidates):
            break
        cells = body.columns[column]
        if len(candidates) < body.height:
            cells = cells.take(pa.array(candidates))
        candidates = candidates[blank(cells).to_numpy(zero_copy_only=False)]
    rows = np.zeros(body.height, dtype=bool)
    rows[candidates] = True
    return rows


def _numbering(body: Body, keep: Mask) -> list[int]:
    """The row of column numbers (1, 2, 3 …) that official forms have right below the header."""
    if not body.height or not keep[0] or len(body.header.columns) < 3:
        return []
    named = [cell for cell, head in zip(body.row(0), body.cells, strict=False) if head and head.strip()]
    return [0] if named == [str(number + 1) for number in range(len(named))] else []


def _repeated(body: Body, keep: Mask) -> list[int]:
    """Rows that say the header once more, as on every printed page; of one over several rows, each of them."""
    found: set[int] = set()
    for level in body.header.levels:
        column = next((at for at in body.header.columns.values() if at < len(level) and level[at]), None)
        if column is None:
            continue
        same = pc.fill_null(pc.equal(body.columns[column], level[column]), False)
        heads = [folded(cell or "") for cell in level]
        found.update(
            index
            for index in np.flatnonzero(same.to_numpy(zero_copy_only=False)).tolist()
            if keep[index] and [folded(cell) for cell in body.row(index)][: len(heads)] == heads
        )
    return sorted(found)


def _totals(body: Body, keep: Mask, contract: Contract) -> list[int]:
    """Totals rows at the end: the first filled cell says so, and the row names nobody."""
    keys = [body.header.columns[name] for name in contract.primary_key if name in body.header.columns]
    found = []
    for index in np.flatnonzero(keep)[::-1].tolist():
        cells = body.row(index)
        first = _first_filled(cells)
        begins = folded(cells[first]).split(" ")[0].rstrip(":;.,-–—")
        if begins not in _TOTALS or (
            keys and all(column != first and cells[column].strip() for column in keys)
        ):
            break
        found.append(index)
    return found[::-1]


def _unnamed(body: Body, keep: Mask) -> list[Finding]:
    """Columns that hold something under no header: said, since they are not read."""
    findings = []
    for column, cells in enumerate(body.columns):
        head = body.cells[column] if column < len(body.cells) else None
        if head and head.strip():
            continue
        filled = np.flatnonzero(~blank(cells).to_numpy(zero_copy_only=False) & keep)
        if len(filled):
            findings.append(body.finding("unnamed_column", int(filled[0]), column, count=len(filled)))
    return findings


def _note(body: Body, index: int) -> Finding:
    is_numbering = index == 0 and folded(body.row(0)[0]).isdigit()
    code = "numbering_row" if is_numbering else "repeated_header"
    return body.finding(code, index, _first_filled(body.row(index)))


def _first_filled(cells: Sequence[str]) -> int:
    return next((column for column, cell in enumerate(cells) if cell.strip()), 0)
