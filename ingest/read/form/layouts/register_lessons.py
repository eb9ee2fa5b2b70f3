"""How many lessons the days of a register have where a cell above the table says it once: «Уроков в день: 6».

In: a sheet that is a register of attendance, its columns. Out: the columns with their lessons, and a note. Where it
differs from day to day, «5–6», nothing is taken.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.read.form.header.beside_table import behind_label
from ingest.read.form.layouts.register_column import Column, Grid, RegisterSheet
from ingest.schema.forms.register_layout import LessonCells
from ingest.schema.texts.finding import Finding, cell_address

_NUMBER = re.compile(r"([1-9]\d?)(?: [^\W\d_]{1,10}\.?)?")


@dataclass(frozen=True)
class _Above:
    """Lessons of every day, and the cell that says so, row and column from 0."""

    count: int
    row: int
    column: int


def take_lessons_above(sheet: RegisterSheet, columns: Sequence[Column]) -> list[Finding]:
    """Give every day the number of lessons said once for all, where no row counts them day by day; the note on it."""
    cells = sheet.layout.lessons
    if cells is None or any(column.lessons is not None for column in columns):
        return []
    said = _said(sheet.grid[: sheet.head.row], cells)
    if said is None:
        return []
    for column in columns:
        column.lessons = said.count
        column.above[cells.scheduled] = said.row
    address = cell_address(said.column + sheet.first_column, said.row + 1)
    params = {"lessons": said.count}
    return [
        Finding("register_lessons_above", sheet.name, address, said.row + 1, cells.scheduled, params=params)
    ]


def _said(rows: Grid, cells: LessonCells) -> _Above | None:
    """What the rows above say of every day; None where they say nothing, or two things."""
    found = [
        _Above(int(said[1]), row, column)
        for row, texts in enumerate(rows)
        for column, text in [next(behind_label(cells.counted_by, texts), (0, ""))]
        if (said := _NUMBER.fullmatch(" ".join(text.split())))
    ]
    return found[0] if len({each.count for each in found}) == 1 else None
