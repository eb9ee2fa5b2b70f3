"""Rows of a journal of marks that say of which kind its columns are, and of how many points.

In: the sheet, its columns, a row. Out: the columns with what the row says of them. Such a row begins with a word of the
layout («Вид оценивания», «Ең жоғары балл»), or holds nothing but kinds.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ingest.read.form.header.header_match import folded
from ingest.read.form.layouts.register_column import Column, RegisterSheet
from ingest.read.form.layouts.register_kinds import kind_said
from ingest.schema.forms.register_layout import PointCells


def takes_row(sheet: RegisterSheet, columns: Sequence[Column], number: int, left: Sequence[str]) -> bool:
    """Take a row, counted from 0, that says something of the columns; whether it is one. `left`: its cells before the
    first of them."""
    cells = _cells(sheet)
    words = {folded(cell) for cell in left if cell}
    if words & {folded(word) for word in cells.maximum_by}:
        for column in columns:
            if written := sheet.cell(number, column.place).strip():
                column.maximum = written
                column.above[cells.maximum] = number
        return True
    said = [cell for each in columns if (cell := sheet.cell(number, each.place).strip())]
    is_labelled = bool(words & {folded(word) for word in cells.kind_by})
    is_of_kinds = bool(said) and not words and all(kind_said(cell, cells).kind for cell in said)
    if is_labelled or is_of_kinds:
        take_kinds(sheet, columns, [number], is_labelled=is_labelled)
    return is_labelled or is_of_kinds


def take_kinds(
    sheet: RegisterSheet, columns: Sequence[Column], numbers: Iterable[int], *, is_labelled: bool = False
) -> None:
    """The kind and the most points of each column, as far as rows say them. What stands in a row labelled as one of
    kinds and is none goes on as it is: the column's list of words has the say."""
    cells = _cells(sheet)
    for number in numbers:
        for column in columns:
            written = sheet.cell(number, column.place).strip()
            said = kind_said(written, cells)
            if kind := said.kind or (written if is_labelled else ""):
                column.kind = kind
                column.above[cells.kind] = number
            if said.maximum and (said.kind or number == sheet.head.row):
                column.maximum = said.maximum
                column.above[cells.maximum] = number


def _cells(sheet: RegisterSheet) -> PointCells:
    cells = sheet.layout.points
    assert cells is not None
    return cells
