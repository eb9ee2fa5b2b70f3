"""Cells far away from everything else on their sheet: blank ones, and a stray few that would cost the file its life.

In: the parts of a workbook (xlsx), or the places of a sheet's cells. Out: how far the cells with content reach, which
stray ones stand beyond, and the sheet without the cells beyond. A space typed into A1048576 by mistake makes a sheet of
a million rows, which costs memory and time, or the file its life, for nothing anybody can see; a letter in XFD1 does
the same.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.read.column_numbers import column_number

MOST_LOOKED_AT = 1 << 26
"""Bytes: a sheet with far-away cells and little else is much smaller; a larger one is read as it is."""
MOST_CELLS = 40_000_000
"""Of the rectangle a sheet spans: the libraries below keep it as a whole, empty cells and all."""
MOST_SPARE = 2_000_000
"""Cells of such a rectangle that may all be empty but a few: more cost memory that a small file does not have."""
MOST_COLUMNS = 1_000
ROUNDED = 26
"""Columns a sheet is counted with at least."""
_MOST_STRAY = 10
"""So few cells beyond all others are no part of the table; with more there is one."""
_COLUMNS_APART, _ROWS_APART = 100, 1_000
_SPARSE = 1_000
"""Rows that a sheet may leave out before it is worth a look."""

_SMALL, _HEAD = 1 << 20, 1 << 12
_BYTES_OF_ROW, _BYTES_OF_CELL, _LETTERS = 16, 8, 2
"""A row or a cell with anything in it takes more bytes; columns of more letters are far away."""
_CELL_BEGIN = b"<c "
_EXTENT = re.compile(rb'<(?:\w+:)?dimension\s[^<>]*?\bref="(?:[A-Z]{1,3}\d{1,7}:)?([A-Z]{1,3})(\d{1,7})"')
_ROW = re.compile(rb'<(?:\w+:)?row\s[^<>]*?\br="(\d{1,7})"')
_FAR_COLUMN = re.compile(rb'\br="[A-Z]{3}\d')
# What stands inside holds no other of its kind, so that one that is never closed is not looked through to the end.
_COLUMN = re.compile(rb'\br="([A-Z]{1,3})\d')
_CELL = re.compile(rb"<(?:\w+:)?c\s([^<>]*?)(?:/>|>([^<]*(?:<(?!/?(?:\w+:)?c[\s/>])[^<]*)*)</(?:\w+:)?c>)")
_ADDRESS = re.compile(rb'\br="([A-Z]{1,3})(\d{1,7})"')
_KIND = re.compile(rb'\bt="(\w+)"')
_VALUE = re.compile(rb"<(?:\w+:)?v\b[^<>]*>([^<]*)<")
_TEXT = re.compile(rb"<(?:\w+:)?t\b[^<>]*>([^<]*)<")
_SHARED = re.compile(
    rb"<(?:\w+:)?si(?=[\s/>])[^<>]*?(?:/>|>([^<]*(?:<(?!/?(?:\w+:)?si[\s/>])[^<]*)*)</(?:\w+:)?si>)"
)
_DIMENSION = re.compile(rb"<(?:\w+:)?dimension\b[^<>]*>")
_STRINGS = "sharedstrings.xml"
# White space by its numbers, as XML may write it.
_NUMBERED = re.compile(rb"&#(?:x(?:a0|9|a|d|20|200b|feff)|160|9|10|13|32);", re.IGNORECASE)


@dataclass(frozen=True)
class Reach:
    """The last row and column with content, from 1; of a sheet without any, 0. `strays`: column and row of the few
    cells beyond, where with them the sheet would be too large."""

    row: int = 0
    column: int = 0
    strays: tuple[tuple[int, int], ...] = ()

    @property
    def is_too_far(self) -> bool:
        """Whether a sheet of this extent is not read."""
        return self.column > MOST_COLUMNS or self.row * max(self.column, ROUNDED) > MOST_CELLS

    @property
    def is_wide(self) -> bool:
        """Whether a sheet of this extent is worth a look at what stands apart."""
        return self.is_too_far or self.row * self.column > MOST_SPARE


def may_be_sparse(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bool:
    """Whether a sheet is worth unpacking to see: it is small, or states an extent that its size cannot fill."""
    if not _SMALL < entry.file_size <= MOST_LOOKED_AT:
        return entry.file_size <= _SMALL
    with archive.open(entry) as part:
        stated = _EXTENT.search(part.read(_HEAD))
    if stated is None:
        return False
    rows, columns = int(stated[2]), column_number(stated[1])
    if rows * columns > max(MOST_SPARE, entry.file_size // _BYTES_OF_CELL):
        return True
    return rows * _BYTES_OF_ROW > entry.file_size or len(stated[1]) > _LETTERS


def is_sparse(sheet: bytes) -> bool:
    """Whether a sheet leaves out so many rows or columns that far-away cells may be blank."""
    rows = [int(number) for number in _ROW.findall(sheet)]
    if not rows:
        return bool(_FAR_COLUMN.search(sheet))
    if _FAR_COLUMN.search(sheet) or max(rows) > 2 * len(rows) + _SPARSE:
        return True
    columns = max(map(column_number, set(_COLUMN.findall(sheet))), default=0)
    return max(rows) * columns > max(MOST_SPARE, 2 * sheet.count(_CELL_BEGIN))


def blank_strings(archive: zipfile.ZipFile) -> frozenset[bytes]:
    """The numbers of the shared texts that are white space alone."""
    name = next((name for name in archive.namelist() if name.lower().endswith(_STRINGS)), None)
    if name is None or archive.getinfo(name).file_size > MOST_LOOKED_AT:
        return frozenset()
    shared = _SHARED.finditer(archive.read(name))
    return frozenset(
        b"%d" % place for place, found in enumerate(shared) if _is_blank(_texts(found[1] or b""))
    )


def reach_of(sheet: bytes, blank: frozenset[bytes]) -> Reach:
    """How far the cells with content reach."""
    return reach_of_cells([place for found, place in _cells(sheet) if not _holds_nothing(found, blank)])


def reach_of_cells(filled: list[tuple[int, int]]) -> Reach:
    """How far cells with content reach, given by column and row, both from 1."""
    reach = _extent(filled)
    strays: list[tuple[int, int]] = []
    for axis, apart in ((0, _COLUMNS_APART), (1, _ROWS_APART)):
        if reach.is_wide:
            filled, beyond = _parted(filled, axis, apart)
            strays += beyond
            reach = _extent(filled)
    return Reach(reach.row, reach.column, tuple(sorted(strays)))


def _extent(places: Sequence[tuple[int, int]]) -> Reach:
    return Reach(max((row for _, row in places), default=0), max((column for column, _ in places), default=0))


def _parted(
    places: list[tuple[int, int]], axis: int, apart: int
) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """The cells without a few that stand apart from all others along an axis, and those; all, and none, otherwise."""
    ordered = sorted(places, key=lambda place: place[axis])
    for count in range(1, min(_MOST_STRAY, len(ordered) // 2) + 1):
        rest, beyond = ordered[:-count], ordered[-count:]
        is_apart = beyond[0][axis] - rest[-1][axis] >= apart
        if is_apart and (axis or rest[-1][axis] <= MOST_COLUMNS):
            return rest, beyond
    return places, []


def without_far_blanks(sheet: bytes, blank: frozenset[bytes]) -> bytes | None:
    """The sheet without the blank and stray cells beyond its content; None where there are none."""
    reach = reach_of(sheet, blank)
    pieces, end = [], 0
    for found, (column, row) in _cells(sheet):
        if (row > reach.row or column > reach.column) and found[2] is not None:
            pieces.append(sheet[end : found.start()])
            end = found.end()
    if not pieces:
        return None
    return _DIMENSION.sub(b"", b"".join([*pieces, sheet[end:]]))


def _cells(sheet: bytes) -> Iterator[tuple[re.Match[bytes], tuple[int, int]]]:
    """Each cell with its column and row."""
    for found in _CELL.finditer(sheet):
        if address := _ADDRESS.search(found[1]):
            yield found, (column_number(address[1]), int(address[2]))


def _holds_nothing(cell: re.Match[bytes], blank: frozenset[bytes]) -> bool:
    if cell[2] is None:
        return True
    kind = _KIND.search(cell[1])
    if kind and kind[1] == b"s":
        value = _VALUE.search(cell[2])
        return value is None or value[1].strip() in blank
    if kind and kind[1] == b"inlineStr":
        return _is_blank(_texts(cell[2]))
    value = _VALUE.search(cell[2])
    return value is None or _is_blank(value[1])


def _texts(markup: bytes) -> bytes:
    return b"".join(_TEXT.findall(markup))


def _is_blank(text: bytes) -> bool:
    if text.isalnum():  # most are: nothing of them has to be replaced to see that
        return False
    plain = _NUMBERED.sub(b" ", text).decode("utf-8", "replace")
    return not plain.strip(" \t\r\n\u00a0\u200b\u200c\u200d\u2060\ufeff\u202f\u3000")
