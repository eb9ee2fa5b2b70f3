"""Cells of a workbook that hold an error in place of a value, or a time of an ods: the libraries leave them empty.

In: what a library says of cells it could not take, or a workbook. Out: their texts as Excel shows them, by place.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import fastexcel

from ingest.read.files.package_parts import sheet_parts
from ingest.read.workbook.binary.errors import OTHER_ERROR, STAND_IN
from ingest.read.workbook.copies.mended_copy import Source

Places = dict[tuple[int, int], str]
"""(row, column), both from 0 → the error's text."""

_SHOWN = {
    "Div0": "#DIV/0!",
    "NA": "#N/A",
    "Name": "#NAME?",
    "Null": "#NULL!",
    "Num": "#NUM!",
    "Ref": "#REF!",
    "Value": "#VALUE!",
    "GettingData": "#GETTING_DATA",
}
_KIND = re.compile(r"Error\((\w+)\)")
_DURATION = re.compile(
    r'DurationIso\("P(?:(?P<days>\d{1,5})D)?T(?:(?P<hours>\d{1,5})H)?(?:(?P<minutes>\d{1,5})M)?'
    r'(?:(?P<seconds>\d{1,5}(?:[.,]\d{1,12})?)S)?"\)'
)
_ERROR_CELL = re.compile(rb"""\st=["']e["']""")
_OLE = b"\xd0\xcf\x11\xe0"
_PIECE, _OVERLAP = 1 << 20, 16


def shown_errors(errors: Iterable[Any], *, is_mended: bool = False) -> Places:
    """The errors of one sheet, and its times where the library takes those for errors, by their places in what the
    library loaded of it. `is_mended`: of a copy in which unknown errors have a stand-in."""
    found: Places = {}
    for error in errors:
        if clock := _DURATION.search(error.detail):
            found[error.offset_position] = _as_clock(clock)
            continue
        kind = _KIND.search(error.detail)
        text = _SHOWN.get(kind[1] if kind else "", OTHER_ERROR)
        found[error.offset_position] = OTHER_ERROR if is_mended and text == STAND_IN else text
    return found


def _as_clock(found: re.Match[str]) -> str:
    """A time as ods keeps it, `PT08H30M00S`, as a clock shows it; hours of days are added up: no clock shows them."""
    days, hours, minutes = (int(found[part] or 0) for part in ("days", "hours", "minutes"))
    seconds, _, rest = (found["seconds"] or "0").replace(",", ".").partition(".")
    shown = f"{days * 24 + hours:02}:{minutes:02}:{int(seconds):02}"
    return shown + (f".{rest[:6]}" if rest else "")


def error_cells(path: Path, source: Source) -> dict[str, Places]:
    """Sheet → its cells with errors, rows and columns those of the sheet. `source`: what is opened of the file."""
    is_mended = isinstance(source, bytes) and not source.startswith(_OLE)
    if is_mended or not _may_hold_errors(path):
        return {}
    book = fastexcel.read_excel(source if isinstance(source, bytes) else str(source))
    found = {}
    for name in book.sheet_names:
        sheet = book.load_sheet(name, header_row=None, skip_rows=0, dtypes="string")
        _, errors = sheet.to_arrow_with_errors()
        if errors and errors.errors:
            left = sheet.available_columns()[0].absolute_index
            places = shown_errors(errors.errors, is_mended=isinstance(source, bytes))
            found[name] = {(row, column + left): text for (row, column), text in places.items()}
    return found


def _may_hold_errors(path: Path) -> bool:
    """Whether it is worth loading the sheets a second time."""
    with path.open("rb") as file:
        if file.read(len(_OLE)) == _OLE:
            return True
    try:
        with zipfile.ZipFile(path) as archive:
            parts = sheet_parts(archive)
            names = {name.lower() for name in archive.namelist()}
            return (
                any(_holds_error(archive, part) for _, part in parts) if parts else "content.xml" not in names
            )
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError):
        return False


def _holds_error(archive: zipfile.ZipFile, part: str) -> bool:
    with archive.open(part) as sheet:
        rest = b""
        while piece := sheet.read(_PIECE):
            if _ERROR_CELL.search(rest + piece):
                return True
            rest = piece[-_OVERLAP:]
    return False
