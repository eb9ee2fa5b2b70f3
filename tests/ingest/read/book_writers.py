"""One workbook, described once, in every kind that names its sheets.

In: a path without its ending, and sheets: a name, rows of text, merged ranges as 0-based (top, left, bottom, right),
whether it is hidden, whether it is a chart and no table. Out: the path written.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

import openpyxl
import xlsxwriter
import xlwt
from odf.opendocument import OpenDocumentSpreadsheet
from odf.style import Style, TableProperties
from odf.table import Table, TableRow

from tests.ingest.read.writers import cell_of_ods, write_cells
from tests.ingest.read.xlsb_writer import Sheet as XlsbSheet
from tests.ingest.read.xlsb_writer import write_xlsb


@dataclass(frozen=True)
class Sheet:
    """A sheet of the description. `is_chart`: it shows a picture, and has no cells."""

    name: str
    rows: Sequence[Sequence[str]] = ()
    merged: Sequence[tuple[int, int, int, int]] = ()
    is_hidden: bool = False
    is_chart: bool = False


Book = Sequence[Sheet]


def _xlsxwriter(path: Path, book: Book) -> Path:
    path = path.with_suffix(".xlsx")
    with xlsxwriter.Workbook(path) as made:
        for sheet in book:
            if sheet.is_chart:
                chart = made.add_chart({"type": "line"})
                chart.add_series({"values": [book[0].name, 0, 0, 1, 0]})
                made.add_chartsheet(sheet.name).set_chart(chart)
                continue
            own = made.add_worksheet(sheet.name)
            write_cells(own.write, sheet.rows, text=own.write_string)
            for top, left, bottom, right in sheet.merged:
                own.merge_range(top, left, bottom, right, sheet.rows[top][left])
            if sheet.is_hidden:
                own.hide()
            elif not any(other.is_hidden is False for other in book[: book.index(sheet)]):
                own.activate()
    return path


def _openpyxl(path: Path, book: Book) -> Path:
    path = path.with_suffix(".xlsx")
    made = openpyxl.Workbook()
    made.remove(made.worksheets[0])
    for sheet in book:
        if sheet.is_chart:
            made.create_chartsheet(sheet.name)
            continue
        own = made.create_sheet(sheet.name)
        for cells in sheet.rows:
            own.append([cell or None for cell in cells])
        for top, left, bottom, right in sheet.merged:
            own.merge_cells(
                start_row=top + 1, start_column=left + 1, end_row=bottom + 1, end_column=right + 1
            )
        own.sheet_state = "hidden" if sheet.is_hidden else "visible"
    made.save(path)
    return path


_BOUNDSHEET, _BEGINNING = 0x85, 0x809


def _xlwt(path: Path, book: Book) -> Path:
    path = path.with_suffix(".xls")
    made = xlwt.Workbook(encoding="utf-8")
    for sheet in book:
        own = made.add_sheet(sheet.name)
        covered = {(top, left) for top, left, _, _ in sheet.merged}
        for number, cells in enumerate(sheet.rows):
            for column, cell in enumerate(cells):
                if cell and (number, column) not in covered:
                    own.write(number, column, cell)
        for top, left, bottom, right in sheet.merged:
            own.write_merge(top, bottom, left, right, sheet.rows[top][left])
        own.visibility = int(sheet.is_hidden)
    made.set_active_sheet(next(place for place, sheet in enumerate(book) if not sheet.is_hidden))
    buffer = io.BytesIO()
    made.save(buffer)
    path.write_bytes(_with_charts(buffer.getvalue(), [sheet.is_chart for sheet in book]))
    return path


def _with_charts(content: bytes, are_charts: Sequence[bool]) -> bytes:
    """The records of sheets that are charts say so, in the list of sheets and where each begins: xlwt writes none."""
    changed = bytearray(content)
    place, sheet = 512, -1
    listed = 0
    while place + 4 <= len(changed):
        kind, size = struct.unpack_from("<HH", changed, place)
        if kind == _BOUNDSHEET:
            changed[place + 9] = 2 if are_charts[listed] else 0
            listed += 1
        elif kind == _BEGINNING:
            if sheet >= 0 and are_charts[sheet]:
                struct.pack_into("<H", changed, place + 6, 0x20)
            sheet += 1
        elif not kind and not size:
            break
        place += 4 + size
    return bytes(changed)


def _xlsb(path: Path, book: Book) -> Path:
    sheets = [
        XlsbSheet(sheet.name, sheet.rows, sheet.merged, is_hidden=sheet.is_hidden, is_chart=sheet.is_chart)
        for sheet in book
    ]
    return write_xlsb(path.with_suffix(".xlsb"), sheets)


def _document(book: Book) -> OpenDocumentSpreadsheet:
    made = OpenDocumentSpreadsheet()
    hidden = Style(name="hidden", family="table")
    hidden.addElement(TableProperties(display="false"))
    made.automaticstyles.addElement(hidden)
    for sheet in book:
        if sheet.is_chart:
            continue
        table = Table(name=sheet.name, **({"stylename": "hidden"} if sheet.is_hidden else {}))
        for number, cells in enumerate(sheet.rows):
            row = TableRow()
            for column, cell in enumerate(cells):
                row.addElement(cell_of_ods(number, column, cell, sheet.merged))
            table.addElement(row)
        made.spreadsheet.addElement(table)
    return made


def _ods(path: Path, book: Book) -> Path:
    path = path.with_suffix(".ods")
    _document(book).save(str(path))
    return path


def _fods(path: Path, book: Book) -> Path:
    """The same document as one text."""
    path = path.with_suffix(".fods")
    path.write_bytes(_document(book).xml())
    return path


def _xml_of_2003(path: Path, book: Book) -> Path:
    path = path.with_suffix(".xml")
    sheets = "".join(_sheet_of_2003(sheet) for sheet in book if not sheet.is_chart)
    path.write_text(
        '<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>'
        '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"'
        ' xmlns:x="urn:schemas-microsoft-com:office:excel"'
        f' xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">{sheets}</Workbook>',
        encoding="utf-8",
    )
    return path


def _sheet_of_2003(sheet: Sheet) -> str:
    spans = {(top, left): (bottom - top, right - left) for top, left, bottom, right in sheet.merged}
    rows = []
    for number, cells in enumerate(sheet.rows):
        made = []
        for column, cell in enumerate(cells):
            if cell:
                down, across = spans.get((number, column), (0, 0))
                merged = f' ss:MergeAcross="{across}" ss:MergeDown="{down}"' if down or across else ""
                made.append(
                    f'<Cell ss:Index="{column + 1}"{merged}><Data ss:Type="String">{escape(cell)}</Data></Cell>'
                )
        rows.append(f"<Row>{''.join(made)}</Row>")
    hidden = "<Visible>SheetHidden</Visible>" if sheet.is_hidden else ""
    options = f'<WorksheetOptions xmlns="urn:schemas-microsoft-com:office:excel">{hidden}</WorksheetOptions>'
    return f"<Worksheet ss:Name={quoteattr(sheet.name)}><Table>{''.join(rows)}</Table>{options}</Worksheet>"


def _page_of(sheet: Sheet, listed: str) -> str:
    spans = {(top, left): (bottom - top + 1, right - left + 1) for top, left, bottom, right in sheet.merged}
    covered = {
        (row, column)
        for top, left, bottom, right in sheet.merged
        for row in range(top, bottom + 1)
        for column in range(left, right + 1)
    } - spans.keys()
    rows = []
    for number, cells in enumerate(sheet.rows):
        made = []
        for column, cell in enumerate(cells):
            if (number, column) not in covered:
                down, across = spans.get((number, column), (1, 1))
                made.append(f"<td rowspan={down} colspan={across}>{escape(cell)}</td>")
        rows.append(f"<tr>{''.join(made)}</tr>")
    return (
        '<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head><meta charset=utf-8>'
        f"<!--[if gte mso 9]><xml>{listed}</xml><![endif]--></head><body><table>{''.join(rows)}</table></body></html>"
    )


def _listed(sheets: Sequence[tuple[Sheet, str]]) -> str:
    """The list of sheets as Excel states it, each with the page it stands on."""
    each = "".join(
        f"<x:ExcelWorksheet><x:Name>{escape(sheet.name)}</x:Name>"
        + (f'<x:WorksheetSource HRef="{page}"/>' if page else "")
        + (
            "<x:WorksheetOptions><x:Visible>SheetHidden</x:Visible></x:WorksheetOptions>"
            if sheet.is_hidden
            else ""
        )
        + "</x:ExcelWorksheet>"
        for sheet, page in sheets
    )
    return f"<x:ExcelWorkbook><x:ExcelWorksheets>{each}</x:ExcelWorksheets></x:ExcelWorkbook>"


def _web_page(path: Path, book: Book) -> Path:
    """A page named .xls, which states the name of its one sheet; a workbook of more needs an archive of pages."""
    sheets = [sheet for sheet in book if not sheet.is_chart]
    if len(sheets) > 1:
        return _web_archive(path, book)
    path = path.with_suffix(".xls")
    path.write_text(_page_of(sheets[0], _listed([(sheets[0], "")])), encoding="utf-8")
    return path


def _web_archive(path: Path, book: Book) -> Path:
    """As Excel saves a workbook as one file of pages: the first lists the sheets, each of which is a page."""
    path = path.with_suffix(".mht")
    sheets = [sheet for sheet in book if not sheet.is_chart]
    pages = [(sheet, f"book_files/sheet{place:03}.htm") for place, sheet in enumerate(sheets, 1)]
    parts = [("book.htm", f"<html><head><xml>{_listed(pages)}</xml></head><frameset></frameset></html>")]
    parts += [(name, _page_of(sheet, "")) for sheet, name in pages]
    made = "".join(
        f"--b\r\nContent-Location: file:///C:/0/{name}\r\nContent-Transfer-Encoding: 8bit\r\n"
        f"Content-Type: text/html; charset=utf-8\r\n\r\n{page}\r\n"
        for name, page in parts
    )
    path.write_bytes(
        'MIME-Version: 1.0\r\nX-Document-Type: Workbook\r\nContent-Type: multipart/related; boundary="b"\r\n\r\n'
        f"{made}--b--\r\n".encode()
    )
    return path


BOOKS: dict[str, Callable[[Path, Book], Path]] = {
    "xlsxwriter": _xlsxwriter,
    "openpyxl": _openpyxl,
    "xls": _xlwt,
    "xlsb": _xlsb,
    "ods": _ods,
    "fods": _fods,
    "xml of 2003": _xml_of_2003,
    "web page": _web_page,
    "web archive": _web_archive,
}
NOTES_ON_KINDS = frozenset({"xml_workbook_read", "web_page_read"})
"""What is said of the kind of a file alone."""
