"""Any spreadsheet or text file → its tables as written, with no contract and no parameters.

In: a path. Out: a `GeneralReading`: for each sheet (a text file is one sheet) its tables, every row that is not
data with the reason, and what a person should know, as findings. Nothing is retyped. What cannot be read is an
outcome too; only a file that cannot be opened raises (OSError).

Decisions where a file leaves a choice:

- A sheet gives one csv. Tables with the same header are one table; further tables of the same sheet follow
  below it with their own headers, and a finding says where each begins.
- Several header rows become one, names joined by a space; a file whose first row is a record gets no header.
- A record shorter than its table is filled up with empty cells; a longer one stays longer. Both are said.
- A cell merged downwards gives its text to every record it covers, and a finding says to which.
- A column at the right end that has neither a name nor a value is dropped.
- `rows_in == rows_written + rows_not_data`, always: header rows, blank rows, notes above and below are counted
  as not data. It is asserted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Literal

from ingest.read.files.any_kind import general_kind
from ingest.read.plain.decoded_text import decoded_text
from ingest.read.plain.merged_down import fill_down
from ingest.read.plain.remarks import Remarks, fitted, written_width
from ingest.read.tables.detection import find_tables
from ingest.read.tables.table import GridRow, SheetContents
from ingest.read.text.unseen.characters import without_unseen_in_cells
from ingest.read.workbook.grids import DamagedError, Grid, grids_of
from ingest.schema.texts.finding import Finding

MOST_CELLS = 16_384
"""Of a row: as many as Excel's widest sheet holds."""


@dataclass(frozen=True)
class SheetReading:
    """`rows_in`: rows from the first to the last of the sheet. `is_hidden`: nobody who opens the file sees it."""

    name: str | None
    contents: SheetContents
    rows_in: int
    is_hidden: bool = False

    @property
    def rows_written(self) -> int:
        return sum(len(table.body) for table in self.contents.tables)

    @property
    def rows_not_data(self) -> int:
        headers = sum(len(table.header) for table in self.contents.tables)
        return headers + sum(map(len, self.contents.aside.values()))

    def csv_rows(self) -> Iterator[list[str]]:
        """The rows of its csv: for each table the header, where there is one, and the records."""
        for table in self.contents.tables:
            width = written_width(table)
            if table.header:
                yield fitted(table.names, width)
            for row in table.body:
                yield fitted(row.cells, width)


@dataclass(frozen=True)
class GeneralReading:
    """One file, read. `sheets` in the file's order, the main one (most cells of data) first."""

    sheets: tuple[SheetReading, ...] = ()
    findings: tuple[Finding, ...] = ()
    unreadable: bool = False

    @property
    def rows_in(self) -> int:
        return sum(sheet.rows_in for sheet in self.sheets)

    @property
    def rows_written(self) -> int:
        return sum(sheet.rows_written for sheet in self.sheets)

    @property
    def rows_not_data(self) -> int:
        return sum(sheet.rows_not_data for sheet in self.sheets)


def read_general(path: Path) -> GeneralReading:
    """Read one file as a whole. Raises OSError when it cannot be opened."""
    kind = general_kind(path)
    if isinstance(kind, Finding):
        return GeneralReading(findings=(kind,), unreadable=kind.code != "empty_file")
    return _of_text(path.read_bytes()) if kind == "text" else read_grids(path, kind)


def read_grids(path: Path, kind: Literal["workbook", "markup"]) -> GeneralReading:
    """Read a workbook, or a web page that stands for one."""
    try:
        grids, findings = grids_of(path, kind)
    except DamagedError:
        return GeneralReading(findings=(Finding("damaged_file"),), unreadable=True)
    if not grids:
        return GeneralReading(findings=tuple(findings) or (Finding("empty_file"),))
    return _of_grids(grids, findings)


def _of_text(content: bytes) -> GeneralReading:
    text, cut, encoding, remarks = decoded_text(content)
    rows = list(chain.from_iterable(cut.batches(text, len(text) + 1)))
    if any(len(row.cells) > MOST_CELLS for row in rows):
        # What in it is a header, a note, a table would take minutes to find out, of nothing anybody has.
        finding = Finding("wider_than_a_sheet", params={"most": MOST_CELLS})
        return GeneralReading(findings=(finding,), unreadable=True)
    remarks.say_rows(rows)
    sheet = _sheet(Grid(None, [GridRow(number, row.cells) for number, row in enumerate(rows, 1)]), remarks)
    remarks.say("text_read_as", encoding=encoding, delimiter=cut.dialect.shown_delimiter)
    if not sheet.rows_written and not any(table.header for table in sheet.contents.tables):
        remarks.say("empty_file")
    return _balanced(GeneralReading((sheet,), tuple(remarks.findings)))


def _of_grids(grids: list[Grid], findings: list[Finding]) -> GeneralReading:
    gathered = list(findings)
    sheets = []
    for grid in grids:
        remarks = Remarks(grid.name)
        remarks.say_unseen(without_unseen_in_cells((row.number, row.cells) for row in grid.rows))
        sheets.append(_sheet(grid, remarks))
        if grid.is_hidden:
            remarks.say("hidden_sheet_read", sheet=grid.name or "")
        gathered += remarks.findings
    order = sorted(range(len(sheets)), key=lambda place: (sheets[place].is_hidden, -_weight(sheets[place])))
    return _balanced(GeneralReading(tuple(sheets[place] for place in order), tuple(gathered)))


def _weight(sheet: SheetReading) -> int:
    """How much data a sheet holds: its cells with content, those of one-column lists and notes less."""
    filled = sum(row.filled for table in sheet.contents.tables for row in table.body)
    return filled if any(table.width > 1 for table in sheet.contents.tables) else filled // 4


def _sheet(grid: Grid, remarks: Remarks) -> SheetReading:
    contents = find_tables(grid.rows)
    remarks.say_aside(contents)
    for number, table in enumerate(contents.tables, 1):
        rows = [*table.header, *table.body]
        if number > 1 and rows:
            remarks.say_further(rows[0].number, number, len(table.body))
        remarks.say_header(table)
        remarks.say_filled(fill_down(table, grid.merged))
        remarks.say_widths(table, written_width(table))
        remarks.say_no_values(table)
        remarks.say_live_formulas(table)
    return SheetReading(grid.name, contents, len(grid.rows), grid.is_hidden)


def _balanced(reading: GeneralReading) -> GeneralReading:
    for sheet in reading.sheets:
        assert sheet.rows_in == sheet.rows_written + sheet.rows_not_data, "rows do not add up"
    return reading
