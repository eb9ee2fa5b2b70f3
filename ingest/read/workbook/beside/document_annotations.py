"""The same of OpenDocument (ods, fods): coloured and struck-out cells, comments on them.

In: the XML of a document. Out: by sheet the places of such cells.
"""

from __future__ import annotations

import io
from typing import Any
from xml.etree import ElementTree

from ingest.read.workbook.beside.cell_styles import CellStyles
from ingest.read.workbook.beside_cells import MOST_NOTED, Annotations, Place

_ODF = {
    name: f"{{urn:oasis:names:tc:opendocument:xmlns:{space}:1.0}}"
    for name, space in (
        ("table", "table"),
        ("style", "style"),
        ("office", "office"),
        ("fo", "xsl-fo-compatible"),
    )
}
_SAID_IN_ODS = (b"<office:annotation", b"fo:background-color", b"text-line-through-style")


def noted_in_document(content: bytes) -> dict[str, Annotations]:
    """The same of an .ods. A style said to hold for repeated cells holds for those that are not blank alone."""
    found: dict[str, Annotations] = {}
    if not any(said in content for said in _SAID_IN_ODS):
        return found
    styles = CellStyles()
    names: dict[str, int] = {}
    sheet, row, column = Annotations(), 0, 0
    table = _ODF["table"]
    for event, element in ElementTree.iterparse(io.BytesIO(content), ("start", "end")):
        if event == "start":
            if element.tag == f"{table}table":
                sheet, row = found.setdefault(element.get(f"{table}name", ""), Annotations()), 0
            elif element.tag == f"{table}table-row":
                row, column = row + 1, 0
        elif element.tag == f"{_ODF['style']}style":
            _take_style(element, styles, names)
        elif element.tag in (f"{table}table-cell", f"{table}covered-table-cell"):
            _take_cell(element, (row, column + 1), styles, names, sheet)
            column += _repeated(element, "columns")
            element.clear()
        elif element.tag == f"{table}table-row":
            row += _repeated(element, "rows") - 1
            element.clear()
    return {name: own for name, own in found.items() if own}


def _take_style(element: Any, styles: CellStyles, names: dict[str, int]) -> None:
    number = names.setdefault(element.get(f"{_ODF['style']}name", ""), len(names))
    for properties in element:
        colour = properties.get(f"{_ODF['fo']}background-color", "transparent").lower()
        if properties.tag.endswith("table-cell-properties") and colour not in ("transparent", "#ffffff"):
            styles.colours[number] = colour
        if properties.get(f"{_ODF['style']}text-line-through-style", "none") != "none":
            styles.struck.add(number)


def _take_cell(
    element: Any, place: Place, styles: CellStyles, names: dict[str, int], sheet: Annotations
) -> None:
    if len(sheet.colours) + len(sheet.struck) + len(sheet.comments) > MOST_NOTED:
        return
    if element.find(f"{_ODF['office']}annotation") is not None:
        sheet.comments.add(place)
    is_one = _repeated(element, "columns") == 1
    number = names.get(element.get(f"{_ODF['table']}style-name", ""))
    if number is not None and (is_one or len(element)):
        if colour := styles.colours.get(number):
            sheet.colours[place] = colour
        if number in styles.struck:
            sheet.struck.add(place)


def _repeated(element: Any, what: str) -> int:
    text = element.get(f"{_ODF['table']}number-{what}-repeated") or "1"
    return int(text) if text.isdecimal() and len(text) < 9 else 1
