"""One small form, a report with a header over two rows, and a cross-table: the same from every writer."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from ingest.read.plain.reader import read_general
from ingest.read.plain.writer import write_plain
from ingest.schema.forms.contract import Contract
from ingest.schema.forms.load import contract as contract_of
from ingest.schema.texts.finding import cell_address
from tests.ingest.read.samples import HEADER, changed, codes, read_whole
from tests.ingest.read.writers import NAMELESS, SHEET, SOFFICE, WRITERS, Cell

NOTES = {"text_read_as", "web_page_read"}
RECORDS = [changed(letter=letter, iin=f"09010170000{place}") for place, letter in enumerate("АӘБВ")]


@pytest.fixture(params=WRITERS)
def writer(request: pytest.FixtureRequest) -> str:
    name = str(request.param)
    if name.startswith("libreoffice") and SOFFICE is None:
        pytest.skip("LibreOffice is not installed (make office)")
    return name


def _numbers_as_such(row: tuple[str, ...]) -> list[Cell]:
    return [int(cell) if name.startswith("lessons") else cell for name, cell in zip(HEADER, row, strict=True)]


def test_a_form_below_a_title_with_totals(writer: str, tmp_path: Path, attendance: Contract) -> None:
    rows: list[list[Cell]] = [
        ["Сабаққа қатысу", *[""] * 9],
        [""] * 10,
        [attendance.field(name).labels.kk for name in HEADER],
        [str(number) for number in range(1, 11)],
        *map(_numbers_as_such, RECORDS[:2]),
        [""] * 10,
        *map(_numbers_as_such, RECORDS[2:]),
        ["Барлығы", *[""] * 4, 20, 0, 0, "", ""],
    ]
    path = WRITERS[writer](tmp_path / "file", rows, [(0, 0, 0, 9)])
    reading = read_whole(path, attendance)
    (table,) = reading.tables
    assert (table.sheet, table.header_row) == (None if writer in NAMELESS else SHEET, 3)
    assert table.text["_row"].to_pylist() == [5, 6, 8, 9]
    read = [tuple(row[name] or "" for name in HEADER) for row in table.text.to_pylist()]
    assert read == RECORDS
    assert table.columns == {name: place for place, name in enumerate(HEADER, 1)}
    said = {finding.code: finding.row for finding in reading.findings if finding.code not in NOTES}
    assert said == {"numbering_row": 4, "totals_row": 10}
    # Rows in, from the title on: data, and title, blank rows, numbers and totals.
    assert (reading.rows_in, reading.rows_data, reading.rows_not_data) == (9, 4, 5)


def test_a_header_merged_across_and_down(writer: str, tmp_path: Path, attendance: Contract) -> None:
    label = {name: attendance.field(name).labels.ru for name in HEADER}
    upper = [label["bin"], "Ученик", "", "", "", "Уроки", "", "", label["is_late"], label["absence_reason"]]
    lower = ["", *(label[name] for name in HEADER[1:8]), "", ""]
    merged = [(0, 0, 1, 0), (0, 1, 0, 4), (0, 5, 0, 7), (0, 8, 1, 8), (0, 9, 1, 9)]
    path = WRITERS[writer](tmp_path / "file", [upper, lower, *map(_numbers_as_such, RECORDS)], merged)
    reading = read_whole(path, attendance)
    assert set(codes(reading)) - NOTES == {"header_rows_joined"}
    (table,) = reading.tables
    assert table.columns == {name: place for place, name in enumerate(HEADER, 1)}
    assert [tuple(row[name] or "" for name in HEADER) for row in table.text.to_pylist()] == RECORDS
    assert (reading.rows_in, reading.rows_data) == (4, 4)


CROSSED: list[list[Cell]] = [
    ["Жалпы білім беретін мектептер саны 1)", "", "", ""],
    ["", "2021/22", "2022/23", "2023–2024 оқу жылы"],
    ["Все население", "", "", ""],
    ["Республика Казахстан", 2051, 1999, ""],
    ["Абай", "", 318, 320],
    ["Сельское население", "", "", ""],
    ["Абай", "-", 230, 231],
]


def test_a_cross_table(writer: str, tmp_path: Path) -> None:
    path = WRITERS[writer](tmp_path / "file", CROSSED, [])
    reading = read_whole(path, contract_of("regional_indicators"))
    value = "value"
    cells = {
        cell_address(table.columns[value], row["_row"]): row[value]
        for table in reading.tables
        for row in table.text.to_pylist()
    }
    assert cells == {
        "B4": "2051", "C4": "1999", "C5": "318", "D5": "320", "C7": "230", "D7": "231",
    }  # fmt: skip
    assert set(codes(reading)) - NOTES == {"cross_table_read"}
    assert (reading.rows_in, reading.rows_data, reading.rows_not_data) == (13, 6, 7)


def test_without_a_contract(writer: str, tmp_path: Path) -> None:
    rows: list[list[Cell]] = [
        ["Есеп", "", "", ""],
        ["№", "Ұлдар", "", "Қала"],
        ["", "жоспар", "нақты", ""],
        *([number, 10 * number, 9.5, name] for number, name in enumerate(("Астана", "Орал", "Тараз"), 1)),
        ["Ескерту: алдын ала", "", "", ""],
    ]
    merged = [(1, 0, 2, 0), (1, 1, 1, 2), (1, 3, 2, 3)]
    path = WRITERS[writer](tmp_path / "file", rows, merged)
    written = write_plain(path, tmp_path)
    with (tmp_path / written.sheets[0].file).open(encoding="utf-8", newline="") as file:
        found = list(csv.reader(file))
    assert found[1:] == [
        ["1", "10", "9.5", "Астана"],
        ["2", "20", "9.5", "Орал"],
        ["3", "30", "9.5", "Тараз"],
    ]
    assert [found[0][0], found[0][1], found[0][3]] == ["№", "Ұлдар жоспар", "Қала"]
    assert (written.rows_in, written.rows_written, written.rows_not_data) == (7, 3, 4)
    reading = read_general(path)
    assert list(reading.sheets[0].csv_rows()) == found
