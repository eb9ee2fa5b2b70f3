"""A file that is no xlsx, or one that cannot be marked in place, as a workbook of what was read.

In: the file and the contract. Out: an xlsx in which every value stands, as text, at the row and column that
findings name: a csv whole, record by record; of anything else the columns that were recognised.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path
from typing import Any

import xlsxwriter

from expectations.marked.places import ILLEGAL
from expectations.marked.wording import say
from ingest.read.header import HeaderWords
from ingest.read.kind import kind_of
from ingest.read.read import read
from ingest.read.reading import LocatedTable, Reading
from ingest.read.records import records
from ingest.schema.contract import Contract, Language

MOST_ROWS = 1_048_576
_MOST_COLUMNS, _MOST_TEXT = 16_384, 32_766
_DELIMITERS = (",", ";", "\t", "|")
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


def rebuilt(source: Path, contract: Contract, language: Language, target: Path) -> Rebuilt:
    """Write the workbook to `target`. Raises OSError when the source cannot be opened."""
    reading = read(source, contract)
    delimiter = _delimiter(source, reading, contract)
    with xlsxwriter.Workbook(str(target), _BOOK) as book:
        if delimiter:
            return Rebuilt(target, _whole(book, source, delimiter, reading, contract, language))
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


def _delimiter(source: Path, reading: Reading, contract: Contract) -> str | None:
    """What separates the cells of a text, by which its headers stand where the reader saw them.

    None for what is no text, or is one that this way of looking does not bring back cell by cell.
    """
    if kind_of(source) != "text" or len(reading.tables) > 1:
        return None
    try:
        with source.open(encoding="utf-8-sig", newline="") as lines:
            head = lines.read(1 << 16)
    except UnicodeDecodeError:
        return None
    if not reading.tables:
        return max(_DELIMITERS, key=head.count)
    table, words = reading.tables[0], HeaderWords(contract)
    for delimiter in _DELIMITERS:
        found = next(islice(_records(source, delimiter), table.header_row - 1, None), [])
        if all(
            column <= len(found) and words.field(found[column - 1]) == name
            for name, column in table.columns.items()
        ):
            return delimiter
    return None


def _records(source: Path, delimiter: str) -> Iterator[list[str]]:
    with source.open(encoding="utf-8-sig", errors="replace", newline="") as lines:
        for record in records(lines, delimiter):
            yield record.cells


def _whole(
    book: Any, source: Path, delimiter: str, reading: Reading, contract: Contract, language: Language
) -> tuple[str, ...]:
    header_row = reading.tables[0].header_row if reading.tables else None
    name = contract.layout.sheet.in_language(language)
    count = _write(book, name, _records(source, delimiter), header_row)
    said = [say("rebuilt", language)]
    if count > MOST_ROWS:
        said.append(say("rows_cut", language, rows=count, most=MOST_ROWS))
    return tuple(said)


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
    text, bold = book.add_format(look), book.add_format({**look, "bold": True})
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    feed = iter(rows)
    sample = list(islice(feed, _SAMPLE))
    for column, width in enumerate(_widths(sample)):
        sheet.set_column(column, column, width, text)
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
