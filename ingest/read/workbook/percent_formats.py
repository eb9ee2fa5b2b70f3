"""Cells of a workbook that show a per cent sign: they keep 0.95 and show 95 %.

In: the path of a workbook (xlsx). Out: their places by sheet, and their text as a person sees it. Whether a column
wants 95 or 0.95 is not for the reader to guess, so the sign must not get lost on the way.
Other kinds of workbook are not looked into: there the number is read as it is kept.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from array import array
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from html import unescape
from pathlib import Path
from posixpath import dirname, join
from typing import TypeAlias

from ingest.read.arrow import Column, pa
from ingest.read.files.package_parts import main_part, plain_name, sheet_parts

Places: TypeAlias = "Mapping[int, Sequence[int]]"
"""Column of a sheet → rows, both from 1. Compact, since a whole sheet may be formatted so."""

_BUILT_IN = frozenset({"9", "10"})
_FORMAT = re.compile(rb"<(?:\w+:)?numFmt\s[^<>]*>")
_CELL_FORMATS, _CELL_FORMATS_END = (re.compile(rb"<(?:\w+:)?cellXfs\b"), re.compile(rb"</(?:\w+:)?cellXfs>"))
_CELL_FORMAT = re.compile(rb"<(?:\w+:)?xf\s[^<>]*>")
_ATTRIBUTE = re.compile(rb'\s(?:\w+:)?(\w+)(?:\s*=\s*)(?:"([^"]*)"|\'([^\']*)\')')
_QUOTED = re.compile(r'"[^"]*"|\\.|_.')
# Damage is for the reader of the whole workbook to say.
DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, KeyError, NotImplementedError, RuntimeError)
# Styles and lists of sheets are small; larger ones are no report's.
_MOST_READ = 16 << 20
_PIECE, _OVERLAP = 1 << 20, 1024


def percent_cells(path: Path) -> dict[str, Places]:
    """Sheet → the places of its numbers shown in per cent. Empty for a file that is no xlsx, or a damaged one."""
    return formatted_cells(path, lambda code: "%" in code, _BUILT_IN)


def formatted_cells(
    path: Path, is_wanted: Callable[[str], bool], built_in: frozenset[str]
) -> dict[str, Places]:
    """Sheet → the places of its numbers whose format is wanted: by its code, without what it quotes, or by its number
    where it is one of those that no file spells out. Empty for a file that is no xlsx, or a damaged one."""
    if not zipfile.is_zipfile(path):
        return {}
    try:
        with zipfile.ZipFile(path) as archive:
            folder = dirname(plain_name(main_part(archive) or "xl/"))
            styles = _styles_of(_part(archive, join(folder, "styles.xml")), is_wanted, built_in)
            sheets = sheet_parts(archive) if styles else []
            found = {name: _cells(archive, part, styles) for name, part in sheets}
    except DAMAGED:
        return {}
    return {name: places for name, places in found.items() if places}


def shown_in_per_cent(columns: Sequence[Column], places: Places, first_column: int) -> list[Column]:
    """The columns of a sheet (the first of them its `first_column`) with those cells as they are shown: `95%`."""
    shown = list(columns)
    for column, rows in places.items():
        place = column - first_column
        if 0 <= place < len(shown):
            cells = shown[place].to_pylist()
            for row in rows:
                if row <= len(cells):
                    cells[row - 1] = _shown(cells[row - 1])
            shown[place] = pa.chunked_array([pa.array(cells, pa.string())])
    return shown


def _shown(kept: str | None) -> str | None:
    try:
        return f"{(Decimal(kept) * 100).normalize():f}%" if kept else kept
    except ArithmeticError:
        return kept


def _part(archive: zipfile.ZipFile, name: str) -> bytes:
    """A small part of the archive, empty where there is none or it is not small."""
    entry = next((entry for entry in archive.infolist() if plain_name(entry.filename) == name.lower()), None)
    return archive.read(entry) if entry and entry.file_size <= _MOST_READ else b""


def _attribute(tag: bytes, name: bytes) -> str:
    values = (double or single for own, double, single in _ATTRIBUTE.findall(tag) if own == name)
    return unescape(next(values, b"").decode("utf-8", "replace"))


def _styles_of(styles: bytes, is_wanted: Callable[[str], bool], built_in: frozenset[str]) -> set[int]:
    """The numbers of the cell styles whose format is wanted."""
    own = {
        _attribute(tag, b"numFmtId")
        for tag in _FORMAT.findall(styles)
        if is_wanted(_QUOTED.sub("", _attribute(tag, b"formatCode")))
    }
    begin = _CELL_FORMATS.search(styles)
    end = _CELL_FORMATS_END.search(styles, begin.end()) if begin else None
    tags = _CELL_FORMAT.findall(styles[begin.end() : end.start()]) if begin and end else []
    return {place for place, tag in enumerate(tags) if _attribute(tag, b"numFmtId") in own | built_in}


def _cells(archive: zipfile.ZipFile, part: str, styles: set[int]) -> Places:
    """The cells of a sheet with one of the styles that hold a number. Looked through in pieces, ends twice."""
    numbers = b"|".join(b"%d" % style for style in sorted(styles))
    cell = re.compile(
        rb'<(?:\w+:)?c(?=\s[^<>]*\bs="(?:' + numbers + rb')")(?![^<>]*\bt="(?:s|str|inlineStr|b|e)")'
        rb'(?>[^<>]*?\br="([A-Z]{1,3})(\d{1,7})")[^<>]*+(?<!/)>'
    )
    found: dict[int, array[int]] = {}
    with archive.open(part) as sheet:
        rest = b""
        while piece := sheet.read(_PIECE):
            text = rest + piece
            for letters, row in cell.findall(text):
                rows = found.setdefault(_number(letters), array("i"))
                if not rows or int(row) > rows[-1]:
                    rows.append(int(row))
            rest = text[-_OVERLAP:]
    return found


def _number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
