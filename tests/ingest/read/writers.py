"""The same cells written by every writer there is: a workbook of each kind, web pages and texts.

In: a path without its ending, the rows (None or empty: blank; a number or text), and merged ranges as 0-based
(top, left, bottom, right). Out: the path written. Numbers stay numbers where the format has any.
"""

from __future__ import annotations

import csv
import shutil
import subprocess
from collections.abc import Callable, Sequence
from html import escape
from pathlib import Path

import openpyxl
import xlsxwriter
import xlwt
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import CoveredTableCell, Table, TableCell, TableRow
from odf.text import P

from tests.ingest.read.xlsb_writer import Sheet, write_xlsb

Cell = str | int | float | None
Rows = Sequence[Sequence[Cell]]
Merged = Sequence[tuple[int, int, int, int]]
Writer = Callable[[Path, Rows, Merged], Path]
SHEET = "Парақ 1"
SOFFICE = shutil.which("soffice")


def _xlsxwriter(path: Path, rows: Rows, merged: Merged) -> Path:
    path = path.with_suffix(".xlsx")
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet(SHEET)
    write_cells(sheet.write, rows, text=sheet.write_string)
    for top, left, bottom, right in merged:
        sheet.merge_range(top, left, bottom, right, rows[top][left])
    book.close()
    return path


def write_cells(write: Callable[..., object], rows: Rows, text: Callable[..., object]) -> None:
    """Write each cell that is not blank, texts by `text`."""
    for number, cells in enumerate(rows):
        for column, cell in enumerate(cells):
            if cell not in (None, ""):
                (text if isinstance(cell, str) else write)(number, column, cell)


def _openpyxl(path: Path, rows: Rows, merged: Merged) -> Path:
    path = path.with_suffix(".xlsx")
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = SHEET
    for cells in rows:
        sheet.append([cell if cell != "" else None for cell in cells])
    for top, left, bottom, right in merged:
        sheet.merge_cells(start_row=top + 1, start_column=left + 1, end_row=bottom + 1, end_column=right + 1)
    book.save(path)
    return path


def _xlwt(path: Path, rows: Rows, merged: Merged) -> Path:
    path = path.with_suffix(".xls")
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet(SHEET)
    covered = {(top, left) for top, left, _, _ in merged}
    for number, cells in enumerate(rows):
        for column, cell in enumerate(cells):
            if cell not in (None, "") and (number, column) not in covered:
                sheet.write(number, column, cell)
    for top, left, bottom, right in merged:
        sheet.write_merge(top, bottom, left, right, rows[top][left])
    book.save(str(path))
    return path


def _xlsb(path: Path, rows: Rows, merged: Merged) -> Path:
    return write_xlsb(path.with_suffix(".xlsb"), [Sheet(SHEET, rows, merged)])


def _odfpy(path: Path, rows: Rows, merged: Merged) -> Path:
    path = path.with_suffix(".ods")
    book = OpenDocumentSpreadsheet()
    table = Table(name=SHEET)
    for number, cells in enumerate(rows):
        row = TableRow()
        for column, cell in enumerate(cells):
            row.addElement(cell_of_ods(number, column, cell, merged))
        table.addElement(row)
    # As LibreOffice ends a sheet: blank rows to the last one there can be.
    rest = TableRow(numberrowsrepeated=1_048_576 - len(rows))
    rest.addElement(TableCell(numbercolumnsrepeated=16_384))
    table.addElement(rest)
    book.spreadsheet.addElement(table)
    book.save(str(path))
    return path


def cell_of_ods(number: int, column: int, cell: Cell, merged: Merged) -> object:
    """A cell of OpenDocument, by its place and what is merged there."""
    spans = {(top, left): (bottom - top + 1, right - left + 1) for top, left, bottom, right in merged}
    inside = any(top <= number <= bottom and left <= column <= right for top, left, bottom, right in merged)
    given: dict[str, object] = {}
    if (number, column) in spans:
        given["numberrowsspanned"], given["numbercolumnsspanned"] = spans[number, column]
    elif inside:
        return CoveredTableCell()
    if isinstance(cell, (int, float)):
        given |= {"valuetype": "float", "value": str(cell)}
    elif cell:
        given["valuetype"] = "string"
    made = TableCell(**given)
    if cell not in (None, ""):
        made.addElement(P(text=str(cell)))
    return made


def _html(path: Path, rows: Rows, merged: Merged) -> Path:
    """A web page named .xls, as many systems export it."""
    path = path.with_suffix(".xls")
    spans = {(top, left): (bottom - top + 1, right - left + 1) for top, left, bottom, right in merged}
    covered = {
        (row, column)
        for top, left, bottom, right in merged
        for row in range(top, bottom + 1)
        for column in range(left, right + 1)
    } - spans.keys()
    lines = []
    for number, cells in enumerate(rows):
        made = []
        for column, cell in enumerate(cells):
            if (number, column) in covered:
                continue
            down, across = spans.get((number, column), (1, 1))
            made.append(
                f'<td rowspan="{down}" colspan="{across}">{escape("" if cell is None else str(cell))}</td>'
            )
        lines.append(f"<tr>{''.join(made)}</tr>")
    page = f"<html><head><meta charset=utf-8></head><body><table>{''.join(lines)}</table></body></html>"
    path.write_text(page, encoding="utf-8")
    return path


def _csv(path: Path, rows: Rows, merged: Merged) -> Path:
    """As Excel saves it here: semicolons, a byte order mark; merged cells are blank but for the first."""
    path = path.with_suffix(".csv")
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file, delimiter=";").writerows(rows)
    return path


_CONVERTED: dict[tuple[str, str], bytes] = {}
"""What LibreOffice made of the same cells before: each start of it takes a second."""


def _libreoffice(ending: str) -> Writer:
    def write(path: Path, rows: Rows, merged: Merged) -> Path:
        folder = path.parent / "converted"
        made = folder / path.with_suffix(f".{ending}").name
        asked = (ending, repr((rows, merged)))
        if asked not in _CONVERTED:
            source = _openpyxl(path, rows, merged)
            profile = f"-env:UserInstallation=file://{path.parent}/profile"
            words = [str(SOFFICE), profile, "--headless", "--convert-to", ending, "--outdir", str(folder)]
            subprocess.run([*words, str(source)], check=True, capture_output=True)
            _CONVERTED[asked] = made.read_bytes()
        folder.mkdir(exist_ok=True)
        made.write_bytes(_CONVERTED[asked])
        return made

    return write


WRITERS: dict[str, Writer] = {
    "xlsxwriter": _xlsxwriter,
    "openpyxl": _openpyxl,
    "xlwt": _xlwt,
    "odfpy": _odfpy,
    "xlsb": _xlsb,
    "html": _html,
    "csv": _csv,
    "libreoffice_xls": _libreoffice("xls"),
    "libreoffice_ods": _libreoffice("ods"),
    "libreoffice_xlsx": _libreoffice("xlsx"),
}
NAMELESS = ("html", "csv")
"""Formats without names of sheets."""
