"""Numbers shown in a wanted way, of Excel's open format (xlsx).

In: an opened package, and which formats are wanted. Out: by sheet the places of such numbers.
"""

from __future__ import annotations

import re
import zipfile
from html import unescape
from posixpath import dirname, join

from ingest.read.column_numbers import column_number
from ingest.read.files.package_parts import main_part, plain_name, sheet_parts
from ingest.read.workbook.formats.number_formats import Found, Places, Wanted

_FORMAT = re.compile(rb"<(?:\w+:)?numFmt\s[^<>]*>")
_CELL_FORMATS, _CELL_FORMATS_END = (re.compile(rb"<(?:\w+:)?cellXfs\b"), re.compile(rb"</(?:\w+:)?cellXfs>"))
_CELL_FORMAT = re.compile(rb"<(?:\w+:)?xf\s[^<>]*>")
_ATTRIBUTE = re.compile(rb'\s(?:\w+:)?(\w+)(?:\s*=\s*)(?:"([^"]*)"|\'([^\']*)\')')
# Styles and lists of sheets are small; larger ones are no report's.
_MOST_READ = 16 << 20
_PIECE, _OVERLAP = 1 << 20, 1024


def formatted_in_package(archive: zipfile.ZipFile, wanted: Wanted) -> dict[str, Places] | None:
    """The places by sheet; None where the package states no sheets."""
    sheets = sheet_parts(archive)
    if not sheets:
        return None
    folder = dirname(plain_name(main_part(archive) or "xl/"))
    styles = _styles_of(_part(archive, join(folder, "styles.xml")), wanted)
    return {name: _cells(archive, part, styles) for name, part in sheets} if styles else {}


def _part(archive: zipfile.ZipFile, name: str) -> bytes:
    """A small part of the archive, empty where there is none or it is not small."""
    entry = next((entry for entry in archive.infolist() if plain_name(entry.filename) == name.lower()), None)
    return archive.read(entry) if entry and entry.file_size <= _MOST_READ else b""


def _attribute(tag: bytes, name: bytes) -> str:
    values = (double or single for own, double, single in _ATTRIBUTE.findall(tag) if own == name)
    return unescape(next(values, b"").decode("utf-8", "replace"))


def _number(tag: bytes) -> int:
    text = _attribute(tag, b"numFmtId")
    return int(text) if text.isdecimal() and len(text) < 7 else -1


def _styles_of(styles: bytes, wanted: Wanted) -> set[int]:
    """The numbers of the cell styles whose format is wanted."""
    codes = {_number(tag): _attribute(tag, b"formatCode") for tag in _FORMAT.findall(styles)}
    begin = _CELL_FORMATS.search(styles)
    end = _CELL_FORMATS_END.search(styles, begin.end()) if begin else None
    tags = _CELL_FORMAT.findall(styles[begin.end() : end.start()]) if begin and end else []
    return {place for place, tag in enumerate(tags) if wanted.has(_number(tag), codes)}


def _cells(archive: zipfile.ZipFile, part: str, styles: set[int]) -> Places:
    """The cells of a sheet with one of the styles that hold a number. Looked through in pieces, ends twice."""
    numbers = b"|".join(b"%d" % style for style in sorted(styles))
    cell = re.compile(
        rb'<(?:\w+:)?c(?=\s[^<>]*\bs="(?:' + numbers + rb')")(?![^<>]*\bt="(?:s|str|inlineStr|b|e)")'
        rb'(?>[^<>]*?\br="([A-Z]{1,3})(\d{1,7})")[^<>]*+(?<!/)>'
    )
    found = Found()
    with archive.open(part) as sheet:
        rest, seen = b"", 0
        while piece := sheet.read(_PIECE):
            text = rest + piece
            for match in cell.finditer(text):
                if match.end() > seen:
                    found.add(int(match[2]), column_number(match[1]))
            kept = text[-_OVERLAP:]
            rest, seen = kept, len(kept)
    return found.places
