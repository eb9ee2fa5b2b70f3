"""Stray cells far away from all others in Excel's old binary workbooks (xls), as `files/far_cells` has them of xlsx.

In: the bytes of a workbook. Out: which cells stand apart on which sheet, and the workbook without them: the library
keeps the rectangle of a sheet as a whole, so that one letter in IV60000 costs fifteen million cells, and makes room for
as many cells as a sheet states, whether it has them or not.
Layout of the records: MS-XLS, sections 2.4.90 (Dimensions) and those of the cells.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from ingest.read.files.far_cells import MOST_SPARE, reach_of_cells
from ingest.read.workbook.binary.xls_records import Record, book_of, records_from, sheets_of

_BEGIN, _END, _DIMENSIONS = 0x0809, 0x000A, 0x0200
_FORMULA, _TEXT_OF_FORMULA = 0x0006, 0x0207
# A number, a shared text, a packed number, a truth or error, a text, a text with formats, a formula.
_ONE_CELL = frozenset({0x0203, 0x00FD, 0x027E, 0x0205, 0x0204, 0x00D6, _FORMULA})
_NUMBERS_OF_ROW = 0x00BD
"""Packed numbers in neighbouring cells of a row."""
_NOTHING = 0x00FE
"""A kind of record that says nothing of a cell."""
_BYTES_OF_CELL = 10


@dataclass(frozen=True)
class BinaryStrays:
    """`sheets`: name → column and row, from 1, of the stray cells there, if any. `copy`: the workbook without them."""

    sheets: dict[str, list[tuple[int, int]]]
    copy: bytes


_Change = tuple[int, bytes]
"""Where in the stream of the book, and what to write there."""


def strays_of_xls(book: bytes) -> BinaryStrays | None:
    """The stray cells of a workbook; None where there are none, or its records cannot be followed."""
    stored = book_of(book)
    if stored is None or stored.code_page:
        return None
    try:
        size = stored.places[0][1]
        found = {name: _strays(stored.records, begin) for name, begin in sheets_of(stored)}
        changes = [change for _, own in found.values() for change in own]
        copy = bytearray(book)
        for begin, written in changes:
            for at, byte in enumerate(written, begin):
                copy[stored.places[at // size][0] + at % size] = byte
    except (IndexError, ValueError, struct.error):
        return None
    return (
        BinaryStrays({name: strays for name, (strays, _) in found.items() if strays}, bytes(copy))
        if changes
        else None
    )


def _strays(records: bytes, begin: int) -> tuple[list[tuple[int, int]], list[_Change]]:
    """The stray cells of the sheet that begins there, and what to write into the book so that it has none."""
    stated: Record | None = None
    cells: dict[tuple[int, int], list[Record]] = {}
    before: tuple[int, int] | None = None
    depth = 0
    for record in records_from(records, begin):
        depth += (record.kind == _BEGIN) - (record.kind == _END)
        if depth < 1:
            break
        if record.kind == _DIMENSIONS and depth == 1:
            stated = record
            if not _is_worth_a_look(stated, len(records)):
                return [], []
        if depth > 1:  # a chart on the sheet
            continue
        if record.kind in _ONE_CELL:
            row, column = struct.unpack_from("<HH", record.body)
            before = (column + 1, row + 1)
            cells[before] = [record]
        elif record.kind == _TEXT_OF_FORMULA and before:
            cells[before].append(record)
        elif record.kind == _NUMBERS_OF_ROW:
            row, first = struct.unpack_from("<HH", record.body)
            (last,) = struct.unpack_from("<H", record.body, len(record.body) - 2)
            cells |= {(column + 1, row + 1): [record] for column in range(first, last + 1)}
    return _without(cells, stated)


def _without(
    cells: dict[tuple[int, int], list[Record]], stated: Record | None
) -> tuple[list[tuple[int, int]], list[_Change]]:
    """The stray ones of these cells, and what to write so that they are gone and the sheet states its extent."""
    strays = set(reach_of_cells(list(cells)).strays)
    kept = {record.at for place, own in cells.items() if place not in strays for record in own}
    strays = {place for place in strays if not any(record.at in kept for record in cells[place])}
    changes = [(record.at, struct.pack("<H", _NOTHING)) for place in strays for record in cells[place]]
    if stated:
        reach = reach_of_cells([place for place in cells if place not in strays])
        extent = struct.pack("<IIHH", 0, reach.row, 0, reach.column)
        changes.append((stated.at + 4, extent))
    return sorted(strays), changes


def _is_worth_a_look(dimensions: Record, size: int) -> bool:
    """Whether a sheet states more cells than its book can hold. `size`: bytes of the book's records."""
    _, rows, _, columns = struct.unpack_from("<IIHH", dimensions.body)
    return bool(rows * columns > max(MOST_SPARE, size // _BYTES_OF_CELL))
