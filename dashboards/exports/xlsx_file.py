"""A table as a workbook that can be forwarded: it says what it is, on what it rests, and keeps its header in sight.

Out: one sheet. Title and facts above the table, columns as wide as what they hold, percents, days and numbers as such,
header and facts frozen, pages of paper with the header on each. Texts stay texts, whatever they begin with.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from math import isfinite
from typing import Any

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from dashboards.exports.table import (
    DAY,
    MOMENT,
    NUMBER,
    SHARE,
    Column,
    Table,
    is_formula,
    rounded,
    whole_minute,
)

NARROWEST, WIDEST, FACTS_WIDEST = 10, 48, 30
_FORBIDDEN = re.compile(r"[\[\]:*?/\\\x00-\x1f]+")
_LONGEST_SHEET = 31
_SAFE_DIGITS = 15  # a spreadsheet keeps no more of a number
_FORMATS: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 14},
    "label": {"font_color": "#5a6675", "valign": "top"},
    "fact": {"valign": "top"},
    "warning": {"font_color": "#b3303f", "valign": "top"},
    "header": {"bold": True, "text_wrap": True, "valign": "vcenter", "bg_color": "#e8f3f8", "bottom": 1},
    "text": {"text_wrap": True, "valign": "top"},
    # Written as text, it stays text when somebody edits the cell.
    "defused": {"text_wrap": True, "valign": "top", "quote_prefix": True},
}


def written(table: Table) -> bytes:
    """The bytes of the file."""
    target = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    book = xlsxwriter.Workbook(target, options)
    book.set_properties({"title": table.title, "created": table.as_of or datetime(2026, 1, 1)})
    formats = {name: book.add_format(look) for name, look in _FORMATS.items()}
    sheet = book.add_worksheet(sheet_name(table.title))
    header = _head(sheet, table, formats)
    bodies = [_looks(book, column, {"valign": "top"}) for column in table.columns]
    totals = [_looks(book, column, {"bold": True, "top": 1}) for column in table.columns]
    for place, column in enumerate(table.columns):
        sheet.write_string(header, place, column.label, formats["header"])
    for at, row in enumerate(table.rows, header + 1):
        for place, (value, column) in enumerate(zip(row, table.columns, strict=True)):
            _write(sheet, at, place, value, column, bodies[place], formats)
    end = header + len(table.rows)
    for place, value in enumerate(table.total or ()):
        _write(sheet, end + 1, place, value, table.columns[place], totals[place], formats)
    for place, column in enumerate(table.columns):
        sheet.set_column(place, place, _width(table, place, column))
    if table.columns and table.rows:
        sheet.autofilter(header, 0, end, len(table.columns) - 1)
    _paper(sheet, header, len(table.columns))
    book.close()
    return target.getvalue()


def sheet_name(title: str) -> str:
    """A name that spreadsheets accept: 31 letters at most, cut between words."""
    name = " ".join(_FORBIDDEN.sub(" ", title).split()).strip("' ")
    if len(name) > _LONGEST_SHEET:
        cut = name[: _LONGEST_SHEET - 1]
        name = (cut.rpartition(" ")[0] if " " in cut[_LONGEST_SHEET // 2 :] else cut).rstrip(" ,.;—-'") + "…"
    return name if name and name.casefold() != "history" else "ББАЖ"


def _head(sheet: Worksheet, table: Table, formats: Mapping[str, Any]) -> int:
    """Write title, facts and warnings; return the row of the header."""
    _write_text(sheet, 0, 0, table.title, formats["title"])
    row = 1
    for label, value in table.facts:
        _write_text(sheet, row, 0, f"{label}: {value}", formats["fact"])
        row += 1
    for warning in table.warnings:
        _write_text(sheet, row, 0, warning, formats["warning"])
        row += 1
    return row + 1


def _write(
    sheet: Worksheet, row: int, place: int, value: Any, column: Column, looks: Any, formats: Mapping[str, Any]
) -> None:
    look, whole = looks
    if value is None:
        sheet.write_blank(row, place, None, look)
    elif isinstance(value, datetime):
        sheet.write_datetime(row, place, whole_minute(value), look)
    elif isinstance(value, date):
        sheet.write_datetime(row, place, datetime(value.year, value.month, value.day), look)
    elif column.kind in (NUMBER, SHARE) and isinstance(value, int | float | Decimal):
        found = rounded(value, column)
        if found is None or not isfinite(found):
            sheet.write_blank(row, place, None, look)
        elif len(Decimal(str(found)).as_tuple().digits) > _SAFE_DIGITS and not isinstance(found, float):
            sheet.write_string(row, place, str(found), look)
        else:
            is_whole = column.trimmed and float(found).is_integer()
            sheet.write_number(row, place, float(found), whole if is_whole else look)
    else:
        text = str(value)
        _write_text(sheet, row, place, text, formats["defused"] if is_formula(text) else look)


def _write_text(sheet: Worksheet, row: int, place: int, text: str, look: Any) -> None:
    sheet.write_string(row, place, text[:32_767], look)


def _looks(book: xlsxwriter.Workbook, column: Column, base: Mapping[str, Any]) -> tuple[Any, Any]:
    """How a value of the column looks, and how a whole number does where zeros at the end are left out."""
    look = book.add_format({**base, **_look(column)})
    return look, book.add_format({**base, **_look(replace(column, places=0))}) if column.trimmed else look


def _look(column: Column) -> dict[str, Any]:
    if column.kind == SHARE:
        return {"num_format": _pattern(column.places) + "%"}
    if column.kind == NUMBER:
        if column.places is None:
            return {}
        pattern = ("#,##" if column.grouped else "") + _pattern(column.places)
        return {"num_format": f"+{pattern};-{pattern};0" if column.signed else pattern}
    if column.kind in (DAY, MOMENT):
        pattern = "dd.mm.yyyy" if column.kind == DAY else "dd.mm.yyyy hh:mm"
        return {"num_format": pattern, "align": "left"}
    return {"text_wrap": True}


def _pattern(places: int | None) -> str:
    return "0." + "0" * places if places else "0"


def _width(table: Table, place: int, column: Column) -> float:
    """What the longest value takes; a header breaks between words, and is no narrower than its longest one."""
    if column.kind in (DAY, MOMENT):
        longest = 10 if column.kind == DAY else 16
    elif column.kind in (NUMBER, SHARE):
        longest = max([len(_spelled(row[place], column)) for row in table.rows] or [0])
    else:
        longest = max([len(line) for row in table.rows for line in str(row[place] or "").split("\n")] or [0])
    words = max([len(word) for word in column.label.split()] or [0])
    return min(WIDEST, max(NARROWEST, longest + 2, words + 4, len(column.label) / 3))


def _spelled(value: Any, column: Column) -> str:
    if not isinstance(value, int | float | Decimal) or isinstance(value, bool):
        return ""
    found = rounded(value, column)
    if found is None:
        return ""
    return f"{float(found) * 100:.{column.places or 0}f}%" if column.kind == SHARE else f"{found:,}"


def _paper(sheet: Worksheet, header: int, columns: int) -> None:
    sheet.freeze_panes(header + 1, 0)
    sheet.set_paper(9)
    if columns > 4:
        sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(header)
    sheet.set_footer("&R&P / &N")
