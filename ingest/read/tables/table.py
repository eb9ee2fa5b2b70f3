"""Rows of a sheet or text, the tables they make up, and what is not data.

In: nothing. Out: the shapes `regions` gives to rows of cells.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from ingest.read.tables.header_rows import columns_named
from ingest.read.tables.row_kinds import says_note

_PROSE = 4


@dataclass(frozen=True)
class GridRow:
    """`number`: 1-based row of the sheet or record of the text. `spans`: one of its cells is merged over columns;
    `is_covered`: cells above are merged down over it."""

    number: int
    cells: list[str]
    spans: bool = False
    is_covered: bool = False

    @property
    def filled(self) -> int:
        return len(self.cells) - list(map(str.strip, self.cells)).count("")

    @property
    def extent(self) -> int:
        """How many cells it has up to the last filled one."""
        return next(
            (len(self.cells) - place for place, cell in enumerate(reversed(self.cells)) if cell.strip()), 0
        )

    @property
    def first_filled(self) -> int:
        return next((place for place, cell in enumerate(self.cells) if cell.strip()), 0)

    @property
    def has_gaps(self) -> bool:
        """Whether several cells are filled, none beside another: names of groups of columns."""
        places = [place for place, cell in enumerate(self.cells) if cell.strip()]
        return len(places) > 1 and all(after - place > 1 for place, after in pairwise(places))

    def is_label(self, width: int) -> bool:
        """Whether it is `School: No. 5`: a label and what it says, beside tables of this width."""
        return self.filled == 2 < width and self.cells[self.first_filled].rstrip().endswith(":")

    @property
    def is_prose(self) -> bool:
        """Whether it holds a sentence rather than names or values."""
        return any(len(cell.split()) >= _PROSE for cell in self.cells)

    def is_note(self, width: int) -> bool:
        """Whether it is a remark cut into cells by its own commas, beside tables of this width."""
        if len(self.cells) >= width:
            return False
        return self.is_prose or says_note(self.cells[self.first_filled])

    @property
    def is_blank(self) -> bool:
        return not any(map(str.strip, self.cells))


@dataclass
class Table:
    """`header`: the rows that name the columns, none where nothing does. `body`: the records. `width`: cells of
    a record, as the header and most records have it."""

    header: list[GridRow]
    body: list[GridRow]
    width: int

    @property
    def names(self) -> list[str]:
        return columns_named([row.cells for row in self.header], self.width)


@dataclass
class SheetContents:
    """`aside`: reason → rows that are not data: blank_rows, preamble_rows, postamble_rows, totals_row, caption_row,
    signature_row, filler_row, hint_row, repeated_header, numbering_row; with `_asked` behind it where they could be
    records. `doubted`: reason → records that may be none: numbering_kept, totals_kept, caption_kept."""

    tables: list[Table] = field(default_factory=list)
    aside: dict[str, list[GridRow]] = field(default_factory=dict)
    doubted: dict[str, list[GridRow]] = field(default_factory=dict)

    def put_aside(self, reason: str, rows: Sequence[GridRow]) -> None:
        """Keep rows with the reason why they are not data."""
        if rows:
            self.aside.setdefault(reason, []).extend(rows)

    def doubt(self, reason: str, rows: Sequence[GridRow]) -> None:
        """Say of records why they may be none."""
        if rows:
            self.doubted.setdefault(reason, []).extend(rows)

    @property
    def rows(self) -> int:
        """How many rows are in it, wherever they are."""
        tables = sum(len(table.header) + len(table.body) for table in self.tables)
        return tables + sum(map(len, self.aside.values()))
