"""Which cells of a workbook are merged.

In: the path of a workbook. Out: by sheet the ranges. Known of .xlsx, .xlsm and .xlsb (with what else stands beside the
cells, see `beside/hidden_content`), of .xls, of .ods and of .fods.
"""

from __future__ import annotations

import contextlib
import io
import zipfile
import zlib
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from python_calamine import CalamineError, CalamineWorkbook

from ingest.read.workbook.beside.hidden_content import Range
from ingest.read.workbook.binary.far_cells import strays_of_xls
from ingest.read.workbook.copies.mended_copy import flat_document

_OLE = b"\xd0\xcf\x11\xe0"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_SPANS = (b"number-rows-spanned", b"number-columns-spanned")
_MOST = 200_000
_DAMAGED = (
    CalamineError,
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    KeyError,
    RuntimeError,
    ElementTree.ParseError,
)


def merged_cells(path: Path) -> dict[str, list[Range]]:
    """Sheet → its merged ranges, of an .xls, .ods or .fods; empty for any other kind, or a damaged file."""
    with contextlib.suppress(*_DAMAGED):
        with path.open("rb") as file:
            is_ole = file.read(4) == _OLE
        if is_ole:
            return _of_xls(path)
        if flat := flat_document(path):
            return _of_document(flat)
        with zipfile.ZipFile(path) as archive:
            if "content.xml" in archive.namelist():
                return _of_document(archive.read("content.xml"))
    return {}


def _of_xls(path: Path) -> dict[str, list[Range]]:
    # By its content: the library believes a name, which may state another format.
    content = path.read_bytes()
    strays = strays_of_xls(content)
    with CalamineWorkbook.from_filelike(io.BytesIO(strays.copy if strays else content)) as book:
        found = {}
        for name in book.sheet_names:
            ranges = book.get_sheet_by_name(name).merged_cell_ranges or []
            if ranges:
                found[name] = [
                    (top + 1, left + 1, bottom + 1, right + 1) for (top, left), (bottom, right) in ranges
                ]
        return found


def _of_document(content: bytes) -> dict[str, list[Range]]:
    """The cells that say how many rows and columns they span. Rows and cells said to be repeated are counted."""
    if not any(spans in content for spans in _SPANS):
        return {}
    found: dict[str, list[Range]] = {}
    sheet, row, column = "", 0, 0
    for event, element in ElementTree.iterparse(io.BytesIO(content), ("start", "end")):
        name = element.tag.removeprefix(_TABLE)
        if event == "start":
            if name == "table":
                sheet, row = element.get(f"{_TABLE}name", ""), 0
            elif name == "table-row":
                row, column = row + 1, 0
            continue
        if name in ("table-cell", "covered-table-cell"):
            down, across = _number(element, "rows-spanned"), _number(element, "columns-spanned")
            if (down > 1 or across > 1) and len(found.setdefault(sheet, [])) < _MOST:
                found[sheet].append((row, column + 1, row + down - 1, column + across))
            column += _number(element, "columns-repeated")
            element.clear()
        elif name == "table-row":
            row += _number(element, "rows-repeated") - 1
            element.clear()
    return {name: ranges for name, ranges in found.items() if ranges}


def _number(element: Any, what: str) -> int:
    text = element.get(f"{_TABLE}number-{what}") or "1"
    return int(text) if text.isdecimal() and len(text) < 9 else 1
