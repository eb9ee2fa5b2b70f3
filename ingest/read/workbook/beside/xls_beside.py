"""What stands beside the values of Excel's old binary workbooks (xls): hidden rows and columns, colours, comments.

In: the bytes of a workbook. Out: by sheet what is not shown, and the places of coloured, struck-out and commented
cells. Every formula of an .xls has a value in its record, so that none is said to lack one.
Layout: MS-XLS, sections 2.4.122 (Font), 2.4.353 (XF), 2.4.221 (Row), 2.4.53 (ColInfo), 2.4.179 (Note) and those of
cells; books of Excel 5 and 95 state fills and comments elsewhere.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from ingest.read.workbook.beside.cell_styles import CellStyles
from ingest.read.workbook.beside_cells import MOST_NOTED, OWN_AUTHOR, Annotations, NotShown, Place
from ingest.read.workbook.binary.xls_records import Book, book_of, records_from, sheets_of

_FONT, _STYLE, _BEGIN, _END = 0x0031, 0x00E0, 0x0809, 0x000A
_ROW, _COLUMNS, _NOTE = 0x0208, 0x007D, 0x001C
_CELLS = frozenset({0x0201, 0x0203, 0x0204, 0x0205, 0x0006, 0x0206, 0x0406, 0x027E, 0x00FD, 0x00D6})
"""Blank, number, text, error or truth, formula (of three versions), packed number, shared text, text with looks."""
_PACKED_NUMBERS, _BLANKS = 0x00BD, 0x00BE
_STRIKES, _IS_NO_CELLS, _IS_HIDDEN_ROW = 0x0008, 0x0004, 0x20
_NEVER_STATED = 4
"""The number of a font that no workbook states: those behind it are one place nearer."""
_WHITES = frozenset({1, 9, 64, 65})
_LONG_STYLE = 20
_MOST_COLUMNS = 256
_GOES_ON = 0xFFFF
"""In place of the row, of a comment's further pieces in books of Excel 5 and 95."""
# What the records look like; most sheets have none and need no walk.
_TELLTALE = re.compile(
    rb"\x08\x02\x10\x00.{12}[\x20-\x3f\x60-\x7f\xa0-\xbf\xe0-\xff]|\x7d\x00[\x0a-\x0c]\x00.{8}|\x1c\x00.\x00",
    re.DOTALL,
)


@dataclass
class XlsBeside:
    """Of one sheet."""

    hidden: NotShown = field(default_factory=NotShown)
    noted: Annotations = field(default_factory=Annotations)


def beside_in_xls(content: bytes) -> dict[str, XlsBeside]:
    """Sheet → what stands beside its values; nothing where the records of the book cannot be followed."""
    book = book_of(content)
    if book is None:
        return {}
    try:
        styles = _styles(book)
        if not (styles.colours or styles.struck or _TELLTALE.search(book.records)):
            return {}
        found: dict[int, XlsBeside] = {}
        for _, begin in sheets_of(book):
            if (
                begin not in found
            ):  # of a book that was made to be walked through for ever, thousands begin alike
                found[begin] = _of_sheet(book, begin, styles)
        return {name: found[begin] for name, begin in sheets_of(book)}
    except (struct.error, IndexError):
        return {}


def _styles(book: Book) -> CellStyles:
    fonts: list[bool] = []
    found = CellStyles()
    number = 0
    for record in book.globals():
        if record.kind == _FONT:
            fonts.append(bool(struct.unpack_from("<2xH", record.body)[0] & _STRIKES))
        elif record.kind == _STYLE:
            font, _, flags = struct.unpack_from("<HHH", record.body)
            font -= font > _NEVER_STATED
            if not flags & _IS_NO_CELLS:
                if colour := _colour(record.body):
                    found.colours[number] = colour
                if font < len(fonts) and fonts[font]:
                    found.struck.add(number)
            number += 1
    return found


def _colour(style: bytes) -> str:
    """A word for the colour of a fill; empty for none and for white."""
    if len(style) >= _LONG_STYLE:
        pattern, colours = (
            struct.unpack_from("<I", style, 14)[0] >> 26,
            struct.unpack_from("<H", style, 18)[0],
        )
    else:
        colours, pattern = struct.unpack_from("<HH", style, 8)
        pattern &= 0x3F
    front = colours & 0x7F
    return "" if not pattern or (pattern == 1 and front in _WHITES) else f"{pattern} {colours & 0x3FFF}"


def _of_sheet(book: Book, begin: int, styles: CellStyles) -> XlsBeside:
    found = XlsBeside()
    depth = 0
    for record in records_from(book.records, begin):
        kind, body = record.kind, record.body
        if kind in (_BEGIN, _END):
            depth += 1 if kind == _BEGIN else -1
            if depth < 1:
                break
        elif depth > 1:
            continue  # of a chart on the sheet
        elif kind == _ROW:
            if body[12] & _IS_HIDDEN_ROW:
                found.hidden.rows.add(struct.unpack_from("<H", body)[0] + 1)
        elif kind == _COLUMNS:
            first, last, _, _, flags = struct.unpack_from("<5H", body)
            if flags & 1 and first < _MOST_COLUMNS:
                found.hidden.columns.append((first + 1, min(last + 1, _MOST_COLUMNS)))
        elif kind == _NOTE:
            _take_note(book, body, found.noted)
        else:
            _take_cells(kind, body, styles, found.noted)
    return found


def _take_note(book: Book, body: bytes, noted: Annotations) -> None:
    row, column = struct.unpack_from("<HH", body)
    # Of later books, the author; earlier ones state none.
    author = "" if book.code_page else book.text_in(body, 8, of_two_bytes=True)
    if row != _GOES_ON and not author.startswith(OWN_AUTHOR) and len(noted.comments) < MOST_NOTED:
        noted.comments.add((row + 1, column + 1))


def _take_cells(kind: int, body: bytes, styles: CellStyles, noted: Annotations) -> None:
    if len(noted.colours) + len(noted.struck) > MOST_NOTED:
        return
    for place, style in _styled(kind, body):
        if colour := styles.colours.get(style):
            noted.colours[place] = colour
        if style in styles.struck:
            noted.struck.add(place)


def _styled(kind: int, body: bytes) -> Iterator[tuple[Place, int]]:
    """The places a record tells of, and the style of each."""
    if kind in _CELLS:
        row, column, style = struct.unpack_from("<HHH", body)
        yield (row + 1, column + 1), style
    elif kind in (_PACKED_NUMBERS, _BLANKS):
        row, first = struct.unpack_from("<HH", body)
        each = "<H4x" if kind == _PACKED_NUMBERS else "<H"
        for column, (style,) in enumerate(struct.iter_unpack(each, body[4:-2]), first + 1):
            yield (row + 1, column), style
