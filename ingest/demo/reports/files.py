"""Files as schools write them: workbooks and CSV, headers in Kazakh or Russian, some with notes above them.

In: rows of a form as an Arrow table, a `Style`, single cells to spoil. Out: a file, and where each column
stands in it. The same input gives the same bytes.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import xlsxwriter
from pyarrow import csv as arrow_csv

from ingest.schema.forms.codelist import codelist
from ingest.schema.forms.contract import Contract, FormField, Language
from ingest.schema.texts.finding import cell_address

BOM = b"\xef\xbb\xbf"
# A workbook says when it was made; a fixed moment keeps the bytes the same.
_MADE = datetime(2026, 8, 1, tzinfo=UTC).replace(tzinfo=None)


@dataclass(frozen=True)
class Style:
    """How one school writes its files.

    `words`: codes are written in words of `language`. `notes`: lines above the header. `shuffle`: the seed of
    another order of columns, None for the form's own. `field_names`: headers are the names of the fields, as
    classifiers have them.
    """

    kind: Literal["csv", "xlsx"] = "csv"
    language: Language = "kk"
    words: bool = False
    notes: tuple[str, ...] = ()
    delimiter: Literal[",", ";"] = ","
    bom: bool = False
    shuffle: int | None = None
    field_names: bool = False


Column = Any
"""An Arrow column, chunked or not."""
Cell = tuple[int, str]
"""A row of the table, counted from 0, and a field."""
CellWriter = Callable[[int, int, Any], object]


@dataclass(frozen=True)
class WrittenFile:
    """Where things stand in a written file: 1-based columns, and the row of the header."""

    path: Path
    sheet: str | None
    columns: Mapping[str, int]
    header_row: int
    rows: int

    def row_of(self, row: int) -> int:
        """The 1-based row in the file of a row of the table, counted from 0."""
        return self.header_row + 1 + row

    def cell_of(self, row: int, name: str) -> str:
        """The spreadsheet address of a cell."""
        return cell_address(self.columns[name], self.row_of(row))


@dataclass(frozen=True)
class _Sheet:
    """What goes into a file whatever its kind: headers and columns in order, the cells to spoil."""

    contract: Contract
    style: Style
    fields: tuple[FormField, ...]
    table: pa.Table
    spoilt: Mapping[Cell, str] = field(default_factory=dict)

    @property
    def headers(self) -> list[str]:
        if self.style.field_names:
            return [one.name for one in self.fields]
        return [one.labels.in_language(self.style.language) for one in self.fields]


def write(
    path: Path, contract: Contract, table: pa.Table, style: Style, spoilt: Mapping[Cell, str] | None = None
) -> WrittenFile:
    """Write the rows of a form; cells named in `spoilt` hold that text instead of their value."""
    sheet = _Sheet(contract, style, _order(contract, style), table, spoilt or {})
    path.parent.mkdir(parents=True, exist_ok=True)
    writer = _write_xlsx if style.kind == "xlsx" else _write_csv
    header_row = writer(path, sheet)
    columns = {one.name: at for at, one in enumerate(sheet.fields, start=1)}
    name = contract.layout.sheet.in_language(style.language) if style.kind == "xlsx" else None
    return WrittenFile(path, name, columns, header_row, table.num_rows)


def _order(contract: Contract, style: Style) -> tuple[FormField, ...]:
    if style.shuffle is None:
        return contract.fields
    order = np.random.default_rng(style.shuffle).permutation(len(contract.fields))
    return tuple(contract.fields[at] for at in order)


def _words_of(one: FormField, style: Style) -> Mapping[str, str] | None:
    """Code → the word that is written for it; None where values are written as they are."""
    name = "yes_no" if one.type == "boolean" else one.constraints.codelist
    if name is None or (not style.words and one.type != "boolean"):
        return None
    if not style.words:
        return {"yes": "true", "no": "false"}
    return {entry.code: entry.labels.in_language(style.language) for entry in codelist(name).codes}


def _as_written(one: FormField, column: Column, style: Style) -> Column:
    """The column with codes turned into words; numbers and dates stay what they are, a time is hours and minutes."""
    if one.type == "time":
        return pa.array([value and value.isoformat("minutes") for value in column.to_pylist()], pa.string())
    words = _words_of(one, style)
    if words is None:
        return column
    codes = pc.if_else(column, "yes", "no") if one.type == "boolean" else column
    known = pa.array(list(words), pa.string())
    place: Any = pc.index_in(codes, known)
    return pa.array(list(words.values()), pa.string()).take(place)


def _write_csv(path: Path, sheet: _Sheet) -> int:
    style = sheet.style
    columns = []
    for one in sheet.fields:
        text = pc.cast(_as_written(one, sheet.table[one.name], style), pa.string())
        columns.append(_spoil(text, one.name, sheet.spoilt))
    lines = io.StringIO(newline="")
    writer = csv.writer(lines, delimiter=style.delimiter, lineterminator="\n")
    # A spreadsheet saves every line as wide as the widest.
    writer.writerows([note, *[""] * (len(sheet.fields) - 1)] for note in style.notes)
    writer.writerow(sheet.headers)
    table = pa.table(columns, names=[one.name for one in sheet.fields])
    quoting: Any = "needed" if any(_needs_quotes(column, style.delimiter) for column in columns) else "none"
    with path.open("wb") as out:
        out.write((BOM if style.bom else b"") + lines.getvalue().encode())
        options = arrow_csv.WriteOptions(
            include_header=False, delimiter=style.delimiter, quoting_style=quoting
        )
        arrow_csv.write_csv(table, out, options)
    return len(style.notes) + 1


def _needs_quotes(column: Column, delimiter: str) -> bool:
    """Whether a value of a column would break the line if it stood bare."""
    found: bool = pc.any(pc.match_substring_regex(column, f'[{delimiter}"\r\n]')).as_py() or False
    return found


def _spoil(text: Column, name: str, spoilt: Mapping[Cell, str]) -> Column:
    cells = {row: value for (row, field_name), value in spoilt.items() if field_name == name}
    if not cells:
        return text
    values = text.to_pylist()
    for row, value in cells.items():
        values[row] = value
    return pa.chunked_array([pa.array(values, pa.string())])


def _write_xlsx(path: Path, sheet: _Sheet) -> int:
    style = sheet.style
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(str(path), options) as book:
        book.set_properties({"created": _MADE})
        page = book.add_worksheet(sheet.contract.layout.sheet.in_language(style.language))
        bold = book.add_format({"bold": True})
        header_row = len(style.notes)
        for at, note in enumerate(style.notes):
            page.write_string(at, 0, note)
        for at, header in enumerate(sheet.headers):
            page.write_string(header_row, at, header, bold)
        _write_cells(page, book.add_format({"num_format": "dd.mm.yyyy"}), sheet, header_row + 1)
    return header_row + 1


def _write_cells(page: Any, date_format: Any, sheet: _Sheet, first_row: int) -> None:
    """Cells row by row, as memory-saving workbooks must be written; dates and numbers as such."""
    writers = [_cell_writer(page, one, date_format) for one in sheet.fields]
    columns = [_as_written(one, sheet.table[one.name], sheet.style).to_pylist() for one in sheet.fields]
    spoilt = {
        (row, at): sheet.spoilt[row, one.name]
        for at, one in enumerate(sheet.fields)
        for row in {row for row, name in sheet.spoilt if name == one.name}
    }
    for row, values in enumerate(zip(*columns, strict=True)):
        for at, value in enumerate(values):
            if (row, at) in spoilt:
                _write_text(page, first_row + row, at, spoilt[row, at], sheet.fields[at], writers[at])
            elif value is not None:
                writers[at](first_row + row, at, value)


def _cell_writer(page: Any, one: FormField, date_format: Any) -> CellWriter:
    if one.type == "date":
        return lambda row, at, value: page.write_datetime(row, at, _moment(value), date_format)
    if one.type in ("integer", "number"):
        number: CellWriter = page.write_number
        return number
    return lambda row, at, value: page.write_string(row, at, str(value))


def _write_text(page: Any, row: int, at: int, text: str, one: FormField, writer: CellWriter) -> None:
    """A text a person types into a cell: a spreadsheet makes a number or a date of it where it can."""
    if one.type == "integer" and text.isdecimal():
        writer(row, at, int(text))
    elif one.type == "date" and len(text) == len("2026-09-01"):
        writer(row, at, date.fromisoformat(text))
    else:
        page.write_string(row, at, text)


def _moment(day: date) -> datetime:
    return datetime(day.year, day.month, day.day)


def table_of(contract: Contract, rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    """Rows of a form as a typed table in the order of its fields; what a row does not name is empty."""
    types = {
        "string": pa.string(),
        "integer": pa.int64(),
        "number": pa.float64(),
        "boolean": pa.bool_(),
        "date": pa.date32(),
        "time": pa.time64("us"),
        "datetime": pa.timestamp("us"),
    }
    return pa.table(
        {one.name: pa.array([row.get(one.name) for row in rows], types[one.type]) for one in contract.fields}
    )
