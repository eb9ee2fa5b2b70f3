"""Workbooks of every kind, and tables in web pages saved as one → grids of text.

In: the path of a file known to be a workbook (xlsx, xlsm, xlsb, xls, ods) or markup (html, XML spreadsheet).
Out: a `Grid` for each sheet, cells as a person would read them: dates ISO, 12.0 as 12, errors as Excel shows
them; merged cells filled. And findings on what a grid does not show.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Literal, cast

from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from ingest.read.tables.table import GridRow
from ingest.read.workbook.beside.hidden_content import BrokenPartError, Range, Traces, said_of_hidden, traces
from ingest.read.workbook.beside.merged_cells import merged_cells
from ingest.read.workbook.copies.escaped_text import shows_numbers
from ingest.read.workbook.copies.mended_copy import Source, as_library_input, library_source, mended_copy
from ingest.read.workbook.copies.numbered_copy import numbered_copy
from ingest.read.workbook.error_cells import Places, error_cells
from ingest.read.workbook.formats.moment_formats import moment_cells, moments_among, put_midnights_back
from ingest.read.workbook.formats.percent_formats import percent_cells, show_in_per_cent
from ingest.read.workbook.library_errors import is_of_library
from ingest.read.workbook.markup.markup_tables import tables_of
from ingest.schema.template_stamp import STAMP_SHEET
from ingest.schema.texts.finding import Finding, cell_address

_DURATION = re.compile(r"PT(\d{1,6})H(\d\d)M(\d\d)(?:[.,]\d+)?S")


@dataclass(frozen=True)
class Grid:
    """A sheet as text. `rows`: from row 1 to the last with content. `name`: None for a text file. `merged`: ranges of
    cells, first row and column, last row and column, from 1."""

    name: str | None
    rows: list[GridRow]
    is_hidden: bool = False
    merged: Sequence[Range] = ()


def grids_of(
    path: Path, kind: Literal["workbook", "markup"], *, fill_merged: bool = True
) -> tuple[list[Grid], list[Finding]]:
    """The sheets with content and the findings on the file. Raises DamagedError."""
    if kind == "markup":
        return _of_markup(path, fill_merged=fill_merged)
    grids: list[Grid] = []
    findings: list[Finding] = []
    loaded, errors = _sheets_and_errors(path)
    beside, looked_at = _beside(path), cast("Source", path)
    filled = {name: _filled(rows, errors.get(name, {})) for name, _, rows, _ in loaded}
    lacking = any(beside.lacks_places(name, count) for name, count in filled.items())
    if copy := numbered_copy(library_source(path)) if lacking else None:
        loaded, errors = _loaded(path, copy.content)
        beside, looked_at = traces(path, copy.content), copy.content
        findings += copy.findings
    # The library tells them of xlsx and xls.
    is_told = any(merged for *_, merged in loaded)
    told = _told(beside.merged or merged_cells(path)) if fill_merged and not is_told else {}
    percents, moments = percent_cells(looked_at), moment_cells(looked_at)
    for name, is_hidden, values, merged in loaded:
        rows = [[as_text(value) for value in cells] for cells in values]
        show_in_per_cent(rows, percents.get(name, {}))
        if moments is None:
            findings += _midnights_by_neighbours(name, rows, values)
        else:
            put_midnights_back(rows, moments.get(name, {}))
        _put_in(rows, errors.get(name, {}))
        ranges = merged or told.get(name, [])
        if fill_merged:
            _fill_merged(rows, ranges)
        if numbered := _numbered(rows, ranges):
            places = [(top + 1, left + 1, bottom + 1, right + 1) for (top, left), (bottom, right) in ranges]
            grids.append(Grid(name, numbered, is_hidden, places))
    findings += beside.findings
    return grids, findings


def _beside(path: Path) -> Traces:
    try:
        return traces(path)
    except BrokenPartError as error:
        raise DamagedError(type(error).__name__) from None


def _of_markup(path: Path, *, fill_merged: bool) -> tuple[list[Grid], list[Finding]]:
    found, notes = tables_of(path.read_bytes())
    said = [finding for table in found for finding in said_of_hidden(table.name, table.hidden)]
    grids = []
    for table in found:
        if table.is_blank or table.name == STAMP_SHEET:
            continue
        if table.name is not None:
            _make_even(table.rows)
        ranges = _counted_from_0(table.merged)
        if fill_merged:
            _fill_merged(table.rows, ranges)
        grids.append(Grid(table.name, _numbered(table.rows, ranges), table.is_hidden, table.merged))
    return grids, [*notes, *said]


def _make_even(rows: list[list[str]]) -> None:
    """Give each row of a sheet as many cells as the longest has, as sheets of workbooks have them."""
    width = max(map(len, rows), default=0)
    if len(rows) * width <= _MOST_CELLS:
        for cells in rows:
            cells.extend([""] * (width - len(cells)))


def _filled(rows: Sequence[Sequence[Any]], errors: Places) -> int:
    """How many cells have something in them."""
    return len(errors) + sum(value not in (None, "") for cells in rows for value in cells)


def _midnights_by_neighbours(
    name: str, rows: list[list[str]], values: Sequence[Sequence[Any]]
) -> list[Finding]:
    """Give bare days their midnight where other cells of their column show a time of day, and say so."""
    before = [list(cells) for cells in rows]
    places = moments_among(values)
    put_midnights_back(rows, places)
    found = []
    for column in places:
        changed = [
            number
            for number, (old, new) in enumerate(zip(before, rows, strict=True), 1)
            if column <= len(new) and old[column - 1] != new[column - 1]
        ]
        if changed:
            address = cell_address(column, changed[0])
            params = {"count": len(changed), "column": cell_address(column, 1)[:-1]}
            found.append(Finding("midnights_by_neighbours", name, address, changed[0], params=params))
    return found


def _told(merged: Mapping[str, Sequence[Range]]) -> dict[str, list[Any]]:
    """The merged ranges by sheet, counted from 0 as the library counts."""
    return {name: _counted_from_0(ranges) for name, ranges in merged.items()}


def _counted_from_0(ranges: Sequence[Range]) -> list[Any]:
    return [((top - 1, left - 1), (bottom - 1, right - 1)) for top, left, bottom, right in ranges]


_MOST_CELLS = 1 << 24
_DEEPEST_HEADER = 8
"""Rows over which the names of a header are merged downwards at most."""


class DamagedError(Exception):
    """The library could not follow a workbook to its end."""


_Sheets = list[tuple[str, bool, list[list[Any]], list[Any]]]
"""Each sheet's name, whether it is hidden, its cells and its merged ranges."""


def _sheets_and_errors(path: Path) -> tuple[_Sheets, dict[str, Places]]:
    """The sheets, of a copy where the file is written in a way the library cannot follow."""
    source: Source = library_source(path)
    try:
        found = _loaded(path, source)
    except DamagedError:
        copy = mended_copy(path)
        if copy is None:
            raise
        return _loaded(path, copy)
    cells = (cell for _, _, rows, _ in found[0] for cells in rows for cell in cells)
    is_escaped = any(isinstance(cell, str) and shows_numbers(cell) for cell in cells)
    copy = mended_copy(path) if is_escaped else None
    return _loaded(path, copy) if copy else found


def _loaded(path: Path, source: Source) -> tuple[_Sheets, dict[str, Places]]:
    try:
        return _sheets(source), error_cells(path, source)
    except BaseException as error:
        if not isinstance(error, ValueError) and not is_of_library(error):
            raise
        raise DamagedError(type(error).__name__) from None


def _sheets(source: Source) -> _Sheets:
    with CalamineWorkbook.from_object(as_library_input(source)) as book:
        found = []
        for entry in book.sheets_metadata:
            if entry.typ != SheetTypeEnum.WorkSheet or entry.name == STAMP_SHEET:
                continue
            sheet = book.get_sheet_by_name(entry.name)
            rows = sheet.to_python(skip_empty_area=False)
            merged = getattr(sheet, "merged_cell_ranges", None) or []
            found.append((entry.name, entry.visible != SheetVisibleEnum.Visible, rows, merged))
        return found


def _put_in(rows: list[list[str]], errors: Places) -> None:
    """Put errors back where the library left nothing; a sheet of errors alone has no row yet."""
    for (row, column), text in errors.items():
        while len(rows) <= row:
            rows.append([])
        rows[row].extend([""] * (column + 1 - len(rows[row])))
        rows[row][column] = text


def _spanning(ranges: list[Any]) -> set[int]:
    """The rows, from 0, of which a cell is merged over several columns."""
    return {top for (top, left), (_, right) in ranges if right > left}


def _covered(ranges: list[Any]) -> set[int]:
    """The rows, from 0, over which several cells are merged downwards, as names of a header are."""
    over = Counter(
        row
        for (top, _), (bottom, _) in ranges
        if bottom - top < _DEEPEST_HEADER
        for row in range(top + 1, bottom + 1)
    )
    return {row for row, times in over.items() if times > 1}


def _numbered(rows: list[list[str]], ranges: list[Any]) -> list[GridRow]:
    """Rows with their numbers, without those below the last with content."""
    spanning, covered = _spanning(ranges), _covered(ranges)
    numbered = [
        GridRow(place + 1, cells, place in spanning, place in covered) for place, cells in enumerate(rows)
    ]
    while numbered and numbered[-1].is_blank:
        numbered.pop()
    return numbered


def _fill_merged(rows: list[list[str]], ranges: list[Any]) -> None:
    """Give the text of a merged cell to all the columns it covers, so that each keeps its caption.

    A title over the table stands alone in its row and stays one cell.
    """
    alone = {number for number, cells in enumerate(rows) if sum(1 for cell in cells if cell.strip()) < 2}
    for (top, left), (_, right) in ranges:
        if right <= left or top >= len(rows) or top in alone or left >= len(rows[top]):
            continue
        for column in range(left, min(right + 1, len(rows[top]))):
            if not rows[top][column]:
                rows[top][column] = rows[top][left]


def _as_duration(text: str) -> str | None:
    """A duration of a day or more as a person reads it, which the library leaves as an ods keeps it: `PT25H00M00S`."""
    found = _DURATION.fullmatch(text)
    return f"{int(found[1])}:{found[2]}:{found[3]}" if found else None


def as_text(value: Any) -> str:  # noqa: PLR0911 - one answer for each kind
    """A cell of a workbook as a person reads it."""
    if isinstance(value, str):
        return _as_duration(value) or value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        is_day = value.time() == time() and value.year > 1900
        return value.date().isoformat() if is_day else value.isoformat(sep=" ")
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    return "" if value is None else str(value)
