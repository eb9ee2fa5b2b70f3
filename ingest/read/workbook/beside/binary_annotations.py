"""Coloured and struck-out cells and comments on cells, of Excel's binary open workbooks (xlsb).

In: an opened package. Out: by sheet the places of such cells. Layout of the records: MS-XLSB, sections 2.4.659
(BrtFill), 2.4.662 (BrtFont), 2.4.876 (BrtXF), 2.4.33 (BrtBeginComment), 2.4.325 (BrtCommentAuthor) and those of cells.
"""

from __future__ import annotations

import struct
import zipfile

from ingest.read.files.package_parts import plain_name, relations_of
from ingest.read.workbook.beside.cell_styles import CellStyles
from ingest.read.workbook.beside_cells import MOST_NOTED, OWN_AUTHOR, Annotations, Place
from ingest.read.workbook.binary.xlsb_records import parts_of_sheets, records_of, wide_text

_FONT, _FILL, _STYLE, _STYLES_OF_CELLS, _END_OF_STYLES = 43, 45, 47, 617, 618
_AUTHOR, _COMMENT = 632, 635
_STRIKES = 0x0008
_NO_PATTERNS = (0, 17)
"""None, and the pattern every workbook holds besides."""
_INDEXED, _RGB, _THEME = 1, 2, 3
_WHITE_INDICES = (9, 64)
_ROW = 0
_LAST_CELL = 11
"""Kinds 1 to 11 are cells: blank, numbers, errors, truths, texts, and those of formulas."""


def noted_in_xlsb(archive: zipfile.ZipFile) -> dict[str, Annotations] | None:
    """Sheet → what stands beside its values; None for any other package."""
    try:
        parts = parts_of_sheets(archive)
        if parts is None:
            return None
        styles = _styles(archive.read(parts.styles)) if parts.styles else CellStyles()
        found = {}
        for name, part in parts.sheets:
            own = Annotations(comments=_comments(archive, part))
            if styles.colours or styles.struck:
                _take_cells(archive.read(part), styles, own)
            if own:
                found[name] = own
        return found
    except (struct.error, IndexError, KeyError):
        return {}


def _styles(part: bytes) -> CellStyles:
    fonts: list[bool] = []
    fills: list[str] = []
    found = CellStyles()
    number, is_of_cells = 0, False
    for kind, begin, end in records_of(part):
        if kind == _FONT:
            fonts.append(bool(struct.unpack_from("<2xH", part, begin)[0] & _STRIKES))
        elif kind == _FILL:
            fills.append(_colour(part[begin:end]))
        elif kind in (_STYLES_OF_CELLS, _END_OF_STYLES):
            is_of_cells = kind == _STYLES_OF_CELLS
        elif kind == _STYLE and is_of_cells:
            font, fill = struct.unpack_from("<4xHH", part, begin)
            if fill < len(fills) and fills[fill]:
                found.colours[number] = fills[fill]
            if font < len(fonts) and fonts[font]:
                found.struck.add(number)
            number += 1
    return found


def _colour(fill: bytes) -> str:
    """A word for the colour of a fill; empty for none and for white."""
    (pattern,) = struct.unpack_from("<I", fill)
    if pattern in _NO_PATTERNS:
        return ""
    kind, index, shade, red, green, blue = struct.unpack_from("<BBhBBB", fill, 4)
    is_white = {
        _INDEXED: index in _WHITE_INDICES,
        _RGB: (red, green, blue) == (255, 255, 255),
        _THEME: index == 0 and not shade,
    }
    return (
        ""
        if is_white.get(kind >> 1, False)
        else f"{kind >> 1} {index} {shade} {red:02x}{green:02x}{blue:02x}"
    )


def _take_cells(part: bytes, styles: CellStyles, own: Annotations) -> None:
    row = 0
    for kind, begin, _ in records_of(part):
        if kind == _ROW:
            row = struct.unpack_from("<I", part, begin)[0] + 1
        elif kind <= _LAST_CELL:
            column, style = struct.unpack_from("<II", part, begin)
            place, number = (row, column + 1), style & 0xFFFFFF
            if colour := styles.colours.get(number):
                own.colours[place] = colour
            if number in styles.struck:
                own.struck.add(place)
        if len(own.colours) + len(own.struck) > MOST_NOTED:
            own.colours, own.struck = {}, set()
            return


def _comments(archive: zipfile.ZipFile, part: str) -> set[Place]:
    """The cells that somebody commented on."""
    found: set[Place] = set()
    stored = {plain_name(entry.filename): entry for entry in archive.infolist()}
    for kind, target in relations_of(archive, part):
        entry = stored.get(plain_name(target))
        if entry is None or not kind.lower().endswith("/comments"):
            continue
        content = archive.read(entry)
        authors: list[str] = []
        for record, begin, _ in records_of(content):
            if record == _AUTHOR:
                authors.append(wide_text(content, begin))
            elif record == _COMMENT and len(found) < MOST_NOTED:
                author, row, _, column, _ = struct.unpack_from("<IIIII", content, begin)
                if author >= len(authors) or not authors[author].startswith(OWN_AUTHOR):
                    found.add((row + 1, column + 1))
    return found
