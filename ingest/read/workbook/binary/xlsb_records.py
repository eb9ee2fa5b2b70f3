"""The records that Excel's binary open workbooks (xlsb) are written in, and where their parts lie.

In: the bytes of a part, or an opened package. Out: kind, begin and end of each record; the parts of the sheets.
Layout: MS-XLSB, sections 2.1.4 (records), 2.1.7.62 (worksheet), 2.4.313 (BrtBundleSh) and 2.5.168 (XLWideString).
"""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass

from ingest.read.files.package_parts import main_part, relations_by_id

_SHEET = 156
_BEGIN_OF_SHEET, _PROPERTIES, _EXTENT, _CELLS = 129, 147, 148, 145
_NO_EXTENT = bytes([_EXTENT & 0x7F | 0x80, 1, 16]) + bytes(16)
_KINDS_OF_SHEETS = ("/worksheet", "/xlsheet")


@dataclass(frozen=True)
class Parts:
    """`sheets`: each sheet's name and its part; `styles`: the part with the styles, empty for none."""

    sheets: list[tuple[str, str]]
    styles: str


def parts_of_sheets(archive: zipfile.ZipFile) -> Parts | None:
    """The parts of an .xlsb; None for any other package."""
    book = main_part(archive)
    if book is None or not book.lower().endswith(".bin"):
        return None
    related = relations_by_id(archive, book)
    sheets = []
    part = archive.read(book)
    for kind, begin, _ in records_of(part):
        if kind == _SHEET:
            # Whether it is hidden, its number, the relation it lies at, its name.
            link = wide_text(part, begin + 8)
            name = wide_text(part, begin + 12 + 2 * len(link))
            of, target = related.get(link, ("", ""))
            if target and of.endswith(_KINDS_OF_SHEETS):
                sheets.append((name, target))
    styles = next((target for of, target in related.values() if of.endswith("/styles")), "")
    return Parts(sheets, styles)


def records_of(part: bytes) -> Iterator[tuple[int, int, int]]:
    """Kind, begin and end of the contents of each record. Raises IndexError where the part breaks off."""
    at, size = 0, len(part)
    while at < size:
        kind = part[at]
        at += 1
        if kind & 0x80:
            kind = kind & 0x7F | part[at] << 7
            at += 1
        length = shift = 0
        while True:
            byte = part[at]
            at += 1
            length |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80 or shift == 28:
                break
        if at + length > size:
            raise IndexError
        yield kind, at, at + length
        at += length


def wide_text(part: bytes, begin: int) -> str:
    """A text that says its length first."""
    (count,) = struct.unpack_from("<I", part, begin)
    return part[begin + 4 : begin + 4 + 2 * count].decode("utf-16-le", "replace")


def with_extent(part: bytes) -> bytes | None:
    """The part of a sheet that states its extent, as it need not: the library fails without. None where it does."""
    place = 0
    try:
        for kind, _, end in records_of(part):
            if kind in (_EXTENT, _CELLS):
                return part[:place] + _NO_EXTENT + part[place:] if kind == _CELLS and place else None
            place = end if kind in (_BEGIN_OF_SHEET, _PROPERTIES) else place
    except IndexError:
        pass
    return None
