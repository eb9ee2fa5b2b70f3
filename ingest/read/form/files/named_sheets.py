"""Sheets with names in a text of markup → sheets as those of any workbook.

In: the tables of Excel's XML of 2003, or of web pages that say what their sheet is called. Out: what a workbook holds
that a library opens: its sheets as columns of text, what stands beside their cells, and a book to look up by names.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ingest.read.arrow import pa
from ingest.read.form.files.loaded_sheet import LoadedSheet, with_header
from ingest.read.form.files.opened_workbook import OpenedWorkbook
from ingest.read.workbook.beside.hidden_content import Range, Traces, said_of_hidden
from ingest.read.workbook.beside_cells import Annotations, NotShown
from ingest.read.workbook.markup.markup_tables import MarkupTable
from ingest.schema.forms.contract import Contract

_MOST_CELLS = 1 << 24
"""Of a sheet, blank ones among them."""


@dataclass
class NamedSheet:
    """The tables of one sheet, one below another."""

    name: str
    rows: list[list[str]] = field(default_factory=list)
    merged: list[Range] = field(default_factory=list)
    hidden: NotShown = field(default_factory=NotShown)
    noted: Annotations = field(default_factory=Annotations)
    is_hidden: bool = False

    def add(self, table: MarkupTable) -> None:
        """Put a table below those that are here."""
        below = len(self.rows)
        self.hidden.add(table.hidden, below=below)
        self.noted.add(table.noted, below=below)
        self.merged += [
            (top + below, left, bottom + below, right) for top, left, bottom, right in table.merged
        ]
        self.rows += table.rows
        self.is_hidden = table.is_hidden

    @property
    def width(self) -> int:
        """Its columns up to the last with content."""
        ends = (
            len(cells) - next((n for n, cell in enumerate(reversed(cells)) if cell), len(cells))
            for cells in self.rows
        )
        return max(ends, default=0)

    # As a library shows a sheet.
    @property
    def start(self) -> tuple[int, int]:
        """The first cell, from 0."""
        return (0, 0)

    def to_python(self, nrows: int | None = None) -> list[list[str]]:
        """Its first rows."""
        return self.rows[:nrows]


@dataclass(frozen=True)
class NamedSheets:
    """A workbook of them, looked up as a library's."""

    sheets: Mapping[str, NamedSheet]

    @property
    def sheet_names(self) -> list[str]:
        """In the order of the file."""
        return list(self.sheets)

    def get_sheet_by_name(self, name: str) -> NamedSheet:
        """One of them. Raises KeyError."""
        return self.sheets[name]

    def opened(self, names: Sequence[str], contract: Contract) -> OpenedWorkbook:
        """Those of these names, as the reader of forms takes sheets."""
        own = [self.sheets[name] for name in names]
        traces = Traces(
            [finding for sheet in own for finding in said_of_hidden(sheet.name, sheet.hidden)],
            {sheet.name: sheet.merged for sheet in own if sheet.merged},
            {sheet.name: sheet.hidden.uncomputed for sheet in own if sheet.hidden.uncomputed},
        )
        return OpenedWorkbook([_loaded(sheet, contract) for sheet in own], traces, b"")

    def noted(self) -> dict[str, Annotations]:
        """What people coloured, struck out and commented on."""
        return {name: sheet.noted for name, sheet in self.sheets.items() if sheet.noted}


def named_sheets(tables: Sequence[MarkupTable]) -> NamedSheets | None:
    """The sheets of a file in which every table stands on one with a name; None for any other, and where one is too
    wide and too long to be held with its blank cells."""
    found: dict[str, NamedSheet] = {}
    for table in tables:
        if table.name is None:
            return None
        found.setdefault(table.name, NamedSheet(table.name)).add(table)
    if any(len(sheet.rows) * sheet.width > _MOST_CELLS for sheet in found.values()):
        return None
    return NamedSheets(found) if found else None


def _loaded(sheet: NamedSheet, contract: Contract) -> LoadedSheet:
    width = sheet.width
    cells = [[*row[:width], *[""] * (width - len(row))] for row in sheet.rows]
    columns = [
        pa.chunked_array([pa.array([cell or None for cell in column], pa.string())])
        for column in zip(*cells, strict=True)
    ]
    filled = sum(len(column) - column.null_count for column in columns)
    loaded = LoadedSheet(sheet.name, 1, columns, None, sheet.is_hidden, filled)
    return with_header(loaded, contract)
