"""One sheet of a workbook as columns of text, with its header where it has one.

In: an opened workbook, the name of a sheet, the contract. Out: a `LoadedSheet`: cells as a person would write them:
dates ISO, 12.0 as 12, 0.95 as 95% where the cell shows it so, error values as Excel shows them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ingest.read.arrow import Chunk, Column, Numbers, pa, pc
from ingest.read.cells.columns.column_text import blank, holds_any
from ingest.read.form.header.header_match import SEARCHED_ROWS, Header
from ingest.read.form.header.numbered_columns import with_numbered
from ingest.read.form.layouts.alternate_layout import find_any_header
from ingest.read.form.layouts.side_by_side import tables_beside
from ingest.read.workbook.copies.escaped_text import EscapedTextError, column_shows_numbers
from ingest.read.workbook.error_cells import shown_errors
from ingest.read.workbook.formats.moment_formats import columns_with_midnights
from ingest.read.workbook.formats.number_formats import Places
from ingest.read.workbook.formats.percent_formats import columns_in_per_cent
from ingest.schema.forms.contract import Contract
from ingest.schema.texts.finding import Finding

_MIDNIGHT = r"^(\d{4}-\d\d-\d\d) 00:00:00$"


@dataclass(frozen=True)
class LoadedSheet:
    """A sheet as text from its first row on. `first_column`: 1-based column that `columns` begin with; `filled`: the
    cells with something in them; `findings`: on tables that stand beside this one."""

    name: str
    first_column: int
    columns: list[Column]
    header: Header | None
    is_hidden: bool = False
    filled: int = 0
    findings: tuple[Finding, ...] = ()

    def rows(self, count: int) -> Iterator[list[str | None]]:
        heads = [column.slice(0, count).to_pylist() for column in self.columns]
        return iter([list(cells) for cells in zip(*heads, strict=True)])

    @property
    def filled_rows(self) -> Numbers:
        """The 0-based numbers of the rows with content."""
        if not self.columns:
            return np.zeros(0, dtype=np.int64)
        empty = np.ones(len(self.columns[0]), dtype=bool)
        for column in self.columns:
            empty &= blank(column).to_numpy(zero_copy_only=False)
        return np.flatnonzero(~empty)


def load_sheet(
    book: Any, name: str, contract: Contract, percents: Places, moments: Places, *, is_copy: bool
) -> LoadedSheet:
    """The sheet of that name. `percents`: the places shown in per cent; `moments`: those shown as a day with a time;
    `is_copy`: the book is a mended copy.

    Raises EscapedTextError where the file itself shows characters by their numbers.
    """
    sheet = book.load_sheet(name, header_row=None, skip_rows=0, dtypes="string")
    batch, errors = sheet.to_arrow_with_errors()
    columns = [_as_text(batch.column(index)) for index in range(batch.num_columns)]
    if errors:
        columns = _with_errors(columns, shown_errors(errors.errors, is_mended=is_copy))
    first = sheet.available_columns()[0].absolute_index + 1 if columns else 1
    chunked = [pa.chunked_array([column]) for column in columns]
    if not is_copy and any(map(column_shows_numbers, chunked)):
        raise EscapedTextError
    shown = columns_with_midnights(columns_in_per_cent(chunked, percents, first), moments, first)
    filled = sum(len(column) - column.null_count for column in columns)
    return with_header(LoadedSheet(name, first, shown, None, filled=filled), contract)


def with_header(sheet: LoadedSheet, contract: Contract) -> LoadedSheet:
    """The sheet with its header, where it has one of the form's."""
    rows = list(sheet.rows(SEARCHED_ROWS))
    return replace(sheet, header=with_numbered(rows, find_any_header(rows, contract), contract))


def tables_of_sheet(sheet: LoadedSheet, contract: Contract) -> list[LoadedSheet]:
    """The sheet, or, where tables stand side by side on it, each that is the form's as a sheet of its own columns."""
    header = sheet.header
    if header is None:
        return [sheet]
    rows = list(sheet.rows(SEARCHED_ROWS))
    below = [column.slice(header.index + 1) for column in sheet.columns]
    parted = tables_beside(rows, below, header, contract)
    if parted is None:
        return [sheet]
    said = tuple(parted.findings(sheet.name, header.index + 1, sheet.first_column))
    return [
        replace(
            sheet,
            first_column=sheet.first_column + part.begin,
            columns=part.of(sheet.columns),
            header=part.header,
            findings=() if place else said,
        )
        for place, part in enumerate(parted.read)
    ]


def _as_text(column: Chunk) -> Chunk:
    """A column of strings; dates lose the midnight the library gives them."""
    if column.type != pa.string():
        column = column.cast(pa.string())
    if holds_any(pa.chunked_array([column]), ":"):
        column = pc.replace_substring_regex(column, pattern=_MIDNIGHT, replacement=r"\1")
    return column


def _with_errors(columns: list[Chunk], errors: dict[tuple[int, int], str]) -> list[Chunk]:
    """The columns with error values (#N/A) put back where the library left nothing."""
    places: dict[int, dict[int, str]] = {}
    for (row, column), shown in errors.items():
        places.setdefault(column, {})[row] = shown
    for column, words in places.items():
        cells = columns[column].to_pylist()
        for row, word in words.items():
            cells[row] = word
        columns[column] = pa.array(cells, pa.string())
    return columns
