"""A file that is no xlsx, or one that cannot be marked in place, as a workbook of what was read.

In: the file and the contract. Out: an xlsx in which every value stands, as text, at the row and column that
findings name: a text whole, record by record, in whatever encoding and dialect it is; a workbook of another kind
sheet by sheet. Only where that does not bring the headers back to their places: the columns that were recognised.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import chain, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import xlsxwriter

from expectations.marked.elements import ILLEGAL
from expectations.marked.wording import say
from ingest.read.files.file_kind import kind_of
from ingest.read.reading import LocatedTable, Reading
from ingest.read.sandbox.parent import read_apart, write_apart
from ingest.read.text.batches import cut_as
from ingest.read.text.encodings.encoding import text_of
from ingest.read.text.rows.records import records
from ingest.read.text_form import TextForm
from ingest.read.workbook.markup.markup_tables import tables_of
from ingest.schema.forms.contract import Contract, Language

MOST_ROWS = 1_048_576
_MOST_COLUMNS, _MOST_TEXT = 16_384, 32_766
_SAMPLE = 200
_NARROWEST, _WIDEST = 10, 44
_LONGEST_NAME, _NO_NAME = 31, re.compile(r"[\[\]:*?/\\]|" + ILLEGAL.pattern)
_BOOK = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}

_Cells = Sequence[str | None]


@dataclass(frozen=True)
class Rebuilt:
    """The workbook, and what is to be said about it. `names`: sheet of the file → sheet of the workbook."""

    path: Path
    remarks: tuple[str, ...]
    names: Mapping[str, str] = field(default_factory=dict)


def rebuilt(
    source: Path, contract: Contract, language: Language, target: Path, *, is_read: bool = True
) -> Rebuilt:
    """Write the workbook to `target`. Raises OSError when the source cannot be opened. `is_read`: without it nothing of
    the source is looked at, and the workbook says that it could not be read."""
    reading = read_apart(source, contract) if is_read else Reading(unreadable=True)
    records = _records_of(source, reading) if is_read else None
    with TemporaryDirectory() as scratch, xlsxwriter.Workbook(str(target), _BOOK) as book:
        if records:
            return Rebuilt(target, _whole(book, records, reading, contract, language))
        if is_read and (sheets := _sheets(source, reading, Path(scratch))) is not None:
            return _all_sheets(book, target, sheets, reading, language)
        if reading.tables:
            names: dict[str, str] = {}
            for number, table in enumerate(reading.tables, start=1):
                name = f"{say('data_sheet', language)} {number}"
                if table.sheet:
                    name = names.setdefault(table.sheet, _sheet_name(table.sheet, name, names.values()))
                _write(book, name, _rows(table, contract, language))
            return Rebuilt(target, (say("rebuilt_in_part", language),), names)
        sheet = book.add_worksheet(say("data_sheet", language))
        sheet.write_string(0, 0, say("unreadable", language))
        return Rebuilt(target, ())


def _sheet_name(name: str, otherwise: str, taken: Iterable[str]) -> str:
    """The name itself where a workbook can have such a sheet."""
    is_possible = 0 < len(name) <= _LONGEST_NAME and not _NO_NAME.search(name) and name.strip("'") == name
    return name if is_possible and name.casefold() not in map(str.casefold, taken) else otherwise


_Feed = Callable[[], Iterator[list[str]]]


def _records_of(source: Path, reading: Reading) -> _Feed | None:
    """The records of a text, cut as the reader cut them; None for what is no text, and for sheets with names."""
    if (form := reading.written) is not None:
        return partial(_records if form.by_records else _cut, source, form)
    if kind_of(source) != "markup":
        return None
    if any(table.sheet is not None for table in reading.tables):
        return None
    rows = [row for table in tables_of(source.read_bytes())[0] for row in table.rows]
    return lambda: iter(rows)


def _records(source: Path, form: TextForm) -> Iterator[list[str]]:
    """The records of a text; of one in UTF-8 without holding all of it."""
    if form.is_plain:
        with source.open(encoding="utf-8-sig", errors="replace", newline="") as lines:
            yield from (record.cells for record in records(lines, form.delimiter))
        return
    text = text_of(source.read_bytes(), form)
    yield from (record.cells for record in records(io.StringIO(text, newline=""), form.delimiter))


def _cut(source: Path, form: TextForm) -> Iterator[list[str]]:
    """The records of a text in an unusual dialect."""
    text = text_of(source.read_bytes(), form)
    for rows in cut_as(form).batches(text, len(text) + 1):
        for row in rows:
            yield row.cells


def _whole(
    book: Any, feed: _Feed, reading: Reading, contract: Contract, language: Language
) -> tuple[str, ...]:
    header_row = reading.tables[0].header_row if reading.tables else None
    name = contract.layout.sheet.in_language(language)
    rows: Iterable[list[str]] = feed()
    if reading.tables:
        # Below the last row with content there is nothing to give back, though a file may go on for millions of lines.
        headers = max(table.header_row for table in reading.tables) + _SAMPLE * len(reading.tables)
        rows = islice(rows, headers + reading.rows_in)
    count = _write(book, name, rows, header_row)
    said = [say("rebuilt", language)]
    if count > MOST_ROWS:
        said.append(say("rows_cut", language, rows=count, most=MOST_ROWS))
    return tuple(said)


def _sheets(source: Path, reading: Reading, scratch: Path) -> list[tuple[str, Path]] | None:
    """Each sheet of a workbook and the csv of its cells; None for what is no workbook or cannot be had whole."""
    if kind_of(source) not in ("workbook", "markup") or not reading.tables:
        return None
    written = write_apart(source, scratch, whole=True)
    if written.unreadable or not {table.sheet for table in reading.tables} <= {
        s.name for s in written.sheets
    }:
        return None
    return [(sheet.name or "", scratch / sheet.file) for sheet in written.sheets]


def _all_sheets(
    book: Any, target: Path, sheets: list[tuple[str, Path]], reading: Reading, language: Language
) -> Rebuilt:
    header_rows = {table.sheet: table.header_row for table in reading.tables}
    names: dict[str, str] = {}
    for number, (sheet, file) in enumerate(sheets, start=1):
        otherwise = f"{say('data_sheet', language)} {number}"
        names[sheet] = _sheet_name(sheet, otherwise, names.values())
        with file.open(encoding="utf-8", newline="") as lines:
            _write(book, names[sheet], csv.reader(lines), header_rows.get(sheet))
    return Rebuilt(target, (say("rebuilt", language),), names)


def _rows(table: LocatedTable, contract: Contract, language: Language) -> Iterator[_Cells]:
    """The recognised columns of a table, each row where it stood in the file."""
    width = max(table.columns.values(), default=0)
    heads: list[str | None] = [None] * width
    for name, column in table.columns.items():
        heads[column - 1] = contract.field(name).labels.in_language(language)
    yield from ([] for _ in range(table.header_row - 1))
    yield heads
    at = table.header_row
    for row in table.text.to_pylist():
        yield from ([] for _ in range(at + 1, row["_row"]))
        at = row["_row"]
        cells: list[str | None] = [None] * width
        for name, column in table.columns.items():
            cells[column - 1] = row[name]
        yield cells


def _write(book: Any, name: str, rows: Iterable[_Cells], header_row: int | None = None) -> int:
    """Write one sheet, every value as text; how many rows there were, those beyond a sheet included."""
    sheet = book.add_worksheet(name)
    look = {"num_format": "@", "font_name": "Arial", "font_size": 10}
    # Text whatever it looks like, also when somebody presses Enter in its cell.
    kept = {**look, "quote_prefix": True}
    column_look, text, bold = (book.add_format(each) for each in (look, kept, {**kept, "bold": True}))
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    feed = iter(rows)
    sample = list(islice(feed, _SAMPLE))
    for column, width in enumerate(_widths(sample)):
        sheet.set_column(column, column, width, column_look)
    number = -1
    for number, cells in enumerate(chain(sample, feed)):
        if number >= MOST_ROWS:
            continue
        cell_format = bold if header_row == number + 1 else text
        for column, cell in enumerate(cells[:_MOST_COLUMNS]):
            if cell:
                cut = cell if len(cell) <= _MOST_TEXT else cell[:_MOST_TEXT] + "…"
                sheet.write_string(number, column, cut, cell_format)
    return number + 1


def _widths(sample: Sequence[_Cells]) -> list[int]:
    longest: list[int] = []
    for cells in sample:
        for column, cell in enumerate(cells[:_MOST_COLUMNS]):
            if column == len(longest):
                longest.append(_NARROWEST)
            longest[column] = min(_WIDEST, max(longest[column], len(cell or "") + 2))
    return longest
