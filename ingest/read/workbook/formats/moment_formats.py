"""Cells of a workbook that show a day with a time: their midnight is a time as well as any other.

In: the path of a workbook, or, where its formats cannot be known, the values of a sheet. Out: the places of such cells,
and their texts with the midnight that a value alone does not tell from a bare day.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any

from ingest.read.arrow import Column, pa
from ingest.read.workbook.copies.mended_copy import Source
from ingest.read.workbook.formats.formatted_cells import formatted_cells
from ingest.read.workbook.formats.number_formats import Places, Wanted

_IN_BRACKETS = re.compile(r"\[[^\[\]]*\]")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_MIDNIGHT = " 00:00:00"


def moment_cells(source: Source) -> dict[str, Places] | None:
    """Sheet → the places of its numbers shown as a day with a time; None where formats cannot be known."""
    return formatted_cells(source, _MOMENTS)


def _shows_moment(code: str) -> bool:
    """Whether a format shows a day and an hour: `dd.mm.yyyy hh:mm`."""
    letters = _IN_BRACKETS.sub("", code).lower()
    return "h" in letters and ("d" in letters or "y" in letters)


_MOMENTS = Wanted(
    shows=_shows_moment,
    built_in=frozenset({22}),  # m/d/yy h:mm
    signs=(b"hours", b"T00:00:00"),
    shows_text=lambda text: ":" in text,
)


def put_midnights_back(rows: Sequence[list[str]], places: Places) -> None:
    """Give bare days at these places their midnight."""
    for column, numbers in places.items():
        for number in numbers:
            if number <= len(rows) and column <= len(rows[number - 1]):
                rows[number - 1][column - 1] = with_midnight(rows[number - 1][column - 1])


def columns_with_midnights(columns: Sequence[Column], places: Places, first_column: int) -> list[Column]:
    """The columns of a sheet (the first of them its `first_column`) with those bare days as moments."""
    shown = list(columns)
    for column, numbers in places.items():
        place = column - first_column
        if 0 <= place < len(shown):
            cells = shown[place].to_pylist()
            for number in numbers:
                if number <= len(cells):
                    cells[number - 1] = with_midnight(cells[number - 1] or "") or None
            shown[place] = pa.chunked_array([pa.array(cells, pa.string())])
    return shown


def with_midnight(text: str) -> str:
    """A bare day as a moment; any other text as it is."""
    return text + _MIDNIGHT if _DAY.fullmatch(text) else text


def moments_among(values: Sequence[Sequence[Any]]) -> Places:
    """The places of moments in columns of which one at least has a time of day, where formats are not known."""
    columns = {
        column
        for cells in values
        for column, value in enumerate(cells)
        if type(value) is datetime and value.time() != time()
    }
    return {
        column + 1: [
            number
            for number, cells in enumerate(values, 1)
            if column < len(cells) and isinstance(cells[column], date)
        ]
        for column in columns
    }
