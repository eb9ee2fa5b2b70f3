"""The same sheet in a workbook of each format, with what stands beside the values of its cells.

In: a path without its ending, and a `Beside`. Out: the path written. Places are rows and columns from 1.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from pathlib import Path

import openpyxl
import xlwt
from odf.element import Element
from odf.number import Number, PercentageStyle, Text
from odf.office import Annotation
from odf.opendocument import OpenDocumentSpreadsheet
from odf.style import Style, TableCellProperties, TextProperties
from odf.table import Table, TableCell, TableColumn, TableRow
from odf.text import P
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter

from tests.ingest.read.xlsb_writer import Cell, Sheet, Value, write_xlsb

SHEET = "Есеп"
_HIDDEN = ' ss:Hidden="1"'
Place = tuple[int, int]


@dataclass(frozen=True)
class Beside:
    """`rows`: texts of the cells; the other fields say where what stands. `shares`: numbers shown in per cent."""

    rows: tuple[tuple[str, ...], ...]
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    coloured: frozenset[Place] = frozenset()
    struck: frozenset[Place] = frozenset()
    commented: frozenset[Place] = frozenset()
    uncomputed: frozenset[Place] = frozenset()
    shares: tuple[tuple[Place, float], ...] = ()

    def text(self, place: Place) -> str:
        return self.rows[place[0] - 1][place[1] - 1]

    def style(self, place: Place) -> str:
        """A name for how a cell looks; empty for the usual look."""
        looks = (place in self.coloured, place in self.struck, place in dict(self.shares))
        return "".join(sign for sign, is_so in zip("CSP", looks, strict=True) if is_so)

    @property
    def width(self) -> int:
        return max(map(len, self.rows))

    @property
    def places(self) -> list[Place]:
        return [(row, column) for row in range(1, len(self.rows) + 1) for column in range(1, self.width + 1)]


def _xlsx(path: Path, given: Beside) -> Path:
    path = path.with_suffix(".xlsx")
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = SHEET
    shares = dict(given.shares)
    for place in given.places:
        cell = sheet.cell(*place)
        cell.value = "=1+1" if place in given.uncomputed else shares.get(place, given.text(place)) or None
        if place in shares:
            cell.number_format = "0%"
        if place in given.coloured:
            cell.fill = PatternFill("solid", "FFFF00")
        if place in given.struck:
            cell.font = Font(strike=True)
        if place in given.commented:
            cell.comment = Comment("кетті", "Мұғалім")
    for row in given.hidden_rows:
        sheet.row_dimensions[row].hidden = True
    for column in given.hidden_columns:
        sheet.column_dimensions[get_column_letter(column)].hidden = True
    book.save(path)
    return path


class _CommentedSheet(xlwt.Worksheet):  # type: ignore[misc] # it has no types
    """A sheet of an xls with comments, which the library does not write: their records stand before the last one."""

    commented: frozenset[Place] = frozenset()

    def get_biff_data(self) -> bytes:
        records = bytes(super().get_biff_data())
        author = struct.pack("<HB", 7, 1) + "Мұғалім".encode("utf-16-le") + b"\x00"
        notes = [
            struct.pack("<HHHHHH", 0x1C, 8 + len(author), row - 1, column - 1, 0, number) + author
            for number, (row, column) in enumerate(sorted(self.commented), 1)
        ]
        return b"".join([records[:-4], *notes, records[-4:]])


def _xls(path: Path, given: Beside) -> Path:
    path = path.with_suffix(".xls")
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet(SHEET)
    sheet.__class__, sheet.commented = _CommentedSheet, given.commented
    shares = dict(given.shares)
    looks = {"C": "pattern: pattern solid, fore_colour yellow", "S": "font: struck_out on"}
    styles = {
        name: xlwt.easyxf(
            "; ".join(looks[sign] for sign in name if sign in looks),
            num_format_str="0%" if "P" in name else "General",
        )
        for name in {given.style(place) for place in given.places}
    }
    for place in given.places:
        if text := shares.get(place, given.text(place)):
            sheet.write(place[0] - 1, place[1] - 1, text, styles[given.style(place)])
        elif given.style(place):
            sheet.write(place[0] - 1, place[1] - 1, style=styles[given.style(place)])
    for row in given.hidden_rows:
        sheet.row(row - 1).hidden = True
    for column in given.hidden_columns:
        sheet.col(column - 1).hidden = True
    book.save(str(path))
    return path


def _xlsb(path: Path, given: Beside) -> Path:
    shares = dict(given.shares)
    rows: list[list[Value]] = [
        [
            Cell(
                shares.get((row, column), given.text((row, column)) or None),
                "0%" if (row, column) in shares else "",
                look="".join(sign for sign in given.style((row, column)) if sign in "CS"),
            )
            for column in range(1, given.width + 1)
        ]
        for row in range(1, len(given.rows) + 1)
    ]
    sheet = Sheet(
        SHEET,
        rows,
        hidden_rows=frozenset(row - 1 for row in given.hidden_rows),
        hidden_columns=frozenset(column - 1 for column in given.hidden_columns),
        commented=frozenset((row - 1, column - 1) for row, column in given.commented),
    )
    return write_xlsb(path.with_suffix(".xlsb"), [sheet])


def _document(given: Beside) -> OpenDocumentSpreadsheet:
    book = OpenDocumentSpreadsheet()
    share = PercentageStyle(name="N1")
    share.addElement(Number(decimalplaces="0", minintegerdigits="1"))
    share.addElement(Text(text="%"))
    book.automaticstyles.addElement(share)
    for name in sorted({given.style(place) for place in given.places} - {""}):
        numbers = {"datastylename": "N1"} if "P" in name else {}
        style = Style(name=f"ce{name}", family="table-cell", **numbers)
        if "C" in name:
            style.addElement(TableCellProperties(backgroundcolor="#ffff00"))
        if "S" in name:
            style.addElement(TextProperties(textlinethroughstyle="solid"))
        book.automaticstyles.addElement(style)
    table = Table(name=SHEET)
    for column in range(1, given.width + 1):
        table.addElement(
            TableColumn(**({"visibility": "collapse"} if column in given.hidden_columns else {}))
        )
    for row in range(1, len(given.rows) + 1):
        made = TableRow(**({"visibility": "collapse"} if row in given.hidden_rows else {}))
        for column in range(1, given.width + 1):
            made.addElement(_cell_of_document(given, (row, column)))
        table.addElement(made)
    book.spreadsheet.addElement(table)
    return book


def _cell_of_document(given: Beside, place: Place) -> Element:
    shares = dict(given.shares)
    look = {"stylename": f"ce{given.style(place)}"} if given.style(place) else {}
    if place in given.uncomputed:
        cell = TableCell(formula="of:=1+1", **look)
    elif place in shares:
        cell = TableCell(valuetype="percentage", value=repr(shares[place]), **look)
    elif given.text(place):
        cell = TableCell(valuetype="string", **look)
        cell.addElement(P(text=given.text(place)))
    else:
        cell = TableCell(**look)
    if place in given.commented:
        said = Annotation()
        said.addElement(P(text="кетті"))
        cell.addElement(said)
    return cell


def _ods(path: Path, given: Beside) -> Path:
    path = path.with_suffix(".ods")
    _document(given).save(str(path))
    return path


def _fods(path: Path, given: Beside) -> Path:
    path = path.with_suffix(".fods")
    path.write_bytes(_document(given).xml())
    return path


def _xml_of_2003(path: Path, given: Beside) -> Path:
    path = path.with_suffix(".xml")
    shares = dict(given.shares)
    looks = {
        "C": '<Interior ss:Color="#FFFF00" ss:Pattern="Solid"/>',
        "S": '<Font ss:StrikeThrough="1"/>',
        "P": '<NumberFormat ss:Format="0%"/>',
    }
    styles = "".join(
        f'<Style ss:ID="s{name}">{"".join(map(looks.__getitem__, name))}</Style>'
        for name in sorted({given.style(place) for place in given.places} - {""})
    )
    columns = "".join(
        f"<Column{_HIDDEN if column in given.hidden_columns else ''}/>"
        for column in range(1, given.width + 1)
    )
    rows = ""
    for row in range(1, len(given.rows) + 1):
        cells = ""
        for column in range(1, given.width + 1):
            place = (row, column)
            look = f' ss:StyleID="s{given.style(place)}"' if given.style(place) else ""
            formula = ' ss:Formula="=1+1"' if place in given.uncomputed else ""
            kind, text = ("Number", repr(shares[place])) if place in shares else ("String", given.text(place))
            data = f'<Data ss:Type="{kind}">{escape(text)}</Data>' if text and not formula else ""
            said = "<Comment><ss:Data>кетті</ss:Data></Comment>" if place in given.commented else ""
            cells += f"<Cell{look}{formula}>{data}{said}</Cell>"
        rows += f"<Row{_HIDDEN if row in given.hidden_rows else ''}>{cells}</Row>"
    namespace = "urn:schemas-microsoft-com:office:spreadsheet"
    path.write_text(
        f'<?xml version="1.0" encoding="UTF-8"?><?mso-application progid="Excel.Sheet"?>'
        f'<Workbook xmlns="{namespace}" xmlns:ss="{namespace}"><Styles>{styles}</Styles>'
        f'<Worksheet ss:Name="{SHEET}"><Table>{columns}{rows}</Table></Worksheet></Workbook>',
        encoding="utf-8",
    )
    return path


def _page_of_excel(path: Path, given: Beside) -> Path:
    """As Excel saves a sheet as a page: looks by class, and a row at the end that holds nothing and is not shown."""
    looks = {"C": "background:yellow;mso-pattern:black none;", "S": "text-decoration:line-through;", "P": ""}
    classes = "".join(
        f".xl{name}\n\t{{mso-style-parent:style0;\n\t{''.join(map(looks.__getitem__, name))}}}\n"
        for name in sorted({given.style(place) for place in given.places} - {""})
    )
    off = " style='display:none;mso-width-source:userset'"
    columns = "".join(
        f"<col width=64{off if column in given.hidden_columns else ''}>"
        for column in range(1, given.width + 1)
    )

    def cell(place: Place) -> str:
        text, number = escape(given.text(place)), ""
        if place in dict(given.shares):
            share = dict(given.shares)[place]
            text, number = f"{share:.0%}", f' x:num="{share}"'
        look = f" class=xl{given.style(place)}" if given.style(place) else ""
        formula = ' x:num x:fmla="=1+1"' if place in given.uncomputed else ""
        said = "<![if !supportAnnotations]><a class=msocomanchor href='#_msocom_1'>[1]</a><![endif]>"
        return f"<td{look}{number}{formula}>{text}{said if place in given.commented else ''}</td>"

    path = path.with_suffix(".xls")
    path.write_text(
        "<html xmlns:x='urn:schemas-microsoft-com:office:excel'><head><meta charset=utf-8>"
        f"<style>\n<!--table\n\t{{mso-displayed-decimal-separator:','}}\n{classes}--></style></head><body>"
        f"<table>{columns}{_rows_of_page(given, off, cell)}"
        "<![if supportMisalignedColumns]><tr height=0 style='display:none'><td width=64></td></tr><![endif]>"
        "</table></body></html>",
        encoding="utf-8",
    )
    return path


def _page_of_a_system(path: Path, given: Beside) -> Path:
    """As other programs write a page: looks by attributes and tags, rows in groups, comments in a tag of their own."""

    def cell(place: Place) -> str:
        shares = dict(given.shares)
        text = f"{shares[place]:.0%}" if place in shares else escape(given.text(place))
        text = f"<del>{text}</del>" if place in given.struck else text
        said = "<comment>кетті</comment>" if place in given.commented else ""
        tag = "td bgcolor='#FFFF00'" if place in given.coloured else "td"
        tag += " hidden" if place[1] in given.hidden_columns else ""
        return f"<{tag}{' x:fmla==1+1' if place in given.uncomputed else ''}>{text}{said}</td>"

    path = path.with_suffix(".html")
    path.write_text(
        "<!doctype html><html><head><meta charset=utf-8></head><body><table>"
        f"<tbody style='background: #fff'>{_rows_of_page(given, ' hidden', cell)}</tbody></table></body></html>",
        encoding="utf-8",
    )
    return path


def _rows_of_page(given: Beside, hidden: str, cell: Callable[[Place], str]) -> str:
    return "".join(
        f"<tr{hidden if row in given.hidden_rows else ''}>"
        f"{''.join(cell((row, column)) for column in range(1, given.width + 1))}</tr>"
        for row in range(1, len(given.rows) + 1)
    )


def _sylk(path: Path, given: Beside) -> Path:
    path = path.with_suffix(".slk")
    shares = dict(given.shares)
    lines = ["ID;PWXL;N;E", "P;PGeneral", "P;P0%"]
    lines += [f"F;W{column} {column} 0" for column in sorted(given.hidden_columns)]
    for row, column in given.places:
        place = (row, column)
        if place in shares:
            lines += [f"F;P1;FG0G;X{column};Y{row}", f"C;X{column};Y{row};K{shares[place]!r}"]
        elif place in given.uncomputed:
            lines.append(f"C;X{column};Y{row};E1+1")
        elif text := given.text(place):
            lines.append(f'C;X{column};Y{row};K"{text}"')
    path.write_text("\r\n".join([*lines, "E", ""]), encoding="utf-8")
    return path


def _dif(path: Path, given: Beside) -> Path:
    path = path.with_suffix(".dif")
    head = ["TABLE", "0,1", '""', "VECTORS", f"0,{given.width}", '""', "TUPLES", f"0,{len(given.rows)}", '""']
    lines = [*head, "DATA", "0,0", '""']
    for cells in given.rows:
        lines += ["-1,0", "BOT"]
        for text in cells:
            lines += ["1,0", f'"{text}"']
    path.write_text("\r\n".join([*lines, "-1,0", "EOD", ""]), encoding="utf-8")
    return path


BESIDE: dict[str, Callable[[Path, Beside], Path]] = {
    "xlsx": _xlsx,
    "xlsb": _xlsb,
    "xls": _xls,
    "ods": _ods,
    "fods": _fods,
    "XML of 2003": _xml_of_2003,
    "page of Excel": _page_of_excel,
    "page of a system": _page_of_a_system,
    "SYLK": _sylk,
    "DIF": _dif,
}
