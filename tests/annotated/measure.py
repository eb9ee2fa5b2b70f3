"""How well a reader tells the rows of annotated sheets apart.

In: sheets and a way to lay them out. Out: precision, recall and F1 of headers found exactly (all rows of a header
and no other), and of rows of data.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import xlsxwriter

from ingest.read.tables.detection import find_tables
from ingest.read.workbook.grids import grids_of
from tests.annotated.sheets import Sheet


@dataclass
class Score:
    """Counts of what was found rightly, found, and there to find."""

    right: int = 0
    found: int = 0
    there: int = 0

    def add(self, found: set[object], there: set[object]) -> None:
        self.right += len(found & there)
        self.found += len(found)
        self.there += len(there)

    @property
    def f1(self) -> float:
        return 2 * self.right / (self.found + self.there) if self.found + self.there else 1.0


def write(sheet: Sheet, path: Path) -> Path:
    """The sheet as a workbook."""
    book = xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False})
    page = book.add_worksheet("Sheet")
    for number, row in enumerate(sheet.rows):
        for column, cell in enumerate(row):
            if cell != "":
                page.write(number, column, cell)
    for top, left, bottom, right in sheet.merged:
        page.merge_range(top, left, bottom, right, sheet.rows[top][left])
    book.close()
    return path


def found_in(path: Path) -> tuple[set[tuple[int, ...]], set[int]]:
    """The headers and the rows of data of the first sheet of a workbook, as `bbaj read` tells them."""
    grids, _ = grids_of(path, "workbook")
    layout = find_tables(grids[0].rows)
    headers = {tuple(row.number for row in table.header) for table in layout.tables if table.header}
    return headers, {row.number for table in layout.tables for row in table.body}


def scores(sheets: Iterable[Sheet], folder: Path) -> tuple[Score, Score]:
    """Of headers and of rows of data."""
    headers, rows = Score(), Score()
    for sheet in sheets:
        found, data = found_in(write(sheet, folder / "sheet.xlsx"))
        headers.add(set(found), set(sheet.tables))
        rows.add(set(data - sheet.neutral), set(sheet.data))
    return headers, rows
