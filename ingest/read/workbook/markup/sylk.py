"""A table of SYLK (slk), an old text format that Excel and LibreOffice still write → its rows.

In: the text of the file. Out: rows of text, cells as a person would read them: numbers in columns of dates become
ISO dates. Formulas are not computed: a cell keeps the value stated beside its formula. Records and fields follow
Microsoft's SYLK of Excel: `C` is a cell, `F` a format, `P` a picture of a format; X and Y hold until said anew.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Literal

from ingest.read.workbook.beside_cells import NotShown

_DAY_ONE = {False: datetime(1899, 12, 30), True: datetime(1904, 1, 1)}
_MOST_DAYS = 2_958_465
_MOST_ROWS, _MOST_COLUMNS = 1_048_576, 16_384
_SPARSEST, _SMALL = 10, 100_000
"""Cells there may be for each with content, and in any case."""
_QUOTED = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\[\]]*\]')
_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?")
# One semicolon parts fields, two are one of the text.
_FIELD = re.compile(r"((?:[^;]|;;)*)(?:;|$)")


def rows_of_sylk(text: str, hidden: NotShown) -> list[list[str]]:
    """The rows from the first to the last with content. Formulas nobody computed and hidden columns are put into
    `hidden`."""
    reader = _Reader()
    for line in text.splitlines():
        reader.take(list(_fields(line)))
    reader.tell_of_hidden(hidden)
    return reader.rows()


def _fields(line: str) -> Iterator[str]:
    """The fields of a record: a semicolon in a text is doubled."""
    begin = 0
    while begin <= len(line):
        found = _FIELD.match(line, begin)
        if found is None or (begin == len(line) and begin):
            return
        yield found[1].replace(";;", ";")
        if found.end() == begin:
            return
        begin = found.end()


_Kind = Literal["plain", "date", "per cent"]


def _kind_of(picture: str) -> _Kind:
    bare = _QUOTED.sub("", picture)
    return "per cent" if "%" in bare else "date" if re.search("[dyDY]", bare) else "plain"


class _Reader:
    def __init__(self) -> None:
        self._cells: dict[tuple[int, int], str] = {}
        self._kinds: list[_Kind] = []
        # Of cells, columns and rows: what their format shows.
        self._of_cell: dict[tuple[int, int], _Kind] = {}
        self._of_column: dict[int, _Kind] = {}
        self._of_row: dict[int, _Kind] = {}
        self._formulas: set[tuple[int, int]] = set()
        self._hidden: list[tuple[int, int]] = []
        self._numbers: dict[tuple[int, int], float] = {}
        self._row = self._column = 1
        self._counts_from_1904 = False

    def take(self, fields: list[str]) -> None:
        """Take in one record."""
        kind, given = fields[0], {field[:1]: field[1:] for field in fields[1:] if field}
        if kind == "P" and "P" in given:
            self._kinds.append(_kind_of(given["P"]))
        elif kind == "O" and given.get("V") == "4":
            self._counts_from_1904 = True
        elif kind in ("C", "F"):
            self._row = _place(given.get("Y"), self._row, _MOST_ROWS)
            self._column = _place(given.get("X"), self._column, _MOST_COLUMNS)
            if kind == "F":
                self._take_format(given)
            else:
                if "E" in given:
                    self._formulas.add((self._row, self._column))
                if "K" in given:
                    self._take_value(given["K"])

    def _take_format(self, given: dict[str, str]) -> None:
        if len(wide := given.get("W", "").split()) == 3 and wide[2] == "0" and all(map(str.isdecimal, wide)):
            first, last = (min(int(place[:6]), _MOST_COLUMNS) for place in wide[:2])
            self._hidden.append((first, last))
        number = given.get("P", "")
        if not number.isdecimal():
            return
        kind: _Kind = self._kinds[int(number)] if int(number) < len(self._kinds) else "plain"
        if given.get("C", "").isdecimal():
            self._of_column[int(given["C"])] = kind
        elif given.get("R", "").isdecimal():
            self._of_row[int(given["R"])] = kind
        else:
            self._of_cell[self._row, self._column] = kind

    def _take_value(self, value: str) -> None:
        place = (self._row, self._column)
        self._numbers.pop(place, None)
        if value.startswith('"'):
            text = value[1:-1] if len(value) > 1 and value.endswith('"') else value[1:]
            self._cells[place] = text.replace('""', '"').replace("\x1b :", "\n")
            return
        self._cells[place] = value
        if _NUMBER.fullmatch(value):
            self._numbers[place] = float(value)

    def tell_of_hidden(self, hidden: NotShown) -> None:
        """Formulas without a value, and columns without a width."""
        hidden.columns += self._hidden
        for row, column in sorted(self._formulas - self._cells.keys()):
            hidden.uncomputed.setdefault(column, array("i")).append(row)

    def rows(self) -> list[list[str]]:
        for place, number in self._numbers.items():
            self._cells[place] = self._shown(place, number)
        filled = {place: text for place, text in self._cells.items() if text}
        rows: list[list[str]] = [[] for _ in range(max((row for row, _ in filled), default=0))]
        for (row, column), text in sorted(filled.items()):
            cells = rows[row - 1]
            cells.extend([""] * (column - 1 - len(cells)))
            cells.append(text)
        width = max(map(len, rows), default=0)
        # Blank cells are not written: a row that ends in them is as wide as the others. One cell far away widens none.
        if len(rows) * width <= _SPARSEST * len(filled) + _SMALL:
            for cells in rows:
                cells.extend([""] * (width - len(cells)) if cells else ())
        return rows

    def _shown(self, place: tuple[int, int], number: float) -> str:
        row, column = place
        formats = (self._of_cell.get(place), self._of_row.get(row), self._of_column.get(column))
        kind = next((known for known in formats if known is not None), "plain")
        if kind == "per cent":
            return f"{(Decimal(repr(number)) * 100).normalize():f}%"
        if kind == "date" and 0 < number < _MOST_DAYS:
            moment = _DAY_ONE[self._counts_from_1904] + timedelta(days=number)
            return moment.date().isoformat() if number.is_integer() else moment.isoformat(" ", "seconds")
        return str(int(number)) if number.is_integer() and abs(number) < 1e15 else repr(number)


def _place(given: str | None, present: int, most: int) -> int:
    return min(max(int(given), 1), most) if given and given.isdecimal() and len(given) < 10 else present
