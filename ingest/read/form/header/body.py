"""What stands below one header of a sheet or csv.

In: nothing. Out: `Body`, the shape that the parts of this room hand on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ingest.read.arrow import Column
from ingest.read.form.header.beside_table import Held
from ingest.read.form.header.header_match import Header
from ingest.read.tables.multi_row_header import Cells
from ingest.read.workbook.beside.hidden_content import Range
from ingest.schema.texts.finding import Finding, cell_address


@dataclass(frozen=True)
class Body:
    """What stands below one header. `header_row`: 1-based; `cells`: the header as written; `columns`: every
    column of the sheet, left to right, as strings of equal length; row i of them is row `header_row + 1 + i`.
    `first_column`: 1-based column of the sheet that `columns` begin with. `merged`: the ranges merged on the
    sheet. `beside`: what stands beside the table of columns that it lacks."""

    sheet: str | None
    header: Header
    header_row: int
    cells: Cells
    columns: Sequence[Column]
    first_column: int = 1
    merged: Sequence[Range] = ()
    beside: Mapping[str, Held] = field(default_factory=dict)

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
        value = str(params.pop("text", cells[column]))
        return Finding(code, sheet=self.sheet, cell=address, row=row, value=value, params=params)
