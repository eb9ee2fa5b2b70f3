"""Native error cells of every kind of workbook arrive as their text, with their cell, in both ways of reading."""

from __future__ import annotations

import io
import re
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
import xlwt
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P

from ingest.read.files.compound_file import CompoundFile
from ingest.read.plain.reader import read_general
from ingest.schema.forms.contract import Contract
from tests.ingest.read.samples import HEADER, ROW, changed, read_whole, typed
from tests.ingest.read.writers import WRITERS
from tests.ingest.read.xlsb_writer import record

_COLUMN = HEADER.index("lessons_missed")
_MARK = "999"


def _xlsx(path: Path, error: str) -> Path:
    """A good report whose last count is an error, as Excel and those who imitate it keep one."""
    made = WRITERS["openpyxl"](path, [HEADER, _row()], ())
    return _rewritten(
        made,
        lambda name, part: (
            re.sub(
                rb'(<c r="G2"[^>]*?)(?: t="\w+")?( ?/?>)<v>[^<]*</v>',
                rb'\1 t="e"\2<v>' + error.encode() + rb"</v>",
                part,
            )
            if "sheet1" in name
            else part
        ),
    )


def _row() -> list[str | int]:
    row: list[str | int] = list(ROW)
    row[_COLUMN] = 999
    return row


def _rewritten(path: Path, change: Callable[[str, bytes], bytes]) -> Path:
    with zipfile.ZipFile(path) as archive:
        parts = {name: change(name, archive.read(name)) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return path


def _xls(path: Path, error: str) -> Path:
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("Парақ 1")
    for number, cells in enumerate((HEADER, ROW)):
        for column, cell in enumerate(cells):
            if (number, column) == (1, _COLUMN):
                sheet.row(1).set_cell_error(column, _CODES[error])
            else:
                sheet.write(number, column, cell)
    book.save(str(path.with_suffix(".xls")))
    return path.with_suffix(".xls")


def _xls_of_formula(path: Path, error: str) -> Path:
    """An error that a formula gave: its record states the code in place of a result."""
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("Парақ 1")
    for number, cells in enumerate((HEADER, ROW)):
        for column, cell in enumerate(cells):
            sheet.write(number, column, xlwt.Formula("1/0") if (number, column) == (1, _COLUMN) else cell)
    path = path.with_suffix(".xls")
    book.save(str(path))
    content = path.read_bytes()
    result = content.index(struct.pack("<HH", 1, _COLUMN), content.index(b"\x06\x00", 512)) + 6
    stated = struct.pack("<BBBBBBH", 2, 0, _CODES[error], 0, 0, 0, 0xFFFF)
    path.write_bytes(content[:result] + stated + content[result + 8 :])
    return path


_CODES = {
    "#NULL!": 0,
    "#DIV/0!": 7,
    "#VALUE!": 15,
    "#REF!": 23,
    "#NAME?": 29,
    "#NUM!": 36,
    "#N/A": 42,
    "#GETTING_DATA": 43,
}


def _xlsb(path: Path, error: str, *, formula: bool = False) -> Path:
    made = WRITERS["xlsb"](path, [HEADER, _row()], ())
    number = record(5, struct.pack("<IId", _COLUMN, 0, 999))
    place = struct.pack("<IIB", _COLUMN, 0, _CODES[error])
    cell = record(11, place + struct.pack("<HI", 0, 0)) if formula else record(3, place)
    return _rewritten(made, lambda name, part: part.replace(number, cell) if "sheet1" in name else part)


def _ods(path: Path, error: str, *, kept_as: str = "string") -> Path:
    """As LibreOffice keeps an error: an empty text, or 0, beside what is shown."""
    book = OpenDocumentSpreadsheet()
    table = Table(name="Парақ 1")
    for number, cells in enumerate((HEADER, ROW)):
        row = TableRow()
        for column, cell in enumerate(cells):
            is_error = (number, column) == (1, _COLUMN)
            given = {"stringvalue": ""} if kept_as == "string" else {"value": "0"}
            made = (
                TableCell(valuetype=kept_as, formula="of:=1/0", **given)
                if is_error
                else TableCell(valuetype="string")
            )
            made.addElement(P(text=error if is_error else cell))
            row.addElement(made)
        table.addElement(row)
    book.spreadsheet.addElement(table)
    book.save(str(path.with_suffix(".ods")))
    return path.with_suffix(".ods")


_EXCEL = [
    *_CODES,
    "#SPILL!",
    "#CALC!",
    "#FIELD!",
    "#BLOCKED!",
    "#UNKNOWN!",
    "#CONNECT!",
    "#BUSY!",
    "#Н/Д",
    "#ЗНАЧ!",
    "#ERROR!",
]
_CASES = [
    *(("xlsx", _xlsx, error) for error in _EXCEL),
    *(("xls", _xls, error) for error in list(_CODES)[:-1]),
    *(("xls formula", _xls_of_formula, error) for error in _CODES),
    *(("xlsb", _xlsb, error) for error in _CODES),
    *(("ods", _ods, error) for error in ("#DIV/0!", "#Н/Д", "Err:502", "#NAME?", "#VALUE!")),
]


@pytest.mark.parametrize(
    ("kind", "write", "error"), _CASES, ids=lambda value: value if isinstance(value, str) else ""
)
def test_an_error_cell_keeps_its_text_and_its_place(
    tmp_path: Path, attendance: Contract, kind: str, write: Callable[[Path, str], Path], error: str
) -> None:
    _check(write(tmp_path / "file", error), attendance, error)


@pytest.mark.parametrize("error", _CODES)
def test_an_error_a_formula_gave_in_an_xlsb(tmp_path: Path, attendance: Contract, error: str) -> None:
    _check(_xlsb(tmp_path / "file", error, formula=True), attendance, error)


def test_an_error_kept_as_zero_in_an_ods(tmp_path: Path, attendance: Contract) -> None:
    _check(_ods(tmp_path / "file", "Err:508", kept_as="float"), attendance, "Err:508")


def test_a_sheet_of_errors_alone_is_not_empty(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in range(1, 4):
        for column in range(2, 5):
            book.worksheets[0].cell(row, column, "#REF!")
    book.save(tmp_path / "file.xlsx")
    reading = read_general(tmp_path / "file.xlsx")
    assert sum(cells.count("#REF!") for sheet in reading.sheets for cells in sheet.csv_rows()) == 9


def _check(path: Path, attendance: Contract, error: str) -> None:
    _, findings = typed(read_whole(path, attendance), attendance)
    assert [(f.code, f.cell, f.value) for f in findings] == [("error_in_cell", "G2", error)]
    reading = read_general(path)
    assert [(f.code, f.cell, f.value) for f in reading.findings if f.code == "errors_as_values"] == [
        ("errors_as_values", "G2", error)
    ]
    assert [row[_COLUMN] for row in reading.sheets[0].csv_rows()][1] == error


def _xls_with_error(path: Path, code: int, *, of_formula: bool) -> Path:
    """An attendance report as xls of which one cell holds an error of that code."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("Парақ")
    for number, row in enumerate((HEADER, ROW, changed(iin="090101700010"))):
        for column, cell in enumerate(row):
            if (number, column) != (2, 6):
                sheet.write(number, column, cell)
    if of_formula:
        sheet.write(2, 6, xlwt.Formula("1+1"))
    else:
        sheet.row(2).set_cell_error(6, 0x2A)
    buffer = io.BytesIO()
    book.save(buffer)
    content = bytearray(buffer.getvalue())
    if of_formula:
        place = content.find(b"\x06\x00")
        while content[place + 4 : place + 8] != b"\x02\x00\x06\x00":
            place = content.find(b"\x06\x00", place + 1)
        content[place + 10 : place + 18] = bytes([2, 0, code, 0, 0, 0, 0xFF, 0xFF])
    else:
        content[content.find(b"\x05\x02\x08\x00") + 10] = code
    path.write_bytes(bytes(content))
    return path


@pytest.mark.parametrize("of_formula", [False, True])
@pytest.mark.parametrize("code", [0x2C, 0x2D, 0x33, 0x40, 0x7F, 0xFF, 0x01])
def test_an_error_of_an_unknown_kind_is_an_error_and_no_damage(
    tmp_path: Path, attendance: Contract, code: int, of_formula: bool
) -> None:
    path = _xls_with_error(tmp_path / "a.xls", code, of_formula=of_formula)
    reading = read_whole(path, attendance)
    assert reading.rows_data == 2
    _, findings = typed(reading, attendance)
    assert [(each.code, each.cell, each.value) for each in findings] == [("error_in_cell", "G3", "#ERROR!")]
    general = read_general(path)
    assert {("errors_as_values", "G3")} <= {(each.code, each.cell) for each in general.findings}


def _as_short_stream(book: bytes) -> bytes:
    """The same workbook in a compound file that keeps its stream among the short ones, as one of few cells may be."""
    compound = CompoundFile(io.BytesIO(book))
    (stream,) = (each for each in compound.streams if each.name.casefold() == "workbook")
    # What pads the stream to the size of long ones stands behind the last record of the last sheet.
    records = compound.beginning_of(stream, stream.size).rstrip(b"\0")
    records += b"\0" * (2 if records.endswith(b"\x0a") else 0)
    records += b"\0" * (-len(records) % 64)
    assert len(records) < 4096
    shorts, sector, end, free = len(records) // 64, 512, 0xFFFFFFFE, 0xFFFFFFFF
    held = -(-len(records) // sector)

    def chain(count: int, filled: int) -> bytes:
        links = [*range(1, count), end] if count else []
        return struct.pack(f"<{filled}I", *links, *[free] * (filled - count))

    def entry(name: str, kind: int, child: int, first: int, size: int) -> bytes:
        written = (name.encode("utf-16-le") + b"\0\0").ljust(64, b"\0")
        return written + struct.pack("<HBBIII16sIQQIQ", len(name) * 2 + 2, kind, 1, free, free, child, b"", 0, 0, 0,
                                     first, size)  # fmt: skip

    # Sectors: the table, the directory, the table of short ones, what they are kept in.
    table = [0xFFFFFFFD, end, end, *[3 + place + 1 for place in range(held - 1)], end]
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16 + struct.pack(
        "<HHHHH6xIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, 2, 1, end, 0
    )  # fmt: skip
    header += struct.pack("<109I", 0, *[free] * 108)
    directory = entry("Root Entry", 5, 1, 3, len(records)) + entry("Workbook", 2, free, 0, len(records))
    return b"".join(
        [
            header,
            struct.pack("<128I", *table, *[free] * (128 - len(table))),
            directory.ljust(sector, b"\0"),
            chain(shorts, 128),
            records.ljust(held * sector, b"\0"),
        ]
    )


@pytest.mark.parametrize("code", [0x2C, 0x33, 0xFF])
@pytest.mark.parametrize("of_formula", [False, True])
def test_an_unknown_error_in_a_short_workbook_is_an_error_and_no_damage(
    tmp_path: Path, attendance: Contract, code: int, of_formula: bool
) -> None:
    whole = _xls_with_error(tmp_path / "a.xls", code, of_formula=of_formula)
    path = tmp_path / "short.xls"
    path.write_bytes(_as_short_stream(whole.read_bytes()))

    _, findings = typed(read_whole(path, attendance), attendance)

    assert [(each.code, each.cell, each.value) for each in findings] == [("error_in_cell", "G3", "#ERROR!")]
