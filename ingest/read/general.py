"""Any spreadsheet or text file → its tables as written, with no contract and no parameters.

In: a path. Out: a `GeneralReading`: for each sheet (a text file is one sheet) its tables, every row that is not
data with the reason, and what a person should know, as findings. Nothing is retyped. What cannot be read is an
outcome too; only a file that cannot be opened raises (OSError).

Decisions where a file leaves a choice:

- A sheet gives one csv. Tables with the same header are one table; further tables of the same sheet follow
  below it with their own headers, and a finding says where each begins.
- Several header rows become one, names joined by a space; a file whose first row is a record gets no header.
- A record shorter than its table is filled up with empty cells; a longer one stays longer. Both are said.
- A column at the right end that has neither a name nor a value is dropped.
- `rows_in == rows_written + rows_not_data`, always: header rows, blank rows, notes above and below are counted
  as not data. It is asserted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from ingest.read.dialect import find_dialect
from ingest.read.encoding import Decoded, decode
from ingest.read.foreign import general_kind
from ingest.read.grids import Grid, grids_of
from ingest.read.regions import GridRow, Layout, Table, lay_out
from ingest.read.split import Row, physical_lines, read_rows
from ingest.schema.finding import Finding, cell_address

_SEPARATOR_LINE = re.compile(r"sep=(.|\\t)\s*", re.IGNORECASE)
_NAMES = {"\t": "TAB", " ": "SPACE"}


@dataclass(frozen=True)
class SheetReading:
    """`rows_in`: rows from the first to the last of the sheet. `is_hidden`: nobody who opens the file sees it."""

    name: str | None
    layout: Layout
    rows_in: int
    is_hidden: bool = False

    @property
    def rows_written(self) -> int:
        return sum(len(table.body) for table in self.layout.tables)

    @property
    def rows_not_data(self) -> int:
        headers = sum(len(table.header) for table in self.layout.tables)
        return headers + sum(map(len, self.layout.aside.values()))

    def csv_rows(self) -> Iterator[list[str]]:
        """The rows of its csv: for each table the header, where there is one, and the records."""
        for table in self.layout.tables:
            width = _width(table)
            if table.header:
                yield _fitted(table.names, width)
            for row in table.body:
                yield _fitted(row.cells, width)


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


@dataclass
class _Said:
    """Findings while they are gathered, all of one sheet."""

    sheet: str | None
    findings: list[Finding] = field(default_factory=list)

    def say(
        self, code: str, row: int | None = None, column: int = 1, value: str = "", **params: object
    ) -> None:
        cell = cell_address(column, row) if row else None
        self.findings.append(Finding(code, self.sheet, cell, row, value=value or None, params=params))


def read_general(path: Path) -> GeneralReading:
    """Read one file. Raises OSError when it cannot be opened."""
    kind = general_kind(path)
    if isinstance(kind, Finding):
        return GeneralReading(findings=(kind,), unreadable=kind.code != "empty_file")
    if kind == "text":
        return _of_text(path.read_bytes())
    grids, findings = grids_of(path, kind)
    if not grids:
        return GeneralReading(findings=tuple(findings) or (Finding("empty_file"),))
    return _of_grids(grids, findings)


def _of_text(content: bytes) -> GeneralReading:
    decoded = decode(content)
    said = _Said(None)
    _say_encoding(decoded, said)
    text = decoded.text.rstrip("\x1a")
    lines = physical_lines(text)
    rows, delimiter = _rows(text, lines, said)
    grid = [GridRow(number, row.cells) for number, row in enumerate(rows, 1)]
    _say_rows(rows, said)
    sheet = _sheet(Grid(None, grid), said)
    said.say("text_read_as", encoding=decoded.encoding, delimiter=_NAMES.get(delimiter, delimiter))
    if not sheet.rows_written and not any(table.header for table in sheet.layout.tables):
        said.say("empty_file")
    return _balanced(GeneralReading((sheet,), tuple(said.findings)))


def _rows(text: str, lines: list[str], said: _Said) -> tuple[list[Row], str]:
    """The rows of a text and the delimiter that parts their cells."""
    stated = _SEPARATOR_LINE.fullmatch(lines[0]) if lines else None
    if stated:
        # Excel's own first line; it binds Excel, so it is believed.
        delimiter = stated[1].replace("\\t", "\t")
        dialect = replace(find_dialect("".join(lines[1:])).dialect, delimiter=delimiter)
        rest = read_rows(lines[1:], dialect)
        moved = [replace(row, line=row.line + 1) for row in rest]
        return [Row(1, 1, [lines[0].rstrip("\r\n")]), *moved], delimiter
    choice = find_dialect(text)
    if not choice.sure:
        said.say("delimiter_unsure", delimiter=_NAMES.get(choice.dialect.delimiter, choice.dialect.delimiter))
    return read_rows(lines, choice.dialect), choice.dialect.delimiter


def _say_encoding(decoded: Decoded, said: _Said) -> None:
    if not decoded.sure:
        said.say("encoding_unsure", encoding=decoded.encoding)
    if decoded.other_lines:
        said.say(
            "mixed_encoding",
            encoding=decoded.encoding,
            other=decoded.other_encoding,
            lines=_listed(decoded.other_lines),
        )
    if decoded.undecoded:
        said.say("letters_lost", count=decoded.undecoded, encoding=decoded.encoding)


def _say_rows(rows: list[Row], said: _Said) -> None:
    for number, row in enumerate(rows, 1):
        if row.stray:
            said.say("quotes_repaired", number, found=len(row.cells))
        if row.other:
            said.say("row_cut_otherwise", number, delimiter=_NAMES.get(row.other, row.other))


def _of_grids(grids: list[Grid], findings: list[Finding]) -> GeneralReading:
    gathered = list(findings)
    sheets = []
    for grid in grids:
        said = _Said(grid.name)
        sheets.append(_sheet(grid, said))
        if grid.is_hidden:
            said.say("hidden_sheet_read", sheet=grid.name or "")
        gathered += said.findings
    order = sorted(range(len(sheets)), key=lambda place: (sheets[place].is_hidden, -_weight(sheets[place])))
    return _balanced(GeneralReading(tuple(sheets[place] for place in order), tuple(gathered)))


def _weight(sheet: SheetReading) -> int:
    """How much data a sheet holds: its cells with content, those of one-column lists and notes less."""
    filled = sum(row.filled for table in sheet.layout.tables for row in table.body)
    return filled if any(table.width > 1 for table in sheet.layout.tables) else filled // 4


def _sheet(grid: Grid, said: _Said) -> SheetReading:
    layout = lay_out(grid.rows)
    _say_aside(layout, said)
    for number, table in enumerate(layout.tables):
        _say_table(number, table, said)
    return SheetReading(grid.name, layout, len(grid.rows), grid.is_hidden)


def _say_aside(layout: Layout, said: _Said) -> None:
    for reason, rows in layout.aside.items():
        if reason == "blank_rows":
            said.say("blank_rows", rows[0].number, count=len(rows), rows=_listed(row.number for row in rows))
            continue
        for row in rows:
            column = row.first_filled
            text = " ".join(cell.strip() for cell in row.cells if cell.strip())
            said.say(_REASONS[reason], row.number, column + 1, text)


# Each reason is a code of its own.
_REASONS = {
    "preamble_rows": "preamble_row",
    "postamble_rows": "postamble_row",
    "totals_row": "totals_row",
    "repeated_header": "repeated_header",
    "numbering_row": "numbering_row",
}


def _say_table(number: int, table: Table, said: _Said) -> None:
    rows = [*table.header, *table.body]
    if number and rows:
        said.say("further_table", rows[0].number, number=number + 1, count=len(table.body))
    if not table.header and table.body:
        said.say("header_missing", table.body[0].number)
    if len(table.header) > 1:
        listed = _listed(row.number for row in table.header)
        said.say("header_rows_joined", table.header[0].number, rows=listed)
    width = _width(table)
    for row in table.body:
        found = len(_fitted(row.cells, width)) if len(row.cells) >= width else len(row.cells)
        if found != width:
            code = "cells_missing" if found < width else "cells_too_many"
            said.say(code, row.number, min(found, width) + 1, found=found, expected=width)


def _width(table: Table) -> int:
    """Cells of a record: without columns at the right end that have neither name nor value."""
    names = table.names if table.header else []
    named = max((place + 1 for place, name in enumerate(names) if name.strip()), default=0)
    if named >= table.width:
        return table.width
    ends = (
        place + 1 for row in table.body for place, cell in enumerate(row.cells[: table.width]) if cell.strip()
    )
    return max(named, max(ends, default=1))


def _fitted(cells: list[str], width: int) -> list[str]:
    """A record filled up to the width, and cut back to it as far as only empty cells are cut."""
    end = len(cells)
    while end > width and not cells[end - 1].strip():
        end -= 1
    return [*cells[:end], *[""] * (width - end)]


def _listed(numbers: Iterable[int]) -> str:
    """Row numbers with runs drawn together: `3–5, 9`."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ", ".join(str(begin) if begin == end else f"{begin}–{end}" for begin, end in runs)


def _balanced(reading: GeneralReading) -> GeneralReading:
    for sheet in reading.sheets:
        assert sheet.rows_in == sheet.rows_written + sheet.rows_not_data, "rows do not add up"
    return reading
