"""Native charts over the figures of a sheet: bars from nought, lines with gaps, how far the missing could move one.

A spreadsheet draws a word as nought. Where a drawn cell holds a symbol, the numbers are written a second time beside
the table, with the symbols left out, and the chart refers to those.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import xlsxwriter
from xlsxwriter.utility import quote_sheetname, xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from dashboards.look import BLUE, FAINT, HAZE, INK, SKY
from dashboards.reports.content import Both, Column, Section, Unit
from dashboards.reports.rounding import shown
from dashboards.reports.workbook.cells import Looks, number_pattern
from dashboards.reports.workbook.words import words

MOST_DRAWN = 30
"""A ranking of more is not read; the table has all."""
_FONT = {"size": 9, "color": INK}
_BESIDE_WIDTH = 18.0
_WIDE = 5
_PIXELS_OF_A_ROW = 20
_ROW_PIXELS, _LEAST_PIXELS, _MOST_PIXELS = 22, 300, 900


class Laid(NamedTuple):
    """Where the table of a section lies: its sheet, the row of its header, the place of its first value, the first free
    place beside it, and the first free row below it and its notes."""

    sheet: Worksheet
    header: int
    first: int
    beside: int
    below: int

    @property
    def is_below(self) -> bool:
        """Whether a chart beside so wide a table would make both too small on paper."""
        return self.beside - self.first > _WIDE


def insert_chart(book: xlsxwriter.Workbook, section: Section, laid: Laid, looks: Looks) -> int:
    """Draw what the section asks for beside its table, or below a wide one; returns the last row it takes."""
    drawn = _drawn_columns(section)
    rows = _drawn_rows(section)
    if not drawn or not rows:
        return laid.below
    is_line = section.drawn == "trend"
    is_bar = section.drawn in ("ranking", "tiles", "bounds")
    chart = book.add_chart({"type": "line" if is_line else "bar" if is_bar else "column"})
    places, free = _numbers(section, drawn, rows, laid, looks)
    reach: dict[str, Any] = {}
    if section.drawn == "bounds":
        bars, free = _reach(section, rows, laid, free, looks)
        reach = {"x_error_bars": bars, "data_labels": {}}
    for number, column in enumerate(drawn):
        chart.add_series(_series(section, column, places[number], rows, laid, number, looks) | reach)
    _axes(chart, section, drawn[0], looks.language)
    chart.set_title(
        {
            "name": section.subtitle.of(looks.language),
            "name_font": {"size": 10, "bold": False, "color": FAINT},
        }
    )
    chart.set_legend(_legend(len(drawn)))
    chart.show_blanks_as("gap")
    height = min(_MOST_PIXELS, max(_LEAST_PIXELS, 90 + _ROW_PIXELS * len(rows))) if is_bar else _LEAST_PIXELS
    chart.set_size({"width": 640, "height": height})
    options = {"description": section.alt.of(looks.language), "object_position": 2}
    at = (laid.below, 0) if laid.is_below else (laid.header, free + 1)
    laid.sheet.insert_chart(*at, chart, options)
    return at[0] + round(height / _PIXELS_OF_A_ROW) + 1


def _legend(series: int) -> dict[str, Any]:
    return {"position": "bottom", "font": _FONT} if series > 1 else {"none": True}


def _drawn_columns(section: Section) -> list[Column]:
    """The measure; of a trend every column of its unit, each a line; none where a section is a table alone."""
    columns = {column.code: column for column in section.table.columns}
    measure = columns.get(section.measure)
    if section.drawn == "table" or measure is None:
        return []
    if section.drawn == "trend":
        return [
            measure,
            *(each for each in columns.values() if each.unit == measure.unit and each is not measure),
        ]
    return [measure]


def _drawn_rows(section: Section) -> range:
    """The rows of the table that are drawn, counted from nought."""
    total = len(section.table.rows)
    if section.drawn in ("trend", "distribution"):
        return range(total)
    return range(min(total, section.first or MOST_DRAWN, MOST_DRAWN))


def _numbers(
    section: Section, drawn: list[Column], rows: range, laid: Laid, looks: Looks
) -> tuple[list[int], int]:
    """Where the numbers of each drawn column stand, and the first place free beside them."""
    columns = list(section.table.columns)
    places, free = [], laid.beside
    for column in drawn:
        at = columns.index(column)
        cells = [section.table.rows[row].cells[at] for row in rows]
        if all(cell.value is not None for cell in cells):
            places.append(laid.first + at)
            continue
        _beside(laid, free, column.label, looks)
        for row, cell in zip(rows, cells, strict=True):
            if cell.value is not None:
                value = shown(cell.value, column.unit, column.digits)
                laid.sheet.write_number(
                    laid.header + 1 + row, free, value, looks.of(column.unit, column.digits)
                )
        places.append(free)
        free += 1
    return places, free


def _series(
    section: Section, column: Column, place: int, rows: range, laid: Laid, number: int, looks: Looks
) -> dict[str, Any]:
    top, bottom = laid.header + 1, laid.header + len(rows)
    name = laid.sheet.get_name()
    colour = BLUE if number == 0 else FAINT
    series: dict[str, Any] = {
        "name": [name, laid.header, laid.first + list(section.table.columns).index(column)],
        "categories": [name, top, laid.first - 1, bottom, laid.first - 1],
        "values": [name, top, place, bottom, place],
    }
    if section.drawn == "trend":
        return {
            **series,
            "line": {"color": colour, "width": 2.25 if number == 0 else 1.5},
            "marker": _marker(colour),
        }
    # The place that the others are parts of is the one accent.
    totals = [section.table.rows[row].is_total for row in rows]
    points = [{"fill": {"color": BLUE if is_total else SKY}} for is_total in totals]
    pattern = number_pattern(column.unit, column.digits, words(looks.language)["points"])
    series |= {"fill": {"color": SKY}, "gap": 10 if section.drawn == "distribution" else 40}
    series |= {"points": points} if any(totals) else {}
    values = [section.table.rows[row].cells[list(section.table.columns).index(column)].value for row in rows]
    series["data_labels"] = {"value": True, "num_format": pattern, "font": _FONT, **_inside(values, totals)}
    return series


def _inside(values: Sequence[float | None], totals: Sequence[bool]) -> dict[str, Any]:
    """Labels stand within bars that all have room for them; beyond, the longest would leave the chart."""
    known = [value for value in values if value is not None]
    if not known or min(known) < max(known) / 3:
        return {}
    white = {"font": {**_FONT, "color": "#ffffff"}}
    return {"position": "inside_end", "custom": [white if is_total else None for is_total in totals]}


def _reach(section: Section, rows: range, laid: Laid, free: int, looks: Looks) -> tuple[dict[str, Any], int]:
    """How far the missing could move each figure, as error bars; written beside the table, for they are distances."""
    columns = {column.code: at for at, column in enumerate(section.table.columns)}
    measure = section.table.columns[columns[section.measure]]
    ranges = {}
    for name, bound in (("minus_values", section.low), ("plus_values", section.high)):
        label = section.table.columns[columns[bound]].label
        _beside(laid, free, label, looks)
        for row in rows:
            cells = section.table.rows[row].cells
            value, far = cells[columns[section.measure]].value, cells[columns[bound]].value
            distance = abs(far - value) if value is not None and far is not None else 0.0
            shows = shown(distance, measure.unit, measure.digits)
            laid.sheet.write_number(
                laid.header + 1 + row, free, shows, looks.of(measure.unit, measure.digits)
            )
        ranges[name] = _range(laid, rows, free)
        free += 1
    return {"type": "custom", **ranges, "line": {"color": INK, "width": 1.25}}, free


def _beside(laid: Laid, place: int, label: Both, looks: Looks) -> None:
    """The header of a column of numbers that a chart refers to."""
    text = f"{words(looks.language)['chart_data']}: {label.of(looks.language)}"
    laid.sheet.set_column(place, place, _BESIDE_WIDTH)
    laid.sheet.write_string(laid.header, place, text, looks.named("number_header"))


def _range(laid: Laid, rows: range, place: int) -> str:
    name = quote_sheetname(laid.sheet.get_name())
    first = xl_rowcol_to_cell(laid.header + 1, place, row_abs=True, col_abs=True)
    last = xl_rowcol_to_cell(laid.header + len(rows), place, row_abs=True, col_abs=True)
    return f"={name}!{first}:{last}"


def _marker(colour: str) -> dict[str, Any]:
    return {"type": "circle", "size": 5, "fill": {"color": colour}, "border": {"color": colour}}


def _axes(chart: Any, section: Section, column: Column, language: str) -> None:
    """Bars begin at nought; a line shows what moves. The first row of a table stands on top of bars."""
    pattern = number_pattern(
        column.unit, 0 if column.unit == "share" else column.digits, words(language)["points"]
    )
    grid = {"visible": True, "line": {"color": HAZE}}
    values: dict[str, Any] = {"num_format": pattern, "num_font": _FONT, "major_gridlines": grid}
    values["line"] = {"none": True}
    if section.drawn != "trend":
        values["min"] = 0
        values |= {"max": 1} if column.unit == "share" else {}
    names: dict[str, Any] = {"num_font": _FONT, "major_tick_mark": "none", "line": {"color": FAINT}}
    names |= {"interval_unit": 1} if section.drawn in ("ranking", "tiles", "bounds") else {}
    if section.drawn in ("ranking", "tiles", "bounds"):
        chart.set_y_axis(names | {"reverse": True})
        chart.set_x_axis(values)
    else:
        chart.set_x_axis(names)
        chart.set_y_axis(values)


def is_measured(unit: Unit) -> bool:
    """Whether cells of the unit are numbers."""
    return unit not in ("text", "date")
