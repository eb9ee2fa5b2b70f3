"""A file that is no xlsx comes back as one, every value where findings say it is."""

from __future__ import annotations

import csv
import unicodedata
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from expectations.check import check
from expectations.marked import marked_workbook, rebuilt
from expectations.marked.styles import FILLS
from ingest.read.sandbox.parent import read_apart
from ingest.schema.forms.load import contract
from ingest.schema.texts.finding import Finding
from ingest.schema.values.letters import is_unseen, unseen_characters
from tests.ingest.read.writers import WRITERS

FORM = contract("attendance")
HEADER = [field.labels.ru for field in FORM.fields if not field.may_be_absent]
ROW = ["650940000016", "150310700010", "07.09.2026", "5", "Ә", "6", "2", "2", "нет", "по болезни"]
LIST = "Результаты проверки"


def _csv(path: Path, rows: list[list[str]], delimiter: str = ";") -> Path:
    with path.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out, delimiter=delimiter).writerows(rows)
    return path


def _marked(path: Path, language: Any = "ru") -> Any:
    verdict = check(path, "attendance", demo=True)
    return openpyxl.load_workbook(BytesIO(marked_workbook(path, verdict.findings, FORM, language)))


@pytest.mark.parametrize("delimiter", [",", ";"])
def test_a_csv_comes_back_whole_with_its_cells_marked(tmp_path: Path, delimiter: str) -> None:
    wrong = [*ROW[:3], "15", *ROW[4:]]
    rows = [["Отчёт, «неделя»; 37"], [], [*HEADER, "Примечание"], [*ROW, "=1+1"], [*wrong, "+7 701"]]
    book = _marked(_csv(tmp_path / "w.csv", rows, delimiter))

    sheet = book["Посещаемость"]
    written = [["" if cell.value is None else cell.value for cell in row] for row in sheet.iter_rows()]
    assert written == [[*row, *[""] * (11 - len(row))] for row in rows]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value} == {"s"}
    assert sheet["D5"].fill.fgColor.rgb == FILLS["error"]
    assert "15" in sheet["D5"].comment.text
    assert sheet["K3"].fill.fgColor.rgb == FILLS["note"]  # a column the form does not have
    links = [cell.hyperlink.location for row in book[LIST].iter_rows() for cell in row if cell.hyperlink]
    assert "'Посещаемость'!D5" in links


def test_what_cannot_be_read_comes_back_as_a_list_of_reasons(tmp_path: Path) -> None:
    path = tmp_path / "picture.xlsx"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(200))
    book = _marked(path)
    assert book.sheetnames == ["Данные", LIST]
    assert any("бүкіл файл" in str(row[1].value) for row in _marked(path, "kk").worksheets[1].iter_rows())


def test_a_text_without_the_headers_of_the_form_comes_back_too(tmp_path: Path) -> None:
    book = _marked(_csv(tmp_path / "w.csv", [["а", "б"], ["1", "2"]]))
    assert [[cell.value for cell in row] for row in book.worksheets[0].iter_rows()] == [
        ["а", "б"],
        ["1", "2"],
    ]


def test_a_text_that_is_read_otherwise_comes_back_with_what_was_recognised(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rebuilt, "_records_of", lambda *_: None)
    path = _csv(tmp_path / "w.csv", [["Отчёт"], [*HEADER, "Примечание"], [*ROW[:3], "15", *ROW[4:], "x"]])
    book = _marked(path)
    sheet = book.worksheets[0]
    assert [cell.value for cell in sheet[2]][:10] == HEADER
    assert [cell.value for cell in sheet[3]][:10] == [*ROW[:3], "15", *ROW[4:]]
    assert sheet["D3"].fill.fgColor.rgb == FILLS["error"]
    assert any("только распознанные столбцы" in str(row[0].value) for row in book[LIST].iter_rows(max_row=6))


WRONG = [*ROW[:3], "15", *ROW[4:]]
WHOLE = [["Отчёт"], [*HEADER, "Примечание"], [*WRONG, "Ә-да"], [], [*ROW, "x"]]


def _cells(sheet: Any) -> list[list[str]]:
    written = [["" if cell.value is None else str(cell.value) for cell in row] for row in sheet.iter_rows()]
    return [row[: max((at + 1 for at, cell in enumerate(row) if cell), default=0)] for row in written]


@pytest.mark.parametrize(
    ("encoding", "delimiter", "quote"),
    [
        ("kz1048", ";", '"'),
        ("utf-16", "\t", '"'),
        ("utf-16-le", ",", '"'),
        ("utf-8", "^", "'"),
        ("utf-8", ";", "'"),
    ],
)
def test_a_text_in_any_encoding_and_dialect_comes_back_whole(
    tmp_path: Path, encoding: str, delimiter: str, quote: str
) -> None:
    path = tmp_path / "w.csv"
    with path.open("w", encoding=encoding, newline="") as out:
        csv.writer(out, delimiter=delimiter, quotechar=quote, quoting=csv.QUOTE_ALL).writerows(WHOLE)
    book = _marked(path)
    sheet = book.worksheets[0]
    assert _cells(sheet) == WHOLE
    assert sheet["D3"].fill.fgColor.rgb == FILLS["error"]


def test_a_text_comes_back_without_what_nobody_sees_and_with_its_strange_lines(tmp_path: Path) -> None:
    path = tmp_path / "w.csv"
    lines = [";".join(row).encode("cp1251", "replace") for row in ([*HEADER], [*WRONG], [*ROW])]
    strange = ";".join([*ROW[:9], "болен, справка"]).encode("cp866", "replace")
    path.write_bytes(b"\r\n".join([*lines, lines[1][:4] + b"\x00" + lines[1][4:], strange, *[lines[2]] * 9]))
    sheet = _marked(path).worksheets[0]
    cells = _cells(sheet)
    assert cells[0] == HEADER
    assert cells[3][0] == ROW[0]
    assert cells[4][9] == "болен, справка"
    assert sheet["D4"].fill.fgColor.rgb == FILLS["error"]


def test_a_reading_tells_how_its_text_is_written(tmp_path: Path) -> None:
    path = tmp_path / "w.csv"
    path.write_bytes("\n".join("^".join(row) for row in ([*HEADER], [*ROW])).encode("kz1048"))
    written = read_apart(path, FORM).written
    assert written is not None
    assert (written.encoding, written.delimiter, written.by_records) == ("kz1048", "^", False)


@pytest.mark.parametrize("writer", ["xlwt", "odfpy", "html"])
def test_a_workbook_of_another_kind_comes_back_whole(tmp_path: Path, writer: str) -> None:
    book = _marked(WRITERS[writer](tmp_path / "w", WHOLE, []))
    sheet = book.worksheets[0]
    assert _cells(sheet) == WHOLE
    assert sheet["D3"].fill.fgColor.rgb == FILLS["error"]
    assert not any("только распознанные" in str(row[0].value) for row in book[LIST].iter_rows(max_row=6))


def test_headers_over_two_rows_come_back_as_they_were(tmp_path: Path) -> None:
    upper = [HEADER[0], "Ученик", "", "", "", "Уроки", "", "", *HEADER[8:]]
    rows = [upper, ["", *HEADER[1:8]], WRONG, ROW]
    sheet = _marked(_csv(tmp_path / "w.csv", rows)).worksheets[0]
    assert _cells(sheet) == rows
    assert sheet["D3"].fill.fgColor.rgb == FILLS["error"]


def test_more_rows_than_a_sheet_holds_are_told_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rebuilt, "MOST_ROWS", 3)
    path = _csv(tmp_path / "w.csv", [HEADER, *[ROW] * 4])
    finding = Finding("required", cell="B5", row=5, column="iin")
    book = openpyxl.load_workbook(BytesIO(marked_workbook(path, [finding], FORM, "ru")))
    assert any("5 строк" in str(row[0].value) for row in book[LIST].iter_rows(max_row=6))
    assert [cell.value for cell in book[LIST]["B"] if cell.hyperlink] == ["B5"]


# A joiner, a selector, a filler stays or goes by what stands beside it.
STAYING = "".join(sign for sign in unseen_characters() if unicodedata.category(sign) in ("Mn", "Lo"))
CELLS = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), exclude_characters=f"\u200c\u200d{STAYING}"), max_size=12
)


def _seen(cell: str) -> str:
    """A cell without the characters nobody sees, which the reader takes out of a text and tells of."""
    kept = (sign for sign in cell if not is_unseen(sign))
    return "".join(" " if unicodedata.category(sign) in ("Zl", "Zp") else sign for sign in kept)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(CELLS, min_size=2, max_size=4), min_size=1, max_size=5), st.sampled_from(",;"))
def test_any_cells_come_back_as_they_were(rows: list[list[str]], delimiter: str) -> None:
    written = [HEADER, *([*ROW, *row] for row in rows)]
    seen = [[*map(_seen, row)] for row in written]
    with TemporaryDirectory() as folder:
        path = _csv(Path(folder) / "w.csv", written, delimiter)
        book = openpyxl.load_workbook(BytesIO(marked_workbook(path, [], FORM, "kk")))
    back = [[cell.value or "" for cell in row] for row in book.worksheets[0].iter_rows()]
    width = len(back[0])
    assert back == [[*row, *[""] * width][:width] for row in seen]
    assert all(not cell for row in seen for cell in row[width:])
