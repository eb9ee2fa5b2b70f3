"""Columns of a register whose heading says no day, no subject and no field: their cells are not read, and that is said.

In: the cells of a sheet, its head, the rows of learners. Out: a finding for each such column with something in it. It
is asked about where it may be one of the register: among the others, or with marks in its cells. Nor is a second column
of one subject read: which of the two is right is not known.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ingest.read.form.layouts.register_cells import marks_said
from ingest.read.form.layouts.register_head import Head
from ingest.read.form.layouts.register_kinds import names_assessment
from ingest.read.form.layouts.register_words import heading_code
from ingest.read.tables.row_kinds import says_average, says_total
from ingest.schema.forms.codelist import codelist
from ingest.schema.forms.register_layout import MarkCells, Register
from ingest.schema.texts.finding import Finding, cell_address

_LONGEST_MARK = 2


def unread_columns(
    sheet: str | None,
    grid: Sequence[Sequence[str]],
    first_column: int,
    layout: Register,
    head: Head,
    learners: Sequence[int],
) -> Iterator[Finding]:
    """`learners`: their rows, from 0; `first_column`: 1-based column the cells begin with."""
    read = {*head.headings, *head.fields.values(), *(place for _, place in head.splits), head.names}
    width = max(map(len, grid[head.row : head.body]), default=0)
    for place in range(width):
        heading, row = _heading(grid, head, place)
        if (
            place in read
            or not any(map(str.isalnum, heading))
            or says_total(heading)
            or says_average(heading)
        ):
            continue
        if (same := _place_of_same(heading, layout, head)) is not None:
            yield _twice(sheet, first_column, layout, head, (same, place))
            continue
        cells = [text for number in learners if (text := _at(grid[number], place))]
        if cells and layout.points and names_assessment(heading, layout.points):
            yield _without_day(sheet, cell_address(place + first_column, row + 1), row + 1, layout, heading)
            continue
        is_numbering = place < min(head.headings) and all(text.rstrip(".)").isdecimal() for text in cells)
        if cells and not is_numbering:
            is_among = min(head.headings) < place < max(head.headings)
            asked = is_among or (layout.marks and any(_is_result(cell, layout.marks) for cell in cells))
            address = cell_address(place + first_column, row + 1)
            yield Finding(
                "unknown_column",
                sheet,
                address,
                row + 1,
                value=heading,
                severity_override="query" if asked else None,
            )


def _without_day(sheet: str | None, address: str, row: int, layout: Register, heading: str) -> Finding:
    """A column of a kind of assessment: its points count for a day, and nothing says which."""
    return Finding("register_kind_without_day", sheet, address, row, layout.across, value=heading)


def _place_of_same(heading: str, layout: Register, head: Head) -> int | None:
    """The column that is headed by the same word of the list."""
    code = heading_code(heading, layout.words, str.isspace) if layout.words else None
    return next((place for place, known in head.headings.items() if known == code), None) if code else None


def _twice(
    sheet: str | None, first_column: int, layout: Register, head: Head, places: tuple[int, int]
) -> Finding:
    cells = [cell_address(place + first_column, head.row + 1) for place in places]
    label = codelist(layout.words or "").by_code[head.headings[places[0]]].labels
    params = {"column": label, "cells": ", ".join(cells)}
    return Finding("duplicate_column", sheet, cells[1], head.row + 1, layout.across, params=params)


def _heading(grid: Sequence[Sequence[str]], head: Head, place: int) -> tuple[str, int]:
    """What heads a column, and the row it stands in."""
    for row in range(head.row, head.body):
        if text := _at(grid[row], place):
            return text, row
    return "", head.row


def _is_result(text: str, cells: MarkCells) -> bool:
    said = marks_said(text, cells)
    mark = said[cells.mark] if said else ""
    return bool(said) and (not mark or (mark.isdecimal() and len(mark) < _LONGEST_MARK))


def _at(row: Sequence[str], place: int) -> str:
    return row[place].strip() if place < len(row) else ""
