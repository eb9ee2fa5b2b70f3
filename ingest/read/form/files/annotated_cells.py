"""That people said something beside the values of a table, which is not read: once a sheet for each way of saying it.

In: what stands beside the cells of a sheet, and the cells of the form's table on it. Out: findings. A colour that holds
for most of a column or for whole rows by turns is how the table looks and says nothing.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from ingest.read.reading import LocatedTable
from ingest.read.workbook.beside_cells import Annotations, Place
from ingest.schema.texts.finding import Finding, cell_address

_MOST_OF_A_COLUMN = 0.8
_MOST_ROWS = 0.3
_FEW_ROWS = 3
_NAMED = 5


def findings_beside(
    beside: Mapping[Any, Annotations], tables: Iterable[LocatedTable], *, is_marked: bool
) -> list[Finding]:
    """What is to be said of the sheets that were read. `is_marked`: we coloured the workbook ourselves."""
    rows: dict[str | None, set[int]] = defaultdict(set)
    columns: dict[str | None, set[int]] = defaultdict(set)
    for table in tables if beside else ():
        if table.sheet in beside:
            rows[table.sheet].update(table.text.column("_row").to_numpy().tolist())
            columns[table.sheet].update(table.columns.values())
    found: list[Finding] = []
    for sheet, numbers in rows.items():
        found += _of_sheet(sheet, beside[sheet], numbers, columns[sheet], is_marked=is_marked)
    return found


def _of_sheet(
    sheet: str | None, own: Annotations, rows: set[int], columns: set[int], *, is_marked: bool
) -> Iterator[Finding]:
    coloured = {} if is_marked else {place: own.colours[place] for place in own.colours if place[0] in rows}
    said = {
        "coloured_cells": _telling(coloured, rows, columns),
        "struck_cells": [place for place in own.struck if place[0] in rows],
        "commented_cells": [place for place in own.comments if place[0] in rows],
    }
    for code, places in said.items():
        if places:
            first, *_ = ordered = sorted(places)
            params = {"count": len(ordered), "cells": _named(ordered)}
            yield Finding(code, sheet, cell_address(first[1], first[0]), first[0], params=params)


def _telling(coloured: dict[Place, str], rows: Collection[int], columns: Collection[int]) -> list[Place]:
    """The cells whose colour tells them from the others of their column and row."""
    by_column = Counter((column, colour) for (_, column), colour in coloured.items())
    is_long = len(rows) >= _FEW_ROWS
    usual = {own for own, count in by_column.items() if is_long and count > _MOST_OF_A_COLUMN * len(rows)}
    left = {place: colour for place, colour in coloured.items() if (place[1], colour) not in usual}
    in_row = Counter((row, colour) for (row, column), colour in left.items() if column in columns)
    full = Counter(colour for (_, colour), count in in_row.items() if count >= len(columns))
    striped = {
        colour
        for colour, count in full.items()
        if count == len(rows) or (count >= _FEW_ROWS and count > _MOST_ROWS * len(rows))
    }
    return [place for place, colour in left.items() if colour not in striped]


def _named(places: Sequence[Place]) -> str:
    named = ", ".join(cell_address(column, row) for row, column in places[:_NAMED])
    return f"{named} …" if len(places) > _NAMED else named
