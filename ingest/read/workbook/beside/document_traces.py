"""Hidden rows and columns, and formulas nobody computed, of OpenDocument (ods, fods).

In: the XML of a document. Out: by sheet a `NotShown`. A row that holds nothing hides nothing.
"""

from __future__ import annotations

import io
from array import array
from typing import Any
from xml.etree import ElementTree

from ingest.read.workbook.beside_cells import NotShown

_TABLE, _OFFICE, _TEXT = (
    f"{{urn:oasis:names:tc:opendocument:xmlns:{space}:1.0}}" for space in ("table", "office", "text")
)
_SIGNS = (b'"collapse"', b'"filter"', b"table:formula")
_MOST_REPEATED = 1 << 16
"""Rows that one stands for; what stands for more holds nothing."""
_NOT_SHOWN = ("collapse", "filter")


def traces_in_document(content: bytes) -> dict[str, NotShown]:
    """What the sheets of a document do not show. Raises ParseError."""
    found: dict[str, NotShown] = {}
    if not any(sign in content for sign in _SIGNS):
        return found
    sheet, row, column = NotShown(), 0, 0
    for event, element in ElementTree.iterparse(io.BytesIO(content), ("start", "end")):
        if event == "start":
            if element.tag == f"{_TABLE}table":
                sheet, row, column = found.setdefault(element.get(f"{_TABLE}name", ""), NotShown()), 0, 0
        elif element.tag == f"{_TABLE}table-column":
            times = _repeated(element, "columns")
            if element.get(f"{_TABLE}visibility") in _NOT_SHOWN:
                sheet.columns.append((column + 1, column + times))
            column += times
        elif element.tag == f"{_TABLE}table-row":
            times = _repeated(element, "rows")
            _take_row(element, sheet, row, times)
            row += times
            element.clear()
    return found


def _take_row(element: Any, sheet: NotShown, above: int, times: int) -> None:
    if times > _MOST_REPEATED:
        return
    numbers = range(above + 1, above + times + 1)
    column, is_filled = 1, False
    for cell in element:
        if cell.tag not in (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
            continue
        has_value = cell.get(f"{_OFFICE}value-type") is not None or cell.find(f"{_TEXT}p") is not None
        is_filled = is_filled or has_value
        if not has_value and cell.get(f"{_TABLE}formula"):
            sheet.uncomputed.setdefault(column, array("i")).extend(numbers)
        column += _repeated(cell, "columns")
    if is_filled and element.get(f"{_TABLE}visibility") in _NOT_SHOWN:
        for number in numbers:
            sheet.rows.add(number)


def _repeated(element: Any, what: str) -> int:
    text = element.get(f"{_TABLE}number-{what}-repeated") or "1"
    return int(text) if text.isdecimal() and len(text) < 9 else 1
