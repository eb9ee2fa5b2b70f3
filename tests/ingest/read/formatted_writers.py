"""The same numbers in the same number formats, in a workbook of each kind.

In: a path without its ending, and rows of cells: a text, a number, or a number with the code of its format. Out: the
path written. A day with a time is a number counted from the end of 1899, as every spreadsheet but .ods keeps it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import xlsxwriter
import xlwt
from odf.element import Element
from odf.number import (
    DateStyle,
    Day,
    Hours,
    Minutes,
    Month,
    Number,
    NumberStyle,
    PercentageStyle,
    Seconds,
    Text,
    Year,
)
from odf.opendocument import OpenDocumentSpreadsheet
from odf.style import Style
from odf.table import Table, TableCell, TableColumn, TableRow
from odf.text import P

from tests.ingest.read.xlsb_writer import Cell, Sheet, write_xlsb

SHEET = "Парақ 1"
_BEGINNING = datetime(1899, 12, 30)


@dataclass(frozen=True)
class Shown:
    """A number, and the code of the format it is shown in."""

    number: float
    code: str


Given = Shown | str | float | None
Rows = Sequence[Sequence[Given]]


def _xlsx(path: Path, rows: Rows) -> Path:
    path = path.with_suffix(".xlsx")
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet(SHEET)
        for number, cells in enumerate(rows):
            for column, cell in enumerate(cells):
                if isinstance(cell, Shown):
                    sheet.write_number(
                        number, column, cell.number, book.add_format({"num_format": cell.code})
                    )
                elif cell is not None:
                    (sheet.write_string if isinstance(cell, str) else sheet.write)(number, column, cell)
    return path


def _xls(path: Path, rows: Rows) -> Path:
    path = path.with_suffix(".xls")
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet(SHEET)
    styles: dict[str, object] = {}
    for number, cells in enumerate(rows):
        for column, cell in enumerate(cells):
            if isinstance(cell, Shown):
                style = styles.setdefault(cell.code, xlwt.easyxf(num_format_str=cell.code))
                sheet.write(number, column, cell.number, style)
            elif cell is not None:
                sheet.write(number, column, cell)
    book.save(str(path))
    return path


def _xlsb(path: Path, rows: Rows) -> Path:
    made = [
        [Cell(cell.number, cell.code) if isinstance(cell, Shown) else cell for cell in cells]
        for cells in rows
    ]
    return write_xlsb(path.with_suffix(".xlsb"), [Sheet(SHEET, made)])


def _ods(path: Path, rows: Rows, *, by_column: bool = False) -> Path:
    """`by_column`: the style is stated of the columns alone, as it is where a whole column was formatted."""
    path = path.with_suffix(".ods")
    book = OpenDocumentSpreadsheet()
    codes = list(dict.fromkeys(cell.code for cells in rows for cell in cells if isinstance(cell, Shown)))
    for place, code in enumerate(codes):
        book.automaticstyles.addElement(_style_of(f"N{place}", code))
        book.automaticstyles.addElement(
            Style(name=f"ce{place}", family="table-cell", datastylename=f"N{place}")
        )
    table = Table(name=SHEET)
    for column in range(max(map(len, rows))):
        own = [cells[column] for cells in rows if column < len(cells)]
        first = next((f"ce{codes.index(cell.code)}" for cell in own if isinstance(cell, Shown)), None)
        table.addElement(TableColumn(**({"defaultcellstylename": first} if by_column and first else {})))
    for cells in rows:
        row = TableRow()
        for cell in cells:
            given = (
                {}
                if by_column or not isinstance(cell, Shown)
                else {"stylename": f"ce{codes.index(cell.code)}"}
            )
            row.addElement(TableCell(**given, **_value_of(cell)))
            if isinstance(cell, str):
                row.childNodes[-1].addElement(P(text=cell))
        table.addElement(row)
    book.spreadsheet.addElement(table)
    book.save(str(path))
    return path


def _value_of(cell: Given) -> dict[str, str]:
    if cell is None:
        return {}
    if isinstance(cell, str):
        return {"valuetype": "string"}
    if not isinstance(cell, Shown):
        return {"valuetype": "float", "value": repr(cell)}
    if "%" in cell.code:
        return {"valuetype": "percentage", "value": repr(cell.number)}
    if "y" in cell.code:
        # As LibreOffice writes it: a midnight is a bare day, whatever the format shows.
        moment = _BEGINNING + timedelta(days=cell.number)
        whole = moment.date().isoformat() if cell.number == int(cell.number) else moment.isoformat()
        return {"valuetype": "date", "datevalue": whole}
    return {"valuetype": "float", "value": repr(cell.number)}


_PIECES: dict[str, Callable[[], Element]] = {
    "yyyy": lambda: Year(style="long"),
    "dd": lambda: Day(style="long"),
    "hh": lambda: Hours(style="long"),
    "h": Hours,
    "ss": lambda: Seconds(style="long"),
}


def _style_of(name: str, code: str) -> Element:
    if "y" not in code:
        style = PercentageStyle(name=name) if "%" in code else NumberStyle(name=name)
        style.addElement(
            Number(decimalplaces=str(len(code.partition(".")[2].rstrip("%"))), minintegerdigits="1")
        )
        if "%" in code:
            style.addElement(Text(text="%"))
        return style
    style = DateStyle(name=name)
    is_clock = False
    for piece in re.findall(r"y+|m+|d+|h+|s+|[^a-z]+", code):
        is_clock = is_clock or piece[0] == "h"
        made = (
            Minutes(style="long")
            if piece == "mm" and is_clock
            else Month(style="long")
            if piece == "mm"
            else None
        )
        style.addElement(made or (_PIECES[piece]() if piece in _PIECES else Text(text=piece)))
    return style


FORMATTED: dict[str, Callable[[Path, Rows], Path]] = {
    "xlsx": _xlsx,
    "xls": _xls,
    "xlsb": _xlsb,
    "ods": _ods,
    "ods by column": lambda path, rows: _ods(path, rows, by_column=True),
}
