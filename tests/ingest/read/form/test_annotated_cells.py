"""Colours, struck-out texts and comments: said once a sheet where they tell cells apart, never where they decorate."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from odf.office import Annotation
from odf.opendocument import OpenDocumentSpreadsheet
from odf.style import Style, TableCellProperties, TextProperties
from odf.table import Table, TableCell, TableRow
from odf.text import P
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from expectations.check import check
from expectations.marked import marked_workbook
from ingest.emit.register_template import HEADER_ROW, register_template
from ingest.emit.template import template
from ingest.read import read
from ingest.schema.forms.contract import Contract
from ingest.schema.forms.layout import registers
from ingest.schema.forms.load import contracts
from tests.ingest.emit.test_register_template import _known
from tests.ingest.read import bombs

CODES = ("coloured_cells", "struck_cells", "commented_cells")
YELLOW = PatternFill("solid", "FFFF00")
COLOURS = [YELLOW, PatternFill("solid", start_color="FF92D050"), PatternFill("lightUp", "FF0000")]
Dress = Callable[[Worksheet, int, int], None]


def _fill(sheet: Worksheet, row: int, column: int) -> None:
    sheet.cell(row, column).fill = YELLOW


def _strike(sheet: Worksheet, row: int, column: int) -> None:
    sheet.cell(row, column).font = Font(strike=True)


def _comment(sheet: Worksheet, row: int, column: int) -> None:
    sheet.cell(row, column).comment = Comment("кетті", "Мұғалім")


DRESSES: dict[str, Dress] = dict(zip(CODES, (_fill, _strike, _comment), strict=True))


def _said(path: Path, contract: Contract) -> dict[str, tuple[str | None, str | None, object, object]]:
    found = [finding for finding in read(path, contract).findings if finding.code in CODES]
    said = {each.code: (each.sheet, each.cell, each.params["count"], each.params["cells"]) for each in found}
    assert len(said) == len(found)
    return said


def _list(tmp_path: Path, rows: int = 20) -> openpyxl.Workbook:
    book = openpyxl.Workbook()
    for line in bombs.csv(rows).decode().splitlines():
        book.worksheets[0].append(line.split(","))
    return book


def _save(book: openpyxl.Workbook, tmp_path: Path) -> Path:
    book.save(tmp_path / "file.xlsx")
    return tmp_path / "file.xlsx"


@pytest.mark.parametrize("code", CODES)
def test_of_a_list_a_register_and_a_sheet_of_marks_it_is_said_once(code: str, tmp_path: Path) -> None:
    book = _list(tmp_path)
    for row in (5, 3):
        DRESSES[code](book.worksheets[0], row, 2)
    assert _said(_save(book, tmp_path), contracts()["attendance"]) == {code: ("Sheet", "B3", 2, "B3, B5")}
    for form, first in (("attendance", HEADER_ROW + 2), ("term_results", HEADER_ROW + 1)):
        contract = contracts()[form]
        made = register_template(contract, registers(contract)[0], "kk", _known(contract))
        book = openpyxl.load_workbook(io.BytesIO(made))
        sheet = book.worksheets[0]
        sheet.cell(first, 4).value = 5 if form == "term_results" else "а"
        DRESSES[code](sheet, first, 4)
        (said,) = _said(_save(book, tmp_path), contract).items()
        assert said == (code, ("7 Ә", f"D{first}", 1, f"D{first}"))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None)
@given(
    dressed=st.dictionaries(
        st.tuples(st.integers(2, 21), st.integers(1, 6)), st.sampled_from(CODES), max_size=4
    ),
    colour=st.sampled_from(COLOURS),
    decorated=st.sampled_from(["header", "column", "stripes", "white", "nothing"]),
)
def test_what_tells_cells_apart_is_said_whatever_the_table_looks_like(
    dressed: dict[tuple[int, int], str], colour: PatternFill, decorated: str, tmp_path: Path
) -> None:
    book = _list(tmp_path)
    sheet = book.worksheets[0]
    look = {
        "header": [(1, column) for column in range(1, 11)],
        "column": [(row, 8) for row in range(1, 22)],
        "stripes": [(row, column) for row in range(2, 22, 2) for column in range(1, 11)],
        "white": [(row, 9) for row in range(2, 5)],
    }.get(decorated, [])
    for row, column in look:
        sheet.cell(row, column).fill = (
            PatternFill("solid", "FFFFFFFF") if decorated == "white" else PatternFill("solid", "DDEEFF")
        )
    for (row, column), code in dressed.items():
        DRESSES[code](sheet, row, column)
        if code == "coloured_cells":
            sheet.cell(row, column).fill = colour
    said = _said(_save(book, tmp_path), contracts()["attendance"])
    for code in CODES:
        places = [place for place, own in dressed.items() if own == code]
        assert (said[code][2] if code in said else 0) == len(places), (code, decorated)


@pytest.mark.parametrize("form", contracts())
def test_of_our_own_templates_and_marked_workbooks_nothing_is_said(form: str, tmp_path: Path) -> None:
    contract = contracts()[form]
    (tmp_path / "template.xlsx").write_bytes(template(contract, "ru"))
    assert _said(tmp_path / "template.xlsx", contract) == {}
    if form == "attendance":
        path = _save(_list(tmp_path, 3), tmp_path)
        verdict = check(path, form)
        assert verdict.findings
        (tmp_path / "marked.xlsx").write_bytes(marked_workbook(path, verdict.findings, contract, "kk"))
        assert _said(tmp_path / "marked.xlsx", contract) == {}


@pytest.mark.parametrize("whole", [True, False])
def test_one_coloured_row_alone_is_how_the_table_looks(whole: bool, tmp_path: Path) -> None:
    book = _list(tmp_path, 1)
    for column in range(1, 11 if whole else 3):
        _fill(book.worksheets[0], 2, column)
    said = _said(_save(book, tmp_path), contracts()["attendance"])
    assert list(said) == ([] if whole else ["coloured_cells"])


def test_a_conversation_on_a_cell_counts_as_a_comment(tmp_path: Path) -> None:
    path = _save(_list(tmp_path), tmp_path)
    kind = "http://schemas.microsoft.com/office/2017/10/relationships/threadedComment"
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId9" Type="{kind}" Target="../threadedComments/threadedComment1.xml"/></Relationships>'
    )
    thread = (
        '<ThreadedComments xmlns="http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments">'
        '<threadedComment ref="C4" dT="2026-09-07T10:00:00.00" personId="{1}" id="{2}"><text>?</text></threadedComment>'
        '<threadedComment ref="C4" dT="2026-09-07T11:00:00.00" personId="{1}" id="{3}" parentId="{2}"><text>!</text>'
        "</threadedComment></ThreadedComments>"
    )
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/worksheets/_rels/sheet1.xml.rels", relations)
        archive.writestr("xl/threadedComments/threadedComment1.xml", thread)
    said = _said(path, contracts()["attendance"])
    assert said == {"commented_cells": ("Sheet", "C4", 1, "C4")}


def test_an_open_document_says_the_same(tmp_path: Path) -> None:
    book = OpenDocumentSpreadsheet()
    styles = {
        "coloured_cells": Style(name="fill", family="table-cell"),
        "struck_cells": Style(name="strike", family="table-cell"),
    }
    styles["coloured_cells"].addElement(TableCellProperties(backgroundcolor="#ffff00"))
    styles["struck_cells"].addElement(TextProperties(textlinethroughstyle="solid"))
    for style in styles.values():
        book.automaticstyles.addElement(style)
    table = Table(name="Парақ")
    for number, line in enumerate(bombs.csv(20).decode().splitlines(), start=1):
        row = TableRow()
        for place, text in enumerate(line.split(","), start=1):
            code = {(3, 2): "coloured_cells", (4, 2): "struck_cells"}.get((number, place))
            cell = TableCell(valuetype="string", **({"stylename": styles[code]} if code else {}))
            if (number, place) == (5, 1):
                note = Annotation()
                note.addElement(P(text="кетті"))
                cell.addElement(note)
            cell.addElement(P(text=text))
            row.addElement(cell)
        table.addElement(row)
    book.spreadsheet.addElement(table)
    book.save(str(tmp_path / "file.ods"))
    assert _said(tmp_path / "file.ods", contracts()["attendance"]) == {
        "coloured_cells": ("Парақ", "B3", 1, "B3"),
        "struck_cells": ("Парақ", "B4", 1, "B4"),
        "commented_cells": ("Парақ", "A5", 1, "A5"),
    }
