"""Workbooks with everything in them that a marked copy must not lose."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO
from pathlib import Path
from typing import Any

import xlsxwriter

from ingest.schema.texts.finding import Finding

DATA, OTHER = "Дерек'тер 1", "Сводка"


def _png() -> BytesIO:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    pixel = zlib.compress(b"\x00\xff\x00\x00")
    return BytesIO(
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixel) + chunk(b"IEND", b"")
    )


def rich_book(path: Path) -> Path:
    """A workbook with pictures, charts, conditional formats, comments, buttons, tables and more."""
    book = xlsxwriter.Workbook(str(path))
    _data(book, book.add_worksheet(DATA))
    _summary(book, book.add_worksheet(OTHER))
    book.add_worksheet("жасырын").hide()
    book.define_name("Бағам", f"='{DATA.replace(chr(39), chr(39) * 2)}'!$B$4")
    book.set_custom_property("мектеп", "№ 12")
    book.close()
    return path


def _data(book: Any, sheet: Any) -> None:
    bold = book.add_format({"bold": True, "border": 1, "bg_color": "#C6EFCE", "text_wrap": True})
    money = book.add_format({"num_format": '#,##0.00 "₸"', "font_name": "Times New Roman", "font_size": 13})
    day = book.add_format({"num_format": "dd.mm.yyyy", "align": "right"})
    sheet.merge_range("A1:D1", "Есеп & <бұл>", bold)
    sheet.write_row("A3", ["ЖСН", "Саны", "Күні", "Ескертпе"], bold)
    for row in range(4, 9):
        sheet.write_string(f"A{row}", f"15031070001{row}")
        sheet.write_number(f"B{row}", row * 1.5, money)
        sheet.write_number(f"C{row}", 46_000 + row, day)
    sheet.write_formula("B9", "=SUM(B4:B8)", money, 45)
    sheet.write_rich_string("D4", book.add_format({"italic": True}), "қия ", bold, "жуан")
    sheet.write_url("D5", "https://example.kz/a?b=1&c=2", string="сілтеме")
    sheet.write_comment("B5", "Бухгалтердің түсініктемесі", {"author": "Бухгалтер"})
    sheet.write_comment("D8", "Басқа түсініктеме", {"author": "Бухгалтер"})
    sheet.set_column("A:A", 17.5)
    sheet.set_column("D:D", 40, book.add_format({"italic": True}))
    sheet.set_row(5, 31, book.add_format({"bold": True}))
    sheet.conditional_format("B4:B8", {"type": "data_bar", "data_bar_2010": True})
    sheet.conditional_format("B4:B8", {"type": "cell", "criteria": ">", "value": 9, "format": bold})
    sheet.data_validation("A4:A8", {"validate": "length", "criteria": "==", "value": 12})
    sheet.add_sparkline("E4", {"range": f"'{DATA.replace(chr(39), chr(39) * 2)}'!B4:B8"})
    sheet.insert_image("F10", "logo.png", {"image_data": _png()})
    sheet.insert_button("F2", {"caption": "Басу"})
    sheet.freeze_panes(3, 1)
    sheet.autofilter("A3:D8")
    sheet.set_header("&CБет &P")
    sheet.protect("құпия", {"sort": True})


def _summary(book: Any, sheet: Any) -> None:
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": f"='{DATA.replace(chr(39), chr(39) * 2)}'!$B$4:$B$8"})
    sheet.insert_chart("A5", chart)
    sheet.add_table("H1:I3", {"data": [["а", 1], ["б", 2]]})
    sheet.write("A1", "Қорытынды")


def found(cell: str, code: str = "required", sheet: str | None = DATA, **more: Any) -> Finding:
    """A finding at a cell."""
    row = int("".join(letter for letter in cell if letter.isdigit()))
    return Finding(code, sheet=sheet, cell=cell, row=row, **more)
