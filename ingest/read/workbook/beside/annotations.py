"""What people say beside the values of a workbook: coloured and struck-out cells, comments and conversations on them.

In: the path of a workbook. Out: by sheet the places of such cells. Known of Excel's open format and of .ods; the
libraries tell nothing of the kind about .xls and .xlsb. What the system itself wrote beside cells is left out.
"""

from __future__ import annotations

import contextlib
import io
import re
import zipfile
from dataclasses import dataclass, field
from html import unescape
from posixpath import dirname, join
from typing import Any
from xml.etree import ElementTree

from ingest.read.column_numbers import column_number
from ingest.read.files.package_parts import PACKAGE_DAMAGE, main_part, plain_name, relations_of, sheet_parts
from ingest.read.workbook.beside.cell_styles import CellStyles, cell_styles
from ingest.read.workbook.copies.mended_copy import Source, as_library_input

Place = tuple[int, int]
"""Row and column, from 1."""

OWN_AUTHOR = "bbaj"
"""How the names of authors begin under which templates and marked workbooks comment."""
_MOST = 200_000
"""Cells noted of a sheet; one with more is painted as a whole."""
_MOST_READ = 16 << 20
_PIECE, _OVERLAP = 1 << 20, 1024
_AUTHOR = re.compile(rb"<(?:\w+:)?author\s*(?:/>|>([^<]*)<)")
_COMMENT = re.compile(rb"<(?:\w+:)?(?:comment|threadedComment)\s([^<>]*)>")
_ATTRIBUTE = re.compile(rb'(?<![\w:])(\w+)\s*=\s*(?:"([^"]*)"|\'([^\']*)\')')
_ADDRESS = re.compile(rb"\$?([A-Z]{1,3})\$?(\d{1,7})")
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


@dataclass
class Annotations:
    """Of one sheet. `colours`: place → a word for its colour."""

    colours: dict[Place, str] = field(default_factory=dict)
    struck: set[Place] = field(default_factory=set)
    comments: set[Place] = field(default_factory=set)

    def __bool__(self) -> bool:
        return bool(self.colours or self.struck or self.comments)


def annotations_of(source: Source) -> dict[str, Annotations]:
    """Sheet → what stands beside its values; empty for other kinds of files, and for a damaged one."""
    with contextlib.suppress(*PACKAGE_DAMAGE), zipfile.ZipFile(as_library_input(source)) as archive:
        if "content.xml" in archive.namelist():
            return _of_ods(_part(archive, "content.xml"))
        folder = dirname(plain_name(main_part(archive) or "xl/"))
        styles = cell_styles(_part(archive, join(folder, "styles.xml")))
        found = {}
        for name, part in sheet_parts(archive):
            own = Annotations(comments=_comments(archive, part))
            if styles.colours or styles.struck:
                _take_cells(archive, part, styles, own)
            if own:
                found[name] = own
        return found
    return {}


def _part(archive: zipfile.ZipFile, name: str) -> bytes:
    """A part of the archive; empty where there is none or it is larger than any that people fill."""
    entry = next((entry for entry in archive.infolist() if plain_name(entry.filename) == name.lower()), None)
    return archive.read(entry) if entry and entry.file_size <= _MOST_READ else b""


def _comments(archive: zipfile.ZipFile, part: str) -> set[Place]:
    """The cells that somebody commented on, or that somebody converses about."""
    found: set[Place] = set()
    for kind, target in relations_of(archive, part):
        if not kind.lower().endswith(("/comments", "/threadedcomment")):
            continue
        text = _part(archive, plain_name(target))
        authors = [unescape(name.decode("utf-8", "replace")) for name in _AUTHOR.findall(text)]
        for attributes in _COMMENT.findall(text):
            given = {name: double or single for name, double, single in _ATTRIBUTE.findall(attributes)}
            number = given.get(b"authorId", b"")
            author = authors[int(number)] if number.isdigit() and int(number[:6]) < len(authors) else ""
            address = _ADDRESS.match(given.get(b"ref", b""))
            if address and not author.startswith(OWN_AUTHOR) and len(found) < _MOST:
                found.add((int(address[2]), column_number(address[1])))
    return found


def _take_cells(archive: zipfile.ZipFile, part: str, styles: CellStyles, own: Annotations) -> None:
    """The cells with one of the styles, blank ones too. Looked through in pieces, ends twice."""
    numbers = b"|".join(b"%d" % style for style in sorted({*styles.colours, *styles.struck}))
    cell = re.compile(
        rb'<(?:\w+:)?c(?=\s[^<>]*?\bs="(' + numbers + rb')")(?>[^<>]*?\br="([A-Z]{1,3})(\d{1,7})")'
    )
    # In most pieces of a long sheet no cell has any of them: that is seen sooner than cell by cell.
    signs = [b's="%d"' % style for style in {*styles.colours, *styles.struck}]
    with archive.open(part) as sheet:
        rest = b""
        while piece := sheet.read(_PIECE):
            text = rest + piece
            for style, letters, row in cell.findall(text) if any(sign in text for sign in signs) else ():
                place, number = (int(row), column_number(letters)), int(style)
                if colour := styles.colours.get(number):
                    own.colours[place] = colour
                if number in styles.struck:
                    own.struck.add(place)
            if len(own.colours) + len(own.struck) > _MOST:
                own.colours, own.struck = {}, set()
                return
            rest = text[-_OVERLAP:]


def _of_ods(content: bytes) -> dict[str, Annotations]:
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
    if len(sheet.colours) + len(sheet.struck) + len(sheet.comments) > _MOST:
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
