"""What people say beside the values of a workbook: coloured and struck-out cells, comments and conversations on them.

In: the path of a workbook. Out: by sheet the places of such cells. Known of Excel's open formats (xlsx, xlsm, xlsb),
of the old one (xls) and of OpenDocument (ods, fods). What the system itself wrote beside cells is left out.
"""

from __future__ import annotations

import contextlib
import re
import zipfile
from html import unescape
from posixpath import dirname, join

from ingest.read.column_numbers import column_number
from ingest.read.files.package_parts import PACKAGE_DAMAGE, main_part, plain_name, relations_of, sheet_parts
from ingest.read.workbook.beside.binary_annotations import noted_in_xlsb
from ingest.read.workbook.beside.cell_styles import CellStyles, cell_styles
from ingest.read.workbook.beside.document_annotations import noted_in_document
from ingest.read.workbook.beside.xls_beside import beside_in_xls
from ingest.read.workbook.beside_cells import MOST_NOTED, OWN_AUTHOR, Annotations, Place
from ingest.read.workbook.copies.mended_copy import Source, as_library_input, flat_document, old_binary

_MOST_READ = 16 << 20
_PIECE, _OVERLAP = 1 << 20, 1024
_AUTHOR = re.compile(rb"<(?:\w+:)?author\s*(?:/>|>([^<]*)<)")
_COMMENT = re.compile(rb"<(?:\w+:)?(?:comment|threadedComment)\s([^<>]*)>")
_ATTRIBUTE = re.compile(rb'(?<![\w:])(\w+)\s*=\s*(?:"([^"]*)"|\'([^\']*)\')')
_ADDRESS = re.compile(rb"\$?([A-Z]{1,3})\$?(\d{1,7})")


def annotations_of(source: Source) -> dict[str, Annotations]:
    """Sheet → what stands beside its values; empty for other kinds of files, and for a damaged one."""
    if old := old_binary(source):
        return {name: own.noted for name, own in beside_in_xls(old).items() if own.noted}
    with contextlib.suppress(*PACKAGE_DAMAGE):
        if flat := flat_document(source):
            return noted_in_document(flat)
        return _of_package(source)
    return {}


def _of_package(source: Source) -> dict[str, Annotations]:
    with zipfile.ZipFile(as_library_input(source)) as archive:
        if "content.xml" in archive.namelist():
            return noted_in_document(_part(archive, "content.xml"))
        binary = noted_in_xlsb(archive)
        if binary is not None:
            return binary
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
            if address and not author.startswith(OWN_AUTHOR) and len(found) < MOST_NOTED:
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
            if len(own.colours) + len(own.struck) > MOST_NOTED:
                own.colours, own.struck = {}, set()
                return
            rest = text[-_OVERLAP:]
