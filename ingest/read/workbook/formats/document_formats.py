"""Numbers shown in a wanted way, of OpenDocument (ods).

In: the XML of a document's content and styles, and which formats are wanted. Out: by sheet the places of such values.
A style that says piece by piece what is shown is written as the code Excel has for it: `dd.mm.yyyy hh:mm`.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

from ingest.read.workbook.formats.number_formats import Found, Places, Wanted

_TABLE, _STYLE, _OFFICE, _NUMBER = (
    f"{{urn:oasis:names:tc:opendocument:xmlns:{space}:1.0}}"
    for space in ("table", "style", "office", "datastyle")
)
_CODES = {
    "year": "yyyy",
    "month": "mm",
    "day": "dd",
    "day-of-week": "ddd",
    "hours": "hh",
    "minutes": "mm",
    "seconds": "ss",
    "number": "0",
    "scientific-number": "0",
    "fraction": "0",
}
_MOST_REPEATED = 1 << 20
"""Cells that one cell stands for; blank ones, which stand for more, hold no value."""


def formatted_in_document(content: bytes, styles: bytes, wanted: Wanted) -> dict[str, Places]:
    """The places by sheet."""
    names = _Styles(wanted)
    if styles:
        for _, element in ElementTree.iterparse(io.BytesIO(styles)):
            names.take(element)
    found: dict[str, Found] = {}
    sheet = _Sheet(wanted, names)
    for event, element in ElementTree.iterparse(io.BytesIO(content), ("start", "end")):
        name = element.tag.removeprefix(_TABLE)
        if event == "start":
            if name == "table":
                sheet = _Sheet(wanted, names)
                found[element.get(f"{_TABLE}name", "")] = sheet.found
        elif name == "table-column":
            sheet.take_column(element)
        elif name == "table-row":
            sheet.take_row(element)
            element.clear()
        else:
            names.take(element)
    return {name: own.places for name, own in found.items()}


class _Styles:
    """The names of cell styles, each with whether it shows what is wanted; those that say nothing of it are left to
    the style they follow."""

    def __init__(self, wanted: Wanted) -> None:
        self._wanted = wanted
        self._formats: dict[str, bool] = {}
        self._cells: dict[str, tuple[str, str]] = {}

    def take(self, element: Any) -> None:
        """Take in an element where it is a style."""
        if element.tag == f"{_STYLE}style" and element.get(f"{_STYLE}family") == "table-cell":
            follows = element.get(f"{_STYLE}parent-style-name", "")
            self._cells[element.get(f"{_STYLE}name", "")] = (
                element.get(f"{_STYLE}data-style-name", ""),
                follows,
            )
        elif element.tag.startswith(_NUMBER) and element.tag.endswith("-style"):
            name = element.get(f"{_STYLE}name", "")
            self._formats[name] = self._formats.get(name, False) or self._wanted.shows_code(_code_of(element))

    def shows(self, name: str | None) -> bool | None:
        """Whether a cell style shows what is wanted; None where it says nothing of numbers."""
        for _ in range(len(self._cells)):
            if name not in self._cells:
                return None
            number, follows = self._cells[name]
            if number:
                return self._formats.get(number, False)
            name = follows
        return None


def _code_of(style: Any) -> str:
    pieces = []
    for piece in style:
        name = piece.tag.removeprefix(_NUMBER)
        quoted = (piece.text or "").replace('"', "")
        is_sign = style.tag == f"{_NUMBER}percentage-style" and "%" in quoted
        pieces.append(_CODES.get(name, "") if name != "text" else "%" if is_sign else f'"{quoted}"')
    return "".join(pieces)


class _Sheet:
    """Follows the rows of one sheet."""

    def __init__(self, wanted: Wanted, names: _Styles) -> None:
        self._wanted, self._names = wanted, names
        self._columns: list[tuple[int, str]] = []
        self._row = 0
        self.found = Found()

    def take_column(self, element: Any) -> None:
        """How the cells of columns look that say nothing themselves."""
        last = self._columns[-1][0] if self._columns else 0
        name = element.get(f"{_TABLE}default-cell-style-name", "")
        self._columns.append((last + _repeated(element, "columns"), name))

    def take_row(self, element: Any) -> None:
        """The cells of a row, which may stand for several alike."""
        times = _repeated(element, "rows")
        default = element.get(f"{_TABLE}default-cell-style-name")
        for column, across, cell in _cells_of(element):
            if times * across <= _MOST_REPEATED and self._is_wanted(cell, column, default):
                for row in range(self._row + 1, self._row + times + 1):
                    for place in range(column, column + across):
                        self.found.add(row, place)
        self._row += times

    def _is_wanted(self, cell: Any, column: int, default: str | None) -> bool:
        kind = cell.get(f"{_OFFICE}value-type")
        if kind in (None, "string", "boolean"):
            return False
        if kind == self._wanted.value_type:
            return True
        own = cell.get(f"{_TABLE}style-name") or default
        shows = self._names.shows(own or next((name for last, name in self._columns if column <= last), None))
        if shows is None:
            return self._wanted.shows_text("".join(cell.itertext()))
        return shows


def _cells_of(row: Any) -> Iterator[tuple[int, int, Any]]:
    """The column, from 1, of each cell of a row, for how many it stands, and the cell."""
    column = 1
    for cell in row:
        if cell.tag in (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
            across = _repeated(cell, "columns")
            yield column, across, cell
            column += across


def _repeated(element: Any, what: str) -> int:
    text = element.get(f"{_TABLE}number-{what}-repeated") or "1"
    return int(text) if text.isdecimal() and len(text) < 9 else 1
