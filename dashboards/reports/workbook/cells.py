"""Cells of a summary in a spreadsheet: numbers as numbers, rounded as every other form of the summary shows them, and a
symbol where there is no value.

A symbol is never a blank or a nought; what a chart draws stands apart (`charts`), for a spreadsheet draws words as
noughts.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from dashboards.exports import table as exported
from dashboards.look import BLUE, FAINT
from dashboards.reports.content import Cell, Unit
from dashboards.reports.rounding import shown
from dashboards.reports.workbook.words import words

_TEXT_LIMIT = 32_767
_LOOKS: Mapping[str, Mapping[str, Any]] = {
    "title": {"bold": True, "font_size": 16},
    "heading": {"bold": True, "font_size": 14, "font_color": BLUE},
    "subheading": {"bold": True, "font_size": 11, "font_color": BLUE},
    "faint": {"font_color": FAINT},
    "lead": {"font_size": 11, "text_wrap": True, "valign": "top"},
    "note": {"text_wrap": True, "valign": "top", "font_color": FAINT},
    "header": {"bold": True, "text_wrap": True, "valign": "vcenter", "bottom": 1, "top": 1},
    "number_header": {
        "bold": True,
        "text_wrap": True,
        "valign": "vcenter",
        "align": "right",
        "bottom": 1,
        "top": 1,
    },
    "text": {"text_wrap": True, "valign": "top"},
    "total_text": {"text_wrap": True, "valign": "top", "bold": True, "bottom": 1},
}


class Looks:
    """The formats of one book, each made once."""

    def __init__(self, book: xlsxwriter.Workbook, language: str) -> None:
        self._book = book
        self.language = language
        self._made: dict[tuple[Any, ...], Format] = {}

    def named(self, name: str, *, is_defused: bool = False) -> Format:
        """A look by its name; `is_defused`: what is written stays text when somebody edits the cell."""
        return self._once(
            ("named", name, is_defused), {**_LOOKS[name], **({"quote_prefix": True} if is_defused else {})}
        )

    def of(self, unit: Unit, digits: int, *, mark: str = "", is_total: bool = False) -> Format:
        """How a value of the unit looks, with so many decimals."""
        pattern = number_pattern(unit, digits, words(self.language)["points"])
        if mark:
            pattern = ";".join(f'{part}" {mark}"' for part in pattern.split(";"))
        look: dict[str, Any] = {"num_format": pattern, "valign": "top", "align": "right"}
        if is_total:
            look |= {"bold": True, "bottom": 1}
        return self._once((unit, digits, mark, is_total), look)

    def _once(self, key: tuple[Any, ...], look: Mapping[str, Any]) -> Format:
        if key not in self._made:
            self._made[key] = self._book.add_format(dict(look))
        return self._made[key]


def number_pattern(unit: Unit, digits: int, points: str) -> str:
    """The pattern of a spreadsheet for numbers of a unit; `points`: what percentage points are called."""
    decimals = "0." + "0" * digits if digits else "0"
    if unit == "share":
        return decimals + "%"
    if unit == "points":
        return f'+{decimals}" {points}";−{decimals}" {points}";{decimals}" {points}"'
    return "dd.mm.yyyy" if unit == "date" else "#,##" + decimals


def write_text(sheet: Worksheet, row: int, place: int, text: str, looks: Looks, look: str) -> None:
    """Words stay words, whatever they begin with."""
    sheet.write_string(
        row, place, text[:_TEXT_LIMIT], looks.named(look, is_defused=exported.is_formula(text))
    )


def write_cell(
    sheet: Worksheet,
    at: tuple[int, int],
    cell: Cell,
    measured: tuple[Unit, int],
    looks: Looks,
    *,
    is_total: bool = False,
) -> None:
    """One cell at a row and place, of a unit with so many decimals."""
    unit, digits = measured
    if cell.text is not None:
        write_text(sheet, *at, cell.text.of(looks.language), looks, "total_text" if is_total else "text")
    elif cell.day is not None:
        look = looks.of("date", 0, is_total=is_total)
        sheet.write_datetime(*at, datetime(cell.day.year, cell.day.month, cell.day.day), look)
    elif cell.value is not None:
        look = looks.of(unit, digits, mark=cell.mark, is_total=is_total)
        sheet.write_number(*at, shown(cell.value, unit, digits), look)
    else:
        sheet.write_string(*at, cell.symbol or "x", looks.of(unit, digits, is_total=is_total))
