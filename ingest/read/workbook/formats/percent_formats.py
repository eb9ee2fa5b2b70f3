"""Cells of a workbook that show a per cent sign: they keep 0.95 and show 95 %.

In: the path of a workbook. Out: their places by sheet, and their text as a person sees it. Whether a column wants 95 or
0.95 is not for the reader to guess, so the sign must not get lost on the way. Where the formats of a workbook cannot be
known, a number is read as it is kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from ingest.read.arrow import Column, pa
from ingest.read.workbook.copies.mended_copy import Source
from ingest.read.workbook.formats.formatted_cells import formatted_cells
from ingest.read.workbook.formats.number_formats import Places, Wanted

_PER_CENT = Wanted(
    shows=lambda code: "%" in code,
    built_in=frozenset({9, 10}),
    signs=(b"percentage",),
    value_type="percentage",
)


def percent_cells(source: Source) -> dict[str, Places]:
    """Sheet → the places of its numbers shown in per cent. Empty for a file that is no workbook, or a damaged one."""
    return formatted_cells(source, _PER_CENT) or {}


def columns_in_per_cent(columns: Sequence[Column], places: Places, first_column: int) -> list[Column]:
    """The columns of a sheet (the first of them its `first_column`) with those cells as they are shown: `95%`."""
    shown = list(columns)
    for column, rows in places.items():
        place = column - first_column
        if 0 <= place < len(shown):
            cells = shown[place].to_pylist()
            for row in rows:
                if row <= len(cells):
                    cells[row - 1] = _shown(cells[row - 1])
            shown[place] = pa.chunked_array([pa.array(cells, pa.string())])
    return shown


def show_in_per_cent(rows: Sequence[list[str]], places: Places) -> None:
    """Put what is shown, `95%`, into the cells at these places."""
    for column, numbers in places.items():
        for number in numbers:
            if number <= len(rows) and column <= len(rows[number - 1]):
                cells = rows[number - 1]
                cells[column - 1] = _shown(cells[column - 1]) or ""


def _shown(kept: str | None) -> str | None:
    try:
        return f"{(Decimal(kept) * 100).normalize():f}%" if kept else kept
    except ArithmeticError:
        return kept
