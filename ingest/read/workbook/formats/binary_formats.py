"""Numbers shown in a wanted way, of Excel's binary workbooks (xls and xlsb).

In: the bytes of an .xls, or an opened package of an .xlsb, and which formats are wanted. Out: by sheet the places of
such numbers. Sheets are walked through only where a style has such a format.
Layout of the records: MS-XLS, sections 2.4.126 (Format), 2.4.353 (XF) and those of the cells; MS-XLSB, sections 2.1.4,
2.4.661 (BrtFmt), 2.4.876 (BrtXF) and those of the cells.
"""

from __future__ import annotations

import struct
import zipfile

from ingest.read.workbook.binary.xls_records import Book, book_of, sheets_of
from ingest.read.workbook.binary.xlsb_records import parts_of_sheets, records_of, wide_text
from ingest.read.workbook.formats.number_formats import Found, Places, Wanted

_FORMAT, _STYLE = 0x041E, 0x00E0
_IS_NO_CELLS = 0x0004
"""The bit of a style that other styles follow and no cell has."""
_BEGIN, _END = 0x0809, 0x000A
_NUMBER, _PACKED, _PACKED_IN_ROW, _FORMULA = 0x0203, 0x027E, 0x00BD, 0x0006
_NO_NUMBER = b"\xff\xff"
_FORMAT_B, _STYLE_B, _STYLES_OF_CELLS_B, _END_OF_STYLES_B = 44, 47, 617, 618
_ROW_B = 0
_NUMBERS_B = frozenset({2, 5, 9})
"""A packed number, a number, a number of a formula."""


def formatted_in_xls(content: bytes, wanted: Wanted) -> dict[str, Places] | None:
    """The places by sheet; None where the records of the book cannot be followed."""
    book = book_of(content)
    if book is None:
        return None
    try:
        styles = _styles_of(book, wanted)
        return (
            {name: _cells(book.records, begin, styles) for name, begin in sheets_of(book)} if styles else {}
        )
    except (struct.error, IndexError):
        return None


def _styles_of(book: Book, wanted: Wanted) -> set[int]:
    codes: dict[int, str] = {}
    numbers: list[int] = []
    for record in book.globals():
        if record.kind == _FORMAT:
            (number,) = struct.unpack_from("<H", record.body)
            codes[number] = book.text_in(record.body, 2, of_two_bytes=True)
        elif record.kind == _STYLE:
            _, number, flags = struct.unpack_from("<HHH", record.body)
            numbers.append(-1 if flags & _IS_NO_CELLS else number)
    return {place for place, number in enumerate(numbers) if wanted.has(number, codes)}


def _cells(records: bytes, begin: int, styles: set[int]) -> Places:
    """The cells of the sheet that begins there with one of the styles that hold a number."""
    found = Found()
    head, place = struct.Struct("<HH").unpack_from, struct.Struct("<HHH").unpack_from
    at, depth = begin, 0
    while at + 4 <= len(records):
        kind, length = head(records, at)
        body = at + 4
        at = body + length
        if kind in (_NUMBER, _PACKED, _FORMULA):
            row, column, style = place(records, body)
            is_number = kind != _FORMULA or records[body + 12 : body + 14] != _NO_NUMBER
            if style in styles and is_number and depth == 1:
                found.add(row + 1, column + 1)
        elif kind == _PACKED_IN_ROW and depth == 1:
            row, first = head(records, body)
            for column, (style,) in enumerate(struct.iter_unpack("<H4x", records[body + 4 : at - 2]), first):
                if style in styles:
                    found.add(row + 1, column + 1)
        elif kind in (_BEGIN, _END):
            depth += 1 if kind == _BEGIN else -1
            if depth < 1:
                break
    return found.places


def formatted_in_xlsb(archive: zipfile.ZipFile, wanted: Wanted) -> dict[str, Places] | None:
    """The places by sheet; None where the records cannot be followed."""
    try:
        parts = parts_of_sheets(archive)
        if parts is None:
            return None
        styles = _styles_of_xlsb(archive.read(parts.styles), wanted) if parts.styles else set()
        if not styles:
            return {}
        return {name: _cells_of_xlsb(archive.read(part), styles) for name, part in parts.sheets}
    except (struct.error, IndexError):
        return None


def _styles_of_xlsb(part: bytes, wanted: Wanted) -> set[int]:
    codes: dict[int, str] = {}
    numbers: list[int] = []
    is_of_cells = False
    for kind, begin, end in records_of(part):
        if kind == _FORMAT_B:
            (number,) = struct.unpack_from("<H", part, begin)
            codes[number] = wide_text(part, begin + 2)
        elif kind in (_STYLES_OF_CELLS_B, _END_OF_STYLES_B):
            is_of_cells = kind == _STYLES_OF_CELLS_B
        elif kind == _STYLE_B and is_of_cells and end - begin >= 4:
            numbers.append(struct.unpack_from("<2xH", part, begin)[0])
    return {place for place, number in enumerate(numbers) if wanted.has(number, codes)}


def _cells_of_xlsb(part: bytes, styles: set[int]) -> Places:
    found = Found()
    row = 0
    for kind, begin, _ in records_of(part):
        if kind == _ROW_B:
            (row,) = struct.unpack_from("<I", part, begin)
        elif kind in _NUMBERS_B:
            column, style = struct.unpack_from("<II", part, begin)
            if style & 0xFFFFFF in styles:
                found.add(row + 1, column + 1)
    return found.places
